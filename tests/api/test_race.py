"""Two clients, one place: exactly one gets it, every time."""
import threading, unittest
from testsite import DATE, Site, request
import tap

ROUNDS = 1000


class Race(unittest.TestCase):
    def test_two_clients_one_place_1000_times(self):
        extra = 'windows: {only: {start: "08:00", end: "08:30", capacity: 1}}\nbooking: {cutoff_minutes: 0}'
        with Site(extra=extra) as site:
            barrier = threading.Barrier(2)
            results = [[None] * ROUNDS, [None] * ROUNDS]

            def client(me):
                c = site.connect()
                for n in range(ROUNDS):
                    barrier.wait()
                    results[me][n] = site.book(request(2 * n + me), connection=c)
                    barrier.wait()
                    if results[me][n].status == 201:
                        a = site.post(f"/v1/bookings/{results[me][n].json['id']}/cancel", connection=c)
                        assert a.status == 200, a
                    barrier.wait()

            threads = [threading.Thread(target=client, args=(i,)) for i in (0, 1)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            for a, b in zip(*results):
                self.assertEqual(sorted((a.status, b.status)), [201, 409], (a, b))
                loser = a if a.status == 409 else b
                self.assertEqual(loser.json['code'], 'full')
            day = site.get(f'/v1/slots?from={DATE}&to={DATE}').json['days'][0]
            self.assertEqual(day['windows'][0]['booked'], 0)


if __name__ == '__main__':
    tap.main()
