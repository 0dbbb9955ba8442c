#!/bin/sh
# The core knows no clock, input, output, randomness, threads or floating point: its archive asks for nothing but gateslot's own functions, memory,
# strings, sorting and what compilers add by themselves.
# usage: undefined_symbols.sh ARCHIVE
set -eu
echo "1..1"
foreign=$(nm -u "$1" | sed -n 's/^ *U \([^@]*\).*$/\1/p' | sort -u | grep -Ev \
    -e '^gs_' -e '^(mem|str)[a-z]+$' -e '^(malloc|calloc|realloc|free|qsort)$' \
    -e '^__(mem|str)[a-z]+_chk$' -e '^__stack_chk_fail$' -e '^__assert_fail$' -e '^_GLOBAL_OFFSET_TABLE_$' \
    -e '^__(asan|ubsan|sanitizer|gcov|llvm|sancov)_' -e '^__start_' -e '^__stop_' || true)
if [ -n "$foreign" ]; then
    echo "not ok 1 - core_asks_for_nothing_impure"
    echo "$foreign" | sed 's/^/# /'
    exit 1
fi
echo "ok 1 - core_asks_for_nothing_impure"
