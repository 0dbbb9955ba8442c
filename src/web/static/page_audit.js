// The audit trail: what happened, who did it, in sentences; whether the chain of records is whole; the state of the system and its clock; and what
// another configuration would do.
import { call, get } from './api.js';
import { openDialog } from './dialog.js';
import { el, show } from './dom.js';
import { faultBox } from './faults.js';
import { makeForm } from './forms.js';
import { linkTo } from './links.js';
import { fresh, readEvery } from './live.js';
import { nowText, site, windowName } from './site.js';
import { button, fill, table } from './tables.js';
import own from './words_lists.js';
import { words } from './words.js';

const t = words(own);
const KINDS = ['booking', 'capacity', 'gate', 'strike', 'config', 'token', 'user', 'session', 'clock', 'store'];
const LAST = 50;
const when = (time) => time.slice(0, 19).replace('T', ' ');

function events(list, go) {
  return table(t('audit'), [{ head: t('audit.at'), cell: (e) => when(e.at) }, { head: t('audit.by'), cell: (e) => [e.actor.person, e.actor.name || t('role.supervisor')].filter(Boolean).join(' · ') },
    { head: t('audit.what'), cell: (e) => [e.booking_id && linkTo(go, `/supervisor/bookings/${e.booking_id}`, e.data.plate || e.booking_id), ' ', e.text || e.type, e.reason && !(e.text || '').includes(e.reason) && ` (${e.reason})`] }], [...list].reverse(), t('audit.none'));
}

// The chain is checked in parts, each from where the last ended.
async function checkChain() {
  let checked = 0;
  let part = null;
  for (let from = 1; from !== null; from = part.next) {
    part = await get(`/v1/audit?from=${from}`);
    checked += part.checked;
    if (part.broken_seq !== null) return t('chain.broken', { seq: part.broken_seq });
  }
  return t('chain.ok', { n: checked, last: part.last_seq });
}

// Today's commands decided once more, from the journal.
async function decideAgain() {
  const again = await get(`/v1/audit/decisions?date=${site.today}`);
  return t(again.same ? 'decisions.same' : 'decisions.differ', { n: again.same ? again.commands : again.differing });
}

function state(s, acceptClock) {
  const fact = (name, value) => [el('dt', {}, t(`system.${name}`)), el('dd', {}, value)];
  return [el('div', { class: 'sec-head' }, el('h2', {}, t('system'))), el('dl', { class: 'facts-list' },
    fact('state', s.problems.length === 0 ? t('system.healthy') : [t('system.problems'), el('ul', { class: 'plain' }, s.problems.map((p) => el('li', {}, p.text || p.detail || p.code || String(p))))]),
    fact('clock', s.clock.trusted ? `${t('system.clock.ok')} · ${when(s.clock.site_time)}` : [t('system.clock.off', { n: s.clock.leap_seconds }), ' ', button(t('system.clock.accept'), acceptClock)]),
    fact('version', s.version), fact('started', when(s.started_at)), fact('backup', s.last_backup ? when(s.last_backup.at || s.last_backup.finished_at || '') : t('system.backup.none')), fact('store', s.store.path), fact('config', `${s.config.path} · ${when(s.config.loaded_at)}`))];
}

function preview(answer) {
  const days = answer.days.filter((d) => d.moved?.length || d.waitlisted?.length || d.promoted?.length);
  return [table(t('preview'), [{ head: t('preview.key'), cell: (o) => o.key }, { head: t('preview.old'), cell: (o) => o.old }, { head: t('preview.new'), cell: (o) => o.new }, { head: t('preview.when'), cell: (o) => (o.restart ? t('preview.restart') : '') }], answer.options, t('preview.none')),
    days.length > 0 && [el('h3', {}, t('preview.days')), el('ul', { class: 'plain' }, days.map((d) => el('li', {}, t('preview.day', { date: d.date, window: windowName(d.window), moved: d.moved.length, waitlisted: d.waitlisted.length, promoted: d.promoted.length }))))]];
}

export async function open(place, { go, query }) {
  const type = KINDS.includes(query.get('type')) ? query.get('type') : '';
  const asked = new URLSearchParams({ last: LAST, text: 'true', ...(type && { type }), ...(query.get('by') && { by: query.get('by') }), ...(query.get('since') && { since: `${query.get('since')}T00:00:00${nowText().slice(-6)}` }) });
  const field = (name, node) => el('p', { class: 'field' }, el('label', { for: `f-${name}` }, t(`audit.${name}`)), node);
  const form = el('form', { class: 'panel filter', role: 'search', on: { submit: (event) => {
    event.preventDefault();
    go(`/supervisor/audit?${new URLSearchParams([...new FormData(form)].filter(([, v]) => v !== ''))}`);
  } } }, field('type', el('select', { class: 'in', id: 'f-type', name: 'type' }, el('option', { value: '' }, t('any')), KINDS.map((k) => el('option', { value: k, selected: k === type }, t(`kind.${k}`))))),
  field('by', el('input', { class: 'in', id: 'f-by', name: 'by', value: query.get('by') || '', autocomplete: 'off' })), field('since', el('input', { class: 'in', type: 'date', id: 'f-since', name: 'since', value: query.get('since') || '' })), el('button', { class: 'btn btn--go', type: 'submit' }, t('audit.show')));
  const list = el('section', { class: 'panel' });
  const system = el('section', { class: 'panel' });
  const chain = el('p', { role: 'status' });
  const found = el('div');
  const attempt = (run) => async () => fill(chain, run);
  const config = makeForm({ title: t('preview'), kind: 'preview', fields: [{ name: 'yaml', label: t('preview.say'), kind: 'text', attributes: { spellcheck: 'false' } }], button: t('preview.do'), send: async (v) => {
    show(found, preview((await call('POST', '/v1/config/preview', { body: v.yaml, headers: { 'Content-Type': 'application/yaml' } })).body));
  } });
  show(place, el('main', { class: 'wide' }, el('h1', { class: 'vh' }, t('audit')), form, list,
    el('p', { class: 'list-end' }, button(t('chain'), attempt(checkChain)), button(t('decisions'), attempt(decideAgain)), chain), system, el('section', { class: 'panel' }, config, found)));

  async function acceptClock() {
    if (await openDialog(t('system.clock.sure'), el('p'), { actions: [{ text: t('ok'), value: true }, { text: t('cancel'), value: null, go: true }] })) {
      await call('POST', '/v1/clock/accept').catch((fault) => system.prepend(faultBox(fault)));
      await read();
    }
  }
  async function read() {
    await fill(list, async () => events((await get(`/v1/events?${asked}`)).items, go));
    await fill(system, async () => state(await get('/v1/status'), acceptClock));
    fresh();
  }
  readEvery(30000, read);
  return () => {};
}
