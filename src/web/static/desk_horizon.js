// The horizon: windows by days, the ground says how full, the numbers say it exactly. A cell opens the change of its capacity.
import { el, mark, show } from './dom.js';
import { msOf, shortDate } from './format.js';
import { now, site } from './site.js';
import own from './words_desk.js';
import { words } from './words.js';

const t = words(own);

const shade = (w) => (w.capacity === 0 ? 0 : Math.min(4, Math.floor((w.booked / w.capacity) * 4 + (w.booked > 0 && w.booked < w.capacity / 4 ? 0.999 : 0))));

export const excessOf = (w) => Math.max(0, w.booked - w.capacity);
export const isOver = (w) => msOf(w.end) <= now();

function notes(w) {
  if (isOver(w)) return [el('span', {}, t('cell.over'))];
  return [w.at_risk > 0 && el('span', { class: 'tag st--risk' }, mark('late'), t('cell.risk', { n: w.at_risk })),
    excessOf(w) > 0 && el('span', { class: 'tag st--risk' }, mark('late'), t('cell.excess', { n: excessOf(w) })),
    w.waiting > 0 && el('span', {}, mark('waitlisted'), t('cell.waiting', { n: w.waiting }))].filter(Boolean).slice(0, 2);
}

function cell(date, w, chosen, choose) {
  const label = t('cell.label', { date: shortDate(date), window: w.name, booked: w.booked, capacity: w.capacity });
  const shut = w.closed && w.booked === 0;
  const kind = shut ? 'h-shut' : isOver(w) ? 'h-past' : `h${shade(w)}`;
  const said = notes(w);
  return el('button', { class: `cell ${kind}`, type: 'button', 'aria-pressed': chosen === `${date} ${w.id}` ? 'true' : 'false', on: { click: () => choose(date, w.id) } },
    el('span', { class: 'vh' }, label), shut ? el('span', { 'aria-hidden': 'true' }, t('cell.closed')) : [el('b', { 'aria-hidden': 'true' }, w.booked, el('small', {}, `/${w.capacity}`)), said.length > 0 && el('span', { class: 'notes' }, said)]);
}

function dayName(date, i) {
  const [first, second] = shortDate(date).includes('-') ? shortDate(date).split(' ').reverse() : [shortDate(date).slice(0, 3), shortDate(date).slice(4)];
  if (i > 1) return [el('b', {}, first), second];
  return [el('b', {}, t(i === 0 ? 'today' : 'tomorrow')), `${first} ${second}`];
}

// choose(date, window)
export function horizon(choose) {
  const box = el('div', { class: 'heat-wrap', tabindex: '0', role: 'group', 'aria-label': t('horizon.label') });
  const ahead = el('input', { class: 'in', type: 'date', id: 'ahead' });
  const window_ = el('select', { class: 'in', 'aria-label': t('horizon.window') }, site.windows.map((w) => el('option', { value: w.id }, w.name)));
  const node = el('section', { class: 'panel', 'aria-labelledby': 'hz' },
    el('div', { class: 'sec-head' }, el('h2', { id: 'hz' }, t('horizon')), el('p', {}, t('horizon.say')), el('details', { class: 'ahead' }, el('summary', {}, t('ahead')), el('form', { class: 'ahead-form', on: { submit: (event) => {
      event.preventDefault();
      if (ahead.value) choose(ahead.value, window_.value);
    } } }, el('label', { for: 'ahead' }, t('ahead.date')), ahead, window_, el('button', { class: 'btn', type: 'submit' }, t('ahead.open')))),
      el('div', { class: 'legend', 'aria-hidden': 'true' }, '0 ', [0, 1, 2, 3, 4].map((i) => el('i', { class: `h${i}` })), ` ${t('horizon.full')}`)), box);
  return { node, draw: (days, chosen) => {
    const focused = box.contains(document.activeElement) ? [...box.querySelectorAll('.cell')].indexOf(document.activeElement) : -1;
    show(box, el('table', { class: 'heat' }, el('thead', {}, el('tr', {}, el('td'), days.map((d, i) => el('th', { scope: 'col' }, dayName(d.date, i))))),
      el('tbody', {}, site.windows.map((w) => el('tr', {}, el('th', { scope: 'row' }, el('b', {}, w.name), `${w.start}–${w.end}`), days.map((d) => {
        const one = d.windows.find((x) => x.id === w.id);
        return el('td', {}, one && cell(d.date, one, chosen, choose));
      }))))));
    if (focused >= 0) box.querySelectorAll('.cell')[focused]?.focus();
  } };
}
