"""One word, one thing: what a struct or enum is called, and what a file is called, stands once in the tree; and a file that a comment
or a page names is there."""
import collections, os, re, unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
SOURCE = re.compile(r'(?<![\w./<-])((?:[a-z_0-9]+/)*)([a-z_0-9]+\.[ch])\b(?!["\'>]?\s*\()')


def walk(*tops, suffixes=('.c', '.h')):
    for top in tops:
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as f:
        return f.read()


def twice(places):
    return {name: sorted(where) for name, where in places.items() if len(where) > 1}


def tags(sources):
    """Where each tag is defined, of sources given as (name, text)."""
    places = collections.defaultdict(set)
    for name, text in sources:
        for tag in re.findall(r'\b(?:struct|enum|union) (\w+) \{', text):
            places[tag].add(name)
    return places


def modules(names):
    """The folders in which each pair of a .c and its .h stands."""
    places = collections.defaultdict(set)
    for name in names:
        folder, base = os.path.split(name)
        places[base[:-2]].add(folder)
    return places


class Names(unittest.TestCase):
    def test_a_struct_or_enum_is_defined_once(self):
        self.assertEqual(twice(tags((n, read(n)) for n in walk('src', 'include'))), {})

    def test_a_file_name_stands_in_one_folder(self):
        self.assertEqual(twice(modules(walk('src'))), {})

    def test_a_second_one_would_be_found(self):
        self.assertEqual(twice(tags([('a.h', 'struct gs_x {\n'), ('b.c', 'enum gs_x {')])), {'gs_x': ['a.h', 'b.c']})
        self.assertEqual(twice(modules(['src/a/x.c', 'src/b/x.h'])), {'x': ['src/a', 'src/b']})

    def test_a_file_that_is_named_is_there(self):
        have = set(walk('src', 'include', 'tests'))
        ends = collections.defaultdict(set)
        for path in have:
            ends[os.path.basename(path)].add(path)
        missing = []
        for n in [*walk('src', 'include', 'tests'), *walk('docs', suffixes=('.md',)), 'README.md']:
            for line, text in enumerate(read(n).split('\n'), 1):
                for folder, base in SOURCE.findall('' if text.startswith('#include') else text):
                    floors = folder.strip('/')
                    if not any(floors in os.path.dirname(p) for p in ends[base]):
                        missing.append(f'{n}:{line}: {folder}{base}')
        self.assertEqual(missing, [])
