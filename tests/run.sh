#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh KIND:PATH...: runs tests side by side and ends with one line "N passed, N failed".
#   unit:PATH   a cmocka program, each of its tests counts (run behind $POSTERN_WRAP)
#   tap:PATH    a script that prints TAP, each line counts; not executable ones are left out
#   plain:PATH  a script that counts as one, by its exit status
# Each test has its own $TEST_TMP (also its HOME), $POSTERN (the program), TZ=UTC and the
# repository as its directory. Exit 1 if anything failed. TEST_JOBS, TEST_TIMEOUT_S: see below.
set -u

BUILD=${BUILD:-build}
POSTERN=${POSTERN:-$PWD/postern}
TEST_TIMEOUT_S=${TEST_TIMEOUT_S:-600}
TEST_JOBS=${TEST_JOBS:-$(nproc 2>/dev/null || echo 2)}
case $BUILD in
/*) ;;
*) BUILD=$PWD/$BUILD ;;
esac

# One test, in a process of its own: leaves OUT/name.out and OUT/name.rc.
if [ "${1-}" = --one ]; then
	kind=${2%%:*}
	path=${2#*:}
	name=$(basename "$path")
	case $path in
	/*) ;;
	*) path=./$path ;;
	esac
	TEST_TMP=$(mktemp -d "$OUT/tmp.XXXXXX")
	export TEST_TMP HOME="$TEST_TMP" XDG_DATA_HOME="$TEST_TMP/data" TZ=UTC
	export XDG_CONFIG_HOME="$TEST_TMP/config"
	case $kind in
	unit) set -- ${POSTERN_WRAP:-} "$path" ;;
	tap) set -- "$path" ;;
	*) set -- sh "$path" ;;
	esac
	CMOCKA_MESSAGE_OUTPUT=TAP timeout "$TEST_TIMEOUT_S" "$@" \
		>"$OUT/$kind.$name.out" 2>&1 </dev/null
	echo $? >"$OUT/$kind.$name.rc"
	rm -rf "$TEST_TMP"
	exit 0
fi

OUT=$BUILD/test-output.$$
export OUT BUILD POSTERN TEST_TIMEOUT_S
rm -rf "$OUT"
mkdir -p "$OUT"
trap 'rm -rf "$OUT"' EXIT
trap 'exit 130' INT TERM

for item in "$@"; do
	case $item in
	tap:*) [ -x "${item#*:}" ] || continue ;;
	esac
	printf '%s\n' "$item"
done >"$OUT/items"
xargs -P "$TEST_JOBS" -n 1 sh "$0" --one <"$OUT/items"

# count KIND FILE RC: prints "passed failed skipped".
count()
{
	awk -v kind="$1" -v rc="$3" '
	/^ *[0-9]+\.\.[0-9]+/ { split($1, range, "[.][.]"); plan = range[2] + 0 }
	/^1\.\.0 *# *SKIP/ { skipped++ }
	/^not ok/ && /# *(SKIP|TODO)/ { skipped++; next }
	/^ok/ && /# *SKIP/ { skipped++; next }
	/^ok/ { passed++ }
	/^not ok/ { failed++ }
	END {
		if (kind == "plain") {
			print (rc == 0) + 0, (rc != 0) + 0, 0
			exit
		}
		seen = passed + failed + skipped
		if (seen < plan)
			failed += plan - seen
		if ((rc != 0 || seen == 0) && failed == 0)
			failed++
		print passed + 0, failed + 0, skipped + 0
	}' "$2"
}

passed=0
failed=0
skipped=0
while read -r item; do
	kind=${item%%:*}
	name=$(basename "${item#*:}")
	file=$OUT/$kind.$name
	rc=$(cat "$file.rc" 2>/dev/null || echo 125)
	touch "$file.out"
	# shellcheck disable=SC2046
	set -- $(count "$kind" "$file.out" "$rc")
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
	if [ "$2" -gt 0 ]; then
		echo "FAILED  $name: $2 failed, $1 passed, exit status $rc"
		grep -v '^ok' "$file.out" | tail -n "${TEST_TAIL:-60}" | sed 's/^/    /'
	else
		why=$(sed -n 's/^1\.\.0 *# *SKIP/, skipped:/p' "$file.out")
		echo "ok      $name: $1 passed$why"
	fi
done <"$OUT/items"

[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
