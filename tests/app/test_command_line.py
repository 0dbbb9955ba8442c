"""The command line of gateslotd: what it takes, what it says of the rest, and with which status it ends."""
import os, re, subprocess, sys, tempfile, unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
sys.path.insert(0, os.path.join(ROOT, 'tests/api'))
import tap  # noqa: E402

DAEMON = os.path.join(os.environ['GATESLOT_BUILD'], 'src/app/gateslotd')
DRILL = ('--drill', '2026-11-18T07:00:00+08:00')


def run(*arguments, **env):
    p = subprocess.run([DAEMON, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, **env})
    return p.returncode, p.stdout, p.stderr


class CommandLine(unittest.TestCase):
    def config(self, text):
        f = tempfile.NamedTemporaryFile('w', suffix='.yaml', encoding='utf-8')
        self.addCleanup(f.close)
        f.write(text)
        f.flush()
        return f.name

    def test_version_and_help_are_printed_and_end_well(self):
        status, out, _ = run('--version')
        self.assertEqual(status, 0)
        self.assertRegex(out, r'^gateslotd \d+\.\d+\.\d+\n$')
        status, out, _ = run('--help')
        self.assertEqual(status, 0)
        self.assertIn('--check-config', out)

    def test_what_it_does_not_know_is_a_usage_error(self):
        for wrong, said in ((('--nothing',), 'nothing'), (('more',), 'unexpected argument: more'), (('--drill-speed', '2'), '--drill-speed goes with'),
                            (('--drill', 'tomorrow'), 'found: tomorrow'),
                            (('--restore', ''), '--restore wants a file'), (('--restore', 'a', '--accept-loss'), 'found also: --accept-loss'),
                            (('--check-config', '--restore', 'a'), 'found also: --check-config'),
                            (('--migrate',), "requires an argument"), (('--migrate', 'sqlite:a'), '--migrate wants two addresses, found only: sqlite:a'),
                            (('--migrate', 'sqlite:a', 'sqlite:b', 'c'), 'unexpected argument: c'),
                            (('--migrate', 'sqlite:a', 'sqlite:b', '--accept-loss'), '--migrate goes with no other option, found also: --accept-loss')):
            status, _, err = run(*wrong)
            self.assertEqual((wrong, status), (wrong, 2))
            self.assertIn(said, err)

    def test_a_speed_is_a_number_within_its_range(self):
        sample = os.path.join(ROOT, 'conf/gateslotd.yaml')
        for speed in ('', 'x', '2x', '-1', '1000001', '99999999999999999999'):
            status, _, err = run(*DRILL, '--drill-speed', speed, '--check-config', '--config', sample)
            self.assertEqual((speed, status), (speed, 2))
            self.assertIn('--drill-speed wants a number from 0 to 1000000', err)
        for speed in ('0', '1', '1000000'):
            status, out, err = run(*DRILL, '--drill-speed', speed, '--check-config', '--config', sample)
            self.assertEqual((speed, status), (speed, 0), out + err)

    def test_a_config_is_checked_with_every_problem_at_its_place(self):
        name = self.config('site: {name: x, timezone: Nowhere/City}\nbays: 3\n')
        status, out, _ = run('--check-config', '--config', name)
        self.assertEqual(status, 1)
        self.assertTrue(all(re.match(re.escape(name) + r':\d+:\d+: \S+: .', line) for line in out.splitlines()), out)
        self.assertGreaterEqual(len(out.splitlines()), 2)
        self.assertIn('bays', out)
        self.assertIn('timezone', out)

    def test_problems_are_told_in_the_language_of_the_locale(self):
        name = self.config('yard: {bay: 4}\n')
        for env, words in (({'LC_ALL': '', 'LC_MESSAGES': '', 'LANG': 'zh_CN.UTF-8'}, '没有这个键，是否指 bays？'), ({'LC_ALL': 'C', 'LANG': 'zh_CN.UTF-8'}, 'did you mean bays?')):
            status, out, _ = run('--check-config', '--config', name, **env)
            self.assertEqual(status, 1)
            self.assertIn(words, out)

    def test_a_store_in_postgresql_that_cannot_be_opened_is_told_in_one_line(self):
        # It would stand by until there is a server; but it cannot listen there, so it ends.
        name = self.config('store: "postgresql://gate@127.0.0.1:1/nothing"\nlisten: ["unix:/nowhere/s.sock"]\n')
        status, _, err = run('--config', name)
        self.assertEqual(status, 1)
        self.assertRegex(err, r'event=(store path|standing_by store)="?postgresql://gate@127\.0\.0\.1:1/nothing\S* (error|reason)="[^"]*(built without PostgreSQL|cannot be connected to)')
        status, _, err = run('--config', name, '--restore', '/nowhere/backup.db')
        self.assertEqual(status, 1)
        self.assertIn('gateslotd --migrate sqlite:/nowhere/backup.db postgresql://', err)

    def test_a_password_of_a_store_is_refused_and_never_repeated(self):
        for address in ('postgresql://gate:hush@h/d', 'postgresql://h/d?password=hush', 'postgres://gate:hush@h/d'):
            name = self.config(f'store: "{address}"\n')
            for more, lang in (((), 'C'), (('--check-config',), 'C'), (('--check-config',), 'zh_CN.UTF-8')):
                status, out, err = run('--config', name, *more, LC_ALL=lang)
                self.assertEqual(status, 1)
                self.assertIn('1:8: store: ', out + err)
                self.assertNotIn('hush', out + err)

    def test_a_config_that_is_not_there_is_a_problem_too(self):
        status, out, err = run('--check-config', '--config', '/nowhere/gateslotd.yaml')
        self.assertEqual(status, 1)
        self.assertIn('/nowhere/gateslotd.yaml', out + err)
        status, out, err = run('--config', '/nowhere/gateslotd.yaml')
        self.assertEqual(status, 1)
        self.assertIn('/nowhere/gateslotd.yaml', out + err)


if __name__ == '__main__':
    tap.main()
