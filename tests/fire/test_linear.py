"""Histories of six clients at one window of a live daemon, some with a kill -9 in their middle, each judged by the checker.

  GS_SEED                the seed (the choices repeat; the interleaving is the machine's)
  GATESLOT_HISTORIES     how many (default 120)"""
import itertools, os, random, sys, threading, time, unittest
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from burning import TODAY, BurningSite
from checker import Done, Window, check
from planted import CAPACITIES
from testsite import LETTERS, container, request
from wire import Gone, Wire
import tap

HISTORIES = int(os.environ.get('GATESLOT_HISTORIES', '120'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
CLIENTS, PLATES, KILLED = 6, 4, .15
RETRIES, GIVEN_UP = .6, 2  # each one that is given up multiplies what the checker has to try
WINDOW_MIN, SLOT_MIN, WINDOWS = 90, 30, 16
CONFIG = 'windows: {%s}\nslots: {minutes: %d}\n' % (', '.join(
    'w%d: {start: "%02d:%02d", end: "%02d:%02d", capacity: %d}' % (i, *divmod(i * 90, 60), *divmod(i * 90 + 90, 60), sum(CAPACITIES))
    for i in range(WINDOWS)), SLOT_MIN) + 'booking: {cutoff_minutes: 0, early_grace_minutes: 1440, late_grace_minutes: 1440}\n' \
    'limits: {requests_per_second: 0, refusals_per_second: 0, address_requests_per_second: 0, address_refusals_per_second: 0}\n'
KINDS = {'book': 34, 'cancel': 16, 'reschedule': 12, 'arrive': 4, 'get': 12, 'slots': 14, 'list': 8}


class Recorder:
    """One site and the histories recorded at it, one after the other, each in a window that begins empty."""

    def __init__(self, site, seed):
        self.site, self.rng, self.number = site, random.Random(seed), itertools.count()
        self.wires = [None] * CLIENTS
        self.count = Counter()

    def record(self, n):
        self.n, self.window = n, f'w{n % WINDOWS}'
        self.first_min = n % WINDOWS * WINDOW_MIN
        self.ids, self.history, self.given_up = [], [], 0
        self.trouble = []
        clients = [threading.Thread(target=self.client, args=(c, random.Random(self.rng.random()))) for c in range(CLIENTS)]
        for t in clients:
            t.start()
        if self.rng.random() < KILLED:
            time.sleep(self.rng.random() * .03)
            self.site.kill()
            self.site.launch(wait=False)
            self.count['with a kill'] += 1
        for t in clients:
            t.join()
        if self.trouble:
            raise self.trouble[0]
        self.clear()
        return self.history

    def client(self, c, rng):
        try:
            for _ in range(rng.randint(8, 12)):
                op = self.perform(c, rng)
                if op:
                    self.history.append(op)
        except BaseException as e:
            self.trouble.append(e)

    def perform(self, c, rng):
        kind = rng.choices(*zip(*KINDS.items()))[0]
        ids = list(self.ids)
        if kind in ('cancel', 'reschedule', 'arrive', 'get') and not ids:
            kind = 'book'
        args = {'book': lambda: (self.plate(rng.randrange(PLATES)), rng.choice([None, 0, 1, 2])), 'slots': tuple, 'list': tuple,
                'reschedule': lambda: (rng.choice(ids), rng.randrange(3))}.get(kind, lambda: (rng.choice(ids),))()
        ask = self.request(kind, args)
        call = time.monotonic()
        while True:
            try:
                if self.wires[c] is None:
                    self.wires[c] = Wire(self.site.socket)
                answer = self.wires[c].call(*ask)
                ret = time.monotonic()
                break
            except Gone:
                self.wires[c] = None
                time.sleep(.002)
                if ask[0] == 'POST' and self.given_up < GIVEN_UP and rng.random() > RETRIES:
                    self.given_up += 1
                    self.count['unanswered'] += 1
                    return Done(c, call, None, kind, args, None)
        result = self.read(kind, answer)
        if kind == 'book' and result[0] in ('booked', 'duplicate'):
            self.ids.append(result[1])
        return Done(c, call, ret, kind, args, result)

    def plate(self, k):
        return '浙' + LETTERS[self.n // 10000] + '%04d%d' % (self.n % 10000, k)

    def start_of(self, slot):
        return '%02d:%02d' % divmod(self.first_min + slot * SLOT_MIN, 60)

    def slot_of(self, start):
        return (int(start[11:13]) * 60 + int(start[14:16]) - self.first_min) // SLOT_MIN

    def request(self, kind, args):
        if kind in ('slots', 'list', 'get'):
            path = {'slots': f'/v1/slots?from={TODAY}&to={TODAY}', 'get': f'/v1/bookings/{"".join(args)}',
                    'list': f'/v1/bookings?date={TODAY}&window={self.window}&limit=500&q={self.plate(0)[1:-1]}'}[kind]
            return 'GET', path, None, {}
        number = next(self.number)
        headers = {'Idempotency-Key': f'h{number}'}
        if kind == 'book':
            body = request(number, date=TODAY, windows=[self.window], plate=args[0], flexible=False, containers=[container(number)],
                           slot=None if args[1] is None else self.start_of(args[1]))
            return 'POST', '/v1/bookings', body, headers
        body = {'slot': self.start_of(args[1])} if kind == 'reschedule' else {}
        return 'POST', f'/v1/bookings/{args[0]}/{kind}', body, headers

    def read(self, kind, answer):
        j = answer.json
        if kind == 'slots':
            w = j['days'][0]['windows'][self.n % WINDOWS]
            return tuple(s['booked'] for s in w['slots'])
        if kind == 'list':
            return tuple(sorted((b['plate'], *self.seen(b)) for b in j['items']))
        if kind == 'get':
            return self.seen(j)
        if answer.status in (200, 201):
            slot = self.slot_of(j['slot']['start'])
            return ('booked', j['id'], slot) if kind == 'book' else ('ok', slot, j['version'])
        return {'full': ('full',), 'wrong_state': ('wrong_state',), 'duplicate_plate': ('duplicate', j.get('booking_id'))}[j['code']]

    def seen(self, b):
        return b['status'], self.slot_of(b['slot']['start']), b['version']

    def clear(self):
        """Everybody gives the place back, so that the window is empty again."""
        self.site.wait_event('ready')
        wire = Wire(self.site.socket)
        for b in wire.call(*self.request('list', ())).json['items']:
            if b['status'] in ('booked', 'arrived'):
                step = {'booked': 'cancel', 'arrived': 'refuse'}[b['status']]
                a = wire.call('POST', f'/v1/bookings/{b["id"]}/{step}', {'reason': 'over'})
                assert a.status == 200, a
        booked = self.read('slots', wire.call(*self.request('slots', ())))
        assert booked == (0, 0, 0), f'{self.window} is not empty again: {booked}'
        wire.close()


def overlap(history):
    """How many operations began while another was under way."""
    ends = sorted(history, key=lambda o: o.call)
    return sum(1 for a, b in zip(ends, ends[1:]) if a.ret is None or b.call < a.ret)


def record_and_check(seed, count):
    """In a process of its own: figures and what was rejected."""
    figures, rejected = Counter(), []
    with BurningSite(extra=CONFIG) as site:
        recorder = Recorder(site, seed)
        for n in range(count):
            history = recorder.record(n)
            verdict = check(history, Window(CAPACITIES))
            figures.update(histories=1, operations=len(history), overlapping=overlap(history), configurations=verdict.configurations)
            if not verdict.ok:
                rejected.append((n, verdict.stuck[:6], sorted(history, key=lambda o: o.call)))
    return figures + recorder.count, rejected


class Linear(unittest.TestCase):
    def test_decisions_are_linearizable(self):
        print(f'# seed {SEED}, {HISTORIES} histories', flush=True)
        figures, rejected, began = Counter(), [], time.monotonic()
        try:
            with ProcessPoolExecutor(2) as pool:
                for some, bad in pool.map(record_and_check, (SEED, SEED + 1), (HISTORIES // 2, HISTORIES - HISTORIES // 2)):
                    figures += some
                    rejected += bad
            for n, stuck, history in rejected[:3]:
                print(f'# history {n}: no place for one of', *stuck, 'in', *history, sep='\n#   ')
            self.assertEqual(len(rejected), 0)
            self.assertGreater(figures['overlapping'] * 4, figures['operations'])
        except BaseException:
            print(f'# reproduce: GS_SEED={SEED} GATESLOT_HISTORIES={HISTORIES} python3 {sys.argv[0]}')
            raise
        finally:
            print(f'# {time.monotonic() - began:.0f} s: ' + ', '.join(f'{n} {what}' for what, n in figures.items()) + f', {len(rejected)} rejected')


if __name__ == '__main__':
    tap.main()
