"""A copy of the source with its own build, for runs that break the code: the tree at hand stays as it is, and so do its programs. Shared by
the planted faults and the mutants."""
import ctypes, fcntl, filecmp, os, re, resource, shutil, signal, subprocess

SAID = (r'^not ok (?:\d+ - )?(\S+)', r'(Assertion.*failed)', r'^FAILED: (.*)', r'^# (?!reproduce)(\w.*: .*)')  # of a test: why it failed
LARGEST_FILE = 1 << 30  # what a broken program may fill the disk with
PR_SET_CHILD_SUBREAPER = 36


def run(argv, **kw):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', **kw)


def must(argv, **kw):
    p = run(argv, **kw)
    if p.returncode:
        raise SystemExit(f'{" ".join(argv)}\n{p.stdout[-4000:]}')
    return p.stdout


def adopt_orphans():
    """What a test leaves behind becomes a child of this process, to be ended by end_orphans."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans():
    while True:
        with open(f'/proc/self/task/{os.getpid()}/children') as f:
            left = [int(pid) for pid in f.read().split()]
        if not left:
            return
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def bounded():
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Tree:
    """The build is inside the copy: so the compiler is called as in any build of the house, and ccache knows most of it."""

    def __init__(self, source, work, options=()):
        self.source, self.build = f'{work}/tree', f'{work}/tree/build'
        os.makedirs(self.source, exist_ok=True)
        self.lock = open(f'{work}/lock', 'w', encoding='utf-8')
        fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # one run at a time breaks this copy
        names = must(['git', '-C', source, 'ls-files', '-z', '-co', '--exclude-standard']).split('\0')
        self.changed = self.follow(source, {n for n in names if n and os.path.isfile(f'{source}/{n}')})
        if not os.path.exists(f'{self.build}/build.ninja'):
            must(['meson', 'setup', self.build, self.source, *options])
        adopt_orphans()

    def follow(self, source, names):
        """Only what differs is copied, with the time of now: what an earlier run built with a fault in it is built again. Whether anything did."""
        changed = False
        for path, dirs, files in os.walk(self.source):
            if path == self.source and 'build' in dirs:
                dirs.remove('build')
            for name in (os.path.relpath(os.path.join(path, f), self.source) for f in files):
                if name not in names:
                    os.unlink(f'{self.source}/{name}')
                    changed = True
        for name in names:
            to = f'{self.source}/{name}'
            if not os.path.isfile(to) or not filecmp.cmp(f'{source}/{name}', to, shallow=False):
                os.makedirs(os.path.dirname(to), exist_ok=True)
                shutil.copy(f'{source}/{name}', to)
                changed = True
        return changed

    def ninja(self, *arguments):
        return run(['ninja', '-C', self.build, '-j2', *arguments], env=dict(os.environ, CCACHE_NOHASHDIR='1'))

    def make(self, targets):
        p = self.ninja(*sorted(targets))
        if p.returncode:
            raise SystemExit(p.stdout[-4000:])

    def test(self, argv, timeout_s, env={}, cwd=None):
        """None: passed; else what it says about its failure."""
        env = {**os.environ, 'GATESLOT_BUILD': self.build, 'PYTHONDONTWRITEBYTECODE': '1', **env}
        p = subprocess.Popen(argv, env=env, cwd=cwd or self.source, text=True, errors='replace', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=bounded)
        try:
            text, _ = p.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
            return f'not done in {timeout_s:.0f} s'
        finally:
            end_orphans()
        if p.returncode == 0:
            return None
        said = next(filter(None, (re.search(how, text, flags=re.M) for how in SAID)), None)
        return said[1][:70] if said else f'exit {p.returncode}'
