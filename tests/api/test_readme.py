"""The README's sessions, word for word, on the site that `./dev run` leaves behind. `…` in the README stands for what differs from run to run
(pass codes, tokens)."""
import os, re, shutil, socket, subprocess, tempfile, unittest
from sessions import console_blocks, play
from testsite import BUILD, SOURCE
import tap


def dev(where, *words):
    env = dict(os.environ, GATESLOT_BUILD=os.path.abspath(BUILD), GATESLOT_RUN=where, LC_ALL='C.UTF-8')
    return subprocess.run(['./dev', *words], cwd=SOURCE, env=env, capture_output=True, text=True)


class Readme(unittest.TestCase):
    def setUp(self):
        self.where = tempfile.mkdtemp(prefix='gsrun', dir='/tmp')
        self.addCleanup(shutil.rmtree, self.where, True)
        self.addCleanup(dev, self.where, 'stop')

    def run_site(self):
        p = dev(self.where, 'run')
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return p.stdout

    def test_every_session_word_for_word(self):
        blocks = [b for b in console_blocks(f'{SOURCE}/README.md') if './dev run' not in b]
        self.assertGreaterEqual(len(blocks), 3)
        out = self.run_site()
        with open(f'{SOURCE}/README.md', encoding='utf-8') as f:
            [requests] = re.findall(r'plays a day of (\d+) requests', f.read())
        self.assertRegex(out, rf'(?m)^requests +{requests}$')
        play(self, blocks, dict(os.environ, GATESLOT_URL=f'unix:{self.where}/gateslot.sock', LC_ALL='C.UTF-8', COLUMNS='140',
                                PATH=f'{BUILD}/src/cli:{BUILD}/src/app:' + os.environ['PATH']))

    def test_a_port_that_is_taken_is_left_and_said(self):
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                taken.bind(('127.0.0.1', 8480))
                taken.listen()
            except OSError:
                pass  # somebody else has it: as well
            out = self.run_site()
        [port] = re.findall(r'Port 8480 is taken: this site listens on http://127\.0\.0\.1:(\d+) instead', out)
        self.assertNotEqual(port, '8480')
        with socket.create_connection(('127.0.0.1', int(port)), 10) as s:
            s.sendall(b'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
            self.assertIn(b'200', s.recv(100))


if __name__ == '__main__':
    tap.main()
