"""docs/api.md: its sessions, word for word, on the site that `./dev run day` leaves behind, and its tables beside the sources they tell of."""
import json, os, re, shutil, subprocess, sys, tempfile, unittest
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
from sessions import console_blocks, play  # noqa: E402
from mini import NODE  # noqa: E402
from testsite import BUILD, SOURCE, Site, free_port, request  # noqa: E402
import tap  # noqa: E402

GUIDE = f'{SOURCE}/docs/api.md'
GUIDES = ('docs/api.md', 'docs/api.zh.md')


def read(name):
    with open(f'{SOURCE}/{name}', encoding='utf-8') as f:
        return f.read()


def dev(where, *words):
    env = dict(os.environ, GATESLOT_BUILD=os.path.abspath(BUILD), GATESLOT_RUN=where, LC_ALL='C.UTF-8')
    return subprocess.run(['./dev', *words], cwd=SOURCE, env=env, capture_output=True, text=True)


class Sessions(unittest.TestCase):
    @unittest.skipUnless(NODE, 'there is no node')
    def test_every_command_word_for_word(self):
        where = tempfile.mkdtemp(prefix='gsguide', dir='/tmp')
        self.addCleanup(shutil.rmtree, where, True)
        self.addCleanup(dev, where, 'stop')
        p = dev(where, 'run', 'day')
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        with open(f'{where}/gateslotd.yaml', encoding='utf-8') as f:
            [api] = re.findall(r'^ +- "(http://127[^"]+)"', f.read(), re.M)
        blocks = [b for b in console_blocks(GUIDE) if './dev run' not in b]
        self.assertGreaterEqual(len(blocks), 8)
        play(self, blocks, dict(os.environ, GATESLOT_URL=f'unix:{where}/gateslot.sock', LC_ALL='C.UTF-8', COLUMNS='140', API=api, PORT=str(free_port()), SITE=where,
                                TMPDIR=where, PATH=f'{BUILD}/src/cli:' + os.environ['PATH']), cwd=SOURCE)

    def test_the_request_shown_is_the_one_sent(self):
        [shown] = re.findall(r'```json\n(.*?)```', read('docs/api.md'), re.S)
        self.assertEqual(shown, read('docs/examples/booking.json'))


@unittest.skipUnless(NODE, 'there is no node')
class Snippets(unittest.TestCase):
    """The pieces of JavaScript, as they stand, imported by a few lines that use them."""

    def snippet(self, name):
        [text] = [t for t in re.findall(r'```js\n(.*?)```', read('docs/api.md'), re.S) if f'function {name}(' in t]
        return text

    def run_node(self, text, *argv):
        with tempfile.TemporaryDirectory() as d:
            with open(f'{d}/snippet.mjs', 'w', encoding='utf-8') as f:
                f.write(text)
            return subprocess.run([NODE, f.name, *argv], capture_output=True, text=True, timeout=60)

    def test_the_stream_is_followed_to_its_end(self):
        port = free_port()
        with Site(listen=f'http://127.0.0.1:{port}') as site:
            token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
            for n in range(40):
                site.book(request(n), headers={'Authorization': f'Bearer {token}'})
            wanted = [e for e in site.events() if e['booking_id'] is not None][3:]
            p = self.run_node(self.snippet('follow') + """
const [, , url, token, cursor, count] = process.argv, events = [];
await follow(url, token, cursor, (type, event) => {
  events.push(event);
  if (events.length == count) { console.log(JSON.stringify(events)); process.exit(); }
});
""", f'http://127.0.0.1:{port}', token, str(wanted[0]['seq'] - 1), str(len(wanted)))
            self.assertEqual((p.returncode, p.stderr), (0, ''))
            self.assertEqual(json.loads(p.stdout), wanted)

    def test_a_message_is_verified_as_the_standard_says(self):
        headers = {'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330',
                   'webhook-signature': 'v1,AAAA v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='}
        body, secret, now = '{"test": 2432232314}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 1614265330
        cases = [(secret, headers, body, now, True), (secret, headers, body, now + 300, True), (secret, headers, body, now + 301, False),
                 (secret, headers, body, now - 301, False), (secret, headers, body + ' ', now, False), (secret[:-4] + 'AAAA', headers, body, now, False),
                 (secret, dict(headers, **{'webhook-id': 'msg_other'}), body, now, False), (secret, dict(headers, **{'webhook-timestamp': 'x'}), body, now, False),
                 (secret, dict(headers, **{'webhook-signature': headers['webhook-signature'].replace('v1,g', 'v3,g')}), body, now, False), (secret, {}, body, now, False)]
        p = self.run_node(self.snippet('verify') + """
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(([secret, headers, body, now]) => verify(secret, headers, Buffer.from(body), now))));
""", json.dumps(cases))
        self.assertEqual((p.stderr, json.loads(p.stdout)), ('', [c[-1] for c in cases]))


class Chinese(unittest.TestCase):
    """The guide in Chinese says the same: section by section, piece by piece, row by row."""
    def test_it_has_the_same_commands_and_code(self):
        blocks = [re.findall(r'```.*?```', read(n), re.S) for n in GUIDES]
        self.assertGreater(len(blocks[0]), 10)
        self.assertEqual(*blocks)

    def test_it_has_the_same_parts(self):
        def shape(name):
            text = re.sub(r'```.*?```', '', read(name), flags=re.S)
            return [len(m.split()[0]) if m.startswith('#') else m[0] for m in re.findall(r'^(?:#+ |\||- |\d\. ).*$', text, re.M)]
        self.assertEqual(*map(shape, GUIDES))

    def test_it_names_the_same_calls_members_and_codes(self):
        """Of each row and item: what is set as code."""
        def code(name):
            text = re.sub(r'\n +', ' ', re.sub(r'```.*?```', '', read(name), flags=re.S))
            return [sorted(set(re.findall(r'`([^`]+)`', line))) for line in re.findall(r'^(?:\||- |\d\. ).*$', text, re.M)]
        for en, zh in zip(*map(code, GUIDES)):
            self.assertEqual(en, zh)


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
        types = set(re.findall(r'"(booking\.\w+)"', read('src/core/values/event_names.c')))
        guide = read('docs/api.md')
        begin = guide.index('| event | when | message |')
        table = guide[begin:guide.index('\n\n', begin)]
        told = re.findall(r'`((?:booking)?\.\w+)`', '\n'.join(line.split('|')[1] for line in table.split('\n') if line.startswith('|')))
        self.assertEqual({t if t.startswith('booking') else 'booking' + t for t in told}, types)

    def test_what_is_put_into_a_message_fits(self):
        guide = read('docs/api.md')
        for kind, most in (('thing', 20), ('phrase', 5)):
            samples = re.findall(rf'`{kind}` (?:"([^"]+)"|([\u4e00-\u9fff]+))', guide)
            self.assertGreaterEqual(len(samples), 2, kind)
            self.assertEqual([s for s in map(''.join, samples) if len(s) > most], [])

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
        self.assertEqual(rows["a batch's body"], f"{limit('GS_BATCH_BODY_MAX') // 1024} KB")
        self.assertEqual(rows['requests of a batch, each counted as one'], str(limit('GS_BATCH_MAX')))
        self.assertEqual(rows['events of a page, bookings of a page'], str(limit('GS_PAGE_MAX')))
        self.assertEqual(rows['`wait` of a long poll'], f"{limit('GS_EVENT_WAIT_MAX_S')} s")
        self.assertEqual(rows['one company'], f"{value('company_window_percent')} % of a window, {value('company_day')} places a day")

    def test_what_is_linked_is_there(self):
        for name in GUIDES:
            self.links(read(name))

    def links(self, guide):
        for target in re.findall(r'\]\(([^)]+)\)', guide):
            if target.startswith('#'):
                anchors = [re.sub(r'[^\w -]', '', h.lower()).replace(' ', '-') for h in re.findall(r'^#+ (.*)$', guide, re.M)]
                self.assertIn(target[1:], anchors)
            elif not target.startswith('https://'):
                self.assertTrue(os.path.exists(f'{SOURCE}/docs/{target}'), target)


if __name__ == '__main__':
    tap.main()
