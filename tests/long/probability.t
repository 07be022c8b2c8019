#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every point of scenarios/study/simultaneous-probability.yaml: 24 000 runs.
ROAM_LONG=1 exec "${PYTHON:-/usr/bin/python3}" tests/net/simultaneous.t
