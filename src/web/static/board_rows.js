// Which truck stands where on the hall screen. Of what the daemon tells (who is due, who waits at the gate in which order, how many bays are free)
// this picks and sorts; whether a truck may enter the gate decides.
import { msOf } from './format.js';

const BY_SLOT = (a, b) => msOf(a.slot.start) - msOf(b.slot.start) || (a.plate < b.plate ? -1 : a.plate > b.plate ? 1 : 0);

// items: rows of the list; held: those at the gate, in the order in which they are let in. → { now: [row + enter], next, late }
export function boardRows(items, held, free, nowMs) {
  const booked = items.filter((row) => row.status === 'booked').sort(BY_SLOT);
  const current = booked.filter((row) => msOf(row.slot.start) <= nowMs && nowMs < msOf(row.slot.end));
  const waiting = held.filter((row) => msOf(row.arrive_from) <= nowMs);
  return {
    now: [...waiting, ...current].map((row, i) => ({ ...row, enter: i < free })),
    next: booked.filter((row) => msOf(row.slot.start) > nowMs),
    late: booked.filter((row) => msOf(row.slot.end) <= nowMs && nowMs < msOf(row.arrive_until)),
  };
}
