"""docs/postgresql.md, command by command: a server with a standby, and two machines of the test's, each with a daemon."""
import os, re, unittest
import cluster
import failover
import sessions
import tap
from test_operations import Machine
from test_two_daemons import LACKING
from testsite import SOURCE

HOSTS = '192.168.7.21,192.168.7.22'


class Page(unittest.TestCase):
    def test_the_monitors_settings_are_those_that_are_tried(self):
        with open(f'{SOURCE}/docs/postgresql.md', encoding='utf-8') as f:
            said = dict(re.findall(r"^(pgautofailover\.\w+) = '(.*)'$", f.read(), re.M))
        self.assertEqual(said, {name: str(value) for name, value in failover.MONITOR_SETTINGS.items()})

    @unittest.skipIf(LACKING, LACKING)
    def test_the_page_does_what_it_says(self):
        with open(f'{SOURCE}/docs/postgresql.md', encoding='utf-8') as f:
            blocks = re.findall(r'<!-- play: (\S+) -->\n```console\n(.*?)```', f.read(), re.S)
        self.assertGreaterEqual({where for where, _ in blocks}, {'server', 'gate-a', 'gate-b', 'north'})
        folder = cluster.Folder()
        self.addCleanup(folder.close)
        server = cluster.Server(folder).create()
        server.standby()
        server.sql(f'DROP ROLE {cluster.ROLE}')
        machines = {name: Machine() for name in ('gate-a', 'gate-b', 'north', 'server')}
        for machine in machines.values():
            self.addCleanup(machine.close)
            machine.env['PATH'] += f':{cluster.BIN}'
        with open(f"{machines['server'].root}/bin/runuser", 'w') as f:
            f.write(f'#!/bin/sh\nshift 3\nPGHOST=127.0.0.1 PGPORT={server.port} PGUSER=postgres exec "$@"\n')
        os.chmod(f.name, 0o755)
        # A site of a file, at work until it moves.
        sessions.play(self, ['# systemctl restart gateslotd\n# gateslot token create desk --role gate\n…\n'], machines['north'].env, cwd=machines['north'].root)
        for where, block in blocks:
            machine = machines[where]
            sessions.play(self, [machine.here(block.replace(HOSTS, f'127.0.0.1:{server.port}'))], machine.env, cwd=machine.root)


if __name__ == '__main__':
    tap.main()
