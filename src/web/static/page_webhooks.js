// Where events are sent to: whether each gets them, and why not, a message to try it by, and what makes, changes, stops and removes one.
import { Problem, call, get, post } from './api.js';
import { formDialog, shownOnce, sure } from './dialog_forms.js';
import { el, setText, show } from './dom.js';
import { faultBox } from './faults.js';
import { fresh, readEvery } from './live.js';
import { button, fill, table } from './tables.js';
import { stateMark } from './trucks.js';
import lists from './words_lists.js';
import own from './words_webhooks.js';
import { words } from './words.js';

const t = words({ ...lists, ...own });
const SHAPES = { ok: 'cleared', retrying: 'late', failing: 'late', disabled: 'minus' };
const OLD_HOURS = 24;
const when = (time) => (time ? time.slice(0, 16).replace('T', ' ') : t('never'));
const path = (name, more = '') => `/v1/webhooks/${encodeURIComponent(name)}${more}`;
// Commas as they are typed in either language; none: every type.
const typesOf = (text) => text.split(/[,，、\s]+/).filter((word) => word !== '');
const given = (v) => ({ url: v.url, backend: v.backend || null, types: typesOf(v.types) });

// The state, and beneath it why: what stopped it, or what the latest attempt came to.
function stateOfHook(w) {
  const notes = [w.disabled && t(`hook.cause.${w.disabled_cause}`), w.state !== 'ok' && w.last_failure?.detail, w.failing_since && t('hook.failing', { n: w.failures, time: when(w.failing_since) }),
    w.events_lost_at && t('hook.lost', { time: when(w.events_lost_at) }), w.old_secret_until && t('hook.old.until', { time: when(w.old_secret_until) })];
  return [el('span', { class: 'state' }, stateMark(SHAPES[w.state] || 'unknown'), t(`hook.state.${w.state}`)), notes.filter(Boolean).map((text) => el('p', {}, text))];
}

const fields = (w) => [{ name: 'url', label: t('hook.url'), kind: 'url', value: w.url, hint: t('hook.url.hint') }, { name: 'backend', label: t('hook.backend'), value: w.backend || '', attributes: { autocapitalize: 'none' } },
  { name: 'types', label: t('hook.types'), value: w.types.join(', '), hint: t('hook.types.hint'), attributes: { autocapitalize: 'none' } }];

// What the daemon would say of a number that is none, before it is asked.
function hoursOf(text) {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 720) return Number(text);
  throw new Problem(422, { title: t('hook.secret'), errors: [{ pointer: '/keep_hours', detail: t('hook.secret.number') }] }, new Headers());
}

export async function open(place) {
  const fault = el('div');
  const told = el('p', { role: 'status' });
  const list = el('section', { class: 'panel' });
  show(place, el('main', { class: 'wide hooks' }, el('h1', { class: 'vh' }, t('hooks')), fault, list, told));

  const act = (run) => async () => {
    show(fault);
    setText(told, '');
    try {
      await run();
      await read();
    } catch (problem) {
      show(fault, faultBox(problem));
    }
  };
  const create = act(async () => {
    let made = null;
    await formDialog(t('hook.new'), { fields: [{ name: 'name', label: t('col.name'), attributes: { autocapitalize: 'none' } }, ...fields({ url: '', backend: null, types: [] })], button: t('create'),
      send: async (v) => { made = (await post('/v1/webhooks', { name: v.name, ...given(v) })).body; } });
    if (made !== null) await shownOnce(made.name, t('hook.shown'), made.secret);
  });
  const change = (w) => act(() => formDialog(`${t('hook.change')} ${w.name}`, { fields: fields(w), button: t('save'), send: (v) => call('PATCH', path(w.name), { body: given(v) }) }));
  const renew = (w) => act(async () => {
    let made = null;
    await formDialog(`${t('hook.secret')} ${w.name}`, { fields: [{ name: 'keep_hours', label: t('hook.secret.keep'), value: String(OLD_HOURS), attributes: { inputmode: 'numeric' } }], button: t('hook.secret.do'),
      send: async (v) => { made = (await post(path(w.name, '/secret'), { keep_hours: hoursOf(v.keep_hours) })).body; } });
    if (made !== null) await shownOnce(made.name, t('hook.shown'), made.secret);
  });
  const toggle = (w) => act(() => call('PATCH', path(w.name), { body: { disabled: !w.disabled } }));
  const remove = (w) => act(async () => (await sure(t('sure', { name: w.name }))) && call('DELETE', path(w.name)));
  // Its receiver has 15 seconds.
  const tryOut = (w) => act(async () => {
    const { body } = await post(path(w.name, '/test'), undefined, { timeout: 30000 });
    setText(told, t('hook.tested', { name: w.name, detail: body.detail, ms: body.duration_ms }));
  });

  const columns = [{ head: t('col.name'), cell: (w) => w.name }, { head: t('col.state'), cell: stateOfHook }, { head: t('hook.col.url'), cell: (w) => w.url },
    { head: t('hook.col.of'), cell: (w) => [w.backend ? t('hook.of.backend', { name: w.backend }) : t('hook.of.all'), ' · ', w.types.length > 0 ? w.types.join(', ') : t('hook.types.all')] },
    { head: t('hook.col.backlog'), kind: 'num', cell: (w) => w.pending + w.unread }, { head: t('hook.col.delivered'), cell: (w) => when(w.last_delivered_at) },
    { head: t('col.do'), cell: (w) => el('span', { class: 'actions' }, button(t('hook.test'), tryOut(w)), button(t(w.disabled ? 'user.enable' : 'user.disable'), toggle(w)), button(t('hook.change'), change(w)), button(t('hook.secret'), renew(w)), button(t('delete'), remove(w))) }];

  async function read() {
    await fill(list, async () => [el('div', { class: 'sec-head' }, el('h2', {}, t('hooks')), el('span', { class: 'end' }, button(t('hook.new'), create))), table(t('hooks'), columns, (await get('/v1/webhooks')).items, t('hooks.none'))]);
    fresh();
  }
  readEvery(10000, read);
  return () => {};
}
