// Begins: who is logged in, the site, the page of this address. Pages are named in pages.js. A page is a module with
//   export async function open(place, { params, query, go }) → a function that ends it (or nothing).
// It draws into place, reads what it needs and follows what happens (live.js); everything it started ends with it.
import { Problem, Unreachable, setHooks } from './api.js';
import { openBar, setMenu } from './bar.js';
import { closeDialogs } from './dialog.js';
import { openDoor } from './door.js';
import { el, show } from './dom.js';
import { failed, stopLive } from './live.js';
import { pageOf, tabsOf, homeOf } from './pages.js';
import { forget, logOut, recall, who } from './session.js';
import { keepSite, readSite, site, stopSite } from './site.js';
import { words } from './words.js';

const t = words();
const app = document.getElementById('app');
const base = import.meta.url.replace(/[^/]*$/, '');
const page = { path: '', end: null, styles: new Map(), turn: 0 };
const frame = { bar: el('div'), place: el('div', { class: 'place' }), door: el('div', { class: 'door' }) };

// ---- the door ----

let door = null;

// The page stays as it is, unseen, while its session is taken up again. → true: by the one who had it.
function openAgain() {
  door ??= (async () => {
    const before = { ...who };
    closeDialogs();
    for (const part of [frame.bar, frame.place]) part.hidden = true;
    await openDoor(frame.door, { kind: before.kind === 'device' ? 'pair' : 'login', again: true, name: before.kind === 'user' ? before.name : '' });
    door = null;
    const same = before.name === who.name && before.role === who.role;
    for (const part of [frame.bar, frame.place]) part.hidden = false;
    if (!same) setTimeout(() => route());
    else document.title = page.title;
    return same;
  })();
  return door;
}

async function enter(kind) {
  setHooks({ door: null });
  await openDoor(frame.door, { kind });
}

// ---- pages ----

function styleOf(name) {
  const href = new URL(name, base).pathname;
  let link = page.styles.get(name);
  if (link === undefined) {
    link = el('link', { rel: 'stylesheet', href });
    page.styles.set(name, link);
    const loaded = new Promise((resolve) => {
      link.addEventListener('load', resolve, { once: true });
      link.addEventListener('error', resolve, { once: true });
    });
    document.head.append(link);
    return loaded;
  }
  link.disabled = false;
  return Promise.resolve();
}

async function wear(styles) {
  await Promise.all(styles.map(styleOf));
  for (const [name, link] of page.styles) link.disabled = !styles.includes(name);
}

function message(title, detail, again) {
  return el('main', { class: 'message' }, el('h1', {}, title), el('p', {}, detail),
    again ? el('button', { class: 'btn btn--go', type: 'button', on: { click: () => location.reload() } }, t('error.again'))
      : el('a', { class: 'btn btn--go', href: '/' }, t('home')));
}

function endPage() {
  page.end?.();
  page.end = null;
  stopLive();
  closeDialogs();
}

// A module that is not there any more: the daemon is of another version, and the page begins anew, once.
function loadFailed(fault) {
  const key = 'gateslot.reloaded';
  if (fault instanceof TypeError && navigator.onLine && sessionStorage.getItem(key) !== base) {
    sessionStorage.setItem(key, base);
    location.reload();
  }
}

function explain(fault) {
  if (fault instanceof Unreachable) {
    failed();
    return message(t('offline.title'), t('offline.detail'), true);
  }
  if (fault instanceof Problem) return message(fault.title, fault.detail, true);
  loadFailed(fault);
  console.error(fault);
  return message(t('error.title'), String(fault.message || fault), true);
}

function drawBar(found) {
  frame.endBar?.();
  frame.endBar = null;
  show(frame.bar);
  if (found?.page.bar === false) return;
  const bar = openBar(tabsOf(who.role, location.pathname, t), found?.tab || '', go);
  frame.bar.append(bar.node);
  frame.endBar = bar.end;
}

async function openPage(found) {
  const turn = ++page.turn;
  endPage();
  document.body.className = found.page.body || '';
  drawBar(found);
  page.title = `${t(found.page.title)} · ${site.name}`;
  document.title = page.title;
  const place = el('div', { class: 'place' });
  frame.place.replaceWith(place);
  frame.place = place;
  try {
    const [module] = await Promise.all([found.page.load(), wear(found.page.styles || [])]);
    if (turn !== page.turn) return;
    const end = await module.open(place, { params: found.params, query: new URLSearchParams(location.search), go });
    if (turn === page.turn) page.end = end;
    else end?.();
  } catch (fault) {
    if (turn === page.turn) show(place, explain(fault));
  }
}

function openNothing(title, detail) {
  page.turn++;
  endPage();
  document.body.className = '';
  drawBar(null);
  document.title = `${title} · ${site.name}`;
  show(frame.place, message(title, detail, false));
}

async function route() {
  const home = homeOf(who.role);
  if (home === null) return openNothing(t('no.page.title'), t('no.page.at.all', { role: t(`role.${who.role}`) }));
  if (['/', '/login', '/pair'].includes(location.pathname)) history.replaceState(null, '', home);
  const found = pageOf(location.pathname);
  if (found === null) return openNothing(t('no.page.title'), t('no.page.detail'));
  if (!found.page.roles.includes(who.role)) return openNothing(t('no.page.title'), t('no.page.role', { role: t(`role.${who.role}`) }));
  return openPage(found);
}

// The daemon may have been upgraded since this page was loaded: then the next page is loaded anew, and one that nobody touches by itself.
const VERSION_MS = 300000;
let outdated = false;

async function lookForVersion() {
  try {
    const tag = (await fetch('/', { method: 'HEAD', cache: 'no-store' })).headers.get('ETag') || '';
    outdated = tag !== '' && !base.includes(tag.replace(/^"|(-gz)?"$/g, ''));
    if (outdated && who.role === 'display') location.reload();
  } catch {
    // It does not answer: later.
  }
}

// Another page, by its path.
function go(path) {
  if (outdated) return location.assign(path);
  if (path !== location.pathname + location.search) history.pushState(null, '', path);
  return route();
}

async function leave() {
  endPage();
  stopSite();
  try {
    await logOut();
  } catch (fault) {
    if (fault.status !== 401) return show(frame.place, explain(fault));
    forget();
  }
  location.assign('/login');
  return undefined;
}

// What the page of this address needs is asked for while it is asked who is there; what is wrong with it openPage says.
function lookAhead() {
  const found = pageOf(location.pathname);
  if (found === null) return;
  found.page.load().catch(() => {});
  for (const name of found.page.styles) document.head.append(el('link', { rel: 'preload', as: 'style', href: new URL(name, base).pathname }));
}

async function begin() {
  show(app, frame.bar, frame.place, frame.door);
  lookAhead();
  const known = readSite().then(() => true, () => false); // at once, for whoever is logged in
  try {
    if (!(await recall())) await enter(location.pathname === '/pair' ? 'pair' : 'login');
    setHooks({ door: openAgain, failed });
    setMenu({ changed: route, leave });
    if (!(await known)) await readSite();
    keepSite();
    addEventListener('popstate', route);
    setInterval(lookForVersion, VERSION_MS);
    await route();
  } catch (fault) {
    show(frame.place, explain(fault));
    if (fault instanceof Unreachable || fault.code === 'not_owner') setTimeout(() => location.reload(), 10000);
  }
}

begin();
