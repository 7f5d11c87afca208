// The list of tasks, newest first, kept live by the stream of all tasks.
import { getJson, ofTask } from './api.js';
import { announce, coalesce, h, live } from './dom.js';
import { ago, number, serverNow } from './format.js';
import { problemView, showConnection } from './notices.js';
import { onStats } from './stats.js';
import { asRead, badge, bar, growing, remaining, states } from './status.js';
import { follow } from './stream.js';

const pageSize = 50;

// Nothing tells of deletions and of tasks beyond the pages shown: they are looked for now and then.
const lookEvery = 30_000;

export function showList(main, query) {
  document.title = 'Agent tasks';
  const wanted = (query.get('state') ?? '').split(',').filter(state => states.includes(state));
  const agent = query.get('agent') ?? '';
  const tasks = new Map(), rows = new Map(), dirty = new Set(), elsewhere = new Set();
  let token, closed = false;

  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Show only tasks in these states' });
  const agents = h('select', { id: 'agent', onchange: event => go(wanted, event.target.value) });
  const body = h('tbody');
  const trouble = h('div', { role: 'alert' });
  const empty = h('p', { class: 'empty', hidden: true }, wanted.length || agent ? 'No task matches.' : 'No tasks yet. “New task” starts one.');
  const more = h('button', { type: 'button', class: 'more', hidden: true, onclick: () => readPage(token).catch(fail) }, 'Show more');
  main.replaceChildren(
    h('h1', { class: 'unseen' }, 'Tasks'),
    h('div', { class: 'filters' }, chips, h('label', { for: 'agent' }, 'Agent'), agents),
    trouble,
    h('table', { class: 'tasks' },
      h('thead', null, h('tr', null, ['Task', 'State', 'Progress', 'Elapsed', 'Remaining', 'Checkpoint'].map(title => h('th', { scope: 'col' }, title)))), body),
    empty, more);

  function go(inStates, ofAgent) {
    const next = new URLSearchParams();
    if (inStates.length) next.set('state', inStates.join(','));
    if (ofAgent) next.set('agent', ofAgent);
    location.hash = next.size ? `#/?${next}` : '#/';
  }

  function toggle(state) {
    go(wanted.includes(state) ? wanted.filter(other => other !== state) : [...wanted, state], agent);
  }

  const chip = (title, count, pressed, state, onclick) => h('button', { type: 'button', class: 'chip', 'aria-pressed': `${pressed}`, 'data-state': state, onclick }, title, ' ', h('b', null, number(count)));

  const forgetStats = onStats(stats => {
    const counts = agent ? stats.agents[agent]?.states ?? {} : stats.tasks.states;
    const shown = states.filter(state => counts[state] || wanted.includes(state));
    const focused = chips.contains(document.activeElement) ? [...chips.children].indexOf(document.activeElement) : -1;
    chips.replaceChildren(
      chip('All', Object.values(counts).reduce((sum, count) => sum + count, 0), wanted.length === 0, null, () => go([], agent)),
      ...shown.map(state => chip(state, counts[state] ?? 0, wanted.includes(state), state, () => toggle(state))));
    chips.children[focused]?.focus();
    const names = [...new Set([...Object.keys(stats.agents), agent])].filter(Boolean).sort();
    if (agents.options.length === names.length + 1) return;
    agents.replaceChildren(h('option', { value: '' }, 'All agents'), ...names.map(name => h('option', { value: name, selected: name === agent }, name)));
  });

  const fact = (title, value) => h('td', { 'data-title': title, class: value ? null : 'none' }, value ?? h('span', { class: 'faint' }, '–'));

  function draw(task) {
    const { progress } = task;
    const done = progress.totalSteps ? `${progress.stepsCompleted} of ${progress.totalSteps} steps` : 'not planned yet';
    const row = h('tr', { 'data-id': task.id },
      h('td', { class: 'name' }, h('a', { href: `#/tasks/${encodeURIComponent(task.id)}` }, task.id), h('span', { class: 'faint' }, [task.agent, task.agentId].filter(Boolean).join(' · '))),
      h('td', null, badge(task), task.error ? h('span', { class: 'why', title: task.error.message }, task.error.message) : null),
      h('td', { class: 'progress' }, bar(progress.percentage, `Progress of ${task.id}`, task.state), h('span', { class: 'faint' }, [progress.currentPhase, done].filter(Boolean).join(' · '))),
      fact('Elapsed', task.startedAt ? growing(task, task.durations.total) : null),
      fact('Remaining', remaining(task)),
      fact('Checkpoint', task.lastCheckpoint
        ? [h('span', { title: task.lastCheckpoint.id }, live(() => ago(task.lastCheckpoint.at))), h('span', { class: 'under' }, task.lastCheckpoint.type)]
        : null));
    const focused = rows.get(task.id)?.contains(document.activeElement);
    rows.get(task.id)?.replaceWith(row);
    rows.set(task.id, row);
    if (focused) row.querySelector('a').focus();
    return row;
  }

  function put(task) {
    const isNew = !rows.has(task.id);
    tasks.set(task.id, task);
    const row = draw(task);
    if (!isNew) return;
    const older = [...body.children].find(other => tasks.get(other.dataset.id).created < task.created);
    body.insertBefore(row, older ?? null);
    elsewhere.delete(task.id);
  }

  function remove(id) {
    rows.get(id)?.remove();
    rows.delete(id);
    tasks.delete(id);
  }

  const matches = task => (wanted.length === 0 || wanted.includes(task.state)) && (agent === '' || task.agent === agent);

  async function readPage(from) {
    const ask = new URLSearchParams({ top: pageSize });
    if (wanted.length) ask.set('state', wanted.join(','));
    if (agent) ask.set('agent', agent);
    if (from) ask.set('continuationToken', from);
    const page = await getJson(`api/tasks?${ask}`);
    if (closed) return;
    trouble.replaceChildren();
    page.tasks.map(asRead).forEach(put);
    if (!from) removeAllBut(page);
    if (from || token === undefined) token = page.continuationToken ?? null;
    more.hidden = !token;
    empty.hidden = tasks.size > 0;
  }

  /** What the first page no longer has, down to its oldest, is gone. A page may be empty and yet not be the last. */
  function removeAllBut(page) {
    const there = new Set(page.tasks.map(task => task.id));
    const oldest = page.continuationToken ? tasks.get(page.tasks.at(-1)?.id)?.created ?? Infinity : 0;
    for (const task of [...tasks.values()]) if (!there.has(task.id) && task.created >= oldest) remove(task.id);
  }

  const readChanged = coalesce(async () => {
    const ids = [...dirty].slice(0, 20);
    ids.forEach(id => dirty.delete(id));
    await Promise.all(ids.map(async id => {
      try {
        const task = asRead(await getJson(ofTask(id)));
        if (closed) return;
        // A task that was never listed is either new, or older than what is shown.
        const oldest = token ? tasks.get(body.lastChild?.dataset.id)?.created ?? 0 : 0;
        if (!matches(task)) remove(id);
        else if (tasks.has(id) || task.created > oldest) put(task);
        else elsewhere.add(id);
      } catch (problem) {
        if (problem.status === 404) remove(id);
      }
    }));
    empty.hidden = tasks.size > 0;
    if (dirty.size > 0) readChanged();
  }, 300);

  function changed(id) {
    dirty.add(id);
    readChanged();
  }

  function onState({ id, state, detail }) {
    const known = tasks.get(id);
    if (known && known.state === state && known.detail === detail) return;
    if (known) announce(`${id} is ${state}`);
    changed(id);
  }

  function onProgress({ id, progress }) {
    const known = tasks.get(id);
    if (known) draw(Object.assign(known, { progress, durations: { ...known.durations, total: progress.elapsed }, readAt: serverNow() }));
    else if (!elsewhere.has(id)) changed(id);
  }

  function fail(problem) {
    if (!closed && problem.status !== 401) trouble.replaceChildren(problemView(problem));
  }

  const look = () => readPage(null).catch(fail);
  const looking = setInterval(() => { if (!document.hidden) look(); }, lookEvery);
  const stream = follow('api/events', {
    on: { state: onState, progress: onProgress },
    onConnection: (state, problem) => {
      showConnection(state);
      if (problem) fail(problem);
      if (state === 'live') look();
    },
  });

  return {
    close() {
      closed = true;
      stream.close();
      readChanged.close();
      clearInterval(looking);
      forgetStats();
    },
  };
}
