"""Is a recorded history linearizable: is there one order of its operations, keeping to real time, in which a window of a few slots that
does one thing after the other would have given the same answers? A search after Wing and Gong, with Lowe's memory of
configurations (which operations are done, and the state they left) that led nowhere.

An operation without an answer took effect at any time after its call, or never."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """One operation. call and ret: instants; ret None: no answer came, and result is None too."""
    client: int
    call: float
    ret: float | None
    kind: str
    args: tuple
    result: tuple | None


@dataclass(frozen=True)
class Entry:
    """A booking. id None: nobody has been told it yet."""
    id: str | None
    plate: str
    status: str
    slot: int
    version: int


class Window:
    """The model: what each operation answers and leaves behind. A state is the tuple of entries in order of their making.

    book(plate, preferred slot or None) → (booked, id, slot) | (duplicate, id) | (full,)
    cancel(id), arrive(id) → (ok, slot, version) | (wrong_state,)      reschedule(id, slot) → the same
    get(id) → (status, slot, version)      slots() → booked per slot      list() → sorted (plate, status, slot, version)"""

    def __init__(self, capacities):
        self.capacities = capacities

    def booked(self, state):
        counts = [0] * len(self.capacities)
        for e in state:
            if e.status in ('booked', 'arrived'):
                counts[e.slot] += 1
        return tuple(counts)

    def choose(self, state, preferred):
        counts = self.booked(state)
        free = [s for s, c in enumerate(self.capacities) if counts[s] < c]
        if not free:
            return None
        if preferred is None:
            return min(free, key=lambda s: (counts[s] / self.capacities[s], s))
        return min(free, key=lambda s: (abs(s - preferred), s))

    def apply(self, state, op):
        """The states that op may leave if it gives its answer here; none if it cannot."""
        return getattr(self, op.kind)(state, op)

    def book(self, state, op):
        plate, preferred = op.args
        told = op.result
        for n, e in enumerate(state):
            if e.plate == plate and e.status in ('booked', 'arrived'):
                if told is None:
                    return state
                return self.bind(state, n, told[1]) if told[0] == 'duplicate' else None
        slot = self.choose(state, preferred)
        if slot is None:
            return state if told in (None, ('full',)) else None
        if told is None:
            return state + (Entry(None, plate, 'booked', slot, 1),)
        if told[0] != 'booked' or told[2] != slot or any(e.id == told[1] for e in state):
            return None
        return state + (Entry(told[1], plate, 'booked', slot, 1),)

    def bind(self, state, n, id):
        if state[n].id == id:
            return state
        if state[n].id is not None or any(e.id == id for e in state):
            return None
        e = state[n]
        return state[:n] + (Entry(id, e.plate, e.status, e.slot, e.version),) + state[n + 1:]

    def step(self, state, op, may, change):
        for n, e in enumerate(state):
            if e.id != op.args[0]:
                continue
            if e.status not in may:
                return state if op.result in (None, ('wrong_state',)) else None
            after = change(e, state[:n] + state[n + 1:])
            if op.result is not None and op.result != ('ok', after.slot, after.version):
                return None
            return state[:n] + (after,) + state[n + 1:]
        return None

    def cancel(self, state, op):
        return self.step(state, op, ('booked',), lambda e, rest: Entry(e.id, e.plate, 'cancelled', e.slot, e.version + 1))

    def arrive(self, state, op):
        return self.step(state, op, ('booked',), lambda e, rest: Entry(e.id, e.plate, 'arrived', e.slot, e.version + 1))

    def reschedule(self, state, op):
        return self.step(state, op, ('booked',),
                         lambda e, rest: Entry(e.id, e.plate, e.status, self.choose(rest, op.args[1]), e.version + 1))

    def get(self, state, op):
        told = [(e.status, e.slot, e.version) for e in state if e.id == op.args[0]]
        return state if told == [op.result] else None

    def slots(self, state, op):
        return state if self.booked(state) == op.result else None

    def list(self, state, op):
        return state if tuple(sorted((e.plate, e.status, e.slot, e.version) for e in state)) == op.result else None


class Undecided(Exception):
    """More configurations than were allowed."""


@dataclass
class Verdict:
    ok: bool
    configurations: int
    stuck: list  # operations that could not be placed, in the attempt that got farthest


def check(history, window, most=500000):
    ops = sorted((o for o in history if o.result is not None or o.kind in ('book', 'cancel', 'arrive', 'reschedule')),
                 key=lambda o: o.call)
    answered = sum(1 << n for n, o in enumerate(ops) if o.ret is not None)
    seen, stack, best = set(), [(0, ())], 0
    while stack:
        mask, state = stack.pop()
        mask = take_what_changes_nothing(ops, window, mask, state)
        if mask & answered == answered:
            return Verdict(True, len(seen), [])
        if (mask, state) in seen:
            continue
        seen.add((mask, state))
        if len(seen) > most:
            raise Undecided(f'more than {most} configurations')
        if (mask & answered).bit_count() > (best & answered).bit_count():
            best = mask
        after = [(n, window.apply(state, ops[n])) for n in may_be_next(ops, mask)]
        # Last in, first tried: what was answered, by call, before what was not. What has no answer and no effect has not been.
        stack += [(mask | 1 << n, s) for n, s in sorted(after, key=lambda a: (ops[a[0]].ret is not None, -a[0]))
                  if s is not None and (s is not state or ops[n].ret is not None)]
    return Verdict(False, len(seen), [o for n, o in enumerate(ops) if not best >> n & 1 and o.ret is not None])


def may_be_next(ops, mask):
    """Those which were called before any other one that is left had returned."""
    n, until, found = ((mask + 1) & ~mask).bit_length() - 1, float('inf'), []
    while n < len(ops) and ops[n].call <= until:
        if not mask >> n & 1:
            found.append(n)
            if ops[n].ret is not None:
                until = min(until, ops[n].ret)
        n += 1
    return found


def take_what_changes_nothing(ops, window, mask, state):
    """An answer that fits and leaves the state alone may as well be given now: whatever works without it works with it."""
    found = True
    while found:
        found = False
        for n in may_be_next(ops, mask):
            if ops[n].ret is not None and window.apply(state, ops[n]) is state:
                mask |= 1 << n
                found = True
    return mask
