// Reports over days, weeks, months, windows or companies; as a file for a spreadsheet, and on paper.
import { get } from './api.js';
import { el, show } from './dom.js';
import { fresh, readEvery } from './live.js';
import { nowText, readSite, site, windowName } from './site.js';
import { button, download, fill, table } from './tables.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);
const BY = ['day', 'week', 'month', 'window', 'company'];
const SUMS = ['capacity', 'booked', 'departed', 'no_show', 'cancelled', 'refused', 'walk_ins', 'turned_away', 'never_placed', 'still_inside', 'mean_entry_min', 'p95_entry_min', 'mean_stay_min', 'p95_stay_min'];

const clearing = (row) => (row.daily_clearing === true ? t('report.clear.yes') : row.daily_clearing === false ? t('report.clear.no') : t('report.clear.open'));
const nameOf = (row, by) => row.company_name || (by === 'window' ? windowName(row.name) : row.name) || t('report.total');

function before(date, days) {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days);
  return at.toISOString().slice(0, 10);
}

export async function open(place, { go, query }) {
  const asked = { from: query.get('from') || before(site.today, 6), to: query.get('to') || site.today, by: BY.includes(query.get('by')) ? query.get('by') : 'day' };
  const path = `/v1/reports?${new URLSearchParams(asked)}`;
  const field = (name, node) => el('p', { class: 'field' }, el('label', { for: `f-${name}` }, t(`report.${name}`)), node);
  const date = (name) => field(name, el('input', { class: 'in', type: 'date', id: `f-${name}`, name, value: asked[name] }));
  const form = el('form', { class: 'panel filter', on: { submit: (event) => {
    event.preventDefault();
    go(`/supervisor/reports?${new URLSearchParams([...new FormData(form)])}`);
  } } }, date('from'), date('to'), field('by', el('select', { class: 'in', id: 'f-by', name: 'by' }, BY.map((b) => el('option', { value: b, selected: b === asked.by }, t(`by.${b}`))))), el('button', { class: 'btn btn--go', type: 'submit' }, t('report.show')));
  const found = el('section', { class: 'panel' });
  const said = el('p', { class: 'on-paper' });
  show(place, el('main', { class: 'wide report' }, el('h1', { class: 'vh' }, t('reports')), form, said, found,
    el('p', { class: 'list-end' }, button(t('csv'), () => download(path, `report-${asked.from}-${asked.to}.csv`)), button(t('print.do'), () => print()))));
  readEvery(60000, async () => {
    await readSite();
    show(said, el('b', {}, t('report.paper', { from: asked.from, to: asked.to, by: t(`by.${asked.by}`) })), site.name, ' · ', t('report.at', { time: nowText().slice(0, 19).replace('T', ' ') }));
    await fill(found, async () => {
      const report = await get(path);
      const columns = [{ head: t(`by.${asked.by}`), cell: (row) => nameOf(row, asked.by) }, { head: t('rep.clearing'), cell: clearing }, ...SUMS.map((name) => ({ head: t(`rep.${name}`), kind: 'num', cell: (row) => row[name] ?? '—' }))];
      return table(t('reports'), columns, [...report.rows, { ...report.total, name: null, company_name: null }], t('none.found'));
    });
    fresh();
  });
  return () => {};
}
