"""The description of the API (docs/openapi.json): it is whole, and redocly finds nothing to say of it. That answers are as it says, every test looks
at that asks a daemon (described.py)."""
import json, os, sys, unittest
from testsite import SOURCE
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


if __name__ == '__main__':
    tap.main()
