#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What users may rely on (tests/contract/contract.md), checked from outside. TAP comes from the checker.
exec "${PYTHON:-/usr/bin/python3}" tests/contract/tools/check-contract "${ROAM:-build/roam}"
