"""A supervisor's pardons and exceptions, over HTTP: a no-show is excused days later, when its booking is in the archive, and stays so
through kills; the company's places, quota and promises are shown; rules are set aside for one booking with a reason."""
import json, unittest, urllib.parse
from testsite import Site, container, request
import tap

TRUCK, COMPANY = '浙D99999', '91350100M000100Y43'
PLATE = urllib.parse.quote(TRUCK)
DAYS = ('2026-11-25', '2026-11-26', '2026-11-27')
START = '2026-11-25T07:00:00+08:00'


def miss(site, n, date):
    """Booked for the evening, and nobody comes."""
    site.clock(f'{date}T07:00:00+08:00')
    b = site.book(request(n, date, plate=TRUCK, containers=[container(1)], windows=['evening'], slot='16:00')).json
    site.clock(f'{date}T17:30:00+08:00')
    return b['id']


def strikes(site, query=f'plate={PLATE}'):
    a = site.get(f'/v1/strikes?{query}')
    assert a.status == 200, a
    return a.json


class Strikes(unittest.TestCase):
    def site(self, **more):
        site = Site(start=START, strikes=3, **more)
        self.addCleanup(site.close)
        return site

    def refused(self, answer, status, code, pointer=None):
        self.assertEqual((answer.status, answer.json.get('code')), (status, code), answer)
        if pointer is not None:
            self.assertIn(pointer, [e['pointer'] for e in answer.json['errors']], answer)

    def test_an_archived_no_show_is_excused_and_the_plate_may_book_again(self):
        s = self.site()
        ids = [miss(s, i, d) for i, d in enumerate(DAYS)]
        s.clock('2026-11-30T09:00:00+08:00')
        again = request(9, '2026-11-30', plate=TRUCK, containers=[container(1)])
        self.refused(s.book(again), 403, 'suspended')
        item = strikes(s)['items'][0]
        self.assertEqual((item['plate'], item['count'], item['limit'], item['suspended_until']), (TRUCK, 3, 3, '2026-12-04T17:00:00+08:00'))
        self.assertEqual([(x['booking_id'], x['date'], x['cause'], x['state']) for x in item['strikes']], [(i, d, 'no_show', 'counts') for i, d in zip(ids, DAYS)])
        s.kill()
        s.launch()
        a = s.post(f'/v1/bookings/{ids[0]}/excuse', {'reason': '雾天封路'}, key='pardon')
        self.assertEqual((a.status, a.json['id'], a.json['excused'], a.json['status'], a.json['version']), (200, ids[0], True, 'no_show', 3), a)
        self.assertEqual(a.headers['ETag'], s.get(f'/v1/bookings/{ids[0]}').headers['ETag'])
        same = s.post(f'/v1/bookings/{ids[0]}/excuse', {'reason': '雾天封路'}, key='pardon')
        self.assertEqual((same.status, same.body, same.headers['Idempotent-Replayed']), (200, a.body, 'true'))
        self.refused(s.post(f'/v1/bookings/{ids[0]}/excuse', {'reason': 'again'}), 409, 'already_excused')
        s.kill()
        s.launch()
        self.assertEqual(s.get(f'/v1/bookings/{ids[0]}').json, a.json)
        item = strikes(s)['items'][0]
        self.assertEqual((item['count'], item['suspended_until'], [x['state'] for x in item['strikes']]), (2, None, ['excused', 'counts', 'counts']))
        event = [e for e in s.events() if e['type'] == 'strike.excused'][0]
        self.assertEqual((event['booking_id'], event['reason'], event['data']['count'], event['data']['suspended_until']), (ids[0], '雾天封路', 2, None))
        story = s.get(f'/v1/bookings/{ids[0]}/history').json['items']
        self.assertEqual([e['type'] for e in story], ['booking.booked', 'booking.reminder', 'booking.no_show', 'strike.excused'])
        self.assertEqual(s.book(again).status, 201)
        self.assertEqual(s.get('/v1/audit/decisions?date=2026-11-25').json['same'], True)
        self.assertIn('unbroken', s.client('audit', 'verify', check=0).stdout)

    def test_one_still_in_the_book_is_excused_too_and_a_late_cancel(self):
        s = self.site()
        s.clock('2026-11-25T07:00:00+08:00')
        late = s.book(request(3, '2026-11-25', windows=['morning'], slot='08:00')).json
        s.clock('2026-11-25T08:00:00+08:00')
        self.assertEqual(s.post(f"/v1/bookings/{late['id']}/cancel").status, 200)
        self.assertEqual(strikes(s, '')['items'][0]['strikes'][0]['cause'], 'late_cancel')
        a = s.post(f"/v1/bookings/{late['id']}/excuse", {'reason': 'sick'}, headers={'If-Match': '"1"'})
        self.refused(a, 412, 'version_mismatch')
        a = s.post(f"/v1/bookings/{late['id']}/excuse", {'reason': 'sick'})
        self.assertEqual((a.status, a.json['excused'], a.json['status']), (200, True, 'cancelled'))
        self.assertEqual(strikes(s, '')['items'], [])

    def test_what_cannot_be_excused_says_why(self):
        s = self.site()
        old = miss(s, 1, DAYS[0])
        url = '/v1/bookings/{}/excuse'.format
        for body, pointer in ((None, '/reason'), ({}, '/reason'), ({'reason': ''}, '/reason'), ({'reason': '  '}, '/reason'), ({'reason': 7}, '/reason'),
                              ({'reason': 'x' * 256}, '/reason'), ({'reason': 'x', 'at': 'now'}, '/at')):
            self.refused(s.post(url(old), body), 422, 'validation', pointer)
        live = s.book(request(2, '2026-11-26')).json['id']
        self.refused(s.post(url(live), {'reason': 'x'}), 409, 'no_strike')
        for unknown in ('bk_999', 'bk_0', 'nobody', '%E6%B5%99'):
            self.refused(s.post(url(unknown), {'reason': 'x'}), 404, 'not_found')
        s.clock('2026-12-25T17:00:00+08:00')
        self.refused(s.post(url(old), {'reason': 'x'}), 409, 'too_late')
        s.clock('2027-02-25T17:00:00+08:00')
        self.refused(s.post(url(old), {'reason': 'x'}), 409, 'too_late')
        self.assertEqual(s.get(f'/v1/bookings/{old}').json['excused'], False)
        s.stop()
        s.write_config(strikes=0)
        s.launch()
        self.refused(s.post(url(live), {'reason': 'x'}), 409, 'switched_off')

    def test_questions_about_strikes(self):
        s = self.site()
        for i in range(5):
            s.book(request(10 + i, '2026-11-25', windows=['morning'], slot='08:00'))
        s.clock('2026-11-25T12:00:00+08:00')
        seen, cursor = [], ''
        while cursor is not None:
            page = strikes(s, 'limit=2' + (f'&cursor={urllib.parse.quote(cursor)}' if cursor else ''))
            self.assertLessEqual(len(page['items']), 2)
            seen += [x['plate'] for x in page['items']]
            cursor = page['next_cursor']
        self.assertEqual((len(seen), seen), (5, sorted(seen)))
        self.assertEqual(len(strikes(s, f'uscc={COMPANY}')['items']), 5)
        self.assertEqual(strikes(s, 'uscc=91350100M000100Y51')['items'], [])
        for query, pointer in (('plate=X', '?plate'), ('plate=', '?plate'), ('uscc=123', '?uscc'), ('limit=0', '?limit'), ('limit=501', '?limit'),
                               ('cursor=%25', '?cursor'), ('plate=a&plate=b', '?plate'), ('datum=1', '?datum')):
            self.refused(s.get(f'/v1/strikes?{query}'), 422, 'validation', pointer)

    def test_a_company_by_day_and_window(self):
        s = self.site(quota='company_window_percent: 25, company_day: 20')
        miss(s, 1, DAYS[0])
        s.clock('2026-11-29T07:00:00+08:00')
        for i in range(3):
            s.book(request(20 + i, '2026-11-29', windows=['midday']))
        s.book(request(30, '2026-11-29', windows=['midday'], company={'uscc': '91350100M000100Y51', 'name': '别家'}))
        came = s.bookings('2026-11-29')[0]['id']
        self.assertEqual(s.post(f'/v1/bookings/{came}/arrive').status, 200)
        c = s.get(f'/v1/companies/{COMPANY}?from=2026-11-25&to=2026-11-29').json
        self.assertEqual((c['uscc'], c['name'], [d['date'] for d in c['days']]), (COMPANY, '某贸易公司', [f'2026-11-{n}' for n in range(25, 30)]))
        past, today = c['days'][0], c['days'][4]
        self.assertEqual((past['missed'], past['held'], past['windows'][2]['missed']), (1, 0, 1))
        self.assertEqual((today['held'], today['used'], today['limit']), (3, 1, 20))
        self.assertEqual([(w['id'], w['held'], w['limit']) for w in today['windows']], [('morning', 0, 10), ('midday', 3, 10), ('evening', 0, 10)])
        self.assertEqual((c['no_shows']['kept'], c['no_shows']['missed'], c['no_shows']['percent']), (1, 1, 50.0))
        self.assertEqual([w['week'] for w in c['weeks']], ['2026-11-23', '2026-11-30'])
        self.assertEqual([w['throttled'] for w in c['weeks']], [False, False])
        self.assertEqual(c['strikes']['items'][0]['plate'], TRUCK)
        self.assertEqual(len(s.get(f'/v1/companies/{COMPANY}').json['days']), 7)
        for path, pointer in (('123', '/uscc'), (f'{COMPANY}?from=2026-11-29&to=2026-11-25', '?to'), (f'{COMPANY}?from=2026-01-01&to=2026-11-25', '?to'),
                              (f'{COMPANY}?from=2026-02-30', '?from'), (f'{COMPANY}?date=2026-11-25', '?date')):
            self.refused(s.get(f'/v1/companies/{path}'), 422, 'validation', pointer)
        self.assertIn('某贸易公司', s.client('company', COMPANY, '11-25..11-29', check=0).stdout)

    def test_exceptions_are_granted_told_and_counted(self):
        s = self.site(quota='company_window_percent: 5, company_day: 20')
        for i, d in enumerate(DAYS):
            miss(s, i, d)
        s.clock('2026-11-28T07:45:00+08:00')
        late = request(40, '2026-11-28', windows=['morning'], slot='08:00', plate=TRUCK)
        self.refused(s.book(late), 403, 'suspended')
        a = s.book({**late, 'exception': {'rules': ['cutoff', 'quota', 'suspended'], 'reason': '鲜货'}})
        self.assertEqual((a.status, a.json['exceptions'], a.json['slot']['start']), (201, ['cutoff', 'suspended'], '2026-11-28T08:00:00+08:00'), a)
        event = s.events()[-1]
        self.assertEqual((event['type'], event['reason'], event['data']['exceptions']), ('booking.booked', '鲜货', ['cutoff', 'suspended']))
        self.assertIn('set aside the cutoff, the suspension. Reason: 鲜货.', s.client('explain', a.json['id'], check=0).stdout)
        body = {'rules': ['quota'], 'reason': 'fair'}
        for i in range(2):
            self.assertEqual(s.book(request(50 + i, '2026-11-28', windows=['evening'])).status, 201)
        self.refused(s.book(request(52, '2026-11-28', windows=['evening'])), 409, 'company_quota')
        self.assertEqual(s.book(request(52, '2026-11-28', windows=['evening'], exception=body)).json['exceptions'], ['quota'])
        self.assertEqual(s.get('/v1/reports/daily?date=2026-11-28').json['total']['exceptions'], 2)
        s.stop()
        s.launch()
        self.assertEqual(s.get(f"/v1/bookings/{a.json['id']}").json['exceptions'], ['cutoff', 'suspended'])
        for wrong, pointer in ((7, '/exception'), ({}, '/exception/rules'), ({'rules': [], 'reason': 'x'}, '/exception/rules'),
                               ({'rules': ['bays'], 'reason': 'x'}, '/exception/rules/0'), ({'rules': ['quota', 'quota'], 'reason': 'x'}, '/exception/rules/1'),
                               ({'rules': ['quota']}, '/exception/reason'), ({'rules': ['quota'], 'reason': ''}, '/exception/reason'),
                               ({'rules': 'quota', 'reason': 'x'}, '/exception/rules'), ({**body, 'until': 'x'}, '/exception/until'),
                               ({'rules': [None], 'reason': 'x'}, '/exception/rules/0')):
            self.refused(s.book(request(60, '2026-11-29', exception=wrong)), 422, 'validation', pointer)
        self.assertEqual(s.book(request(61, '2026-11-29', exception={'rules': ['quota'], 'reason': 'not needed'})).json['exceptions'], [])
        token = json.loads(s.client('--json', 'token', 'create', '--name', 'gate-1', '--role', 'gate', check=0).stdout)['token']
        self.refused(s.book(request(62, '2026-11-29', exception=body), headers={'Authorization': f'Bearer {token}'}), 403, 'forbidden')
        self.refused(s.post('/v1/bookings/bk_1/excuse', {'reason': 'x'}, headers={'Authorization': f'Bearer {token}'}), 403, 'forbidden')


if __name__ == '__main__':
    tap.main()
