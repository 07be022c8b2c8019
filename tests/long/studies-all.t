#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The five studies of unverified care-of addresses and of signalling, whole.
ROAM_REPLICATIONS=all exec tests/net/studies.t
