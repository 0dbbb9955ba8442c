"""A day at the gate with the daemon and the client: a truck on time takes one command; what was recorded, counted and let in is there
after a kill, and every decision comes out the same when it is made again."""
import json, threading, unittest
from testsite import DATE, Site, request
import tap


class GateDay(unittest.TestCase):
    def setUp(self):
        self.site = Site(bays=2)
        self.addCleanup(self.site.close)

    def book(self, n, slot):
        a = self.site.book(request(n, slot=slot))
        self.assertEqual(a.status, 201, a)
        return a.json

    def clock(self, hhmm, date=DATE):
        self.site.clock(f'{date}T{hhmm}:00+08:00')

    def yard(self):
        return self.site.get('/v1/yard').json

    def test_a_day_survives_a_kill(self):
        bookings = [self.book(n, slot) for n, slot in ((1, '08:00'), (2, '08:00'), (3, '08:30'), (4, '08:30'))]
        self.clock('08:05')
        commands = [self.site.client('admit', b['plate']) for b in bookings[:2]]
        self.assertEqual([p.returncode for p in commands], [0, 0], commands)
        for hhmm, b in (('08:35', bookings[3]), ('08:36', bookings[2])):  # of one slot the one that came first is first
            self.clock(hhmm)
            self.assertEqual(self.site.client('admit', b['pass_code']).returncode, 4)
        for asked in ('浙X99999', '浙X99998', '浙X99999'):
            self.site.client('check', asked, '--record', check=0)
        self.site.client('check', '浙X99997', check=0)
        before = self.yard()
        self.assertEqual((before['bays'], before['free']), (2, 0))
        self.assertEqual([b['id'] for b in before['held']], [bookings[3]['id'], bookings[2]['id']])
        self.site.kill()
        self.site.launch()
        after = self.yard()
        self.assertEqual([b['id'] for b in after['inside']], [b['id'] for b in before['inside']])
        self.assertEqual([b['id'] for b in after['held']], [b['id'] for b in before['held']])
        report = self.site.get(f'/v1/reports/daily?date={DATE}').json
        self.assertEqual(report['total']['turned_away'], 2)
        checked = [e for e in self.site.events() if e['type'] == 'gate.checked']
        self.assertEqual([e['data']['plate'] for e in checked], ['浙X99999', '浙X99998'])
        self.assertTrue(all(e['data']['version'] >= 1 for e in self.site.events() if e['type'].startswith('booking.')))
        again = self.site.client('--json', 'replay-decisions', DATE, check=0)
        self.assertTrue(json.loads(again.stdout)['same'], again.stdout)
        self.clock('08:00', '2026-11-30')  # the date is long over; the trucks never left
        self.assertEqual(len(self.yard()['inside']), 2)
        self.assertTrue(all(b['overstay'] for b in self.yard()['inside']))
        self.assertEqual(self.site.get(f'/v1/reports/daily?date={DATE}').json['total']['turned_away'], 2)
        rows = self.site.get(f'/v1/reports?from={DATE}&to=2026-11-26&by=day').json
        self.assertEqual(rows['total']['turned_away'], 2)

    def test_two_admits_at_once_never_share_the_last_bay(self):
        bookings = [self.book(n, '08:00') for n in range(1, 9)]
        self.clock('08:00')
        answers = []

        def admit(b):
            answers.append(self.site.post(f"/v1/bookings/{b['id']}/admit", {}).json['decision'])
        threads = [threading.Thread(target=admit, args=(b,)) for b in bookings]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(sorted(answers), ['admit'] * 2 + ['hold'] * 6)
        yard = self.yard()
        self.assertEqual((len(yard['inside']), len(yard['held'])), (2, 6))


if __name__ == '__main__':
    tap.main()
