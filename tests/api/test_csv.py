"""Lists as CSV: the cells are what the JSON says, masked as there, and no cell is a formula; the client's --csv."""
import csv, io, re, unittest
from testsite import DATE, Site, container, request
import tap

CSV = {'Accept': 'text/csv'}
NASTY = ['=HYPERLINK("http://x")', '+1', '-2+3', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠x', 'a,b', 'say "hi"', '  blank', '甲,乙"丙"', "'quoted", '公司']


def rows_of(answer):
    assert answer.headers['Content-Type'] == 'text/csv; charset=utf-8', answer.headers['Content-Type']
    text = answer.body.decode()
    assert text.endswith('\r\n') and not text.startswith('\ufeff')
    return list(csv.DictReader(io.StringIO(text, newline=''), strict=True))


def plain(text):
    """A cell without the apostrophe that keeps it from being a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in '=+-@＝＋－＠' and len(text) > 1 else text


def said(value):
    if isinstance(value, list):
        return ' '.join(value)
    return {None: '', True: 'true', False: 'false'}.get(value) if value is None or isinstance(value, bool) else str(value)


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(extra='windows: {morning: {start: "08:00", end: "10:00", capacity: 5}, late: {start: "16:00", end: "18:00", capacity: 4}}\n'
                              'booking: {horizon_days: 7}')
        cls.addClassCleanup(cls.site.close)
        for n, name in enumerate(NASTY):
            a = cls.site.book(request(n, waitlist=True, company={'uscc': '91350100M000100Y43', 'name': name}, driver={'name': name, 'phone': '13800138000'},
                                      containers=[container(2 * n), container(2 * n + 1)]))
            assert a.status in (201, 202), a
        cls.site.call('PUT', f'/v1/capacity/{DATE}/late', {'capacity': 4, 'reason': '=cmd()'})

    def compare(self, path, pick):
        objects = pick(self.site.get(path).json)
        rows = rows_of(self.site.get(path, headers=CSV))
        self.assertEqual(len(rows), len(objects))
        for row, o in zip(rows, objects, strict=True):
            for name, cell in row.items():
                self.assertNotIn(cell[:1], tuple('=+-@＝＋－＠') if not re.fullmatch(r'-?\d+', cell) else (), (name, cell))
                self.assertEqual(plain(cell) if cell != said(o[name]) else cell, said(o[name]), name)

    def booking(self, b):
        slot, company, driver = b['slot'] or {}, b['company'], b['driver']
        return {**b, 'slot_start': slot.get('start'), 'slot_end': slot.get('end'), 'uscc': company['uscc'], 'company_name': company['name'],
                'driver_name': driver['name'], 'driver_phone': driver['phone']}

    def test_bookings(self):
        for path in (f'/v1/bookings?date={DATE}', '/v1/bookings?status=waitlisted', f'/v1/gate/list?date={DATE}', '/v1/bookings?q=' + 'CSQU'):
            self.compare(path, lambda answer: [self.booking(b) for b in answer['items']])
        phones = {r['driver_phone'] for r in rows_of(self.site.get(f'/v1/bookings?date={DATE}', headers=CSV))}
        self.assertEqual(phones, {'138****8000'})

    def test_slots_and_capacity(self):
        self.compare(f'/v1/slots?from={DATE}&to=2026-11-27', lambda answer: [
            {**s, 'date': d['date'], 'window': w['id'], 'closed': w['closed']} for d in answer['days'] for w in d['windows'] for s in w['slots']])
        self.compare(f'/v1/capacity?from={DATE}&to=2026-11-27', lambda answer: [
            {**w, 'date': d['date'], 'window': w['id']} for d in answer['days'] for w in d['windows']])

    def test_pages_follow_each_other_by_a_link(self):
        path, ids = f'/v1/bookings?date={DATE}&limit=3', []
        while path:
            a = self.site.get(path, headers=CSV)
            ids += [r['id'] for r in rows_of(a)]
            link = a.headers['Link']
            path = re.fullmatch(r'<([^>]+)>; rel="next"', link)[1] if link else None
        self.assertEqual(ids, [b['id'] for b in self.site.bookings()])

    def test_json_is_what_is_not_asked_otherwise(self):
        for accept in ('application/json', '*/*', 'image/png', 'text/csv;q=0', 'text/csv;q=0.1, application/json'):
            a = self.site.get(f'/v1/bookings?date={DATE}', headers={'Accept': accept})
            self.assertEqual((a.headers['Content-Type'], a.headers['Vary']), ('application/json', 'Accept'), accept)
        for path in (f'/v1/slots?from={DATE}', f'/v1/gate/list?date={DATE}'):  # which are kept as they were written
            for _ in range(2):
                self.assertEqual(self.site.get(path).headers['Content-Type'], 'application/json')
                self.assertEqual(self.site.get(path, headers=CSV).headers['Content-Type'], 'text/csv; charset=utf-8')

    def test_a_fault_is_a_problem_all_the_same(self):
        a = self.site.get('/v1/bookings?date=x', headers=CSV)
        self.assertEqual((a.status, a.headers['Content-Type']), (422, 'application/problem+json'))

    def test_who_sees_what_is_as_in_json(self):
        token = self.site.post('/v1/tokens', {'name': 'board', 'role': 'display'}).json['token']
        a = self.site.get(f'/v1/gate/list?date={DATE}', headers={**CSV, 'Authorization': f'Bearer {token}'})
        self.assertEqual({tuple(r) for r in rows_of(a)}, {('plate', 'status', 'date', 'window', 'slot_start', 'slot_end', 'arrive_from', 'arrive_until')})
        self.assertNotIn('浙A00001', a.body.decode())

    def test_the_client_says_it_as_it_came(self):
        for words, path in ((['slots', DATE], f'/v1/slots?from={DATE}&to={DATE}'), (['capacity', DATE], f'/v1/capacity?from={DATE}&to={DATE}')):
            out = self.site.client(*words, '--csv', check=0).stdout
            self.assertEqual(out, self.site.get(path, headers=CSV).body.decode().replace('\r\n', '\n'), words)
        out = self.site.client('list', DATE, '--csv', check=0).stdout
        self.assertEqual(out, self.site.get(f'/v1/bookings?date={DATE}', headers=CSV).body.decode().replace('\r\n', '\n'))


if __name__ == '__main__':
    tap.main()
