// The checkpoints of a task: what is in them, what changed between them, and going back to one.
import { download, getJson, ofTask, readText } from './api.js';
import { field, showDialog } from './dialog.js';
import { h, live } from './dom.js';
import { ago, bytes, dateTime, number, plural, words } from './format.js';
import { notify, tell } from './notices.js';
import { restore } from './operations.js';

const mostOfDiff = 400_000;

const kindOf = line => line.startsWith('@@') ? 'hunk'
  : /^(diff|index|---|\+\+\+|new file|deleted file|similarity|rename|old mode|new mode|Binary|GIT binary)/.test(line) ? 'head'
  : line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';

function diffView({ text, cut }) {
  if (text.trim() === '') return h('p', { class: 'empty' }, 'Nothing differs.');
  return [
    h('pre', { class: 'diff', tabindex: 0 }, text.split('\n').map(line => h('span', { class: kindOf(line) }, `${line}\n`))),
    cut ? h('p', { class: 'faint' }, `Only the first ${bytes(mostOfDiff)} are shown. Download the diff to see all of it.`) : null,
  ];
}

function filesView(checkpoint) {
  const files = checkpoint.files ?? [];
  return [
    h('dl', { class: 'plain-facts' },
      ...[['Description', checkpoint.description], ['Reason', checkpoint.reason], ['Taken', dateTime(checkpoint.at)], ['Commit', checkpoint.commit], ['Ref', checkpoint.ref],
        ['Steps done', checkpoint.completedSteps.join(', ') || 'none'], ['To do', checkpoint.pendingSteps.join(', ') || 'none'],
        ['Sessions', Object.keys(checkpoint.sessions).length || null]]
        .filter(([, value]) => value).map(([name, value]) => h('div', { class: 'fact' }, h('dt', null, name), h('dd', null, `${value}`)))),
    h('h3', null, plural(files.length, 'changed file')),
    h('ul', { class: 'files' }, files.slice(0, 500).map(file => h('li', null, h('span', { class: 'kind', 'data-change': file.type }, file.type), ' ', h('code', null, file.path)))),
    files.length > 500 ? h('p', { class: 'faint' }, `${number(files.length - 500)} more are not shown.`) : null,
    checkpoint.leftOut?.length ? [h('h3', null, 'Left out'), h('ul', { class: 'files' }, checkpoint.leftOut.map(file => h('li', null, h('code', null, file.path), ' ', file.reason)))] : null,
    checkpoint.todo ? [h('h3', null, 'Plan'), h('pre', { class: 'todo', tabindex: 0 }, checkpoint.todo)] : null,
  ];
}

export function checkpointsView(id, task) {
  const list = h('ol', { class: 'checkpoints' });
  const more = h('button', { type: 'button', class: 'more', hidden: true, onclick: () => { pages++; refresh().catch(tell); } }, 'Show older');
  let pages = 1, all = [];

  async function showFiles(checkpoint) {
    await showDialog(`Checkpoint ${checkpoint.number}`, filesView(await getJson(ofTask(id, 'checkpoints', checkpoint.id))));
  }

  function showDiff(checkpoint) {
    const older = all.filter(other => other.number < checkpoint.number);
    const addressOf = since => `${ofTask(id, 'checkpoints', checkpoint.id, 'diff')}${since === '' ? '' : since === 'worktree' ? '?to=worktree' : `?from=${since}`}`;
    const view = h('div', { 'aria-live': 'polite' }, 'Reading…');
    const read = async () => view.replaceChildren(...[diffView(await readText(addressOf(since.value), mostOfDiff))].flat().filter(Boolean));
    const choice = field({
      name: 'since', label: 'Compare', onchange: () => read().catch(problem => { view.replaceChildren(); tell(problem); }),
      options: [['', 'with the checkpoint before it'], ['worktree', 'with the work tree as it is now'], ...older.map(other => [other.id, `with ${other.number}: ${other.description}`])],
    });
    const since = choice.querySelector('select');
    const save = h('button', { type: 'button', onclick: () => download(addressOf(since.value), `${id}-${checkpoint.number}.diff`).catch(tell) }, 'Download');
    showDialog(`What changed, checkpoint ${checkpoint.number}`, [h('div', { class: 'diff-tools' }, choice, save), view]);
    return read();
  }

  const action = (title, run) => h('button', { type: 'button', onclick: () => run().catch(tell) }, title);

  function allow(back) {
    back.disabled = !task()?.links?.resume;
    back.title = back.disabled ? 'A task that is paused or failed can be brought back' : '';
  }

  function checkpointView(checkpoint) {
    const back = action('Restore', () => restore(task(), checkpoint));
    back.dataset.restores = '';
    allow(back);
    return h('li', { class: 'checkpoint' },
      h('div', null,
        h('strong', null, checkpoint.description), ' ', h('span', { class: 'kind' }, words(checkpoint.type)),
        h('div', { class: 'faint' }, h('span', { title: dateTime(checkpoint.at) }, live(() => ago(checkpoint.at))),
          ` · ${plural(checkpoint.filesModified, 'file')}, ${plural(checkpoint.linesChanged, 'line')} · ${bytes(checkpoint.size)} · `, h('code', null, checkpoint.id)),
        checkpoint.reason ? h('div', { class: 'reason' }, checkpoint.reason) : null),
      h('div', { class: 'buttons' },
        action('Show', () => showFiles(checkpoint)),
        action('Diff', () => showDiff(checkpoint)),
        action('Bundle', () => download(ofTask(id, 'checkpoints', checkpoint.id, 'bundle'), `${id}-${checkpoint.number}.bundle`).then(() => notify('The bundle is saved.'))),
        back));
  }

  async function refresh() {
    const damaged = [];
    all = [];
    let token = null;
    for (let page = 0; page < pages && token !== undefined; page++) {
      const read = await getJson(`${ofTask(id, 'checkpoints')}?top=50${token === null ? '' : `&continuationToken=${token}`}`);
      all.push(...read.checkpoints);
      damaged.push(...read.damaged);
      token = read.continuationToken;
    }
    more.hidden = token === undefined;
    list.replaceChildren(
      ...damaged.map(one => h('li', { class: 'checkpoint damaged' }, h('strong', null, `Checkpoint ${one.number} is damaged`), ' ', one.reason)),
      ...all.map(checkpointView));
    if (!list.firstChild) list.append(h('li', { class: 'empty' }, 'There are no checkpoints yet.'));
  }

  return {
    element: h('div', null, list, more),
    refresh,
    /** Where it can be gone back to changes with the state. */
    allow() {
      list.querySelectorAll('[data-restores]').forEach(allow);
    },
  };
}
