"""A store that is not what was stored is not served: paths that lead to it, damage, logs cut and gone, files taken away under the daemon,
copies and backups put back."""
import os, shutil, sqlite3, subprocess, time, unittest
from testsite import DAEMON, DATE, Site, WRAP, plate, request
import tap

LOSS = ('--accept-loss',)


class Store(Site):
    """A site whose store can be tampered with while it stands still."""

    @property
    def path(self):
        return f'{self.dir}/gateslot.db'

    def fill(self, count, first=0):
        for n in range(first, first + count):
            a = self.book(request(n))
            assert a.status == 201, a

    def argv(self, *more):
        argv = WRAP + [DAEMON, '--config', f'{self.dir}/gateslotd.yaml']
        if self.drill:
            argv += ['--drill', self.start_at, '--drill-speed', str(self.speed)]
        return argv + list(more)

    def launch_with(self, *more):
        self.log = open(f'{self.dir}/log', 'a')
        self.process = subprocess.Popen(self.argv(*more), stderr=self.log, stdout=self.log)
        self.wait_ready()

    def refused(self, *words, untouched=True):
        """It does not start, says why in one line, and touches nothing."""
        before = self.files()
        p = subprocess.run(self.argv(), capture_output=True, text=True, timeout=60)
        assert p.returncode == 1, (p.returncode, p.stderr)
        for word in words:
            assert word in p.stderr, (word, p.stderr)
        assert not untouched or self.files() == before, 'a refused start touched something'
        return p.stderr

    def files(self):
        found = {}
        for name in sorted(os.listdir(self.dir)):
            if name.startswith('gateslot.db') and not name.endswith(('.lock', '.reserve')):
                with open(f'{self.dir}/{name}', 'rb') as f:
                    found[name] = f.read()
        return {name: data for name, data in found.items() if data}

    def put(self, files):
        for name in self.files():
            os.unlink(f'{self.dir}/{name}')
        for name, data in files.items():
            with open(f'{self.dir}/{name}', 'wb') as f:
                f.write(data)

    def sql(self, *statements):
        db = sqlite3.connect(self.path)
        with db:
            for s in statements:
                db.execute(s)
        db.close()

    def ended(self):
        self.process.wait(30)
        self.log.close()
        return self.process.returncode

    def abandon(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def ids(self):
        items = self.get(f'/v1/bookings?date={DATE}&limit=500').json['items']
        return sorted(int(b['id'][3:]) for b in items)


class Case(unittest.TestCase):
    def site(self, **more):
        site = Store(**more)
        self.addCleanup(site.abandon)
        return site

    def killed(self, count=12):
        site = self.site()
        site.fill(count)
        site.kill()
        return site


class Paths(Case):
    def start_with(self, listen):
        site = self.site()
        site.fill(3)
        site.stop()
        with open(f'{site.dir}/gateslotd.yaml') as f:
            text = f.read().replace(f'unix:{site.dir}/s.sock', f'unix:{listen(site)}')
        with open(f'{site.dir}/gateslotd.yaml', 'w') as f:
            f.write(text)
        check = subprocess.run([DAEMON, '--config', f'{site.dir}/gateslotd.yaml', '--check-config'], capture_output=True, text=True)
        self.assertEqual(check.returncode, 1, check)
        self.assertRegex(check.stdout, rf'^{site.dir}/gateslotd.yaml:2:\d+: listen\[0\]: ')
        site.refused('listen[0]')

    def test_a_socket_where_the_store_and_its_files_are(self):
        for name in ('gateslot.db', 'gateslot.db.mark', 'gateslot.db.lock', 'gateslot.db.reserve', 'gateslot.db-wal', 'x/../gateslot.db'):
            with self.subTest(name):
                self.start_with(lambda site: f'{site.dir}/{name}')

    def test_a_socket_by_way_of_links(self):
        def linked(site):
            os.symlink(site.dir, f'{site.dir}/again')
            return f'{site.dir}/again/gateslot.db'

        def hard(site):
            os.link(site.path, f'{site.dir}/hard')
            return f'{site.dir}/hard'
        for way in (linked, hard):
            with self.subTest(way.__name__):
                self.start_with(way)


class Damage(Case):
    def stopped(self, count=12):
        site = self.site()
        site.fill(count)
        site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'})
        site.call('PUT', f'/v1/capacity/{DATE}/evening', {'capacity': 30, 'reason': 'crane', 'excess': 'rebook'})
        site.stop()
        return site

    def test_a_flipped_bit_of_a_plate_is_not_served(self):
        site = self.stopped()
        with open(site.path, 'rb') as f:
            data = bytearray(f.read())
        at = data.index(plate(5).encode())
        places = []
        while at >= 0:
            places.append(at + len(plate(5).encode()) - 1)
            at = data.find(plate(5).encode(), at + 1)
        for at in places:
            flipped = bytearray(data)
            flipped[at] ^= 1
            with open(site.path, 'wb') as f:
                f.write(flipped)
            site.launch(wait=False)
            try:
                site.wait_ready()
                found = [b['plate'] for b in site.get(f'/v1/bookings?date={DATE}&limit=500').json['items']]
                self.assertEqual(sorted(found), sorted(plate(n) for n in range(12)))
                self.assertNotEqual(site.client('audit', 'verify').returncode, 0)
                site.kill()
            except AssertionError as e:
                self.assertIn('damaged', str(e))

    def test_rows_changed_by_another_program(self):
        for statement, word in (("UPDATE booking SET plate = '浙A99999' WHERE id = 5", 'bk_5'),
                                ("UPDATE booking SET arrive_until_ms = arrive_until_ms + 1 WHERE id = 5", 'bk_5'),
                                ("DELETE FROM booking WHERE id = 5", 'table booking'),
                                ("INSERT INTO booking SELECT 4711, version, status, date, windows, slot_min, flexible, waitlist, urgent,"
                                 " walk_in, plate, plate_given, plate_colour, trailer, trailer_given, container_1, container_2, driver_name,"
                                 " driver_phone, declaration_no, warnings, uscc, company_name, owner, pass_code, \"window\", slot_start_ms,"
                                 " slot_end_ms, arrive_from_ms, arrive_until_ms, 99, delayed, displaced, moved, late_cancel, before_refused,"
                                 " created_ms, updated_ms, waiting_since_ms, arrived_ms, entered_ms, cleared_ms, departed_ms, ended_ms,"
                                 " last_event, held_ms, checksum, reference, excused, exceptions, corrections FROM booking WHERE id = 5", '4711'),
                                ("UPDATE capacity SET capacity = 40", 'capacity'),
                                ("DELETE FROM capacity", 'capacity'),
                                ("UPDATE token SET role = 3", 'token'),
                                ("DELETE FROM token", 'token'),
                                ("UPDATE idem SET body = '{}' WHERE row = 3", 'idem'),
                                ("DELETE FROM idem WHERE row = 3", 'idem'),
                                ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", 'event'),
                                ("UPDATE event SET body = replace(body, 'booked', 'looked') WHERE seq = 4", 'event'),
                                ("UPDATE meta SET last_booking_id = 40", 'meta'),
                                ("UPDATE meta SET now_ms = now_ms + 1", 'meta'),
                                ("CREATE TRIGGER t AFTER INSERT ON booking BEGIN SELECT 1; END", 'definitions')):
            with self.subTest(statement[:60]):
                site = self.stopped()
                site.sql(statement)
                site.refused(word, untouched='UPDATE event' not in statement)  # the chain is read when all else is in order

    def test_what_only_the_audit_reads(self):
        for statement, word in (("UPDATE journal SET body = zeroblob(20) WHERE no = 3", 'journal'),
                                ("DELETE FROM journal WHERE no = 3", 'journal'),
                                ("INSERT INTO booking_past SELECT * FROM booking WHERE id = 5", 'booking_past')):
            with self.subTest(statement[:60]):
                site = self.stopped()
                site.sql(statement)
                site.launch()
                p = site.client('audit', 'verify', check=1)
                self.assertIn(word, p.stderr)
                site.kill()

    def test_damage_is_accepted_only_by_taking_it_out(self):
        site = self.stopped()
        site.sql("UPDATE booking SET plate = '浙A99999' WHERE id = 5")
        site.refused('--accept-loss')
        site.launch_with(*LOSS)
        self.assertEqual(site.get('/v1/bookings/bk_5').status, 404)
        restored = [e for e in site.events() if e['type'] == 'store.restored']
        self.assertEqual([e['data']['cause'] for e in restored], ['loss'])
        site.fill(1, 50)
        site.client('audit', 'verify', check=0)
        site.stop()
        site.launch()
        self.assertEqual(len(site.ids()), 12)


class Loss(Case):
    def test_a_log_that_is_gone_cut_or_flipped(self):
        def gone(wal):
            os.unlink(wal)

        def emptied(wal):
            os.truncate(wal, 0)

        def cut(wal):
            os.truncate(wal, 32 + 24 + 4096)

        def flipped(wal):
            with open(wal, 'r+b') as f:
                f.seek(32 + 24 + 100)
                byte = f.read(1)[0]
                f.seek(32 + 24 + 100)
                f.write(bytes([byte ^ 4]))

        def zeroed(wal):
            with open(wal, 'r+b') as f:
                f.write(bytes(64))
        for way in (gone, emptied, cut, flipped, zeroed):
            with self.subTest(way.__name__):
                site = self.killed(45)
                way(f'{site.path}-wal')
                site.refused('is the last one there', '--accept-loss')
                site.launch_with(*LOSS)
                restored = [e for e in site.events() if e['type'] == 'store.restored']
                self.assertEqual(len(restored), 1)
                data = restored[0]['data']
                self.assertEqual((data['cause'], data['lost']['booking_id']), ('loss', 'bk_45'))
                self.assertGreater(data['new']['seq'], 45)
                new = int(site.book(request(900)).json['id'][3:])
                self.assertGreater(new, 45)
                site.client('audit', 'verify', check=0)
                site.stop()
                site.launch()
                self.assertIn(new, site.ids())

    def test_a_store_emptied_or_gone(self):
        def emptied(site):
            os.truncate(site.path, 0)

        def gone(site):
            os.unlink(site.path)
        for way in (emptied, gone):
            for kill in (False, True):
                with self.subTest(f'{way.__name__} {kill}'):
                    site = self.site()
                    site.fill(5)
                    site.kill() if kill else site.stop()
                    way(site)
                    if kill:
                        os.unlink(f'{site.path}-wal')
                    site.refused('is missing or empty', '--accept-loss')
                    site.launch_with(*LOSS)
                    self.assertEqual(site.ids(), [])
                    self.assertGreater(int(site.book(request(9)).json['id'][3:]), 5)

    def test_a_mark_gone_damaged_or_another_s(self):
        other = self.site()
        other.fill(3)
        other.stop()

        def gone(mark):
            os.unlink(mark)

        def damaged(mark):
            with open(mark, 'r+b') as f:
                f.write(b'\xff' * 1024)

        def another(mark):
            shutil.copy(f'{other.path}.mark', mark)
        for way, word in ((gone, 'is missing'), (damaged, 'is damaged'), (another, "another store's")):
            with self.subTest(way.__name__):
                site = self.site()
                site.fill(5)
                site.stop()
                way(f'{site.path}.mark')
                site.refused(word, '--accept-loss')
                site.launch_with(*LOSS)
                self.assertEqual(site.ids(), [1, 2, 3, 4, 5])
                self.assertGreater(int(site.book(request(9)).json['id'][3:]), 5)
                site.stop()
                site.launch()

    def test_an_older_copy_put_back(self):
        for with_log in (False, True):
            with self.subTest(with_log):
                site = self.site()
                site.fill(5)
                if with_log:
                    site.kill()
                else:
                    site.stop()
                copy = site.files()
                site.launch()
                site.fill(5, 5)
                site.stop()
                mark = site.files()['gateslot.db.mark']
                copy['gateslot.db.mark'] = mark
                site.put(copy)
                site.refused('an older copy was put back', '--accept-loss')

    def test_another_store_put_in_its_place(self):
        other = self.site()
        other.fill(30)
        other.stop()
        site = self.site()
        site.fill(5)
        site.stop()
        shutil.copy(other.path, site.path)
        site.refused("another store's")

    def test_kills_are_no_loss(self):
        site = self.site()
        for round in range(6):
            site.fill(3, 3 * round)
            site.kill()
            site.launch()
        self.assertEqual(site.ids(), list(range(1, 19)))
        self.assertNotIn('store.restored', [e['type'] for e in site.events()])


class Gone(Case):
    def acknowledges_nothing_more(self, site):
        """Until it has noticed, which is at the next batch, or within a second."""
        answers = []
        try:
            for n in range(100, 140):
                answers.append(site.book(request(n)).status)
        except OSError:
            pass
        self.assertEqual(site.ended(), 1)
        self.assertNotIn(201, answers)
        self.assertIn('is not the file that was opened', site.read_log())

    def test_files_renamed_replaced_or_deleted(self):
        def renamed(site):
            os.rename(site.path, f'{site.dir}/elsewhere.db')

        def deleted(site):
            os.unlink(site.path)

        def replaced(site):
            shutil.copy(site.path, f'{site.dir}/copy')
            os.rename(f'{site.dir}/copy', site.path)

        def log_deleted(site):
            os.unlink(f'{site.path}-wal')

        def log_renamed(site):
            os.rename(f'{site.path}-wal', f'{site.path}-wal.old')

        def log_replaced(site):
            shutil.copy(f'{site.path}-wal', f'{site.dir}/copy')
            os.rename(f'{site.dir}/copy', f'{site.path}-wal')
        for way in (renamed, deleted, replaced, log_deleted, log_renamed, log_replaced):
            with self.subTest(way.__name__):
                site = self.site()
                site.fill(5)
                way(site)
                self.acknowledges_nothing_more(site)

    def test_a_directory_renamed(self):
        site = self.site()
        site.fill(5)
        connection = site.connect()
        moved = site.dir + '-moved'
        os.rename(site.dir, moved)
        try:
            self.assertEqual(site.process.wait(30), 1)
        finally:
            site.log.close()
            os.rename(moved, site.dir)
            connection.close()
        self.assertIn('is not the file that was opened', site.read_log())

    def test_it_is_noticed_without_work(self):
        site = self.site()
        site.fill(2)
        os.unlink(site.path)
        self.assertEqual(site.ended(), 1)
        self.assertIn('is not the file that was opened', site.read_log())


class PutBack(Case):
    def backed_up(self, count=6):
        site = self.site()
        site.fill(count)
        token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
        site.client('backup', f'{site.dir}/copy', check=0)
        return site, {'Authorization': f'Bearer {token}'}

    def put_back(self, site, mark=True):
        site.stop()
        files = site.files()
        for name in files:
            if not (mark and name.endswith('.mark')):
                os.unlink(f'{site.dir}/{name}')
        shutil.copy(f'{site.dir}/copy', site.path)
        site.launch()

    def test_numbers_are_not_given_again(self):
        for mark in (True, False):
            with self.subTest(mark):
                site, _ = self.backed_up()
                site.fill(20, 100)
                lost = site.events()
                self.put_back(site, mark)
                events = site.events()
                restored = [e for e in events if e['type'] == 'store.restored']
                self.assertEqual(len(restored), 1)
                data = restored[0]['data']
                self.assertEqual(data['cause'], 'backup')
                self.assertEqual(data['old'], {'seq': 7, 'booking_id': 'bk_6'})
                self.assertEqual(data['lost'], {'seq': 27, 'booking_id': 'bk_26'} if mark else None)
                self.assertEqual(data['new']['seq'], restored[0]['seq'])
                self.assertGreater(restored[0]['seq'], lost[-1]['seq'])
                new = site.book(request(300))
                self.assertEqual(new.json['id'], data['new']['booking_id'])
                self.assertGreater(int(new.json['id'][3:]), 26)
                site.client('audit', 'verify', check=0)
                site.client('replay-decisions', DATE, check=0)
                site.kill()
                site.launch()
                self.assertEqual(len([e for e in site.events() if e['type'] == 'store.restored']), 1)
                site.client('audit', 'verify', check=0)

    def test_followers_are_told(self):
        site, _ = self.backed_up()
        site.fill(20, 100)
        self.put_back(site)
        new = [e for e in site.events() if e['type'] == 'store.restored'][0]['seq']
        for after in (8, 20, 27, new - 2, new + 1000):
            a = site.get(f'/v1/events?after={after}')
            self.assertEqual((a.status, a.json['code']), (410, 'reset'), a)
            self.assertEqual(a.json['last_seq'], 7 if after < new else new)
            again = site.get(f'/v1/events?after={a.json["after"]}')
            self.assertEqual(again.status, 200)
        for after in (0, 3, 7, new - 1, new):
            self.assertEqual(site.get(f'/v1/events?after={after}').status, 200, after)
        self.assertEqual(site.get('/v1/events?after=7').json['items'][0]['type'], 'store.restored')

    def test_tokens_are_to_be_confirmed(self):
        site, headers = self.backed_up()
        self.assertEqual(site.get(f'/v1/slots?from={DATE}', headers=headers).status, 200)
        self.assertEqual(site.call('DELETE', '/v1/tokens/mini').status, 204)
        self.put_back(site)
        a = site.get(f'/v1/slots?from={DATE}', headers=headers)
        self.assertEqual((a.status, a.json['code']), (401, 'unauthorized'))
        self.assertIn('confirm', a.json['detail'])
        self.assertEqual([(t['name'], t['confirmed']) for t in site.get('/v1/tokens').json['items']], [('mini', False)])
        self.assertIn('to be confirmed', site.client('token', 'list', check=0).stdout)
        made = site.post('/v1/tokens', {'name': 'new', 'role': 'gate'}).json['token']
        self.assertEqual(site.get('/v1/gate/list', headers={'Authorization': f'Bearer {made}'}).status, 200)
        site.stop()
        site.launch()
        self.assertEqual(site.get(f'/v1/slots?from={DATE}', headers=headers).status, 401)
        self.assertEqual(site.post('/v1/tokens/mini/confirm', headers=headers).status, 401)
        site.client('token', 'confirm', 'mini', check=0)
        self.assertEqual(site.get(f'/v1/slots?from={DATE}', headers=headers).status, 200)
        self.assertEqual(site.post('/v1/tokens/nobody/confirm').status, 404)
        self.assertEqual(site.events()[-1]['type'], 'token.confirmed')
        site.kill()
        site.launch()
        self.assertEqual(site.get(f'/v1/slots?from={DATE}', headers=headers).status, 200)

    def test_a_backup_of_a_backup_and_twice_put_back(self):
        site, _ = self.backed_up()
        self.put_back(site)
        first = site.events()[-1]['seq']
        site.fill(3, 200)
        os.unlink(f'{site.dir}/copy')
        site.client('backup', f'{site.dir}/copy', check=0)
        site.fill(3, 300)
        self.put_back(site)
        restored = [e['seq'] for e in site.events() if e['type'] == 'store.restored']
        self.assertEqual(restored[0], first)
        self.assertEqual(len(restored), 2)
        site.client('audit', 'verify', check=0)
        self.assertEqual(site.get(f'/v1/events?after={restored[1] - 2}').status, 410)
        self.assertEqual(site.get(f'/v1/events?after={first - 2}').status, 410)
        self.assertEqual(site.get('/v1/events?after=7').json['items'][0]['seq'], first)

    def test_a_first_start_killed_opens_the_epoch_once(self):
        site, _ = self.backed_up()
        site.stop()
        shutil.copy(f'{site.dir}/copy', site.path)
        for _ in range(4):
            p = subprocess.Popen(site.argv(), stderr=subprocess.DEVNULL)
            time.sleep(0.01)
            p.kill()
            p.wait()
        site.launch()
        self.assertEqual(len([e for e in site.events() if e['type'] == 'store.restored']), 1)


if __name__ == '__main__':
    tap.main()
