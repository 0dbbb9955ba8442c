#!/usr/bin/env python3
"""A command with a throw-away PostgreSQL beside it: GATESLOT_POSTGRES is its address, as a superuser, with an empty database name to be
filled in, and GATESLOT_STORE=postgres tells the tests of the daemon to keep their sites there. Where PostgreSQL is not installed the command is
not run, and the status is 77, by which meson knows a test that was skipped.

Usage: with_cluster.py [--standby] COMMAND…"""
import os, re, signal, subprocess, sys
import cluster


def main():
    args = sys.argv[1:]
    standby = args[:1] == ['--standby']
    command = args[1:] if standby else args
    if not command:
        raise SystemExit(__doc__)
    if lacking := cluster.missing():
        print(lacking, file=sys.stderr)
        return 77
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster.Folder() as folder:
        server = cluster.Server(folder).create()
        if standby:
            server.standby()
        env = dict(os.environ, GATESLOT_STORE='postgres', GATESLOT_POSTGRES=server.url('', 'postgres'))
        child = subprocess.Popen(command, env=env, preexec_fn=cluster.end_with_parent, stdout=subprocess.PIPE)
        skipped = failed = 0
        for line in child.stdout:
            # cmocka says of a test that was skipped that it is not ok, and counts it.
            if re.match(rb'not ok \d+ # SKIP', line):
                line, skipped = line[4:], skipped + 1
            failed += line.startswith(b'not ok')
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        code = child.wait()
        code = 0 if code == skipped and failed == 0 else code
        return code if code >= 0 else 128 - code


if __name__ == '__main__':
    sys.exit(main())
