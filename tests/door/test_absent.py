"""Another's booking is not there, in time too: a question about it costs as many instructions as one about a booking that nobody made. They are
counted by callgrind, in all threads of the daemon, so that neither a busy machine nor a fast one blurs them."""
import glob, os, re, shutil, statistics, subprocess, tempfile, unittest

HAS = shutil.which('valgrind') and shutil.which('vgdb')
WORK = tempfile.mkdtemp(prefix='gs')
if HAS:
    os.environ['GATESLOT_WRAP'] = f'valgrind -q --tool=callgrind --fair-sched=yes --instr-atstart=no --callgrind-out-file={WORK}/cost'
from doorsite import Asking, DoorSite, request, tap  # noqa: E402

PAST, LIVE, NOW = '2026-11-24', '2026-11-28', '2026-11-27T09:00:00+08:00'
TIMES, ROUNDS = 20, int(os.environ.get('GATESLOT_ROUNDS', 1))  # at least so many looks of so many questions each
MOST_ROUNDS = 6 * ROUNDS  # where one seems to cost otherwise: what else was done meanwhile blurs a look
MAY_DIFFER = 0.1  # of the instructions of a question, as threads that wake each other make it; one question to the store more is a third
STEPS = {'cancel': '{"reason":"r"}', 'delay': '{}', 'reschedule': '{"windows":["evening"]}'}


def questions(who):
    """name → (method, target, headers, body), about one whose id, plate, container, reference and pass code stand in who; not one of them changes
    anything."""
    id, plate, container, reference = who
    quoted = ''.join(f'%{b:02X}' for b in plate.encode())
    json_type = ('Content-Type', 'application/json')
    out = {
        'booking': ('GET', f'/v1/bookings/{id}', [], None),
        'head of booking': ('HEAD', f'/v1/bookings/{id}', [], None),
        'booking if changed': ('GET', f'/v1/bookings/{id}', [('If-None-Match', '"1"')], None),
        'history': ('GET', f'/v1/bookings/{id}/history', [], None),
        'change': ('PATCH', f'/v1/bookings/{id}', [json_type, ('If-Match', '*')], '{"reference":"r"}'),
        'change of another version': ('PATCH', f'/v1/bookings/{id}', [json_type, ('If-Match', '"9"')], '{"reference":"r"}'),
        'search by id': ('GET', f'/v1/bookings?q={id}', [], None),
        'search by plate': ('GET', f'/v1/bookings?q={quoted}', [], None),
        'search by container': ('GET', f'/v1/bookings?q={container}', [], None),
        'search by reference': ('GET', f'/v1/bookings?reference={reference}', [], None),
        'list of a day by plate': ('GET', f'/v1/bookings?date={LIVE}&q={quoted}', [], None),
        'list of a past day by plate': ('GET', f'/v1/bookings?date={PAST}&q={quoted}', [], None),
        'list from it on': ('GET', f'/v1/bookings?date=2026-11-29&cursor={id}', [], None),
        'a key of that name': ('POST', '/v1/bookings', [json_type, ('Idempotency-Key', reference)], '{}'),
    }
    for step, body in STEPS.items():
        out[step] = ('POST', f'/v1/bookings/{id}/{step}', [json_type], body)
    return out


class Counter:
    """Instructions of a daemon under callgrind."""

    def __init__(self, pid):
        self.pid = str(pid)
        self.tell('instrumentation', 'on')

    def tell(self, *words):
        subprocess.run(['vgdb', f'--pid={self.pid}', *words], check=True, capture_output=True)

    def of(self, work):
        """Since the last one: what was done before it is not counted."""
        work()
        before = set(glob.glob(f'{WORK}/cost*'))
        self.tell('dump')  # and begins anew
        [path] = set(glob.glob(f'{WORK}/cost*')) - before
        with open(path) as f:
            return int(re.search(r'^totals: (\d+)', f.read(), re.M).group(1))


@unittest.skipUnless(HAS, 'valgrind is not installed')
class Absent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = DoorSite()
        cls.site.tokens = {name: cls.site.token(name, 'backend') for name in ('backend', 'other')}

    @classmethod
    def tearDownClass(cls):
        cls.site.close()
        shutil.rmtree(WORK, ignore_errors=True)

    def made(self, n, date, owner):
        b = request(100 + n, date=date, reference=f'ORDER-{100 + n}', driver={'name': '王师傅', 'phone': '13800138000'})
        a = self.site.book(b, headers=self.site.tokens[owner], key=b['reference'])
        self.assertEqual(a.status, 201, a)
        return a.json['id'], b['plate'], b['containers'][0], b['reference']

    def test_anothers_costs_what_one_that_is_not_there_costs(self):
        past = [self.made(n, PAST, ('backend', 'other')[n % 2]) for n in range(12)]
        live = [self.made(n, LIVE, ('backend', 'other')[n % 2]) for n in range(12, 36)]
        self.site.clock(NOW)
        while self.site.get('/v1/status').json['store']['archived_bookings'] < len(past):
            pass  # at the latest a second later; the suite has a time of its own
        gone = request(195)
        kinds = {'not there': ('bk_95', gone['plate'], gone['containers'][0], 'ORDER-195'), 'live': live[21], 'of a past day': past[5]}
        self.assertEqual((kinds['live'][0], kinds['of a past day'][0]), ('bk_34', 'bk_6'))
        line = Asking(self.site, 'tcp')
        counter = Counter(self.site.process.pid)
        counter.of(lambda: None)
        costs, answers = {}, {}
        asked = {kind: questions(who) for kind, who in kinds.items()}
        names = list(asked['not there'])

        def apart(name):
            return {kind: costs[name, kind] / costs[name, 'not there'] - 1 for kind in ('live', 'of a past day')}

        for look in range(MOST_ROUNDS):
            for name in names:
                if look >= ROUNDS and all(abs(part) <= MAY_DIFFER / 2 for part in apart(name).values()):
                    continue
                for kind, who in kinds.items():
                    method, target, headers, body = asked[kind][name]
                    told = []
                    sent = [*self.site.tokens['backend'].items(), *headers]
                    cost = counter.of(lambda: told.extend(line.ask(method, target, sent, body) for _ in range(TIMES))) / TIMES
                    costs[name, kind] = min(cost, costs.get((name, kind), cost))  # what else was done meanwhile only adds
                    answers[name, kind] = {(status, code, text.decode().replace(who[0], 'ID')) for status, code, _, text in told}
        line.close()
        wrong = []
        for name in names:
            base = costs[name, 'not there']
            off = apart(name)
            print(f'# {name}: {base:,.0f} instructions; ' + ', '.join(f'{kind} {100 * part:+.2f} %' for kind, part in off.items()))
            wrong += [f'{name}: {kind} {costs[name, kind]:,.0f} instructions, not there {base:,.0f}' for kind, part in off.items() if abs(part) > MAY_DIFFER]
            for kind in off:
                self.assertEqual(answers[name, kind], answers[name, 'not there'], (name, kind))
        print(f'# counts: absent: {len(costs)} questions, {2 * len(costs) // 3} of them about another\'s bookings; {len(wrong)} cost otherwise')
        self.assertEqual(wrong, [])


if __name__ == '__main__':
    tap.main()
