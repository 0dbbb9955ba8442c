"""The cluster of docs/postgresql.md under fire: two servers and the monitor of pg_auto_failover on loopback, and clients that commit rows with
keys, try again what nobody answered for, and count as acknowledged only what was committed without a warning. Per round one of: the first
machine killed, frozen, its commits' waits cancelled and then the machine killed, the standby lost. Afterwards nothing acknowledged is missing
and no key has two effects. Controls must lose something and be caught at it: a cluster without a synchronous standby, and clients that take a
warning for success.

Usage: soak_failover.py [--rounds N] [--clients N] [--seed N] [--no-controls]"""
import argparse, random, signal, sys, threading, time
import cluster, failover, libpq

FAULTS = ('kill', 'freeze', 'cancel', 'lose_standby')
DEADLINE_S, MOST_GAP_S = 2, 10
TABLES = '''CREATE TABLE taken (key text PRIMARY KEY); CREATE TABLE effect (key text NOT NULL); CREATE TABLE start (client int PRIMARY KEY, n int NOT NULL)'''
DO_ONCE = "WITH new AS (INSERT INTO taken VALUES ('{0}') ON CONFLICT DO NOTHING RETURNING key) INSERT INTO effect SELECT key FROM new"
BEGIN = 'INSERT INTO start VALUES ({0}, 1) ON CONFLICT (client) DO UPDATE SET n = start.n + 1'


class Client(threading.Thread):
    """One key after the other. A connection begins with a commit of its own: when the standby has consented to that, it has all before it."""

    def __init__(self, index, ports, over, careless):
        super().__init__(daemon=True)
        self.index, self.ports, self.over, self.careless = index, list(ports), over, careless
        self.acknowledged, self.unknown, self.connection = [], 0, None

    def connected(self):
        if self.connection is None:
            hosts, ports = ','.join(['127.0.0.1'] * len(self.ports)), ','.join(map(str, self.ports))
            c = libpq.Connection(f'host={hosts} port={ports} user={cluster.ROLE} dbname=soak target_session_attrs=read-write connect_timeout=2')
            if not c.ok or not self.commit(c, BEGIN.format(self.index)):
                c.close()
                self.ports.reverse()  # the one that did not do is asked last
                time.sleep(0.05)
                return False
            self.connection = c
        return True

    def commit(self, connection, statement):
        done = connection.execute(statement, DEADLINE_S)
        return done and (self.careless or not connection.warned)

    def run(self):
        n = 0
        while not self.over.is_set():
            if not self.connected():
                continue
            key = f'{self.index}-{n}'
            if self.commit(self.connection, DO_ONCE.format(key)):
                self.acknowledged.append((time.monotonic(), key))
                n += 1
                time.sleep(0.005)  # enough are under way at any moment, and the machine's processors are left to those that watch it
            else:
                self.unknown += 1
                self.connection.close()
                self.connection = None
        if self.connection is not None:
            self.connection.close()


class Soak:
    def __init__(self, folder, clients, synchronous=True, careless=False):
        self.servers = failover.Failover(folder, synchronous)
        self.servers.primary().sql(f'CREATE DATABASE soak OWNER {cluster.ROLE} TEMPLATE template0')
        for statement in TABLES.split('; '):
            if self.servers.primary().sql(statement, 'soak', cluster.ROLE) is None:
                raise AssertionError(statement)
        self.over = threading.Event()
        self.clients = [Client(n, [s.port for s in self.servers.nodes], self.over, careless) for n in range(clients)]
        for c in self.clients:
            c.start()
        self.wait_for_more()

    def instants(self):
        return sorted(at for c in self.clients for at, _ in list(c.acknowledged))

    def wait_for_more(self, count=200):
        """So many more acknowledgements than now: the clients are at work."""
        goal = len(self.instants()) + count
        self.servers.wait(lambda: len(self.instants()) >= goal, 'the clients go on', 60)

    def gap(self, since):
        """The longest time from then on without any acknowledgement."""
        points = [since] + [at for at in self.instants() if at >= since]
        return max(b - a for a, b in zip(points, points[1:]))

    # ---- what happens to the machines; each returns when the clients go on and all is in order again ----

    def round(self, fault):
        first = self.servers.primary()
        second = self.servers.other(first)
        begin = time.monotonic()
        getattr(self, fault)(first, second)
        self.wait_for_more()
        gap = self.gap(begin)
        for node in (first, second):
            if node.process is None:
                node.start()
        self.servers.wait(self.settled, 'both servers are in order again', 240)
        self.wait_for_more()
        return gap

    def settled(self):
        """A server that must be made anew, because it died twice, waits for the other's next checkpoint: up to five minutes, unless somebody asks for one."""
        if self.servers.settled():
            return True
        if (primary := self.servers.primary()) is not None:
            primary.sql('CHECKPOINT', timeout=20)
        return False

    def kill(self, first, second):
        first.kill()

    def freeze(self, first, second):
        first.freeze()
        self.servers.wait(lambda: second.sql('SELECT pg_is_in_recovery()') == 'f', 'the other is promoted', 60)
        self.wait_for_more()
        first.thaw()

    def lose_standby(self, first, second):
        second.kill()

    def fall_behind(self, first):
        """The process that sends to the standby stands still: what is committed from now on is on the first machine alone, and dies with it."""
        cluster.signal_if_there(int(first.sql("SELECT pid FROM pg_stat_replication WHERE state = 'streaming'")), signal.SIGSTOP)

    def cancel(self, first, second):
        """Commits that wait for the standby are told done, with a warning, and then their machine dies."""
        waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        self.fall_behind(first)
        self.servers.wait(lambda: int(first.sql(f'SELECT count(*) {waiting}')) > 0, 'commits wait')
        first.sql(f'SELECT pg_cancel_backend(pid) {waiting}')
        first.kill()

    def kill_behind(self, first, second):
        self.fall_behind(first)
        self.wait_for_more(100)
        first.kill()

    # ---- what came of it ----

    def judge(self):
        """(acknowledged, missing of them, keys with two effects, outcomes nobody knew)"""
        self.over.set()
        for c in self.clients:
            c.join(30)
        acknowledged = {key for c in self.clients for _, key in c.acknowledged}
        primary = self.servers.primary()
        stored = set(primary.sql('SELECT key FROM effect', 'soak', timeout=60).split())
        twice = int(primary.sql('SELECT count(*) FROM (SELECT FROM effect GROUP BY key HAVING count(*) > 1) t', 'soak', timeout=60))
        return len(acknowledged), len(acknowledged - stored), twice, sum(c.unknown for c in self.clients)


def p95(gaps):
    return sorted(gaps)[max(0, -(-95 * len(gaps) // 100) - 1)]


def soak(rounds, clients, seed, most_gap_s):
    rng, gaps = random.Random(seed), []
    with cluster.Folder() as folder:
        s = Soak(folder, clients)
        for n in range(rounds):
            fault = FAULTS[n] if n < len(FAULTS) else rng.choice(FAULTS)
            gaps.append(s.round(fault))
            print(f'# round {n + 1}: {fault}: {gaps[-1]:.1f} s without an acknowledgement', flush=True)
        acknowledged, missing, twice, unknown = s.judge()
    longest = p95(gaps)
    print(f'# {rounds} rounds, {clients} clients: {acknowledged} acknowledged, {missing} of them missing, {twice} keys with two effects, {unknown} unknown, '
          f'longest gap p95 {longest:.1f} s', flush=True)
    return missing == 0 and twice == 0 and longest <= most_gap_s


def control(name, clients, fault, **kw):
    """True: it lost something, and that was seen."""
    with cluster.Folder() as folder:
        s = Soak(folder, clients, **kw)
        s.round(fault)
        acknowledged, missing, _, _ = s.judge()
    print(f'# control, {name}: {missing} of {acknowledged} acknowledged are missing', flush=True)
    return missing > 0


def controls(clients):
    return control('no synchronous standby', clients, 'kill_behind', synchronous=False) & control('warnings ignored', clients, 'cancel', careless=True)


def arguments(prog, clients):
    p = argparse.ArgumentParser(prog=prog)
    p.add_argument('--rounds', type=int, default=30)
    p.add_argument('--clients', type=int, default=clients)
    p.add_argument('--seed', type=int, default=random.randrange(1 << 30))
    p.add_argument('--gap', type=float, default=MOST_GAP_S, help='seconds without an acknowledgement, at most')
    p.add_argument('--no-controls', action='store_true')
    return p.parse_args()


def main():
    a = arguments('./dev soak cluster', 16)
    if lacking := cluster.missing('pg_autoctl'):
        print(lacking, file=sys.stderr)
        return 77
    print(f'# seed {a.seed}', flush=True)
    ok = soak(a.rounds, a.clients, a.seed, a.gap)
    return 0 if (a.no_controls or controls(a.clients)) and ok else 1


if __name__ == '__main__':
    sys.exit(main())
