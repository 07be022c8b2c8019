#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Protocol code never reaches out: in a plain -O2 build every undefined symbol of models/ that models/ does not define itself
# stands on this list.
set -eu
allowed='^(mem(cpy|set|cmp|move|chr)|mip_alloc|mip_alloc_raw|mip_free|mip_assert_failed|nettle_[a-z0-9_]+|__gmpz_[a-z0-9_]+|_GLOBAL_OFFSET_TABLE_)$'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
if [ -n "${ROAM_QUICK:-}" ]; then
	cp "${BUILD:-build}/libmodels.a" "$dir/" # what has just been built, with whatever options
else
	make -s BUILD="$dir" CFLAGS=-O2 CC=gcc "$dir/libmodels.a" >"$dir/log" 2>&1 || { sed 's/^/# /' "$dir/log"; echo 'not ok 1 - models/ compile alone'; echo 1..1; exit 1; }
fi
nm -u "$dir/libmodels.a" | awk '$1=="U"{print $2}' | sort -u >"$dir/wanted"
nm --defined-only "$dir/libmodels.a" | awk 'NF==3{print $3}' | sort -u >"$dir/defined"
outside=$(comm -23 "$dir/wanted" "$dir/defined" | grep -Ev "$allowed" || true)
[ -z "$outside" ] && echo "ok 1 - models/ want nothing from outside but the list" || { echo "not ok 1 - models/ want nothing from outside but the list"; echo "$outside" | sed 's/^/# /'; }
# The check itself can fail: a symbol that is not on the list is seen.
printf 'clock_gettime\n' | grep -qEv "$allowed" && echo "ok 2 - a clock would be noticed" || echo "not ok 2 - a clock would be noticed"
echo 1..2
