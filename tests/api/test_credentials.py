"""What opens the site, over time: when a token was used last, and that one which is revoked or runs out opens nothing more, not even for who waits."""
import os, subprocess, unittest
from testsite import CLIENT, Site
import tap


def bearer(token):
    return {'Authorization': f'Bearer {token}'}


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


if __name__ == '__main__':
    tap.main()
