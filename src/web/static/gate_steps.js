// Steps of a truck as a person at the gate takes them: by one tap, with a reason where one is asked for, to be undone for a quarter of an hour, kept
// when there is no connection. What becomes of each is told to the page: done, queued, refused, clash.
import { Problem, attempt, call, get, newKey } from './api.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { put } from './gate_data.js';
import { now, nowText } from './site.js';
import { dropTap, sendTaps, tap } from './taps.js';
import own from './words_gate.js';
import { words } from './words.js';

const t = words(own);

const UNDO_MS = 15 * 60 * 1000;

const state = { last: null, busy: new Set() };
export const lastStep = () => state.last;
export const busy = (id) => state.busy.has(id);
export const canUndo = () => state.last !== null && state.last.steps > 0 && now() < state.last.untilMs;

const bookingIn = (answer) => answer?.booking || (answer?.id ? answer : null);

function remember(before, step, answer, more = {}) {
  const b = bookingIn(answer);
  if (b === null) return;
  put(b);
  const held = step === 'admit' && answer.decision === 'hold';
  const steps = step === 'revert' || step === 'delay' ? 0 : step === 'admit' && before === 'booked' && !held ? 2 : 1;
  state.last = { booking: b, step: held ? 'arrive' : step, at: nowText(), steps, untilMs: now() + UNDO_MS, ...more };
}

async function clashOf(one, problem) {
  const [booking, history] = await Promise.all([get(`/v1/bookings/${encodeURIComponent(one.id)}`), get(`/v1/bookings/${encodeURIComponent(one.id)}/history`)]);
  put(booking);
  return { kind: 'clash', tap: one, booking, last: history.items.at(-1), problem };
}

const isClash = (fault) => fault instanceof Problem && (fault.status === 412 || fault.code === 'wrong_state');

// → { kind: 'done', answer } · { kind: 'queued' } · { kind: 'refused', problem } · { kind: 'clash', … } · null: it is under way already
export async function take(who, b, step, body = {}) {
  if (state.busy.has(b.id)) return null;
  state.busy.add(b.id);
  try {
    const answer = await tap(who, b, step, body);
    if (answer === null) return { kind: 'queued' };
    remember(b.status, step, answer);
    return { kind: 'done', answer };
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    if (isClash(fault)) return clashOf({ key: '', id: b.id, plate: b.plate, version: b.version, step, body, at: nowText() }, fault);
    return { kind: 'refused', booking: b, problem: fault };
  } finally {
    state.busy.delete(b.id);
  }
}

// Takes the last step back; a truck let in by one tap is before its arrival again.
export async function undo() {
  const { booking, steps } = state.last;
  let answer = null;
  let { version } = booking;
  try {
    for (let i = 0; i < steps; i++) {
      answer = (await call('POST', `/v1/bookings/${encodeURIComponent(booking.id)}/revert`, { body: {}, key: newKey(), ifMatch: version })).body;
      version = answer.version;
    }
  } catch (fault) {
    if (!isClash(fault)) throw fault;
    return clashOf({ key: '', id: booking.id, plate: booking.plate, version, step: 'revert', body: {}, at: nowText() }, fault);
  } finally {
    if (answer !== null) remember('', 'revert', answer);
  }
  return { kind: 'done', answer };
}

// The person's word against the system's: the same step on the booking as it is now.
export async function insist(who, one, b) {
  if (one.key) dropTap(one.key);
  return take(who, b, one.step, one.body);
}

export function keepSystems(one) {
  if (one.key) dropTap(one.key);
}

// What waited goes out. told(tap): taken; clash(shown): to be looked at.
export function sendKept(who, told, clash) {
  return sendTaps(who, (one, answer) => {
    remember('', one.step, answer, { late: true });
    told(one);
  }, async (one, fault) => clash(await clashOf(one, fault).catch(() => ({ kind: 'refused', booking: one, problem: fault }))));
}

export const lookAt = (one) => clashOf(one, one.problem);

// A reason in a person's words, some at hand. → text, or null: not after all.
export function askReason(title, offered = []) {
  const fault = el('p', { class: 'err', role: 'alert', hidden: true }, t('reason.empty'));
  const text = el('input', { class: 'in', id: 'reason', autocomplete: 'off', maxlength: 200, 'aria-describedby': 'reason-fault' });
  fault.id = 'reason-fault';
  return openDialog(title, (close) => el('form', { class: 'reason', on: { submit: (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (said) return close(said);
    fault.hidden = false;
    text.setAttribute('aria-invalid', 'true');
    return text.focus();
  } } },
  offered.length > 0 && el('div', { class: 'reasons' }, offered.map((one) => el('button', { class: 'btn', type: 'button', on: { click: () => close(one) } }, one))),
  el('label', { for: 'reason' }, t(offered.length > 0 ? 'refuse.other' : 'refuse.reason')), text, fault,
  el('button', { class: 'btn btn--go', type: 'submit' }, title)));
}

// What the gate was told of a truck without a booking, for every tablet's list of trouble.
export const note = (question) => attempt('POST', '/v1/gate/check', { body: { ...question, record: true } });
