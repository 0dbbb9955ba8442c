"""docs/operations.md, command by command, on a machine of the test's: /etc, /var, /run and /root are directories of its own, and so are systemctl, which
starts the daemon and runs the backup's unit as they are built, and apt, which the package's own test stands for. Between the blocks happens what the page
says: another machine, a clock that leaps."""
import glob, mmap, os, re, shutil, signal, struct, subprocess, tempfile, unittest
import sessions
from testsite import BUILD, SOURCE, WRAP
import tap

PAGE = f'{SOURCE}/docs/operations.md'
PLACES = ('/var/lib/gateslot', '/etc/gateslot', '/run/gateslot', '/root')

# Words are the unit's as built. A socket unit has nothing to be done for: the daemon makes its own.
SYSTEMCTL = r'''#!/bin/bash
set -eu
command=$1
shift
[ "${1:-}" = --now ] && shift
name=gateslotd
place=$ROOT/run/gateslot
if [[ "${1:-}" == *gateslot*@* ]]; then
    name=${1#*@}
    name=${name%.*}
    place=$place/$name
    mkdir -p "$place" "$ROOT/var/lib/gateslot/$name"
fi
state=$ROOT/$name.pid
start() {
    [ -f $state ] && kill -0 "$(cat $state)" 2>/dev/null && return
    LD_PRELOAD=$SHIM GATESLOT_CLOCKS=$ROOT/clocks ASAN_OPTIONS=verify_asan_link_order=0 setsid $WRAPPER "$DAEMON" --config $ROOT/etc/gateslot/$name.yaml \
        2>>$ROOT/log >/dev/null </dev/null &
    echo $! >$state
    for _ in $(seq 600); do
        curl -s --unix-socket $place/gateslot.sock http://gateslot/livez >/dev/null && return
        kill -0 "$(cat $state)" 2>/dev/null || break
        sleep 0.05
    done
    tail -n 5 $ROOT/log
    exit 1
}
stop() {
    [ -f $state ] || return 0
    kill "$(cat $state)"
    while kill -0 "$(cat $state)" 2>/dev/null; do sleep 0.02; done
    rm $state
}
case "$command $*" in
'is-active gateslotd') [ -f $state ] && kill -0 "$(cat $state)" && echo active ;;
'restart gateslotd') stop; start ;;
'start gateslotd.service') start ;;
'stop gateslotd.socket gateslotd.service' | 'disable gateslotd.socket gateslotd.service gateslot-backup.timer') stop ;;
'start gateslot-backup.service') $(sed -n 's|^ExecStart=.*/bin/gateslot |gateslot |p' "$BUILD/systemd/gateslot-backup.service") >/dev/null ;;
'enable gateslotd@'* | 'start gateslotd@'*) start ;;
'stop gateslotd@'* | 'disable gateslotd@'*) stop ;;
'start gateslot-backup@'*) $(sed -n "s|^ExecStart=.*/bin/gateslot |gateslot |p" "$BUILD/systemd/gateslot-backup@.service" | sed "s|%i|$name|g; s|/run/gateslot|$ROOT&|") >/dev/null ;;
*) echo "systemctl: $command $*: not played"; exit 1 ;;
esac
'''
APT = '#!/bin/sh\n[ "$1" = install ] && [ -n "$2" ] && systemctl restart gateslotd && echo installed\n'
GATESLOTD = """#!/bin/sh
case "$*" in *--config\\ * | --migrate\\ *) exec $WRAPPER "$DAEMON" "$@" ;; esac
exec $WRAPPER "$DAEMON" --config $ROOT/etc/gateslot/gateslotd.yaml "$@"
"""


class Machine:
    def __init__(self):
        self.root = tempfile.mkdtemp(prefix='gsops', dir='/tmp')
        self.env = dict(os.environ, ROOT=self.root, DAEMON=os.path.abspath(f'{BUILD}/src/app/gateslotd'), BUILD=os.path.abspath(BUILD), WRAPPER=' '.join(WRAP),
                        SHIM=os.path.abspath(f'{BUILD}/tests/fire/clock_shim.so'), GATESLOT_URL=f'unix:{self.root}/run/gateslot/gateslot.sock',
                        LC_ALL='C.UTF-8', COLUMNS='200', PATH=f'{self.root}/bin:{os.path.abspath(BUILD)}/src/cli:' + os.environ['PATH'])
        for place in PLACES + ('/bin',):
            os.makedirs(self.root + place)
        for name, text in (('systemctl', SYSTEMCTL), ('apt', APT), ('gateslotd', GATESLOTD), ('chown', '#!/bin/sh\n'), ('timedatectl', '#!/bin/sh\necho wrong\n')):
            with open(f'{self.root}/bin/{name}', 'w') as f:
                f.write(text)
            os.chmod(f'{self.root}/bin/{name}', 0o755)
        with open(f'{SOURCE}/conf/gateslotd.yaml', encoding='utf-8') as f, open(f'{self.root}/etc/gateslot/gateslotd.yaml', 'w', encoding='utf-8') as out:
            out.write(re.sub(r'(?m)^  - "http://.*\n', '', self.here(f.read())))
        with open(f'{self.root}/clocks', 'wb') as f:
            f.write(bytes(4096))

    def here(self, text):
        text = re.sub('|'.join(re.escape(p) + r'\b' for p in PLACES), lambda m: self.root + m[0], text)
        return text.replace('tar -C / ', f'tar -C {self.root} ')

    def new_machine(self):
        for place in ('/var/lib/gateslot', '/etc/gateslot'):
            shutil.rmtree(self.root + place)
            os.makedirs(self.root + place)

    def clock_leaps(self):
        with open(f'{self.root}/clocks', 'r+b') as f, mmap.mmap(f.fileno(), 4096) as clocks:
            clocks[:8] = struct.pack('=q', 5 * 3600 * 1000)

    def close(self):
        for state in glob.glob(f'{self.root}/*.pid'):
            try:
                with open(state) as f:
                    os.kill(int(f.read()), signal.SIGTERM)
            except OSError:
                pass
        shutil.rmtree(self.root, ignore_errors=True)


class Operations(unittest.TestCase):
    def test_the_page_does_what_it_says(self):
        with open(PAGE, encoding='utf-8') as f:
            text = f.read()
        wanted = ['Install', 'Back up', 'Restore', 'Upgrade', 'Move to another machine', 'Rotate tokens', 'People who log in', 'Local users', 'Beyond this machine', 'Webhooks', 'TLS', 'Full disk', 'Wrong clock', 'Many sites']
        self.assertEqual(re.findall(r'(?m)^## (.*)$', text), wanted)
        blocks = re.findall(r'(?:<!-- play: ([a-z ]+) -->\n)?```console\n(.*?)```', text, re.S)
        self.assertGreaterEqual(len(blocks), len(wanted) - 2)  # TLS and webhooks are played by tests of their own
        machine = Machine()
        self.addCleanup(machine.close)
        for happens, block in blocks:
            if happens:
                getattr(machine, happens.replace(' ', '_'))()
            sessions.play(self, [machine.here(block)], machine.env, cwd=machine.root)


if __name__ == '__main__':
    tap.main()
