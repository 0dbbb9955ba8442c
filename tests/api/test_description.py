"""The description of the API (docs/openapi.json) as others read it: redocly finds nothing to say of it."""
import json, os, sys, unittest
from testsite import SOURCE
import tap

sys.path.insert(0, f'{SOURCE}/tests/npm')
import modules  # noqa: E402

DESCRIPTION = f'{SOURCE}/docs/openapi.json'


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
