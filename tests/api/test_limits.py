"""How often who may ask, as it is met over the socket and by the client: answers in order on a connection that stays open, nothing left in
the store, limits taken over by a reload, and what counters and the log say. No test waits for a rate: it sends more than the rate could give."""
import json, os, re, signal, socket, subprocess, time, unittest
from testsite import CLIENT, DATE, Site, request
import tap


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def limits(**values):
    return 'limits: {' + ', '.join(f'{k}: {v}' for k, v in values.items()) + '}'


class Wire:
    """A connection that sends what it is given and reads one answer after the other."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=60)
        self.bytes = self.socket.makefile('rb')

    def send(self, requests):
        self.socket.sendall(b''.join(requests))

    def answer(self):
        status = int(self.bytes.readline().split()[1])
        headers = {}
        while (line := self.bytes.readline().strip()):
            name, _, value = line.decode().partition(': ')
            headers[name] = value
        return status, headers, self.bytes.read(int(headers.get('Content-Length', 0)))

    def close(self):
        self.bytes.close()
        self.socket.close()


def get(path, token=None, *lines):
    head = [f'GET {path} HTTP/1.1', 'Host: a', 'Accept-Language: en'] + ([f'Authorization: Bearer {token}'] if token else []) + list(lines)
    return ('\r\n'.join(head) + '\r\n\r\n').encode()


def book(token, key, body):
    data = json.dumps(body, ensure_ascii=False).encode()
    head = ['POST /v1/bookings HTTP/1.1', 'Host: a', f'Authorization: Bearer {token}', 'Content-Type: application/json',
            f'Idempotency-Key: {key}', f'Content-Length: {len(data)}']
    return ('\r\n'.join(head) + '\r\n\r\n').encode() + data


class Limits(unittest.TestCase):
    def start(self, **values):
        self.port = free_port()
        self.site = Site(listen=f'http://127.0.0.1:{self.port}', extra=limits(**values))
        self.addCleanup(self.site.close)
        self.tokens = {role: self.token(role, role) for role in ('backend', 'gate')}

    def token(self, name, role):
        a = self.site.post('/v1/tokens', {'name': name, 'role': role})
        self.assertEqual(a.status, 201, a)
        return a.json['token']

    def capacity(self, places):
        for window in ('morning', 'midday', 'evening'):
            self.assertEqual(self.site.call('PUT', f'/v1/capacity/{DATE}/{window}', {'capacity': places}).status, 200)

    def wire(self):
        w = Wire(self.port)
        self.addCleanup(w.close)
        return w

    def metric(self, by):
        text = self.site.get('/metrics').body.decode()
        return int(re.search(r'gateslot_http_rate_limited_total\{by="%s"\} (\d+)' % by, text).group(1))

    def reload(self, **values):
        reloads = self.reloads()
        self.site.write_config(extra=limits(**values))
        self.site.process.send_signal(signal.SIGHUP)
        while self.reloads() == reloads:
            time.sleep(0.01)

    def reloads(self):
        return re.search(r'gateslot_reloads_total (\d+)', self.site.get('/metrics').body.decode()).group(1)

    def test_limited_requests_are_answered_in_order_and_the_connection_goes_on(self):
        self.start(requests_per_second=1, requests_burst=20)
        w, count = self.wire(), 400
        w.send(get(f'/v1/site?n={i}' if i % 40 == 39 else '/v1/site', self.tokens['backend']) for i in range(count))
        answers = [w.answer() for _ in range(count)]
        self.assertEqual({s for s, _, _ in answers[:20]} - {200, 422}, set())
        limited = [(s, h, b) for s, h, b in answers if s == 429]
        self.assertGreater(len(limited), count // 2)
        self.assertEqual(self.metric('requests'), len(limited))
        for _, h, b in limited:
            self.assertEqual((h['Retry-After'], h['RateLimit-Policy'], h['RateLimit']), ('1', '"requests";q=20;w=20', '"requests";r=0;t=1'))
            self.assertNotIn('Connection', h)
            self.assertEqual(json.loads(b)['code'], 'rate_limited')
        w.send([get('/v1/site', self.tokens['gate'])])  # another name, on the same connection
        self.assertEqual(w.answer()[0], 200)
        self.reload(requests_per_second=0)
        w.send([get('/v1/site', self.tokens['backend'])] * 100)
        self.assertEqual({w.answer()[0] for _ in range(100)}, {200})

    def test_what_is_refused_by_rate_is_neither_journaled_nor_stored(self):
        self.start(refusals_per_second=1, refusals_burst=5)
        self.capacity(0)
        w, count = self.wire(), 300
        before = self.site.get('/v1/status').json['store']['journal_rows']
        w.send(book(self.tokens['backend'], f'k{i}', request(i)) for i in range(count))
        statuses = [w.answer()[0] for _ in range(count)]
        full, limited = statuses.count(409), statuses.count(429)
        self.assertEqual(full + limited, count)
        self.assertGreaterEqual(full, 5)
        self.assertGreater(limited, count // 2)
        rows = self.site.get('/v1/status').json['store']['journal_rows'] - before
        self.assertLessEqual(rows, full + 1)
        self.assertEqual(self.metric('refusals'), limited)
        # Under the key of a request that was limited the same request is made anew.
        self.reload(refusals_per_second=0)
        self.capacity(40)
        w.send([book(self.tokens['backend'], f'k{count - 1}', request(count - 1))] * 2)
        first, second = w.answer(), w.answer()
        self.assertEqual((first[0], second[0]), (201, 201))
        self.assertNotIn('Idempotent-Replayed', first[1])
        self.assertEqual(second[1]['Idempotent-Replayed'], 'true')
        self.assertEqual(self.site.client('audit', 'verify').returncode, 0)
        self.assertEqual(self.site.client('replay-decisions').returncode, 0)

    def test_guesses_at_an_address_do_not_shut_out_who_has_a_token_there(self):
        self.start(address_refusals_per_second=1, address_refusals_burst=10)
        w, count = self.wire(), 200
        w.send(get('/v1/site', f'gs_guess{i}') for i in range(count))
        statuses = [w.answer()[0] for _ in range(count)]
        self.assertEqual(statuses[:10], [401] * 10)
        self.assertGreater(statuses.count(429), count // 2)
        w.send([get('/v1/site', self.tokens['backend']), get('/v1/slots', self.tokens['gate'])])
        self.assertEqual([w.answer()[0], w.answer()[0]], [200, 200])
        for _ in range(50):  # over the Unix socket nobody is counted by address
            self.assertEqual(self.site.get('/v1/site', headers={'Authorization': 'Bearer gs_guess'}).status, 401)

    def test_the_client_says_how_long_to_wait_and_the_log_sums_up(self):
        self.start(requests_per_second=1, requests_burst=10)
        def run(lang):
            env = dict(os.environ, GATESLOT_URL=f'http://127.0.0.1:{self.port}', GATESLOT_TOKEN=self.tokens['backend'], LC_ALL=lang)
            while True:
                p = subprocess.run([CLIENT, 'slots'], capture_output=True, text=True, env=env)
                if p.returncode != 0:
                    return p
        flood = self.wire()
        flood.send([get('/v1/site', self.tokens['backend'])] * 2000)
        p = run('C.UTF-8')
        self.assertEqual(p.returncode, 8, p)
        self.assertIn('gateslot: Too many requests: wait 1 s, then try again (at most 1 a second). (rate_limited)', p.stderr)
        flood.send([get('/v1/site', self.tokens['backend'])] * 2000)
        p = run('zh_CN.UTF-8')
        self.assertEqual(p.returncode, 8, p)
        self.assertIn('请求过于频繁，请等待 1 秒后再试（每秒最多 1 次）。', p.stderr)
        flood.close()
        total = self.metric('requests')
        self.site.stop()
        lines = [l for l in self.site.read_log().splitlines() if 'event=rate_limited' in l]
        told = sum(int(re.search(r' requests=(\d+)', l).group(1)) for l in lines)
        self.assertGreaterEqual(told, total)
        self.assertLessEqual(len(lines), 3)  # one a minute, and one at the end
        self.assertIn('most=backend', lines[0])
        self.assertNotIn(self.tokens['backend'], ''.join(lines))

    def test_a_rush_passes_by_default(self):
        self.start()
        self.capacity(140)
        ws = [self.wire() for _ in range(6)]
        statuses = []
        for first in range(0, 4200, 600):
            for k, w in enumerate(ws):
                w.send(book(self.tokens['backend'], f'r{i}', request(i)) for i in range(first + k * 100, first + k * 100 + 100))
            statuses += [w.answer()[0] for w in ws for _ in range(100)]
        self.assertEqual((statuses.count(201), statuses.count(409)), (420, 3780))
        for _ in range(7):  # 5,880 in all: no more than the burst, however fast this machine is
            for w in ws:
                w.send([get('/v1/site', self.tokens['backend'])] * 40)
            self.assertEqual({w.answer()[0] for w in ws for _ in range(40)}, {200})


if __name__ == '__main__':
    tap.main()
