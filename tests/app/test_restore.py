"""gateslotd --restore: the backup takes the store's place whole, the store that was there is kept, and whatever is no whole backup of this
kind of site is refused with everything as it was."""
import hashlib, os, shutil, signal, sqlite3, subprocess, sys, tempfile, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import oldstore  # noqa: E402
import tap  # noqa: E402
from testsite import DAEMON, DATE, SOURCE, WRAP, Site, request  # noqa: E402

ANYBODY = 65534


def digest(directory):
    """All that is there, but what is no part of a store; names and bytes."""
    h = hashlib.sha256()
    for name in sorted(os.listdir(directory)):
        if name not in ('s.sock', 'log') and not name.endswith('.lock') and os.path.isfile(f'{directory}/{name}'):
            with open(f'{directory}/{name}', 'rb') as f:
                h.update(name.encode() + f.read())
    return h.hexdigest()


class Restore(unittest.TestCase):
    def setUp(self):
        self.elsewhere = tempfile.mkdtemp(prefix='gsbackup', dir='/tmp')
        self.addCleanup(shutil.rmtree, self.elsewhere, True)

    def restore(self, site, path, drill=True, **more):
        argv = WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml', '--restore', path] + (['--drill', site.start_at] if drill else [])
        return subprocess.run(argv, capture_output=True, text=True, timeout=120, **more)

    def site(self, **more):
        site = Site(**more)
        self.addCleanup(site.close)
        return site

    def backed_up(self, bookings=4, later=3, **more):
        """A site that stands still, and a backup of it without its last bookings."""
        site, backup = self.site(**more), f'{self.elsewhere}/copy.db'
        for n in range(bookings):
            self.assertEqual(site.book(request(n + 1)).status, 201)
        self.assertEqual(site.post('/v1/backup', {'path': backup}).status, 201)
        for n in range(later):
            self.assertEqual(site.book(request(bookings + n + 1)).status, 201)
        return site, backup

    def ids(self, site):
        return sorted(b['id'] for b in site.bookings(DATE))

    def kept(self, site):
        return [n for n in sorted(os.listdir(site.dir)) if n.startswith('gateslot.db.before-') and not n.endswith(('-wal', '.mark'))]

    def refused(self, site, path, words, drill=True, **more):
        before = digest(site.dir)
        for _ in range(2):
            p = self.restore(site, path, drill, **more)
            self.assertEqual(p.returncode, 1, p.stderr)
            self.assertRegex(p.stderr, r'event=restore error="[^"]*(' + words + ')')
            self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
            self.assertEqual(digest(site.dir), before, 'a refused restore touched something')

    def test_the_backup_is_the_store_and_what_stood_there_is_kept(self):
        for end in ('stop', 'kill'):
            with self.subTest(end=end):
                shutil.rmtree(self.elsewhere)
                os.mkdir(self.elsewhere)
                site, backup = self.backed_up()
                token = site.client('token', 'create', '--name', 'mini', '--role', 'backend', check=0)
                self.assertEqual(token.returncode, 0)
                seen = site.events()[-1]['seq']
                getattr(site, end)()
                p = self.restore(site, backup)
                self.assertEqual(p.returncode, 0, p.stderr)
                [kept] = self.kept(site)
                self.assertIn(f'event=restored file={backup} store={site.dir}/gateslot.db', p.stderr)
                self.assertIn(f'kept={site.dir}/{kept}', p.stderr)
                self.assertEqual([n for n in os.listdir(site.dir) if 'incoming' in n or n.endswith(('.restore', '.db-wal'))], [])
                self.assertEqual(os.stat(f'{site.dir}/gateslot.db').st_mode & 0o777, 0o640)
                site.launch()
                self.assertEqual(self.ids(site), ['bk_1', 'bk_2', 'bk_3', 'bk_4'])
                self.assertEqual(site.client('audit', 'verify').returncode, 0)
                [told] = [e for e in site.events() if e['type'] == 'store.restored']
                self.assertGreater(told['seq'], seen)
                self.assertNotIn(site.book(request(9)).json['id'], ('bk_5', 'bk_6', 'bk_7'))
                site.stop()
                # It was the wrong one: the store that was kept comes back, with what only it had.
                p = self.restore(site, f'{site.dir}/{kept}')
                self.assertEqual(p.returncode, 0, p.stderr)
                site.launch()
                self.assertEqual(len(self.ids(site)), 7)
                self.assertEqual([(t['name'], t['confirmed']) for t in site.get('/v1/tokens').json['items']], [('mini', False)])

    def test_a_site_that_has_no_store_gets_one(self):
        site, backup = self.backed_up()
        site.stop()
        for n in os.listdir(site.dir):
            if n.startswith('gateslot.db'):
                os.unlink(f'{site.dir}/{n}')
        p = self.restore(site, backup)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn('kept=none', p.stderr)
        site.launch()
        self.assertEqual(len(self.ids(site)), 4)

    def test_a_damaged_store_is_replaced_and_kept(self):
        for at in (0, 3000):
            with self.subTest(at=at):
                shutil.rmtree(self.elsewhere)
                os.mkdir(self.elsewhere)
                site, backup = self.backed_up()
                site.stop()
                with open(f'{site.dir}/gateslot.db', 'r+b') as f:
                    f.seek(at)
                    f.write(b'\xff' * 2000)
                self.assertEqual(self.restore(site, backup).returncode, 0)
                site.launch()
                self.assertEqual(len(self.ids(site)), 4)
                self.assertEqual(len(self.kept(site)), 1)

    def test_a_backup_of_every_older_version_is_brought_up(self):
        for version in range(1, 7):
            with self.subTest(version=version):
                old = f'{self.elsewhere}/v{version}.db'
                db = sqlite3.connect(old)
                with open(f'{SOURCE}/tests/store/v{version}.sql') as f:
                    db.executescript(f.read())
                db.close()
                if version >= 5:  # a store that was moved: its mark goes with it
                    shutil.copy(f'{SOURCE}/tests/store/v{version}.mark', old + '.mark')
                site = self.site(bays=1, extra=oldstore.EXTRA if version > 1 else '')
                site.stop()
                p = self.restore(site, old)
                self.assertEqual(p.returncode, 0, p.stderr)
                site.launch()
                self.assertIn('store.restored', [e['type'] for e in site.events()])
                self.assertGreaterEqual(len(self.ids(site)), 3)

    def test_what_is_no_whole_backup_is_refused(self):
        site, backup = self.backed_up()
        site.stop()
        with open(backup, 'rb') as f:
            whole = f.read()

        def file(content, name='wrong.db'):
            with open(f'{self.elsewhere}/{name}', 'wb') as f:
                f.write(content)
            return f.name
        self.refused(site, f'{self.elsewhere}/none', 'none: cannot be opened: No such file')
        self.refused(site, f'{self.elsewhere}/none/none', 'directory cannot be reached')
        self.refused(site, self.elsewhere, 'is a directory')
        self.refused(site, '/dev/null', 'is not a regular file')
        self.refused(site, file(b''), 'is not a store of gateslot')
        self.refused(site, file(b'order,plate\n' * 100), 'is not a store of gateslot')
        db = sqlite3.connect(f'{self.elsewhere}/other.db')
        db.execute('CREATE TABLE t (a)')
        db.commit()
        db.close()
        self.refused(site, f'{self.elsewhere}/other.db', 'a database of another program')
        for part in (100, 4096, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
            self.refused(site, file(whole[:part]), f'has {part} of its {len(whole)} bytes')
        newer = file(whole)
        db = sqlite3.connect(newer)
        db.execute('PRAGMA user_version = 9999')
        db.close()
        self.refused(site, newer, 'made by a newer gateslot')
        shutil.copy(f'{site.dir}/gateslot.db', f'{self.elsewhere}/bare.db')
        self.refused(site, f'{self.elsewhere}/bare.db', 'is no backup, and has no mark')
        self.refused(site, f'{site.dir}/gateslot.db', 'is the store itself')
        self.refused(site, f'{site.dir}/gateslot.db.mark', 'is the store itself')
        os.link(f'{site.dir}/gateslot.db', f'{self.elsewhere}/linked.db')
        self.refused(site, f'{self.elsewhere}/linked.db', 'is the store itself')
        os.symlink(f'{site.dir}/gateslot.db', f'{self.elsewhere}/symlinked.db')
        self.refused(site, f'{self.elsewhere}/symlinked.db', 'is the store itself')
        self.assertEqual(self.restore(site, backup).returncode, 0)

    def test_a_backup_with_a_byte_changed_is_refused_or_nothing_of_it_matters(self):
        site, backup = self.backed_up()
        site.stop()
        with open(backup, 'rb') as f:
            whole = f.read()
        store = f'{site.dir}/gateslot.db'
        plate = whole.index('浙A00002'.encode())
        for at in (plate, whole.index(b'"booking.booked"'), whole.rindex('浙A00001'.encode())):
            wrong = bytearray(whole)
            wrong[at + 3] ^= 1
            with open(f'{self.elsewhere}/flipped.db', 'wb') as f:
                f.write(wrong)
            self.refused(site, f'{self.elsewhere}/flipped.db', 'damaged|broken|changed by another program')
        self.assertTrue(os.path.exists(store))

    def test_a_drill_s_backup_is_not_a_live_site_s_nor_the_reverse(self):
        site, backup = self.backed_up()
        site.stop()
        live = self.site(drill=False)
        live.post('/v1/backup', {'path': f'{self.elsewhere}/live.db'})
        live.stop()
        self.refused(live, backup, 'is a drill.s store', drill=False)
        self.refused(site, f'{self.elsewhere}/live.db', 'is a live store')
        self.refused(site, f'{self.elsewhere}/live.db', 'is a drill.s store', drill=False)  # what stands there

    def test_nothing_is_restored_under_a_daemon_or_from_one(self):
        site, backup = self.backed_up()
        before = self.ids(site)
        p = self.restore(site, backup)
        self.assertEqual(p.returncode, 1)
        self.assertIn('is in use by another gateslotd', p.stderr)
        self.assertEqual(self.ids(site), before)
        self.assertEqual(site.book(request(20)).status, 201)
        other = self.site()
        other.stop()
        self.refused(other, f'{site.dir}/gateslot.db', 'is the store of a daemon that runs')

    @unittest.skipUnless(os.geteuid() == 0, 'only root can be somebody else')
    def test_root_restores_as_the_owner_of_the_store(self):
        site, backup = self.backed_up()
        site.stop()
        for path in [site.dir] + [f'{site.dir}/{n}' for n in os.listdir(site.dir)]:
            os.chown(path, ANYBODY, ANYBODY)
        os.chmod(self.elsewhere, 0o700)  # root alone may read the backup
        p = self.restore(site, backup)
        self.assertEqual(p.returncode, 0, p.stderr)
        for n in os.listdir(site.dir):
            if n.startswith('gateslot.db'):
                self.assertEqual((n, os.stat(f'{site.dir}/{n}').st_uid), (n, ANYBODY))

    @unittest.skipUnless(os.geteuid() == 0 and os.access(DAEMON, os.X_OK), 'only root can be somebody else')
    def test_a_backup_that_may_not_be_read_is_refused(self):
        site, backup = self.backed_up()
        site.stop()
        os.chmod(self.elsewhere, 0o755)
        for path in [site.dir] + [f'{site.dir}/{n}' for n in os.listdir(site.dir)]:
            os.chown(path, ANYBODY, ANYBODY)
        if subprocess.run([DAEMON, '--version'], user=ANYBODY, group=ANYBODY, capture_output=True).returncode != 0:
            self.skipTest('nobody else may run the program here')
        self.refused(site, backup, 'copy.db: cannot be opened: Permission denied', user=ANYBODY, group=ANYBODY, extra_groups=[])

    def test_a_full_disk_refuses_it_and_nothing_is_lost(self):
        disk = tempfile.mkdtemp(prefix='gsdisk', dir='/tmp')
        self.addCleanup(os.rmdir, disk)
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', disk], capture_output=True).returncode != 0:
            self.skipTest('no tmpfs can be mounted here')
        self.addCleanup(subprocess.run, ['umount', '-l', disk])
        site, backup = self.backed_up(where=disk)
        site.stop()
        room = os.statvfs(disk)
        with open(f'{disk}/filler', 'wb') as f:
            os.posix_fallocate(f.fileno(), 0, room.f_bavail * room.f_frsize - os.path.getsize(backup) // 2)
        self.refused(site, backup, 'No space left on device; the store is as it was')
        os.unlink(f'{disk}/filler')
        site.launch()
        self.assertEqual(len(self.ids(site)), 7)

    def test_what_a_kill_interrupts_is_completed_or_undone_by_the_next_start(self):
        """At each of its calls that change a name or make one certain."""
        site, backup = self.backed_up()
        site.stop()
        if shutil.which('strace') is None:
            self.skipTest('strace is not there')
        fresh = f'{self.elsewhere}/fresh'
        shutil.copytree(site.dir, fresh, ignore=shutil.ignore_patterns('s.sock'))
        seen = set()
        for call in ('rename', 'fsync', 'unlink'):
            for nth in range(1, 9):
                shutil.rmtree(site.dir)
                shutil.copytree(fresh, site.dir)
                argv = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', f'trace={call}', '-e', f'inject={call}:signal=SIGKILL:when={nth}', DAEMON,
                        '--config', f'{site.dir}/gateslotd.yaml', '--restore', backup, '--drill', site.start_at]
                # The sanitizer cannot look for leaks of what is traced.
                p = subprocess.run(argv, capture_output=True, text=True, timeout=120, env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0'))
                if p.returncode == 0:
                    break
                self.assertIn(p.returncode, (-signal.SIGKILL, 128 + signal.SIGKILL), p.stderr)
                site.launch()
                found = len(self.ids(site))
                self.assertIn(found, (4, 7), (call, nth))
                seen.add(found)
                self.assertFalse(os.path.exists(f'{site.dir}/gateslot.db.restore'))
                site.stop()
        self.assertEqual(seen, {4, 7})


if __name__ == '__main__':
    tap.main()
