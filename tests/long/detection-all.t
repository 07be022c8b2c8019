#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All replications of scenarios/study/detection.yaml: 1 000 handovers for each interval of advertisements.
ROAM_REPLICATIONS=1000 exec tests/net/detection.t
