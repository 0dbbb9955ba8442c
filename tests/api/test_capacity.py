"""Capacity as a planned transaction: dry run, plan, and what becomes of those who are booked and those who wait."""
import unittest
from testsite import DATE, Site, plate, request
import tap

WINDOWS = 'windows: {early: {start: "08:00", end: "10:00", capacity: 4}, late: {start: "16:00", end: "18:00", capacity: 4}}'


class Case(unittest.TestCase):
    def setUp(self):
        self.site = Site(extra=WINDOWS, **getattr(self, 'site_options', {}))
        self.addCleanup(self.site.close)

    def booked(self, n, status=201, **more):
        a = self.site.book(request(n, **more))
        self.assertEqual(a.status, status, a)
        return a.json

    def put(self, window, body, query='', date=DATE, status=200, code=None):
        a = self.site.call('PUT', f'/v1/capacity/{date}/{window}{query}', body)
        self.assertEqual(a.status, status, a)
        if code:
            self.assertEqual(a.json['code'], code, a)
        return a.json

    def delete(self, window, query='', status=200):
        a = self.site.call('DELETE', f'/v1/capacity/{DATE}/{window}{query}')
        self.assertEqual(a.status, status, a)
        return a.json

    def state(self, b):
        return self.site.get(f"/v1/bookings/{b['id']}").json

    def windows(self):
        days = self.site.get(f'/v1/capacity?from={DATE}&to={DATE}').json['days']
        return {w['id']: w for w in days[0]['windows']}

    def seq(self):
        return (self.site.events() or [{'seq': 0}])[-1]['seq']


class Plans(Case):
    def test_the_dry_run_changes_nothing_and_the_run_does_exactly_it(self):
        stay = self.booked(1, windows=['early'])
        wait = self.booked(2, windows=['early'])
        move = self.booked(3, windows=['early', 'late'], slot='08:00')
        seq = self.seq()
        body = {'capacity': 1, 'reason': 'gate 2 broken'}
        dry = self.put('early', body, '?dry_run=true')
        self.assertEqual(self.seq(), seq)
        self.assertEqual([self.state(b)['version'] for b in (stay, wait, move)], [1, 1, 1])
        self.assertEqual((dry['date'], dry['window']), (DATE, 'early'))
        self.assertEqual((dry['before']['capacity'], dry['before']['booked'], dry['before']['free']), (4, 3, 1))
        self.assertEqual((dry['after']['capacity'], dry['after']['booked'], dry['after']['free']), (1, 1, 0))
        self.assertEqual([(s['booking_id'], s['plate'], s['from']['window'], s['to']['window']) for s in dry['moved']],
                         [(move['id'], plate(3), 'early', 'late')])
        self.assertEqual([(s['booking_id'], s['from']['window'], s['to']) for s in dry['waitlisted']],
                         [(wait['id'], 'early', None)])
        self.assertEqual(dry['promoted'], [])
        self.assertRegex(dry['plan_id'], '^[0-9a-f]{16}$')
        run = self.put('early', dict(body, plan_id=dry['plan_id']))
        self.assertEqual(run, dry)
        self.assertEqual([self.state(b)['status'] for b in (stay, wait, move)], ['booked', 'waitlisted', 'booked'])
        self.assertEqual(self.state(wait)['waitlist_position'], 1)
        self.assertEqual(self.state(move)['slot'], dry['moved'][0]['to']['slot'])
        events = [e for e in self.site.events(seq)]
        self.assertEqual([(e['type'], e['booking_id'], e['reason']) for e in events],
                         [('booking.waitlisted', wait['id'], 'gate 2 broken'), ('booking.moved', move['id'], 'gate 2 broken'),
                          ('capacity.changed', None, 'gate 2 broken')])
        self.assertEqual(events[1]['data']['from']['window'], 'early')
        self.assertEqual(events[1]['data']['to']['window'], 'late')

    def test_of_two_supervisors_the_second_learns_what_changed(self):
        for n in range(4):
            self.booked(n, windows=['early'])
        one = self.put('early', {'capacity': 3}, '?dry_run=true')['plan_id']
        two = self.put('early', {'capacity': 2}, '?dry_run=true')['plan_id']
        self.put('early', {'capacity': 3, 'plan_id': one})
        seq = self.seq()
        a = self.put('early', {'capacity': 2, 'plan_id': two}, status=409, code='plan_outdated')
        self.assertEqual(self.seq(), seq)
        self.assertEqual(a['plan']['before']['capacity'], 3)
        self.assertEqual(len(a['plan']['waitlisted']), 1)
        self.put('early', {'capacity': 2, 'plan_id': a['plan']['plan_id']})
        self.put('early', {'capacity': 2, 'plan_id': a['plan']['plan_id']}, status=409, code='plan_outdated')

    def test_raising_promotes_in_the_same_plan(self):
        for n in range(4):
            self.booked(n, windows=['early'])
        waiting = self.booked(9, status=202, windows=['early'], waitlist=True)
        dry = self.put('early', {'capacity': 5}, '?dry_run=true')
        self.assertEqual([s['booking_id'] for s in dry['promoted']], [waiting['id']])
        self.assertEqual(self.state(waiting)['status'], 'waitlisted')
        self.assertEqual(self.put('early', {'capacity': 5}), dry)
        self.assertEqual(self.state(waiting)['status'], 'booked')

    def test_keep_cuts_without_displacing(self):
        for n in range(4):
            self.booked(n, windows=['early'])
        a = self.put('early', {'capacity': 1, 'excess': 'keep'})
        self.assertEqual((a['moved'], a['waitlisted'], a['after']['free']), ([], [], -3))
        self.assertEqual(self.site.book(request(9, windows=['early'])).json['code'], 'full')

    def test_a_whole_day_is_closed_and_opened_again(self):
        bookings = [self.booked(n) for n in range(6)]
        a = self.put('all', {'closed': True, 'reason': '台风'})
        self.assertEqual((a['window'], a['before']['booked'], a['after']['booked'], a['after']['closed']), ('all', 6, 0, True))
        self.assertEqual([w['id'] for w in a['windows']], ['early', 'late'])
        self.assertEqual([s['booking_id'] for s in a['waitlisted']], [b['id'] for b in reversed(bookings)])
        self.assertEqual(self.site.book(request(9)).json['code'], 'closed')
        dry = self.delete('all', '?dry_run=true')
        self.assertEqual(self.delete('all', '?plan_id=' + dry['plan_id']), dry)
        self.assertEqual({self.state(b)['status'] for b in bookings}, {'booked'})
        self.assertEqual(self.delete('all')['promoted'], [])

    def test_arrived_trucks_stay_when_nothing_is_left(self):
        here, coming = (self.booked(n, windows=['early'], slot='08:00') for n in (1, 2))
        self.site.clock(f'{DATE}T08:00:00+08:00')
        self.site.post(f"/v1/bookings/{here['id']}/arrive")
        a = self.put('early', {'capacity': 0})
        self.assertEqual(([s['booking_id'] for s in a['waitlisted']], a['after']['free']), ([coming['id']], -1))
        self.assertEqual(self.site.post(f"/v1/bookings/{here['id']}/enter").status, 200)

    def test_what_cannot_be_planned(self):
        self.booked(1, windows=['early'])
        seq = self.seq()
        plan = self.put('early', {'capacity': 1}, '?dry_run=true')['plan_id']
        self.put('early', {'capacity': 1, 'plan_id': plan}, date='2026-11-26', status=409, code='plan_outdated')
        self.put('early', {'capacity': 1, 'plan_id': 'xyz'}, status=422, code='validation')
        self.put('early', {'capacity': 1}, '?dry_run=maybe', status=422, code='validation')
        self.put('early', {'capacity': 1}, '?dry-run=true', status=422, code='validation')
        self.put('none', {'capacity': 1}, status=422, code='validation')
        self.put('a_window_that_is_too_long', {'capacity': 1}, status=422, code='validation')
        self.put('all', {'capacity': 1}, status=422, code='validation')
        for bad in ({'capacity': -1}, {'capacity': 10001}, {'capacity': 1.5}, {'slot_capacity': -1}, {'excess': 'drop'}, {}):
            self.put('early', bad, status=422, code='validation')
        self.put('early', {'capacity': 1}, date='2026-11-23', status=422, code='outside_horizon')
        self.put('early', {'capacity': 1}, date='2028-11-23', status=422, code='validation')
        self.put('early', {'capacity': 1}, date='2026-02-30', status=422, code='validation')
        self.assertEqual(self.seq(), seq)
        self.site.clock(f'{DATE}T10:00:00+08:00')
        a = self.put('early', {'capacity': 1}, status=422, code='past_cutoff')
        self.assertIn('10:00', a['detail'])

    def test_the_client_shows_the_plan_and_carries_it_out(self):
        for n in range(4):
            self.booked(n, windows=['early'] if n < 3 else ['early', 'late'], slot='08:00')
        out = self.site.client('capacity', 'set', DATE, 'early', '2', '--dry-run', check=0).stdout
        dry = self.put('early', {'capacity': 2}, '?dry_run=true')
        for step in dry['moved'] + dry['waitlisted']:
            self.assertIn(step['booking_id'], out)
        self.assertIn(dry['plan_id'], out)
        zh = self.site.client('capacity', 'set', DATE, 'early', '2', '--dry-run', check=0, env={'LC_ALL': 'zh_CN.UTF-8'}).stdout
        self.assertIn('候补', zh)
        self.site.client('capacity', 'set', DATE, 'early', '2', '--plan', '0' * 16, check=4)
        self.site.client('capacity', 'set', DATE, 'early', '2', '--plan', dry['plan_id'], check=0)
        self.assertEqual(self.windows()['early']['booked'], 2)
        self.site.client('capacity', 'set', DATE, 'all', '--close', check=0)
        self.assertTrue(all(w['closed'] for w in self.windows().values()))
        self.site.client('capacity', 'reset', DATE, 'all', check=0)
        self.assertFalse(any(w['closed'] for w in self.windows().values()))


class Ranges(Case):
    def test_a_festival_is_planned_ahead_and_stands_when_it_comes(self):
        put = lambda query, body: self.site.call('PUT', f'/v1/capacity/2027-02-05/all?until=2027-02-12{query}', body)
        seq = self.seq()
        body = {'closed': True, 'reason': '春节'}
        dry = put('&dry_run=true', body).json
        self.assertEqual((dry['date'], dry['until'], dry['window'], len(dry['days'])), ('2027-02-05', '2027-02-12', 'all', 8))
        self.assertEqual([w['name'] for w in dry['days'][0]['windows']], ['early', 'late'])
        self.assertEqual(self.seq(), seq)
        done = put(f'&plan_id={dry["plan_id"]}', body)
        self.assertEqual((done.status, done.json), (200, dry))
        self.assertEqual(self.seq(), seq + 16)
        again = put(f'&plan_id={dry["plan_id"]}', body)
        self.assertEqual((again.status, again.json['code']), (409, 'plan_outdated'))
        self.assertEqual(len(again.json['plan']['days']), 8)
        days = self.site.get('/v1/capacity?from=2027-02-04&to=2027-02-13').json['days']
        self.assertEqual([all(w['closed'] for w in d['windows']) for d in days], [False] + [True] * 8 + [False])
        self.assertEqual(days[1]['windows'][0]['reason'], '春节')
        self.assertEqual(len(self.site.get('/v1/capacity?from=2026-11-24&to=2027-12-28').json['days']), 400)
        self.assertEqual(self.site.get('/v1/capacity?from=2026-11-24&to=2027-12-29').status, 422)
        self.site.stop()
        self.site.launch()
        self.site.clock('2027-02-04T09:00:00+08:00')
        a = self.site.book(request(1, date='2027-02-06'))
        self.assertEqual((a.status, a.json['code']), (422, 'closed'), a)
        self.assertIn('春节', a.json['detail'])
        self.site.call('DELETE', '/v1/capacity/2027-02-06/early')
        self.assertEqual(self.site.book(request(1, date='2027-02-06')).json['window'], 'early')

    def test_the_plan_id_stands_in_the_query_or_in_the_body(self):
        for method, body in (('PUT', {'capacity': 2}), ('DELETE', {})):
            path = '/v1/capacity/2026-12-20/early?until=2026-12-22'
            plan = self.site.call(method, f'{path}&dry_run=true', body).json['plan_id']
            for query, given, status in ((plan, 'f' * 16, 422), ('f' * 16, None, 409), (None, 'f' * 16, 409), ('xyz', None, 422),
                                         (None, 'xyz', 422), (plan, plan, 200)):
                a = self.site.call(method, path + (f'&plan_id={query}' if query else ''), dict(body, **({'plan_id': given} if given else {})))
                self.assertEqual(a.status, status, (method, query, given, a))
        a = self.site.call('DELETE', '/v1/capacity/2026-12-20/early', {'capacity': 3})
        self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, '/capacity'))

    def test_what_is_no_range(self):
        seq = self.seq()
        for path, pointer in (('2026-12-20/early?until=2026-12-19', '?until'), ('2026-12-20/early?until=1970-01-01', '?until'),
                              ('2026-12-20/early?until=2027-02-29', '?until'), ('2026-12-20/early?until=tomorrow', '?until'),
                              ('2026-12-20/early?until=', '?until'), ('2026-12-20/early?until=2028-01-01', '?until'),
                              ('2028-02-29/early?until=2028-03-01', '/date'), ('2026-12-20/dawn?until=2026-12-21', '/window'),
                              ('2026-12-20/early?until=2026-12-21&until=2026-12-22', '?until')):
            for method, body in (('PUT', {'capacity': 1}), ('DELETE', None)):
                a = self.site.call(method, f'/v1/capacity/{path}', body)
                self.assertEqual((a.status, a.json['code'], a.json['errors'][0]['pointer']), (422, 'validation', pointer), (path, a))
        self.assertEqual(self.seq(), seq)

    def test_the_client_plans_a_range(self):
        self.booked(1, windows=['early'])
        out = self.site.client('capacity', 'set', f'{DATE}..2027-02-12', 'all', '--close', '--reason', 'works', '--dry-run', check=0).stdout
        self.assertRegex(out, r'2026-11-25 .* early .* 4 → closed')
        self.assertRegex(out, r'2026-11-26\.\.2027-02-12 .* early .* 4 → closed')
        self.assertIn('waitlisted: 1', out)
        plan = out.split()[-1]
        self.site.client('capacity', 'set', f'{DATE}..2027-02-12', 'all', '--close', '--reason', 'works', '--plan', plan, check=0)
        self.assertTrue(all(w['closed'] for w in self.windows().values()))
        zh = self.site.client('capacity', 'reset', f'{DATE}..2027-02-12', 'all', check=0, env={'LC_ALL': 'zh_CN.UTF-8'}).stdout
        self.assertIn('转正: 1', zh.replace('：', ': '))
        self.assertEqual(self.windows()['early']['booked'], 1)
        self.site.client('capacity', 'set', '2027-02-12..2027-02-05', 'all', '--close', check=2)
        replay = self.site.client('replay-decisions', DATE, check=0).stdout
        self.assertNotIn('differ', replay.lower().replace('no difference', ''))


class Exits(Case):
    site_options = {'bays': 4}

    def test_trucks_that_overstay_are_shown_and_told_once(self):
        early = [self.booked(n, windows=['early'], slot='08:00') for n in range(2)]
        for n in range(10, 13):
            self.booked(n, windows=['late'], slot='17:30')
        self.site.clock(f'{DATE}T08:00:00+08:00')
        for b in early:
            for step in ('arrive', 'enter'):
                self.assertEqual(self.site.post(f"/v1/bookings/{b['id']}/{step}").status, 200)
        w = self.windows()
        self.assertEqual([(w[i]['overstay'], w[i]['at_risk']) for i in ('early', 'late')], [(0, 0), (2, 1)])
        self.site.clock(f'{DATE}T16:10:00+08:00')
        told = [e for e in self.site.events() if e['reason'] == 'at_risk']
        self.assertEqual([(e['type'], e['at'], e['data']['window'], e['data']['inside'], e['data']['at_risk']) for e in told],
                         [('capacity.changed', f'{DATE}T16:00:00+08:00', 'late', 2, 1)])
        body = {k: v for k, v in request(20).items() if k not in ('date', 'flexible', 'waitlist')}
        self.assertEqual(self.site.post('/v1/gate/walk-ins', body).json['code'], 'full')
        report = self.site.get(f'/v1/reports/daily?date={DATE}').json
        self.assertEqual((report['windows']['late']['overstay'], report['windows']['late']['at_risk']), (2, 1))
        for b in early:
            for step in ('clear', 'depart'):
                self.site.post(f"/v1/bookings/{b['id']}/{step}")
        self.assertEqual(self.site.post('/v1/gate/walk-ins', body).status, 201)


if __name__ == '__main__':
    tap.main()
