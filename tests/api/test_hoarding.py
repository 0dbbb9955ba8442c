"""Hoarding, as it was seen: trucks and companies that do not exist take a whole day, and are cancelled hours before it. How many live bookings a
name and an unknown company may hold, what those who give up late may hold, what everybody is told of it, before and after a restart."""
import unittest
from testsite import Site, request
import tap

DAY, START = '2026-11-25', '2026-11-24T07:00:00+08:00'
DIGITS = '0123456789ABCDEFGHJKLMNPQRTUWXY'


def uscc(n):
    """A code with its check character (GB 32100)."""
    text = f'91330621MA2{n:06d}'
    rest = sum(DIGITS.index(c) * pow(3, i, 31) for i, c in enumerate(text)) % 31
    return text + DIGITS[(31 - rest) % 31]


class Hoarding(unittest.TestCase):
    def site(self, quota):
        site = Site(start=START, quota=f'company_window_percent: 100, company_day: 0, {quota}')
        self.addCleanup(site.close)
        self.token = {name: site.post('/v1/tokens', {'name': name, 'role': 'backend'}).json['token'] for name in ('mini', 'other')}
        return site

    def book(self, site, n, company, name='mini', lang='en', **more):
        body = request(n, more.pop('date', DAY), company={'uscc': company, 'name': f'made up {company[-4:]}'}, **more)
        return site.book(body, headers={'Authorization': f'Bearer {self.token[name]}', 'Accept-Language': lang})

    def refused(self, a, used, limit, words):
        self.assertEqual((a.status, a.json['code'], a.json['used'], a.json['limit']), (409, 'live_quota', used, limit), a)
        self.assertIn(words, a.json['detail'])
        self.assertNotIn('alternatives', a.json)

    def test_without_a_rule_made_up_trucks_take_the_day(self):
        s = self.site('name_live: 0')
        self.assertEqual([self.book(s, n, uscc(n)).status for n in range(120)], [201] * 120)

    def test_a_name_takes_no_more_than_it_may_and_again_what_has_come_free(self):
        s = self.site('name_live: 30')
        answers = [self.book(s, n, uscc(n)) for n in range(40)]
        self.assertEqual([a.status for a in answers], [201] * 30 + [409] * 10)
        self.refused(answers[30], 30, 30, 'This name holds 30 bookings')
        self.refused(self.book(s, 41, uscc(41), lang='zh-CN'), 30, 30, '本账号已有 30 个车未到场的预约（含候补），上限为 30 个')
        self.assertEqual(self.book(s, 42, uscc(42), name='other').status, 201)
        s.kill()
        s.launch()
        self.refused(self.book(s, 43, uscc(43)), 30, 30, 'This name')
        a = s.post(f"/v1/bookings/{answers[0].json['id']}/cancel")
        self.assertEqual(a.status, 200)
        self.assertEqual(self.book(s, 44, uscc(44)).status, 201)
        self.refused(self.book(s, 45, uscc(45)), 30, 30, 'This name')
        moved = s.post(f"/v1/bookings/{answers[1].json['id']}/reschedule", {'windows': ['evening']},
                       headers={'Authorization': f"Bearer {self.token['mini']}"})
        self.assertEqual(moved.status, 200, moved)
        self.assertEqual(s.get(f'/v1/audit/decisions?date={DAY}').json['same'], True)

    def test_the_same_key_is_asked_anew_when_time_has_healed_it(self):
        s = self.site('name_live: 1')
        first = self.book(s, 1, uscc(1)).json['id']
        head = {'Authorization': f"Bearer {self.token['mini']}"}
        again = lambda: s.book(request(2, DAY), key='again', headers=head)
        self.assertEqual(again().status, 409)
        s.post(f'/v1/bookings/{first}/cancel')
        self.assertEqual(again().status, 201)

    def test_an_unknown_company_holds_few_until_a_truck_has_come(self):
        s = self.site('unknown_company_live: 2')
        self.assertEqual([self.book(s, n, uscc(1), windows=['morning'], slot='08:00').status for n in range(2)], [201, 201])
        self.refused(self.book(s, 3, uscc(1), name='other'), 2, 2, 'No truck of this company has come within 48 days')
        a = s.book(request(4, DAY, company={'uscc': uscc(1), 'name': 'x'}, exception={'rules': ['quota'], 'reason': 'known to us'}))
        self.assertEqual((a.status, a.json['exceptions']), (201, ['quota']), a)
        self.assertEqual(s.get(f'/v1/companies/{uscc(1)}').json['live']['held'], 3)
        live = s.get(f'/v1/companies/{uscc(1)}').json['live']
        self.assertEqual((live['limit'], live['known'], live['limited_as_late']), (2, False, False))
        shown = s.client('company', uscc(1), check=0).stdout
        self.assertIn('live bookings 3 of 2; no truck came within 48 days. 2026-10-26 to 2026-11-25: 0 cancelled late, 0 missed, of 0', shown)
        s.clock(f'{DAY}T08:00:00+08:00')
        first = s.bookings(DAY, query='&window=morning')[0]['id']
        self.assertEqual(s.post(f'/v1/bookings/{first}/arrive').status, 200)
        self.assertEqual(self.book(s, 5, uscc(1), date='2026-11-26').status, 201)
        zh = s.client('company', uscc(1), check=0, env={'LC_ALL': 'zh_CN.UTF-8'}).stdout
        self.assertIn('车未到场的预约（含候补）3 个，上限 –；近 48 天有车到场。', zh)

    def test_mass_cancellation_at_short_notice_is_counted_and_has_a_consequence(self):
        s = self.site('late_percent: 50, late_live: 3')
        held = [self.book(s, n, uscc(7), windows=['morning'], slot='11:30', flexible=False).json for n in range(5)]
        held += [self.book(s, n, uscc(7), windows=['evening'], flexible=False).json for n in range(5, 12)]
        s.clock(f'{DAY}T09:00:00+08:00')
        for b in held:
            self.assertEqual(s.post(f"/v1/bookings/{b['id']}/cancel").status, 200)
        live = s.get(f'/v1/companies/{uscc(7)}').json['live']
        self.assertEqual((live['cancelled_late'], live['ended'], live['limit'], live['limited_as_late']), (5, 5, 3, True))
        day = s.get(f'/v1/reports/daily?date={DAY}').json['total']
        self.assertEqual((day['cancelled'], day['cancelled_late']), (12, 5))
        rows = s.get(f'/v1/reports?from={DAY}&to={DAY}&by=company').json['rows']
        self.assertEqual([r['cancelled_late'] for r in rows if r['name'] == uscc(7)], [5])
        self.assertIn('gateslot_bookings_cancelled_late{name="mini"} 5\n', s.get('/metrics').body.decode())
        s.kill()
        s.launch()
        self.assertEqual([self.book(s, n, uscc(8), date='2026-11-26').status for n in range(20, 24)], [201] * 3 + [409])
        self.refused(self.book(s, 25, uscc(8), date='2026-11-26'), 3, 3, '(5/5)')
        self.refused(self.book(s, 25, uscc(8), date='2026-11-26', lang='zh-CN'), 3, 3, '本账号近期的预约（5/5）临近取消或爽约过多')
        self.assertEqual([self.book(s, n, uscc(7), name='other', date='2026-11-26').status for n in range(30, 34)], [201] * 3 + [409])
        s.clock('2026-12-26T09:00:00+08:00')
        self.assertEqual(self.book(s, 40, uscc(7), name='other', date='2026-12-27').status, 201)
        self.assertEqual(s.get(f'/v1/audit/decisions?date={DAY}').json['same'], True)


if __name__ == '__main__':
    tap.main()
