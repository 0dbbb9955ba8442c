"""The example backend, with a real daemon: it books a driver's order once, learns what becomes of it, and goes on where it was whoever is
killed, at whatever moment.

  GS_SEED   the seed (the choices repeat; the moments are the machine's)"""
import http.server, os, random, signal, subprocess, threading, time, unittest
from mini import EXAMPLE, NODE, by_feed, by_webhook, complaints, complaints_of_webhooks, followed_site
from testsite import DAEMON, DATE, free_port, request
import tap

SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
ORDERS = 60


@unittest.skipUnless(NODE, 'there is no node')
class Example(unittest.TestCase):
    def setUp(self):
        self.site, _, _, self.mini = followed_site(speed=20)  # so that a webhook that failed is tried again soon
        self.addCleanup(self.site.close)
        self.mini.start()
        self.addCleanup(self.mini.close)

    def truth(self):
        return [e for e in self.site.events() if e['booking_id'] is not None]

    def order(self, n, **more):
        return self.mini.ask('/orders', {'number': f'order-{n}', 'request': request(n, **more)})

    def until_shown(self, n, **wanted):
        def there():
            status, shown = self.mini.ask(f'/orders/order-{n}')
            return status == 200 and all(shown.get(k) == v for k, v in wanted.items())
        self.mini.until(there, f'order {n} is not {wanted} but {self.mini.ask(f"/orders/order-{n}")}')

    def test_it_books_and_shows_what_becomes_of_it(self):
        status, shown = self.order(1, windows=['morning'])
        self.assertEqual((status, shown['status'], len(shown['pass_code'])), (201, 'booked', 8))
        self.assertEqual(self.order(1, windows=['morning'])[1], shown)  # the driver tapped twice
        self.assertEqual(self.order(2, containers=['CSQU3054384'])[0], 422)
        status, shown = self.order(1000, date='2026-11-23')
        self.assertEqual((status, shown['problem']['code']), (422, 'outside_horizon'))
        self.site.call('PUT', f'/v1/capacity/{DATE}/morning', {'capacity': 0, 'reason': 'a burst pipe'})
        self.until_shown(1, status='waitlisted', slot=None)
        self.site.call('PUT', f'/v1/capacity/{DATE}/morning', {'capacity': 3})
        self.until_shown(1, status='booked')
        self.assertEqual(self.mini.ask('/orders/order-1')[1]['version'], 3)
        self.assertEqual(self.mini.ask('/orders/nothing')[0], 404)
        self.assertEqual(self.mini.ask('/orders', {'number': 7})[0], 400)

    def test_without_gateslot_it_takes_orders_and_books_them_later(self):
        self.site.stop()
        status, shown = self.order(1)
        self.assertEqual((status, shown), (202, {'number': 'order-1', 'version': 0, 'slot': None}))
        self.mini.end()
        self.mini.start()  # not a word of it is lost
        self.site.launch()
        self.until_shown(1, status='booked')
        self.assertEqual(len(self.site.bookings()), 1)

    def test_of_two_urls_it_asks_the_one_that_serves(self):
        class StandingBy(http.server.BaseHTTPRequestHandler):
            def answer(self):
                self.send_response(503)
                self.end_headers()
                self.wfile.write(b'{"code": "overloaded"}')
            do_GET = do_POST = answer

            def log_message(self, *args):
                pass
        other = http.server.ThreadingHTTPServer(('127.0.0.1', 0), StandingBy)
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        url = self.mini.env['GATESLOT_URL']
        for n, away in enumerate((f'http://127.0.0.1:{other.server_port}', f'http://127.0.0.1:{free_port()}')):
            self.mini.end()
            self.mini.env['GATESLOT_URL'] = f'{away},{url}'
            self.mini.start()
            self.assertEqual(self.order(n)[0], 201)

    def test_a_store_put_back_is_read_again_and_what_is_gone_is_booked_anew(self):
        self.order(1)
        self.site.post('/v1/backup', {'path': f'{self.site.dir}/copy.db'})
        self.site.post('/v1/bookings/bk_1/cancel', {'reason': 'after the backup'})
        self.order(2)
        self.until_shown(1, status='cancelled')
        self.until_shown(2, status='booked')
        self.mini.catch_up(self.truth())
        self.site.stop()
        p = subprocess.run([DAEMON, '--config', f'{self.site.dir}/gateslotd.yaml', '--drill', self.site.start_at, '--restore', f'{self.site.dir}/copy.db'],
                           capture_output=True, text=True)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.site.launch()
        self.site.post('/v1/tokens/mini/confirm')
        self.mini.until(lambda: {b['reference'] for b in self.site.bookings()} == {'order-1', 'order-2'}, 'order 2 is not booked anew')
        self.until_shown(2, status='booked')

    def test_whoever_is_killed_every_order_is_booked_once_and_every_event_read_once(self):
        print(f'# seed {SEED}', flush=True)
        rng, over = random.Random(SEED), threading.Event()

        def drivers(numbers):
            for n in numbers:
                while (got := self.order(n, waitlist=True)) is None or got[0] == 202 and 'id' not in got[1]:
                    time.sleep(0.01)  # the mini program asks again
                if over.is_set():
                    return

        threads = [threading.Thread(target=drivers, args=(range(i, ORDERS, 4),)) for i in range(4)]
        for t in threads:
            t.start()
        kills = 0
        while any(t.is_alive() for t in threads) or kills < 8:
            time.sleep(rng.random() * 0.3)
            kills += 1
            if rng.random() < 0.5:
                self.mini.end(rng.choice([signal.SIGKILL, signal.SIGTERM]))
                self.mini.start()
            else:
                self.site.kill()
                self.site.launch()
        for t in threads:
            t.join()
        print(f'# {kills} kills', flush=True)
        bookings = self.site.bookings()
        self.assertEqual(sorted(b['reference'] for b in bookings), sorted(f'order-{n}' for n in range(ORDERS)))
        truth = self.truth()
        self.mini.catch_up(truth)
        self.assertEqual(complaints('feed', by_feed(self.mini.facts()), truth) + complaints_of_webhooks(self.mini.facts(), truth), [])
        for b in bookings:
            self.until_shown(b['reference'].split('-')[1], id=b['id'], status=b['status'], slot=b['slot'], pass_code=b['pass_code'], version=b['version'])

    def test_a_line_cut_off_by_its_death_is_as_if_it_had_not_been(self):
        self.order(1)
        self.mini.catch_up(self.truth())
        self.mini.end()
        with open(self.mini.file, 'rb') as f:
            lines = f.read().split(b'\n')
        [last] = [l for l in lines if b'"cursor"' in l and b'booking.booked' in l]
        with open(self.mini.file, 'wb') as f:
            f.write(b'\n'.join([l for l in lines if l not in (last, b'')] + [last[:len(last) // 2]]))
        self.mini.start()
        self.mini.catch_up(self.truth())
        self.assertEqual([e['type'] for e in by_feed(self.mini.facts())], ['booking.booked'])
        self.assertEqual([e['type'] for e in by_webhook(self.mini.facts())], ['booking.booked'])


class Size(unittest.TestCase):
    def test_it_is_short_and_needs_nothing(self):
        with open(EXAMPLE, encoding='utf-8') as f:
            lines = [l.strip() for l in f]
        self.assertLessEqual(len([l for l in lines if l and not l.startswith(('//', '#!'))]), 120)
        self.assertEqual([l for l in lines if l.startswith('import') and "'node:" not in l], [])


if __name__ == '__main__':
    tap.main()
