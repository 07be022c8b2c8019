#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# On a fresh machine nothing may be compiled before `deps` has installed the compiler, whatever the order of the jobs.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/tools" "$dir/models"
cp Makefile "$dir"
echo 'int unused;' >"$dir/models/base.c"
printf '#!/bin/sh\nsleep 1; touch installed\n' >"$dir/tools/install-packages"
printf '#!/bin/sh\ntest -e installed || { echo too early >&2; exit 1; }\n' >"$dir/compiler"
chmod +x "$dir/tools/install-packages" "$dir/compiler"
echo 1..2
if env -u MAKEFLAGS -u MAKELEVEL make -C "$dir" BUILD=build CC=./compiler deps build/models/base.o >"$dir/log" 2>&1; then
	echo "ok 1 - make deps and another goal: deps come first"
else
	sed 's/^/# /' "$dir/log"; echo "not ok 1 - make deps and another goal: deps come first"
fi
rm "$dir/installed"
if env -u MAKEFLAGS -u MAKELEVEL make -C "$dir" BUILD=build CC=./compiler build/models/base.o >"$dir/log" 2>&1; then
	echo "not ok 2 - without deps nobody waits for them"
else
	echo "ok 2 - without deps nobody waits for them"
fi
