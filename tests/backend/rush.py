"""A load as it comes on the morning a day opens: tests/days/rush.jsonl ten times over, 4,200 requests of 60 companies, a third of which lose their
connection before the answer is there and are tried again under the same key. What came of it is judged by what the daemon has stored."""
import http.client, json, os, random, sys, threading, time
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import DATE, SOURCE, container, plate  # noqa: E402

COMPANIES, LOST, CLIENTS = 60, 1 / 3, 8
OPENS = '2026-11-18T08:00:00+08:00'
REFUSED = {'full', 'company_quota'}


def requests(times=10):
    """(when in seconds, key, body), in order of time."""
    with open(f'{SOURCE}/tests/days/rush.jsonl', encoding='utf-8') as f:
        lines = [json.loads(line) for line in f]
    companies = list({l['request']['company']['uscc']: l['request']['company'] for l in lines}.values())[:COMPANIES]
    out = []
    for turn in range(times):
        for line in lines:
            n = len(out)
            body = dict(line['request'], plate=plate(n), containers=[container(n)], company=companies[n % COMPANIES], reference=f'rush-{n}')
            out.append((float(line['book_at'][17:23]) + turn / times / 30, f'rush-{n}', body))
    return sorted(out, key=lambda r: r[0])


class Client(threading.Thread):
    def __init__(self, rush):
        super().__init__(daemon=True)
        self.rush, self.connection, self.complaint = rush, None, None

    def run(self):
        try:
            while (work := self.rush.next()) is not None:
                self.book(*work)
        except BaseException as e:  # told by the main thread
            self.complaint = e

    def book(self, due, key, body, loses):
        time.sleep(max(0, due - time.monotonic()))
        if loses is not None:
            self.lose(loses, key, body)
        self.rush.answered(key, due, loses, self.send(key, body))

    def ask(self, key, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection('127.0.0.1', self.rush.port, timeout=60)
        headers = {'Authorization': f'Bearer {self.rush.token}', 'Content-Type': 'application/json', 'Idempotency-Key': key}
        self.connection.request('POST', '/v1/bookings', body, headers)

    def lose(self, when, key, body):
        """The connection ends: when the request is sent, or with the first byte of its answer."""
        self.ask(key, body)
        if when == 'answering':
            self.connection.sock.recv(1)
        self.connection.close()
        self.connection = None

    def send(self, key, body):
        deadline = time.monotonic() + 60
        while True:
            try:
                self.ask(key, body)
                r = self.connection.getresponse()
                status, answer = r.status, json.loads(r.read())
                if status != 429 and status < 500:
                    return status, answer
            except (OSError, http.client.HTTPException):
                self.connection = None
            assert time.monotonic() < deadline, f'{key} is not answered'


class Rush:
    def __init__(self, port, token, seed, times=10, seconds=20):
        self.port, self.token, self.lock = port, token, threading.Lock()
        rng = random.Random(seed)
        self.left = [(at * seconds / 20, key, json.dumps(body, ensure_ascii=False).encode(),
                      rng.choice(['sent', 'answering']) if rng.random() < LOST else None) for at, key, body in requests(times)][::-1]
        self.answers, self.waits = {}, []  # (status, body) by key; ms from when it was due, of those that lost nothing

    def next(self):
        with self.lock:
            if not self.left:
                return None
            at, *rest = self.left.pop()
            return (self.began + at, *rest)

    def answered(self, key, due, loses, answer):
        with self.lock:
            self.answers[key] = answer
            if loses is None:
                self.waits.append(1000 * (time.monotonic() - due))

    def run(self):
        self.began = time.monotonic()
        clients = [Client(self) for _ in range(CLIENTS)]
        for c in clients:
            c.start()
        for c in clients:
            c.join()
            if c.complaint:
                raise c.complaint

    def p99(self):
        return sorted(self.waits)[len(self.waits) * 99 // 100]

    def counts(self):
        statuses = [s for s, _ in self.answers.values()]
        return {'requests': len(statuses), 'booked': statuses.count(201), 'waitlisted': statuses.count(202), 'refused': statuses.count(409)}

    def complaints(self, site):
        """Every request that was taken is one booking, and there is no other; each began with one event."""
        wrong = [f'{k}: {a}' for k, (s, a) in self.answers.items() if s not in (201, 202) and not (s == 409 and a['code'] in REFUSED)]
        taken = {a['reference']: a['id'] for s, a in self.answers.values() if s < 300}
        stored = [b for b in site.bookings(DATE) if b['submitted_by'] == 'mini']
        if sorted((b['reference'], b['id']) for b in stored) != sorted(taken.items()):
            wrong.append(f'{len(taken)} were taken, {len(stored)} are stored, {len({b["reference"] for b in stored})} orders among them')
        begun = [e['data']['reference'] for e in site.events() if e['type'] in ('booking.booked', 'booking.waitlisted') and e['data']['version'] == 1]
        if sorted(begun) != sorted(taken):
            wrong.append(f'{len(taken)} were taken, {len(begun)} events tell of one that began')
        return wrong
