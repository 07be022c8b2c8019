#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# valgrind finds no leak and no error in roam run. (Built with the plain allocator, so that nothing hides in pools.)
set -eu
if [ -n "${ROAM_SANITIZED:-}${ROAM_QUICK:-}" ] || ! command -v valgrind >/dev/null; then echo '1..0 # SKIP under sanitizers, or no valgrind'; exit 0; fi
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
make -s BUILD="$dir/b" CFLAGS='-O1 -g -DROAM_PLAIN_POOL' "$dir/b/roam" >"$dir/log" 2>&1 || sed 's/^/# /' "$dir/log"
n=0; bad=0
for s in scenarios/smoke/handover.yaml scenarios/smoke/home.yaml; do
	n=$((n + 1))
	if valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
		"$dir/b/roam" run "$s" -o "$dir/$n.db" --pcap "$dir" --keys "$dir/keys" >"$dir/out" 2>&1; then
		echo "ok $n - $s"; else echo "not ok $n - $s"; tail -n 40 "$dir/out" | sed 's/^/# /'; bad=1; fi
done
echo "1..$n"
exit $bad
