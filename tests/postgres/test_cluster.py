"""The throw-away clusters themselves: they are there in seconds, a standby has what was committed, and nothing of them is left, also when
whoever started them is killed."""
import glob, os, signal, subprocess, sys, time, unittest
import cluster
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
LACKING = cluster.missing()


def gone(folder):
    deadline = time.monotonic() + 20
    while os.path.exists(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@unittest.skipIf(LACKING, LACKING)
class Clusters(unittest.TestCase):
    def test_a_commit_is_on_the_standby_that_is_promoted(self):
        with cluster.Folder() as folder, cluster.Server(folder).create() as a:
            with a.standby() as b:
                a.sql('CREATE TABLE t (n int)', 'INSERT INTO t VALUES (7)')
                a.kill()
                b.promote()
                self.assertEqual(b.sql('SELECT n FROM t'), '7')

    def test_a_commit_waits_for_a_standby_that_is_frozen(self):
        with cluster.Folder() as folder, cluster.Server(folder).create() as a, a.standby() as b:
            a.sql('CREATE TABLE t (n int)')
            b.freeze()
            p = subprocess.Popen([*a.argv(), '-c', 'INSERT INTO t VALUES (1)'], cwd='/', stderr=subprocess.PIPE, text=True)
            a.wait_for(lambda: a.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == '1', 'a commit waits')
            self.assertIsNone(p.poll())
            a.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            _, said = p.communicate()
            self.assertEqual((p.returncode, 'canceling wait for synchronous replication' in said), (0, True), said)
            b.thaw()

    def test_frozen_and_killed_servers_come_back(self):
        with cluster.Folder() as folder, cluster.Server(folder).create() as a:
            a.sql('CREATE TABLE t (n int)', 'INSERT INTO t VALUES (7)')
            a.freeze()
            with self.assertRaises(subprocess.TimeoutExpired):
                subprocess.run([*a.argv(), '-c', 'SELECT 1'], cwd='/', timeout=0.3)
            a.thaw()
            self.assertEqual(a.sql('SELECT n FROM t'), '7')
            a.kill()
            a.start()
            self.assertEqual(a.sql('SELECT n FROM t'), '7')

    def test_nothing_is_left_of_one_whose_starter_is_killed(self):
        says = 'import cluster, os\nf = cluster.Folder(); s = cluster.Server(f).create(); s.standby()\nprint(f.path, flush=True)\nos.read(0, 1)'
        p = subprocess.Popen([sys.executable, '-c', says], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        folder = p.stdout.readline().strip()
        self.assertTrue(glob.glob(f'{folder}/*/postmaster.pid'))
        p.send_signal(signal.SIGKILL)
        p.communicate()
        self.assertTrue(gone(folder), folder)
        self.assertEqual([d for d in map(str, cluster.processes_in(f'{folder}/a'))], [])

    def test_a_command_finds_its_cluster_and_its_status_is_handed_on(self):
        says = f'{cluster.BIN}/psql -qAtX "$GATESLOT_POSTGRES"postgres -c "SELECT 40 + 2"; exit 3'
        p = subprocess.run([f'{HERE}/with_cluster.py', 'sh', '-c', says], capture_output=True, text=True)
        self.assertEqual((p.returncode, p.stdout.strip()), (3, '42'), p.stderr)


if __name__ == '__main__':
    tap.main()
