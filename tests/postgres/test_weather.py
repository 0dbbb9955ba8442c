"""The bad weather that the tests can make is what it is called, by what a client of PostgreSQL is told in it."""
import os, time, unittest
import cluster, libpq, weather
import tap

LACKING = cluster.missing('pgbouncer')


@unittest.skipIf(LACKING, LACKING)
class Weather(unittest.TestCase):
    def setUp(self):
        self.folder = cluster.Folder()
        self.addCleanup(self.folder.close)
        self.server = cluster.Server(self.folder).create()
        self.addCleanup(self.server.stop)
        self.server.database('site')

    def connect(self, port=None, database='site', more='', user=cluster.ROLE):
        c = libpq.Connection(f'host=127.0.0.1 port={port or self.server.port} user={user} dbname={database} connect_timeout=2 passfile=/nonexistent {more}')
        self.addCleanup(c.close)
        return c

    def works(self, *args, **kw):
        c = self.connect(*args, **kw)
        self.assertTrue(c.ok, c.message())
        return c

    def refused(self, words, *args, **kw):
        c = self.connect(*args, **kw)
        self.assertFalse(c.ok)
        self.assertIn(words, c.message())

    def test_unreachable_and_missing(self):
        self.refused('does not exist', database='elsewhere')
        self.refused('does not exist', user='nobody_here')
        self.refused('Connection refused', port=cluster.free_port())
        self.assertTrue(self.works().execute('SELECT 1', 5))

    def test_a_password_is_demanded(self):
        weather.demand_password(self.server, 'right')
        self.refused('no password supplied')
        self.refused('password authentication failed', more='password=wrong')
        self.works(more='password=right')

    def test_tls_is_demanded(self):
        weather.demand_tls(self.server)
        self.refused('rejects connection', more='sslmode=disable')
        self.works(more='sslmode=require')
        self.works(more=f'sslmode=verify-full sslrootcert={self.server.data}/server.crt')

    def test_a_role_without_rights_makes_nothing(self):
        self.server.sql('CREATE ROLE guest LOGIN')
        c = self.works(user='guest')
        self.assertFalse(c.execute('CREATE TABLE t ()', 5))
        self.assertEqual(c.state, '42501')

    def test_a_standby_takes_no_writes(self):
        with self.server.standby() as b:
            c = self.works(port=b.port)
            self.assertFalse(c.execute('CREATE TABLE t ()', 5))
            self.assertEqual(c.state, '25006')
            self.refused('session is read-only', port=b.port, more='target_session_attrs=read-write')

    def test_a_way_that_loses_everything_for_a_while(self):
        way = weather.Way(self.server.port)
        self.addCleanup(way.close)
        c = self.works(port=way.port)
        self.assertTrue(c.execute('CREATE TABLE t (n int)', 5))
        way.open.clear()
        begin = time.monotonic()
        self.assertFalse(c.execute('INSERT INTO t VALUES (1)', 0.5))
        self.assertGreaterEqual(time.monotonic() - begin, 0.5)
        self.refused('timeout expired', port=way.port)
        self.assertEqual(self.server.sql('SELECT count(*) FROM t', database='site'), '0')
        way.open.set()
        self.server.wait_for(lambda: self.server.sql('SELECT count(*) FROM t', database='site') == '1', 'what was on its way arrives')

    def test_pgbouncer_forgets_what_was_set(self):
        bouncer = weather.Bouncer(self.server)
        self.addCleanup(bouncer.close)
        a, b = self.works(port=bouncer.port), self.works(port=bouncer.port)
        self.assertTrue(a.execute("SET application_name = 'mine'", 5))
        self.assertTrue(a.execute('PREPARE p AS SELECT 1', 5))
        self.assertTrue(b.execute('BEGIN', 5))  # has a's connection from now on
        self.assertTrue(b.execute('EXECUTE p', 5))
        self.assertFalse(a.execute('EXECUTE p', 5))
        self.assertEqual(a.state, '26000')

    def test_a_session_is_ended_by_another(self):
        c = self.works()
        self.assertTrue(c.execute('SELECT 1', 5))
        self.server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{cluster.ROLE}'")
        self.assertFalse(c.execute('SELECT 1', 5))
        self.assertEqual(c.state, '57P01')

    def test_a_lock_that_somebody_holds(self):
        c = self.works()
        self.assertTrue(c.execute('CREATE TABLE t (n int)', 5))
        holder = self.works(user='postgres')
        self.assertTrue(holder.execute('BEGIN', 5) and holder.execute('LOCK TABLE t', 5))
        self.assertFalse(c.execute('INSERT INTO t VALUES (1)', 0.5))
        self.assertTrue(holder.execute('ROLLBACK', 5))

    @unittest.skipIf(os.geteuid() != 0, 'only root may mount a small disk')
    def test_a_full_disk_refuses_and_the_server_goes_on(self):
        disk = weather.SmallDisk(self.server)
        self.addCleanup(lambda: (self.server.stop(), disk.close()))
        disk.database('cramped')
        c = self.works(database='cramped')
        self.assertTrue(c.execute('CREATE TABLE t (n text)', 5))
        while c.execute("INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 1000)", 20):
            pass
        self.assertEqual(c.state, '53100')
        self.assertTrue(c.execute('SELECT count(*) FROM t', 5))
        disk.grow(64)
        self.assertTrue(c.execute("INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 1000)", 20))


if __name__ == '__main__':
    tap.main()
