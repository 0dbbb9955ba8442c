// The bar over a page: which pages there are for this role, how old what is shown is, what time it is at the site, the language, and a menu.
import { el, mark, setText, show } from './dom.js';
import { openDialog } from './dialog.js';
import { agoText, spanText } from './format.js';
import { goTo } from './links.js';
import { standsBy, watch } from './live.js';
import { nowText, site, siteKnown } from './site.js';
import { choose, who } from './session.js';
import { lang, words } from './words.js';

const t = words();

// How old what is shown is. bar: turns red with it, and the page loses its colours (data-stale).
export function ageMark(bar) {
  const box = el('span', { class: 'age' }, mark('live'), el('span'));
  const spoken = el('span', { class: 'vh', role: 'status' });
  const end = watch((life, age) => {
    const lost = life === 'lost';
    box.classList.toggle('age--stale', lost);
    bar?.classList.toggle('bar--stale', lost);
    document.body.toggleAttribute('data-stale', lost);
    box.firstElementChild.firstElementChild.setAttribute('href', lost ? '#s-broken' : '#s-live');
    setText(box.lastElementChild, life === 'none' ? t('age.none') : life === 'live' ? t('age.live')
      : standsBy() ? t('age.standing') : lost ? (age === Infinity ? t('offline.title') : t('age.lost', { age: spanText(age) })) : agoText(age));
    setText(spoken, standsBy() ? t('age.standing') : lost ? t('offline.title') : life === 'live' ? t('age.live') : ''); // not each second aloud
  });
  return { nodes: [box, spoken], end };
}

export function clockMark() {
  const box = el('time', { class: 'clock' });
  const tick = () => {
    if (!siteKnown()) return;
    const text = nowText();
    box.setAttribute('datetime', text);
    setText(box, text.slice(11, 16));
  };
  tick();
  const timer = setInterval(tick, 500);
  return { node: box, end: () => clearInterval(timer) };
}

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem('gateslot.theme', theme);
  } catch {
    // Chosen for this page only.
  }
}

function choices(name, values, chosen, choose) {
  return el('fieldset', { class: 'choices' }, el('legend', {}, name), values.map(([value, text, tag]) =>
    el('button', { class: 'btn', type: 'button', lang: tag, 'aria-pressed': value === chosen ? 'true' : 'false', on: { click: () => choose(value) } }, text)));
}

// What the menu needs of the app; set with the bar, and by pages that have none.
const app = { changed: () => {}, leave: () => {} };
export const setMenu = (some) => Object.assign(app, some);

export async function openMenu() {
  const dark = document.documentElement.dataset.theme === 'dark';
  const done = await openDialog(t('menu'), (close) => el('div', { class: 'menu' },
    el('p', {}, t(who.person ? 'logged.in.person' : 'logged.in.as', { name: who.name, person: who.person, role: t(`role.${who.role}`) })),
    choices(t('theme'), [['light', t('theme.light')], ['dark', t('theme.dark')]], dark ? 'dark' : 'light', (theme) => {
      setTheme(theme);
      close('theme');
    }),
    choices(t('language'), [['zh', '中文', 'zh-CN'], ['en', 'English', 'en']], lang(), (next) => close(next)),
    el('button', { class: 'btn', type: 'button', on: { click: () => close('leave') } }, t('logout'))));
  if (done === 'leave') app.leave();
  else if ((done === 'zh' || done === 'en') && done !== lang()) changeLang(done);
}

// The daemon's own sentences follow it too, so it knows first.
async function changeLang(next) {
  await choose(next);
  app.changed();
}

// tabs: [{ path, text }]. → { node, end }
export function openBar(tabs, path, go) {
  const node = el('header', { class: 'bar' });
  const age = ageMark(node);
  const clock = clockMark();
  show(node,
    el('nav', { class: 'tabs', 'aria-label': t('nav.main') }, tabs.map((tab) => el('a', { class: 'tab', href: tab.path, 'aria-current': tab.path === path ? 'page' : null, on: { click: goTo(go, tab.path) } }, tab.text))),
    age.nodes, clock.node,
    site.drill && el('span', { class: 'drill' }, t('drill')),
    el('button', { class: 'tab tab--slim', type: 'button', lang: lang() === 'en' ? 'zh-CN' : 'en', 'aria-label': t('other.language.long'), on: { click: () => changeLang(lang() === 'en' ? 'zh' : 'en') } }, t('other.language')),
    el('button', { class: 'tab tab--slim', type: 'button', 'aria-label': t('menu'), 'aria-haspopup': 'dialog', on: { click: () => openMenu() } }, mark('menu')));
  return { node, end: () => {
    age.end();
    clock.end();
  } };
}

