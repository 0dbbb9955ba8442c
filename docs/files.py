"""Writes docs/FILES.md: one line per file of the house, from the paragraph each source opens with. Run it when a file comes or goes;
a test holds the chapter to the tree."""
import os, re

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..'))
LAYERS = ['base', 'domain', 'core', 'tls', 'conf', 'store', 'hooks', 'http', 'web', 'api', 'app', 'cli']
FLOORS = {'values': 'Plain values: copied freely, they know no book.', 'solve': 'Problems in bare numbers: no book, no booking.',
          'state': 'What the book keeps, and the questions that need nothing else.',
          'rules': 'What may be, and what is best: they look and choose, and change nothing.',
          'flow': 'What happens: commands and what falls due change bookings, and the book as a whole.',
          'views': 'What the book shows: it reads only.', 'journal': 'What the book was told, as bytes, and every decision made again.'}


def opening(path):
    with open(path, encoding='utf-8') as f:
        text = re.match(r'/\*(.*?)\*/', f.read(), re.S)
    words = re.sub(r'\n \*( |(?=\n))', '\n', text[1]).strip() if text else ''
    sentence = re.split(r'(?<=[.]) ', ' '.join(words.split('\n\n')[0].split()))[0]
    return sentence.rstrip('.:;')


def lines(folder):
    names = sorted(n for n in os.listdir(f'{ROOT}/{folder}') if n.endswith('.c'))
    return [f'- `{name}`: {opening(f"{ROOT}/{folder}/{name}")}' for name in names]


def below(folder):
    """Folders of a layer without floors, each under its own heading."""
    out = []
    for name in sorted(n for n in os.listdir(f'{ROOT}/src/{folder}') if os.path.isdir(f'{ROOT}/src/{folder}/{n}')):
        found = lines(f'src/{folder}/{name}')
        out += [f'### {folder}/{name}', '', *found, ''] if found else []
    return out


def chapter():
    out = ['# Files', '', 'One line per source, layer by layer and floor by floor, from below to above; what a folder may use is in [ARCHITECTURE.md](ARCHITECTURE.md).',
           'Written by `python3 docs/files.py` from the paragraph each file opens with.', '']
    for layer in LAYERS:
        out += [f'## {layer}', '']
        if layer == 'core':
            for floor, what in FLOORS.items():
                out += [f'### core/{floor}', '', what, ''] + lines(f'src/core/{floor}') + ['']
        else:
            out += lines(f'src/{layer}') + [''] + below(layer)
    return '\n'.join(out)


if __name__ == '__main__':
    with open(f'{ROOT}/docs/FILES.md', 'w', encoding='utf-8') as f:
        f.write(chapter())
