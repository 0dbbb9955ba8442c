"""What a client knows of what it asked for: acknowledged, refused, or unknown because the connection died first. And the comparison
of all that with what the site then says it has stored."""
from collections import Counter, defaultdict
import wire  # noqa: F401  (finds tests/api)

STEPS = {'cancel': 'cancelled', 'arrive': 'arrived', 'enter': 'entered', 'clear': 'cleared', 'depart': 'departed', 'refuse': 'refused',
         'revert': 'reverted'}
HOLDING = {'booked', 'arrived', 'entered', 'cleared', 'departed'}
TERMINAL = {'departed', 'cancelled', 'expired', 'no_show', 'refused'}


class Op:
    """One wish of a client. With a key it is tried again until it is answered, unless the client gives it up."""
    __slots__ = ('kind', 'key', 'truck', 'method', 'path', 'body', 'headers', 'outcome', 'answer', 'lost')

    def __init__(self, kind, key, truck, method, path, body=None, headers=None):
        self.kind, self.key, self.truck = kind, key, truck
        self.method, self.path, self.body = method, path, body
        self.headers = dict(headers or {})
        if key and method == 'POST':
            self.headers['Idempotency-Key'] = key
        self.outcome, self.answer, self.lost = None, None, 0

    @property
    def request(self):
        return self.method, self.path, self.body, self.headers

    @property
    def has_key(self):
        return 'Idempotency-Key' in self.headers

    def __repr__(self):
        return f'{self.kind} {self.key} {self.path}: {self.outcome}, lost {self.lost} times, {self.answer}'


class Truck:
    __slots__ = ('plate', 'date', 'id', 'status', 'version', 'etag', 'stale', 'last')

    def __init__(self, plate, date):
        self.plate, self.date = plate, date
        self.id = self.status = self.etag = self.last = None
        self.version, self.stale = 0, False


class Ledger:
    """Of one client; only its thread writes it."""

    def __init__(self):
        self.ops, self.count = [], Counter()

    def settle(self, op, answer):
        op.answer = answer
        op.outcome = 'acked' if answer.status < 300 else 'refused'
        self.count['acknowledged' if answer.status < 300 else 'refused'] += 1
        if op.lost:
            self.count['retried'] += 1
            if answer.headers.get('Idempotent-Replayed') == 'true':
                self.count['retried, had its effect'] += 1

    def give_up(self, op):
        op.outcome = 'unknown'
        self.count['given up'] += 1


def read_feed(wire):
    events = []
    while True:
        page = wire.call('GET', f'/v1/events?after={len(events)}&limit=500').json['items']
        if not page:
            return events
        events += page


class Comparison:
    """Of all ledgers with the feed, the bookings and the kept answers. Complaints gather in lost, duplicate and wrong."""

    def __init__(self, ledgers, wire):
        self.wire, self.call = wire, wire.call
        self.ops = [op for l in ledgers for op in l.ops]
        self.lost, self.duplicate, self.wrong = [], [], []
        self.events = read_feed(wire)
        self.index()

    def index(self):
        self.by_reason, self.by_plate, self.counts = Counter(), defaultdict(set), Counter()
        self.state = {}
        for n, e in enumerate(self.events, 1):
            if e['seq'] != n:
                self.wrong.append(f'event {e["seq"]} where {n} belongs')
            if e['reason'] and e['actor']['role'] != 'system' and e['type'].split('.')[1] in (*STEPS.values(), 'changed'):
                self.by_reason[e['reason']] += 1
            if e['booking_id']:
                self.by_plate[e['data']['plate']].add(e['booking_id'])
                self.counts[e['booking_id'], e['type']] += 1
                self.state[e['booking_id']] = e['data']['status']

    def effects(self, op):
        if op.kind == 'book':
            return len(self.by_plate[op.truck.plate])
        return self.by_reason[op.key]

    def judge(self, what, n, least, most):
        if n < least:
            self.lost.append(f'{n} of {least}: {what}')
        if n > most:
            self.duplicate.append(f'{n}, at most {most}: {what}')

    def effects_match(self):
        """acknowledged ⊆ stored ⊆ acknowledged ∪ unknown, each once."""
        groups = defaultdict(list)
        for op in self.ops:
            if op.kind == 'book' or op.kind in STEPS or op.kind == 'capacity':
                self.judge(op, self.effects(op), op.outcome == 'acked', op.outcome != 'refused')
            elif op.kind in ('reschedule', 'change'):
                groups[op.truck.id, {'reschedule': 'booking.rescheduled', 'change': 'booking.changed'}[op.kind]].append(op.outcome)
        for what, outcomes in groups.items():
            acked = outcomes.count('acked')
            self.judge(what, self.counts[what], acked, acked + outcomes.count('unknown'))

    def nothing_unasked(self):
        keys = {op.key for op in self.ops}
        plates = {op.truck.plate for op in self.ops if op.kind == 'book'}
        changed = {(op.truck.id, 'booking.' + {'reschedule': 'rescheduled', 'change': 'changed'}[op.kind]) for op in self.ops
                   if op.kind in ('reschedule', 'change')}
        self.wrong += [f'nobody asked for {r}' for r in self.by_reason if r not in keys]
        self.wrong += [f'nobody booked {p}' for p in self.by_plate if p not in plates]
        self.wrong += [f'nobody asked for {c}' for c in self.counts if c[1] in ('booking.rescheduled', 'booking.changed') and c not in changed]

    def bookings_match(self):
        trucks = [op.truck for op in self.ops if op.kind == 'book' and op.outcome == 'acked']
        answers = self.wire.call_many(('GET', f'/v1/bookings/{t.id}', None, {}) for t in trucks)
        for truck, now in zip(trucks, answers):
            if now.status != 200:
                self.lost.append(f'{truck.id}: {now}')
            elif now.json['version'] < truck.version:
                self.lost.append(f'{truck.id} is back at version {now.json["version"]} of {truck.version}')
            elif now.json['status'] != self.state[truck.id]:
                self.wrong.append(f'{truck.id} is {now.json["status"]}, by its events {self.state[truck.id]}')
            elif now.json['version'] == truck.version and truck.last and without_turn(now.json) != without_turn(truck.last):
                self.wrong.append(f'{truck.id} is {now.json}, acknowledged was {truck.last}')

    def answers_are_kept(self, ops):
        for op, again in zip(ops, self.wire.call_many(op.request for op in ops)):
            problem = replay_problem(op, again)
            if problem:
                self.lost.append(problem)

    def places_match(self, dates):
        """What the slots say against what the events add up to."""
        held = Counter()
        place = {}
        for e in self.events:
            if not e['booking_id']:
                continue
            to = e['data'].get('to')
            if to:
                place[e['booking_id']] = (to['date'], to['slot']['start'])
            if e['data']['status'] not in HOLDING:
                place.pop(e['booking_id'], None)
        held.update(place.values())
        for date in dates:
            for w in self.call('GET', f'/v1/slots?from={date}&to={date}').json['days'][0]['windows']:
                for s in w['slots']:
                    if s['booked'] != held[date, s['start']]:
                        self.wrong.append(f'{date} {s["start"]}: {s["booked"]} booked, by the events {held[date, s["start"]]}')

    def chain_holds(self):
        at = 1
        while at:
            a = self.call('GET', f'/v1/audit?from={at}').json
            if a['broken_seq']:
                self.wrong.append(f'the chain is broken at {a["broken_seq"]}')
            at = a['next']
        if a['last_seq'] != len(self.events):
            self.wrong.append(f'the chain ends at {a["last_seq"]}, the feed at {len(self.events)}')
        if not (i := self.call('GET', '/v1/audit/integrity').json)['ok']:
            self.wrong.append(i['message'])

    def everything(self, dates=(), replays=None):
        self.effects_match()
        self.nothing_unasked()
        self.bookings_match()
        self.answers_are_kept([op for op in self.ops if op.outcome == 'acked' and op.has_key][:replays])
        self.places_match(dates)
        self.chain_holds()
        return self

    def complaints(self):
        return [f'{name}: {text}' for name in ('lost', 'duplicate', 'wrong') for text in getattr(self, name)]


def without_turn(booking):
    """The turn on the waitlist changes by what others do."""
    return {k: v for k, v in booking.items() if k != 'waitlist_position'}


def replay_problem(op, again):
    if again.headers.get('Idempotent-Replayed') != 'true':
        return f'{op} has no kept answer: {again}'
    if (again.status, again.body) != (op.answer.status, op.answer.body):
        return f'{op} was answered, now {again}'
    return None
