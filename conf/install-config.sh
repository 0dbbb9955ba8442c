#!/bin/sh
# install-config.sh SAMPLE DIRECTORY: installs the sample as the configuration where there is none. One that is there was edited by somebody
# or is to be, and stays as it is; the sample always stands in the examples.
set -eu
target=${DESTDIR:-}$2/$(basename "$1")
if [ -e "$target" ] || [ -L "$target" ]; then
    echo "Keeping $target as it is"
else
    echo "Installing $1 to ${target%/*}"
    if [ -z "${MESON_INSTALL_DRY_RUN:-}" ]; then
        mkdir -p "${target%/*}"
        install -m 644 "$1" "$target"
    fi
fi
