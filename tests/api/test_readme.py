"""The README's sessions, word for word, on the site that `./dev run day` leaves behind; and the live day of `./dev run`. `…` in the README stands for what differs from run to run
(pass codes, tokens)."""
import json, os, re, shutil, socket, subprocess, tempfile, unittest, urllib.request
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

    def run_site(self, *words):
        p = dev(self.where, 'run', *words)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return p.stdout

    def test_every_session_word_for_word(self):
        blocks = [b for b in console_blocks(f'{SOURCE}/README.md') if './dev run' not in b]
        self.assertGreaterEqual(len(blocks), 3)
        out = self.run_site('day')
        with open(f'{SOURCE}/README.md', encoding='utf-8') as f:
            [requests] = re.findall(r'plays a day of (\d+) requests', f.read())
        self.assertRegex(out, rf'(?m)^requests +{requests}$')
        play(self, blocks, dict(os.environ, GATESLOT_URL=f'unix:{self.where}/gateslot.sock', LC_ALL='C.UTF-8', COLUMNS='140',
                                PATH=f'{BUILD}/src/cli:{BUILD}/src/app:' + os.environ['PATH']))

    def test_a_live_day_is_at_the_address_for_who_has_the_passwords(self):
        out = self.run_site()
        [address] = re.findall(r'The pages: (http://[^ ]+/) ', out)
        people = dict(re.findall(r'(?m)^  (supervisor|gate|display) +([0-9a-f]+)$', out))
        self.assertEqual(sorted(people), ['display', 'gate', 'supervisor'])
        for name, password in people.items():
            body = json.dumps({'name': name, 'password': password}).encode()
            with urllib.request.urlopen(urllib.request.Request(address + 'v1/session', body, {'Content-Type': 'application/json'}), timeout=30) as answer:
                self.assertEqual((answer.status, json.load(answer)['role']), (201, name))
        # Trucks come by themselves: of each event that is told from now on, until one is of a truck.
        with subprocess.Popen([f'{BUILD}/src/cli/gateslot', '--json', '--url', f'unix:{self.where}/gateslot.sock', 'events', '--follow'], stdout=subprocess.PIPE, text=True) as events:
            came = next(line for line in events.stdout if '"booking.arrived"' in line and json.loads(line)['at'] > '2026-11-25T10:05')
            events.terminate()
        self.assertIn('2026-11-25', came)

    def test_what_is_no_day_is_said(self):
        p = dev(self.where, 'run', 'nosuch')
        self.assertEqual((p.returncode, p.stdout), (2, ''))
        self.assertIn('nosuch', p.stderr)

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
