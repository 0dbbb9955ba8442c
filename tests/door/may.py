"""Who may call what, and what a call answers that is let through: written down from what is promised, not read from the router.

A call stands here with the roles that may (backend, gate, supervisor, display, metrics by their first letters, `-` for everybody), what
is sent to ask, and what comes back when it is let through. What is sent changes nothing, so that the same question may be asked by
everybody: steps come with an If-Match that no booking has, plans are dry runs, bodies that would make something are empty.

Run with the output of the program `door-routes` it says which routes stand there and not here, or the other way round, or for
other roles, and fails: the build runs it."""
import sys

DATE = '2026-11-25'
KEY = 'Idempotency-Key'
ROLES = {'b': 'backend', 'g': 'gate', 's': 'supervisor', 'd': 'display', 'm': 'metrics'}


class Call:
    """`by_session`: what it answers instead to one who comes by the cookie of a session, `by_device` if that is a device's. `pages`: a page of another site may not even ask."""

    def __init__(self, roles, answer, body=None, query='', headers=None, socket_only=False, by_session=None, by_device=None,
                 pages=False):
        self.public = roles == '-'
        self.roles = {ROLES[r] for r in roles if r != '-'}
        self.by_session = by_session or answer
        self.by_device, self.pages = by_device or self.by_session, pages
        self.answer, self.body, self.query, self.headers, self.socket_only = answer, body, query, headers or {}, socket_only


OK = (200, None)
INVALID = (422, 'validation')
ABSENT = (404, 'not_found')
OTHER_VERSION = (412, 'version_mismatch')
NO_BOOKING_HAS = {'If-Match': '"9999"'}


def step(roles, body='{}'):
    return Call(roles, OTHER_VERSION, body, headers=NO_BOOKING_HAS)


CALLS = {
    'POST /v1/bookings': Call('bgs', INVALID, '{}', headers={KEY: 'matrix'}),
    'POST /v1/bookings/batch': Call('bgs', INVALID, '{}'),
    'GET /v1/bookings': Call('bgs', OK, query='?date=' + DATE),
    'GET /v1/bookings/{id}': Call('bgs', OK),
    'GET /v1/bookings/{id}/history': Call('bgs', OK),
    'PATCH /v1/bookings/{id}': step('bgs', '{"reference":"other"}'),
    'POST /v1/bookings/{id}/cancel': step('bgs'),
    'POST /v1/bookings/{id}/delay': step('bgs'),
    'POST /v1/bookings/{id}/reschedule': step('bgs', '{"windows":["evening"]}'),
    'POST /v1/bookings/{id}/arrive': step('gs'),
    'POST /v1/bookings/{id}/enter': step('gs'),
    'POST /v1/bookings/{id}/admit': step('gs'),
    'POST /v1/bookings/{id}/clear': step('gs'),
    'POST /v1/bookings/{id}/depart': step('gs'),
    'POST /v1/bookings/{id}/refuse': step('gs', '{"reason":"brakes"}'),
    'POST /v1/bookings/{id}/revert': step('gs'),
    'POST /v1/bookings/{id}/reinstate': step('gs', '{"reason":"stands here"}'),
    'POST /v1/bookings/{id}/excuse': step('s', '{"reason":"snow"}'),
    'GET /v1/slots': Call('bgsd', OK),
    'POST /v1/gate/check': Call('gs', OK, '{"plate":"浙D99999"}'),
    'POST /v1/gate/walk-ins': Call('gs', INVALID, '{}'),
    'GET /v1/gate/list': Call('gsd', OK, query='?date=' + DATE),
    'GET /v1/yard': Call('gsd', OK),
    'GET /v1/capacity': Call('gs', OK),
    'PUT /v1/capacity/{date}/{window}': Call('s', OK, '{"capacity":30}', '?dry_run=true'),
    'DELETE /v1/capacity/{date}/{window}': Call('s', OK, query='?dry_run=true'),
    'GET /v1/reports/daily': Call('gs', OK),
    'GET /v1/reports': Call('gs', OK),
    'GET /v1/strikes': Call('gs', OK),
    'GET /v1/companies/{uscc}': Call('gs', OK),
    'GET /v1/events': Call('bgs', OK, query='?limit=1'),
    'GET /v1/events/stream': Call('bgs', INVALID, query='?after=none'),
    'GET /v1/status': Call('gs', OK),
    'GET /v1/site': Call('bgsdm', OK),
    'GET /v1/openapi.json': Call('bgsdm', OK),
    'GET /metrics': Call('ms', OK),
    'GET /v1/tokens': Call('s', OK),
    'POST /v1/tokens': Call('s', INVALID, '{}'),
    'DELETE /v1/tokens/{name}': Call('s', ABSENT),
    'POST /v1/tokens/{name}/confirm': Call('s', ABSENT),
    'GET /v1/session': Call('bgsdm', OK),
    'POST /v1/session': Call('-', INVALID, '{}', pages=True),
    'DELETE /v1/session': Call('bgsdm', ABSENT, by_session=(204, None)),
    'PATCH /v1/session': Call('bgsdm', (403, 'forbidden'), '{}', by_session=INVALID, by_device=(403, 'forbidden')),
    'PUT /v1/session/person': Call('g', (403, 'forbidden'), '{}', by_device=INVALID),
    'DELETE /v1/session/person': Call('g', (403, 'forbidden'), by_device=(204, None)),
    'GET /v1/pairings': Call('s', OK),
    'POST /v1/pairings': Call('s', INVALID, '{}'),
    'DELETE /v1/pairings/{name}': Call('s', ABSENT),
    'GET /v1/devices': Call('s', OK),
    'DELETE /v1/devices/{name}': Call('s', ABSENT),
    'POST /v1/session/password': Call('bgsdm', (403, 'forbidden'), '{}', by_session=INVALID, by_device=(403, 'forbidden')),
    'GET /v1/users': Call('s', OK),
    'POST /v1/users': Call('s', INVALID, '{}'),
    'GET /v1/users/{name}': Call('s', ABSENT),
    'PATCH /v1/users/{name}': Call('s', ABSENT, '{}'),
    'DELETE /v1/users/{name}': Call('s', ABSENT),
    'POST /v1/users/{name}/confirm': Call('s', ABSENT),
    'GET /v1/webhooks': Call('s', OK),
    'POST /v1/webhooks': Call('s', INVALID, '{}'),
    'GET /v1/webhooks/{name}': Call('s', ABSENT),
    'PATCH /v1/webhooks/{name}': Call('s', ABSENT, '{}'),
    'DELETE /v1/webhooks/{name}': Call('s', ABSENT),
    'POST /v1/webhooks/{name}/test': Call('s', ABSENT),
    'POST /v1/webhooks/{name}/secret': Call('s', ABSENT),
    'PUT /v1/drill/clock': Call('s', INVALID, '{}'),
    'POST /v1/config/preview': Call('s', INVALID, 'nonsense: 1\n', headers={'Content-Type': 'application/yaml'}),
    'POST /v1/clock/accept': Call('s', (409, 'wrong_state')),
    'POST /v1/backup': Call('s', INVALID, '{"path":"here"}', socket_only=True),
    'GET /v1/audit': Call('s', OK),
    'GET /v1/audit/decisions': Call('s', OK, query='?date=' + DATE),
    'GET /v1/audit/integrity': Call('s', OK),
    'GET /': Call('-', OK),
    'GET /login': Call('-', OK),
    'GET /pair': Call('-', OK),
    'GET /gate': Call('-', OK),
    'GET /gate/{page}': Call('-', OK),
    'GET /gate/{page}/{ref}': Call('-', OK),
    'GET /supervisor': Call('-', OK),
    'GET /supervisor/{page}': Call('-', OK),
    'GET /supervisor/{page}/{ref}': Call('-', OK),
    'GET /board': Call('-', OK),
    'GET /pass/{code}': Call('-', (404, None)),
    'GET /assets/{version}/{file}': Call('-', ABSENT),
    'GET /livez': Call('-', OK),
    'GET /readyz': Call('-', OK),
}
METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW']
NOWHERE = ['/v1/nothing', '/v1/bookings/{id}/nothing', '/v1', '/nothing', '/assets', '/assets/0', '/gate/', '/v2/site', '/v1/bookings/', '/v1/bookings/bk_' + '9' * 80]
PATHS = {}  # path → method → Call
for name, call in CALLS.items():
    PATHS.setdefault(name.split(' ')[1], {})[name.split(' ')[0]] = call
for nowhere in NOWHERE:
    PATHS[nowhere] = {}


class Who:
    """Somebody at the door. `role` None: nobody whom the daemon knows. `headers`: pairs, so that there may be two of one name.
    `answer`: what is said to every request of this one, whatever it asks. `unsafe`: what is said to one that would change something.
    `session`: comes by the cookie of one, `device`: of a tablet's. `foreign`: a page of another site asks. `again`: logs in once more, and returns the headers."""

    def __init__(self, name, headers=(), role=None, owner=None, transport='tcp', peer=False, answer=None, unsafe=None, session=False,
                 foreign=False, again=None, device=False):
        self.name, self.headers, self.role, self.owner = name, list(headers), role, owner
        self.transport, self.peer, self.answer, self.unsafe = transport, peer, answer, unsafe
        self.session, self.foreign, self.again, self.device = session or device, foreign, again, device


def call_of(path, method):
    return PATHS[path].get('GET' if method == 'HEAD' else method)


def expected(path, method, who, owner):
    """(status, code) of a request. `owner`: whose booking the path names; None: nobody's, it is not there."""
    call = call_of(path, method)
    if who.answer is not None:
        return who.answer
    if call is not None and call.public:
        return (403, 'csrf') if call.pages and who.foreign else call.answer
    if who.role is None:
        return 401, 'unauthorized'
    if who.unsafe is not None and method not in ('GET', 'HEAD', 'OPTIONS'):
        return who.unsafe
    if not PATHS[path]:
        return ABSENT
    if call is None:
        return (204, None) if method == 'OPTIONS' else (405, 'method_not_allowed')
    if who.role not in call.roles or (call.socket_only and not who.peer):
        return 403, 'forbidden'
    if who.session:
        of_session = call.by_device if who.device else call.by_session
        return of_session if '{id}' not in path else of_booking(call, who, owner)
    return of_booking(call, who, owner) if '{id}' in path else call.answer


def of_booking(call, who, owner):
    return ABSENT if owner is None or (who.role == 'backend' and who.owner != owner) else call.answer


def differences(table):
    """What the daemon's table has that is not promised so, and what is promised that it does not have."""
    found = {}
    for line in table.splitlines():
        method, path, roles = line.split(' ')
        found[f'{method} {path}'] = '-' if roles == '-' else {ROLES[r] for r in roles}
    promised = {name: '-' if call.public else call.roles for name, call in CALLS.items()}
    said = [f'{name}: in the table of routes, and nobody has said in tests/door/may.py who may call it' for name in found.keys() - promised.keys()]
    said += [f'{name}: promised, and not in the table of routes' for name in promised.keys() - found.keys()]
    said += [f'{name}: promised to {sorted(promised[name])}, opened to {sorted(found[name])}'
             for name in found.keys() & promised.keys() if found[name] != promised[name]]
    return sorted(said)


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as f:
        table = f.read()
    wrong = differences(table)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        sys.exit(1)
    with open(sys.argv[2], 'w', encoding='utf-8') as f:
        f.write(table)
