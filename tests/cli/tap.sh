# SPDX-License-Identifier: MIT
# tap.sh: sourced by the command-line tests. Not executable: it is no test itself.
# is NAME GOT WANTED · ok NAME COMMAND... · status NAME WANTED COMMAND...
tap_n=0
samples=tests/samples

tap_say() { # tap_say OK NAME [DETAIL]
	tap_n=$((tap_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
		[ -z "${3-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		tap_say 0 "$1"
	else
		tap_say 1 "$1" "got:    $2
wanted: $3"
	fi
}

ok() {
	tap_name=$1
	shift
	if "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err"; then
		tap_say 0 "$tap_name"
	else
		tap_say 1 "$tap_name" "$* failed: $(head -c 500 "$TEST_TMP/err")"
	fi
}

# Leaves what the command printed in $TEST_TMP/out and $TEST_TMP/err.
status() {
	tap_name=$1
	tap_want=$2
	shift 2
	"$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
	tap_got=$?
	if [ "$tap_got" = "$tap_want" ]; then
		tap_say 0 "$tap_name"
	else
		tap_say 1 "$tap_name" "exit status $tap_got, wanted $tap_want: $(head -c 500 "$TEST_TMP/err")"
	fi
}

err_has() { # err_has NAME TEXT: the last command's standard error
	if grep -qF -- "$2" "$TEST_TMP/err"; then
		tap_say 0 "$1"
	else
		tap_say 1 "$1" "no \"$2\" in: $(head -c 500 "$TEST_TMP/err")"
	fi
}

plan() {
	echo "1..$tap_n"
}
