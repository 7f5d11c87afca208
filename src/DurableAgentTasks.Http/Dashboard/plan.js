// The plan: its phases, their steps, and how far each is.
import { h, live } from './dom.js';
import { length, number, plural, serverNow, words } from './format.js';
import { bar } from './status.js';

const marks = { pending: '○', in_progress: '◐', completed: '●', failed: '✕', skipped: '–', cancelled: '⊘' };

const mark = status => h('span', { class: 'mark', 'data-status': status, 'aria-hidden': 'true' }, marks[status] ?? '?');

function took(step, frozen) {
  if (!step.startedAt) return '';
  const begun = Date.parse(step.startedAt);
  if (step.completedAt) return length(Date.parse(step.completedAt) - begun);
  return step.status === 'in_progress' && !frozen ? live(() => length(serverNow() - begun)) : '';
}

function stepView(step, frozen) {
  const facts = [
    step.attempts > 1 ? plural(step.attempts, 'attempt') : null,
    step.exitCode !== null && step.exitCode !== 0 ? `exit ${step.exitCode}` : null,
    step.usage ? `${number(step.usage.inputTokens + step.usage.outputTokens)} tokens, $${step.usage.costUsd.toFixed(2)}` : null,
  ].filter(Boolean);
  return h('li', { class: 'step', 'data-status': step.status },
    mark(step.status),
    h('span', { class: 'step-title' }, h('span', { class: 'step-id' }, step.id), ' ', step.title,
      step.message && step.status !== 'completed' ? h('span', { class: 'message' }, step.message) : null,
      step.sessionId ? h('span', { class: 'faint session', title: 'Session of the agent' }, `${step.sessionId}${step.agentVersion ? ` · ${step.agentVersion}` : ''}`) : null),
    h('span', { class: 'step-facts' }, h('span', { class: 'kind' }, step.kind), facts.map(fact => h('span', null, fact))),
    h('span', { class: 'step-status' }, words(step.status)),
    h('span', { class: 'step-time' }, took(step, frozen)));
}

export function planView({ plan, state }) {
  if (!plan) return h('p', { class: 'empty' }, 'There is no plan yet.');
  return plan.phases.map(phase => h('section', { class: 'phase', 'aria-label': `Phase ${phase.id}` },
    h('h3', null, mark(phase.status), h('span', { class: 'phase-title' }, phase.title), h('span', { class: 'faint' }, words(phase.status)),
      bar(phase.percentage, `Phase ${phase.id}`, phase.status === 'failed' ? 'failed' : phase.status)),
    h('ol', { class: 'steps' }, phase.steps.map(step => stepView(step, state === 'paused')))));
}
