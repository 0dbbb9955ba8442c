"""A site with everybody at its door: tokens of each role, one that has expired, one that was revoked, and connections of each kind."""
import http.client, os, re, socket, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402, F401
from testsite import DATE, SOURCE, START, Site, request  # noqa: E402, F401
from may import Who  # noqa: E402

EXPIRES = '2026-11-24T07:30:00+08:00'
LATER = '2026-11-24T08:30:00+08:00'
NOBODY_UID = 65534
# So many ask here, and are refused, that the limits of a site would answer them; what those say is tested where they are.
NO_LIMITS = """limits:
  requests_per_second: 1000000
  requests_burst: 1000000
  refusals_per_second: 1000000
  refusals_burst: 1000000
  address_requests_per_second: 1000000
  address_requests_burst: 1000000
  address_refusals_per_second: 1000000
  address_refusals_burst: 1000000
"""


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class DoorSite(Site):
    def __init__(self, start=START, **kw):
        self.port = free_port()
        super().__init__(start=start, listen=f'http://127.0.0.1:{self.port}', extra=NO_LIMITS, **kw)

    def token(self, name, role, **more):
        a = self.post('/v1/tokens', {'name': name, 'role': role, **more})
        assert a.status == 201, a
        return {'Authorization': 'Bearer ' + a.json['token']}

    def tcp(self, timeout=30):
        s = socket.create_connection(('127.0.0.1', self.port), timeout)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def unix(self, timeout=30):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout)
        s.connect(self.socket)
        return s

    def stranger(self, timeout=30):
        """The Unix socket, as a user whom the daemon does not know."""
        os.chmod(self.dir, 0o755)
        os.chmod(self.socket, 0o666)
        os.seteuid(NOBODY_UID)
        try:
            return self.unix(timeout)
        finally:
            os.seteuid(0)

    def plug(self, transport):
        return {'tcp': self.tcp, 'unix': self.unix, 'stranger': self.stranger}[transport]()


class Asking:
    """One kept connection on which whole requests are asked, byte by byte as given: http.client would mend what is odd about them."""

    def __init__(self, site, transport):
        self.site, self.transport, self.socket = site, transport, None

    def ask(self, method, target, headers=(), body=None):
        """(status, code, headers, body); code None where the answer is no problem."""
        lines = [f'{method} {target} HTTP/1.1', 'Host: x', *(f'{n}: {v}' for n, v in headers)]
        data = b'' if body is None else body.encode()
        if body is not None:
            lines.append(f'Content-Length: {len(data)}')
        if self.socket is None:
            self.socket = self.site.plug(self.transport)
        self.socket.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + data)
        a = http.client.HTTPResponse(self.socket, method=method)
        a.begin()
        told = a.read()
        if a.will_close:
            self.close()
        code = None
        if (a.getheader('Content-Type') or '').startswith('application/problem+json'):
            found = re.search(rb'"code":"([a-z_]+)"', told)
            code = found.group(1).decode() if found else '?'  # HEAD shows no body
        return a.status, code, a.headers, told

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def everybody(site):
    """Whoever comes to the door of a site; its clock is set on, past the time of one of the tokens."""
    token = site.tokens = {role: site.token(role, role) for role in ('backend', 'gate', 'supervisor', 'display', 'metrics')}
    token['other'] = site.token('other', 'backend')
    token['expired'] = site.token('expired', 'supervisor', expires_at=EXPIRES)
    token['revoked'] = site.token('revoked', 'supervisor')
    assert site.call('DELETE', '/v1/tokens/revoked').status == 204
    site.clock(LATER)
    right = token['supervisor']['Authorization']
    whole = lambda name: token[name].items()
    bearer = lambda text: [('Authorization', text)]
    at = [Who('no credential'),
          Who('garbage', bearer('Bearer gs_garbage')),
          Who('scheme alone', bearer('Bearer')),
          Who('scheme and a blank', bearer('Bearer ')),
          Who('no scheme', bearer(right[7:])),
          Who('another scheme', bearer('Basic ' + right[7:])),
          Who('two tokens in one', bearer(right + ' ' + right[7:])),
          Who('a comma behind', bearer(right + ',')),
          Who('a letter short', bearer(right[:-1])),
          Who('a letter more', bearer(right + 'a')),
          Who('in capitals', bearer('Bearer ' + right[7:].upper())),
          Who('300 letters', bearer('Bearer ' + 'a' * 300)),
          Who('quoted', bearer(f'Bearer "{right[7:]}"')),
          Who('given twice', bearer(right) + bearer(right), answer=(400, 'bad_request')),
          Who('in the wrong header', [('X-Authorization', right)]),
          Who('as a cookie', [('Cookie', 'token=' + right[7:])]),
          Who('expired', whole('expired')),
          Who('revoked', whole('revoked'))]
    at += [Who(role + ' by token', whole(role), role, role) for role in ('backend', 'gate', 'supervisor', 'display', 'metrics')]
    at += [Who('other backend by token', whole('other'), 'backend', 'other'),
           Who('scheme in capitals', bearer('BEARER ' + right[7:]), 'supervisor'),
           Who('peer of the socket', (), 'supervisor', transport='unix', peer=True),
           Who('peer with garbage', bearer('Bearer gs_garbage'), transport='unix', peer=True),
           Who('peer with a display token', whole('display'), 'display', transport='unix', peer=True),
           Who('peer with a backend token', whole('backend'), 'backend', 'backend', transport='unix', peer=True),
           Who('peer with a supervisor token', whole('supervisor'), 'supervisor', transport='unix', peer=True)]
    if os.getuid() == 0:
        at += [Who('stranger on the socket', transport='stranger'),
               Who('stranger with a gate token', whole('gate'), 'gate', transport='stranger'),
               Who('stranger with a supervisor token', whole('supervisor'), 'supervisor', transport='stranger')]
    return at

