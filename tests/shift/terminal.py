"""A real terminal of 80 columns and 24 lines (tmux), in which a shell runs and somebody types: what stands on the screen afterwards, and how
many keys it took."""
import os, re, subprocess, sys, time, unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../meta'))
from chinese import half_width  # noqa: E402

PROMPT = re.compile(r'^\[(\d+):(\d+)\]')


def columns(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


class Terminal:
    def __init__(self, name, env, width=80, height=24):
        self.server = ['tmux', '-u', '-L', name]
        self.width, self.height, self.keys, self.commands = width, height, 0, 0
        self.chinese = env.get('LC_ALL', '').startswith('zh')
        environment = [f'{k}={v}' for k, v in {**env, 'PS1': '[\\#:$?] '}.items()]
        subprocess.run([*self.server, '-f', '/dev/null', 'new-session', '-d', '-x', str(width), '-y', str(height),
                        'env', *environment, 'bash', '--norc', '--noprofile', '-i'], check=True)
        self.number = 1
        self.wait(lambda lines: self.prompt(lines) == (1, 0))

    def close(self):
        subprocess.run([*self.server, 'kill-server'], capture_output=True)

    def lines(self):
        out = subprocess.run([*self.server, 'capture-pane', '-p'], check=True, capture_output=True, text=True).stdout
        return out.rstrip('\n').split('\n')

    def prompt(self, lines):
        found = PROMPT.match(lines[-1]) if lines else None
        return (int(found[1]), int(found[2])) if found else None

    def wait(self, condition):
        deadline = time.monotonic() + 30
        while not condition(lines := self.lines()):
            if time.monotonic() > deadline:
                raise AssertionError('the terminal shows:\n' + '\n'.join(lines))
            time.sleep(0.02)
        return lines

    def press(self, *keys):
        subprocess.run([*self.server, 'send-keys', *keys], check=True)

    def type(self, text):
        """Types a command and Enter on a cleared screen; returns what it wrote and its exit status."""
        self.press('C-l')
        self.press('-l', text)
        self.press('Enter')
        self.keys += len(text) + 1
        self.commands += 1
        self.number += 1
        lines = self.wait(lambda lines: (self.prompt(lines) or (0, 0))[0] == self.number)
        status = self.prompt(lines)[1]
        shown = [line for line in lines if not PROMPT.match(line)]
        for line in shown:
            assert columns(line) <= self.width, line
            assert not (self.chinese and half_width(line.removeprefix('gateslot: '))), line
        return '\n'.join(shown).strip('\n'), status
