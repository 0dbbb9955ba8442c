"""Webhooks of a real daemon, seen by a receiver that verifies each message by the rules of Standard Webhooks."""
import unittest
import tap
from receiver import Receiver
from testsite import Site, request


def allowing(*receivers):
    return 'webhooks: {allow: [' + ', '.join(f'"http://{r.host}:{r.port}"' for r in receivers) + ']}'


class Webhooks(unittest.TestCase):
    def make(self, site, receiver, name='mini', **more):
        a = site.post('/v1/webhooks', {'name': name, 'url': receiver.url, **more})
        self.assertEqual(a.status, 201, a)
        receiver.secrets.append(a.json['secret'])
        return a.json

    def shown(self, site, name='mini'):
        return site.get(f'/v1/webhooks/{name}').json

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


if __name__ == '__main__':
    tap.main()
