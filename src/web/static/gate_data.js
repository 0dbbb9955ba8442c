// What the gate's pages show: today's bookings, the yard, and the trucks without a booking that stood at the gate. Read once, then kept by the
// feed: an event says which booking is another now, and that one is read anew; many at once are read as a list.
import { get, getAll } from './api.js';
import { onEvent, onReset } from './live.js';
import { msOf } from './format.js';
import { now, site } from './site.js';
import { typed } from './trucks.js';

const MANY = 8;
const SOON_MS = 20;
const SEEN_MS = 2 * 3600 * 1000;

export const data = { date: '', rows: new Map(), yard: { bays: 0, free: 0, inside: [], held: [] }, turnedAway: new Map(), readAt: '' };
const listeners = new Set();
let dirty = new Set();
let timer = 0;
let stops = [];

export const onData = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const changed = () => listeners.forEach((listener) => listener());

// A booking as it was just answered; an older version of it is not taken.
export function put(b) {
  const had = data.rows.get(b.id);
  if (had !== undefined && had.version > b.version) return;
  if (b.date === data.date && b.slot !== null) data.rows.set(b.id, b);
  else data.rows.delete(b.id);
  changed();
}

export const bookingOf = (id) => data.rows.get(id) || data.yard.inside.find((b) => b.id === id) || data.yard.held.find((b) => b.id === id);

async function readYard() {
  data.yard = await get('/v1/yard');
}

async function readTurnedAway() {
  const since = new Date(now() - SEEN_MS).toISOString();
  const { items } = await get(`/v1/events?type=gate.checked&since=${encodeURIComponent(since)}&last=50`);
  data.turnedAway.clear();
  items.forEach(takeChecked);
}

function takeChecked(event) {
  const { plate, decision, code } = event.data;
  if (!plate) return;
  if (decision === 'reject' && code === 'not_booked') data.turnedAway.set(plate, { plate, at: event.at, code });
  else data.turnedAway.delete(plate);
}

// Everything anew.
export async function readAll() {
  const [list, yard] = await Promise.all([getAll(`/v1/gate/list?date=${site.today}`), get('/v1/yard'), readTurnedAway()]);
  data.date = site.today;
  data.rows = new Map(list.map((b) => [b.id, b]));
  list.forEach((b) => data.turnedAway.delete(b.plate)); // booked since
  data.yard = yard;
  data.readAt = yard.now;
  changed();
}

async function readDirty() {
  const ids = [...dirty];
  dirty = new Set();
  timer = 0;
  try {
    if (ids.length > MANY) {
      await readAll();
      return;
    }
    const [read] = await Promise.all([Promise.all(ids.map((id) => get(`/v1/bookings/${encodeURIComponent(id)}`))), readYard()]);
    data.readAt = data.yard.now;
    read.forEach(put);
  } catch {
    ids.forEach((id) => dirty.add(id)); // the page's age counts; what is missing is read when the stream is back
  }
}

function soon(id) {
  dirty.add(id);
  timer ||= setTimeout(readDirty, SOON_MS);
}

function take(event) {
  if (event.type === 'gate.checked') {
    takeChecked(event);
    changed();
  } else if (event.booking_id) {
    if (event.data.plate) data.turnedAway.delete(event.data.plate);
    soon(event.booking_id);
  } else if (event.type === 'config.reloaded' || event.type === 'capacity.changed') {
    readAll().catch(() => {});
  }
}

export function keepData() {
  stops = [onReset(readAll), onEvent('', take)];
}

export function leaveData() {
  stops.forEach((stop) => stop());
  stops = [];
  clearTimeout(timer);
  timer = 0;
}

// The slot that runs now and the one after it: { slot, rows, now } each.
export function slotsNow() {
  const at = now();
  const slots = new Map();
  for (const b of data.rows.values()) {
    if (msOf(b.slot.end) > at) slots.set(b.slot.start, [...(slots.get(b.slot.start) || []), b]);
  }
  return [...slots.keys()].sort().slice(0, 2).map((start) => {
    const rows = slots.get(start);
    return { slot: rows[0].slot, rows, now: msOf(start) <= at };
  });
}

// Those of today whose plate, trailer or container has what was typed in it.
export function matching(text, most) {
  const q = typed(text);
  if (q.length < 3) return [];
  const found = [];
  for (const b of data.rows.values()) {
    if (b.plate.includes(q) || (b.trailer_plate || '').includes(q) || b.containers.some((c) => c.includes(q))) found.push(b);
  }
  const open = (b) => (b.status === 'booked' || b.status === 'arrived' ? 0 : 1);
  return found.sort((a, b) => open(a) - open(b) || (a.slot.start < b.slot.start ? -1 : 1)).slice(0, most);
}
