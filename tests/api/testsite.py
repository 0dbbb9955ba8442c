"""A site for one test: a daemon with its own directory and socket, a drill clock that stands still, and plain HTTP."""
import ctypes, http.client, json, os, random, shlex, shutil, signal, socket, ssl, subprocess, tempfile, time, unittest
import described

BUILD = os.environ.get('GATESLOT_BUILD', os.path.join(os.path.dirname(__file__), '../../build'))
DAEMON = os.path.join(BUILD, 'src/app/gateslotd')
CLIENT = os.path.join(BUILD, 'src/cli/gateslot')
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
WRAP = shlex.split(os.environ.get('GATESLOT_WRAP', ''))
IN_POSTGRES = os.environ.get('GATESLOT_STORE') == 'postgres'
of_a_file = unittest.skipIf(IN_POSTGRES, 'it is about the file of a store, and stores are in PostgreSQL here')
OVER_TLS = os.environ.get('GATESLOT_TLS') == '1'  # every site is spoken to by https
START = '2026-11-24T07:00:00+08:00'
DATE = '2026-11-25'
NO_QUOTA = 'company_window_percent: 100, company_day: 0'
QUOTA = 'company_window_percent: 25, company_day: 20'  # the default

CONFIG = """site: {{name: 测试监管中心, timezone: {timezone}}}
listen: ["unix:{dir}/s.sock"{listen}]
store: {store}
yard: {{bays: {bays}}}
quota: {{{quota}}}
strikes: {{limit: {strikes}}}
{extra}
"""


def new_store(directory):
    """The line of a config that names a store that is not there yet: a file, or where the environment says so a database of its own (tests/postgres/with_cluster.py)."""
    if not IN_POSTGRES:
        return f'sqlite:{directory}/gateslot.db'
    base, name = os.environ['GATESLOT_POSTGRES'], f'site_{random.SystemRandom().getrandbits(64):x}'
    subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', f'{base}postgres', '-c', f'CREATE DATABASE {name} TEMPLATE template0'], check=True, cwd='/')
    return f'{base}{name}\nstate_directory: {directory}\nstore_copies: {{promised: 1}}'


class Unix(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Tls:
    """What a site needs to speak TLS, and how it is spoken to: made by the client, believed by its signer alone."""

    def __init__(self, where, hosts=('localhost', '127.0.0.1')):
        self.where, self.port, self.token = f'{where}/tls', free_port(), None
        subprocess.run([CLIENT, 'cert', 'self-signed', '--out', self.where] + [a for h in hosts for a in ('--host', h)], check=True,
                       stdout=subprocess.DEVNULL)
        self.certificate, self.key, self.signer = (f'{self.where}/{n}' for n in ('server.pem', 'server.key', 'ca.pem'))
        self.listen, self.url = f'https://127.0.0.1:{self.port}', f'https://localhost:{self.port}'
        self.option = f'tls: {{certificate: {self.certificate}, key: {self.key}}}'

    def context(self):
        return ssl.create_default_context(cafile=self.signer)

    def connect(self, timeout=30):
        return http.client.HTTPSConnection('localhost', self.port, timeout=timeout, context=self.context())


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:600]!r}'


def default_signals():
    """A shell in the background leaves these ignored to its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def end_with_parent():
    """For what must not outlive a test that is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    default_signals()


class Site:
    def __init__(self, start=START, bays=40, extra='', listen='', timezone='Asia/Shanghai', drill=True, speed=0, strikes=0,
                 quota=NO_QUOTA, where=None, tls=False):
        self.dir = tempfile.mkdtemp(prefix='gs', dir=where or '/tmp')
        self.start_at, self.drill, self.speed = start, drill, speed
        self.socket, self.store = f'{self.dir}/s.sock', new_store(self.dir)
        self.url = f'unix:{self.socket}'
        self.tls = Tls(self.dir) if tls or OVER_TLS else None
        self.listen = ''.join(f', "{l}"' for l in ([listen] if listen else []) + ([self.tls.listen] if self.tls else []))
        self.values = dict(bays=bays, extra=extra, timezone=timezone, strikes=strikes, quota=quota)
        self.write_config()
        self.process = None
        self.launch()

    def write_config(self, **changes):
        self.values.update(changes)
        with open(f'{self.dir}/gateslotd.yaml', 'w') as f:
            f.write(CONFIG.format(dir=self.dir, store=self.store, listen=self.listen, **self.values) + (f'{self.tls.option}\n' if self.tls else ''))

    def launch(self, wait=True):
        argv = WRAP + [DAEMON, '--config', f'{self.dir}/gateslotd.yaml']
        if self.drill:
            argv += ['--drill', self.start_at, '--drill-speed', str(self.speed)]
        self.log = open(f'{self.dir}/log', 'a')
        self.process = subprocess.Popen(argv, stderr=self.log, stdout=self.log, preexec_fn=default_signals)
        if wait:
            self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f'daemon ended {self.process.returncode}:\n{self.read_log()}')
            try:
                if self.call('GET', '/readyz', connection=Unix(self.socket)).status in (200, 204):
                    if OVER_TLS and self.tls.token is None:
                        a = self.post('/v1/tokens', {'name': 'tls', 'role': 'supervisor'}, key='tls', connection=Unix(self.socket))
                        assert a.status in (200, 201), a
                        self.tls.token = a.json['token']
                    return
            except OSError:
                time.sleep(0.005)
        raise AssertionError(f'daemon not ready:\n{self.read_log()}')

    def read_log(self):
        with open(f'{self.dir}/log') as f:
            return f.read()

    def connect(self, timeout=30):
        return self.tls.connect(timeout) if OVER_TLS else Unix(self.socket, timeout)

    def call(self, method, path, body=None, headers=None, connection=None):
        c = connection or self.connect()
        h = {'Accept-Language': 'en'}
        if OVER_TLS and self.tls.token is not None:
            h['Authorization'] = f'Bearer {self.tls.token}'
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body, ensure_ascii=False)
            data = data.encode() if isinstance(data, str) else data
            h['Content-Type'] = 'application/json'
        h.update(headers or {})
        c.request(method, path, data, {k: v for k, v in h.items() if v is not None})
        r = c.getresponse()
        answer = Answer(r.status, r.headers, r.read())
        if connection is None:
            c.close()
        described.look_at(method, path, answer.status, answer.headers, answer.body)
        return answer

    def get(self, path, **kw):
        return self.call('GET', path, **kw)

    def post(self, path, body=None, key=None, **kw):
        headers = dict(kw.pop('headers', {}))
        if key is not None:
            headers['Idempotency-Key'] = key
        return self.call('POST', path, body, headers=headers, **kw)

    def book(self, body, key=None, **kw):
        return self.post('/v1/bookings', body, key=key or f'k{random.getrandbits(64):x}', **kw)

    def clock(self, now):
        a = self.call('PUT', '/v1/drill/clock', {'now': now})
        assert a.status == 200, a
        return a

    def events(self, after=0):
        items = []
        while True:
            page = self.get(f'/v1/events?after={after}&limit=500').json['items']
            if not page:
                return items
            items += page
            after = page[-1]['seq']

    def bookings(self, date=DATE, query=''):
        """All of a date, page after page."""
        items, cursor = [], ''
        while cursor is not None:
            page = self.get(f'/v1/bookings?date={date}&limit=200{query}' + (f'&cursor={cursor}' if cursor else '')).json
            items += page['items']
            cursor = page['next_cursor']
        return items

    def client(self, *args, env=None, input=None, check=None):
        e = dict(os.environ, GATESLOT_URL=self.url, LC_ALL='C.UTF-8')
        e.update(env or {})
        p = subprocess.run([CLIENT, *args], capture_output=True, text=True, env=e, input=input)
        if check is not None:
            assert p.returncode == check, (p.returncode, p.stdout, p.stderr)
        return p

    def put_back(self, backup):
        """The store of a site that is stopped becomes what it was when that backup was made, as an operator does it."""
        command = ['--config', f'{self.dir}/gateslotd.yaml', '--drill', self.start_at, '--restore', backup]
        if IN_POSTGRES:
            self.store = new_store(self.dir)
            self.write_config()
            command = ['--migrate', f'sqlite:{backup}', self.store.split('\n')[0]]
        p = subprocess.run([*WRAP, DAEMON, *command], capture_output=True, text=True)
        assert p.returncode == 0, p.stderr

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self, expect=0):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.log.close()
        assert code == expect, f'daemon ended {code}:\n{self.read_log()}'

    def close(self):
        try:
            if self.process.poll() is None:
                self.stop()
            elif self.process.returncode not in (0, -signal.SIGKILL):
                raise AssertionError(f'daemon ended {self.process.returncode}:\n{self.read_log()}')
        finally:
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'


def check_digit(text):
    total = 0
    for i, c in enumerate(text):
        v = int(c) if c.isdigit() else 10 + (ord(c) - 65) + (ord(c) - 65 + 9) // 10
        total += v << i
    return str(total % 11 % 10)


def container(n):
    head = 'CSQU%06d' % (n % 1000000)
    return head + check_digit(head)


def plate(n):
    return '浙' + LETTERS[n // 100000 % len(LETTERS)] + '%05d' % (n % 100000)


def request(n, date=DATE, **more):
    """A valid booking request, different for every n."""
    body = {'date': date, 'flexible': True, 'waitlist': False, 'plate': plate(n), 'plate_colour': 'yellow',
            'containers': [container(n)], 'company': {'uscc': '91350100M000100Y43', 'name': '某贸易公司'},
            'driver': {'name': '王师傅', 'phone': '13800138000'}}
    body.update(more)
    return {k: v for k, v in body.items() if v is not None}
