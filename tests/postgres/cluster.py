"""Throw-away PostgreSQL for tests: a server in a folder and on a port of its own, with a standby that must consent if asked for, gone at
the end of its `with` block and also when the test is killed. Servers refuse to run as root: root starts them as the user postgres."""
import fcntl, glob, os, pwd, random, shutil, signal, socket, subprocess, sys, tempfile, time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import testsite  # noqa: E402
from testsite import end_with_parent  # noqa: E402

BIN = next(iter(sorted(glob.glob('/usr/lib/postgresql/*/bin'), key=lambda p: -int(p.split('/')[4]))), None)
OWNER = pwd.getpwnam('postgres') if os.geteuid() == 0 and BIN else None
AS_OWNER = {'user': OWNER.pw_uid, 'group': OWNER.pw_gid, 'extra_groups': []} if OWNER else {}
ROLE = 'gateslot'  # who owns the sites' databases: no superuser, as in the manual
SETTINGS = {'shared_buffers': '16MB', 'max_connections': 100, 'dynamic_shared_memory_type': 'mmap', 'wal_level': 'replica', 'max_wal_senders': 8, 'hot_standby': 'on', 'wal_keep_size': '64MB',
            'max_wal_size': '256MB', 'autovacuum_naptime': '10s', 'wal_receiver_status_interval': '1s', 'wal_retrieve_retry_interval': '100ms'}
# Ends, with all that works in the folder, when whoever holds the other end of the pipe has ended, in whatever way; then it removes the folder.
GUARD = """import glob, os, shutil, subprocess, sys, time
folder = os.path.realpath(sys.argv[1])
os.read(0, 1)
def at_work():
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            if (os.readlink(f'/proc/{name}/cwd') + '/').startswith(folder + '/'):
                yield int(name)
        except OSError:
            pass
for _ in range(50):
    left = [pid for pid in at_work() if pid != os.getpid()]
    for pid in left:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
    if not left:
        break
    time.sleep(0.02)
for name in glob.glob(folder + '/*/postmaster.pid') + glob.glob(folder + '/*/data/postmaster.pid'):  # what a server that was killed leaves in the kernel
    with open(name) as f:
        lines = f.read().splitlines()
    if len(lines) > 6 and len(lines[6].split()) == 2:
        subprocess.run(['ipcrm', '-m', lines[6].split()[1]], stderr=subprocess.DEVNULL)
for name in glob.glob(folder + '/*/run/**/pg_autoctl.pid', recursive=True):
    with open(name) as f:
        lines = f.read().splitlines()
    if len(lines) > 4 and lines[4].isdigit():
        subprocess.run(['ipcrm', '-s', lines[4]], stderr=subprocess.DEVNULL)
shutil.rmtree(folder, ignore_errors=True)
"""


def missing(*programs):
    """What is not installed of what a test needs, in words for who reads that it was left out; None: all is there."""
    lacking = [] if BIN and os.path.exists(f'{BIN}/initdb') else ['PostgreSQL']
    lacking += [p for p in programs if shutil.which(p, path=os.environ.get('PATH', '') + ':/usr/sbin:/usr/local/sbin') is None]
    return f"NOT TESTED: {', '.join(lacking)} not installed here" if lacking else None


def run(*argv, **kw):
    p = subprocess.run(argv, capture_output=True, text=True, cwd='/', **kw)
    if p.returncode:
        raise AssertionError(f'{argv} ended {p.returncode}:\n{p.stdout[-2000:]}\n{p.stderr[-2000:]}')
    return p.stdout


def free_port():
    """Below the ports the kernel gives to connections, so that none of those takes it before the server does, or while that is being restarted."""
    for _ in range(1000):
        port = random.SystemRandom().randrange(15000, 30000)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue
    raise AssertionError('no free port')


def template():
    """A cluster that initdb has made, once for this build."""
    version = run(f'{BIN}/postgres', '--version').split()[2]
    place = f'{testsite.BUILD}/postgres-{version}-{os.geteuid()}'
    with open(f'{place}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(place):
            making = tempfile.mkdtemp(prefix='gspg')
            try:
                if OWNER:
                    shutil.chown(making, OWNER.pw_uid, OWNER.pw_gid)
                run(f'{BIN}/initdb', '-D', f'{making}/data', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--wal-segsize=1',
                    **AS_OWNER)
                run('cp', '-a', f'{making}/data', f'{place}.new')
                os.rename(f'{place}.new', place)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return place


class Folder:
    """Where servers are, with what ends them. In memory where there is room, so that what a server syncs costs nothing; `disk`: on the disk."""

    def __init__(self, disk=False):
        shm = '/dev/shm'
        roomy = os.access(shm, os.W_OK) and os.statvfs(shm).f_bavail * os.statvfs(shm).f_frsize > 2 << 30
        self.path = tempfile.mkdtemp(prefix='gspg', dir=shm if roomy and not disk else None)
        os.chmod(self.path, 0o755)
        self.guard = subprocess.Popen([sys.executable, '-c', GUARD, self.path], stdin=subprocess.PIPE, cwd='/', start_new_session=True)
        if OWNER:
            shutil.chown(self.path, OWNER.pw_uid, OWNER.pw_gid)

    def close(self):
        self.guard.stdin.close()
        self.guard.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def processes_in(folder):
    """All that work in a folder: of a server each of its processes."""
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink(f'/proc/{name}/cwd') == folder:
                yield int(name)
        except OSError:
            pass


class Server:
    """One server. `settings` are lines of postgresql.conf; a second of a name replaces the first."""

    def __init__(self, folder, name='a', settings=None, port=None):
        self.folder, self.name, self.port = folder, name, port or free_port()
        self.data = os.path.realpath(f'{folder.path}/{name}')
        self.settings, self.process = {**SETTINGS, **(settings or {})}, None

    # ---- its life ----

    def create(self):
        run('cp', '-a', template(), self.data)
        self.configure()
        self.start()
        self.sql(f"CREATE ROLE {ROLE} LOGIN; GRANT pg_monitor TO {ROLE}")
        return self

    def configure(self, **changes):
        self.settings.update(changes)
        with open(f'{self.data}/postgresql.conf', 'w') as f:
            f.write(f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder.path}'\ncluster_name = '{self.name}'\n")
            f.writelines(f"{k} = '{v}'\n" for k, v in self.settings.items())
        if OWNER:
            shutil.chown(f'{self.data}/postgresql.conf', OWNER.pw_uid, OWNER.pw_gid)
        if self.process is not None and self.process.poll() is None:
            self.reload()

    def reload(self):
        """Read by the server's processes a moment later: what is changed is waited for by whoever needs it."""
        self.process.send_signal(signal.SIGHUP)

    def access(self, *lines):
        """Who may connect how: these lines before what allows everything."""
        with open(f'{self.data}/pg_hba.conf', 'w') as f:
            f.write('\n'.join([*lines, 'local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust', '']))
        self.sql('SELECT pg_reload_conf()')

    def start(self, wait=True):
        with open(f'{self.folder.path}/{self.name}.log', 'a') as log:
            self.process = subprocess.Popen([f'{BIN}/postgres', '-D', self.data], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.data,
                                            preexec_fn=end_with_parent, **AS_OWNER)
        if wait:
            self.wait_for(lambda: self.try_sql('SELECT 1') == '1', 'answers')
        return self

    def stop(self, how=signal.SIGINT):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        """As a machine dies: no process of it is left. A stopped one dies of this too."""
        self.process.kill()
        self.process.wait()
        while left := list(processes_in(self.data)):
            for pid in left:
                signal_if_there(pid, signal.SIGKILL)
            time.sleep(0.002)

    def freeze(self):
        """As a machine hangs: connections stay open and nothing is answered."""
        for pid in processes_in(self.data):
            signal_if_there(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in processes_in(self.data):
            signal_if_there(pid, signal.SIGCONT)

    def read_log(self):
        with open(f'{self.folder.path}/{self.name}.log', errors='replace') as f:
            return f.read()

    # ---- its standby ----

    def standby(self, name='b', synchronous=True):
        """A second server that follows this one; synchronous: whose consent each commit here waits for."""
        other = Server(self.folder, name, self.settings)
        run(f'{BIN}/pg_basebackup', '-h', '127.0.0.1', '-p', str(self.port), '-U', 'postgres', '-D', other.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync',
            **AS_OWNER)
        with open(f'{other.data}/postgresql.auto.conf', 'w') as f:
            f.write(f"primary_conninfo = 'host=127.0.0.1 port={self.port} user=postgres application_name={name}'\n")
        other.settings.pop('synchronous_standby_names', None)
        other.configure()
        other.start()
        if synchronous:
            self.require(name)
        self.wait_for(lambda: self.sql(f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{name}' AND state = 'streaming'")
                      == ('quorum' if synchronous else 'async'), 'is followed')
        return other

    def require(self, *names):
        """From now on a commit waits for one of these; for nobody if there are none."""
        self.configure(synchronous_standby_names=f"ANY 1 ({', '.join(names)})" if names else '')
        self.wait_for(lambda: (self.sql('SHOW synchronous_standby_names') != '') == bool(names), 'has read its settings')

    def promote(self):
        self.sql('SELECT pg_promote(true, 30)')
        self.wait_for(lambda: self.try_sql('SELECT pg_is_in_recovery()') == 'f', 'is promoted')

    # ---- asking it ----

    def argv(self, database='postgres', user='postgres'):
        return [f'{BIN}/psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', self.folder.path, '-p', str(self.port), '-U', user, '-d', database]

    def sql(self, *statements, database='postgres', user='postgres'):
        return run(*self.argv(database, user), *[a for s in statements for a in ('-c', s)]).strip()

    def try_sql(self, statement, database='postgres'):
        p = subprocess.run([*self.argv(database), '-c', statement], capture_output=True, text=True, cwd='/')
        return p.stdout.strip() if p.returncode == 0 else None

    def wait_for(self, what, words, seconds=30):
        deadline = time.monotonic() + seconds
        while not what():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f'server {self.name}: not in {seconds} s: {words}\n{self.read_log()[-3000:]}')
            time.sleep(0.01)

    def database(self, name):
        """An empty one for a site."""
        self.sql(f'CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0')
        return self.url(name)

    def url(self, database, user=ROLE):
        return f'postgresql://{user}@127.0.0.1:{self.port}/{database}'

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop(signal.SIGQUIT)


def signal_if_there(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
