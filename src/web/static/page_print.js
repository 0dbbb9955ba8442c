// The list on paper, for when nothing else works: one window a sheet, times left blank to be written.
import { getAll } from './api.js';
import { el, show } from './dom.js';
import { container, hhmm, longDate, plate, slotText } from './format.js';
import { fresh, readEvery } from './live.js';
import { nowText, site } from './site.js';
import { isDue, stateOf } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);
const ROWS = 40;
const COLUMNS = ['slot', 'plate', 'box', 'arrived', 'entered', 'cleared', 'left', 'note'];

function byStart(rows) {
  const found = new Map();
  for (const b of rows) found.set(b.slot.start, [...(found.get(b.slot.start) || []), b]);
  return [...found.values()];
}

function rowsOf(slot) {
  return slot.map((b, i) => el('tr', { class: i === 0 ? 'first' : null },
    i === 0 && el('th', { scope: 'rowgroup', class: 'slot', rowspan: slot.length }, slotText(b.slot)),
    el('td', {}, plate(b.plate)), el('td', {}, b.containers.map((c) => el('span', { class: b.containers.length > 1 ? 'code several' : 'code' }, container(c)))),
    ['arrived_at', 'entered_at', 'cleared_at', 'departed_at'].map((at) => el('td', { class: 'box' }, b[at] ? hhmm(b[at]) : '')), el('td', { class: 'box' }, isDue(b) ? '' : stateOf(b).word)));
}

function sheet(w, date, rows, part, parts) {
  return el('section', { class: 'sheet' },
    el('header', { class: 'sh-head' }, el('h2', {}, t('print.sheet', { window: w.name, start: w.start, end: w.end })),
      el('p', {}, longDate(date), el('br'), t('print.count', { n: rows.length, capacity: w.capacity, bays: site.bays })),
      el('p', { class: 'end' }, site.name, el('br'), t('print.at', { time: nowText().slice(11, 19) }))),
    rows.length === 0 ? el('p', { class: 'none' }, t('print.none'))
      : el('table', {}, el('colgroup', {}, COLUMNS.map((name) => el('col', { class: `c-${name}` }))), el('thead', {}, el('tr', {}, COLUMNS.map((name, i) => el('th', { scope: 'col', class: i > 2 ? 'box' : null }, t(`print.${name}`))))),
        el('tbody', {}, byStart(rows.slice(part * ROWS, (part + 1) * ROWS)).map(rowsOf))),
    el('p', { class: 'sh-foot' }, el('span', {}, t('print.foot')), el('span', {}, t('print.page', { n: part + 1, of: parts }))));
}

function sheets(list, date) {
  return site.windows.flatMap((w) => {
    const rows = list.filter((b) => b.window === w.id);
    const parts = Math.max(1, Math.ceil(rows.length / ROWS));
    return Array.from({ length: parts }, (_, part) => sheet(w, date, rows, part, parts));
  });
}

export async function open(place, { query }) {
  const body = el('div', { class: 'sheets' });
  const date = query.get('date') || site.today;
  show(place, el('main', { class: 'print-main' }, el('div', { class: 'print-head' }, el('h1', {}, t('print.title')), el('button', { class: 'btn btn--go', type: 'button', on: { click: () => print() } }, t('print.go'))), body));
  readEvery(30000, async () => {
    show(body, sheets(await getAll(`/v1/gate/list?date=${encodeURIComponent(date)}`), date));
    fresh();
  });
  return () => {};
}
