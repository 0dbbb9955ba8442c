"""The rules of the house that can be measured: includes by layer, the core's undefined symbols, lengths, options in sample
and manual, words that must not be there."""
import json, os, re, shutil, subprocess, sys, tempfile, unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
sys.path.insert(0, os.path.join(ROOT, 'tests/api'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import floors  # noqa: E402
import tap  # noqa: E402
from chinese import Chinese  # noqa: E402, F401
from names import Names  # noqa: E402, F401

BUILD = os.environ['GATESLOT_BUILD']
UNITS = ('gateslotd.service', 'gateslotd@.service', 'gateslot-backup.service', 'gateslot-backup@.service')
LAYERS = {layer: below | {layer} for layer, below in floors.LAYERS.items()}
LIBRARIES = {'sqlite3.h': {'store'}, 'libpq-fe.h': {'store'}, 'yaml.h': {'conf'}, 'jansson.h': {'api', 'cli'}, 'event2/': {'http', 'api', 'app'}, 'curl/': {'hooks', 'cli'}, 'crypt.h': {'app'},
             'libsmartcols': {'cli'}, 'qrencode.h': {'api', 'cli'}, 'openssl/': {'base', 'tls', 'hooks', 'http', 'api', 'app', 'cli'}, 'systemd/': {'app'}, 'pthread.h': {'base', 'store', 'hooks', 'app'}}
MAY_CALL = re.compile(r'^(gs_\w+|mem\w+|str\w+|__\w+_chk|__stack_chk_fail|malloc|calloc|realloc|free|qsort|bsearch|abort|__assert_fail'
                      r'|snprintf|vsnprintf|_GLOBAL_OFFSET_TABLE_|__asan\w*|__ubsan\w*|__gcov\w*|__errno_location)$')

DECLARATION = re.compile(r'\s+(?!return\b|goto\b|else\b)(?:(?:static|const|struct|enum|union|unsigned|extern)\s+)*[A-Za-z_]\w*\s+\**(?:const\s+)?\**[A-Za-z_]\w*(?:\[[^\]]*\])*\s*(?:=|;|,)')


def files(*suffixes, under=('src', 'include')):
    for top in under:
        for path, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(path, name), ROOT)


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as f:
        return f.read()


def layer(name):
    parts = name.split('/')
    return parts[2] if parts[0] == 'include' else parts[1]


class House(unittest.TestCase):
    def test_a_lower_layer_never_includes_a_higher_one(self):
        bad = [(n, i) for n in files('.c', '.h') for i in re.findall(r'#include "gateslot/(\w+)/', read(n)) if i not in LAYERS[layer(n)]]
        self.assertEqual(bad, [])

    def test_each_library_is_included_only_by_its_layer(self):
        bad = []
        for n in files('.c', '.h'):
            for include in re.findall(r'#include <([^>]+)>', read(n)):
                for library, layers in LIBRARIES.items():
                    if include.startswith(library) and layer(n) not in layers:
                        bad.append((n, include))
        self.assertEqual(bad, [])
        self.assertEqual(len([n for n in files('.c', '.h') if '#include <yaml.h>' in read(n)]), 1)
        for library, folder in (('sqlite3.h', 'src/store/sqlite/'), ('libpq-fe.h', 'src/store/postgres/')):
            self.assertEqual([n for n in files('.c', '.h') if f'#include <{library}>' in read(n) and not n.startswith(folder)], [])

    def test_files_of_the_core_include_only_what_is_below_their_floor(self):
        bad = []
        for n in files('.c', '.h'):
            if n.startswith('src/core/'):
                floor = n.split('/')[2]
                bad += [(n, i) for i in re.findall(r'#include "(\w+)/', read(n)) if i != 'gateslot' and i not in floors.FLOORS[floor] | {floor}]
        self.assertEqual(bad, [])

    def test_calls_go_down_and_in_no_circle(self):
        objects = floors.read(BUILD)
        unbuilt = tuple(folder for folder in floors.OPTIONAL if not any(str(o).startswith(folder) for o in objects))
        self.assertEqual({str(o) for o in objects if str(o) not in ('api/openapi.c', 'web/web_files.c')},
                         {n[len('src/'):] for n in files('.c', under=('src',)) if not n[len('src/'):].startswith(unbuilt)}, 'every source is in the library of its layer')
        every = floors.calls(objects)
        for line in floors.table(objects, every):
            print('# floors:', line, flush=True)
        self.assertEqual(floors.upwards(every), [])
        self.assertEqual(floors.circles(every), [])

    def test_a_call_upwards_and_a_circle_are_caught_and_named(self):
        """An object compiled with one call too many, put on a floor of the core beside the real ones."""
        objects = floors.read(BUILD)
        for floor, callee, caught in (('state', 'gs_apply', 'core/state/planted.c calls gs_apply of core/flow/apply.c'),
                                      ('views', 'gs_book_reload', 'core/views/planted.c calls gs_book_reload of core/flow/reload.c'),
                                      ('rules', 'gs_journal_apply', 'core/rules/planted.c calls gs_journal_apply of core/journal/journal.c'),
                                      ('solve', 'gs_store_open', 'core/solve/planted.c calls gs_store_open of store/open.c')):
            planted = self.compiled(floor, callee)
            self.assertEqual(floors.upwards(floors.calls(objects + [planted])), [caught])
        a, b, symbol = next(c for c in floors.calls(objects) if c[0].floor == c[1].floor == 'rules')
        back = min(a.defined)
        b.needed.add(back)
        circles = floors.circles(floors.calls(objects))
        self.assertEqual(len(circles), 1)
        self.assertIn(f'{b} ({symbol})', circles[0])
        self.assertIn(f'{a} ({back})', circles[0])

    def compiled(self, floor, callee):
        with tempfile.TemporaryDirectory() as d:
            with open(f'{d}/planted.c', 'w') as f:
                f.write(f'void {callee}(void);\nvoid planted(void);\nvoid planted(void)\n{{\n    {callee}();\n}}\n')
            subprocess.run(['cc', '-c', '-o', f'{d}/planted.c.o', f'{d}/planted.c'], check=True)
            return floors.parse('planted.c.o:\n' + floors.nm(f'{d}/planted.c.o'), 'core', {'planted.c.o': f'{floor}/planted.c'})[0]

    def test_the_core_calls_nothing_but_memory_and_text(self):
        for library in ('src/core/libgateslot-core.a', 'src/domain/libgateslot-domain.a'):
            out = subprocess.run(['nm', os.path.join(BUILD, library)], capture_output=True, text=True, check=True).stdout
            rows = [l.split()[-2:] for l in out.splitlines() if len(l.split()) >= 2]
            defined = {name for kind, name in rows if kind in 'TDRB'}
            wanted = {name for kind, name in rows if kind == 'U'} - defined
            self.assertEqual({s for s in wanted if not MAY_CALL.match(s)}, set(), library)
            mutable = {name for kind, name in rows if kind in 'bB'}
            self.assertEqual({n for n in mutable if not n.startswith('__')}, set(), 'mutable state in ' + library)

    def test_the_core_has_no_float(self):
        bad = [n for n in files('.c', '.h') if layer(n) == 'core' and re.search(r'\b(float|double)\b', re.sub(r'/\*.*?\*/', '', read(n), flags=re.S))]
        self.assertEqual(bad, [])

    def test_files_end_before_800_lines(self):
        self.assertEqual([(n, c) for n in files('.c', '.h') if (c := read(n).count('\n')) > 800], [])

    def test_functions_end_before_70_lines(self):
        names = [n for n in files('.c')]
        out = subprocess.run(['ctags', '-f', '-', '--c-kinds=f', '--fields=+ne', *names], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        long = []
        for line in out.splitlines():
            begin, end = re.search(r'line:(\d+)', line), re.search(r'end:(\d+)', line)
            if begin and end and int(end[1]) - int(begin[1]) + 1 > 70:
                long.append((line.split('\t')[1], line.split('\t')[0], int(end[1]) - int(begin[1]) + 1))
        self.assertEqual(long, [])

    def test_declarations_are_not_set_apart_by_a_blank_line(self):
        """One dialect: a variable is declared where it is first used, and what uses it follows at once."""
        bad = []
        for n in files('.c', '.h', under=('src', 'include', 'tests')):
            lines = read(n).split('\n')
            for i, line in enumerate(lines):
                if line == '{' or re.match(r'\s+(if|for|while|switch|do|\} else)\b.*\{$', line):
                    j = i + 1
                    while j < len(lines) and DECLARATION.match(lines[j]):
                        while not lines[j].split('/*')[0].rstrip().endswith(';'):
                            j += 1
                        j += 1
                    if j > i + 1 and lines[j] == '':
                        bad.append(f'{n}:{j + 1}')
        self.assertEqual(bad, [])

    def test_every_source_opens_with_what_it_answers_for(self):
        self.assertEqual([n for n in files('.c') if not read(n).startswith('/*')], [])

    def test_every_c_test_says_what_it_found_in_the_way_that_is_read(self):
        # Else nothing of it is read, and it counts as skipped: it could not fail.
        tests = subprocess.run(['git', 'grep', '-l', 'cmocka_run_group_tests', '--', 'tests/*.c'], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
        silent = [name for name in tests if 'CM_OUTPUT_TAP' not in read(name)]
        self.assertEqual(silent, [])

    def test_nothing_is_left_undone_in_words(self):
        bad = [n for n in files('.c', '.h', '.yaml', '.in', under=('src', 'include', 'conf', 'systemd'))
               if re.search(r'\b(TODO|FIXME|XXX|HACK)\b', read(n))]
        self.assertEqual(bad, [])

    def test_no_merge_is_left_unfinished(self):
        marked = []
        for name in ('dev', 'README.md', 'meson.build', '.ci/run', *files('', under=('src', 'include', 'conf', 'systemd', 'docs', 'tests'))):
            with open(os.path.join(ROOT, name), encoding='utf-8', errors='replace') as f:
                if any(line.startswith(('<' * 7, '>' * 7)) for line in f):
                    marked.append(name)
        self.assertEqual(marked, [])

    def test_every_option_is_in_sample_and_manual(self):
        table = re.findall(r'\{\s*(?:\.key = )?"([a-z_.*\[\]]+)",\s*(?:\.type = )?GS_OPTION_', ''.join(read(n) for n in files('.c') if layer(n) == 'conf'))
        self.assertGreater(len(table), 30)
        sample, manual = read('conf/gateslotd.yaml'), read('docs/man/gateslotd.yaml.5')
        for key in table:
            last = key.replace('[]', '').split('.')[-1]
            if last not in ('*', ''):
                self.assertRegex(sample, rf'\b{last}\b', key)
                self.assertRegex(manual, rf'\b{last}\b', key)

    def test_every_limit_is_used(self):
        text = ''.join(read(n) for n in files('.c', '.h') if not n.endswith('limits.h'))
        limits = read('include/gateslot/base/limits.h')
        unused = [n for n in re.findall(r'#define (GS_\w+) ', limits)
                  if not re.search(rf'\b{n}\b', text) and len(re.findall(rf'\b{n}\b', limits)) < 2]
        self.assertEqual(unused, [])

    def test_every_bound_stands_in_limits(self):
        """GS_…_MAX, GS_MAX_… and the like elsewhere are only sizes of arrays that hold what limits.h bounds."""
        sizes = {'GS_PARTS_MAX', 'GS_PARAMS_MAX', 'GS_SHOWN_MAX', 'GS_POINTER_MAX', 'GS_FAULT_TEXT_MAX', 'GS_RULE_SECTION_MAX',
                 'GS_WINDOWS_TEXT_MAX', 'GS_STORE_MESSAGE_MAX', 'GS_SEARCH_SWAPS_MAX', 'GS_SEARCH_GRAMS_MAX', 'GS_SEARCH_WAYS_MAX'}
        found = [(n, d) for n in files('.c', '.h') if layer(n) != 'cli' and not n.endswith('base/limits.h')
                 for d in re.findall(r'#define (GS_(?:\w+_MAX|MAX_\w+|STORE_\w+|\w+_ROWS|\w+_DEADLINE_MS))\b', read(n))
                 if not re.search(rf'#define {d}\(', read(n))]
        self.assertEqual([f for f in found if f[1] not in sizes and not f[1].endswith('_H')], [])
        self.assertEqual(sizes - {d for _, d in found}, set())

    def test_the_files_chapter_is_true(self):
        sys.path.insert(0, os.path.join(ROOT, 'docs'))
        import files as chapter
        self.assertEqual(read('docs/FILES.md'), chapter.chapter(), 'run python3 docs/files.py')
        self.assertEqual((set(chapter.LAYERS), list(chapter.FLOORS)), (set(floors.LAYERS), list(floors.FLOORS)))

    def test_every_planted_fault_still_applies(self):
        sys.path.insert(0, os.path.join(ROOT, 'tests/planted'))
        import run as planted
        every = planted.faults()
        self.assertGreaterEqual(len(every), 20)
        for fault in every:
            with self.subTest(fault.name):
                planted.apply(fault, ROOT, '--dry-run')

    def test_manual_pages_are_clean(self):
        pages = [os.path.join('docs/man', n) for n in os.listdir(os.path.join(ROOT, 'docs/man'))]
        self.assertEqual(len(pages), 3)
        for page in pages:
            p = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page], cwd=ROOT, capture_output=True, text=True)
            self.assertEqual((p.returncode, p.stdout), (0, ''), page)

    def test_units_are_verified_as_installed(self):
        with tempfile.TemporaryDirectory() as d:
            for page in os.listdir(os.path.join(ROOT, 'docs/man')):
                os.makedirs(f'{d}/man/man{page[-1]}', exist_ok=True)
                shutil.copy(os.path.join(ROOT, 'docs/man', page), f'{d}/man/man{page[-1]}')
            for unit in ('gateslotd.socket', 'gateslot-backup.timer', 'gateslot-backup@.timer'):
                shutil.copy(os.path.join(ROOT, 'systemd', unit), d)
            daemon, client = os.path.join(BUILD, 'src/app/gateslotd'), os.path.join(BUILD, 'src/cli/gateslot')
            for unit in UNITS:
                with open(os.path.join(BUILD, 'systemd', unit)) as f:
                    text = re.sub(r'=\S*/bin/gateslot\b', '=' + client, re.sub(r'=\S*/sbin/gateslotd', '=' + daemon, f.read()))
                with open(f'{d}/{unit}', 'w') as f:
                    f.write(text)
            for unit in ('gateslotd.service', 'gateslotd@east.service', 'gateslot-backup.service', 'gateslot-backup.timer', 'gateslot-backup@east.service', 'gateslot-backup@east.timer'):
                p = subprocess.run(['systemd-analyze', 'verify', f'{d}/{unit}'], capture_output=True, text=True, env=dict(os.environ, MANPATH=f'{d}/man'))
                self.assertEqual((p.returncode, [l for l in p.stderr.splitlines() if 'gateslot' in l]), (0, []))

    def test_units_are_clean_and_confined(self):
        for unit in UNITS:
            path = os.path.join(BUILD, 'systemd', unit)
            p = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--threshold=10', path], capture_output=True, text=True)
            self.assertEqual(p.returncode, 0, p.stdout[-300:] + p.stderr)

    def test_the_units_of_a_site_among_many_differ_in_its_name_alone(self):
        for unit in ('gateslotd', 'gateslot-backup'):
            one, many = [], []
            for name, settings in ((f'{unit}.service', one), (f'{unit}@.service', many)):
                with open(os.path.join(BUILD, 'systemd', name)) as f:
                    text = f.read().split('[Service]\n')[1].split('\n[Install]')[0]
                settings += [line for line in text.splitlines() if line and not line.startswith('#')]
            self.assertIn('SystemCallErrorNumber=EPERM', many)
            self.assertEqual([re.sub(r' --url unix:/run/gateslot/%i/gateslot\.sock', '', line).replace('=gateslot/%i', '=gateslot')
                              .replace('/%i.yaml', '/gateslotd.yaml') for line in many], one)
            own = [line for line in many if '%i' in line]
            self.assertEqual(len(own), 5 if unit == 'gateslotd' else 1, own)

    def test_what_the_examples_for_units_cost_is_as_the_page_says(self):
        with open(os.path.join(BUILD, 'systemd', 'gateslotd.service')) as f:
            unit = f.read()
        for example, tenths in (('local-users.conf', 12), ('network.conf', 11)):
            with open(os.path.join(ROOT, 'systemd', example)) as f:
                added = f.read().split('[Service]\n')[1]
            with tempfile.TemporaryDirectory() as d:
                with open(f'{d}/gateslotd.service', 'w') as f:
                    f.write(unit.replace('[Install]', added + '[Install]'))
                for threshold, passes in ((tenths, True), (tenths - 1, False)):
                    p = subprocess.run(['systemd-analyze', 'security', '--offline=true', f'--threshold={threshold}', f'{d}/gateslotd.service'],
                                       capture_output=True, text=True)
                    self.assertEqual(p.returncode == 0, passes, (example, threshold, p.stdout[-200:] + p.stderr))

    def test_the_programs_are_hardened(self):
        options = {o['name']: o['value'] for o in json.loads(subprocess.run(['meson', 'introspect', '--buildoptions', BUILD], capture_output=True,
                                                                            text=True, check=True).stdout)}
        for name in ('src/app/gateslotd', 'src/cli/gateslot'):
            with self.subTest(name):
                program = os.path.join(BUILD, name)
                read_elf = {o: subprocess.run(['readelf', '-W', o, program], capture_output=True, text=True, check=True).stdout for o in ('-h', '-l', '-d')}
                self.assertRegex(read_elf['-h'], r'Type:\s+DYN')
                self.assertRegex(read_elf['-d'], r'FLAGS_1.*\bPIE\b', 'put anywhere in memory')
                self.assertIn('GNU_RELRO', read_elf['-l'])
                self.assertRegex(read_elf['-d'], r'\(FLAGS\).*BIND_NOW', 'what the loader has filled in can be written no more')
                self.assertRegex(read_elf['-l'], r'GNU_STACK.* RW +0x', 'the stack is not run')
                self.assertNotRegex(read_elf['-l'], r'LOAD.* RWE ', 'nothing is both written and run')
                self.assertNotRegex(read_elf['-d'], r'\((RPATH|TEXTREL)\)')
                needed = subprocess.run(['nm', '-D', '--undefined-only', program], capture_output=True, text=True, check=True).stdout
                self.assertIn(' __stack_chk_fail', needed)
                if options['b_sanitize'] == 'none' and options['optimization'] not in ('0', 'g', 'plain'):
                    self.assertRegex(needed, r'__(memcpy|snprintf|vsnprintf|read|fprintf)_chk')
                if options['b_sanitize'] == 'none' and os.uname().machine == 'x86_64':
                    self.assertEqual(self.without_landing(program), [])

    def without_landing(self, program):
        """The functions of ours that a jump may not land on where the processor looks (CET): they do not begin with endbr64."""
        section = next(r for r in subprocess.run(['readelf', '-WS', program], capture_output=True, text=True, check=True).stdout.split('\n') if ' .text ' in r)
        address, offset = (int(part, 16) for part in re.search(r'PROGBITS\s+(\w+)\s+(\w+)', section).groups())
        with open(program, 'rb') as f:
            code = f.read()
        rows = [l.split() for l in subprocess.run(['nm', '--defined-only', program], capture_output=True, text=True, check=True).stdout.splitlines()]
        ours = {name: int(value, 16) - address + offset for value, kind, name in rows if kind == 'T' and name.startswith('gs_')}
        self.assertGreater(len(ours), 100)
        return [name for name, at in ours.items() if code[at:at + 4] != b'\xf3\x0f\x1e\xfa']


if __name__ == '__main__':
    tap.main()
