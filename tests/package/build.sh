#!/bin/sh
# build.sh COMMIT DIRECTORY: the Debian package of a commit, with its source, into DIRECTORY. The version is the changelog's, with the number of
# the commit behind a tilde: each commit's package upgrades the one before, and the released version upgrades them all.
set -eu
commit=$1
directory=$2
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --prefix=tree/ "$commit" | tar -x -C "$work"
cd "$work"
released=$(sed -n '1s/^gateslot (\([^-]*\)-.*/\1/p' tree/debian/changelog)
version=$released~$(git -C "$OLDPWD" rev-list --count "$commit")
mv tree "gateslot-$version"
tar -c --exclude "gateslot-$version/debian" --sort=name --mtime="@$(git -C "$OLDPWD" log -1 --format=%ct "$commit")" --owner=0 --group=0 --numeric-owner \
    -J -f "gateslot_$version.orig.tar.xz" "gateslot-$version"
cd "gateslot-$version"
sed -i "1s/($released-/($version-/" debian/changelog
dpkg-buildpackage -us -uc >"$directory/build.log" 2>&1 || { tail -n 60 "$directory/build.log" >&2; exit 1; }
cd ..
rm -f "$directory"/gateslot_* "$directory"/gateslot-dbgsym_*
mv gateslot_* gateslot-dbgsym_* "$directory"/
