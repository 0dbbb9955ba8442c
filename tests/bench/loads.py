"""What drives the servers, and how fast they were: one thread of a generator in C each, so that none is held back by its client."""
import csv, glob, http.client, json, math, os, re, subprocess, time, urllib.parse
from collections import Counter, namedtuple
from servers import HERE, PG, PORTS, days, end_with_parent, sh

Speed = namedtuple('Speed', 'rate p50 p99', defaults=(0, 0))  # a second; ms


def percentiles(micros, interval):
    """p50 and p99 in ms with wrk's correction, so that all are told alike: who waited for several intervals between two requests of one
    connection stands for the requests that were not sent meanwhile."""
    counts = Counter(micros)
    for waited, count in list(counts.items()) if interval else []:
        for missed in range(waited - interval, interval, -interval) if waited >= 2 * interval else []:
            counts[missed] += count
    total, seen, out = sum(counts.values()), 0, []
    for value in sorted(counts):
        seen += counts[value]
        while len(out) < 2 and seen >= total * (0.5, 0.99)[len(out)]:
            out.append(value / 1000)
    return out


def wrk_argv(script, url, connections, seconds, token, args=()):
    return ['wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--timeout', '10s', '-H', f'Authorization: Bearer {token}', '-s', f'{HERE}/{script}', url, '--', *args]


def wrk_result(out):
    n, us, p50, p99, wrong = map(int, re.search(r'RESULT (\d+) (\d+) (\d+) (\d+) (\d+)', out).groups())
    if wrong or not n:
        raise SystemExit(f'{wrong} wrong answers\n{out}')
    return n, Speed(n / us * 1e6, p50 / 1000, p99 / 1000)


def places(one_slot):
    """In turn over all dates; or slot by slot, to the next when one is full."""
    return ['10000', ';'.join(f'{d},{w}' for d in days(2, 59) for w in ('morning', 'midday', 'evening'))] if one_slot else ['1', ';'.join(days(2, 59))]


def start_bookings(daemon, connections, seconds, one_slot=False):
    argv = wrk_argv('bookings.lua', daemon.url, connections, seconds, daemon.token, [f'r{time.time_ns()}', *places(one_slot)])
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent, env=dict(os.environ, GATESLOT_TOKEN=daemon.token))


def bookings(daemon, connections, seconds, one_slot=False):
    os.sync()
    before = daemon.booked()
    n, speed = wrk_result(start_bookings(daemon, connections, seconds, one_slot).communicate()[0])
    booked = daemon.booked() - before
    if not n <= booked <= n + connections:  # those under way when the time is over may count or not
        raise SystemExit(f'{n} answers of 201, but {booked} are booked')
    return speed


def reads(url, seconds, token=''):
    out = sh(*wrk_argv('reads.lua', url, 64, seconds, token))
    return wrk_result(out)[1]


def handshakes(seconds, reuse):
    """Connections a second, one after the other, of one client: new ones, or such as take up the session of the one before."""
    out = sh('openssl', 's_time', '-connect', f"127.0.0.1:{PORTS['daemon']}", '-reuse' if reuse else '-new', '-time', str(seconds))
    n, t = re.findall(r'(\d+) connections in (\d+) real seconds', out)[-1]
    return Speed(int(n) / int(t))


def flood_handshakes(seconds):
    """Two clients that do nothing but connect anew, each as often as it can."""
    argv = ['openssl', 's_time', '-connect', f"127.0.0.1:{PORTS['daemon']}", '-new', '-time', str(seconds)]
    return [subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=end_with_parent) for _ in range(2)]


def run_pgbench(pg, clients, *argv):
    return sh(f'{PG}/pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '1', *argv, '-h', pg.directory, '-p', str(PORTS['pg']), '-U', 'postgres',
              '-f', f'{pg.directory}/book.sql', 'postgres')


def pgbench(pg, clients, seconds, one_slot=False):
    pg.resume()
    with open(f'{pg.directory}/book.sql', 'w') as f:
        f.write(f"\\set n random(1, 1000000000000)\n\\set d {'0' if one_slot else 'random(0, 59)'}\nSELECT book(concat(CAST(:client_id AS int), '-', "
                f"CAST(:n AS bigint)), CAST(:n AS bigint), CAST(:d AS int), {'true' if one_slot else 'false'});\n")
    # Its time includes connecting, one client after the other: as much is added.
    connecting = float(re.search(r'initial connection time = ([\d.]+)', run_pgbench(pg, clients, '-t', '1'))[1]) / 1000
    pg.sql('-c', f'CALL empty({10000 if one_slot else 1250})', '-c', 'CHECKPOINT')
    os.sync()
    prefix = f'{pg.directory}/latency'
    out = run_pgbench(pg, clients, '-T', str(seconds + math.ceil(connecting)), '-l', f'--log-prefix={prefix}')
    made = int(pg.sql('-c', 'SELECT count(*) FROM event'))
    pg.stop()
    micros = []
    for name in glob.glob(f'{prefix}.*'):
        with open(name) as f:
            micros += [int(line.split()[2]) for line in f]
        os.unlink(name)
    if not micros or made < 0.99 * len(micros):
        raise SystemExit(f'PostgreSQL booked only {made} of {len(micros)}\n{out}')
    rate = float(re.search(r'tps = ([\d.]+) \(without initial connection time', out)[1]) * made / len(micros)
    return Speed(rate, *percentiles(micros, int(clients / rate * 1e6)))


def redis_benchmark(redis, clients, seconds):
    os.sync()

    def run(count):
        before = int(redis.cli('GET', 'bookings').strip() or 0)
        out = sh('redis-benchmark', '-p', str(PORTS['redis']), '-c', str(clients), '-n', str(count), '-r', str(2**31 - 1), '--csv', 'EVALSHA', redis.script, '0',
                 '__rand_int__-__rand_int__', '__rand_int__', '浙D1234挂', '91350100M000100Y43', '柯桥第68外贸公司', '王师傅', '13800138000',
                 '290620260123456789')
        made = int(redis.cli('GET', 'bookings')) - before
        row = list(csv.DictReader(out.splitlines()))[-1]
        if made < 0.99 * count:
            raise SystemExit(f'Redis booked only {made} of {count}\n{out}')
        return Speed(float(row['rps']) * made / count, float(row['p50_latency_ms']), float(row['p99_latency_ms']))
    trial = run(4000)  # it runs for a number of requests, not for a time
    return run(int(trial.rate * seconds))


def fdatasync(directory, seconds):
    """One write of 8 KB over written blocks and its fdatasync, again and again."""
    path, micros, block = f'{directory}/sync', [], os.urandom(8192)
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.pwrite(fd, block * 256, 0)
        os.sync()
        end = time.monotonic() + seconds
        while (begin := time.monotonic()) < end:
            os.pwrite(fd, block, len(micros) % 256 * 8192)
            os.fdatasync(fd)
            micros.append(int((time.monotonic() - begin) * 1e6))
    finally:
        os.close(fd)
        os.unlink(path)
    return Speed(len(micros) / seconds, *percentiles(micros, seconds * 1000000 // len(micros)))


def checks(daemon, seconds, every_ms):
    """Gate checks on one connection: one every so often, or as soon as the one before is answered. The first plate is used up by wrk's trial."""
    c = daemon.connection()
    headers = {'Content-Type': 'application/json', 'Authorization': f'Bearer {daemon.token}'}
    micros, begin = [], time.monotonic()
    due = begin
    while due < begin + seconds:
        time.sleep(max(0, due - time.monotonic()))
        c.request('POST', '/v1/gate/check', f'{{"plate":"浙A{len(micros) % 100 + 2:05d}"}}'.encode(), headers)
        r = c.getresponse()
        answer, now = r.read(), time.monotonic()
        micros.append(int((now - due) * 1e6))
        due = max(due + every_ms / 1000, now)
        if r.status != 200 or not json.loads(answer)['booking']:
            raise SystemExit(f'gate check: {r.status} {answer!r}')
    c.close()
    return Speed(len(micros) / seconds, *percentiles(micros, 0))


def searches(daemon, seconds, questions):
    """GET /v1/bookings?q= of each in turn, one after the other on one connection."""
    connection = http.client.HTTPConnection('127.0.0.1', PORTS['daemon'], timeout=30)
    took, end, n = [], time.monotonic() + seconds, 0
    while time.monotonic() < end or n < len(questions):
        begin = time.monotonic()
        connection.request('GET', '/v1/bookings?' + urllib.parse.urlencode({'q': questions[n % len(questions)]}), headers={'Authorization': f'Bearer {daemon.token}'})
        answer = connection.getresponse()
        body = answer.read()
        took.append(int((time.monotonic() - begin) * 1e6))
        if answer.status != 200:
            raise SystemExit(f'a search was answered with {answer.status}: {body[:300]!r}')
        n += 1
    connection.close()
    return Speed(n / seconds, *percentiles(took, 0))
