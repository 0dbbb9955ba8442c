"""Damage on the real daemon: bits flipped, files cut, deleted and swapped, in the store and its log, stopped and running. Whatever is done, the
daemon must refuse to start, or end, or serve exactly what was acknowledged; and what it does not notice at once, the audit must.

GATESLOT_DAMAGES: how many (40); GATESLOT_SEED: which."""
import os, random, shutil, signal, subprocess, sys, time, unittest
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from testsite import DAEMON, DATE, Site, request
import tap

DAMAGES = int(os.environ.get('GATESLOT_DAMAGES', '40'))
SEED = int(os.environ.get('GATESLOT_SEED', '0')) or random.SystemRandom().getrandbits(32)
LIVE, LATER = 40, 12


class Ground:
    """A site's files as a stop and as a kill left them, and what it had acknowledged; each trial begins with a fresh copy."""

    def __init__(self):
        self.site = Site()
        self.keys = {}
        for n in range(LIVE):
            self.book(n)
        self.site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'})
        self.site.call('PUT', f'/v1/capacity/{DATE}/evening', {'capacity': 30, 'reason': 'crane', 'excess': 'rebook'})
        self.site.stop()
        self.stopped = self.files()
        self.site.launch()
        for n in range(LIVE, LIVE + LATER):
            self.book(n)
        self.truth = self.read()
        self.site.kill()
        self.killed = self.files()

    def book(self, n):
        a = self.site.book(request(n), key=f'k{n}')
        assert a.status == 201, a
        self.keys[n] = a.body

    def files(self):
        found = {}
        for name in os.listdir(self.site.dir):
            if name.startswith('gateslot.db') and not name.endswith(('.lock', '.reserve')):
                with open(f'{self.site.dir}/{name}', 'rb') as f:
                    found[name] = f.read()
        return found

    def put(self, files):
        for name in self.files():
            os.unlink(f'{self.site.dir}/{name}')
        for name, data in files.items():
            with open(f'{self.site.dir}/{name}', 'wb') as f:
                f.write(data)

    def read(self):
        """Every booking in full, the capacity, the tokens and the feed."""
        s = self.site
        ids = [b['id'] for b in s.get(f'/v1/bookings?date={DATE}&limit=500').json['items']]
        return {'bookings': [s.get(f'/v1/bookings/{i}').json for i in ids], 'capacity': s.get(f'/v1/capacity?from={DATE}').json['days'],
                'tokens': s.get('/v1/tokens').json, 'events': s.events()}

    def close(self):
        if self.site.process.poll() is None:
            self.site.kill()
        shutil.rmtree(self.site.dir, ignore_errors=True)


def flip(rng, data):
    at, bit = rng.randrange(len(data)), 1 << rng.randrange(8)
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


def used(log):
    """Of a log that is laid out with zeros."""
    return log.rstrip(b'\0')


class Damages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rng = random.Random(SEED)
        cls.ground = Ground()
        cls.tally = {}

    @classmethod
    def tearDownClass(cls):
        cls.ground.close()
        for kind, counts in sorted(cls.tally.items()):
            print(f'# {kind}: ' + ', '.join(f'{n} {what}' for what, n in sorted(counts.items())), flush=True)

    def count(self, kind, verdict):
        self.tally.setdefault(kind, {}).setdefault(verdict, 0)
        self.tally[kind][verdict] += 1

    def start(self):
        """True: it serves."""
        self.ground.site.launch(wait=False)
        try:
            self.ground.site.wait_ready()
            return True
        except AssertionError:
            self.ground.site.log.close()
            return False

    def judge(self, kind, what):
        """Started on damaged files: refused, or found by the audit, or served as it was; never otherwise."""
        if not self.start():
            return 'refused'
        site = self.ground.site
        try:
            try:
                found = self.ground.read()
                wrong = [k for k in found if found[k] != self.ground.truth[k]]
            except (OSError, KeyError, ValueError, AssertionError):
                return 'ended or said when read'
            verified = site.client('audit', 'verify').returncode == 0
            self.assertFalse(wrong, f'{kind}: {what}: served otherwise than acknowledged: {wrong} (GATESLOT_SEED={SEED})')
            return 'without effect' if verified else 'found by the audit'
        finally:
            if site.process.poll() is None:
                site.kill()

    def test_bits_flipped(self):
        g = self.ground
        for n in range(DAMAGES * 6 // 10):
            files = dict(g.killed)
            name = self.rng.choice(['gateslot.db', 'gateslot.db-wal', 'gateslot.db-wal'])
            data = files[name]
            body = used(data) if name.endswith('-wal') else data
            files[name] = flip(self.rng, body) + data[len(body):]
            g.put(files)
            self.count(f'flips in {name}', self.judge('flip', f'{name}, number {n}'))

    def test_files_cut_deleted_swapped(self):
        g = self.ground
        for n in range(DAMAGES * 3 // 10):
            files = dict(g.killed)
            log = used(files['gateslot.db-wal'])
            kind = self.rng.choice(['log cut', 'log deleted', 'store cut', 'store deleted', 'store emptied', 'older store', 'older copy', 'mark deleted'])
            if kind == 'log cut':
                files['gateslot.db-wal'] = log[:self.rng.randrange(len(log) - 1)]
            elif kind == 'log deleted':
                del files['gateslot.db-wal']
            elif kind == 'store cut':
                files['gateslot.db'] = files['gateslot.db'][:self.rng.randrange(len(files['gateslot.db']))]
            elif kind == 'store deleted':
                del files['gateslot.db']
            elif kind == 'store emptied':
                files['gateslot.db'] = b''
            elif kind == 'older store':
                files['gateslot.db'] = g.stopped['gateslot.db']
            elif kind == 'older copy':
                files = dict(g.stopped, **{'gateslot.db.mark': g.killed['gateslot.db.mark']})
            else:
                del files['gateslot.db.mark']
            g.put(files)
            self.count(kind, self.judge(kind, f'number {n}'))

    def test_while_it_runs(self):
        """A file is renamed, deleted, replaced or flipped under it: bookings go on until it notices, and none that was acknowledged is lost."""
        g = self.ground
        for n in range(DAMAGES // 10):
            g.put(g.killed)
            self.assertTrue(self.start())
            site = g.site
            kind = self.rng.choice(['renamed', 'deleted', 'replaced', 'log deleted', 'log replaced', 'flipped'])
            path = f'{site.dir}/gateslot.db' + ('-wal' if kind.startswith('log') else '')
            acknowledged = []
            if kind.endswith('deleted'):
                os.rename(path, f'{site.dir}/aside')
            elif kind.endswith('renamed'):
                os.rename(path, f'{site.dir}/aside')
            elif kind.endswith('replaced'):
                shutil.copy(path, f'{site.dir}/copy')
                os.rename(path, f'{site.dir}/aside')
                os.rename(f'{site.dir}/copy', path)
            else:
                with open(path, 'r+b') as f:
                    at = self.rng.randrange(os.path.getsize(path))
                    f.seek(at)
                    byte = f.read(1)[0]
                    f.seek(at)
                    f.write(bytes([byte ^ 1 << self.rng.randrange(8)]))
            try:
                for k in range(12):
                    a = site.book(request(1000 + k))
                    if a.status == 201:
                        acknowledged.append(a.json['id'])
            except OSError:
                pass
            if kind == 'flipped':
                site.kill()
                if self.start():
                    there = {b['id'] for b in site.get(f'/v1/bookings?date={DATE}&limit=500').json['items']}
                    self.assertLessEqual(set(acknowledged), there, f'{kind} (GATESLOT_SEED={SEED})')
                    site.kill()
                    self.count(f'running: {kind}', 'served as acknowledged')
                else:
                    self.count(f'running: {kind}', 'refused at the next start')
                continue
            self.assertEqual(site.process.wait(30), 1)
            site.log.close()
            self.assertEqual(acknowledged, [], f'{kind}: acknowledged into a file that is gone (GATESLOT_SEED={SEED})')
            self.count(f'running: {kind}', 'ended, nothing acknowledged')
            if os.path.exists(f'{site.dir}/aside'):
                os.unlink(f'{site.dir}/aside')


if __name__ == '__main__':
    print(f'# GATESLOT_SEED={SEED}', flush=True)
    tap.main()
