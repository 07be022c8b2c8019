#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Forty thousand random mutations of a good scenario file instead of the usual fifteen hundred.
ROAM_MUTATIONS=40000 exec tests/net/bad-input.t
