"""gcc's static analyzer over every source of src. gcc 12 reads C well enough to find leaks, frees and null pointers on paths through one file; where
it is wrong, KNOWN says of what and why, and a line there that no longer says anything is a fault of its own.

Usage: analyze.py BUILD: every source of BUILD's compile_commands.json; exit 1 if anything was found."""
import json, os, re, shlex, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
# The macros of uthash make so many paths that the analyzer does not end.
NOT_READ = {'src/app/idempotency_keys.c'}
# (file, function, warning): why it is none.
KNOWN = {
    ('src/core/rules/displacement.c', 'shift', 'malloc-leak'): 'the prices hang on the candidate in a list, and are freed with the list',
    ('src/core/state/facts.c', 'copy_strikes', 'malloc-leak'): 'what is copied hangs on the facts: freed with them',
    ('src/core/state/overrides.c', 'gs_overrides_put', 'malloc-leak'): 'it hangs on the list, at the place that was just made for it',
    ('src/store/sqlite/file_end.c', 'new_store', 'malloc-leak'): 'the name is the store\'s: freed with it',
    ('src/store/sqlite/sqlite.c', 'gs_file_attach', 'malloc-leak'): 'it is the store\'s: freed when that is closed',
    ('src/store/postgres/pg_reach.c', 'gs_pg_reach', 'malloc-leak'): 'name and address are the store\'s: freed with it',
}
WARNING = re.compile(r'^(\S+?):(\d+):\d+: warning: (.*) \[-Wanalyzer-([a-z-]+)\]$')
FUNCTION = re.compile(r'^\S+: In function ‘(\w+)’:$')


def commands(build):
    with open(os.path.join(build, 'compile_commands.json')) as f:
        for entry in json.load(f):
            name = os.path.relpath(os.path.join(entry['directory'], entry['file']), ROOT)
            if name.startswith('src/') and name not in NOT_READ:
                yield name, entry


def analyze(name, entry):
    """The warnings about one source: (file, function, warning), the line and what gcc says, with the way that leads there."""
    flags = [a for a in shlex.split(entry['command']) if re.match(r'-(I|D|isystem|std=)', a)]
    p = subprocess.run(['gcc', *flags, '-O1', '-fanalyzer', '-c', '-o', '/dev/null', entry['file']], cwd=entry['directory'], capture_output=True,
                       text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
    if p.returncode != 0:
        sys.exit(f'{name}: gcc ended with {p.returncode}\n{p.stderr}')
    found, function = [], ''
    for line in p.stderr.splitlines():
        if (m := FUNCTION.match(line)) is not None:
            function = m[1]
        if (m := WARNING.match(line)) is not None:
            where = os.path.relpath(os.path.join(entry['directory'], m[1]), ROOT)
            found.append([(where, function, m[4]), m[2], line])
        elif found:
            found[-1][2] += '\n' + line
    return found


def main():
    sources = dict(commands(sys.argv[1]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [f for of_file in pool.map(analyze, sources, sources.values()) for f in of_file]
    fresh = [text for key, _, text in found if key not in KNOWN]
    idle = set(KNOWN) - {key for key, _, _ in found}
    for text in fresh:
        print(text)
    for key in sorted(idle):
        print('no longer said, take it out of KNOWN:', *key)
    print(f'{len(sources)} sources, {len(fresh)} warnings, {len(found) - len(fresh)} known to be none')
    sys.exit(1 if fresh or idle or not sources else 0)


if __name__ == '__main__':
    main()
