#!/bin/sh
# No operation of the store's own escapes the faults: whatever its archive asks the system for is led to the disk of the tests, or is none
# that touches a disk.
# usage: own_calls.sh ARCHIVE CALL…   the calls that are led there
set -eu
archive=$1
shift
echo "1..1"
led=$(printf '^%s$\n' "$@")
# What stores in PostgreSQL touches no disk: the server does.
escaped=$(nm -u "$archive" | awk '/:$/ { elsewhere = /(^|\/)postgres_[^\/]*:$/ } !elsewhere' | sed -n 's/^ *U \([^@]*\).*$/\1/p' | sort -u | grep -Ev \
    -e '^(gs|sqlite3|EVP|SHA256|pthread)_' -e '^_*(mem|str|v?snprintf)[a-z_]*$' -e '^(malloc|calloc|realloc|free|atoi|dirname|qsort)$' -e '^__popcount[ds]i2$' \
    -e '^__(xpg_basename|errno_location|assert_fail|stack_chk_fail)$' -e '^_GLOBAL_OFFSET_TABLE_$' \
    -e '^(clock_gettime|eventfd|read|write|sigfillset)$' -e '^__(asan|ubsan|sanitizer|gcov|llvm|sancov)_' -e '^__start_' -e '^__stop_' \
    -e "$led" || true)
if [ -n "$escaped" ]; then
    echo "not ok 1 - no_operation_of_the_store_escapes_the_faults"
    echo "$escaped" | sed 's/^/# /'
    exit 1
fi
echo "ok 1 - no_operation_of_the_store_escapes_the_faults"
