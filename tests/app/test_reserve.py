"""A reserve that cannot be made, or only a part of it: it is said, tried again, and as much as can be is held, so that on a full disk
cancellations go on."""
import os, re, subprocess, sys, tempfile, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import Site, request  # noqa: E402

MB = 1 << 20


class SmallDisk:
    def __init__(self, megabytes):
        self.path = tempfile.mkdtemp(prefix='gsdisk', dir='/tmp')
        self.ok = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={megabytes}m', 'tmpfs', self.path], capture_output=True).returncode == 0

    def free(self):
        st = os.statvfs(self.path)
        return st.f_bavail * st.f_frsize

    def fill(self, leave=0):
        with open(self.path + '/filler', 'ab', buffering=0) as f:
            while self.free() > leave:
                try:
                    f.write(bytes(min(MB, max(4096, self.free() - leave))))
                except OSError:
                    break

    def close(self):
        subprocess.run(['umount', '-l', self.path], capture_output=True)
        os.rmdir(self.path)


class Reserve(unittest.TestCase):
    def on(self, megabytes):
        disk = SmallDisk(megabytes)
        if not disk.ok:
            os.rmdir(disk.path)
            self.skipTest('no tmpfs can be mounted here')
        self.addCleanup(disk.close)
        site = Site(where=disk.path)
        self.addCleanup(site.close)
        return disk, site

    def metric(self, site):
        return int(re.search(r'^gateslot_reserve_bytes (\d+)$', site.get('/metrics').body.decode(), re.M)[1])

    def wait(self, condition, why):
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, why)
            time.sleep(0.05)

    def test_as_much_is_held_as_there_is_room_for_and_it_is_said(self):
        for megabytes, held in ((100, 32), (60, 16), (40, 8), (28, 4), (20, 2), (16, 1)):
            with self.subTest(megabytes=megabytes):
                disk, site = self.on(megabytes)
                got = self.metric(site) // MB
                self.assertLessEqual(got, 32)
                self.assertGreaterEqual(got * 4, min(32, held) * 1)
                body = site.get('/readyz').body.decode()
                self.assertEqual('reserve' in body, got < 32, body)
                if got < 32:  # the log is written by a thread of its own
                    self.wait(lambda: 'event=reserve' in site.read_log(), 'said in the log')
                else:
                    self.assertNotIn('event=reserve', site.read_log())
                self.doCleanups()

    def test_it_grows_when_there_is_room(self):
        disk, site = self.on(120)
        site.stop()
        os.unlink(f'{site.dir}/gateslot.db.reserve')
        disk.fill(leave=12 * MB)
        site.launch()
        small = self.metric(site)
        self.assertLess(small, 32 * MB)
        self.assertGreater(small, 0)
        os.unlink(disk.path + '/filler')
        self.wait(lambda: self.metric(site) == 32 * MB, 'whole again')
        self.wait(lambda: site.get('/readyz').body == b'ready\n', 'ready')
        self.wait(lambda: 'whole again' in site.read_log(), 'said')

    def test_without_any_it_is_said_and_cancellations_go_on_as_far_as_they_can(self):
        for leave in (0, 1 * MB, 3 * MB, 9 * MB):
            with self.subTest(leave=leave):
                disk, site = self.on(120)
                ids = [site.book(request(n)).json['id'] for n in range(1, 60)]
                site.stop()
                os.unlink(f'{site.dir}/gateslot.db.reserve')
                disk.fill(leave=leave + 4 * MB)
                site.launch()
                if leave == 0:
                    self.assertIn(b'reserve', site.get('/readyz').body)
                disk.fill(leave=0)
                # the one that finds the disk full is told so; it and all others go on from the reserve
                first = [site.post(f'/v1/bookings/{i}/cancel', {}).status for i in ids]
                self.assertLessEqual(first.count(507), 1)
                done = sum(s == 200 or site.post(f'/v1/bookings/{i}/cancel', {}).status == 200 for i, s in zip(ids, first))
                self.assertEqual(done, len(ids))
                self.assertEqual(site.process.poll(), None)
                os.unlink(disk.path + '/filler')
                self.wait(lambda: site.book(request(900)).status in (201, 409), 'bookings go on')
                self.doCleanups()


if __name__ == '__main__':
    tap.main()
