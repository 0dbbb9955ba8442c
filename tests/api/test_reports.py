"""Reports over ranges against a count of its own, made from the bookings and the event feed alone: seven weeks of random days over
the year's end, of which the early ones are archived, the last ones live; before and after a restart."""
import csv, io, os, random, unittest
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import mean
from testsite import Site, request
import tap

SEED = int(os.environ.get('GS_SEED', random.getrandbits(32)))
FIRST, DAYS = date(2026, 12, 10), 30
USCC = ['91350100M000100Y43', '91330600MA2D1K9X0Q', '91330621MA28A1B2C3']
COUNTED = ['booked', 'due', 'arrived', 'entered', 'cleared', 'departed', 'no_show', 'cancelled', 'refused', 'walk_ins', 'waitlisted', 'never_placed', 'held']
print(f'# GS_SEED={SEED}')
dice = random.Random(SEED)


def at(day, minutes):
    return f'{day}T{minutes // 60:02d}:{minutes % 60:02d}:00+08:00'


def live_through(site, day, n):
    """One day: some are booked in the early morning, most come, some do not, one may stay inside."""
    site.clock(at(day, 6 * 60))
    for b in site.get('/v1/bookings?status=entered').json['items']:
        if dice.random() < 0.8:  # the rest stays another day
            for step in ('clear', 'depart'):
                assert site.post(f'/v1/bookings/{b["id"]}/{step}').status == 200
    ids = []
    for i in range(dice.randrange(3, 9)):
        n += 1
        who = dice.randrange(3)
        body = request(n, date=str(day), waitlist=True, company={'uscc': USCC[who], 'name': f'公司 {who} 第{n}号'},
                       windows=dice.choice([['morning'], ['midday'], ['evening'], ['morning', 'midday']]))
        a = site.book(body)
        assert a.status in (201, 202), a
        ids.append(a.json['id'])
    if dice.random() < 0.3:  # a cut, which stays what stood on that day
        a = site.call('PUT', f'/v1/capacity/{day}/{dice.choice(["morning", "midday"])}', {'capacity': dice.randrange(0, 5), 'reason': '检修'})
        assert a.status == 200, a
    for b in sorted((site.get(f'/v1/bookings/{i}').json for i in ids), key=lambda b: (b['arrive_from'] or '', b['id'])):
        fate = dice.random()
        if fate < 0.1:
            assert site.post(f"/v1/bookings/{b['id']}/cancel").status in (200, 409)  # it may be over by then
        elif b['slot'] and fate > 0.2:
            begin = datetime.fromisoformat(b['slot']['start']) + timedelta(seconds=dice.randrange(0, 900))
            now = datetime.fromisoformat(site.get('/v1/site').json['now'])
            site.clock(max(begin, now).isoformat())
            a = site.post(f'/v1/bookings/{b["id"]}/arrive')
            if a.status == 200 and fate > 0.28:
                for step in ('enter', 'clear', 'depart') if fate > 0.32 else ('enter',):
                    site.clock((datetime.fromisoformat(site.get('/v1/site').json['now']) + timedelta(seconds=dice.randrange(20, 1500))).isoformat())
                    site.post(f'/v1/bookings/{b["id"]}/{step}')
    for k in range(dice.randrange(0, 3)):  # strangers, who are turned away
        assert site.post('/v1/gate/check', {'plate': f'浙Z{n:03d}{k:02d}', 'record': True}).status == 200
    return n


class Count:
    """What stands in the bookings' own words, counted by day."""

    def __init__(self, site):
        self.rows = []
        for k in range(DAYS + 1):
            self.rows += site.bookings(FIRST + timedelta(k))
        had = {e['booking_id'] for e in site.events() if e['data'].get('to')}
        for b in self.rows:
            b['placed'] = b['id'] in had
        self.last_window = {}
        for e in site.events():
            if e['data'].get('to'):
                self.last_window[e['booking_id']] = e['data']['to']['window']

    def group(self, by, b):
        d = date.fromisoformat(b['date'])
        if by == 'day':
            return b['date']
        if by == 'week':
            return '%d-W%02d' % d.isocalendar()[:2]
        if by == 'month':
            return b['date'][:7]
        if by == 'company':
            return b['company']['uscc']
        return None if never(b) else self.last_window.get(b['id'])

    def sums(self, rows):
        c = Counter()
        for b in rows:
            if never(b):
                c['never_placed'] += 1
                continue
            c['due' if b['status'] == 'booked' else b['status']] += 1
            if b['placed']:
                c['booked'] += 1
                c['held'] += b['held_at'] is not None
        entry = [minutes(max(b['arrived_at'], b['arrive_from'] or ''), b['entered_at']) for b in rows if b['entered_at']]
        stay = [minutes(b['entered_at'], b['departed_at']) for b in rows if b['departed_at']]
        return c, entry, stay


def never(b):
    return b['status'] == 'expired' or (b['status'] == 'cancelled' and (not b['placed'] or b['displaced']))


def minutes(a, b):
    return (datetime.fromisoformat(b) - datetime.fromisoformat(a)).total_seconds() / 60


def agrees(row, rows, count):
    c, entry, stay = count.sums(rows)
    for k in COUNTED:
        if row[k] != c[k]:
            return f'{row.get("name")}: {k} is {row[k]}, counted {c[k]}'
    for values, name in ((entry, 'entry'), (stay, 'stay')):
        values = sorted(values)
        if not values:
            if row[f'mean_{name}_min'] is not None or row[f'p95_{name}_min'] is not None:
                return f'{row.get("name")}: minutes of nobody'
        elif abs(row[f'mean_{name}_min'] - mean(values)) > 0.0501 or abs(row[f'p95_{name}_min'] - values[-(-95 * len(values) // 100) - 1]) > 0.0501:
            return f'{row.get("name")}: {name} {row[f"mean_{name}_min"]} {row[f"p95_{name}_min"]} of {values}'
    return None


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(start=at(FIRST - timedelta(1), 7 * 60), bays=3, extra='booking: {horizon_days: 3}')
        cls.addClassCleanup(cls.site.close)
        n = 0
        for k in range(DAYS):
            n = live_through(cls.site, FIRST + timedelta(k), n)
        cls.last = FIRST + timedelta(DAYS - 1)
        cls.site.book(request(n + 1, date=str(cls.last + timedelta(1))))
        cls.count = Count(cls.site)

    def report(self, first, last, by):
        a = self.site.get(f'/v1/reports?from={first}&to={last}&by={by}')
        self.assertEqual(a.status, 200, a)
        return a.json

    def inside(self, first, last):
        return [b for b in self.count.rows if str(first) <= b['date'] <= str(last)]

    def check_range(self, first, last):
        for by in ('day', 'week', 'month', 'window', 'company'):
            report = self.report(first, last, by)
            groups = defaultdict(list)
            for b in self.inside(first, last):
                groups[self.count.group(by, b)].append(b)
            for r in report['rows']:
                self.assertIsNone(agrees(r, groups.pop(r['name'], []), self.count))
            self.assertIsNone(agrees(report['total'], self.inside(first, last), self.count))
            self.assertEqual(list(groups), [], by)

    def test_every_grouping_is_what_the_bookings_say(self):
        self.check_range(FIRST, self.last + timedelta(1))
        self.check_range(date(2026, 12, 28), date(2027, 1, 3))  # one week of two years
        self.check_range(self.last, self.last)

    def test_a_day_is_as_its_daily_report(self):
        report, capacity = self.report(FIRST, self.last, 'day'), 0
        for r in report['rows']:
            daily = self.site.get(f'/v1/reports/daily?date={r["name"]}').json
            mine = {k: r[k] for k in daily['total'] if k != 'still_inside'}
            self.assertEqual({k: daily['total'][k] for k in mine}, mine, r['name'])
            self.assertEqual(r['daily_clearing'], daily['daily_clearing'], r['name'])
            capacity += daily['total']['capacity']
        self.assertEqual(report['total']['capacity'], capacity)
        away = sum(r['turned_away'] for r in report['rows'])
        self.assertGreater(away, 0)
        for by in ('day', 'week', 'month', 'window', 'company'):
            other = self.report(FIRST, self.last, by)
            self.assertEqual(other['total']['turned_away'], away)
            self.assertIn(sum(r['turned_away'] or 0 for r in other['rows']), (away, 0) if by == 'company' else (away,), by)
        self.assertEqual(report['total']['cleared_days'], sum(r['daily_clearing'] is True for r in report['rows']))

    def test_capacities_of_the_past_are_what_stood(self):
        stood = {}
        for e in self.site.events():
            if e['type'] == 'capacity.changed':
                stood[(e['data']['date'], e['data']['window'])] = e['data']['after']
        self.assertGreater(len(stood), 0)
        for (day, window), capacity in stood.items():
            daily = self.site.get(f'/v1/reports/daily?date={day}').json
            self.assertEqual(daily['windows'][window]['capacity'], capacity, (day, window))

    def test_a_company_has_its_latest_name(self):
        for r in self.report(FIRST, self.last, 'company')['rows']:
            newest = max((b for b in self.inside(FIRST, self.last) if b['company']['uscc'] == r['name']), key=lambda b: int(b['id'][3:]))
            self.assertEqual(r['company_name'], newest['company']['name'])

    def test_csv_says_what_json_says(self):
        for by in ('day', 'week', 'month', 'window', 'company'):
            report = self.report(FIRST, self.last, by)
            a = self.site.get(f'/v1/reports?from={FIRST}&to={self.last}&by={by}', headers={'Accept': 'text/csv'})
            self.assertEqual(a.headers['Content-Type'], 'text/csv; charset=utf-8')
            rows = list(csv.DictReader(io.StringIO(a.body.decode(), newline='')))
            self.assertEqual([r[by] for r in rows], [r['name'] or '' for r in report['rows']] + ['total'])
            for r, j in zip(rows, report['rows'] + [report['total']], strict=True):
                for k in set(r) & set(j):
                    said = {None: '', True: 'true', False: 'false'}.get(j[k]) if j[k] is None or isinstance(j[k], bool) else str(j[k])
                    self.assertEqual(r[k], said, (by, k))

    def test_the_client_shows_it_in_both_languages(self):
        span = f'{FIRST}..{self.last}'
        for lang, words in (('C.UTF-8', ('Report of', 'total', 'no-show')), ('zh_CN.UTF-8', ('报表', '合计', '爽约'))):
            for by in ('day', 'week', 'month', 'window', 'company'):
                p = self.site.client('report', span, '--by', by, env={'LANG': lang, 'LC_ALL': lang, 'LANGUAGE': ''}, check=0)
                for word in words:
                    self.assertIn(word, p.stdout)
        self.assertEqual(self.site.client('report', span, '--by', 'month', '--csv', check=0).stdout[:14], 'month,from,to,')
        self.assertEqual(self.site.client('--json', 'report', f'{FIRST}..{FIRST}', check=0).stdout[:7], '{"from"')

    def test_the_client_refuses_what_cannot_be(self):
        span = f'{FIRST}..{self.last}'
        self.assertIn('year', self.site.client('report', span, '--by', 'year', check=2).stderr)
        self.site.client('report', span, '--beside', '-', check=2)
        self.site.client('report', '2027-01-03..2027-01-01', check=2)
        self.site.client('report', '2025-01-01..2027-01-01', check=5)

    def test_z_it_is_the_same_after_a_restart(self):
        before = {by: self.report(FIRST, self.last, by) for by in ('day', 'window', 'company')}
        self.site.stop()
        self.site.launch()
        for by, report in before.items():
            self.assertEqual(self.report(FIRST, self.last, by), report, by)


if __name__ == '__main__':
    tap.main()
