"""Two daemons on one store in PostgreSQL with a standby server: one serves, the other stands by and takes over; what was acknowledged is there."""
import os, signal, struct, subprocess, time, unittest
from unittest import mock
import cluster
import testsite
from testsite import Site, Unix, request
import tap


def without_libpq():
    found = subprocess.run(['ldd', testsite.DAEMON], capture_output=True, text=True).stdout
    return None if 'libpq' in found else 'NOT TESTED: this gateslotd was built without PostgreSQL'


LACKING = cluster.missing() or without_libpq()


class Daemon(Site):
    def __init__(self, url, name, more=''):
        self.url_of_store, self.more, self.name = url, more, name
        super().__init__(speed=1)

    def write_config(self, **changes):
        self.store = f'"{self.url_of_store}"\nstate_directory: {self.dir}\nstore_name: {self.name}{self.more}'
        super().write_config(**changes)

    def launch(self, wait=False):
        super().launch(wait=False)
        self.until(lambda: self.answer('/livez') == 200)

    def answer(self, path):
        """The status; None: nobody answers."""
        try:
            return self.get(path, connection=Unix(self.socket, 5)).status
        except OSError:
            return None

    def until(self, true, seconds=30):
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(self.read_log())
            time.sleep(0.01)

    def serves(self):
        return self.answer('/readyz') == 200


@unittest.skipIf(LACKING, LACKING)
class Two(unittest.TestCase):
    def setUp(self):
        folder = cluster.Folder()
        self.addCleanup(folder.close)
        self.server = cluster.Server(folder).create()
        self.server.standby()
        self.url = self.server.database('site')

    def daemon(self, name, **kw):
        d = Daemon(self.url, name, **kw)
        self.addCleanup(self.end, d)
        return d

    def end(self, daemon):
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
        daemon.close()

    def test_when_the_one_dies_the_other_takes_over(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        other = self.daemon('gate-b')
        made = [one.book(request(n), key=f'k{n}') for n in range(5)]
        self.assertEqual({a.status for a in made}, {201})
        self.assertEqual(other.get('/v1/site').json['code'], 'not_owner')
        other.until(lambda: 'gate-a' in other.read_log())
        one.kill()
        began = time.monotonic()
        other.until(other.serves)
        print(f'# after {time.monotonic() - began:.1f} s; how fast it must be is asked where nothing runs beside')
        self.assertEqual(len(other.bookings()), 5)
        again = other.book(request(0), key='k0')
        self.assertEqual((again.status, again.headers['Idempotent-Replayed']), (201, 'true'))
        self.assertEqual(again.json['id'], made[0].json['id'])

    def test_the_only_one_goes_on_at_once_after_kill_9(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        for n in range(3):
            self.assertEqual(one.book(request(n), key=f'k{n}').status, 201)
            one.kill()
            began = time.monotonic()
            one.launch()
            one.until(one.serves)
            print(f'# after {time.monotonic() - began:.2f} s')
        self.assertNotIn('event=standing_by', one.read_log(), 'its own lease was waited for')
        self.assertEqual(self.server.sql('SELECT epoch FROM gateslot.owner', database='site'), '4')
        self.assertEqual(len(one.bookings()), 3)

    def test_two_of_one_machine_with_directories_of_their_own_wait_for_each_other(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        other = self.daemon('gate-b')
        other.kill()
        other.launch()
        other.until(lambda: other.read_log().count('belongs to gate-a') >= 2)
        self.assertFalse(other.serves())
        self.assertEqual(one.book(request(1)).status, 201)
        one.kill()
        other.until(other.serves)
        one.launch()
        one.until(lambda: 'belongs to gate-b' in one.read_log())
        self.assertEqual(other.book(request(2)).status, 201)

    def test_one_that_was_frozen_shows_nothing_and_ends(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        other = self.daemon('gate-b')
        one.book(request(1))
        one.process.send_signal(signal.SIGSTOP)
        other.until(other.serves)
        other.book(request(2))
        one.process.send_signal(signal.SIGCONT)
        seen = set()
        while one.process.poll() is None:
            seen.add(one.answer('/v1/site'))
        self.assertLessEqual(seen, {503, None})
        self.assertEqual(one.process.wait(), 1)
        one.launch()
        one.until(lambda: 'gate-b' in one.read_log())
        self.assertEqual(one.answer('/readyz'), 503)
        self.assertEqual(len(other.bookings()), 2)

    def test_a_machine_whose_clock_is_wrong_waits_as_long_as_the_others(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        for hours in (1, -1):
            with open(f'{one.dir}/clocks', 'wb') as f:
                f.write(struct.pack('=q', hours * 3600 * 1000).ljust(4096, b'\0'))
            shim = os.path.abspath(f'{testsite.BUILD}/tests/fire/clock_shim.so')
            with mock.patch.dict(os.environ, LD_PRELOAD=shim, GATESLOT_CLOCKS=f.name, ASAN_OPTIONS='verify_asan_link_order=0'):
                other = self.daemon('gate-b')
            other.until(lambda: 'belongs to gate-a' in other.read_log() or other.serves())
            self.assertFalse(other.serves(), f'{hours} h')
            self.assertEqual(one.book(request(hours + 5)).status, 201)
            if hours > 0:
                other.stop()
        one.kill()
        other.until(other.serves)
        self.assertEqual(len(other.bookings()), 2)

    def test_an_orderly_end_hands_over(self):
        one = self.daemon('gate-a')
        one.until(one.serves)
        other = self.daemon('gate-b')
        one.stop()
        other.until(other.serves)
        status = other.get('/v1/status').json['store']
        self.assertEqual((status['copies_promised'], status['copies_held']), (2, 2))

    def test_fewer_copies_are_refused_or_told(self):
        self.server.require()
        strict = self.daemon('gate-a')
        strict.until(lambda: 'synchronous_standby_names' in strict.read_log())
        self.assertEqual(strict.answer('/readyz'), 503)
        strict.stop()
        lax = self.daemon('gate-b', more='\nstore_copies: {go_on_with_fewer: true}')
        lax.until(lax.serves)
        self.assertEqual(lax.get('/readyz').body, b'ready: fewer_copies: ONE COPY, 2 promised\n')
        self.assertEqual(lax.book(request(1)).status, 201)


if __name__ == '__main__':
    tap.main()
