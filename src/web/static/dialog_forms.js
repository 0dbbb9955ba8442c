// Dialogs of the lists of users, tokens, devices and webhooks: a form over the page, a question before what cannot be undone, and what is secret
// and is shown once.
import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { makeForm } from './forms.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);

// A form in a dialog; sent, it closes.
export const formDialog = (title, options) => openDialog(title, (close) => makeForm({ small: false, ...options, send: async (values, key) => {
  await options.send(values, key);
  close(true);
} }));

export async function sure(text) {
  return (await openDialog(text, el('p'), { actions: [{ text: t('ok'), value: true }, { text: t('cancel'), value: null, go: true }] })) === true;
}

export const shownOnce = (title, say, code, more) => openDialog(title, el('div', {}, el('p', {}, say), el('p', { class: 'secret' }, el('code', {}, code)), more && el('p', {}, more)), { actions: [{ text: t('ok'), value: true, go: true }] });
