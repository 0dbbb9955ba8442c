// One truck's story: who it is, why it stands where it stands, and what may be done about it now. The sentences are the daemon's.
import { Problem, call, get, getHistory } from './api.js';
import { el, mark, show, svg } from './dom.js';
import { container, hhmm, msOf, passCode, plate, shortDate, slotText } from './format.js';
import { makeForm } from './forms.js';
import { followEvents, onEvent, onReset } from './live.js';
import { listOf } from './page_walk_in.js';
import { who } from './session.js';
import { now, nowText, site, windowName } from './site.js';
import { stateOf, stateTag } from './trucks.js';
import own from './words_booking.js';
import { words } from './words.js';

const t = words(own);
const SHAPES = { booked: 'due', waitlisted: 'waitlisted', promoted: 'due', moved: 'moved', rescheduled: 'moved', delayed: 'moved', arrived: 'arrived', entered: 'inside', cleared: 'cleared', departed: 'departed', no_show: 'noshow', refused: 'refused', cancelled: 'cancelled', expired: 'cancelled', reverted: 'undo', reinstated: 'arrived' };
const AT = { arrive: 'arrived_at', enter: 'entered_at', clear: 'cleared_at', depart: 'departed_at' };
const SLOT_TEXT = 88;
const WORD = 44;

const fact = (name, value) => value && [el('dt', {}, name), el('dd', {}, value)];

function head(b) {
  return el('section', { class: 'panel who' }, el('div', {}, el('h1', {}, plate(b.plate)), stateTag(stateOf(b)), b.walk_in && el('span', { class: 'tag' }, t('walkin')), b.priority === 'urgent' && el('span', { class: 'tag' }, t('urgent'))),
    el('dl', { class: 'facts' }, fact(t('company'), b.company.name), fact(t('trailer'), b.trailer_plate && el('span', { class: 'code' }, b.trailer_plate)),
      fact(t('driver'), `${b.driver.name} ${b.driver.phone}`), fact(t('container'), b.containers.map((c, i) => [i > 0 && t('and'), el('span', { class: 'code' }, container(c))])),
      fact(t('accepts'), `${b.windows.length > 0 ? b.windows.map(windowName).join(t('and')) : t('any.window')}${b.flexible ? ` · ${t('flexible')}` : ''}`),
      fact(t('pass'), b.pass_code && el('span', { class: 'code' }, passCode(b.pass_code))), fact(t('reference'), b.reference)));
}

// The promise on a bar of time as wide as there is room: early, slot, late; and now.
function promise(b, width) {
  if (b.slot === null) return null;
  const [from, start, end, until] = [b.arrive_from, b.slot.start, b.slot.end, b.arrive_until].map(msOf);
  const at = now();
  const lo = from - 1800000;
  const hi = at > until && at < until + 4 * 3600000 ? at + 1200000 : until + 1800000;
  const x = (ms) => 4 + ((ms - lo) * (width - 8)) / (hi - lo);
  const ticks = [];
  const each = x(lo + 1800000) - x(lo) < 48 ? 3600000 : 1800000;
  for (let ms = Math.ceil(lo / each) * each; ms <= hi; ms += each) ticks.push(ms);
  const offset = msOf(`${b.slot.start.slice(0, 19)}Z`) - start;
  const time = (ms) => new Date(ms + offset).toISOString().slice(11, 16);
  const text = (at_, y, words_, more = {}) => svg('text', { x: x(at_), y, 'text-anchor': 'middle', ...more }, words_);
  const fits = (one, other, room) => x(other) - x(one) >= room;
  const missed = ['no_show', 'expired'].includes(b.status);
  return svg('svg', { class: 'promise', viewBox: `0 0 ${width} 96`, role: 'img', 'aria-label': t('bar.label', { slot: slotText(b.slot), from: hhmm(b.arrive_from), until: hhmm(b.arrive_until) }) },
    svg('path', { class: 'axis', d: `M4 64H${width - 4}` }), ticks.map((ms) => [svg('path', { class: 'axis', d: `M${x(ms)} 64v5` }), text(ms, 85, time(ms), x(ms) < 24 ? { 'text-anchor': 'start' } : x(ms) > width - 24 ? { 'text-anchor': 'end' } : {})]),
    svg('rect', { class: 'grace', x: x(from), y: 32, width: x(until) - x(from), height: 32 }), svg('rect', { class: 'slot', x: x(start), y: 32, width: x(end) - x(start), height: 32 }),
    fits(start, end, SLOT_TEXT) && text((start + end) / 2, 53, slotText(b.slot), { class: 'slot-t' }), fits(from, start, WORD) && text((from + start) / 2, 53, t('bar.early')), fits(end, until, WORD) && text((end + until) / 2, 53, t('bar.late')),
    svg('path', { class: missed ? 'end' : 'now', d: `M${x(until)} 26V70` }), text(until, 18, t('bar.until', { time: hhmm(b.arrive_until) }), { class: missed ? 't-red' : '' }),
    at >= lo && at <= hi && [svg('path', { class: 'now', d: `M${x(at)} 26V70` }), Math.abs(x(at) - x(until)) > 150 && text(at, 18, t('bar.now', { time: nowText().slice(11, 16) }), { class: 't-strong' })]);
}

function tale(events) {
  return el('section', { class: 'panel tale' }, el('h2', {}, t('events')), el('ol', { tabindex: '0' }, events.map((e) => {
    const kind = e.type.split('.')[1];
    const shape = e.type.startsWith('strike') ? 'noshow' : SHAPES[kind] || 'note';
    return el('li', {}, el('time', { datetime: e.at }, `${e.at.slice(5, 10)} `, el('b', {}, hhmm(e.at))), mark(shape, `st--${shape}`), el('p', {}, e.text, e.reason && !e.text.includes(e.reason) ? ` (${e.reason})` : ''),
      el('span', { class: 'by' }, e.actor.role === 'system' ? t('by.system') : e.actor.person || e.actor.name));
  })));
}

// The present date of a booking's step with another time of day, with the site's offset.
const atTime = (given, clock) => `${given.slice(0, 11)}${clock}:00${given.slice(19).replace(/^\.\d+/, '')}`;

function fieldsOfChange(b) {
  const field = (name, label, pointer, value, more) => ({ name, label: t(label), pointers: [pointer], value: value || '', ...more });
  return [field('plate', 'plate', '/plate', b.plate), field('trailer', 'trailer.field', '/trailer_plate', b.trailer_plate), field('containers', 'containers.field', '/containers', b.containers.join(' ')),
    field('name', 'driver.name', '/driver/name'), field('phone', 'driver.phone', '/driver/phone'), field('declaration', 'declaration', '/declaration_no', b.declaration_no), field('reference', 'reference', '/reference', b.reference)];
}

function changeOf(v, b) {
  const body = {};
  if (v.plate !== b.plate) body.plate = v.plate;
  if (v.trailer !== (b.trailer_plate || '')) body.trailer_plate = v.trailer || null;
  if (v.containers !== b.containers.join(' ')) body.containers = listOf(v.containers);
  if (v.declaration !== (b.declaration_no || '')) body.declaration_no = v.declaration || null;
  if (v.reference !== (b.reference || '')) body.reference = v.reference || null;
  if (v.name || v.phone) body.driver = { ...(v.name && { name: v.name }), ...(v.phone && { phone: v.phone }) };
  return body;
}

// What may be done in which state; the daemon has the last word on each.
function actsOf(b, act) {
  const supervisor = who.role === 'supervisor';
  const reason = (name) => ({ name: 'reason', label: t(name) });
  const step = (name, more = {}) => ({ name, fields: [reason('reason.optional')], body: (v) => (v.reason ? { reason: v.reason } : {}), ...more });
  const always = (name, more = {}) => ({ ...step(name, more), fields: [reason('reason')], body: (v) => ({ reason: v.reason }) });
  const correct = Object.keys(AT).filter((name) => b[AT[name]]);
  const list = {
    booked: ['admit', 'arrive', 'delay', 'reschedule', 'change', 'cancel', 'refuse'], waitlisted: ['reschedule', 'change', 'cancel'], arrived: ['admit', 'refuse', 'revert', 'change'], entered: ['clear', 'revert'],
    cleared: ['depart', 'revert'], departed: ['revert'], refused: ['revert'], no_show: ['reinstate', 'excuse'], cancelled: [], expired: [],
  }[b.status];
  const all = {
    admit: step('admit'), arrive: step('arrive'), clear: step('clear'), depart: step('depart'), revert: step('revert'), refuse: always('refuse'), cancel: step('cancel', { danger: true }),
    delay: step('delay', { say: t('act.delay.say') }), reinstate: always('reinstate', { say: t('act.reinstate.say'), button: t('act.reinstate.do') }), excuse: always('excuse', { say: t('act.excuse.say') }),
    override: { ...always('override'), path: 'admit', body: (v) => ({ override: true, reason: v.reason }) },
    reschedule: { name: 'reschedule', fields: [{ name: 'date', label: t('act.date'), kind: 'date', value: b.date }, { name: 'windows', label: t('act.windows'), kind: 'select', options: [['', t('any.window')], ...site.windows.map((w) => [w.id, w.name])], value: b.windows[0] || '' }, { name: 'slot', label: t('act.slot'), attributes: { placeholder: '08:30' } }],
      body: (v) => ({ date: v.date, ...(v.windows && { windows: [v.windows] }), ...(v.slot && { slot: v.slot }) }) },
    change: { name: 'change', small: t('act.change.small'), button: t('act.change.do'), fields: fieldsOfChange(b), method: 'PATCH', path: '', body: (v) => changeOf(v, b) },
    correct: { name: 'correct', button: t('act.correct.do'), small: correct.map((name) => t(`step.${name}`)).join(t('and')),
      fields: [{ name: 'step', label: t('act.correct.step'), kind: 'select', options: correct.map((name) => [name, `${t(`step.${name}`)} ${hhmm(b[AT[name]])}`]) }, { name: 'at', label: t('time'), attributes: { placeholder: '13:24' } }, reason('reason')],
      path: (v) => v.step, body: (v) => ({ at: atTime(b[AT[v.step]], v.at), reason: v.reason }) },
  };
  const names = [...list];
  if (supervisor && b.status === 'arrived') names.splice(1, 0, 'override');
  if (supervisor && correct.length > 0) names.push('correct');
  return names.filter((name) => name !== 'excuse' || supervisor).map((name, i) => act({ first: i === 0, ...all[name] }));
}

export async function open(place, { params }) {
  const path = `/v1/bookings/${encodeURIComponent(params.ref)}`;
  const left = el('div', { class: 'stack' });
  const acts = el('section', { class: 'panel acts' });
  show(place, el('main', { class: 'story-main' }, left, acts));
  let shown = null;
  let opened = '';
  const bar = el('div');
  const drawBar = () => show(bar, shown && promise(shown, Math.max(280, bar.clientWidth)));

  async function read() {
    const [booking, events] = await Promise.all([get(path), getHistory(`${path}/history`)]);
    if (shown !== null && shown.version === booking.version) return;
    shown = booking;
    const told = events.filter((e) => e.type.startsWith('booking.') && !['booking.reminder', 'booking.expiring'].includes(e.type)); // these two change nothing
    const last = told.at(-1) || events.at(-1);
    show(left, head(booking), el('section', { class: 'panel why' }, el('h2', {}, `${booking.slot ? `${shortDate(booking.date)} ${slotText(booking.slot)} · ` : ''}${last ? last.text : ''}`), bar), tale(events));
    drawBar();
    const list = actsOf(booking, actNode);
    show(acts, el('h2', {}, t('can')), list, list.length === 0 && el('p', { class: 'cant' }, t('cannot')));
  }

  function actNode({ name, first, say, small, button, fields, body, method = 'POST', path: below = name, danger }) {
    const form = makeForm({ fields, button: button || t(`act.${name}`), kind: 'act-body', small: !first, danger, send: async (values, key) => {
      const at = typeof below === 'function' ? below(values) : below;
      try {
        await call(method, at ? `${path}/${at}` : path, { body: body(values), ifMatch: shown.version, ...(method === 'POST' && { key }) });
      } catch (fault) {
        if (fault instanceof Problem && fault.status === 412) {
          const { items } = await get(`${path}/history`);
          await read();
          acts.prepend(el('p', { class: 'errs', role: 'alert' }, t('changed.elsewhere', { who: items.at(-1).actor.person || items.at(-1).actor.name })));
          return;
        }
        throw fault;
      }
      opened = '';
      await read();
    } });
    if (say) form.prepend(el('p', {}, say));
    const isOpen = opened === '' ? first : opened === name;
    return el('details', { class: 'act', name: 'act', open: isOpen, on: { toggle: (event) => {
      if (event.target.open) opened = name;
    } } }, el('summary', {}, t(`act.${name}`), small && el('small', {}, small)), form);
  }

  await read();
  const stops = [onReset(read), onEvent('', (event) => {
    if (event.booking_id === params.ref) read().catch(() => {});
  })];
  addEventListener('resize', drawBar);
  followEvents();
  return () => {
    removeEventListener('resize', drawBar);
    stops.forEach((stop) => stop());
  };
}

