// Entering and forgetting the API key.
import { key } from './api.js';
import { h } from './dom.js';
import { ask, field } from './dialog.js';

let asking = null;

/** @returns whether the key is another one than before; one dialog at a time, however many requests were refused */
export function askForKey(why) {
  asking ??= enter(why).finally(() => { asking = null; });
  return asking;
}

async function enter(why) {
  const before = key.get();
  const forget = h('button', {
    type: 'button',
    onclick: event => {
      key.forget();
      event.target.closest('dialog').close();
    },
  }, 'Forget the key');
  await ask({
    title: 'API key',
    text: why,
    content: [
      field({ name: 'key', label: 'Key', type: 'password', hint: 'Kept for this tab only, until it is closed.', autofocus: true }),
      before ? forget : null,
    ],
    confirm: 'Use this key',
    run: async form => {
      const entered = form.get('key').trim();
      if (entered === '') throw { title: 'Enter the key that the operator of this host gave you.' };
      key.set(entered);
    },
  });
  return key.get() !== before;
}
