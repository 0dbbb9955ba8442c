"""A new supervisor's first hour: the first user is made over the Unix socket, the rest happens over the network, with curl and with a terminal.
Passwords are hashed for real."""
import http.client, json, os, pty, re, select, socket, subprocess, unittest
import tap
from testsite import CLIENT, WRAP, Answer, Site

PASSWORD, OTHER = 'correct horse battery', '一二三四五六七八九十'
LATER = '2026-11-24T07:59:30+08:00'


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Browser:
    """What a browser does of its own: it keeps the cookie, and says where the page is from."""

    def __init__(self, port):
        self.port, self.cookie, self.csrf = port, None, None

    def ask(self, method, path, body=None, **more):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        headers = {'Origin': f'http://127.0.0.1:{self.port}', 'Accept-Language': 'en'}
        if self.cookie:
            headers['Cookie'] = self.cookie
        if self.csrf:
            headers['X-CSRF-Token'] = self.csrf
        if body is not None:
            headers['Content-Type'] = 'application/json'
        headers.update(more)
        c.request(method, path, json.dumps(body).encode() if body is not None else None, {k: v for k, v in headers.items() if v is not None})
        r = c.getresponse()
        a = Answer(r.status, r.headers, r.read())
        c.close()
        if a.headers['Set-Cookie']:
            self.cookie = a.headers['Set-Cookie'].split(';')[0]
        if a.status in (200, 201) and path.startswith('/v1/session'):
            self.csrf = a.json['csrf']
        return a

    def log_in(self, name, password):
        return self.ask('POST', '/v1/session', {'name': name, 'password': password})


class Login(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.site = Site(listen=f'http://127.0.0.1:{self.port}')
        self.addCleanup(self.site.close)

    def cli(self, *argv, stdin='', status=0, env=None):
        p = subprocess.run([CLIENT, '--url', self.site.url, *argv], input=stdin, capture_output=True, text=True, timeout=60,
                           env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANG': '', **(env or {})})
        self.assertEqual(p.returncode, status, p)
        return p

    def create(self, name='li', role='supervisor', password=PASSWORD):
        return self.cli('user', 'create', name, '--role', role, stdin=password + '\n')

    def curl(self, path, *argv):
        """(status, headers and body as curl shows them)"""
        p = subprocess.run(['curl', '-sSi', '--max-time', '60', *argv, f'http://127.0.0.1:{self.port}{path}'], capture_output=True, text=True, check=True)
        return int(p.stdout.split(' ')[1]), p.stdout

    def test_a_new_supervisor_with_curl(self):
        self.assertEqual(self.curl('/v1/yard')[0], 401)
        said = self.create()
        self.assertEqual(said.stdout.split(), ['li', 'created'])
        jar = f'{self.site.dir}/jar'
        login = json.dumps({'name': 'li', 'password': PASSWORD})
        status, told = self.curl('/v1/session', '-c', jar, '--json', login)
        self.assertEqual(status, 201, told)
        self.assertRegex(told, r'(?i)set-cookie: gateslot_session=gs_[\w-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict')
        csrf = re.search(r'"csrf":"([\w-]{43})"', told).group(1)
        self.assertEqual(self.curl('/v1/yard', '-b', jar)[0], 200)
        token = json.dumps({'name': 'tablet', 'role': 'gate'})
        origin = f'Origin: http://127.0.0.1:{self.port}'
        for headers in ([], ['-H', origin], ['-H', f'X-CSRF-Token: {csrf}'], ['-H', 'Origin: http://evil.example', '-H', f'X-CSRF-Token: {csrf}']):
            status, told = self.curl('/v1/tokens', '-b', jar, '--json', token, *headers)
            self.assertEqual(status, 403, told)
            self.assertIn('"code":"csrf"', told)
        status, told = self.curl('/v1/tokens', '-b', jar, '--json', token, '-H', origin, '-H', f'X-CSRF-Token: {csrf}')
        self.assertEqual(status, 201, told)
        tablet = re.search(r'"token":"(gs_[\w-]+)"', told).group(1)
        self.assertEqual(self.curl('/v1/yard', '-H', f'Authorization: Bearer {tablet}')[0], 200)
        self.assertEqual(self.curl('/v1/tokens/tablet', '-b', jar, '-X', 'DELETE', '-H', origin, '-H', f'X-CSRF-Token: {csrf}')[0], 204)
        self.assertEqual(self.curl('/v1/yard', '-H', f'Authorization: Bearer {tablet}')[0], 401)
        self.assertEqual(self.curl('/v1/session', '-b', jar, '-X', 'DELETE', '-H', origin, '-H', f'X-CSRF-Token: {csrf}')[0], 204)
        self.assertEqual(self.curl('/v1/yard', '-b', jar)[0], 401)
        types = [e['type'] for e in self.site.events()]
        self.assertEqual(types, ['user.created', 'session.opened', 'token.created', 'token.revoked', 'session.closed'])
        self.assertEqual([e['actor']['name'] for e in self.site.events()], ['root', 'li', 'li', 'li', 'li'])

    def test_sessions_survive_a_restart_and_end_unused(self):
        self.create()
        b = Browser(self.port)
        self.assertEqual(b.log_in('li', PASSWORD).status, 201)
        self.site.stop()
        self.site.launch()
        self.assertEqual(b.ask('GET', '/v1/yard').status, 200)
        self.site.clock(LATER)
        self.assertEqual(b.ask('GET', '/v1/yard').status, 200)
        self.site.stop()
        self.site.launch()
        self.site.clock('2026-11-24T08:59:00+08:00')  # within an hour of the last use, which was stored
        self.assertEqual(b.ask('GET', '/v1/yard').status, 200)
        self.site.clock('2026-11-24T10:00:00+08:00')
        self.assertEqual(b.ask('GET', '/v1/yard').status, 401)

    def test_nothing_that_was_typed_is_on_disk_in_the_log_or_told(self):
        self.create(password='This-is-not-to-be-seen')
        b = Browser(self.port)
        self.assertEqual(b.log_in('li', 'This-is-not-to-be-seen').status, 201)
        self.assertEqual(b.log_in('li', 'nor-is-This-one-to-be-seen').status, 401)
        secret = b.cookie.split('=')[1]
        self.cli('user', 'passwd', 'li', stdin='nor-this-not-to-be-seen\n')
        told = json.dumps(self.site.events()) + self.site.get('/v1/users').body.decode() + self.site.get('/metrics').body.decode()
        self.site.stop()
        for name in os.listdir(self.site.dir):
            if os.path.isfile(f'{self.site.dir}/{name}'):
                with open(f'{self.site.dir}/{name}', 'rb') as f:
                    told += f.read().decode('latin-1')
        for word in ('to-be-seen', secret, b.csrf):
            self.assertNotIn(word, told)

    @unittest.skipIf(WRAP, 'the memory of the wrapper, not of the daemon')
    def test_passwords_leave_no_trace_in_memory(self):
        self.create(password='This-is-not-to-be-seen')
        b = Browser(self.port)
        self.assertEqual(b.log_in('li', 'This-is-not-to-be-seen').status, 201)
        self.assertEqual(b.log_in('li', 'nor-is-This-one-to-be-seen').status, 401)
        self.assertEqual(b.log_in('li', 'This-is-not-to-be-seen').status, 201)
        found = 0
        with open(f'/proc/{self.site.process.pid}/maps') as maps, open(f'/proc/{self.site.process.pid}/mem', 'rb') as mem:
            for line in maps:
                span, rights = line.split()[:2]
                begin, end = (int(n, 16) for n in span.split('-'))
                if rights.startswith('rw') and '[v' not in line and end - begin < 1 << 30:  # a sanitizer's shadow is larger
                    mem.seek(begin)
                    found += mem.read(end - begin).count(b'not-to-be-seen')
        self.assertEqual(found, 0)

    def test_a_store_put_back_opens_for_nobody_until_he_is_confirmed(self):
        self.create()
        b = Browser(self.port)
        self.assertEqual(b.log_in('li', PASSWORD).status, 201)
        backup = f'{self.site.dir}/copy.db'
        self.cli('backup', backup)
        self.site.stop()
        self.site.put_back(backup)
        self.site.launch()
        self.assertEqual(b.ask('GET', '/v1/yard').status, 401)
        a = b.log_in('li', PASSWORD)
        self.assertEqual((a.status, a.json['code']), (403, 'forbidden'))
        self.assertIn('to be confirmed', self.cli('user', 'list').stdout)
        self.cli('user', 'confirm', 'li')
        self.assertEqual(b.ask('GET', '/v1/yard').status, 401)  # the session that the backup had may have been closed since
        self.assertEqual(b.log_in('li', PASSWORD).status, 201)
        self.assertEqual(self.cli('audit', 'verify').returncode, 0)

    def test_who_waits_is_told_when_his_session_ends(self):
        self.create('wang', 'gate', OTHER)
        for end in (('user', 'disable', 'wang'), ('user', 'change', 'wang', '--role', 'display')):
            b = Browser(self.port)
            self.assertEqual(b.log_in('wang', OTHER).status, 201)
            last = self.site.events()[-1]['seq']
            with socket.create_connection(('127.0.0.1', self.port), 60) as s:
                s.sendall(f'GET /v1/events?type=booking&after={last}&wait=60 HTTP/1.1\r\nHost: x\r\nCookie: {b.cookie}\r\n\r\n'.encode())
                while self.waiting() == 0:
                    pass
                self.cli(*end)
                self.assertIn(b' 401 ', s.recv(65536).split(b'\r\n')[0])
            self.cli('user', 'enable', 'wang')

    def waiting(self):
        return int(re.search(rb'gateslot_http_waiting (\d+)', self.site.get('/metrics').body).group(1))

    def test_the_commands_say_what_they_did(self):
        self.create('wang', 'gate', OTHER)
        row = self.cli('user', 'list').stdout.splitlines()[-1]
        self.assertRegex(row, r'^wang +gate ')
        self.cli('user', 'change', 'wang', '--role', 'supervisor', '--language', 'zh-CN')
        self.assertEqual(self.cli('user', 'disable', 'wang').stdout.split(), ['wang', 'disabled'])
        self.assertIn('disabled', self.cli('user', 'list').stdout)
        user = json.loads(self.cli('--json', 'user', 'list').stdout)['items'][0]
        self.assertEqual((user['role'], user['language'], user['disabled'], user['sessions']), ('supervisor', 'zh-CN', True, 0))
        self.cli('user', 'enable', 'wang')
        self.assertEqual(self.cli('user', 'delete', 'wang').stdout.split(), ['wang', 'deleted'])
        self.cli('user', 'delete', 'wang', status=3)
        self.cli('user', 'create', 'x', '--role', 'gate', stdin='short\n', status=5)
        self.cli('user', 'create', 'x', '--role', 'king', stdin=PASSWORD, status=5)
        self.cli('user', 'create', 'root', '--role', 'gate', stdin=PASSWORD, status=4)
        self.cli('user', 'create', 'x', '--role', 'gate', stdin='', status=5)
        self.cli('user', 'create', 'x', '--role', 'gate', stdin='y' * 600, status=5)
        self.cli('user', 'create', 'x', stdin=PASSWORD, status=2)
        self.cli('user', 'create', 'x', PASSWORD, '--role', 'gate', status=2)
        zh = self.cli('user', 'create', 'zhao', '--role', 'gate', stdin=OTHER + '\r\n', env={'LC_ALL': 'zh_CN.UTF-8'})
        self.assertIn('已创建', zh.stdout)
        self.assertEqual(Browser(self.port).log_in('zhao', OTHER).status, 201)

    def typed(self, *lines, argv=('user', 'create', 'li', '--role', 'supervisor'), send=None):
        """The command on a terminal: what it showed, and its exit status."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update(LC_ALL='C.UTF-8', LANG='', TERM='xterm')
            os.execv(CLIENT, [CLIENT, '--url', self.site.url, *argv])
        shown = b''
        for n, line in enumerate(lines):
            while shown.count(b': ') <= n:
                shown += self.read_some(fd)
            os.write(fd, line)
        while True:
            more = self.read_some(fd)
            if not more:
                break
            shown += more
        os.close(fd)
        return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def read_some(self, fd):
        try:
            self.assertTrue(select.select([fd], [], [], 60)[0])
            return os.read(fd, 4096)
        except OSError:
            return b''

    def test_on_a_terminal_a_password_is_asked_twice_and_not_seen(self):
        word = PASSWORD.encode() + b'\n'
        shown, status = self.typed(word, word)
        self.assertEqual(status, 0, shown)
        self.assertNotIn('horse', shown)
        self.assertIn('password of li', shown)
        self.assertEqual(Browser(self.port).log_in('li', PASSWORD).status, 201)
        shown, status = self.typed(word, b'another horse\n', argv=('user', 'passwd', 'li'))
        self.assertEqual(status, 5, shown)
        self.assertIn('differ', shown)
        shown, status = self.typed(b'half of it\x03', argv=('user', 'passwd', 'li'))
        self.assertEqual(status, 130, shown)
        self.assertNotIn('half', shown)

    def test_a_flood_of_logins_costs_little_and_the_gate_goes_on(self):
        self.create()
        answers = []
        for n in range(60):
            answers.append(Browser(self.port).log_in('li' if n % 2 else f'nobody{n}', 'guess').status)
        self.assertEqual(set(answers), {401, 429})
        self.assertLessEqual(answers.count(401), 21)  # of the address
        refused = [e for e in self.site.events() if e['type'] == 'session.refused']
        self.assertEqual(len(refused), 1)
        self.assertEqual(self.site.get('/v1/yard').status, 200)
        self.assertEqual(self.site.post('/v1/session', {'name': 'li', 'password': PASSWORD}).status, 201)  # over the socket


if __name__ == '__main__':
    tap.main()
