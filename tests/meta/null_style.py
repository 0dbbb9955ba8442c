"""Pointers are compared with NULL: `p != NULL`, not `p`; `p == NULL`, not `!p`. Neither clang-format nor clang-tidy says so for C, so
this asks libclang for every condition of pointer type.

Usage: null_style.py BUILD [--fix]: every source of BUILD's compile_commands.json; exit 1 if one was found (and not mended)."""
import glob, json, os, re, sys
from concurrent.futures import ProcessPoolExecutor

from clang import cindex

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
KIND = cindex.CursorKind
FLAGS = re.compile(r'-(I|D|isystem|std=)')


def skip(cursor):
    """Past parentheses and the casts that the compiler adds."""
    while cursor.kind in (KIND.PAREN_EXPR, KIND.UNEXPOSED_EXPR):
        inner = list(cursor.get_children())
        if len(inner) != 1:
            break
        cursor = inner[0]
    return cursor


def operator(cursor, operands):
    """The operator's spelling: the first token behind the first operand, or before the only one."""
    if len(operands) == 1:
        tokens = list(cursor.get_tokens())
        return tokens[0].spelling if tokens else ''
    end = operands[0].extent.end.offset
    return next((t.spelling for t in cursor.get_tokens() if t.extent.start.offset >= end and t.spelling != ')'), '')


def conditions(cursor):
    """The expressions that C reads as true or false here, each with whether it stands behind a '!'."""
    children = list(cursor.get_children())
    if cursor.kind in (KIND.IF_STMT, KIND.WHILE_STMT, KIND.CONDITIONAL_OPERATOR) and children:
        yield children[0], None
    elif cursor.kind == KIND.DO_STMT and children:
        yield children[-1], None
    elif cursor.kind == KIND.FOR_STMT:
        text = [t for t in cursor.get_tokens()]
        semicolons, depth = [], 0
        for t in text[1:]:
            depth += (t.spelling in '([{') - (t.spelling in ')]}')
            if t.spelling == ';' and depth == 1:
                semicolons.append(t.extent.start.offset)
            if depth == 0:
                break
        for c in children:
            if len(semicolons) == 2 and semicolons[0] < c.extent.start.offset < semicolons[1]:
                yield c, None
    elif cursor.kind == KIND.UNARY_OPERATOR and children and operator(cursor, children) == '!':
        yield children[0], cursor
    elif cursor.kind == KIND.BINARY_OPERATOR and len(children) == 2 and operator(cursor, children) in ('&&', '||'):
        yield children[0], None
        yield children[1], None


def of_a_macro(cursor):
    """What stands there is the call of a macro (uthash's), not the condition itself."""
    first = next(cursor.get_tokens(), None)
    return first is None or re.fullmatch('[A-Z][A-Z0-9_]+', first.spelling) is not None


def found(path, args):
    unit = cindex.Index.create().parse(path, args=args)
    out = {}

    def walk(cursor):
        for c in cursor.get_children():
            where = c.location.file.name if c.location.file else ''
            if not os.path.realpath(where).startswith(ROOT + '/'):
                continue
            for condition, negation in conditions(c):
                inner = skip(condition)
                if inner.type.get_canonical().kind == cindex.TypeKind.POINTER and inner.kind != KIND.STRING_LITERAL:
                    outer = negation or condition
                    start, end = outer.extent.start, outer.extent.end
                    if start.offset < end.offset and start.file and end.file and not of_a_macro(outer):
                        out[(os.path.realpath(start.file.name), start.offset, end.offset)] = (start.line, start.column, negation is not None)
            walk(c)

    walk(unit.cursor)
    return out


def one(entry):
    os.chdir(entry['directory'])
    args, words = [], entry['command'].split()
    for w in words[1:]:
        if FLAGS.match(w):
            args.append(w.replace('\\', ''))
    return found(entry['file'], args + ['-I' + glob.glob('/usr/lib/llvm-14/lib/clang/*/include')[0]])


def mend(places):
    files = {}
    for (path, start, end), (_, _, negated) in places.items():
        files.setdefault(path, []).append((start, end, negated))
    for path, rows in files.items():
        with open(path, 'rb') as f:
            text = f.read()
        for start, end, negated in sorted(rows, reverse=True):
            piece = text[start:end]
            text = text[:start] + (piece[1:].lstrip() + b' == NULL' if negated else piece + b' != NULL') + text[end:]
        with open(path, 'wb') as f:
            f.write(text)


def main():
    build, fix = sys.argv[1], '--fix' in sys.argv
    with open(f'{build}/compile_commands.json', encoding='utf-8') as f:
        entries = [e for e in json.load(f) if os.path.realpath(os.path.join(e['directory'], e['file'])).startswith((ROOT + '/src', ROOT + '/tests'))]
    places = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for some in pool.map(one, entries, chunksize=8):
            places.update(some)
    for (path, _, _), (line, column, _) in sorted(places.items(), key=lambda p: (p[0][0], p[1])):
        print(f'{os.path.relpath(path, ROOT)}:{line}:{column}: a pointer is compared with NULL')
    if fix:
        mend(places)
    sys.exit(1 if places and not fix else 0)


if __name__ == '__main__':
    main()
