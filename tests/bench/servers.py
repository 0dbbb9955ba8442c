"""The servers of the bench: the daemon and what it is compared with. Each is one process in a directory of its own, on loopback or a
Unix socket, gone with its directory at the end of its `with` block, and with the bench if that is killed."""
import http.client, json, os, shutil, signal, socket, ssl, subprocess, sys, time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../api'))
sys.path.insert(0, os.path.join(HERE, '../postgres'))
import cluster  # noqa: E402
import testsite  # noqa: E402
from testsite import end_with_parent  # noqa: E402

PG = '/usr/lib/postgresql/15/bin'
PORTS = {'daemon': 18480, 'nginx': 18481, 'redis': 18482, 'pg': 18483}


def sh(*argv, **kw):
    p = subprocess.run(argv, capture_output=True, text=True, **kw)
    if p.returncode:
        raise SystemExit(f'{argv}\n{p.stdout[-2000:]}\n{p.stderr[-2000:]}')
    return p.stdout


class Server:
    end_signal = signal.SIGTERM

    def __init__(self, directory):
        self.directory, self.process = directory, None

    def __enter__(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        try:
            self.launch()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *exc):
        self.end()

    def start(self, *argv, ready, **kw):
        with open(f'{self.directory}/log', 'a') as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent, **kw)
        deadline = time.monotonic() + 60
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(f'{self.directory}/log') as log:
                    raise SystemExit(f'{argv[0]} does not run:\n{log.read()[-2000:]}')
            time.sleep(0.002)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.end_signal)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def end(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def answers(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def days(first, last):
    """Dates of the daemon's site, from so many to so many days ahead. Today and tomorrow are left to others: places there end by the hour."""
    today = datetime.now(ZoneInfo('Asia/Shanghai')).date()
    return [(today + timedelta(days=d)).isoformat() for d in range(first, last + 1)]


class Daemon(Server):
    """A live daemon with the longest horizon: 30,000 places a day in slots of half an hour, or (one_slot) three slots a day of as many
    as a slot can have. `store`: a file to begin with a copy of. `postgres`: the address of an empty database to have its store in, and on how
    many servers it is to be there."""

    def __init__(self, build, directory, one_slot=False, store=None, wrap=(), tls=False, postgres=None):
        super().__init__(directory)
        self.client, self.tls = f'{build}/src/cli/gateslot', tls
        self.argv = [*wrap, f'{build}/src/app/gateslotd', '--config', f'{directory}/gateslotd.yaml']
        self.minutes, self.store = (240 if one_slot else 30), store
        self.kept = f'store: sqlite:{directory}/gateslot.db'
        if postgres:
            self.kept = f'store: "{postgres[0]}"\nstore_name: bench\nstore_copies: {{promised: {postgres[1]}}}\nstate_directory: {directory}'
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{PORTS['daemon']}"

    def launch(self):
        if self.tls:
            sh(self.client, 'cert', 'self-signed', '--host', '127.0.0.1', '--out', f'{self.directory}/tls')
        with open(f'{self.directory}/gateslotd.yaml', 'w') as f:
            f.write(f'''listen: ["unix:{self.directory}/s", "{self.url}"]
{self.kept}
yard: {{bays: 10000}}
slots: {{minutes: {self.minutes}}}
windows:
  morning: {{start: "08:00", end: "12:00", capacity: 10000}}
  midday:  {{start: "12:00", end: "16:00", capacity: 10000}}
  evening: {{start: "16:00", end: "20:00", capacity: 10000}}
booking: {{horizon_days: 60, opens_at: "00:00"}}
quota: {{company_window_percent: 100, company_day: 0}}
limits: {{keys_per_name: 10000000, keys_total: 10000000, requests_per_second: 0, refusals_per_second: 0, address_requests_per_second: 0, address_refusals_per_second: 0}}
{f'tls: {{certificate: {self.directory}/tls/server.pem, key: {self.directory}/tls/server.key}}' if self.tls else ''}
''')
        if self.store:
            for beside in ('', '.mark'):
                shutil.copyfile(self.store + beside, f'{self.directory}/gateslot.db{beside}')
            os.sync()
        begin = time.monotonic()
        self.start(*self.argv, ready=self.is_ready)
        self.start_s = time.monotonic() - begin
        name = f'bench-{time.time_ns()}'
        self.token = self.call('POST', '/v1/tokens', {'name': name, 'role': 'supervisor'})['token']

    def is_ready(self):
        try:
            self.call('GET', '/readyz')
            return True
        except OSError:
            return False

    def text(self, method, path, body=None, headers=()):
        c = testsite.Unix(f'{self.directory}/s')
        h = {'Content-Type': 'application/json', **dict(headers)} if body is not None else dict(headers)
        c.request(method, path, json.dumps(body) if body is not None else None, h)
        r = c.getresponse()
        text = r.read()
        c.close()
        if r.status >= 400:
            raise OSError(f'{method} {path}: {r.status} {text!r}')
        return text

    def connection(self):
        if not self.tls:
            return http.client.HTTPConnection('127.0.0.1', PORTS['daemon'])
        return http.client.HTTPSConnection('127.0.0.1', PORTS['daemon'], context=ssl.create_default_context(cafile=f'{self.directory}/tls/ca.pem'))

    def call(self, method, path, body=None, headers=()):
        text = self.text(method, path, body, headers)
        return json.loads(text) if text[:1] == b'{' else text

    def booked(self):
        """Places of the horizon that are taken."""
        horizon = days(0, 60)
        answer = self.call('GET', f'/v1/slots?from={horizon[0]}&to={horizon[-1]}')
        return sum(w['booked'] for d in answer['days'] for w in d['windows'])


class Postgres(Server):
    """Between rounds it is stopped, so that its upkeep burdens nobody else, and emptied; its log's segments are used again."""
    end_signal = signal.SIGINT

    def __init__(self, directory):
        super().__init__(directory)
        self.user = {'user': 'postgres', 'group': 'postgres', 'extra_groups': []} if os.geteuid() == 0 else {}

    def launch(self):
        if self.user:
            shutil.chown(self.directory, 'postgres', 'postgres')
        sh(f'{PG}/initdb', '-D', f'{self.directory}/db', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', cwd='/', **self.user)
        with open(f'{self.directory}/db/postgresql.conf', 'a') as f:
            f.write(f"port={PORTS['pg']}\nlisten_addresses='127.0.0.1'\nunix_socket_directories='{self.directory}'\nshared_buffers=512MB\n"
                    'max_connections=300\nsynchronous_commit=on\nmax_wal_size=4GB\nmin_wal_size=1GB\ncheckpoint_timeout=30min\n')
        self.resume()
        self.sql('-f', f'{HERE}/postgres.sql')
        for _ in range(24):
            self.sql('-c', 'SELECT pg_switch_wal()', '-c', 'CREATE TABLE t ()', '-c', 'DROP TABLE t')
        self.stop()

    def resume(self):
        ready = [f'{PG}/pg_isready', '-q', '-h', self.directory, '-p', str(PORTS['pg'])]
        self.start(f'{PG}/postgres', '-D', f'{self.directory}/db', cwd='/', ready=lambda: subprocess.run(ready).returncode == 0, **self.user)

    def sql(self, *argv):
        return sh(f'{PG}/psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', self.directory, '-p', str(PORTS['pg']), '-U', 'postgres', *argv)


class Pair:
    """A server of PostgreSQL that keeps the daemon's store, and with `standby` a second one on the same disk that each commit waits for. It runs
    within its `with` block only, so that its upkeep burdens nobody else."""

    def __init__(self, folder, name, standby):
        settings = {'shared_buffers': '128MB', 'max_wal_size': '4GB', 'checkpoint_timeout': '30min', 'wal_keep_size': '0'}
        self.servers, self.made = [cluster.Server(folder, name, settings).create()], 0
        if standby:
            self.servers.append(self.servers[0].standby(f'{name}_standby'))
        self.__exit__()

    def __enter__(self):
        for server in reversed(self.servers):
            server.start(wait=False)
        for server in self.servers:
            server.wait_for(lambda s=server: s.try_sql('SELECT 1') == '1', 'answers')
        return self

    def __exit__(self, *exc):
        for server in self.servers:
            server.stop()

    def store(self):
        """An empty database, as Daemon takes it."""
        self.made += 1
        return self.servers[0].database(f'bench_{self.made}'), len(self.servers)


class Redis(Server):
    def launch(self):
        self.start('redis-server', '--bind', '127.0.0.1', '--port', str(PORTS['redis']), '--dir', self.directory, '--appendonly', 'yes', '--appendfsync',
                   'always', '--save', '', '--auto-aof-rewrite-percentage', '0', ready=lambda: answers(PORTS['redis']))
        with open(f'{HERE}/redis.lua') as f:
            self.script = self.cli('SCRIPT', 'LOAD', f.read()).strip()

    def cli(self, *argv):
        return sh('redis-cli', '-p', str(PORTS['redis']), *argv)


class Nginx(Server):
    """One worker that serves these files by name."""

    def __init__(self, directory, files):
        super().__init__(directory)
        self.files, self.url = files, f"http://127.0.0.1:{PORTS['nginx']}"

    def launch(self):
        for name, body in self.files.items():
            with open(f'{self.directory}/{name}', 'wb') as f:
                f.write(body)
        user = 'user root;' if os.geteuid() == 0 else ''
        with open(f'{self.directory}/nginx.conf', 'w') as f:
            f.write(f'''worker_processes 1; pid {self.directory}/pid; error_log {self.directory}/error.log; daemon off; {user}
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000000; open_file_cache max=10; default_type application/json;
  server {{ listen 127.0.0.1:{PORTS['nginx']}; root {self.directory}; }} }}
''')
        self.start('nginx', '-p', self.directory, '-c', f'{self.directory}/nginx.conf', ready=lambda: answers(PORTS['nginx']))
