"""A real disk, small, made full at any moment of a site at work: reads, gate steps and cancellations go on, new bookings are told
storage_full, nothing acknowledged is lost and nothing refused is stored; and when there is space again bookings are taken within a
second, without a restart. Some rounds kill the daemon while the disk is full: it starts all the same.

  GS_SEED           the seed (the choices repeat; the moments are the machine's)
  GATESLOT_ROUNDS   how often the disk is filled (default 2)"""
import os, random, subprocess, sys, tempfile, threading, time, unittest
from collections import Counter
from burning import TODAY, TOMORROW, BurningSite
from client import Client, Follower
from ledger import Comparison
from wire import Wire
import tap

ROUNDS = int(os.environ.get('GATESLOT_ROUNDS', '2'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
DISK_MB, PER_SITE, CLIENTS, KILLED = 160, 2, 3, .2
WITHIN_S = 1.0
MOUNTED = 'GATESLOT_TEST_DISK'


def in_own_mounts():
    """Goes on in a mount namespace, where the disk may be mounted and is gone with the last process. Returns why not."""
    if MOUNTED in os.environ:
        return None
    why = []
    for how in (['unshare', '-m'], ['unshare', '-r', '-m']):
        probe = subprocess.run([*how, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt'], capture_output=True, text=True)
        if probe.returncode == 0:
            os.environ[MOUNTED] = 'yes'
            os.execvp(how[0], [*how, sys.executable, *sys.argv])
        why.append(f'{" ".join(how)}: {probe.stderr.strip()}')
    return 'no small disk can be mounted here: ' + '; '.join(why)


class DiskClient(Client):
    """Knows that a disk may be full: then the answer is 507 and nothing has been done."""

    def take(self, op, answer):
        if answer.status != 507:
            super().take(op, answer)
            return
        self.demand(answer.json['code'] == 'storage_full', op, answer)
        if op.kind == 'get':  # it was to be shown what the batch that found the disk full had changed
            self.ledger.count['reads refused with 507'] += 1
            return
        self.ledger.settle(op, answer)
        self.ledger.count['bookings refused with 507' if op.kind == 'book' else 'others refused with 507'] += 1
        if op.kind == 'book':
            op.truck.status = 'given up'
        elif op.truck:
            op.truck.stale = True


class Round:
    """One filling of the disk, seen by one more client, which asks one thing after the other."""

    def __init__(self, site, disk, rng, clients, probe):
        self.site, self.disk, self.rng, self.clients, self.probe = site, disk, rng, clients, probe
        self.filler = f'{disk}/filler'
        self.count = Counter()

    def ask(self, op):
        self.probe.ledger.ops += [op] if op.kind != 'get' else []
        answer = self.probe.wire.call(*op.request)
        self.probe.take(op, answer)
        return answer

    def book(self):
        op = self.probe.book(TODAY)
        return op, self.ask(op)

    def fill(self):
        leave = self.rng.choice([0, 4096 * self.rng.randrange(16), 4096 * self.rng.randrange(512)])
        s = os.statvfs(self.disk)
        size = s.f_bavail * s.f_frsize - leave  # measured once: not what the daemon gives up meanwhile
        some = bytes(1 << 20)
        with open(self.filler, 'wb', buffering=0) as f:
            try:
                while size > 0:
                    size -= f.write(some[:size])
            except OSError:  # the daemon was faster
                pass

    def until_reserve(self):
        """What steps go on from when there is nothing else; a daemon started on a full disk takes it as soon as it can."""
        reserve, deadline = f'{self.site.dir}/gateslot.db.reserve', time.monotonic() + 30
        while not os.path.exists(reserve) or os.stat(reserve).st_size == 0:
            assert time.monotonic() < deadline, 'there is space, but no reserve'
            time.sleep(.005)

    def until_full(self):
        """The first booking that is refused for want of space."""
        deadline = time.monotonic() + 60
        while True:
            op, answer = self.book()
            if answer.status == 507:
                return op
            assert time.monotonic() < deadline, 'the disk did not become full'

    def while_full(self, trucks):
        assert self.book()[1].json['code'] == 'storage_full'
        assert self.probe.wire.call('GET', f'/v1/slots?from={TODAY}&to={TOMORROW}').status == 200
        for truck in trucks:
            self.go_on(truck)
        assert self.book()[1].json['code'] == 'storage_full'

    def go_on(self, truck):
        """The next step of one who is under way."""
        kind = {'booked': self.rng.choice(['arrive', 'cancel']), 'arrived': 'enter', 'entered': 'clear', 'cleared': 'depart'}.get(truck.status)
        if kind:
            op = self.probe.step(truck, kind)
            answer = self.ask(op)
            assert answer.status == 200, f'on a full disk: {op}'
            self.count['steps on a full disk'] += 1

    def kill(self):
        self.site.kill()
        self.site.launch()
        self.probe.hang_up()
        self.probe.connect()
        self.count['kills on a full disk'] += 1

    def run(self, trucks):
        self.until_reserve()
        for c in self.clients:
            c.heavy.set()
        time.sleep(self.rng.random() * .3)
        self.fill()
        refused = self.until_full()
        for c in self.clients:
            c.heavy.clear()
        self.while_full(trucks)
        if self.rng.random() < KILLED:
            self.kill()
        os.unlink(self.filler)
        self.count['recovery'] = self.recover()
        again = self.probe.wire.call(*refused.request)
        assert again.status == 201, f'refused for want of space, now {again}'
        refused.truck.status = None
        self.probe.take(refused, again)

    def recover(self):
        """Seconds until a booking is taken."""
        began = time.monotonic()
        while True:
            if self.book()[1].status == 201:
                return time.monotonic() - began
            assert time.monotonic() - began < 30, 'there is space, but no booking is taken'
            time.sleep(.01)


WHY_NOT = in_own_mounts() if __name__ == '__main__' else None


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Disk(unittest.TestCase):
    def burn(self, rng, disk, rounds, total, recoveries):
        with BurningSite(where=disk) as site:
            over = threading.Event()
            clients = [DiskClient(site, rng.random(), n, over) for n in range(CLIENTS)]
            probe = DiskClient(site, rng.random(), CLIENTS, over)
            probe.connect()
            follower = Follower(site)
            for t in (follower, *clients):
                t.start()
            try:
                for _ in range(rounds):
                    r = Round(site, disk, rng, clients, probe)
                    trucks = [op.truck for op, a in (r.book() for _ in range(12)) if a.status == 201]
                    r.run(trucks)
                    recoveries.append(r.count.pop('recovery'))
                    total += r.count
                    total['fillings'] += 1
            finally:
                over.set()
                for c in (follower, *clients):
                    if c.complaint:
                        raise c.complaint
            self.settle(site, clients, probe, follower, total)

    def settle(self, site, clients, probe, follower, total):
        follower.over = True
        for t in (follower, *clients):
            t.join(60)
            self.assertFalse(t.is_alive(), 'a client did not end')
            if t.complaint:
                raise t.complaint
        for c in (probe, *clients):
            total.update(c.ledger.count)
        result = Comparison([c.ledger for c in (probe, *clients)], Wire(site.socket)).everything(dates=(TODAY, TOMORROW), replays=3000)
        if follower.events != result.events[:len(follower.events)]:
            result.wrong.append('what a reader of the feed was shown is no longer so')
        total.update(lost=len(result.lost), duplicate=len(result.duplicate), wrong=len(result.wrong))
        self.assertEqual(result.complaints()[:20], [])

    def test_a_full_disk_is_outlived(self):
        print(f'# seed {SEED}, {ROUNDS} rounds', flush=True)
        rng, total, recoveries = random.Random(SEED), Counter(lost=0, duplicate=0), []
        disk = tempfile.mkdtemp(prefix='gsdisk', dir='/tmp')
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={DISK_MB}m', 'tmpfs', disk], check=True)
        try:
            for first in range(0, ROUNDS, PER_SITE):
                self.burn(rng, disk, min(PER_SITE, ROUNDS - first), total, recoveries)
        except BaseException:
            print(f'# reproduce: GS_SEED={SEED} GATESLOT_ROUNDS={ROUNDS} python3 {sys.argv[0]}')
            raise
        finally:
            print('# ' + ', '.join(f'{n} {what}' for what, n in total.items()))
            print('# seconds until a booking was taken: ' + (f'longest {max(recoveries):.2f}' if recoveries else 'never'))
            subprocess.run(['umount', '-l', disk], check=True)
            os.rmdir(disk)
        self.assertLessEqual(max(recoveries), WITHIN_S)


if __name__ == '__main__':
    tap.main()
