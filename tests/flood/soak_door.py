#!/usr/bin/env python3
"""The gate under floods: each kind alone, then all together. Meanwhile one gate checks and lets trucks arrive forty times a second and
`gateslot status` is asked over the Unix socket once a second. A table of what they and the daemon met; fails where the gate waits
longer, or the daemon takes more, than is promised. Usage: soak_door.py [SECONDS TOGETHER (300)] [--each SECONDS] [--only NAME,…] [--judge]"""
import argparse, json, os, resource, socket, subprocess, sys, tempfile, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import BUILD, CLIENT, DATE, Site, plate, request

FLOOD = os.path.join(BUILD, 'tests/flood/flood')
P99_MS, RSS_MB, STATUS_S = 10, 128, 1
OTHERS = [1, 0][os.sched_getaffinity(0) == {1}]  # the core of the floods; the daemon has the other
ADDRESSES = 50


def text(method, target, token=None, body=None, key=False, more=''):
    head = f'{method} {target} HTTP/1.1\r\nHost: x\r\n' + (f'Authorization: Bearer {token}\r\n' if token else '') + more
    if key:
        head += 'Idempotency-Key: k@@@@@@@@\r\n'
    if body is not None:
        body = json.dumps(body).encode()
        head += f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n'
    return head.encode() + b'\r\n' + (body or b'')


class Door:
    def __init__(self, place):
        self.place = place
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.site = Site(listen=f'http://127.0.0.1:{self.port}', strikes=0)
        self.tokens = {role: self.site.call('POST', '/v1/tokens', {'name': f'the-{role}', 'role': role}).json['token'] for role in ('backend', 'gate', 'supervisor')}
        self.fill()

    def fill(self):
        """A day of trucks, some of which the probe takes through the gate."""
        call = self.site.call
        for i in range(100):
            a = call('POST', '/v1/bookings', request(i), headers={'Idempotency-Key': f'fill{i}'})
            assert a.status == 201, a
        self.trucks = [(b['id'], b['plate']) for b in call('GET', f'/v1/bookings?date={DATE}&window=morning').json['items'] if b['slot']['start'][11:16] == '08:00'][:4]
        call('PUT', '/v1/drill/clock', {'now': f'{DATE}T07:50:00+08:00'})

    def file(self, name, data):
        path = os.path.join(self.place, name)
        with open(path, 'wb') as f:
            f.write(data)
        return path

    def probe(self):
        gate, parts = self.tokens['gate'], []
        for id, its_plate in self.trucks:
            parts.append(text('POST', '/v1/gate/check', gate, {'plate': its_plate}))
            parts.append(text('POST', f'/v1/bookings/{id}/arrive', gate, {}, key=True))
            parts.append(text('POST', '/v1/gate/check', gate, {'plate': plate(70)}))
            parts.append(text('POST', f'/v1/bookings/{id}/revert', gate, {'reason': 'again'}, key=True))
        return self.file('probe', b'\n%%\n'.join(parts))

    def floods(self):
        """name: (how, connections, what is sent, what is sent first)"""
        b, s = self.tokens['backend'], self.tokens['supervisor']
        page = text('GET', '/v1/openapi.json', b)
        post = b'POST /v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
        plan = text('PUT', f'/v1/capacity/{DATE}/midday?dry_run=true', s, {'capacity': 20})
        return {
            'unread, unknown': [('pour', 800, text('GET', '/livez') * 200)],
            'unread, token': [('pour', 500, page * 20)],
            'idle': [('keep', 12000, b'')],
            'slow head': [('drip', 1000, b'x', b'GET /livez HTTP/1.1\r\nHost: x\r\nX: ')],
            'slow body': [('drip', 1000, b'x', post + b'Content-Length: 4000\r\n\r\n')],
            'slow chunk': [('drip', 1000, b'1\r\nx\r\n', post + b'Transfer-Encoding: chunked\r\n\r\n')],
            'slow reading': [('sip', 1000, page * 8)],
            'polls': [('keep', 1000, text('GET', '/v1/events?wait=60&after=10000000', b)), ('leave', 100, text('GET', '/v1/events?wait=60&after=10000000', b))],
            'bookings': [('ask', 32, text('POST', '/v1/bookings', b, request(5000, waitlist=False, windows=['evening']), key=True))],
            'refusals': [('ask', 32, text('POST', '/v1/bookings/bk_1/cancel', b, {'reason': 'x'}, key=True))],
            'lists': [('ask', 32, text('GET', '/v1/bookings?q=%E6%B5%99D1&limit=500', s))],
            'dry runs': [('ask', 16, plan)],
            'logins': [('ask', 32, text('POST', '/v1/session', None, {'name': 'nobody', 'password': 'guess@@@@@@@@'}))],
        }

    def start(self, name, how, count, data, greeting=None, seconds=10):
        part = name.replace(' ', '-').replace(',', '') + how
        argv = [FLOOD, how, str(self.port), str(ADDRESSES), str(count), str(seconds), self.file(part, data)]
        if greeting:
            argv.append(self.file(part + '-first', greeting))
        return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: (os.sched_setaffinity(0, {OTHERS}), os.nice(5)))

    def look(self, row, until):
        pid = self.site.process.pid
        while time.monotonic() < until:
            with open(f'/proc/{pid}/statm') as f:
                row['rss'] = max(row['rss'], int(f.read().split()[1]) * 4096 / 1e6)
            row['fds'] = max(row['fds'], len(os.listdir(f'/proc/{pid}/fd')))
            time.sleep(0.2)

    def ask_status(self, row, until):
        while time.monotonic() < until:
            began = time.monotonic()
            p = subprocess.run([CLIENT, '--url', self.site.url, '--json', 'status'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            took = time.monotonic() - began
            row['status'] = max(row['status'], took)
            row['status_failed'] += p.returncode not in (0, 1) or not p.stdout.startswith(b'{')
            time.sleep(max(0, 1 - took))

    def run(self, name, floods, seconds):
        """The gate is at work when the floods begin, and a second before the end of what is measured they still run. Beside the one that
        stays connected another comes anew for each step, as a tablet does that lost its network."""
        row = {'name': name, 'rss': 0, 'fds': 0, 'status': 0, 'status_failed': 0}
        probes = [self.measure(how, seconds + 1) for how in ('probe', 'anew')]
        time.sleep(1)
        running = [self.start(name + str(i), *f, seconds=seconds + 1) for i, f in enumerate(floods)]
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=t, args=(row, until)) for t in (self.look, self.ask_status)]
        for t in threads:
            t.start()
        row['gate'], row['anew'] = (json.loads(p.communicate()[0]) for p in probes)
        for t in threads:
            t.join()
        row['floods'] = [json.loads(r.communicate()[0]) for r in running]
        time.sleep(min(3, seconds))
        with open(f'/proc/{self.site.process.pid}/statm') as f:
            row['after'] = int(f.read().split()[1]) * 4096 / 1e6
        return row

    def measure(self, how, seconds):
        data = self.probe() if how == 'probe' else self.file('anew', text('POST', '/v1/gate/check', self.tokens['gate'], {'plate': plate(70)}))
        return subprocess.Popen([FLOOD, how, str(self.port), '1', '1', str(seconds), data], stdout=subprocess.PIPE, text=True,
                                preexec_fn=lambda: os.sched_setaffinity(0, {OTHERS}))


def show(row):
    g = row['gate']
    total = lambda key: sum(f[key] for f in row['floods'])
    answers = ' '.join(f'{sum(f["answers"][c] for f in row["floods"])}×{c}' for c in ('2xx', '4xx', '5xx') if any(f['answers'][c] for f in row['floods']))
    misses = [m for m, bad in (('p99', g['p99'] > P99_MS), ('memory', row['rss'] > RSS_MB), ('status', row['status'] > STATUS_S or row['status_failed']),
                               ('gate', g['broken'] > 0 or g['refused'] > 0)) if bad]
    print(f'{row["name"]:<16} {g["p50"]:7.2f} {g["p99"]:8.2f} {g["max"]:8.2f} {g["count"]:6} {g["broken"]:4} {row["rss"]:6.0f} {row["after"]:6.0f} {row["fds"]:6} '
          f'{row["status"]:7.2f} {row["anew"]["p50"]:8.1f} {row["anew"]["max"]:8.1f}  {", ".join(misses) or "ok":<12} {total("opened")} opened, {total("closed")} closed{", " + answers if answers else ""}', flush=True)
    return misses


def emfile(place, seconds):
    """The same idle crowd where the daemon has few descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, hard))
    try:
        door = begin(place)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return door, door.run('EMFILE', [('keep', 3000, b'')], seconds)


def begin(place):
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {1 - OTHERS} & every or every)
    try:
        return Door(place)
    finally:
        os.sched_setaffinity(0, every)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('together', nargs='?', type=int, default=300)
    p.add_argument('--each', type=int)
    p.add_argument('--only')
    p.add_argument('--judge', action='store_true', help='fail where a promise is missed')
    o = p.parse_args()
    each = o.each or max(3, o.together // 15)
    place = tempfile.mkdtemp(prefix='flood')
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f'{"flood":<16} {"p50 ms":>7} {"p99 ms":>8} {"max ms":>8} {"steps":>6} {"lost":>4} {"MB":>6} {"after":>6} {"fds":>6} {"status":>7} {"anew p50":>8} {"max":>8}')
    missed = []
    door = begin(place)
    floods = door.floods()
    chosen = o.only.split(';') if o.only else list(floods)
    if not o.only:
        missed += show(door.run('nothing', [], each))
    for name in chosen:
        if name in floods:
            missed += show(door.run(name, floods[name], each))
    if not o.only or 'EMFILE' in chosen:
        other, row = emfile(place, each)
        missed += show(row)
        other.site.close()
    if not o.only or 'all' in chosen:
        missed += show(door.run('all together', [f for name in floods for f in floods[name]], o.together))
    door.site.close()
    return 1 if missed and o.judge else 0


sys.exit(main())
