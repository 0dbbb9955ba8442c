"""The site's own backups: named by time beside the store, checked before they get their name, so many kept and nothing else removed."""
import os, re, sqlite3, sys, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import Site, request  # noqa: E402


class Backups(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)
        self.place = f'{self.site.dir}/backups'

    def own(self):
        return sorted(os.listdir(self.place))

    def test_without_a_file_it_has_a_place_and_a_name_by_time(self):
        self.assertEqual(self.site.book(request(1)).status, 201)
        p = self.site.client('backup', check=0)
        self.assertEqual(p.stdout, f'backup written to {self.place}/gateslot-20261123T230000Z.db\n')
        self.assertEqual(self.site.client('backup', check=0).stdout, f'backup written to {self.place}/gateslot-20261123T230000Z_02.db\n')
        self.site.clock('2026-11-25T03:15:00+08:00')
        self.site.client('backup', check=0)
        self.assertEqual(self.own(), ['gateslot-20261123T230000Z.db', 'gateslot-20261123T230000Z_02.db', 'gateslot-20261124T191500Z.db'])
        self.assertEqual(os.stat(self.place).st_mode & 0o777, 0o700)
        for name in self.own():
            self.assertEqual(os.stat(f'{self.place}/{name}').st_mode & 0o777, 0o600)
            db = sqlite3.connect(f'file:{self.place}/{name}?mode=ro', uri=True)
            self.assertEqual(db.execute('SELECT count(*) FROM booking').fetchone(), (1,))
            db.close()

    def test_so_many_are_kept_and_nothing_else_is_removed(self):
        os.mkdir(self.place)
        others = ['gateslot-20200101.db', 'gateslot-20200101T000000Z.db.partial', 'gateslot-20200101T0000x0Z.db', 'other-20200101T000000Z.db',
                  'gateslot-20200101T000000Z_1.db', 'before-the-fair.db']
        for name in others:
            with open(f'{self.place}/{name}', 'w') as f:
                f.write(name)
        for day in range(25, 30):
            self.site.clock(f'2026-11-{day}T03:15:00+08:00')
            a = self.site.post('/v1/backup', {'keep': 3})
            self.assertEqual(a.status, 201)
            self.assertEqual(a.json['removed'], int(day > 27))
        self.assertEqual([n for n in self.own() if n not in others], [f'gateslot-202611{d}T191500Z.db' for d in (26, 27, 28)])
        self.assertEqual([n for n in self.own() if n in others], sorted(others))
        self.assertEqual(self.site.post('/v1/backup', {'keep': 1, 'path': f'{self.site.dir}/copy.db'}).status, 422)
        self.assertEqual(self.site.post('/v1/backup', {'path': f'{self.site.dir}/copy.db'}).json['removed'], 0)

    def test_what_is_not_whole_gets_no_name_and_removes_nothing(self):
        """The last row of the journal, which no start looks at and no erasure before the rows in front of it, is damaged: the copy shows it."""
        self.assertEqual(self.site.book(request(1)).status, 201)
        self.site.client('backup', check=0)
        self.site.clock('2026-11-29T03:15:00+08:00')
        self.assertEqual(self.site.book(request(2, date='2026-11-30')).status, 201)
        self.assertEqual(self.site.book(request(3, date='2026-11-30')).status, 201)
        self.site.stop()
        db = sqlite3.connect(f'{self.site.dir}/gateslot.db')
        moved = db.execute("UPDATE journal SET body = CAST(body || x'00' AS BLOB) WHERE no = (SELECT max(no) FROM journal)").rowcount
        self.assertEqual(moved, 1)
        db.commit()
        db.close()
        self.site.launch()
        p = self.site.client('backup', '--keep', '1')
        self.assertEqual(p.returncode, 4, p.stderr)
        self.assertRegex(p.stderr, r'backup was not made: .*table journal: row \d+ is damaged')
        self.assertEqual(self.own(), ['gateslot-20261123T230000Z.db'])

    def test_it_says_where_it_has_no_place(self):
        with open(self.place, 'w') as f:
            f.write('a file')
        p = self.site.client('backup')
        self.assertEqual(p.returncode, 4, p.stderr)
        self.assertIn('Not a directory', p.stderr)
        os.unlink(self.place)
        self.site.client('backup', check=0)

    def test_bookings_go_on_while_it_is_checked(self):
        for n in range(20):
            self.assertEqual(self.site.book(request(n + 1)).status, 201)
        self.assertEqual(self.site.client('backup', check=0).returncode, 0)
        told = r'event=backup path=\S+ bytes=\d+ removed=0 note="checked: it is whole"'
        deadline = time.monotonic() + 30
        while not re.search(told, self.site.read_log()) and time.monotonic() < deadline:  # the log is written by a thread of its own
            time.sleep(0.01)
        self.assertEqual(len(re.findall(told, self.site.read_log())), 1)
        self.assertEqual(self.site.book(request(30)).status, 201)


if __name__ == '__main__':
    tap.main()
