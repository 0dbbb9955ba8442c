"""The README's sessions, word for word, on a daemon in the state `./dev run` leaves it in. `…` in the README stands for what
differs from run to run (pass codes, tokens)."""
import os, re, subprocess, unittest
from testsite import BUILD, SOURCE, Site
import tap


def blocks():
    with open(f'{SOURCE}/README.md', encoding='utf-8') as f:
        return re.findall(r'```console\n(.*?)```', f.read(), re.S)


def steps(block):
    """(command, expected output) pairs of one block; a command ending in \\ goes on in the next line."""
    command, expected = None, []
    for line in block.split('\n'):
        if command is not None and command.endswith('\\'):
            command += '\n' + line.removeprefix('> ')
        elif line.startswith('$ '):
            if command is not None:
                yield command, '\n'.join(expected)
            command, expected = line[2:], []
        elif command is not None:
            expected.append(line)
    if command is not None:
        yield command, '\n'.join(expected)


def matches(expected, found):
    trim = lambda text: '\n'.join(line.rstrip() for line in text.strip().split('\n'))
    pattern = '.*?'.join(re.escape(part) for part in trim(expected).split('…'))
    return re.fullmatch(pattern, trim(found), re.S) is not None


class Readme(unittest.TestCase):
    def test_every_session_word_for_word(self):
        sessions = [b for b in blocks() if 'gateslot' in b and './dev run' not in b]
        self.assertGreaterEqual(len(sessions), 3)
        with Site(start='2026-11-18T07:00:00+08:00') as site:
            site.client('play', f'{SOURCE}/tests/days/typical.jsonl', check=0)
            env = dict(os.environ, GATESLOT_URL=site.url, LC_ALL='C.UTF-8', COLUMNS='140', SOCKET=site.socket,
                       PATH=f'{BUILD}/src/cli:{BUILD}/src/app:' + os.environ['PATH'])
            shell = subprocess.Popen(['bash'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=SOURCE)
            for block in sessions:
                for command, expected in steps(block):
                    shell.stdin.write(command + '\necho "__end__"\n')
                    shell.stdin.flush()
                    found = ''
                    while not found.endswith('__end__\n'):
                        line = shell.stdout.readline()
                        self.assertTrue(line, 'the shell ended')
                        found += line
                    found = found.removesuffix('__end__\n')
                    self.assertTrue(matches(expected, found), f'$ {command}\nexpected:\n{expected}\nfound:\n{found}')
            shell.stdin.close()
            self.assertEqual(shell.wait(), 0)
            shell.stdout.close()


if __name__ == '__main__':
    tap.main()
