"""The smallest HTTP client that can pipeline: requests as bytes over a Unix socket, answers in order. An answer that did not come
whole did not come."""
import json, os, socket, sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import Answer  # noqa: E402


class Gone(Exception):
    """The connection ended before the answer."""


class Headers(dict):
    def get(self, name, default=None):
        return super().get(name.lower(), default)


class Wire:
    def __init__(self, path, timeout=60):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.rest = b''
        try:
            self.sock.connect(path)
        except OSError as e:
            self.sock.close()
            raise Gone(str(e)) from e

    def close(self):
        self.sock.close()

    def send(self, *requests):
        """requests: (method, path, body or None, headers)."""
        try:
            self.sock.sendall(b''.join(encode(*r) for r in requests))
        except OSError as e:
            raise Gone(str(e)) from e

    def more(self):
        try:
            part = self.sock.recv(262144)
        except TimeoutError as e:
            raise AssertionError('no answer within the time limit') from e
        except OSError as e:
            raise Gone(str(e)) from e
        if not part:
            raise Gone('end')
        self.rest += part

    def receive(self):
        while (end := self.rest.find(b'\r\n\r\n')) < 0:
            self.more()
        lines = self.rest[:end].decode('latin-1').split('\r\n')
        headers = Headers((k.lower(), v.strip()) for k, v in (l.split(':', 1) for l in lines[1:]))
        size = end + 4 + int(headers.get('content-length', 0))
        while len(self.rest) < size:
            self.more()
        body, self.rest = self.rest[end + 4:size], self.rest[size:]
        return Answer(int(lines[0].split(' ', 2)[1]), headers, body)

    def call(self, method, path, body=None, headers=None):
        self.send((method, path, body, headers or {}))
        return self.receive()

    def call_many(self, requests):
        requests = list(requests)
        for at in range(0, len(requests), 32):
            part = requests[at:at + 32]
            self.send(*part)
            for _ in part:
                yield self.receive()


def encode(method, path, body, headers):
    data = b'' if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f'{method} {path} HTTP/1.1', 'Host: localhost', 'Accept-Language: en']
    if body is not None:
        lines += ['Content-Type: application/json', f'Content-Length: {len(data)}']
    lines += [f'{k}: {v}' for k, v in headers.items()]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode() + data
