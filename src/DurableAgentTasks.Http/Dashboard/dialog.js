// Dialogs that ask an operator: a form, what it does on confirmation, and the problem if that was refused.
import { h } from './dom.js';
import { problemView } from './notices.js';

let count = 0;

/** A labelled control. Errors of the API that name it are shown beneath it. */
export function field({ name, label, type = 'text', options, hint, value, ...more }) {
  const id = `field-${++count}`;
  const attributes = { id, name, 'aria-describedby': `${id}-hint`, spellcheck: 'false', autocomplete: 'off', ...more };
  const control = options
    ? h('select', attributes, options.map(([text, title]) => h('option', { value: text, selected: text === value }, title ?? text)))
    : type === 'textarea' ? h('textarea', attributes, value ?? '') : h('input', { ...attributes, type, value: value ?? null });
  const described = h('span', { id: `${id}-hint`, class: 'hint', 'data-hint': hint ?? '' }, hint ?? '');
  return type === 'checkbox'
    ? h('div', { class: 'field check' }, control, h('label', { for: id }, label), described)
    : h('div', { class: 'field' }, h('label', { for: id }, label), control, described);
}

/** Marks the controls that errors name, in words. */
function mark(form, errors) {
  for (const control of form.querySelectorAll('[name]')) {
    const messages = errors.filter(({ path }) =>
      path === control.name || path.startsWith(`${control.name}.`) || path.startsWith(`${control.name}[`) || path === control.dataset.also);
    const hint = document.getElementById(control.getAttribute('aria-describedby'));
    control.setAttribute('aria-invalid', messages.length > 0);
    if (hint) {
      hint.textContent = messages.length > 0 ? messages.map(error => error.message).join(' ') : hint.dataset.hint;
      hint.classList.toggle('wrong', messages.length > 0);
    }
  }
}

/**
 * Asks, and does it.
 * @param run gets the form's data; what it throws is shown and asked again
 * @returns what run gave; undefined if the operator thought better of it
 */
export function ask({ title, text, content, confirm, danger = false, wide = false, dismiss = 'Back', run }) {
  return new Promise(resolve => {
    const trouble = h('div', { role: 'alert', class: 'trouble' });
    const submit = confirm ? h('button', { class: danger ? 'danger solid' : 'primary' }, confirm) : null;
    const form = h('form', { novalidate: true },
      h('h2', { id: `dialog-${++count}` }, title),
      text ? h('p', null, text) : null,
      h('div', { class: 'dialog-body' }, content),
      trouble,
      h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, dismiss), submit));
    const dialog = h('dialog', { 'aria-labelledby': form.firstChild.id, class: wide ? 'wide' : null }, form);
    let result;

    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (!submit || submit.disabled) return;
      submit.disabled = true;
      trouble.replaceChildren();
      mark(form, []);
      try {
        result = await run(new FormData(form));
        dialog.close();
      } catch (problem) {
        trouble.replaceChildren(problemView(problem));
        mark(form, problem.errors ?? []);
        trouble.scrollIntoView({ block: 'nearest' });
      } finally {
        submit.disabled = false;
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Shows something, until it is closed. */
export const showDialog = (title, content) => ask({ title, content, wide: true, dismiss: 'Close' });
