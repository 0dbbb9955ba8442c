"""Windows and the time zone changed under live bookings: a reload and a start give one answer, and name the bookings."""
import os, signal, subprocess, sys, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import DAEMON, Site, WRAP, request  # noqa: E402

DAY = '2026-11-25'
WINDOWS = 'windows: {{morning: {{start: "{}", end: "12:00", capacity: 40}}, {}: {{start: "12:00", end: "16:00", capacity: {}}}}}\n'
AS_IT_WAS = WINDOWS.format('08:00', 'midday', 40)


class Changes(unittest.TestCase):
    def lit(self, timezone='Asia/Shanghai'):
        site = Site(extra=AS_IT_WAS, timezone=timezone, start='2026-11-24T09:00:00+08:00')
        self.addCleanup(site.close)
        return site

    def book(self, site, **more):
        a = site.book(request(1, date=DAY, **more))
        self.assertIn(a.status, (201, 202), a)
        return a.json['id']

    def reloads(self, site):
        before = site.read_log()
        site.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            log = site.read_log()[len(before):]
            if 'event=reloaded' in log or 'the old configuration stays' in log or 'refused: taken over by a restart' in log:
                return 'event=reloaded' in log, log
            site.get('/livez')
        raise AssertionError('no answer to HUP')

    def starts(self, site, *more):
        """Does it start? It is left running, or stopped as it stopped itself."""
        site.stop()
        before = site.read_log()
        site.log = open(f'{site.dir}/log', 'a')
        argv = WRAP + [DAEMON, '--config', f'{site.dir}/gateslotd.yaml', '--drill', site.start_at, '--drill-speed', '0', *more]
        site.process = subprocess.Popen(argv, stderr=site.log, stdout=site.log)
        try:
            site.wait_ready()
            return True, site.read_log()[len(before):]
        except AssertionError:
            self.assertEqual(site.process.wait(), 1)
            return False, site.read_log()[len(before):]

    def refused_everywhere(self, site, booking, loses, **changes):
        was = dict(site.values)
        site.write_config(**changes)
        taken, log = self.reloads(site)
        self.assertFalse(taken, changes)
        if 'timezone' not in changes:
            self.assertIn(f'booking={booking}', log)
        self.assertEqual(site.get('/readyz').status, 200)
        started, log = self.starts(site)
        self.assertFalse(started, changes)
        self.assertIn(f'booking={booking}', log)
        self.assertIn(f'loses={loses}', log)
        self.assertIn('--accept-changes', log)
        before = was
        site.write_config(**before)
        site.process = None
        site.launch()
        self.assertEqual(site.get('/v1/bookings/' + booking).json['status'] in ('booked', 'waitlisted', 'arrived', 'entered'), True)
        site.write_config(**changes)
        started, log = self.starts(site, '--accept-changes')
        self.assertTrue(started, log)
        shown = site.get('/v1/bookings/' + booking).json
        started, log = self.starts(site)  # for windows only that start: for the zone it is said now
        if 'timezone' in changes:
            self.assertTrue(started, log)
        else:
            self.assertFalse(started)
            site.process = None
            site.write_config(**before)
            site.launch()
        return shown

    def test_a_window_renamed_or_removed_is_refused(self):
        for extra in (WINDOWS.format('08:00', 'noon', 40), AS_IT_WAS.replace('midday', 'morning').replace('morning', 'early', 1),
                      'windows: {early: {start: "06:00", end: "12:00", capacity: 40}}\n'):
            with self.subTest(extra=extra):
                site = self.lit()
                gone = 'midday' if 'noon' in extra else 'morning'
                booking = self.book(site, windows=[gone])
                slot = site.get('/v1/bookings/' + booking).json['slot']
                shown = self.refused_everywhere(site, booking, 'window', extra=extra)
                self.assertEqual((shown['window'], shown['slot']), (gone, slot))

    def test_who_waits_arrived_or_is_inside_counts_too(self):
        for how in ('waits', 'arrived', 'inside'):
            with self.subTest(how):
                site = self.lit()
                if how == 'waits':
                    a = site.call('PUT', f'/v1/capacity/{DAY}/midday', {'capacity': 0})
                    self.assertEqual(a.status, 200)
                    booking = self.book(site, windows=['midday'], waitlist=True)
                else:
                    booking = self.book(site, windows=['midday'], slot='12:00')
                    site.clock(DAY + 'T12:05:00+08:00')
                    self.assertEqual(site.post(f'/v1/bookings/{booking}/arrive', {}).status, 200)
                    if how == 'inside':
                        self.assertEqual(site.post(f'/v1/bookings/{booking}/enter', {}).status, 200)
                self.refused_everywhere(site, booking, 'window', extra=WINDOWS.format('08:00', 'noon', 40))

    def test_another_zone_is_refused(self):
        for zone in ('Asia/Tokyo', 'Europe/Berlin', 'Asia/Kolkata', 'UTC'):
            with self.subTest(zone):
                site = self.lit()
                self.refused_everywhere(site, self.book(site), 'time', timezone=zone)

    def test_what_takes_nothing_from_anybody_goes_through(self):
        site = self.lit()
        booking = self.book(site, windows=['morning'])
        for extra in (WINDOWS.format('08:00', 'noon', 40), WINDOWS.format('07:00', 'midday', 40), WINDOWS.format('08:00', 'midday', 3),
                      AS_IT_WAS + f'calendar: [{{date: "{DAY}", closed: true}}]\n'):
            with self.subTest(extra):
                site.write_config(extra=extra)
                taken, log = self.reloads(site)
                self.assertTrue(taken, log)
                started, log = self.starts(site)
                self.assertTrue(started, log)
        site = self.lit()
        booking = self.book(site)
        site.write_config(timezone='Asia/Chongqing')  # the same time by another name
        self.assertTrue(self.starts(site)[0])
        self.assertEqual(site.post(f'/v1/bookings/{booking}/cancel', {}).status, 200)
        site.write_config(timezone='Asia/Tokyo', extra=WINDOWS.format('08:00', 'noon', 40))
        self.assertTrue(self.starts(site)[0])  # nobody lives there any more

    def test_a_drill_flag_is_refused_with_and_without_bookings(self):
        site = self.lit()
        site.stop()
        site.drill = False
        site.launch(wait=False)
        self.assertEqual(site.process.wait(60), 1)
        site.log.close()
        site.drill = True
        site.launch()


if __name__ == '__main__':
    tap.main()
