"""The description of the API (docs/openapi.json): it is whole, and redocly finds nothing to say of it. That answers are as it says, every test looks
at that asks a daemon (described.py)."""
import json, os, shutil, sys, tempfile, unittest
from testsite import SOURCE, Site, free_port
import tap

sys.path.insert(0, f'{SOURCE}/tests/npm')
sys.path.insert(0, f'{SOURCE}/docs')
import modules  # noqa: E402
from openapi import completed  # noqa: E402

DESCRIPTION = f'{SOURCE}/docs/openapi.json'


class Whole(unittest.TestCase):
    def test_what_follows_from_the_rest_is_written(self):
        with open(DESCRIPTION, encoding='utf-8') as f:
            text = f.read()
        self.assertEqual(completed(text), text, 'run python3 docs/openapi.py')


class Lint(unittest.TestCase):
    def test_every_rule_that_redocly_recommends(self):
        modules.needed('@redocly/cli')
        p = modules.node('@redocly/cli/bin/cli.js', 'lint', '--config', f'{SOURCE}/tests/npm/redocly.yaml', '--format', 'json', '--max-problems', '1000',
                         DESCRIPTION)
        found = json.loads(p.stdout)
        self.assertEqual([f'{f["severity"]} {f["ruleId"]}: {f["message"]} at {f["location"][0].get("pointer")}' for f in found['problems']], [], p.stderr)
        self.assertEqual(found['totals'], {'errors': 0, 'warnings': 0, 'ignored': 0})


class Client(unittest.TestCase):
    def test_one_made_from_it_books_follows_the_feed_and_cancels(self):
        modules.needed('openapi-typescript', 'openapi-fetch', 'typescript', '@types/node')
        where = tempfile.mkdtemp(prefix='gsclient', dir='/tmp')
        self.addCleanup(shutil.rmtree, where, True)
        os.symlink(modules.MODULES, f'{where}/node_modules')
        for name in ('client.ts', 'tsconfig.json'):
            shutil.copy(f'{SOURCE}/tests/npm/{name}', where)
        with open(f'{where}/package.json', 'w') as f:
            f.write('{"type": "module"}')
        self.run_node('openapi-typescript/bin/cli.js', DESCRIPTION, '--output', f'{where}/api.d.ts', cwd=where)
        self.run_node('typescript/bin/tsc', '--project', where, cwd=where)
        port = free_port()
        with Site(listen=f'http://127.0.0.1:{port}') as site:
            token = site.post('/v1/tokens', {'name': 'mini', 'role': 'backend'}).json['token']
            said = json.loads(self.run_node(f'{where}/client.js', f'http://127.0.0.1:{port}', token, cwd=where))
            self.assertEqual(said, {'booked': 'booked', 'same': True, 'refused': 'duplicate_plate', 'in_the_way': said['id'], 'cancelled': 'cancelled', 'id': said['id'],
                                    'events': ['booking.booked order-4711 booked', 'booking.cancelled order-4711 cancelled']})
            self.assertEqual([b['status'] for b in site.bookings()], ['cancelled'])

    def run_node(self, *words, cwd):
        p = modules.node(*words, cwd=cwd)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return p.stdout


if __name__ == '__main__':
    tap.main()
