// What the address names is shown: #/ the list, #/tasks/ID one task. Everything beside that is in the header.
import { access, key } from './api.js';
import { h } from './dom.js';
import { askForKey } from './key.js';
import { showList } from './list.js';
import { showConnection } from './notices.js';
import { emergencyStop } from './operations.js';
import { startTask } from './start.js';
import { watchStats } from './stats.js';
import { showTask } from './task.js';

const main = document.getElementById('main');
const isTaskId = /^[a-z0-9][a-z0-9-]{0,62}$/;
let view = null;

function route() {
  view?.close();
  showConnection('connecting');
  const [path, query] = location.hash.replace(/^#/, '').split('?');
  const [, folder, name] = path.split('/');
  if (folder === 'tasks' && isTaskId.test(name)) {
    view = showTask(main, name);
  } else if (folder === 'tasks') {
    view = null;
    document.title = 'Agent tasks';
    main.replaceChildren(h('p', { class: 'empty' }, `“${name ?? ''}” cannot be the id of a task. `, h('a', { href: '#/' }, 'All tasks')));
  } else {
    view = showList(main, new URLSearchParams(query));
  }
}

function reload() {
  document.getElementById('key').textContent = key.get() ? 'Key set' : 'Key';
  watchStats();
  route();
}

async function enterKey(why) {
  if (await askForKey(why)) reload();
}

document.getElementById('start').addEventListener('click', startTask);
document.getElementById('emergency').addEventListener('click', emergencyStop);
document.getElementById('key').addEventListener('click', () => enterKey());
access.addEventListener('needed', () => enterKey(key.get() ? 'The host does not know this key.' : 'This host asks for an API key.'));
access.addEventListener('wanted', () => enterKey('This key may not do that. Enter one that may.'));

// An anchor here would be an address of its own.
document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', route);
reload();
