"""A store moves from a file into PostgreSQL and back, and is backed up from there into a file: all rows are the same, and at no time two daemons
can go on with it."""
import os, random, shutil, signal, sqlite3, subprocess, tempfile, threading, time, unittest
import cluster
from test_two_daemons import Daemon, LACKING
from testsite import DAEMON, DATE, WRAP, Site, request
import tap

SEED = int(os.environ.get('GS_SEED', '20261129'))


def rows(path):
    """Every row of every table but what is a database's own of meta, by a reader of its own."""
    with sqlite3.connect(f'file:{path}?immutable=1', uri=True) as db:
        db.row_factory = sqlite3.Row
        tables = [t for t, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return {t: sorted(tuple((k, r[k]) for k in r.keys()) for r in db.execute(f'SELECT * FROM "{t}"').fetchall()) for t in tables}


@unittest.skipIf(LACKING, LACKING)
class Moving(unittest.TestCase):
    def setUp(self):
        folder = cluster.Folder()
        self.addCleanup(folder.close)
        self.server = cluster.Server(folder).create()
        self.url = self.server.database('site')
        self.elsewhere = tempfile.mkdtemp(prefix='gsmove', dir='/tmp')
        self.addCleanup(shutil.rmtree, self.elsewhere, True)

    def site(self, bookings=6):
        site = Site()
        self.addCleanup(site.close)
        for n in range(bookings):
            self.assertEqual(site.book(request(n + 1), key=f'k{n}').status, 201)
        return site

    def daemon(self, url=None):
        d = Daemon(url or self.url, 'gate-a', more='\nstore_copies: {promised: 1}')
        self.addCleanup(d.close)
        self.addCleanup(lambda: d.process.poll() is None and (d.process.kill(), d.process.wait()))
        d.until(lambda: d.serves())
        return d

    def argv(self, at, to):
        return WRAP + [DAEMON, '--migrate', at, to]

    def migrate(self, at, to):
        return subprocess.run(self.argv(at, to), capture_output=True, text=True, timeout=120)

    def moves(self, at, to):
        p = self.migrate(at, to)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertRegex(p.stderr, r'event=moved .*digest=[0-9a-f]{16} .*differing=0')
        return p.stderr

    def killed(self, at, to, after):
        p = subprocess.Popen(self.argv(at, to), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            p.wait(after)
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
            p.wait()

    def completes(self, at, to):
        """Nobody need wait here for the end of the lease of the one that was killed."""
        deadline = time.monotonic() + 60
        while True:
            for url in (at, to):
                if url.startswith('postgresql:'):
                    self.server.try_sql('UPDATE gateslot.owner SET until_us = 0', database=url.rsplit('/', 1)[1])
            p = self.migrate(at, to)
            if p.returncode == 0:
                return
            self.assertRegex(p.stderr, 'a moment ago')  # what it had sent is still carried out
            self.assertLess(time.monotonic(), deadline, p.stderr)

    def refused(self, words, at, to):
        p = self.migrate(at, to)
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertRegex(p.stderr, r'event=migrate error=".*' + words)

    def ask(self, sql):
        return self.server.sql(sql, 'site')

    def test_there_and_back(self):
        site = self.site()
        events = site.events()
        site.stop()
        at = f'sqlite:{site.dir}/gateslot.db'
        before = rows(f'{site.dir}/gateslot.db')
        said = self.moves(at, self.url)
        self.assertNotIn('password', said)
        self.refused('was moved to', at, f'sqlite:{self.elsewhere}/third.db')
        self.assertIn('it was moved there before', self.migrate(at, self.url).stderr)
        # Nothing was written there since: back again, each row is the same but for what a database says of its own definitions.
        back = f'{self.elsewhere}/back.db'
        self.moves(self.url, f'sqlite:{back}')
        self.assertEqual(rows(back), before)
        self.refused('was moved to', self.url, f'sqlite:{self.elsewhere}/other.db')
        with self.assertRaisesRegex(AssertionError, 'was moved to sqlite:'):
            self.daemon()
        os.rename(f'{site.dir}/gateslot.db', f'{self.elsewhere}/old.db')
        os.rename(f'{site.dir}/gateslot.db.moved', f'{self.elsewhere}/old.db.moved')
        for suffix in ('', '.mark'):
            os.replace(back + suffix, f'{site.dir}/gateslot.db{suffix}')
        site.launch()
        self.assertEqual(site.events()[:len(events)], events)

    def test_the_site_goes_on_there_and_a_backup_is_a_file(self):
        site = self.site()
        before, events = sorted(b['id'] for b in site.bookings(DATE)), site.events()
        site.stop()
        self.moves(f'sqlite:{site.dir}/gateslot.db', self.url)
        d = self.daemon()
        self.assertEqual(sorted(b['id'] for b in d.bookings(DATE)), before)
        self.assertEqual(d.events()[:len(events)], events)
        self.assertEqual(d.book(request(90), key='k-new').json['id'], 'bk_7')
        self.assertEqual(d.client('audit', 'verify').returncode, 0)
        backup = f'{self.elsewhere}/backup.db'
        self.refused('a daemon runs on it', self.url, f'sqlite:{self.elsewhere}/while.db')
        # Batches go on while it is made, and are in it or not as a whole.
        over = threading.Event()
        booked = []

        def book():
            n = 200
            while not over.is_set():
                booked.append(d.book(request(n), key=f'b{n}').status)
                n += 1
        thread = threading.Thread(target=book)
        thread.start()
        made = d.post('/v1/backup', {'path': backup}, key='backup')
        over.set()
        thread.join()
        self.assertEqual(made.status, 201, made)
        self.assertTrue(booked)
        self.assertEqual(os.stat(backup).st_mode & 0o777, 0o600)
        self.assertEqual([n for n in os.listdir(self.elsewhere) if n != 'backup.db'], [])
        self.assertEqual(d.post('/v1/backup', {'path': backup}, key='again').status, 409)
        d.stop()
        # The backup is one like any other: it moves, and is restored by a start of its own in a new epoch.
        restored = Site()
        self.addCleanup(restored.close)
        restored.stop()
        p = subprocess.run(WRAP + [DAEMON, '--config', f'{restored.dir}/gateslotd.yaml', '--restore', backup, '--drill', restored.start_at],
                           capture_output=True, text=True, timeout=60)
        self.assertEqual(p.returncode, 0, p.stderr)
        restored.launch()
        self.assertLessEqual(set(before), {b['id'] for b in restored.bookings(DATE)})
        self.assertEqual(len([e for e in restored.events() if e['type'] == 'store.restored']), 1)

    def test_a_backup_is_put_back_into_an_empty_database_in_a_new_epoch(self):
        d = self.daemon()
        for n in range(3):
            self.assertEqual(d.book(request(n + 1), key=f'k{n}').status, 201)
        backup = f'{self.elsewhere}/backup.db'
        self.assertEqual(d.post('/v1/backup', {'path': backup}, key='backup').status, 201)
        before = d.events()
        self.assertEqual(d.book(request(50), key='lost').json['id'], 'bk_4')
        d.stop()
        with open(backup, 'rb') as f:
            whole = f.read()
        self.refused('something stands there already', f'sqlite:{backup}', self.url)
        url = self.server.database('again')
        self.moves(f'sqlite:{backup}', url)
        with open(backup, 'rb') as f:
            self.assertEqual(f.read(), whole)
        self.assertFalse(os.path.exists(f'{backup}.moved'))
        d = self.daemon(url)
        self.assertEqual(d.events()[:len(before)], before)
        self.assertEqual([e['type'] for e in d.events()[len(before):]], ['store.restored'])
        self.assertEqual(d.get('/v1/status').json['store']['epoch'], 2)
        self.assertEqual(len(d.bookings(DATE)), 3)
        self.assertEqual(d.book(request(60), key='lost').status, 201)
        self.assertEqual(d.client('audit', 'verify').returncode, 0)
        d.stop()
        d = self.daemon(url)
        self.assertEqual(len([e for e in d.events() if e['type'] == 'store.restored']), 1)

    def test_killed_at_any_time_the_same_move_completes_it(self):
        pick = random.Random(SEED)
        print(f'# GS_SEED={SEED}')
        site = self.site()
        site.stop()
        at = f'sqlite:{site.dir}/gateslot.db'
        begun = time.monotonic()
        self.moves(at, self.server.database('timed'))
        took = time.monotonic() - begun
        os.unlink(f'{site.dir}/gateslot.db.moved')
        for n in range(6):
            to = self.server.database(f'site{n}')
            self.killed(at, to, pick.uniform(0, took * 1.2))
            self.completes(at, to)
            back = f'{self.elsewhere}/{n}.db'
            self.completes(to, f'sqlite:{back}')
            self.assertEqual(rows(back), rows(f'{site.dir}/gateslot.db'), n)
            os.unlink(f'{site.dir}/gateslot.db.moved')

    def test_from_one_database_to_another(self):
        d = self.daemon()
        for n in range(5):
            self.assertEqual(d.book(request(n + 1), key=f'k{n}').status, 201)
        events = d.events()
        to = self.server.database('second')
        self.refused('a daemon runs on it', self.url, to)
        d.stop()
        said = self.moves(self.url, to)
        self.assertRegex(said, r'from=postgresql://127.0.0.1:\d+/site to=postgresql://127.0.0.1:\d+/second ')
        with self.assertRaisesRegex(AssertionError, 'was moved to postgresql://.*/second'):
            self.daemon()
        self.assertIn('it was moved there before', self.migrate(self.url, to).stderr)
        self.refused('was moved to', self.url, self.server.database('third'))
        after = self.daemon(to)
        self.assertEqual(after.events()[:len(events)], events)
        self.assertEqual((after.book(request(1), key='k0').headers['Idempotent-Replayed'], after.book(request(9), key='k9').json['id']), ('true', 'bk_6'))
        self.assertEqual(after.client('audit', 'verify').returncode, 0)
        self.assertEqual([e for e in after.events() if e['type'] == 'store.restored'], [])
        after.stop()
        # And to another server, on which everything but the port is the same.
        folder = cluster.Folder()
        self.addCleanup(folder.close)
        other = cluster.Server(folder).create()
        self.addCleanup(other.stop)
        self.moves(to, other.database('second'))
        d = self.daemon(other.url('second'))
        self.assertEqual(len(d.bookings(DATE)), 6)
        d.stop()

    def test_from_one_database_to_another_killed_at_any_time_the_same_move_completes_it(self):
        pick = random.Random(SEED)
        print(f'# GS_SEED={SEED}')
        site = self.site()
        site.stop()
        before = rows(f'{site.dir}/gateslot.db')
        begun = time.monotonic()
        self.moves(f'sqlite:{site.dir}/gateslot.db', self.url)
        took, at = time.monotonic() - begun, self.url
        for n in range(4):  # from each on to the next
            to = self.server.database(f'site{n}')
            self.killed(at, to, pick.uniform(0, took * 1.2))
            self.completes(at, to)
            at = to
        back = f'{self.elsewhere}/back.db'
        self.completes(at, f'sqlite:{back}')
        self.assertEqual(rows(back), before)

    def test_nothing_moves_onto_itself_or_onto_anything(self):
        for stored in (False, True):
            with self.subTest(stored=stored):
                database = 'itself_too' if stored else 'itself'
                url = self.server.database(database)
                d = self.daemon(url)
                if stored:
                    self.assertEqual(d.book(request(1), key='k').status, 201)
                d.stop()
                self.refused('is both where it is and where it is to go', url, url)
                self.refused('something stands there already: this very store', url, url.replace('127.0.0.1', 'localhost'))
                self.refused('something stands there already: this very store', url, url.replace('127.0.0.1:', f'127.0.0.1,localhost:{self.server.port},'))
                other = self.server.database(f'full_{database}')
                full = self.daemon(other)
                self.assertEqual(full.book(request(2), key='k').status, 201)
                self.refused('a daemon runs on it|something stands there already', url, other)
                full.stop()
                self.refused('something stands there already', url, other)
                foreign = self.server.database(f'foreign_{database}')
                self.server.sql('CREATE TABLE mine (n int)', database=f'foreign_{database}')
                self.refused("tables that are not a store's", url, foreign)
                self.daemon(url).stop()  # it is as it was
                self.daemon(other).stop()

    def test_what_cannot_move_is_refused(self):
        site = self.site(2)
        site.stop()
        at = f'sqlite:{site.dir}/gateslot.db'
        self.refused('password', at, self.url.replace('postgresql://', 'postgresql://x:secret@'))
        self.refused(r'.*does not exist', at, self.server.url('nowhere'))
        self.refused('is not a store of gateslot', self.url, f'sqlite:{self.elsewhere}/x.db')
        d = self.daemon()
        self.assertEqual(d.book(request(1), key='a').status, 201)
        d.stop()
        self.refused('something stands there already', at, self.url)
        self.assertFalse(os.path.exists(f'{site.dir}/gateslot.db.moved'))


if __name__ == '__main__':
    tap.main()
