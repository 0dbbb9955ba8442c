// Dialogs: one question over the page, which waits beneath. The browser's own dialog element keeps the focus within, closes by Esc and gives the
// focus back; what it cannot know is said here: a heading, and where the focus begins.
import { el, mark } from './dom.js';
import { words } from './words.js';

const t = words();
let count = 0;

// openDialog(title, body, { actions: [{ text, value, go }], kind }) → the value of the button that was pressed, null for Esc or ×. Of the
// actions one may be the next step (go); without actions the dialog has none. kind: a further class.
export function openDialog(title, body, { actions = [], kind = '' } = {}) {
  const id = `dialog-${++count}`;
  return new Promise((resolve) => {
    let value = null;
    const close = (with_) => {
      value = with_;
      box.close();
    };
    const button = (a) => el('button', { class: a.go ? 'btn btn--go' : 'btn', type: 'button', on: { click: () => close(a.value) } }, a.text);
    const box = el('dialog', { class: `dialog ${kind}`.trim(), 'aria-labelledby': id, on: {
      close: () => {
        box.remove();
        resolve(value);
      },
      click: (event) => {
        if (event.target === box) close(null); // beside it
      },
    } },
    el('div', { class: 'dialog-in' },
      el('div', { class: 'dialog-head' }, el('h2', { id }, title),
        el('button', { class: 'btn btn--text btn--plain', type: 'button', 'aria-label': t('close'), on: { click: () => close(null) } }, mark('close'))),
      typeof body === 'function' ? body(close) : body,
      actions.length > 0 && el('div', { class: 'dialog-actions' }, actions.map(button))));
    document.body.append(box);
    box.showModal();
    (box.querySelector('[autofocus]') || box.querySelector('.btn--go, .dialog-in > :not(.dialog-head) button, .dialog-in > :not(.dialog-head) a, input') || box).focus();
  });
}

export const closeDialogs = () => document.querySelectorAll('dialog[open]').forEach((d) => d.close());
