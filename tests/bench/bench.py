"""What the daemon does a second on this machine, as ratios to PostgreSQL and nginx doing the same in the same run.

Usage: bench.py BUILD [--rounds N] [--seconds N]. Rounds are interleaved and their median is what counts: disks stall and
machines drift. Everything lies in BUILD/bench, on the disk the build is on."""
import argparse, hashlib, http.client, json, os, re, shutil, signal, socket, sqlite3, statistics, subprocess, sys, time
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../api'))
from testsite import Site, request, DATE  # noqa: E402
import testsite  # noqa: E402

PG = '/usr/lib/postgresql/15/bin'
PORTS = {'daemon': 18480, 'nginx': 18481, 'pg': 15432}


def say(text):
    print(text, file=sys.stderr, flush=True)


def sh(*argv, **kw):
    p = subprocess.run(argv, capture_output=True, text=True, **kw)
    if p.returncode:
        raise SystemExit(f'{argv}\n{p.stdout[-2000:]}\n{p.stderr[-2000:]}')
    return p.stdout


def fdatasync_rate(directory, seconds=2):
    path = f'{directory}/sync'
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    block = os.urandom(8192)
    os.pwrite(fd, block * 256, 0)
    os.fsync(fd)
    n, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        os.pwrite(fd, block, n % 256 * 8192)
        os.fdatasync(fd)
        n += 1
    os.close(fd)
    os.unlink(path)
    return n / seconds


class Daemon:
    """A live daemon of the bench: large windows, the longest horizon, its own directory."""

    def __init__(self, build, directory):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        with open(f'{directory}/gateslotd.yaml', 'w') as f:
            f.write(f'''listen: ["unix:{directory}/s", "http://127.0.0.1:{PORTS['daemon']}"]
store: sqlite:{directory}/gateslot.db
yard: {{bays: 10000}}
windows:
  morning: {{start: "08:00", end: "12:00", capacity: 10000}}
  midday:  {{start: "12:00", end: "16:00", capacity: 10000}}
  evening: {{start: "16:00", end: "20:00", capacity: 10000}}
booking: {{horizon_days: 60, opens_at: "00:00"}}
quota: {{company_window_percent: 100, company_day: 0}}
''')
        self.process = subprocess.Popen([f'{build}/src/app/gateslotd', '--config', f'{directory}/gateslotd.yaml'],
                                        stderr=open(f'{directory}/log', 'w'))
        self.url = f"http://127.0.0.1:{PORTS['daemon']}"
        for _ in range(500):
            try:
                c = testsite.Unix(f'{directory}/s')
                c.request('POST', '/v1/tokens', '{"name":"bench","role":"supervisor"}', {'Content-Type': 'application/json'})
                self.token = json.loads(c.getresponse().read())['token']
                return
            except OSError:
                time.sleep(0.01)
        raise SystemExit(open(f'{directory}/log').read())

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def wrk(script, url, connections, seconds, *args, token=''):
    out = sh('wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '-s', f'{HERE}/{script}', url, '--', *args,
             env=dict(os.environ, GATESLOT_TOKEN=token))
    n, us, p50, p99, wrong = map(int, re.search(r'RESULT (\d+) (\d+) (\d+) (\d+) (\d+)', out).groups())
    if wrong:
        raise SystemExit(f'{wrong} wrong answers from {url}\n{out}')
    return n / us * 1e6, p50 / 1000, p99 / 1000


class Postgres:
    def __init__(self, directory):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        shutil.chown(directory, 'postgres')
        self.run(f'{PG}/initdb', '-D', f'{directory}/db', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8')
        with open(f'{directory}/db/postgresql.conf', 'a') as f:
            f.write(f"port={PORTS['pg']}\nlisten_addresses='127.0.0.1'\nunix_socket_directories='{directory}'\nshared_buffers=512MB\n"
                    'max_connections=300\nsynchronous_commit=on\nmax_wal_size=4GB\ncheckpoint_timeout=30min\n')
        self.run(f'{PG}/pg_ctl', '-D', f'{directory}/db', '-l', f'{directory}/log', '-w', 'start')
        self.sql('-f', f'{HERE}/postgres.sql')
        with open(f'{directory}/book.sql', 'w') as f:
            f.write("\\set n random(1, 1000000000000)\n\\set d random(0, 59)\nSELECT book(concat(CAST(:run AS int), '-', CAST(:client_id AS int), '-', CAST(:n AS bigint)), CAST(:n AS bigint), CAST(:d AS int));\n")
        self.round = 0

    def run(self, *argv):
        return sh('runuser', '-u', 'postgres', '--', *argv, cwd='/')

    def sql(self, *argv):
        return sh('psql', '-q', '-X', '-v', 'ON_ERROR_STOP=1', '-h', self.directory, '-p', str(PORTS['pg']), '-U', 'postgres', *argv)

    def bench(self, clients, seconds):
        self.round += 1
        before = int(self.sql('-At', '-c', 'SELECT count(*) FROM event'))
        out = sh('pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '1', '-T', str(seconds), '-D', f'run={self.round}', '-h', self.directory,
                 '-p', str(PORTS['pg']), '-U', 'postgres', '-f', f'{self.directory}/book.sql', 'postgres')
        made = int(self.sql('-At', '-c', 'SELECT count(*) FROM event')) - before
        return made / seconds, float(re.search(r'latency average = ([\d.]+)', out).group(1))

    def stop(self):
        self.run(f'{PG}/pg_ctl', '-D', f'{self.directory}/db', '-m', 'immediate', 'stop')
        shutil.rmtree(self.directory, ignore_errors=True)


class Nginx:
    def __init__(self, directory, body):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        with open(f'{directory}/slots.json', 'wb') as f:
            f.write(body)
        with open(f'{directory}/nginx.conf', 'w') as f:
            f.write(f'''worker_processes 1; pid {directory}/pid; error_log {directory}/error.log; daemon on; user root;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000000; open_file_cache max=10; default_type application/json;
  server {{ listen 127.0.0.1:{PORTS['nginx']}; root {directory}; }} }}
''')
        sh('nginx', '-p', directory, '-c', f'{directory}/nginx.conf')

    def stop(self):
        with open(f'{self.directory}/pid') as f:
            os.kill(int(f.read()), signal.SIGTERM)
        shutil.rmtree(self.directory, ignore_errors=True)


def dates():
    return ','.join((date.today() + timedelta(days=d)).isoformat() for d in range(1, 60))


def bench_bookings(build, work, rounds, seconds, connections):
    ours, theirs = [], []
    pg = Postgres(f'{work}/pg')
    try:
        for r in range(rounds):
            daemon = Daemon(build, f'{work}/daemon')
            ours.append(wrk('bookings.lua', daemon.url, connections, seconds, f'r{r}', dates(), token=daemon.token))
            daemon.stop()
            theirs.append(pg.bench(connections, seconds))
            say(f'  round {r + 1}: gateslot {ours[-1][0]:.0f}/s p99 {ours[-1][2]:.1f} ms, PostgreSQL {theirs[-1][0]:.0f}/s')
    finally:
        pg.stop()
    return ours, theirs


def bench_slots(build, work, rounds, seconds):
    ours, theirs = [], []
    daemon = Daemon(build, f'{work}/daemon')
    day = (date.today() + timedelta(days=1)).isoformat()
    path = f'/v1/slots?from={day}&to={day}'
    c = http.client.HTTPConnection('127.0.0.1', PORTS['daemon'])
    c.request('GET', path, headers={'Authorization': f'Bearer {daemon.token}'})
    body = c.getresponse().read()
    c.close()
    nginx = Nginx(f'{work}/nginx', body)
    try:
        for r in range(rounds):
            ours.append(wrk('reads.lua', daemon.url, 64, seconds, path, token=daemon.token))
            theirs.append(wrk('reads.lua', f"http://127.0.0.1:{PORTS['nginx']}", 64, seconds, '/slots.json'))
            say(f'  round {r + 1}: gateslot {ours[-1][0]:.0f}/s, nginx {theirs[-1][0]:.0f}/s of {len(body)} bytes')
    finally:
        nginx.stop()
        daemon.stop()
    return ours, theirs


def resident_kb(pid):
    with open(f'/proc/{pid}/status') as f:
        return int(re.search(r'VmRSS:\s+(\d+)', f.read()).group(1))


def bench_memory():
    with Site(start='2026-11-24T12:00:00+08:00') as site:
        n = 0
        for d in range(8):
            for _ in range(120):
                a = site.book(request(n, date=(date(2026, 11, 24) + timedelta(days=d)).isoformat()))
                n += a.status == 201
        return resident_kb(site.process.pid), n


def history(path, bookings):
    """Multiplies the archive to so many past bookings, each with five events, the chain unbroken."""
    db = sqlite3.connect(path)
    columns = [r[1] for r in db.execute('PRAGMA table_info(booking)') if r[1] != 'id']
    last = db.execute('SELECT max(id) FROM booking').fetchone()[0]
    row = list(db.execute(f"SELECT {', '.join(columns)} FROM booking LIMIT 1").fetchone())
    row[columns.index('date')] -= 400
    seq, previous = db.execute('SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1').fetchone()
    sample = db.execute('SELECT * FROM event WHERE seq = ?', (seq,)).fetchone()
    names = [r[1] for r in db.execute('PRAGMA table_info(event)')]
    with db:
        db.executemany(f"INSERT INTO booking_past (id, {', '.join(columns)}) VALUES (?, {', '.join('?' * len(columns))})",
                       ([last + 1 + i] + row for i in range(bookings)))

        def rows():
            nonlocal previous
            for i in range(bookings * 5):
                values = dict(zip(names, sample))
                values['seq'] = seq + 1 + i
                values['body'] = re.sub(r'"seq":\d+', f'"seq":{seq + 1 + i}', values['body'])
                values['prev'] = seq + i
                previous = hashlib.sha256(previous + values['booking_id'].to_bytes(8, 'big') + values['prev'].to_bytes(8, 'big') +
                                          values['owner'].encode() + b'\0' + values['body'].encode()).digest()
                values['hash'] = previous
                yield [values[k] for k in names]
        db.executemany(f"INSERT INTO event VALUES ({', '.join('?' * len(names))})", rows())
        db.execute('UPDATE meta SET last_booking_id = ?, last_seq = ?', (last + bookings, seq + bookings * 5))
    db.close()


def bench_start(bookings):
    with Site() as site:
        assert site.book(request(1)).status == 201
        site.stop()
        history(f'{site.dir}/gateslot.db', bookings)
        times = []
        for _ in range(3):
            begin = time.monotonic()
            site.launch()
            times.append(time.monotonic() - begin)
            site.stop()
        site.launch()
        return statistics.median(times), os.path.getsize(f'{site.dir}/gateslot.db')


def median(results, index=0):
    return statistics.median(r[index] for r in results)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('build')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--seconds', type=int, default=8)
    a = p.parse_args()
    testsite.DAEMON = f'{a.build}/src/app/gateslotd'
    work = f'{a.build}/bench'
    os.makedirs(work, exist_ok=True)
    os.chmod(work, 0o755)
    rows = []
    say('fdatasync')
    rows.append(('fdatasync of 8 KB on this disk', f'{fdatasync_rate(work):.0f}/s', '', '', ''))
    say('durable bookings, 64 connections')
    ours, theirs = bench_bookings(a.build, work, a.rounds, a.seconds, 64)
    ratio = median(ours) / median(theirs)
    rows.append(('durable bookings/s, 64 connections', f'{median(ours):.0f}', f'PostgreSQL {median(theirs):.0f}', f'{ratio:.1f}×', 'ok' if ratio >= 3 else 'MISSED ≥ 3'))
    rows.append(('  latency of those, p50 | p99', f'{median(ours, 1):.1f} | {median(ours, 2):.1f} ms', f'mean {median(theirs, 1):.1f} ms', '', ''))
    say('GET /v1/slots of one day')
    ours, theirs = bench_slots(a.build, work, a.rounds, a.seconds)
    ratio = median(ours) / median(theirs)
    rows.append(('GET /v1/slots, one day, a second', f'{median(ours):.0f}', f'nginx {median(theirs):.0f}', f'{ratio:.2f}×', 'ok' if ratio >= 0.7 else 'MISSED ≥ 0.7'))
    say('memory and start')
    kb, n = bench_memory()
    rows.append((f'resident memory, full horizon ({n} bookings)', f'{kb / 1024:.1f} MB', '16 MB', '', 'ok' if kb <= 16384 else 'MISSED'))
    seconds, size = bench_start(100000)
    rows.append((f'start with 100,000 past bookings ({size >> 20} MB)', f'{seconds * 1000:.0f} ms', '1 s', '', 'ok' if seconds < 1 else 'MISSED'))
    for row in rows:
        print('{:<46} {:>18}  {:<22} {:>7}  {}'.format(*row))
    sys.exit(1 if any('MISSED' in r[4] for r in rows) else 0)


if __name__ == '__main__':
    main()
