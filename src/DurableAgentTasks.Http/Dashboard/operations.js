// What an operator may ask of a task: each with what is asked before, and when it can be asked at all.
import { ofTask, postJson, send } from './api.js';
import { ask, field } from './dialog.js';
import { h } from './dom.js';
import { isoDuration, length, milliseconds, plural } from './format.js';
import { notify } from './notices.js';
import { undecided, waitingStep } from './plan.js';
import { watchStats } from './stats.js';

const reason = { name: 'reason', label: 'Reason (optional)', hint: 'Stands in the timeline.', maxlength: 1000 };

/** Whoever judges a step sees what it would do, and what happens without them. */
function judged(task) {
  const step = waitingStep(task);
  if (!step) return null;
  return h('div', { class: 'judged' },
    h('p', null, h('span', { class: 'step-id' }, step.id), ' ', h('strong', null, step.title)),
    h('pre', { tabindex: 0, 'aria-label': step.command ? 'Command' : 'Prompt' }, step.command ?? step.prompt),
    h('p', null, undecided(step.approval)));
}

const judgedStep = task => ({ stepId: waitingStep(task)?.id });

const underWay = ({ state }) => ['planning', 'executing', 'checkpointing', 'paused', 'resuming'].includes(state);

const operations = [
  {
    verb: 'approve', label: 'Approve', main: true, allows: task => task.links?.approve,
    title: 'Let the step run?', confirm: 'Approve', about: judged, also: judgedStep, fields: [reason],
  },
  {
    verb: 'reject', label: 'Reject', danger: true, allows: task => task.links?.reject,
    title: 'Not let the step run?', text: 'A critical step fails the task; another is skipped.', confirm: 'Reject the step', about: judged, also: judgedStep, fields: [reason],
  },
  {
    verb: 'pause', label: 'Pause', allows: task => task.links?.pause,
    title: 'Pause the task', confirm: 'Pause it',
    fields: [
      {
        name: 'mode', label: 'How',
        options: [['', 'As the host has it'], ['stop', 'Stop what runs now'], ['drain', 'Let the running step end first'], ['freeze', 'Freeze it for a short break']],
        hint: 'An agent that is stopped goes on in its session; a command runs again. What is frozen is stopped after 10 min.',
      },
      reason,
    ],
  },
  { verb: 'resume', label: 'Resume', main: true, allows: task => task.links?.resume, title: 'Resume the task', confirm: 'Resume it', fields: [reason] },
  {
    verb: 'extend', label: 'Extend', allows: underWay,
    title: 'Give it more time', confirm: 'Extend',
    fields: [
      { name: 'duration', label: 'By how much', value: '30m', hint: 'Such as 30m, 1h 30m, or PT1H30M.', read: isoDuration },
      { name: 'scope', label: 'Of what', options: [['task', 'The task'], ['phase', 'Its present phase']] },
      reason,
    ],
  },
  {
    verb: 'checkpoints', label: 'Checkpoint', allows: task => underWay(task) && task.state !== 'resuming',
    title: 'Take a checkpoint now', text: 'The running step goes on beside it.', confirm: 'Take it', fields: [reason],
  },
  {
    verb: 'cancel', label: 'Cancel', danger: true, allows: task => task.links?.cancel,
    title: 'Cancel the task?', text: 'Every process of it is ended. It cannot be resumed after that; what it has stored stays.', confirm: 'Cancel the task', dismiss: 'Let it run', fields: [reason],
  },
];

const accepted = { approve: 'approved', reject: 'rejected', pause: 'to be paused', resume: 'to go on', extend: 'extended', checkpoints: 'to be checkpointed', cancel: 'to be cancelled' };

function bodyOf(form, fields) {
  const read = fields.map(({ name, read: as = text => text }) => [name, as(form.get(name).trim())]);
  return Object.fromEntries(read.filter(([, value]) => value !== ''));
}

async function operate({ verb, fields, about, also, ...dialog }, task, done) {
  // Of the step that was shown, whatever waits by the time it is answered.
  const more = also?.(task);
  const answer = await ask({
    ...dialog,
    content: [about?.(task), fields.map(({ read, ...shown }) => field(shown))],
    run: form => postJson(ofTask(task.id, verb), { ...bodyOf(form, fields), ...more }),
  });
  if (!answer) return;
  notify(`${task.id} is ${accepted[verb]}.`);
  done();
}

async function remove(task) {
  const gone = await ask({
    title: `Delete ${task.id}?`,
    text: 'It is stopped if it runs. Its history, log and checkpoints are gone then, and its worktree or clone; never your own folder.',
    confirm: 'Delete it', danger: true, dismiss: 'Keep it',
    run: () => send('DELETE', ofTask(task.id)),
  });
  if (!gone) return;
  notify(`${task.id} is deleted.`);
  watchStats();
  location.hash = '#/';
}

/** The buttons of a task; those its state does not allow cannot be pressed. */
export function operationsView(task, done) {
  const buttons = operations.map(operation => ({
    operation,
    button: h('button', { type: 'button', class: operation.danger ? 'danger' : operation.main ? 'primary' : null, onclick: () => operate(operation, task(), done) }, operation.label),
  }));
  const element = h('div', { class: 'operations', role: 'group', 'aria-label': 'What can be done with it' },
    buttons.map(({ button }) => button), h('button', { type: 'button', class: 'danger', onclick: () => remove(task()) }, 'Delete'));
  return {
    element,
    allow() {
      const held = element.contains(document.activeElement);
      for (const { operation, button } of buttons) {
        button.disabled = !operation.allows(task());
        // A step is judged seldom; the buttons would only be in the way.
        if (operation.verb === 'approve' || operation.verb === 'reject') button.hidden = button.disabled;
      }

      // A button that can no longer be pressed would lose the focus to the page.
      if (held && document.activeElement?.disabled !== false) [...element.children].find(button => !button.disabled && !button.hidden)?.focus();
    },
  };
}

export async function restore(task, checkpoint) {
  const answer = await ask({
    title: `Go back to checkpoint ${checkpoint.number}?`,
    text: `“${checkpoint.description}”: the work tree is brought back to it and the task goes on from there. What is there now is kept as another checkpoint.`,
    confirm: 'Restore and resume', danger: true, content: [field(reason)],
    run: form => postJson(ofTask(task.id, 'resume'), { checkpointId: checkpoint.id, ...bodyOf(form, [reason]) }),
  });
  if (answer) notify(`${task.id} goes back to checkpoint ${checkpoint.number}.`);
}

export async function emergencyStop() {
  const report = await ask({
    title: 'Stop everything on this host?',
    text: 'Every process of every task here is killed at once. The tasks are paused until an operator resumes them.',
    confirm: 'Stop everything', danger: true, dismiss: 'Let it run', content: [field(reason)],
    run: form => postJson('api/emergency-stop', bodyOf(form, [reason])),
  });
  if (!report) return;
  notify(`${plural(report.stopped.length, 'step')} stopped in ${length(milliseconds(report.took))}; paused: ${report.paused.join(', ') || 'none'}.`);
}
