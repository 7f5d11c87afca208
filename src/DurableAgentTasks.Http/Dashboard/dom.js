// Elements without a framework. Whatever the server says becomes a text node: there is no way in here to make markup of a text.

/** An element with attributes (functions are listeners, true and false stand for there and not there) and children. */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

const readers = new WeakMap();

/** A text that is read anew every second, such as a countdown. What has left the page is forgotten. */
export function live(read) {
  const node = h('span', { 'data-live': true }, read());
  readers.set(node, read);
  return node;
}

setInterval(() => {
  for (const node of document.querySelectorAll('[data-live]')) {
    const text = readers.get(node)();
    if (node.textContent !== text) node.textContent = text;
  }
}, 1000);

/** Draws into a node only when there is something else to show, so that focus and selection stay where they are. */
export function painter(node, draw) {
  let known;
  return value => {
    const text = JSON.stringify(value);
    if (text === known) return;
    known = text;
    node.replaceChildren(...[draw(value)].flat(Infinity).filter(Boolean));
  };
}

/** Runs at once, and again at most every so often however often it is asked for; never twice at the same time. */
export function coalesce(run, every) {
  let timer = null, running = false, again = false, closed = false;
  async function go() {
    timer = null;
    running = true;
    again = false;
    try { await run(); } finally { running = false; }
    if (!closed) timer = setTimeout(() => { timer = null; if (again) go(); }, every);
  }
  const ask = () => {
    if (running || timer !== null) again = true;
    else if (!closed) go();
  };
  ask.close = () => { closed = true; clearTimeout(timer); };
  return ask;
}

/** Says something to those who do not see the page. */
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}
