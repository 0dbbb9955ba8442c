// Bookings: found by what is known of them, or by day; each leads to its story.
import { get } from './api.js';
import { el, show } from './dom.js';
import { container, plate, shortDate, slotText } from './format.js';
import { linkTo } from './links.js';
import { fresh, readEvery } from './live.js';
import { site } from './site.js';
import { download, fill, table, button } from './tables.js';
import { shortWord, stateMark, stateOf } from './trucks.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);
const STATES = ['booked', 'waitlisted', 'arrived', 'entered', 'cleared', 'departed', 'no_show', 'cancelled', 'refused', 'expired'];
const PAGE = 100;

const columns = (go) => [
  { head: t('col.plate'), cell: (b) => linkTo(go, `/supervisor/bookings/${b.id}`, plate(b.plate), 'cell-link') },
  { head: t('col.slot'), cell: (b) => `${shortDate(b.date)} ${b.slot ? slotText(b.slot) : '—'}` },
  { head: t('col.status'), cell: (b) => el('span', { class: 'state' }, stateMark(stateOf(b).shape), shortWord(b)) },
  { head: t('col.container'), cell: (b) => el('span', { class: 'code' }, b.containers.map(container).join(' ')) },
  { head: t('col.company'), cell: (b) => b.company.name },
  { head: t('col.reference'), cell: (b) => b.reference || '' },
  { head: t('col.id'), cell: (b) => b.id },
  { head: t('col.by'), cell: (b) => b.submitted_by },
];

export async function open(place, { go, query }) {
  const input = (name, props) => el('input', { class: 'in', id: `f-${name}`, name, value: query.get(name) || '', autocomplete: 'off', ...props });
  const select = (name, options) => el('select', { class: 'in', id: `f-${name}`, name }, el('option', { value: '' }, t('any')), options.map(([v, text]) => el('option', { value: v, selected: query.get(name) === v }, text)));
  const field = (name, node, more = '') => el('p', { class: `field${more}` }, el('label', { for: `f-${name}` }, t(`search.${name}`)), node);
  const form = el('form', { class: 'panel filter', role: 'search', on: { submit: (event) => {
    event.preventDefault();
    const asked = new URLSearchParams([...new FormData(form)].filter(([, v]) => v !== ''));
    go(`/supervisor/bookings?${asked}`);
  } } }, field('q', input('q', { spellcheck: 'false' }), ' field--long'), field('date', input('date', { type: 'date' })), field('window', select('window', site.windows.map((w) => [w.id, w.name]))),
  field('status', select('status', STATES.map((s) => [s, t(`status.${s}`)]))), el('button', { class: 'btn btn--go', type: 'submit' }, t('search')));
  const found = el('section', { class: 'panel' });
  const end = el('p', { class: 'list-end' });
  show(place, el('main', { class: 'wide' }, el('h1', { class: 'vh' }, t('bookings')), form, found, end));

  const asked = new URLSearchParams([...query].filter(([name]) => ['q', 'date', 'window', 'status'].includes(name)));
  if ([...asked].length === 0) asked.set('date', site.today);
  asked.set('limit', PAGE);
  let rows = [];
  let cursor = null;

  async function read() {
    await fill(found, async () => {
      const page = await get(`/v1/bookings?${asked}`);
      rows = page.items;
      cursor = page.next_cursor;
      return table(t('bookings'), columns(go), rows, t('none.found'));
    });
    fresh();
    drawEnd();
  }
  async function more() {
    const page = await get(`/v1/bookings?${asked}&cursor=${encodeURIComponent(cursor)}`);
    rows = [...rows, ...page.items];
    cursor = page.next_cursor;
    show(found, table(t('bookings'), columns(go), rows, t('none.found')));
    drawEnd();
  }
  const drawEnd = () => show(end, cursor !== null && button(t('more'), more), rows.length > 0 && button(t('csv'), () => download(`/v1/bookings?${asked}`, 'bookings.csv')));
  readEvery(30000, () => (rows.length > PAGE ? fresh() : read()));
  form.elements.q.focus();
  return () => {};
}
