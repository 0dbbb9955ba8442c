"""Sessions in a page: blocks of commands with what they print, played in one shell. `…` stands for what differs from run to run."""
import re, subprocess


def console_blocks(path):
    with open(path, encoding='utf-8') as f:
        return re.findall(r'```console\n(.*?)```', f.read(), re.S)


def steps(block):
    """(command, expected output) pairs of one block; a command ending in \\ goes on in the next line."""
    command, expected = None, []
    for line in block.split('\n'):
        if command is not None and command.endswith('\\'):
            command += '\n' + line.removeprefix('> ')
        elif line.startswith(('$ ', '# ')):
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


def play(case, blocks, env, cwd=None):
    shell = subprocess.Popen(['bash'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=cwd)
    try:
        for block in blocks:
            for command, expected in steps(block):
                shell.stdin.write(command + '\necho "__end__"\n')
                shell.stdin.flush()
                found = ''
                while not found.endswith('__end__\n'):
                    line = shell.stdout.readline()
                    case.assertTrue(line, f'the shell ended: $ {command}\n{found}')
                    found += line
                found = found.removesuffix('__end__\n')
                case.assertTrue(matches(expected, found), f'$ {command}\nexpected:\n{expected}\nfound:\n{found}')
        shell.stdin.close()
        case.assertEqual(shell.wait(), 0)
    finally:
        shell.kill()
        shell.wait()
        shell.stdout.close()
