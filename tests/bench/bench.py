"""What the daemon does on this machine beside PostgreSQL, Redis, nginx and the bare disk doing the same in the same run: one table, a
verdict per row, exit status 1 if a row misses its target. docs/performance.md says how each row is measured.

Usage: bench.py BUILD [--rounds N] [--seconds N] [--only NAME] [--keep]. Rounds are interleaved and their median is what counts: disks
stall and machines drift. Everything lies in BUILD/bench, on the disk the build is on, and is gone afterwards."""
import argparse, os, re, shutil, signal, sys
from rows import GROUPS, Plan, say
from servers import HERE, sh

PAGE = os.path.join(HERE, '../../docs/performance.md')
HEADS = ('work', 'gateslot', 'beside', 'result', 'target', 'verdict')


def table(rows):
    cells = [HEADS] + [(*r[:5], '' if r.ok is None else 'ok' if r.ok else 'MISSED') for r in rows]
    widths = [max(len(c[i]) for c in cells) for i in range(len(HEADS))]
    lines = ['| ' + ' | '.join(text.ljust(w) for text, w in zip(c, widths)) + ' |' for c in cells]
    lines.insert(1, '|' + '|'.join('-' * (w + 2) for w in widths) + '|')
    return '\n'.join(lines)


def machine(work):
    with open('/proc/cpuinfo') as f:
        model = re.search(r'model name\s*: (.*)', f.read())
    with open('/proc/meminfo') as f:
        memory = int(re.search(r'MemTotal:\s+(\d+)', f.read())[1]) / 1048576
    kind = sh('df', '--output=fstype', work).split()[-1]
    return f"{os.cpu_count()} cores ({model[1] if model else os.uname().machine}), {memory:.0f} GB, Linux {os.uname().release}, {kind}"


def keep(text):
    with open(PAGE, encoding='utf-8') as f:
        page = f.read()
    page, found = re.subn(r'(<!-- bench -->\n).*?(<!-- /bench -->)', lambda m: m[1] + text + '\n' + m[2], page, flags=re.S)
    if not found:
        raise SystemExit(f'{PAGE} lacks the marks the table goes between')
    with open(PAGE, 'w', encoding='utf-8') as f:
        f.write(page)


def arguments():
    def within(low, high):
        def take(text):
            if not low <= int(text) <= high:
                raise argparse.ArgumentTypeError(f'from {low} to {high}')
            return int(text)
        return take
    p = argparse.ArgumentParser(prog='./dev bench', epilog='NAME is (part of) one of: ' + ' '.join(GROUPS))
    p.add_argument('build', help=argparse.SUPPRESS)
    p.add_argument('--rounds', type=within(1, 99), default=5)
    p.add_argument('--seconds', type=within(1, 20), default=5, help='of each load')
    p.add_argument('--only', default='', metavar='NAME')
    p.add_argument('--keep', action='store_true', help='write the table into docs/performance.md')
    a = p.parse_args()
    a.groups = [name for name in GROUPS if a.only in name]
    if not a.groups or (a.keep and a.only):
        p.error(f'nothing is called {a.only}' if not a.groups else '--keep keeps the whole table')
    return a


def main():
    a = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = os.path.join(os.path.abspath(a.build), 'bench')
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work, mode=0o755)
    rows = []
    try:
        for name in a.groups:
            say(name)
            rows += GROUPS[name](Plan(a.build, work, a.rounds, a.seconds))
        about = machine(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        print(table(rows), flush=True)  # what was measured before a failure, too
    if a.keep:
        keep(f'{about}; medians of {a.rounds} interleaved rounds of {a.seconds} s.\n\n{table(rows)}')
    sys.exit(0 if all(r.ok in (True, None) for r in rows) else 1)


if __name__ == '__main__':
    main()
