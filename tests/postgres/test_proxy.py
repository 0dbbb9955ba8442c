"""conf/failover before two daemons: clients come to the one that is ready, and to the other within seconds when it dies or hangs. What the
daemons store is not the matter here, so each has a store of its own, and the token of one is unknown to the other."""
import http.client, re, shlex, signal, subprocess, tempfile, threading, time, unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import cluster
from testsite import SOURCE, Site
import tap

HAPROXY = cluster.missing('haproxy')
DIRECTORY = f'{SOURCE}/conf/failover'


class StandsBy(BaseHTTPRequestHandler):
    """As a daemon answers whose store is another's."""
    asked = 0

    def do_GET(self):
        StandsBy.asked += 1
        self.send_response(503)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *args):
        pass


class Gate:
    """A daemon on TCP, and a token that only this one knows."""

    def __init__(self, test):
        self.port = cluster.free_port()
        self.site = Site(listen=f'http://127.0.0.1:{self.port}')
        test.addCleanup(self.site.close)
        self.token = self.site.post('/v1/tokens', {'name': 'proxied', 'role': 'supervisor'}, key='t').json['token']


@unittest.skipIf(HAPROXY, HAPROXY)
class Haproxy(unittest.TestCase):
    def start(self, a, b):
        self.port = cluster.free_port()
        with open(f'{DIRECTORY}/haproxy.cfg') as f:
            text = f.read()
        for there, here in ((':8480\n    http-request', f'127.0.0.1:{self.port}\n    http-request'), ('192.168.7.11:8480', f'127.0.0.1:{a}'),
                            ('192.168.7.12:8480', f'127.0.0.1:{b}')):
            self.assertEqual(text.count(there), 1, there)
            text = text.replace(there, here)
        place = tempfile.mkdtemp(prefix='gsha')
        self.addCleanup(lambda: subprocess.run(['rm', '-rf', place], check=True))
        with open(f'{place}/haproxy.cfg', 'w') as f:
            f.write(text)
        p = subprocess.run(['/usr/sbin/haproxy', '-c', '-f', f'{place}/haproxy.cfg'], capture_output=True, text=True)
        self.assertEqual((p.returncode, 'WARNING' in p.stderr), (0, False), p.stderr)
        proxy = subprocess.Popen(['/usr/sbin/haproxy', '-db', '-f', f'{place}/haproxy.cfg'], stderr=subprocess.DEVNULL, preexec_fn=cluster.end_with_parent)
        self.addCleanup(lambda: (proxy.kill(), proxy.wait()))

    def status(self, token):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=2)
        try:
            c.request('GET', '/v1/site', headers={'Authorization': f'Bearer {token}'})
            return c.getresponse().status
        except OSError:
            return None
        finally:
            c.close()

    def wait_for(self, gate):
        """Until all requests come to this one: the seconds up to the first of ten in a row."""
        begin, first, in_a_row = time.monotonic(), None, 0
        while in_a_row < 10:
            at = time.monotonic()
            self.assertLess(at - begin, 10)
            in_a_row = in_a_row + 1 if self.status(gate.token) == 200 else 0
            first = at if in_a_row == 1 else first
            time.sleep(0.02)
        return first - begin

    def test_who_stands_by_is_asked_for_nothing(self):
        server = ThreadingHTTPServer(('127.0.0.1', 0), StandsBy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        gate = Gate(self)
        self.start(server.server_port, gate.port)
        self.wait_for(gate)
        while StandsBy.asked < 3:
            time.sleep(0.02)
        self.assertEqual({self.status(gate.token) for _ in range(20)}, {200})

    def test_clients_come_to_the_other_when_one_hangs_or_dies(self):
        a, b = Gate(self), Gate(self)
        b.site.kill()
        self.start(a.port, b.port)
        self.wait_for(a)
        self.addCleanup(a.site.process.send_signal, signal.SIGCONT)
        a.site.process.send_signal(signal.SIGSTOP)
        b.site.launch()
        hung = self.wait_for(b)
        a.site.process.send_signal(signal.SIGCONT)
        a.site.stop()
        self.wait_for(b)
        b.site.kill()
        a.site.launch()
        died = self.wait_for(a)
        print(f'# by HAProxy to the other daemon: {hung:.1f} s after one hangs, {died:.1f} s after it died')


class Keepalived(unittest.TestCase):
    def test_its_check_is_right_while_the_daemon_is_ready_and_only_then(self):
        gate = Gate(self)
        with open(f'{DIRECTORY}/keepalived.conf') as f:
            script = re.search(r'script "([^"]+)"', f.read())[1]
        self.assertIn('127.0.0.1:8480/readyz', script)
        argv = shlex.split(script.replace('127.0.0.1:8480', f'127.0.0.1:{gate.port}'))
        self.assertEqual(subprocess.run(argv).returncode, 0)
        gate.site.process.send_signal(signal.SIGSTOP)
        self.assertNotEqual(subprocess.run(argv).returncode, 0)
        gate.site.process.send_signal(signal.SIGCONT)
        gate.site.stop()
        self.assertNotEqual(subprocess.run(argv).returncode, 0)


if __name__ == '__main__':
    tap.main()
