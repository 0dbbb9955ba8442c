"""The day of many no-shows, played with and without overbooking, each after three such days: who is served, who is held for lack of
a bay, side by side in the report, and never more promised than the measured rate allows, nor more inside than there are bays."""
import json, os, unittest
from daymodel import HOLDING, Day, at, capacities, load, place_of
from testsite import DATE, SOURCE, Site
import tap

DAY = os.path.join(SOURCE, 'tests/days/noshow.jsonl')
BEFORE = ('2026-11-19', '2026-11-21', '2026-11-23')
START = '2026-11-12T07:00:00+08:00'
BAYS = 22  # few enough that trucks are held


class Played:
    def __init__(self, enabled, other=None):
        extra = f'overbooking: {{enabled: {str(enabled).lower()}, overflow_percent: 5, min_samples: 100}}'
        with Site(start=START, bays=BAYS, extra=extra) as site:
            for date in BEFORE:
                site.client('play', DAY, '--date', date, check=0)
            self.slots = site.get(f'/v1/slots?from={DATE}&to={DATE}').json
            site.client('play', DAY, check=0)
            self.report_text = site.client('--json', 'report', DATE, check=0).stdout
            self.report = json.loads(self.report_text)
            self.bookings, self.events = site.bookings(), site.events()
            if other:
                self.beside = site.client('report', DATE, '--beside', '-', input=other.report_text, check=0).stdout

    def total(self, member):
        return self.report['total'].get(member, 0)


class Noshow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.without = Played(False)
        cls.with_it = Played(True, cls.without)

    def check(self, ok, words):
        self.assertTrue(ok, words)

    def both(self):
        return [self.without, self.with_it]

    def test_more_trucks_are_served_with_overbooking(self):
        self.assertEqual(self.without.total('overbooking'), 0)
        self.assertGreater(self.with_it.total('overbooking'), 0)
        self.assertGreater(self.with_it.total('departed'), self.without.total('departed'))
        for played in self.both():
            self.assertIs(played.report['daily_clearing'], True)

    def test_who_was_held_is_counted_once_and_by_window(self):
        for played in self.both():
            held = [b for b in played.bookings if b['held_at']]
            self.assertEqual(played.total('held'), len(held))
            for window, sums in played.report['windows'].items():
                self.assertEqual(sums['held'], sum(1 for b in held if b['window'] == window), window)
            for b in held:
                self.assertTrue(at(b['arrived_at']) <= at(b['held_at']) <= at(b['entered_at']), b)
        self.assertGreater(self.without.total('held'), 0)
        self.assertGreater(self.with_it.total('held'), self.without.total('held'))

    def test_who_entered_at_the_first_attempt_was_not_held(self):
        gate = {l['request']['containers'][0]: l['behaviour']['gate_min'] for l in load(DAY)}
        for played in self.both():
            for b in played.bookings:
                if b['entered_at'] and not b['held_at'] and at(b['arrived_at']) >= at(b['arrive_from']):
                    waited = (at(b['entered_at']) - at(b['arrived_at'])).total_seconds() / 60
                    self.assertLessEqual(waited, gate[b['containers'][0]], b)

    def test_never_more_inside_than_bays(self):
        for played in self.both():
            inside, most = 0, 0
            for e in played.events:
                inside += {'booking.entered': 1, 'booking.departed': -1}.get(e['type'], 0)
                most = max(most, inside)
            self.assertEqual((inside, most), (0, BAYS))

    def test_never_more_promised_than_capacity_and_what_may_be_overbooked(self):
        for played in self.both():
            self.follow(played)

    def follow(self, played):
        """The feed of that date alone, renumbered, against the slots and windows with what may be taken beyond their capacity."""
        slots, windows = capacities(played.slots)
        for w in played.slots['days'][0]['windows']:
            windows[DATE, w['id']] += w.get('overbooking', 0)
            for s in w['slots']:
                slots[DATE, w['id'], s['start']] = s['free'] + s['booked']
        day, mine = Day(slots, self.check, windows), {b['id'] for b in played.bookings}
        for n, e in enumerate((e for e in played.events if e['booking_id'] in mine), 1):
            day.feed(dict(e, seq=n))
        day.check_report(played.report)
        return day

    def test_places_beyond_the_capacity_were_given(self):
        slots, windows = capacities(self.with_it.slots)
        most, now = {}, {}
        for e in self.with_it.events:
            to = place_of(e['data'].get('to')) if e['type'].startswith('booking.') else None
            now[e['booking_id']] = (to or now.get(e['booking_id'], (None, None))[0], e['data'].get('status'))
            if to and to[0] == DATE:
                held = sum(1 for place, status in now.values() if place and place[:2] == to[:2] and status in HOLDING)
                most[to[:2]] = max(most.get(to[:2], 0), held)
        self.assertTrue(any(most[w] > windows[w] for w in most), most)

    def test_one_view_shows_both(self):
        rows = {' '.join(l.split()[:-3]): l.split()[-3:] for l in self.with_it.beside.splitlines()[3:]}
        for label, member in (('departed', 'departed'), ('held, no bay free', 'held')):
            here, beside = self.with_it.total(member), self.without.total(member)
            self.assertEqual(rows[label], [str(here), str(beside), f'{here - beside:+d}'])


if __name__ == '__main__':
    tap.main()
