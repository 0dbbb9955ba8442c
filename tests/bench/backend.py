"""What it costs to be followed: the rush of tests/backend at the speed at which it comes, followed by nobody and by the example backend, by
feed and webhook, in interleaved rounds of one run; then what a thousand streams cost. A table with a verdict per row, exit status 1 if one misses its target. Whatever was booked twice or told twice, missing
or out of order ends the bench with what it was.

Usage: backend.py BUILD [--rounds N] [--seconds N]"""
import argparse, os, random, shutil, signal, statistics, sys
from bench import machine, table
from rows import Row, row, say
from servers import HERE, testsite
import streams
sys.path.append(os.path.join(HERE, '../backend'))
import mini  # noqa: E402
import rush  # noqa: E402


def one_rush(work, seed, seconds, followed):
    """The load, after it has been judged."""
    site, port, token, follower = mini.followed_site(start=rush.OPENS, quota=testsite.QUOTA, strikes=3, where=work)
    with site:
        load = rush.Rush(port, token, seed, seconds=seconds)
        if followed:
            follower.start()
        else:
            site.call('DELETE', '/v1/webhooks/mini')
        try:
            os.sync()
            load.run()
            wrong = load.complaints(site)
            if followed:
                truth = [e for e in site.events() if e['booking_id'] is not None]
                follower.catch_up(truth)
                wrong += mini.complaints('feed', mini.by_feed(follower.facts()), truth) + mini.complaints_of_webhooks(follower.facts(), truth)
        finally:
            follower.close()
    if wrong:
        raise SystemExit(f'seed {seed}: ' + '; '.join(wrong[:10]))
    return load


def measure_rush(work, rounds, seconds):
    alone, followed = [], []
    for r in range(rounds):
        seed = random.randrange(1 << 30)
        alone.append(one_rush(work, seed, seconds, False))
        followed.append(one_rush(work, seed, seconds, True))
        say(f'  {r + 1}: seed {seed}, p99 {alone[-1].p99():.2f} ms alone, {followed[-1].p99():.2f} ms followed; ' +
            ', '.join(f'{n} {what}' for what, n in followed[-1].counts().items()))
    a, b = (statistics.median(load.p99() for load in loads) for loads in (followed, alone))
    yield row(f'p99 of a booking, {len(followed[0].answers):,} in {seconds} s', f'followed {a:.2f} ms', f'alone {b:.2f} ms', a / b, '×', '≤', 1.5)
    yield Row('booked twice, told twice, missed, out of order', '0', '', '0', '= 0', True)  # else it has ended


def main():
    p = argparse.ArgumentParser(prog='./dev bench backend')
    p.add_argument('build', help=argparse.SUPPRESS)
    p.add_argument('--rounds', type=int, default=5)
    p.add_argument('--seconds', type=int, default=20, help='in which the rush comes')
    a = p.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    testsite.DAEMON = f'{a.build}/src/app/gateslotd'
    work = os.path.join(os.path.abspath(a.build), 'bench')
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    rows = []
    try:
        say('rush')
        rows += measure_rush(work, a.rounds, a.seconds)
        say('streams')
        rows += streams.measure(a.build, work, a.rounds)
        say(machine(work))
    finally:
        shutil.rmtree(work, ignore_errors=True)
        print(table(rows), flush=True)
    sys.exit(0 if all(r.ok in (True, None) for r in rows) else 1)


if __name__ == '__main__':
    main()
