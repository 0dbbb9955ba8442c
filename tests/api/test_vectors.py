"""Every line of the vectors through the API, and every field's faults at once."""
import csv, os, unittest
from testsite import SOURCE, DATE, Site, container, plate, request
import tap

VECTORS = os.path.join(SOURCE, 'tests/domain/vectors')


def rows(name):
    with open(f'{VECTORS}/{name}.tsv', encoding='utf-8', newline='') as f:
        lines = f.read().split('\n')
    head = lines[0].split('\t')
    return [dict(zip(head, l.split('\t'))) for l in lines[1:] if l.strip('\n') != '' or '\t' in l]


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(extra='windows: {all: {start: "00:00", end: "24:00", capacity: 5000}}')
        cls.n = 0

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def send(self, **fields):
        Vectors.n += 1
        return self.site.book(request(Vectors.n, **fields))

    def judge(self, name, row, answer, pointer, normalised=None):
        if row['verdict'] == 'invalid':
            self.assertEqual((answer.status, answer.json['code']), (422, 'validation'), (name, row, answer))
            pointers = [e['pointer'] for e in answer.json['errors']]
            self.assertTrue(any(p.startswith(pointer) for p in pointers), (row, pointers))
            for e in answer.json['errors']:
                self.assertTrue(e['detail'], e)
            if 'expected ' in row['note']:
                self.assertIn(row['note'].split('expected ')[1], answer.json['errors'][0]['detail'], row)
        else:
            self.assertEqual(answer.status, 201, (name, row, answer))
            self.assertEqual(bool(answer.json['warnings']), row['verdict'] == 'warn', (row, answer))
            if normalised:
                self.assertEqual(normalised(answer.json), row['normalised'], row)
            self.assertEqual(self.site.post(f"/v1/bookings/{answer.json['id']}/cancel").status, 200)

    def test_plates(self):
        for row in rows('plates'):
            with self.subTest(row=row):
                if row['input'].strip().endswith('挂') and row['verdict'] == 'valid':
                    self.judge('trailer', row, self.send(trailer_plate=row['input']), '/trailer_plate')
                else:
                    self.judge('plate', row, self.send(plate=row['input']), '/plate', lambda b: b['plate'])

    def test_containers(self):
        for row in rows('containers'):
            with self.subTest(row=row):
                self.judge('container', row, self.send(containers=[row['input']]), '/containers/0', lambda b: b['containers'][0])

    def test_company_codes(self):
        for row in rows('uscc'):
            with self.subTest(row=row):
                self.judge('uscc', row, self.send(company={'uscc': row['input'], 'name': '某公司'}), '/company/uscc')

    def test_phones(self):
        for row in rows('phones'):
            with self.subTest(row=row):
                self.judge('phone', row, self.send(driver={'name': '王', 'phone': row['input']}), '/driver/phone', lambda b: b['driver']['phone'])

    def test_declarations(self):
        for row in rows('declarations'):
            with self.subTest(row=row):
                self.judge('declaration', row, self.send(declaration_no=row['input']), '/declaration_no')


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def pointers(self, body, status=422, code='validation'):
        a = self.site.book(body)
        self.assertEqual((a.status, a.json['code']), (status, code), a)
        return {e['pointer']: e['code'] for e in a.json.get('errors', [])}

    def test_all_faults_of_a_request_at_once(self):
        p = self.pointers({'date': '2026-02-30', 'windows': 'morning', 'slot': '8:30', 'flexible': 'yes', 'plate': '', 'plate_colour': 'red',
                           'containers': [], 'company': {'uscc': 'x'}, 'driver': {'phone': '1'}, 'declaration_no': 5, 'colour': 1})
        for pointer in ('/date', '/windows', '/slot', '/flexible', '/plate', '/plate_colour', '/containers', '/company/uscc', '/driver/name',
                        '/driver/phone', '/declaration_no', '/colour'):
            self.assertIn(pointer, p)

    def test_required_fields_are_named(self):
        p = self.pointers({})
        self.assertEqual({k for k, v in p.items() if v == 'required'}, {'/date', '/plate', '/containers', '/company', '/driver'})

    def test_more_than_two_or_repeated_containers(self):
        self.assertIn('/containers', self.pointers(request(1, containers=[container(1), container(2), container(3)])))
        self.assertIn('/containers/1', self.pointers(request(1, containers=[container(1), container(1)])))

    def test_windows_and_slots_that_do_not_exist(self):
        self.assertEqual(self.pointers(request(1, windows=['night'])), {'/windows/0': 'no_such_window'})
        self.assertEqual(self.pointers(request(1, slot='07:45')), {'/slot': 'no_such_slot'})
        self.assertEqual(self.pointers(request(1, windows=['midday'], slot='08:30')), {'/slot': 'no_such_slot'})

    def test_days_beyond_the_horizon_and_past(self):
        self.pointers(request(1, date='2026-12-25'), code='outside_horizon')
        self.pointers(request(1, date='2026-11-01'), code='outside_horizon')

    def test_urgent_is_a_supervisors(self):
        token = self.site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
        a = self.site.book(request(1, priority='urgent'), headers={'Authorization': f'Bearer {token}'})
        self.assertEqual(a.status, 422)
        self.assertEqual(a.json['errors'][0]['pointer'], '/priority')

    def test_sentences_in_both_languages(self):
        zh = self.site.book(request(1, plate='浙DI2345'), headers={'Accept-Language': 'zh-CN'}).json
        en = self.site.book(request(1, plate='浙DI2345'), headers={'Accept-Language': 'en'}).json
        self.assertEqual(zh['errors'][0]['code'], en['errors'][0]['code'])
        self.assertRegex(zh['errors'][0]['detail'], '[一-鿿]')
        self.assertNotRegex(en['errors'][0]['detail'].replace('浙', ''), '[一-鿿]')


if __name__ == '__main__':
    tap.main()
