"""A client under fire: books, changes, cancels, takes gate steps and sets capacities on its own trucks, several requests at a time on one
connection, and tries again what was not answered. Whatever it notices that must not be ends it with a complaint."""
import random, threading, time
from burning import TODAY, TOMORROW
from ledger import STEPS, TERMINAL, Ledger, Op, Truck, replay_problem, without_turn
from testsite import LETTERS, container, request
from wire import Gone, Wire

CHOICES = {  # by status: what may be next, with weights
    'booked today': [('arrive', 50), ('cancel', 15), ('reschedule', 12), ('change', 10), ('get', 13)],
    'booked tomorrow': [('cancel', 35), ('reschedule', 25), ('change', 10), ('get', 30)],
    'waitlisted': [('cancel', 30), ('get', 70)],
    'arrived': [('enter', 70), ('refuse', 10), ('revert', 10), ('get', 10)],
    'entered': [('clear', 75), ('revert', 10), ('get', 15)],
    'cleared': [('depart', 90), ('get', 10)],
}
ACTIVE, PIPELINED, HEAVY = 12, 4, 24
GIVES_UP = 0.04
MANY_DAYS = ['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01']  # with places for whoever fills disks and logs


class Client(threading.Thread):
    def __init__(self, site, seed, index, over):
        super().__init__(daemon=True)
        self.site, self.index, self.over = site, index, over
        self.rng = random.Random(f'{seed}/{index}')
        self.ledger, self.trucks, self.made = Ledger(), [], 0
        self.heavy = threading.Event()
        self.wire, self.complaint = None, None

    def run(self):
        try:
            while not self.over.is_set():
                self.round()
        except BaseException as e:  # told by the main thread
            self.complaint = e

    def demand(self, ok, *words):
        if not ok:
            raise AssertionError(f'client {self.index}: ' + ' '.join(map(str, words)))

    def round(self):
        if self.heavy.is_set():
            self.carry_out([self.book(self.rng.choice(MANY_DAYS)) for _ in range(HEAVY)])
            return
        while len(self.trucks) < ACTIVE:
            self.trucks.append(None)
        chosen = self.rng.sample(range(ACTIVE), self.rng.randint(1, PIPELINED))
        ops = []
        for n in chosen:
            if self.trucks[n] is None:
                op = self.book(TODAY if self.rng.random() < .6 else TOMORROW)
                self.trucks[n] = op.truck
            else:
                op = self.next_step(self.trucks[n])
            ops.append(op)
        if self.rng.random() < .02:
            ops.append(self.set_capacity())
        self.carry_out(ops)
        self.trucks = [t for t in self.trucks if t and t.status not in TERMINAL and t.status != 'given up']

    # ---- what is asked for ----

    def key(self):
        self.made += 1
        return f'c{self.index}-{self.made}'

    def book(self, date):
        key = self.key()
        n = self.index * 100000 + self.made
        body = request(n, date=date, plate='浙' + LETTERS[self.index] + '%05d' % (self.made % 100000), containers=[container(n)],
                       windows=self.rng.choice([['few'], ['few'], ['all', 'few']]) if date == TOMORROW else ['all'],
                       flexible=self.rng.random() < .5, waitlist=date == TOMORROW and self.rng.random() < .7)
        truck = Truck(body['plate'], date)
        return Op('book', key, truck, 'POST', '/v1/bookings', body)

    def next_step(self, truck):
        state = truck.status
        if state == 'booked':
            state += ' today' if truck.date == TODAY else ' tomorrow'
        kinds, weights = zip(*CHOICES[state])
        kind = 'get' if truck.stale else self.rng.choices(kinds, weights)[0]
        return self.step(truck, kind)

    def step(self, truck, kind):
        path = f'/v1/bookings/{truck.id}'
        if kind == 'get':
            return Op('get', None, truck, 'GET', path)
        if kind == 'change':
            body = {'trailer_plate': '浙%s%04d挂' % (LETTERS[self.index], self.made % 10000)}
            return Op('change', self.key(), truck, 'PATCH', path, body, {'If-Match': truck.etag})
        body = {'windows': [self.rng.choice(['all', 'few'])]} if kind == 'reschedule' else {}
        op = Op(kind, self.key(), truck, 'POST', f'{path}/{kind}', body)
        if kind in STEPS:
            op.body['reason'] = op.key
        return op

    def set_capacity(self):
        key = self.key()
        body = {'capacity': self.rng.randint(4, 14), 'reason': key, 'excess': 'rebook'}
        return Op('capacity', key, None, 'PUT', f'/v1/capacity/{TOMORROW}/few', body)

    # ---- asking ----

    def carry_out(self, ops):
        self.ledger.ops += [op for op in ops if op.kind != 'get']
        self.ask_until_answered(ops)

    def ask_until_answered(self, ops):
        pending = list(ops)
        while pending:
            try:
                if self.wire is None:
                    self.connect()
                self.wire.send(*[op.request for op in pending])
                while pending:
                    answer = self.wire.receive()
                    self.take(pending.pop(0), answer)
            except Gone:
                self.hang_up()
                pending = [op for op in pending if self.goes_on(op)]

    def hang_up(self):
        if self.wire:
            self.wire.close()
        self.wire = None

    def connect(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                self.wire = Wire(self.site.socket)
                break
            except Gone:
                self.demand(time.monotonic() < deadline, 'the daemon did not come back')
                time.sleep(0.002)
        self.look_back()

    def look_back(self):
        """After every restart: some of what was acknowledged is asked for again."""
        acked = [op for op in self.ledger.ops[-16:] if op.outcome == 'acked' and op.has_key]
        acked = acked[-1:] + self.rng.sample(acked, min(1, len(acked)))
        for op in acked:
            again = self.wire.call(*op.request)
            self.demand(not (problem := replay_problem(op, again)), problem)
            self.ledger.count['looked up again'] += 1
            if op.truck.id:
                self.look_at(op.truck, self.wire.call('GET', f'/v1/bookings/{op.truck.id}'))

    def goes_on(self, op):
        if op.kind == 'get':
            return True
        if op.lost == 0:
            self.ledger.count['unknown'] += 1
        op.lost += 1
        if op.has_key and self.rng.random() >= GIVES_UP:
            return True
        self.ledger.give_up(op)
        if op.kind == 'book':
            op.truck.status = 'given up'
        elif op.truck:
            op.truck.stale = True
        return False

    # ---- what comes of it ----

    def look_at(self, truck, answer):
        self.demand(answer.status == 200, truck.id, answer)
        b = answer.json
        self.demand(b['version'] >= truck.version, truck.id, 'went back from version', truck.version, 'to', b['version'])
        if b['version'] == truck.version and truck.last:
            self.demand(without_turn(b) == without_turn(truck.last), b, 'was acknowledged as', truck.last)
        truck.version, truck.status, truck.last, truck.stale = b['version'], b['status'], b, False
        truck.etag = answer.headers.get('ETag')

    def take(self, op, answer):
        self.demand(answer.status < 500, op, answer)
        if op.kind == 'get':
            self.look_at(op.truck, answer)
            return
        self.ledger.settle(op, answer)
        if op.kind == 'capacity':
            return
        if op.outcome == 'refused':
            self.demand(op.kind != 'book' or answer.json['code'] == 'full', op, answer)
            op.truck.stale = True
            if op.kind == 'book':
                op.truck.status = 'given up'
            return
        b = answer.json
        if op.kind == 'book':
            op.truck.id = b['id']
        if b['version'] > op.truck.version:
            op.truck.version, op.truck.status, op.truck.last, op.truck.etag = b['version'], b['status'], b, answer.headers.get('ETag')
        op.truck.stale = op.lost > 0  # a kept answer may be older than the booking is


class Follower(threading.Thread):
    """Reads the feed as it grows, through every death of the daemon. What it has read must for ever be so."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.events, self.over, self.complaint = site, [], False, None

    def run(self):
        wire = None
        while not self.over:
            try:
                wire = wire or Wire(self.site.socket)
                answer = wire.call('GET', f'/v1/events?after={len(self.events)}&limit=500&wait=1')
                if answer.status != 507:  # of a batch that found the disk full
                    self.events += answer.json['items']
            except Gone:
                wire = None
                time.sleep(0.002)
            except BaseException as e:
                self.complaint = e
                return
