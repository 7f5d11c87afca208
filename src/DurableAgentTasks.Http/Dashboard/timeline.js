// What happened to a task, newest first.
import { getJson, ofTask } from './api.js';
import { h } from './dom.js';
import { dateTime, length, milliseconds, timeOfDay, words } from './format.js';

const shownAtFirst = 200;

const told = {
  transition: ({ from, to, data }) => `${from ?? ''} → ${to}${data?.detail ? `, ${words(data.detail)}` : ''}`,
  detail: ({ data }) => words(data?.detail),
  plan: ({ data }) => `A plan was made: ${data?.plan?.phases?.map(phase => phase.title).join(', ') ?? ''}`,
  step: ({ data }) => `Step ${data?.stepId}: ${words(data?.status)}${data?.attempt > 1 ? `, attempt ${data.attempt}` : ''}${data?.exitCode ? `, exit ${data.exitCode}` : ''}${data?.message ? `. ${data.message}` : ''}`,
  checkpoint: ({ data }) => `${data?.description ?? 'Taken'} (${data?.checkpoint?.id})`,
  restored: ({ data }) => `Brought back to ${data?.checkpoint?.id}`,
  recovery: ({ data }) => `Step ${data?.stepId}: a failure of kind ${words(data?.class)}, decided: ${words(data?.action)}${data?.delay ? ` after ${length(milliseconds(data.delay))}` : ''}${data?.evidence ? `. ${data.evidence}` : ''}`,
};

function entryView(entry) {
  const trigger = entry.trigger && entry.type !== 'step' ? words(entry.trigger) : null;
  return h('li', { class: 'entry', 'data-type': entry.type },
    h('time', { datetime: entry.time, title: dateTime(entry.time) }, timeOfDay(entry.time)),
    h('span', { class: 'kind' }, entry.type),
    h('span', { class: 'entry-text' },
      [told[entry.type]?.(entry), entry.type in told ? null : trigger].filter(Boolean).join(' '),
      entry.reason ? h('span', { class: 'reason' }, entry.reason) : null,
      entry.by ? h('span', { class: 'faint' }, `by ${entry.by}`) : null,
      entry.type === 'transition' && trigger ? h('span', { class: 'faint' }, trigger) : null));
}

/** What an operator asked for that is not done yet: the last pause or cancel, unless the task has come there, or was told to go on. */
function askedOf(entries) {
  const entry = entries.findLast(({ type, trigger, to }) => type === 'operator' && ['pause', 'cancel', 'resume'].includes(trigger) || ['paused', 'completed', 'failed', 'cancelled'].includes(to));
  return entry?.type === 'operator' && entry.trigger !== 'resume' ? entry : null;
}

export function timelineView(id) {
  const list = h('ol', { class: 'timeline' });
  const more = h('button', { type: 'button', class: 'more', hidden: true, onclick: () => { shown += shownAtFirst; draw(); } }, 'Show older');
  let entries = [], shown = shownAtFirst, drawn = false;

  function draw() {
    list.replaceChildren(...entries.slice(-shown).reverse().map(entryView));
    more.hidden = entries.length <= shown;
    drawn = true;
  }

  async function refresh() {
    for (let token = entries.at(-1)?.number ?? 0; token !== undefined;) {
      const page = await getJson(`${ofTask(id, 'timeline')}?top=1000&continuationToken=${token}`);
      const news = page.items.filter(item => item.number > (entries.at(-1)?.number ?? 0));
      if (news.length > 0) drawn = false;
      entries = entries.concat(news);
      token = page.continuationToken;
    }
    if (!drawn) draw();
  }

  return { element: h('div', null, list, more), refresh, asked: () => askedOf(entries) };
}
