"""Nothing is set that nobody offered: every name that stands in any answer, or in any struct that is stored, is sent as a further member of
every body, and of every object in it. Each time it is refused by its name, and nothing else is wrong; nothing is changed."""
import copy, glob, json, os, re, unittest
from doorsite import DATE, LATER, SOURCE, Asking, DoorSite, described, pair, request, tap

REASON = {'reason': 'because'}
TIMED = {**REASON, 'at': '2026-11-24T08:20:00+08:00'}
EXCEPTION = {'rules': ['cutoff'], 'reason': 'because'}
COMPANY = {'uscc': '91350100M000100Y43', 'name': '某贸易公司'}
TRUCK = {'plate': '浙D77777', 'plate_colour': 'yellow', 'trailer_plate': '浙D7777挂', 'containers': ['CSQU3054383'],
         'driver': {'name': '王师傅', 'phone': '13800138000'}, 'declaration_no': '290620260123456789', 'reference': 'R-1', 'exception': EXCEPTION}
# Every member that a body may have, by hand: what is not here is nowhere taken. Of a call that takes one of two bodies the second has a #.
BODIES = {
    'POST /v1/bookings': {**TRUCK, 'date': DATE, 'windows': ['morning', 'midday'], 'slot': '08:30', 'flexible': True, 'waitlist': True, 'priority': 'urgent',
                          'company': COMPANY},
    'POST /v1/bookings/batch': {'bookings': [{**TRUCK, 'date': DATE, 'company': COMPANY, 'idempotency_key': 'members-of-a-batch'}]},
    'PATCH /v1/bookings/{id}': TRUCK,
    'POST /v1/bookings/{id}/cancel': REASON,
    'POST /v1/bookings/{id}/delay': REASON,
    'POST /v1/bookings/{id}/reschedule': {'date': DATE, 'windows': ['midday'], 'slot': '12:30', 'exception': EXCEPTION},
    'POST /v1/bookings/{id}/arrive': TIMED,
    'POST /v1/bookings/{id}/enter': {**TIMED, 'override': True},
    'POST /v1/bookings/{id}/admit': {**TIMED, 'override': True},
    'POST /v1/bookings/{id}/clear': TIMED,
    'POST /v1/bookings/{id}/depart': TIMED,
    'POST /v1/bookings/{id}/refuse': TIMED,
    'POST /v1/bookings/{id}/revert': REASON,
    'POST /v1/bookings/{id}/reinstate': TIMED,
    'POST /v1/bookings/{id}/excuse': REASON,
    'POST /v1/gate/check': {'plate': '浙D99999', 'pass_code': None, 'container': None, 'record': False},
    'POST /v1/gate/walk-ins': {**TRUCK, 'plate': '浙D66666', 'containers': ['MSKU1234565'], 'reference': 'R-2', 'priority': 'normal', 'company': COMPANY},
    'PUT /v1/capacity/{date}/{window}': {'capacity': 40, 'slot_capacity': None, 'closed': False, 'reason': 'because', 'excess': 'keep', 'plan_id': None},
    'DELETE /v1/capacity/{date}/{window}': {'plan_id': None},
    'POST /v1/tokens': {'name': 'made-here', 'role': 'display', 'expires_at': '2027-01-01T00:00:00+08:00'},
    'POST /v1/session': {'name': 'nobody', 'password': 'that nobody has'},
    'POST /v1/session #pairing': {'pairing': '7K3MQ9XD'},
    'PATCH /v1/session': {'language': 'en'},
    'POST /v1/pairings': {'name': 'made-at-the-gate', 'role': 'gate'},
    'PUT /v1/session/person': {'name': 'nobody', 'pin': '2468'},
    'POST /v1/session/password': {'old_password': 'u-members opens it 2026', 'new_password': 'another one altogether'},
    'POST /v1/users': {'name': 'made-here-too', 'role': 'display', 'password': 'long enough, I hope', 'language': 'en'},
    'PATCH /v1/users/{name}': {'role': 'gate', 'disabled': True, 'password': 'long enough, I hope', 'language': 'en'},
    'PATCH /v1/users/{name} #pin': {'role': 'gate', 'disabled': True, 'language': 'en', 'pin': '2468'},
    'POST /v1/webhooks': {'name': 'made-here', 'url': 'http://127.0.0.1:1/', 'backend': None, 'types': None},
    'PATCH /v1/webhooks/{name}': {'url': 'http://127.0.0.1:1/other', 'backend': None, 'types': None, 'disabled': True},
    'POST /v1/webhooks/{name}/secret': {'keep_hours': None},
    'PUT /v1/drill/clock': {'now': LATER},
    'POST /v1/backup': {'path': '/', 'keep': None},
}


def offered(call):
    """Of all the bodies of a call: one that has a member of the other is refused as well, for another reason."""
    return set().union(*(set(body) for name, body in BODIES.items() if name.partition(' #')[0] == call.partition(' #')[0]))


HOSTILE = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '_id', '$set', '$where', 'admin', 'is_admin', 'root', 'sudo', '*', '', ' ',
           'role ', 'Role', 'ROLE', 'rôle', 'ｒｏｌｅ', 'a/b', 'a~b', 'a.b', 'a[b]', '-', '0', 'null', 'true', '浙', '😀', 'x' * 300, '\\', '"', "'", '<script>']
VALUES = [None, True, False, 0, -1, 'supervisor', '2026-11-25T08:30:00+08:00', [], {}, {'role': 'supervisor'}, [{'id': 'bk_1'}]]


def names_of_answers():
    """Of every schema of the API's description, at any depth."""
    with open(f'{SOURCE}/docs/openapi.json', encoding='utf-8') as f:
        description = json.load(f)

    def walk(node):
        if isinstance(node, dict):
            for name, schema in node.get('properties', {}).items() if isinstance(node.get('properties'), dict) else ():
                yield name
                yield from walk(schema)
            for key, value in node.items():
                if key != 'properties':
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)
    return set(walk(description)), description


def names_of_structs():
    """The members of what core and store keep."""
    out = set()
    for path in glob.glob(f'{SOURCE}/include/gateslot/core/*.h') + glob.glob(f'{SOURCE}/src/api/*.h') + glob.glob(f'{SOURCE}/src/core/state/*.h'):
        with open(path, encoding='utf-8') as f:
            for body in re.findall(r'struct \w+ \{(.*?)\n\}', f.read(), re.S):
                out |= set(re.findall(r'\b([a-z][a-z0-9_]*)(?:\[[^;]*\])?(?:;|, )', body))
    return out


def objects_in(body, at=()):
    """The path of each object in a body, itself first."""
    yield at
    for name, value in body.items():
        if isinstance(value, dict):
            yield from objects_in(value, at + (name,))


def inner(body, path):
    for name in path:
        body = body[name]
    return body


def with_member(body, path, name, value):
    """A copy with a further member in the object at the path, behind all others."""
    if not path:
        return {**body, name: value}
    return {**body, path[0]: with_member(body[path[0]], path[1:], name, value)}


def doubled(body, path, name):
    """JSON in which a member of the object at the path stands twice."""
    if not path:
        text = json.dumps(body, ensure_ascii=False)
        return text[:-1] + f', {json.dumps(name)}: {json.dumps(body[name], ensure_ascii=False)}' + '}'
    return '{' + ', '.join(json.dumps(n) + ': ' + (doubled(v, path[1:], name) if n == path[0] else json.dumps(v, ensure_ascii=False))
                           for n, v in body.items()) + '}'


def pointer_of(path, name):
    """As the daemon names a member; of a very long one the beginning."""
    return ''.join('/' + p.replace('~', '~0').replace('/', '~1') for p in path + (name,))


class Members(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = DoorSite()
        cls.site.user('u-members', 'supervisor')
        cls.site.clock(LATER)
        cls.headers = cls.site.log_in('u-members')
        cls.device = pair(cls.site, 'd-members', 'gate')
        cls.site.post('/v1/webhooks', {'name': 'u-members', 'url': 'http://127.0.0.1:1/'})
        cls.site.call('PATCH', '/v1/webhooks/u-members', {'disabled': True})
        cls.booking = cls.site.book(request(700)).json['id']
        answers, cls.description = names_of_answers()
        cls.names = sorted(answers | names_of_structs() | set(HOSTILE))

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def ask(self, line, call, text, if_match='"1"'):
        call = call.partition(' #')[0]
        method, path = call.split(' ')
        target = path.replace('{id}', self.booking).replace('{date}', DATE).replace('{window}', 'morning').replace('{name}', 'u-members')
        headers = [('Content-Type', 'application/json'), ('Accept-Language', 'en')]
        if call == 'POST /v1/bookings':
            headers.append(('Idempotency-Key', 'members'))
        if '{id}' in path:
            headers.append(('If-Match', if_match))
        if line.transport == 'tcp':
            headers += (self.device if path == '/v1/session/person' else self.headers).items()
        if 'capacity' in path:
            target += '?dry_run=true'
        return line.ask(method, target, headers, text)

    def line_of(self, call):
        return Asking(self.site, 'unix' if call == 'POST /v1/backup' else 'tcp')

    def state(self):
        get = lambda path: self.site.get(path).json
        return [self.site.events(), get(f'/v1/bookings/{self.booking}'), get('/v1/tokens'), get('/v1/users'), [(w['name'], w['url'], w['disabled']) for w in get('/v1/webhooks')['items']], get(f'/v1/capacity?from={DATE}'),
                get(f'/v1/bookings?date={DATE}'), get('/v1/site')['rules'], [w for w in get(f'/v1/slots?from={DATE}')['days']]]

    def test_1_each_body_of_the_description_is_tried(self):
        described = {}
        for path, calls in self.description['paths'].items():
            for method, call in calls.items():
                content = call.get('requestBody', {}).get('content', {})
                if 'application/json' in content:
                    described[f'{method.upper()} {path}'] = content['application/json']['schema']
        self.assertEqual(set(described), {call.partition(' #')[0] for call in BODIES})
        for call, schema in described.items():
            self.assertEqual(self.members_of(schema), offered(call), call)

    def members_of(self, schema):
        while '$ref' in schema:
            schema = self.description['components']['schemas'][schema['$ref'].rpartition('/')[2]]
        return set(schema.get('properties', ())).union(*(self.members_of(s) for s in schema.get('oneOf', []) + schema.get('anyOf', []) + schema.get('allOf', [])))

    def test_2_what_nobody_offered_is_refused_by_its_name(self):
        before, sent, objects, wrong = self.state(), 0, 0, []
        for call, body in BODIES.items():
            line = self.line_of(call)
            for path in objects_in(body):
                objects += 1
                for i, name in enumerate(n for n in self.names if n not in (inner(body, path) if path else offered(call))):
                    status, code, _, told = self.ask(line, call, json.dumps(with_member(body, path, name, VALUES[(i + sent) % len(VALUES)])))
                    sent += 1
                    faults = json.loads(told).get('errors', []) if status == 422 else []
                    pointer = pointer_of(path, name)
                    named = len(faults) == 1 and faults[0]['code'] == 'unknown_field' and (
                        faults[0]['pointer'] == pointer or (len(pointer) > 60 and pointer.startswith(faults[0]['pointer']) and len(faults[0]['pointer']) > 40))
                    if (status, code) != (422, 'validation') or not named:
                        wrong.append(f'{call}: {pointer}: {status} {code} {faults or told[:300]}')
            line.close()
        print(f'# counts: members: {sent} bodies with one more: {len(self.names)} names in {objects} objects of {len(BODIES)} calls; {len(wrong)} not refused by its name')
        self.assertEqual(wrong[:10], [])
        self.assertEqual(self.state(), before, 'something was changed')

    def test_3_a_member_given_twice_is_refused(self):
        before, sent, wrong = self.state(), 0, []
        for call, body in BODIES.items():
            line = self.line_of(call)
            for path in objects_in(body):
                for name in inner(body, path):
                    status, code, _, told = self.ask(line, call, doubled(body, path, name))
                    sent += 1
                    if (status, code) != (400, 'invalid_json'):
                        wrong.append(f'{call}: {pointer_of(path, name)}: {status} {code} {told[:300]}')
            line.close()
        print(f'# counts: members given twice: {sent}; {len(wrong)} not refused')
        self.assertEqual(wrong[:10], [])
        self.assertEqual(self.state(), before, 'something was changed')

    def test_4_without_it_the_body_is_good(self):
        """So it was the further member alone that was refused."""
        for call, body in BODIES.items():
            line = self.line_of(call)
            status, code, _, told = self.ask(line, call, json.dumps(body), '"9999"')
            line.close()
            self.assertNotIn(status, (400, 415), (call, told))
            if call not in FORM_ONLY:
                self.assertNotEqual(status, 422, (call, told))


UNKNOWN = 'zzz'  # with it no body is good, so that nothing is ever done
ABSENT = object()
OTHER_KINDS = [None, True, 7, 'x', [], {}]
# Free texts, which no further rule looks at: they may be as long as the description says, and no longer.
FREE_TEXTS = {'reason', 'reference', 'name'}
# Of two members that exclude each other the second is unknown beside the first.
EXCLUDED = {('POST /v1/backup', '/keep')}
# That a step lacks its reason the core says, of a booking that is at that step; a login without a code is one by name.
MISSED_ELSEWHERE = {('POST /v1/bookings/{id}/refuse', '/reason'), ('POST /v1/bookings/{id}/reinstate', '/reason'), ('POST /v1/bookings/{id}/excuse', '/reason'),
                    ('POST /v1/session #pairing', '/pairing')}


def changed(body, path, value):
    """A copy with another value at the path; ABSENT: without it."""
    out = copy.deepcopy(body)
    at = inner(out, path[:-1])
    at[path[-1]] = value
    if value is ABSENT:
        del at[path[-1]]
    return out


class Forms(Members):
    """Bodies are taken as the description says, member by member: what it requires is missed, what may be null is taken so, each word of a list and
    no other, and lengths and numbers end where it says. So it is held to the code that reads bodies."""
    test_1_each_body_of_the_description_is_tried = test_2_what_nobody_offered_is_refused_by_its_name = None
    test_3_a_member_given_twice_is_refused = test_4_without_it_the_body_is_good = None

    def test_5_each_member_is_taken_as_described(self):
        before, self.sent, self.wrong = self.state(), 0, []
        for call, body in BODIES.items():
            method, path = call.partition(' #')[0].split(' ')
            described_as = described.description().call_of(method, path.replace('{', '').replace('}', ''))[1]
            schema = described_as['requestBody']['content']['application/json']['schema']
            self.line = self.line_of(call)
            for at in objects_in(body):
                for name in inner(body, at):
                    if (call, pointer_of(at, name)) not in EXCLUDED:
                        self.member(call, body, at + (name,), schema)
            self.line.close()
        print(f'# counts: forms: {self.sent} bodies with one member otherwise; {len(self.wrong)} not taken as described')
        self.assertEqual(self.wrong[:10], [])
        self.assertEqual(self.state(), before, 'something was changed')

    def member(self, call, body, path, schema):
        doc = described.description()
        for name in path[:-1]:
            schema = self.choose(schema, inner(body, path[:path.index(name)]))
            schema = schema['properties'][name]
        holder = self.choose(schema, inner(body, path[:-1]))
        own = holder['properties'][path[-1]]
        self.tried(call, body, path, ABSENT, path[-1] not in holder.get('required', []))
        for value in OTHER_KINDS:
            fits = not doc.faults(own, value)
            if value is None or not fits:
                self.tried(call, body, path, value, fits)
        for value, fits in self.edges(own, path[-1]):
            self.tried(call, body, path, value, fits)

    def choose(self, schema, value):
        """Of several that a value may be the one that it is."""
        schema = described.description().whole(schema)
        for choice in schema.get('oneOf', []):
            choice = described.description().whole(choice)
            if isinstance(value, dict) and set(value) <= set(choice.get('properties', ())):
                return choice
        return schema

    def edges(self, schema, name):
        """Values just within and just beyond what a schema says."""
        doc = described.description()
        for part in [doc.whole(s) for s in doc.whole(schema).get('oneOf', [schema])]:
            if 'enum' in part:
                yield from ((word, True) for word in part['enum'])
                yield 'ZZZ', False
            if 'maxLength' in part and 'pattern' not in part:
                yield 'x' * (part['maxLength'] + 1), False
                if name in FREE_TEXTS:
                    yield 'x' * part['maxLength'], True
            for edge, step in (('minimum', -1), ('maximum', 1)):
                if edge in part:
                    yield part[edge], True
                    yield part[edge] + step, False
            if part.get('minItems', 0) > 0:
                yield [], False

    def tried(self, call, body, path, value, fits):
        if (value is None or value is ABSENT) and (call, pointer_of(path[:-1], path[-1])) in MISSED_ELSEWHERE:
            return
        body = {**changed(body, path, value), UNKNOWN: 1}
        status, code, _, told = self.ask(self.line, call, json.dumps(body), '"9999"')
        self.sent += 1
        pointer = pointer_of(path[:-1], path[-1])
        errors = json.loads(told).get('errors', [])
        faults = [e for e in errors if e['pointer'] == pointer or e['pointer'].startswith(pointer + '/')]
        if status != 422 or not errors or bool(faults) == fits or (value is ABSENT and not fits and faults[0]['code'] != 'required'):
            shown = 'left out' if value is ABSENT else repr(value)[:60]
            self.wrong.append(f'{call}: {pointer} {shown} {"fits" if fits else "does not fit"} the description: {status} {code} {faults or told[:200]}')


# What they ask for is refused besides: a backup's path, a password that is not the one, one's own role.
FORM_ONLY = {'POST /v1/backup'}


if __name__ == '__main__':
    tap.main()
