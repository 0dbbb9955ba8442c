"""Malformed HTTP and JSON: exact statuses, the connection closed where framing is in doubt, the daemon unharmed."""
import json, os, re, signal, socket, subprocess, unittest
from testsite import DATE, SOURCE, Site, request
import tap

HOST = 'Host: x\r\n'
JSON = 'Content-Type: application/json\r\nIdempotency-Key: k\r\n'


def raw(head, body=''):
    return (head + '\r\n' + body).encode('latin-1') if isinstance(body, str) else (head + '\r\n').encode() + body


# name: (bytes, status, the connection is closed after it)
CASES = {
    'no_host': (raw('GET /livez HTTP/1.1\r\n'), 400, True),
    'two_hosts': (raw('GET /livez HTTP/1.1\r\n' + HOST + HOST), 400, True),
    'http_1_0': (raw('GET /livez HTTP/1.0\r\n' + HOST), 505, True),
    'http_2_preface': (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, True),
    'absolute_target': (raw('GET http://x/livez HTTP/1.1\r\n' + HOST), 400, True),
    'space_before_colon': (raw('GET /livez HTTP/1.1\r\nHost : x\r\n'), 400, True),
    'folded_header': (raw('GET /livez HTTP/1.1\r\n' + HOST + 'A: b\r\n c\r\n'), 400, True),
    'bare_line_feed': (b'GET /livez HTTP/1.1\nHost: x\n\n', 400, True),
    'nul_in_value': (b'GET /livez HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n', 400, True),
    'two_lengths': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), 400, True),
    'length_with_plus': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Content-Length: +2\r\n', '{}'), 400, True),
    'length_and_chunked': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400, True),
    'gzip_coding': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Transfer-Encoding: gzip\r\n', 'xx'), 501, True),
    'chunk_size_0x': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Transfer-Encoding: chunked\r\n', '0x2\r\n{}\r\n0\r\n\r\n'), 400, True),
    'body_too_large': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + JSON + 'Content-Length: 65537\r\n'), 413, True),
    'head_too_large': (raw('GET /livez HTTP/1.1\r\n' + HOST + 'A: ' + 'a' * 9000 + '\r\n'), 431, True),
    'too_many_headers': (raw('GET /livez HTTP/1.1\r\n' + HOST + 'A: b\r\n' * 70), 431, True),
    'target_too_long': (raw('GET /' + 'a' * 3000 + ' HTTP/1.1\r\n' + HOST), 414, True),
    'unknown_path': (raw('GET /v1/nothing HTTP/1.1\r\n' + HOST), 404, False),
    'wrong_method': (raw('DELETE /v1/slots HTTP/1.1\r\n' + HOST), 405, False),
    'not_json_type': (raw('POST /v1/bookings HTTP/1.1\r\n' + HOST + 'Idempotency-Key: k\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n', '{}'), 415, False),
}
BAD_JSON = {'cut': '{"date":', 'duplicate_key': '{"date":"2026-11-25","date":"2026-11-25"}', 'nan': '{"date":NaN}', 'trailing': '{} x',
            'deep': '[' * 100 + ']' * 100, 'nul_escape': '{"plate":"\\u0000"}', 'bad_utf8': b'{"plate":"\xff"}', 'empty': '', 'huge_number': '{"a":1e999}'}


class Malformed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def exchange(self, data):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(10)
        s.connect(self.site.socket)
        s.sendall(data)
        answer = b''
        while b'\r\n\r\n' not in answer:
            part = s.recv(65536)
            if not part:
                break
            answer += part
        head, _, rest = answer.partition(b'\r\n\r\n')
        length = next((int(l.split(b':')[1]) for l in head.split(b'\r\n') if l.lower().startswith(b'content-length:')), 0)
        while len(rest) < length:
            rest += s.recv(65536)
        return s, int(head.split(b' ')[1]), rest

    def closed(self, s):
        s.settimeout(3)
        try:
            while True:
                if s.recv(65536) == b'':
                    return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def test_bad_http_gets_its_status(self):
        for name, (data, status, closes) in CASES.items():
            with self.subTest(name):
                s, got, body = self.exchange(data)
                self.assertEqual(got, status, body)
                problem = json.loads(body)
                self.assertEqual(problem['status'], status)
                self.assertTrue(problem['detail'])
                if closes:
                    self.assertTrue(self.closed(s), 'left open')
                s.close()
        self.assertEqual(self.site.get('/livez').status, 200)

    def test_bad_http_is_told_in_the_language_or_in_both(self):
        """A request line that was not understood says nothing of the language: a search for 10,000 characters is told in both."""
        c = self.site.connect()
        a = self.site.call('GET', '/v1/bookings?q=' + 'x' * 10000, connection=c)
        self.assertEqual((a.status, a.json['code']), (414, 'bad_request'), a)
        self.assertEqual(a.json['detail'], 'HTTP 请求有误：请求行过长。Malformed HTTP request: the request line is too long.')
        for language, detail in (('zh-CN', 'HTTP 请求有误：Host 出现了两次。'), ('en', 'Malformed HTTP request: Host is given twice.')):
            s, status, body = self.exchange(f'GET /v1/site HTTP/1.1\r\nAccept-Language: {language}\r\nHost: a\r\nHost: b\r\n\r\n'.encode())
            s.close()
            self.assertEqual((status, json.loads(body)['detail']), (400, detail))

    def test_each_fault_of_http_is_known_in_chinese(self):
        with open(os.path.join(SOURCE, 'src/api/http_faults.c')) as f:
            known = f.read()
        said = []
        for name in ('head.c', 'parser.c', 'conn.c'):
            with open(os.path.join(SOURCE, 'src/http', name)) as f:
                for call in re.findall(r'refuse\(\w+, [^;]*;', f.read()):
                    said += re.findall(r'"([^"]*)"', call)
        self.assertGreater(len(said), 30)
        self.assertEqual([text for text in said if f', "{text}"' not in known and f'"{text}"}}}}' not in known], [])

    def test_bad_json_is_400_and_leaves_the_connection_usable(self):
        for name, body in BAD_JSON.items():
            with self.subTest(name):
                c = self.site.connect()
                a = self.site.call('POST', '/v1/bookings', body or b'', headers={'Idempotency-Key': 'k' + name}, connection=c)
                self.assertEqual((a.status, a.json['code']), (400, 'invalid_json'), a)
                self.assertEqual(self.site.call('GET', '/v1/site', connection=c).status, 200)
                c.close()

    def test_pipelined_requests_are_answered_in_order(self):
        s = socket.socket(socket.AF_UNIX)
        s.connect(self.site.socket)
        n = 50
        s.sendall(b''.join(b'GET /v1/slots?from=2026-11-%02d&to=2026-11-%02d HTTP/1.1\r\nHost: x\r\n\r\n' % (24 + i % 6, 24 + i % 6) for i in range(n)))
        f = s.makefile('rb')
        for i in range(n):
            self.assertIn(b'200', f.readline())
            length = 0
            while (line := f.readline()) != b'\r\n':
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
            self.assertEqual(json.loads(f.read(length))['days'][0]['date'], f'2026-11-{24 + i % 6:02d}')
        s.close()

    def test_a_request_byte_by_byte_is_the_same(self):
        body = json.dumps(request(990001)).encode()
        data = b'POST /v1/bookings HTTP/1.1\r\nHost: x\r\nIdempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % len(body) + body
        s = socket.socket(socket.AF_UNIX)
        s.connect(self.site.socket)
        for b in data:
            s.sendall(bytes([b]))
        self.assertIn(b'201', s.recv(65536).split(b'\r\n')[0])
        s.close()

    def test_a_chunked_body_is_taken(self):
        body = json.dumps(request(990002)).encode()
        chunks = b'%x\r\n%s\r\n%x;a=b\r\n%s\r\n0\r\nT: x\r\n\r\n' % (10, body[:10], len(body) - 10, body[10:])
        s, status, rest = self.exchange(b'POST /v1/bookings HTTP/1.1\r\nHost: x\r\nIdempotency-Key: chunked\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' + chunks)
        self.assertEqual(status, 201, rest)
        s.close()


class Stop(unittest.TestCase):
    def test_a_stop_waits_until_its_answers_are_read(self):
        site = Site()
        self.addCleanup(site.close)
        length = len(site.get('/v1/openapi.json').body)
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(60)
        s.connect(site.socket)
        s.sendall(b'GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n' * 40)
        for _ in range(20):  # turns of the loop: by then the socket is full and the rest waits in the daemon
            site.get('/v1/site')
        site.process.send_signal(signal.SIGTERM)
        with self.assertRaises(subprocess.TimeoutExpired, msg='it ended with answers unread'):
            site.process.wait(1)
        f, answers = s.makefile('rb'), 0
        while f.readline():
            while f.readline() not in (b'\r\n', b''):
                pass
            self.assertEqual(len(f.read(length)), length, f'answer {answers} is cut off')
            answers += 1
        self.assertGreater(answers * length, 500000)
        s.close()
        self.assertEqual(site.process.wait(60), 0)
        site.log.close()


if __name__ == '__main__':
    tap.main()
