#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same seed gives the same digest: twice in a row, with gcc -O0, gcc -O3 and clang. (One worker against two: study.t.)
set -eu
roam=${ROAM:-build/roam}
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
n=0; bad=0
digests() { # one line per smoke scenario
	for s in scenarios/smoke/*.yaml; do
		"$1" run "$s" --seed 7 --json -o "$dir/$2.db" --force 2>/dev/null | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p' | sed "s|^|$s |"
	done
}
same() { # name file
	n=$((n + 1))
	if cmp -s "$dir/first" "$2"; then echo "ok $n - $1"; else echo "not ok $n - $1"; diff "$dir/first" "$2" | sed 's/^/# /' || true; bad=1; fi
}
digests "$roam" a >"$dir/first"
n=$((n + 1))
if [ "$(wc -l <"$dir/first")" = "$(ls scenarios/smoke/*.yaml | wc -l)" ] && [ "$(awk '{print $2}' "$dir/first" | sort -u | wc -l)" -gt 3 ]; then
	echo "ok $n - every smoke scenario has a digest, and they differ"; else echo "not ok $n - every smoke scenario has a digest, and they differ"; sed 's/^/# /' "$dir/first"; bad=1; fi
digests "$roam" b >"$dir/again"; same "twice in a row" "$dir/again"
n=$((n + 1))
if [ -f tests/golden/digests ] && cmp -s "$dir/first" tests/golden/digests; then echo "ok $n - as in tests/golden/digests"; else
	echo "not ok $n - as in tests/golden/digests"; diff tests/golden/digests "$dir/first" | sed 's/^/# /' || true; bad=1; fi
if [ -z "${ROAM_SANITIZED:-}${ROAM_QUICK:-}" ]; then
	for build in "gcc -O0" "gcc -O3" "clang -O2"; do
		name=$(echo "$build" | tr -d ' ')
		make -s BUILD="$dir/$name" CC="${build%% *}" CFLAGS="${build#* }" "$dir/$name/roam" >"$dir/log" 2>&1 || sed 's/^/# /' "$dir/log"
		digests "$dir/$name/roam" "$name" >"$dir/$name.digests"; same "$build" "$dir/$name.digests"
	done
fi
echo "1..$n"
exit $bad
