#!/bin/sh
# SPDX-License-Identifier: MIT
# check-headers: every header of ours compiles alone and has a guard named after its path.
set -u
status=0
for header in */*.h tests/unit/*.h; do
	[ -f "$header" ] || continue
	# shellcheck disable=SC2086
	if ! ${CC:-gcc} ${CHECK_FLAGS:--I. -std=c17} -fsyntax-only -x c "$header"; then
		echo "$header: does not compile alone"
		status=1
	fi
	case $header in
	tests/*) continue ;;
	esac
	guard=$(printf '%s' "$header" | tr 'a-z/.-' 'A-Z___')
	if ! grep -q "^#ifndef $guard\$" "$header"; then
		echo "$header: include guard is not $guard"
		status=1
	fi
done
exit $status
