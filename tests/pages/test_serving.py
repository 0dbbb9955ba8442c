"""How the pages are served: to everybody, compressed where that is taken, kept for good by their version, and with headers that let a page do
only what ours do."""
import gzip, os, re, sys, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import SOURCE, Site, request  # noqa: E402

PAGES = ['/', '/login', '/pair', '/gate', '/gate/list', '/gate/bookings/bk_1', '/supervisor', '/supervisor/bookings', '/supervisor/webhooks', '/supervisor/bookings/bk_1', '/board']
STATIC = f'{SOURCE}/src/web/static'
GZIP = {'Accept-Encoding': 'gzip, deflate, br'}
BROWSER = {'Accept': 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'}
SMALL = 150_000
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'",
          "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"}


class Serving(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.version = re.search(rb'/assets/([0-9a-f]{16})/main\.js', cls.site.get('/').body)[1].decode()

    @classmethod
    def tearDownClass(cls):
        cls.site.stop()

    def asset(self, name, **kw):
        return self.site.get(f'/assets/{self.version}/{name}', **kw)

    def test_every_path_of_a_page_gets_the_same_page(self):
        first = self.site.get('/')
        for path in PAGES:
            a = self.site.get(path)
            self.assertEqual((a.status, a.headers['Content-Type'], a.body), (200, 'text/html; charset=utf-8', first.body), path)

    def test_a_page_may_only_do_what_ours_do(self):
        for path in ['/', '/nowhere']:
            h = self.site.get(path, headers=BROWSER).headers
            self.assertEqual({p.strip() for p in h['Content-Security-Policy'].split(';')}, POLICY)
            self.assertEqual((h['X-Content-Type-Options'], h['Referrer-Policy'], h['Cross-Origin-Opener-Policy'], h['Cross-Origin-Resource-Policy']),
                             ('nosniff', 'no-referrer', 'same-origin', 'same-origin'))
            self.assertIn('camera=(self)', h['Permissions-Policy'])

    def test_no_file_has_anything_inline_or_from_elsewhere(self):
        for name in os.listdir(STATIC):
            with open(f'{STATIC}/{name}', encoding='utf-8') as f:
                text = f.read()
            if name.endswith('.html'):
                self.assertIsNone(re.search(r'<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)', text), name)
            if name.endswith('.js'):
                self.assertIsNone(re.search(r'innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.cssText|createPolicy|\.style\b', text), name)
            self.assertIsNone(re.search(r'(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]', text), name)

    def test_every_file_is_served_compressed_or_not_and_is_the_same(self):
        total = 0
        for name in sorted(os.listdir(STATIC)):
            plain, packed = self.asset(name), self.asset(name, headers=GZIP)
            self.assertEqual((plain.status, packed.status), (200, 200), f'{name}: is it in src/web/meson.build?')
            self.assertIsNone(plain.headers['Content-Encoding'])
            self.assertEqual((packed.headers['Content-Encoding'], packed.headers['Vary']), ('gzip', 'Accept-Encoding'))
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertNotEqual(plain.headers['ETag'], packed.headers['ETag'])
            self.assertEqual(packed.headers['Cache-Control'], 'public, max-age=31536000, immutable')
            total += len(packed.body)
        print(f'# counts: pages: {total} bytes compressed in {len(os.listdir(STATIC))} files')
        self.assertLessEqual(total, SMALL)

    def test_what_is_known_is_not_sent_again(self):
        for path in ('/', f'/assets/{self.version}/main.js'):
            tag = self.site.get(path, headers=GZIP).headers['ETag']
            for known in (tag, f'"other", W/{tag}', '*'):
                a = self.site.get(path, headers={**GZIP, 'If-None-Match': known})
                self.assertEqual((a.status, a.body, a.headers['ETag']), (304, b'', tag), known)
            for other in ('"other"', tag[:-1], tag[1:-1]):
                self.assertEqual(self.site.get(path, headers={**GZIP, 'If-None-Match': other}).status, 200, other)
        self.assertEqual(self.site.get('/').headers['Cache-Control'], 'no-cache')

    def test_head_and_what_is_not_allowed(self):
        for path in ('/', '/gate', f'/assets/{self.version}/main.js'):
            full, head = self.site.get(path), self.site.call('HEAD', path)
            self.assertEqual((head.status, head.body, head.headers['Content-Length']), (200, b'', full.headers['Content-Length']))
            for method in ('POST', 'PUT', 'DELETE', 'PATCH'):
                a = self.site.call(method, path, {})
                self.assertEqual((a.status, a.json['code'], a.headers['Allow']), (405, 'method_not_allowed', 'GET, HEAD, OPTIONS'))

    def test_another_version_and_no_such_file_are_not_there(self):
        for path in ('/assets/0123456789abcdef/main.js', f'/assets/{self.version}/nothing.js', f'/assets/{self.version}/..', f'/assets/{self.version}/'):
            a = self.site.get(path)
            self.assertEqual((a.status, a.json['code']), (404, 'not_found'), path)

    def test_what_is_nowhere_is_a_page_for_browsers_and_a_problem_for_programs(self):
        for path in ('/nowhere', '/gate/list/more/still', '/assets'):
            page, problem = self.site.get(path, headers=BROWSER), self.site.get(path)
            self.assertEqual((page.status, page.headers['Content-Type']), (404, 'text/html; charset=utf-8'))
            self.assertIn('没有这一页', page.body.decode())
            self.assertEqual((problem.status, problem.headers['Content-Type']), (404, 'application/problem+json'))
        self.assertEqual(self.site.get('/v1/nowhere', headers=BROWSER).headers['Content-Type'], 'application/problem+json')
        self.assertEqual(self.site.call('POST', '/nowhere', {}, headers=BROWSER).headers['Content-Type'], 'application/problem+json')

    def test_a_pass_is_a_page_and_a_code_that_is_none_too(self):
        code = self.site.book(request(1)).json['pass_code']
        for language, word in (('zh', '已预约'), ('en', 'booked')):
            a = self.site.get(f'/pass/{code}', headers={'Accept-Language': language})
            self.assertEqual((a.status, a.headers['Content-Type'], a.headers['Content-Language'][:2]), (200, 'text/html; charset=utf-8', language))
            self.assertIn(f'</svg>{word}</span>', a.body.decode())
            self.assertIn(f'{code[:4]}-{code[4:]}', a.body.decode())
            self.assertNotIn('{', a.body.decode(), 'a place that was not filled in')
            self.assertNotIn(request(1)['plate'], a.body.decode())
        a = self.site.get('/pass/7K3MQ9XD')
        self.assertEqual((a.status, a.headers['Content-Type']), (404, 'text/html; charset=utf-8'))
        self.assertNotIn('{', a.body.decode())


if __name__ == '__main__':
    tap.main()
