#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Studies killed at 50 random moments each.
ROAM_KILLS=50 exec tests/net/study-kill.t
