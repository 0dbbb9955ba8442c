"""A log that nobody reads: the daemon serves on, whatever its stderr is, and says later how many lines were lost; and
descriptors 0 to 2 are never anything but what they were given as."""
import fcntl, itertools, os, pty, re, resource, select, signal, socket, subprocess, sys, termios, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../api'))
import tap  # noqa: E402
from testsite import Site, WRAP, DAEMON, CLIENT, request  # noqa: E402

BAD = 'nonsense: {what: is this}\n'


class Quiet(Site):
    """A site whose stderr is given; closed: descriptors that are closed before the daemon runs."""

    def __init__(self, stderr=None, closed=(), limit=None):
        self.stderr, self.closed, self.limit = stderr, closed, limit
        super().__init__()

    def launch(self, wait=True):
        def prepare():
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGXFSZ, signal.SIGPIPE, signal.SIGTTOU):
                signal.signal(number, signal.SIG_DFL)
            if self.limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.limit))
            for fd in self.closed:
                os.close(fd)
        argv = WRAP + [DAEMON, '--config', f'{self.dir}/gateslotd.yaml', '--drill', self.start_at, '--drill-speed', '0']
        self.log = open(f'{self.dir}/log', 'a')
        self.process = subprocess.Popen(argv, stderr=self.log if self.stderr is None else self.stderr, stdout=self.log, preexec_fn=prepare)
        if wait:
            self.wait_ready()

    def reload_badly(self, times):
        """Each makes two lines; the next signal only when this one was answered, for two pending ones are one."""
        with open(f'{self.dir}/gateslotd.yaml', 'w') as f:
            f.write(BAD * 20)
        for _ in range(times):
            self.process.send_signal(signal.SIGHUP)
            assert self.get('/livez').status == 200
            time.sleep(0)
            assert self.get('/livez').status == 200

    def metric(self, name):
        return int(re.search(rf'^gateslot_{name} (\d+)$', self.get('/metrics').body.decode(), re.M)[1])


def fill(fd):
    """Until nothing more fits; the descriptor is left as it was."""
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    for size in (65536, 4096, 1):
        try:
            while True:
                os.write(fd, b'.' * size)
        except BlockingIOError:
            pass
    fcntl.fcntl(fd, fcntl.F_SETFL, flags)


def a_pipe():
    read, write = os.pipe()
    return read, write


def a_small_pipe():
    read, write = os.pipe()
    fcntl.fcntl(write, 1031, 4096)  # F_SETPIPE_SZ
    return read, write


def a_stream():
    a, b = socket.socketpair()
    return a.detach(), b.detach()


def a_datagram():
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return a.detach(), b.detach()


def a_terminal():
    master, slave = pty.openpty()
    return master, slave


def a_stopped_terminal():
    master, slave = pty.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    return master, slave


KINDS = [a_pipe, a_small_pipe, a_stream, a_datagram, a_terminal, a_stopped_terminal]


def drain(fd, until, slave=None):
    if slave is not None:
        try:
            termios.tcflow(slave, termios.TCOON)
        except termios.error:
            pass
    got = b''
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not until(got):
        if select.select([fd], [], [], 0.2)[0]:
            got += os.read(fd, 65536)
    return got.decode(errors='replace').lstrip('.')


class Log(unittest.TestCase):
    def test_an_unread_log_holds_up_nobody_and_is_counted(self):
        for kind in KINDS:
            for filled in (True, False):
                with self.subTest(kind=kind.__name__, filled=filled):
                    read, write = kind()
                    if filled and kind is not a_stopped_terminal:
                        fill(write)
                    with Quiet(stderr=write) as site:
                        site.reload_badly(60)
                        began = time.monotonic()
                        self.assertEqual(site.book(request(1)).status, 201)
                        while site.metric('log_lines_dropped_total') == 0 and time.monotonic() < began + 60:
                            site.reload_badly(20)
                        dropped = site.metric('log_lines_dropped_total')
                        self.assertGreater(dropped, 0)
                        text = drain(read, lambda b: b'event=log_dropped' in b and b'event=reload ' in b, slave=write)
                        told = sum(int(n) for n in re.findall(r'event=log_dropped lines=(\d+)', text))
                        self.assertEqual(told, dropped)
                        self.assertIn('event=reload ', text)
                    os.close(read)
                    os.close(write)

    def test_it_ends_in_time_with_an_unread_log(self):
        for kind in KINDS:
            with self.subTest(kind=kind.__name__):
                read, write = kind()
                if kind is not a_stopped_terminal:
                    fill(write)
                with Quiet(stderr=write) as site:
                    site.process.send_signal(signal.SIGTERM)
                    self.assertEqual(site.process.wait(20), 0)
                os.close(read)
                os.close(write)

    def test_a_bad_config_ends_a_start_although_nobody_reads_why(self):
        read, write = a_pipe()
        fill(write)
        with Quiet() as site:
            site.stop()
            with open(f'{site.dir}/gateslotd.yaml', 'w') as f:
                f.write(BAD)
            p = subprocess.Popen(WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml'], stderr=write)
            self.assertEqual(p.wait(20), 1)
        os.close(read)
        os.close(write)

    def test_a_reader_that_went_away_ends_nothing(self):
        for kind in (a_pipe, a_stream, a_datagram, a_terminal):
            with self.subTest(kind=kind.__name__):
                read, write = kind()
                with Quiet(stderr=write) as site:
                    os.close(read)
                    site.reload_badly(3)
                    self.assertEqual(site.book(request(1)).status, 201)
                    began = time.monotonic()
                    while site.metric('log_lines_dropped_total') == 0 and time.monotonic() < began + 20:
                        pass
                    self.assertGreater(site.metric('log_lines_dropped_total'), 0)
                os.close(write)

    def test_a_log_file_that_may_not_grow_ends_nothing_and_is_told_when_it_may(self):
        site = Quiet(limit=1 << 30)
        with site:
            with open(f'{site.dir}/log', 'a') as f:
                f.truncate(1 << 30)
            site.reload_badly(3)
            self.assertEqual(site.book(request(1)).status, 201)
            began = time.monotonic()
            while site.metric('log_lines_dropped_total') == 0 and time.monotonic() < began + 20:
                pass
            dropped = site.metric('log_lines_dropped_total')
            self.assertGreater(dropped, 0)
            os.truncate(f'{site.dir}/log', 0)
            site.reload_badly(1)
            began = time.monotonic()
            while 'log_dropped' not in site.read_log() and time.monotonic() < began + 20:
                pass
            self.assertEqual(sum(int(n) for n in re.findall(r'log_dropped lines=(\d+)', site.read_log())), dropped)

    def test_closed_descriptors_never_become_anything_else(self):
        for closed in itertools.chain.from_iterable(itertools.combinations((0, 1, 2), n) for n in (1, 2, 3)):
            with self.subTest(closed=closed):
                with Quiet(closed=closed) as site:
                    at = {fd: os.readlink(f'/proc/{site.process.pid}/fd/{fd}') for fd in (0, 1, 2)}
                    for fd in closed:
                        self.assertEqual(at[fd], '/dev/null')
                    site.reload_badly(2)
                    self.assertEqual(site.book(request(1)).status, 201)
                    with open(f'{site.dir}/gateslot.db', 'rb') as f:
                        self.assertEqual(f.read(15), b'SQLite format 3')
                    site.write_config()
                    site.stop()
                    site.launch()
                    self.assertEqual(site.get('/v1/bookings?date=2026-11-25').json['items'].__len__(), 1)

    def test_the_client_keeps_its_table_out_of_its_socket(self):
        with Quiet() as site:
            for closed in ((1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
                with self.subTest(closed=closed):
                    p = subprocess.Popen([CLIENT, '--url', site.url, 'list'], preexec_fn=lambda: [os.close(fd) for fd in closed],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    p.communicate(timeout=20)
                    self.assertEqual(p.returncode, 1 if 1 in closed else 0)


if __name__ == '__main__':
    tap.main()
