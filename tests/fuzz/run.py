"""The fuzz targets one after the other, each so many seconds, led by what its inputs reach; then a table of executions and of the branches
reached in the sources that a target is for. BUILD SECONDS [NAME…]; with 0 seconds only what was found before is replayed. What is found
is kept below BUILD/corpus, an input that breaks a promise or the program below BUILD/found; then the status is 1."""
import json, os, re, subprocess, sys, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
HERE = os.path.join(ROOT, 'tests/fuzz')
# Whose branches each target is to reach: what reads foreign bytes (the last row adds these up over all targets), and what stands behind it.
READERS = {
    'conf': ['conf/yaml.c', 'conf/tree.c', 'conf/walk.c', 'conf/scalar.c', 'conf/address.c', 'conf/calendar_rules.c', 'conf/window_times.c'],
    'cookie': ['api/cookie.c'],
    'csv': ['base/csv.c'],
    'event': ['core/values/event_erase.c', 'core/values/event_filter.c', 'api/event_text.c'],
    'http': ['http/parser.c', 'http/head.c', 'http/syntax.c'],
    'journal': ['core/journal/journal_read.c', 'core/journal/journal_erase.c'],
    'json': ['base/json_read.c', 'api/json_fields.c', 'api/codec_booking.c', 'api/codec_truck.c', 'api/codec_admin.c', 'api/codec_people.c'],
    'outbound': ['base/outbound.c'],
    'proxy': ['http/proxy_header.c', 'http/forwarded.c', 'base/ip.c'],
    'query': ['api/params.c', 'api/negotiate.c'],
    'search': ['core/values/search.c'],
    'time': ['base/time.c', 'base/rfc3339.c'],
    'truck': ['domain'],
    'zone': ['base/tz.c', 'base/tz_file.c', 'base/tz_rule.c'],
}
BEHIND = {
    'conn': ['http/conn.c', 'http/conn_end.c', 'http/input.c', 'http/output.c', 'http/deadline.c', 'http/exchange.c', 'http/reply_bytes.c'],
    'model': ['core/flow', 'core/rules', 'core/state'],
    'routes': ['api/router.c', 'api/auth.c', 'api/write_bookings.c', 'api/read_bookings.c', 'api/capacity_calls.c', 'api/gate_calls.c'],
}
SOURCES = READERS | BEHIND


def fuzz(build, name, seconds):
    corpus, found = os.path.join(build, 'corpus', name), os.path.join(build, 'found')
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    env = dict(os.environ, LLVM_PROFILE_FILE=os.path.join(build, 'profile', f'{name}.profraw'))
    share = [f'-max_total_time={seconds}'] if seconds > 0 else ['-runs=0']
    began = time.monotonic()
    done = subprocess.run(['nice', os.path.join(build, 'tests/fuzz', f'libfuzz-{name}'), *share, '-timeout=20', '-max_len=8192', '-print_final_stats=1',
                           f'-dict={HERE}/dict/{name}.dict', f'-artifact_prefix={found}/{name}-', corpus, f'{HERE}/seeds/{name}'],
                          env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=build)
    text = done.stderr.decode('utf-8', 'replace')
    with open(os.path.join(build, f'{name}.log'), 'w', encoding='utf-8') as log:
        log.write(text)
    counted = re.search(r'stat::number_of_executed_units:\s*(\d+)', text)
    return int(counted.group(1)) if counted else 0, time.monotonic() - began, done.returncode, text


def branches(build, names, sources):
    """How many ways out of conditions there are in these sources, and how many were taken by any of these targets."""
    raw = [path for path in (os.path.join(build, 'profile', f'{name}.profraw') for name in names) if os.path.exists(path)]
    if not raw:
        return 0, 0
    data = os.path.join(build, 'profile', 'of-all.profdata' if len(raw) > 1 else f'{names[0]}.profdata')
    subprocess.run(['llvm-profdata-14', 'merge', '-o', data, *raw], check=True)
    programs = [os.path.join(build, 'tests/fuzz', f'libfuzz-{name}') for name in names]
    objects = [word for program in programs[1:] for word in ('-object', program)]
    out = subprocess.run(['llvm-cov-14', 'export', '-summary-only', f'-instr-profile={data}', programs[0], *objects], check=True, stdout=subprocess.PIPE).stdout
    chosen = [file['summary']['branches'] for file in json.loads(out)['data'][0]['files']
              if any(re.search(rf'/src/{re.escape(source)}(/|$)', file['filename']) for source in sources)]
    return sum(b['count'] for b in chosen), sum(b['covered'] for b in chosen)


def row(name, took, runs, reached, sources):
    count, covered = reached
    share = f'{100 * covered / count:.1f} %' if count else '–'
    speed = f'{runs / took:.0f}' if took else ''
    print(f'{name:8} {took:8.0f} {runs:11} {speed:>9} {f"{covered}/{count}":>12} {share:>8}  {sources}', flush=True)


def main():
    build, seconds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    names = sys.argv[3:] or sorted(SOURCES)
    failed, executed, lasted = [], 0, 0
    print(f'{"target":8} {"seconds":>8} {"executions":>11} {"a second":>9} {"branches":>12} {"reached":>8}  sources')
    for name in names:
        runs, took, status, text = fuzz(build, name, seconds)
        executed, lasted = executed + runs, lasted + took
        row(name, took, runs, branches(build, [name], SOURCES[name]), ' '.join(SOURCES[name]))
        if status != 0:
            failed.append(name)
            print('\n'.join(line for line in text.splitlines() if not re.match(r'#\d+\s', line)))
    readers = [source for name in names if name in READERS for source in READERS[name]]
    if readers:
        row('all', lasted, executed, branches(build, names, readers), 'what reads foreign bytes, by any target')
    if failed:
        print(f'broken: {", ".join(failed)} (inputs in {os.path.join(build, "found")})')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
