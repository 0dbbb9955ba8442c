"""A backup that a kill ends leaves no file behind: the next start removes it, or the next backup, wherever it stood; and nothing else."""
import os, sys, threading, time, unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../api'))
import tap  # noqa: E402
from testsite import Site, request  # noqa: E402


class Left(unittest.TestCase):
    def killed_backup(self, site, path):
        """The moment is the machine's: it is tried until a kill leaves something."""
        for _ in range(60):
            t = threading.Thread(target=lambda: self.ask(site, path), daemon=True)
            t.start()
            deadline = time.monotonic() + 5
            while not os.path.exists(path + '.partial') and not os.path.exists(path) and time.monotonic() < deadline:
                pass
            site.kill()
            t.join()
            if os.path.exists(path + '.partial'):
                return True
            if os.path.exists(path):
                os.unlink(path)
            site.launch()
        return False

    def ask(self, site, path):
        try:
            site.post('/v1/backup', {'path': path})
        except OSError:
            pass

    def test_what_a_kill_leaves_is_removed_at_the_next_start(self):
        with Site() as site:
            for n in range(30):
                site.book(request(n + 1))
            os.mkdir(f'{site.dir}/elsewhere')
            for where in ('', 'elsewhere/'):
                path = f'{site.dir}/{where}copy.db'
                self.assertTrue(self.killed_backup(site, path))
                other = f'{site.dir}/{where}mine.db.partial'
                with open(other, 'w') as f:
                    f.write('not the daemon\'s')
                site.launch()
                self.assertFalse(os.path.exists(path + '.partial'))
                self.assertTrue(os.path.exists(other))
                self.assertFalse(os.path.exists(f'{site.dir}/gateslot.db.backup'))

    def test_another_file_under_that_name_stays(self):
        with Site() as site:
            for n in range(30):
                site.book(request(n + 1))
            path = f'{site.dir}/copy.db'
            self.assertTrue(self.killed_backup(site, path))
            os.rename(path + '.partial', path + '.kept')
            with open(path + '.partial', 'w') as f:
                f.write('another')
            site.launch()
            self.assertTrue(os.path.exists(path + '.partial'))
            self.assertTrue(os.path.exists(path + '.kept'))

    def test_a_note_that_says_anything_removes_nothing(self):
        with Site() as site:
            site.stop()
            victim = f'{site.dir}/victim'
            with open(victim, 'w') as f:
                f.write('dear')
            st = os.stat(victim)
            for note in ('', '\n', '1 2 /x', f'{st.st_dev} {st.st_ino + 1} {victim}\n', f'{st.st_dev} {st.st_ino} victim\n', 'x' * 10000, '9' * 40 + ' 1 /\n'):
                with open(f'{site.dir}/gateslot.db.backup', 'w') as f:
                    f.write(note)
                site.launch()
                site.stop()
                self.assertTrue(os.path.exists(victim), note)
            site.launch()


if __name__ == '__main__':
    tap.main()
