"""A shift at the gate, typed command by command into a real terminal of 80 columns and 24 lines: twenty trucks, what goes right and what goes
wrong with them. What is counted are commands and keys: a truck on time takes one command, and no key that a keyboard without Chinese lacks.
Run by hand with --show, it prints each screen."""
import os, sys, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from terminal import Terminal  # noqa: E402
from testsite import CLIENT, DATE, Site, plate, request  # noqa: E402

SHOW = '--show' in sys.argv
LANGUAGES = ('zh_CN.UTF-8', 'C.UTF-8')


class Shift:
    def __init__(self, test, language):
        self.test = test
        self.site = Site(bays=4, strikes=3, extra='windows: {morning: {start: "08:00", end: "12:00", capacity: 40}}\nslots: {minutes: 30, capacity: 12}')
        test.addCleanup(self.site.close)
        env = {'GATESLOT_URL': self.site.url, 'LC_ALL': language, 'PATH': f'{os.path.dirname(CLIENT)}:{os.environ["PATH"]}', 'TERM': 'screen'}
        self.terminal = Terminal(f'gateslot-{os.path.basename(self.site.dir)}', env)
        test.addCleanup(self.terminal.close)
        self.taken, self.used = [], (0, 0)

    def clock(self, time):
        self.site.clock(f'{DATE}T{time}:00+08:00')

    def book(self, n, slot, **more):
        return self.site.book(request(n, slot=slot, windows=['morning'], flexible=False, **more)).json

    def type(self, command, status=0, has=(), ascii_only=True):
        """What is typed in words of the keyboard at the gate, and what the screen must say."""
        if ascii_only:
            self.test.assertTrue(command.isascii(), command)
        shown, got = self.terminal.type(command)
        if SHOW:
            print(f'$ {command}\n{shown}\n[{got}]\n')
        self.test.assertEqual(got, status, f'{command}\n{shown}')
        for word in (has,) if isinstance(has, str) else has:
            self.test.assertIn(word, shown, command)
        self.test.assertLessEqual(len(shown.split('\n')), self.terminal.height - 1, command)
        return shown

    def done(self, what):
        commands, keys = self.terminal.commands - self.used[0], self.terminal.keys - self.used[1]
        self.used = (self.terminal.commands, self.terminal.keys)
        self.taken.append((what, commands, keys))

    def status(self, booking):
        return self.site.get(f'/v1/bookings/{booking["id"]}').json['status']

    def leave(self, *bookings):
        ids = ' '.join(b['id'].removeprefix('bk_') for b in bookings)
        self.type(f'gateslot clear {ids}')
        self.type(f'gateslot depart {ids}')


class AtTheGate(unittest.TestCase):
    def test_twenty_trucks(self):
        for language in LANGUAGES:
            with self.subTest(language):
                self.play(Shift(self, language))
                self.doCleanups()

    def play(self, s):
        on_time = [s.book(n, '08:00') for n in range(1, 9)]
        early, late, partial, misread, held, mistapped = (s.book(n, slot) for n, slot in
                                                           ((31, '09:30'), (32, '08:00'), (1233, '08:30'), (8834, '08:30'), (35, '08:30'), (36, '08:30')))
        forgotten, absent, absent_too = s.book(37, '08:30'), s.book(38, '08:00'), s.book(39, '08:00')
        wrong_box = s.book(40, '08:30')
        s.clock('07:45')
        for b in on_time:  # 1–8: one command each, by the pass code on the driver's screen
            s.type(f'gateslot admit {b["pass_code"].lower()}', has=b['plate'])
            s.done('on time')
            self.assertEqual(s.status(b), 'entered')
            if b in on_time[3:]:  # four bays: one leaves before the next
                s.leave(on_time[on_time.index(b) - 3])
                s.done('departs')
        s.leave(*on_time[5:])
        s.done('three depart')

        s.type(f'gateslot admit {early["pass_code"]}', status=4, has=early['plate'])  # 9: held, and let in when it is time
        self.assertEqual(s.status(early), 'arrived')
        s.done('early')
        s.clock('08:25')
        s.type(f'gateslot admit {late["pass_code"]}', has=late['plate'])  # 10: late, within its grace
        s.done('late')
        s.leave(late)
        s.done('departs')

        s.type('gateslot check D00999', has='not_booked')  # 11: unknown, sent away
        s.done('unknown')
        s.type('gateslot check 01233', has=[partial['plate'], partial['id']])  # 12: five digits of the plate
        s.type(f'gateslot admit {partial["id"][3:]}', has=partial['plate'])
        s.done('part of the plate')
        s.type('gateslot check A0B834', has=misread['plate'])  # 13: an eight taken for B, without the province
        s.type(f'gateslot admit {misread["id"][3:]}', has=misread['plate'])
        s.done('misread')
        box = wrong_box['containers'][0]
        s.type(f'gateslot check {box[:-1]}{(int(box[-1]) + 1) % 10}', has=wrong_box['plate'])  # 14: a wrong check digit
        s.type(f'gateslot admit {wrong_box["id"][3:]}', has=wrong_box['plate'])
        s.done('wrong check digit')

        walk_in = f'gateslot walk-in --plate {plate(41)} --container CSQU3054383 --uscc 91350100M000100Y43 --company 甲 --driver 王 --phone 13800138000'
        s.type(walk_in, has=plate(41), ascii_only=False)  # 15: without a booking
        s.type(f'gateslot enter {s.site.bookings(query="&q=" + plate(41)[1:])[0]["id"][3:]}')
        s.done('walk-in')

        s.type(f'gateslot admit {held["pass_code"]}', status=4, has=held['plate'])  # 16: the yard is full
        s.type('gateslot yard', has=held['plate'])
        s.leave(partial)
        s.type(f'gateslot admit {held["pass_code"]}', has=held['plate'])
        s.done('yard full')

        s.leave(misread)
        s.done('departs')
        s.type(f'gateslot admit {mistapped["pass_code"]}', has=mistapped['plate'])  # 17: it was another truck
        s.type(f'gateslot revert {mistapped["id"][3:]}')
        self.assertEqual(s.status(mistapped), 'arrived')
        s.type(f'gateslot admit {mistapped["pass_code"]}', has=mistapped['plate'])
        s.done('mis-tap')

        s.leave(wrong_box)
        s.done('departs')
        s.clock('09:05')
        s.leave(held)
        s.done('departs')
        s.type(f'gateslot admit {early["pass_code"]}', has=early['plate'])  # 9 again: its time has come
        s.done('early, let in')
        s.leave(mistapped)
        s.done('departs')
        s.type(f'gateslot admit {forgotten["pass_code"]}')  # 18: nobody saw it leave at half past nine
        s.type(f'gateslot clear {forgotten["id"][3:]}')
        s.clock('10:30')
        s.type(f'gateslot depart {forgotten["id"][3:]} --at 09:30')
        self.assertEqual(s.site.get(f'/v1/bookings/{forgotten["id"]}').json['departed_at'], f'{DATE}T09:30:00+08:00')
        s.done('forgotten departure')

        self.assertEqual((s.status(absent), s.status(absent_too)), ('no_show', 'no_show'))
        s.type(f'gateslot excuse {absent["id"][3:]} --reason "breakdown on the motorway"')  # 19: it stayed away, and is excused
        s.type(f'gateslot strikes {absent["plate"]}', ascii_only=False)
        s.done('no-show excused')
        s.type(f'gateslot reinstate {absent_too["id"][3:]} --reason "stands here"')  # 20: it came after all
        self.assertEqual(s.status(absent_too), 'arrived')
        s.done('no-show is there')

        s.type('gateslot gate')
        s.type('gateslot list --next')
        s.done('a look around')
        report = s.site.get(f'/v1/reports/daily?date={DATE}').json['total']
        self.assertGreaterEqual(report['corrections'], 1)
        self.assertEqual(report['no_show'], 1)
        for what, commands, keys in s.taken:
            print(f'# {what:24} {commands} commands {keys:4} keys')
            if what in ('on time', 'late'):
                self.assertEqual(commands, 1)


if __name__ == '__main__':
    sys.argv = [a for a in sys.argv if a != '--show']
    tap.main()
