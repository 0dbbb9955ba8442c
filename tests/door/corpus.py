"""Reads requests.txt: what is sent, byte by byte, and what is to come back. The form of the file stands at its head."""
import os, re

HERE = os.path.dirname(os.path.abspath(__file__))
ROW = re.compile(r'(\S+) +(none|\d{3}(?: HEAD)? [a-z_0-9-]+(?: \+ \d{3}(?: HEAD)? [a-z_0-9-]+)*) +(open|close) +(.*)', re.S)
REPEAT = re.compile(r'‹([^‹›]*)×(\d+)›')
ESCAPE = re.compile(r'\\(x[0-9a-f]{2}|[rnt\\])')
WAIT = '‖'


class Row:
    def __init__(self, name, outcome, stays, text):
        self.name, self.closes, self.text = name, stays == 'close', text
        self.left = text.endswith('∎')
        # (status, code or None, without a body) of each answer
        self.answers = []
        for part in [] if outcome == 'none' else outcome.split(' + '):
            words = part.split(' ')
            self.answers.append((int(words[0]), None if words[-1] == '-' else words[-1], 'HEAD' in words or words[0] in ('304', '204', '100')))

    def parts(self, token, booking):
        """The bytes, cut where an answer is waited for."""
        text = self.text.rstrip('∎')
        while REPEAT.search(text):
            text = REPEAT.sub(lambda m: ''.join(m.group(1).replace('#', str(i)) for i in range(int(m.group(2)))), text)
        text = text.replace('‡', '§Content-Type: application/json¶Content-Length: *¶')
        text = text.replace('§', f'Host: x¶Authorization: {token}¶').replace('{id}', booking).replace('¶', '\r\n')
        head, end, body = text.partition('\r\n\r\n')
        if 'Content-Length: *' in head:
            head = head.replace('Content-Length: *', f'Content-Length: {len(octets(body.replace(WAIT, "")))}')
        return [octets(part) for part in (head + end + body).split(WAIT)]


def octets(text):
    """The bytes of a text in which \\xNN stands for one."""
    out, at = b'', 0
    named = {'r': b'\r', 'n': b'\n', 't': b'\t', '\\': b'\\'}
    for m in ESCAPE.finditer(text):
        out += text[at:m.start()].encode()
        out += named.get(m.group(1)) or bytes([int(m.group(1)[1:], 16)])
        at = m.end()
    return out + text[at:].encode()


def rows(path=os.path.join(HERE, 'requests.txt')):
    out = []
    with open(path, encoding='utf-8', newline='\n') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if line == '' or line[0] in '#[':
                continue
            m = ROW.fullmatch(line)
            assert m, f'requests.txt:{number}: {line[:80]}'
            out.append(Row(*m.groups()))
    names = [r.name for r in out]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    return out
