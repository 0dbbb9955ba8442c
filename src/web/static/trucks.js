// What a booking looks like to somebody who stands before the truck: its shape and word by the table of the design, and its place in a list.
// Nothing is decided here; a state is read off the booking and the site's clock.
import { el, mark } from './dom.js';
import { hhmm, minutesText, msOf } from './format.js';
import { minutesSince, now } from './site.js';
import { words } from './words.js';

const t = words();
const SHAPES = { waitlisted: 'waitlisted', booked: 'due', arrived: 'arrived', entered: 'inside', cleared: 'cleared', departed: 'departed', no_show: 'noshow', refused: 'refused', cancelled: 'cancelled', expired: 'cancelled' };
const DONE = new Set(['entered', 'cleared', 'departed', 'refused', 'no_show', 'cancelled', 'expired']);

export const isDue = (b) => b.status === 'booked';
// Its slot is over and it is not here, but its time is not.
export const isLate = (b) => isDue(b) && b.slot !== null && now() >= msOf(b.slot.end) && now() < msOf(b.arrive_until);
export const isInside = (b) => b.status === 'entered' || b.status === 'cleared';
export const isDone = (b) => DONE.has(b.status);

// { shape, word } of a booking now.
export function stateOf(b) {
  if (isLate(b)) return { shape: 'late', word: t('status.late') };
  if (isDue(b)) return { shape: 'due', word: t('status.due') };
  if (b.status === 'arrived') {
    const minutes = minutesSince(b.arrived_at);
    return { shape: 'arrived', word: minutes > 0 ? `${t('status.arrived')} ${minutesText(minutes)}` : t('status.arrived') };
  }
  if (isInside(b) && b.overstay) return { shape: 'late', word: t('status.overstay') };
  if (b.status === 'entered') return { shape: 'inside', word: `${t('status.entered')} ${minutesText(minutesSince(b.entered_at))}` };
  if (b.status === 'departed') return { shape: 'departed', word: `${t('status.departed')} ${hhmm(b.departed_at)}` };
  return { shape: SHAPES[b.status], word: t(`status.${b.status}`) };
}

// Its word without times.
export const shortWord = (b) => (isLate(b) ? t('status.late') : isDue(b) ? t('status.due') : t(`status.${b.status}`));

export const stateMark = (shape) => mark(shape, `st--${shape}`);
export const stateWord = ({ shape, word }) => el('span', { class: `word st--${shape}` }, word);
export const stateTag = ({ shape, word }) => el('span', { class: `tag st--${shape}` }, mark(shape), word);

// By slot, then who is still to come before who is done with, then plate.
export function inOrder(a, b) {
  const slotA = a.slot?.start || '';
  const slotB = b.slot?.start || '';
  if (slotA !== slotB) return slotA < slotB ? -1 : 1;
  if (isDone(a) !== isDone(b)) return isDone(a) ? 1 : -1;
  return a.plate < b.plate ? -1 : a.plate > b.plate ? 1 : 0;
}

// What was typed or scanned, as plates and codes are stored: full width and lower case are read as well, blanks, dots and hyphens left out.
export const typed = (text) => text.normalize('NFKC').toUpperCase().replace(/[\s·•・.\-_‧]/g, '');

// The question that the gate asks of it.
export function questionOf(text) {
  const q = typed(text);
  if (/^[A-Z]{3}[UJZ]\d{7}$/.test(q)) return { container: q };
  if (/^[0-9A-Z]{8}$/.test(q) && !/^[A-Z][A-Z0-9]\d+$/.test(q)) return { pass_code: q };
  return { plate: q };
}
