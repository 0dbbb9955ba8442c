"""A request that comes one byte every three seconds is gone at its deadline, wherever in it the bytes drip: 10 seconds for a head, 20 for
all of it. All of them drip at the same time, so it takes no longer than the longest."""
import json, selectors, ssl, time, unittest
from doorsite import DoorSite, tap

EVERY_S = 3
GIVEN_UP_S = 35  # far more than any deadline: what is still there then stays
HEAD_S, WHOLE_S = 10, 20
START = 'POST /v1/gate/check HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n'
# name: what is said at once, what drips, the deadline
DRIPS = {
    'request_line': ('', 'GET /livez?' + 'a' * 40, HEAD_S),
    'header': ('GET /livez HTTP/1.1\r\nHost: x\r\n', 'A: ' + 'b' * 40, HEAD_S),
    'headers': ('GET /livez HTTP/1.1\r\nHost: x\r\n', 'A:\r\n' * 20, HEAD_S),
    'last_byte_of_head': ('GET /livez HTTP/1.1\r\nHost: x\r\n\r', '', HEAD_S),
    'empty_line_first': ('\r', '', HEAD_S),
    'body': (START + 'Content-Length: 40\r\n\r\n', '{"plate":"' + 'a' * 30, WHOLE_S),
    'body_of_which_nothing_comes': (START + 'Content-Length: 40\r\n\r\n', '', WHOLE_S),
    'chunk_size': (START + 'Transfer-Encoding: chunked\r\n\r\n', '0' * 40, WHOLE_S),
    'chunk_extension': (START + 'Transfer-Encoding: chunked\r\n\r\n2;', 'a' * 40, WHOLE_S),
    'chunk': (START + 'Transfer-Encoding: chunked\r\n\r\n28\r\n', '{"plate":"' + 'a' * 30, WHOLE_S),
    'chunks_of_one': (START + 'Transfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n' * 10, WHOLE_S),
    'trailer': (START + 'Transfer-Encoding: chunked\r\n\r\n0\r\n', 'A: ' + 'b' * 40, WHOLE_S),
    'behind_a_good_one': ('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /livez?' + 'a' * 40, HEAD_S),
    'greeting': ('', '', HEAD_S),
    'expected': (START + 'Expect: 100-continue\r\nContent-Length: 40\r\n\r\n', ' ' * 40, WHOLE_S),
}


class Drip:
    def __init__(self, name, transport, socket, token):
        at_once, self.rest, self.deadline = DRIPS[name]
        self.name, self.socket, self.said, self.answer = f'{name} over {transport}', socket, 0, b''
        self.greets = transport == 'greeting'
        self.rest = self.greeting() if self.greets else self.rest.encode()
        self.began, self.ended = time.monotonic(), None
        socket.sendall(at_once.format(token=token).encode())
        socket.setblocking(False)

    def greeting(self):
        """All that the daemon is told of TLS but the last byte."""
        out = ssl.MemoryBIO()
        try:
            ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname='x').do_handshake()
        except ssl.SSLWantReadError:
            return out.read()[:-1]

    def drop(self):
        if self.ended is None and self.said < len(self.rest):
            try:
                self.socket.send(self.rest[self.said:self.said + 1])
                self.said += 1
            except (OSError, ssl.SSLError):
                pass  # it is gone: what it said is read all the same

    def read(self):
        try:
            part = self.socket.recv(65536)
        except ConnectionResetError:
            part = b''
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        self.answer += part
        if part and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return self.read()
        if part == b'':
            self.ended = time.monotonic() - self.began
        return part != b''

    def fault(self):
        if self.ended is None:
            return f'{self.name}: still there'
        if self.greets:
            return None if self.deadline - 1 < self.ended < self.deadline + 10 else f'{self.name}: gone after {self.ended:.1f} s'
        body = self.answer.rpartition(b'\r\n\r\n')[2]
        code = json.loads(body)['code'] if body.startswith(b'{') else None
        if self.answer.count(b'HTTP/1.1 408 ') != 1 or code != 'bad_request':
            return f'{self.name}: {self.answer!r}'
        if self.ended < self.deadline - 1 or self.ended > self.deadline + 10:
            return f'{self.name}: gone after {self.ended:.1f} s, not {self.deadline}'
        return None


class Drips(unittest.TestCase):
    def test_each_is_gone_at_its_deadline(self):
        with DoorSite() as site:
            token = site.token('drip', 'supervisor')['Authorization']
            drips = [Drip(name, t, site.plug(t), token) for t in ('tcp', 'unix', 'tls') for name in DRIPS if name != 'greeting']
            drips += [Drip('greeting', 'greeting', site.plug('tls port'), token) for _ in range(4)]
            selector = selectors.DefaultSelector()
            for d in drips:
                selector.register(d.socket, selectors.EVENT_READ, d)
            begin = next_drop = time.monotonic()
            while selector.get_map() and time.monotonic() - begin < GIVEN_UP_S:
                for key, _ in selector.select(max(0, next_drop - time.monotonic())):
                    if not key.data.read():
                        selector.unregister(key.fileobj)
                if time.monotonic() >= next_drop:
                    next_drop += EVERY_S
                    for d in drips:
                        d.drop()
            self.assertEqual(site.get('/v1/site').status, 200)
            faults = [f for d in drips if (f := d.fault()) is not None]
            print(f'# counts: drips: {len(drips)}, the last gone after {max(d.ended or 0 for d in drips):.1f} s; {len(faults)} not as promised')
            self.assertEqual(faults, [])
            for d in drips:
                d.socket.close()


if __name__ == '__main__':
    tap.main()
