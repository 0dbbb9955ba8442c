"""No answer shows what a crash could take back. strace slows the writes of the log, so that a booking is long on its way to the disk;
meanwhile somebody asks. The moment anything is answered that tells of the booking the daemon is killed: then it must be stored.

  GATESLOT_QUESTIONS   how many of the questions, drawn anew each time (default 4; 0: all)
  GS_SEED              the seed"""
import os, random, select, subprocess, unittest
from burning import TODAY, BurningSite
from testsite import request
from test_strace import works
from wire import Wire
import tap

SOME = int(os.environ.get('GATESLOT_QUESTIONS', '4'))
SEED = int(os.environ.get('GS_SEED', str(random.randrange(1 << 30))))
SLOW_US = 30000  # each write; a booking takes several
BODY = request(7, date=TODAY, windows=['all'])
KEY = {'Idempotency-Key': 'the-booking'}
QUESTIONS = {
    'its own answer': None,
    'a retry': ('POST', '/v1/bookings', BODY, KEY),
    'another for that truck': ('POST', '/v1/bookings', BODY, {'Idempotency-Key': 'another'}),
    'slots': ('GET', f'/v1/slots?from={TODAY}&to={TODAY}', None, {}),
    'list': ('GET', f'/v1/bookings?date={TODAY}', None, {}),
    'booking': ('GET', '/v1/bookings/bk_1', None, {}),
    'history': ('GET', '/v1/bookings/bk_1/history', None, {}),
    'gate list': ('GET', f'/v1/gate/list?date={TODAY}', None, {}),
    'gate check': ('POST', '/v1/gate/check', {'plate': BODY['plate']}, {}),
    'capacity': ('GET', f'/v1/capacity?from={TODAY}&to={TODAY}', None, {}),
    'report': ('GET', f'/v1/reports/daily?date={TODAY}', None, {}),
    'events': ('GET', '/v1/events?after=0', None, {}),
    'audit': ('GET', '/v1/audit?from=1', None, {}),
    'a plan': ('PUT', f'/v1/capacity/{TODAY}/all?dry_run=true', {'capacity': 100}, {}),
}


@unittest.skipIf(works(), works())
class Shown(unittest.TestCase):
    def slow_down(self, site):
        tracer = subprocess.Popen(['strace', '-f', '-o', '/dev/null', '-P', f'{site.dir}/gateslot.db-wal', '-e', 'trace=pwrite64', '-e',
                                   f'inject=pwrite64:delay_enter={SLOW_US}', '-p', str(site.process.pid)], stderr=subprocess.PIPE, text=True)
        self.assertIn('attached', tracer.stderr.readline())
        return tracer

    def first_word(self, site, question):
        """Until something is answered that is not what was answered before the booking. Returns that, with the daemon killed."""
        changes = question and question[2] is BODY
        before = None if not question or changes else Wire(site.socket).call(*question)
        tracer = self.slow_down(site)
        booker, asker = Wire(site.socket), Wire(site.socket)
        booker.send(('POST', '/v1/bookings', BODY, KEY))
        select.select([], [], [], .02)
        said = None
        while said is None:
            if question:
                asker.send(question)
            ready, _, _ = select.select([booker.sock, asker.sock], [], [], 60)
            self.assertTrue(ready, 'nothing was answered')
            answer = (asker if asker.sock in ready else booker).receive()
            if before is None or (answer.status, answer.body) != (before.status, before.body):
                said = answer
        site.kill()
        tracer.wait(60)
        tracer.stderr.close()
        return said

    def test_nothing_is_shown_before_it_is_stored(self):
        print(f'# seed {SEED}', flush=True)
        rng = random.Random(SEED)
        names = list(QUESTIONS) if SOME == 0 else rng.sample(list(QUESTIONS), SOME)
        for name in names:
            with self.subTest(name), BurningSite() as site:
                said = self.first_word(site, QUESTIONS[name])
                site.launch()
                stored = Wire(site.socket).call('GET', f'/v1/bookings?date={TODAY}').json['items']
                self.assertEqual([b['plate'] for b in stored], [BODY['plate']], f'{name}: {said}, and it is not stored; GS_SEED={SEED}')
        print(f'# asked: {", ".join(names)}; {len(names)} kills, 0 shown and lost')


if __name__ == '__main__':
    tap.main()
