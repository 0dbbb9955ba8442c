"""A rush, ten times over and as fast as it can be sent, while the example backend follows by the feed: every booking once, every event once and in
order. `./dev bench backend` plays it in its twenty seconds and says how much longer a booking takes for being followed.

  GS_SEED   the seed: which requests lose their connection, and when"""
import os, random, unittest
from mini import NODE, Mini, by_feed, complaints
from rush import OPENS, Rush
from testsite import QUOTA, Site, free_port
import tap

SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))


@unittest.skipUnless(NODE, 'there is no node')
class Followed(unittest.TestCase):
    def test_every_booking_once_and_every_event_once_in_order(self):
        port = free_port()
        with Site(start=OPENS, listen=f'http://127.0.0.1:{port}', quota=QUOTA, strikes=3) as site:
            token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
            mini = Mini(site.dir, f'http://127.0.0.1:{port}', token)
            mini.start()
            try:
                rush = Rush(port, token, SEED, seconds=0)
                print(f'# seed {SEED}', flush=True)
                rush.run()
                self.assertEqual(rush.complaints(site), [])
                truth = [e for e in site.events() if e['booking_id'] is not None]
                mini.catch_up(truth[-1]['seq'])
                self.assertEqual(complaints('feed', by_feed(mini.facts()), truth), [])
                print('# ' + ', '.join(f'{n} {what}' for what, n in rush.counts().items()) + f', {len(truth)} events', flush=True)
            finally:
                mini.end()


if __name__ == '__main__':
    tap.main()
