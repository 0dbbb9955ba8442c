"""Leaps of the wall clock under the real daemon: forth and back, of minutes and of years, while it runs, while it is away, under another
boot of the machine, in a row; each with what must come of it, exactly. The clocks are the system's with something added (clock_shim.c);
the daemon knows nothing of it.

  GATESLOT_LEAPS   how many of the leaps, spread over the list (default 10; 0: all)"""
import datetime, mmap, os, re, struct, sys, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
import testsite  # noqa: E402
from testsite import BUILD, Site, request  # noqa: E402

LEAPS = int(os.environ.get('GATESLOT_LEAPS', '10'))
SHIM = os.path.join(BUILD, 'tests/fire/clock_shim.so')
S, M, H, D = 1, 60, 3600, 86400
Y = 365 * D
CHINA = datetime.timezone(datetime.timedelta(hours=8))
OPEN = """windows:
  day: {start: "00:00", end: "24:00", capacity: 480}
waitlist: {enabled: false}
"""


class Clocks:
    """What is added to the wall clock, to the time since boot, and the boot's number."""

    def __init__(self, path):
        with open(path, 'wb') as f:
            f.write(bytes(4096))
        self.file = open(path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 4096)
        self.leap = self.passed = self.boot = 0

    def write(self):
        self.map[:24] = struct.pack('=qqq', (self.leap + self.passed) * 1000, self.passed * 1000, self.boot)

    def leaps(self, seconds):
        self.leap += seconds
        self.write()

    def passes(self, seconds):
        self.passed += seconds
        self.write()

    def boots(self):
        self.boot += 1
        self.write()

    def right(self):
        self.leap = 0
        self.write()

    def true_now(self):
        return time.time() + self.passed


class Leaping(Site):
    def __init__(self):
        self.clocks = None
        super().__init__(drill=False, extra=OPEN)

    def launch(self, wait=True):
        if self.clocks is None:
            self.clocks = Clocks(f'{self.dir}/clocks')
            self.clocks.write()
        before = dict(os.environ)
        os.environ.update(LD_PRELOAD=SHIM, GATESLOT_CLOCKS=f'{self.dir}/clocks', ASAN_OPTIONS='verify_asan_link_order=0')
        try:
            super().launch(wait=False)
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.wait_up()

    def wait_up(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.get('/livez').status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, self.read_log()
                time.sleep(0.005)
        raise AssertionError('not up')

    def now(self):
        return datetime.datetime.fromisoformat(self.get('/v1/site').json['now']).timestamp()

    def metric(self, name):
        return int(re.search(rf'^gateslot_{name} (\d+)$', self.get('/metrics').body.decode(), re.M)[1])

    def types(self):
        return [e['type'] for e in self.events()]


def slot_in(site, hours):
    """A slot's date and start so far ahead of the site's time."""
    at = datetime.datetime.fromtimestamp(site.now() + hours * H, CHINA)
    return at.strftime('%Y-%m-%d'), f'{at.hour:02d}:{at.minute // 30 * 30:02d}'


class Case:
    """A leap, at rest or on the way, and how it ends."""

    def __init__(self, name, play):
        self.name, self.play = name, play


class Clock(unittest.TestCase):
    def lit(self):
        site = Leaping()
        self.addCleanup(site.close)
        self.numbers = iter(range(1, 1000))
        date, start = slot_in(site, 3)
        self.soon = self.booked(site, date=date, slot=start)
        self.later = self.booked(site, date=slot_in(site, 30)[0])
        a = site.post('/v1/tokens', {'name': 'short', 'role': 'gate', 'expires_at': self.iso(site.now() + H)})
        self.assertEqual(a.status, 201, a)
        self.short = a.json['token']
        return site

    def iso(self, at):
        return datetime.datetime.fromtimestamp(at, CHINA).isoformat(timespec='seconds')

    def booked(self, site, **more):
        a = site.book(request(next(self.numbers), **more))
        self.assertEqual(a.status, 201, a)
        return a.json['id']

    def status(self, site, booking):
        return site.get(f'/v1/bookings/{booking}').json['status']

    def by_token(self, site, token):
        return site.get('/v1/yard/nothing', headers={'Authorization': f'Bearer {token}'}).status

    # ---- what must hold ----

    def follows(self, site, at):
        """It decides, at this time."""
        r = site.get('/readyz')
        self.assertEqual(r.status, 200, r)
        self.assertAlmostEqual(site.now(), at, delta=2)
        self.assertEqual(site.metric('clock_refused'), 0)
        date = slot_in(site, 30)[0]
        b = self.booked(site, date=date)
        self.assertEqual(site.post(f'/v1/bookings/{b}/cancel', {}).status, 200)

    def refuses(self, site, leap, at, leaps=1):
        """It reads on, at this time, and decides nothing."""
        r = site.get('/readyz')
        self.assertEqual(r.status, 503, r)
        self.assertIn(b'clock_untrusted', r.body)
        told = int(re.search(rb'leapt by (-?\d+) s', r.body)[1])
        self.assertAlmostEqual(told, leap, delta=3)
        self.assertAlmostEqual(site.now(), at, delta=2)
        before = site.events()
        refused = [e for e in before if e['type'] == 'clock.refused']
        self.assertEqual(len(refused), leaps)
        self.assertAlmostEqual(refused[-1]['data']['leap_seconds'], leap, delta=3)
        self.assertEqual(site.metric('clock_refused'), 1)
        for method, path, body in (('POST', '/v1/bookings', request(900, date=slot_in(site, 30)[0])),
                                   ('POST', f'/v1/bookings/{self.soon}/cancel', {}), ('POST', f'/v1/bookings/{self.soon}/arrive', {}),
                                   ('POST', f'/v1/bookings/{self.later}/delay', {}), ('POST', '/v1/gate/check', {'plate': request(1)['plate']}),
                                   ('PUT', f'/v1/capacity/{slot_in(site, 30)[0]}/day', {'capacity': 100})):
            a = site.call(method, path, body, headers={'Idempotency-Key': f'u{leap}{path}'})
            self.assertEqual((a.status, a.json.get('code')), (503, 'clock_untrusted'), (path, a))
            self.assertIn('Retry-After', a.headers)
        self.assertEqual(self.status(site, self.later), 'booked')
        self.assertEqual(site.get('/v1/bookings?date=' + slot_in(site, 30)[0]).status, 200)
        self.assertEqual(site.post('/v1/tokens', {'name': f't{leaps}x', 'role': 'gate'}).status, 201)
        self.assertEqual(site.call('DELETE', f'/v1/tokens/t{leaps}x').status, 204)
        after = [e['type'] for e in site.events()[len(before):]]
        self.assertEqual(after, ['token.created', 'token.revoked'])
        self.is_logged(site, 'event=clock_refused')

    def stays_booked(self, site):
        self.assertEqual((self.status(site, self.soon), self.status(site, self.later)), ('booked', 'booked'))

    # ---- the leaps ----

    def is_logged(self, site, words):
        """Log lines are written by a thread of their own, which an answer does not wait for."""
        deadline = time.monotonic() + 30
        while words not in site.read_log():
            self.assertLess(time.monotonic(), deadline, words)
            time.sleep(0.01)

    def step(self, seconds):
        def play():
            site = self.lit()
            before = site.now()
            site.clocks.leaps(seconds)
            self.follows(site, max(before, site.clocks.true_now() + seconds))
            self.stays_booked(site)
            self.assertNotIn('clock.refused', site.types())
        return Case(f'a step of {seconds} s is followed', play)

    def over(self, seconds, boots=False):
        def play():
            site = self.lit()
            site.clocks.leaps(seconds)
            self.refuses(site, seconds, site.clocks.true_now())
            site.clocks.passes(H // 2)
            self.refuses(site, seconds, site.clocks.true_now())
            self.stays_booked(site)
            site.clocks.right()
            self.follows(site, site.clocks.true_now())
            self.stays_booked(site)
            self.assertEqual(site.types().count('clock.refused'), 1)
            self.is_logged(site, 'event=clock_right')
        return Case(f'a leap of {seconds} s is refused, and over when the clock is right', play)

    def blink(self, seconds):
        def play():
            site = self.lit()
            for n in range(1, 4):
                site.clocks.leaps(seconds)
                self.assertEqual(site.get('/readyz').status, 503)
                site.clocks.right()
                self.follows(site, site.clocks.true_now())
            self.stays_booked(site)
            self.assertEqual(site.types().count('clock.refused'), 3)
        return Case(f'{seconds} s for a moment, three times', play)

    def accepted(self, seconds):
        def play():
            site = self.lit()
            before = site.now()
            site.clocks.leaps(seconds)
            self.refuses(site, seconds, site.clocks.true_now())
            if seconds % 2 == 0:
                site.client('clock', 'accept', check=0)
            else:
                self.assertEqual(site.post('/v1/clock/accept').status, 200)
            after = max(before, site.clocks.true_now() + seconds)
            self.assertAlmostEqual(site.now(), after, delta=2)
            self.assertEqual(site.post('/v1/clock/accept').status, 409)
            self.follows(site, after)
            passed = 'no_show' if seconds > 5 * H else 'booked'
            self.assertEqual(self.status(site, self.soon), passed)
            types = site.types()
            self.assertEqual(types.count('clock.accepted'), 1)
            if passed == 'no_show':
                self.assertLess(types.index('clock.accepted'), types.index('booking.no_show'))
            accepted = next(e for e in site.events() if e['type'] == 'clock.accepted')
            self.assertEqual(accepted['actor']['role'], 'supervisor')
            site.client('audit', 'verify', check=0)
        return Case(f'a leap of {seconds} s is accepted', play)

    def restart(self, leap, away=0, boots=False, kill=False, refused=None, at=None):
        def play():
            site = self.lit()
            time.sleep(1.1)  # the clock is kept once a second
            before = site.now()
            site.kill() if kill else site.stop()
            if boots:
                site.clocks.boots()
            site.clocks.passes(away)
            site.clocks.leaps(leap)
            site.launch()
            if refused:
                judged = leap if not boots else leap + away
                at_ = site.clocks.true_now() if not boots else before
                self.refuses(site, judged, at_)
                if away == 0:
                    self.stays_booked(site)
                site.clocks.right()
                if not boots or away <= 30 * D:
                    self.follows(site, max(before, site.clocks.true_now()))
            else:
                self.follows(site, max(before, site.clocks.true_now() + leap))
            site.client('audit', 'verify', check=0)
        how = ('killed' if kill else 'stopped') + (', machine booted' if boots else '')
        return Case(f'{how}, away {away} s, a leap of {leap} s: {"refused" if refused else "followed"}', play)

    def refused_over_restarts(self, seconds, kill):
        def play():
            site = self.lit()
            site.clocks.leaps(seconds)
            self.refuses(site, seconds, site.clocks.true_now())
            site.clocks.passes(2 * H)
            time.sleep(1.1)
            site.kill() if kill else site.stop()
            site.launch()
            self.refuses(site, seconds, site.clocks.true_now(), leaps=2)
            self.stays_booked(site)
            site.clocks.right()
            self.follows(site, site.clocks.true_now())
        return Case(f'a leap of {seconds} s is refused over a {"kill" if kill else "restart"}', play)

    def expired(self, how):
        def play():
            site = self.lit()
            self.assertEqual(self.by_token(site, self.short), 404)
            site.clocks.passes(H + 5)
            self.assertEqual(self.by_token(site, self.short), 401)
            time.sleep(1.1)
            if how == 'step':
                site.clocks.leaps(-9 * M)
            elif how == 'leap':
                site.clocks.leaps(-2 * H)
            else:
                site.kill() if how == 'kill' else site.stop()
                site.clocks.leaps(-9 * M)
                site.launch()
            for _ in range(3):
                self.assertEqual(self.by_token(site, self.short), 401)
                site.clocks.passes(M)
        return Case(f'an expired token stays expired: {how}', play)

    def many_steps(self, seconds):
        def play():
            site = self.lit()
            total = 0
            while abs(total + seconds) <= 10 * M:
                total += seconds
                site.clocks.leaps(seconds)
                site.clocks.passes(S)
                self.assertEqual(site.get('/readyz').status, 200, total)
            site.clocks.leaps(seconds)
            self.assertEqual(site.get('/readyz').status, 503)
            self.stays_booked(site)
        return Case(f'steps of {seconds} s in a row', play)

    def wider(self):
        def play():
            site = self.lit()
            site.write_config(extra=OPEN + 'clock: {max_leap_minutes: 120}\n')
            import signal
            site.process.send_signal(signal.SIGHUP)
            while 'event=reloaded' not in site.read_log():
                site.get('/livez')
            site.clocks.leaps(100 * M)
            self.follows(site, site.clocks.true_now() + 100 * M)
            site.clocks.leaps(125 * M)
            self.assertEqual(site.get('/readyz').status, 503)
        return Case('a wider limit, by reload', play)

    def cases(self):
        yes = dict(refused=True)
        return [self.over(2 * D), self.restart(2 * D, **yes), self.accepted(2 * D), self.expired('kill'), self.step(9 * M), self.over(-2 * D),
                self.restart(0, away=7 * D), self.blink(10 * Y), self.refused_over_restarts(2 * D, False), self.restart(-H, boots=True, **yes),
                self.step(-9 * M), self.step(1), self.step(-1), self.step(10 * M - 2), self.over(10 * M + 3), self.over(-10 * M - 3),
                self.over(11 * M), self.over(H), self.over(-H), self.over(10 * Y), self.over(60 * Y), self.over(-10 * Y), self.over(-50 * Y),
                self.blink(-3 * D), self.accepted(11 * M + 1), self.accepted(-H), self.accepted(10 * Y),
                self.restart(-2 * D, **yes), self.restart(10 * Y, kill=True, **yes), self.restart(-10 * Y, kill=True, **yes),
                self.restart(9 * M), self.restart(-9 * M, kill=True), self.restart(0, away=400 * D), self.restart(2 * D, away=8 * H, **yes),
                self.restart(0, away=8 * H, boots=True), self.restart(0, away=7 * D, boots=True, kill=True), self.restart(0, away=31 * D, boots=True, **yes),
                self.restart(10 * Y, boots=True, **yes), self.restart(-2 * D, away=D, boots=True, **yes), self.refused_over_restarts(-10 * Y, True),
                self.expired('step'), self.expired('leap'), self.expired('stop'), self.many_steps(3 * M), self.many_steps(-4 * M), self.wider()]

    def test_every_leap_has_its_result(self):
        cases = self.cases()
        chosen = cases if LEAPS == 0 else cases[:LEAPS]
        for case in chosen:
            with self.subTest(case.name):
                case.play()
                self.doCleanups()
        print(f'# {len(chosen)} of {len(cases)} leaps, each with its result')


if __name__ == '__main__':
    tap.main()
