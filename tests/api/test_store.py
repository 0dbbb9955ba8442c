"""Starting and stopping: what must be refused is refused with a clear sentence and nothing touched; nothing is lost by any way out."""
import hashlib, os, shutil, signal, sqlite3, subprocess, time, unittest
from testsite import DAEMON, DATE, Site, of_a_file, request, WRAP
import oldstore
import tap


def digest(directory):
    h = hashlib.sha256()
    for name in sorted(os.listdir(directory)):
        if name in ('s.sock', 'log') or name.endswith('.lock'):
            continue
        with open(f'{directory}/{name}', 'rb') as f:
            h.update(name.encode() + f.read())
    return h.hexdigest()


class Refusals(unittest.TestCase):
    def start_refused(self, site, words, drill=True):
        argv = WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml'] + (['--drill', site.start_at, '--drill-speed', '0'] if drill else [])
        p = subprocess.run(argv, capture_output=True, text=True, timeout=60)
        self.assertNotEqual(p.returncode, 0)
        self.assertRegex(p.stderr, words)

    @of_a_file
    def test_second_instance(self):
        with Site() as site:
            self.start_refused(site, 'another|in use')
            self.assertEqual(site.get('/livez').status, 200)

    def with_stopped(self, change, words, drill=True):
        site = Site()
        self.assertEqual(site.book(request(1)).status, 201)
        site.stop()
        try:
            change(site)
            before = digest(site.dir)
            self.start_refused(site, words, drill)
            self.assertEqual(digest(site.dir), before, 'a refused start touched something')
        finally:
            shutil.rmtree(site.dir, ignore_errors=True)

    @of_a_file
    def test_newer_schema(self):
        def change(site):
            db = sqlite3.connect(f'{site.dir}/gateslot.db')
            db.execute('PRAGMA user_version = 9999')
            db.close()
        self.with_stopped(change, 'newer')

    @of_a_file
    def test_foreign_file(self):
        def change(site):
            for f in os.listdir(site.dir):
                if f.startswith('gateslot.db'):
                    os.unlink(f'{site.dir}/{f}')
            with open(f'{site.dir}/gateslot.db', 'w') as f:
                f.write('not a database\n' * 100)
        self.with_stopped(change, 'is not a store of gateslot and was left as it is')

    def test_drill_store_is_not_a_live_store(self):
        self.with_stopped(lambda site: None, 'drill', drill=False)


class Restarts(unittest.TestCase):
    def test_every_way_out_keeps_what_was_acknowledged(self):
        with Site() as site:
            for n, way in enumerate((signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGQUIT, signal.SIGABRT)):
                a = site.book(request(n), key=f'k{n}')
                self.assertEqual(a.status, 201)
                events = site.events()
                site.process.send_signal(way)
                site.process.wait(60)
                site.launch()
                self.assertEqual(site.events(), events)
                again = site.book(request(n), key=f'k{n}')
                self.assertEqual((again.status, again.body, again.headers['Idempotent-Replayed']), (201, a.body, 'true'))
                other = site.book(request(n + 100), key=f'k{n}')
                self.assertEqual((other.status, other.json['code']), (422, 'idempotency_key_reused'))

    def test_sigterm_answers_what_was_accepted(self):
        with Site() as site:
            c = site.connect()
            self.assertEqual(site.book(request(1), connection=c).status, 201)
            site.process.send_signal(signal.SIGTERM)
            self.assertEqual(site.process.wait(20), 0)
            site.launch()
            self.assertEqual(site.get(f'/v1/slots?from={DATE}&to={DATE}').json['days'][0]['windows'][0]['booked'], 1)

    def test_a_drill_goes_on_from_the_latest_instant_stored(self):
        with Site() as site:
            site.clock('2026-11-24T12:34:56+08:00')
            self.assertEqual(site.book(request(1)).status, 201)
            site.stop()
            site.launch()
            self.assertGreaterEqual(site.get('/v1/site').json['now'], '2026-11-24T12:34:56')


class OldVersions(unittest.TestCase):
    def retried(self, site, key, path, body, lang='en'):
        a = oldstore.ask(site, key, path, body, lang)
        self.assertEqual(a.headers['Idempotent-Replayed'], 'true', (key, a))
        return a.status, a.headers['Content-Language'], a.headers['Location'], a.headers['ETag']

    @of_a_file
    def test_retries_get_the_answers_that_an_older_version_kept(self):
        for version in (2, 3, 4, 5, 6):
            with oldstore.site_with(version) as site:
                for again in (False, True):  # after the migration, and from a store of ours
                    for _, key, path, body, _, told in oldstore.ASKED:
                        self.assertEqual(self.retried(site, key, path, body), told, (version, key))
                    if not again:
                        site.kill()
                        site.launch()
        with oldstore.site_with(1) as site:
            self.assertEqual(self.retried(site, 'kde5c4913a885a273', '/v1/bookings', request(0)), (201, None, '/v1/bookings/bk_1', '"1"'))

    def test_a_retry_gets_the_same_headers_from_this_version_s_store(self):
        with Site(bays=1, extra=oldstore.EXTRA) as site:
            now = None
            for at, key, path, body, lang, told in oldstore.ASKED:
                now = now if at == now else site.clock(at) and at
                a = oldstore.ask(site, key, path, body, lang)
                self.assertEqual((a.status, a.headers['Content-Language'], a.headers['Location'], a.headers['ETag']), told, key)
                self.assertIsNone(a.headers['Idempotent-Replayed'])
            for _ in range(2):
                for _, key, path, body, _, told in oldstore.ASKED:
                    self.assertEqual(self.retried(site, key, path, body), told, key)
                site.kill()
                site.launch()


class Reload(unittest.TestCase):
    def reload(self, site, words):
        size = os.path.getsize(f'{site.dir}/log')
        site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with open(f'{site.dir}/log') as f:
                f.seek(size)
                text = f.read()
            if words in text:
                return text
            time.sleep(0.01)
        self.fail(f'{words!r} not in log:\n{text}')

    def test_a_good_file_is_taken_over_at_once(self):
        with Site() as site:
            site.write_config(extra='windows: {all: {start: "08:00", end: "20:00", capacity: 7}}')
            self.reload(site, 'event=reloaded')
            self.assertEqual(site.get(f'/v1/slots?from={DATE}&to={DATE}').json['days'][0]['windows'][0]['capacity'], 7)
            self.assertIn('config.reloaded', [e['type'] for e in site.events()])

    def test_a_bad_file_changes_nothing_and_every_problem_is_named(self):
        with Site() as site:
            site.write_config(extra='yardd: 1\nslots: {minutes: "x"}')
            text = self.reload(site, 'the old configuration stays')
            self.assertIn('yardd', text)
            self.assertIn('slots.minutes', text)
            self.assertEqual(site.get('/livez').status, 200)

    def test_a_reload_that_shrinks_a_window_under_bookings_moves_or_waitlists_them_by_a_plan(self):
        with Site() as site:
            stays = [site.book(request(n, windows=['morning'])).json['id'] for n in range(2)]
            moves = site.book(request(2, windows=['morning', 'midday'], slot='08:00')).json['id']
            status = lambda i: site.get(f'/v1/bookings/{i}').json
            site.write_config(extra='windows: {morning: {start: "08:00", end: "12:00", capacity: 1}, '
                                    'midday: {start: "12:00", end: "16:00", capacity: 40}}')
            text = self.reload(site, 'event=reloaded')
            self.assertRegex(text, f'event=reload_plan date={DATE} windows=1 moved=1 waitlisted=1 promoted=0')
            self.assertEqual([status(i)['status'] for i in stays], ['booked', 'waitlisted'])
            self.assertEqual((status(moves)['status'], status(moves)['window']), ('booked', 'midday'))
            events = site.events()
            self.assertIn(('booking.moved', moves, 'config reloaded'), [(e['type'], e['booking_id'], e['reason']) for e in events])
            site.write_config(extra='windows: {midday: {start: "12:00", end: "16:00", capacity: 40}}')
            text = self.reload(site, 'the old configuration stays')  # a window is not removed from under those in it
            self.assertIn(f'booking={stays[0]}', text)
            self.assertEqual([status(i)['status'] for i in stays], ['booked', 'waitlisted'])


class Backup(unittest.TestCase):
    def test_a_backup_under_load_is_whole_and_opens(self):
        with Site() as site:
            for n in range(50):
                site.book(request(n))
            target = f'{site.dir}/copy.db'
            site.client('backup', target, check=0)
            self.assertEqual(os.stat(target).st_mode & 0o777, 0o600)
            db = sqlite3.connect(target)
            self.assertEqual(db.execute('PRAGMA integrity_check').fetchone()[0], 'ok')
            self.assertEqual(db.execute('SELECT count(*) FROM booking').fetchone()[0], 50)
            db.close()
            self.assertNotEqual(site.client('backup', target).returncode, 0)
            self.assertIn('unbroken', site.client('audit', 'verify', check=0).stdout)


if __name__ == '__main__':
    tap.main()
