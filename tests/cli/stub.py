"""A daemon in a few lines over a Unix socket, for the client's tests: answers as a test tells it and keeps what was asked."""
import http.server, json, os, socketserver, subprocess, tempfile, threading

CLIENT = os.environ['GATESLOT_CLIENT']
SITE = {'name': '站', 'timezone': 'Asia/Shanghai', 'zone': 'Asia/Shanghai', 'now': '2026-11-25T07:30:00+08:00', 'drill': False}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self):
        length = int(self.headers.get('Content-Length') or 0)
        body = self.rfile.read(length).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        found = self.server.answers.get((self.command, self.path.split('?')[0]))
        if callable(found):
            found = found(self.path, body)
        status, answer, headers = found or (404, {'code': 'not_found', 'detail': 'no such thing'}, {})
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        data = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def address_string(self):
        return 'unix'

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that stops leaves in the middle of an answer


class Stub:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix='gscli')
        self.socket = self.dir.name + '/s.sock'
        self.server = Server(self.socket, Handler)
        self.server.asked, self.server.answers = [], {}
        self.on('GET', '/v1/site', 200, SITE)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def on(self, method, path, status, answer, **headers):
        self.server.answers[(method, path)] = (status, answer, {k.replace('_', '-'): v for k, v in headers.items()})

    def call(self, method, path, function):
        self.server.answers[(method, path)] = function

    @property
    def asked(self):
        return self.server.asked

    def last(self, method='POST'):
        return [a for a in self.asked if a[0] == method][-1]

    def client(self, *args, env=None, input=None, cwd=None):
        full = {'PATH': os.environ['PATH'], 'GATESLOT_URL': 'unix:' + self.socket, 'LC_ALL': 'C', **(env or {})}
        full.update({k: v for k, v in os.environ.items() if k.startswith(('ASAN', 'UBSAN', 'LSAN'))})
        return subprocess.run([CLIENT, *args], capture_output=True, text=True, env=full, input=input, cwd=cwd, timeout=60)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.dir.cleanup()
