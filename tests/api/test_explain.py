"""Why he and not me: the story of a booking as the daemon tells it and gateslot explain prints it, in both languages, and refusals with
their numbers."""
import unittest
from testsite import DATE, Site, request
import tap

WINDOWS = 'windows: {early: {start: "16:00", end: "16:30", capacity: 2}, late: {start: "18:00", end: "18:30", capacity: 2}}'


class Explain(unittest.TestCase):
    def setUp(self):
        self.site = Site(extra=WINDOWS, strikes=1)
        self.addCleanup(self.site.close)

    def book(self, n, status=201, **more):
        a = self.site.book(request(n, **more))
        self.assertEqual(a.status, status, a)
        return a.json

    def story(self, ref, lang='C.UTF-8'):
        lines = self.site.client('explain', ref, env={'LC_ALL': lang}, check=0).stdout.splitlines()
        return lines[0], [line[18:] for line in lines[1:]]

    def test_the_story_of_a_move_a_wait_a_cut_and_a_no_show(self):
        moved = self.book(1, flexible=True)
        self.book(2, windows=['early'])
        cause = self.book(3, windows=['early'])
        wait = self.book(4, status=202, windows=['early'], waitlist=True)
        a = self.site.call('PUT', f'/v1/capacity/{DATE}/late', {'capacity': 0, 'reason': 'crane broken'})
        self.assertEqual(a.status, 200, a)
        line, story = self.story(moved['id'])
        self.assertEqual(line, f"{moved['id']}  {moved['plate']}  booked  {DATE} 16:00–16:30  early")
        self.assertEqual(story, [
            f'Booked for {DATE} 16:00–16:30 (early), the least booked of what it accepts.',
            f"Moved by the scheduler from {DATE} 16:00–16:30 (early) to {DATE} 18:00–18:30 (late), to make room for booking {cause['id']}.",
            f'Moved by the scheduler from {DATE} 18:00–18:30 (late) to {DATE} 16:00–16:30 (early), because capacity was changed. '
            'Reason: crane broken.'])
        self.assertEqual(self.story(cause['id'])[1], [
            f'Booked for {DATE} 16:00–16:30 (early); to make room, other bookings were moved: 1.',
            f'Lost its place at {DATE} 16:00–16:30 (early), because capacity was changed; it waits at position 1, before all who never had a place. '
            'Reason: crane broken.'])
        self.assertEqual(self.story(wait['id'])[1], ['Put on the waitlist at position 1: all that it accepts is full.'])
        self.assertEqual(self.story(moved['id'], 'zh_CN.UTF-8')[1][1],
                         f"由系统从 {DATE} 16:00–16:30（early）调到 {DATE} 18:00–18:30（late），为预约 {cause['id']} 腾出位置。")
        self.site.clock(f'{DATE}T17:00:00+08:00')
        self.assertEqual(self.story(moved['id'])[1][3:],
                         [f'Reminder, 120 minutes ahead: it is booked for {DATE} 16:00–16:30 (early).',
                          f'Had not come by {DATE} 16:30: a no-show, and its place at {DATE} 16:00–16:30 (early) is free again. '
                          'It is strike 1 of 1 for this plate. The plate is suspended until 2026-12-02 16:30.'])
        again = self.book(1, status=403, date='2026-11-26')
        self.assertEqual((again['code'], again['used'], again['limit'], again['until']), ('suspended', 1, 1, '2026-12-02T16:30:00+08:00'))
        self.assertIn('2026-12-02 16:30', again['detail'])

    def test_refusals_name_the_numbers(self):
        for n in (1, 2):
            self.book(n, windows=['early'])
        full = self.book(3, status=409, windows=['early'])
        self.assertEqual((full['code'], full['used'], full['limit']), ('full', 2, 2))
        self.assertIn('(2 of 2 places are taken)', full['detail'])
        zh = self.site.book(request(3, windows=['early']), headers={'Accept-Language': 'zh-CN'}).json
        self.assertIn('2 个名额已占 2 个', zh['detail'])

    def test_json_is_the_history(self):
        b = self.book(1)
        self.assertEqual(self.site.client('explain', b['plate'], '--json', check=0).stdout.encode(),
                         self.site.get(f"/v1/bookings/{b['id']}/history").body + b'\n')
        self.assertEqual(self.site.client('explain', 'bk_99').returncode, 3)


if __name__ == '__main__':
    tap.main()
