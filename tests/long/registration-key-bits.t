#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every bit of the messages that bring about registration keys flipped, not every thirteenth.
ALL_BITS=1 exec "${BUILD:-build}/tests/test_registration_key" --tap
