#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A thousand random combinations of settings instead of the usual few.
ROAM_COMBINATIONS=1000 exec tests/net/combinations.t
