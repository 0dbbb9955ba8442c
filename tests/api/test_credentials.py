"""What opens the site, over time: when a token was used last, and that one which is revoked or runs out opens nothing more, not even for who waits."""
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


if __name__ == '__main__':
    tap.main()
