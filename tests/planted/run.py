"""Planted faults: does a test notice when a promise is broken? Each *.patch beside this file breaks one; it is applied to a copy of the
tree, what its tests need is built, and they are run until one fails. A fault that nobody notices fails the run, and so does a test that
fails on the tree as it is: a catch by that one would mean nothing.

Usage: run.py SOURCE WORK [NAME…]. WORK is where the copy is and stays, for the next run. The head of a patch, before its diff:
    Promise: what holds, and no longer does with the patch
    Test:    a command, with {build} and {source}; may be repeated, the quickest first: the first that fails has caught it"""
import glob, os, re, sys, time
from copied import Tree, must

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_S = 300
FUZZ = '-F1'  # so much of a patch's context may have changed since, at its outer ends: with more, a line that is added finds a wrong place


class Fault:
    def __init__(self, path):
        self.name = os.path.basename(path)[:-len('.patch')]
        with open(path, encoding='utf-8') as f:
            self.text = f.read()
        head = self.text.split('\n--- ', 1)[0] + '\n'
        self.promise = ' '.join(re.findall(r'^Promise: (.+)$', head, flags=re.M))
        self.tests = re.findall(r'^Test: (.+)$', head, flags=re.M)
        if not (self.promise and self.tests):
            raise SystemExit(f'{path}: a patch names the promise and its tests')

    def targets(self):
        """What to build: the tests' own programs; the daemon and its client for those in Python or node, which find them by GATESLOT_BUILD."""
        targets = set(re.findall(r'\{build\}/(\S+)', ' '.join(self.tests)))
        return targets | ({'src/app/gateslotd', 'src/cli/gateslot'} if any('python3 ' in t or 'node ' in t for t in self.tests) else set())


def faults(names=()):
    every = [Fault(p) for p in sorted(glob.glob(f'{HERE}/*.patch'))]
    unknown = set(names) - {f.name for f in every}
    if unknown:
        raise SystemExit(f'no such fault: {", ".join(sorted(unknown))}')
    return [f for f in every if not names or f.name in names]


def apply(fault, tree, *flags):
    must(['patch', '-p1', '-s', '-f', FUZZ, '--no-backup-if-mismatch', *flags, '-d', tree], input=fault.text)


def said(tree, command):
    """None: passed; else what the test says about its failure."""
    return tree.test(['sh', '-c', command.format(build=tree.build, source=tree.source)], TIMEOUT_S)


def short(command):
    """tests/core/test_core_due → test_core_due"""
    return next(re.sub(r'\.py$', '', os.path.basename(w)) for w in command.split() if '/' in w)


def sound(tree, chosen):
    """The tests named pass on the tree as it is."""
    tree.make({t for f in chosen for t in f.targets()})
    begin, commands = time.monotonic(), list(dict.fromkeys(c for f in chosen for c in f.tests))
    failing = {c: why for c in commands if (why := said(tree, c)) is not None}
    for command, why in failing.items():
        print(f'fails without any fault: {command}: {why}')
    if not failing:
        print(f'{len(commands)} tests pass without a fault ({time.monotonic() - begin:.0f} s)', flush=True)
    return not failing


def plant(tree, fault):
    """(the test that caught it, what it said), and the seconds it took all tests up to it; None: nobody did."""
    apply(fault, tree.source)
    try:
        tree.make(fault.targets())
        begin = time.monotonic()
        caught = next(((c, why) for c in fault.tests if (why := said(tree, c)) is not None), None)
        return caught, time.monotonic() - begin
    finally:
        apply(fault, tree.source, '-R')


def main():
    source, work, *names = sys.argv[1:]
    begin, chosen = time.monotonic(), faults(names)
    tree = Tree(os.path.abspath(source), os.path.abspath(work))
    if not sound(tree, chosen):
        return 1
    row = '{:<30}  {:<68}  {:>5}  {}'.format
    print(row('FAULT', 'BROKEN PROMISE', 's', 'CAUGHT BY'))
    caught_count = 0
    for fault in chosen:
        caught, seconds = plant(tree, fault)
        caught_count += caught is not None
        print(row(fault.name, fault.promise, f'{seconds:.1f}', f'{short(caught[0])}: {caught[1]}' if caught else 'NOBODY'), flush=True)
    print(f'{caught_count} of {len(chosen)} planted faults caught ({time.monotonic() - begin:.0f} s with building)')
    return 0 if caught_count == len(chosen) else 1


if __name__ == '__main__':
    sys.exit(main())
