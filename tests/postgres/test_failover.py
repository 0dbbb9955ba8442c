"""A small share of soak_failover.py: pg_auto_failover with two servers, of which the first dies and then hangs."""
import os, random, unittest
import cluster, soak_failover
import tap

LACKING = cluster.missing('pg_autoctl')
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))


@unittest.skipIf(LACKING, LACKING)
class Failover(unittest.TestCase):
    def test_nothing_acknowledged_is_missing_and_the_other_server_takes_over(self):
        print(f'# seed {SEED}')
        self.assertTrue(soak_failover.soak(2, 8, SEED, most_gap_s=120), 'how fast is asked by the long run: here others run beside')


if __name__ == '__main__':
    tap.main()
