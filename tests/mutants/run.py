"""Would the tests notice? Random mutants of one line each, built in a copy of the tree, one after the other; the tests that are likely to
notice run first, the quickest of them before the others, until one fails. A mutant that lives is listed with its place and its change. What
cannot be observed stands in equivalents.txt with the reason, and is no survivor; what compiles to the same machine code neither.

Usage: run.py SOURCE WORK [N] [--seed S] [--layer L]… [--quick] [--survivors] [--sanitize]. WORK is where the copy is and stays.
    N            how many, dealt evenly to the layers (default 250)
    --seed S     which; the same of the same sources under the same seed
    --layer L    of this layer only (core, store, http, app, base); may be repeated
    --quick      only by the layer's own tests: what lives may still be killed by the others
    --survivors  those that lived in the last run, again
    --sanitize   with the address and undefined behaviour sanitizers: then lines that only give memory back are broken, too
Fails if less than 95 % of a layer's mutants are killed."""
import argparse, collections, glob, json, os, random, re, signal, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../planted')]
import lines  # noqa: E402
from copied import Tree, must  # noqa: E402

WANTED_PERCENT = 95
# Folders of the source by layer, and the tests that may notice: by the beginning of their names, groups in order.
LAYERS = {'core': (('core',), ('core-', 'store-book|api-unit-', 'sim', 'api-', 'fire-')),
          'store': (('store',), ('store-', 'fault', 'api-', 'fire-')),
          'http': (('http', 'api'), ('http-|api-unit-', 'sim', 'api-|cli-client', 'fire-')),
          'app': (('app',), ('app-', 'sim', 'api-', 'fire-')),
          'base': (('base', 'domain'), ('base-|domain-', 'core-|conf-|http-|api-unit-|cli-|store-', 'sim', 'api-', 'fire-'))}


class Test:
    def __init__(self, told, targets):
        self.name, self.argv, self.env, self.cwd = told['name'], told['cmd'], told['env'], told['workdir']
        self.targets = [f for t in told['depends'] for f in targets.get(t, ())]
        self.seconds = None

    def fails(self, tree):
        """None: passed; else what it says. Twenty times as long as it should take is a hang."""
        limit = 600 if self.seconds is None else 20 + 20 * self.seconds
        return tree.test(self.argv, limit, {'UBSAN_OPTIONS': 'halt_on_error=1', **self.env}, self.cwd)


def tests_of(tree, layers, quick):
    """The tests that may notice mutants of these layers, or the layers' own, with the seconds each takes on the sound tree; a test that fails on it ends the run."""
    def told(what):
        return json.loads(must(['meson', 'introspect', what, tree.build]))
    targets = {t['id']: [os.path.relpath(f, tree.build) for f in t['filename']] for t in told('--targets')}
    tests = [Test(t, targets) for t in told('--tests') if any(re.match('|'.join(LAYERS[l][1][:1 if quick else None]), t['name']) for l in layers)]
    kept = f'{tree.build}/mutants.json'
    known = {}
    if os.path.exists(kept) and not tree.changed:
        with open(kept, encoding='utf-8') as f:
            known = json.load(f)
    for test in tests:
        test.seconds = known.get(test.name)
        if test.seconds is None:
            begin = time.monotonic()
            why = test.fails(tree)
            if why is not None:
                raise SystemExit(f'fails without any mutant: {test.name}: {why}')
            known[test.name] = test.seconds = time.monotonic() - begin
    with open(kept, 'w', encoding='utf-8') as f:
        json.dump(known, f)
    return tests


def in_order(tests, layer, mutant):
    """Those named like the file first, then by group and duration."""
    stem, groups = os.path.basename(mutant.file)[:-2], LAYERS[layer][1]
    def rank(test):
        group = next((i for i, g in enumerate(groups) if re.match(g, test.name)), None)
        return group, stem.split('_')[0] not in test.name.replace('-', '_'), test.seconds
    able = [t for t in tests if rank(t)[0] is not None]
    return sorted(able, key=rank)


def equivalents():
    """{(function, line, its change): why nothing can be observed}"""
    with open(f'{HERE}/equivalents.txt', encoding='utf-8') as f:
        found = re.findall(r'^(\w+)\n  - (.+)\n  \+ (.*)\n  (\S.*)$', f.read(), flags=re.M)
    return {(function, before, after): why for function, before, after, why in found}


def sources(source, layer):
    return sorted(os.path.relpath(f, source) for folder in LAYERS[layer][0] for f in glob.glob(f'{source}/src/{folder}/**/*.c', recursive=True))


def pick(source, layer, count, rng, releases):
    """A line at random, then one of its kinds of mutants, then one of that kind."""
    by_line = collections.defaultdict(lambda: collections.defaultdict(list))
    for name in sources(source, layer):
        with open(f'{source}/{name}', encoding='utf-8') as f:
            for m in lines.of_file(name, f.read(), releases):
                by_line[m.file, m.line][m.kind].append(m)
    chosen = rng.sample(sorted(by_line), min(count, len(by_line)))
    return [rng.choice(by_line[at][rng.choice(sorted(by_line[at]))]) for at in chosen]


class Objects:
    """The object file of each source, to see that a mutant compiles to the same."""

    def __init__(self, tree):
        self.tree = tree
        with open(f'{tree.build}/compile_commands.json', encoding='utf-8') as f:
            self.of = {os.path.normpath(os.path.join(c['directory'], c['file'])): c['output'] for c in json.load(f)}

    def name(self, file):
        return self.of[f'{self.tree.source}/{file}']

    def code(self, file):
        bare = f'{self.tree.build}/mutant.o'
        must(['objcopy', '--strip-debug', f'{self.tree.build}/{self.name(file)}', bare])
        with open(bare, 'rb') as f:
            return f.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def judge(tree, objects, tests, m):
    """('killed', by whom and how), ('lives', ''), ('no build', '') or ('same code', '')."""
    path = f'{tree.source}/{m.file}'
    with open(path, encoding='utf-8') as f:
        sound = f.read()
    rows = sound.split('\n')
    assert rows[m.line - 1] == m.before
    tree.make([objects.name(m.file)])
    code = objects.code(m.file)
    rows[m.line - 1] = m.after
    write(path, '\n'.join(rows))
    try:
        if tree.ninja(objects.name(m.file)).returncode:
            return 'no build', ''
        if objects.code(m.file) == code:
            return 'same code', ''
        for test in tests:
            if tree.ninja(*test.targets).returncode:
                return 'no build', ''
            why = test.fails(tree)
            if why is not None:
                return 'killed', f'{test.name}: {why}'
        return 'lives', ''
    finally:
        write(path, sound)


def again(source, kept):
    """The survivors of the last run, wherever their lines are now; those whose line is no more are left out."""
    with open(kept, encoding='utf-8') as f:
        before = {(layer, m['function'], m['before'].strip(), m['after'].strip()) for layer, m in json.load(f)}
    chosen = collections.defaultdict(list)
    for layer in LAYERS:
        for name in sources(source, layer):
            with open(f'{source}/{name}', encoding='utf-8') as f:
                chosen[layer] += [m for m in lines.of_file(name, f.read(), True) if (layer, m.function, m.before.strip(), m.after.strip()) in before]
    return chosen


def told(m):
    return f'{m.file}:{m.line} {m.function}: {m.kind}\n  - {m.before.strip()}\n  + {m.after.strip()}'


def run_layer(tree, objects, tests, layer, chosen):
    """{verdict: mutants}"""
    known, found = equivalents(), collections.defaultdict(list)
    for i, m in enumerate(chosen):
        begin = time.monotonic()
        if (m.function, m.before.strip(), m.after.strip()) in known:
            verdict, by = 'equivalent', ''
        else:
            verdict, by = judge(tree, objects, in_order(tests, layer, m), m)
        found[verdict].append(m)
        print(f'{layer} {i + 1}/{len(chosen)} {verdict} ({time.monotonic() - begin:.0f} s) {by}\n{told(m)}', flush=True)
    return found


def summary(results, seed):
    row = '{:<6} {:>5} {:>7} {:>9} {:>11} {:>10} {:>9} {:>8}'.format
    print('\n' + row('LAYER', 'N', 'killed', 'survived', 'equivalent', 'same code', 'no build', 'killed %'))
    enough = True
    for layer, found in results.items():
        killed, lives = len(found['killed']), len(found['lives'])
        percent = 100 * killed / (killed + lives) if killed + lives else 100
        enough &= percent >= WANTED_PERCENT
        print(row(layer, sum(map(len, found.values())), killed, lives, len(found['equivalent']), len(found['same code']), len(found['no build']), f'{percent:.1f}'))
    for layer, found in results.items():
        for m in found['lives']:
            print(f'\nsurvivor, {layer}: {told(m)}')
    print(f'\nseed {seed}')
    return enough


def main():
    p = argparse.ArgumentParser()
    p.add_argument('source')
    p.add_argument('work')
    p.add_argument('n', nargs='?', type=int, default=250)
    p.add_argument('--seed', type=int, default=None)
    p.add_argument('--layer', action='append', choices=list(LAYERS))
    p.add_argument('--quick', action='store_true')
    p.add_argument('--survivors', action='store_true')
    p.add_argument('--sanitize', action='store_true')
    o = p.parse_args()
    source, layers = os.path.abspath(o.source), o.layer or list(LAYERS)
    seed = o.seed if o.seed is not None else int.from_bytes(os.urandom(4), 'big')
    print(f'seed {seed}', flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the mutant at hand is taken back
    tree = Tree(source, os.path.abspath(o.work) + ('-sanitized' if o.sanitize else ''), ['-Db_sanitize=address,undefined', '-Db_lundef=false'] if o.sanitize else [])
    kept = os.path.join(o.work, 'survivors.json')
    tree.make(['all'])
    tests, objects = tests_of(tree, layers, o.quick), Objects(tree)
    chosen = again(tree.source, kept) if o.survivors else {l: pick(tree.source, l, o.n // len(layers), random.Random(f'{seed} {l}'), o.sanitize) for l in layers}
    results = {layer: run_layer(tree, objects, tests, layer, chosen[layer]) for layer in layers}
    with open(kept, 'w', encoding='utf-8') as f:
        json.dump([(layer, m._asdict()) for layer, found in results.items() for m in found['lives']], f, ensure_ascii=False, indent=1)
    return 0 if summary(results, seed) else 1


if __name__ == '__main__':
    sys.exit(main())
