"""A site with everybody at its door: tokens of each role, one that has expired, one that was revoked, and connections of each kind."""
import atexit, functools, http.client, os, re, shutil, socket, ssl, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import described, tap  # noqa: E402, F401
from testsite import CLIENT, DATE, SOURCE, START, Site, request  # noqa: E402, F401
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


@functools.cache
def certificates():
    """The directory of a certificate for 127.0.0.1, made once."""
    where = tempfile.mkdtemp(prefix='gs')
    atexit.register(shutil.rmtree, where, True)
    subprocess.run([CLIENT, 'cert', 'self-signed', '--host', '127.0.0.1', '--out', where], check=True, capture_output=True)
    return where


RECEIVER = 'webhooks: {allow: ["http://127.0.0.1:1"]}\n'  # where nobody listens


class DoorSite(Site):
    def __init__(self, start=START, **kw):
        self.port, self.tls_port = free_port(), free_port()
        tls = f'tls: {{certificate: {certificates()}/server.pem, key: {certificates()}/server.key}}\n'
        super().__init__(start=start, listen=f'http://127.0.0.1:{self.port}", "https://127.0.0.1:{self.tls_port}', extra=NO_LIMITS + tls + RECEIVER, **kw)

    def token(self, name, role, **more):
        a = self.post('/v1/tokens', {'name': name, 'role': role, **more})
        assert a.status == 201, a
        return {'Authorization': 'Bearer ' + a.json['token']}

    def user(self, name, role):
        """A user whose password is made of the name; and that again with a cookie, as headers of a page of our own."""
        a = self.post('/v1/users', {'name': name, 'role': role, 'password': password_of(name)})
        assert a.status == 201, a

    def log_in(self, name):
        a = self.post('/v1/session', {'name': name, 'password': password_of(name)})
        assert a.status == 201, a
        cookie = a.headers['Set-Cookie'].split(';')[0]
        return {'Cookie': cookie, 'Origin': 'http://x', 'X-CSRF-Token': a.json['csrf']}

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

    def over_tls(self, timeout=30):
        context = ssl.create_default_context(cafile=f'{certificates()}/ca.pem')
        s = socket.create_connection(('127.0.0.1', self.tls_port), timeout)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context.wrap_socket(s, server_hostname='127.0.0.1')

    def tls_port_alone(self, timeout=30):
        return socket.create_connection(('127.0.0.1', self.tls_port), timeout)

    def plug(self, transport):
        return {'tls port': self.tls_port_alone, 'tcp': self.tcp, 'tls': self.over_tls, 'unix': self.unix, 'stranger': self.stranger}[transport]()


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
        described.look_at(method, target, a.status, a.headers, told)
        code = None
        if (a.getheader('Content-Type') or '').startswith('application/problem+json'):
            found = re.search(rb'"code":"([a-z_]+)"', told)
            code = found.group(1).decode() if found else '?'  # HEAD shows no body
        return a.status, code, a.headers, told

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def password_of(name):
    return f'{name} opens it 2026'


def without(headers, name):
    return {n: v for n, v in headers.items() if n != name}


def over_tls_of(headers):
    return {**headers, 'Cookie': '__Host-' + headers['Cookie'], 'Origin': 'https://x'}


def over_tls(right, token, again):
    """There the cookie has another name, so that no page without TLS can have set it, and the page's origin is one with TLS."""
    whole = over_tls_of(right)
    return [Who('no credential over TLS', transport='tls'),
            Who('gate by token over TLS', token['gate'].items(), 'gate', transport='tls'),
            Who('revoked over TLS', token['revoked'].items(), transport='tls'),
            Who('supervisor by cookie over TLS', again().items(), 'supervisor', transport='tls', session=True, again=again),
            Who('cookie without CSRF over TLS', without(whole, 'X-CSRF-Token').items(), 'supervisor', transport='tls', session=True, unsafe=(403, 'csrf')),
            Who('cookie from a page without TLS', {**whole, 'Origin': 'http://x'}.items(), 'supervisor', transport='tls', session=True,
                unsafe=(403, 'csrf'), foreign=True),
            Who('cookie by the name without TLS', {**whole, 'Cookie': right['Cookie']}.items(), transport='tls')]


def users(site, token):
    """Those who come by the cookie of a session, and all the ways in which it is no good one. The clock is not set on in between."""
    roles = ('backend', 'gate', 'supervisor', 'display', 'metrics')
    for role in roles:
        site.user('u-' + role, role)
    cookie = {role: site.log_in('u-' + role) for role in roles}
    other, right = site.log_in('u-supervisor'), site.log_in('u-supervisor')  # which nobody logs out
    at = [Who(f'{role} by cookie', cookie[role].items(), role, 'u-' + role, session=True, again=lambda role=role: site.log_in('u-' + role))
          for role in roles]
    csrf = (403, 'csrf')
    for what, headers in (('without CSRF', without(right, 'X-CSRF-Token')),
                          ('with CSRF of nothing', {**right, 'X-CSRF-Token': ''}),
                          ('with CSRF of another session', {**right, 'X-CSRF-Token': other['X-CSRF-Token']}),
                          ('with CSRF a letter short', {**right, 'X-CSRF-Token': right['X-CSRF-Token'][:-1]}),
                          ('without Origin', without(right, 'Origin'))):
        at.append(Who('cookie ' + what, headers.items(), 'supervisor', session=True, unsafe=csrf))
    for origin in ('http://evil.example', 'null', 'http://x.evil.example', 'http://evil.example/?x', 'x', 'http://x:8443', 'ftp://x', 'http://'):
        at.append(Who(f'cookie from {origin}', {**right, 'Origin': origin}.items(), 'supervisor', session=True, unsafe=csrf, foreign=True))
    for said in ('cross-site', 'same-site', 'none'):
        at.append(Who(f'cookie, {said}', {**without(right, 'Origin'), 'Sec-Fetch-Site': said}.items(), 'supervisor', session=True, unsafe=csrf, foreign=True))
    at.append(Who('cookie, same-origin', {**without(site.log_in('u-supervisor'), 'Origin'), 'Sec-Fetch-Site': 'same-origin'}.items(), 'supervisor', session=True,
                  again=lambda: {**without(site.log_in('u-supervisor'), 'Origin'), 'Sec-Fetch-Site': 'same-origin'}))
    twice = [*right.items(), ('Cookie', right['Cookie'])]
    at += [Who('cookie given twice', twice),
           Who('cookie of two sessions', [('Cookie', right['Cookie'] + '; ' + other['Cookie'])]),
           Who('cookie of garbage', [('Cookie', 'gateslot_session=garbage')]),
           Who('cookie of nothing', [('Cookie', 'gateslot_session=')]),
           Who('cookie by the name for TLS', [('Cookie', '__Host-gate' + right['Cookie'][4:])]),
           Who('cookie a letter short', [('Cookie', right['Cookie'][:-1])]),
           Who('token as the cookie', [('Cookie', 'gateslot_session=' + token['supervisor']['Authorization'][7:])]),
           Who('cookie as a token', [('Authorization', 'Bearer ' + right['Cookie'].partition('=')[2])]),
           Who('cookie and a display token', [*right.items(), *token['display'].items()], 'display'),
           Who('cookie and a token of garbage', [*right.items(), ('Authorization', 'Bearer gs_garbage')]),
           Who('cookie of a display over the socket', site.log_in('u-display').items(), 'display', transport='unix', peer=True, session=True,
               again=lambda: site.log_in('u-display')),
           *over_tls(right, token, lambda: over_tls_of(site.log_in('u-supervisor'))),
           Who('cookie of garbage over the socket', [('Cookie', 'gateslot_session=garbage')], transport='unix', peer=True)]
    gone = {}
    for how in ('disabled', 'deleted', 'changed', 'logged-out', 'another-role'):
        site.user(how, 'supervisor')
        gone[how] = site.log_in(how)
    assert site.call('PATCH', '/v1/users/disabled', {'disabled': True}).status == 200
    assert site.call('DELETE', '/v1/users/deleted').status == 204
    assert site.call('PATCH', '/v1/users/changed', {'password': 'another one altogether'}).status == 200
    assert site.call('PATCH', '/v1/users/another-role', {'role': 'display'}).status == 200
    assert site.call('DELETE', '/v1/session', headers={**gone['logged-out'], 'Host': 'x'}).status == 204
    return at + [Who(f'cookie of a user {how}', headers.items()) for how, headers in gone.items()]


def pair(site, name, role):
    """A tablet that a supervisor has let in by a code, as headers of a page of our own."""
    a = site.post('/v1/pairings', {'name': name, 'role': role})
    assert a.status == 201, a
    a = site.post('/v1/session', {'pairing': a.json['code']})
    assert a.status == 201, a
    return {'Cookie': a.headers['Set-Cookie'].split(';')[0], 'Origin': 'http://x', 'X-CSRF-Token': a.json['csrf']}


def devices(site):
    """Tablets at the gate and a display on the wall, and how they are no good ones."""
    at = [Who(f'{role} device by cookie', pair(site, f'd-{role}', role).items(), role, f'd-{role}', device=True,
              again=lambda role=role: pair(site, f'd-{role}-again', role)) for role in ('gate', 'display')]
    right, revoked = pair(site, 'd-kept', 'gate'), pair(site, 'd-revoked', 'gate')
    assert site.call('DELETE', '/v1/devices/d-revoked').status == 204
    code = site.post('/v1/pairings', {'name': 'd-unused', 'role': 'gate'}).json['code']
    return at + [Who('device without CSRF', without(right, 'X-CSRF-Token').items(), 'gate', device=True, unsafe=(403, 'csrf')),
                 Who('device from another page', {**right, 'Origin': 'http://evil.example'}.items(), 'gate', device=True, unsafe=(403, 'csrf'), foreign=True),
                 Who('device over TLS', over_tls_of(right).items(), 'gate', device=True, transport='tls',
                     again=lambda: over_tls_of(pair(site, 'd-kept-again', 'gate'))),
                 Who('revoked device', revoked.items()),
                 Who('pairing code as the cookie', [('Cookie', 'gateslot_session=' + code)]),
                 Who('pairing code as a token', [('Authorization', 'Bearer ' + code)])]


def everybody(site):
    """Whoever comes to the door of a site; its clock is set on, past the time of one of the tokens."""
    token = site.tokens = {role: site.token(role, role) for role in ('backend', 'gate', 'supervisor', 'display', 'metrics')}
    token['other'] = site.token('other', 'backend')
    token['expired'] = site.token('expired', 'supervisor', expires_at=EXPIRES)
    token['revoked'] = site.token('revoked', 'supervisor')
    assert site.call('DELETE', '/v1/tokens/revoked').status == 204
    site.user('idle', 'supervisor')
    idle = site.log_in('idle')
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
    at += [Who('cookie unused for an hour', idle.items()), *users(site, token), *devices(site)]
    if os.getuid() == 0:
        at += [Who('stranger on the socket', transport='stranger'),
               Who('stranger with a gate token', whole('gate'), 'gate', transport='stranger'),
               Who('stranger with a supervisor token', whole('supervisor'), 'supervisor', transport='stranger')]
    return at

