// Trouble at the gate: trucks that stand there and may not enter yet, those nobody booked, those that are late, each with its age and its next
// step. Who stands at the gate comes first.
import { el, keepRows, setText, show } from './dom.js';
import { hhmm, minutesText, msOf, plate } from './format.js';
import { data } from './gate_data.js';
import { minutesSince, now } from './site.js';
import { othersTaps, tapOf, waitingTaps } from './taps.js';
import { isLate, stateMark } from './trucks.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

// → [{ key, shape, word, plate, sub, since, act: { text, run } or note }], the most urgent first
export function troubles(acts) {
  const list = [];
  for (const one of waitingTaps().filter((tap) => tap.problem)) {
    list.push({ key: `clash ${one.key}`, shape: 'moved', word: t('verdict.clash'), plate: one.plate, sub: t('lane.clash'), since: one.at, act: { text: t('lane.look'), run: () => acts.clash(one) } });
  }
  for (const one of othersTaps()) list.push({ key: `others ${one.key}`, shape: 'queued', word: t('queued'), plate: one.plate, sub: t('lane.others', { who: one.who }), since: one.at, act: null });
  for (const one of data.turnedAway.values()) {
    list.push({ key: `away ${one.plate}`, shape: 'nobooking', word: t('lane.nobooking'), plate: one.plate, sub: t('lane.nobooking.sub'), since: one.at, act: { text: t('do.walk_in'), run: () => acts.walkIn(one.plate) } });
  }
  for (const b of data.yard.held) {
    const early = now() < msOf(b.arrive_from);
    const full = data.yard.free === 0;
    list.push({ key: `held ${b.id}`, shape: 'held', word: t('status.held'), plate: b.plate, since: b.held_at || b.arrived_at,
      sub: early ? t('lane.early', { time: hhmm(b.arrive_from) }) : full ? t('lane.full') : t('lane.ready'),
      note: tapOf(b.id) ? t('queued') : early ? t('lane.wait.until', { time: hhmm(b.arrive_from) }) : null,
      act: early || full || tapOf(b.id) ? null : { text: t('row.admit'), run: () => acts.admit(b) } });
  }
  const late = [...data.rows.values()].filter(isLate).sort((a, b) => (a.slot.end < b.slot.end ? -1 : 1));
  for (const b of late) {
    list.push({ key: `late ${b.id}`, shape: 'late', word: t('status.late'), plate: b.plate, since: b.slot.end,
      sub: t('lane.late', { start: hhmm(b.slot.start), until: hhmm(b.arrive_until) }), note: tapOf(b.id) ? t('queued') : null, act: b.delayed || tapOf(b.id) ? null : { text: t('do.delay'), run: () => acts.delay(b) } });
  }
  return list;
}

function draw(node, one) {
  const age = minutesText(minutesSince(one.since));
  const stamp = JSON.stringify([one.shape, one.word, one.plate, one.sub, one.note, age, one.act?.text]);
  node.run = one.act?.run;
  if (node.stamp === stamp) return;
  node.stamp = stamp;
  const focused = node.contains(document.activeElement);
  show(node, stateMark(one.shape),
    el('div', {}, el('p', { class: 'lane-what' }, el('span', { class: `word st--${one.shape}` }, one.word), plate(one.plate)), el('p', { class: 'lane-sub' }, one.sub)),
    el('span', { class: 'lane-age' }, age),
    one.act ? el('button', { class: 'btn', type: 'button', on: { click: () => node.run() } }, one.act.text, el('span', { class: 'vh' }, ` ${one.plate}`)) : el('span', { class: 'row-done' }, one.note || ''));
  if (focused) node.querySelector('button')?.focus();
}

// all: as many as there are; else as many as fit, and the rest as a link.
export function lane(acts, { go, all = false }) {
  const count = el('span', { class: 'num' });
  const more = el('a', { class: 'more', href: '/gate/trouble', on: { click: go('/gate/trouble') } });
  const rows = el('ul');
  const none = el('p', { class: 'none' }, t('lane.none'));
  const box = el('section', { class: 'lane panel', 'aria-label': t('lane') }, el('h2', { class: 'lane-head' }, `${t('lane')} `, count, more), rows);
  return { node: box, draw: () => {
    const list = troubles(acts);
    const room = all ? list.length : Math.max(1, Math.floor((box.clientHeight - 42) / 58));
    setText(count, list.length);
    more.hidden = list.length <= room;
    setText(more, t('lane.more', { n: list.length - room }));
    keepRows(rows, list.slice(0, room), { key: (one) => one.key, make: () => el('li', { class: 'lane-row' }), update: draw });
    if (list.length === 0 && none.parentNode === null) box.insertBefore(none, rows);
    else if (list.length > 0) none.remove();
  } };
}

