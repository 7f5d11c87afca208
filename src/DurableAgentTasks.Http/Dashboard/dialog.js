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

const isWithin = (path, name) => name && (path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));

const isShown = control => !control.closest('[hidden]');

/** The one control an error belongs to: what was filled in, then what stands for it, then what is empty. */
function controlOf(controls, { path }) {
  const named = controls.filter(control => isWithin(path, control.name));
  return named.find(control => control.value !== '') ?? controls.find(control => isWithin(path, control.dataset.also)) ?? named[0];
}

/** Marks the controls that errors name, in words. Gives the errors that no control shows. */
function mark(form, errors) {
  const controls = [...form.querySelectorAll('[name]')].filter(isShown);
  const owners = errors.map(error => controlOf(controls, error));
  for (const control of form.querySelectorAll('[name]')) {
    const messages = errors.filter((_, index) => owners[index] === control);
    if (messages.length > 0) control.closest('details')?.setAttribute('open', '');
    const hint = document.getElementById(control.getAttribute('aria-describedby'));
    control.setAttribute('aria-invalid', messages.length > 0);
    if (hint) {
      hint.textContent = messages.length > 0 ? messages.map(error => error.message).join(' ') : hint.dataset.hint;
      hint.classList.toggle('wrong', messages.length > 0);
    }
  }

  return errors.filter((_, index) => !owners[index]);
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
        const left = mark(form, problem.errors ?? []);
        const isTold = problem.errors?.length > 0 && left.length === 0;
        if (!isTold) trouble.replaceChildren(problemView(problem, left));
        (isTold ? form.querySelector('[aria-invalid="true"]') : trouble).scrollIntoView({ block: 'nearest' });
        if (isTold) form.querySelector('[aria-invalid="true"]').focus();
      } finally {
        submit.disabled = false;
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    mark(form, []);
    dialog.showModal();
  });
}

/** Shows something, until it is closed. */
export const showDialog = (title, content) => ask({ title, content, wide: true, dismiss: 'Close' });
