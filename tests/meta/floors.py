"""Who calls whom, read from the object files: which source defines a symbol and which needs it. Two things must never be: two files of one
library that call each other in a circle, and a call upwards, from a layer to one above it or from a floor of the core to one above it.

Usage: floors.py BUILD: the floors of a build directory, with their files and calls."""
import collections, os, re, subprocess, sys

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..', 'src'))
# From below to above; what each may call besides itself.
LAYERS = {'base': set(), 'domain': {'base'}, 'core': {'base', 'domain'}, 'tls': {'base'}, 'conf': {'base', 'tls'}, 'store': {'base', 'domain', 'core'}, 'hooks': {'base', 'domain', 'core'}, 'http': {'base', 'tls'}, 'web': set(),
          'api': {'base', 'domain', 'core', 'http', 'web'}, 'app': {'base', 'domain', 'core', 'tls', 'conf', 'store', 'hooks', 'http', 'web', 'api'}, 'cli': {'base', 'tls'}}
FLOORS = {'values': set(), 'solve': set(), 'state': {'values', 'solve'}, 'rules': {'values', 'solve', 'state'},
          'flow': {'values', 'solve', 'state', 'rules'}, 'views': {'values', 'solve', 'state', 'rules'},
          'journal': {'values', 'solve', 'state', 'rules', 'flow', 'views'}}
OPTIONAL = ('store/postgres/',)  # not built where what they need is not installed
MAINS = {'app': 'gateslotd', 'cli': 'gateslot'}  # sources of programs: not in their layer's library


class Object:
    """A source as compiled: its layer, its floor ('' but for the core), its name, the symbols it defines and those it needs."""

    def __init__(self, layer, name):
        self.layer, self.name = layer, name
        self.floor = name.split('/')[0] if layer == 'core' and '/' in name else ''
        self.defined, self.needed = set(), set()

    def __str__(self):
        return f'{self.layer}/{self.name}'

    def house(self):
        return f'{self.layer}/{self.floor}' if self.floor else self.layer

    def may_call(self, other):
        if self.layer != other.layer:
            return other.layer in LAYERS[self.layer]
        return self.floor == other.floor or other.floor in FLOORS[self.floor]


def source_names(layer):
    """The name of an object of that layer, as the build makes it of its source's path → that path."""
    top = os.path.join(SOURCE, layer)
    paths = [os.path.relpath(os.path.join(path, n), top) for path, _, names in os.walk(top) for n in names if n.endswith('.c')]
    return {p.replace('/', '_') + '.o': p for p in paths}


def parse(text, layer, names):
    """What nm says of an archive, or of one object, member by member."""
    found = {}
    member = ''
    for line in text.splitlines():
        if line.endswith('.o:'):
            member = line[:-1].split('/')[-1]
            continue
        match = re.match(r'[0-9a-f ]{16} ([A-Za-z]) (\S+)', line)
        if match:
            name = names.get(member, member.replace('meson-generated_.._', '')[:-2])
            o = found.setdefault(member, Object(layer, name))
            (o.needed if match[1] == 'U' else o.defined if match[1] in 'TDRBVW' else set()).add(match[2])
    return list(found.values())


def nm(*paths):
    return subprocess.run(['nm', '-g', *paths], capture_output=True, text=True, check=True).stdout


def read(build):
    objects = []
    for layer in LAYERS:
        names = source_names(layer)
        objects += parse(nm(f'{build}/src/{layer}/libgateslot-{layer}.a'), layer, names)
        if layer in MAINS:
            path = f'{build}/src/{layer}/{MAINS[layer]}.p/{MAINS[layer]}.c.o'
            objects += parse(f'{os.path.basename(path)}:\n{nm(path)}', layer, names)
    return objects


def calls(objects):
    """(caller, callee, symbol) for each symbol that a source needs of another source of ours."""
    owner = {symbol: o for o in objects for symbol in o.defined}
    return sorted(((o, owner[s], s) for o in objects for s in o.needed if s in owner and owner[s] is not o), key=lambda c: (str(c[0]), str(c[1]), c[2]))


def upwards(every):
    return [f'{a} calls {s} of {b}' for a, b, s in every if not a.may_call(b)]


def circles(every):
    """For each set of files of one library that reach each other one circle, the shortest, with the calls that close it."""
    after = collections.defaultdict(dict)
    for a, b, s in every:
        if a.layer == b.layer:
            after[a].setdefault(b, s)
    found, seen = [], set()
    for start in sorted(after, key=str):
        if start in seen:
            continue
        came, queue = {}, [start]
        for at in queue:
            for to in after[at]:
                if to not in came:
                    came[to] = at
                    queue.append(to)
        if start in came:
            path = [start]
            while came[path[-1]] is not start:
                path.append(came[path[-1]])
            path = [start] + path[:0:-1] + [start] if len(path) > 1 else [start, start]
            seen |= {o for o in came if reaches(after, o, start)}
            found.append(' → '.join([str(start)] + [f'{b} ({after[a][b]})' for a, b in zip(path, path[1:])]))
    return found


def reaches(after, start, goal):
    seen, queue = {start}, [start]
    for at in queue:
        for to in after[at]:
            if to is goal:
                return True
            if to not in seen:
                seen.add(to)
                queue.append(to)
    return False


def table(objects, every):
    """One line per floor or layer: its files, the calls between them, the calls to what is below."""
    houses = [l for layer in LAYERS for l in ([f'core/{f}' for f in FLOORS] if layer == 'core' else [layer])]
    lines = []
    for house in houses:
        files = sum(1 for o in objects if o.house() == house)
        own = sum(1 for a, b, _ in every if a.house() == b.house() == house)
        down = sum(1 for a, b, _ in every if a.house() == house != b.house())
        lines.append(f'{house:<13} {files:>3} files {own:>4} calls inside {down:>4} down')
    return lines + [f'{len(circles(every))} circles, {len(upwards(every))} calls upwards']


if __name__ == '__main__':
    everything = read(sys.argv[1])
    print('\n'.join(table(everything, calls(everything)) + circles(calls(everything)) + upwards(calls(everything))))
