// The hall screen: who drives to the gate now, who is next, who is late, how many bays are free. Read from eight metres, touched by nobody,
// for days: it asks again every few seconds, says how old its answer is, and takes back what it said once that is too old.
import { get } from './api.js';
import { openMenu } from './bar.js';
import { boardRows } from './board_rows.js';
import { el, mark, setText, show } from './dom.js';
import { agoText, hhmm, longDate, msOf, plate } from './format.js';
import { age, lifeState, readEvery, standsBy, watch } from './live.js';
import { nowText, site } from './site.js';
import { lang, words } from './words.js';
import own from './words_board.js';

const t = words(own);
const READ_MS = 3000;
const BLANK_MS = 300000; // so old, it says nothing but the time
const SHIFT_MS = 600000;
const NOW_ROWS = 3;
const NEXT_ROWS = 6;
const LATE_ROWS = 3;

async function readRows() {
  const dates = [site.today];
  if (site.windows.some((w) => w.end <= w.start)) dates.unshift(new Date(Date.parse(`${site.today}T00:00:00Z`) - 86400000).toISOString().slice(0, 10));
  const [yard, ...lists] = await Promise.all([get('/v1/yard'), ...dates.map((date) => get(`/v1/gate/list?date=${date}`))]);
  if (yard.now.slice(0, 10) !== site.today) site.today = yard.now.slice(0, 10);
  return { yard, items: lists.flatMap((list) => list.items), held: yard.held };
}

const heading = (text, small, shape) => el('h2', { class: 'b-head' }, shape && mark(shape, 'st--late'), text, small && el('small', {}, small));
const empty = (text) => el('li', { class: 'b-empty' }, text);

function nowRow(row, certain) {
  const word = el('span', { class: `word ${row.enter ? 'st--cleared' : 'st--held'} ${certain ? '' : 'b-unsaid'}` }, mark(row.enter ? 'admit' : 'held'), t(row.enter ? 'board.enter' : 'board.wait'));
  return el('li', {}, plate(row.plate), el('span', { class: 'slot' }, hhmm(row.slot.start)), word);
}

const nextRow = (row) => el('li', {}, mark('due', 'st--due'), plate(row.plate), el('span', { class: 'slot' }, hhmm(row.slot.start)));
const lateRow = (row) => el('li', {}, plate(row.plate), el('span', { class: 'till' }, `${t('board.until')} `, el('b', {}, hhmm(row.arrive_until))));

const rowsOr = (rows, row, word) => (rows.length > 0 ? rows.map(row) : empty(t(word)));

export async function open(place) {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = 'dark';
  const ageText = el('span');
  const date = el('span', { class: 'date' });
  const clock = el('time', { class: 'clock' });
  const parts = { now: el('ul', { class: 'b-now' }), next: el('ul', { class: 'b-next' }), late: el('ul'), free: el('dd'), of: el('small') };
  const menu = () => openMenu();
  const main = el('main', { class: 'b-main' },
    el('div', { class: 'b-col' },
      el('section', {}, heading(t('board.now'), t('board.now.where')), parts.now),
      el('section', {}, heading(t('board.next'), t('board.next.order')), parts.next)),
    el('div', { class: 'b-col' },
      el('dl', { class: 'b-free' }, el('dt', {}, t('board.free'), parts.of), parts.free),
      el('section', { class: 'b-late' }, heading(t('board.late'), null, 'late'), parts.late),
      el('p', { class: 'b-say' }, t(site.rules.booking.delay_reports ? 'board.help' : 'board.help.no.delay'))));
  const lost = el('main', { class: 'b-lost', hidden: true }, el('p', {}, t('board.lost')));
  show(place, el('header', { class: 'b-top' }, el('h1', {}, t('board.title', { site: site.name })), el('span', { class: 'age', role: 'status' }, mark('live'), ageText), date, clock,
    site.drill && el('span', { class: 'drill' }, t('drill')),
    el('button', { class: 'btn b-menu', type: 'button', on: { click: menu } }, t('menu'))), main, lost);

  let data = null;
  let drawn = '';
  function draw() {
    const life = lifeState();
    const old = age();
    const text = nowText();
    document.body.toggleAttribute('data-stale', life === 'lost');
    setText(ageText, standsBy() ? t('age.standing') : life === 'none' || old === Infinity ? t('age.none') : life === 'live' ? t('age.live') : agoText(old));
    clock.setAttribute('datetime', text.slice(0, 16));
    setText(clock, text.slice(11, 16));
    setText(date, longDate(text));
    place.classList.toggle('b-shift', Math.floor(performance.now() / SHIFT_MS) % 2 === 1);
    lost.hidden = !(old > BLANK_MS && data !== null);
    main.hidden = !lost.hidden;
    if (data === null) return;
    const certain = life !== 'lost';
    const rows = boardRows(data.items, data.held, data.yard.free, msOf(data.yard.now)); // as of its answer, not of a clock that runs on
    const later = [...rows.now.slice(NOW_ROWS), ...rows.next].slice(0, NEXT_ROWS);
    const shown = JSON.stringify([rows, certain, data.yard.free, lang()]);
    if (shown === drawn) return;
    drawn = shown;
    show(parts.now, rowsOr(rows.now.slice(0, NOW_ROWS), (row) => nowRow(row, certain), 'board.nobody.now'));
    show(parts.next, rowsOr(later, nextRow, 'board.nobody.next'));
    show(parts.late, rowsOr(rows.late.slice(0, LATE_ROWS), lateRow, 'board.nobody.late'));
    setText(parts.free, data.yard.free);
    setText(parts.of, t('board.free.of', { n: data.yard.bays }));
  }

  const end = watch(draw);
  readEvery(READ_MS, async () => {
    data = await readRows();
    draw();
  });
  return () => {
    end();
    document.body.removeAttribute('data-stale');
    root.dataset.theme = theme;
  };
}
