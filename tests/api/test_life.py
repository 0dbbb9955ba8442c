"""The life of a booking over the socket, for each of the three who use it."""
import unittest
from testsite import DATE, Site, container, plate, request
import tap


class Case(unittest.TestCase):
    def setUp(self):
        self.site = Site(**getattr(self, 'site_options', {}))
        self.addCleanup(self.site.close)

    def booked(self, n, **more):
        a = self.site.book(request(n, **more))
        self.assertEqual(a.status, 201, a)
        return a.json

    def step(self, booking, what, body=None, status=200, code=None, **kw):
        a = self.site.post(f"/v1/bookings/{booking['id']}/{what}", body, **kw)
        self.assertEqual(a.status, status, (what, a))
        if code:
            self.assertEqual(a.json['code'], code, a)
        return a.json

    def slots(self, date=DATE):
        return {w['id']: w for w in self.site.get(f'/v1/slots?from={date}&to={date}').json['days'][0]['windows']}

    def token(self, name, role):
        a = self.site.post('/v1/tokens', {'name': name, 'role': role})
        self.assertEqual(a.status, 201, a)
        return {'Authorization': 'Bearer ' + a.json['token']}


class Life(Case):
    def test_from_request_to_departure(self):
        b = self.booked(1, windows=['morning'], slot='08:30')
        self.assertEqual((b['status'], b['window'], b['slot']['start']), ('booked', 'morning', f'{DATE}T08:30:00+08:00'))
        self.assertEqual((b['arrive_from'], b['arrive_until']), (f'{DATE}T08:00:00+08:00', f'{DATE}T09:30:00+08:00'))
        self.assertEqual(len(b['pass_code']), 8)
        self.step(b, 'arrive', status=409, code='early')
        self.site.clock(f'{DATE}T07:50:00+08:00')
        self.step(b, 'arrive')
        self.step(b, 'enter', status=409, code='early')
        self.assertEqual(self.site.post('/v1/gate/check', {'plate': plate(1)}).json['code'], 'early')
        self.site.clock(f'{DATE}T08:01:00+08:00')
        self.assertEqual(self.site.post('/v1/gate/check', {'pass_code': b['pass_code'].lower()}).json['decision'], 'admit')
        self.step(b, 'enter')
        self.assertEqual(self.site.post('/v1/gate/check', {'container': container(1)}).json['code'], 'already_inside')
        self.step(b, 'clear')
        self.site.clock(f'{DATE}T08:11:00+08:00')
        end = self.step(b, 'depart')
        self.assertEqual(end['status'], 'departed')
        self.assertEqual(end['version'], 5)
        self.step(b, 'cancel', status=409, code='wrong_state')
        types = [e['type'] for e in self.site.get(f"/v1/bookings/{b['id']}/history").json['items']]
        self.assertEqual(types, ['booking.' + s for s in ('booked', 'reminder', 'arrived', 'entered', 'cleared', 'departed')])

    def test_no_show_at_the_minute_and_the_place_free_at_that_minute(self):
        b = self.booked(1, windows=['morning'], slot='08:00')
        self.site.clock(f'{DATE}T08:59:59.999+08:00')
        self.assertEqual(self.site.get(f"/v1/bookings/{b['id']}").json['status'], 'booked')
        self.site.clock(f'{DATE}T09:00:00+08:00')
        self.assertEqual(self.site.get(f"/v1/bookings/{b['id']}").json['status'], 'no_show')
        self.assertEqual(self.slots()['morning']['booked'], 0)
        self.assertEqual(self.site.events()[-1]['at'], f'{DATE}T09:00:00+08:00')
        self.step(b, 'arrive', status=409, code='wrong_state')
        self.assertEqual(self.site.post('/v1/gate/check', {'plate': plate(1)}).json['code'], 'no_show')

    def test_delay_once_to_the_next_slot_with_room(self):
        b = self.booked(1, windows=['morning'], slot='08:00')
        self.site.clock(f'{DATE}T08:20:00+08:00')
        moved = self.step(b, 'delay')
        self.assertEqual(moved['slot']['start'], f'{DATE}T08:30:00+08:00')
        self.step(b, 'delay', status=409)
        self.site.clock(f'{DATE}T08:40:00+08:00')
        self.assertEqual(self.site.post('/v1/gate/check', {'plate': plate(1)}).json['code'], 'delay_reported')

    def test_a_mis_tap_is_undone_within_15_minutes(self):
        b = self.booked(1, windows=['morning'], slot='08:00')
        self.site.clock(f'{DATE}T08:00:00+08:00')
        self.step(b, 'arrive')
        self.step(b, 'enter')
        self.assertEqual(self.step(b, 'revert')['status'], 'arrived')
        self.step(b, 'refuse', status=422)
        self.step(b, 'refuse', {'reason': 'seal broken'})
        self.assertEqual(self.step(b, 'revert')['status'], 'arrived')
        self.step(b, 'enter')
        self.site.clock(f'{DATE}T08:15:01+08:00')
        self.step(b, 'revert', status=422)  # after that only a supervisor may, and says why
        self.assertEqual(self.step(b, 'revert', {'reason': 'wrong truck'})['status'], 'arrived')

    def test_misread_plate_gets_candidates_never_admission(self):
        self.booked(8, plate='浙D88B01')
        self.site.clock(f'{DATE}T08:00:00+08:00')
        v = self.site.post('/v1/gate/check', {'plate': '浙D8BB01'}).json
        self.assertEqual((v['decision'], v['code']), ('reject', 'not_booked'))
        self.assertEqual([c['plate'] for c in v['candidates']], ['浙D88B01'])

    def test_walk_in_takes_a_place_of_the_present_window(self):
        self.site.clock(f'{DATE}T09:10:00+08:00')
        body = {k: v for k, v in request(1).items() if k not in ('date', 'flexible', 'waitlist')}
        a = self.site.post('/v1/gate/walk-ins', body)
        self.assertEqual((a.status, a.json['status'], a.json['slot']['start']), (201, 'arrived', f'{DATE}T09:00:00+08:00'))
        self.site.clock(f'{DATE}T21:00:00+08:00')
        self.assertEqual(self.site.post('/v1/gate/walk-ins', dict(body, plate=plate(2), containers=[container(2)])).json['code'], 'closed')

    def test_urgent_is_refused_to_the_gate_in_its_own_words(self):
        token = self.site.post('/v1/tokens', {'name': 'gate-7', 'role': 'gate'}).json['token']
        for language, detail in (('en', 'Your role may not use "urgent" here, only "normal".'), ('zh-CN', '您的角色不能用“urgent”，只能用“normal”。')):
            a = self.site.book(request(1, priority='urgent'), headers={'Authorization': 'Bearer ' + token, 'Accept-Language': language})
            self.assertEqual((a.status, a.json['errors']), (422, [{'pointer': '/priority', 'code': 'not_allowed', 'detail': detail}]))

    def test_change_needs_the_version(self):
        b = self.booked(1)
        patch = lambda h: self.site.call('PATCH', f"/v1/bookings/{b['id']}", {'plate': plate(77)}, headers=h)
        self.assertEqual(patch({}).status, 428)
        self.assertEqual(patch({'If-Match': '"9"'}).status, 412)
        a = patch({'If-Match': '"1"'})
        self.assertEqual((a.status, a.json['plate'], a.json['version'], a.headers['ETag']), (200, plate(77), 2, '"2"'))

    def test_reschedule_refused_changes_nothing(self):
        b = self.booked(1, windows=['morning'], slot='08:00')
        before = self.site.get(f"/v1/bookings/{b['id']}").body
        self.step(b, 'reschedule', {'date': '2026-12-30'}, status=422)
        self.step(b, 'reschedule', {'windows': ['night']}, status=422)
        self.assertEqual(self.site.get(f"/v1/bookings/{b['id']}").body, before)
        moved = self.step(b, 'reschedule', {'windows': ['evening'], 'slot': '17:00'})
        self.assertEqual(moved['slot']['start'], f'{DATE}T17:00:00+08:00')

    def test_duplicates_name_the_booking(self):
        b = self.booked(1)
        a = self.site.book(request(2, containers=[container(1)]))
        self.assertEqual((a.status, a.json['code'], a.json['booking_id']), (409, 'duplicate_container', b['id']))
        a = self.site.book(request(3, plate=plate(1), windows=[b['window']]))
        self.assertEqual((a.status, a.json['code'], a.json['booking_id']), (409, 'duplicate_plate', b['id']))


class Waitlist(Case):
    site_options = {'extra': 'windows: {only: {start: "16:00", end: "17:00", capacity: 2}, late: {start: "18:00", end: "19:00", capacity: 1}}'}

    def test_promoted_in_order_urgent_first_and_expired_at_the_end(self):
        first = [self.booked(n, windows=['only']) for n in (1, 2)]
        waiting = [self.site.book(request(n, windows=['only'], waitlist=True)) for n in (3, 4)]
        waiting.append(self.site.book(request(5, windows=['only'], waitlist=True, priority='urgent')))
        self.assertEqual([a.status for a in waiting], [202] * 3)
        self.assertEqual(self.site.get(f"/v1/bookings/{waiting[0].json['id']}").json['waitlist_position'], 2)
        self.step(first[0], 'cancel')
        state = lambda i: self.site.get(f"/v1/bookings/{waiting[i].json['id']}").json['status']
        self.assertEqual([state(i) for i in range(3)], ['waitlisted', 'waitlisted', 'booked'])
        self.site.clock(f'{DATE}T14:59:00+08:00')
        self.step(first[1], 'cancel')
        self.assertEqual([state(i) for i in range(3)], ['waitlisted', 'waitlisted', 'booked'])
        self.site.clock(f'{DATE}T17:00:00+08:00')
        self.assertEqual([state(i) for i in range(3)], ['expired', 'expired', 'no_show'])

    def test_full_names_what_else_is_free(self):
        for n in (1, 2):
            self.booked(n, windows=['only'])
        a = self.site.book(request(3, windows=['only']))
        self.assertEqual((a.status, a.json['code']), (409, 'full'))
        self.assertTrue(1 <= len(a.json['alternatives']) <= 5)
        for alt in a.json['alternatives']:
            again = self.site.book(request(3, date=alt['date'], windows=[alt['window']], slot=alt['slot']['start'][11:16]))
            self.assertEqual((again.status, again.json.get('slot')), (201, alt['slot']), alt)
            self.step(again.json, 'cancel')

    def test_capacity_raised_promotes_and_cut_under_bookings_is_refused(self):
        for n in (1, 2):
            self.booked(n, windows=['only'])
        w = self.site.book(request(3, windows=['only'], waitlist=True)).json
        path = f'/v1/capacity/{DATE}/only'
        a = self.site.call('PUT', path, {'capacity': 3, 'reason': 'more bays'})
        self.assertEqual(a.status, 200, a)
        self.assertEqual([p['booking_id'] for p in a.json['promoted']], [w['id']])
        self.assertEqual(self.site.get(f"/v1/bookings/{w['id']}").json['status'], 'booked')
        self.assertEqual(self.site.call('PUT', path, {'capacity': -1}).status, 422)
        self.assertEqual(self.site.call('PUT', path, {'capacity': 10001}).status, 422)
        self.assertEqual(self.site.call('PUT', f'/v1/capacity/{DATE}/none', {'capacity': 1}).status, 422)


class Yard(Case):
    site_options = {'bays': 1}

    def test_hold_when_the_yard_is_full_and_a_supervisors_override(self):
        a, b = (self.booked(n, windows=['morning'], slot='08:00') for n in (1, 2))
        self.site.clock(f'{DATE}T08:00:00+08:00')
        for x in (a, b):
            self.step(x, 'arrive')
        self.step(a, 'enter')
        v = self.site.post('/v1/gate/check', {'plate': plate(2)}).json
        self.assertEqual((v['decision'], v['code']), ('hold', 'yard_full'))
        self.step(b, 'enter', status=409, code='yard_full')
        self.step(b, 'enter', {'override': True}, status=422)
        gate = self.token('gate-1', 'gate')
        self.step(b, 'enter', {'override': True, 'reason': 'x'}, status=403, headers=gate)
        self.step(b, 'enter', {'override': True, 'reason': 'perishable'})


class Roles(Case):
    def test_a_backend_sees_and_touches_only_its_own(self):
        one, two = self.token('mini-1', 'backend'), self.token('mini-2', 'backend')
        b = self.site.book(request(1), headers=one).json
        self.assertEqual(self.site.get(f"/v1/bookings/{b['id']}", headers=one).status, 200)
        for method, path in (('GET', ''), ('GET', '/history'), ('POST', '/cancel'), ('POST', '/delay'), ('POST', '/reschedule')):
            a = self.site.call(method, f"/v1/bookings/{b['id']}{path}", {'slot': '08:00'} if 'resch' in path else None, headers=two)
            missing = self.site.call(method, f'/v1/bookings/bk_999999{path}', {'slot': '08:00'} if 'resch' in path else None, headers=two)
            self.assertEqual((a.status, a.json['code']), (404, 'not_found'), (path, a))
            self.assertEqual(a.body.replace(b['id'].encode(), b''), missing.body.replace(b'bk_999999', b''))
        self.assertEqual(self.site.get('/v1/bookings', headers=two).json['items'], [])
        self.assertEqual(self.site.get('/v1/events?after=0', headers=two).json['items'], [])
        self.assertEqual(len(self.site.get('/v1/events?after=0', headers=one).json['items']), 1)

    def test_each_role_may_what_the_contract_says(self):
        roles = {r: self.token(r + '-1', r) for r in ('backend', 'gate', 'supervisor', 'display', 'metrics')}
        for path, allowed in (('/v1/slots', 'backend gate supervisor display'), ('/v1/gate/list', 'gate supervisor display'),
                              ('/v1/capacity', 'gate supervisor'), (f'/v1/reports/daily?date={DATE}', 'gate supervisor'), ('/v1/tokens', 'supervisor'),
                              ('/metrics', 'metrics supervisor'), ('/v1/site', 'backend gate supervisor display metrics')):
            for role, header in roles.items():
                self.assertEqual(self.site.get(path, headers=header).status, 200 if role in allowed.split() else 403, (path, role))
        self.assertEqual(self.site.get('/v1/slots', headers={'Authorization': 'Bearer wrong'}).status, 401)

    def test_a_revoked_token_opens_nothing(self):
        h = self.token('t', 'gate')
        self.assertEqual(self.site.call('DELETE', '/v1/tokens/t').status, 204)
        self.assertEqual(self.site.get('/v1/slots', headers=h).status, 401)

    def test_personal_data_is_masked_in_lists_and_events(self):
        b = self.booked(1)
        self.assertEqual(b['driver']['phone'], '13800138000')
        self.assertEqual(self.site.get('/v1/bookings').json['items'][0]['driver']['phone'], '138****8000')
        for path in ('/v1/events?after=0', f'/v1/gate/list?date={DATE}', '/v1/bookings'):
            self.assertNotIn(b'13800138000', self.site.get(path).body)
        self.assertNotIn('13800138000', self.site.read_log())


class Feed(Case):
    def test_a_waiting_feed_is_woken_by_the_next_event(self):
        import threading
        got = []
        t = threading.Thread(target=lambda: got.append(self.site.get('/v1/events?after=0&wait=20')))
        t.start()
        self.booked(1)
        t.join(15)
        self.assertEqual([e['type'] for e in got[0].json['items']], ['booking.booked'])


if __name__ == '__main__':
    tap.main()
