"""kill -9 at random moments of a played day: what was acknowledged is there, retries get the same answer, the report balances."""
import os, random, signal, threading, time, unittest
from daymodel import Day, capacities, load
from player import Player
from testsite import SOURCE, Site, request
import tap

KILLS = int(os.environ.get('GATESLOT_KILLS', '50'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
DATE = '2026-11-25'


class Kill(unittest.TestCase):
    def check(self, ok, words):
        self.assertTrue(ok, words)

    def test_nothing_acknowledged_is_lost_to_kill_9(self):
        print(f'# seed {SEED}, {KILLS} kills', flush=True)
        rng = random.Random(SEED)
        lines = load(os.path.join(SOURCE, 'tests/days/typical.jsonl'))
        with Site(start='2026-11-18T07:00:00+08:00') as site:
            slots, windows = capacities(site.get(f'/v1/slots?from={DATE}&to={DATE}').json)
            kills = self.play_with_kills(site, lines, rng)
            player, done = kills
            self.assertEqual(done, KILLS)
            self.acknowledged_steps_are_there(site, player)
            day = Day(slots, self.check, windows)
            for e in site.events():
                day.feed(e)
            self.report_balances(site)
            self.assertEqual(site.get('/v1/audit?from=1').json['broken_seq'], None)
            self.assertTrue(site.get('/v1/audit/decisions?date=2026-11-25').json['same'])

    def play_with_kills(self, site, lines, rng):
        state = {'done': 0, 'stop': False}
        steps = {'n': 0}
        period = max(1, len(lines) * 5 // KILLS)
        pending = threading.Event()

        def before_step():
            steps['n'] += 1
            if steps['n'] % period == 0 and state['done'] < KILLS:
                pending.set()

        def killer():
            while not state['stop']:
                if pending.wait(0.01):
                    pending.clear()
                    time.sleep(rng.random() * 0.004)
                    site.kill()
                    site.launch(wait=False)
                    state['done'] += 1

        thread = threading.Thread(target=killer)
        thread.start()
        try:
            player = Player(site, lines, before_step)
            player.play()
        finally:
            state['stop'] = True
            thread.join()
        while state['done'] < KILLS:
            time.sleep(rng.random() * 0.01)
            site.kill()
            site.launch(wait=False)
            state['done'] += 1
        site.wait_ready()
        player.call('PUT', '/v1/drill/clock', {'now': '2026-11-26T01:30:00+08:00'})  # the first keys live until 02:03
        return player, state['done']

    def acknowledged_steps_are_there(self, site, player):
        for key, (path, body, first) in player.ledger.items():
            again = site.post(path, body, key=key)
            self.assertEqual((again.status, again.body), (first.status, first.body), key)
            self.assertEqual(again.headers.get('Idempotent-Replayed'), 'true', key)

    def report_balances(self, site):
        t = site.get(f'/v1/reports/daily?date={DATE}').json['total']
        self.assertEqual(t['booked'], t['departed'] + t['no_show'] + t['cancelled'] + t['refused'])
        self.assertGreater(t['departed'], 80)


class Nights(unittest.TestCase):
    """What falls due does not depend on who looks when, nor on the daemon being there: two nights, passed in one leap, and by the hour with
    kill -9 in between, make the same events at the same instants."""

    def the_nights(self, pass_time):
        small = 'windows: {morning: {start: "08:00", end: "12:00", capacity: 3}, night: {start: "20:00", end: "02:00", capacity: 3}}'
        with Site(bays=3, strikes=1, extra=small) as site:
            for day in ('2026-11-25', '2026-11-26'):
                for n in range(8):
                    site.book(request(n + (100 if day > DATE else 0), date=day, waitlist=True, windows=[['morning'], ['night']][n % 2]))
            site.clock(f'{DATE}T08:00:00+08:00')
            for n in (1, 3, 5):
                site.post(f'/v1/bookings/bk_{n}/arrive', {})
                site.post(f'/v1/bookings/bk_{n}/enter', {})
            pass_time(site)
            site.clock('2026-11-27T09:00:00+08:00')
            return [{k: v for k, v in e.items() if k not in ('actor',)} for e in site.events()]

    def hourly(self, site):
        for hour in range(9, 56):
            site.clock(f'2026-11-{25 + hour // 24}T{hour % 24:02d}:07:00+08:00')
            if hour % 3 == 0:
                site.kill()
                site.launch()

    def test_the_same_events_with_and_without_looks_and_kills(self):
        leap, watched = self.the_nights(lambda site: None), self.the_nights(self.hourly)
        self.assertIn('booking.no_show', [e['type'] for e in leap])
        self.assertTrue(any(e['reason'] == 'at_risk' or 'at_risk' in e['data'] for e in leap), [e['type'] for e in leap])
        self.assertEqual(leap, watched)


if __name__ == '__main__':
    tap.main()
