"""Two servers and the monitor of pg_auto_failover on this machine, in a folder of their own: what promotes the standby when the primary has
died or hangs. The settings are those of docs/postgresql.md. A machine's death is that of its keeper and its server together."""
import glob, json, os, signal, subprocess, time
import cluster

PROGRAM = '/usr/bin/pg_autoctl'
MONITOR_SETTINGS = {'pgautofailover.health_check_period': '500ms', 'pgautofailover.health_check_timeout': '500ms',
                    'pgautofailover.health_check_max_retries': 1, 'pgautofailover.health_check_retry_delay': '200ms',
                    'pgautofailover.node_considered_unhealthy_timeout': '2s', 'pgautofailover.primary_demote_timeout': '2s',
                    'pgautofailover.startup_grace_period': '2s'}
PARTITION_S = 2


class Keeper:
    """pg_autoctl with the server it starts: the monitor, or one of the two."""

    def __init__(self, folder, name, *create):
        self.folder, self.name, self.port, self.process = folder, name, cluster.free_port(), None
        self.home = os.path.realpath(f'{folder.path}/{name}')
        self.data = f'{self.home}/data'
        for place in (self.home, f'{self.home}/run'):
            os.mkdir(place, 0o700)
            if cluster.OWNER:
                os.chown(place, cluster.OWNER.pw_uid, cluster.OWNER.pw_gid)
        path = f"{cluster.BIN}:{os.environ['PATH']}"
        self.env = {'PATH': path, 'HOME': self.home, 'XDG_CONFIG_HOME': f'{self.home}/config', 'XDG_DATA_HOME': f'{self.home}/share',
                    'XDG_RUNTIME_DIR': f'{self.home}/run', 'PG_CONFIG': '/usr/bin/pg_config', 'LANG': 'C', 'TMPDIR': self.home, 'PG_REGRESS_SOCK_DIR': self.home, 'PGHOST': self.home}
        self.ctl('create', *create, '--pgdata', self.data, '--pgport', str(self.port), '--pgctl', f'{cluster.BIN}/pg_ctl', '--hostname', '127.0.0.1',
                 '--auth', 'trust', '--no-ssl')

    def ctl(self, *argv):
        p = subprocess.run([PROGRAM, *argv], capture_output=True, text=True, env=self.env, cwd=self.home, **cluster.AS_OWNER)
        if p.returncode:
            raise AssertionError(f'pg_autoctl {argv} ended {p.returncode}:\n{p.stdout[-1000:]}\n{p.stderr[-3000:]}')
        return p.stdout

    def set(self, settings):
        with open(f'{self.data}/postgresql.conf', 'a') as f:
            f.writelines(f"{k} = '{v}'\n" for k, v in {**settings, 'dynamic_shared_memory_type': 'mmap'}.items())

    def start(self):
        with open(f'{self.folder.path}/{self.name}.log', 'a') as log:
            self.process = subprocess.Popen([PROGRAM, 'run', '--pgdata', self.data], env=self.env, cwd=self.home, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, preexec_fn=cluster.end_with_parent, **cluster.AS_OWNER)
        return self

    def processes(self):
        """All that stand in the home or below it: keeper and server."""
        return [*cluster.processes_in(self.home), *cluster.processes_in(self.data)]

    def signal(self, number):
        for pid in self.processes():
            cluster.signal_if_there(pid, number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        for name in glob.glob(f'{self.home}/run/**/pg_autoctl.pid', recursive=True):  # the semaphore of its log, which nobody else removes
            with open(name) as f:
                subprocess.run(['ipcrm', '-s', f.read().splitlines()[4]], check=True)
        while self.processes():
            self.signal(signal.SIGKILL)
            if self.process is not None:
                self.process.poll()
            time.sleep(0.002)
        self.process = None

    def sql(self, statement, database='postgres', user='postgres', timeout=5):
        """None: no answer."""
        argv = [f'{cluster.BIN}/psql', '-qAtX', '-h', '127.0.0.1', '-p', str(self.port), '-U', user, '-d', database, '-c', statement]
        try:
            p = subprocess.run(argv, capture_output=True, text=True, cwd='/', timeout=timeout, env=dict(os.environ, PGCONNECT_TIMEOUT='2'))
        except subprocess.TimeoutExpired:
            return None
        return p.stdout.strip() if p.returncode == 0 else None

    def read_log(self):
        with open(f'{self.folder.path}/{self.name}.log', errors='replace') as f:
            return f.read()


class Failover:
    """`synchronous`: the second server has to consent to what the first commits; without it what is acknowledged may be lost."""

    def __init__(self, folder, synchronous=True):
        self.folder, self.synchronous = folder, synchronous
        self.monitor = Keeper(folder, 'monitor', 'monitor')
        self.monitor.set(MONITOR_SETTINGS)
        self.monitor.start()
        self.wait(lambda: self.monitor.sql('SELECT 1', 'pg_auto_failover') == '1', 'the monitor answers')
        self.uri = f'postgresql://autoctl_node@127.0.0.1:{self.monitor.port}/pg_auto_failover?sslmode=prefer'
        quorum = 'true' if synchronous else 'false'
        self.nodes = []
        for name in ('a', 'b'):
            node = Keeper(folder, name, 'postgres', '--monitor', self.uri, '--name', name, '--replication-quorum', quorum)
            node.ctl('config', 'set', '--pgdata', node.data, 'timeout.network_partition_timeout', str(PARTITION_S))
            node.set({})
            self.nodes.append(node.start())
            self.wait(lambda: node.sql('SELECT 1') == '1', 'the server answers')
        self.wait(self.settled, 'both servers are in order', 60)
        self.primary().sql(f'CREATE ROLE {cluster.ROLE} LOGIN; GRANT pg_monitor TO {cluster.ROLE}')

    def states(self):
        p = subprocess.run([PROGRAM, 'show', 'state', '--json', '--pgdata', self.monitor.data], capture_output=True, text=True, env=self.monitor.env,
                           cwd=self.monitor.home, **cluster.AS_OWNER)
        return {n['nodename']: (n['current_group_state'], n['assigned_group_state']) for n in json.loads(p.stdout)} if p.returncode == 0 else {}

    def settled(self):
        return sorted(self.states().values()) == [('primary', 'primary'), ('secondary', 'secondary')]

    def primary(self):
        """The one that may write, of those that answer and of which the monitor thinks so."""
        for node in self.nodes:
            if self.states().get(node.name, ('',))[0] in ('primary', 'single', 'wait_primary') and node.sql('SELECT pg_is_in_recovery()') == 'f':
                return node
        return None

    def other(self, node):
        return next(n for n in self.nodes if n is not node)

    def wait(self, what, words, seconds=30):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            if time.monotonic() > deadline:
                logs = '\n'.join(f'{k.name}:\n{k.read_log()[-1500:]}' for k in (self.monitor, *getattr(self, 'nodes', [])) if k.process)
                raise AssertionError(f'not in {seconds} s: {words}\n{logs}')
            time.sleep(0.05)
        return result

    def database(self, name):
        self.primary().sql(f"CREATE DATABASE {name} OWNER {cluster.ROLE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        hosts = ','.join(f'127.0.0.1:{n.port}' for n in self.nodes)
        return f'postgresql://{cluster.ROLE}@{hosts}/{name}'
