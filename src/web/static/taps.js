// Taps of the gate that could not be sent: each with its own key and the time it was made, kept on this machine, sent in their order once the
// daemon answers again. The first that the daemon has another truth for stops the rest until somebody has looked at it. Each is sent as the one who made
// it: what another one left on this machine waits for him, and keeps nobody up.
import { Problem, Unreachable, attempt, call, newKey } from './api.js';
import { who as me } from './session.js';
import { nowText, readSite } from './site.js';

const STORED = 'gateslot.taps';
const listeners = new Set();
let queue = read();
let sending = false;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) || '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function changed() {
  try {
    localStorage.setItem(STORED, JSON.stringify(queue));
  } catch {
    // Kept as long as this page is open, then.
  }
  listeners.forEach((listener) => listener(queue));
}

export const onTaps = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const of = (who) => queue.filter((one) => one.who === who);
export const waitingTaps = () => of(me.name);
export const tapOf = (id) => waitingTaps().find((one) => one.id === id);
export const othersTaps = () => queue.filter((one) => one.who !== me.name);

// → { booking, decision… } as answered; throws Problem; null: it could not be sent and waits.
export async function tap(who, booking, step, body = {}) {
  const one = { who, id: booking.id, plate: booking.plate, slot: booking.slot, version: booking.version, step, body, key: newKey(), at: nowText() };
  if (of(who).some((waits) => waits.id === one.id && waits.step === step && !waits.problem)) return null; // tapped again while it waits
  if (of(who).length > 0) {
    keep(one);
    return null;
  }
  try {
    return (await send(one, false, call)).body;
  } catch (fault) {
    if (!(fault instanceof Unreachable)) throw fault;
    keep(one);
    return null;
  }
}

function keep(one) {
  queue.push(one);
  changed();
}

// later: a request of its own, with the time of the tap.
function send(one, later, ask = attempt) {
  return ask('POST', `/v1/bookings/${encodeURIComponent(one.id)}/${one.step}`,
    { body: later ? { ...one.body, at: one.at } : one.body, key: later ? `${one.key}-later` : one.key, ifMatch: one.version });
}

// The first attempt may have come through although its answer did not. Then the version has moved on, the tap with its time is refused, and
// under its first key the daemon gives that answer again.
async function late(one) {
  try {
    return await send(one, true);
  } catch (fault) {
    if (!(fault instanceof Problem) || (fault.status !== 412 && fault.code !== 'wrong_state')) throw fault;
    try {
      return await send(one, false); // its first attempt was taken: the same answer again
    } catch {
      throw fault;
    }
  }
}

// The clock of this page was only counted on while there was no answer: a tap is not later than it is now.
function notToCome(one) {
  if (Date.parse(one.at) > Date.parse(nowText())) one.at = nowText();
}

export function dropTap(key) {
  queue = queue.filter((one) => one.key !== key);
  changed();
}

// Sends what waits, in order. told(tap, answer) for each that was taken, clash(tap, problem) for the first that was not: it stays in the queue
// until dropTap. Those of another person wait for that person.
export async function sendTaps(who, told, clash) {
  if (sending || of(who).length === 0 || of(who)[0].problem) return;
  sending = true;
  try {
    if (!(await readSite().then(() => true, () => false))) return;
    of(who).forEach(notToCome);
    changed();
    while (of(who).length > 0) {
      const [one] = of(who);
      try {
        const answer = await late(one);
        dropTap(one.key);
        told(one, answer.body);
      } catch (fault) {
        if (fault instanceof Unreachable || fault.status === 401 || fault.status === 429 || fault.status >= 500) return;
        one.problem = { title: fault.title, detail: fault.detail, code: fault.code, status: fault.status };
        changed();
        clash(one, fault);
        return;
      }
    }
  } finally {
    sending = false;
  }
}
