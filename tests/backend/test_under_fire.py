"""gateslot and the backend that follows it, killed at random while others book, reschedule, cancel and cut capacities: nothing is missed, nothing comes
twice, nothing is out of order, and what was asked for is done once.

  GS_SEED           the seed (the choices repeat; the moments are the machine's)
  GATESLOT_SECONDS  for how long (6)"""
import os, random, signal, sys, threading, time, unittest
from collections import Counter
from mini import NODE, by_feed, complaints, complaints_of_webhooks, followed_site
from stream import StreamReader
from trade import Backend, Supervisor
import tap

SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
SECONDS = int(os.environ.get('GATESLOT_SECONDS', '6'))
SEGMENT = 30  # seconds with one site; then everything is compared
CLIENTS = 3


class Judge(unittest.TestCase):
    """What is compared below would be seen if it were not so."""

    def test_what_is_missed_twice_or_out_of_order_is_noticed(self):
        truth = [{'seq': n, 'booking_id': f'bk_{n % 3}', 'type': 'booking.moved'} for n in range(1, 10)]
        sent = lambda events: [{'webhook': f"msg_{e['seq']}", 'events': [e]} for e in events]
        swapped = truth[:2] + truth[3:6] + [truth[2]] + truth[6:]  # the third behind the sixth: both of booking 0
        others = [truth[1], truth[0]] + truth[2:]  # of two bookings
        for found, of_feed, of_webhooks in ((truth, 0, 0), (truth[1:], 1, 1), (truth[:4] + truth[3:], 1, 1), (swapped, 1, 1), (others, 1, 0),
                                            (truth[:-1] + [dict(truth[-1], type='booking.cancelled')], 1, 1)):
            self.assertEqual((bool(complaints('feed', found, truth)), bool(complaints_of_webhooks(sent(found), truth))), (bool(of_feed), bool(of_webhooks)), found)
        self.assertTrue(complaints_of_webhooks(sent(truth) + [{'webhook': 'msg_other', 'events': [truth[0]]}], truth))


@unittest.skipUnless(NODE, 'there is no node')
class UnderFire(unittest.TestCase):
    def burn(self, rng, seconds, total):
        site, port, token, mini = followed_site(speed=20)  # so that a webhook that failed is tried again soon
        self.addCleanup(mini.close)
        with site:
            over = threading.Event()
            reader = StreamReader(port, token, rng.random())
            mini.start()
            reader.start()
            backends = [Backend(site, rng.random(), str(n), over, token) for n in range(CLIENTS)]
            threads = [*backends, Supervisor(site, rng.random(), 'supervisor', over)]
            for t in threads:
                t.start()
            try:
                self.kill_at_random(site, mini, rng, time.monotonic() + seconds, threads, total)
            finally:
                over.set()
            for t in threads:
                t.join(60)
                if t.complaint:
                    raise t.complaint
                total.update(t.done)
            self.compare(site, mini, reader, backends, total)
            mini.close()

    def kill_at_random(self, site, mini, rng, end, threads, total):
        while time.monotonic() < end and not any(t.complaint for t in threads):
            time.sleep(rng.random() * rng.choice([0.05, 0.5, 1.5]))
            who, how = rng.choice(['gateslot', 'gateslot', 'backend']), rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
            total[f'{who} {"killed" if how == signal.SIGKILL else "stopped"}'] += 1
            if who == 'backend':
                mini.end(how)
                time.sleep(rng.random() * rng.choice([0, 0.5]))
                mini.start(wait=rng.random() < .7)
            elif how == signal.SIGKILL:
                site.kill()
                site.launch(wait=rng.random() < .7)
            else:
                site.wait_ready()
                site.stop()
                site.launch()
        site.wait_ready()

    def compare(self, site, mini, reader, backends, total):
        every = site.events()
        truth = [e for e in every if e['booking_id'] is not None]
        self.assertEqual([e['seq'] for e in every], list(range(1, len(every) + 1)))
        mini.catch_up(truth)
        reader.end(truth[-1]['seq'])
        wrong = complaints('feed', by_feed(mini.facts()), truth) + complaints('stream', reader.events, truth) + complaints_of_webhooks(mini.facts(), truth)
        taken = {order: id for b in backends for order, id in b.taken.items()}
        stored = {b['reference']: b['id'] for b in site.bookings()}
        if stored != taken:
            wrong.append(f'{len(taken)} bookings were acknowledged, {len(stored)} are stored')
        total.update(Counter(e['type'] for e in truth if e['type'] in ('booking.moved', 'booking.promoted')))
        total['events'] += len(truth)
        total['streams opened'] += reader.connections
        self.assertEqual(wrong, [])

    def test_nothing_is_missed_and_nothing_comes_twice_or_out_of_order(self):
        print(f'# seed {SEED}, {SECONDS} s', flush=True)
        rng, total, left = random.Random(SEED), Counter(), SECONDS
        try:
            while left > 0:
                self.burn(rng, min(SEGMENT, left), total)
                left -= SEGMENT
        except BaseException:
            print(f'# reproduce: GS_SEED={SEED} GATESLOT_SECONDS={SECONDS} python3 {sys.argv[0]}')
            raise
        finally:
            print('# ' + ', '.join(f'{n} {what}' for what, n in sorted(total.items())), flush=True)


if __name__ == '__main__':
    tap.main()
