// The plan: its phases, their steps, and how far each is.
import { h, live } from './dom.js';
import { dateTime, length, number, plural, serverNow, words } from './format.js';
import { bar } from './status.js';

const marks = { pending: '○', in_progress: '◐', completed: '●', failed: '✕', skipped: '–', cancelled: '⊘' };

const mark = status => h('span', { class: 'mark', 'data-status': status, 'aria-hidden': 'true' }, marks[status] ?? '?');

function took(step, frozen) {
  if (!step.startedAt) return '';
  const begun = Date.parse(step.startedAt);
  if (step.completedAt) return length(Date.parse(step.completedAt) - begun);
  return step.status === 'in_progress' && !frozen ? live(() => length(serverNow() - begun)) : '';
}

/** What is done, unless the title says it all. What was opened stays open when the plan is drawn anew. */
function workView(step, opened) {
  const work = step.command ?? step.prompt;
  if (!work || work === step.title) return null;
  return h('details', { class: 'work', open: opened.has(step.id), ontoggle: ({ target }) => target.open ? opened.add(step.id) : opened.delete(step.id) },
    h('summary', null, step.command ? 'Command' : 'Prompt'), h('pre', { tabindex: 0 }, work));
}

/** What becomes of a step that waits for an approval, if nobody decides. */
export const undecided = ({ until, default: verdict }) => `If nobody decides until ${dateTime(until)}, it is ${verdict === 'approve' ? 'approved' : 'rejected'}.`;

/** The step that waits for an approval; undefined if none does. */
export const waitingStep = task => task.plan?.phases.flatMap(phase => phase.steps).find(step => step.approval?.until);

function stepView(step, frozen, opened) {
  const facts = [
    step.attempts > 1 ? plural(step.attempts, 'attempt') : null,
    step.exitCode !== null && step.exitCode !== 0 ? `exit ${step.exitCode}` : null,
    step.usage ? `${number(step.usage.inputTokens + step.usage.outputTokens)} tokens, $${step.usage.costUsd.toFixed(2)}` : null,
  ].filter(Boolean);
  return h('li', { class: 'step', 'data-status': step.status },
    mark(step.status),
    h('span', { class: 'step-title' }, h('span', { class: 'step-id' }, step.id), ' ', step.title,
      step.message && step.status !== 'completed' ? h('span', { class: 'message' }, step.message) : null,
      step.approval?.until ? h('span', { class: 'waits' }, `Waits for an approval. ${undecided(step.approval)}`) : null,
      workView(step, opened),
      step.sessionId ? h('span', { class: 'faint session', title: 'Session of the agent' }, `${step.sessionId}${step.agentVersion ? ` · ${step.agentVersion}` : ''}`) : null),
    h('span', { class: 'step-facts' }, h('span', { class: 'kind' }, step.kind), facts.map(fact => h('span', null, fact))),
    h('span', { class: 'step-status' }, words(step.status)),
    h('span', { class: 'step-time' }, took(step, frozen)));
}

export function planView() {
  const opened = new Set();
  return shown => drawPlan(shown, opened);
}

function drawPlan({ plan, state }, opened) {
  if (!plan) return h('p', { class: 'empty' }, 'There is no plan yet.');
  return plan.phases.map(phase => h('section', { class: 'phase', 'aria-label': `Phase ${phase.id}` },
    h('h3', null, mark(phase.status), h('span', { class: 'phase-title' }, phase.title), h('span', { class: 'faint' }, words(phase.status)),
      bar(phase.percentage, `Phase ${phase.id}`, phase.status === 'failed' ? 'failed' : phase.status)),
    h('ol', { class: 'steps' }, phase.steps.map(step => stepView(step, state === 'paused', opened)))));
}
