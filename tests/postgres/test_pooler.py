"""Behind a pooler a session is not the store's own: what was set and prepared in it may be somebody else's by the next batch. So it is refused,
whichever way it lends its sessions out.

Usage: test_pooler.py PG_STORE_TEST: what connects as the store does."""
import os, subprocess, sys, unittest
import cluster
import tap

PROGRAM = sys.argv.pop(1)
LACKING = cluster.missing('pgbouncer')


@unittest.skipIf(LACKING, LACKING)
class Poolers(unittest.TestCase):
    def connects(self, mode):
        with cluster.Folder() as folder, cluster.Server(folder).create() as server:
            port, place = cluster.free_port(), f'{folder.path}/pooler'
            os.mkdir(place)
            with open(f'{place}/users', 'w') as f:
                f.write('"postgres" ""\n')
            with open(f'{place}/ini', 'w') as f:
                f.write(f'[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n'
                        f'auth_type = trust\nauth_file = {place}/users\npool_mode = {mode}\nlogfile = {place}/log\n')
            if cluster.OWNER:
                for name in ('', '/users', '/ini'):
                    os.chown(place + name, cluster.OWNER.pw_uid, cluster.OWNER.pw_gid)
            pooler = subprocess.Popen(['/usr/sbin/pgbouncer', f'{place}/ini'], cwd=place, stderr=subprocess.DEVNULL, **cluster.AS_OWNER)
            try:
                url = f'postgresql://postgres@127.0.0.1:{port}/'
                server.wait_for(lambda: subprocess.run([f'{cluster.BIN}/psql', '-qAtX', f'{url}postgres', '-c', 'SELECT 1'], capture_output=True).returncode == 0, 'the pooler answers')
                return subprocess.run([PROGRAM], env=dict(os.environ, GATESLOT_POSTGRES=url), capture_output=True, text=True)
            finally:
                pooler.kill()
                pooler.wait()

    def test_a_pooler_is_refused_in_each_of_its_modes(self):
        for mode in ('transaction', 'session'):
            p = self.connects(mode)
            self.assertIn('is behind a pooler, such as pgbouncer', p.stdout + p.stderr, mode)


if __name__ == '__main__':
    tap.main()
