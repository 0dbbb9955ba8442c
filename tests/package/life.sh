#!/bin/bash
# The life of the package, from inside a fresh Debian: install, book, upgrade, back up, restore, remove, purge. Nothing of systemd runs here: the
# daemon is started as its unit would start it. Arguments: the package of before and the one to be tested.
set -euo pipefail
old=$1 new=$2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 GATESLOT_URL=unix:/run/gateslot/gateslot.sock
truck=(--window morning --uscc 91350100M000100Y43 --company 某贸易公司 --driver 王师傅 --phone 13800138000)
config=/etc/gateslot/gateslotd.yaml
daemon=
trap '[ -z "$daemon" ] || kill $daemon 2>/dev/null || true' EXIT
seconds() { date +%s%N; }
began=$(seconds)
step() {
    local now
    now=$(seconds)
    printf '%6.1f s  %s\n' "$(((now - began) / 100000000))e-1" "$*"
}
fail() {
    echo "FAILED: $*" >&2
    [ ! -f /tmp/log ] || tail -n 20 /tmp/log >&2
    exit 1
}
quietly() { "$@" >/tmp/out 2>&1 || { cat /tmp/out >&2; fail "$*"; }; }
as_service() { setpriv --reuid gateslot --regid gateslot --clear-groups "$@"; }

start() {
    as_service gateslotd --check-config --config $config
    setpriv --reuid gateslot --regid gateslot --clear-groups gateslotd --config $config >/tmp/log 2>&1 </dev/null &
    daemon=$!
    for _ in $(seq 200); do
        gateslot slots >/dev/null 2>&1 && return 0
        kill -0 $daemon 2>/dev/null || fail "the daemon does not start"
        sleep 0.05
    done
    fail "the daemon is not ready"
}
stop() {
    kill $daemon
    wait $daemon || fail "the daemon ended badly"
    daemon=
}
book() { gateslot book --date tomorrow --plate "$1" --container "$2" "${truck[@]}" >/dev/null; }
booked() { gateslot --json list tomorrow | grep -o '"plate":"[^"]*"' | sort -u | wc -l; }
expect() { [ "$2" = "$3" ] || fail "$1: $2, not $3"; }

# Everything but what apt and dpkg keep of their own.
picture() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /packages -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache \
        -o -path /var/log -o -path /run \) -prune -o -printf '%p\n' | sort
}

# From here on the package finds a service manager: one that only notes what it is told. Files of its own, which are gone before the picture is taken.
manager_begins() {
    mkdir -p /run/systemd/system
    printf '#!/bin/sh\necho "$*" >>/tmp/told\n' >/usr/bin/systemctl
    chmod +x /usr/bin/systemctl
    mv /usr/sbin/policy-rc.d /tmp/policy-rc.d
    : >/tmp/told
}
manager_ends() {
    rm -r /run/systemd/system /usr/bin/systemctl
    mv /tmp/policy-rc.d /usr/sbin/policy-rc.d
}
# The last of its orders that has both words; nothing: there is none.
order() { grep -n -- "$1.*$2" /tmp/told | tail -n 1; }

quietly apt-get update
# What the package needs, before the picture: it stays when the package goes.
quietly apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold systemd-standalone-sysusers systemd-standalone-tmpfiles
quietly apt-get install -y --no-install-recommends "$old"
quietly apt-get purge -y gateslot
# User and group stay, as Debian's do.
picture >/tmp/before
step "what it needs is here"

quietly apt-get install -y --no-install-recommends "$old"
step "installed $(dpkg-query -W -f '${Version}' gateslot)"
for unit in gateslotd.service gateslotd.socket gateslot-backup.timer; do
    find /etc/systemd/system -name $unit | grep -q . || fail "$unit is not enabled"
done
expect "whose the store's directory is" "$(stat -c %U:%a /var/lib/gateslot)" gateslot:700
# The site's opening hour is not the test's: a new day may be booked from midnight on. The port may be somebody's on this machine.
sed -i -e '/^  - "http:/d' -e 's/opens_at: "08:00"/opens_at: "00:00"/; s/^  name: .*/  name: 编辑过的监管中心/' $config
cp $config /tmp/edited
start
book 浙D00001 CSQU3054383
book 浙D00002 MSKU0000011
expect "booked" "$(booked)" 2
stop
step "two trucks booked by that version"

[ ! -e /usr/bin/systemctl ] || fail "there is a service manager here"
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s /lib/systemd/system/gateslotd@.service /etc/systemd/system/multi-user.target.wants/gateslotd@east.service
manager_begins
quietly apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$new"
manager_ends
for unit in gateslotd.service 'gateslotd@\*.service'; do
    [ -n "$(order restart "$unit")" ] || { cat /tmp/told >&2; fail "an upgrade does not restart $unit"; }
done
[ -n "$(order try-restart 'gateslotd@\*.service')" ] || fail "an upgrade starts sites that did not run"
[ "$(order daemon-reload '' | cut -d: -f1)" -lt "$(order try-restart 'gateslotd@' | cut -d: -f1)" ] || fail "sites are restarted by their units of before"
step "upgraded to $(dpkg-query -W -f '${Version}' gateslot)"
cmp -s $config /tmp/edited || fail "the edited configuration was changed"
start
expect "booked after the upgrade" "$(booked)" 2
book 浙D00003 TCNU0000011
quietly gateslot audit verify
quietly gateslot backup --keep 3
backup=$(sed -n 's/^backup written to //p' /tmp/out)
book 浙D00004 HLXU0000018
expect "booked after the backup" "$(booked)" 4
as_service gateslotd --config $config --restore "$backup" >/tmp/out 2>&1 && fail "restored under a daemon"
grep -q 'is in use' /tmp/out || fail "what is said of a daemon that runs"
stop
step "a third truck booked, backed up, a fourth booked"

quietly gateslotd --config $config --restore "$backup"
kept=$(sed -n 's/.* kept=\([^ ]*\) .*/\1/p' /tmp/out)
[ -f "$kept" ] || fail "what was replaced is not kept"
expect "whose the restored store is" "$(stat -c %U:%a /var/lib/gateslot/gateslot.db)" gateslot:640
start
expect "booked after the restore" "$(booked)" 3
quietly gateslot audit verify
stop
step "restored: three trucks"

sh /packages/book-a-truck >/tmp/out 2>&1 || { cat /tmp/out >&2; fail "book-a-truck"; }
step "the package's own test books a truck"

# Every link of the README, and every manual page and completion, is there.
cd /usr/share/doc/gateslot
grep -o '](\([^)#]*\)' README.md | cut -c3- | grep -v '^http' >/tmp/links
while read -r link; do
    [ -e "$link" ] || fail "README.md leads to $link, which is not installed"
done </tmp/links
for file in /usr/share/man/man1/gateslot.1.gz /usr/share/man/man8/gateslotd.8.gz /usr/share/man/man5/gateslotd.yaml.5.gz \
    /usr/share/bash-completion/completions/gateslot changelog.gz changelog.Debian.gz copyright; do
    grep -q "$file" /packages/contents || fail "$file is not in the package"
done
cd /
step "README's links, manual pages, completion, changelogs"

manager_begins
quietly apt-get remove -y gateslot
manager_ends
[ -n "$(order stop 'gateslotd@\*.service')" ] || { cat /tmp/told >&2; fail "removing leaves sites running"; }
[ -n "$(order stop 'gateslotd.service')" ] || { cat /tmp/told >&2; fail "removing leaves the daemon running"; }
cmp -s $config /tmp/edited || fail "removing took the configuration"
[ -f /var/lib/gateslot/gateslot.db ] || fail "removing took the store"
[ ! -e /usr/bin/gateslot ] || fail "the client is still there"
quietly apt-get install -y --no-install-recommends "$new"
start
expect "booked after removing and installing again" "$(booked)" 3
stop
step "removed and installed again: configuration and bookings are there"

quietly apt-get purge -y gateslot
picture >/tmp/after
diff /tmp/before /tmp/after >/tmp/left || { cat /tmp/left >&2; fail "purging leaves something, or took something"; }
step "purged: nothing is left"
