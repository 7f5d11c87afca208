// Server-sent events by fetch: EventSource cannot send a key. It comes again as the standard says, after the last event that had an id.
import { Problem, send } from './api.js';

// The host writes a comment every 15 s; a connection that says nothing for so long is dead, whatever the socket says.
const staleAfter = 45_000;

// Browsers open only six connections to one host over HTTP/1.1: a tab nobody looks at gives its own back.
const hiddenFor = 30_000;

const open = new Set();
let hiding = null;
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => open.forEach(controller => controller.abort()), hiddenFor);
});

/** Splits what arrives into events. */
export class EventParser {
  #rest = '';

  push(text) {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop();
    return blocks.map(EventParser.#read);
  }

  static #read(block) {
    const event = {};
    for (const line of block.split('\n')) {
      const colon = line.indexOf(': ');
      if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
    }
    return event;
  }
}

/**
 * Follows a stream until it ends for good or is closed.
 * @param on what to do with an event, by its type
 * @param onConnection told of 'connecting', 'live', 'waiting', 'ended' and, with the problem, 'refused'
 */
export function follow(path, { after = 0, on, onConnection }) {
  let closed = false, lastId = after, retry = 3000, ended = false;
  let controller = null;
  const wake = new EventTarget();

  const pause = (ms, until) => new Promise(done => {
    const timer = ms === null ? null : setTimeout(done, ms);
    wake.addEventListener(until, () => { clearTimeout(timer); done(); }, { once: true });
  });
  const onVisible = () => { if (!document.hidden) wake.dispatchEvent(new Event('visible')); };
  document.addEventListener('visibilitychange', onVisible);

  function take(event) {
    if (event.retry) retry = +event.retry;
    if (!event.data) return;
    if (event.id) lastId = event.id;
    try {
      on[event.event]?.(JSON.parse(event.data));
    } catch (error) {
      // A fault of ours in one event must not end the stream, nor go unseen.
      reportError(error);
    }
    if (event.event === 'end') ended = true;
  }

  async function read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    let stale;
    try {
      for (;;) {
        stale = setTimeout(() => controller.abort(), staleAfter);
        const { done, value } = await reader.read();
        clearTimeout(stale);
        if (done || closed) return;
        parser.push(value).forEach(take);
      }
    } finally {
      clearTimeout(stale);
    }
  }

  async function connect() {
    controller = new AbortController();
    open.add(controller);
    const since = Date.now();
    try {
      const response = await send('GET', path, { headers: lastId ? { 'Last-Event-ID': `${lastId}` } : {}, signal: controller.signal });
      if (response.status === 204) { ended = true; return 0; }
      onConnection('live');
      await read(response.body);
      // One that has ended itself after a while wants us back at once.
      return Date.now() - since > 5000 ? 0 : retry;
    } finally {
      open.delete(controller);
    }
  }

  async function run() {
    onConnection('connecting');
    while (!closed && !ended) {
      let wait = retry;
      try {
        wait = await connect();
      } catch (error) {
        if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
          if (!closed) onConnection('refused', error);
          return;
        }
      }
      if (closed || ended) break;
      onConnection('waiting');
      if (document.hidden) await pause(null, 'visible');
      else if (wait > 0) await pause(wait, 'close');
    }
    if (!closed) onConnection('ended');
  }

  run().finally(() => document.removeEventListener('visibilitychange', onVisible));
  return {
    close() {
      closed = true;
      controller?.abort();
      wake.dispatchEvent(new Event('close'));
      wake.dispatchEvent(new Event('visible'));
    },
  };
}
