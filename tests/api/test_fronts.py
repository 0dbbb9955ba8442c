"""Behind a proxy: the sample fronts of conf/fronts for nginx and Caddy, as they are but for names, ports and files, with TLS outside. Clients
are told apart by their own addresses, what they say of themselves changes nothing, and who waits for an event gets it through. A program that
is not installed is skipped, and said so. Without any, what a proxy sends is sent by hand."""
import http.client, json, os, re, shutil, signal, socket, ssl, subprocess, sys, tempfile, time, unittest
from testsite import DATE, SOURCE, Site, request
import tap

REFUSALS = 'limits: {address_refusals_per_second: 1, address_refusals_burst: 20}'
FLOOD = 60  # requests: more than come back while they are sent


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def told(client):
    """A header of the PROXY protocol, version 2."""
    return b'\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c' + socket.inet_aton(client) + socket.inet_aton('127.0.0.1') + b'\x12\x67\x21\x20'


def make_certificate(place):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj',
                    '/CN=gateslot.example', '-addext', 'subjectAltName=DNS:gateslot.example', '-keyout', f'{place}/key.pem', '-out',
                    f'{place}/certificate.pem'], check=True, capture_output=True)
    os.chmod(f'{place}/key.pem', 0o600)


class Direct(unittest.TestCase):
    """Over TCP, from the addresses of the loopback network."""

    def start(self, proxies, more='', scheme='http'):
        self.port = free_port()
        self.site = Site(listen=f'{scheme}://127.0.0.1:{self.port}', extra=f'{REFUSALS}\ntrusted_proxies: {json.dumps(proxies)}\n{more}')
        self.addCleanup(self.site.close)

    def guesses(self, source, forwarded=None, count=FLOOD):
        """The statuses of so many requests with a wrong token."""
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60, source_address=(source, 0))
        c.connect()
        statuses = []
        for i in range(count):
            headers = {'Authorization': 'Bearer gs_guess'}
            if forwarded is not None:
                headers['X-Forwarded-For'] = forwarded(i)
            statuses.append(self.site.call('GET', '/v1/site', headers=headers, connection=c).status)
        c.close()
        return statuses

    def test_clients_behind_a_trusted_proxy_are_told_apart(self):
        self.start(['127.0.0.2'])
        first = self.guesses('127.0.0.2', lambda i: '198.51.100.%d, 192.0.2.1' % i)
        self.assertEqual(first[:20], [401] * 20)
        self.assertIn(429, first)
        self.assertEqual(self.guesses('127.0.0.2', lambda i: '192.0.2.2', 20), [401] * 20)
        self.assertEqual(self.guesses('127.0.0.2', count=20), [401] * 20)  # the proxy's own
        self.site.stop()
        self.assertRegex(self.site.read_log(), r'event=rate_limited .* most=192\.0\.2\.1 ')

    def test_who_is_no_trusted_proxy_is_not_believed(self):
        self.start(['127.0.0.2'])
        statuses = self.guesses('127.0.0.3', lambda i: '192.0.2.%d' % i)
        self.assertEqual(statuses[:20], [401] * 20)
        self.assertIn(429, statuses)
        self.site.stop()
        self.assertRegex(self.site.read_log(), r'event=rate_limited .* most=127\.0\.0\.3 ')

    def test_the_word_of_a_proxy_before_the_first_byte(self):
        self.start(['127.0.0.2'], more='proxy_protocol: true')
        one = b'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'
        guess = b'GET /v1/site HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer gs_guess\r\n\r\n'
        def statuses(source, *parts):
            with socket.create_connection(('127.0.0.1', self.port), timeout=60, source_address=(source, 0)) as s:
                data = b''
                try:
                    s.sendall(b''.join(parts))
                    s.shutdown(socket.SHUT_WR)
                    while (more := s.recv(65536)):
                        data += more
                except OSError:
                    pass  # closed with bytes of ours unread
                return [int(status) for status in re.findall(rb'HTTP/1\.1 (\d+) ', data)]
        self.assertEqual(statuses('127.0.0.2', told('192.0.2.7'), one, one), [200, 200])
        self.assertEqual(statuses('127.0.0.2', one), [])
        self.assertEqual(statuses('127.0.0.2', b'PROXY TCP4 192.0.2.7 127.0.0.1 4711 8480\r\n', one), [])
        self.assertEqual(statuses('127.0.0.3', one), [200])
        self.assertEqual(statuses('127.0.0.3', told('192.0.2.7'), one), [400])
        many = statuses('127.0.0.2', told('192.0.2.7'), guess * FLOOD)
        self.assertEqual(many[:20], [401] * 20)
        self.assertIn(429, many)
        self.assertEqual(statuses('127.0.0.2', told('192.0.2.8'), guess * 20), [401] * 20)
        self.site.stop()
        log = self.site.read_log()
        self.assertRegex(log, r'event=rate_limited .* most=192\.0\.2\.7 ')
        self.assertIn('event=proxy_protocol proxy=127.0.0.2', log)

    def test_the_word_of_a_proxy_goes_before_tls(self):
        place = tempfile.mkdtemp(prefix='gstls')
        self.addCleanup(shutil.rmtree, place, True)
        make_certificate(place)
        self.start(['127.0.0.2'], f'proxy_protocol: true\ntls: {{certificate: {place}/certificate.pem, key: {place}/key.pem}}', 'https')
        context = ssl.create_default_context(cafile=f'{place}/certificate.pem')
        with socket.create_connection(('127.0.0.1', self.port), timeout=60, source_address=('127.0.0.2', 0)) as raw:
            header = told('192.0.2.7')
            for i in range(len(header)):
                raw.sendall(header[i:i + 1])
            with context.wrap_socket(raw, server_hostname='gateslot.example') as s:
                for _ in range(FLOOD):
                    s.sendall(b'GET /v1/site HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer gs_guess\r\n\r\n')
                data = b''
                while data.count(b'HTTP/1.1 ') < FLOOD:
                    data += s.recv(65536)
        self.assertIn(b'HTTP/1.1 429 ', data)
        self.site.stop()
        self.assertRegex(self.site.read_log(), r'event=rate_limited .* most=192\.0\.2\.7 ')

    def test_a_reload_takes_the_list_over(self):
        self.start([])
        self.assertIn(429, self.guesses('127.0.0.2', lambda i: '192.0.2.%d' % i))
        reloads = re.compile(rb'gateslot_reloads_total 1\b')
        self.site.write_config(extra=f'{REFUSALS}\ntrusted_proxies: ["127.0.0.0/8"]')
        self.site.process.send_signal(signal.SIGHUP)
        while not reloads.search(self.site.get('/metrics').body):
            time.sleep(0.01)
        self.assertEqual(set(self.guesses('127.0.0.2', lambda i: '192.0.2.%d' % i)), {401})


class Front:
    """A daemon behind a program that speaks TLS."""
    name = None

    def setUp(self):
        self.program = shutil.which(self.name, path=os.environ['PATH'] + ':/usr/sbin')
        if self.program is None:
            print(f'# {self.name.upper()} IS NOT INSTALLED: conf/fronts IS NOT TRIED WITH IT', file=sys.stderr)
            self.skipTest(f'{self.name} is not installed')
        self.dir = tempfile.mkdtemp(prefix='gsfront')
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.inner, self.outer = free_port(), free_port()
        self.site = Site(listen=f'http://127.0.0.1:{self.inner}', extra=f'{REFUSALS}\ntrusted_proxies: ["127.0.0.1"]')
        self.addCleanup(self.site.close)
        self.token = self.site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
        make_certificate(self.dir)
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=open(f'{self.dir}/err', 'w'),
                                        env=dict(os.environ, HOME=self.dir, XDG_DATA_HOME=self.dir, XDG_CONFIG_HOME=self.dir))
        self.addCleanup(self.end)
        self.wait()

    def sample(self, name):
        with open(f'{SOURCE}/conf/fronts/{name}') as f:
            text = f.read()
        for old, new in (('/etc/gateslot/tls/', f'{self.dir}/'), ('127.0.0.1:8480', f'127.0.0.1:{self.inner}')):
            self.assertIn(old, text)
            text = text.replace(old, new)
        return text

    def write(self, name, text):
        with open(f'{self.dir}/{name}', 'w') as f:
            f.write(text)
        return f'{self.dir}/{name}'

    def end(self):
        self.process.terminate()
        self.process.wait(30)

    def wait(self):
        for _ in range(3000):
            try:
                return socket.create_connection(('127.0.0.1', self.outer)).close()
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.01)
        with open(f'{self.dir}/err') as f:
            self.fail(f'{self.name} did not start: {f.read()}')

    def connect(self, source):
        raw = socket.create_connection(('127.0.0.1', self.outer), timeout=60, source_address=(source, 0))
        context = ssl.create_default_context(cafile=f'{self.dir}/certificate.pem')
        c = http.client.HTTPSConnection('gateslot.example', self.outer, timeout=60)
        c.sock = context.wrap_socket(raw, server_hostname='gateslot.example')
        self.addCleanup(c.close)
        return c

    def ask(self, c, method, path, body=None, **headers):
        headers = {'Authorization': f'Bearer {self.token}', **{k.replace('_', '-'): v for k, v in headers.items()}}
        return self.site.call(method, path, body, headers=headers, connection=c)

    def test_a_booking_works_and_clients_are_told_apart(self):
        one, two = self.connect('127.0.0.2'), self.connect('127.0.0.3')
        made = self.ask(one, 'POST', '/v1/bookings', request(1), Idempotency_Key='front-1')
        self.assertEqual(made.status, 201, made)
        again = self.ask(two, 'POST', '/v1/bookings', request(1), Idempotency_Key='front-1')
        self.assertEqual((again.status, again.json['id'], again.headers['Idempotent-Replayed']), (201, made.json['id'], 'true'))
        statuses = [self.ask(one, 'GET', '/v1/site', Authorization='Bearer gs_guess', X_Forwarded_For='192.0.2.%d' % i).status for i in range(FLOOD)]
        self.assertEqual(statuses[:20], [401] * 20)
        self.assertIn(429, statuses)  # what the client says of itself changes nothing
        limited = next(a for a in (self.ask(one, 'GET', '/v1/site', Authorization='Bearer gs_guess') for _ in range(FLOOD)) if a.status == 429)
        self.assertGreaterEqual(int(limited.headers['Retry-After']), 1)
        self.assertEqual([self.ask(two, 'GET', '/v1/site', Authorization='Bearer gs_guess').status for _ in range(20)], [401] * 20)
        self.assertEqual(self.ask(one, 'GET', '/v1/site').status, 200)  # who has a token is not held back
        self.site.stop()
        self.assertRegex(self.site.read_log(), r'event=rate_limited .* most=127\.0\.0\.2 ')

    def test_a_question_that_waits_is_answered_when_something_happens(self):
        c = self.connect('127.0.0.2')
        after = 0
        for i in range(3):
            c.request('GET', f'/v1/events?after={after}&wait=60', headers={'Authorization': f'Bearer {self.token}'})
            self.wait_for_asker()
            made = self.ask(self.connect('127.0.0.3'), 'POST', '/v1/bookings', request(i), Idempotency_Key=f'event-{i}')
            self.assertEqual(made.status, 201, made)
            answer = c.getresponse()
            items = json.loads(answer.read())['items']
            self.assertEqual((answer.status, [e['booking_id'] for e in items]), (200, [made.json['id']]))
            after = items[-1]['seq']

    def wait_for_asker(self):
        while not re.search(rb'gateslot_http_waiting 1\b', self.site.get('/metrics').body):
            time.sleep(0.01)


class Nginx(Front, unittest.TestCase):
    name = 'nginx'

    def command(self):
        text = self.sample('nginx.conf').replace('listen [::]:443 ssl http2;', '').replace('listen 443 ', f'listen 127.0.0.1:{self.outer} ')
        self.assertIn(f'listen 127.0.0.1:{self.outer} ssl http2;', text)
        temp = ' '.join(f'{kind}_temp_path {self.dir}/{kind};' for kind in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        user = 'user root;' if os.getuid() == 0 else ''
        main = self.write('main.conf', f'{user} daemon off; worker_processes 1; pid {self.dir}/pid; error_log stderr; events {{}}\n'
                          f'http {{ access_log off; {temp} include {self.write("gateslot.conf", text)}; }}\n')
        return [self.program, '-e', 'stderr', '-c', main]


class Caddy(Front, unittest.TestCase):
    name = 'caddy'

    def command(self):
        text = self.sample('Caddyfile').replace('gateslot.example {', f'gateslot.example:{self.outer} {{\n\tbind 127.0.0.1')
        self.assertIn(f'gateslot.example:{self.outer}', text)
        path = self.write('Caddyfile', '{\n\tadmin off\n\tauto_https disable_redirects\n}\n' + text)
        return [self.program, 'run', '--config', path, '--adapter', 'caddyfile']


if __name__ == '__main__':
    tap.main()
