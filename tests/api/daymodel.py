"""A model of a day, told only by the event feed and the day file: where every truck must have ended, what every slot held
at every event, and what the report must then say. It shares nothing with the daemon but the words of the contract."""
import json
from datetime import datetime, timedelta

HOLDING = {'booked', 'arrived', 'entered', 'cleared', 'departed'}
AFTER = {'booking.booked': 'booked', 'booking.promoted': 'booked', 'booking.waitlisted': 'waitlisted', 'booking.arrived': 'arrived',
         'booking.entered': 'entered', 'booking.cleared': 'cleared', 'booking.departed': 'departed', 'booking.cancelled': 'cancelled',
         'booking.expired': 'expired', 'booking.no_show': 'no_show', 'booking.refused': 'refused'}
ALLOWED = {(None, 'booked'), (None, 'waitlisted'), (None, 'arrived'), ('waitlisted', 'booked'), ('waitlisted', 'cancelled'),
           ('waitlisted', 'expired'), ('booked', 'cancelled'), ('booked', 'arrived'), ('booked', 'no_show'), ('booked', 'refused'),
           ('arrived', 'refused'), ('arrived', 'entered'), ('entered', 'cleared'), ('cleared', 'departed')}


def at(text):
    return datetime.fromisoformat(text)


class Truck:
    def __init__(self):
        self.status, self.place, self.had_place, self.times = None, None, False, {}


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
        to = e['data'].get('to')
        if to:
            t.place = (to['date'], to['window'], to['slot']['start'])
            t.had_place = True
            self.check_capacity(t.place)
        self.by_plate.setdefault(e['data'].get('plate'), []).append(e['booking_id'])

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
    if not truck.had_place:
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
