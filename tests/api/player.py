"""Plays a day file against a site step by step, keeping a ledger of everything the daemon acknowledged. Every step carries a
key of its own and is tried again with it until an answer comes, whatever happens to the daemon meanwhile."""
import heapq, http.client, time
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
MINUTE = timedelta(minutes=1)


def at(text):
    return datetime.fromisoformat(text)


def text(t):
    return t.astimezone(ZONE).isoformat(timespec='milliseconds')


class Player:
    def __init__(self, site, lines, before_step=None):
        self.site, self.lines, self.before_step = site, lines, before_step or (lambda: None)
        self.queue, self.order, self.ledger = [], 0, {}
        self.ids, self.seen, self.arrival = {}, 0, {}
        self.refused = {}
        self.connection = None
        self.now = None

    def at_time(self, when, action, line, attempt=0):
        self.order += 1
        heapq.heappush(self.queue, (when, self.order, action, line, attempt))

    def call(self, method, path, body=None, key=None):
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.connection is None:
                    self.connection = self.site.connect()
                headers = {'Idempotency-Key': key} if key else {}
                answer = self.site.call(method, path, body, headers=headers, connection=self.connection)
                # In PostgreSQL the lease of a daemon that was killed runs out first.
                if answer.status != 503 or answer.json['code'] != 'not_owner':
                    break
            except (OSError, http.client.HTTPException):
                self.connection = None
            assert time.monotonic() < deadline, 'the daemon did not come back'
            time.sleep(0.002)
        assert answer.status < 500, answer
        if key and answer.status < 300:
            self.ledger[key] = (path, body, answer)
        return answer

    def play(self):
        for i, line in enumerate(self.lines):
            self.at_time(at(line['book_at']), 'book', i)
            if line.get('cancel_at'):
                self.at_time(at(line['cancel_at']), 'cancel', i)
        while self.queue:
            when, _, action, i, attempt = heapq.heappop(self.queue)
            self.before_step()
            if self.now is None or when > self.now:
                self.now = when
                a = self.call('PUT', '/v1/drill/clock', {'now': text(when)})
                assert a.status == 200 or a.json['code'] == 'clock_backwards', a
            getattr(self, 'do_' + action)(i, attempt)
            self.follow_events()

    def step(self, i, what, attempt=0, body=None):
        key = f"{self.lines[i]['key']}/{what}/{attempt}"
        return self.call('POST', f'/v1/bookings/{self.ids[i]}/{what}', body, key=key)

    def do_book(self, i, attempt):
        line = self.lines[i]
        a = self.call('POST', '/v1/bookings', line['request'], key=line['key'])
        if a.status in (201, 202):
            self.ids[i] = a.json['id']
            self.plan(i, a.json)
        else:
            assert 400 <= a.status < 500, a
            self.refused[i] = a.json

    def plan(self, i, booking):
        if booking['slot'] and self.lines[i]['behaviour']['shows']:
            start = at(booking['slot']['start'])
            if self.arrival.get(i) != start:
                self.arrival[i] = start
                self.at_time(start + self.lines[i]['behaviour']['offset_min'] * MINUTE, 'arrive', i)

    def follow_events(self):
        """A promotion or a move tells when the truck will come."""
        by_id = None
        while True:
            items = self.call('GET', f'/v1/events?after={self.seen}&limit=500').json['items']
            for e in items:
                self.seen = e['seq']
                if e['type'] in ('booking.promoted', 'booking.moved', 'booking.rescheduled') and e['data'].get('to'):
                    by_id = by_id or {v: k for k, v in self.ids.items()}
                    i = by_id.get(e['booking_id'])
                    if i is not None:
                        self.plan(i, {'slot': e['data']['to']['slot']})
            if len(items) < 500:
                return

    def do_cancel(self, i, attempt):
        if i in self.ids:
            self.step(i, 'cancel')

    def do_arrive(self, i, attempt):
        if self.now < self.arrival[i] + self.lines[i]['behaviour']['offset_min'] * MINUTE:
            return  # planned for a place that it had before
        booking = self.call('GET', f'/v1/bookings/{self.ids[i]}').json
        if not booking['slot'] or at(booking['slot']['start']) != self.arrival[i] or booking['status'] != 'booked':
            return
        a = self.step(i, 'arrive', attempt)
        if a.status == 200:
            self.at_time(self.now + self.lines[i]['behaviour']['gate_min'] * MINUTE, 'enter', i)
        elif a.json['code'] == 'early':
            self.at_time(self.now + 5 * MINUTE, 'arrive', i, attempt + 1)

    def do_enter(self, i, attempt):
        check = self.call('POST', '/v1/gate/check', {'plate': self.lines[i]['request']['plate']}).json
        if check['decision'] == 'admit':
            a = self.step(i, 'enter', attempt)
            assert a.status == 200, a
            self.at_time(self.now + self.lines[i]['behaviour']['clear_min'] * MINUTE, 'clear', i)
        elif check['decision'] == 'hold':
            self.at_time(self.now + 5 * MINUTE, 'enter', i, attempt + 1)

    def do_clear(self, i, attempt):
        assert self.step(i, 'clear').status == 200
        self.at_time(self.now + self.lines[i]['behaviour']['leave_min'] * MINUTE, 'depart', i)

    def do_depart(self, i, attempt):
        assert self.step(i, 'depart').status == 200
