"""Batches against a daemon: as large as they may be, over TCP too; killed in the middle again and again, and asked for again; and all or nothing is that
across every crash, also when the decisions are made once more from the journal."""
import http.client, json, os, random, socket, statistics, threading, time, unittest
from testsite import DATE, Site, Unix, free_port, request
import tap

ALL = {'Prefer': 'all-or-nothing'}


def batch(requests):
    """Of pairs: key, request."""
    return {'bookings': [{'idempotency_key': key, **body} for key, body in requests]}


def numbered(first, count, **more):
    return [(f'key-{n}', request(n, **more)) for n in range(first, first + count)]


class Sizes(unittest.TestCase):
    def test_a_hundred_with_long_texts(self):
        port = free_port()
        with Site(listen=f'http://127.0.0.1:{port}') as site:
            token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
            long = {'name': '某' * 127, 'uscc': '91350100M000100Y43'}
            body = json.dumps(batch(numbered(1, 100, company=long, reference=None)), ensure_ascii=True).encode()
            self.assertGreater(len(body), 65536)
            self.assertLess(len(body), 262144)
            asked = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
            headers = {'Content-Type': 'application/json', 'Accept-Language': 'en'}
            a = site.call('POST', '/v1/bookings/batch', body, headers, connection=asked)
            self.assertEqual((a.status, a.json['code']), (401, 'unauthorized'))  # no more of a stranger's is read
            asked.close()
            headers['Authorization'] = f'Bearer {token}'
            a = site.call('POST', '/v1/bookings/batch', body, headers, connection=asked)
            self.assertEqual(a.status, 200, a)
            self.assertEqual([i['status'] for i in a.json['items']], [201] * 100)
            again = site.call('POST', '/v1/bookings/batch', body, headers, connection=asked)
            self.assertEqual((again.headers['Idempotent-Replayed'], again.body), ('true', a.body))
            alone = site.call('POST', '/v1/bookings', json.dumps(request(7, company=long)), {**headers, 'Idempotency-Key': 'key-7'}, connection=asked)
            self.assertEqual((alone.status, alone.headers['Idempotent-Replayed']), (201, 'true'))
            self.assertEqual(alone.json, a.json['items'][6]['booking'])
            for path, size, status in (('/v1/bookings/batch', 262145, 413), ('/v1/bookings', 65537, 413)):
                asked.close()
                a = site.call('POST', path, b'[' + b' ' * (size - 2) + b']', {**headers, 'Idempotency-Key': 'x'}, connection=asked)
                self.assertEqual((a.status, a.json['code']), (status, 'too_large'))
            self.assertEqual(len(site.bookings()), 100)

    def test_what_became_of_them_is_counted(self):
        def counted(result, of='batch_requests'):
            line = f'gateslot_http_{of}_total{{result="{result}"}} '
            return [int(x[len(line):]) for x in site.get('/metrics').body.decode().splitlines() if x.startswith(line)][0]
        results, ends = ('booked', 'waiting', 'refused', 'undone', 'replayed'), ('each', 'together', 'refused')
        with Site(extra='windows: {morning: {start: "08:00", end: "12:00", capacity: 3}}') as site:
            def check(asked, headers, requests, batches):
                site.post('/v1/bookings/batch', batch(asked), headers=headers)
                self.assertEqual(tuple(counted(r) for r in results), requests)
                self.assertEqual(tuple(counted(e, 'batches') for e in ends), batches)
            self.assertEqual((counted('booked'), counted('each', 'batches')), (0, 0))
            two, wrong = numbered(1, 2), [('key-w', {'plate': 'nonsense'})]
            check(two + wrong, {}, (2, 0, 1, 0, 0), (1, 0, 0))
            check(two + wrong, {}, (2, 0, 2, 0, 2), (2, 0, 0))  # a request with faults is not kept under its key
            check(numbered(3, 1) + wrong, ALL, (2, 0, 3, 1, 2), (2, 0, 1))
            check(numbered(4, 2, waitlist=True), ALL, (3, 1, 3, 1, 2), (2, 1, 1))
            check(numbered(6, 2), {}, (3, 1, 5, 1, 2), (3, 1, 1))
            self.assertEqual(site.post('/v1/bookings/batch', {'bookings': 7}).status, 422)  # is no batch
            self.assertEqual(counted('each', 'batches'), 3)

    def test_a_client_that_goes_away_finds_its_outcome_by_its_keys(self):
        with Site() as site:
            body = json.dumps(batch(numbered(1, 30)), ensure_ascii=False).encode()
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(site.socket)
                s.sendall(b'POST /v1/bookings/batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
            deadline = time.monotonic() + 30
            while len(site.bookings()) < 30 and time.monotonic() < deadline:
                time.sleep(0.01)
            a = site.post('/v1/bookings/batch', batch(numbered(1, 30)), headers=ALL)
            self.assertEqual((a.status, a.headers['Idempotent-Replayed'], a.headers['Preference-Applied']), (200, 'true', 'all-or-nothing'))
            self.assertEqual(len(site.bookings()), 30)

    def test_free_places_are_sent_once(self):
        with Site() as site:
            first = site.get('/v1/slots')
            known = {'If-None-Match': first.headers['ETag']}
            a = site.get('/v1/slots', headers=known)
            self.assertEqual((a.status, a.body, a.headers['ETag'], a.headers['Cache-Control']), (304, b'', first.headers['ETag'], 'private, no-cache'))
            self.assertEqual(site.book(request(1)).status, 201)
            a = site.get('/v1/slots', headers=known)
            self.assertEqual(a.status, 200)
            site.stop()
            site.launch()
            b = site.get('/v1/slots', headers={'If-None-Match': a.headers['ETag']})
            self.assertEqual((b.status, b.json), (200, a.json))  # another life says it again, the same


class Crashes(unittest.TestCase):
    def test_all_or_nothing_across_kills(self):
        """Groups of trucks into a day that fills up, from three clients, the daemon killed again and again: at each start a group is there whole or not at
        all, and what was answered is what is there."""
        seed = int(os.environ.get('GATESLOT_SEED', time.time_ns() % 10**9))
        print(f'# GATESLOT_SEED={seed}')
        dice = random.Random(seed)
        groups = [[(f'g{g}-{k}', request(g * 10 + k, windows=[dice.choice(['morning', 'midday', 'evening'])])) for k in range(dice.randint(2, 6))]
                  for g in range(40)]
        with Site() as site:
            answers, todo = {}, list(range(len(groups)))
            for life in range(6):
                stop = threading.Event()

                def run():
                    while todo and not stop.is_set():
                        try:
                            g = todo.pop(0)
                        except IndexError:
                            return
                        try:
                            a = site.post('/v1/bookings/batch', batch(groups[g]), headers=ALL, connection=Unix(site.socket))
                            answers[g] = a
                        except (OSError, http.client.HTTPException):
                            todo.append(g)  # nobody knows: again, under the same keys
                clients = [threading.Thread(target=run) for _ in range(3)]
                for c in clients:
                    c.start()
                if life < 5:
                    time.sleep(dice.random() * 0.02)
                    site.kill()
                    stop.set()
                for c in clients:
                    c.join()
                if life < 5:
                    site.launch()
                there = {b['plate'] for b in site.bookings()}
                for g, group in enumerate(groups):
                    count = sum(body['plate'] in there for _, body in group)
                    self.assertIn(count, (0, len(group)), f'half of group {g}')
                    if g in answers:
                        self.assertEqual(count > 0, answers[g].status == 200, answers[g])
            booked = sum(a.status == 200 for a in answers.values())
            print(f'# {len(answers)} groups, {booked} booked, {len(there)} trucks')
            self.assertEqual(len(answers), len(groups))
            self.assertLessEqual(len(there), 120)
            self.assertTrue(0 < booked < len(groups))
            for g, a in answers.items():
                again = site.post('/v1/bookings/batch', batch(groups[g]), headers=ALL)
                self.assertEqual(again.status == 200, a.status == 200)
            gone = site.bookings()[0]  # whatever the day came to: there is a place in that window, and not one for each of these
            self.assertEqual(site.post(f'/v1/bookings/{gone["id"]}/cancel', {}).status, 200)
            more = [(f'more-{k}', request(500 + k, windows=[gone['window']])) for k in range(41)]
            self.assertEqual(site.post('/v1/bookings/batch', batch(more), headers=ALL).status, 409)
            report = site.get(f'/v1/audit/decisions?date={DATE}').json
            self.assertEqual((report['same'], report['differing'], report['differing_elsewhere']), (True, 0, 0), report)
            self.assertIn(('book', 'not_done'), {(o['command'], o['code']) for o in report['outcomes']})


class Speed(unittest.TestCase):
    def test_a_batch_is_worth_it(self):
        """Told, not judged: a hundred in one request against one after the other."""
        with Site() as site:
            def seconds(ask):
                began = time.perf_counter()
                ask()
                return time.perf_counter() - began
            line = Unix(site.socket)
            ratios = []
            for n in range(3):
                day = f'2026-11-{25 + n}'
                one = seconds(lambda: [site.book(request(1000 * n + k, day), key=f's{n}-{k}', connection=line) for k in range(100)])
                many = seconds(lambda: site.post('/v1/bookings/batch', batch([(f'b{n}-{k}', request(1000 * n + 500 + k, f'2026-11-{28 + n}')) for k in range(100)])))
                ratios.append(one / many)
            print(f'# counts: a hundred singly take {statistics.median(ratios):.1f} times what a batch takes')


if __name__ == '__main__':
    tap.main()
