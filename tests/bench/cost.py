"""What one booking costs in instructions, by function, under callgrind: a figure that a busy machine does not blur. Each line counts a
function with all it calls; calls of one thread only add up.

Usage: cost.py BUILD [CONNECTIONS]"""
import os, re, shutil, sys
from loads import start_bookings, wrk_result
from servers import Daemon, sh

SECONDS, SHOWN = 10, 45


def count(build, work, connections):
    wrap = ['valgrind', '--tool=callgrind', '--fair-sched=yes', '--instr-atstart=no', f'--callgrind-out-file={work}/cost']
    with Daemon(build, f'{work}/daemon', wrap=wrap) as daemon:
        pid = str(daemon.process.pid)
        sh('callgrind_control', '--instr=on', pid)
        n, _ = wrk_result(start_bookings(daemon, connections, SECONDS).communicate()[0])
        sh('callgrind_control', '--instr=off', pid)
        daemon.stop()
    return n


def lines(work, inclusive):
    """Instructions and function; of one without a name, its library."""
    out = sh('callgrind_annotate', f'--inclusive={inclusive}', '--threshold=100', '--show-percs=no', f'{work}/cost')
    for line in out.splitlines():
        m = re.match(r'\s*([\d,]+)\s+(?:[^:\s]*:)?(\S+)(?:.*\[(?:\S*/)?(\S+)\])?', line)
        if m:
            yield int(m[1].replace(',', '')), m[2] if not m[2].startswith('0x') else f'{m[2].lstrip("0x")} of {m[3]}'


def main():
    build, connections = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 64
    work = f'{build}/bench'
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    try:
        n = count(build, work, connections)
        print(f'{n} bookings over {connections} connections; instructions a booking, with what is called | alone')
        print(f'{sum(ir for ir, name in lines(work, "no") if name != "PROGRAM") / n:12,.0f}             all threads')
        alone = {name: ir for ir, name in lines(work, 'no')}
        for ir, name in [line for line in lines(work, 'yes') if line[1] != 'PROGRAM'][:SHOWN]:
            print(f'{ir / n:12,.0f} {alone.get(name, 0) / n:10,.0f}  {name}')
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == '__main__':
    main()
