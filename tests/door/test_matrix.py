"""Every route with every method for everybody who may come to the door: what may.py says of it, to the letter. What the daemon's own table
of routes says is not asked; that both know the same routes the build has seen to."""
import unittest
from doorsite import DATE, Asking, DoorSite, everybody, request, tap
from may import METHODS, PATHS, call_of, expected

ABSENT = ('bk_999999', 'bk_01', 'nothing', 'bk_' + '9' * 60)
PARTS = {'{date}': DATE, '{window}': 'morning', '{name}': 'nobody', '{uscc}': '91350100M000100Y43',
         '{page}': 'list', '{ref}': '7', '{version}': '0', '{code}': '7K3MQ9XD', '{file}': 'main.js'}


def changes(site):
    """All that happened but logging in and out, which the sessions of this test do."""
    return [{k: v for k, v in e.items() if k != 'seq'} for e in site.events() if not e['type'].startswith('session.')]


class Matrix(unittest.TestCase):
    def test_every_cell(self):
        with DoorSite() as site:
            people = everybody(site)
            owned = {name: site.book(request(500 + n), headers=site.tokens[name]).json['id'] for n, name in enumerate(('backend', 'other'))}
            before, cells, wrong = changes(site), 0, []
            for who in people:
                line = Asking(site, who.transport)
                for path in PATHS:
                    for owner, id in [*owned.items(), *((None, id) for id in ABSENT)] if '{id}' in path else [(None, '')]:
                        for method in METHODS:
                            cells += 1
                            wrong += self.cell(line, who, path, method, owner, id)
                line.close()
            print(f'# counts: matrix: {cells} cells: {len(people)} who ask, {len(PATHS)} paths, {len(METHODS)} methods; {len(wrong)} not as promised')
            self.assertEqual(wrong[:20], [])
            self.assertEqual(changes(site), before, 'asking changed something')

    def cell(self, line, who, path, method, owner, id):
        call = call_of(path, method)
        target = path.replace('{id}', id)
        for part, value in PARTS.items():
            target = target.replace(part, value)
        headers, body = list(who.headers), None
        if call is not None:
            target += call.query
            body = call.body
            headers += call.headers.items()
            if body is not None and 'Content-Type' not in call.headers:
                headers.append(('Content-Type', 'application/json'))
        status, code, answered, told = line.ask(method, target, [*headers, ('Accept-Language', 'en')], body)
        want_status, want_code = expected(path, method, who, owner)
        if method == 'HEAD' and want_code is not None:
            want_code = '?'
        faults = []
        if (status, code) != (want_status, want_code):
            faults.append(f'{who.name}: {method} {target}: {status} {code}, not {want_status} {want_code}: {told[:200]!r}')
        if status == 204 and (method, path) == ('DELETE', '/v1/session') and who.again is not None:
            who.headers = list(who.again().items())
        if status == 401 and not (answered.get('WWW-Authenticate') or '').startswith('Bearer realm="gateslot"'):
            faults.append(f'{who.name}: {method} {target}: 401 without WWW-Authenticate')
        if status == 405 and not answered.get('Allow'):
            faults.append(f'{who.name}: {method} {target}: 405 without Allow')
        return faults


if __name__ == '__main__':
    tap.main()
