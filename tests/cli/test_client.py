"""The client as a program: what it sends over a socket, what it prints, how it exits. The daemon is a stub that says what
the contract says."""
import fcntl, json, os, pty, re, select, signal, struct, subprocess, sys, termios, time, unittest
from urllib.parse import unquote
from stub import CLIENT, SITE, Stub

BOOKING = {'id': 'bk_7', 'status': 'booked', 'window': 'morning', 'date': '2026-11-25', 'plate': '浙D12345', 'pass_code': '7K3MQ9XD',
           'slot': {'start': '2026-11-25T08:30:00+08:00', 'end': '2026-11-25T09:00:00+08:00'}, 'arrive_from': '2026-11-25T08:00:00+08:00',
           'arrive_until': '2026-11-25T09:30:00+08:00', 'containers': ['CSQU3054383'], 'company': {'uscc': 'X', 'name': '柯桥公司'},
           'driver': {'name': '王师傅', 'phone': '138****8000'}, 'waitlist_position': None, 'warnings': []}
FULL = {'type': 'about:blank', 'title': 'Full', 'status': 409, 'code': 'full', 'detail': 'All windows are full.',
        'alternatives': [{'date': '2026-11-26', 'window': 'midday', 'free': 4,
                          'slot': {'start': '2026-11-26T12:00:00+08:00', 'end': '2026-11-26T12:30:00+08:00'}}]}
REPORT = {'date': '2026-11-25', 'daily_clearing': True, 'still_inside': 0, 'windows': {'morning': {'capacity': 40, 'booked': 38}},
          'total': {'capacity': 40, 'booked': 38}}


class Client(unittest.TestCase):
    def setUp(self):
        self.stub = Stub()
        self.addCleanup(self.stub.close)

    def run_client(self, *args, status=0, **more):
        p = self.stub.client(*args, **more)
        self.assertEqual(p.returncode, status, (args, p.stdout, p.stderr))
        return p

    def test_booking_by_options_is_the_contracts_request(self):
        self.stub.on('POST', '/v1/bookings', 201, BOOKING)
        p = self.run_client('book', '--date', 'tomorrow', '--window', 'morning', '--window', 'midday', '--slot', '08:30', '--plate', '浙D12345',
                            '--colour', 'yellow', '--trailer', '浙D1234挂', '--container', 'CSQU3054383', '--uscc', '91350100M000100Y43',
                            '--company', '公司', '--driver', '王', '--phone', '13800138000', '--declaration', '290620260123456789',
                            '--flexible', '--waitlist', '--urgent', '--key', 'k1')
        _, _, headers, body = self.stub.last()
        self.assertEqual(json.loads(body), {
            'date': '2026-11-26', 'windows': ['morning', 'midday'], 'slot': '08:30', 'flexible': True, 'waitlist': True, 'priority': 'urgent',
            'plate': '浙D12345', 'plate_colour': 'yellow', 'trailer_plate': '浙D1234挂', 'containers': ['CSQU3054383'],
            'company': {'uscc': '91350100M000100Y43', 'name': '公司'}, 'driver': {'name': '王', 'phone': '13800138000'},
            'declaration_no': '290620260123456789'})
        self.assertEqual(headers['Idempotency-Key'], 'k1')
        self.assertEqual(headers['Content-Type'], 'application/json')
        self.assertIn('7K3M-Q9XD', p.stdout)
        self.assertIn('08:30–09:00', p.stdout)

    def test_booking_without_key_gets_a_fresh_one_each_time(self):
        self.stub.on('POST', '/v1/bookings', 202, {**BOOKING, 'status': 'waitlisted', 'slot': None, 'waitlist_position': 3})
        keys = set()
        for _ in range(3):
            self.run_client('book', '-', input='{"date":"2026-11-25"}')
            keys.add(self.stub.last()[2]['Idempotency-Key'])
            self.assertEqual(self.stub.last()[3], '{"date":"2026-11-25"}')
        self.assertEqual(len(keys), 3)

    def test_refused_booking_shows_alternatives_and_exits_4(self):
        self.stub.on('POST', '/v1/bookings', 409, FULL)
        p = self.run_client('book', '--plate', 'X', status=4)
        self.assertEqual(p.stdout, '')
        self.assertIn('All windows are full. (full)', p.stderr)
        self.assertIn('12:00–12:30', p.stderr)

    def test_json_prints_the_body_as_it_came(self):
        body = '{"days":  [ ],\n "x":1.50}'
        self.stub.on('GET', '/v1/slots', 200, body)
        self.assertEqual(self.run_client('--json', 'slots', 'today').stdout, body + '\n')
        self.assertIn(('GET', '/v1/slots?from=2026-11-25&to=2026-11-25'), [a[:2] for a in self.stub.asked])
        self.stub.on('POST', '/v1/bookings', 409, FULL)
        p = self.run_client('book', '--plate', 'X', '--json', status=4)
        self.assertEqual(json.loads(p.stdout), FULL)
        self.assertEqual(p.stderr, '')

    def test_dates_and_ranges_as_people_write_them(self):
        self.stub.on('GET', '/v1/slots', 200, {'days': []})
        for word, first, last in (('-1d', '11-24', '11-24'), ('昨天', '11-24', '11-24'), ('11-28', '11-28', '11-28'), ('今天..后天', '11-25', '11-27'),
                                  ('2026-11', '11-01', '11-30'), ('１１－２８', '11-28', '11-28')):
            self.run_client('--json', 'slots', word)
            self.assertIn(f'from=2026-{first}&to=2026-{last}', self.stub.last('GET')[1])
        asked = len(self.stub.asked)
        for word, why in (('2026-02-30', 'there is no such day'), ('tomorow', 'not a date'), ('a..b', 'not a date')):
            self.assertIn(f'"{word}"', self.run_client('slots', word, status=2).stderr)
            self.assertIn(why, self.run_client('slots', word, status=2).stderr)
        self.assertNotIn('/v1/slots', [a[1].split('?')[0] for a in self.stub.asked[asked:]])
        self.assertIn('before it begins', self.run_client('slots', '+2d..today', status=2).stderr)
        self.assertIn('one is expected', self.run_client('book', '--plate', 'X', '--date', 'today..+2d', status=2).stderr)
        self.assertIn('不是日期', self.run_client('slots', '今', status=2, env={'LC_ALL': 'zh_CN.UTF-8'}).stderr)

    def test_explain_tells_the_story_in_the_daemons_words(self):
        history = {'items': [{'seq': 1, 'at': '2026-11-24T10:00:00+08:00', 'type': 'booking.booked', 'text': 'Booked for A.'},
                             {'seq': 9, 'at': '2026-11-24T18:00:00+08:00', 'type': 'booking.moved', 'text': 'Moved to B.'}], 'next_cursor': None}
        self.stub.on('GET', '/v1/bookings/bk_7', 200, BOOKING)
        self.stub.on('GET', '/v1/bookings/bk_7/history', 200, history)
        lines = self.run_client('explain', 'bk_7').stdout.splitlines()
        self.assertRegex(lines[0], r'^bk_7  浙D12345  booked  2026-11-25 08:30–09:00  morning$')
        self.assertEqual(lines[1:], ['2026-11-24 10:00  Booked for A.', '2026-11-24 18:00  Moved to B.'])
        self.assertEqual(json.loads(self.run_client('explain', 'bk_7', '--json').stdout), history)
        self.run_client('explain', 'bk_7', env={'LC_ALL': 'zh_CN.UTF-8'})
        self.assertTrue(self.stub.last('GET')[2]['Accept-Language'].startswith('zh'))
        self.run_client('explain', 'bk_8', status=3)

    def test_a_story_of_several_pages_is_told_whole_and_in_order(self):
        event = lambda n: {'seq': n, 'at': f'2026-11-24T10:0{n}:00+08:00', 'type': 'booking.changed', 'text': f'Change {n}.'}
        pages = {'': ([5, 6], '4'), '4': ([3, 4], '2'), '2': ([1, 2], None)}

        def history(path, body):
            items, cursor = pages[path.partition('cursor=')[2]]
            return 200, {'items': [event(n) for n in items], 'next_cursor': cursor}, {}
        self.stub.on('GET', '/v1/bookings/bk_7', 200, BOOKING)
        self.stub.call('GET', '/v1/bookings/bk_7/history', history)
        for words in (('explain', 'bk_7'), ('show', 'bk_7')):
            told = re.findall('10:0([1-6])', self.run_client(*words).stdout)
            self.assertEqual(told, list('123456'), words)
        whole = json.loads(self.run_client('explain', 'bk_7', '--json').stdout)
        self.assertEqual(([e['seq'] for e in whole['items']], whole['next_cursor']), ([1, 2, 3, 4, 5, 6], None))

    def test_exit_status_by_answer(self):
        for http_status, code, expected in ((404, 'not_found', 3), (409, 'wrong_state', 4), (422, 'validation', 5), (401, 'unauthorized', 6),
                                            (403, 'forbidden', 6), (503, 'overloaded', 1), (429, 'rate_limited', 8)):
            self.stub.on('GET', '/v1/bookings/bk_7', http_status, {'code': code, 'detail': 'why', 'errors': [{'pointer': '/a', 'detail': 'b'}]})
            p = self.run_client('show', 'bk_7', status=expected)
            self.assertIn(f'why ({code})', p.stderr)
            self.assertIn('/a: b', p.stderr)

    def test_a_proxys_429_is_said_in_both_languages(self):
        self.stub.on('GET', '/v1/bookings/bk_7', 429, 'slow down', Retry_After='7')
        self.assertEqual(self.run_client('show', 'bk_7', status=8).stderr, 'gateslot: too many requests: wait 7 s, then try again\n')
        p = self.run_client('show', 'bk_7', status=8, env={'LC_ALL': 'zh_CN.UTF-8'})
        self.assertEqual(p.stderr, 'gateslot: 请求过于频繁，请等待 7 秒后再试\n')

    def test_import_waits_as_long_as_it_is_told_and_gives_up_where_that_is_too_long(self):
        asked = []
        def book(path, body):
            asked.append(time.monotonic())
            if len(asked) < 3:
                return 429, {'code': 'rate_limited', 'detail': 'wait 1 s'}, {'Retry-After': '1'}
            if len(asked) == 3:
                return 201, BOOKING, {}
            return 429, {'code': 'rate_limited', 'detail': 'wait 31 s'}, {'Retry-After': '31'}
        self.stub.call('POST', '/v1/bookings', book)
        p = self.run_client('import', '-', input='{"plate": "A"}\n{"plate": "B"}\n{"plate": "C"}\n', status=8)
        self.assertEqual(len(asked), 4)
        self.assertTrue(all(later - earlier >= 1 for earlier, later in zip(asked[:2], asked[1:3])), asked)
        self.assertIn('wait 31 s (rate_limited)', p.stderr)

    def test_nobody_listening_exits_7_and_tells_the_key(self):
        p = self.run_client('--url', 'unix:/nowhere/s.sock', 'book', '--plate', 'X', '--key', 'mine', status=7)
        self.assertIn('/nowhere/s.sock', p.stderr)
        self.assertIn('--key mine', p.stderr)

    def two(self):
        """Another daemon on the same store; and the addresses of both, this one last."""
        other = Stub()
        self.addCleanup(other.close)
        return other, f'unix:{other.socket},unix:{self.stub.socket}'

    STANDS_BY = 503, {'code': 'not_owner', 'detail': 'standing by'}

    def test_why_the_one_that_serves_does_not_is_told_and_not_that_another_stands_by(self):
        other, both = self.two()
        other.on('GET', '/v1/tokens', *self.STANDS_BY)
        self.stub.on('GET', '/v1/tokens', 503, {'code': 'clock_untrusted', 'detail': 'the clock leapt'})
        for urls in (both, f'unix:{self.stub.socket},unix:{other.socket}'):
            p = self.run_client('--url', urls, 'token', 'list', status=1)
            self.assertIn('the clock leapt', p.stderr)

    def test_of_several_addresses_the_next_is_asked_where_nobody_is(self):
        self.stub.on('GET', '/v1/tokens', 200, {'items': []})
        for nobody in ('unix:/nowhere/s.sock', 'http://127.0.0.1:1', 'http://no-such-host.invalid:80'):
            self.run_client('token', 'list', '--url', f'{nobody},unix:{self.stub.socket}')
            self.run_client('--url', nobody, '--url', 'unix:' + self.stub.socket, 'token', 'list')
            self.run_client('token', 'list', '--url', 'unix:' + self.stub.socket, '--url', nobody)
            self.run_client('token', 'list', env={'GATESLOT_URL': f'{nobody},unix:{self.stub.socket}'})
        p = self.run_client('token', 'list', '--url', 'unix:/a.sock,unix:/b.sock', status=7)
        self.assertIn('unix:/a.sock,unix:/b.sock', p.stderr)

    def test_of_several_addresses_the_next_is_asked_where_one_stands_by(self):
        other, both = self.two()
        other.on('POST', '/v1/bookings', *self.STANDS_BY)
        self.stub.on('POST', '/v1/bookings', 201, BOOKING)
        self.run_client('--url', both, 'book', '--plate', 'A')
        self.assertEqual(other.last()[2]['Idempotency-Key'], self.stub.last()[2]['Idempotency-Key'])
        self.stub.on('POST', '/v1/bookings', *self.STANDS_BY)
        p = self.run_client('--url', both, 'book', '--plate', 'A', status=1)
        self.assertIn('standing by', p.stderr)
        self.stub.on('POST', '/v1/bookings', 409, {'code': 'window_full', 'detail': 'full'})
        other.server.asked.clear()
        self.run_client('--url', f'unix:{self.stub.socket},unix:{other.socket}', 'book', '--plate', 'A', status=4)
        self.assertEqual([a for a in other.asked if a[0] == 'POST'], [], 'a refusal is an answer: nobody else is asked')

    def test_who_answered_is_asked_first_from_then_on(self):
        other, both = self.two()
        for path in ('/v1/site', '/v1/bookings'):
            other.on('GET', path, *self.STANDS_BY)
        other.on('POST', '/v1/bookings', *self.STANDS_BY)
        self.stub.on('POST', '/v1/bookings', 201, BOOKING)
        self.run_client('--url', both, 'import', '-', input='{"plate": "A"}\n{"plate": "B"}\n{"plate": "C"}\n')
        self.assertEqual(len([a for a in self.stub.asked if a[0] == 'POST']), 3)
        self.assertLessEqual(len(other.asked), 1)

    def test_a_lost_answer_is_asked_of_the_next_only_under_a_key(self):
        def lose(path, body):
            raise ConnectionError
        other, both = self.two()
        for method, path in (('POST', '/v1/bookings'), ('GET', '/v1/tokens'), ('DELETE', '/v1/webhooks/w')):
            other.call(method, path, lose)
        self.stub.on('POST', '/v1/bookings', 201, BOOKING)
        self.stub.on('GET', '/v1/tokens', 200, {'items': []})
        self.stub.on('DELETE', '/v1/webhooks/w', 204, '')
        self.run_client('--url', both, 'book', '--plate', 'A')
        self.assertEqual(other.last()[2]['Idempotency-Key'], self.stub.last()[2]['Idempotency-Key'])
        self.run_client('--url', both, 'token', 'list')
        self.run_client('--url', both, 'webhook', 'delete', 'w', status=7)
        self.assertNotIn('Idempotency-Key', other.last('DELETE')[2])
        self.assertEqual([a for a in self.stub.asked if a[0] == 'DELETE'], [])
        self.stub.on('POST', '/v1/bookings', *self.STANDS_BY)
        p = self.run_client('--url', both, 'book', '--plate', 'A', '--key', 'mine', status=7)
        self.assertIn('--key mine', p.stderr, 'it may have been carried out: the other one cannot know')

    def test_what_is_no_list_of_addresses_is_refused(self):
        for bad in (',', ',unix:/a', 'http://h,x', 'http://h,ftp://h', 'unix:s.sock', 'http://a b', 'unix:/a,unix:b', ','.join(['unix:/a'] * 9)):
            self.run_client('--url', bad, 'token', 'list', status=2)
        p = self.run_client('--url', 'unix:/a,b.sock', 'token', 'list', status=7)  # one socket with a comma in its name
        self.assertIn('unix:/a,b.sock', p.stderr)

    def test_a_webhooks_url_is_not_the_daemons(self):
        self.stub.on('PATCH', '/v1/webhooks/w', 200, {'name': 'w', 'url': 'https://r.example/', 'backend': '', 'types': []})
        self.run_client('webhook', 'change', 'w', '--url', 'https://r.example/')
        self.assertEqual(json.loads(self.stub.last('PATCH')[3]), {'url': 'https://r.example/'})

    def test_webhooks_fit_a_terminal_of_80_columns_and_their_names_are_whole(self):
        sentence = 'TLS could not be agreed on: it is not spoken there, or not of version 1.2 or later; nothing of it was sent.'
        names = ['a', 'mini-program-backend-of-a-port-1', 'b-2']
        items = [{'name': name, 'url': 'https://hooks.example.com/' + 'x' * 90, 'backend': 'freight-forwarder-1', 'types': [], 'state': state, 'disabled': False,
                  'failing_since': '2026-11-24T07:00:00+08:00', 'last_delivered_at': '2026-11-24T06:00:00+08:00', 'pending': 7, 'unread': 12345,
                  'last_failure': {'result': 'tls', 'status': None, 'detail': sentence}} for name, state in zip(names, ('ok', 'failing', 'retrying'))]
        self.stub.on('GET', '/v1/webhooks', 200, {'items': items})
        self.stub.on('POST', '/v1/webhooks/a/test', 200, {'delivered': False, 'result': 'tls', 'status': None, 'detail': sentence, 'duration_ms': 12, 'id': 'x'})
        for language in ('C.UTF-8', 'zh_CN.UTF-8'):
            env = {'COLUMNS': '80', 'LC_ALL': language}
            listed = self.run_client('webhook', 'list', env=env).stdout.splitlines()
            tried = self.run_client('webhook', 'test', 'a', status=1, env=env).stdout.splitlines()
            for line in listed + tried:
                self.assertLessEqual(sum(2 if ord(c) > 0x2e80 else 1 for c in line), 80, line)
            for line, name in zip(listed[1:4], names):
                self.assertRegex(line, f'^{name} .*…$')
            self.assertEqual(re.sub(r'\n +', ' ', '\n'.join(tried)), sentence + ' (12 ms)')
            self.assertEqual(' '.join(line.strip() for line in listed[4:]).count(sentence), 2)

    def test_answer_that_is_no_json_is_said(self):
        self.stub.on('GET', '/v1/slots', 200, '<html>')
        self.run_client('slots', '2026-11-25', status=1)

    def test_token_comes_from_environment_or_file_never_from_the_command_line(self):
        self.stub.on('GET', '/v1/tokens', 200, {'items': []})
        self.run_client('token', 'list', env={'GATESLOT_TOKEN': 'abc'})
        self.assertEqual(self.stub.last('GET')[2]['Authorization'], 'Bearer abc')
        file = self.stub.dir.name + '/token'
        with open(file, 'w') as f:
            f.write('def\n')
        self.run_client('token', 'list', '--token-file', file, env={'GATESLOT_TOKEN': 'abc'})
        self.assertEqual(self.stub.last('GET')[2]['Authorization'], 'Bearer def')
        self.run_client('token', 'list')
        self.assertNotIn('Authorization', self.stub.last('GET')[2])
        self.assertIn('GATESLOT_TOKEN', self.run_client('token', 'list', '--token', 'abc', status=2).stderr)
        self.run_client('token', 'list', env={'GATESLOT_TOKEN': 'a\nX-Evil: 1'}, status=2)

    def test_language_follows_the_environment(self):
        self.stub.on('GET', '/v1/reports/daily', 200, REPORT)
        zh = self.run_client('report', env={'LC_ALL': '', 'LANG': 'zh_CN.UTF-8'})
        self.assertIn('日清：是', zh.stdout)
        self.assertEqual(self.stub.last('GET')[2]['Accept-Language'], 'zh-CN')
        en = self.run_client('report')
        self.assertIn('daily clearing: yes', en.stdout)
        self.assertEqual(self.stub.last('GET')[2]['Accept-Language'], 'en')
        self.assertNotIn('\x1b', zh.stdout + en.stdout)

    def test_a_report_names_the_windows_as_the_site_does(self):
        self.stub.on('GET', '/v1/reports/daily', 200, REPORT)
        self.stub.on('GET', '/v1/site', 200, {'timezone': 'Asia/Shanghai', 'now': '2026-11-24T08:00:00+08:00', 'windows': [{'id': 'morning', 'name': '上午场'}]})
        self.assertIn('上午场', self.run_client('report', env={'LC_ALL': 'zh_CN.UTF-8'}).stdout)
        self.assertIn('morning', self.run_client('report').stdout)

    def test_a_window_is_meant_by_its_id_before_another_s_name(self):
        windows = [{'id': 'a', 'name': 'b'}, {'id': 'b', 'name': '上午场'}, {'id': 'c', 'name': '夜间'}, {'id': 'd', 'name': '夜间'}]
        self.stub.on('GET', '/v1/site', 200, {'timezone': 'Asia/Shanghai', 'now': '2026-11-24T08:00:00+08:00', 'windows': windows})
        for typed, meant in (('b', 'b'), ('上午场', 'b'), ('a', 'a'), ('夜间', '夜间'), ('全天', 'all')):  # what two are called is no one's
            self.stub.asked.clear()
            self.run_client('capacity', 'set', '2026-11-25', typed, '5', status=3)
            self.assertEqual([unquote(path) for method, path, *_ in self.stub.asked if method == 'PUT'], [f'/v1/capacity/2026-11-25/{meant}'])

    def test_what_is_said_is_broken_between_words_on_a_terminal(self):
        self.stub.on('GET', '/v1/bookings', 200, {'items': [BOOKING], 'next_cursor': None})
        for args, status in ((('show', '浙D'), 3), (('list', '--status', 'booked'), 0), (('list', '--status', 'nowhere'), 2), (('list', '--sort', 'nowhere'), 2),
                             (('list', '2026-01-01..2026-12-31'), 2), (('list', '--next', '2026-11-25'), 2), (('events', '-n', '5', '--after', '7'), 2)):
            for language in ('C.UTF-8', 'zh_CN.UTF-8'):
                p = self.run_client(*args, status=status, env={'COLUMNS': '50', 'LC_ALL': language})
                said = [line for line in (p.stdout + p.stderr).splitlines() if 'help' not in line and 'GATESLOT' not in line.upper()[:5]]
                self.assertTrue(said, args)
                self.assertEqual([line for line in said if sum(2 if ord(c) > 0x2e80 else 1 for c in line) > 50], [], args)

    def test_a_reference_may_be_short(self):
        def found(path, body):
            return 200, {'items': [{**BOOKING, 'reference': '甲7'}] if 'reference=' in path else [], 'next_cursor': None}, {}
        self.stub.call('GET', '/v1/bookings', found)
        self.stub.on('GET', '/v1/bookings/bk_7', 200, BOOKING)
        self.stub.on('POST', '/v1/bookings/bk_7/cancel', 200, BOOKING)
        self.run_client('cancel', '甲7')
        self.assertEqual(self.stub.last('POST')[1], '/v1/bookings/bk_7/cancel')
        for like in ('甲', '7甲'):
            self.run_client('cancel', like, status=3)

    def test_report_as_csv_asks_for_it(self):
        self.stub.on('GET', '/v1/reports/daily', 200, 'a,b\r\n1,2\r\n')
        self.assertEqual(self.run_client('report', '2026-11-25', '--csv').stdout, 'a,b\n1,2\n')
        self.assertEqual(self.stub.last('GET')[2]['Accept'], 'text/csv')

    def test_reports_stand_side_by_side(self):
        def total(departed, **more):
            return dict({'departed': departed, 'held': 1, 'mean_entry_min': 2.5}, **more)
        here = dict(REPORT, total=total(104, overbooking=9, held=7))
        self.stub.on('GET', '/v1/reports/daily', 200, here)
        other = json.dumps(dict(REPORT, total=total(96)))
        p = self.run_client('report', '2026-11-25', '--beside', '-', input=other)
        rows = {' '.join(l.split()[:-3]): l.split()[-3:] for l in p.stdout.splitlines()[3:]}
        self.assertEqual(p.stdout.splitlines()[2].split(), ['here', 'beside', 'difference'])
        self.assertEqual(rows['departed'], ['104', '96', '+8'])
        self.assertEqual(rows['held, no bay free'], ['7', '1', '+6'])
        self.assertEqual(rows['overbooking'], ['9', '–', '–'])
        self.assertEqual(rows['gate to entry, mean min'], ['2.5', '2.5', '0.0'])
        both = json.loads(self.run_client('--json', 'report', '--beside', '-', input=other).stdout)
        self.assertEqual(both, {'here': here, 'beside': json.loads(other)})

    def test_what_is_no_report_is_not_set_beside_one(self):
        self.stub.on('GET', '/v1/reports/daily', 200, REPORT)
        self.assertIn('not a report', self.run_client('report', '--beside', '-', input='{}', status=5).stderr)
        self.assertIn('cannot read', self.run_client('report', '--beside', '/nowhere/r.json', status=1).stderr)
        self.run_client('report', '--csv', '--beside', '-', input='{}', status=2)

    def test_list_pages_through_and_shows_chinese(self):
        def pages(path, body):
            if 'cursor=' not in path:
                return 200, {'items': [BOOKING], 'next_cursor': 'c&2'}, {}
            return 200, {'items': [{**BOOKING, 'id': 'bk_8'}], 'next_cursor': None}, {}
        self.stub.call('GET', '/v1/bookings', pages)
        p = self.run_client('list', '2026-11-25', '--window', 'morning', '--status', 'booked', '--search', '浙 D')
        self.assertIn('bk_7', p.stdout)
        self.assertIn('bk_8', p.stdout)
        self.assertIn('柯桥公司', p.stdout)
        self.assertNotIn('\\x', p.stdout)
        self.assertTrue(self.stub.asked[-1][1].endswith('&cursor=c%262'))
        self.assertIn('q=%E6%B5%99%20D', self.stub.asked[-1][1])
        both = json.loads(self.run_client('list', '2026-11-25', '--json').stdout)
        self.assertEqual([[b['id'] for b in both['items']], both['next_cursor']], [['bk_7', 'bk_8'], None])

    def bookings(self, *rows):
        """Rows "id status HH:MM plate" of today, as pages by status and date."""
        items = []
        for row in rows:
            id, status, start, plate = row.split()
            slot = None if start == '-' else {'start': f'2026-11-25T{start}:00+08:00', 'end': f'2026-11-25T{start[:3]}59:00+08:00'}
            items.append({**BOOKING, 'id': id, 'status': status, 'slot': slot, 'plate': plate})

        def list(path, body):
            status = re.search(r'status=([a-z_]+)', path)
            return 200, {'items': [b for b in items if status is None or b['status'] == status[1]], 'next_cursor': None}, {}
        self.stub.call('GET', '/v1/bookings', list)

    def listed(self, *args, **more):
        return re.findall(r'bk_[0-9]+', self.run_client('list', *args, **more).stdout)

    def test_list_chooses_statuses_and_times_and_sorts(self):
        self.bookings('bk_1 booked 09:00 浙D2', 'bk_2 arrived 08:00 浙D9', 'bk_10 entered 08:00 浙D1', 'bk_4 cancelled 10:00 浙D3', 'bk_5 waitlisted - 浙D4')
        self.assertEqual(self.listed('today'), ['bk_10', 'bk_2', 'bk_1', 'bk_4', 'bk_5'])
        self.assertEqual(self.listed('today', '--status', 'booked, arrived'), ['bk_2', 'bk_1'])
        self.assertEqual(self.listed('today', '--status', '已到达，已进场、候补'), ['bk_10', 'bk_2', 'bk_5'])
        self.assertEqual(self.listed('today', '--from', '8:30', '--to', '１０：００'), ['bk_1'])
        self.assertEqual(self.listed('today', '--from', '09:30', '--to', '08:30'), ['bk_10', 'bk_2', 'bk_4'])
        self.assertEqual(self.listed('today', '--sort', 'id'), ['bk_1', 'bk_2', 'bk_4', 'bk_5', 'bk_10'])
        self.assertEqual(self.listed('today', '--sort', '-车牌'), ['bk_2', 'bk_5', 'bk_4', 'bk_1', 'bk_10'])
        items = json.loads(self.run_client('list', 'today', '--json', '--status', 'booked,entered', '--sort', 'plate').stdout)['items']
        self.assertEqual([b['id'] for b in items], ['bk_10', 'bk_1'])
        self.assertEqual(len(self.listed('11-24..11-26')), 15)
        self.assertEqual([a[1].split('date=')[1][:10] for a in self.stub.asked[-3:]], ['2026-11-24', '2026-11-25', '2026-11-26'])

    def test_list_of_trucks_that_are_there_or_looked_for_is_of_any_date(self):
        self.bookings('bk_1 arrived 09:00 浙D2', 'bk_2 entered 08:00 浙D9')
        self.assertEqual(self.listed('--status', 'arrived,entered'), ['bk_2', 'bk_1'])
        self.listed('--search', '浙D')
        self.listed('--reference', 'A-7')
        self.assertIn('reference=A-7', self.stub.last('GET')[1])
        self.assertFalse([a[1] for a in self.stub.asked if 'date=' in a[1]])

    def test_list_next_is_the_running_slot_and_the_one_after(self):
        def slot(hour):
            return {'start': f'2026-11-25T{hour:02}:00:00+08:00', 'end': f'2026-11-25T{hour + 1:02}:00:00+08:00'}
        now = int(SITE['now'][11:13])
        self.stub.on('GET', '/v1/slots', 200, {'days': [{'date': '2026-11-25', 'windows': [{'id': 'm', 'slots': [slot(h) for h in range(6, 20)]}]}]})
        rows = [f'bk_{h} booked {h:02}:00 浙D{h}' for h in range(6, 20)]
        self.bookings(*rows, f'bk_50 cancelled {now:02}:00 浙D50', 'bk_51 waitlisted - 浙D51', f'bk_52 arrived {now:02}:00 浙D52')
        self.assertEqual(self.listed('--next'), ['bk_52', f'bk_{now}', f'bk_{now + 1}'])
        self.assertEqual(self.listed('--next', '--status', 'arrived'), ['bk_52'])
        self.stub.on('GET', '/v1/slots', 200, {'days': []})
        self.assertIn('nothing found', self.run_client('list', '--next').stdout)

    def test_columns_are_those_chosen_and_a_narrow_terminal_leaves_some_out(self):
        self.bookings('bk_1 booked 09:00 浙D2')
        p = self.run_client('list', 'today', '--columns', 'plate，id,状态', env={'COLUMNS': '20'})
        self.assertEqual(p.stdout.splitlines()[1:], ['PLATE  ID    STATUS', '浙D2   bk_1  booked'])
        wide = self.run_client('list', 'today', env={'COLUMNS': '200'}).stdout
        self.assertIn('柯桥公司', wide)
        self.assertNotIn('lack of room', wide)
        narrow = self.run_client('list', 'today', env={'COLUMNS': '40'}).stdout
        self.assertIn('浙D2', narrow)
        self.assertIn('lack of room', narrow)

    def test_list_names_what_is_wrong_before_anything_is_asked(self):
        for args, fault in ((('--status', 'arivd'), 'did you mean "arrived"'), (('--status', 'x'), 'one of waitlisted'), (('--status', ',,'), 'nothing is named'),
                            (('--status', 'booked,booked'), 'twice'), (('--columns', 'plte'), 'did you mean "plate"'), (('--columns', 'id,id'), 'twice'),
                            (('--columns', ''), 'nothing is named'), (('--sort', 'id,plate'), 'one column'), (('--from', '25:00'), 'not a time of day'),
                            (('--from', '2026-11-25'), 'not a time of day'), (('--next', 'today'), 'do not go together'),
                            (('2026-01-01..2026-12-31',), '93 days')):
            self.assertIn(fault, self.run_client('list', *args, status=2).stderr, args)
        self.assertFalse([a for a in self.stub.asked if a[1].startswith('/v1/bookings')])

    def test_window_that_is_none_is_told_by_its_nearest(self):
        self.bookings()
        self.stub.on('GET', '/v1/site', 200, {**SITE, 'windows': [{'id': 'morning', 'name': '早班'}, {'id': 'evening', 'name': 'evening'}]})
        self.assertIn('did you mean "morning"', self.run_client('list', 'today', '--window', 'mornin').stderr)
        self.assertEqual(self.run_client('list', 'today', '--window', 'morning').stderr, '')
        self.stub.on('POST', '/v1/bookings', 422, {'code': 'validation', 'detail': '/windows/0: no such window', 'errors': [{'pointer': '/windows/0', 'detail': 'no such window'}]})
        p = self.run_client('book', '--plate', 'X', '--window', 'mornin', status=5)
        self.assertEqual(p.stderr.splitlines(), ['gateslot: /windows/0: no such window (validation)', 'gateslot: window: there is no "mornin"; did you mean "morning"?'])
        self.run_client('list', 'today', '--window', '早班')
        self.assertIn('window=morning', self.stub.last('GET')[1])

    def test_step_by_plate_finds_the_booking_first(self):
        self.stub.on('GET', '/v1/bookings', 200, {'items': [BOOKING, {**BOOKING, 'id': 'bk_9', 'status': 'departed'}], 'next_cursor': None})
        self.stub.on('POST', '/v1/bookings/bk_7/enter', 200, {**BOOKING, 'status': 'entered'})
        self.run_client('enter', '浙d·12345', '--override', '--reason', '检验')
        self.assertEqual(json.loads(self.stub.last()[3]), {'override': True, 'reason': '检验'})
        self.assertIn('Idempotency-Key', self.stub.last()[2])

    def test_a_step_for_several_trucks_is_taken_by_each(self):
        for n in (1, 2, 3):
            self.stub.on('POST', f'/v1/bookings/bk_{n}/depart', 200, {**BOOKING, 'id': f'bk_{n}', 'status': 'departed'})
        self.assertEqual([l.split()[0] for l in self.run_client('depart', 'bk_1', 'bk_2', 'bk_3').stdout.splitlines()], ['bk_1', 'bk_2', 'bk_3'])
        self.stub.on('POST', '/v1/bookings/bk_2/depart', 409, {'code': 'wrong_state', 'detail': 'not inside'})
        p = self.run_client('depart', 'bk_1', 'bk_2', 'bk_3', '--reason', '晚', status=4)
        self.assertEqual([l.split()[0] for l in p.stdout.splitlines()], ['bk_1', 'bk_3'])
        self.assertIn('not inside', p.stderr)
        self.assertEqual([json.loads(a[3]) for a in self.stub.asked[-3:]], [{'reason': '晚'}] * 3)

    def test_a_step_is_told_afterwards_in_the_site_s_zone(self):
        self.stub.on('POST', '/v1/bookings/bk_7/depart', 200, {**BOOKING, 'status': 'departed'})
        for typed, sent in (('2026-11-25T10:05:00+08:00', '2026-11-25T02:05:00Z'), ('2026-11-25 10:05', '2026-11-25T10:05:00+08:00'),
                            ('2026-11-25　１０：０５', '2026-11-25T10:05:00+08:00')):
            self.run_client('depart', 'bk_7', '--at', typed)
            self.assertEqual(json.loads(self.stub.last()[3]), {'at': sent})
        self.run_client('depart', 'bk_7', '--at', '10:05', '--reason', '漏记')
        self.assertRegex(json.loads(self.stub.last()[3])['at'], r'^\d{4}-\d\d-\d\dT10:05:00\+08:00$')

    def test_a_time_that_is_none_is_refused_before_anything_is_asked(self):
        for typed in ('25:00', '10', 'soon', '2026-11-25', '2026-11-25T10:05:00', ''):
            self.assertIn('is no time; write 10:05', self.run_client('depart', 'bk_7', '--at', typed, status=2).stderr, typed)
        self.assertIn('2026-02-30', self.run_client('depart', 'bk_7', '--at', '2026-02-30 10:05', status=2).stderr)
        self.assertFalse([a for a in self.stub.asked if a[0] == 'POST'])

    def test_a_time_that_clocks_leave_out_is_refused(self):
        self.stub.on('GET', '/v1/site', 200, {**SITE, 'zone': 'Europe/Berlin', 'timezone': 'Europe/Berlin'})
        self.stub.on('POST', '/v1/bookings/bk_7/depart', 200, BOOKING)
        self.assertIn('the clocks were set forward', self.run_client('depart', 'bk_7', '--at', '2026-03-29 02:30', status=2).stderr)
        self.run_client('depart', 'bk_7', '--at', '2026-10-25 02:30')  # twice that day: the first
        self.assertEqual(json.loads(self.stub.last()[3]), {'at': '2026-10-25T02:30:00+02:00'})

    def test_a_no_show_is_reinstated(self):
        self.stub.on('POST', '/v1/bookings/bk_7/reinstate', 200, {**BOOKING, 'status': 'arrived'})
        self.assertIn('arrived', self.run_client('reinstate', 'bk_7', '--reason', '已到').stdout)
        self.assertEqual(json.loads(self.stub.last()[3]), {'reason': '已到'})

    def versions(self, *bookings):
        """The booking as it is found at each reading; a change is refused until the last version is named."""
        left = list(bookings)
        self.stub.call('GET', '/v1/bookings/bk_7', lambda path, body: (200, left.pop(0) if len(left) > 1 else left[0], {}))

        def change(path, body):
            if self.stub.asked[-1][2]['If-Match'] != f'"{bookings[-1]["version"]}"':
                return 412, {'code': 'version_mismatch', 'detail': 'changed meanwhile'}, {}
            return 200, {**bookings[-1], **json.loads(body), 'version': 99}, {}
        self.stub.call('PATCH', '/v1/bookings/bk_7', change)

    def changes(self):
        return [(a[2]['If-Match'], json.loads(a[3])) for a in self.stub.asked if a[0] == 'PATCH']

    def test_change_sends_what_is_given_for_the_version_read(self):
        self.versions({**BOOKING, 'version': 3})
        self.run_client('change', 'bk_7', '--plate', '浙D1', '--trailer', '', '--container', 'A', '--container', 'B', '--driver-name', '李', '--phone', '1',
                        '--declaration', '', '--reference', 'R-1', '--colour', 'blue')
        self.assertEqual(self.changes(), [('"3"', {'plate': '浙D1', 'trailer_plate': None, 'containers': ['A', 'B'], 'driver': {'name': '李', 'phone': '1'},
                                                   'declaration_no': None, 'reference': 'R-1', 'plate_colour': 'blue'})])

    def test_change_is_sent_again_once_if_somebody_changed_something_else(self):
        self.versions({**BOOKING, 'version': 3}, {**BOOKING, 'version': 4, 'plate': '浙D9'})
        self.assertIn('李', self.run_client('change', 'bk_7', '--driver-name', '李').stdout)
        self.assertEqual([c[0] for c in self.changes()], ['"3"', '"4"'])
        self.versions({**BOOKING, 'version': 5}, {**BOOKING, 'version': 6}, {**BOOKING, 'version': 7})
        self.run_client('change', 'bk_7', '--driver-name', '李', status=4)  # a third version is not run after
        self.assertEqual([c[0] for c in self.changes()][2:], ['"5"', '"6"'])

    def test_change_of_what_somebody_changed_meanwhile_is_shown_and_not_done(self):
        for option, value, other, shown in (('--plate', '浙D1', {'plate': '浙D9'}, '浙D12345 → 浙D9'), ('--phone', '1', {'driver': {'name': '王师傅', 'phone': '9'}}, '138****8000 → 9'),
                                            ('--container', 'A', {'containers': ['X', 'Y']}, 'CSQU3054383 → X Y'), ('--trailer', 'T', {'trailer_plate': 'U'}, '– → U')):
            self.versions({**BOOKING, 'version': 3}, {**BOOKING, 'version': 4, **other})
            before = len(self.changes())
            p = self.run_client('change', 'bk_7', option, value, status=4)
            self.assertIn(shown, p.stderr)
            self.assertEqual(len(self.changes()), before + 1)

    def test_change_without_anything_or_refused_is_told(self):
        self.assertIn('nothing to change', self.run_client('change', 'bk_7', '--json', status=2).stderr)
        self.assertIn('REF is missing', self.run_client('change', '--plate', 'X', status=2).stderr)
        self.versions({**BOOKING, 'version': 3})
        self.stub.on('PATCH', '/v1/bookings/bk_7', 409, {'code': 'duplicate_plate', 'detail': 'has one', 'booking_id': 'bk_9'})
        self.assertIn('bk_9', self.run_client('change', 'bk_7', '--plate', 'X', status=4).stderr)
        self.run_client('change', 'bk_8', '--plate', 'X', status=3)

    def test_step_by_pass_code_asks_the_gate(self):
        self.stub.on('GET', '/v1/bookings', 200, {'items': [], 'next_cursor': None})
        self.stub.on('POST', '/v1/gate/check', 200, {'decision': 'admit', 'code': 'on_time', 'booking': BOOKING, 'candidates': []})
        self.stub.on('POST', '/v1/bookings/bk_7/cancel', 200, {**BOOKING, 'status': 'cancelled'})
        self.run_client('cancel', '7k3m-q9xd')
        self.assertEqual(json.loads(self.stub.asked[-2][3]), {'pass_code': '7k3m-q9xd'})

    def test_ambiguous_plate_is_listed_and_nothing_is_done(self):
        other = {**BOOKING, 'id': 'bk_9', 'window': 'evening',
                 'slot': {'start': '2026-11-25T18:30:00+08:00', 'end': '2026-11-25T19:00:00+08:00'}}
        self.stub.on('GET', '/v1/bookings', 200, {'items': [BOOKING, other], 'next_cursor': None})
        p = self.run_client('cancel', '浙D12345', status=4)
        self.assertIn('bk_7', p.stderr)
        self.assertIn('bk_9', p.stderr)
        self.assertNotIn('POST', [a[0] for a in self.stub.asked])
        self.stub.on('POST', '/v1/bookings/bk_7/arrive', 200, {**BOOKING, 'status': 'arrived'})
        self.run_client('arrive', '浙D12345')

    def test_what_is_only_like_it_is_listed_and_nothing_is_done(self):
        self.stub.on('GET', '/v1/bookings', 200, {'items': [BOOKING], 'next_cursor': None})
        for like in ('12345', '浙D12354', 'D1234', '7K3M'):
            for step in ('cancel', 'arrive', 'enter', 'depart'):
                p = self.run_client(step, like, status=3)
                self.assertIn('bk_7', p.stderr)
                self.assertIn(f'"{like}"', p.stderr)
        self.assertNotIn('POST', [a[0] for a in self.stub.asked])
        self.stub.on('GET', '/v1/bookings/bk_7', 200, BOOKING)
        self.stub.on('GET', '/v1/bookings/bk_7/history', 200, {'items': []})
        self.assertIn('bk_7', self.run_client('show', '12345').stdout)  # to look at, the only one will do
        self.stub.on('GET', '/v1/bookings', 200, {'items': [BOOKING, {**BOOKING, 'id': 'bk_9'}], 'next_cursor': None})
        self.assertIn('bk_9', self.run_client('show', '12345', status=3).stderr)

    def test_a_search_that_finds_nothing_for_long_is_followed(self):
        pages = [{'items': [], 'next_cursor': 'bk_900'}, {'items': [], 'next_cursor': 'bk_500'}, {'items': [BOOKING], 'next_cursor': None}]
        self.stub.call('GET', '/v1/bookings', lambda path, body: (200, pages.pop(0), {}))
        self.stub.on('POST', '/v1/bookings/bk_7/cancel', 200, {**BOOKING, 'status': 'cancelled'})
        self.run_client('cancel', '浙D12345')
        self.assertIn('cursor=bk_500', [a[1] for a in self.stub.asked if a[0] == 'GET'][-1])

    def test_a_bare_number_is_an_id_where_it_means_nothing_else(self):
        self.stub.on('GET', '/v1/bookings/bk_7', 200, BOOKING)
        self.stub.on('POST', '/v1/bookings/bk_7/cancel', 200, {**BOOKING, 'status': 'cancelled'})
        self.run_client('cancel', '7')
        self.stub.on('GET', '/v1/bookings', 200, {'items': [], 'next_cursor': None})
        self.assertIn('"x"', self.run_client('cancel', 'x', status=3).stderr)
        self.assertIn('"8"', self.run_client('cancel', '8', status=3).stderr)
        numbered = {**BOOKING, 'id': 'bk_12345', 'plate': '浙A00001'}
        self.stub.on('GET', '/v1/bookings', 200, {'items': [numbered, BOOKING], 'next_cursor': None})
        before = len(self.stub.asked)
        p = self.run_client('cancel', '12345', status=4)
        self.assertIn('bk_12345', p.stderr)
        self.assertIn('bk_7', p.stderr)
        self.assertNotIn('POST', [a[0] for a in self.stub.asked[before:]])
        self.stub.on('GET', '/v1/bookings', 200, {'items': [numbered], 'next_cursor': None})
        self.stub.on('POST', '/v1/bookings/bk_12345/cancel', 200, {**numbered, 'status': 'cancelled'})
        self.run_client('cancel', '12345')

    def test_a_reference_a_trailer_and_a_container_name_a_booking(self):
        booking = {**BOOKING, 'reference': 'PO-2026-1', 'trailer_plate': '浙D1234挂', 'containers': ['CSQU3054383']}
        self.stub.on('GET', '/v1/bookings', 200, {'items': [booking, {**BOOKING, 'id': 'bk_9', 'plate': '浙A1', 'containers': []}], 'next_cursor': None})
        self.stub.on('POST', '/v1/bookings/bk_7/arrive', 200, {**BOOKING, 'status': 'arrived'})
        for ref in ('po-2026-1', '浙D·1234挂', 'csqu 305438 3'):
            self.run_client('arrive', ref)

    def test_a_step_on_a_past_booking_says_what_became_of_it(self):
        past = {**BOOKING, 'status': 'departed', 'date': '2026-01-02'}
        self.stub.on('GET', '/v1/bookings', 200, {'items': [past], 'next_cursor': None})
        self.stub.on('GET', '/v1/bookings/bk_7', 200, past)
        self.stub.on('POST', '/v1/bookings/bk_7/arrive', 404, {'code': 'not_found', 'title': 'Not found', 'detail': 'x', 'status': 404})
        for ref in ('浙D12345', 'bk_7'):
            p = self.run_client('arrive', ref, status=4)
            self.assertIn('over', p.stderr)
            self.assertIn('departed', p.stderr)

    def test_check_shows_other_days_where_nobody_of_now_is_meant(self):
        self.stub.on('POST', '/v1/gate/check', 200, {'decision': 'reject', 'code': 'not_booked', 'booking': None, 'message': 'x', 'candidates': []})
        self.stub.on('GET', '/v1/bookings', 200, {'items': [{**BOOKING, 'status': 'departed'}], 'next_cursor': 'bk_3'})
        self.assertIn('bk_7', self.run_client('check', '12345').stdout)

    def test_unknown_ref_exits_3(self):
        self.stub.on('GET', '/v1/bookings', 200, {'items': [], 'next_cursor': None})
        self.assertIn('浙D99999', self.run_client('show', '浙D99999', status=3).stderr)

    def test_check_tells_plates_codes_and_containers_apart(self):
        self.stub.on('POST', '/v1/gate/check', 200, {'decision': 'reject', 'code': 'not_booked', 'booking': None, 'message': '没有预约',
                                                     'candidates': [BOOKING]})
        for asked, member in (('浙D12345', 'plate'), ('7K3MQ9XD', 'pass_code'), ('CSQU3054383', 'container')):
            p = self.run_client('check', asked)
            self.assertEqual(json.loads(self.stub.last()[3]), {member: asked})
        self.assertIn('没有预约', p.stdout)
        self.assertIn('bk_7', p.stdout)

    def test_a_check_is_recorded_where_that_is_wanted(self):
        self.stub.on('POST', '/v1/gate/check', 200, {'decision': 'reject', 'code': 'not_booked', 'booking': None, 'message': 'x', 'candidates': []})
        self.run_client('check', '浙D12345', '--record')
        self.assertEqual(json.loads(self.stub.last()[3]), {'plate': '浙D12345', 'record': True})

    def test_admit_is_one_command_and_tells_by_its_exit_whether_the_truck_is_in(self):
        def answer(decision, code):
            self.stub.on('POST', '/v1/bookings/bk_7/admit', 200, {'decision': decision, 'code': code, 'booking': BOOKING, 'candidates': [], 'message': 'so it is'})
        answer('admit', 'on_time')
        p = self.run_client('admit', 'bk_7')
        self.assertEqual(p.stdout.splitlines()[0], 'admit (on_time)  so it is')
        self.assertIn('浙D12345', p.stdout)
        self.assertEqual([a[1] for a in self.stub.asked], ['/v1/bookings/bk_7/admit'])
        self.run_client('admit', 'bk_7', '--override', '--reason', 'fish')
        self.assertEqual(json.loads(self.stub.last()[3]), {'override': True, 'reason': 'fish'})
        answer('hold', 'yard_full')
        self.assertIn('hold (yard_full)', self.run_client('admit', 'bk_7', status=4).stdout)
        self.assertEqual(json.loads(self.run_client('--json', 'admit', 'bk_7', status=4).stdout)['decision'], 'hold')
        self.stub.on('POST', '/v1/bookings/bk_7/admit', 409, {'status': 409, 'code': 'wrong_state', 'title': 'No', 'detail': 'It is cancelled.'})
        p = self.run_client('--json', 'admit', 'bk_7', status=4)
        self.assertEqual(len(p.stdout.splitlines()), 1)

    def truck(self, n, status, start='09:30', **more):
        h, m = int(start[:2]), int(start[3:]) + 30
        end = f'{h + m // 60:02d}:{m % 60:02d}'
        return {**BOOKING, 'id': f'bk_{n}', 'plate': f'浙D{n:05d}', 'status': status, 'company': {'uscc': 'X', 'name': '绍兴柯桥纺织进出口有限公司'},
                'slot': {'start': f'2026-11-25T{start}:00+08:00', 'end': f'2026-11-25T{end}:00+08:00'},
                'arrive_from': f'2026-11-25T{start}:00+08:00', 'arrive_until': f'2026-11-25T{end}:00+08:00', **more}

    def gate_answers(self, due=3):
        inside = [self.truck(1, 'entered', entered_at='2026-11-24T19:40:00+08:00', minutes_inside=830, due_out='2026-11-24T20:00:00+08:00', overstay=True),
                  self.truck(2, 'cleared', entered_at='2026-11-25T08:40:00+08:00', minutes_inside=50, due_out='2026-11-25T12:00:00+08:00', overstay=False)]
        held = [self.truck(3, 'arrived', arrived_at='2026-11-25T09:20:00+08:00', minutes_waiting=10, decision='hold', code='yard_full'),
                self.truck(4, 'arrived', '10:30', arrived_at='2026-11-25T09:25:00+08:00', minutes_waiting=5, decision='hold', code='early')]
        items = [self.truck(10, 'booked', '09:00')] + [self.truck(20 + i, 'booked', '09:30') for i in range(due)] + [
            self.truck(5, 'departed', '08:00'), self.truck(30, 'booked', '10:00'), self.truck(31, 'booked', '11:00')]
        self.stub.on('GET', '/v1/yard', 200, {'now': '2026-11-25T09:30:00+08:00', 'bays': 3, 'free': 1, 'inside': inside, 'held': held})
        self.stub.on('GET', '/v1/gate/list', 200, {'date': '2026-11-25', 'items': items, 'next_cursor': None})

    def test_the_yard_shows_who_waits_and_who_is_inside(self):
        self.gate_answers()
        for language in ('C', 'zh_CN.UTF-8'):
            lines = self.run_client('yard', env={'LC_ALL': language, 'COLUMNS': '80'}).stdout.splitlines()
            self.assertEqual(lines[0], '2026-11-25 09:30  bays 3, free 1; inside 2, overstaying 1; held 2' if language == 'C'
                             else '2026-11-25 09:30  车位 3，空 1；在场 2，超时 1；等候 2')
            self.assertEqual([re.search('浙D0*([0-9]+)', line)[1] for line in lines[2:]], ['3', '4', '1', '2'])
            for line in lines:
                self.assertLessEqual(sum(2 if ord(c) > 0x2e80 else 1 for c in line), 80, line)
        lines = self.run_client('yard').stdout.splitlines()
        self.assertIn('no bay free', lines[2])
        self.assertIn('early, from 10:30', lines[3])
        self.assertRegex(lines[4], r'entered +2026-11-24 19:40 +830 +should have left by 2026-11-24 20:00')
        self.assertRegex(lines[5], r'cleared +08:40 +50 +to leave by 12:00')

    def test_the_gate_shows_groups_in_the_order_of_what_presses(self):
        self.gate_answers()
        lines = self.run_client('gate', '--watch').stdout.splitlines()  # no terminal: once
        self.assertEqual(lines[1], 'still due 6: this slot 3, next 1, late 1')
        self.assertEqual([line.split()[0] for line in lines[3:]], ['held', 'held', 'late', 'now', 'now', 'now', 'next', 'overstay'])
        self.assertNotIn('\033', '\n'.join(lines))
        both = json.loads(self.run_client('--json', 'gate').stdout)
        self.assertEqual(both['yard']['bays'], 3)
        self.assertEqual(len(both['list']['items']), 7)

    def test_the_gate_is_drawn_in_place_and_the_terminal_given_back(self):
        for ending, status in ((signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)):
            self.gate_answers(due=40)
            seen, told = [], []

            def feed(path, body):
                seen.append(path)
                if 'last=1' in path:
                    return 200, {'items': [], 'last_seq': 7}, {}
                if len(told) == 0:  # something happens: the next picture is another
                    told.append(path)
                    self.gate_answers(due=1)
                    return 200, {'items': [{'seq': 8}], 'last_seq': 8}, {}
                time.sleep(0.5)
                return 200, {'items': [], 'last_seq': 8}, {}
            self.stub.call('GET', '/v1/events', feed)
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
            env = {'PATH': os.environ['PATH'], 'GATESLOT_URL': 'unix:' + self.stub.socket, 'LC_ALL': 'C.UTF-8'}
            p = subprocess.Popen([CLIENT, 'gate', '--watch'], stdin=slave, stdout=slave, stderr=slave, env=env)
            os.close(slave)
            out = b''
            while b'this slot 1, next 1' not in out:
                self.assertTrue(select.select([master], [], [], 30)[0], out)
                out += os.read(master, 65536)
            p.send_signal(ending)
            while True:
                try:
                    more = os.read(master, 65536)
                except OSError:
                    break
                out += more
            self.assertEqual(p.wait(30), status)
            os.close(master)
            self.assertTrue(out.startswith(b'\033[?1049h\033[?25l'), out[:40])
            self.assertTrue(out.endswith(b'\033[?25h\033[?1049l'), out[-40:])
            first = out.decode().split('\033[J')[0].split('\033[H')[1].replace('\033[K', '')
            lines = [re.sub('\033\\[[0-9;]*m', '', line).strip('\r') for line in first.split('\n')]
            self.assertEqual(len(lines), 24)
            self.assertIn('not shown: now 24, next 1, overstay 1', lines[22])
            self.assertIn('after=7', told[0])
            self.assertTrue(all(sum(2 if ord(c) > 0x2e80 else 1 for c in line) <= 80 for line in lines), lines)

    def test_the_gate_goes_on_when_the_daemon_is_back_and_ends_where_it_may_not(self):
        self.gate_answers()
        self.stub.on('GET', '/v1/events', 403, {'status': 403, 'code': 'forbidden', 'title': 'No', 'detail': 'Not for you.'})
        master, slave = pty.openpty()
        env = {'PATH': os.environ['PATH'], 'GATESLOT_URL': 'unix:' + self.stub.socket, 'LC_ALL': 'C.UTF-8'}
        p = subprocess.run([CLIENT, 'gate', '--watch'], stdin=slave, stdout=slave, stderr=subprocess.PIPE, env=env, timeout=60)
        os.close(slave)
        self.assertEqual(p.returncode, 6)
        self.assertIn('Not for you.', p.stderr.decode())
        out = b''
        while select.select([master], [], [], 0)[0]:
            try:
                out += os.read(master, 65536)
            except OSError:
                break
        self.assertTrue(out.endswith(b'\033[?25h\033[?1049l'), out[-60:])
        os.close(master)

    def test_capacity_set_sends_the_contracts_body(self):
        plan = {'date': '2026-11-25', 'window': 'midday', 'before': {'capacity': 40}, 'after': {'capacity': 30}, 'moved': [], 'waitlisted': [],
                'promoted': [], 'plan_id': None}
        self.stub.on('PUT', '/v1/capacity/2026-11-25/midday', 200, plan)
        p = self.run_client('capacity', 'set', 'today', 'midday', '30', '--slot-capacity', '4', '--reason', '雨', '--excess', 'keep', '--dry-run')
        self.assertEqual(json.loads(self.stub.last('PUT')[3]), {'capacity': 30, 'closed': False, 'slot_capacity': 4, 'reason': '雨', 'excess': 'keep'})
        self.assertTrue(self.stub.last('PUT')[1].endswith('?dry_run=true'))
        self.assertIn('30', p.stdout)
        self.run_client('capacity', 'set', 'today', 'midday', 'many', status=2)
        self.stub.on('DELETE', '/v1/capacity/2026-11-25/midday', 200, plan)
        self.run_client('capacity', 'reset', '2026-11-25', 'midday')

    def test_strikes_are_listed_by_plate_or_company_through_all_pages(self):
        strike = {'booking_id': 'bk_7', 'date': '2026-11-25', 'cause': 'no_show', 'at': '2026-11-25T17:00:00+08:00', 'state': 'counts', 'uscc': 'X'}
        item = {'plate': '浙D99999', 'count': 3, 'limit': 3, 'suspended_until': '2026-12-04T17:00:00+08:00',
                'strikes': [strike, {**strike, 'booking_id': 'bk_8', 'cause': 'late_cancel', 'state': 'excused'}]}

        def pages(path, body):
            if 'cursor=' not in path:
                return 200, {'items': [item], 'next_cursor': '浙D99999'}, {}
            return 200, {'items': [{**item, 'plate': '浙D99998'}], 'next_cursor': None}, {}
        self.stub.call('GET', '/v1/strikes', pages)
        p = self.run_client('strikes')
        self.assertRegex(p.stdout, r'(?m)^浙D99999 +3/3 +2026-12-04 17:00 +bk_7 +2026-11-25 17:00 +no-show +counts$')
        self.assertRegex(p.stdout, r'(?m)^浙D99998 .*bk_8 .*late cancel +excused$')
        self.assertIn('cursor=%E6%B5%99D99999', self.stub.last('GET')[1])
        self.stub.on('GET', '/v1/strikes', 200, {'items': [], 'next_cursor': None})
        self.assertIn('没有爽约', self.run_client('strikes', '９１350100M000100Y43', env={'LC_ALL': 'zh_CN.UTF-8'}).stdout)
        self.assertIn('uscc=', self.stub.last('GET')[1])
        self.run_client('strikes', '浙D99999')
        self.assertIn('plate=', self.stub.last('GET')[1])

    def test_a_plate_stands_for_its_only_strike_when_it_is_excused(self):
        strike = {'booking_id': 'bk_7', 'date': '2026-11-25', 'cause': 'no_show', 'at': '2026-11-25T17:00:00+08:00', 'state': 'counts', 'uscc': 'X'}
        item = {'plate': '浙D99999', 'count': 1, 'limit': 3, 'suspended_until': None, 'strikes': [strike, {**strike, 'booking_id': 'bk_8', 'state': 'excused'}]}
        self.stub.on('GET', '/v1/strikes', 200, {'items': [item], 'next_cursor': None})
        self.stub.on('POST', '/v1/bookings/bk_7/excuse', 200, {**BOOKING, 'status': 'no_show', 'excused': True})
        self.run_client('excuse', '浙D99999', '--reason', '雾')
        self.assertEqual(json.loads(self.stub.last('POST')[3]), {'reason': '雾'})
        two = {**item, 'strikes': [strike, {**strike, 'booking_id': 'bk_9'}]}
        self.stub.on('GET', '/v1/strikes', 200, {'items': [two], 'next_cursor': None})
        p = self.run_client('excuse', '浙D99999', '--reason', '雾', status=4)
        self.assertIn('bk_9', p.stderr)
        self.stub.on('GET', '/v1/strikes', 200, {'items': [], 'next_cursor': None})
        self.assertIn('no strike', self.run_client('excuse', '浙D99999', '--reason', '雾', status=3).stderr)

    def test_an_exception_is_sent_with_its_rules_and_reason(self):
        self.stub.on('POST', '/v1/bookings', 201, BOOKING)
        self.run_client('book', '--plate', 'X', '--exception', 'cutoff，quota', '--exception', 'suspended', '--reason', '鲜货')
        self.assertEqual(json.loads(self.stub.last()[3])['exception'], {'rules': ['cutoff', 'quota', 'suspended'], 'reason': '鲜货'})
        self.stub.on('POST', '/v1/bookings/bk_7/reschedule', 200, BOOKING)
        self.run_client('reschedule', 'bk_7', '--slot', '8:00', '--exception', 'cutoff', '--reason', 'x')
        self.assertEqual(json.loads(self.stub.last('POST')[3]), {'slot': '08:00', 'exception': {'rules': ['cutoff'], 'reason': 'x'}})
        self.versions({**BOOKING, 'version': 3})
        self.run_client('change', 'bk_7', '--plate', '浙D1', '--exception', 'suspended', '--reason', 'tractor broke down')
        self.assertEqual(self.changes()[-1][1], {'plate': '浙D1', 'exception': {'rules': ['suspended'], 'reason': 'tractor broke down'}})
        for nothing in ((), ('--exception', 'suspended', '--reason', 'x')):
            self.assertIn('nothing to change', self.run_client('change', 'bk_7', *nothing, status=2).stderr)

    def test_a_company_is_shown_by_day_and_window(self):
        window = {'id': 'morning', 'limit': 10, 'held': 4, 'used': 2, 'missed': 1}
        self.stub.on('GET', '/v1/companies/91350100M000100Y43', 200, {
            'uscc': '91350100M000100Y43', 'name': '某公司', 'from': '2026-11-25', 'to': '2026-11-25', 'lifted_minutes': 120,
            'days': [{'date': '2026-11-25', 'limit': None, 'held': 4, 'used': 2, 'missed': 1, 'excused': 0, 'waiting': 0, 'windows': [window]}],
            'weeks': [{'week': '2026-11-23', 'throttled': True, 'limit': 7, 'held': 5, 'week_before': {'promised': 9, 'missed': 4, 'throttled_from_percent': 35}}],
            'no_shows': {'from': '2026-10-27', 'to': '2026-11-25', 'kept': 20, 'missed': 5, 'excused': 1, 'percent': 20.0},
            'strikes': {'items': [], 'next_cursor': None}})
        p = self.run_client('company', '91350100M000100Y43', '今天')
        self.assertRegex(p.stdout, r'(?m)^2026-11-25 +morning +4 +10 +2 +1$')
        self.assertRegex(p.stdout, r'(?m)^2026-11-25 +total +4 +– +2 +1$')
        self.assertIn('throttled, 5 held of 7; it missed 4 of 9', p.stdout)
        self.assertIn('20 kept, 5 missed (20.0%), 1 excused', p.stdout)
        self.assertIn('from=2026-11-25&to=2026-11-25', self.stub.last('GET')[1])

    def test_new_token_stands_alone_on_stdout(self):
        self.stub.on('POST', '/v1/tokens', 201, {'name': 'gate1', 'role': 'gate', 'token': 'SECRET'})
        p = self.run_client('token', 'create', '--name', 'gate1', '--role', 'gate', '--expires', '+1d')
        self.assertEqual(p.stdout, 'SECRET\n')
        self.assertEqual(json.loads(self.stub.last()[3]), {'name': 'gate1', 'role': 'gate', 'expires_at': '2026-11-27T00:00:00+08:00'})
        self.stub.on('DELETE', '/v1/tokens/gate1', 204, '')
        self.run_client('token', 'revoke', 'gate1')

    def test_events_are_followed_through_a_lost_daemon(self):
        def feed(path, body):
            after = int(path.split('after=')[1].split('&')[0])
            if after == 0:
                return 200, {'items': [{'seq': 1, 'type': 'booking.booked'}, {'seq': 2, 'type': 'booking.arrived'}]}, {}
            if len(self.stub.asked) == 3:
                return 503, {'code': 'overloaded'}, {}
            if after == 2:
                return 200, {'items': [{'seq': 3, 'type': 'booking.entered'}]}, {}
            return 401, {'code': 'unauthorized', 'detail': 'revoked'}, {}
        self.stub.call('GET', '/v1/events', feed)
        p = self.run_client('--json', 'events', '--follow', status=6)
        self.assertEqual([json.loads(l).get('seq') for l in p.stdout.splitlines()], [1, 2, 3, None])
        self.assertIn('/v1/events/stream?after=0', self.stub.asked[0][1])  # this daemon has none
        self.assertTrue(all('wait=30' in a[1] for a in self.stub.asked[1:]))

    def test_events_are_printed_page_by_page_from_a_number_on(self):
        def feed(path, body):
            after = int(path.split('after=')[1].split('&')[0])
            items = [{'seq': after + 1, 'type': 'booking.booked', 'at': '2026-11-25T08:00:00+08:00', 'booking_id': 'bk_1', 'text': 'Booked.',
                      'actor': {'role': 'gate', 'name': 'g1'}, 'data': {'plate': '浙D12345'}}]
            more = after < 9
            return 200, {'items': items if more and after != 7 else [], 'next_cursor': str(after + 1) if more else None, 'last_seq': after + 1}, {}
        self.stub.call('GET', '/v1/events', feed)
        lines = self.run_client('events', '--after', '5').stdout.splitlines()
        self.assertEqual(len(lines), 3)  # the third page of five is empty, and the last ends it
        self.assertEqual(lines[0], '     6  2026-11-25 08:00  bk_1    浙D12345   Booked. (g1, gate)')
        self.assertTrue(all('text=true' in a[1] for a in self.stub.asked))
        self.assertIn('（g1，闸口）', self.run_client('events', '--after', '8', env={'LC_ALL': 'zh_CN.UTF-8'}).stdout)
        wide = self.run_client('events', '--after', '8', env={'COLUMNS': '60'}).stdout.splitlines()
        self.assertTrue(all(len(l.encode('gb18030')) <= 60 for l in wide), wide)
        self.run_client('events', '--after', 'x', status=2)

    def test_no_line_of_events_is_wider_than_the_terminal(self):
        for id, plate, text in (('bk_1', '浙D87117D', '已预约，在可接受的时段中那里最空。' * 4), ('bk_123456789', '浙D1', 'word ' * 40), ('', '', '字' * 90), ('bk_1', '浙D87117D', 'x' * 200)):
            event = {'seq': 1234567, 'type': 'a.b', 'at': '2026-11-25T08:00:00+08:00', 'booking_id': id, 'text': text, 'actor': {'role': 'gate', 'name': 'g1'}, 'data': {'plate': plate}}
            self.stub.on('GET', '/v1/events', 200, {'items': [event], 'next_cursor': None, 'last_seq': 1})
            for width in (60, 80, 81, 120):
                for line in self.run_client('events', env={'COLUMNS': str(width), 'LC_ALL': 'zh_CN.UTF-8'}).stdout.splitlines():
                    self.assertLessEqual(len(line.encode('gb18030')), width, line)

    def test_events_are_asked_for_as_the_options_say(self):
        self.stub.on('GET', '/v1/events', 200, {'items': [], 'next_cursor': None, 'last_seq': 0})
        for args, query in ((('-n', '5'), 'last=5&text=true'), (('-n５',), 'last=5&'), (('--last', '100', '--type', 'no_show， capacity'), 'type=no_show%2Ccapacity'),
                            (('--by', 'gate'), 'by=gate'), (('--since', '8:00'), 'since=2026-11-25T08%3A00%3A00%2B08%3A00'), (('--since', '昨天'), 'since=2026-11-24T00%3A00'),
                            (('--since', '2026-11-20T10:00:00+08:00'), 'since=2026-11-20T10'), ((), 'after=0&limit=100')):
            self.run_client('events', *args)
            self.assertIn(query, self.stub.last('GET')[1])
        self.run_client('events', '-n', '3', '--json')
        self.assertNotIn('text=', self.stub.last('GET')[1])
        asked = len(self.stub.asked)
        for args in (('-n', '0'), ('-n', '101'), ('-n', 'x'), ('-n', '5', '--after', '3'), ('--type', ','), ('--type', 'x' * 200), ('--since', 'noon')):
            self.run_client('events', *args, status=2)
        self.assertEqual([a[1] for a in self.stub.asked[asked:] if 'events' in a[1]], [])

    def test_events_followed_from_the_last_go_on_behind_them(self):
        def feed(path, body):
            if 'last=2' in path:
                return 200, {'items': [{'seq': 8, 'type': 'a.b'}, {'seq': 9, 'type': 'a.b'}], 'next_cursor': None, 'last_seq': 12}, {}
            return 401, {'code': 'unauthorized', 'detail': 'revoked'}, {}
        self.stub.call('GET', '/v1/events', feed)
        p = self.run_client('--json', 'events', '-f', '-n', '2', status=6)
        self.assertEqual([json.loads(l).get('seq') for l in p.stdout.splitlines()], [8, 9, None])
        self.assertIn('after=12&', self.stub.asked[-1][1])

    def import_lines(self):
        return '\n'.join(json.dumps(l) for l in ({'plate': 'A'}, {'key': 'own', 'request': {'plate': 'B'}}, {'plate': 'C'}))

    def test_import_sends_each_line_under_a_key_of_its_content(self):
        answers = {'A': (201, {}), 'B': (202, {}), 'C': (409, FULL)}
        self.stub.call('POST', '/v1/bookings', lambda path, body: (*answers[json.loads(body)['plate']], {}))
        p = self.run_client('import', '-', input=self.import_lines() + '\n\nno json\n', status=4)
        first = [a[2]['Idempotency-Key'] for a in self.stub.asked]
        self.assertEqual(first[1], 'own')
        self.assertEqual(len(set(first)), 3)
        self.assertIn('line 3: full', p.stderr)
        self.assertIn('line 5: invalid_json', p.stderr)
        self.run_client('import', '-', input=self.import_lines(), status=4)
        self.assertEqual([a[2]['Idempotency-Key'] for a in self.stub.asked[3:]], first)

    def test_import_all_or_nothing_is_one_request(self):
        lines = '{"key": "a", "request": {"plate": "A"}}\n\n{"plate": "B"}\n'
        full = {'status': 409, 'problem': {'code': 'full', 'detail': 'All is full.', 'errors': []}}
        self.stub.on('POST', '/v1/bookings/batch', 409, {'code': 'batch_refused', 'title': 'Nothing of the batch was booked', 'detail': 'None was.', 'errors': [],
                                                         'items': [{'status': 424, 'problem': {'code': 'not_done'}}, full]})
        p = self.run_client('import', '-', '--all-or-nothing', input=lines, status=4)
        sent = self.stub.last()
        self.assertEqual(sent[2]['Prefer'], 'all-or-nothing')
        self.assertEqual([(b['idempotency_key'][:7], b['plate']) for b in json.loads(sent[3])['bookings']], [('a', 'A'), ('import-', 'B')])
        self.assertIn('line 3: full: All is full.', p.stderr)
        self.assertNotIn('line 1', p.stderr)
        self.assertRegex(p.stdout, r'not_done +1')
        self.stub.on('POST', '/v1/bookings/batch', 200, {'items': [{'status': 201, 'booking': {}}, {'status': 202, 'booking': {}}]})
        p = self.run_client('--json', 'import', '-', '--all-or-nothing', input=lines)
        self.assertEqual(json.loads(p.stdout), {'requests': 2, 'booked': 1, 'waitlisted': 1, 'replayed': 0, 'refused': {}})
        count = len(self.stub.asked)
        self.run_client('import', '-', '--all-or-nothing', input=lines + 'no json\n', status=4)
        self.assertEqual(len(self.stub.asked), count)

    def test_import_without_refusals_exits_0_and_sums_up(self):
        self.stub.on('POST', '/v1/bookings', 201, {}, Idempotent_Replayed='true')
        p = self.run_client('--json', 'import', '-', input=self.import_lines())
        self.assertEqual(json.loads(p.stdout), {'requests': 3, 'booked': 3, 'waitlisted': 0, 'replayed': 3, 'refused': {}})

    def test_backup_path_is_made_absolute(self):
        self.stub.on('POST', '/v1/backup', 200, {'path': '/x'})
        self.run_client('backup', 'copy.db', cwd=self.stub.dir.name)
        self.assertEqual(json.loads(self.stub.last()[3]), {'path': os.path.realpath(self.stub.dir.name) + '/copy.db'})

    def test_backup_without_a_file_leaves_the_place_to_the_daemon(self):
        self.stub.on('POST', '/v1/backup', 201, {'path': '/there/site-1.db', 'removed': 2})
        p = self.run_client('backup', '--keep', '7')
        self.assertEqual(json.loads(self.stub.last()[3]), {'keep': 7})
        self.assertEqual(p.stdout, 'backup written to /there/site-1.db\n')
        self.run_client('backup')
        self.assertEqual(json.loads(self.stub.last()[3]), {})
        asked = len(self.stub.asked)
        for wrong in ('0', '-1', 'x', '', '10001'):
            self.run_client('backup', '--keep', wrong, status=2)
        self.assertEqual(len(self.stub.asked), asked)

    def audit(self, broken):
        def slice(path, body):
            first = path.endswith('from=0')
            return 200, {'next': 501 if first else 0, 'checked': 500 if first else 7, 'broken_seq': None if first or not broken else 505,
                         'last_seq': 507, 'last_hash': 'ab' * 32}, {}
        self.stub.call('GET', '/v1/audit', slice)
        self.stub.on('GET', '/v1/audit/integrity', 200, {'ok': True})

    def test_audit_goes_through_all_slices(self):
        self.audit(broken=False)
        self.assertEqual(self.run_client('audit', 'verify').stdout, f"507 events, chain unbroken, last hash {'ab' * 32}\n")

    def test_broken_chain_exits_1(self):
        self.audit(broken=True)
        self.assertIn('505', self.run_client('audit', 'verify', status=1).stderr)

    def test_play_refuses_a_live_site(self):
        day = os.path.join(os.path.dirname(__file__), '../days/typical.jsonl')
        self.assertIn('--drill', self.run_client('play', day, status=1).stderr)
        self.assertEqual(len(self.stub.asked), 1)

    def test_play_names_the_faulty_line(self):
        p = self.run_client('play', '-', status=1)
        self.assertIn('-', p.stderr)
        file = self.stub.dir.name + '/day.jsonl'
        with open(file, 'w') as f:
            f.write('\n{"key":"k"}\n')
        self.assertIn('day.jsonl:2: book_at', self.run_client('play', file, status=5).stderr)

    def test_interrupted_play_stops_cleanly_and_exits_130(self):
        day = os.path.join(os.path.dirname(__file__), '../days/typical.jsonl')
        self.stub.on('GET', '/v1/site', 200, {**SITE, 'drill': True, 'now': '2026-11-18T07:00:00+08:00'})
        self.stub.on('PUT', '/v1/drill/clock', 200, {})
        self.stub.on('GET', '/v1/events', 200, {'items': []})

        def interrupt(path, body):
            process.send_signal(signal.SIGINT)
            return 409, FULL, {}
        self.stub.call('POST', '/v1/bookings', interrupt)
        process = subprocess.Popen([CLIENT, '--url', 'unix:' + self.stub.socket, 'play', day], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env={**os.environ, 'LC_ALL': 'C'})
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ''))
        self.assertIn('stopped at 2026-11-19T02:03:31.672+08:00', err)
        self.assertEqual(len([a for a in self.stub.asked if a[0] == 'POST']), 1)

    def test_config_check_passes_output_and_status_of_the_daemon(self):
        bin = self.stub.dir.name + '/bin'
        os.mkdir(bin)
        with open(bin + '/gateslotd', 'w') as f:
            f.write('#!/bin/sh\necho "$@"\nexit 3\n')
        os.chmod(bin + '/gateslotd', 0o755)
        os.link(CLIENT, bin + '/gateslot') if os.stat(CLIENT).st_dev == os.stat(bin).st_dev else os.system(f'cp {CLIENT} {bin}/gateslot')
        p = subprocess.run([bin + '/gateslot', 'config', 'check', 'f.yaml'], capture_output=True, text=True)
        self.assertEqual((p.returncode, p.stdout), (3, '--check-config --config f.yaml\n'))

    def test_usage_errors_name_the_fault_in_the_language(self):
        for args, en, zh in ((('lst',), 'did you mean "list"?', '是否指“list”？'), (('show',), 'show: REF is missing', 'show：缺少 预约'),
                             (('list', '--windwo', 'x'), 'did you mean "--window"?', '是否指“--window”？'), (('token',), 'token list', 'token list'),
                             (('book',), '--plate and so on', '--plate 等选项'), (('token', 'create', '--name', 'x'), '--role is missing', '缺少 --role'),
                             (('capacity', 'set', 'today', 'morning'), 'a number', '缺少容量'), (('capacity', 'set', 'today', 'morning', 'x'), '"x" is not a number', '“x”不是可用的数字'),
                             (('reschedule', 'bk_1'), '--date, --window, --slot is missing', '缺少'), (('events', '--after', 'x'), '"x" is not a number', '“x”不是'),
                             (('list', '--csv', '--json'), '--csv and --json do not go together', '不能同时使用'), (('--json', 'slots', '--csv'), '--csv and --json do not', '不能'),
                             (('report', '2026-11-01..2026-11-02', '--json', '--csv'), '--csv and --json do not', '不能'),
                             ((), 'Usage: gateslot', '用法：gateslot')):
            self.assertIn(en, self.run_client(*args, status=2).stderr)
            p = self.run_client(*args, status=2, env={'LC_ALL': 'zh_CN.UTF-8'})
            self.assertIn(zh, p.stderr)
            self.assertEqual(p.stdout, '')
        self.assertEqual(self.stub.asked, [])

    def test_help_is_shown_on_request_and_exits_0(self):
        for args, text in ((('help',), 'Usage: gateslot'), (('help', 'help'), 'Usage: gateslot'), (('help', '--help'), 'Usage: gateslot'), (('-h',), 'Usage: gateslot'), (('help', 'list'), '--columns'), (('list', '-h'), '--columns'),
                           (('help', 'token'), 'token create'), (('token', '--help'), 'token revoke'), (('help', 'capacity'), 'capacity reset'), (('help', 'dates'), '11-28..12-04')):
            p = self.run_client(*args)
            self.assertIn(text, p.stdout)
            self.assertEqual(p.stderr, '')
        self.assertEqual(self.run_client('-V').stdout, self.run_client('--version').stdout)

    def complete(self, line):
        words = line.split(' ')
        script = os.path.join(os.path.dirname(__file__), '../../conf/bash-completion/gateslot')
        p = subprocess.run(['bash', '-c', 'source "$0"; shift 0; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gateslot; printf "%s\n" "${COMPREPLY[@]}"', script, *words],
                           capture_output=True, text=True, env={**os.environ, 'GATESLOT_URL': 'unix:/nowhere'})
        self.assertEqual(p.stderr, '')
        return p.stdout.split()

    def test_completion_knows_what_may_follow(self):
        for line, expected in (('gateslot cap', 'capacity'), ('gateslot capacity se', 'set'), ('gateslot list --st', '--status'), ('gateslot list --status ente', 'entered'),
                               ('gateslot list --next --col', '--columns'), ('gateslot list --columns pass', 'pass_code'), ('gateslot help tok', 'token'),
                               ('gateslot slots tomo', 'tomorrow'), ('gateslot --json slots 昨', '昨天'), ('gateslot slots -1', '-1d')):
            self.assertEqual(self.complete(line), [expected], line)

    def test_every_command_and_option_is_in_manual_and_completion(self):
        root = os.path.join(os.path.dirname(__file__), '../..')
        with open(f'{root}/docs/man/gateslot.1', encoding='utf-8') as f:
            manual = f.read()
        with open(f'{root}/conf/bash-completion/gateslot', encoding='utf-8') as f:
            completion = f.read()
        commands = re.findall(r'^  ([a-z][a-z-]*(?: (?:set|reset|create|list|revoke|confirm|verify|check|preview|accept))?)(?= )', self.run_client('--help').stdout, re.M)
        self.assertGreaterEqual(len(commands), 28)
        for command in commands:
            for word in command.split():
                self.assertRegex(manual, rf'\b{word}\b', command)
                self.assertRegex(completion, rf'\b{word}\b', command)
            for option in re.findall(r'^  --([a-z-]+)', self.run_client(*command.split(), '--help').stdout, re.M):
                self.assertIn(f'Fl Fl {option}', manual, command)
                self.assertIn(f'--{option}', self.complete(f'gateslot {command} --'), command)

    def test_completion_knows_every_type_of_event(self):
        with open(os.path.join(os.path.dirname(__file__), '../../docs/openapi.json'), encoding='utf-8') as f:
            types = json.load(f)['components']['schemas']['EventType']['enum']
        offered = self.complete('gateslot events --type ')
        self.assertEqual(sorted({word for type in types for word in type.split('.')} - set(offered)), [])
        self.assertEqual(sorted(set(offered) - {word for type in types for word in type.split('.')}), [])


class Result(unittest.TestResult):
    """Says TAP while tests run."""

    def say(self, ok, test, more=''):
        print(f"{'ok' if ok else 'not ok'} {self.testsRun} {test._testMethodName}{more}", flush=True)

    def addSuccess(self, test):
        self.say(True, test)

    def addError(self, test, err):
        super().addError(test, err)
        self.say(False, test)
        print(self._exc_info_to_string(err, test), file=sys.stderr, flush=True)

    addFailure = addError


if __name__ == '__main__':
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Client)
    print(f'1..{suite.countTestCases()}', flush=True)
    result = Result()
    suite.run(result)
    sys.exit(0 if not result.errors else 1)
