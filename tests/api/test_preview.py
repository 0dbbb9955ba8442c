"""A preview of another configuration: what it says is what the reload then does; nothing is changed by it; what could not be taken over is
refused with all that is wrong with it."""
import json, os, random, signal, subprocess, time, unittest
from testsite import DAEMON, DATE, IN_POSTGRES, Site, request
import tap

SEED = int(os.environ.get('GATESLOT_SEED') or random.getrandbits(32))
print(f'# GATESLOT_SEED={SEED}')
WINDOWS = 'windows: {{early: {{start: "08:00", end: "10:00", capacity: {early}}}, late: {{name: 晚班, start: "16:00", end: "18:00", capacity: {late}}}}}\n'


class Case(unittest.TestCase):
    def setUp(self):
        self.site = Site(extra=WINDOWS.format(early=20, late=20))
        self.addCleanup(self.site.close)

    def config(self, extra):
        """The site's configuration with other windows and what else is said."""
        with open(f'{self.site.dir}/gateslotd.yaml') as f:
            text = f.read()
        return text.replace(WINDOWS.format(early=20, late=20), extra)

    def preview(self, text, type='application/yaml', status=200, **headers):
        a = self.site.post('/v1/config/preview', text, headers={'Content-Type': type, **headers})
        self.assertEqual(a.status, status, a)
        return a.json

    def seq(self):
        return (self.site.events() or [{'seq': 0}])[-1]['seq']

    def reload(self, text):
        """The events of it."""
        seq = self.seq()
        with open(f'{self.site.dir}/gateslotd.yaml', 'w') as f:
            f.write(text)
        self.site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            events = self.site.events(seq)
            if events:
                return events
        self.fail(f'no reload:\n{self.site.read_log()}')


class Same(Case):
    def test_the_reload_does_what_was_shown(self):
        r = random.Random(SEED)
        for n in range(60):
            windows = r.choice((['early'], ['late'], ['early', 'late']))
            self.site.book(request(n, date=r.choice((DATE, '2026-11-26')), windows=windows, flexible=r.random() < 0.5, waitlist=r.random() < 0.5))
        for _ in range(6):
            extra = WINDOWS.format(early=r.randrange(20), late=r.randrange(20))
            extra += r.choice(('', f'waitlist: {{promote_minutes: {r.randrange(3000)}}}\n', 'clock: {max_leap_minutes: 30}\n'))
            extra += r.choice(('', f'calendar: [{{from: {DATE}, to: 2026-11-28, closed: true, reason: fair}}]\n'))
            with open(f'{self.site.dir}/gateslotd.yaml') as f:
                text = '\n'.join(l for l in f.read().split('\n') if not l.startswith(('windows:', 'waitlist:', 'clock:', 'calendar:'))) + '\n' + extra
            seq = self.seq()
            shown = self.preview(text)
            self.assertEqual((self.seq(), self.preview(text)), (seq, shown))
            events = self.reload(text)
            told = events[0]
            self.assertEqual((told['type'], told['data']['options']), ('config.reloaded', shown['options']))
            for kind in ('moved', 'waitlisted', 'promoted'):
                steps = [(s['booking_id'], (s['to'] or {}).get('slot')) for d in shown['days'] for s in d[kind]]
                done = [(e['booking_id'], e['data'].get('to', {}).get('slot')) for e in events if e['type'] == f'booking.{kind}']
                self.assertEqual(sorted(map(str, done)), sorted(map(str, steps)), kind)
                self.assertEqual(told['data'][kind], len(steps))
            changed = {(e['data']['date'], e['data']['window']) for e in events if e['type'] == 'capacity.changed'}
            self.assertEqual(changed, {(d['date'], w['id']) for d in shown['days'] for w in d['windows']})
            self.assertEqual(self.preview(text), {'options': [], 'days': []})
        self.site.client('replay-decisions', DATE, check=0)
        self.site.stop()
        self.site.launch()
        self.site.client('replay-decisions', DATE, check=0)


class Refused(Case):
    def test_what_cannot_be_taken_over_is_named(self):
        self.site.book(request(1, windows=['late']))
        seq = self.seq()
        gone = self.config('windows: {early: {start: "08:00", end: "10:00", capacity: 20}}\n')
        for text, faults in (('nonsense: 1\nyard: {bays: 0}\n', [('yard.bays', 2, 14), ('nonsense', 1, 1)]),
                             ('calendar: [{from: 2027-02-12, to: 2027-02-05}]', [('calendar[0].to', 1, 35)]),
                             ('{', [('(yaml)', 2, 1)]), ('\0', [('(yaml)', 1, 1)]), ('site: {name: "\xff"}'.encode('latin-1'), [('(yaml)', 1, 15)]),
                             (gone, [('windows.late', 0, 0)]),
                             (self.config('').replace('Asia/Shanghai', 'Europe/Berlin'), [('site.timezone', 0, 0)])):
            a = self.preview(text, status=422)
            self.assertEqual(a['code'], 'validation')
            self.assertEqual(sorted((e['pointer'], e['line'], e['column']) for e in a['errors']), sorted(faults), (text, a))
            self.assertTrue(all(e['code'] == 'config' and e['detail'] for e in a['errors']))
        self.assertIn('bk_1', self.preview(gone, status=422)['errors'][0]['detail'])
        self.assertEqual(self.seq(), seq)

    def test_forms_of_a_body(self):
        self.assertEqual([o['key'] for o in self.preview('')['options'] if o['restart']], ['listen', 'store'] + ['state_directory'] * IN_POSTGRES)
        for kind in ('text/yaml', 'application/x-yaml', 'APPLICATION/YAML; charset=utf-8'):
            self.preview(self.config(WINDOWS.format(early=1, late=1)), kind)
        for kind in ('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/yamlish', 'application/yaml; charset=gbk'):
            self.assertEqual(self.preview('', kind, status=415)['code'], 'unsupported_media_type')
        self.preview('', status=415, **{'Content-Encoding': 'gzip'})
        self.preview('#' * 65536)
        self.preview('#' * 65537, status=413)
        many = 'calendar:\n' + ''.join(f'- {{from: {2027 + y}-{m:02d}-01, to: {2027 + y}-{m:02d}-20, closed: true, reason: "{"节" * 20}"}}\n' for y in range(35) for m in range(1, 13))
        a = self.preview(self.config(WINDOWS.format(early=20, late=20)) + many)
        self.assertEqual((len(a['options']), a['more_options']), (400, 20))

    def test_only_supervisors_ask(self):
        token = self.site.post('/v1/tokens', {'name': 'gate1', 'role': 'gate'}).json['token']
        self.assertEqual(self.site.post('/v1/config/preview', '', headers={'Content-Type': 'text/yaml', 'Authorization': f'Bearer {token}'}).status, 403)

    def test_the_client_shows_it(self):
        self.site.book(request(1, windows=['late']))
        with open(f'{self.site.dir}/new.yaml', 'w') as f:
            f.write(self.config(WINDOWS.format(early=20, late=0)) + 'clock: {max_leap_minutes: 7}\n')
        out = self.site.client('config', 'preview', f'{self.site.dir}/new.yaml', check=0).stdout
        self.assertRegex(out, r'windows\.late\.capacity +20 +0')
        self.assertIn('waitlisted: 1', out)
        zh = self.site.client('config', 'preview', f'{self.site.dir}/new.yaml', check=0, env={'LC_ALL': 'zh_CN.UTF-8'}).stdout
        self.assertIn('晚班', zh)
        with open(f'{self.site.dir}/new.yaml', 'w') as f:
            f.write('yard: {bays: 0}\n')
        said = self.site.client('config', 'preview', f'{self.site.dir}/new.yaml', check=5).stderr
        checked = subprocess.run([DAEMON, '--check-config', '--config', f'{self.site.dir}/new.yaml'], capture_output=True, text=True)
        self.assertIn(said.strip(), checked.stdout + checked.stderr)
        self.site.client('config', 'preview', f'{self.site.dir}/none.yaml', check=1)
        self.assertIn('options', json.loads(self.site.client('--json', 'config', 'preview', '-', input=self.config(WINDOWS.format(early=3, late=3)), check=0).stdout))


if __name__ == '__main__':
    tap.main()
