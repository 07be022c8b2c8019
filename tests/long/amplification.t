#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An attacker against inbound credit with 2 000 random settings.
RUNS=2000 exec tests/net/unverified.t
