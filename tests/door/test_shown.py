"""What is shown of a played day: a display sees plate, slot and state, and no personal data stands in anything that is told: the log, events,
history, lists, metrics, problems, the client's output. At the gate they write whatever they know into reasons: names, telephones, identity
cards, declarations. Each of these is looked for in all of it."""
import json, os, re, sqlite3, unittest
from doorsite import DATE, SOURCE, DoorSite, request, tap
from player import Player, at, text

DAY = os.path.join(SOURCE, 'tests/days/typical.jsonl')
GIVEN = '海江河山川林森石玉金银铜铁木火土水天地云雨风雷电春夏秋冬东南西北'
CARD = '330621199001011234'
OTHER_PHONE = '15912345678'
ROW = {'plate', 'status', 'date', 'window', 'slot', 'arrive_from', 'arrive_until'}
INSIDE, HELD = {'minutes_inside', 'due_out', 'overstay'}, {'minutes_waiting', 'decision', 'code'}
DISPLAYED = ['/v1/gate/list?date=' + DATE, '/v1/yard', f'/v1/slots?from={DATE}&to={DATE}', '/v1/site']
# What a display asks and is refused: it may read the answer too.
REFUSED = ['/v1/bookings?date=' + DATE, '/v1/bookings/bk_1', '/v1/events', '/v1/status', '/v1/strikes', '/v1/gate/list?date=' + DATE + '&window=x']


def lines_of_a_day():
    """Each driver of the day with a name of his own."""
    with open(DAY, encoding='utf-8') as f:
        lines = [json.loads(line) for line in f]
    for i, line in enumerate(lines):
        driver = line['request']['driver']
        driver['name'] = driver['name'][0] + GIVEN[i % len(GIVEN)] + GIVEN[i // len(GIVEN)]
        line['request']['reference'] = f'ORDER-{i:04d}'
    return lines


def gossip(request):
    """What a person at the gate may write down of a truck."""
    driver = request['driver']
    phone = driver['phone']
    return (f'司机{driver["name"]}来电{phone}，或{phone[:3]} {phone[3:7]} {phone[7:]}，身份证{CARD}，报关单{request.get("declaration_no", "")}，'
            f'另一电话{OTHER_PHONE}')


class Gossip(Player):
    def step(self, i, what, attempt=0, body=None):
        return super().step(i, what, attempt, {'reason': gossip(self.lines[i]['request']), **(body or {})})


class Shown(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lines = lines_of_a_day()
        cls.site = DoorSite(start='2026-11-18T07:00:00+08:00')
        cls.display = cls.site.token('display', 'display')
        cls.metrics = cls.site.token('metrics', 'metrics')
        cls.displayed, cls.samples, cls.told = [], 0, []
        cls.ask_as_display_every = 9
        cls.player = Gossip(cls.site, cls.lines, cls.look)
        cls.player.play()
        cls.more_gossip()
        cls.gather()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    @classmethod
    def look(cls):
        cls.samples += 1
        if cls.samples % cls.ask_as_display_every == 0:
            for path in DISPLAYED + REFUSED:
                cls.displayed.append((path, cls.site.get(path, headers=cls.display)))
            csv = cls.site.get(DISPLAYED[0], headers={**cls.display, 'Accept': 'text/csv'})
            cls.displayed.append(('CSV of ' + DISPLAYED[0], csv))

    @classmethod
    def more_gossip(cls):
        """What a day does not bring by itself: exceptions, corrections, refusals, plans; each with a reason."""
        site, tell = cls.site, cls.told
        n = 0

        def say(method, path, body, **headers):
            nonlocal n
            n += 1
            a = site.call(method, path, body, headers={'Idempotency-Key': f'gossip{n}', **headers})
            assert a.status < 500, a
            if a.status >= 400:
                tell.append((f'problem of {method} {path}', a.body))
            return a

        tomorrow = '2026-11-26'
        made = [request(800 + i, date=tomorrow, driver={'name': f'钱{GIVEN[i]}{GIVEN[-1]}', 'phone': f'1770000{i:04d}'},
                        declaration_no=f'2906202601234{i:05d}') for i in range(12)]
        cls.lines += [{'request': r} for r in made]
        words = [gossip(r) for r in made]
        say('POST', '/v1/bookings', {**made[0], 'exception': {'rules': ['cutoff', 'quota'], 'reason': words[0]}})
        ids = [a.json['id'] for r in made[1:] if (a := say('POST', '/v1/bookings', r)).status == 201]
        assert len(ids) == 11, ids
        say('POST', '/v1/bookings', made[1])  # the same truck again: a problem that names the first
        say('PATCH', f'/v1/bookings/{ids[0]}', {'trailer_plate': None, 'exception': {'rules': ['cutoff'], 'reason': words[1]}}, **{'If-Match': '*'})
        say('POST', f'/v1/bookings/{ids[0]}/reschedule', {'windows': ['evening'], 'exception': {'rules': ['quota'], 'reason': words[1]}})
        say('POST', f'/v1/bookings/{ids[1]}/cancel', {'reason': words[2]})
        say('POST', f'/v1/bookings/{ids[1]}/cancel', {'reason': words[2]})
        say('POST', f'/v1/bookings/{ids[2]}/refuse', {'reason': words[3]})
        say('PUT', f'/v1/capacity/{tomorrow}/midday', {'capacity': 1, 'reason': words[4]})
        say('PUT', f'/v1/capacity/{tomorrow}/evening', {'closed': True, 'reason': words[5]})
        say('POST', '/v1/bookings', {**request(850, date=tomorrow), 'windows': ['evening']})  # closed: the reason is told
        tell.append(('capacities', site.get(f'/v1/capacity?from={tomorrow}').body))
        for what in ('plate', 'container', 'pass_code'):
            for value in (made[0]['driver']['phone'], made[0]['driver']['name'], made[0]['declaration_no'], CARD, OTHER_PHONE):
                say('POST', '/v1/gate/check', {what: value, 'record': True})
        site.clock(f'{tomorrow}T08:01:00+08:00')
        for id, r in zip(ids[3:6], made[4:7]):
            say('POST', f'/v1/bookings/{id}/arrive', {'reason': gossip(r)})
            say('POST', f'/v1/bookings/{id}/admit', {'reason': gossip(r), 'override': True})
            say('POST', f'/v1/bookings/{id}/revert', {'reason': gossip(r)})
        say('POST', '/v1/gate/walk-ins', {**{k: v for k, v in request(860).items() if k not in ('date', 'flexible', 'waitlist')},
                                          'driver': made[7]['driver'], 'exception': {'rules': ['quota'], 'reason': words[7]}})
        site.clock(f'{tomorrow}T21:00:00+08:00')
        gone = [b for b in site.bookings(tomorrow) if b['status'] == 'no_show']
        by_plate = {r['plate']: r for r in made}
        assert gone
        for b in gone[:3]:
            words_of = gossip(by_plate.get(b['plate'], made[8]))
            say('POST', f'/v1/bookings/{b["id"]}/excuse', {'reason': words_of})
            say('POST', f'/v1/bookings/{b["id"]}/reinstate', {'reason': words_of})
        # Requests that are none, with what nobody should find in a log.
        for path in ('/v1/bookings/' + OTHER_PHONE, '/v1/nothing?phone=' + OTHER_PHONE):
            site.get(path)
        site.call('POST', '/v1/gate/check', '{"plate":"' + OTHER_PHONE, headers={})

    @classmethod
    def gather(cls):
        """All that is told to anybody, but for one booking as a whole to those who may see it so."""
        site, tell = cls.site, cls.told
        last = site.events()[-1]['seq']
        for lang in ('en', 'zh-CN'):
            for after in range(0, last, 100):
                a = site.get(f'/v1/events?after={after}&limit=100&text=true', headers={'Accept-Language': lang})
                assert a.status == 200, a
                tell.append((f'events after {after} in {lang}', a.body))
        ids = [b['id'] for date in (DATE, '2026-11-26') for b in site.bookings(date)]
        for id in ids:
            tell.append((f'history of {id}', site.get(f'/v1/bookings/{id}/history').body))
        for path in ('/v1/slots?from=2026-11-25&to=2026-11-28', '/v1/capacity?from=2026-11-25&to=2026-11-28', '/v1/site', '/v1/status', '/metrics',
                     '/v1/strikes', '/v1/reports?from=2026-11-20&to=2026-11-26&by=company', '/v1/reports?from=2026-11-20&to=2026-11-26&by=day',
                     f'/v1/reports/daily?date={DATE}', '/v1/audit', f'/v1/audit/decisions?date={DATE}', '/v1/audit/integrity', '/v1/tokens'):
            tell.append((path, site.get(path).body))
            tell.append((path + ' as CSV', site.get(path, headers={'Accept': 'text/csv'}).body))
        tell += [(f'refused: {line["code"]}', json.dumps(line, ensure_ascii=False).encode()) for line in cls.player.refused.values()]
        tell.append(('metrics by token', site.get('/metrics', headers=cls.metrics).body))
        for words in (['events', '--after', '0'], ['report', DATE], ['status'], ['strikes'], ['capacity', '2026-11-26'], ['yard'], ['slots', DATE],
                      ['show', 'bk_999999'], ['show', OTHER_PHONE], ['cancel', ids[0]], ['check', 'bk_1'], ['book', '--plate', 'x']):
            for lang in ('C.UTF-8', 'zh_CN.UTF-8'):
                p = site.client(*words, env={'LC_ALL': lang, 'LANGUAGE': lang})
                told = p.stderr if OTHER_PHONE in words else p.stdout + p.stderr  # who asks for a number is told that there is no such
                tell.append((f'gateslot {" ".join(words)}', told.replace(OTHER_PHONE, '') .encode() if OTHER_PHONE in words else told.encode()))
        lists = []
        for date in (DATE, '2026-11-26'):
            for path in (f'/v1/bookings?date={date}&limit=500', f'/v1/gate/list?date={date}', '/v1/bookings?q=ORDER-0', '/v1/yard'):
                lists.append((path, site.get(path).body))
                lists.append((path + ' as CSV', site.get(path, headers={'Accept': 'text/csv'}).body))
        cls.lists = lists
        site.stop()  # it has its store alone
        tell.append(('log', site.read_log().encode()))
        store = sqlite3.connect(f'{site.dir}/gateslot.db')
        cls.event_rows = [row[0] for row in store.execute('SELECT body FROM event')]
        cls.journal_rows = [bytes(row[0]) for row in store.execute('SELECT * FROM journal') for row in [[v for v in row if isinstance(v, bytes)]] if row]
        store.close()

    @classmethod
    def drivers(cls):
        return [line['request']['driver'] for line in cls.lines]

    def secrets(self, declarations):
        """What may stand nowhere, as bytes; a phone in groups, too."""
        out = {CARD, OTHER_PHONE}
        for line in self.lines:
            phone = line['request']['driver']['phone']
            out |= {phone, f'{phone[:3]} {phone[3:7]} {phone[7:]}', line['request']['driver']['name']}
            if declarations and 'declaration_no' in line['request']:
                out.add(line['request']['declaration_no'])
        return [s.encode() for s in out]

    def found(self, told, declarations):
        pattern = re.compile(b'|'.join(re.escape(s) for s in self.secrets(declarations)))
        return [f'{where}: …{body[max(0, m.start() - 60):m.end() + 20].decode(errors="replace")}' for where, body in told if (m := pattern.search(body))]

    def test_nobody_is_named_in_what_is_told(self):
        told = self.told + [(f'event row {i}', row.encode() if isinstance(row, str) else row) for i, row in enumerate(self.event_rows)]
        found = self.found(told, True)
        print(f'# counts: masked: {len(self.secrets(True))} names and numbers looked for in {len(told)} outputs, '
              f'{sum(len(body) for _, body in told)} bytes; {len(found)} with one')
        self.assertEqual(found[:10], [])
        masked = b''.join(body for where, body in told if where.startswith('events'))
        self.assertGreater(masked.count(b'159****5678'), 300, 'no reason was told')

    def test_nobody_is_named_in_the_journal(self):
        self.assertGreater(len(self.journal_rows), 100)
        self.assertEqual(self.found([(f'journal row {i}', row) for i, row in enumerate(self.journal_rows)], False)[:10], [])

    def test_lists_mask_drivers(self):
        found = self.found(self.lists, False)
        print(f'# counts: lists: {len(self.lists)}; {len(found)} with a name or a telephone')
        self.assertEqual(found, [])

    def test_a_display_sees_plate_slot_and_state(self):
        rows, wrong = 0, []
        requests = [line['request'] for line in self.lines]
        hidden = {r['plate'] for r in requests} | {r['company']['uscc'] for r in requests} | {r['company']['name'] for r in requests}
        hidden |= {c for r in requests for c in r['containers']} | {r['reference'] for r in requests if 'reference' in r}
        hidden |= {r['trailer_plate'] for r in requests if r.get('trailer_plate')} | {'bk_', '**', 'pass_code', 'uscc', 'declaration', 'driver', 'phone'}
        hidden |= {s.decode() for s in self.secrets(True)}
        pattern = re.compile(b'|'.join(re.escape(s.encode()) for s in hidden))
        for path, a in self.displayed:
            if path not in REFUSED:
                self.assertEqual(a.status, 200, a)
            body = re.sub(rb'"detail":"[^"]*bk_1[^"]*"', b'', a.body)  # it asked for that one
            if (m := pattern.search(body)):
                wrong.append(f'{path}: {body[max(0, m.start() - 40):m.end() + 40].decode(errors="replace")}')
            if path == DISPLAYED[0]:
                rows += len(a.json['items'])
                wrong += [f'{path}: {sorted(r)}' for r in a.json['items'] if set(r) != ROW]
            if path == DISPLAYED[1]:
                rows += len(a.json['inside']) + len(a.json['held'])
                wrong += [f'{path}: {sorted(r)}' for r in a.json['inside'] if set(r) != ROW | INSIDE]
                wrong += [f'{path}: {sorted(r)}' for r in a.json['held'] if set(r) != ROW | HELD]
            if path.startswith('CSV'):
                self.assertEqual(a.body.split(b'\r\n')[0], b'plate,status,date,window,slot_start,slot_end,arrive_from,arrive_until')
        print(f'# counts: display: {len(self.displayed)} answers, {rows} rows; {len(wrong)} with more than plate, slot and state')
        self.assertGreater(rows, 1000)
        self.assertEqual(wrong[:10], [])


if __name__ == '__main__':
    tap.main()
