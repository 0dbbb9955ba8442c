"""The rows of the table: each group measures in interleaved rounds and says what came out beside its target."""
import os, resource, shutil, socket, statistics, sys, tempfile, time
from collections import namedtuple
from datetime import date, timedelta
from history import add_history
from loads import bookings, checks, fdatasync, flood_handshakes, handshakes, pgbench, reads, redis_benchmark, searches, start_bookings, wrk_result
from servers import PORTS, Daemon, Nginx, Pair, Postgres, Redis, days, sh
import cluster
import testsite

Row = namedtuple('Row', 'work ours beside result target ok')
Plan = namedtuple('Plan', 'build work rounds seconds')
HISTORY, IDLE, LIST = 440000, 10000, 40


# Parts that nearly all have, that one truck has, that none has; two characters exchanged; a wrong check digit; what is no plate at all.
HARD_QUESTIONS = ['浙C0', '001', '02999', '浙C02999', 'C02989', '浙C20999', '浙C99999', 'CSLU0123456', '0123459', '3456', '9999', '%%%', '___', "' OR 1",
                  'ZZZZZZZZZZZ', '99999999999', '123456', '123456789', '贸易公司', 'CSLU' * 16]


def say(text):
    print(text, file=sys.stderr, flush=True)


def middle(results, field='rate'):
    return statistics.median(getattr(r, field) for r in results)


def row(work, ours, beside, value, unit, sign, bound):
    """value and bound in the same unit; sign is '≥' or '≤'. What is judged is the figure, not its rounding."""
    digits = {'×': 2, ' %': 1, ' ms': 2, ' s': 3, ' MB': 2, ' kB': 2}[unit]
    return Row(work, ours, beside, f'{value:.{digits}f}{unit}', f'{sign} {bound:.3g}{unit}', value >= bound if sign == '≥' else value <= bound)


def ratio(work, ours, name, theirs, sign, bound, field='rate'):
    a, b = middle(ours, field), middle(theirs, field)
    shown = [f'{v:,.0f}' if field == 'rate' else f'{v:.2f} ms' for v in (a, b)]
    return row(work, shown[0], f'{name} {shown[1]}', a / b, '×', sign, bound)


def daemon_bookings(p, connections, one_slot=False, store=None, starts=None, tls=False, postgres=None):
    with Daemon(p.build, f'{p.work}/daemon', one_slot, store, tls=tls, postgres=postgres) as daemon:
        if starts is not None:
            starts.append(daemon.start_s)
        return bookings(daemon, connections, p.seconds, one_slot)


def measure_bookings(p, connections):
    ours, pg, redis = [], [], []
    with Postgres(f'{p.work}/pg') as postgres:
        for r in range(p.rounds):
            ours.append(daemon_bookings(p, connections))
            pg.append(pgbench(postgres, connections, p.seconds))
            with Redis(f'{p.work}/redis') as server:
                redis.append(redis_benchmark(server, connections, p.seconds))
            say(f'  {r + 1}: gateslot {ours[-1].rate:.0f}/s p99 {ours[-1].p99:.1f} ms, PostgreSQL {pg[-1].rate:.0f}/s p99 {pg[-1].p99:.1f} ms, '
                f'Redis {redis[-1].rate:.0f}/s p99 {redis[-1].p99:.1f} ms')
    work = f'durable bookings/s, {connections} connections'
    yield ratio(work, ours, 'PostgreSQL', pg, '≥', 6)
    yield ratio(work, ours, 'Redis', redis, '≥', 1.3)
    if connections == 64:
        yield ratio('p99 of a booking, 64 connections', ours, 'PostgreSQL', pg, '≤', 1 / 3, 'p99')


def lacks_postgres(p):
    linked = sh('ldd', f'{p.build}/src/app/gateslotd')
    return cluster.missing() or (None if 'libpq' in linked else 'NOT TESTED: this gateslotd was built without PostgreSQL')


def measure_postgres(p, connections):
    """The same daemon with its store in a file, in PostgreSQL, and in PostgreSQL with a second server that each commit waits for."""
    if lacking := lacks_postgres(p):
        say(lacking)
        return
    file, local, both = [], [], []
    testsite.BUILD, tempfile.tempdir = p.build, p.work
    folder, tempfile.tempdir = cluster.Folder(disk=True), None
    with folder:
        one, two = Pair(folder, 'alone', False), Pair(folder, 'first', True)
        for r in range(p.rounds):
            file.append(daemon_bookings(p, connections))
            for pair, results in ((one, local), (two, both)):
                with pair:
                    results.append(daemon_bookings(p, connections, postgres=pair.store()))
            say(f'  {r + 1}: file {file[-1].rate:.0f}/s p99 {file[-1].p99:.1f} ms, PostgreSQL {local[-1].rate:.0f}/s p99 {local[-1].p99:.1f} ms, '
                f'with a standby {both[-1].rate:.0f}/s p99 {both[-1].p99:.1f} ms')
    yield ratio(f'bookings/s, store in PostgreSQL, {connections} connections', local, 'a file', file, '≥', 0.5)._replace(target='', ok=None)
    yield ratio(f'bookings/s, with a standby server, {connections} connections', both, 'a file', file, '≥', 0.5)
    yield ratio(f'p99 of a booking, with a standby server, {connections} connections', both, 'a file', file, '≤', 5, 'p99')._replace(target='', ok=None)


def measure_one_slot(p, connections):
    ours, pg = [], []
    with Postgres(f'{p.work}/pg') as postgres:
        for r in range(p.rounds):
            ours.append(daemon_bookings(p, connections, one_slot=True))
            pg.append(pgbench(postgres, connections, p.seconds, one_slot=True))
            say(f'  {r + 1}: gateslot {ours[-1].rate:.0f}/s, PostgreSQL {pg[-1].rate:.0f}/s')
    yield ratio(f'bookings/s, all for one slot, {connections} connections', ours, 'PostgreSQL', pg, '≥', 25)


def measure_alone(p):
    ours, disk = [], []
    for r in range(p.rounds):
        ours.append(daemon_bookings(p, 1))
        disk.append(fdatasync(p.work, p.seconds))
        say(f'  {r + 1}: booking p50 {ours[-1].p50:.2f} p99 {ours[-1].p99:.2f} ms, fdatasync p50 {disk[-1].p50:.2f} p99 {disk[-1].p99:.2f} ms')
    yield ratio('p99 of a booking, 1 connection', ours, 'fdatasync of 8 KB', disk, '≤', 2, 'p99')
    yield ratio('p50 of a booking, 1 connection', ours, 'fdatasync of 8 KB', disk, '≤', 2, 'p50')._replace(target='', ok=None)


def measure_reads(p):
    date_ = days(2, 2)[0]
    paths = {'slots.json': f'/v1/slots?from={date_}&to={date_}', 'list.json': f'/v1/gate/list?date={date_}&window=morning'}
    ours, theirs = {n: [] for n in paths}, {n: [] for n in paths}
    with Daemon(p.build, f'{p.work}/daemon') as daemon:
        for n in range(LIST):
            daemon.call('POST', '/v1/bookings', testsite.request(n, date=date_, windows=['morning']), {'Idempotency-Key': f'list-{n}'})
        bodies = {name: daemon.text('GET', path) for name, path in paths.items()}
        with Nginx(f'{p.work}/nginx', bodies) as nginx:
            for r in range(p.rounds):
                for name, path in paths.items():
                    ours[name].append(reads(daemon.url + path, p.seconds, daemon.token))
                    theirs[name].append(reads(f'{nginx.url}/{name}', p.seconds))
                    say(f'  {r + 1}: {name} of {len(bodies[name])} bytes: gateslot {ours[name][-1].rate:.0f}/s, nginx {theirs[name][-1].rate:.0f}/s')
    yield ratio('GET /v1/slots, one day, a second', ours['slots.json'], 'nginx', theirs['slots.json'], '≥', 1)
    yield ratio(f'GET /v1/gate/list, a window of {LIST}, a second', ours['list.json'], 'nginx', theirs['list.json'], '≥', 0.8)


def measure_gate(p):
    ours, load, seconds = [], [], max(p.seconds, 8)
    for r in range(p.rounds):
        with Daemon(p.build, f'{p.work}/daemon') as daemon:
            os.sync()
            wrk = start_bookings(daemon, 64, seconds + 1)
            try:
                while wrk.poll() is None and daemon.booked() < 200:  # the trucks asked for are among them
                    time.sleep(0.02)
                ours.append(checks(daemon, seconds, 4))
            finally:
                out = wrk.communicate()[0]
            load.append(wrk_result(out)[1])
        say(f'  {r + 1}: gate check p50 {ours[-1].p50:.1f} p99 {ours[-1].p99:.1f} ms beside {load[-1].rate:.0f} bookings/s')
    yield row('p99 of a gate check beside bookings, 64 connections', f'{middle(ours, "p99"):.2f} ms', f'{middle(load):,.0f} bookings/s',
              middle(ours, 'p99'), ' ms', '≤', 10)


def make_history(p):
    with Daemon(p.build, f'{p.work}/daemon') as daemon:
        daemon.call('POST', '/v1/bookings', testsite.request(1, date=days(2, 2)[0]), {'Idempotency-Key': 'history'})
        daemon.stop()
        size, seconds = add_history(p.build, f'{daemon.directory}/gateslot.db', HISTORY)
        os.makedirs(f'{p.work}/history')
        for beside in ('', '.mark'):
            os.rename(f'{daemon.directory}/gateslot.db{beside}', f'{p.work}/history/gateslot.db{beside}')
    return f'{p.work}/history/gateslot.db', size, seconds


def measure_history(p):
    empty, full, starts, found, single = [], [], [], [], []
    shutil.rmtree(f'{p.work}/history', ignore_errors=True)
    try:
        store, size, seconds = make_history(p)
        say(f'  the index of {HISTORY:,} past bookings took {seconds:.1f} s')
        for r in range(p.rounds):
            empty.append(daemon_bookings(p, 64))
            full.append(daemon_bookings(p, 64, store=store, starts=starts))
            say(f'  {r + 1}: empty {empty[-1].rate:.0f}/s, with {HISTORY:,} past bookings ({size >> 20} MB) {full[-1].rate:.0f}/s after a start of {starts[-1]:.3f} s')
            with Daemon(p.build, f'{p.work}/daemon', store=store) as daemon:
                found.append(searches(daemon, p.seconds, HARD_QUESTIONS))
                single.append(searches(daemon, p.seconds, [f'bk_{HISTORY // 2}']))
            say(f'  {r + 1}: a search p50 {found[-1].p50:.2f} p99 {found[-1].p99:.2f} ms, by id {single[-1].p99:.2f} ms')
    finally:
        shutil.rmtree(f'{p.work}/history', ignore_errors=True)
    yield row(f'p99 of a search among {HISTORY:,} past bookings', f'{middle(found, "p99"):.2f} ms', f'by id {middle(single, "p99"):.2f} ms',
              middle(found, 'p99'), ' ms', '≤', 20)
    yield ratio(f'bookings/s with {HISTORY:,} past bookings', full, 'empty store', empty, '≥', 0.9)
    yield row(f'start with {HISTORY:,} past bookings', f'{statistics.median(starts):.3f} s', f'{size >> 20} MB', statistics.median(starts), ' s', '≤', 0.5)


def resident_kb(pid):
    with open(f'/proc/{pid}/status') as f:
        return next(int(line.split()[1]) for line in f if line.startswith('VmRSS:'))


def idle_connections(site, count):
    """Each has asked once, and stays. It sends and reads by itself: a client's library would need memory and time for each."""
    token = site.post('/v1/tokens', {'name': 'idle', 'role': 'supervisor'}).json['token']
    text = f'GET /v1/slots?from=2026-11-25&to=2026-11-25 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n'.encode()
    held = []
    for _ in range(count):
        s = socket.create_connection(('127.0.0.1', PORTS['daemon']), 10)
        held.append(s)
        s.sendall(text)
        if not s.recv(65536).startswith(b'HTTP/1.1 200'):
            raise SystemExit(f'connection {len(held)} was refused')
        if len(held) == 1:
            before = resident_kb(site.process.pid)
    each = (resident_kb(site.process.pid) - before) / (count - 1)
    for s in held:
        s.close()
    return each


def measure_memory(p):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + 1000:
        raise SystemExit(f'{IDLE} connections need as many descriptors: raise the hard limit (ulimit -Hn is {hard})')
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the daemon inherits it
    testsite.DAEMON = f'{p.build}/src/app/gateslotd'
    with testsite.Site(listen=f"http://127.0.0.1:{PORTS['daemon']}") as site:
        n = 0
        for d in range(8):
            if d == 7:
                site.clock('2026-11-24T08:00:00+08:00')  # the last day opens
            for _ in range(120):
                n += site.book(testsite.request(n, date=(date(2026, 11, 24) + timedelta(days=d)).isoformat())).status == 201
        if n != 8 * 120:
            raise SystemExit(f'only {n} bookings on 8 days')
        kb = resident_kb(site.process.pid)
        each = idle_connections(site, IDLE)
    yield row(f'resident memory, full horizon ({n} bookings)', f'{kb / 1024:.2f} MB', '', kb / 1024, ' MB', '≤', 10)
    yield row(f'each of {IDLE:,} idle connections', f'{each:.2f} kB', '', each, ' kB', '≤', 4)


def measure_tls(p):
    plain, secured, new, again, quiet, asked = [], [], [], [], [], []
    for r in range(p.rounds):
        plain.append(daemon_bookings(p, 64))
        secured.append(daemon_bookings(p, 64, tls=True))
        with Daemon(p.build, f'{p.work}/daemon', tls=True) as daemon:
            for n in range(2, 102):
                daemon.call('POST', '/v1/bookings', testsite.request(n, date=days(2, 2)[0], plate=f'浙A{n:05d}'), {'Idempotency-Key': f'gate-{n}'})
            new.append(handshakes(p.seconds, False))
            again.append(handshakes(p.seconds, True))
            quiet.append(checks(daemon, p.seconds, 4))
            flood = flood_handshakes(p.seconds + 1)
            try:
                asked.append(checks(daemon, p.seconds, 4))
            finally:
                for f in flood:
                    f.kill()
                    f.wait()
        say(f'  {r + 1}: {secured[-1].rate:.0f} bookings/s over TLS, {plain[-1].rate:.0f} plain; {new[-1].rate:.0f} handshakes/s, {again[-1].rate:.0f} resumed; '
            f'gate check p99 {quiet[-1].p99:.1f} ms, beside handshakes {asked[-1].p99:.1f} ms')
    yield ratio('bookings/s over TLS, 64 connections', secured, 'plain', plain, '≥', 0.7)
    yield ratio('connections with a full handshake/s, one client', new, 'resumed', again, '≥', 0.3)._replace(target='', ok=None)
    yield row('p99 of a gate check beside a flood of handshakes', f'{middle(asked, "p99"):.2f} ms', f'quiet {middle(quiet, "p99"):.2f} ms',
              middle(asked, 'p99'), ' ms', '≤', 10)


GROUPS = {
    'bookings-64': lambda p: measure_bookings(p, 64),
    'bookings-256': lambda p: measure_bookings(p, 256),
    'postgres-64': lambda p: measure_postgres(p, 64),
    'one-slot-64': lambda p: measure_one_slot(p, 64),
    'one-slot-256': lambda p: measure_one_slot(p, 256),
    'alone': measure_alone,
    'reads': measure_reads,
    'gate': measure_gate,
    'tls': measure_tls,
    'history': measure_history,
    'memory': measure_memory,
}
