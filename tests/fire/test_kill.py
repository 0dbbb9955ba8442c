"""kill -9 under load, at any moment: in work, while starting and recovering, in a checkpoint, in a backup, in a reload. What was
acknowledged is stored, what is stored was asked for, and what was not answered has one effect however often it is tried again.

  GS_SEED          the seed (the choices repeat; the moments are the machine's)
  GATESLOT_KILLS   how many kills (default 60)"""
import os, random, sqlite3, sys, threading, time, unittest
from collections import Counter
from burning import TODAY, TOMORROW, BurningSite
from client import Client, Follower
from ledger import Comparison
from wire import Gone, Wire
import tap

KILLS = int(os.environ.get('GATESLOT_KILLS', '60'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
SEGMENT = 100  # kills of one site; then everything is compared and a new one is lit
CLIENTS = 4
INTENTS = ['work'] * 36 + ['start'] * 40 + ['backup'] * 12 + ['reload'] * 12
CHECKPOINT_EVERY = 50  # seldom, because filling the log takes a thousand bookings


class Killer:
    def __init__(self, site, rng):
        self.site, self.rng = site, rng
        self.phases = Counter()
        self.clients = []
        self.backups = 0

    def strike(self, intent):
        getattr(self, 'in_' + intent)()
        self.site.launch(wait=False)

    def wait(self, most_ms):
        time.sleep(self.rng.random() * most_ms / 1000)

    def ready(self):
        self.site.wait_event('ready')

    def in_work(self):
        self.ready()
        self.wait(30)
        self.site.kill()
        self.phases['work'] += 1

    def in_start(self):
        self.wait(self.rng.choice([1, 8, 40]))
        got = self.site.kill()
        self.phases[{'nothing': 'start, before the store was read', 'loaded': 'start, after it was read', 'ready': 'work'}[got]] += 1

    def in_checkpoint(self):
        """The main file is written by checkpoints only."""
        self.ready()
        db = f'{self.site.dir}/gateslot.db'
        for c in self.clients:
            c.heavy.set()
        before, deadline = os.stat(db).st_mtime_ns, time.monotonic() + 5
        while (wrote := os.stat(db).st_mtime_ns) == before and time.monotonic() < deadline:
            time.sleep(0.0002)
        self.wait(3)
        self.site.kill()
        self.phases['checkpoint' if wrote != before else 'work'] += 1
        for c in self.clients:
            c.heavy.clear()

    def in_reload(self):
        self.ready()
        self.site.alternate_config()
        self.wait(6)
        self.site.kill()
        self.phases['reload, done' if self.site.logged('reloaded') else 'reload, begun'] += 1

    def in_backup(self):
        self.ready()
        self.backups += 1
        copy = f'{self.site.dir}/copy-{self.backups}'
        acked = sum(c.ledger.count['acknowledged'] for c in self.clients)
        thread = threading.Thread(target=self.ask_backup, args=(copy,))
        thread.start()
        self.wait(12)
        self.site.kill()
        thread.join()
        under_way = os.path.exists(copy + '.partial') and not os.path.exists(copy)
        self.phases['backup' if under_way else 'backup, done' if os.path.exists(copy) else 'backup, not begun'] += 1
        self.judge_copy(copy, acked)

    def ask_backup(self, copy):
        try:
            Wire(self.site.socket).call('POST', '/v1/backup', {'path': copy})
        except Gone:
            pass

    def judge_copy(self, copy, acked):
        """Under its own name a copy is whole, and has all that was acknowledged before it was asked for."""
        if os.path.exists(copy):
            db = sqlite3.connect(copy)
            assert db.execute('PRAGMA integrity_check').fetchone()[0] == 'ok', copy
            stored = db.execute('SELECT count(*) FROM event').fetchone()[0]
            assert stored >= acked, f'{copy} has {stored} events of {acked} acknowledged'
            db.close()
        for name in (copy, copy + '.partial'):
            if os.path.exists(name):
                os.unlink(name)


class Kill(unittest.TestCase):
    def burn(self, rng, kills, total, phases):
        where = '/dev/shm' if rng.random() < .7 and os.access('/dev/shm', os.W_OK) else None  # syncs nothing, so starts sooner
        with BurningSite(where=where) as site:
            over = threading.Event()
            follower = Follower(site)
            clients = [Client(site, rng.random(), n, over) for n in range(CLIENTS)]
            killer = Killer(site, rng)
            killer.clients = clients
            for t in (follower, *clients):
                t.start()
            try:
                for n in range(1, kills + 1):
                    killer.strike('checkpoint' if n % CHECKPOINT_EVERY == 25 else rng.choice(INTENTS))
                    for t in (follower, *clients):
                        if t.complaint:
                            raise t.complaint
                site.wait_event('ready')
            finally:
                over.set()
                phases += killer.phases
            for c in clients:
                c.join(60)
                self.assertFalse(c.is_alive(), 'a client did not end')
                total.update(c.ledger.count)
            follower.over = True
            follower.join(60)
            for t in (follower, *clients):
                if t.complaint:
                    raise t.complaint
            self.compare(site, clients, follower, total)

    def compare(self, site, clients, follower, total):
        result = Comparison([c.ledger for c in clients], Wire(site.socket)).everything(dates=(TODAY, TOMORROW))
        if follower.events != result.events[:len(follower.events)]:
            result.wrong.append('what a reader of the feed was shown is no longer so')
        total.update(events=len(result.events), lost=len(result.lost), duplicate=len(result.duplicate), wrong=len(result.wrong))
        self.assertEqual(result.complaints()[:20], [])

    def test_nothing_is_lost_and_nothing_done_twice_by_kill_9(self):
        print(f'# seed {SEED}, {KILLS} kills', flush=True)
        rng, total, phases, began = random.Random(SEED), Counter(), Counter(), time.monotonic()
        total.update(lost=0, duplicate=0)
        try:
            while (done := sum(phases.values())) < KILLS:
                self.burn(rng, min(SEGMENT, KILLS - done), total, phases)
        except BaseException:
            total['failed, see below'] += 1
            print(f'# reproduce: GS_SEED={SEED} GATESLOT_KILLS={KILLS} python3 {sys.argv[0]}')
            raise
        finally:
            seconds = time.monotonic() - began
            print(f'# {sum(phases.values())} kills in {seconds:.0f} s: ' + ', '.join(f'{n} {p}' for p, n in sorted(phases.items())))
            print('# ' + ', '.join(f'{n} {what}' for what, n in total.items()))


if __name__ == '__main__':
    tap.main()
