"""System calls made to fail under the real daemon by strace: the N-th fdatasync, pwrite64 or openat on the store's file or its log, once
or from then on, while it starts and while it works. An error whose outcome nobody knows ends the daemon, with an exit status that says
so and without another acknowledgement; a full disk is answered 507 and outlived; and the next start has all that was acknowledged.

  GS_SEED           the seed
  GATESLOT_KINDS    how many kinds of failure, drawn anew each time (default 5; 0: all)
  GATESLOT_POINTS   how many failures of each kind (default 1; 0: every N there is)"""
import itertools, os, random, re, signal, subprocess, sys, time, unittest
from collections import Counter
from burning import TODAY, TOMORROW, BurningSite
from client import Client
from ledger import Comparison
from wire import Gone, Wire
import tap

SOME = int(os.environ.get('GATESLOT_KINDS', '5'))
POINTS = int(os.environ.get('GATESLOT_POINTS', '1'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
STEPS, BURST = 10, 64
KINDS = [  # when, system call, of which file, error
    *itertools.product(['work'], ['fdatasync'], ['-wal'], ['EIO', 'ENOSPC']),
    *itertools.product(['work'], ['pwrite64'], ['-wal', ''], ['EIO', 'ENOSPC']),
    *itertools.product(['work'], ['fdatasync'], [''], ['EIO']),
    *itertools.product(['start'], ['fdatasync', 'pwrite64', 'openat'], ['', '-wal'], ['EIO', 'ENOSPC']),
    *itertools.product(['make'], ['fdatasync', 'pwrite64', 'openat'], ['.new', '.new-wal'], ['EIO', 'ENOSPC']),
]


def works():
    p = subprocess.run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=openat', '-e', 'inject=openat:error=EIO:when=1000', 'true'],
                       capture_output=True, text=True)
    return None if p.returncode == 0 else f'strace cannot trace here: {p.stderr.strip()}'


class Fault:
    """One run of a daemon with one system call failing, and what the client knows of it."""

    def __init__(self, site, rng, when, call, suffix, inject):
        self.site, self.rng, self.when, self.call, self.suffix = site, rng, when, call, suffix
        self.unknown = inject and (call == 'fdatasync' or 'EIO' in inject)  # what came of it nobody can know
        self.trace = f'{site.dir}/trace'
        self.strace = ['strace', '-f', '-qq', '--seccomp-bpf', '-y', '-o', self.trace, '-P', f'{site.dir}/gateslot.db{suffix}', '-e', f'trace={call}']
        self.strace += ['-e', f'inject={call}:{inject}'] if inject else []
        self.client = Client(site, rng.random(), 0, None)
        self.lost, self.count = [], Counter()
        self.after_failure = []  # acknowledged although the failure had happened

    def failures(self):
        """The threads in which there were some."""
        try:
            with open(self.trace) as f:
                return re.findall(r'^(\d+) .*\(INJECTED\)', f.read(), re.M)
        except FileNotFoundError:
            return []

    def deadly(self):
        """Its outcome is unknown, and it was the writer's: while it works the main thread touches the store only to close it."""
        return self.unknown and self.when == 'work' and set(self.failures()) - {str(self.site.process.pid)}

    def prepare(self):
        """A store with something in its log, or none yet."""
        if self.when == 'start':
            self.client.carry_out([self.client.book(TODAY) for _ in range(20)])
            self.client.hang_up()
        self.site.kill()
        for name in os.listdir(self.site.dir):
            if self.when == 'make' and name.startswith('gateslot.db'):
                os.unlink(f'{self.site.dir}/{name}')

    def start(self):
        """False: the daemon did not come up."""
        if self.when != 'work':
            self.site.prefix = self.strace
        self.site.launch(wait=False)
        self.site.prefix = []
        deadline = time.monotonic() + 60
        while not self.site.logged('ready'):
            if self.site.process.poll() is not None:
                return False
            assert time.monotonic() < deadline, self.site.read_log()
            time.sleep(.002)
        if self.when == 'work':
            self.attach()
        return True

    def attach(self):
        argv = [a for a in self.strace if a not in ('--seccomp-bpf', '-qq')] + ['-p', str(self.site.process.pid)]
        self.tracer = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
        line = self.tracer.stderr.readline()
        assert 'attached' in line, line

    def ask(self, op):
        """False: the daemon is gone. Full disks are asked again, some times."""
        self.client.ledger.ops += [op] if op.kind != 'get' else []
        for _ in range(20):
            failed_before = len(self.failures())
            try:
                self.wire.send(op.request)
                answer = self.wire.receive()
            except Gone:
                if self.client.goes_on(op):
                    self.lost += [op] if op.has_key else []
                return False
            if answer.status != 507:
                break
            self.count['answers 507'] += 1
            if op.kind == 'get':
                raise AssertionError(f'a read was refused: {answer}')
            time.sleep(.05)
        if answer.status == 507:
            self.client.ledger.settle(op, answer)
            op.truck.status = op.truck.status or 'given up'
            return True
        if self.failures() and answer.status < 300 and op.kind != 'get':
            self.after_failure.append((op, 'in flight' if not failed_before else 'later'))
        self.client.take(op, answer)
        return True

    def work(self):
        try:
            self.wire = Wire(self.site.socket)
        except Gone:
            return
        if self.when == 'work' and self.suffix == '':
            self.burst()
        for _ in range(STEPS):
            trucks = [t for t in self.client.trucks if t.status in ('booked', 'arrived', 'entered', 'cleared')]
            truck = self.rng.choice(trucks) if trucks and self.rng.random() < .6 else None
            op = self.client.next_step(truck) if truck else self.client.book(TODAY)
            if not truck:
                self.client.trucks.append(op.truck)
            if not self.ask(op):
                return

    def burst(self):
        """Until the log is moved to the file."""
        file = f'{self.site.dir}/gateslot.db'
        before = os.stat(file).st_mtime_ns
        for _ in range(60):
            if self.failures() or os.stat(file).st_mtime_ns != before:
                return
            ops = [self.client.book(TODAY) for _ in range(BURST)]
            self.client.ledger.ops += ops
            try:
                self.wire.send(*[op.request for op in ops])
                while ops:
                    answer = self.wire.receive()
                    op = ops.pop(0)
                    op.truck.status = 'given up'
                    self.client.ledger.settle(op, answer) if answer.status == 507 else self.client.take(op, answer)
            except Gone:
                self.lost += [op for op in ops if self.client.goes_on(op)]
                return

    def daemon_pid(self):
        """IndexError: there is none any more under its tracer."""
        pid = self.site.process.pid
        if self.when == 'work':
            return pid
        with open(f'/proc/{pid}/task/{pid}/children') as f:
            return int(f.read().split()[0])

    def end(self):
        """Ends the daemon if it has not ended by itself; its exit status if it has."""
        by_itself = None
        try:
            by_itself = self.site.process.wait(30 if self.lost or self.deadly() else 0)
        except subprocess.TimeoutExpired:
            try:
                os.kill(self.daemon_pid(), signal.SIGTERM)
            except (IndexError, ProcessLookupError, FileNotFoundError):  # it was just ending
                by_itself = self.site.process.wait(60)
            self.site.process.wait(60)
        if self.when == 'work':
            self.tracer.wait(60)
            self.tracer.stderr.close()
        self.site.log.close()
        return by_itself

    def compare(self):
        """What the next start, without failures, knows."""
        self.site.launch()
        self.client.ask_until_answered(self.lost)
        return Comparison([self.client.ledger], Wire(self.site.socket)).everything(dates=(TODAY, TOMORROW)).complaints()


@unittest.skipIf(works(), works())
class Strace(unittest.TestCase):
    def setUp(self):
        os.environ['ASAN_OPTIONS'] = 'detect_leaks=0'  # which needs to trace, too

    def run_once(self, rng, when, call, suffix, inject):
        with BurningSite() as site:
            fault = Fault(site, rng, when, call, suffix, inject)
            fault.prepare()
            if fault.start():
                fault.work()
            status = fault.end()
            calls = 0
            with open(fault.trace) as f:
                calls = Counter(re.findall(r'^(\d+) .*= ', f.read(), re.M))
            failures, fault.was_deadly = len(fault.failures()), fault.deadly()
            complaints = fault.compare()
            return fault, status, failures, max(calls.values(), default=0), complaints

    def points(self, rng, when, call, suffix):
        """How often the call happens without a failure, and which of them are to fail."""
        fault, status, _, calls, complaints = self.run_once(rng, when, call, suffix, None)
        self.assertEqual((status, complaints), (None, []))
        if (when, call, suffix) == ('work', 'fdatasync', '-wal'):
            self.assertGreaterEqual(calls, fault.client.ledger.count['acknowledged'], 'acknowledged without a sync of its own')
        if POINTS == 0:
            return range(1, calls + 1)
        return sorted(rng.sample(range(1, calls + 1), min(POINTS, calls)))

    def judge(self, kind, fault, status, failures, complaints):
        when, call, suffix, error = kind
        self.assertEqual(complaints, [])
        if failures == 0:
            return 'the call did not come'
        outcome = 'went on' if status is None else 'ended by itself'
        self.assertNotEqual(status, 0, 'it ended by itself and said that all was well')
        if fault.was_deadly:
            # A checkpoint syncs both files after the batch before was told to be durable: its answer may still be on its way.
            early = [op for op, moment in fault.after_failure if moment == 'later']
            self.assertEqual((outcome, early), ('ended by itself', []))
        if when == 'work' and error == 'ENOSPC' and call == 'pwrite64':
            self.assertEqual(outcome, 'went on')
            return outcome + (' with answers 507' if fault.count['answers 507'] else '')
        return outcome

    def test_no_failing_system_call_loses_or_doubles_anything(self):
        print(f'# seed {SEED}', flush=True)
        rng, total = random.Random(SEED), Counter()
        counted = {}
        kinds = KINDS if SOME == 0 else [KINDS[rng.randrange(2)], *rng.sample(KINDS[2:], SOME - 1)]
        for kind in kinds:
            when, call, suffix, error = kind
            if kind[:3] not in counted:
                counted[kind[:3]] = self.points(rng, when, call, suffix)
            seen = Counter()
            for n in counted[kind[:3]]:
                inject = f'error={error}:when={n}' + rng.choice(['', '+'])
                try:
                    fault, status, failures, _, complaints = self.run_once(rng, when, call, suffix, inject)
                    seen[self.judge(kind, fault, status, failures, complaints)] += 1
                except BaseException:
                    print(f'# {kind} {inject}\n# reproduce: GS_SEED={SEED} GATESLOT_KINDS={SOME} GATESLOT_POINTS={POINTS} python3 {sys.argv[0]}')
                    raise
                total.update(fault.count)
                total['acknowledged'] += fault.client.ledger.count['acknowledged']
                total['unknown'] += len(fault.lost)
            print(f'# {when}: {call} on {suffix or "the file"}, {error}: ' + (', '.join(f'{n} {what}' for what, n in seen.items()) or 'never called'), flush=True)
            total.update(seen)
        print('# ' + ', '.join(f'{n} {what}' for what, n in total.items()) + ', 0 lost, 0 duplicate')
        self.assertGreater(total['ended by itself'], 0)


if __name__ == '__main__':
    tap.main()
