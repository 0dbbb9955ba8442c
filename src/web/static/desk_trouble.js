// Trouble, for one who can change the day: who is late, held, missed or stays too long, and windows with more trucks than places.
import { el, mark, show } from './dom.js';
import { hhmm, minutesText, msOf, plate, shortDate } from './format.js';
import { data } from './gate_data.js';
import { excessOf, isOver } from './desk_horizon.js';
import { minutesSince, now, site } from './site.js';
import { isLate } from './trucks.js';
import own from './words_desk.js';
import { words } from './words.js';

const t = words(own);

const MOST = 12;
const SOON_MS = 3600 * 1000;
const NO_SHOW_MS = 3 * 3600 * 1000;

const whyHeld = (b) => (now() < msOf(b.arrive_from) ? t('lane.early', { time: hhmm(b.arrive_from) }) : t(data.yard.free === 0 ? 'lane.full' : 'lane.ready'));

function trucks(acts) {
  const list = [];
  const rows = [...data.rows.values()];
  const late = rows.filter(isLate).sort((a, b) => (a.arrive_until < b.arrive_until ? -1 : 1));
  if (late.length > 0) {
    list.push({ shape: 'late', head: t('todo.late', { n: late.length }), strong: t('todo.late.left', { span: minutesText(Math.ceil((msOf(late[0].arrive_until) - now()) / 60000)) }), sub: t('todo.late.sub', { time: hhmm(late[0].arrive_until) }), act: [t('todo.list'), '/gate/trouble'] });
  }
  for (const b of data.yard.held) list.push({ shape: 'held', head: t('todo.held'), plate: b.plate, strong: minutesText(minutesSince(b.held_at || b.arrived_at)), sub: whyHeld(b), act: [t('todo.story'), `/supervisor/bookings/${b.id}`] });
  for (const b of rows.filter((one) => one.status === 'no_show' && !one.excused && now() - msOf(one.arrive_until) < NO_SHOW_MS)) {
    list.push({ shape: 'noshow', head: t('todo.noshow'), plate: b.plate, strong: t('todo.noshow.at', { time: hhmm(b.arrive_until) }), sub: t('todo.noshow.sub'), act: [t('todo.story'), `/supervisor/bookings/${b.id}`] });
  }
  for (const b of data.yard.inside.filter((one) => one.overstay)) list.push({ shape: 'late', head: t('todo.overstay'), plate: b.plate, strong: minutesText(minutesSince(b.entered_at)), sub: t('todo.overstay.sub', { time: hhmm(b.entered_at) }), act: [t('todo.story'), `/supervisor/bookings/${b.id}`] });
  return list.map((one) => ({ ...one, run: acts.go(one.act[1]) }));
}

function windows(days, acts) {
  const list = [];
  for (const d of days) {
    const date = d.date === site.today ? '' : shortDate(d.date);
    for (const w of d.windows.filter((one) => !isOver(one))) {
      const open = [t('todo.capacity'), null, () => acts.choose(d.date, w.id)];
      if (w.at_risk > 0 && msOf(w.start) - now() < SOON_MS) list.push({ shape: 'late', head: t('todo.risk', { window: w.name, n: w.at_risk }), sub: t('todo.risk.sub'), act: [t('todo.yard'), '/gate/yard'], run: acts.go('/gate/yard') });
      if (excessOf(w) > 0) list.push({ shape: 'late', head: t('todo.excess', { date, window: w.name, n: excessOf(w) }).trim(), sub: t('todo.excess.sub'), act: open, run: open[2] });
      if (w.waiting > 0) list.push({ shape: 'waitlisted', head: t('todo.waiting', { date, window: w.name, n: w.waiting }).trim(), sub: t('todo.waiting.sub'), act: open, run: open[2] });
    }
  }
  return list;
}

function row(one) {
  const body = [one.act[0], one.plate && el('span', { class: 'vh' }, ` ${one.plate}`)];
  return el('li', {}, mark(one.shape, `st--${one.shape}`), el('div', {}, el('h3', {}, one.head, one.plate && plate(one.plate)), el('p', {}, one.strong && [el('b', {}, one.strong), ' · '], one.sub)),
    one.act[1] ? el('a', { class: 'btn', href: one.act[1], on: { click: one.run } }, body) : el('button', { class: 'btn', type: 'button', on: { click: one.run } }, body));
}

// acts: go(path) → listener, choose(date, window)
export function trouble(acts) {
  const node = el('section', { class: 'panel side-panel', 'aria-labelledby': 'tr' });
  let drawn = '';
  return { node, draw: (days) => {
    const list = [...trucks(acts), ...windows(days, acts)];
    const stamp = JSON.stringify(list.map(({ run, act, ...rest }) => [rest, act[0]]));
    if (stamp === drawn) return;
    drawn = stamp;
    show(node, el('div', { class: 'sec-head' }, el('h2', { id: 'tr' }, `${t('todo')} ${list.length}`), el('p', { class: 'end' }, list.length > MOST ? t('todo.more', { n: list.length - MOST }) : t('todo.order'))),
      list.length === 0 ? el('p', { class: 'none' }, t('todo.none')) : el('ul', { class: 'todo' }, list.slice(0, MOST).map(row)));
  } };
}
