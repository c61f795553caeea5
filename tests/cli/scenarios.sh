#!/bin/sh
# SPDX-License-Identifier: MIT
# Stories of bounces and of mail that never arrived, each with its truth (tests/scenarios/README.md).
command -v python3 >/dev/null || {
	echo "1..0 # SKIP python3 is not there"
	exit 0
}
exec python3 tests/scenarios/run.py
