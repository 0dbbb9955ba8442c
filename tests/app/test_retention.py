"""What is forgotten after retention_days: drivers of every booking, also of trucks that never left, and every reason that a person
typed, wherever it went: not a byte of them is left in the store's files, while the chain of events verifies and all decisions come
out the same when they are made again."""
import os, sys, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import Site, request  # noqa: E402

DAY = '2026-11-25'
AT = DAY + 'T08:30:00+08:00'
EXTRA = 'booking: {retention_days: 7}\n'


def later(days, time_of_day='07:00:00'):
    import datetime
    return (datetime.date(2026, 11, 25) + datetime.timedelta(days=days)).isoformat() + f'T{time_of_day}+08:00'


class Retention(unittest.TestCase):
    def setUp(self):
        self.site = Site(extra=EXTRA, bays=3, start='2026-11-25T06:00:00+08:00')
        self.addCleanup(self.site.close)
        self.names, self.n = [], 0

    def name(self, what):
        """A name that is nowhere else."""
        self.names.append(f'张{what}伟{len(self.names):03d}')
        return self.names[-1]

    def book(self, **more):
        self.n += 1
        body = request(self.n, date=DAY, slot='08:00', windows=['morning'], **more)
        body['driver'] = {'name': self.name('司机'), 'phone': f'139{self.n:08d}'}
        self.names.append(body['driver']['phone'])
        a = self.site.book(body)
        self.assertEqual(a.status, 201, a)
        return a.json['id']

    def step(self, booking, step, status=200, **body):
        a = self.site.post(f'/v1/bookings/{booking}/{step}', dict(body, reason=self.name(step)))
        self.assertEqual(a.status, status, a)

    def live(self):
        """A morning in which everything that takes a reason got one; three trucks never leave."""
        inside = [self.book() for _ in range(3)]
        for b in inside:
            self.step(b, 'arrive')
        cancelled, refused, waiting, late = self.book(), self.book(), self.book(), self.book()
        self.step(cancelled, 'cancel')
        self.step(refused, 'arrive')
        self.step(refused, 'refuse')
        self.site.clock(DAY + 'T08:05:00+08:00')
        for b in inside:
            self.step(b, 'enter')
        self.step(inside[1], 'clear')
        self.step(inside[1], 'revert')
        self.step(inside[2], 'clear')
        self.step(waiting, 'arrive')
        self.step(waiting, 'enter', override=True)
        self.step(waiting, 'clear')
        self.step(waiting, 'depart')
        self.step(late, 'delay')
        for path in (f'/v1/capacity/{DAY}/evening', '/v1/capacity/2026-11-26/midday'):
            a = self.site.call('PUT', path, {'capacity': 30, 'closed': path.endswith('evening'), 'reason': self.name('名额')})
            self.assertEqual(a.status, 200, a)
        closed = self.site.book(request(500, date=DAY, windows=['evening']))
        self.assertEqual((closed.status, closed.json['code']), (422, 'closed'))
        a = self.site.call('DELETE', '/v1/capacity/2026-11-26/midday')
        self.assertEqual(a.status, 200, a)
        return inside

    def bytes_of_store(self):
        found = b''
        for name in os.listdir(self.site.dir):
            if name.startswith('gateslot.db'):
                with open(f'{self.site.dir}/{name}', 'rb') as f:
                    found += f.read()
        return found

    def left(self):
        there = self.bytes_of_store()
        return [n for n in self.names if n.encode() in there]

    def wait_until_gone(self):
        deadline = time.monotonic() + 60
        while self.left() and time.monotonic() < deadline:
            self.site.book(request(int(time.monotonic() * 1000) % 900000 + 1000, date=self.site.get('/v1/site').json['today']))
            time.sleep(0.02)
        self.assertEqual(self.left(), [])

    def is_consistent(self):
        self.site.client('audit', 'verify', check=0)
        for date in (DAY, '2026-11-26', later(9)[:10]):
            p = self.site.client('replay-decisions', date)
            self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def test_nothing_typed_and_no_driver_outlives_its_days(self):
        inside = self.live()
        self.assertEqual(self.left(), self.names)  # so that their absence says something
        self.is_consistent()
        self.site.clock(later(6))
        self.site.book(request(700, date=later(6)[:10]))
        time.sleep(1.5)
        self.assertEqual(self.left(), self.names)  # not a day too early
        self.site.clock(later(9))
        self.wait_until_gone()
        self.is_consistent()
        before = self.site.get('/v1/bookings/' + inside[0]).json
        self.assertEqual((before['status'], before['driver']['name'], before['driver']['phone']), ('entered', None, None))
        self.step(inside[0], 'clear')
        self.step(inside[0], 'depart')
        self.names = self.names[:-2]
        self.wait_until_gone()
        for kill in (False, True):
            self.site.kill() if kill else self.site.stop()
            self.site.launch()
            self.assertEqual(self.left(), [])
            self.assertEqual(self.site.get('/v1/bookings/' + inside[1]).json['driver']['name'], None)
            self.is_consistent()
        told = [e['reason'] for e in self.site.events() if e['reason'] and e['actor']['role'] != 'system' and e['at'] < later(1)]
        self.assertGreater(len(told), 15)
        self.assertEqual(set(told), {'…'})

    def test_a_change_after_that_does_not_bring_it_back(self):
        inside = self.live()
        self.site.clock(later(9))
        self.wait_until_gone()
        tag = self.site.get('/v1/bookings/' + inside[1]).headers['ETag']
        a = self.site.call('PATCH', '/v1/bookings/' + inside[1], {'driver': {'name': '新名字某', 'phone': '13700000001'}}, headers={'If-Match': tag})
        self.names += ['新名字某', '13700000001']
        time.sleep(1.5)
        self.assertIn(a.status, (200, 409), a)
        self.wait_until_gone_but_answers()
        self.is_consistent()

    def wait_until_gone_but_answers(self):
        """The answer to a change is kept for its retries, for days of its own."""
        self.site.stop()
        import sqlite3
        db = sqlite3.connect(f'{self.site.dir}/gateslot.db')
        self.assertEqual([r for r in db.execute("SELECT driver_name FROM booking WHERE driver_name = '新名字某'")], [])
        db.close()
        self.site.launch()

    def test_an_erased_event_that_was_changed_is_found(self):
        self.live()
        self.site.clock(later(9))
        self.wait_until_gone()
        self.site.stop()
        import sqlite3
        db = sqlite3.connect(f'{self.site.dir}/gateslot.db')
        seq, body = db.execute("SELECT seq, body FROM event WHERE seq IN (SELECT seq FROM erased_event) LIMIT 1").fetchone()
        db.close()
        for change in (lambda b: b.replace('"plate":"浙', '"plate":"苏'), lambda b: b.replace('"…"', 'null'), lambda b: b.replace('"…"', '"……"')):
            self.assertNotEqual(change(body), body)
            for text, whole in ((change(body), False), (body, True)):
                db = sqlite3.connect(f'{self.site.dir}/gateslot.db')
                db.execute('UPDATE event SET body = ? WHERE seq = ?', (text, seq))
                db.commit()
                db.close()
                self.site.launch(wait=False)
                if whole:
                    self.site.wait_ready()
                    self.is_consistent()
                    self.site.stop()
                else:
                    self.assertEqual(self.site.process.wait(60), 1)
                    self.site.log.close()
        self.site.launch()


if __name__ == '__main__':
    tap.main()
