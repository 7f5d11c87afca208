// One task: where it stands, its plan, its log as it is written, what happened to it, and what can be done with it.
import { getJson, ofTask } from './api.js';
import { checkpointsView } from './checkpoints.js';
import { announce, coalesce, h, painter } from './dom.js';
import { factsView } from './facts.js';
import { milliseconds, roughly, timeOfDay, words } from './format.js';
import { logView } from './log.js';
import { notify, problemView, showConnection } from './notices.js';
import { operationsView } from './operations.js';
import { planView } from './plan.js';
import { asRead, badge, bar, growing, hasEnded, remaining } from './status.js';
import { follow } from './stream.js';
import { tabs } from './tabs.js';
import { timelineView } from './timeline.js';

const readEvery = 400;

// What was asked for stands in the timeline a little after it was accepted, and no event tells of it.
const askedWithin = [500, 2000, 5000];

const isPaused = task => task.state === 'paused';

function progressView(task) {
  const { progress } = task;
  const figure = (name, ...value) => h('div', { class: 'figure' }, h('dt', null, name), h('dd', null, ...value));
  const likely = progress.remaining && !hasEnded(task) ? roughly(milliseconds(progress.remaining.likely)) : null;
  return [
    bar(progress.percentage, 'Progress of the task', task.state),
    h('dl', { class: 'figures' },
      figure('Steps', progress.totalSteps ? `${progress.stepsCompleted} of ${progress.totalSteps}` : '–'),
      figure('Phase', progress.currentPhase ? `${progress.currentPhase} (${progress.phasePercentage ?? 0} %)` : `${progress.phasesCompleted} of ${progress.totalPhases} done`),
      figure('Elapsed', growing(task, task.durations.total)),
      figure('Remaining', remaining(task) ?? '–', likely ? h('span', { class: 'faint basis' }, `most likely ${likely}, by ${words(progress.basis)}`) : null)),
    progress.recentActivity || progress.reason ? h('p', { class: 'faint activity' }, [progress.recentActivity, progress.reason].filter(Boolean).join(' ')) : null,
  ];
}

const askedText = ({ trigger, by, time, reason }) =>
  `${trigger === 'cancel' ? 'A cancel' : 'A pause'} was asked for at ${timeOfDay(time)}${by ? ` by ${by}` : ''} and is under way${reason ? `: ${reason}` : '.'}`;

export function showTask(main, id) {
  document.title = id;
  let task = null, stream = null, closed = false;
  const later = [];
  const log = logView(id), timeline = timelineView(id), checkpoints = checkpointsView(id, () => task);
  const operations = operationsView(() => task, () => {
    refresh();
    later.splice(0).forEach(clearTimeout);
    later.push(...askedWithin.map(wait => setTimeout(refresh, wait)));
  });
  const head = h('div', { class: 'task-head' }), progress = h('div', { class: 'task-progress' });
  const plan = h('section', { class: 'panel plan', 'aria-label': 'Plan' }), facts = h('aside', { class: 'panel facts', 'aria-label': 'Facts' });
  const trouble = h('div', { role: 'alert' });
  const body = h('div', { class: 'task', hidden: true },
    h('div', { class: 'task-top panel' }, h('div', { class: 'task-line' }, head, operations.element), progress),
    h('div', { class: 'columns' },
      h('div', { class: 'column' }, plan, tabs('Of this task', [
        { name: 'log', title: 'Log', element: log.element, shown: log.shown },
        { name: 'timeline', title: 'Timeline', element: timeline.element, shown: () => timeline.refresh().catch(fail) },
        { name: 'checkpoints', title: 'Checkpoints', element: checkpoints.element, shown: () => checkpoints.refresh().catch(fail) },
      ])),
      facts));
  main.replaceChildren(h('a', { class: 'back', href: '#/' }, '← All tasks'), trouble, body);

  const drawHead = painter(head, shown => [h('h1', null, shown.id), badge(shown), h('span', { class: 'faint' }, [shown.agent, shown.agentId].filter(Boolean).join(' · ')),
    shown.asked ? h('span', { class: 'asked', role: 'status' }, askedText(shown.asked)) : null]);
  const drawProgress = painter(progress, progressView);
  const drawPlan = painter(plan, planView());
  const drawFacts = painter(facts, factsView);

  function draw() {
    drawHead({ id, state: task.state, detail: task.detail, error: task.error, agent: task.agent, agentId: task.agentId, asked: isPaused(task) || hasEnded(task) ? null : timeline.asked() });
    drawProgress(task);
    drawPlan({ plan: task.plan, state: task.state });
    drawFacts(task);
    operations.allow();
    checkpoints.allow();
    document.title = `${task.progress.percentage} % ${id}`;
  }

  function fail(problem) {
    if (closed || problem.status === 401) return;
    if (problem.status === 404) {
      body.hidden = true;
      stream?.close();
      showConnection('ended');
    }
    trouble.replaceChildren(problemView(problem));
  }

  const refresh = coalesce(async () => {
    try {
      const read = asRead(await getJson(ofTask(id)));
      if (!isPaused(read) && !hasEnded(read)) await timeline.refresh();
      if (closed) return;
      task = read;
      body.hidden = false;
      trouble.replaceChildren();
      draw();
    } catch (problem) {
      fail(problem);
    }
  }, readEvery);

  const refreshTimeline = coalesce(() => timeline.element.isShown() ? timeline.refresh().catch(fail) : null, 1000);
  const refreshCheckpoints = coalesce(() => checkpoints.element.isShown() ? checkpoints.refresh().catch(fail) : null, 1000);

  const on = {
    log: line => log.append(line),
    gap: gap => log.gap(gap),
    state({ state, detail }) {
      if (task && task.state !== state) announce(`${id} is ${state}${detail ? `, ${words(detail)}` : ''}`);
      refresh();
      refreshTimeline();
    },
    progress: () => refresh(),
    resource({ resources }) {
      if (!task) return;
      task.resources = resources;
      drawFacts(task);
    },
    alert({ code, message }) {
      notify(h('span', null, h('strong', null, words(code)), ' ', message));
      refreshTimeline();
    },
    checkpoint() {
      refresh();
      refreshTimeline();
      refreshCheckpoints();
    },
    end: () => refresh(),
  };

  // The end of the log first, then what comes after it: a long log is not sent from its beginning.
  async function begin() {
    refresh();
    const after = await log.begin();
    if (closed) return;
    stream = follow(ofTask(id, 'events'), {
      after, on,
      onConnection(state, problem) {
        showConnection(state);
        if (problem) fail(problem);
        // What was missed while it was away no event tells.
        if (state === 'live') refresh();
      },
    });
  }

  let again = null;
  function tryToBegin() {
    begin().catch(problem => {
      fail(problem);
      if (closed || (problem.status >= 400 && problem.status < 500)) return;
      showConnection('waiting');
      again = setTimeout(tryToBegin, 3000);
    });
  }

  tryToBegin();
  return {
    close() {
      closed = true;
      stream?.close();
      clearTimeout(again);
      later.forEach(clearTimeout);
      for (const one of [refresh, refreshTimeline, refreshCheckpoints]) one.close();
    },
  };
}
