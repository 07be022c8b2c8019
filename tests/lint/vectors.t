#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The vectors are what independent Python (hmac, hashlib, scapy) says they are.
n=0; bad=0
for script in make_ebu make_icmp6 make_regkey make_tcp; do
	n=$((n + 1))
	if out=$(${PYTHON:-/usr/bin/python3} tests/vectors/$script.py --check 2>&1); then echo "ok $n - $script.py --check"; else
		echo "not ok $n - $script.py --check"; echo "$out" | sed 's/^/# /'; bad=1; fi
done
echo "1..$n"
exit $bad
