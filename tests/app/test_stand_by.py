"""A daemon whose store another one has: it listens, shows and does nothing, and takes over when it can; and one that is no longer sure of its store."""
import os, re, signal, socket, subprocess, sys, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import testsite  # noqa: E402
from testsite import CLIENT, DATE, Site, Unix, request  # noqa: E402
import tap  # noqa: E402

testsite.DAEMON = os.environ.get('STAND_BY_DAEMON', os.path.join(testsite.BUILD, 'tests/app/stand_by_daemon'))
CORRUPT, IO, BUSY, DENIED = -7, -5, -8, -9
OTHERS = 'epoch 12 belongs to gate-a'
BROWSER = {'Accept': 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'}
OF_PAGES = ('Content-Security-Policy', 'Referrer-Policy', 'Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy', 'Permissions-Policy', 'X-Content-Type-Options')


class Standing(Site):
    """refusal: what the store says when it is opened; None: it opens."""

    def __init__(self, refusal=(BUSY, OTHERS), **kw):
        self.refusal = refusal
        super().__init__(**kw)

    def write_config(self, **changes):
        super().write_config(**changes)
        path = f'{self.dir}/gateslotd.yaml'
        with open(path) as f:
            text = f.read()
        with open(path, 'w') as f:
            f.write(text.replace(f'sqlite:{self.dir}/gateslot.db', f'"postgresql://h1,h2/gate"\nstate_directory: {self.dir}\nstore_name: gate-b'))

    def say(self, name, text):
        """Whole or not at all."""
        if text is None:
            os.unlink(f'{self.dir}/{name}')
        else:
            with open(f'{self.dir}/{name}.new', 'w') as f:
                f.write(text)
            os.rename(f'{self.dir}/{name}.new', f'{self.dir}/{name}')

    def refuse(self, err, message):
        self.say('refusal', f'{err} {message}\n')

    def launch(self, wait=True):
        if self.refusal is not None and not os.path.exists(f'{self.dir}/refusal'):
            self.refuse(*self.refusal)
        super().launch(wait=wait and self.refusal is None)
        if self.refusal is not None:
            self.until(lambda: os.path.exists(self.socket) and self.get('/livez', connection=Unix(self.socket)).status == 200)

    def until(self, true):
        deadline = time.monotonic() + 30
        while True:
            try:
                if true():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(self.read_log())
            time.sleep(0.01)

    def tried(self):
        with open(f'{self.dir}/tried') as f:
            return f.read()

    def let(self):
        self.say('refusal', None)
        self.wait_ready()


class StandBy(unittest.TestCase):
    def site(self, *args, **kw):
        site = Standing(*args, **kw)
        self.addCleanup(site.close)
        return site

    def refused(self, answer):
        self.assertEqual((answer.status, answer.json['code'], answer.headers['Retry-After']), (503, 'not_owner', '2'), answer)

    def test_it_shows_and_does_nothing_until_it_takes_over(self):
        site = self.site()
        kept = Unix(site.socket)
        self.assertEqual(site.get('/livez', connection=kept).status, 200)
        ready = site.get('/readyz', connection=kept)
        self.assertEqual(ready.status, 503)
        self.assertRegex(ready.body.decode(), r'^not ready: not_owner: [^\n]*\n$')
        for method, path, body in (('GET', '/v1/site', None), ('GET', '/v1/status', None), ('GET', '/metrics', None), ('GET', '/v1/openapi.json', None),
                                   ('POST', '/v1/bookings', request(1)), ('POST', '/v1/gate/check', {'plate': '浙D12345'}),
                                   ('GET', '/v1/events/stream', None), ('GET', '/v1/nothing', None), ('PUT', '/v1/drill/clock', {'now': testsite.START})):
            self.refused(site.call(method, path, body, headers={'Idempotency-Key': 'k'} if method == 'POST' else None, connection=kept))
        for given in ('Bearer nobody', 'Basic eDp5', ''):
            self.refused(site.get('/v1/site', headers={'Authorization': given}))
        self.refused(site.get('/v1/site', headers={'Cookie': 'gateslot=' + 'a' * 43}))
        self.assertEqual(site.call('OPTIONS', '/v1/site').status, 503)
        self.assertEqual(site.call('HEAD', '/').status, 503)
        self.assertIn('待命', site.get('/v1/site', headers={'Accept-Language': 'zh-CN'}).json['detail'])
        with socket.socket(socket.AF_UNIX) as plain:
            plain.connect(site.socket)
            plain.sendall(b'no request\r\n\r\n')
            self.assertTrue(plain.recv(64).startswith(b'HTTP/1.1 400 '), 'what is no request is still told')
        site.let()
        self.assertEqual(site.get('/v1/site', connection=kept).status, 200, 'on a connection from before')
        self.assertEqual(site.call('POST', '/v1/bookings', request(1), headers={'Idempotency-Key': 'k'}, connection=kept).status, 201)
        kept.close()
        log = site.read_log()
        self.assertEqual(len(re.findall('event=standing_by ', log)), 1, log)
        self.assertIn(OTHERS, log)
        self.assertLess(log.index('event=standing_by'), log.index('event=taking_over'))
        self.assertLess(log.index('event=taking_over'), log.index('event=ready'))

    def test_whoever_opens_a_page_reads_that_it_stands_by(self):
        site = self.site()
        paths = ('/', '/gate', '/gate/yard', '/supervisor', '/board', '/login', '/pass/7K3MQ9XD')
        for path, headers in [(p, None) for p in paths] + [(p, BROWSER) for p in (*paths, '/nowhere')]:
            a = site.get(path, headers=headers)
            self.assertEqual((a.status, a.headers['Content-Type'], a.headers['Retry-After'], a.headers['Refresh'], a.headers['Cache-Control'], a.headers['ETag']),
                             (503, 'text/html; charset=utf-8', '2', '5', 'no-store', None), path)
            self.assertRegex(a.body.decode(), '在待命(.|\n)*This server stands by', path)
        head = site.call('HEAD', '/gate')
        self.assertEqual((head.status, head.body, head.headers['Content-Length']), (503, b'', str(len(a.body))))
        for file in re.findall(r'"(/assets/[^"]*)"', a.body.decode()):
            self.assertEqual(site.get(file).status, 200, 'what the page is made of is nobody\'s secret')
        self.assertEqual(site.get('/assets/0123456789abcdef/base.css').status, 404)
        for method, path, headers in (('GET', '/v1/site', BROWSER), ('GET', '/v1/nowhere', BROWSER), ('POST', '/gate', BROWSER), ('GET', '/metrics', BROWSER), ('GET', '/nowhere', None)):
            self.refused(site.call(method, path, {} if method == 'POST' else None, headers=headers))
        site.let()
        after = site.get('/gate', headers=BROWSER)
        self.assertEqual((after.status, after.headers['Refresh']), (200, None))
        self.assertEqual({h: after.headers[h] for h in OF_PAGES}, {h: a.headers[h] for h in OF_PAGES}, 'both may do the same')

    def test_a_stop_while_it_stands_by_is_an_orderly_end(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            site = self.site()
            site.process.send_signal(number)
            self.assertEqual(site.process.wait(20), 0, site.read_log())
            self.assertNotIn('event=ready', site.read_log())
            self.assertFalse(os.path.exists(f'{site.dir}/store.db'))

    def test_a_reload_waits_until_the_store_is_taken_over(self):
        site = self.site(bays=3)
        site.write_config(bays=4)
        site.process.send_signal(signal.SIGHUP)
        site.until(lambda: 'when the store is taken over' in site.read_log())
        self.refused(site.get('/v1/site'))
        site.let()
        site.until(lambda: site.get('/v1/yard').json['bays'] == 4)
        site.until(lambda: 'event=reloaded' in site.read_log())  # the log is written behind
        self.assertEqual(site.read_log().count('event=reloaded'), 1)

    def test_what_cannot_be_waited_out_ends_it(self):
        site = self.site()
        site.refuse(CORRUPT, 'a row is not what was stored')
        self.assertEqual(site.process.wait(20), 1)
        self.assertIn('error="a row is not what was stored"', site.read_log())
        site.process.returncode = 0  # as it should

    def test_a_start_waits_for_a_server_and_says_why_each_time_it_is_another_reason(self):
        site = self.site((IO, 'no server answers'))
        self.refused(site.get('/v1/site'))
        site.refuse(DENIED, 'one copy, two are promised')
        site.until(lambda: 'one copy, two are promised' in site.read_log())
        site.refuse(BUSY, OTHERS)
        site.until(lambda: OTHERS in site.read_log())
        site.refuse(BUSY, OTHERS + ', for 2966 ms yet')
        site.until(lambda: 'for 2966 ms' in site.read_log())
        site.refuse(IO, 'port 18 is closed')
        site.until(lambda: 'port 18' in site.read_log())
        site.refuse(IO, 'port 19 is closed')
        site.until(lambda: 'port 19' in site.read_log())
        for left in (2900, 40):  # only how long it is yet has changed
            site.refuse(BUSY, f'{OTHERS}, for {left} ms yet')
            site.until(lambda: site.tried() == f'{OTHERS}, for {left} ms yet')
        site.let()
        reasons = re.findall('level=(\\w+) event=standing_by store=\\S+ reason="([^"]*)"', site.read_log())
        self.assertEqual(reasons, [('error', 'no server answers'), ('error', 'one copy, two are promised'), ('notice', OTHERS),
                                   ('notice', OTHERS + ', for 2966 ms yet'), ('error', 'port 18 is closed'), ('error', 'port 19 is closed'),
                                   ('notice', OTHERS + ', for 2900 ms yet')])

    def test_a_start_on_a_damaged_store_ends(self):
        with self.assertRaisesRegex(AssertionError, 'daemon ended 1|a row is not'):
            site = Standing(None)
            site.stop()
            site.refusal = CORRUPT, 'a row is not what was stored'
            site.refuse(*site.refusal)
            Site.launch(site)

    def test_the_service_manager_is_told(self):
        where = '@gs-%d-%d' % (os.getpid(), time.monotonic_ns())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind('\0' + where[1:])
            manager.settimeout(20)
            os.environ['NOTIFY_SOCKET'] = where
            try:
                site = self.site()
            finally:
                del os.environ['NOTIFY_SOCKET']
            heard = []

            def hear(message):
                while message not in heard:
                    heard.append(manager.recv(4096).decode())
            hear('READY=1')
            hear('WATCHDOG=1')
            self.assertIn(f'STATUS=standing by: {OTHERS}', heard)
            self.assertNotIn('STATUS=serving', heard)
            site.let()
            hear('STATUS=serving')

    def test_the_client_asks_the_one_that_serves(self):
        standing, serving = self.site(), self.site(None)
        p = serving.client('slots', DATE, env={'GATESLOT_URL': f'{standing.url},{serving.url}'})
        self.assertEqual(p.returncode, 0, p.stderr)
        p = standing.client('status', env={'LC_ALL': 'C.UTF-8'})
        self.assertEqual(p.returncode, 1)
        self.assertIn('stands by', p.stderr)


class Backup(unittest.TestCase):
    def site(self, *args):
        site = Standing(*args)
        self.addCleanup(site.close)
        return site

    def ask(self, site, lang):
        client = subprocess.Popen([CLIENT, '--url', site.url, 'backup', '--keep', '14', '--if-serving'], env=dict(os.environ, LC_ALL=lang),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        return client

    def test_the_timer_s_backup_where_another_serves_is_no_failure_and_says_so(self):
        site = self.site()
        said = {'C.UTF-8': 'no backup is made here: this daemon stands by, and the one that serves makes its own\n',
                'zh_CN.UTF-8': '这里不做备份：本服务处于待命，由受理的那个服务自己备份\n'}
        asked = {lang: self.ask(site, lang) for lang in said}  # both at once: each asks for a while
        for lang, client in asked.items():
            self.assertEqual((*client.communicate(timeout=90), client.returncode), (said[lang], '', 0))
        self.assertFalse(os.path.exists(f'{site.dir}/backups'))
        p = site.client('backup', '--keep', '14', env={'LC_ALL': 'C.UTF-8'})
        self.assertEqual((p.returncode, p.stdout), (1, ''), 'who asks for one is told that there is none')
        self.assertIn('stands by', p.stderr)

    def test_it_is_made_by_the_one_that_serves_and_by_one_that_takes_over_meanwhile(self):
        serving = self.site(None)
        p = serving.client('backup', '--if-serving', env={'LC_ALL': 'C.UTF-8'})
        self.assertEqual((p.returncode, p.stdout[:18]), (0, 'backup written to '), p.stderr)
        refused = serving.client('backup', '/nowhere/at/all.db', '--if-serving', env={'LC_ALL': 'C.UTF-8'})
        self.assertNotEqual(refused.returncode, 0, 'any other failure is one')
        later = self.site()
        client = self.ask(later, 'C.UTF-8')
        later.let()
        out, err = client.communicate(timeout=90)
        self.assertEqual((client.returncode, out[:18]), (0, 'backup written to '), err)


class Lease(unittest.TestCase):
    refused = StandBy.refused

    def site(self):
        site = Standing(None)
        self.addCleanup(site.close)
        return site

    def test_while_it_is_over_nothing_is_shown_or_done(self):
        site = self.site()
        made = site.book(request(1))
        self.assertEqual(made.status, 201)
        site.say('lease_over', '')
        for method, path, body in (('GET', f"/v1/bookings/{made.json['id']}", None), ('GET', f'/v1/gate/list?date={DATE}', None),
                                   ('POST', '/v1/gate/check', {'plate': request(1)['plate']}), ('POST', '/v1/bookings', request(2)),
                                   ('GET', '/v1/status', None), ('GET', '/metrics', None), ('POST', '/v1/tokens', {'name': 'a', 'role': 'gate'})):
            self.refused(site.call(method, path, body, headers={'Idempotency-Key': 'two'} if path == '/v1/bookings' else None))
        self.assertEqual(site.get('/livez').status, 200)
        self.assertRegex(site.get('/readyz').body.decode(), '^not ready: not_owner: ')
        site.say('lease_over', None)
        self.assertEqual(site.get('/readyz').status, 200)
        self.assertEqual(len(site.bookings()), 1)
        self.assertEqual(site.book(request(2), key='two').status, 201, 'the refusal was not kept')
        self.assertEqual(site.get('/v1/tokens').json['items'], [])

    def test_who_waited_for_events_is_not_told_of_a_time_gone_by(self):
        site = self.site()
        waiting = site.connect()
        last = site.events()[-1]['seq'] if site.events() else 0
        waiting.request('GET', f'/v1/events?after={last}&wait=1')
        site.say('lease_over', '')
        answer = waiting.getresponse()
        self.assertEqual(answer.status, 503)
        self.assertIn(b'not_owner', answer.read())


class Copies(unittest.TestCase):
    def test_fewer_copies_than_promised_are_told_everywhere(self):
        site = Standing(None)
        self.addCleanup(site.close)
        self.assertEqual(site.get('/readyz').body, b'ready\n')
        self.assertNotIn('gateslot_reserve_bytes', site.get('/metrics').body.decode(), 'the disk is PostgreSQL\'s')
        self.assertNotIn('reserve', site.client('status').stdout)
        self.assertIn('copies', site.client('status').stdout)
        self.assertIn('2 of 2 promised', site.client('status').stdout)
        site.say('copies', '2 1')
        ready = site.get('/readyz')
        self.assertEqual((ready.status, ready.body), (200, b'ready: fewer_copies: ONE COPY, 2 promised\n'))
        status = site.get('/v1/status').json
        self.assertEqual((status['store']['copies_promised'], status['store']['copies_held'], status['ready']), (2, 1, True))
        self.assertIn('fewer_copies', [p['code'] for p in status['problems']])
        metrics = site.get('/metrics').body.decode()
        self.assertIn('\ngateslot_store_copies_promised 2\n', metrics)
        self.assertIn('\ngateslot_store_copies_held 1\n', metrics)
        for lang, said in (('C.UTF-8', 'ONE COPY of 2 promised'), ('zh_CN.UTF-8', '只有一份（承诺 2 份）')):
            p = site.client('status', env={'LC_ALL': lang})
            self.assertIn(said, p.stdout)
            self.assertEqual(p.returncode, 1)
        site.until(lambda: 'ONE COPY' in site.read_log())
        site.say('copies', '3 2')
        self.assertIn('fewer copies than promised, 3 promised', site.get('/readyz').body.decode())
        site.until(lambda: 'promised=3 held=2' in site.read_log())
        site.say('copies', None)
        site.until(lambda: re.search('level=notice event=copies promised=2 held=2', site.read_log().split('promised=3')[-1]))


if __name__ == '__main__':
    tap.main()
