// Says something aloud and in its one place at the foot of the page: what a step did that nothing else on the page shows. It covers no button,
// goes after 8 s or with ×, and stays while the pointer or the focus is on it. What must be acted on does not belong here.
import { el, mark, show } from './dom.js';
import { words } from './words.js';

const STAYS_MS = 8000;
const t = words();
let place = null;
let timer = 0;

function box() {
  if (place === null) {
    place = el('div', { class: 'say', role: 'status', 'aria-live': 'polite', on: { pointerenter: hold, focusin: hold, pointerleave: letGo, focusout: letGo } });
    document.body.append(place);
  }
  return place;
}

function hold() {
  clearTimeout(timer);
}

function letGo() {
  clearTimeout(timer);
  timer = setTimeout(unsay, STAYS_MS);
}

export function unsay() {
  clearTimeout(timer);
  if (place !== null) show(place);
}

// shape: one of icons.svg; state: a class st--… for its colour.
export function say(text, { shape = 'note', state = '' } = {}) {
  show(box(), el('p', { class: `say-in ${state}`.trim() }, mark(shape), el('span', {}, text),
    el('button', { class: 'btn btn--text btn--plain', type: 'button', 'aria-label': t('close'), on: { click: unsay } }, mark('close'))));
  letGo();
}
