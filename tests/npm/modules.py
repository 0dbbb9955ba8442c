"""What the tests take from npm (package.json beside this, installed by ./dev): how it is run, and what is said where it is not there."""
import os, shutil, subprocess, unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.path.join(HERE, 'node_modules')
# Nothing is told to anybody about what runs here.
QUIET = {'REDOCLY_TELEMETRY': 'off', 'REDOCLY_SUPPRESS_UPDATE_NOTICE': 'true', 'NO_UPDATE_NOTIFIER': '1', 'NO_COLOR': '1'}


def needed(*packages):
    """Skips the test, and says so, where node or one of these packages is missing."""
    missing = [p for p in packages if not os.path.isdir(os.path.join(MODULES, p))] + ([] if shutil.which('node') else ['node'])
    if missing:
        raise unittest.SkipTest(f'NOT TESTED: {", ".join(missing)} is not there; ./dev test installs it where the registry of npm can be reached')


def node(*words, cwd=None, env=None, timeout=240):
    """Runs node with these words, the first a script; one of a package by its path in it."""
    script = words[0] if os.path.isabs(words[0]) else os.path.join(MODULES, words[0])
    return subprocess.run(['node', script, *words[1:]], cwd=cwd, capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, **QUIET, 'NODE_PATH': MODULES, **(env or {})})
