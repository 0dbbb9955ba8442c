"""What somebody may send that is no good request, and its exact outcome: each of requests.txt over each transport. All that comes back is
read to its end, so that no second answer goes unseen, and after each a good request is answered as ever."""
import json, os, re, socket, unittest
from corpus import rows
from doorsite import DoorSite, request, tap

GOOD = 'GET /v1/site HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n'
HEAD = re.compile(rb'HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[A-Za-z-]+: [^\r\n]*\r\n)*)\r\n')
TIMEOUT_S = 20


def read_all(s, until=lambda data: False):
    data = b''
    try:
        while not until(data):
            part = s.recv(1 << 16)
            if part == b'':
                return data, True
            data += part
    except ConnectionResetError:
        return data, True
    except TimeoutError:
        return data, False
    return data, False


def take_answer(data, no_body):
    """(status, code, name of the site, the rest); raises ValueError where the bytes are no answer."""
    m = HEAD.match(data)
    if m is None:
        raise ValueError(f'no answer: {data[:120]!r}')
    headers = dict(line.split(': ', 1) for line in m.group(2).decode('latin-1').lower().splitlines())
    length = 0 if no_body else int(headers.get('content-length', 0))
    body, rest = data[m.end():m.end() + length], data[m.end() + length:]
    if len(body) < length:
        raise ValueError(f'an answer is cut off: {data[:120]!r}')
    code = site = None
    if not no_body and headers.get('content-type', '').startswith('application/problem+json'):
        problem = json.loads(body)
        code = problem['code']
        if problem['status'] != int(m.group(1)) or not problem['detail'] or not problem['title']:
            raise ValueError(f'no whole problem: {body!r}')
    elif not no_body and headers.get('content-type', '').startswith('application/json'):
        site = json.loads(body).get('name')
    return int(m.group(1)), code, site, rest


class Nothing:
    """Before a good request that stands alone."""
    answers, closes = [], False


class Malformed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = DoorSite()
        cls.token = cls.site.token('corpus', 'supervisor')['Authorization']
        cls.booking = cls.site.book(request(700)).json['id']
        cls.before = cls.site.events()
        cls.good = GOOD.format(token=cls.token).encode()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def check(self, row, transport):
        """What is not as it stands in the row; None: all is."""
        s = self.site.plug(transport)
        s.settimeout(TIMEOUT_S)
        *firsts, last = row.parts(self.token, self.booking)
        data = b''
        try:
            for part in firsts:
                s.sendall(part)
                data += read_all(s, lambda d: d.endswith(b'\r\n\r\n'))[0]
            try:
                s.sendall(last + (b'' if row.closes else self.good))
                if row.left:
                    socket.socket.shutdown(s, socket.SHUT_WR)  # ssl's own would forget its keys
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before all was said
            more, ended = read_all(s)
        finally:
            s.close()
        return self.compare(row, data + more, ended)

    def compare(self, row, data, ended):
        try:
            for status, code, no_body in row.answers:
                got_status, got_code, _, data = take_answer(data, no_body)
                if (got_status, got_code) != (status, code):
                    return f'{got_status} {got_code}, not {status} {code}'
            if not row.closes:
                status, code, site, data = take_answer(data, False)
                if (status, site) != (200, '测试监管中心'):
                    return f'the good request behind it: {status} {code}'
        except ValueError as e:
            return str(e)
        if data:
            return f'a further answer: {data[:200]!r}'
        return None if ended else 'left open'

    def over(self, transport):
        wrong, closed, every = [], 0, rows()
        if transport == 'unix':  # whose other end the daemon knows without a token
            every = [row for row in every if (401, 'unauthorized', False) not in row.answers]
        for row in every:
            why = self.check(row, transport)
            if why is None and row.closes:
                closed += 1
                why = self.compare(Nothing, *self.alone(transport))
            if why is not None:
                wrong.append(f'{row.name}: {why}')
        print(f'# counts: malformed over {transport}: {len(every)} requests, {closed} of them closed by the daemon; {len(wrong)} not as written')
        self.assertEqual(wrong, [])
        self.assertEqual(self.site.events(), self.before, 'something was changed')

    def alone(self, transport):
        s = self.site.plug(transport)
        s.settimeout(TIMEOUT_S)
        s.sendall(self.good)
        data = read_all(s)
        s.close()
        return data

    def test_over_tcp(self):
        self.over('tcp')

    def test_over_tls(self):
        self.over('tls')

    def test_over_the_unix_socket(self):
        self.over('stranger' if os.getuid() == 0 else 'unix')


if __name__ == '__main__':
    tap.main()
