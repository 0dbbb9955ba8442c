"""Each day file played by the client: nothing lost, nothing given twice, every truck ends as it behaved, the report balances.
Judged by a model of its own from the event feed, not by the daemon's sums."""
import json, os, unittest
from daymodel import Day, at, capacities, expected_end, load
from testsite import SOURCE, Site
import tap

DAYS = os.path.join(SOURCE, 'tests/days')
DATE = '2026-11-25'


class Days(unittest.TestCase):
    def check(self, ok, words):
        self.assertTrue(ok, words)

    def play(self, name):
        lines = load(f'{DAYS}/{name}.jsonl')
        with Site(start='2026-11-18T07:00:00+08:00') as site:
            slots, windows = capacities(site.get(f'/v1/slots?from={DATE}&to={DATE}').json)
            played = site.client('--json', 'play', f'{DAYS}/{name}.jsonl', check=0)
            day = Day(slots, self.check, windows)
            for e in site.events():
                day.feed(e)
            bookings = {b['containers'][0]: b for b in site.bookings()}  # every line of a day file has a container of its own
            self.no_request_is_lost(lines, bookings, json.loads(played.stdout)['summary'])
            self.every_truck_ends_as_it_behaved(lines, bookings, day)
            report = site.get(f'/v1/reports/daily?date={DATE}').json
            day.check_report(report)
            return report

    def no_request_is_lost(self, lines, bookings, summary):
        made = [l for l in lines if l['request']['containers'][0] in bookings]
        self.assertEqual(len(made), len(bookings))
        self.assertEqual(summary['requests'], len(lines))
        self.assertEqual(summary['booked'] + summary['waitlisted'], len(made))
        self.assertEqual(sum(summary['refused'].values()), len(lines) - len(made))

    def every_truck_ends_as_it_behaved(self, lines, bookings, day):
        for line in lines:
            booking = bookings.get(line['request']['containers'][0])
            if booking is None:
                continue
            truck = day.trucks[booking['id']]
            promise = (at(booking['arrive_from']), at(booking['arrive_until'])) if booking['arrive_until'] else None
            self.assertEqual(truck.status, booking['status'], booking['id'])
            self.assertIn(truck.status, expected_end(line, truck, promise), (line['key'], booking))
        self.assertEqual({b['id'] for b in bookings.values()}, set(day.trucks))

    def test_typical_day_clears(self):
        report = self.play('typical')
        self.assertIs(report['daily_clearing'], True)
        self.assertGreater(report['total']['departed'], 80)

    def test_rush_is_never_overbooked(self):
        report = self.play('rush')
        self.assertLessEqual(report['total']['booked'], 420)

    def test_noshow_day_balances(self):
        report = self.play('noshow')
        self.assertGreater(report['total']['no_show'], 10)


class Balance(unittest.TestCase):
    def test_120_flexible_requests_end_40_40_40_and_even_slots(self):
        from testsite import request
        with Site() as site:
            for n in range(120):
                self.assertEqual(site.book(request(n)).status, 201)
            day = site.get(f'/v1/slots?from={DATE}&to={DATE}').json['days'][0]
            self.assertEqual([w['booked'] for w in day['windows']], [40, 40, 40])
            for w in day['windows']:
                held = [s['booked'] for s in w['slots']]
                self.assertLessEqual(max(held) - min(held), 1)
            self.assertEqual(site.book(request(120)).json['code'], 'full')


if __name__ == '__main__':
    tap.main()
