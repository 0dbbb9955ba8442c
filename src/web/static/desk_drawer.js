// A change of capacity beside the horizon: number, reason, what to do with excess; the plan is worked out by itself and done only as it stands here.
import { Problem, call } from './api.js';
import { el, mark, show } from './dom.js';
import { faultBox } from './faults.js';
import { hhmm, plate, shortDate } from './format.js';
import { nowText, site, windowName } from './site.js';
import own from './words_desk.js';
import { words } from './words.js';

const t = words(own);

const AFTER_MS = 300;
const place = (at) => (at?.slot ? `${at.date && at.date !== site.today ? `${shortDate(at.date)} ` : ''}${windowName(at.window)} ${hhmm(at.slot.start)}` : at?.window ? windowName(at.window) : '');

// All plans of an answer: one date's, or those of several.
const plansOf = (answer) => (answer.days ? answer.days : [answer]);

function rowsOf(plans) {
  const rows = [];
  for (const p of plans) {
    const on = (list, more) => (list || []).forEach((one) => rows.push({ key: `${one.booking_id}`, plate: one.plate, from: one.from, ...more(one) }));
    on(p.moved, (one) => ({ shape: 'moved', to: place(one.to) }));
    on(p.waitlisted, () => ({ shape: 'waitlisted', to: t('plan.waitlist') }));
    on(p.promoted, (one) => ({ shape: 'due', to: place(one.to) }));
  }
  return rows;
}

function beforeAfter(plans) {
  const lines = plans.flatMap((p) => (p.windows?.length > 0 ? p.windows.map((w) => ({ ...w, date: p.date })) : p.before && p.after ? [{ id: p.window, name: windowName(p.window), before: p.before, after: p.after, date: p.date }] : []));
  const several = plans.length > 1;
  return el('table', { class: 'ba' }, el('thead', {}, el('tr', {}, ['horizon.window', 'plan.before', 'plan.after', 'plan.waiting'].map((name, i) => el('th', { scope: 'col' }, i === 0 ? el('span', { class: 'vh' }, t(name)) : t(name))))),
    el('tbody', {}, lines.filter((w) => w.before && w.after).slice(0, 12).map((w) => el('tr', {}, el('th', { scope: 'row' }, several && `${shortDate(w.date)} `, w.name || windowName(w.id)), el('td', {}, `${w.before.booked}/${w.before.capacity}`),
      el('td', {}, el('b', {}, `${w.after.booked}/${w.after.capacity}`)), el('td', {}, `${w.before.waiting ?? 0} → `, el('b', {}, w.after.waiting ?? 0))))));
}

// done(): carried out or left. → { node, end }
export function drawer({ date, window: id, day }, done) {
  const w = day?.windows.find((one) => one.id === id) || { ...site.windows.find((one) => one.id === id), booked: 0, waiting: 0, closed: false };
  const state = { plan: null, closed: w.closed, reset: false, timer: 0, turn: 0 };
  const box = el('div', { class: 'plan-box' });
  const number = el('input', { class: 'in', id: 'cap', inputmode: 'numeric', value: w.capacity, on: { input: changed } });
  const why = el('input', { class: 'in', id: 'why', autocomplete: 'off', maxlength: 200, on: { input: changed } });
  const until = el('input', { class: 'in', id: 'until', type: 'date', min: date, on: { input: changed } });
  const shut = el('button', { class: 'btn btn--quiet note', type: 'button', 'aria-pressed': String(w.closed), on: { click: () => {
    state.closed = !state.closed;
    state.reset = false;
    shut.setAttribute('aria-pressed', String(state.closed));
    shut.textContent = t(state.closed ? 'drawer.open' : 'drawer.close');
    number.disabled = state.closed;
    changed();
  } } }, t(w.closed ? 'drawer.open' : 'drawer.close'));
  const by = (n) => () => {
    number.value = Math.max(0, (Number(number.value) || 0) + n);
    changed();
  };
  const radio = (value, checked) => el('label', {}, el('input', { type: 'radio', name: 'ex', value, checked, on: { change: changed } }), t(`drawer.${value}`));
  const form = el('form', { class: 'form', on: { submit: (event) => event.preventDefault() } },
    el('label', { for: 'cap' }, t('drawer.capacity')), el('div', { class: 'step' }, el('button', { class: 'btn', type: 'button', 'aria-label': t('drawer.less'), on: { click: by(-1) } }, mark('minus')), number,
      el('button', { class: 'btn', type: 'button', 'aria-label': t('drawer.more'), on: { click: by(1) } }, mark('plus')), shut),
    el('label', { for: 'why' }, t('drawer.reason')), why, el('label', { for: 'until' }, t('drawer.until')), el('div', { class: 'step' }, until, el('button', { class: 'btn btn--quiet note', type: 'button', on: { click: () => {
      state.reset = true;
      changed();
    } } }, t('drawer.reset'))),
    el('span', { class: 'lab', id: 'ex' }, t('drawer.excess')), el('div', { class: 'seg', role: 'radiogroup', 'aria-labelledby': 'ex' }, radio('rebook', true), radio('keep', false)));
  const node = el('section', { class: 'panel drawer', 'aria-labelledby': 'dr' }, el('div', { class: 'drawer-head' }, el('div', {}, el('h2', { id: 'dr', tabindex: '-1' }, `${shortDate(date)} ${windowName(id)}`),
    el('p', {}, t('drawer.head', { booked: w.booked, capacity: w.capacity }), w.waiting > 0 && t('drawer.waiting', { n: w.waiting }))),
  el('button', { class: 'btn', type: 'button', 'aria-label': t('close'), on: { click: () => done() } }, mark('close'))), form, box);

  const path = (query) => `/v1/capacity/${date}/${id}?${new URLSearchParams({ ...query, ...(until.value && { until: until.value }) })}`;
  const body = () => ({ ...(state.closed ? { closed: true } : { capacity: Number(number.value), closed: false }), reason: why.value.trim() || null, excess: form.elements.ex.value });
  const send = (query, planId) => (state.reset ? call('DELETE', path({ ...query, ...(planId && { plan_id: planId }) })) : call('PUT', path(query), { body: { ...body(), ...(planId && { plan_id: planId }) } }));

  function changed(event) {
    if (event?.target && event.target !== until) state.reset = false;
    clearTimeout(state.timer);
    state.timer = setTimeout(tryOut, AFTER_MS);
  }

  async function tryOut() {
    const turn = ++state.turn;
    try {
      const { body: plan } = await send({ dry_run: 'true' });
      if (turn !== state.turn) return;
      state.plan = plan;
      drawPlan(null);
    } catch (fault) {
      if (turn === state.turn) show(box, faultBox(fault));
    }
  }

  async function carryOut() {
    try {
      await send({}, state.plan.plan_id);
      done();
    } catch (fault) {
      const present = fault instanceof Problem && fault.code === 'plan_outdated' ? fault.body.plan : null;
      if (!present) return show(box, faultBox(fault));
      const before = state.plan;
      state.plan = present;
      drawPlan(before);
    }
    return undefined;
  }

  function drawPlan(before) {
    const plans = plansOf(state.plan);
    const rows = rowsOf(plans);
    const known = before === null ? null : new Set(rowsOf(plansOf(before)).map((r) => `${r.key} ${r.to}`));
    const count = (name) => plans.reduce((n, p) => n + (p[name]?.length || 0), 0);
    show(box, el('div', { class: 'plan-head' }, el('h3', {}, t('plan')), plans.length > 1 && ` ${t('plan.days', { n: plans.length })}`, el('span', { class: 'tag' }, t('plan.not.yet'))),
      before !== null && el('p', { class: 'plan-say', role: 'alert' }, t('plan.outdated')),
      el('p', { class: 'plan-say', role: 'status' }, rows.length === 0 ? t('plan.none') : t('plan.say', { n: rows.length, moved: count('moved'), waitlisted: count('waitlisted'), promoted: count('promoted') })),
      beforeAfter(plans),
      el('div', { class: 'moves-wrap', tabindex: '0', role: 'region', 'aria-label': t('plan.trucks') }, rows.length > 0 && el('table', { class: 'moves' }, el('thead', {}, el('tr', {}, ['plan.truck', 'plan.from', 'plan.to'].map((name) => el('th', { scope: 'col' }, t(name))))),
        el('tbody', {}, rows.map((r) => el('tr', { class: known !== null && !known.has(`${r.key} ${r.to}`) ? 'differs' : null }, el('td', {}, mark(r.shape, `st--${r.shape}`), plate(r.plate)), el('td', {}, place(r.from)), el('td', {}, r.to)))))),
      el('p', { class: 'fine' }, t('plan.at', { time: nowText().slice(11, 19) })),
      el('div', { class: 'plan-foot' }, el('button', { class: 'btn btn--go', type: 'button', on: { click: carryOut } }, t('plan.do')), el('button', { class: 'btn', type: 'button', on: { click: () => done() } }, t('plan.dont'))));
  }

  show(box, el('p', { class: 'plan-say' }, t('plan.nothing')));
  number.disabled = state.closed;
  return { node, focus: () => number.focus(), end: () => clearTimeout(state.timer) };
}
