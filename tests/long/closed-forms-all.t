#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All replications of scenarios/study/closed-forms.yaml: 1 000 draws of the three round-trip times in each of 8 points.
ROAM_REPLICATIONS=1000 exec tests/net/closed-forms.t
