"""Users of the machine at the Unix socket without a token: what the configuration makes of them, by user and by group, and what it makes of nobody. Only
root can be somebody else, so the test needs root; those it is are of every Debian: games (5, group 60), www-data (33), and the group mail (8)."""
import json, os, pwd, signal, subprocess, unittest
from testsite import BUILD, CLIENT, DAEMON, Site
import tap

GAMES, WWW, MAIL = 5, 33, 8


def known(*names):
    try:
        return all(pwd.getpwnam(n) for n in names)
    except KeyError:
        return False


def opened(site):
    """The socket as a machine would let members of its group have it."""
    os.chmod(site.dir, 0o755)
    os.chmod(site.socket, 0o666)
    return site


class As(unittest.TestCase):
    def ask(self, site, uid, path='/v1/site', groups=(), gid=65534, method='GET', token=None):
        def become():
            os.setgroups(list(groups))
            os.setgid(gid)
            os.setuid(uid)
        headers = ['-H', f'Authorization: Bearer {token}'] if token else []
        p = subprocess.run(['curl', '-s', '-X', method, '-w', '\n%{http_code}', *headers, '-H', 'Accept-Language: en', '--unix-socket', site.socket,
                            'http://gateslot' + path], capture_output=True, text=True, preexec_fn=become)
        body, status = p.stdout.rsplit('\n', 1)
        return int(status), json.loads(body) if body else None

    def reload(self, site, extra):
        before = site.read_log().count('event=reloaded')
        site.write_config(extra=extra)
        site.process.send_signal(signal.SIGHUP)
        while site.read_log().count('event=reloaded') == before:
            site.get('/readyz')


@unittest.skipUnless(os.geteuid() == 0 and known('games', 'www-data'), 'only root can be somebody else')
class LocalUsers(As):
    def test_a_user_has_the_role_of_its_own_entry(self):
        with opened(Site(extra='peers: {users: {games: gate}}')) as site:
            self.assertEqual(self.ask(site, GAMES)[0], 200)
            self.assertEqual(self.ask(site, GAMES, '/v1/tokens')[0], 403)
            status, problem = self.ask(site, WWW)
            self.assertEqual((status, problem['code']), (401, 'unauthorized'))
            self.assertIn('33', problem['detail'])
            self.assertEqual(self.ask(site, GAMES, token='gs_wrong')[0], 401, 'who sends a token is judged by it')
            self.assertEqual(self.ask(site, 0, '/v1/tokens')[0], 200)

    def test_the_groups_entry_that_may_most_counts_and_the_users_own_goes_before(self):
        with opened(Site(extra='peers: {users: {games: display}, groups: {mail: supervisor, www-data: gate}}')) as site:
            self.assertEqual(self.ask(site, WWW, '/v1/yard', gid=WWW)[0], 200, 'the effective group')
            self.assertEqual(self.ask(site, WWW, '/v1/tokens', gid=WWW)[0], 403)
            self.assertEqual(self.ask(site, WWW, '/v1/tokens', groups=[WWW, MAIL])[0], 200, 'supplementary ones')
            self.assertEqual(self.ask(site, WWW, '/v1/tokens', groups=[MAIL, WWW])[0], 200)
            self.assertEqual(self.ask(site, WWW)[0], 401, 'what /etc/group says of a user is not asked: the process counts')
            self.assertEqual(self.ask(site, GAMES, '/v1/tokens', groups=[MAIL])[0], 403, 'the own entry')

    def test_what_is_done_is_done_in_the_users_name(self):
        with opened(Site(extra='peers: {groups: {mail: supervisor}}')) as site:
            def become():
                os.setgroups([MAIL])
                os.setuid(WWW)
            p = subprocess.run([CLIENT, '--url', site.url, 'token', 'create', '--name', 't', '--role', 'gate'], capture_output=True, text=True,
                               preexec_fn=become, env=dict(os.environ, LC_ALL='C.UTF-8'))
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertEqual(site.events()[-1]['actor'], {'role': 'supervisor', 'name': 'www-data'})
            self.assertEqual(site.post('/v1/tokens', {'name': 'games', 'role': 'backend'}).status, 201)
            status, problem = self.ask(site, GAMES, groups=[MAIL])
            self.assertEqual(status, 401, 'a token has that name')
            self.assertIn('games', problem['detail'])

    def test_a_reload_holds_for_connections_that_stand(self):
        code = '''import http.client, os, socket, sys
os.setgroups([]); os.setuid(5)
c = http.client.HTTPConnection('localhost'); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sys.argv[1])
for line in sys.stdin:
    c.request('GET', '/v1/site'); r = c.getresponse(); r.read(); print(r.status, flush=True)
'''
        with opened(Site()) as site:
            p = subprocess.Popen(['/usr/bin/python3', '-c', code, site.socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
            for extra, status in (('', 401), ('peers: {users: {games: display}}', 200), ('peers: {groups: {games: display}}', 401)):
                self.reload(site, extra)
                p.stdin.write('\n')
                self.assertEqual(int(p.stdout.readline()), status, extra)
            p.stdin.close()
            p.wait()

    def test_who_waits_and_loses_his_role_gets_no_event(self):
        code = '''import http.client, os, socket, sys
os.setgroups([]); os.setuid(5)
c = http.client.HTTPConnection('localhost'); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sys.argv[1])
c.request('GET', '/v1/events?wait=60&after=' + sys.argv[2]); r = c.getresponse(); print(r.status, r.read().decode(), flush=True)
'''
        with opened(Site(extra='peers: {users: {games: supervisor}}')) as site:
            after = site.events()[-1]['seq'] if site.events() else 0
            p = subprocess.Popen(['/usr/bin/python3', '-c', code, site.socket, str(after)], stdout=subprocess.PIPE, text=True)
            while b'gateslot_http_waiting 1' not in site.get('/metrics').body:
                pass
            self.reload(site, 'peers: {users: {games: gate}}')
            said = p.stdout.read()
            p.wait()
            self.assertEqual((said[:3], 'config.reloaded' in said), ('401', False))

    @unittest.skipIf(subprocess.run(['unshare', '-Ur', 'true'], capture_output=True).returncode, 'no user namespace can be made here')
    def test_a_namespace_that_hides_users_is_told_of(self):
        with opened(Site(extra='peers: {users: {games: gate}, groups: {mail: gate}}')) as site:
            config = f'{site.dir}/gateslotd.yaml'
            p = subprocess.run(['unshare', '-Ur', DAEMON, '--check-config', '--config', config], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))
            self.assertEqual((p.returncode, p.stdout), (0, ''))
            self.assertEqual([(l.split(': ')[1], 'PrivateUsers=yes' in l) for l in p.stderr.splitlines()],
                             [('peers.users.games', True), ('peers.groups.mail', True)])


class Names(As):
    def test_a_name_that_nobody_has_is_a_warning(self):
        extra = 'peers: {users: {nosuchuser: gate}, groups: {nosuchgroup: gate}}'
        with Site(extra=extra) as site:
            for lang, word in (('C', 'warning'), ('zh_CN.UTF-8', '警告')):
                p = subprocess.run([DAEMON, '--check-config', '--config', f'{site.dir}/gateslotd.yaml'], capture_output=True, text=True, env=dict(os.environ, LC_ALL=lang))
                self.assertEqual((p.returncode, p.stdout), (0, ''))
                self.assertEqual(p.stderr.count(word), 2, p.stderr)
                self.assertIn('peers.users.nosuchuser', p.stderr)
            self.reload(site, extra)
            self.assertEqual(site.read_log().count('event=peers key=peers.groups.nosuchgroup'), 2, 'at the start and at the reload')

    def test_what_it_would_do_is_shown_first(self):
        with Site(extra='peers: {users: {games: gate}}') as site:
            with open(f'{site.dir}/gateslotd.yaml') as f:
                text = f.read().replace('games: gate', 'games: supervisor')
            a = site.call('POST', '/v1/config/preview', text, headers={'Content-Type': 'application/yaml'})
            self.assertEqual([(o['key'], o['old'], o['new']) for o in a.json['options']], [('peers.users.games', 'gate', 'supervisor')])


if __name__ == '__main__':
    tap.main()
