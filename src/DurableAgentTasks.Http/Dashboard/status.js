// How states, progress and forecasts look, in the list and in the task alike: always a word, never a colour alone.
import { h, live } from './dom.js';
import { length, milliseconds, range, roughly, serverNow, words } from './format.js';

export const states = ['created', 'planning', 'executing', 'checkpointing', 'paused', 'resuming', 'completing', 'completed', 'failed', 'cancelled'];

const ended = ['completed', 'failed', 'cancelled'];

export const hasEnded = task => ended.includes(task.state);

/** The state, and why the task is in it. */
export function badge(task) {
  const why = task.detail ?? task.error?.code;
  return h('span', { class: 'state' },
    h('span', { class: 'badge', 'data-state': task.state }, task.state), why ? h('span', { class: 'detail' }, words(why)) : null);
}

export function bar(percentage, label, state) {
  return h('span', { class: 'bar' },
    h('progress', { max: 100, value: percentage, 'aria-label': label, 'data-state': state }), h('span', { class: 'percent' }, `${percentage} %`));
}

/** A status with the moment it was read at, from which what is in it goes on. */
export const asRead = task => ({ ...task, readAt: serverNow(), created: Date.parse(task.createdAt) });

const isRunning = task => task.startedAt && !hasEnded(task);

/** A length that grows while the task does. */
export function growing(task, duration, grows = isRunning(task)) {
  const ms = milliseconds(duration);
  return grows ? live(() => length(ms + serverNow() - task.readAt)) : length(ms);
}

/** What is left, as a range and how much that is worth; null if nobody knows. */
export function remaining(task) {
  const { remaining: left, confidence } = task.progress;
  const text = hasEnded(task) ? null : range(left);
  if (!text) return null;
  return [h('span', { title: `Most likely ${roughly(milliseconds(left.likely))}` }, text), ' ', h('span', { class: 'under confidence' }, `${confidence} confidence`)];
}
