"""pg_auto_failover with the settings of docs/operations.md: the second server takes over within seconds when the first machine dies or hangs."""
import time, unittest
import cluster, failover
import tap

LACKING = cluster.missing('pg_autoctl')


@unittest.skipIf(LACKING, LACKING)
class TakingOver(unittest.TestCase):
    def test_the_second_server_takes_over(self):
        with cluster.Folder() as folder:
            cluster_of_two = failover.Failover(folder)
            cluster_of_two.primary().sql('CREATE TABLE t (n int)')
            for n, how in enumerate(('kill', 'freeze')):
                first = cluster_of_two.primary()
                second = cluster_of_two.other(first)
                self.assertEqual(first.sql(f'INSERT INTO t VALUES ({n}) RETURNING n'), str(n))
                begin = time.monotonic()
                getattr(first, how)()
                cluster_of_two.wait(lambda: second.sql(f'INSERT INTO t VALUES ({n + 10}) RETURNING n') == str(n + 10), 'the second may write', 60)
                print(f'# {how}: the other server writes after {time.monotonic() - begin:.1f} s')
                first.start() if how == 'kill' else first.thaw()
                cluster_of_two.wait(cluster_of_two.settled, 'both are in order again', 60)
            self.assertEqual(cluster_of_two.primary().sql('SELECT count(*) FROM t'), '4')
            self.assertIn('ANY 1', cluster_of_two.primary().sql('SHOW synchronous_standby_names'))


if __name__ == '__main__':
    tap.main()
