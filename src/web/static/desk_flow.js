// The day's flow: cumulative curves of the plan and of what has happened; the area between entered and departed is the yard. Right of now stands
// only the plan.
import { el, setText, show, svg } from './dom.js';
import { msOf } from './format.js';
import { data } from './gate_data.js';
import { now, site } from './site.js';
import { isInside, isLate } from './trucks.js';
import own from './words_desk.js';
import { words } from './words.js';

const t = words(own);

const LEFT = 34;
const BELOW = 26;
const GRID_BAYS = 40;
const LETTER = 7.5;

// [ms, how many by then] of the times of those bookings that have one.
function curve(rows, at) {
  return rows.map(at).filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b);
}

function steps(times, { x, y, until }) {
  let d = '';
  times.forEach((ms, i) => {
    d += `${d === '' ? `M${x(ms)} ${y(0)}` : `H${x(ms)}`}V${y(i + 1)}`;
  });
  return d === '' ? `M${x(until)} ${y(0)}` : `${d}H${x(until)}`;
}

// The yard over time: +1 with each that enters, −1 with each that departs.
function inside(entered, departed) {
  const all = [...entered.map((ms) => [ms, 1]), ...departed.map((ms) => [ms, -1])].sort((a, b) => a[0] - b[0]);
  let n = 0;
  return all.map(([ms, one]) => [ms, (n += one)]);
}

const time = (name) => (b) => (b[name] ? msOf(b[name]) : NaN);

export function dayNumbers() {
  const rows = [...data.rows.values()].filter((b) => !['waitlisted', 'cancelled', 'expired'].includes(b.status));
  const at = now();
  const plan = curve(rows, (b) => msOf(b.slot.start));
  return { rows, plan, due: plan.filter((ms) => ms <= at).length, arrived: curve(rows, time('arrived_at')), entered: curve(rows, time('entered_at')), cleared: curve(rows, time('cleared_at')), departed: curve(rows, time('departed_at')) };
}

function sentence(d) {
  const left = d.rows.filter((b) => isInside(b) || b.status === 'arrived' || b.status === 'booked').length;
  if (d.rows.length > 0 && left === 0) return t('day.clear');
  const off = d.arrived.length - d.due;
  return t('day.say', { arrived: d.arrived.length, plan: off === 0 ? t('day.even') : t(off < 0 ? 'day.less' : 'day.more', { n: Math.abs(off) }), inside: data.yard.inside.length, free: data.yard.free, left: data.yard.inside.length + d.rows.filter((b) => b.status === 'booked' || b.status === 'arrived').length });
}

// In widths of a Latin letter.
const widthOf = (text) => [...text].reduce((n, c) => n + (c > '\u2e80' ? 2 : 1), 0);

// What fits beside its name, in a window that is so many letters wide.
function windowText(d, w, letters) {
  const rows = d.rows.filter((b) => b.window === w.id);
  const count = (is) => rows.filter(is).length;
  const part = (name, n) => (n > 0 ? t(`chart.window.${name}`, { n }) : '');
  const said = [t('chart.window', { booked: rows.length }), part('here', count((b) => b.arrived_at !== null)), part('no_show', count((b) => b.status === 'no_show')), part('late', count(isLate))];
  let text = ' ';
  for (const one of said) {
    if (widthOf(w.name + text + one) <= letters) text += one;
  }
  return text;
}

// Labels of curves that end close to each other move apart, up where the plot ends.
function apart(labels, lowest) {
  const sorted = labels.sort((a, b) => a.y - b.y);
  for (let i = 1; i < sorted.length; i++) sorted[i].at = Math.max(sorted[i].y, sorted[i - 1].at + 17);
  const after = (i) => (i + 1 < sorted.length ? sorted[i + 1].at - 17 : lowest);
  for (let i = sorted.length - 1; i >= 0; i--) sorted[i].at = Math.min(sorted[i].at, after(i));
  return sorted;
}

// The two plots, one below the other, in as much room as there is: letters keep their size.
function rooms(width, height) {
  const base = Math.round((height - 60 - BELOW) * 0.75) + 30;
  return { right: width - 10, flow: { top: 30, base }, yard: { top: base + 30, base: height - BELOW } };
}

function draw(d, width, height) {
  const { right: RIGHT, flow: FLOW, yard: YARD } = rooms(width, height);
  const day = data.date;
  const offset = data.readAt.slice(-6);
  const ms = (clock) => msOf(`${day}T${clock}:00${/^[+-]\d\d:\d\d$/.test(offset) ? offset : 'Z'}`);
  const first = Math.min(...site.windows.map((w) => ms(w.start)), ...d.arrived.slice(0, 1)) - 1800000;
  const last = Math.max(...site.windows.map((w) => (w.end > w.start ? ms(w.end) : ms(w.end) + 86400000))) + 3 * 3600000;
  const at = Math.min(Math.max(now(), first), last);
  const x = (v) => Math.round((LEFT + ((Math.min(Math.max(v, first), last) - first) * (RIGHT - LEFT)) / (last - first)) * 10) / 10;
  const most = Math.max(GRID_BAYS, Math.ceil(Math.max(d.plan.length, d.arrived.length) / 10) * 10);
  const y = (n) => Math.round((FLOW.base - (n * (FLOW.base - FLOW.top)) / most) * 10) / 10;
  const bays = Math.max(1, data.yard.bays, data.yard.inside.length);
  const yy = (n) => Math.round((YARD.base - (n * (YARD.base - YARD.top - 6)) / bays) * 10) / 10;
  const gridEvery = most > 200 ? Math.ceil(most / 4 / 10) * 10 : GRID_BAYS;
  const grid = [];
  for (let n = gridEvery; n <= most; n += gridEvery) grid.push(n);
  const step = (list) => steps(list, { x, y, until: at });
  const yard = inside(d.entered, d.departed);
  const yardPath = yard.reduce((path, [when, n], i) => `${path}${i === 0 ? `M${x(when)} ${yy(0)}` : `H${x(when)}`}V${yy(n)}`, '');
  const between = d.entered.length > 0 ? `${step(d.entered)}V${y(d.departed.length)}${[...d.departed].reverse().map((when, i) => `H${x(when)}V${y(d.departed.length - 1 - i)}`).join('')}H${x(d.entered[0])}Z` : '';
  const hours = [];
  for (let h = Math.ceil(first / 7200000) * 7200000; h <= last; h += 7200000) hours.push(h);
  const shift = msOf(`${day}T00:00:00Z`) - ms('00:00');
  const clock = (v) => new Date(v + shift).toISOString().slice(11, 16);
  const label = (list, name, kind) => ({ y: y(list.length), at: y(list.length), text: t(`chart.${name}`, { n: list.length }), kind });
  const labels = apart([label(d.arrived, 'arrived', 'f-blue'), label(d.entered, 'entered', 'f-blue'), label(d.cleared, 'cleared', 'f-green'), label(d.departed, 'departed', 'f-grey')], FLOW.base - 3);
  const p = (kind, path) => svg('path', { class: kind, d: path });
  const text = (kind, at_, top, words_, more) => svg('text', { class: kind, x: at_, y: top, ...more }, words_);
  const end = { 'text-anchor': 'end' };
  return svg('svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': t('chart.label', { plan: d.plan.length, arrived: d.arrived.length, entered: d.entered.length, cleared: d.cleared.length, departed: d.departed.length }) },
  site.windows.map((w, i) => {
    const from = x(ms(w.start));
    const to = x(w.end > w.start ? ms(w.end) : ms(w.end) + 86400000);
    return [i % 2 === 0 && svg('rect', { class: 'win', x: from, y: 0, width: to - from, height: YARD.base }), text('', from + 8, 16, [svg('tspan', { class: 't-strong' }, w.name), windowText(d, w, (to - from - 12) / LETTER)])];
  }),
  p('axis', `M${LEFT} ${FLOW.base}H${RIGHT}`), text('', LEFT - 6, FLOW.base + 4, 0, end), grid.map((n) => [p('grid', `M${LEFT} ${y(n)}H${RIGHT}`), text('', LEFT - 6, y(n) + 4, n, end)]),
  between && p('between', between),
  p('plan', d.plan.length > 0 ? `M${x(d.plan[0])} ${y(0)}${planLine(d.plan, x, y)}` : ''),
  p('c-arr', step(d.arrived)), p('c-in', step(d.entered)), p('c-clr', step(d.cleared)), p('c-out', step(d.departed)),
  d.plan.length > 0 && text('t-strong', x(d.plan.at(-1) + 1800000) + 8, y(d.plan.length) + 4, t('chart.plan', { n: d.plan.length })),
  labels.map((l) => [p('lead', `M${x(at) + 2} ${l.y}L${x(at) + 15} ${l.at - 2}H${x(at) + 22}`), text(`t-lab ${l.kind}`, x(at) + 27, l.at + 3, l.text)]),
  p('axis', `M${LEFT} ${YARD.base}H${RIGHT}`), p('cap', `M${LEFT} ${yy(bays)}H${RIGHT}`), text('', LEFT - 6, yy(bays) + 4, bays, end), text('', LEFT - 6, YARD.base + 4, 0, end), text('t-strong', LEFT + 6, yy(bays) - 6, t('chart.bays', { n: bays })),
  yardPath && [p('between', `${yardPath}H${x(at)}V${yy(0)}Z`), p('c-in', `${yardPath}H${x(at)}`), text('t-lab f-blue', x(at) + 8, yy(yard.at(-1)[1]) + 4, yard.at(-1)[1])],
  hours.map((h) => [p('axis', `M${x(h)} ${YARD.base}v5`), text('', x(h), YARD.base + 20, clock(h), { 'text-anchor': 'middle' })]),
  p('now', `M${x(at)} 24V${YARD.base + 5}`));
}

// The plan rises evenly over each slot.
function planLine(plan, x, y) {
  let d = '';
  for (let i = 0; i < plan.length;) {
    const start = plan[i];
    while (i < plan.length && plan[i] === start) i++;
    const next = plan[i] ?? start + 1800000;
    d += `L${x(Math.min(next, start + 1800000))} ${y(i)}`;
    if (next > start + 1800000) d += `L${x(next)} ${y(i)}`;
  }
  return d;
}

export function flow() {
  const said = el('p');
  const chart = el('div', { class: 'chart-box' });
  const node = el('section', { class: 'panel flow', 'aria-labelledby': 'fl' }, el('div', { class: 'sec-head' }, el('h2', { id: 'fl' }, t('day')), said), chart);
  return { node, draw: (d) => {
    setText(said, sentence(d));
    show(chart, draw(d, Math.max(320, chart.clientWidth), Math.max(200, chart.clientHeight)));
  } };
}
