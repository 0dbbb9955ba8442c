"""A site made to be killed: started without delay, its log kept by generation, and by it told what the daemon was at when it died."""
import os, shutil, signal, subprocess, tempfile, time
import wire  # noqa: F401  (finds tests/api)
from testsite import DAEMON, Site

TODAY, TOMORROW = '2026-11-25', '2026-11-26'
WINDOWS = """windows: {{all: {{start: "00:00", end: "12:00", capacity: {all}}}, few: {{start: "12:00", end: "24:00", capacity: {few}}}}}
slots: {{minutes: 60}}
booking: {{cutoff_minutes: 0, early_grace_minutes: 1440, late_grace_minutes: 1440, lock_minutes: 0}}
limits: {{requests_per_second: 0, refusals_per_second: 0, address_requests_per_second: 0, address_refusals_per_second: 0}}
"""
FEW = (12, 7)  # the two capacities between which reloads alternate


class BurningSite(Site):
    """Its clock stands still at the first minute of a day on which every gate step may be taken at once."""

    def __init__(self, extra=None, where=None, prefix=()):
        self.prefix, self.generation = list(prefix), 0
        self.log_dir = tempfile.mkdtemp(prefix='gslog', dir='/tmp')  # not on the disk that may be full
        super().__init__(start=f'{TODAY}T00:00:00+08:00', bays=10000, where=where,
                         extra=WINDOWS.format(all=9600, few=FEW[0]) if extra is None else extra)

    def launch(self, wait=True):
        self.generation += 1
        argv = self.prefix + [DAEMON, '--config', f'{self.dir}/gateslotd.yaml', '--drill', self.start_at, '--drill-speed', '0']
        self.log = open(f'{self.log_dir}/log', 'w')
        self.process = subprocess.Popen(argv, stderr=self.log, stdout=self.log)  # no preexec_fn: it costs a fork of this process
        self.launched = time.monotonic()
        if wait:
            self.wait_event('ready')

    def read_log(self):
        with open(f'{self.log_dir}/log') as f:
            return f.read()

    def close(self):
        try:
            super().close()
        finally:
            shutil.rmtree(self.log_dir, ignore_errors=True)

    def logged(self, event):
        return f'event={event} ' in self.read_log()

    def wait_event(self, event, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.logged(event):
            code = self.process.poll()
            if code is not None:
                raise AssertionError(f'the daemon ended by itself with {code}:\n{self.read_log()[-3000:]}')
            if time.monotonic() > deadline:
                raise AssertionError(f'no event={event} in {seconds} s:\n{self.read_log()[-3000:]}')
            time.sleep(0.002)

    def kill(self):
        """Returns what the daemon had got to: nothing, loaded, ready."""
        code = self.process.poll()
        if code is not None:
            raise AssertionError(f'the daemon ended by itself with {code}:\n{self.read_log()[-3000:]}')
        super().kill()
        text = self.read_log()
        return 'ready' if 'event=ready ' in text else 'loaded' if 'event=loaded ' in text else 'nothing'

    def alternate_config(self):
        now = FEW[self.values['extra'] == WINDOWS.format(all=9600, few=FEW[0])]
        self.write_config(extra=WINDOWS.format(all=9600, few=now))
        os.kill(self.process.pid, signal.SIGHUP)
