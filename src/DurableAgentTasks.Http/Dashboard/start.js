// Starting a task: the usual things as a form, everything else as JSON. What is wrong with it the API says, all of it at once.
import { getJson, postJson } from './api.js';
import { ask, field } from './dialog.js';
import { h } from './dom.js';
import { isoDuration } from './format.js';
import { notify } from './notices.js';

const put = (object, name, value) => { if (value) object[name] = value; };

/** JSON that a person has typed; what is wrong with it is said as the API would. */
function parse(text, path) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw { title: 'This is no JSON.', errors: [{ path, message: error.message }] };
  }
}

/** What the API says in words of JSON, in words of the form. */
const inWords = ({ path, message }) => ({
  path,
  message: !message.startsWith('is missing') ? message
    : path === 'plan' ? 'Write at least one command, or a plan under “More”.'
    : path === 'prompt' ? 'Say what is to be done.'
    : path.startsWith('workspace') ? 'Say where it works.'
    : message,
});

/** One step for each line. */
const planOf = commands => ({
  phases: [{
    title: 'Commands',
    steps: commands.split('\n').map(line => line.trim()).filter(Boolean).map(command => ({ title: command.slice(0, 80), kind: 'shell', command })),
  }],
});

/** The body of the request, from the fields that were filled in. */
function bodyOf(form) {
  const text = name => (form.get(name) ?? '').trim();
  const body = {};
  for (const name of ['id', 'agent', 'agentId']) put(body, name, text(name));
  body.workspace = {};
  for (const name of text('where') === 'repository' ? ['repository', 'ref', 'setup'] : ['path', 'isolation', 'setup']) put(body.workspace, name, text(`workspace.${name}`));
  put(body, 'prompt', text('prompt'));
  if (text('plan')) body.plan = parse(text('plan'), 'plan');
  else if (text('commands')) body.plan = planOf(text('commands'));
  if (text('timeouts.task')) body.timeouts = { task: isoDuration(text('timeouts.task')) };
  if (text('priority')) body.priority = Number(text('priority'));
  if (form.get('deliver.branch')) body.deliver = { branch: true, patch: true };
  return body;
}

function formView() {
  const folder = h('div', { class: 'pair' },
    field({ name: 'workspace.path', label: 'Folder on the host', 'data-also': 'workspace', placeholder: '/repos/shop' }),
    field({ name: 'workspace.isolation', label: 'Isolation', options: [['inPlace', 'In the folder itself'], ['worktree', 'In a git worktree of its own']] }));
  const repository = h('div', { class: 'pair', hidden: true },
    field({ name: 'workspace.repository', label: 'Repository', 'data-also': 'workspace', placeholder: 'https://… or user@host:path' }),
    field({ name: 'workspace.ref', label: 'Branch, tag or commit', hint: 'The default branch if left out.' }));
  const prompt = field({ name: 'prompt', label: 'Prompt', type: 'textarea', rows: 5, 'data-also': 'plan', hint: 'Without a plan the agent makes one first.' });
  const commands = field({ name: 'commands', label: 'Commands', type: 'textarea', rows: 5, 'data-also': 'plan', hint: 'One to a line, each a step.' });
  const names = h('datalist', { id: 'agent-names' }, h('option', { value: 'shell' }));
  const agent = field({ name: 'agent', label: 'Agent', list: 'agent-names', value: 'shell', hint: 'A profile of this host, or shell for commands.', autofocus: true, oninput: showWork });
  const where = field({
    name: 'where', label: 'Where it works', options: [['path', 'A folder of the host'], ['repository', 'A clone of a repository']],
    onchange: event => {
      folder.hidden = event.target.value === 'repository';
      repository.hidden = !folder.hidden;
    },
  });

  function showWork() {
    commands.hidden = agent.querySelector('input').value.trim() !== 'shell';
    prompt.hidden = !commands.hidden;
  }

  showWork();
  // Which agents are found; without an answer their names can be typed all the same.
  getJson('readyz').then(ready => names.append(...(ready.agents ?? []).map(({ name, found }) => h('option', { value: name }, found ? name : `${name} (not installed)`)))).catch(() => {});
  return h('div', { class: 'start-form' },
    h('div', { class: 'pair' }, agent, field({ name: 'id', label: 'Id (optional)', placeholder: 'fix-login', hint: 'Small letters, digits and “-”; made up if left out.' })), names,
    where, folder, repository, prompt, commands,
    h('details', null, h('summary', null, 'More'),
      field({ name: 'plan', label: 'Plan as JSON', type: 'textarea', rows: 6, placeholder: '{ "phases": [ { "title": "Build", "steps": [ … ] } ] }', hint: 'Instead of commands, or for an agent that need not make one.' }),
      h('div', { class: 'pair' },
        field({ name: 'workspace.setup', label: 'Setup command', placeholder: 'npm ci' }),
        field({ name: 'timeouts.task', label: 'Time limit', placeholder: '2h' })),
      h('div', { class: 'pair' },
        field({ name: 'priority', label: 'Priority', type: 'number', min: -100, max: 100, placeholder: '0' }),
        field({ name: 'agentId', label: 'Owner', hint: 'A name to filter by.' })),
      field({ name: 'deliver.branch', label: 'Deliver a branch and a patch', type: 'checkbox' })));
}

// What was typed is there again when the dialog is, until it was started.
let draft = null;

function draftView() {
  const form = formView();
  const json = h('div', { hidden: true }, field({ name: 'json', label: 'The whole request as JSON', type: 'textarea', rows: 18, autofocus: true }));
  const toggle = h('button', { type: 'button', class: 'plain link', onclick: switchView }, 'Edit as JSON');

  function switchView() {
    const toJson = json.hidden;
    if (toJson) {
      let body = {};
      try { body = bodyOf(new FormData(toggle.form)); } catch { /* The plan is no JSON yet: it is begun anew. */ }
      json.querySelector('textarea').value = JSON.stringify(body, null, 2);
    }
    json.hidden = !toJson;
    form.hidden = toJson;
    toggle.textContent = toJson ? 'Back to the form' : 'Edit as JSON';
  }

  return { content: [toggle, form, json], isForm: () => json.hidden, read: data => json.hidden ? bodyOf(data) : parse(data.get('json'), '$') };
}

export async function startTask() {
  // Sent again after an error, the same request starts one task, not two.
  let sent = null, key = null;
  draft ??= draftView();
  const { content, isForm, read } = draft;
  const started = await ask({
    title: 'New task', confirm: 'Start', wide: true, content,
    run: async data => {
      const body = JSON.stringify(read(data));
      if (body !== sent) [sent, key] = [body, [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')];
      try {
        return await postJson('api/tasks', body, { 'Idempotency-Key': key });
      } catch (problem) {
        if (isForm() && problem.errors) problem.errors = problem.errors.map(inWords);
        throw problem;
      }
    },
  });
  if (!started) return;
  draft = null;
  notify(`${started.id} is started.`);
  location.hash = `#/tasks/${encodeURIComponent(started.id)}`;
}
