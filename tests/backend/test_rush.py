"""A rush, ten times over and as fast as it can be sent, while the example backend follows by the feed and by webhooks: every booking once, every
event once and in order. `./dev bench backend` plays it in its twenty seconds and says how much longer a booking takes for being followed.

  GS_SEED   the seed: which requests lose their connection, and when"""
import os, random, unittest
from mini import NODE, by_feed, complaints, complaints_of_webhooks, followed_site
from rush import OPENS, Rush
from testsite import QUOTA
import tap

SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))


@unittest.skipUnless(NODE, 'there is no node')
class Followed(unittest.TestCase):
    def test_every_booking_once_and_every_event_once_in_order(self):
        site, port, token, mini = followed_site(start=OPENS, quota=QUOTA, strikes=3)
        with site:
            mini.start()
            try:
                rush = Rush(port, token, SEED, seconds=0)
                print(f'# seed {SEED}', flush=True)
                rush.run()
                self.assertEqual(rush.complaints(site), [])
                truth = [e for e in site.events() if e['booking_id'] is not None]
                mini.catch_up(truth)
                self.assertEqual(complaints('feed', by_feed(mini.facts()), truth) + complaints_of_webhooks(mini.facts(), truth), [])
                print('# ' + ', '.join(f'{n} {what}' for what, n in rush.counts().items()) + f', {len(truth)} events', flush=True)
            finally:
                mini.close()


if __name__ == '__main__':
    tap.main()
