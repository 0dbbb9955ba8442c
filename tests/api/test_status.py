"""What the daemon says of itself: /v1/status, `gateslot status` and /metrics, held against what was done to it."""
import hashlib, math, os, re, shutil, signal, subprocess, time, unittest
from testsite import DATE, IN_POSTGRES, Site, request
import tap

NAME = re.compile(r'[a-z_:][a-z0-9_:]*\Z')
SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(\{([^}]*)\})? (\S+)\Z')
LABELS = re.compile(r'([a-z_][a-z0-9_]*)="([^"\\\n]*)"(,|\Z)')


def parse(text):
    """Prometheus text format 0.0.4, as strictly as it can be read: HELP and TYPE once before the samples of each, no sample twice, no
    other name between, histograms whole and rising. Gives {(name, labels): value}."""
    assert text.endswith('\n') and '\r' not in text
    types, helped, samples, current = {}, set(), {}, None
    for line in text[:-1].split('\n'):
        if line.startswith('# HELP '):
            name, help_text = line[7:].split(' ', 1)
            assert NAME.match(name) and help_text.strip() == help_text and help_text and name not in helped, line
            helped.add(name)
            current = name
        elif line.startswith('# TYPE '):
            name, kind = line[7:].split(' ')
            assert name == current and name not in types and kind in ('counter', 'gauge', 'histogram'), line
            types[name] = kind
        else:
            name, _, labels, value = SAMPLE.match(line).groups()
            base = name if types[current] != 'histogram' else re.sub(r'_(bucket|sum|count)\Z', '', name)
            assert base == current, line
            parts = LABELS.findall(labels or '')
            assert ''.join(f'{k}="{v}"{e}' for k, v, e in parts) == (labels or ''), line
            key = (name, tuple((k, v) for k, v, _ in parts))
            assert key not in samples, line
            samples[key] = float(value)
    for name, kind in types.items():
        assert (kind == 'counter') == name.endswith('_total'), name
        assert not re.search(r'_(ms|min|minutes|percent|kb|mb)(_|\Z)', name), name
        if kind == 'histogram':
            buckets = [(dict(k[1])['le'], v) for k, v in samples.items() if k[0] == f'{name}_bucket']
            bounds = [math.inf if b == '+Inf' else float(b) for b, _ in buckets]
            assert bounds == sorted(bounds) and bounds[-1] == math.inf, name
            counts = [v for _, v in buckets]
            assert counts == sorted(counts) and counts[-1] == samples[(f'{name}_count', ())], name
    return samples


class Status(unittest.TestCase):
    def setUp(self):
        self.site = Site(extra='windows: {morning: {start: "08:00", end: "12:00", capacity: 2}}', tls=True)
        self.addCleanup(self.site.close)

    def status(self):
        a = self.site.get('/v1/status')
        self.assertEqual(a.status, 200, a)
        return a.json

    def metrics(self):
        return parse(self.site.get('/metrics').body.decode())

    def reload(self):
        before = self.status()['config']['last_reload']
        self.site.process.send_signal(signal.SIGHUP)
        for _ in range(500):
            if self.status()['config']['last_reload'] != before:
                return self.status()
            time.sleep(0.01)
        self.fail('no reload')

    def test_a_healthy_site(self):
        self.site.book(request(1))
        self.site.book(request(2))
        self.site.book(request(3, waitlist=True))
        s = self.status()
        self.assertEqual((s['status'], s['ready'], s['problems'], s['drill']), ('healthy', True, [], True))
        with open(f'{self.site.dir}/gateslotd.yaml', 'rb') as f:
            self.assertEqual(s['config']['sha256'], hashlib.sha256(f.read()).hexdigest())
        self.assertEqual(s['config']['last_reload'], None)
        self.assertEqual(s['last_backup'], None)
        self.assertEqual(s['store']['bookings'], 3)
        if IN_POSTGRES:
            self.assertGreater(s['store']['bytes'], 0)
        else:
            self.assertEqual(s['store']['bytes'], os.stat(f'{self.site.dir}/gateslot.db').st_size)
        self.assertEqual((s['counts']['waiting'], s['counts']['inside'], s['counts']['held'], s['counts']['bays']), (1, 0, 0, 40))
        self.assertEqual(s['clock']['site_time'], self.site.get('/v1/site').json['now'])
        self.assertGreaterEqual(s['connections'], 1)
        self.site.client('status', check=0)

    def test_a_reload_that_fails_is_degraded_until_one_is_taken_over(self):
        self.site.write_config(extra='windows: {morning: {start: "25:00"}}\nyrad: {bays: 3}')
        s = self.reload()
        self.assertEqual([p['code'] for p in s['problems']], ['reload_failed'])
        reload = s['config']['last_reload']
        self.assertFalse(reload['taken_over'])
        self.assertEqual(reload['fault_count'], len(reload['faults']))
        self.assertTrue(any('yrad' in f and f.startswith(self.site.dir) for f in reload['faults']), reload)
        self.assertEqual(self.metrics()[('gateslot_config_last_reload_successful', ())], 0)
        p = self.site.client('status', check=1)
        self.assertIn('yrad', p.stdout)
        p = self.site.client('status', env={'LANG': 'zh_CN.UTF-8', 'LC_ALL': 'zh_CN.UTF-8', 'LANGUAGE': ''}, check=1)
        self.assertIn('异常', p.stdout)
        self.site.write_config(extra='windows: {morning: {start: "08:00", end: "12:00", capacity: 3}}')
        s = self.reload()
        self.assertEqual((s['status'], s['config']['last_reload']['taken_over'], s['config']['last_reload']['faults']), ('healthy', True, []))
        m = self.metrics()
        self.assertEqual((m[('gateslot_config_last_reload_successful', ())], m[('gateslot_reloads_total', ())], m[('gateslot_failed_reloads_total', ())]), (1, 1, 1))

    def test_the_last_backup_is_known_after_a_restart(self):
        path = f'{self.site.dir}/elsewhere.db'
        self.site.client('backup', path, check=0)
        made = self.status()['last_backup']
        self.assertEqual((made['path'], made['bytes']), (os.path.realpath(path), os.stat(path).st_size))
        self.site.stop()
        self.site.launch()
        self.assertEqual(self.status()['last_backup'], made)
        self.assertGreater(self.metrics()[('gateslot_last_backup_time_seconds', ())], 0)
        self.assertIn('elsewhere.db', self.site.client('status', check=0).stdout)

    def test_who_may_ask(self):
        for role, status in (('gate', 200), ('supervisor', 200), ('backend', 403), ('display', 403), ('metrics', 403)):
            token = self.site.post('/v1/tokens', {'name': f'a-{role}', 'role': role}).json['token']
            self.assertEqual(self.site.get('/v1/status', headers={'Authorization': f'Bearer {token}'}).status, status, role)

    def test_metrics_follow_a_day(self):
        before = self.metrics()
        booked = self.site.book(request(1)).json
        for n in range(2, 6):
            self.site.book(request(n, waitlist=True))
        self.site.clock(f'{DATE}T08:00:00+08:00')
        self.site.post('/v1/gate/check', {'plate': booked['plate']})
        self.site.post(f"/v1/bookings/{booked['id']}/arrive")
        held = self.metrics()
        self.site.post(f"/v1/bookings/{booked['id']}/enter")
        inside = self.metrics()
        self.site.clock(f'{DATE}T13:00:00+08:00')
        after = self.metrics()
        of = lambda m, name, *labels: m.get((f'gateslot_{name}', labels), 0)
        self.assertEqual((of(held, 'trucks_held'), of(held, 'trucks_inside')), (1, 0))
        self.assertEqual((of(inside, 'trucks_held'), of(inside, 'trucks_inside')), (0, 1))
        self.assertEqual(of(inside, 'window_free_places', ('window', 'morning')), 0)
        self.assertEqual(of(held, 'waitlist_length'), 3)
        self.assertEqual(of(after, 'events_total', ('type', 'booking.no_show')), 1)
        for kind in ('reminder', 'expiring'):  # counters are there before the first is told
            self.assertEqual(before[('gateslot_events_total', (('type', f'booking.{kind}'),))], 0)
            told = [e for e in self.site.events() if e['type'] == f'booking.{kind}']
            self.assertEqual(of(after, 'events_total', ('type', f'booking.{kind}')), len(told))
            self.assertGreater(len(told), 0)
        self.assertEqual(of(after, 'booking_duration_seconds_count') - of(before, 'booking_duration_seconds_count'), 5)
        self.assertEqual(of(after, 'gate_check_duration_seconds_count') - of(before, 'gate_check_duration_seconds_count'), 1)
        for name in ('commit',) if IN_POSTGRES else ('commit', 'fdatasync'):
            self.assertGreater(of(after, f'{name}_duration_seconds_count'), 5)
            self.assertGreater(of(after, f'{name}_duration_seconds_sum'), 0)
        self.assertEqual(len([k for k in after if k[0] == 'gateslot_build_info']), 1)

    def test_every_metric_is_in_the_manual(self):
        self.site.book(request(1))
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/metrics.md'), encoding='utf-8') as f:
            described = set(re.findall(r'^\| `(gateslot_[a-z0-9_]+)`', f.read(), flags=re.M))
        shown = set(re.findall(r'^# TYPE (\S+)', self.site.get('/metrics').body.decode(), flags=re.M))
        self.assertEqual(shown - described, set())
        not_yet = {'gateslot_last_backup_time_seconds', 'gateslot_config_last_reload_time_seconds', 'gateslot_webhook_oldest_event_time_seconds'}
        self.assertLessEqual(described - shown, not_yet | ({'gateslot_reserve_bytes'} if IN_POSTGRES else set()))

    @unittest.skipUnless(shutil.which('promtool'), 'promtool is not here')
    def test_promtool_has_nothing_to_say(self):
        self.site.book(request(1))
        p = subprocess.run(['promtool', 'check', 'metrics'], input=self.site.get('/metrics').body, capture_output=True)
        self.assertEqual((p.returncode, p.stdout, p.stderr), (0, b'', b''))


if __name__ == '__main__':
    tap.main()
