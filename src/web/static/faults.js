// What is told of a request that failed: the daemon's words, or that it does not answer.
import { Problem, Unreachable } from './api.js';
import { el } from './dom.js';
import { words } from './words.js';

const t = words();

// → { title, list: [{ pointer, detail }] }. What is neither a refusal nor silence is a mistake of ours, and goes on.
export function told(fault) {
  if (fault instanceof Unreachable) return { title: t('offline.title'), list: [{ detail: t('offline.detail') }] };
  if (!(fault instanceof Problem)) throw fault;
  return { title: fault.title, list: fault.errors.length > 0 ? fault.errors : [fault] };
}

export function faultBox(fault) {
  const { title, list } = told(fault);
  return el('div', { class: 'errs', role: 'alert' }, el('h2', {}, title), list.map((one) => el('p', {}, one.detail)));
}
