"""Webhooks of a real daemon, seen by a receiver that verifies each message by the rules of Standard Webhooks."""
import datetime, os, random, shutil, signal, tempfile, threading, unittest
import tap
from certificates import make
from receiver import Receiver
from testsite import IN_POSTGRES, Site, Tls, free_port, request

SEED = int(os.environ.get('GS_SEED', '20261129'))


def entries(*receivers):
    return ', '.join(f'"http://{r.host}:{r.port}"' for r in receivers)


def allowing(*receivers):
    return f'webhooks: {{allow: [{entries(*receivers)}]}}'


class Webhooks(unittest.TestCase):
    def make(self, site, receiver, name='mini', url=None, **more):
        a = site.post('/v1/webhooks', {'name': name, 'url': url or receiver.url, **more})
        self.assertEqual(a.status, 201, a)
        receiver.secrets.append(a.json['secret'])
        return a.json

    def shown(self, site, name='mini'):
        return site.get(f'/v1/webhooks/{name}').json

    def until(self, receiver, site, holds, what, name='mini'):
        receiver.wait(lambda: holds(self.shown(site, name)), what)

    def check_order(self, receiver):
        """The first times of each booking's events come in their order."""
        last = {}
        for e in receiver.events():
            self.assertGreater(e['seq'], last.get(e['booking_id'], 0), e)
            last[e['booking_id']] = e['seq']

    def test_every_event_comes_signed_as_the_feed_shows_it(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            self.make(site, receiver)
            for n in range(5):
                self.assertEqual(site.book(request(n, reference=f'PO-{n}')).status, 201)
            site.post('/v1/bookings/bk_1/cancel', {})
            receiver.wait(lambda: len(receiver.events()) >= 6, 'six events')
            told = [e for e in site.events() if e['type'] != 'webhook.created']
            self.assertEqual(sorted(receiver.events(), key=lambda e: e['seq']), told)
            self.assertEqual(receiver.faults, [])
            for m in receiver.messages:
                self.assertEqual((m['type'], m['timestamp']), (m['data']['type'], m['data']['at']))
            self.assertEqual({e['data']['reference'] for e in receiver.events()}, {f'PO-{n}' for n in range(5)})
            self.until(receiver, site, lambda w: w['state'] == 'ok' and w['pending'] == w['unread'] == 0, 'all is delivered')

    def test_a_backend_gets_its_own_events_of_the_types_it_wants(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
            self.make(site, receiver, backend='mini', types=['booked', 'booking.cancelled'])
            mine = {'Authorization': f'Bearer {token}'}
            site.book(request(1), headers=mine)
            site.book(request(2))
            site.post('/v1/bookings/bk_1/cancel', {'reason': 'no'}, headers=mine)
            site.call('PATCH', '/v1/webhooks/mini', {'types': ['booking']})
            site.book(request(3), headers=mine)
            site.call('PATCH', '/v1/bookings/bk_3', {'reference': 'R'}, headers={**mine, 'If-Match': '"1"'})
            receiver.wait(lambda: len(receiver.events()) >= 4, 'four events')
            self.assertEqual([(e['type'], e['booking_id']) for e in sorted(receiver.events(), key=lambda e: e['seq'])],
                             [('booking.booked', 'bk_1'), ('booking.cancelled', 'bk_1'), ('booking.booked', 'bk_3'), ('booking.changed', 'bk_3')])

    def test_what_fails_holds_back_its_own_booking_only(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            receiver.judge = lambda m: 500 if m['data'].get('booking_id') == 'bk_1' else 204
            self.make(site, receiver)
            for n in (1, 2, 3):
                site.book(request(n))
            site.post('/v1/bookings/bk_1/cancel', {})
            site.post('/v1/bookings/bk_2/cancel', {})
            receiver.wait(lambda: len(receiver.events()) >= 3 and len(receiver.seen) >= 4, 'the others')
            self.assertEqual({e['booking_id'] for e in receiver.events()}, {'bk_2', 'bk_3'})
            self.assertEqual([m['type'] for m in receiver.seen if m['data']['booking_id'] == 'bk_1'], ['booking.booked'])
            self.until(receiver, site, lambda w: w['pending'] == 2, 'two wait')
            receiver.judge = lambda m: 204
            site.clock('2026-11-24T07:00:06+08:00')
            receiver.wait(lambda: len(receiver.events()) >= 5, 'the rest')
            self.check_order(receiver)
            ids = [m['id'] for m in receiver.seen if m['data']['booking_id'] == 'bk_1']
            self.assertEqual(ids[0], ids[1], 'a message keeps its id')

    def test_killed_at_any_moment_nothing_is_missed_and_all_is_in_order(self):
        dice = random.Random(SEED)
        print('# GS_SEED', SEED)
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            self.make(site, receiver)
            receiver.judge = lambda m: 204 if dice.random() < 0.8 else 503
            n = 0
            for round in range(6):
                for _ in range(dice.randrange(5, 25)):
                    n += 1
                    self.assertIn(site.book(request(n)).status, (201, 409))
                    if dice.random() < 0.5:
                        site.post(f'/v1/bookings/bk_{dice.randrange(1, n + 1)}/cancel', {})
                if dice.random() < 0.3:
                    port = receiver.port
                    receiver.stop()
                    receiver.port = port
                    receiver.start()
                site.kill()
                site.launch()
            receiver.judge = lambda m: 204
            for minute in range(10):
                site.clock(f'2026-11-24T08:{minute:02}:00+08:00')
                if self.shown(site)['pending'] == 0 and self.shown(site)['unread'] == 0:
                    break
            self.assertEqual(site.post('/v1/webhooks/mini/test', {}).json['delivered'], True)
            told = {e['seq'] for e in site.events() if e['seq'] > 1}
            receiver.wait(lambda: {e['seq'] for e in receiver.events()} >= told, 'every event')
            self.check_order(receiver)
            self.assertEqual(receiver.faults, [])

    def test_a_stop_and_a_start_repeat_nothing_that_was_delivered(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            self.make(site, receiver)
            for n in range(10):
                site.book(request(n))
            self.until(receiver, site, lambda w: w['pending'] == w['unread'] == 0, 'all is delivered')
            count = len(receiver.messages)
            site.stop()
            site.launch()
            site.book(request(11))
            receiver.wait(lambda: len(receiver.messages) > count, 'one more')
            self.assertEqual(len({m['id'] for m in receiver.messages}), len(receiver.messages))

    def test_gone_disables_at_once_and_three_days_of_failures_do(self):
        for status, cause in ((410, 'gone'), (500, 'failing')):
            with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
                receiver.judge = lambda m: status
                self.make(site, receiver)
                site.book(request(1))
                if cause == 'failing':
                    self.until(receiver, site, lambda w: w['state'] == 'retrying', 'it is tried again')
                    site.clock('2026-11-27T06:00:00+08:00')
                    receiver.wait(lambda: len(receiver.seen) >= 2, 'another attempt')
                    self.assertFalse(self.shown(site)['disabled'])
                    site.clock('2026-11-27T12:00:00+08:00')
                self.until(receiver, site, lambda w: w['disabled'], 'it is disabled')
                self.assertEqual(self.shown(site)['disabled_cause'], cause)
                event = [e for e in site.events() if e['type'] == 'webhook.disabled'][-1]
                self.assertEqual((event['data'], event['actor']['role']), ({'name': 'mini', 'cause': cause}, 'system'))
                receiver.judge = lambda m: 204
                self.assertEqual(site.call('PATCH', '/v1/webhooks/mini', {'disabled': False}).status, 200)
                told = {e['seq'] for e in site.events() if e['seq'] > 1}
                receiver.wait(lambda: {e['seq'] for e in receiver.events()} >= told, 'all that it missed')

    def test_retry_after_is_heeded(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            receiver.judge = lambda m: (429, {'Retry-After': '3600'})
            self.make(site, receiver)
            site.book(request(1))
            self.until(receiver, site, lambda w: w['failures'] == 1, 'it was tried')
            receiver.judge = lambda m: 204
            site.clock('2026-11-24T07:59:00+08:00')
            site.book(request(2))
            self.assertEqual(self.shown(site)['pending'] + self.shown(site)['unread'] > 0, True)
            self.assertEqual(len(receiver.seen), 1)
            site.clock('2026-11-24T08:00:01+08:00')
            receiver.wait(lambda: len(receiver.events()) >= 2, 'both')

    def test_it_leads_only_where_the_configuration_lets_it(self):
        with Receiver() as receiver, Receiver() as other:
            port, allow = receiver.port, f'"http://localhost:{receiver.port}", "hooks.example.invalid"'
            with Site(extra=f'webhooks: {{allow: [{allow}]}}') as site:
                refused = [f'http://127.0.0.1:{port}/', f'http://[::1]:{port}/', 'https://10.0.0.1/', 'https://169.254.169.254/latest/meta-data',
                           f'http://[::ffff:127.0.0.1]:{port}/', f'http://localhost:{other.port}/', 'http://hooks.example.invalid/', 'https://8.8.8.8/']
                for url in refused:
                    a = site.post('/v1/webhooks', {'name': 'x', 'url': url})
                    self.assertEqual((a.status, a.json['errors'][0]['code'], a.json['errors'][0]['pointer']), (422, 'not_listed', '/url'), url)
                for url in ('http://2130706433/', 'http://0177.0.0.1/', 'http://0x7f.1/', 'http://127.1/', f'http://user:secret@localhost:{port}/',
                            f'http://localhost:{port}/#x', 'ftp://localhost/', 'localhost', '', f'http://localhost:{port}/ö'):
                    a = site.post('/v1/webhooks', {'name': 'x', 'url': url})
                    self.assertEqual((a.status, a.json['errors'][0]['pointer']), (422, '/url'), url)
                    self.assertNotIn('secret', a.body.decode())
                # A name in the list does not let in the loopback address that it leads to.
                self.make(site, receiver, url=f'http://localhost:{port}/hook')
                t = site.post('/v1/webhooks/mini/test', {}).json
                self.assertEqual((t['delivered'], t['result'], t['status']), (False, 'not_allowed', None))
                self.make(site, receiver, 'nowhere', url='https://hooks.example.invalid/')
                self.assertEqual(site.post('/v1/webhooks/nowhere/test', {}).json['result'], 'not_found')
                self.assertEqual(receiver.seen, [])
                # The address itself does, by whatever name; and it is taken away by the next reload.
                site.write_config(extra=f'webhooks: {{allow: [{allow}, "http://127.0.0.1:{port}"]}}')
                site.process.send_signal(signal.SIGHUP)
                receiver.wait(lambda: site.post('/v1/webhooks/mini/test', {}).json['delivered'], 'the address is allowed')
                site.write_config(extra=f'webhooks: {{allow: [{allow}]}}')
                site.process.send_signal(signal.SIGHUP)
                receiver.wait(lambda: site.post('/v1/webhooks/mini/test', {}).json['result'] == 'not_allowed', 'and no more')

    def test_a_redirect_is_an_answer_and_proxies_are_not_asked(self):
        with Receiver() as receiver, Receiver() as other:
            os.environ['http_proxy'] = os.environ['ALL_PROXY'] = f'http://127.0.0.1:{other.port}'
            try:
                site = Site(extra=allowing(receiver, other))
            finally:
                del os.environ['http_proxy'], os.environ['ALL_PROXY']
            with site:
                self.make(site, receiver)
                other.secrets = receiver.secrets
                receiver.judge = lambda m: (307, {'Location': other.url})
                t = site.post('/v1/webhooks/mini/test', {}).json
                self.assertEqual((t['delivered'], t['result'], t['status']), (False, 'refused', 307))
                receiver.judge = lambda m: 204
                self.assertTrue(site.post('/v1/webhooks/mini/test', {}).json['delivered'])
                self.assertEqual((other.seen, other.faults), ([], []))

    def test_a_receiver_s_certificate_is_verified_and_what_is_wrong_with_it_said(self):
        with tempfile.TemporaryDirectory(prefix='gshook') as where:
            good, stranger, other = (Tls(tempfile.mkdtemp(dir=where, prefix=n), hosts) for n, hosts in
                                     (('good', ['127.0.0.1']), ('stranger', ['127.0.0.1']), ('other', ['hooks.example.com'])))
            old = make(where, 'old', '20200101000000Z', '20210101000000Z')
            early = make(where, 'early', '20900101000000Z', '20990101000000Z')
            taken = f'{where}/receivers.pem'
            with open(taken, 'wb') as f:
                for path in (good.signer, other.signer, old[0], early[0]):
                    with open(path, 'rb') as one:
                        f.write(one.read())
            pairs = {'good': (good.certificate, good.key), 'stranger': (stranger.certificate, stranger.key),
                     'other': (other.certificate, other.key), 'old': old, 'early': early}
            receivers = {name: Receiver(tls=pair) for name, pair in pairs.items()}
            receivers['plain'] = Receiver()
            try:
                allow = ', '.join(f'"127.0.0.1:{r.port}"' for r in receivers.values())
                with Site(extra=f'webhooks: {{allow: [{allow}], ca_file: {taken}}}') as site:
                    def tried(name, lang='en'):
                        a = site.call('POST', f'/v1/webhooks/{name}/test', '{}', {'Content-Type': 'application/json', 'Accept-Language': lang}).json
                        return a['result'], a['detail']
                    said = {'good': ('delivered', 'answered 204', '204'), 'stranger': ('untrusted', 'is not trusted', '不受信任'),
                            'other': ('other_host', 'another host', '另一台主机'), 'old': ('out_of_date', 'has expired', '已过期'),
                            'early': ('out_of_date', 'not valid yet', '尚未生效'), 'plain': ('tls', 'TLS could not be agreed on', 'TLS 握手失败')}
                    for name, (result, en, zh) in said.items():
                        self.make(site, receivers[name], name, url=f'https://127.0.0.1:{receivers[name].port}/')
                        self.assertEqual(tried(name)[0], result, name)
                        self.assertIn(en, tried(name)[1])
                        self.assertIn(zh, tried(name, 'zh')[1])
                    site.book(request(1))
                    receivers['good'].wait(lambda: receivers['good'].events(), 'the event, over TLS')
                    for name in said.keys() - {'good'}:  # what is not believed is told nothing, and the list says why
                        self.until(receivers[name], site, lambda w: w['last_failure'] is not None, 'an attempt', name)
                        self.assertEqual(self.shown(site, name)['last_failure']['result'], said[name][0])
                        self.assertEqual((receivers[name].seen, receivers[name].faults), ([], []))
                    listed = site.client('webhook', 'list', check=0, env={'LC_ALL': 'C.UTF-8'}).stdout
                    tested = site.client('webhook', 'test', 'stranger', check=1, env={'LC_ALL': 'C.UTF-8'}).stdout
                    self.assertIn('stranger: Its certificate is not trusted', listed)
                    self.assertIn('Its certificate is not trusted', tested)
                    # Another authority in the file counts from the next connection on; without a file nothing is trusted.
                    shutil.copy(stranger.signer, taken)
                    self.assertEqual(tried('stranger')[0], 'delivered')
                    with open(taken, 'w') as f:
                        f.write('no certificate\n')
                    self.assertEqual(tried('old')[0], 'ca_file')
                    os.unlink(taken)
                    self.assertIn('webhooks.ca_file cannot be read', tried('early')[1])
                    site.write_config(extra=f'webhooks: {{allow: [{allow}]}}')
                    site.process.send_signal(signal.SIGHUP)
                    receivers['old'].wait(lambda: tried('other')[0] == 'untrusted', 'the authorities of the system')
            finally:
                for r in receivers.values():
                    r.stop()

    def test_a_new_secret_signs_and_the_old_one_beside_it_for_a_while(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            old = self.make(site, receiver)['secret']
            a = site.post('/v1/webhooks/mini/secret', {'keep_hours': 2})
            new = a.json['secret']
            self.assertEqual((a.status, a.headers['Cache-Control'], new != old), (200, 'no-store', True))
            for secrets, good in (([new], True), ([old], True), (['whsec_' + 'A' * 32], False)):
                receiver.secrets = secrets
                self.assertEqual(site.post('/v1/webhooks/mini/test', {}).json['delivered'], good)
            site.clock('2026-11-24T09:00:01+08:00')
            for secrets, good in (([new], True), ([old], False)):
                receiver.secrets = secrets
                self.assertEqual(site.post('/v1/webhooks/mini/test', {}).json['delivered'], good)
            said = site.get('/v1/webhooks').body.decode() + site.get('/v1/events').body.decode() + site.read_log()
            for secret in (old, new):
                self.assertNotIn(secret, said)

    def test_a_receiver_that_does_not_answer_holds_up_nobody_here(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            self.make(site, receiver)
            go_on = threading.Event()
            receiver.judge = lambda m: go_on.wait(60) and 204 or 500
            try:
                for n in range(60):
                    self.assertEqual(site.book(request(n)).status, 201)
                self.assertEqual(len(receiver.messages), 0)
            finally:
                go_on.set()
            receiver.wait(lambda: len(receiver.events()) >= 60, 'all of them')
            self.check_order(receiver)

    def test_after_a_restore_it_is_disabled_and_then_told_of_it(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'})
            self.make(site, receiver, backend='mini', types=['booked'])
            site.client('backup', f'{site.dir}/copy', check=0)
            site.book(request(1))
            site.stop()
            if IN_POSTGRES:
                site.put_back(f'{site.dir}/copy')
            else:
                for name in os.listdir(site.dir):
                    if name.startswith('gateslot.db') and not name.endswith('.mark'):
                        os.unlink(f'{site.dir}/{name}')
                shutil.copy(f'{site.dir}/copy', f'{site.dir}/gateslot.db')
            site.launch()
            self.assertEqual((self.shown(site)['state'], self.shown(site)['disabled_cause']), ('disabled', 'restored'))
            self.assertIn('webhook_stuck', [p['code'] for p in site.get('/v1/status').json['problems']])
            site.call('PATCH', '/v1/webhooks/mini', {'disabled': False})
            receiver.wait(lambda: receiver.events(), 'it is told that numbers are given anew')
            self.assertEqual([e['type'] for e in receiver.events()], ['store.restored'])

    def test_what_came_back_is_told(self):
        port = free_port()
        with Receiver() as receiver, Site(extra=f'webhooks: {{allow: [{entries(receiver)}, "http://127.0.0.1:{port}"]}}') as site:
            self.make(site, receiver)
            self.make(site, receiver, 'nobody', url=f'http://127.0.0.1:{port}/')
            t = site.post('/v1/webhooks/mini/test', {})
            self.assertEqual((t.status, t.json['delivered'], t.json['result'], t.json['status']), (200, True, 'delivered', 204))
            self.assertEqual([m['id'] for m in receiver.messages if m['type'] == 'webhook.test'], [t.json['id']])  # beside what it is told of the other
            receiver.judge = lambda m: 500
            self.assertEqual(site.post('/v1/webhooks/mini/test', {}).json['status'], 500)
            receiver.judge = lambda m: None
            self.assertEqual(site.post('/v1/webhooks/mini/test', {}).json['result'], 'broken')
            self.assertEqual(site.post('/v1/webhooks/nobody/test', {}).json['result'], 'no_connection')
            self.assertEqual(site.post('/v1/webhooks/other/test', {}).status, 404)

    def test_what_waits_and_what_came_of_it_is_in_the_metrics(self):
        def of(name):
            lines = [x.rsplit(' ', 1) for x in site.get('/metrics').body.decode().splitlines()]
            return dict(lines).get(f'gateslot_{name}')
        def delivered():
            return {r: int(of(f'webhook_deliveries_total{{result="{r}"}}')) for r in ('delivered', 'refused', 'no_connection')}
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            self.assertEqual((delivered(), of('webhook_oldest_event_time_seconds')), ({'delivered': 0, 'refused': 0, 'no_connection': 0}, None))
            receiver.judge = lambda m: 503
            self.make(site, receiver)
            site.book(request(1))
            receiver.wait(lambda: delivered()['refused'] == 1, 'an attempt')
            self.assertEqual((of('webhook_pending_events'), of('webhook_unread_events'), of('webhooks_failing')), ('1', '0', '1'))
            happened = [e['at'] for e in site.events() if e['type'] == 'booking.booked'][0]
            self.assertEqual(float(of('webhook_oldest_event_time_seconds')), datetime.datetime.fromisoformat(happened).timestamp())
            receiver.judge = lambda m: 204
            site.clock('2026-11-24T07:01:00+08:00')
            receiver.wait(lambda: delivered() == {'delivered': 1, 'refused': 1, 'no_connection': 0}, 'the second')
            self.assertEqual((of('webhook_pending_events'), of('webhooks_failing'), of('webhook_oldest_event_time_seconds')), ('0', '0', None))

    def test_it_is_made_changed_and_removed(self):
        with Receiver() as receiver, Site(extra=allowing(receiver)) as site:
            made = self.make(site, receiver, types=['booking'])
            self.assertRegex(made['secret'], r'^whsec_[A-Za-z0-9+/]{32}$')
            self.assertNotIn('secret', self.shown(site))
            self.assertEqual(site.post('/v1/webhooks', {'name': 'mini', 'url': receiver.url}).json['code'], 'name_taken')
            for body, pointer in (({'name': 'a b', 'url': receiver.url}, '/name'), ({'name': 'x'}, '/url'), ({'name': 'x', 'url': 7}, '/url'),
                                  ({'name': 'x', 'url': receiver.url, 'types': ['nothing']}, '/types/0'),
                                  ({'name': 'x', 'url': receiver.url, 'types': 'booking'}, '/types'),
                                  ({'name': 'x', 'url': receiver.url, 'backend': 'nobody'}, '/backend'),
                                  ({'name': 'x', 'url': receiver.url + 'x' * 1100}, '/url'), ({'name': 'x', 'url': receiver.url, 'secret': 'x'}, '/secret')):
                a = site.post('/v1/webhooks', body)
                self.assertEqual((a.status, [e['pointer'] for e in a.json['errors']]), (422, [pointer]), body)
            for hours in (-1, 721, '3'):
                self.assertEqual(site.post('/v1/webhooks/mini/secret', {'keep_hours': hours}).status, 422)
            self.assertEqual(site.call('PATCH', '/v1/webhooks/mini', {}).status, 200)
            site.call('PATCH', '/v1/webhooks/mini', {'disabled': True, 'types': None})
            self.assertEqual((self.shown(site)['state'], self.shown(site)['disabled_cause']), ('disabled', 'by_hand'))
            site.book(request(1))
            site.call('PATCH', '/v1/webhooks/mini', {'disabled': False})
            receiver.wait(lambda: any(e['type'] == 'booking.booked' for e in receiver.events()), 'what it had missed')
            self.assertEqual(site.call('DELETE', '/v1/webhooks/mini').status, 204)
            self.assertEqual(site.get('/v1/webhooks/mini').status, 404)
            self.assertEqual([e['type'] for e in site.events() if e['type'].startswith('webhook.')],
                             ['webhook.created', 'webhook.changed', 'webhook.disabled', 'webhook.enabled', 'webhook.deleted'])
            for n in range(32):
                self.make(site, receiver, f'w-{n}')
            self.assertEqual(site.post('/v1/webhooks', {'name': 'one-more', 'url': receiver.url}).json['code'], 'full')


if __name__ == '__main__':
    tap.main()
