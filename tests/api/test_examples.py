"""Every example of docs/openapi.json, in an order in which each finds what it needs: the request of the description is sent, and the answer is the one that
stands there, word for word but for what differs from run to run. `python3 tests/api/test_examples.py --write` plays the same steps and
writes the examples down."""
import copy, json, re, sys, unittest, urllib.parse
from described import description
from testsite import SOURCE, Site, Unix, container
import tap  # noqa: F401

FILE = f'{SOURCE}/docs/openapi.json'
DATE = '2026-11-25'
COMPANY = {'uscc': '91350100M000100Y43', 'name': '某贸易公司'}
DRIVER = {'name': '王师傅', 'phone': '13800138000'}


def truck(plate, container, date=DATE, **more):
    return {'date': date, 'plate': plate, 'plate_colour': 'yellow', 'containers': [container], 'company': COMPANY, 'driver': DRIVER, **more}


class Step:
    """One example. who: whose token, or cookie; None: root on the machine. Of what is written down parts fill in the path, query is the query."""

    def __init__(self, call, name, status, summary, who=None, parts=None, query=None, body=None, lang='en', headers=None, accept=None):
        self.call, self.name, self.status, self.summary, self.who = call, name, status, summary, who
        self.parts, self.query, self.body, self.lang = parts or {}, query or {}, body, lang
        self.headers, self.accept = headers or {}, accept


def clock(now):
    return lambda play: play.site.clock(now)


def of(id):
    return {'id': id}


SHANGHAI = 'T{}+08:00'
STEPS = [
    Step('createToken', 'backend', 201, 'A token for a backend', body={'name': 'mini', 'role': 'backend'}),
    lambda play: play.keep_token('mini'),
    Step('createToken', 'taken', 409, 'The name is taken', body={'name': 'mini', 'role': 'gate'}),
    Step('createToken', 'gate', 201, 'One for the gate, until the end of the year', body={'name': 'barrier', 'role': 'gate', 'expires_at': '2027-01-01T00:00:00+08:00'}),
    lambda play: play.keep_token('barrier'),
    Step('listTokens', 'all', 200, 'Both'),
    Step('confirmToken', 'confirmed', 200, 'One that is confirmed already stays as it is', parts={'name': 'mini'}),
    Step('getSite', 'site', 200, 'The site', who='mini'),
    Step('getSession', 'token', 200, 'Who I am, by a token', who='mini'),
    Step('getSlots', 'day', 200, 'One day', who='mini', query={'from': DATE, 'to': DATE}),
    Step('setCapacity', 'dry_run', 200, 'What would be, if the evening had one place', parts={'date': DATE, 'window': 'evening'}, query={'dry_run': 'true'},
         body={'capacity': 1, 'reason': '设备检修'}),
    Step('setCapacity', 'one', 200, 'The evening has one place', parts={'date': DATE, 'window': 'evening'}, body={'capacity': 1, 'reason': '设备检修'}),
    Step('getCapacity', 'day', 200, 'One day', who='barrier', query={'from': DATE, 'to': DATE}),
    Step('book', 'place', 201, 'A place at the time wished for', who='mini',
         body=truck('浙D12345', 'CSQU3054383', windows=['morning', 'midday'], slot='08:30', flexible=True, trailer_plate='浙D1234挂', declaration_no='290620260123456789', reference='order-4711')),
    Step('book', 'last', 201, 'The last place of the evening', who='mini', body=truck('浙D22222', 'MSKU1234565', windows=['evening'], reference='order-4712')),
    Step('book', 'waitlist', 202, 'Nothing is free, so it waits', who='mini', body=truck('浙D33333', 'TCLU4265449', windows=['evening'], waitlist=True, reference='order-4713')),
    Step('book', 'full', 409, 'Nothing is free, and it does not wait: other places', who='mini', lang='zh-CN', body=truck('浙D44444', 'TGHU7599330', windows=['evening'])),
    Step('book', 'twice', 409, 'The truck has a booking in that window', who='mini', body=truck('浙D12345', 'TGHU7599330', windows=['morning'])),
    Step('book', 'invalid', 422, 'Several things are wrong; all are named', who='mini', body=truck('浙D1234', 'CSQU3054384', windows=['night'], slot='08:30')),
    Step('getBooking', 'own', 200, 'One of its own', who='mini', parts=of('bk_1')),
    Step('getBooking', 'not_there', 404, 'One that is not there, or is not the caller’s', who='mini', parts=of('bk_99')),
    Step('listBookings', 'day', 200, 'Those of a day', who='mini', query={'date': DATE, 'limit': '2'}),
    Step('listBookings', 'search', 200, 'By a part of the plate', who='barrier', query={'q': '2345'}),
    Step('changeBooking', 'driver', 200, 'Another driver', who='mini', parts=of('bk_1'), headers={'If-Match': '"1"'}, body={'driver': {'name': '李师傅', 'phone': '13900139000'}}),
    Step('changeBooking', 'changed_before', 412, 'It has changed since', who='mini', parts=of('bk_1'), headers={'If-Match': '"1"'}, body={'reference': 'order-4711-b'}),
    Step('rescheduleBooking', 'midday', 200, 'To another window of the day', who='mini', parts=of('bk_1'), body={'windows': ['midday'], 'slot': '13:00'}),
    Step('cancelBooking', 'cancel', 200, 'Given up; who waits for it moves up', who='mini', parts=of('bk_2'), body={'reason': '客户改期'}),
    Step('cancelBooking', 'cancelled_before', 409, 'It was cancelled before', who='mini', parts=of('bk_2')),
    Step('getHistory', 'promoted', 200, 'It waited, and got the place', who='mini', parts=of('bk_3')),
    Step('getEvents', 'after', 200, 'The next events', who='mini', query={'after': '0', 'limit': '3', 'wait': '30'}),
    Step('getEvents', 'last', 200, 'The last ones, with their sentences', who='mini', lang='zh-CN', query={'last': '2', 'text': 'true', 'type': 'cancelled,promoted'}),
    Step('getEvents', 'reset', 410, 'A number that is none of this store', who='mini', query={'after': '999999'}),
    Step('book', 'refused_later', 201, 'A further one', who='mini', body=truck('浙D55555', 'TGHU7599330', windows=['morning'], slot='08:30')),
    Step('book', 'admitted_later', 201, 'A further one', who='mini', body=truck('浙D66666', 'OOLU1922636', windows=['morning'], slot='08:30')),
    Step('book', 'missed', 201, 'A further one', who='mini', body=truck('浙D77777', 'TCNU1234565', windows=['morning'], slot='08:00')),
    Step('book', 'missed_too', 201, 'A further one', who='mini', body=truck('浙D88888', 'TCNU1234570', windows=['morning'], slot='08:00')),
    Step('setClock', 'next_day', 200, 'To the next morning', body={'now': DATE + SHANGHAI.format('08:30:00')}),
    Step('setClock', 'backwards', 409, 'It only goes forward', body={'now': DATE + SHANGHAI.format('08:00:00')}),
    Step('acceptClock', 'no_leap', 409, 'No leap is refused'),
    Step('checkTruck', 'admit', 200, 'On time', who='barrier', lang='zh-CN', body={'plate': '浙D66666', 'record': True}),
    Step('checkTruck', 'misread', 200, 'No booking, but one that may be meant', who='barrier', body={'plate': '浙D6666B'}),
    Step('gateList', 'morning', 200, 'Who is due in the morning', who='barrier', query={'date': DATE, 'window': 'morning'}),
    Step('admitBooking', 'admit', 200, 'Arrived and let in', who='barrier', parts=of('bk_5'), body={}),
    Step('refuseBooking', 'seal', 200, 'Refused', who='barrier', parts=of('bk_4'), body={'reason': '封志破损'}),
    Step('revertBooking', 'mistake', 200, 'That was the wrong truck', who='barrier', parts=of('bk_4'), body={'reason': '点错了'}),
    Step('arriveBooking', 'arrive', 200, 'At the gate', who='barrier', parts=of('bk_4')),
    Step('enterBooking', 'enter', 200, 'Let in', who='barrier', parts=of('bk_4')),
    Step('clearBooking', 'clear', 200, 'Released by customs', who='barrier', parts=of('bk_4'), body={}),
    Step('departBooking', 'depart', 200, 'It left', who='barrier', parts=of('bk_4'), body={}),
    Step('departBooking', 'too_soon', 409, 'Not before it has been released', who='barrier', parts=of('bk_5')),
    Step('walkIn', 'walk_in', 201, 'A truck without a booking', who='barrier', body={k: v for k, v in truck('浙D99999', 'HLXU1234561').items() if k != 'date'}),
    Step('delayBooking', 'delay', 200, 'It will be late', who='mini', parts=of('bk_1'), body={'reason': '高速堵车'}),
    Step('delayBooking', 'once', 409, 'It can be said once', who='mini', parts=of('bk_1')),
    Step('yard', 'yard', 200, 'Who is inside and who waits', who='barrier'),
    clock(DATE + SHANGHAI.format('09:15:00')),
    Step('reinstateBooking', 'late', 200, 'Its truck stands at the gate after all', who='barrier', parts=of('bk_6'), body={'reason': '事故绕行，已到闸口'}),
    Step('excuseBooking', 'snow', 200, 'It does not count', parts=of('bk_7'), body={'reason': '大雪封路'}),
    Step('excuseBooking', 'no_strike', 409, 'There is none', parts=of('bk_5'), body={'reason': '大雪封路'}),
    Step('getStrikes', 'company', 200, 'Of a company', who='barrier', query={'uscc': COMPANY['uscc']}),
    Step('getCompany', 'day', 200, 'One day', who='barrier', parts={'uscc': COMPANY['uscc']}, query={'from': DATE, 'to': DATE}),
    Step('dailyReport', 'today', 200, 'While the day runs', who='barrier', query={'date': DATE}),
    Step('rangeReport', 'windows', 200, 'Two days by window', who='barrier', query={'from': '2026-11-24', 'to': DATE, 'by': 'window'}),
    Step('resetCapacity', 'evening', 200, 'As the calendar has it', parts={'date': DATE, 'window': 'evening'}, body={}),
    Step('setCapacity', 'outdated', 409, 'The plan would be another by now', parts={'date': DATE, 'window': 'evening'}, body={'capacity': 0, 'plan_id': '0123456789abcdef'}),
    Step('bookBatch', 'each', 200, 'Each for itself: one is booked, one is refused', who='mini', body={'bookings': [
        {'idempotency_key': 'order-4801', **truck('浙D12346', container(4801), date='2026-11-26', windows=['morning'], reference='order-4801')},
        {'idempotency_key': 'order-4802', **truck('浙D12346', container(4802), date='2026-11-26', windows=['morning'], reference='order-4802')}]}),
    Step('bookBatch', 'all_or_nothing', 409, 'All or none: the second cannot be booked, so none is', who='mini', headers={'Prefer': 'all-or-nothing'}, body={'bookings': [
        {'idempotency_key': 'order-4803', **truck('浙D12347', container(4803), date='2026-11-26', reference='order-4803')},
        {'idempotency_key': 'order-4804', **truck('浙D12346', container(4804), date='2026-11-26', windows=['morning'], reference='order-4804')}]}),
    Step('createWebhook', 'promoted', 201, 'Who waited is told that there is a place', body={'name': 'mini-hook', 'url': 'http://127.0.0.1:9/gateslot', 'backend': 'mini', 'types': ['booking.promoted']}),
    Step('createWebhook', 'not_listed', 422, 'The configuration does not name the host', body={'name': 'other', 'url': 'https://hooks.example.com/gateslot'}),
    Step('testWebhook', 'nobody', 200, 'Nobody listens there', parts={'name': 'mini-hook'}),
    Step('changeWebhook', 'off', 200, 'For now it gets nothing', parts={'name': 'mini-hook'}, body={'disabled': True}),
    Step('getWebhook', 'one', 200, 'One', parts={'name': 'mini-hook'}),
    Step('listWebhooks', 'all', 200, 'All'),
    Step('rotateWebhookSecret', 'two_days', 200, 'The secret before holds for two days', parts={'name': 'mini-hook'}, body={'keep_hours': 48}),
    Step('deleteWebhook', 'gone', 204, 'It is not needed any more', parts={'name': 'mini-hook'}),
    Step('getStatus', 'status', 200, 'A healthy daemon', who='barrier'),
    Step('createUser', 'user', 201, 'A user for the gate', body={'name': 'wang', 'role': 'gate', 'language': 'zh-CN', 'password': '柯桥的早晨很安静，真的'}),
    Step('listUsers', 'all', 200, 'All'),
    Step('getUser', 'user', 200, 'One', parts={'name': 'wang'}),
    Step('changeUser', 'pin', 200, 'A PIN for the tablet', parts={'name': 'wang'}, body={'pin': '2580'}),
    Step('confirmUser', 'confirmed', 200, 'One that is confirmed already stays as it is', parts={'name': 'wang'}),
    Step('logIn', 'password', 201, 'With name and password', who='', body={'name': 'wang', 'password': '柯桥的早晨很安静，真的'}),
    lambda play: play.keep_cookie('wang'),
    Step('logIn', 'wrong', 401, 'Wrong, or nobody has that name', who='', lang='zh-CN', body={'name': 'wang', 'password': '不是这个'}),
    Step('changeOwnPassword', 'new', 200, 'Another password', who='wang', body={'old_password': '柯桥的早晨很安静，真的', 'new_password': '瓜渚湖边的风也很轻很轻'}),
    lambda play: play.keep_cookie('wang'),
    Step('changeOwnLanguage', 'english', 200, 'English from now on', who='wang', body={'language': 'en'}),
    Step('logOut', 'out', 204, 'Out', who='wang'),
    Step('createPairing', 'tablet', 201, 'A code for a tablet', body={'name': 'tablet-1', 'role': 'gate'}),
    lambda play: play.keep_code(),
    Step('listPairings', 'open', 200, 'Codes that nobody has used yet'),
    Step('logIn', 'pairing', 201, 'A tablet, by the code', who='', body={'pairing': '7K3MQ9XD'}),
    lambda play: play.keep_cookie('tablet'),
    Step('setPerson', 'wang', 200, 'Who stands at the tablet', who='tablet', body={'name': 'wang', 'pin': '2580'}),
    Step('leaveDevice', 'leave', 204, 'Nobody does any more', who='tablet'),
    Step('listDevices', 'all', 200, 'One tablet'),
    Step('revokeDevice', 'lost', 204, 'It was lost', parts={'name': 'tablet-1'}),
    Step('deletePairing', 'none', 404, 'There is none of that name', parts={'name': 'tablet-1'}),
    Step('deleteUser', 'gone', 204, 'He has left', parts={'name': 'wang'}),
    Step('revokeToken', 'gone', 204, 'It is not needed any more', parts={'name': 'barrier'}),
    Step('previewConfig', 'fewer', 422, 'A file that could not be taken over', body='windows: {morning: {start: "08:00", end: "12:00", capacity: many}}\n', headers={'Content-Type': 'application/yaml'}),
    Step('backup', 'kept', 201, 'Into the directory beside the store', body={'keep': 7}),
    Step('verifyAudit', 'chain', 200, 'The chain of events is whole'),
    Step('replayDecisions', 'day', 200, 'The decisions of a day, made again', query={'date': DATE}),
    Step('verifyIntegrity', 'whole', 200, 'The store is whole'),
]
# What differs from run to run, by the name of the member: its type is the same. Of the daemon's own state all numbers.
VOLATILE = {'pass_code', 'token', 'secret', 'csrf', 'plan_id', 'path', 'sha256', 'last_hash', 'wall_time', 'code', 'version', 'started_at', 'loaded_at'}
OF_THE_DAEMON = {'getStatus', 'testWebhook'}


def example_site():
    return Site(strikes=3, extra='webhooks: {allow: ["http://127.0.0.1:9"]}')


def kind(value):
    return 'number' if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def differences(example, answer, where='', numbers=False):
    """Where an answer is not as its example."""
    if kind(example) != kind(answer):
        return [f'{where}: {answer!r:.80}, in the example {example!r:.80}']
    if isinstance(example, dict):
        out = [f'{where}/{n}: only in the {"example" if n in example else "answer"}' for n in sorted(example.keys() ^ answer.keys())]
        for name in example.keys() & answer.keys():
            unlike = isinstance(answer[name], str) and (answer[name].startswith('msg_') or name in VOLATILE and not re.fullmatch('[a-z_]+', answer[name]))
            out += [] if unlike else differences(example[name], answer[name], f'{where}/{name}', numbers)
        return out
    if isinstance(example, list):
        if len(example) != len(answer):
            return [f'{where}: {len(answer)} items, in the example {len(example)}']
        return [d for i, (e, a) in enumerate(zip(example, answer)) for d in differences(e, a, f'{where}/{i}', numbers)]
    if example != answer and not (numbers and kind(example) == 'number'):
        return [f'{where}: {answer!r:.200}, in the example {example!r:.200}']
    return []


class Play:
    """Sends the steps to a site of its own."""

    def __init__(self, site, document):
        self.site, self.document = site, document
        self.calls = {call['operationId']: (method.upper(), path, call) for path, calls in document['paths'].items() for method, call in calls.items()}
        self.tokens, self.cookies, self.code, self.answer = {}, {}, None, None

    def keep_token(self, name):
        self.tokens[name] = {'Authorization': 'Bearer ' + self.answer.json['token']}

    def keep_cookie(self, name):
        self.cookies[name] = {'Cookie': self.answer.headers['Set-Cookie'].split(';')[0], 'Origin': 'http://localhost', 'X-CSRF-Token': self.answer.json['csrf']}

    def keep_code(self):
        self.code = self.answer.json['code']

    def send(self, step, parts, query, body):
        method, path, _ = self.calls[step.call]
        for name, value in parts.items():
            path = path.replace('{' + name + '}', urllib.parse.quote(value))
        if query:
            path += '?' + urllib.parse.urlencode(query)
        headers = {'Accept-Language': step.lang, **step.headers, **self.tokens.get(step.who, {}), **self.cookies.get(step.who, {})}
        if any(p.get('$ref', '').endswith(('IdempotencyKey', 'IdempotencyKeyRequired')) for p in self.calls[step.call][2].get('parameters', [])):
            headers['Idempotency-Key'] = f'{step.call}-{step.name}'
        if body is not None and 'pairing' in body and self.code is not None:
            body = {**body, 'pairing': self.code}
        self.answer = self.site.call(method, path, body, headers=headers, connection=Unix(self.site.socket))
        return self.answer


def content_of(call, part):
    """The media type and its examples of a request or an answer; None: it has no body."""
    for media, content in part.get('content', {}).items():
        if media != 'text/csv':
            return media, content
    return None


def stored(document, call, step):
    """(parts, query, body, answer) as the description has them under the step's name."""
    given = {where: {p['name']: p['examples'][step.name]['value'] for p in call.get('parameters', []) if p.get('in') == where and step.name in p.get('examples', {})}
             for where in ('path', 'query')}
    body = call.get('requestBody', {}).get('content', {})
    bodies = [c['examples'][step.name]['value'] for c in body.values() if step.name in c.get('examples', {})]
    answer = content_of(call, call['responses'][str(step.status)])
    said = answer[1].get('examples', {}).get(step.name, {}).get('value') if answer is not None else None
    return given['path'], given['query'], bodies[0] if bodies else None, said


def as_text(value):
    return {True: 'true', False: 'false'}.get(value, str(value)) if isinstance(value, bool) else str(value)


def named(document):
    """Every example of the description: (call, name)."""
    out = set()
    for calls in document['paths'].values():
        for call in calls.values():
            parts = [call.get('requestBody', {}).get('content', {})] + [r.get('content', {}) for r in call['responses'].values()]
            out |= {(call['operationId'], name) for content in parts for c in content.values() for name in c.get('examples', {})}
            out |= {(call['operationId'], name) for p in call.get('parameters', []) for name in p.get('examples', {})}
    return out


class Examples(unittest.TestCase):
    def test_each_is_sent_and_answered_as_it_stands(self):
        document = description().document
        steps = [s for s in STEPS if isinstance(s, Step)]
        self.assertLessEqual(named(document), {(s.call, s.name) for s in steps}, 'an example that is not replayed')
        wrong = []
        with example_site() as site:
            play = Play(site, document)
            for step in STEPS:
                if not isinstance(step, Step):
                    step(play)
                    continue
                parts, query, body, said = stored(document, play.calls[step.call][2], step)
                self.assertEqual((parts, {k: as_text(v) for k, v in query.items()}, body), (step.parts, step.query, step.body), f'{step.call} {step.name}: run me with --write')
                a = play.send(step, parts, {k: as_text(v) for k, v in query.items()}, body)
                if a.status != step.status:
                    wrong.append(f'{step.call} {step.name}: {a}')
                elif a.body:
                    wrong += [f'{step.call} {step.name}: {d}' for d in differences(said, a.json, numbers=step.call in OF_THE_DAEMON)]
        print(f'# counts: examples: {len(steps)} sent, {len({s.call for s in steps})} of {len(play.calls)} calls; {len(wrong)} answered otherwise')
        self.assertEqual(wrong, [])

    def test_every_call_that_answers_in_json_has_one(self):
        document = description().document
        without = {call['operationId'] for calls in document['paths'].values() for call in calls.values()
                   if any('application/json' in r.get('content', {}) for r in call['responses'].values())} - {call for call, _ in named(document)}
        self.assertEqual(without, {'getOpenapi'}, 'nothing shows what it answers; the description is its own example')


def write_down(document):
    """Plays the steps and puts what was sent and answered into the description."""
    for calls in document['paths'].values():
        for call in calls.values():
            for p in call.get('parameters', []):
                p.pop('examples', None)
            for content in [call.get('requestBody', {}).get('content', {})] + [r.get('content', {}) for r in call['responses'].values()]:
                for c in content.values():
                    c.pop('examples', None)
    with example_site() as site:
        play = Play(site, document)
        for step in STEPS:
            if not isinstance(step, Step):
                step(play)
                continue
            method, path, call = play.calls[step.call]
            a = play.send(step, step.parts, step.query, step.body)
            if a.status != step.status:
                print(f'{step.call} {step.name}: {a}', file=sys.stderr)
                continue
            for p in call.get('parameters', []):
                value = step.parts.get(p.get('name'), step.query.get(p.get('name'))) if p.get('in') in ('path', 'query') else None
                if value is not None:
                    schema = description().whole(p['schema'])
                    value = int(value) if schema.get('type') == 'integer' else value == 'true' if schema.get('type') == 'boolean' else value
                    p.setdefault('examples', {})[step.name] = {'summary': step.summary, 'value': value}
            if step.body is not None:
                media = step.headers.get('Content-Type', 'application/json')
                call['requestBody']['content'][media].setdefault('examples', {})[step.name] = {'summary': step.summary, 'value': step.body}
            if a.body:
                media = a.headers['Content-Type'].split(';')[0]
                answer = call['responses'][str(step.status)]
                if '$ref' in answer:
                    answer = call['responses'][str(step.status)] = copy.deepcopy(description().whole(answer))
                answer['content'][media].setdefault('examples', {})[step.name] = {'summary': step.summary, 'value': a.json}


if __name__ == '__main__':
    if '--write' in sys.argv:
        sys.path.insert(0, f'{SOURCE}/docs')
        from openapi import completed
        with open(FILE, encoding='utf-8') as f:
            document = json.load(f)
        write_down(document)
        with open(FILE, 'w', encoding='utf-8') as f:
            f.write(completed(json.dumps(document)))
    else:
        tap.main()
