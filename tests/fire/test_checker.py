"""The checker of histories is itself checked: by planted histories and their twins, against trying every order of small ones, and by
histories known to be good because they were made from an order."""
import itertools, os, random, unittest
import wire  # noqa: F401  (finds tests/api)
from checker import Done, Window, check
from planted import CAPACITIES, PAIRS
import tap

SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
WINDOW = Window(CAPACITIES)


def answer(state, op):
    """The one answer that the model accepts, found by asking for all."""
    ids = [e.id for e in state if e.id]
    counts = WINDOW.booked(state)
    slots = range(len(CAPACITIES))
    steps = [('wrong_state',), *(('ok', s, v) for s in slots for v in range(1, 60))]
    gets = [(st, s, v) for st in ('booked', 'arrived', 'cancelled') for s in slots for v in range(1, 60)]
    books = [('full',), *(('booked', f'id{len(state)}', s) for s in slots), *(('duplicate', i) for i in ids)]
    possible = {'book': books, 'get': gets, 'slots': [counts],
                'list': [tuple(sorted((e.plate, e.status, e.slot, e.version) for e in state))]}
    for result in possible.get(op.kind, steps):
        tried = Done(op.client, op.call, op.ret, op.kind, op.args, result)
        if (after := WINDOW.apply(state, tried)) is not None:
            return tried, after
    raise AssertionError(f'the model has no answer to {op} in {state}')


def some_op(rng, state, client, call, ret):
    ids = [e.id for e in state if e.id]
    kind = rng.choice(['book', 'book', 'slots', 'list'] + (['cancel', 'arrive', 'reschedule', 'get'] if ids else []))
    args = {'book': (rng.choice('ABCDE'), rng.choice([None, 0, 1, 2])), 'slots': (), 'list': ()}.get(kind)
    if args is None:
        args = (rng.choice(ids),) + ((rng.randrange(3),) if kind == 'reschedule' else ())
    return Done(client, call, ret, kind, args, None)


def good_history(rng, n, spread):
    """Made in order; each operation's interval lies around its instant, those of one client one after the other."""
    state, history, free_from = (), [], [0.0] * 4
    for t in range(1, n + 1):
        client = rng.randrange(4)
        call = max(free_from[client], t - rng.random() * spread)
        if call >= t:
            continue
        op, after = answer(state, some_op(rng, state, client, call, t + rng.random() * spread))
        free_from[client] = op.ret
        state = after
        history.append(op)
    return history


def without_some_answers(rng, history):
    return [Done(o.client, o.call, None, o.kind, o.args, None) if rng.random() < .1 and o.kind in ('cancel', 'arrive', 'reschedule') else o
            for o in history]


def spoilt(rng, history):
    """One answer or instant is another."""
    n = rng.randrange(len(history))
    o = history[n]
    if rng.random() < .3 and o.ret is not None:
        changed = Done(o.client, o.call + 3, o.ret + 3, o.kind, o.args, o.result)
    else:
        others = [p.result for p in history if p.kind == o.kind and p.result != o.result] or [('full',)]
        changed = Done(o.client, o.call, o.ret, o.kind, o.args, rng.choice(others) if o.result is not None else None)
    return history[:n] + [changed] + history[n + 1:]


def by_trying_all(history):
    answered = [o for o in history if o.ret is not None]
    open_ops = [o for o in history if o.ret is None]
    for k in range(len(open_ops) + 1):
        for some in itertools.combinations(open_ops, k):
            for order in itertools.permutations([*answered, *some]):
                if fits(order):
                    return True
    return False


def fits(order):
    state, latest = (), float('-inf')
    for n, op in enumerate(order):
        latest = max(latest, op.call)
        if op.ret is not None and op.ret < latest:
            return False
        state = WINDOW.apply(state, op)
        if state is None:
            return False
    return True


class Checker(unittest.TestCase):
    def test_every_planted_history_is_rejected(self):
        self.assertGreaterEqual(len(PAIRS), 20)
        self.assertEqual([name for name, (bad, _) in PAIRS.items() if check(bad, WINDOW).ok], [])

    def test_every_good_twin_is_accepted(self):
        self.assertEqual([name for name, (_, good) in PAIRS.items() if not check(good, WINDOW).ok], [])

    def test_a_good_history_is_accepted_however_its_operations_overlap(self):
        print(f'# GS_SEED={SEED}')
        rng = random.Random(SEED)
        for spread in (0.5, 2, 5):
            for _ in range(30):
                history = good_history(rng, 50, spread)
                self.assertTrue(check(history, WINDOW).ok, history)
                self.assertTrue(check(without_some_answers(rng, history), WINDOW).ok, history)

    def test_the_verdict_is_that_of_trying_all_orders(self):
        print(f'# GS_SEED={SEED}')
        rng, bad = random.Random(SEED), 0
        for _ in range(500):
            history = without_some_answers(rng, good_history(rng, 6, 3))
            if history and rng.random() < .8:
                history = spoilt(rng, history)
            expected = by_trying_all(history)
            self.assertEqual(check(history, WINDOW).ok, expected, history)
            bad += not expected
        self.assertGreater(bad, 60)


if __name__ == '__main__':
    tap.main()
