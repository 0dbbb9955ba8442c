"""What opens the site, over time: when a token was used last, and that one which is revoked or runs out opens nothing more, not even for who waits;
tablets that are paired by a code and revoked by name, and who stands at them by a PIN."""
import json, os, subprocess, unittest
from testsite import CLIENT, Site, request
import tap


def bearer(token):
    return {'Authorization': f'Bearer {token}'}


class Waiter:
    """Somebody who has asked for events and waits for the answer."""

    def __init__(self, site, headers, path='/v1/events?after=0&wait=60', method='GET'):
        self.connection = site.connect(timeout=60)
        self.connection.request(method, path, headers=dict(headers, **{'Accept-Language': 'en'}))

    def answer(self):
        r = self.connection.getresponse()
        body = r.read()
        self.connection.close()
        return r.status, json.loads(body)


def waiting(site):
    for line in site.get('/metrics').body.decode().splitlines():
        if line.startswith('gateslot_http_waiting '):
            return int(line.split()[1])
    raise AssertionError('no metric says who waits')


def all_wait(site, count):
    while waiting(site) < count:
        pass


class Tokens(unittest.TestCase):
    def token(self, site, name='tablet', role='gate', **more):
        a = site.post('/v1/tokens', dict(name=name, role=role, **more))
        self.assertEqual(a.status, 201, a)
        return a.json['token']

    def last_used(self, site, name='tablet'):
        return {t['name']: t['last_used_at'] for t in site.get('/v1/tokens').json['items']}[name]

    def test_when_one_was_used_last_outlives_the_daemon(self):
        with Site() as site:
            token = self.token(site)
            self.assertIsNone(self.last_used(site))
            self.assertEqual(site.get('/v1/yard', headers=bearer(token)).status, 200)
            self.assertEqual(self.last_used(site), '2026-11-24T07:00:00+08:00')
            site.clock('2026-11-24T07:00:59+08:00')
            self.assertEqual(site.get('/v1/yard', headers=bearer(token)).status, 200)
            self.assertEqual(self.last_used(site), '2026-11-24T07:00:00+08:00')
            site.clock('2026-11-24T09:30:00+08:00')
            self.assertEqual(site.get('/v1/yard', headers=bearer(token)).status, 200)
            site.stop()
            site.launch()
            self.assertEqual(self.last_used(site), '2026-11-24T09:30:00+08:00')
            for lang, word in (('C.UTF-8', 'LAST USED'), ('zh_CN.UTF-8', '最近使用')):
                p = subprocess.run([CLIENT, '--url', site.url, 'token', 'list'], capture_output=True, text=True, env=dict(os.environ, LC_ALL=lang, COLUMNS='80'))
                self.assertIn(word, p.stdout)
                self.assertIn('2026-11-24 09:30', p.stdout)

    def test_who_waits_by_a_revoked_one_gets_no_further_event(self):
        with Site() as site:
            revoked, other = self.token(site), self.token(site, 'other')
            after = site.events()[-1]['seq']
            path = f'/v1/events?after={after}&wait=60'
            waiters = [Waiter(site, bearer(t), path) for t in (revoked, other)]
            all_wait(site, 2)
            self.assertEqual(site.call('DELETE', '/v1/tokens/tablet').status, 204)
            status, problem = waiters[0].answer()
            self.assertEqual((status, problem['code']), (401, 'unauthorized'))
            status, page = waiters[1].answer()
            self.assertEqual((status, [e['type'] for e in page['items']]), (200, ['token.revoked']))
            again = Waiter(site, bearer(revoked), path)
            self.assertEqual(again.answer()[0], 401)

    def test_who_waits_when_it_runs_out_is_told_so(self):
        with Site() as site:
            token = self.token(site, expires_at='2026-11-24T07:05:00+08:00')
            after = site.events()[-1]['seq']
            waiter = Waiter(site, bearer(token), f'/v1/events?after={after}&wait=60')
            all_wait(site, 1)
            site.clock('2026-11-24T07:04:59.999+08:00')
            self.assertEqual(site.get('/v1/yard', headers=bearer(token)).status, 200)
            site.clock('2026-11-24T07:05:00+08:00')
            self.assertEqual(site.get('/v1/yard', headers=bearer(token)).status, 401)
            self.assertEqual(site.book(request(1)).status, 201)
            status, problem = waiter.answer()
            self.assertEqual((status, problem['code']), (401, 'unauthorized'))


class Tablet:
    """What a browser on a tablet sends: the cookie that it was given, and with a change what shows that its own page asks."""

    def __init__(self, site, code):
        self.site = site
        self.paired = site.post('/v1/session', {'pairing': code}, headers={'Origin': 'http://localhost'})
        self.cookie = (self.paired.headers.get('Set-Cookie') or '').split(';')[0]
        self.csrf = self.paired.json.get('csrf', '')

    def headers(self):
        return {'Cookie': self.cookie, 'Origin': 'http://localhost', 'X-CSRF-Token': self.csrf}

    def get(self, path):
        return self.site.get(path, headers={'Cookie': self.cookie})

    def call(self, method, path, body=None):
        return self.site.call(method, path, body, headers=self.headers())


NOBODY = {'Authorization': 'Bearer gs_wrong'}


class Devices(unittest.TestCase):
    def code(self, site, name='tablet-1', role='gate'):
        a = site.post('/v1/pairings', {'name': name, 'role': role})
        self.assertEqual(a.status, 201, a)
        return a.json['code']

    def test_a_tablet_is_paired_steps_and_is_revoked(self):
        with Site() as site:
            booked = site.book(request(1)).json
            site.clock(booked['arrive_from'])
            code = self.code(site)
            tablet = Tablet(site, code[:4].lower() + '-' + code[4:])
            self.assertEqual(tablet.paired.status, 201, tablet.paired)
            who = tablet.paired.json
            self.assertEqual((who['kind'], who['name'], who['role'], who['person']), ('device', 'tablet-1', 'gate', None))
            self.assertIn('HttpOnly', tablet.paired.headers['Set-Cookie'])
            self.assertEqual(tablet.call('POST', f'/v1/bookings/{booked["id"]}/arrive', {}).status, 200)
            self.assertEqual(site.events()[-1]['actor'], {'role': 'gate', 'name': 'tablet-1'})
            self.assertEqual(tablet.get('/v1/tokens').status, 403)
            self.assertEqual(site.call('POST', f'/v1/bookings/{booked["id"]}/enter', {}, headers={'Cookie': tablet.cookie}).json['code'], 'csrf')
            self.assertEqual([e['actor'] for e in site.events() if e['type'] == 'session.paired'], [{'role': 'supervisor', 'name': 'root'}])
            site.stop()
            site.launch()
            self.assertEqual(tablet.get('/v1/yard').status, 200, 'it outlives the daemon')
            waiter = Waiter(site, {'Cookie': tablet.cookie}, f'/v1/events?after={site.events()[-1]["seq"]}&wait=60')
            all_wait(site, 1)
            p = subprocess.run([CLIENT, '--url', site.url, 'device', 'revoke', 'tablet-1'], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
            self.assertEqual((p.returncode, p.stdout), (0, 'tablet-1  revoked\n'), p.stderr)
            status, problem = waiter.answer()
            self.assertEqual((status, problem['code']), (401, 'unauthorized'))
            self.assertEqual(tablet.get('/v1/yard').status, 401)
            self.assertEqual(tablet.call('POST', f'/v1/bookings/{booked["id"]}/enter', {}).status, 401)
            self.assertEqual(site.events()[-1]['type'], 'device.revoked')
            self.assertEqual(site.call('DELETE', '/v1/devices/tablet-1').status, 404)

    def test_a_code_opens_once_and_only_the_latest_of_a_name(self):
        with Site() as site:
            first, second = self.code(site), self.code(site)
            self.assertEqual(Tablet(site, first).paired.status, 401)
            self.assertEqual(Tablet(site, second).paired.status, 201)
            again = Tablet(site, second).paired
            self.assertEqual((again.status, again.json['code']), (401, 'unauthorized'))
            self.assertEqual(len(site.get('/v1/devices').json['items']), 1)
            self.assertEqual(site.post('/v1/pairings', {'name': 'tablet-1', 'role': 'gate'}).json['code'], 'name_taken')
            self.assertEqual(site.post('/v1/tokens', {'name': 'tablet-1', 'role': 'gate'}).json['code'], 'name_taken')
            third = self.code(site, 'hall', 'display')
            self.assertEqual(site.post('/v1/tokens', {'name': 'hall', 'role': 'gate'}).json['code'], 'name_taken')
            self.assertEqual([(p['name'], p['role'], p['by'], 'code' in p) for p in site.get('/v1/pairings').json['items']],
                             [('hall', 'display', 'root', False)])
            self.assertEqual(site.call('DELETE', '/v1/pairings/hall').status, 204)
            self.assertEqual(site.call('DELETE', '/v1/pairings/hall').status, 404)
            self.assertEqual(Tablet(site, third).paired.status, 401)

    def test_what_is_no_pairing_is_refused(self):
        with Site() as site:
            for body, pointer in (({}, '/name'), ({'name': 'a b', 'role': 'gate'}, '/name'), ({'name': 'a', 'role': 'supervisor'}, '/role'),
                                  ({'name': 'a', 'role': 'backend'}, '/role'), ({'name': 'a'}, '/role'), ({'name': 'a', 'role': 'gate', 'x': 1}, '/x'),
                                  ({'name': None, 'role': 'gate'}, '/name')):
                a = site.post('/v1/pairings', body)
                self.assertEqual((a.status, pointer in [e['pointer'] for e in a.json['errors']]), (422, True), (body, a))
            for body, status in (({'pairing': ''}, 422), ({'pairing': 'ABCDEFGHI'}, 401), ({'pairing': None}, 422), ({'pairing': 5}, 422),
                                 ({'pairing': 'x' * 33}, 422), ({'pairing': 'ABCDEFGH', 'name': 'a'}, 422)):
                self.assertEqual(site.post('/v1/session', body).status, status, body)
            self.assertEqual(site.post('/v1/session', {'pairing': 'ABCDEFGH'}, headers={'Origin': 'http://elsewhere'}).json['code'], 'csrf')
            self.assertEqual([site.post('/v1/session', {'pairing': 'ABCDEFGH'}).status for _ in range(6)][-1], 429, 'who guesses waits')

    def test_a_device_is_paired_for_so_many_days(self):
        with Site(extra='devices: {days: 1}') as site:
            tablet = Tablet(site, self.code(site))
            self.assertEqual(tablet.paired.json['expires_at'], '2026-11-25T07:00:00+08:00')
            site.clock('2026-11-25T06:59:59+08:00')
            self.assertEqual(tablet.get('/v1/yard').status, 200)
            site.clock('2026-11-25T07:00:00+08:00')
            self.assertEqual(tablet.get('/v1/yard').status, 401)
            self.assertEqual(site.get('/v1/devices').json['items'], [])

    def test_the_client_shows_the_code_and_the_devices(self):
        with Site() as site:
            def client(*args, lang='C.UTF-8'):
                return subprocess.run([CLIENT, '--url', site.url, *args], capture_output=True, text=True, env=dict(os.environ, LC_ALL=lang, COLUMNS='80'))
            p = client('device', 'pair', 'tablet-1')
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertRegex(p.stdout, r'^[0-9A-Z]{4}-[0-9A-Z]{4}\n$')
            self.assertIn('2026-11-24 07:10', p.stderr)
            self.assertIn('code not used yet', client('device', 'list').stdout)
            self.assertEqual(Tablet(site, p.stdout.strip()).paired.status, 201)
            for lang, word in (('C.UTF-8', 'PERSON'), ('zh_CN.UTF-8', '操作人')):
                shown = client('device', 'list', lang=lang).stdout
                self.assertIn(word, shown)
                self.assertIn('tablet-1', shown)
                self.assertLessEqual(max(map(len, shown.splitlines())), 80)


class Pins(unittest.TestCase):
    def user(self, site, name='wang', pin='4821', role='gate'):
        self.assertEqual(site.post('/v1/users', {'name': name, 'role': role, 'password': 'long enough to be one'}).status, 201)
        if pin is not None:
            p = subprocess.run([CLIENT, '--url', site.url, 'user', 'pin', name], input=pin + '\n', capture_output=True, text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
            self.assertEqual(p.returncode, 0, p.stderr)

    def tablet(self, site, name='tablet-1'):
        return Tablet(site, site.post('/v1/pairings', {'name': name, 'role': 'gate'}).json['code'])

    def person(self, tablet, name='wang', pin='4821'):
        return tablet.call('PUT', '/v1/session/person', {'name': name, 'pin': pin})

    def test_each_step_names_who_stands_there(self):
        with Site() as site:
            self.user(site)
            tablet = self.tablet(site)
            ids = [site.book(request(n, slot='08:00')).json['id'] for n in range(1, 4)]
            site.clock('2026-11-25T08:00:00+08:00')
            wrong = self.person(tablet, pin='4822')
            self.assertEqual((wrong.status, wrong.json['code']), (403, 'forbidden'))
            self.assertEqual(tablet.call('POST', f'/v1/bookings/{ids[0]}/arrive', {}).status, 200)
            right = self.person(tablet)
            self.assertEqual((right.status, right.json['person']), (200, 'wang'))
            self.assertEqual(tablet.call('POST', f'/v1/bookings/{ids[1]}/arrive', {}).status, 200)
            self.assertEqual(tablet.call('DELETE', '/v1/session/person').status, 204)
            self.assertEqual(tablet.call('POST', f'/v1/bookings/{ids[2]}/arrive', {}).status, 200)
            self.assertEqual([e['actor'].get('person') for e in site.events() if e['type'] == 'booking.arrived'], [None, 'wang', None])
            self.assertEqual([e['actor']['name'] for e in site.events() if e['type'] == 'session.person'], ['tablet-1'])
            self.assertEqual([e['booking_id'] for e in site.get('/v1/events?by=wang&type=arrived').json['items']], [ids[1]])
            for lang, role in (('C.UTF-8', '(tablet-1/wang, '), ('zh_CN.UTF-8', '（tablet-1/wang，')):
                p = subprocess.run([CLIENT, '--url', site.url, 'events', '--type', 'arrived', '--by', 'wang'], capture_output=True, text=True,
                                   env=dict(os.environ, LC_ALL=lang))
                self.assertIn(role, p.stdout)
            self.assertEqual(site.get('/v1/audit/decisions?date=2026-11-25').json['same'], True)

    def test_it_ends_when_nothing_is_done_there(self):
        with Site(extra='devices: {person_minutes: 30}') as site:
            self.user(site)
            tablet = self.tablet(site)
            self.assertEqual(self.person(tablet).status, 200)
            site.clock('2026-11-24T07:20:00+08:00')
            self.assertEqual(tablet.call('POST', '/v1/gate/check', {'plate': '浙D12345'}).status, 200)
            for minute, person in ((40, 'wang'), (49, 'wang'), (50, None)):
                site.clock(f'2026-11-24T07:{minute}:00+08:00')
                self.assertEqual(tablet.get('/v1/session').json['person'], person, minute)

    def test_who_may_not_any_more_stands_nowhere(self):
        with Site() as site:
            self.user(site)
            tablet = self.tablet(site)
            for change, again in (({'disabled': True}, {'disabled': False}), ({'pin': '7305'}, {'pin': '4821'}), ({'pin': None}, {'pin': '4821'}),
                                  ({'role': 'backend'}, {'role': 'gate'})):
                self.assertEqual(self.person(tablet).status, 200, change)
                self.assertEqual(tablet.get('/v1/session').json['person'], 'wang')
                self.assertEqual(site.call('PATCH', '/v1/users/wang', change).status, 200, change)
                self.assertIsNone(tablet.get('/v1/session').json['person'])
                self.assertEqual(site.call('PATCH', '/v1/users/wang', again).status, 200)
            self.assertFalse(site.get('/v1/users/wang').json['has_pin'], 'a role without use for it takes it away')

    def test_pins_that_anybody_would_try_are_refused(self):
        with Site() as site:
            self.user(site, pin=None)
            for pin in ('0000', '1234', '9876', '12345678', '1212', '123', '123456789', '12a4', '１２３５', '', 4821, ' 4821'):
                a = site.call('PATCH', '/v1/users/wang', {'pin': pin})
                self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, '/pin'), pin)
                self.assertNotIn('12345678', json.dumps(a.json['errors']))
            a = site.call('PATCH', '/v1/users/wang', {'pin': '4821', 'password': 'long enough to be another'})
            self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, '/pin'))
            self.user(site, 'mini', pin=None, role='backend')
            self.assertEqual(site.call('PATCH', '/v1/users/mini', {'pin': '4821'}).status, 403)

    def test_who_guesses_waits_wherever_he_stands(self):
        with Site() as site:
            self.user(site)
            self.user(site, 'li', '9153')
            one, other = self.tablet(site), self.tablet(site, 'tablet-2')
            for n in range(5):
                self.assertEqual(self.person(one if n % 2 else other, pin='5555').status, 403)
                self.assertEqual(self.person(one, 'li', '9153').status, 200, 'the own PIN wins no new tries')
            for tablet in (one, other):
                a = self.person(tablet)
                self.assertEqual((a.status, a.json['code']), (429, 'rate_limited'))
                self.assertGreater(int(a.headers['Retry-After']), 50)
            self.assertEqual(self.person(one, 'nobody-there', '4821').status, 403)
            token = site.post('/v1/tokens', {'name': 'gate', 'role': 'gate'}).json['token']
            a = site.call('PUT', '/v1/session/person', {'name': 'wang', 'pin': '4821'}, headers=bearer(token))
            self.assertEqual((a.status, a.json['code']), (403, 'forbidden'), 'only a paired device')


if __name__ == '__main__':
    tap.main()
