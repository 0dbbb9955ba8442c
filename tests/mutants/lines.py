"""One-line mutants of C: of a line in a function's body, every other line that one slip of the finger would have made. Nothing here knows
what the code means; a mutant that does not compile, or compiles to the same, is sorted out by who runs it."""
import re
from collections import namedtuple

Mutant = namedtuple('Mutant', 'file line function kind before after')

SWAPS = (('comparison', r' (<=|>=|==|!=|<|>) ', {'<': ('<=', '>'), '<=': ('<', '>='), '>': ('>=', '<'), '>=': ('>', '<='), '==': ('!=',), '!=': ('==',)}),
         ('logic', r' (&&|\|\|) ', {'&&': ('||',), '||': ('&&',)}),
         ('sum', r' (\+|-|\+=|-=) ', {'+': ('-',), '-': ('+',), '+=': ('-=',), '-=': ('+=',)}),
         ('step', r'(\+\+|--)', {'++': ('--',), '--': ('++',)}),
         ('product', r' (\*|/|%) ', {'*': ('/',), '/': ('*',), '%': ('/',)}),
         ('bits', r' (&|\||<<|>>) ', {'&': ('|',), '|': ('&',), '<<': ('>>',), '>>': ('<<',)}),
         ('truth', r'\b(true|false)\b', {'true': ('false',), 'false': ('true',)}))
STATEMENT = re.compile(r'(?!return\b|break\b|continue\b|goto\b|else\b|case\b|struct\b|enum\b|const\b|static\b)(?:\(void\)|\*|\+\+|--)*[A-Za-z_]\w*\b(?! \*?\w)[^;]*;')

# What gives memory back: without it nothing is to be seen but by a sanitizer.
RELEASE = re.compile(r'(?:\(void\))?(?:free|event_free|gs_buf_finish|gs_arena_finish|\w+_destroy)\(.*\);')


def masked(line):
    """Texts, characters and comments as blanks of the same length, so that nothing is found in them."""
    return re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])+\'|/\*.*?\*/', lambda m: '~' * len(m[0]), line)


def closing(text, at):
    """Where the parenthesis opened at `at` is closed, or -1."""
    depth = 0
    for i in range(at, len(text)):
        depth += {'(': 1, ')': -1}.get(text[i], 0)
        if depth == 0:
            return i
    return -1


def arguments(text):
    """The (begin, end) of each argument of each call that opens and closes in the line."""
    for call in re.finditer(r'\b(?!if\b|while\b|for\b|switch\b|return\b|sizeof\b)\w+\(', text):
        end, begin, depth = closing(text, call.end() - 1), call.end(), 0
        for i in range(call.end(), end + 1):
            if depth == 0 and (text[i] == ',' or i == end):
                if text[begin:i].strip() not in ('', '0', 'NULL'):
                    yield begin + len(text[begin:i]) - len(text[begin:i].lstrip()), i
                begin = i + 1
            depth += {'(': 1, '[': 1, '{': 1, ')': -1, ']': -1, '}': -1}.get(text[i], 0)


def of_line(line, begins):
    """(kind, the line changed) for every mutant of the line; begins: a statement begins here."""
    text, body = masked(line), masked(line).strip()
    for kind, how, others in SWAPS:
        for m in re.finditer(how, text):
            for other in others[m[1]]:
                yield kind, line[:m.start(1)] + other + line[m.end(1):]
    for m in re.finditer(r'(?<![\w.~])(\d+)(?![\w.])', text):
        for value in (int(m[1]) + 1, int(m[1]) - 1):
            yield 'constant', f'{line[:m.start()]}{value if value >= 0 else f"({value})"}{line[m.end():]}'
    for m in re.finditer(r'\b(?:if|while) \(', text):
        end = closing(text, m.end() - 1)
        if end > 0:
            yield 'condition negated', f'{line[:m.end()]}!({line[m.end():end]}){line[end:]}'
    for m in re.finditer(r'(?:(?<![=!<>])= |return |\()([^?:;=(]+(?:\([^()]*\)[^?:;=(]*)*|[^?:;()]+ [=!]= [^?:;()]+) \? ', text):
        if text[m.start(1):m.end(1)].count('(') == text[m.start(1):m.end(1)].count(')'):
            yield 'condition negated', f'{line[:m.start(1)]}!({line[m.start(1):m.end(1)]}){line[m.end(1):]}'
    for begin, end in arguments(text):
        yield 'argument', f'{line[:begin]}0{line[end:]}'
    if begins and re.fullmatch(r'return [^;]+;', body):
        value = body[len('return '):-1]
        for other in ('0', '1', f'!({value})') if value not in ('true', 'false') else ():
            if value != other:
                yield 'value returned', line.replace(line.strip(), f'return {other};' if '!' not in other else f'return !({line.strip()[len("return "):-1]});')
    if begins and (body in ('break;', 'continue;') or STATEMENT.fullmatch(body)):
        yield 'statement deleted', line.replace(line.strip(), ';')


def of_file(name, text, releases=False):
    """Every mutant of the bodies of the functions in a file that clang-format has set out; of lines that only release memory if asked."""
    function, last, comment, found = None, '', False, []
    lines = text.split('\n')
    for i, line in enumerate(lines):
        if line == '{':
            head = re.sub(r'\s+', ' ', ' '.join(lines[max(0, i - 4):i]))
            function = re.findall(r'(\w+)\(', re.split(r'[;}/] ', head)[-1])[0]
        elif line.startswith('}'):
            function = None
        elif function is not None and line.strip():
            comment = comment or line.strip().startswith('/*')
            left_alone = re.search(r'\bassert\(', line) or line.startswith('#') or (not releases and RELEASE.fullmatch(masked(line).strip()))
            if not comment and not left_alone:
                begins = last == '' or last[-1] in ';{}:/'
                found += [Mutant(name, i + 1, function, kind, line, after) for kind, after in dict((a, (k, a)) for k, a in of_line(line, begins)).values() if after != line]
            comment = comment and '*/' not in line
        if line.strip():
            last = line.strip()
    return found
