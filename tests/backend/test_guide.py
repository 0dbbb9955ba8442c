"""docs/api.md: its sessions, word for word, on the site that `./dev run` leaves behind, and its tables beside the sources they tell of."""
import json, os, re, shutil, subprocess, sys, tempfile, unittest
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from sessions import console_blocks, play  # noqa: E402
from testsite import BUILD, SOURCE, free_port  # noqa: E402
import tap  # noqa: E402

GUIDE = f'{SOURCE}/docs/api.md'


def read(name):
    with open(f'{SOURCE}/{name}', encoding='utf-8') as f:
        return f.read()


def dev(where, *words):
    env = dict(os.environ, GATESLOT_BUILD=os.path.abspath(BUILD), GATESLOT_RUN=where, LC_ALL='C.UTF-8')
    return subprocess.run(['./dev', *words], cwd=SOURCE, env=env, capture_output=True, text=True)


class Sessions(unittest.TestCase):
    @unittest.skipUnless(shutil.which('node'), 'there is no node')
    def test_every_command_word_for_word(self):
        where = tempfile.mkdtemp(prefix='gsguide', dir='/tmp')
        self.addCleanup(shutil.rmtree, where, True)
        self.addCleanup(dev, where, 'stop')
        p = dev(where, 'run')
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        with open(f'{where}/gateslotd.yaml', encoding='utf-8') as f:
            [api] = re.findall(r'^ +- "(http://127[^"]+)"', f.read(), re.M)
        blocks = [b for b in console_blocks(GUIDE) if './dev run' not in b]
        self.assertGreaterEqual(len(blocks), 8)
        play(self, blocks, dict(os.environ, GATESLOT_URL=f'unix:{where}/gateslot.sock', LC_ALL='C.UTF-8', COLUMNS='140', API=api, PORT=str(free_port()),
                                TMPDIR=where, PATH=f'{BUILD}/src/cli:' + os.environ['PATH']), cwd=SOURCE)

    def test_the_request_shown_is_the_one_sent(self):
        [shown] = re.findall(r'```json\n(.*?)```', read('docs/api.md'), re.S)
        self.assertEqual(shown, read('docs/examples/booking.json'))


class Tables(unittest.TestCase):
    def test_every_code_is_explained_with_its_status(self):
        names = dict(re.findall(r'\[(GS_CODE_\w+)\] = "(\w+)"', read('src/core/values/code.c')))
        statuses = re.findall(r'\[(GS_CODE_\w+)\] =\s*\{(\d+),', read('src/api/problem_text.c'))
        every = {names[code]: status for code, status in statuses if code != 'GS_CODE_OK'}
        self.assertEqual(len(every), len(names) - 1)
        guide = read('docs/api.md')
        [staff] = re.findall(r'<!-- staff -->(.*?)<!-- /staff -->', guide, re.S)
        explained = dict(re.findall(r'^\| `(\w+)` \| (\d+) \|(?: \S[^|]* \|){3}$', guide, re.M))
        unexplained = set(re.findall(r'`(\w+)`', staff))
        self.assertEqual(set(explained) & unexplained, set())
        self.assertEqual(set(explained) | unexplained, set(every))
        self.assertEqual({code: every[code] for code in explained}, explained)

    def test_every_event_of_a_booking_has_its_message_or_none(self):
        types = set(re.findall(r'"(booking\.\w+)"', read('src/core/values/event.c')))
        guide = read('docs/api.md')
        table = guide[guide.index('| event | when | message |'):guide.index('## 8')]
        told = re.findall(r'`((?:booking)?\.\w+)`', '\n'.join(line.split('|')[1] for line in table.split('\n') if line.startswith('|')))
        self.assertEqual({t if t.startswith('booking') else 'booking' + t for t in told}, types)

    def test_the_limits_are_those_of_the_configuration(self):
        sample = read('conf/gateslotd.yaml')
        value = lambda key: int(re.search(rf'^ +{key}: (\d+)', sample, re.M)[1])
        guide = read('docs/api.md')
        rows = dict(re.findall(r'^\| ([^|]+) \| ([^|]+) \| (?:429|413|422|`company_quota`) \|$', guide, re.M))
        per_second = lambda name: f"{value(f'{name}_per_second')} a second, {value(f'{name}_burst')} at once"
        self.assertEqual(rows['requests of one token'], per_second('requests'))
        self.assertEqual(rows['refused changes of one token'], per_second('refusals'))
        self.assertEqual(rows['requests from one address'], per_second('address_requests'))
        self.assertEqual(rows['keys stored for one token'], f"{value('keys_per_name')} within 7 days")
        limit = lambda name: int(re.search(rf'#define {name} (\d+)', read('include/gateslot/base/limits.h'))[1])
        self.assertEqual(rows["a request's body"], f"{limit('GS_BODY_MAX') // 1024} KB")
        self.assertEqual(rows['events of a page, bookings of a page'], str(limit('GS_PAGE_MAX')))
        self.assertEqual(rows['`wait` of a long poll'], f"{limit('GS_EVENT_WAIT_MAX_S')} s")
        self.assertEqual(rows['one company'], f"{value('company_window_percent')} % of a window, {value('company_day')} places a day")

    def test_what_is_linked_is_there(self):
        guide = read('docs/api.md')
        for target in re.findall(r'\]\(([^)]+)\)', guide):
            if target.startswith('#'):
                anchors = [re.sub(r'[^\w -]', '', h.lower()).replace(' ', '-') for h in re.findall(r'^#+ (.*)$', guide, re.M)]
                self.assertIn(target[1:], anchors)
            else:
                self.assertTrue(os.path.exists(f'{SOURCE}/docs/{target}'), target)


if __name__ == '__main__':
    tap.main()
