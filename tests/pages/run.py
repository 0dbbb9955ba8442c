"""Runs one test of the pages in node: run.py SCRIPT [TEST]. It is skipped, and says so, where node, its packages or the browser are not there."""
import os, shutil, sys, unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../npm'))
import modules  # noqa: E402

try:
    modules.needed('playwright-core', 'axe-core')
    if not os.path.exists(os.environ.get('GATESLOT_CHROMIUM', '/usr/bin/chromium-headless-shell')):
        raise unittest.SkipTest('NOT TESTED: there is no Chromium; ./dev test installs it')
except unittest.SkipTest as why:
    print(f'1..0 # SKIP {why}')
    sys.exit(0)
os.chdir(HERE)
os.execv(shutil.which('node'), ['node', *sys.argv[1:]])
