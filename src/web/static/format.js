// Times, dates, plates and containers as the design has them. Times come from the daemon with the site's own offset: what stands in them is
// the time at the site, whatever this machine takes for its zone.
import { el } from './dom.js';
import { lang, words } from './words.js';

const t = words();

export const hhmm = (time) => time.slice(11, 16);
export const slotText = (slot) => `${hhmm(slot.start)}–${hhmm(slot.end)}`;
export const msOf = (time) => Date.parse(time);

function parts(date) {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  return { month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

// 11-25 周三 · Wed 25 Nov
export function shortDate(date) {
  const { month, day, weekday } = parts(date);
  if (lang() === 'en') return `${t(`weekday.${weekday}`)} ${day} ${t(`month.${month}`)}`;
  return `${date.slice(5, 10)} ${t(`weekday.${weekday}`)}`;
}

// 11月25日 周三 · Wed 25 Nov
export function longDate(date) {
  const { month, day, weekday } = parts(date);
  return lang() === 'en' ? shortDate(date) : `${month}月${day}日 ${t(`weekday.${weekday}`)}`;
}

// How long: 4 小时 50 分 · 4 h 50 min
export function minutesText(minutes) {
  const h = Math.floor(minutes / 60);
  const m = Math.floor(minutes % 60);
  if (h === 0) return t('span.minutes', { m });
  return m === 0 ? t('span.hours', { h }) : t('span.hours.minutes', { h, m });
}

// How long, to the second below an hour.
export function spanText(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 60) return t('span.seconds', { s });
  return s < 3600 ? t('span.minutes.seconds', { m: Math.floor(s / 60), s: s % 60 }) : minutesText(s / 60);
}

export function agoText(ms) {
  const s = Math.floor(ms / 1000);
  return s < 60 ? t('age.seconds', { n: s }) : t('age.minutes', { n: Math.floor(s / 60) });
}

// 浙D5K827 with its dot drawn, so that copying gives the plate as it is stored; what a display masks (··) as so many drawn dots.
export function plate(text, more = '') {
  const box = el('span', { class: `plate ${more}`.trim() });
  const masked = /·+/.exec(text);
  if (masked !== null) {
    box.append(text.slice(0, masked.index), el('span', { class: 'dots', role: 'img', 'aria-label': t('plate.masked') }, [...masked[0]].map(() => el('i'))), text.slice(masked.index + masked[0].length));
  } else if (/^\p{Script=Han}[A-Z]/u.test(text)) {
    box.append(text.slice(0, 2), el('i'), text.slice(2));
  } else {
    box.append(text);
  }
  return box;
}

// CSQU3054383 → CSQU 305438 3
export const container = (text) => (/^[A-Z]{4}\d{7}$/.test(text) ? `${text.slice(0, 4)} ${text.slice(4, 10)} ${text.slice(10)}` : text);
// 7K3MQ9XD → 7K3M-Q9XD
export const passCode = (text) => `${text.slice(0, 4)}-${text.slice(4)}`;
