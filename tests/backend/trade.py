"""What goes on at a center for as long as one lets it: clients of one backend that book, reschedule and cancel, each request tried under its key until it is answered,
and a supervisor who cuts and restores capacities, so that trucks are moved, displaced and promoted."""
import http.client, os, random, sys, threading, time
from collections import Counter
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import DATE, Unix, request  # noqa: E402
import json  # noqa: E402

WINDOWS, LIVE = ['morning', 'midday', 'evening'], 14


class Trader(threading.Thread):
    """One that asks again until there is an answer; whatever it notices that must not be ends it with a complaint."""

    def __init__(self, site, seed, name, over, token=None):
        super().__init__(daemon=True)
        self.site, self.rng, self.over, self.token = site, random.Random(f'{seed}/{name}'), over, token
        self.name, self.made, self.done = name, 0, Counter()
        self.connection, self.complaint = None, None

    def run(self):
        try:
            while not self.over.is_set():
                self.step()
                time.sleep(self.rng.random() * 0.02)
        except BaseException as e:  # told by the main thread
            self.complaint = e

    def ask(self, method, path, body, key=None):
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'en'}
        headers |= {'Authorization': f'Bearer {self.token}'} if self.token else {}
        headers |= {'Idempotency-Key': key} if key else {}
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connection = self.connection or Unix(self.site.socket)
                self.connection.request(method, path, json.dumps(body, ensure_ascii=False).encode(), headers)
                r = self.connection.getresponse()
                status, answer = r.status, json.loads(r.read())
                if status != 429 and status < 500:
                    return status, answer
            except (OSError, http.client.HTTPException, ValueError):  # it ended in the middle of an answer, perhaps
                self.connection = None
                self.done['asked again'] += 1
            assert time.monotonic() < deadline, f'{method} {path} is not answered'
            time.sleep(0.002)


class Backend(Trader):
    def __init__(self, site, seed, name, over, token):
        super().__init__(site, seed, name, over, token)
        self.live, self.taken = [], {}  # ids; id by order

    def step(self):
        kind = self.rng.choices(['book', 'reschedule', 'cancel'], [LIVE - len(self.live), 3, 3])[0] if self.live else 'book'
        self.made += 1
        getattr(self, kind)(f'{self.name}-{self.made}')

    def book(self, order):
        n = int(self.name) * 100000 + self.made
        body = request(n, windows=self.rng.sample(WINDOWS, self.rng.randint(1, 3)), flexible=self.rng.random() < .6, waitlist=self.rng.random() < .7, reference=order)
        status, answer = self.ask('POST', '/v1/bookings', body, order)
        assert status in (201, 202) or answer['code'] == 'full', answer
        self.done['booked' if status == 201 else 'waiting' if status == 202 else 'full'] += 1
        if status < 300:
            self.live.append(answer['id'])
            self.taken[order] = answer['id']

    def reschedule(self, key):
        status, answer = self.ask('POST', f'/v1/bookings/{self.rng.choice(self.live)}/reschedule', {'windows': [self.rng.choice(WINDOWS)]}, key)
        assert status == 200 or answer['code'] == 'full', answer
        self.done['rescheduled'] += status == 200

    def cancel(self, key):
        gone = self.live.pop(self.rng.randrange(len(self.live)))
        status, answer = self.ask('POST', f'/v1/bookings/{gone}/cancel', {}, key)
        assert status == 200, answer
        self.done['cancelled'] += 1


class Supervisor(Trader):
    def step(self):
        time.sleep(self.rng.random() * 0.2)
        body = {'capacity': self.rng.randint(2, 16), 'reason': 'a burst pipe', 'excess': 'rebook'}
        status, answer = self.ask('PUT', f'/v1/capacity/{DATE}/{self.rng.choice(WINDOWS)}', body)
        assert status == 200, answer
        self.done['capacities set'] += 1
