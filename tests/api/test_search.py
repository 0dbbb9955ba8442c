"""Finding a truck of any day: over weeks of a site that goes on, through archiving, a kill and starts; each role sees what it may."""
import random, unittest
from datetime import date, timedelta
from testsite import Site, request
import tap

FIRST = date(2026, 11, 25)
FORMS = (lambda b: b['plate'], lambda b: b['plate'][1:], lambda b: b['plate'][-4:], lambda b: b['plate'][:4], lambda b: b['containers'][0],
         lambda b: b['containers'][0][:-1] + str((int(b['containers'][0][-1]) + 1) % 10), lambda b: b['reference'].lower(),
         lambda b: b['pass_code'][:4], lambda b: b['pass_code'], lambda b: b['id'], lambda b: swapped(b['plate'], 3))


def swapped(text, at):
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def truck(n, day):
    r = random.Random(n)
    body = request(n, date=(FIRST + timedelta(days=day)).isoformat(), reference=f'PO-{day:02d}/{n:04d}')
    body['plate'] = f'浙D{r.choice("ABCE")}{r.randrange(1000, 10000)}'
    return body


def found(site, query, **kw):
    """The ids of all pages, and that they come the newest first."""
    ids, cursor = [], ''
    while cursor is not None:
        page = site.get(f'/v1/bookings?limit=7&{query}' + (f'&cursor={cursor}' if cursor else ''), **kw)
        if page.status != 200:
            raise AssertionError(page)
        ids += [b['id'] for b in page.json['items']]
        cursor = page.json['next_cursor']
    numbers = [int(i[3:]) for i in ids]
    if numbers != sorted(set(numbers), reverse=True):
        raise AssertionError(f'{query}: {ids} are not the newest first, each once')
    return ids


def quoted(text):
    from urllib.parse import quote
    return quote(text)


class Search(unittest.TestCase):
    def token(self, site, name, role):
        return {'Authorization': 'Bearer ' + site.post('/v1/tokens', {'name': name, 'role': role}).json['token']}

    def test_over_weeks_every_truck_is_found_in_every_form(self):
        with Site() as site:
            made = []
            for day in range(20):
                for n in range(day * 5, day * 5 + 5):
                    answer = site.book(truck(n, day))
                    self.assertEqual(answer.status, 201, answer)
                    made.append(answer.json)
                site.clock(f'{FIRST + timedelta(days=day)}T21:00:00+08:00')
                if day == 9:
                    site.kill()
                    site.launch()
            for restarted in (False, True):
                if restarted:
                    site.stop()
                    site.launch()
                for b in made:
                    for form in FORMS:
                        self.assertIn(b['id'], found(site, 'q=' + quoted(form(b))), (form(b), b))
                    self.assertEqual(found(site, 'reference=' + quoted(b['reference'])), [b['id']])
                self.assertEqual(len(found(site, 'q=' + quoted('浙D'[:2] + 'A')) + found(site, 'q=' + quoted('浙DB')) + found(site, 'q=' + quoted('浙DC')) +
                                     found(site, 'q=' + quoted('浙DE'))), len(made))
                self.assertEqual(found(site, 'q=' + quoted('某贸易')), [b['id'] for b in reversed(made)])
                self.assertEqual(found(site, 'q=ZZZZ'), [])
            self.assertEqual(site.get('/v1/audit/integrity').status, 200)

    def test_a_client_finds_its_own_and_nobody_a_driver(self):
        with Site() as site:
            ours, theirs = self.token(site, 'mini', 'backend'), self.token(site, 'other', 'backend')
            display = self.token(site, 'screen', 'display')
            body = truck(1, 0)
            a = site.book(body, headers=ours).json
            b = site.book({**truck(2, 1), 'reference': body['reference']}, headers=theirs)
            self.assertEqual(b.status, 201, b)  # another client's own number
            twice = site.book({**truck(3, 1), 'reference': body['reference']}, headers=ours)
            self.assertEqual((twice.status, twice.json['code'], twice.json['booking_id']), (409, 'duplicate_reference', a['id']))
            site.clock(f'{FIRST + timedelta(days=6)}T08:00:00+08:00')
            for query in ('q=PO-00', 'reference=' + quoted(body['reference'])):
                self.assertEqual(found(site, query, headers=ours), [a['id']])
                self.assertEqual(found(site, query, headers=theirs), [b.json['id']])
                self.assertEqual(found(site, query), [b.json['id'], a['id']])
                self.assertEqual(site.get('/v1/bookings?' + query, headers=display).status, 403)
            shown = site.get('/v1/bookings?q=PO-00').body.decode()
            self.assertNotIn(body['driver']['phone'], shown)
            self.assertNotIn(body['driver']['name'], shown)
            again = site.book({**truck(4, 7), 'reference': body['reference']}, headers=ours)  # the first is over
            self.assertEqual(again.status, 201, again)

    def test_what_says_nothing_finds_nothing(self):
        """Blanks, dots and hyphens are in every text: with a date or without, they are refused, and a bound is told of a number that is too small."""
        with Site() as site:
            a = site.book(truck(1, 0)).json
            for text in ('-', '---', '   ', ' . - ', '·', '\u3000'):
                for query, code in (('', 'too_short'), (f"date={a['date']}&", 'empty')):
                    b = site.get(f'/v1/bookings?{query}q=' + quoted(text))
                    self.assertEqual((b.status, [(e['pointer'], e['code']) for e in b.json['errors']]), (422, [('?q', code)]), (query, text))
            for text in ('%', '_', '"', "'", '\\', '*', '%%%', '___', '😀'):
                self.assertEqual(found(site, f"date={a['date']}&q=" + quoted(text)), [], text)
            for limit, code in (('-1', 'range'), ('-99999999999999999999', 'range'), ('--1', 'type'), ('-', 'type'), ('-1x', 'type'), ('1-', 'type')):
                b = site.get(f"/v1/bookings?date={a['date']}&limit={limit}")
                self.assertEqual((b.status, [(e['pointer'], e['code']) for e in b.json['errors']]), (422, [('?limit', code)]), limit)

    def test_the_client_looks_up_and_acts_on_what_is_exact(self):
        with Site() as site:
            old = site.book(truck(1, 0)).json
            site.clock(f'{FIRST + timedelta(days=6)}T08:00:00+08:00')
            new = site.book(truck(2, 7)).json
            self.assertIn(old['id'], site.client('show', old['plate'], check=0).stdout)
            self.assertIn(old['id'], site.client('list', '--search', 'PO-00', check=0).stdout)
            p = site.client('cancel', old['plate'], check=4)
            self.assertRegex(p.stderr, 'no.show')
            for like in (new['plate'][3:], swapped(new['plate'], 3)):
                self.assertIn(new['id'], site.client('cancel', like, check=3).stderr)
            self.assertEqual(site.get(f"/v1/bookings/{new['id']}").json['status'], 'booked')
            site.client('cancel', new['reference'], check=0)
            self.assertEqual(site.get(f"/v1/bookings/{new['id']}").json['status'], 'cancelled')


if __name__ == '__main__':
    tap.main()
