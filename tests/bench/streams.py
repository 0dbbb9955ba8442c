"""What it costs that events are followed: memory of a stream, the p99 of bookings with a thousand streams beside them as a multiple of that
without, in interleaved rounds of one daemon each, and what two thousand long polls that see nothing cost of a core. A table with a verdict per row.

Bookings come at a fixed rate, as from a mini program under load. The streams are read by a process of their own, as fast as it can: of two
machines' work one part is that reader's.

Usage: streams.py BUILD [--rounds N] [--seconds N] [--rate N] [--streams N]"""
import argparse, json, os, resource, selectors, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time
from bench import machine, table
from rows import Row, resident_kb, row, say
from servers import PORTS, Daemon, days, end_with_parent
import testsite

OWNERS, POLLS, WRITERS = 100, 2000, 4


def request_text(path, token):
    return f'GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n'.encode()


def connect(own='127.0.0.1'):
    return socket.create_connection(('127.0.0.1', PORTS['daemon']), 10, (own, 0))


def read_streams(path, tokens, count):
    """Holds so many, one token after the other, and reads what comes until it is killed; says so when all are there."""
    sel = selectors.DefaultSelector()
    for n in range(count):
        s = connect('127.0.0.2')  # of one address there may be two thousand connections
        s.sendall(request_text(path, tokens[n % len(tokens)]))
        if path.startswith('/v1/events/stream') and not s.recv(4096).startswith(b'HTTP/1.1 200'):
            raise SystemExit(f'stream {n} was refused')
        s.setblocking(False)
        sel.register(s, selectors.EVENT_READ)
    print('ready', flush=True)
    got = bytearray(1 << 16)
    while True:
        for key, _ in sel.select():
            if key.fileobj.recv_into(got) == 0:
                raise SystemExit('one was ended')


class Readers:
    """A process that holds streams, or polls."""

    def __init__(self, path, tokens, count):
        self.argv = [sys.executable, __file__, '--reader', path, str(count), *tokens]

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
        if self.process.stdout.readline() != 'ready\n':
            raise SystemExit('the readers are not there')
        return self

    def __exit__(self, *exc):
        ended = self.process.poll()
        self.process.kill()
        self.process.wait()
        if ended is not None and exc[0] is None:
            raise SystemExit(f'the readers have ended: {ended}')


def cpu_s(pid):
    with open(f'/proc/{pid}/stat') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


class Load:
    """Bookings at a fixed rate, whether the ones before have been answered or not: each is timed from when it was to be sent."""
    made = 0

    def __init__(self, daemon, token, seconds, rate):
        self.daemon, self.token, self.times = daemon, token, []
        count = seconds * rate
        dates = days(2, 59)
        bodies = []
        for n in range(Load.made, Load.made + count):
            bodies.append(json.dumps(testsite.request(n, date=dates[n % len(dates)]), ensure_ascii=False).encode())
        Load.made += count
        cpu, begin = cpu_s(daemon.process.pid), time.monotonic() + 0.2
        threads = [threading.Thread(target=self.write, args=(bodies, w, begin, rate)) for w in range(WRITERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.cpu = 100 * (cpu_s(daemon.process.pid) - cpu) / (time.monotonic() - begin)
        if len(self.times) != count:
            raise SystemExit(f'{count - len(self.times)} bookings were not made')
        self.p99 = 1000 * sorted(self.times)[int(count * 0.99)]
        self.p50 = 1000 * sorted(self.times)[count // 2]

    def write(self, bodies, first, begin, rate):
        s = connect()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for n in range(first, len(bodies), WRITERS):
            due = begin + n / rate
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            body = bodies[n]
            s.sendall(f'POST /v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\nIdempotency-Key: s{time.time_ns()}-{n}\r\n'
                      f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body)
            if not s.recv(65536).startswith(b'HTTP/1.1 201'):
                return
            self.times.append(time.monotonic() - due)


def tokens_of(daemon, role, names):
    return [daemon.call('POST', '/v1/tokens', {'name': n, 'role': role})['token'] for n in names]


def measure_memory(p):
    """Half of them before the first look, so that what they share is not counted as one's own."""
    path, half = '/v1/events/stream', p.streams // 2
    with Daemon(p.build, f'{p.work}/daemon') as daemon:
        tokens = tokens_of(daemon, 'backend', [f'o{n}' for n in range(OWNERS)])
        with Readers(path, tokens, half):
            first = resident_kb(daemon.process.pid)
            with Readers(path, tokens, p.streams - half):
                each = (resident_kb(daemon.process.pid) - first) / (p.streams - half)
                Load(daemon, tokens[0], 2, 100)
                worked = (resident_kb(daemon.process.pid) - first) / (p.streams - half)
    say(f'  {each:.2f} kB a stream, {worked:.2f} kB when bookings have come')
    yield row(f'each of {p.streams:,} streams', f'{each:.2f} kB', '', each, ' kB', '≤', 16)


def measure_p99(p):
    alone, owners, all_see = [], [], []
    for r in range(p.rounds):
        with Daemon(p.build, f'{p.work}/daemon') as daemon:
            tokens = tokens_of(daemon, 'backend', [f'o{n}' for n in range(OWNERS)])
            gate = tokens_of(daemon, 'gate', ['g1'])
            Load(daemon, tokens[0], 1, p.rate)
            alone.append(Load(daemon, tokens[0], p.seconds, p.rate))
            with Readers('/v1/events/stream', tokens, p.streams):
                owners.append(Load(daemon, tokens[0], p.seconds, p.rate))
            with Readers('/v1/events/stream', gate, p.streams):
                all_see.append(Load(daemon, tokens[0], p.seconds, p.rate))
        say(f'  {r + 1}: p99 {alone[-1].p99:.2f} ms alone ({alone[-1].cpu:.0f} % of a core), {owners[-1].p99:.2f} ms with {p.streams} streams of {OWNERS} owners ({owners[-1].cpu:.0f} %), '
            f'{all_see[-1].p99:.2f} ms with {p.streams} that see all ({all_see[-1].cpu:.0f} %)')
    base = statistics.median(x.p99 for x in alone)
    for what, loads in ((f'of {OWNERS} owners', owners), ('that see all', all_see)):
        p99 = statistics.median(x.p99 for x in loads)
        yield row(f'p99 of a booking, {p.rate}/s beside {p.streams:,} streams {what}', f'{p99:.2f} ms', f'alone {base:.2f} ms', p99 / base, '×', '≤', 1.5)


def measure_polls(p):
    alone, beside = [], []
    for r in range(p.rounds):
        with Daemon(p.build, f'{p.work}/daemon') as daemon:
            mine, *others = tokens_of(daemon, 'backend', ['mine'] + [f'o{n}' for n in range(OWNERS)])
            Load(daemon, mine, 1, p.rate)
            alone.append(Load(daemon, mine, p.seconds, p.rate).cpu)
            last = daemon.call('GET', '/v1/events?last=1')['last_seq']  # they are not behind: what was is not looked through for them
            with Readers(f'/v1/events?after={last}&wait=60', others, POLLS):
                Load(daemon, mine, 1, p.rate)
                beside.append(Load(daemon, mine, p.seconds, p.rate).cpu)
        say(f'  {r + 1}: {alone[-1]:.1f} % of a core without, {beside[-1]:.1f} % with {POLLS} polls that see nothing')
    cost = statistics.median(b - a for a, b in zip(alone, beside))
    yield row(f'{POLLS:,} polls that see nothing, beside {p.rate} bookings/s', f'{statistics.median(beside):.1f} %', f'without {statistics.median(alone):.1f} %',
              max(cost, 0), ' %', '≤', 5)


MEASURES = (measure_memory, measure_p99, measure_polls)


def measure(build, work, rounds=3, seconds=6, rate=300, streams=1000):
    """The rows, for whoever prints them with others."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < POLLS + 1000:
        raise SystemExit(f'{POLLS} polls need as many descriptors: raise the hard limit (ulimit -Hn is {hard})')
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the daemon and the readers inherit it
    p = argparse.Namespace(build=build, work=work, rounds=rounds, seconds=seconds, rate=rate, streams=streams)
    for one in MEASURES:
        yield from one(p)


def main():
    if sys.argv[1:2] == ['--reader']:
        read_streams(sys.argv[2], sys.argv[4:], int(sys.argv[3]))
    p = argparse.ArgumentParser()
    p.add_argument('build')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--seconds', type=int, default=6)
    p.add_argument('--rate', type=int, default=300, help='bookings a second')
    p.add_argument('--streams', type=int, default=1000)
    a = p.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    work = tempfile.mkdtemp(prefix='gateslot-streams-')
    try:
        rows = list(measure(a.build, work, a.rounds, a.seconds, a.rate, a.streams))
        about = machine(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(about)
    print(table(rows))
    sys.exit(0 if all(r.ok is not False for r in rows) else 1)


if __name__ == '__main__':
    main()
