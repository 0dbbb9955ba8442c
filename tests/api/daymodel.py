"""A model of a day, told only by the event feed and the day file: where every truck must have ended, what every slot held
at every event, and what the report must then say. It shares nothing with the daemon but the words of the contract."""
import json
from collections import Counter
from datetime import datetime, timedelta

HOLDING = {'booked', 'arrived', 'entered', 'cleared', 'departed'}
AFTER = {'booking.booked': 'booked', 'booking.promoted': 'booked', 'booking.waitlisted': 'waitlisted', 'booking.arrived': 'arrived',
         'booking.entered': 'entered', 'booking.cleared': 'cleared', 'booking.departed': 'departed', 'booking.cancelled': 'cancelled',
         'booking.expired': 'expired', 'booking.no_show': 'no_show', 'booking.refused': 'refused'}
ALLOWED = {(None, 'booked'), (None, 'waitlisted'), (None, 'arrived'), ('waitlisted', 'booked'), ('waitlisted', 'cancelled'),
           ('waitlisted', 'expired'), ('booked', 'waitlisted'), ('booked', 'cancelled'), ('booked', 'arrived'), ('booked', 'no_show'), ('booked', 'refused'),
           ('arrived', 'refused'), ('arrived', 'entered'), ('entered', 'cleared'), ('cleared', 'departed')}


def at(text):
    return datetime.fromisoformat(text)


def place_of(spot):
    return (spot['date'], spot['window'], spot['slot']['start']) if spot else None


class Truck:
    def __init__(self):
        self.status, self.place, self.has_place, self.times = None, None, False, {}


class Day:
    """Feeds on events in order; complains through check(cond, words)."""

    def __init__(self, capacities, check, window_capacity=None):
        self.capacities, self.check, self.window_capacity = capacities, check, window_capacity or {}
        self.trucks, self.by_plate, self.seq, self.at = {}, {}, 0, None

    def held(self, where):
        return sum(1 for t in self.trucks.values() if t.status in HOLDING and t.place and t.place[:len(where)] == where)

    def feed(self, e):
        self.check(e['seq'] == self.seq + 1, f'gap before {e["seq"]}')
        self.seq = e['seq']
        if self.at:
            self.check(at(e['at']) >= self.at, f'event {e["seq"]} goes back in time')
        self.at = at(e['at'])
        if not e['type'].startswith('booking.'):
            return
        t = self.trucks.setdefault(e['booking_id'], Truck())
        status = AFTER.get(e['type'])
        if status:
            self.check((t.status, status) in ALLOWED, f'{e["booking_id"]}: {t.status} → {status}')
            t.status = status
            t.times[status] = self.at
        self.follow_place(t, e)
        self.by_plate.setdefault(e['data'].get('plate'), []).append(e['booking_id'])

    def follow_place(self, t, e):
        """One place a truck: who is given another leaves the one it had, who is displaced has none."""
        left, to = place_of(e['data'].get('from')), place_of(e['data'].get('to'))
        if left:
            self.check(left == t.place, f'{e["booking_id"]} leaves {left}, but has {t.place}')
        if e['type'] == 'booking.waitlisted' and t.place:
            self.check(left and e['data']['why'] == 'capacity', f'{e["booking_id"]} lost its place without a cause')
            t.place, t.has_place = None, False
        if to:
            self.check(left or not t.place, f'{e["booking_id"]} is promised {to} besides {t.place}')
            t.place, t.has_place = to, True
            self.check_capacity(to)

    def cut(self, date, window, slot_capacities, capacity):
        """What the plan says, in force from its capacity.changed on: nobody but those who have come may be beyond it."""
        self.window_capacity[(date, window)] = capacity
        slots = sorted(p for p in self.capacities if p[:2] == (date, window))
        self.capacities.update(zip(slots, slot_capacities, strict=True))
        for where, most in [((date, window), capacity), *((p, self.capacities[p]) for p in slots)]:
            coming = sum(1 for t in self.trucks.values() if t.status == 'booked' and t.place and t.place[:len(where)] == where)
            self.check(coming == 0 or self.held(where) <= most, f'{where}: {self.held(where)} of {most} after the cut')

    def check_report(self, report):
        total, ends = report['total'], Counter(t.status for t in self.trucks.values() if t.has_place)
        sums = {s: ends[s] for s in ('departed', 'no_show', 'cancelled', 'refused', 'arrived', 'entered', 'cleared')}
        sums['booked'] = sum(ends.values())
        sums['never_placed'] = sum(1 for t in self.trucks.values() if not t.has_place and t.status in ('cancelled', 'expired'))
        for field, sum_here in sums.items():
            self.check(total[field] == sum_here, f'report: {field} {total[field]}, the feed tells of {sum_here}')
        ended = sum(total[s] for s in ('departed', 'no_show', 'cancelled', 'refused'))
        under_way = sum(ends[s] for s in ('booked', 'arrived', 'entered', 'cleared', 'waitlisted'))
        self.check(total['booked'] == ended + under_way, 'report: the total does not balance')
        for field in ('booked', 'departed', 'no_show', 'cancelled', 'refused'):
            self.check(total[field] == sum(w[field] for w in report['windows'].values()), f'report: the windows of {field}')

    def check_capacity(self, place):
        used = self.held(place)
        self.check(used <= self.capacities[place], f'slot {place}: {used} of {self.capacities[place]}')
        if place[:2] in self.window_capacity:
            used = self.held(place[:2])
            self.check(used <= self.window_capacity[place[:2]], f'window {place[:2]}: {used}')


def capacities(slots_body):
    """(date, window, slot start) → capacity, and (date, window) → capacity, from GET /v1/slots before the day."""
    slots, windows = {}, {}
    for day in slots_body['days']:
        for w in day['windows']:
            windows[(day['date'], w['id'])] = w['capacity']
            for s in w['slots']:
                slots[(day['date'], w['id'], s['start'])] = s['capacity']
    return slots, windows


def expected_end(line, truck, promise):
    """The end state that the behaviour of the day file leads to; promise: (from, until) of its last place, or None."""
    b = line['behaviour']
    if truck.status in ('cancelled', 'expired'):
        return {truck.status}
    if not truck.has_place:
        return {'expired', 'cancelled', 'waitlisted'}
    if not b['shows']:
        return {'no_show'}
    arrival = at(truck.place[2]) + timedelta(minutes=b['offset_min'])
    if promise and arrival >= promise[1]:
        return {'no_show'}
    return {'departed'}


def load(path):
    with open(path) as f:
        return [json.loads(l) for l in f if l.strip()]
