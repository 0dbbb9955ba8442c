"""The service manager's side: what it is told, and the sockets it passes."""
import os, signal, socket, subprocess, sys, unittest

import tap
from testsite import DAEMON, WRAP, Site, Unix, default_signals


class Manager(unittest.TestCase):
    def setUp(self):
        self.site = Site()  # for its directory and config; it is stopped until a test starts it its own way
        self.site.stop()
        self.addCleanup(self.site.close)

    def start(self, env, passed=None):
        """As the manager does: the descriptor as 3, and the number of the process that is to have it."""
        argv = WRAP + [DAEMON, '--config', f'{self.site.dir}/gateslotd.yaml', '--drill', self.site.start_at]
        become = ('import os, sys\n'
                  'given = int(sys.argv[1])\n'
                  'if given >= 0:\n    os.dup2(given, 3)\n'
                  'os.environ.setdefault("LISTEN_PID", str(os.getpid()))\n'
                  'os.execvp(sys.argv[2], sys.argv[2:])')
        fd = passed.fileno() if passed else -1
        self.site.log = open(f'{self.site.dir}/log', 'a')
        self.site.process = subprocess.Popen([sys.executable, '-c', become, str(fd)] + argv, env=dict(os.environ, **env), pass_fds=[fd] if passed else [],
                                             stderr=self.site.log, stdout=self.site.log, preexec_fn=default_signals)

    def listener(self, name):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(name)
        s.settimeout(60)
        self.addCleanup(s.close)
        return s

    def tells(self, bound, given):
        s = self.listener(bound)
        self.start({'NOTIFY_SOCKET': given})
        self.assertEqual([s.recv(200), s.recv(200)], [b'STATUS=serving', b'READY=1'])
        self.site.process.send_signal(signal.SIGHUP)
        told = s.recv(200)
        while told == b'WATCHDOG=1':
            told = s.recv(200)
        self.assertRegex(told, rb'\ARELOADING=1\nMONOTONIC_USEC=[0-9]+\Z')
        told = {s.recv(200)}
        while b'READY=1' not in told:
            told.add(s.recv(200))
        self.site.process.send_signal(signal.SIGTERM)
        while b'STOPPING=1' not in told:
            told.add(s.recv(200))
        self.assertLessEqual(told, {b'READY=1', b'WATCHDOG=1', b'STOPPING=1'})
        self.assertEqual(self.site.process.wait(60), 0)

    def test_it_is_told_of_start_reload_and_end(self):
        self.tells(f'{self.site.dir}/notify', f'{self.site.dir}/notify')

    def test_its_socket_may_have_an_abstract_name(self):
        name = f'gateslot-{os.getpid()}'
        self.tells('\0' + name, '@' + name)

    def test_a_manager_that_does_not_listen_is_no_reason_to_end(self):
        for given in (f'{self.site.dir}/nobody', 'nonsense', '', '/' + 'x' * 200):
            self.start({'NOTIFY_SOCKET': given})
            self.site.wait_ready()
            self.site.stop()

    def passed(self):
        s = socket.socket(socket.AF_UNIX)
        if os.path.exists(self.site.socket):
            os.unlink(self.site.socket)
        s.bind(self.site.socket)
        s.listen(16)
        self.addCleanup(s.close)
        return s

    def test_a_passed_socket_is_listened_on(self):
        s = self.passed()
        c = Unix(self.site.socket)
        c.connect()  # before the daemon is there: the manager's socket takes it
        self.start({'LISTEN_FDS': '1'}, s)
        self.site.wait_ready()
        c.request('GET', '/livez')
        self.assertEqual(c.getresponse().status, 200)
        c.close()
        self.site.stop()

    def test_sockets_of_another_process_are_left_alone(self):
        for env in ({'LISTEN_FDS': '1', 'LISTEN_PID': '1'}, {'LISTEN_FDS': '1x'}, {'LISTEN_FDS': '-1'}, {'LISTEN_FDS': '99999'}):
            self.start(env)
            self.site.wait_ready()
            self.site.stop()


if __name__ == '__main__':
    tap.main()
