"""Writes docs/FILES.md: one line per file of the house, from the paragraph each source opens with. Run it when a file comes or goes;
a test holds the chapter to the tree."""
import os, re

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..'))
LAYERS = ['base', 'domain', 'core', 'conf', 'store', 'http', 'api', 'app', 'cli']


def opening(path):
    with open(path, encoding='utf-8') as f:
        text = re.match(r'/\*(.*?)\*/', f.read(), re.S)
    words = re.sub(r'\n \*( |(?=\n))', '\n', text[1]).strip() if text else ''
    sentence = re.split(r'(?<=[.:;]) ', ' '.join(words.split('\n\n')[0].split()))[0]
    return sentence.rstrip(':;')


def chapter():
    out = ['# Files', '', 'One line per source, layer by layer, from below to above; what a folder may use is in [ARCHITECTURE.md](ARCHITECTURE.md).',
           'Written by `python3 docs/files.py` from the paragraph each file opens with.', '']
    for layer in LAYERS:
        out += [f'## {layer}', '']
        for top, _, names in sorted(os.walk(f'{ROOT}/src/{layer}')):
            for name in sorted(names):
                if name.endswith('.c'):
                    path = os.path.relpath(f'{top}/{name}', f'{ROOT}/src/{layer}')
                    out.append(f'- `{path}`: {opening(f"{top}/{name}")}')
        out.append('')
    return '\n'.join(out)


if __name__ == '__main__':
    with open(f'{ROOT}/docs/FILES.md', 'w', encoding='utf-8') as f:
        f.write(chapter())
