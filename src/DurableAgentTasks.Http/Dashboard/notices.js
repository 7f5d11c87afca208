// What happened, and how the connection is.
import { access } from './api.js';
import { h } from './dom.js';

const connections = {
  connecting: 'Connecting',
  live: 'Live',
  waiting: 'Reconnecting',
  ended: 'Ended',
  refused: 'No access',
};

export function showConnection(state) {
  const pill = document.getElementById('connection');
  if (pill.dataset.state === state) return;
  pill.dataset.state = state;
  pill.textContent = connections[state];
}

/** A line at the bottom that goes by itself, unless it is bad news. */
export function notify(content, isError = false) {
  const close = () => notice.remove();
  const notice = h('div', { class: isError ? 'notice bad' : 'notice', role: isError ? 'alert' : 'status' },
    h('div', { class: 'notice-text' }, content), h('button', { type: 'button', class: 'plain', 'aria-label': 'Dismiss', onclick: close }, '×'));
  const all = document.getElementById('notices');
  all.append(notice);
  while (all.children.length > 4) all.firstChild.remove();
  if (!isError) setTimeout(close, 6000);
}

/** A problem as it was told: what to do, more about it, and everything that is wrong with the request. */
export function problemView(problem, errors = problem.errors) {
  return h('div', { class: 'problem' },
    h('strong', null, problem.title ?? problem.message),
    problem.detail && problem.detail !== problem.title ? h('p', null, problem.detail) : null,
    errors?.length ? h('ul', null, errors.map(error => h('li', null, h('code', null, error.path), ' ', error.message))) : null,
    problem.isOfKey
      ? h('p', null, h('button', { type: 'button', onclick: () => access.dispatchEvent(new Event('wanted')) }, 'Enter another key'))
      : problem.status >= 500 && problem.traceId ? h('p', { class: 'faint' }, `Trace ${problem.traceId}`) : null);
}

/** For what an operator asked for and did not get. */
export function tell(problem) {
  if (problem.status !== 401) notify(problemView(problem), true);
}
