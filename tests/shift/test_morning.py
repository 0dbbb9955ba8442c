"""A supervisor's morning in a terminal of 80 columns and 24 lines, in both languages: a festival week is planned, a new configuration looked at
before it is taken over, a window cut, last month told by company, a strike excused, a time put right; and afterwards one screen of events says
who did what."""
import csv, io, os, sys, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from terminal import Terminal  # noqa: E402
from testsite import CLIENT, DATE, Site, request  # noqa: E402

SHOW = '--show' in sys.argv
COMPANIES = (('91350100M000100Y43', '远航货代'), ('91330600MA2BC3D45E', '柯桥纺织'))
FESTIVAL = ('2027-02-05', '2027-02-12')

class Morning(unittest.TestCase):
    def type(self, command, status=0, has=()):
        shown, got = self.terminal.type(command)
        if SHOW:
            print(f'$ {command}\n{shown}\n[{got}]\n')
        self.assertEqual(got, status, f'{command}\n{shown}')
        for word in has:
            self.assertIn(word, shown, command)
        return shown

    def test_a_morning(self):
        for language, festival in (('zh_CN.UTF-8', '春节'), ('C.UTF-8', 'Spring Festival')):
            with self.subTest(language):
                self.play(language, festival)
                self.doCleanups()

    def start(self, language):
        self.site = Site(strikes=3)
        self.addCleanup(self.site.close)
        token = self.site.client('token', 'create', '--name', 'wang', '--role', 'supervisor', check=0).stdout.split()[-1]
        env = {'GATESLOT_URL': self.site.url, 'GATESLOT_TOKEN': token, 'LC_ALL': language, 'TERM': 'screen',
               'PATH': f'{os.path.dirname(CLIENT)}:{os.environ["PATH"]}'}
        self.terminal = Terminal(f'gateslot-{os.path.basename(self.site.dir)}', env)
        self.addCleanup(self.terminal.close)

    def yesterday(self):
        """Two trucks come, and nobody notes that one of them has left; one stays away."""
        came, forgotten, absent = (self.site.book(request(n, date='2026-11-25', slot='08:00', windows=['morning'], company={'uscc': u, 'name': name})).json
                                   for n, (u, name) in ((1, COMPANIES[0]), (2, COMPANIES[1]), (3, COMPANIES[1])))
        self.site.clock(f'{DATE}T08:10:00+08:00')
        for b in (came, forgotten):
            for step in ('arrive', 'enter', 'clear'):
                self.assertEqual(self.site.post(f'/v1/bookings/{b["id"]}/{step}', {}).status, 200)
        self.site.post(f'/v1/bookings/{came["id"]}/depart', {})
        self.site.clock(f'{DATE}T18:00:00+08:00')
        return forgotten, absent

    def play(self, language, festival):
        self.start(language)
        forgotten, absent = self.yesterday()
        for n in range(10, 18):
            self.assertEqual(self.site.book(request(n, date='2026-11-26', slot='09:00', windows=['morning', 'midday'])).status, 201)
        self.site.clock('2026-11-26T07:00:00+08:00')
        dates = '..'.join(FESTIVAL)
        self.type(f'gateslot capacity set {dates} all --close --reason "{festival}" --dry-run')
        self.assertEqual([w['closed'] for w in self.site.get(f'/v1/capacity?from={FESTIVAL[0]}&to={FESTIVAL[0]}').json['days'][0]['windows']], [False] * 3)
        self.type(f'gateslot capacity set {dates} all --close --reason "{festival}"')
        for day in self.site.get(f'/v1/capacity?from={FESTIVAL[0]}&to={FESTIVAL[1]}').json['days']:
            self.assertEqual([w['closed'] for w in day['windows']], [True] * 3, day['date'])

        with open(f'{self.site.dir}/gateslotd.yaml') as f:
            config = f.read()
        with open(f'{self.site.dir}/new.yaml', 'w') as f:
            f.write(config.replace('yard: {bays: 40}', 'yard: {bays: 38}') + '\nwindows: {morning: {start: "08:00", end: "12:00", capacity: 4}, '
                    'midday: {start: "12:00", end: "16:00", capacity: 40}, evening: {start: "16:00", end: "20:00", capacity: 40}}\n')
        before = self.site.get('/v1/events?last=1').json['items'][-1]['seq']
        self.type(f'gateslot config preview {self.site.dir}/new.yaml', has=['yard.bays', '38', '2026-11-26'])
        self.assertEqual(self.site.get('/v1/events?last=1').json['items'][-1]['seq'], before)

        self.type('gateslot capacity set today morning 6 --reason "crane 2"', has=['6'])
        out = f'{self.site.dir}/month.csv'
        self.type(f'gateslot report 2026-11-01..2026-11-30 --by company --csv > {out}')
        with open(out, encoding='utf-8-sig') as f:
            rows = list(csv.DictReader(io.StringIO(f.read())))
        told = {row['company']: row for row in rows if row.get('company') in dict(COMPANIES)}
        self.assertEqual(set(told), set(dict(COMPANIES)), rows)
        self.assertEqual((told[COMPANIES[1][0]]['no_show'], told[COMPANIES[0][0]]['departed']), ('1', '1'))

        self.type(f'gateslot excuse {absent["id"]} --reason "road closed"')
        self.type(f'gateslot depart {forgotten["id"]} --at "2026-11-25 11:30" --reason "gate forgot"')
        self.assertEqual(self.site.get(f'/v1/bookings/{forgotten["id"]}').json['departed_at'], f'{DATE}T11:30:00+08:00')
        screen = self.type('gateslot events -n 6 --by wang --type capacity.changed,strike.excused,booking.departed',
                           has=['wang', festival, 'road closed', 'crane 2', '11:30', absent['plate'], forgotten['plate']])
        self.assertLess(len(screen.split('\n')), self.terminal.height)
        self.type('gateslot status')
        self.type('gateslot strikes')

if __name__ == '__main__':
    sys.argv = [a for a in sys.argv if a != '--show']
    tap.main()
