"""Every decision can be made again: days played whole, with kills, restarts, new rules, cuts and changes on the way, are replayed from
the journal and come out the same; what was changed behind the daemon's back does not."""
import hashlib, json, os, random, signal, sqlite3, struct, time, unittest
from testsite import DATE, QUOTA, SOURCE, Site, container, of_a_file, plate, request
import oldstore
import tap

DAYS = os.path.join(SOURCE, 'tests/days')
EARLY = '2026-11-18T07:00:00+08:00'


def report(site, date=DATE):
    a = site.get(f'/v1/audit/decisions?date={date}')
    assert a.status == 200, a
    return a.json


class Same(unittest.TestCase):
    def the_same(self, site, date=DATE):
        r = report(site, date)
        self.assertEqual((r['same'], r['differing'], r['differing_elsewhere'], r['differences']), (True, 0, 0, []), r)
        self.assertEqual(sum(o['count'] for o in r['outcomes']), r['commands'])
        return r


class Days(Same):
    def play(self, name, **site):
        with Site(start=EARLY, **site) as s:
            s.client('play', f'{DAYS}/{name}.jsonl', '--until', '09:00', check=0)
            s.kill()
            s.launch()
            s.client('play', f'{DAYS}/{name}.jsonl', '--until', '13:00', check=0)
            s.stop()
            s.launch()
            s.client('play', f'{DAYS}/{name}.jsonl', check=0)
            r = self.the_same(s)
            self.assertEqual(r['journal']['events'], s.events()[-1]['seq'])
            self.assertGreater(r['commands'], 500)
            shown = s.client('replay-decisions', DATE, check=0).stdout
            self.assertIn(f"{DATE}: {r['commands']} commands, {r['decisions']} decisions: all the same", shown)
            self.assertRegex(shown, r'(?m)^book +ok +\d+$')
            zh = s.client('replay-decisions', DATE, env={'LC_ALL': 'zh_CN.UTF-8'}, check=0).stdout
            self.assertIn(f"{r['commands']} 条指令，{r['decisions']} 项决定：全部一致", zh)
            self.assertEqual(json.loads(s.client('--json', 'replay-decisions', DATE, check=0).stdout), r)
            return r

    def test_typical(self):
        self.play('typical')

    def test_rush(self):
        r = self.play('rush', quota=QUOTA)
        codes = {(o['command'], o['code']) for o in r['outcomes']}
        self.assertIn(('book', 'full'), codes)

    def test_noshow_with_overbooking_and_strikes(self):
        self.play('noshow', strikes=3, extra='overbooking: {enabled: true}')


class Life(Same):
    """A busy week in which everything happens, by a seed."""

    def reload(self, site, extra):
        before = site.values['extra']
        site.write_config(extra=extra)
        taken, refused = (lambda: site.read_log().count('event=reloaded')), (lambda: site.read_log().count('the old configuration stays'))
        seen, kept = taken(), refused()
        site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while taken() == seen and refused() == kept:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        if refused() > kept:  # a window is not renamed under those in it
            site.write_config(extra=before)

    def change(self, site, dice, b):
        body = dice.choice([{'driver': {'name': '李师傅', 'phone': '13900139000'}}, {'driver': {'name': '王师傅', 'phone': '13800138000'}},
                            {'trailer_plate': '浙D1234挂'}, {'declaration_no': '290620260123456789'}, {'plate_colour': 'blue'},
                            {'plate': plate(dice.randrange(40))}, {'containers': [container(dice.randrange(40))]}])
        site.call('PATCH', f'/v1/bookings/{b}', body, headers={'If-Match': dice.choice(['*', '"1"'])})

    def capacity(self, site, dice, date):
        path = f"/v1/capacity/{date}/{dice.choice(['morning', 'midday', 'evening', 'all'])}"
        if dice.random() < 0.3:
            site.call('DELETE', path)
            return
        body = {'closed': dice.random() < 0.3, 'excess': dice.choice(['rebook', 'keep']), 'reason': 'crane'}
        if not path.endswith('all'):
            body['capacity'] = dice.randrange(6)
        plan = site.call('PUT', f'{path}?dry_run=true', body)
        if plan.status == 200:
            site.call('PUT', path, dict(body, plan_id=plan.json['plan_id']))

    def step(self, site, dice, n):
        ids = [f'bk_{i}' for i in range(max(1, n // 3 - 30), n // 3 + 2)]
        b = dice.choice(ids)
        name = dice.choice(['arrive', 'enter', 'clear', 'depart', 'cancel', 'delay', 'revert', 'refuse', 'reschedule'])
        body = {'refuse': {'reason': 'no papers'}, 'reschedule': {'windows': ['evening']}}.get(name, {'reason': '因故'})
        site.post(f'/v1/bookings/{b}/{name}', body)

    def day(self, n):
        return f'2026-11-{25 + n // 200:02d}'

    def one(self, site, dice, n):
        what, date = dice.randrange(100), self.day(n)
        if what < 35:
            site.book(request(dice.randrange(300), date=date, waitlist=dice.random() < 0.5, flexible=dice.random() < 0.7,
                              windows=dice.choice([None, ['morning'], ['midday', 'evening']]), slot=dice.choice([None, '08:30', '12:00']),
                              priority=dice.choice(['normal', 'urgent'])))
        elif what < 75:
            self.step(site, dice, n)
        elif what < 83:
            self.change(site, dice, f'bk_{dice.randrange(1, n // 3 + 2)}')
        elif what < 87:
            self.capacity(site, dice, date)
        elif what < 90:
            site.post('/v1/gate/walk-ins', {k: v for k, v in request(n + 1000).items() if k not in ('date', 'flexible', 'waitlist')})
        elif what < 92:
            site.post('/v1/tokens', {'name': f't{n}', 'role': 'gate'})
        elif what < 93:
            site.call('DELETE', f'/v1/tokens/t{dice.randrange(n + 1)}')
        elif what < 95:
            self.reload(site, f"windows: {{morning: {{start: \"08:00\", end: \"12:00\", capacity: {dice.randrange(2, 9)}}}, "
                              f"{dice.choice(['midday', 'noon'])}: {{start: \"12:00\", end: \"16:00\", capacity: {dice.randrange(2, 9)}}}, "
                              'evening: {start: "16:00", end: "20:00", capacity: 8}}')
        elif what < 97:
            dice.choice([site.kill, site.stop])()
            site.launch()
        else:
            site.get(f'/v1/slots?from={date}&to={date}')

    def test_a_week_in_which_everything_happens(self):
        seed = int(os.environ.get('GATESLOT_SEED', '20261126'))
        print(f'# GATESLOT_SEED={seed}')
        dice = random.Random(seed)
        small = 'windows: {morning: {start: "08:00", end: "12:00", capacity: 6}, midday: {start: "12:00", end: "16:00", capacity: 6}}'
        with Site(strikes=3, quota=QUOTA, bays=6, extra=small) as site:
            for n in range(800):
                minute = 7 * 60 + n % 200 * 4
                site.call('PUT', '/v1/drill/clock', {'now': f'{self.day(n)}T{minute // 60:02d}:{minute % 60:02d}:00+08:00'})
                self.one(site, dice, n)
            kinds = set()
            for day in range(24, 31):
                r = self.the_same(site, f'2026-11-{day}')
                kinds |= {o['command'] for o in r['outcomes']}
            self.assertEqual(len(kinds), 15, kinds)
            site.kill()
            site.launch()
            self.assertEqual(self.the_same(site)['journal']['events'], site.events()[-1]['seq'])


class Kept(Same):
    def test_refusals_are_kept_whether_or_not_anything_else_happens(self):
        with Site() as site:
            for n in range(40):
                self.assertEqual(site.post('/v1/bookings/bk_1/arrive', {}).status, 404)
            r = self.the_same(site, '2026-11-24')
            self.assertEqual(r['outcomes'], [{'command': 'arrive', 'code': 'not_found', 'count': 40}])
            site.stop()
            site.launch()
            self.assertEqual(self.the_same(site, '2026-11-24')['outcomes'], r['outcomes'])

    def refuse(self, site, count):
        for n in range(count):
            self.assertEqual(site.post('/v1/bookings/bk_1/arrive', {}).status, 404)

    @of_a_file
    def test_beyond_its_allowance_refusals_of_a_name_are_only_counted(self):
        with Site(extra='limits: {refusals_kept: 5}') as site:
            day = '2026-11-24'
            self.refuse(site, 60)
            shown = site.client('replay-decisions', day, check=0).stdout
            self.assertIn('refusals only counted, not decided again (they changed nothing): 55\n', shown)
            zh = site.client('replay-decisions', day, env={'LC_ALL': 'zh_CN.UTF-8'}, check=0).stdout
            self.assertIn('仅计数、未复算的拒绝（未改变任何数据）：55\n', zh)
            self.refuse(site, 40)
            site.stop()
            site.launch()
            r = self.the_same(site, day)
            self.assertEqual((r['counted_refusals'], r['journal']['counted_refusals'], r['commands']), (95, 95, 5))
            self.refuse(site, 300)
            self.assertEqual(self.the_same(site, day)['counted_refusals'], 95 + 295)
            site.stop()
            db = sqlite3.connect(f'{site.dir}/gateslot.db')
            self.assertLess(db.execute('SELECT sum(length(body)) FROM journal WHERE no > 1').fetchone()[0], 2000)
            db.close()
            with open(f'{site.dir}/log', encoding='utf-8') as log:
                self.assertRegex(log.read(), r'refusals name=\S+ command=arrive code=not_found count=\d+ ms=\d+ note="only counted"')

    @of_a_file
    def test_nothing_of_the_driver_is_in_it(self):
        with Site() as site:
            b = site.book(request(1)).json['id']
            site.call('PATCH', f'/v1/bookings/{b}', {'driver': {'name': '李四四', 'phone': '13912345678'}}, headers={'If-Match': '*'})
            self.the_same(site)
            site.stop()
            db = sqlite3.connect(f'{site.dir}/gateslot.db')
            kept = b''.join(row[0] for row in db.execute('SELECT body FROM journal'))
            for text in ('王师傅', '李四四', '13800138000', '13912345678', '某贸易公司'):
                self.assertNotIn(text.encode(), kept)
            self.assertIn(plate(1).encode(), kept)
            db.close()

    def test_a_second_replay_is_refused_and_a_client_that_leaves_stops_its_own(self):
        with Site() as site:
            site.book(request(1))
            c = site.connect()
            c.connect()
            ask = f'GET /v1/audit/decisions?date={DATE} HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n\r\n'.encode()
            c.sock.sendall(ask + ask)
            got = b''
            while got.count(b'HTTP/1.1') < 2 or not got.endswith(b'}'):
                more = c.sock.recv(65536)
                self.assertTrue(more)
                got += more
            self.assertIn(b'HTTP/1.1 200', got)
            self.assertIn(b'HTTP/1.1 503', got)
            self.assertIn(b'Another replay is under way', got)
            c.close()
            for _ in range(20):
                c = site.connect()
                c.connect()
                c.sock.sendall(ask)
                c.close()
            deadline = time.monotonic() + 30
            while site.get(f'/v1/audit/decisions?date={DATE}').status == 503:
                self.assertLess(time.monotonic(), deadline)
            self.the_same(site)


def checksum(what, *values):
    """As the store makes it (src/store/sum.h)."""
    mask = 2 ** 64 - 1

    def mix(sum, word):
        sum = ((sum ^ word) * 0x9e3779b97f4a7c15) & mask
        return sum ^ sum >> 32
    sum = mix(0x6761746573756d31, what)
    for v in values:
        if isinstance(v, int):
            sum = mix(sum, v & mask)
            continue
        sum = mix(sum, len(v))
        for at in range(0, len(v), 8):
            sum = mix(sum, int.from_bytes(v[at:at + 8], 'little'))
    return struct.unpack('>q', struct.pack('>Q', mix(sum, 0)))[0]


@of_a_file
class Tampered(unittest.TestCase):
    def changed(self, change):
        """A site with some decisions, stopped, changed, started."""
        site = Site()
        self.addCleanup(site.close)
        for n in range(8):
            site.book(request(n, windows=['morning']))
        site.post('/v1/bookings/bk_3/cancel', {})
        site.stop()
        db = sqlite3.connect(f'{site.dir}/gateslot.db')
        with db:
            change(db)
        db.close()
        site.launch()
        return site

    def differing(self, site, *words):
        p = site.client('replay-decisions', DATE, check=1)
        for word in words:
            self.assertIn(word, p.stdout)
        return report(site)

    def test_an_event_rewritten_with_its_whole_chain(self):
        """What the chain of hashes cannot show: all of it was made anew."""
        def change(db):
            body = db.execute('SELECT body FROM event WHERE seq = 4').fetchone()[0]
            db.execute('UPDATE event SET body = ? WHERE seq = 4', (body.replace('"why":"balanced"', '"why":"preferred"'),))
            last = bytes(32)
            for seq, booking, prev, owner, text in db.execute('SELECT seq, booking_id, prev, owner, body FROM event ORDER BY seq').fetchall():
                last = hashlib.sha256(last + struct.pack('>qq', booking, prev) + owner.encode() + b'\0' + text.encode()).digest()
                db.execute('UPDATE event SET hash = ? WHERE seq = ?', (last, seq))
        site = self.changed(change)
        site.client('audit', 'verify', check=0)
        r = self.differing(site, 'another event', 'stored: ', '"why":"preferred"', '"why":"balanced"')
        self.assertEqual([(d['what'], d['seq'], d['booking_id']) for d in r['differences']], [('event', 4, 'bk_4')])

    def test_a_row_of_the_journal_taken_out(self):
        site = self.changed(lambda db: db.execute('DELETE FROM journal WHERE no = 3'))
        r = self.differing(site, 'cannot be followed', 'a row is missing')
        self.assertEqual(r['differences'][0]['what'], 'damaged')

    def test_a_row_of_the_journal_rewritten(self):
        def change(db, sealed):
            no, body = db.execute("SELECT no, body FROM journal WHERE instr(body, ?) ORDER BY no LIMIT 1", (plate(5).encode(),)).fetchone()
            body = body.replace(plate(5).encode(), plate(6).encode())
            db.execute('UPDATE journal SET body = ? WHERE no = ?', (body, no))
            if sealed:
                db.execute('UPDATE journal SET checksum = ? WHERE no = ?', (checksum(5, no, body), no))
        r = self.differing(self.changed(lambda db: change(db, False)), 'cannot be followed', 'of the journal is damaged')
        self.assertEqual(r['differences'][0]['what'], 'damaged')
        r = self.differing(self.changed(lambda db: change(db, True)), 'another outcome')
        self.assertIn('outcome', [d['what'] for d in r['differences']])

    def test_a_journal_taken_away(self):
        site = self.changed(lambda db: db.execute('DELETE FROM journal'))
        r = self.differing(site)
        self.assertFalse(r['same'])


@of_a_file
class Older(Same):
    def test_a_journal_of_an_older_version_is_replayed(self):
        with oldstore.site_with(3) as site:
            r = self.the_same(site)
            self.assertEqual(r['journal'], {'commands': 14, 'events': 11, 'counted_refusals': 0})
            self.assertEqual(r['earlier_rules'], {'commands': 14, 'differing': 0})
            shown = site.client('replay-decisions', DATE, check=0).stdout
            self.assertIn('decided by earlier rules: 14 commands, 0 results come out otherwise', shown)

    def test_what_earlier_rules_decided_otherwise_is_no_failure(self):
        def change(db):  # as if the rules of then had said another number: the last byte of an outcome's digest
            body = db.execute('SELECT body FROM journal WHERE no = 3').fetchone()[0]
            db.execute('UPDATE journal SET body = ? WHERE no = 3', (body[:-1] + bytes([body[-1] ^ 1]),))
        with oldstore.site_with(3, change) as site:
            self.assertEqual(site.post('/v1/bookings/bk_4/cancel', {}).status, 200)
            r = self.the_same(site)
            self.assertEqual(r['earlier_rules'], {'commands': 14, 'differing': 1})
            zh = site.client('replay-decisions', DATE, env={'LC_ALL': 'zh_CN.UTF-8'}, check=0).stdout
            self.assertIn('由旧版规则决定：14 条指令，1 项结果按现行规则会不同', zh)

    def test_a_store_without_a_journal_begins_one_and_goes_on(self):
        with oldstore.site_with(1) as site:
            self.assertEqual(self.the_same(site)['journal'], {'commands': 0, 'events': 0, 'counted_refusals': 0})
            self.assertEqual(site.book(request(7)).status, 201)
            self.assertEqual(site.book(request(9, plate='浙A00001', windows=['midday'])).json['code'], 'duplicate_plate')
            self.assertEqual(site.post('/v1/bookings/bk_2/cancel', {}).status, 200)
            site.call('PATCH', '/v1/bookings/bk_3', {'driver': {'name': '王师傅', 'phone': '13800138000'}}, headers={'If-Match': '*'})
            site.call('PATCH', '/v1/bookings/bk_4', {'driver': {'name': '李师傅', 'phone': '13800138000'}}, headers={'If-Match': '*'})
            site.kill()
            site.launch()
            site.clock('2026-11-25T11:00:00+08:00')
            site.post('/v1/bookings/bk_5/arrive', {})
            r = self.the_same(site)
            self.assertEqual(r['commands'], 6)
            self.assertIn({'command': 'book', 'code': 'duplicate_plate', 'count': 1}, r['outcomes'])
            site.stop()
            db = sqlite3.connect(f'{site.dir}/gateslot.db')
            self.assertEqual(db.execute('SELECT count(*), max(driver_name), max(driver_phone) FROM journal_booking').fetchone(), (6, '', ''))
            db.close()
            site.launch()


if __name__ == '__main__':
    tap.main()
