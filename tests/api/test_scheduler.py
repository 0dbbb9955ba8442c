"""The scheduler on whole days: the rush played by the client and judged by a maximum flow of the test's own, and a cut or a
closure at a random moment of each day file, followed to the end of the day."""
import os, random, unittest
from collections import Counter
from daymodel import HOLDING, Day, at, capacities, expected_end, load, place_of
from dayflow import LIFTED, LOCK, MINUTE, Ask, Yard
from player import Player
from testsite import DATE, QUOTA, SOURCE, Site
import tap

DAYS = os.path.join(SOURCE, 'tests/days')
START = '2026-11-18T07:00:00+08:00'
BAYS = 40


class Feed:
    """Who holds what and who waits, told by the events so far."""

    def __init__(self, bookings, windows):
        self.windows = windows
        self.who = {b['id']: Ask(b['windows'] or list(windows), b['company']['uscc'], b['flexible']) for b in bookings}
        self.status, self.place, self.waiting = {}, {}, []

    def feed(self, e):
        if not e['type'].startswith('booking.'):
            return
        n, status, to = e['booking_id'], e['data']['status'], place_of(e['data'].get('to'))
        self.status[n] = status
        if to:
            self.place[n] = (to[1], at(to[2]))
        if status == 'waitlisted':
            self.waiting.append(n)
        elif n in self.waiting:
            self.waiting.remove(n)

    def holders(self, now, but=None):
        return [(self.who[n], p, self.status[n] == 'booked' and self.who[n].flexible and p[1] > now + LOCK * MINUTE)
                for n, p in self.place.items() if self.status[n] in HOLDING and n != but]

    def shut(self, now, opens, yard):
        """The running window, when trucks that overstayed take the places that are left."""
        running = [w for w in self.windows if opens[w][0] <= now < opens[w][1]]
        for w in running:
            inside = sum(1 for n, s in self.status.items() if s in ('entered', 'cleared') and opens[self.place[n][0]][0] < opens[w][0])
            held = sum(1 for n, p in self.place.items() if p[0] == w and self.status[n] in HOLDING)
            if held + max(0, inside - max(0, BAYS - yard.windows[w])) >= yard.windows[w]:
                return w
        return None


class Rush(unittest.TestCase):
    """Played once for all cases."""

    @classmethod
    def setUpClass(cls):
        cls.lines = load(f'{DAYS}/rush.jsonl')
        with Site(start=START, bays=BAYS, quota=QUOTA) as site:
            body = site.get(f'/v1/slots?from={DATE}&to={DATE}').json
            slots, windows = capacities(body)
            site.client('play', f'{DAYS}/rush.jsonl', '--until', '07:00', check=0)
            cls.noticed = site.bookings(query='&status=waitlisted')
            site.client('play', f'{DAYS}/rush.jsonl', check=0)
            cls.bookings, cls.events = site.bookings(), site.events()
        cls.opens = {w['id']: (at(w['start']), at(w['end'])) for w in body['days'][0]['windows']}
        cls.yard = Yard({(w, at(s)): c for (_, w, s), c in slots.items()}, {w: c for (_, w), c in windows.items()}, 25, 20)

    def feed(self):
        return Feed(self.bookings, list(self.opens))

    def test_120_places_at_most(self):
        feed, most = self.feed(), 0
        for e in self.events:
            feed.feed(e)
            most = max(most, len(feed.holders(at(e['at']))))
        self.assertEqual(most, 120)

    def test_the_company_quota_holds_at_every_moment(self):
        self.check_quota(self.feed(), self.events, 10, 20)

    def check_quota(self, feed, events, per_window, per_day):
        """A place within the last two hours is lifted; it counts all the same for what is taken later."""
        highest = 0
        for e in events:
            feed.feed(e)
            n, now = e['booking_id'], at(e['at'])
            if not e['data'].get('to') or feed.place[n][1] <= now + LIFTED * MINUTE:
                continue
            company, window = feed.who[n].company, feed.place[n][0]
            held = Counter(p[0] for who, p, _ in feed.holders(now) if who.company == company)
            self.assertLessEqual(held[window], per_window, e)
            self.assertLessEqual(sum(held.values()), per_day, e)
            highest = max(highest, held[window])
        return highest

    def test_a_tight_company_quota_is_reached_and_never_passed(self):
        with Site(start=START, bays=BAYS, quota='company_window_percent: 5, company_day: 5') as site:
            site.client('play', f'{DAYS}/rush.jsonl', check=0)
            feed = Feed(site.bookings(), list(self.opens))
            self.assertEqual(self.check_quota(feed, site.events(), 2, 5), 2)

    def test_positions_follow_the_order_of_request(self):
        order = {l['request']['containers'][0]: n for n, l in enumerate(self.lines)}
        waiting = sorted(self.noticed, key=lambda b: b['waitlist_position'])
        self.assertEqual([b['waitlist_position'] for b in waiting], list(range(1, len(waiting) + 1)))
        asked = [order[b['containers'][0]] for b in waiting]
        self.assertEqual(asked, sorted(asked))
        self.assertGreater(len(waiting), 100)

    def test_nobody_is_promoted_before_one_who_asked_earlier_and_could_have_the_place(self):
        feed, promoted = self.feed(), 0
        for e in self.events:
            before = list(feed.waiting)
            feed.feed(e)
            if e['type'] != 'booking.promoted':
                continue
            promoted += 1
            now, n = at(e['at']), e['booking_id']
            for earlier in before[:before.index(n)]:
                self.assertFalse(self.could_sit(feed, now, feed.who[earlier], but=n), (earlier, e))
        self.assertGreater(promoted, 0)

    def could_sit(self, feed, now, ask, but=None):
        shut = feed.shut(now, self.opens, self.yard)
        ask = Ask([w for w in ask.windows if w != shut], ask.company, ask.flexible)
        return self.yard.admits(now, feed.holders(now, but), ask, lead=120)

    def test_nobody_waits_while_a_plan_could_admit_him(self):
        feed, checked = self.feed(), 0
        for e, following in zip(self.events, self.events[1:]):
            feed.feed(e)
            now = at(e['at'])
            if now == at(following['at']) or not feed.waiting:
                continue
            checked += 1
            if not self.yard.room_at_all(now, [h[:2] for h in feed.holders(now)]):
                continue
            asks = {(tuple(feed.who[n].windows), feed.who[n].company): n for n in feed.waiting}
            for n in asks.values():
                self.assertFalse(self.could_sit(feed, now, feed.who[n]), (n, e))
        self.assertGreater(checked, 100)

    def test_no_request_turned_away_could_have_been_admitted(self):
        """Refused and waitlisted alike, each judged by the bookings as they stood when it asked."""
        known = {b['containers'][0] for b in self.bookings}
        refused = [(at(l['book_at']), l['request']) for l in self.lines if l['request']['containers'][0] not in known]
        feed, checked = self.feed(), Counter()
        for e in self.events:
            while refused and refused[0][0] < at(e['at']):
                now, r = refused.pop(0)
                ask = Ask(r.get('windows') or list(self.opens), r['company']['uscc'], r['flexible'])
                self.assertFalse(self.yard.admits(now, feed.holders(now), ask), r)
                checked['refused'] += 1
            if e['type'] == 'booking.waitlisted':
                now = at(e['at'])
                self.assertFalse(self.yard.admits(now, feed.holders(now), feed.who[e['booking_id']]), e)
                checked['waitlisted'] += 1
            feed.feed(e)
        self.assertEqual((checked['refused'], len(refused)), (len(self.lines) - len(known), 0))
        self.assertGreaterEqual(min(checked.values()), 30)


def even_spread(capacity, n):
    return [capacity // n + (i < capacity % n) for i in range(n)]


class Cut:
    """Before a step of the player: the dry run, then the plan, once."""

    def __init__(self, test, site, rng, steps, closing, opens):
        self.test, self.site, self.rng, self.closing, self.opens = test, site, rng, closing, opens
        self.at_step, self.step, self.plan, self.seq = rng.randrange(*steps), 0, None, None

    def __call__(self):
        self.step += 1
        if self.step == self.at_step:
            self.carry_out()

    def carry_out(self):
        now = at(self.site.get('/v1/site').json['now'])
        self.window = self.rng.choice([w for w, (_, end) in self.opens.items() if end > now])
        self.body = {'closed': True} if self.closing else {'capacity': self.rng.randrange(0, 30)}
        self.body['reason'] = 'gate 2 broken'
        path = f'/v1/capacity/{DATE}/{self.window}'
        before = self.site.events()
        dry = self.site.call('PUT', path + '?dry_run=true', self.body)
        self.test.assertEqual(dry.status, 200, dry)
        self.test.assertEqual(self.site.events(), before)
        run = self.site.call('PUT', path, dict(self.body, plan_id=dry.json['plan_id']))
        self.test.assertEqual((run.status, run.json), (200, dry.json))
        self.plan, self.seq = run.json, len(before)
        self.everyone_is_told()
        self.who_waits_could_not_sit(now)

    def everyone_is_told(self):
        told = [e for e in self.site.events(self.seq) if e['type'] != 'capacity.changed']
        said = [('booking.' + kind, s['booking_id'], (s['from'] or {}).get('slot'), (s['to'] or {}).get('slot'))
                for kind in ('moved', 'waitlisted', 'promoted') for s in self.plan[kind]]
        self.test.assertCountEqual([(e['type'], e['booking_id'], (e['data'].get('from') or {}).get('slot'),
                                     (e['data'].get('to') or {}).get('slot')) for e in told], said)
        promoted = {s['booking_id'] for s in self.plan['promoted']}
        for e in told:
            if e['type'] != 'booking.promoted':
                self.test.assertTrue(e['reason'] == 'gate 2 broken' or e['data'].get('cause') in promoted, e)
        for n, to in {s['booking_id']: s['to'] for kind in ('waitlisted', 'moved', 'promoted') for s in self.plan[kind]}.items():
            b = self.site.get(f'/v1/bookings/{n}').json
            self.test.assertEqual((b['status'], b['slot']), ('booked', to['slot']) if to else ('waitlisted', None))

    def who_waits_could_not_sit(self, now):
        slots, windows = capacities(self.site.get(f'/v1/slots?from={DATE}&to={DATE}').json)
        after = self.capacity_after()
        windows[DATE, self.window] = after
        mine = sorted(p for p in slots if p[1] == self.window)
        slots.update(zip(mine, even_spread(after, len(mine)), strict=True))
        yard = Yard({(w, at(s)): c for (_, w, s), c in slots.items()}, {w: c for (_, w), c in windows.items()}, 25, 20)
        feed = Feed(self.site.bookings(), list(self.opens))
        for e in self.site.events():
            feed.feed(e)
        shut = feed.shut(now, self.opens, yard)
        for s in self.plan['waitlisted']:
            who = feed.who[s['booking_id']]
            ask = Ask([w for w in who.windows if w != shut], who.company, who.flexible)
            waits = s['booking_id'] in feed.waiting
            self.test.assertFalse(waits and yard.admits(now, feed.holders(now), ask, lead=120), s)

    def capacity_after(self):
        return 0 if self.plan['after']['closed'] else self.plan['after']['capacity']

    def apply(self, day):
        slots = sum(1 for p in day.capacities if p[:2] == (DATE, self.window))
        day.cut(DATE, self.window, even_spread(self.capacity_after(), slots), self.capacity_after())


class Cuts(unittest.TestCase):
    def check(self, ok, words):
        self.assertTrue(ok, words)

    def follow(self, name, closing):
        seed = int(os.environ.get('GATESLOT_SEED') or random.getrandbits(32))
        lines = load(f'{DAYS}/{name}.jsonl')
        with Site(start=START, quota=QUOTA) as site:
            body = site.get(f'/v1/slots?from={DATE}&to={DATE}').json
            opens = {w['id']: (at(w['start']), at(w['end'])) for w in body['days'][0]['windows']}
            cut = Cut(self, site, random.Random(seed), (20, len(lines) + 220), closing, opens)
            Player(site, lines, cut).play()
            site.clock('2026-11-26T12:00:00+08:00')
            self.assertIsNotNone(cut.plan, 'the day was over before the cut')
            print(f"# {name}: seed {seed}, step {cut.at_step}, {cut.window} {cut.body}:",
                  ', '.join(f'{len(cut.plan[k])} {k}' for k in ('moved', 'waitlisted', 'promoted')))
            day = self.judge_feed(site, body, cut)
            self.ends_are_those_of_the_behaviour(site, lines, day)
            day.check_report(site.get(f'/v1/reports/daily?date={DATE}').json)

    def judge_feed(self, site, slots_body, cut):
        slots, windows = capacities(slots_body)
        day, cuts = Day(slots, self.check, windows), 0
        for e in site.events():
            day.feed(e)
            if e['type'] == 'capacity.changed' and e['reason'] != 'at_risk':
                cut.apply(day)
                cuts += 1
        self.assertEqual(cuts, 1)
        return day

    def ends_are_those_of_the_behaviour(self, site, lines, day):
        by_container = {l['request']['containers'][0]: l for l in lines}
        bookings = site.bookings()
        for b in bookings:
            promise = (at(b['arrive_from']), at(b['arrive_until'])) if b['arrive_until'] else None
            truck, line = day.trucks[b['id']], by_container[b['containers'][0]]
            self.assertEqual(truck.status, b['status'], b['id'])
            self.assertIn(truck.status, expected_end(line, truck, promise), (line['key'], b))
        self.assertEqual({b['id'] for b in bookings}, set(day.trucks))


for day_file in ('typical', 'rush', 'noshow'):
    for what in ('cut', 'closure'):
        setattr(Cuts, f'test_a_{what}_at_any_moment_of_{day_file}',
                lambda self, name=day_file, closing=what == 'closure': self.follow(name, closing))


if __name__ == '__main__':
    tap.main()
