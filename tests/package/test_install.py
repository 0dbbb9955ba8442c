"""What meson install does: a configuration that is there stays as it is, one that is missing is made, the sample always stands in the examples; and
the links of the README lead somewhere in what is installed."""
import os, re, subprocess, sys, tempfile, unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
sys.path.insert(0, os.path.join(ROOT, 'tests/api'))
import tap  # noqa: E402

BUILD = os.environ['GATESLOT_BUILD']
SCRIPT, SAMPLE = os.path.join(ROOT, 'conf/install-config.sh'), os.path.join(ROOT, 'conf/gateslotd.yaml')


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


class Install(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix='gsinstall')
        self.addCleanup(self.place.cleanup)

    def script(self, **env):
        return subprocess.run([SCRIPT, SAMPLE, '/etc/gateslot'], capture_output=True, text=True, check=True, env=dict(os.environ, **env)).stdout

    def test_a_configuration_is_made_where_there_is_none_and_never_overwritten(self):
        d = self.place.name
        target = f'{d}/etc/gateslot/gateslotd.yaml'
        self.script(DESTDIR=d, MESON_INSTALL_DRY_RUN='1')
        self.assertFalse(os.path.exists(target))
        self.script(DESTDIR=d)
        self.assertEqual(read(target), read(SAMPLE))
        self.assertEqual(os.stat(target).st_mode & 0o777, 0o644)
        for edited in ('site: {name: 我们的}\n', ''):
            with open(target, 'w', encoding='utf-8') as f:
                f.write(edited)
            self.assertIn('Keeping', self.script(DESTDIR=d))
            self.assertEqual(read(target), edited)
        os.unlink(target)
        os.symlink('/nowhere/site.yaml', target)  # kept elsewhere, and not mounted just now
        self.script(DESTDIR=d)
        self.assertEqual(os.readlink(target), '/nowhere/site.yaml')

    def test_an_installation_over_another_keeps_the_configuration(self):
        d = self.place.name

        def install():
            p = subprocess.run(['meson', 'install', '--no-rebuild', '-C', BUILD, '--destdir', d], capture_output=True, text=True)
            self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

        def found(name):
            [path] = [os.path.join(where, name) for where, _, names in os.walk(d) if name in names and 'examples' not in where]
            return path
        install()
        config = found('gateslotd.yaml')
        with open(config, 'a', encoding='utf-8') as f:
            f.write('# edited\n')
        install()
        self.assertTrue(read(config).endswith('# edited\n'))
        [doc] = [where for where, _, names in os.walk(d) if where.endswith('/doc/gateslot')]
        self.assertEqual(read(f'{doc}/examples/gateslotd.yaml'), read(SAMPLE))
        links = [l for l in re.findall(r'\]\(([^)#]+)', read(f'{doc}/README.md')) if '://' not in l]
        self.assertGreater(len(links), 5)
        for link in links:
            self.assertTrue(os.path.exists(f'{doc}/{link}'), link)
        self.assertEqual([n for _, _, names in os.walk(d) for n in names if 'test' in n], [])


if __name__ == '__main__':
    tap.main()
