// What else is known of a task, beside its plan and log.
import { download, ofTask } from './api.js';
import { h, live } from './dom.js';
import { ago, bytes, dateTime, length, milliseconds, number, serverNow, words } from './format.js';
import { tell } from './notices.js';
import { growing, hasEnded } from './status.js';

const fact = (name, ...value) => h('div', { class: 'fact' }, h('dt', null, name), h('dd', null, ...value));

const group = (title, ...facts) => facts.some(Boolean) ? h('section', { class: 'group' }, h('h3', null, title), h('dl', null, facts)) : null;

/** What is left of a limit: it counts down, unless its clock stands still. */
function left(task, name, text) {
  const ms = milliseconds(text);
  if (ms === null) return null;
  if (task.state === 'paused' || !task.deadlines[name]) return fact(words(name), length(ms), ' ', h('span', { class: 'faint' }, 'frozen'));
  return fact(words(name), h('span', { title: dateTime(task.deadlines[name]) }, live(() => length(ms - (serverNow() - task.readAt)))));
}

function deadlines(task) {
  if (hasEnded(task) || !task.deadlines) return null;
  const { idle } = task.deadlines;
  return group('Time left',
    left(task, 'task', task.deadlines.taskLeft),
    left(task, 'phase', task.deadlines.phaseLeft),
    idle ? fact('without a sign of life', live(() => length(Date.parse(idle) - serverNow()))) : null);
}

function outcome(task) {
  if (!task.result && !task.error) return null;
  return h('section', { class: 'group outcome', 'data-outcome': task.result?.outcome ?? 'failed' },
    h('h3', null, task.error ? 'Error' : 'Result', ' ', h('span', { class: 'faint' }, task.error?.code ?? task.result.outcome)),
    task.error ? h('p', null, task.error.message) : null,
    task.error?.stepId ? h('p', { class: 'faint' }, `Step ${task.error.stepId}`) : null,
    task.result?.summary && task.result.summary !== task.error?.message ? h('p', { class: 'summary' }, task.result.summary) : null,
    task.state === 'completed'
      ? h('button', { type: 'button', onclick: () => download(ofTask(task.id, 'result.patch'), `${task.id}.patch`).catch(tell) }, 'Download the patch')
      : null);
}

export function factsView(task) {
  const { durations, usage, resources, counts, lastCheckpoint } = task;
  return [
    outcome(task),
    deadlines(task),
    group('Time',
      fact('total', growing(task, durations.total)),
      fact('active', growing(task, durations.active, task.startedAt && !hasEnded(task) && task.state !== 'paused')),
      fact('paused', growing(task, durations.paused, task.state === 'paused')),
      fact('created', h('span', { title: dateTime(task.createdAt) }, live(() => ago(task.createdAt)))),
      task.startedAt ? fact('started', dateTime(task.startedAt)) : null,
      task.completedAt ? fact('ended', dateTime(task.completedAt)) : null),
    usage ? group('Usage',
      fact('cost', `$${usage.costUsd.toFixed(4)}`),
      fact('input', number(usage.inputTokens)),
      fact('output', number(usage.outputTokens)),
      fact('cache read', number(usage.cacheReadTokens)),
      fact('cache written', number(usage.cacheCreationTokens))) : null,
    resources ? group('Processes',
      fact('CPU', `${Math.round(resources.cpuPercent)} % of a core`),
      fact('memory', bytes(resources.memoryBytes)),
      fact('processes', number(resources.processes))) : null,
    counts ? group('Log', fact('lines', number(counts.messages)), fact('size', bytes(counts.bytes)), fact('on stderr', number(counts.errors))) : null,
    lastCheckpoint ? group('Last checkpoint',
      fact('taken', h('span', { title: dateTime(lastCheckpoint.at) }, live(() => ago(lastCheckpoint.at)))),
      fact('type', words(lastCheckpoint.type)),
      fact('id', h('code', null, lastCheckpoint.id))) : null,
  ];
}
