#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The event list against a sorted list, at length.
exec "${BUILD:-build}/tests/test_event" --tap -m slow
