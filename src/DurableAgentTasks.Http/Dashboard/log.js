// The log of a task: a window of at most so many lines of it, however long it is.
import { download, getJson, key, ofTask } from './api.js';
import { styled } from './ansi.js';
import { h } from './dom.js';
import { number, plural } from './format.js';
import { tell } from './notices.js';

const most = 5000;
const tail = 1000;
const perFrame = 1000;
const longest = 10_000;

/** Lines before a number, back to another one; of one stream only, if that is asked for. */
async function readBetween(id, from, before, only, limit) {
  const lines = [];
  for (let after = from - 1; after < before - 1;) {
    const page = await getJson(`${ofTask(id, 'logs')}?after=${after}&limit=${limit}${only ? `&stream=${only}` : ''}`);
    lines.push(...page.lines.filter(line => line.seq < before));
    if (page.next <= after) break;
    after = page.next;
  }
  return lines;
}

export function logView(id) {
  // 1. Lines come in order, each once: "last" is the number of the latest that has come, and what is not above it is passed over.
  // 2. They wait in "pending" until the next frame draws them. While the log is held, or begun anew, they stay there.
  // 3. The window reaches from "from" on. Behind it lines may be cut off after earlier ones were loaded: then it begins anew at the end.
  let pending = [], last = 0, from = 1, following = true, held = false, cut = false, missed = false, drawing = false, loading = false;
  let only = '', generation = 0;

  const box = h('div', { class: 'log', tabindex: 0, role: 'log', 'aria-live': 'off', 'aria-label': 'Log', onscroll: onScroll });
  const state = h('span', { class: 'faint log-state' });
  const earlier = h('button', { type: 'button', hidden: true, onclick: () => loadEarlier().catch(tell) }, 'Load earlier');
  const follow = h('button', { type: 'button', 'aria-pressed': 'true', onclick: () => setFollowing(!following) }, 'Follow');
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => hold(!held) }, 'Pause following');
  const streams = h('select', { 'aria-label': 'Stream', onchange: event => { only = event.target.value; begin().catch(tell); } },
    [['', 'All output'], ['stdout', 'stdout'], ['stderr', 'stderr'], ['system', 'system']].map(([value, title]) => h('option', { value }, title)));
  const raw = h('a', { href: new URL(ofTask(id, 'logs', 'raw'), document.baseURI).href, download: `${id}.log`, onclick: saveRaw }, 'Raw log');
  const element = h('div', { class: 'log-view' }, h('div', { class: 'log-tools' }, earlier, follow, pause, streams, state, raw), box);

  // A link cannot send the key; without one the browser saves the log without having all of it in memory.
  function saveRaw(event) {
    if (!key.get()) return;
    event.preventDefault();
    download(ofTask(id, 'logs', 'raw'), `${id}.log`).catch(tell);
  }

  function lineView(line) {
    const text = line.text.length > longest ? `${line.text.slice(0, longest)} … ${number(line.text.length - longest)} more characters, see the raw log` : line.text;
    const node = h('div', { class: 'line', 'data-stream': line.stream, title: `${line.time}${line.stepId ? ` · step ${line.stepId}` : ''}` },
      h('span', { class: 'seq' }, `${line.seq}`), line.stream === 'stdout' ? null : h('span', { class: 'stream' }, line.stream), h('span', { class: 'text' }, styled(text)));
    node.seq = line.seq;
    return node;
  }

  function holeView({ after, seq }) {
    const node = h('div', { class: 'line hole' }, seq > after + 1 ? `Lines ${after + 1} to ${seq - 1} are not in the log.` : 'The log begins anew here.');
    node.seq = seq;
    return node;
  }

  function showState() {
    state.textContent = held && pending.length > 0 ? `${missed ? 'more than ' : ''}${plural(pending.length, 'line')} held back` : held ? 'held' : '';
    earlier.hidden = from <= 1;
  }

  function schedule() {
    if (drawing || held || loading) return showState();
    drawing = true;
    requestAnimationFrame(drawPending);
  }

  function drawPending() {
    drawing = false;
    if (held || loading) return showState();
    if (missed) {
      box.replaceChildren();
      from = pending[0].seq;
      missed = false;
    }
    box.append(...pending.splice(0, perFrame).map(item => item.text === undefined ? holeView(item) : lineView(item)));
    while (box.childElementCount > most) box.firstChild.remove();
    if (box.childElementCount === most) from = box.firstChild.seq;
    if (following) box.scrollTop = box.scrollHeight;
    showState();
    if (pending.length > 0) schedule();
  }

  function add(item) {
    pending.push(item);
    // More than the window holds would be drawn to be thrown away. Not at each line: cutting an array costs its length.
    if (pending.length > 2 * most) {
      pending.splice(0, pending.length - most);
      missed = true;
    }
    schedule();
  }

  function onScroll() {
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    if (following && !atEnd && !drawing) setFollowing(false, false);
    else if (!following && atEnd && !held) setFollowing(true, false);
  }

  function setFollowing(value, scroll = true) {
    following = value;
    follow.setAttribute('aria-pressed', value);
    if (value && scroll) {
      hold(false);
      box.scrollTop = box.scrollHeight;
    }
  }

  function hold(value) {
    held = value;
    pause.setAttribute('aria-pressed', value);
    if (held) return showState();
    if (cut) begin().catch(tell);
    else schedule();
  }

  async function loadEarlier() {
    setFollowing(false);
    hold(true);
    const [mine, before] = [generation, from];
    let start = before, lines = [];
    for (const window = only ? 10 * tail : tail; lines.length === 0 && start > 1;) {
      const end = start;
      start = Math.max(1, start - window);
      lines = await readBetween(id, start, end, only, window);
    }
    if (mine !== generation || before !== from) return;
    const height = box.scrollHeight;
    box.prepend(...lines.map(lineView));
    box.scrollTop += box.scrollHeight - height;
    from = start;
    for (; box.childElementCount > most; cut = true) box.lastChild.remove();
    showState();
  }

  /** Shows the end of the log. What comes meanwhile waits, and what of it is shown already is left out. */
  async function begin() {
    const mine = ++generation;
    loading = true;
    let page;
    try {
      page = await getJson(`${ofTask(id, 'logs')}?tail=${tail}${only ? `&stream=${only}` : ''}`);
    } finally {
      if (mine === generation) loading = false;
    }
    if (mine !== generation) return last;
    last = Math.max(last, page.next);
    pending = pending.filter(line => line.seq > page.next && (!only || line.stream === only));
    box.replaceChildren(...page.lines.map(lineView));
    [from, cut, missed, held] = [page.lines[0]?.seq ?? 1, false, false, false];
    pause.setAttribute('aria-pressed', 'false');
    setFollowing(true);
    schedule();
    return page.next;
  }

  return {
    element,
    begin,
    /** It was out of sight, where nothing can be scrolled. */
    shown() {
      if (following) box.scrollTop = box.scrollHeight;
    },
    append(line) {
      if (line.seq <= last) return;
      last = line.seq;
      if (!only || line.stream === only) add(line);
    },
    gap({ after, next }) {
      last = next - 1;
      add({ after, seq: next });
    },
  };
}
