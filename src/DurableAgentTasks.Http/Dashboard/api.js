// The HTTP API. The key is kept for this tab only, goes into a header only, and is in no address.
import { noteServerTime } from './format.js';

const stored = 'durable-agent-tasks.key';

export const key = {
  get: () => sessionStorage.getItem(stored),
  set: value => sessionStorage.setItem(stored, value),
  forget: () => sessionStorage.removeItem(stored),
};

/** Tells that the API wants a key, or another one. */
export const access = new EventTarget();

/** Why a request was not carried out (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.title);
    Object.assign(this, { status, title: body.title, detail: body.detail, code: body.code, errors: body.errors ?? [], traceId: body.traceId });
  }

  /** Another key may help. */
  get isOfKey() {
    return this.status === 401 || this.code === 'role_missing';
  }
}

async function problemOf(response) {
  try {
    const body = await response.json();
    if (typeof body.title === 'string') return new Problem(response.status, body);
  } catch {
    // A proxy between us may answer with anything.
  }
  return new Problem(response.status, { title: `The host answered ${response.status} ${response.statusText}.` });
}

/** Sends a request; whatever is not a success is thrown as a Problem. Addresses are relative to the page, whatever it is mounted at. */
export async function send(method, path, { body, headers = {}, signal } = {}) {
  const sent = { ...headers };
  if (key.get()) sent.Authorization = `Bearer ${key.get()}`;
  if (body !== undefined) sent['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method, signal, headers: sent, cache: 'no-store', credentials: 'omit', redirect: 'error',
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, { title: 'The host does not answer. Is it running, and can it be reached from here?' });
  }
  noteServerTime(response.headers.get('Date'));
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401) access.dispatchEvent(new Event('needed'));
  throw problem;
}

export const getJson = async (path, options) => (await send('GET', path, options)).json();
export const postJson = async (path, body, headers) => (await send('POST', path, { body, headers })).json();

/** The address of a task, or of something of it. Only what can be an id gets here: the router sees to that. */
export const ofTask = (id, ...rest) => ['api/tasks', id, ...rest].map((part, index) => index === 0 ? part : encodeURIComponent(part)).join('/');

/** Saves what only a request with the key can fetch. */
export async function download(path, name) {
  const content = await (await send('GET', path)).blob();
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A text, at most so much of it. */
export async function readText(path, most) {
  const reader = (await send('GET', path)).body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text, cut: false };
    text += value;
    if (text.length > most) {
      await reader.cancel();
      return { text: text.slice(0, most), cut: true };
    }
  }
}
