"""Could one more truck be admitted? Asked of a maximum flow of its own: booking → its company's share of a window → slot → window.
It is built anew for every question, from who holds what at that moment; it knows nothing of the daemon's way of moving."""
from collections import defaultdict
from datetime import timedelta

MINUTE = timedelta(minutes=1)
CUTOFF, LOCK, LIFTED = 30, 240, 120  # minutes, the defaults


class Flow:
    def __init__(self):
        self.left = defaultdict(lambda: defaultdict(int))

    def edge(self, a, b, capacity):
        self.left[a][b] = capacity

    def send(self, start, end='end'):
        """One unit from start to end, pushing others aside; False if there is no way."""
        stack, came = [start], {start: None}
        while stack:
            node = stack.pop()
            if node == end:
                while came[node] is not None:
                    self.left[came[node]][node] -= 1
                    self.left[node][came[node]] += 1
                    node = came[node]
                return True
            for other, capacity in self.left[node].items():
                if capacity > 0 and other not in came:
                    came[other] = node
                    stack.append(other)
        return False


class Ask:
    """Who: its company, the windows it accepts, and whether it may be moved."""

    def __init__(self, windows, company, flexible):
        self.windows, self.company, self.flexible = windows, company, flexible


class Yard:
    """slots: (window, start) → capacity; windows: window → capacity; limits: places of a company in a window and on a day."""

    def __init__(self, slots, windows, percent, day):
        self.slots, self.windows, self.day = slots, windows, day
        self.share = {w: max(1, c * percent // 100) for w, c in windows.items()}

    def flow(self, now, movable, fixed, taken=None):
        """All the movable ones seated beside the fixed; None if that cannot be."""
        slots, windows, share = dict(self.slots), dict(self.windows), defaultdict(int)
        for who, (window, start) in fixed + ([taken] if taken else []):
            slots[window, start] -= 1
            windows[window] -= 1
            share[who.company, window] += 1
        f = Flow()
        for (window, start), capacity in slots.items():
            if start > now + LOCK * MINUTE:
                f.edge(window, (window, start), len(self.slots) * 1000)
                f.edge((window, start), (window, 'out'), max(0, capacity))
        for window, capacity in windows.items():
            f.edge((window, 'out'), 'end', max(0, capacity))
        for n, who in enumerate(movable):
            self.join(f, n, who, share)
            if not f.send(n):
                return None, None
        return f, share

    def join(self, f, n, who, share):
        for window in who.windows:
            f.edge(n, (who.company, window, 'share'), 1)
            if window not in f.left[who.company, window, 'share']:
                f.edge((who.company, window, 'share'), window, max(0, self.share[window] - share[who.company, window]))

    def room_at_all(self, now, holders):
        held = [place for _, place in holders]
        return any(start >= now + CUTOFF * MINUTE and held.count((window, start)) < capacity
                   and sum(1 for p in held if p[0] == window) < self.windows[window] for (window, start), capacity in self.slots.items())

    def admits(self, now, holders, ask, lead=CUTOFF):
        """holders: (who, (window, start), movable now); lead: minutes before the earliest slot that may be given."""
        if not self.room_at_all(now, [h[:2] for h in holders]) or sum(1 for h in holders if h[0].company == ask.company) >= self.day:
            return False
        movable = [who for who, _, may in holders if may]
        fixed = [(who, place) for who, place, may in holders if not may]
        f, share = self.flow(now, movable, fixed)
        assert f is not None, 'those who hold places do not fit'
        self.join(f, 'ask', ask, share)
        if f.send('ask'):
            return True
        return any(self.flow(now, movable, fixed, (ask, place))[0] is not None for place in self.locked(now, holders, ask, lead))

    def locked(self, now, holders, ask, lead):
        """Places too near for anyone to be moved to, but not for one who comes new."""
        for (window, start), capacity in self.slots.items():
            held = [who.company for who, place, _ in holders if place[0] == window]
            if (window in ask.windows and now + lead * MINUTE <= start <= now + LOCK * MINUTE
                    and sum(1 for _, place, _ in holders if place == (window, start)) < capacity
                    and (start <= now + LIFTED * MINUTE or held.count(ask.company) < self.share[window])):
                yield window, start
