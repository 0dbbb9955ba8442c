"""The daemon and the client under the system calls that their own units allow: a truck is booked, a backup taken, the configuration read again, the
daemon stopped, started, killed and started. Whoever asks for a call that is not allowed is killed at once, so that nothing is refused unseen."""
import ctypes, os, platform, signal, socket, struct, subprocess, sys, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
import testsite  # noqa: E402
from receiver import Receiver  # noqa: E402
from testsite import BUILD, CLIENT, DAEMON, Site, request  # noqa: E402

CONFINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'confine.py')


def under(unit, how='kill'):
    return [sys.executable, CONFINE, os.path.join(BUILD, 'systemd', unit), how]


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def sanitized():
    """A sanitizer asks for calls of its own."""
    with open(DAEMON, 'rb') as f:
        return any(word in f.read() for word in (b'__asan_init', b'__tsan_init'))


def slice_us(tid):
    """What sched_getattr(2) says of an ordinary thread; 0: the kernel keeps no slices of single threads."""
    call = {'x86_64': 315, 'aarch64': 275}.get(platform.machine())
    room = ctypes.create_string_buffer(48)
    if call is None or ctypes.CDLL(None).syscall(call, tid, room, 48, 0) != 0:
        return 0
    return struct.unpack('IIQiIQQQ', room.raw)[5] // 1000


class Confined(unittest.TestCase):
    def test_the_filter_bites(self):
        asked = {'chroot': 'import os; os.chroot("/")', 'sched_setaffinity': 'import os; os.sched_setaffinity(0, {0})',
                 'AF_NETLINK': 'import socket; socket.socket(16)', 'mount': 'import ctypes; exit(-ctypes.CDLL(None).mount(0, 0, 0, 0, 0))',
                 'written and run': 'import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)'}
        for unit in ('gateslotd.service', 'gateslotd@.service', 'gateslot-backup.service', 'gateslot-backup@.service'):
            for what, code in asked.items():
                with self.subTest(unit=unit, what=what):
                    killed = subprocess.run([*under(unit), sys.executable, '-c', code], capture_output=True)
                    self.assertEqual(killed.returncode, -signal.SIGSYS)
                    refused = subprocess.run([*under(unit, 'errno'), sys.executable, '-c', code], capture_output=True)
                    self.assertEqual(refused.returncode, 1)
            good = subprocess.run([*under(unit), sys.executable, '-c', 'print(2)'], capture_output=True, text=True)
            self.assertEqual((good.returncode, good.stdout), (0, '2\n'))
        internet = subprocess.run([*under('gateslot-backup.service'), sys.executable, '-c', 'import socket; socket.socket(socket.AF_INET)'])
        self.assertEqual(internet.returncode, -signal.SIGSYS, 'the client of the backup speaks to the Unix socket alone')

    @unittest.skipIf(sanitized(), 'a sanitizer asks for calls of its own')
    def test_all_that_a_daemon_does_is_allowed(self):
        for unit in ('gateslotd.service', 'gateslotd@.service'):
            with self.subTest(unit):
                testsite.WRAP[:] = under(unit)
                try:
                    with Receiver() as receiver:
                        extra = ('peers: {users: {games: gate, nosuchuser: gate}, groups: {mail: gate}}\n'
                                 f'webhooks: {{allow: ["http://127.0.0.1:{receiver.port}"]}}')
                        self.live(Site(listen=f'http://127.0.0.1:{free_port()}', extra=extra), receiver)
                finally:
                    testsite.WRAP[:] = []

    def live(self, site, receiver):
        with site:
            with open(f'/proc/{site.process.pid}/status') as f:
                self.assertIn('Seccomp:\t2', f.read())
            receiver.secrets.append(site.post('/v1/webhooks', {'name': 'mini', 'url': receiver.url}).json['secret'])
            booked = site.book(request(1))
            self.assertEqual(booked.status, 201)
            if slice_us(os.getpid()) > 0:  # a thread asks for its own: the writer has run, for it has written
                slices = [slice_us(int(tid)) for tid in os.listdir(f'/proc/{site.process.pid}/task')]
                self.assertEqual((slices.count(100), slice_us(site.process.pid)), (1, 500), 'the writer goes before the loop, the loop before all others')
            receiver.wait(lambda: [e for e in receiver.events() if e['type'] == 'booking.booked'], 'its event is sent')
            backup = subprocess.run([*under('gateslot-backup.service'), CLIENT, '--url', site.url, 'backup', '--keep', '14'], capture_output=True, text=True,
                                    env=dict(os.environ, LC_ALL='C.UTF-8'))
            self.assertEqual((backup.returncode, backup.stderr), (0, ''))
            self.assertIn('backup written to', backup.stdout)
            site.write_config(bays=41)
            site.process.send_signal(signal.SIGHUP)
            for _ in range(100000):
                if site.get('/v1/yard').json['bays'] == 41:
                    break
            self.assertEqual(site.get('/v1/yard').json['bays'], 41)
            check = subprocess.run([*testsite.WRAP, DAEMON, '--check-config', '--config', f'{site.dir}/gateslotd.yaml'], capture_output=True, text=True)
            self.assertEqual(check.returncode, 0, check.stderr)
            for verb in ('/v1/events?after=0', '/v1/report/2026-11-25', '/metrics', '/v1/bookings?q=' + booked.json['plate'][1:]):
                self.assertLess(site.get(verb).status, 500)
            person = {'name': 'li', 'password': 'correct horse battery'}
            self.assertEqual(site.post('/v1/users', {**person, 'role': 'gate'}).status, 201)
            self.assertEqual(site.post('/v1/session', person).status, 201)
            site.stop()
            site.launch()
            site.kill()
            site.launch()
            self.assertEqual(site.get(f'/v1/bookings/{booked.json["id"]}').json['status'], 'booked')


if __name__ == '__main__':
    tap.main()
