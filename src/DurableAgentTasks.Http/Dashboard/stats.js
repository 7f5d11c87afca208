// The header: what this host has left, who runs and who waits. The counts of tasks go to whoever asks for them.
import { getJson } from './api.js';
import { h, painter } from './dom.js';
import { bytes, number } from './format.js';

const every = 5000;
const listeners = new Set();
let timer = null, latest = null, generation = 0;

/** Tells the statistics each time they are read, and at once what is known. */
export function onStats(listener) {
  listeners.add(listener);
  if (latest) listener(latest);
  return () => listeners.delete(listener);
}

function meter(name, percent, text, title) {
  return h('div', { class: 'meter', title }, h('dt', null, name),
    h('dd', null, h('meter', { min: 0, max: 100, low: 80, high: 95, optimum: 0, value: percent, 'aria-label': name }), text));
}

const drawMeters = painter(document.getElementById('meters'), ({ queue, host }) => [
  h('div', { class: 'meter' }, h('dt', null, 'Running'), h('dd', null, `${queue.running} of ${queue.maxConcurrentTasks}`)),
  h('div', { class: 'meter' }, h('dt', null, 'Waiting'), h('dd', null, number(queue.waiting))),
  host && host.cpuPercent !== null ? meter('CPU', host.cpuPercent, `${Math.round(host.cpuPercent)} %`, 'Of all cores') : null,
  host ? meter('Memory', 100 * host.memoryBytes / host.memoryTotalBytes, bytes(host.memoryBytes), `Of ${bytes(host.memoryTotalBytes)}`) : null,
  host?.diskTotalBytes
    ? meter('Disk', 100 * (1 - host.diskFreeBytes / host.diskTotalBytes), `${bytes(host.diskFreeBytes)} free`, `Of ${bytes(host.diskTotalBytes)}`)
    : null,
]);

async function read(mine) {
  try {
    latest = await getJson('api/stats');
    if (mine !== generation) return;
    drawMeters(latest);
    listeners.forEach(listener => listener(latest));
  } catch (problem) {
    // The stream's state says that the host is away; without a key there is nothing to ask for.
    if (problem.status === 401) return;
  }
  if (mine === generation) timer = setTimeout(look, every, mine);
}

// Nobody sees them in a tab that is hidden.
function look(mine) {
  if (document.hidden) timer = setTimeout(look, every, mine);
  else read(mine);
}

export function watchStats() {
  clearTimeout(timer);
  read(++generation);
}
