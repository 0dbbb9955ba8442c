#!/bin/sh
# chroot.sh DIRECTORY OLD.deb NEW.deb: plays life.sh in a Debian 12 made for it below DIRECTORY. As root; needs Debian's mirror. The base is made once
# and kept in DIRECTORY/base.tar.
set -eu
directory=$1 old=$2 new=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$directory/root
clear_root() {
    umount -l "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap clear_root EXIT
clear_root
mkdir -p "$root"
if [ ! -f "$directory/base.tar" ]; then
    debootstrap --variant=minbase bookworm "$root" >"$directory/debootstrap.log" 2>&1 || { tail -n 20 "$directory/debootstrap.log" >&2; exit 1; }
    tar -C "$root" -c -f "$directory/base.tar.part" .
    mv "$directory/base.tar.part" "$directory/base.tar"
else
    tar -C "$root" -x -f "$directory/base.tar"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # nothing is started here
chmod +x "$root/usr/sbin/policy-rc.d"
mkdir "$root/packages"
cp "$old" "$root/packages/old.deb"
cp "$new" "$root/packages/new.deb"
dpkg -c "$new" >"$root/packages/contents"
cp "$here/life.sh" "$here/../../debian/tests/book-a-truck" "$root/packages/"
mount -t proc proc "$root/proc"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root bash /packages/life.sh /packages/old.deb /packages/new.deb
