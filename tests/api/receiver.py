"""A receiver of webhooks for tests: verifies every message by the rules of Standard Webhooks, written from their text alone, and answers as it
is told."""
import base64, hashlib, hmac, http.server, json, socketserver, ssl, threading, time

TOLERANCE_S = 300


def verify(secrets, headers, body, now=None):
    """The message's id, or an AssertionError that says what is wrong with it."""
    now = time.time() if now is None else now
    ident, stamp, signatures = (headers.get(n) for n in ('webhook-id', 'webhook-timestamp', 'webhook-signature'))
    assert ident and stamp and signatures, f'headers are missing: {headers}'
    assert '.' not in ident, f'a dot in the id {ident}'
    assert abs(now - int(stamp)) <= TOLERANCE_S, f'sent at {stamp}, received at {now}'
    given = [s.split(',', 1)[1] for s in signatures.split(' ') if s.startswith('v1,')]
    for secret in secrets:
        assert secret.startswith('whsec_'), secret
        key = base64.b64decode(secret[len('whsec_'):], validate=True)
        assert 24 <= len(key) <= 64, f'{len(key)} bytes of a key'
        made = base64.b64encode(hmac.new(key, f'{ident}.{stamp}.'.encode() + body, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(made, g) for g in given):
            return ident
    raise AssertionError(f'no signature fits: {signatures}')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        status, headers = self.server.receiver.take(self.path, self.headers, body)
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        answer = b'{}' if status != 204 else b''
        if status != 204:
            self.send_header('content-length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PUT = do_POST


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A sender that was killed is no fault here."""


class Receiver:
    """messages: what was taken (answered 2xx), in order; seen: all that came. judge(message) → status, or (status, headers); None: the connection
    breaks. tls: files of certificate and key, by which it speaks TLS."""

    def __init__(self, port=0, host='127.0.0.1', tls=None):
        self.secrets, self.messages, self.seen, self.faults = [], [], [], []
        self.judge = lambda message: 204
        self.changed = threading.Condition()
        self.host, self.port, self.server, self.tls = host, port, None, tls
        self.start()

    def start(self):
        self.server = Server((self.host, self.port), Handler)
        self.server.receiver = self
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True).start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self):
        return f'http{"s" if self.tls else ""}://{self.host}:{self.port}/hook'

    def take(self, path, headers, body):
        with self.changed:
            secrets = list(self.secrets)
        try:
            message = {'id': verify(secrets, headers, body), 'path': path, **json.loads(body)}
        except (AssertionError, ValueError) as e:
            with self.changed:
                self.faults.append(str(e))
            return 400, {}
        judged = self.judge(message)
        status, extra = judged if isinstance(judged, tuple) else (judged, {})
        with self.changed:
            self.seen.append(message)
            if status is not None and 200 <= status < 300:
                self.messages.append(message)
            self.changed.notify_all()
        return status, extra

    def wait(self, holds, what, seconds=60):
        """Until holds(): it is looked at after each message, and now and then."""
        deadline = time.monotonic() + seconds
        while not holds():  # not under the lock: what it asks for may come here
            left = deadline - time.monotonic()
            assert left > 0, f'{what}: not within {seconds} s; {len(self.seen)} seen, {len(self.messages)} taken, faults {self.faults[:3]}'
            with self.changed:
                self.changed.wait(min(left, 0.05))

    def events(self):
        """The events taken, each once, in the order of the first time."""
        first = {}
        for m in self.messages:
            if m['type'] != 'webhook.test':
                first.setdefault(m['id'], m['data'])
        return list(first.values())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
