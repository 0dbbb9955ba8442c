#!/usr/bin/env python3
"""Writes the files of the pages as C arrays, each as it is and compressed: embed.py OUTPUT INPUT...

In HTML {{assets}} becomes the path under which the daemon serves the others, which has a digest of all of them in it, {{sprite}} the
shapes of icons.svg, since a page can only point to shapes that stand in it, and {{modules}} a line for each module that main.js needs, so
that browsers ask for all of them at once and not one after the other. The styles that every page needs before it paints are one file, first.css."""
import gzip
import hashlib
import os
import re
import sys

FIRST = ['tokens.css', 'base.css', 'door.css', 'frame.css']
TYPES = {'.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml'}


def array(name, data):
    lines = [' '.join('%d,' % (b if b < 128 else b - 256) for b in data[at:at + 24]) for at in range(0, len(data), 24)]
    return f'static const char {name}[] = {{\n' + '\n'.join(lines) + '\n0};\n'


def digest(sources):
    whole = hashlib.sha256()
    for name in sorted(sources):
        whole.update(f'{name} {len(sources[name])}\n'.encode() + sources[name])
    return whole.hexdigest()[:16]


def needed(name, sources, found):
    """That module and all that it imports at once, in order."""
    if name not in found:
        found.append(name)
        for other in re.findall(rb"^(?:import|export)\b[^;]*?from '\./([^']+)';", sources[name], re.M):
            needed(other.decode(), sources, found)
    return found


def finished(name, data, version, sources):
    if not name.endswith('.html'):
        return data
    sprite = sources['icons.svg'].strip()
    modules = '\n'.join(f'<link rel="modulepreload" href="{{{{assets}}}}/{n}">' for n in needed('main.js', sources, [])).encode()
    return data.replace(b'{{modules}}', modules).replace(b'{{assets}}', f'/assets/{version}'.encode()).replace(b'{{sprite}}', sprite)


def main(output, paths):
    sources = {}
    for path in paths:
        with open(path, 'rb') as f:
            sources[os.path.basename(path)] = f.read()
    sources['first.css'] = b''.join(sources[name] for name in FIRST)
    version = digest(sources)
    out, rows = ['#include "web_files.h"\n'], []
    for n, name in enumerate(sorted(sources)):
        data = finished(name, sources[name], version, sources)
        packed = gzip.compress(data, 9, mtime=0)
        out += [array(f'plain_{n}', data), array(f'packed_{n}', packed)]
        rows.append(f'    {{"{name}", "{TYPES[os.path.splitext(name)[1]]}", plain_{n}, packed_{n}, sizeof plain_{n} - 1, sizeof packed_{n} - 1}},')
    out.append(f'const char gs_web_version[] = "{version}";')
    out.append('const struct gs_web_file gs_web_files[] = {\n' + '\n'.join(rows) + '\n};')
    out.append('const size_t gs_web_file_count = sizeof gs_web_files / sizeof gs_web_files[0];\n')
    with open(output, 'w', encoding='ascii') as f:
        f.write('\n'.join(out))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2:])
