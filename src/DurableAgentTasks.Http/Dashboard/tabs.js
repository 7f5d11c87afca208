// Tabs as the ARIA practices have them: arrow keys go from one to the next, and only the chosen one is in the tab order.
import { h } from './dom.js';

let count = 0;

/** @param all name, title, element and, once it is in sight, what is to be done */
export function tabs(label, all) {
  const prefix = `tabs-${++count}`;
  const buttons = all.map(({ name, title }, index) => h('button', {
    type: 'button', role: 'tab', id: `${prefix}-${name}`, 'aria-controls': `${prefix}-${name}-panel`,
    onclick: () => choose(index),
    onkeydown: event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (index + step + all.length) % all.length;
      choose(next);
      buttons[next].focus();
    },
  }, title));
  const panels = all.map(({ name, element }) => h('div', { role: 'tabpanel', id: `${prefix}-${name}-panel`, 'aria-labelledby': `${prefix}-${name}`, hidden: true }, element));

  function choose(chosen) {
    buttons.forEach((button, index) => {
      button.setAttribute('aria-selected', index === chosen);
      button.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
    all[chosen].shown();
  }

  all.forEach(({ element }, index) => { element.isShown = () => !panels[index].hidden; });
  buttons.forEach((button, index) => {
    button.setAttribute('aria-selected', index === 0);
    button.tabIndex = index === 0 ? 0 : -1;
  });
  panels[0].hidden = false;
  return h('section', { class: 'panel tabs', 'aria-label': label }, h('div', { role: 'tablist', class: 'tablist', 'aria-label': label }, buttons), panels);
}
