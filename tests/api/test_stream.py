"""The feed as a stream, against the real daemon: what comes, where it goes on after a break, what ends it, and that readers which come, go,
stand still and come back have each seen exactly what a plain filter of all stored events gives."""
import json, os, random, subprocess, tempfile, threading, time, unittest
from testsite import CLIENT, OVER_TLS, Site, request
import tap


class Stream:
    """A client of the stream as browsers are: it takes whole blocks only, remembers the last id, and comes back with it."""

    def __init__(self, site, query='', headers=None, timeout=30):
        self.site, self.query, self.headers, self.timeout = site, query, headers or {}, timeout
        self.last_id, self.connection = None, None

    def open(self):
        h = {'Accept': 'text/event-stream', 'Accept-Language': 'en', **by_token(self.site), **self.headers}
        if self.last_id is not None:
            h['Last-Event-ID'] = self.last_id
        self.connection = self.site.connect(self.timeout)
        self.connection.request('GET', '/v1/events/stream' + self.query, headers=h)
        self.answer = self.connection.getresponse()
        return self

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def blocks(self):
        """Each block as a dict of its fields, until the stream ends."""
        block = {}
        while True:
            line = self.answer.readline()
            if not line.endswith(b'\n'):
                return
            line = line.decode().rstrip('\n')
            if line:
                field, _, value = line.partition(':')
                block[field] = value[1:] if value.startswith(' ') else value
                continue
            self.last_id = block.get('id', self.last_id)
            yield block
            block = {}

    def events(self):
        for block in self.blocks():
            if 'data' in block:
                yield block

    def take(self, n):
        found = []
        for block in self.events():
            found.append(block)
            if len(found) == n:
                return found
        raise AssertionError(f'the stream ended after {len(found)} of {n}')


def by_token(site):
    """Over TLS nobody is vouched for by the kernel."""
    return {'Authorization': 'Bearer ' + site.tls.token} if OVER_TLS else {}


def token(site, name, role):
    a = site.post('/v1/tokens', {'name': name, 'role': role})
    assert a.status == 201, a
    return {'Authorization': 'Bearer ' + a.json['token']}


class TestStream(unittest.TestCase):
    def test_what_comes(self):
        with Site() as site:
            backend, other = token(site, 'app', 'backend'), token(site, 'app2', 'backend')
            s = Stream(site).open()
            self.assertEqual(s.answer.status, 200)
            self.assertEqual(s.answer.headers['Content-Type'], 'text/event-stream')
            self.assertEqual(s.answer.headers['Cache-Control'], 'no-store')
            self.assertEqual(s.answer.headers['X-Accel-Buffering'], 'no')
            self.assertIsNone(s.answer.headers['Content-Length'])
            now = len(site.events())
            first = next(s.blocks())
            self.assertEqual(first, {'retry': '2000', 'id': str(now)})  # from now on, and it says from where
            mine, others = Stream(site, headers=backend).open(), Stream(site, headers=other).open()
            self.assertEqual(site.book(request(1), headers=backend).status, 201)
            self.assertEqual(site.book(request(2)).status, 201)
            self.assertEqual(site.book(request(3), headers=other).status, 201)
            listed = {str(e['seq']): e for e in site.events()}
            got = s.take(3)
            for block in got:
                self.assertEqual(json.loads(block['data']), listed[block['id']])
                self.assertEqual(block['event'], 'booking.booked')
            self.assertEqual([int(b['id']) for b in got], [now + 1, now + 2, now + 3])
            self.assertEqual([b['id'] for b in mine.take(1)], [str(now + 1)])
            self.assertEqual([b['id'] for b in others.take(1)], [str(now + 3)])

    def test_where_it_begins(self):
        with Site() as site:
            for n in range(40):
                self.assertEqual(site.book(request(n)).status, 201)
            all_of = [str(e['seq']) for e in site.events()]
            self.assertEqual([b['id'] for b in Stream(site, '?after=0').open().take(len(all_of))], all_of)
            self.assertEqual([b['id'] for b in Stream(site, '?after=37').open().take(2)], ['38', '39'])
            s = Stream(site, '?after=3')
            s.last_id = '37'  # a browser comes back to the address it was given: the header says where it was
            self.assertEqual([b['id'] for b in s.open().take(1)], ['38'])
            s.last_id = ''
            self.assertEqual([b['id'] for b in s.open().take(1)], ['4'])
            chosen = Stream(site, '?after=0&type=booked&by=supervisor&text=true').open().take(40)
            self.assertTrue(all('text' in json.loads(b['data']) for b in chosen))
            reset = Stream(site, '?after=4000').open()
            self.assertEqual(site.get('/v1/events?after=4000').status, 410)
            block = reset.take(1)[0]
            last = int(all_of[-1])
            self.assertEqual((block['event'], block['id']), ('reset', str(last)))
            self.assertEqual(json.loads(block['data']), {'asked': 4000, 'oldest_seq': 1, 'last_seq': last, 'after': last})
            self.assertEqual(site.book(request(77)).status, 201)
            self.assertEqual(reset.take(1)[0]['id'], str(last + 1))

    def test_a_slow_reader_far_behind_gets_everything(self):
        with Site() as site:
            for n in range(300):
                self.assertIn(site.book(request(n, waitlist=True)).status, (201, 202))
            s = Stream(site, '?after=0&text=true').open()
            listed = [str(e['seq']) for e in site.events()]  # meanwhile it takes nothing: what does not fit between waits
            self.assertEqual([b['id'] for b in s.take(len(listed))], listed)

    def test_what_is_refused(self):
        with Site() as site:
            gate, display = token(site, 'g1', 'gate'), token(site, 'd1', 'display')
            self.assertEqual(site.get('/v1/events/stream', headers=display).status, 403)
            self.assertEqual(site.get('/v1/events/stream', headers={'Authorization': 'Bearer gs_nobody'}).status, 401)
            self.assertEqual(site.post('/v1/events/stream').status, 405)
            for query, pointer in (('after=-1', '?after'), ('after=x', '?after'), ('after=', '?after'), ('type=none', '?type'),
                                   ('text=1', '?text'), ('limit=3', '?limit'), ('wait=3', '?wait'), ('after=1&after=2', '?after')):
                a = site.get('/v1/events/stream?' + query, headers=gate)
                self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, pointer), query)
            for text in ('x', '-1', '1.0', '9' * 19, '1,2', ' 1 2'):
                a = site.get('/v1/events/stream', headers={'Last-Event-ID': text, **gate})
                self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, 'Last-Event-ID'), text)
            c = site.connect()
            c.request('HEAD', '/v1/events/stream', headers=by_token(site))
            r = c.getresponse()
            self.assertEqual((r.status, r.headers['Content-Type'], r.headers['Content-Length']), (200, 'text/event-stream', None))

    def test_a_revoked_token_ends_it(self):
        with Site() as site:
            gate = token(site, 'g1', 'gate')
            s = Stream(site, headers=gate).open()
            next(s.blocks())
            self.assertEqual(site.call('DELETE', '/v1/tokens/g1').status, 204)
            self.assertEqual(list(s.blocks()), [])
            self.assertEqual(s.open().answer.status, 401)

    @unittest.skipIf(OVER_TLS, 'the token that all come with there goes before a cookie')
    def test_a_page_follows_by_its_cookie_until_its_user_logs_out(self):
        with Site() as site:
            self.assertEqual(site.post('/v1/users', {'name': 'li', 'role': 'gate', 'password': 'correct horse battery'}).status, 201)
            a = site.post('/v1/session', {'name': 'li', 'password': 'correct horse battery'})
            self.assertEqual(a.status, 201, a)
            page = {'Cookie': a.headers['Set-Cookie'].split(';')[0], 'Origin': 'http://localhost', 'Authorization': None}
            s = Stream(site, headers={k: v for k, v in page.items() if v is not None}).open()
            next(s.blocks())
            self.assertIn(site.book(request(1)).status, (201, 202))
            self.assertEqual(s.take(1)[0]['event'], 'booking.booked')
            self.assertEqual(site.call('DELETE', '/v1/session', headers={**page, 'X-CSRF-Token': a.json['csrf']}).status, 204)
            self.assertIn([b['event'] for b in s.events()], ([], ['session.closed']))
            self.assertEqual(s.open().answer.status, 401)

    def test_readers_miss_nothing_while_the_daemon_is_killed(self):
        seed = int(os.environ.get('GS_SEED', random.randrange(1 << 30)))
        print(f'# GS_SEED={seed}', flush=True)
        dice = random.Random(seed)
        with Site() as site:
            owners = {n: token(site, n, r) for n, r in (('app', 'backend'), ('app2', 'backend'), ('g1', 'gate'))}
            begin = len(site.events())
            found, done = [], threading.Event()

            def read(name, query, slow):
                """Comes back as long as it takes: with what it had last, after a break by itself, by the daemon or by a kill."""
                s, seen, mine = Stream(site, f'?after={begin}{query}', owners[name], timeout=2), [], random.Random(dice.random())
                found.append((name, query, seen))
                while not done.is_set():
                    try:
                        s.open()
                        for block in s.events():
                            seen.append(int(block['id']))
                            if mine.random() < slow:
                                break
                    except OSError:
                        done.wait(0.02)
                    finally:
                        s.close()

            readers = [threading.Thread(target=read, args=a) for a in
                       [('app', '', 0.1), ('app', '&type=cancelled', 0), ('app2', '', 0), ('g1', '', 0.02), ('g1', '&type=cancelled', 0.1), ('g1', '', 0)]]
            for r in readers:
                r.start()
            ids, n = [], 0
            for kill in range(4):
                for _ in range(dice.randrange(20, 60)):
                    n += 1
                    a = site.book(request(n, waitlist=True), key=f'{n}', headers=owners[dice.choice(('app', 'app2', 'g1'))])
                    self.assertIn(a.status, (201, 202), a)
                    if dice.random() < 0.3:
                        self.assertEqual(site.post(f"/v1/bookings/{a.json['id']}/cancel").status, 200)
                if kill < 3:
                    site.kill() if dice.random() < 0.7 else site.stop()
                    site.launch()
            events = site.events(begin)
            owner_of = {e['booking_id']: e['actor']['name'] for e in events if e['type'] in ('booking.booked', 'booking.waitlisted')}

            def wanted(name, query):
                return [e['seq'] for e in events if (name == 'g1' or owner_of.get(e['booking_id']) == name) and
                        (not query or e['type'] == 'booking.cancelled')]

            deadline = time.monotonic() + 60
            while any(seen != wanted(name, query) for name, query, seen in found) and time.monotonic() < deadline:
                time.sleep(0.01)
            done.set()
            for r in readers:
                r.join()
            for name, query, seen in found:
                self.assertEqual(seen, wanted(name, query), (name, query))

    def test_a_stop_ends_it_and_the_next_daemon_goes_on(self):
        with Site() as site:
            s = Stream(site).open()
            next(s.blocks())
            self.assertEqual(site.book(request(1)).status, 201)
            s.take(1)
            site.stop()
            self.assertEqual(list(s.blocks()), [])
            site.launch()
            self.assertEqual(site.book(request(2)).status, 201)
            listed = [e['seq'] for e in site.events(int(s.last_id))]
            self.assertEqual([int(b['id']) for b in s.open().take(len(listed))], listed)


    def test_the_client_follows_through_kills(self):
        with Site() as site, tempfile.TemporaryFile('w+') as out:
            env = dict(os.environ, GATESLOT_URL=site.url, LC_ALL='C.UTF-8')
            p = subprocess.Popen([CLIENT, '--json', 'events', '--follow', '--type', 'booked'], stdout=out, stderr=subprocess.PIPE, text=True, env=env)
            try:
                for n in range(3):
                    self.assertEqual(site.book(request(n)).status, 201)
                    site.kill() if n == 0 else site.stop()
                    site.launch()
                self.assertEqual(site.book(request(9)).status, 201)
                wanted = [e['seq'] for e in site.events() if e['type'] == 'booking.booked']
                seen, deadline = [], time.monotonic() + 60
                while len(seen) < len(wanted) and time.monotonic() < deadline:
                    out.seek(0)
                    seen = [json.loads(line)['seq'] for line in out.read().split('\n')[:-1]]
                    time.sleep(0.01)
                self.assertEqual(seen, wanted)
                self.assertNotIn('gateslot_http_streams 0', site.get('/metrics').body.decode())  # by the stream, not by asking
            finally:
                p.kill()
                p.communicate()


if __name__ == '__main__':
    tap.main()
