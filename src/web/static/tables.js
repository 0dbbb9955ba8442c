// Tables and lists of the desk's pages, and files that are taken away from them.
import { Unreachable, attempt } from './api.js';
import { el, show } from './dom.js';
import { faultBox } from './faults.js';

// columns: [{ head, cell(row) → text or node, kind: 'num' }]
export function table(caption, columns, rows, none) {
  if (rows.length === 0) return el('p', { class: 'none' }, none);
  return el('div', { class: 'table-wrap', tabindex: '0', role: 'region', 'aria-label': caption }, el('table', { class: 'data' }, el('caption', { class: 'vh' }, caption),
    el('thead', {}, el('tr', {}, columns.map((c) => el('th', { scope: 'col', class: c.kind }, c.head)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, columns.map((c) => el('td', { class: c.kind }, c.cell(row))))))));
}

export const button = (text, run, more = '') => el('button', { class: `btn ${more}`.trim(), type: 'button', on: { click: run } }, text);

// What the daemon says of it as CSV, as a file.
export async function download(path, name) {
  const { body } = await attempt('GET', path, { accept: 'text/csv' });
  const url = URL.createObjectURL(new Blob(['\ufeff', body], { type: 'text/csv;charset=utf-8' }));
  const link = el('a', { download: name });
  link.href = url;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// Whoever is on a button of it by keyboard stays on the one in that place.
function replace(place, next) {
  if (next.isEqualNode(place)) return;
  const targets = () => [...place.querySelectorAll('button, a[href], input, select, [tabindex]')];
  const at = targets().indexOf(document.activeElement);
  place.replaceChildren(...next.childNodes);
  if (at >= 0) targets()[Math.min(at, targets().length - 1)]?.focus();
}

// Shows what read() makes, or what went wrong with it; what is the same stays as it is.
export async function fill(place, read) {
  const next = place.cloneNode(false);
  try {
    show(next, await read());
  } catch (fault) {
    if (fault instanceof Unreachable || fault.code === 'not_owner') throw fault; // the age of the page says it
    show(next, faultBox(fault));
  }
  replace(place, next);
}
