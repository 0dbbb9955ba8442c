// The door: log in with a name and a password, or pair this device with a code. It stands in the place of the page, whose address stays: so
// whoever comes in is where he wanted to be.
import { Problem, Unreachable } from './api.js';
import { el, mark, show } from './dom.js';
import { logIn } from './session.js';
import { lang, setLang, words } from './words.js';

const t = words();
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

function siteName() {
  try {
    return localStorage.getItem('gateslot.site') || t('site.default');
  } catch {
    return t('site.default');
  }
}

function errorBox(title, faults) {
  return el('section', { class: 'errs', role: 'alert', tabindex: '-1', 'aria-labelledby': 'door-errs' },
    el('h2', { id: 'door-errs' }, mark('refused'), title),
    faults.map((f) => (f.field ? el('a', { href: `#${f.field}` }, f.text) : el('p', {}, f.text))));
}

function field(id, label, props, { hint, fault } = {}) {
  const said = [fault && `${id}-err`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return el('div', { class: 'field' }, el('label', { for: id }, label), fault && el('p', { class: 'err', id: `${id}-err` }, fault),
    el('input', { id, class: 'in', 'aria-invalid': fault ? 'true' : null, 'aria-describedby': said || null, ...props }),
    hint && el('p', { class: 'hint', id: `${id}-hint` }, hint));
}

const FORMS = {
  login: {
    title: 'login', failed: 'login.failed', fallback: 'door-password', empty: [['door-name', 'login.empty.name'], ['door-password', 'login.empty.password']],
    fields: (state) => [
      field('door-name', t('login.name'), { name: 'name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', value: state.values['door-name'] || '' }, { fault: state.faults['door-name'] }),
      field('door-password', t('login.password'), { name: 'password', type: 'password', autocomplete: 'current-password' }, { fault: state.faults['door-password'] }),
    ],
    body: (values) => ({ name: values['door-name'].trim(), password: values['door-password'] }),
    pointers: { '/name': 'door-name', '/password': 'door-password' },
    other: ['login.tablet', 'login.pair', 'pair'],
  },
  pair: {
    title: 'pair', heading: 'pair.title', failed: 'pair.failed', fallback: 'door-code', empty: [['door-code', 'pair.empty']],
    before: () => el('ol', { class: 'steps' }, el('li', {}, t('pair.step.1')), el('li', {}, t('pair.step.2'))),
    fields: (state) => field('door-code', t('pair.code'), { name: 'code', class: 'in in--code', autocomplete: 'one-time-code', autocapitalize: 'characters', spellcheck: 'false', value: state.values['door-code'] || '' }, { hint: t('pair.hint'), fault: state.faults['door-code'] }),
    body: (values) => ({ pairing: values['door-code'].replace(/[\s-]/g, '') }),
    pointers: { '/pairing': 'door-code' },
    other: ['pair.person', 'login', 'login'],
  },
};

// Which field each fault is about; those of no field stand in the summary alone.
function faultsOf(form, problem) {
  if (problem instanceof Unreachable) return [{ text: `${t('offline.title')}. ${t('offline.detail')}` }];
  if (!(problem instanceof Problem)) throw problem;
  const found = problem.errors.map((e) => ({ field: form.pointers[e.pointer], text: e.detail }));
  if (found.length > 0) return found;
  return [{ field: problem.status === 401 ? form.fallback : null, text: problem.detail || problem.title }];
}

// place: where it stands. again: a session has ended, that of name. → resolves once somebody is logged in.
export function openDoor(place, { kind = 'login', again = false, name = '' } = {}) {
  return new Promise((resolve) => {
    const state = { kind, values: { 'door-name': name }, faults: {}, list: [], busy: false };

    async function submit(event) {
      event.preventDefault();
      if (state.busy) return;
      const form = FORMS[state.kind];
      state.values = Object.fromEntries([...place.querySelectorAll('input')].map((i) => [i.id, i.value]));
      state.list = form.empty.filter(([id]) => state.values[id].trim() === '').map(([id, word]) => ({ field: id, text: t(word) }));
      if (state.list.length === 0) {
        try {
          state.busy = true;
          await logIn(form.body(state.values));
          state.values = {};
          show(place);
          resolve();
          return;
        } catch (fault) {
          state.list = faultsOf(form, fault);
        } finally {
          state.busy = false;
        }
      }
      state.faults = Object.fromEntries(state.list.filter((f) => f.field).map((f) => [f.field, f.text]));
      draw();
      place.querySelector('.errs').focus();
    }

    function turn(next) {
      Object.assign(state, { kind: next, faults: {}, list: [] });
      draw();
      place.querySelector('input').focus();
    }

    function draw() {
      const form = FORMS[state.kind];
      const heading = t(form.heading || form.title);
      const [ask, answer, next] = form.other;
      document.title = state.list.length > 0 ? t('title.error', { title: `${heading} · ${siteName()}` }) : `${heading} · ${siteName()}`;
      show(place,
        el('header', { class: 'door-bar' }, el('p', {}, `${siteName()} · ${t('app.name')}`),
          el('button', { class: 'tab tab--slim', type: 'button', lang: lang() === 'en' ? 'zh-CN' : 'en', on: { click: () => {
            setLang(lang() === 'en' ? 'zh' : 'en');
            draw();
          } } }, t('other.language'))),
        el('main', { class: 'door-main' }, el('form', { class: 'card panel', novalidate: true, on: { submit } },
          el('h1', {}, heading),
          again && state.list.length === 0 && el('section', { class: 'again' }, el('h2', {}, mark('note'), t('login.again')), el('p', {}, t('login.again.detail'))),
          state.list.length > 0 && errorBox(t(form.failed), state.list),
          form.before?.(),
          form.fields(state),
          el('button', { class: 'btn btn--go', type: 'submit' }, t(form.title)),
          location.protocol === 'http:' && !LOCAL.includes(location.hostname) && el('p', { class: 'hint' }, t('door.plain')),
          el('p', { class: 'alt' }, el('span', {}, t(ask)), el('a', { href: `/${next}`, on: { click: (event) => {
            event.preventDefault();
            turn(next);
          } } }, t(answer))))));
    }

    draw();
    place.querySelector(name ? '#door-password' : 'input')?.focus();
  });
}
