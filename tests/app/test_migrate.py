"""gateslotd --migrate: a store moves whole to where there is none, the old one says where it went, and whatever ends the move in its midst leaves
exactly one of the two for a daemon, if need be after the same move once more."""
import hashlib, os, random, shutil, sqlite3, subprocess, sys, tempfile, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import DAEMON, DATE, WRAP, Site, request  # noqa: E402

SEED = int(os.environ.get('GS_SEED', '20261129'))


def digest(directory):
    h = hashlib.sha256()
    for name in sorted(os.listdir(directory)):
        if not name.endswith(('.lock', 's.sock', '/log')) and os.path.isfile(f'{directory}/{name}') and name != 'log':
            with open(f'{directory}/{name}', 'rb') as f:
                h.update(name.encode() + f.read())
    return h.hexdigest()


def rows(path):
    """Every row of every table, by a reader of its own."""
    with sqlite3.connect(f'file:{path}?immutable=1', uri=True) as db:
        tables = [t for t, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return {t: sorted(db.execute(f'SELECT * FROM "{t}"').fetchall()) for t in tables}


class Migrate(unittest.TestCase):
    def setUp(self):
        self.elsewhere = tempfile.mkdtemp(prefix='gsmove', dir='/tmp')
        self.addCleanup(shutil.rmtree, self.elsewhere, True)
        self.to = f'{self.elsewhere}/moved.db'

    def site(self, bookings=5):
        site = Site()
        self.addCleanup(site.close)
        for n in range(bookings):
            self.assertEqual(site.book(request(n + 1)).status, 201)
        self.at = f'{site.dir}/gateslot.db'
        return site

    def argv(self, at, to):
        return WRAP + [DAEMON, '--migrate', at, to]

    def migrate(self, at=None, to=None):
        return subprocess.run(self.argv(at or f'sqlite:{self.at}', to or f'sqlite:{self.to}'), capture_output=True, text=True, timeout=120)

    def refused(self, words, at=None, to=None):
        there = sorted(os.listdir(self.elsewhere))
        for _ in range(2):
            p = self.migrate(at, to)
            self.assertEqual(p.returncode, 1, p.stderr)
            self.assertRegex(p.stderr, r'event=migrate error="[^"]*' + words)
            self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
            self.assertEqual([n for n in sorted(os.listdir(self.elsewhere)) if not n.endswith('.lock')], [n for n in there if not n.endswith('.lock')])

    def launch_at(self, site, path):
        with open(f'{site.dir}/gateslotd.yaml') as f:
            text = f.read()
        with open(f'{site.dir}/gateslotd.yaml', 'w') as f:
            f.write(text.replace(f'sqlite:{self.at}', f'sqlite:{path}'))
        site.launch()

    def start_fails(self, site):
        p = subprocess.run(WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml', '--drill', site.start_at], capture_output=True, text=True, timeout=60)
        self.assertEqual(p.returncode, 1, p.stderr)
        return p.stderr

    def test_every_row_moves_and_the_site_goes_on_there(self):
        for end in ('stop', 'kill'):
            with self.subTest(end=end):
                site = self.site()
                before, events = sorted(b['id'] for b in site.bookings(DATE)), site.events()
                getattr(site, end)()
                to = f'{self.elsewhere}/{end}.db'
                p = self.migrate(to=f'sqlite:{to}')
                self.assertEqual(p.returncode, 0, p.stderr)
                self.assertRegex(p.stderr, rf'event=moved from=sqlite:{self.at} to=sqlite:{to} rows=\d+ digest=[0-9a-f]{{16}} .*differing=0')
                if end == 'stop':
                    self.assertEqual(rows(to), rows(self.at))
                self.assertEqual(os.stat(to).st_mode & 0o777, 0o640)
                self.assertRegex(self.start_fails(site), f'was moved to sqlite:{to}')
                again = self.migrate(to=f'sqlite:{to}')
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertIn('it was moved there before', again.stderr)
                self.launch_at(site, to)
                self.assertEqual(sorted(b['id'] for b in site.bookings(DATE)), before)
                self.assertEqual(site.events()[:len(events)], events)
                self.assertEqual(site.book(request(9)).json['id'], 'bk_6')
                self.assertEqual(site.client('audit', 'verify').returncode, 0)
                self.assertEqual([e for e in site.events() if e['type'] == 'store.restored'], [])

    def test_there_and_back_every_row_is_the_same(self):
        site = self.site()
        site.stop()
        before, bytes_before = rows(self.at), open(self.at, 'rb').read()
        self.assertEqual(self.migrate().returncode, 0)
        self.assertEqual(open(self.at, 'rb').read(), bytes_before, 'the store that was left has been written to')
        self.refused('something stands there already', f'sqlite:{self.to}', f'sqlite:{self.at}')
        os.rename(self.at, f'{self.elsewhere}/old.db')
        p = self.migrate(f'sqlite:{self.to}', f'sqlite:{self.at}')
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(rows(self.at), before)
        site.launch()
        self.assertEqual(len(site.bookings(DATE)), 5)

    def test_what_cannot_move_is_refused_and_stays_as_it_was(self):
        site = self.site()
        self.refused('a daemon runs on it: stop it first')
        site.stop()
        before = digest(site.dir)
        open(f'{self.elsewhere}/full.db', 'w').write('mine')
        self.refused('something stands there already', to=f'sqlite:{self.elsewhere}/full.db')
        self.refused('is both where it is and where it is to go', to=f'sqlite:{self.at}')
        self.refused('its directory cannot be reached', to=f'sqlite:{self.elsewhere}/none/a.db')
        self.refused('cannot be opened: No such file', at=f'sqlite:{self.elsewhere}/none.db')
        self.refused('is not a regular file', at=f'sqlite:{site.dir}')
        self.refused('is not a store of gateslot', at=f'sqlite:{self.elsewhere}/full.db')
        for address in ('', 'sqlite:', self.at, 'mysql://x/y'):
            self.refused('is no address of a store', at=address or ' ')
        self.assertEqual(digest(site.dir), before)
        with sqlite3.connect(self.at) as db:
            db.execute("UPDATE booking SET plate = '浙A99999' WHERE id = 2")
        db.close()
        self.refused('bk_2 is damaged')
        self.assertFalse(os.path.exists(f'{self.at}.moved'))

    def test_another_place_after_it_was_moved_is_refused(self):
        site = self.site()
        site.stop()
        self.assertEqual(self.migrate().returncode, 0)
        self.refused(f'was moved to sqlite:{self.to}', to=f'sqlite:{self.elsewhere}/third.db')

    def test_ended_between_the_note_and_the_new_store_the_same_move_completes_it(self):
        site = self.site()
        site.stop()
        self.assertEqual(self.migrate().returncode, 0)
        before = rows(self.at)
        os.rename(self.to, f'{self.to}.incoming')  # as it is before it has its name
        self.assertRegex(self.start_fails(site), 'was moved to')
        p = self.migrate()
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertNotIn('before', p.stderr)
        self.assertEqual(rows(self.to), before)
        self.assertEqual([n for n in os.listdir(self.elsewhere) if 'incoming' in n], [])

    def test_a_restore_into_the_place_that_was_left_takes_the_note_away(self):
        site = self.site()
        backup = f'{self.elsewhere}/copy.db'
        self.assertEqual(site.post('/v1/backup', {'path': backup}).status, 201)
        site.stop()
        self.assertEqual(self.migrate().returncode, 0)
        p = subprocess.run(WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml', '--restore', backup, '--drill', site.start_at],
                           capture_output=True, text=True, timeout=60)
        self.assertEqual(p.returncode, 0, p.stderr)
        site.launch()
        self.assertEqual(len(site.bookings(DATE)), 5)

    def test_a_backup_moves_and_goes_on_in_a_new_epoch(self):
        site = self.site()
        backup = f'{self.elsewhere}/copy.db'
        self.assertEqual(site.post('/v1/backup', {'path': backup}).status, 201)
        site.stop()
        before = open(backup, 'rb').read()
        p = self.migrate(at=f'sqlite:{backup}')
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn('from a backup', p.stderr)
        self.assertEqual(open(backup, 'rb').read(), before)
        self.assertFalse(os.path.exists(f'{backup}.moved'))
        self.launch_at(site, self.to)
        self.assertEqual(len(site.bookings(DATE)), 5)
        self.assertEqual(len([e for e in site.events() if e['type'] == 'store.restored']), 1)

    def test_killed_at_any_time_one_store_is_left_for_a_daemon(self):
        pick = random.Random(SEED)
        print(f'# GS_SEED={SEED}')
        site = self.site()
        site.stop()
        before = rows(self.at)
        begun = time.monotonic()
        self.assertEqual(self.migrate(to=f'sqlite:{self.elsewhere}/timed.db').returncode, 0)
        took = time.monotonic() - begun
        os.unlink(f'{self.at}.moved')
        for n in range(24):
            to = f'{self.elsewhere}/{n}.db'
            p = subprocess.Popen(self.argv(f'sqlite:{self.at}', f'sqlite:{to}'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                p.wait(pick.uniform(0, took * 1.2))
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
            self.assertEqual(rows(self.at), before, n)
            self.assertFalse(os.path.exists(to) and not os.path.exists(f'{self.at}.moved'), 'two stores are left for a daemon')
            p = self.migrate(to=f'sqlite:{to}')
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertEqual(rows(to), before, n)
            self.assertRegex(self.start_fails(site), 'was moved to')
            os.unlink(f'{self.at}.moved')
        site.launch()
        self.assertEqual(len(site.bookings(DATE)), 5)


if __name__ == '__main__':
    tap.main()
