"""Two daemons on the cluster of docs/postgresql.md under fire: two servers and the monitor of pg_auto_failover on loopback, and clients that book and
cancel trucks by HTTP, with keys, at whichever daemon serves, and try again what nobody answered for. Per round one of: the first machine killed or
frozen, its commits' waits cancelled and then the machine killed, the standby lost, the daemon that serves killed or frozen. Afterwards no booking
that was acknowledged is missing, no key has two effects, and the chain of events is whole. A control without a synchronous standby must lose
something and be caught at it.

Usage: soak_daemons.py [--rounds N] [--clients N] [--seed N] [--gap S] [--no-controls]"""
import http.client, json, os, random, signal, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import cluster, failover, soak_failover  # noqa: E402
from test_two_daemons import Daemon, without_libpq  # noqa: E402
from testsite import Unix, request  # noqa: E402

FAULTS = ('kill', 'kill_daemon', 'freeze', 'cancel', 'lose_standby', 'freeze_daemon')
DEADLINE_S = 3


class Client(threading.Thread):
    """Books a truck, cancels it, and so on: each under a key of its own, which is sent until it is answered."""

    def __init__(self, index, daemons, over, strict):
        super().__init__(daemon=True)
        self.strict = strict  # an answer that does not fit what was acknowledged before is a failure at once; else what is missing is counted at the end
        self.index, self.daemons, self.over = index, list(daemons), over
        self.acknowledged, self.unknown, self.connection = [], 0, None  # (when, reference, id)

    def send(self, path, body, key):
        """The answer, once there is one that says what became of it; None: it is over."""
        data = json.dumps(body, ensure_ascii=False).encode()
        while not self.over.is_set():
            try:
                if self.connection is None:
                    self.connection = Unix(self.daemons[0].socket, DEADLINE_S)
                self.connection.request('POST', path, data, {'Content-Type': 'application/json', 'Idempotency-Key': key})
                r = self.connection.getresponse()
                answer = json.loads(r.read())
                if r.status not in (503, 507, 500):
                    return r.status, answer
            except (OSError, http.client.HTTPException, ValueError):
                self.unknown += 1
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            self.daemons.reverse()
            time.sleep(0.05)
        return None

    def astonished(self, answer):
        if self.strict:
            raise AssertionError(answer)
        time.sleep(0.25)

    def run(self):
        n = 0
        while not self.over.is_set():
            reference = f'{self.index}-{n}'
            body = {**request(self.index + 1), 'reference': reference}
            made = self.send('/v1/bookings', body, f'b{reference}')
            if made is None:
                break
            n += 1
            if made[0] != 201:
                self.astonished(made)
                continue
            self.acknowledged.append((time.monotonic(), reference, made[1]['id']))
            gone = self.send(f"/v1/bookings/{made[1]['id']}/cancel", {}, f'c{reference}')
            if gone is not None and gone[0] != 200:
                self.astonished(gone)
            time.sleep(0.25)  # the machine's processors are left to those that watch it


class Soak(soak_failover.Soak):
    def __init__(self, folder, clients, synchronous=True):
        self.servers = failover.Failover(folder, synchronous)
        self.url = self.servers.database('soak')
        copies = '{promised: 2, go_on_with_fewer: true}' if synchronous else '{promised: 1}'
        self.over = threading.Event()
        self.daemons = [Daemon(self.url, name, more=f'\nstore_copies: {copies}\nlimits: {{keys_per_name: 10000000, keys_total: 10000000}}') for name in ('gate-a', 'gate-b')]
        self.keepers = [threading.Thread(target=self.keep, args=(d,), daemon=True) for d in self.daemons]
        for k in self.keepers:
            k.start()
        self.servers.wait(lambda: self.serving() is not None, 'a daemon serves: ' + ' '.join(d.read_log() for d in self.daemons))
        self.clients = [Client(n, self.daemons, self.over, synchronous) for n in range(clients)]
        for c in self.clients:
            c.start()
        self.wait_for_more()

    def keep(self, daemon):
        """What systemd does: one that ended is started again."""
        while not self.over.is_set():
            if daemon.process.poll() is not None:
                time.sleep(0.2)
                try:
                    daemon.launch()
                except AssertionError:  # it ended at once: again
                    pass
            time.sleep(0.05)

    def serving(self):
        return next((d for d in self.daemons if d.process.poll() is None and d.answer('/readyz') == 200), None)

    def instants(self):
        return sorted(a[0] for c in self.clients for a in list(c.acknowledged))

    def wait_for_more(self, count=200):
        goal = len(self.instants()) + count
        self.servers.wait(lambda: len(self.instants()) >= goal or [c for c in self.clients if not c.is_alive()], 'the clients go on', 90)
        if dead := [c.index for c in self.clients if not c.is_alive()]:
            raise AssertionError(f'clients {dead} got an answer that they did not expect')

    def kill_daemon(self, first, second):
        d = self.serving()
        if d is not None:
            d.process.kill()

    def freeze_daemon(self, first, second):
        d = self.serving()
        if d is not None:
            d.process.send_signal(signal.SIGSTOP)
            self.wait_for_more()
            d.process.send_signal(signal.SIGCONT)

    def judge(self):
        """(acknowledged, missing of them, keys with two effects, outcomes nobody knew)"""
        daemon = self.servers.wait(self.serving, 'a daemon serves', 60)
        self.over.set()
        for thread in (*self.clients, *self.keepers):
            thread.join(60)
        acknowledged = {(reference, id) for c in self.clients for _, reference, id in c.acknowledged}
        made = [(e['data']['reference'], e['booking_id']) for e in daemon.events() if e['type'].startswith('booking.') and e['data'].get('version') == 1]
        references = [r for r, _ in made]
        twice = len(references) - len(set(references))
        verdict = daemon.client('audit', 'verify')
        if verdict.returncode != 0:
            raise AssertionError(verdict.stdout + verdict.stderr)
        return len(acknowledged), len(acknowledged - set(made)), twice, sum(c.unknown for c in self.clients)

    def close(self):
        self.over.set()
        for k in self.keepers:
            k.join(60)
        for d in self.daemons:
            if d.process.poll() is None:
                d.process.kill()
            d.process.wait()
            d.close()


def played(clients, synchronous, faults):
    """The gaps, and what came of it."""
    with cluster.Folder() as folder:
        s = Soak(folder, clients, synchronous)
        try:
            gaps = []
            for n, fault in enumerate(faults):
                gaps.append(s.round(fault))
                print(f'# round {n + 1}: {fault}: {gaps[-1]:.1f} s without an acknowledgement', flush=True)
            return gaps, s.judge()
        except AssertionError:
            print('\n'.join(f'{d.name}:\n{d.read_log()[-3000:]}' for d in s.daemons), file=sys.stderr)
            raise
        finally:
            s.close()


def soak(rounds, clients, seed, most_gap_s):
    rng = random.Random(seed)
    faults = [FAULTS[n] if n < len(FAULTS) else rng.choice(FAULTS) for n in range(rounds)]
    gaps, (acknowledged, missing, twice, unknown) = played(clients, True, faults)
    p95 = soak_failover.p95(gaps)
    print(f'# {rounds} rounds, 2 daemons, {clients} clients: {acknowledged} bookings acknowledged, {missing} of them missing, {twice} keys with two effects, '
          f'{unknown} unknown, longest gap p95 {p95:.1f} s', flush=True)
    return missing == 0 and twice == 0 and p95 <= most_gap_s


def control(clients):
    """True: without a synchronous standby something was lost, and that was seen."""
    _, (acknowledged, missing, _, _) = played(clients, False, ['kill_behind'])
    print(f'# control, no synchronous standby: {missing} of {acknowledged} acknowledged bookings are missing', flush=True)
    return missing > 0


def main():
    a = soak_failover.arguments('./dev soak failover', 64)
    if lacking := cluster.missing('pg_autoctl') or without_libpq():
        print(lacking, file=sys.stderr)
        return 77
    print(f'# seed {a.seed}', flush=True)
    ok = soak(a.rounds, a.clients, a.seed, a.gap)
    return 0 if (a.no_controls or control(a.clients)) and ok else 1


if __name__ == '__main__':
    sys.exit(main())
