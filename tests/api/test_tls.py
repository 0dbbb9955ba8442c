"""The daemon and its client over TLS: certificates made, refused, exchanged while work goes on; who is not trusted is told why."""
import http.client, json, os, signal, socket, ssl, stat, subprocess, tempfile, threading, time, unittest
from certificates import make, openssl
from testsite import CLIENT, DAEMON, DATE, OVER_TLS, Site, Tls, WRAP, request
import tap

ZH = {'LC_ALL': 'zh_CN.UTF-8', 'LANG': 'zh_CN.UTF-8'}


def copy(source, target):
    """Into the same file, as a renewal does that then sets the mode."""
    with open(source, 'rb') as f:
        data = f.read()
    with open(f'{target}.new', 'wb') as f:
        os.fchmod(f.fileno(), 0o600)
        f.write(data)
    os.rename(f'{target}.new', target)


class Case(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory(prefix='gstls')
        self.addCleanup(held.cleanup)
        self.where = held.name

    def lit(self, **kw):
        site = Site(tls=True, **kw)
        self.addCleanup(site.close)
        return site

    def run_client(self, *args, env=None, check=None):
        p = subprocess.run([CLIENT, *args], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C.UTF-8', **(env or {})})
        if check is not None:
            self.assertEqual(p.returncode, check, p)
        return p

    def reload(self, site):
        before = site.read_log()
        site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            log = site.read_log()[len(before):]
            if 'event=reloaded' in log or 'the old configuration stays' in log:
                return 'event=reloaded' in log, log
            site.get('/livez')
        raise AssertionError('no answer to HUP')

    def shown(self, site):
        """The certificate a new connection is shown."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(('127.0.0.1', site.tls.port)) as s, context.wrap_socket(s) as t:
            return t.getpeercert(True)

    def token(self, site, role='supervisor'):
        p = site.client('token', 'create', '--name', f'of-{role}', '--role', role, check=0)
        return p.stdout.strip()


class Making(Case):
    def test_files_for_daemon_and_clients_and_nothing_is_overwritten(self):
        out = f'{self.where}/new'
        p = self.run_client('cert', 'self-signed', '--host', 'gate.example', '--host', '10.0.0.7', '--host', 'fd00::1', '--out', out, check=0)
        self.assertEqual(sorted(os.listdir(out)), ['ca.pem', 'server.key', 'server.pem'])
        self.assertEqual(stat.S_IMODE(os.stat(f'{out}/server.key').st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(f'{out}/server.pem').st_mode), 0o644)
        text = openssl('x509', '-in', f'{out}/server.pem', '-noout', '-text', '-fingerprint', '-sha256').stdout.decode()
        self.assertIn('DNS:gate.example, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:1', text)
        fingerprint = text.split('Fingerprint=')[1].strip()
        self.assertIn(fingerprint, p.stdout.replace('\n    ', ''))
        openssl('verify', '-x509_strict', '-CAfile', f'{out}/ca.pem', '-verify_hostname', 'gate.example', f'{out}/server.pem')
        self.assertLessEqual(max(len(line) for line in p.stdout.splitlines() if self.where not in line), 80)
        was = {n: open(f'{out}/{n}', 'rb').read() for n in os.listdir(out)}
        p = self.run_client('cert', 'self-signed', '--host', 'gate.example', '--out', out, check=4)
        self.assertIn('is there already', p.stderr)
        for name in ('ca.pem', 'server.pem'):
            os.unlink(f'{out}/{name}')
        self.run_client('cert', 'self-signed', '--host', 'gate.example', '--out', out, check=4)
        self.assertEqual(os.listdir(out), ['server.key'])
        self.assertEqual(open(f'{out}/server.key', 'rb').read(), was['server.key'])

    def test_what_is_wrong_is_said_and_nothing_is_written(self):
        out = f'{self.where}/new'
        for host in ('a b', 'https://x', '-a', '', 'a,DNS:b', '1.2.3'):
            p = self.run_client('cert', 'self-signed', '--host', host, '--out', out, check=2)
            self.assertIn('is no host name', p.stderr)
        self.run_client('cert', 'self-signed', '--out', out, check=2)
        self.run_client('cert', 'self-signed', '--host', 'a', check=2)
        self.run_client('cert', 'self-signed', '--host', 'a', '--out', f'{self.where}/no/where', check=1)
        self.assertFalse(os.path.exists(out))
        p = self.run_client('cert', 'self-signed', '--host', 'a b', '--out', out, env=ZH)
        self.assertIn('不是主机名', p.stderr)

    def test_as_json(self):
        p = self.run_client('--json', 'cert', 'self-signed', '--host', 'a', '--out', f'{self.where}/new', check=0)
        answer = json.loads(p.stdout)
        self.assertEqual(answer['hosts'], ['a'])
        self.assertTrue(os.path.exists(answer['key']))


class Client(Case):
    def asked(self, url, *more, env=None):
        return self.run_client('--url', url, *more, 'slots', DATE, env=env)

    def test_whom_it_trusts(self):
        site = self.lit()
        token = {'GATESLOT_TOKEN': self.token(site)}
        url = site.tls.url
        self.assertEqual(self.asked(url, '--cacert', site.tls.signer, env=token).returncode, 0)
        self.assertEqual(self.asked(url, env=dict(token, GATESLOT_CACERT=site.tls.signer)).returncode, 0)
        self.assertEqual(self.asked(f'https://127.0.0.1:{site.tls.port}', '--cacert', site.tls.signer, env=token).returncode, 0)
        other = Tls(self.where)
        for url, more, en, zh in (
                (url, [], 'nobody known here has signed', '不是由已知机构签发'),
                (url, ['--cacert', other.signer], 'nobody known here has signed', '不是由已知机构签发'),
                (url, ['--cacert', f'{self.where}/none'], 'cannot be read', '无法读取'),
                (f'https://[::ffff:127.0.0.1]:{site.tls.port}', ['--cacert', site.tls.signer], 'for another name or address', '别的主机名或地址')):
            p = self.asked(url, *more, env=token)
            self.assertEqual((p.returncode, p.stdout), (7, ''), p)
            self.assertIn(en, p.stderr)
            p = self.asked(url, *more, env=dict(token, **ZH))
            self.assertEqual(p.returncode, 7)
            self.assertIn(zh, p.stderr)

    def test_expired_not_yet_and_no_tls(self):
        def serve(starts, ends):
            certificate, key = make(self.where, 'x', starts, ends)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            listening = socket.create_server(('127.0.0.1', 0))
            self.addCleanup(listening.close)

            def accept():
                s, _ = listening.accept()
                try:
                    context.wrap_socket(s, server_side=True).close()
                except OSError:
                    pass
            threading.Thread(target=accept, daemon=True).start()
            return f'https://127.0.0.1:{listening.getsockname()[1]}', certificate
        for times, en in ((('20200101000000Z', '20210101000000Z'), 'has expired'), (('20900101000000Z', '20910101000000Z'), 'is not valid yet')):
            url, certificate = serve(*times)
            p = self.asked(url, '--cacert', certificate)
            self.assertEqual(p.returncode, 7)
            self.assertIn(en, p.stderr)
        site = self.lit()
        plain = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(plain.close)

        def answer():
            s, _ = plain.accept()
            s.recv(100)
            s.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n')
            s.close()
        threading.Thread(target=answer, daemon=True).start()
        p = self.asked(f'https://127.0.0.1:{plain.getsockname()[1]}')
        self.assertEqual(p.returncode, 7)
        self.assertIn('is it http://?', p.stderr)
        p = self.asked(f'http://127.0.0.1:{site.tls.port}')
        self.assertIn('TLS is spoken here', p.stderr)


class Daemon(Case):
    def check(self, certificate, key, env=None):
        path = f'{self.where}/c.yaml'
        with open(path, 'w') as f:
            f.write(f'listen: ["https://127.0.0.1:8443"]\nstore: sqlite:{self.where}/x.db\ntls: {{certificate: {certificate}, key: {key}}}\n')
        p = subprocess.run([DAEMON, '--config', path, '--check-config'], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C.UTF-8', **(env or {})})
        started = subprocess.run(WRAP + [DAEMON, '--config', path], capture_output=True, text=True) if p.returncode else None
        self.assertTrue(started is None or started.returncode == 1)
        return p

    def test_a_bad_pair_is_refused_by_check_and_start_naming_file_and_line(self):
        good, key = make(self.where, 'good')
        self.assertEqual(self.check(good, key).returncode, 0)
        old, old_key = make(self.where, 'old', '20200101000000Z', '20210101000000Z')
        p = self.check(old, old_key)
        self.assertEqual(p.returncode, 1)
        self.assertEqual(p.stdout, f'{self.where}/c.yaml:3:20: tls.certificate: the certificate in {old} expired at 2021-01-01T00:00:00Z\n')
        p = self.check(old, old_key, env=ZH)
        self.assertIn(f'证书 {old} 已于 2021-01-01T00:00:00Z 过期', p.stdout)
        self.assertIn('does not belong to the certificate', self.check(good, old_key).stdout)
        os.chmod(key, 0o644)
        self.assertIn('is open to others (mode 0644)', self.check(good, key).stdout)
        self.assertIn('cannot be opened: No such file', self.check(f'{self.where}/none', old_key).stdout)

    def test_connections_outlive_another_certificate(self):
        site = self.lit()
        token = self.token(site)
        head = {'Authorization': f'Bearer {token}', 'Accept-Language': 'en'}
        stop, done, failed = threading.Event(), [0], []

        def work(n):
            connection = site.tls.connect()
            while not stop.is_set():
                try:
                    connection.request('GET', '/v1/site', headers=head)
                    r = connection.getresponse()
                    r.read()
                    if r.status != 200:
                        failed.append(r.status)
                    done[0] += 1
                except (OSError, http.client.HTTPException) as e:
                    failed.append(repr(e))
                    return
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for t in threads:
            t.start()
        before = [self.shown(site)]
        try:
            for i in range(5):
                new = Tls(tempfile.mkdtemp(dir=self.where))
                copy(new.certificate, site.tls.certificate)
                copy(new.key, site.tls.key)
                taken, log = self.reload(site)
                self.assertTrue(taken, log)
                now = self.shown(site)
                self.assertNotIn(now, before)
                before.append(now)
                at = done[0]
                while done[0] < at + 50 and not failed:
                    time.sleep(0.001)
        finally:
            stop.set()
            for t in threads:
                t.join()
        self.assertEqual(failed, [])
        self.assertGreater(done[0], 200)

    def test_a_reload_with_a_bad_pair_keeps_the_old_one_and_says_so(self):
        site = self.lit()
        old = self.shown(site)
        copy(Tls(self.where).key, site.tls.key)
        taken, log = self.reload(site)
        self.assertFalse(taken)
        self.assertIn('does not belong to the certificate', log)
        self.assertEqual(self.shown(site), old)
        s = site.get('/v1/status').json
        self.assertIn('reload_failed', [p['code'] for p in s['problems']])
        self.assertIn('does not belong to the certificate', s['config']['last_reload']['faults'][0])
        metrics = site.get('/metrics').body.decode()
        self.assertIn('gateslot_config_last_reload_successful 0', metrics)

    def test_its_end_is_in_status_metrics_and_the_log(self):
        site = self.lit()
        s = site.get('/v1/status').json['certificate']
        self.assertIn(s['days_left'], (729, 730))
        self.assertNotIn('days_left', site.read_log())
        in_ten_days = time.time() + 10 * 86400 + 43200  # and a half: the days left are the same all the time
        ends = time.strftime('%Y%m%d%H%M%SZ', time.gmtime(in_ten_days))
        certificate, key = make(self.where, 'short', ends=ends)
        copy(certificate, site.tls.certificate)
        copy(key, site.tls.key)
        self.assertTrue(self.reload(site)[0])
        deadline = time.monotonic() + 20
        while 'days_left=10' not in site.read_log() and time.monotonic() < deadline:
            site.get('/livez')
        self.assertIn('days_left=10', site.read_log())
        s = site.get('/v1/status').json
        self.assertEqual([p['code'] for p in s['problems']], ['certificate_expiring'])
        self.assertEqual(s['certificate']['days_left'], 10)
        self.assertIn(f'gateslot_tls_certificate_expiry_time_seconds {int(in_ten_days)}.000', site.get('/metrics').body.decode())
        p = site.client('status', check=1)
        self.assertRegex(p.stdout, r'certificate +expires \S+ \S+, in 10 days')

    def test_hsts_only_where_nothing_else_is_offered_to_others(self):
        for listen, strict in (('', True), (f'http://0.0.0.0:{Tls(self.where).port}', False)):
            site = self.lit(listen=listen)
            c = site.tls.connect()
            c.request('GET', '/livez')
            r = c.getresponse()
            r.read()
            c.close()
            self.assertEqual(r.getheader('Strict-Transport-Security'), 'max-age=31536000' if strict else None)
            over_unix = site.call('GET', '/livez', connection=None if OVER_TLS else site.connect())
            self.assertTrue(OVER_TLS or over_unix.headers.get('Strict-Transport-Security') is None)


if __name__ == '__main__':
    tap.main()
