#!/bin/sh
# SPDX-License-Identifier: MIT
# What bad input gets: a clear message or a counted unknown line; never a crash, never an escape
# sequence on the terminal, never a lost line.
. tests/cli/tap.sh
index=$TEST_TMP/index.db
dir=$TEST_TMP/in
mkdir -p "$dir"
line='2026-11-21 10:00:00 H=mx.test [192.0.2.1] F=<a@b.example> rejected RCPT <c@d.example>: Unrouteable address'

import() {
	"$POSTERN" --index "$index" --json import --gateway mx1 "$@"
}
field() { # field NAME: of the first source in the last answer
	jq -r ".sources[0].$1" "$TEST_TMP/out"
}

: >"$dir/empty"
status "an empty file is fine" 0 import "$dir/empty"
is "… and has no lines" "$(field lines)" 0

printf '%s\n%s' "$line" "$line" >"$dir/half"
status "a file without a final newline is fine" 0 import "$dir/half"
is "… its last half line waits" "$(field lines),$(field pending_bytes)" "1,${#line}"
printf '\n' >>"$dir/half"
status "… and is read when it is whole" 0 import "$dir/half"
is "… once" "$(field lines)" 1

head -c 20000 /dev/urandom >"$dir/binary"
status "a binary file is refused" 3 import "$dir/binary"
err_has "… by its first bytes" "is not a log that Postern knows (starts with"
printf '\177ELF\033[31mred\007' >"$dir/elf"
status "an executable is refused" 3 import "$dir/elf"
is "… without an escape sequence" "$(tr -d '[:print:]\n\342\200\246' <"$TEST_TMP/err" | wc -c | tr -d ' ')" 0

status "a path that is not there is reported" 3 import "$dir/nothing" "$dir/half"
err_has "… by name" "$dir/nothing"
is "… and the rest is read" "$(jq -r '[.sources[] | select(.error == null)] | length' "$TEST_TMP/out")" 1
if [ "$(id -u)" != 0 ]; then
	printf '%s\n' "$line" >"$dir/secret"
	chmod 0 "$dir/secret"
	status "an unreadable file is reported" 3 import "$dir/secret"
	err_has "… with a remedy" "adm"
fi

mkdir "$dir/mixed"
printf '%s\n' "$line" >"$dir/mixed/mainlog"
head -c 5000 /dev/urandom >"$dir/mixed/core"
echo "hello" >"$dir/mixed/README"
status "a directory of mixed files is read" 0 import "$dir/mixed"

{
	printf '%s ' "$line"
	head -c 10000000 /dev/zero | tr '\0' x
	printf '\n%s\n' "$line"
} >"$dir/long"
status "a line of 10 MB is fine" 0 import "$dir/long"
is "… and both lines count" "$(field lines)" 2
is "… none is lost" "$(($(field understood) + $(field ignored) + $(field unknown)))" 2

{
	printf '2026-11-21 10:01:00 H=(\033]0;owned\007) [192.0.2.2] F=<\033[2Jx@b.example> rejected RCPT <\302\233evil@d.example>: \377\376 no\n'
	printf '2026-11-21 10:01:01 H=(nul\0l) [192.0.2.3] F=<a@b.example> rejected RCPT <c@d.example>: nul \0 byte\n'
	printf '2026-11-21 10:01:02 H=(rtl) [192.0.2.4] F=<a@b.example> rejected RCPT <c@d.example>: \342\200\256gnp.exe\n'
} >"$dir/hostile"
status "control bytes in a log are fine" 0 import "$dir/hostile"
is "… and every line counts" "$(field lines)" 3
for command in "sessions" "find 192.0.2.2" "sources"; do
	"$POSTERN" --index "$index" $command >"$TEST_TMP/shown" 2>&1
	"$POSTERN" --index "$index" --json $command >"$TEST_TMP/json" 2>/dev/null
	is "$command shows no control byte" \
		"$(LC_ALL=C tr -d '\012\040-\176\200-\377' <"$TEST_TMP/shown" | wc -c | tr -d ' ')" 0
	is "$command shows no C1 control or direction override" \
		"$(LC_ALL=C grep -c "$(printf '\302\233\|\342\200\256')" "$TEST_TMP/shown")" 0
	ok "$command --json is valid" jq -e . "$TEST_TMP/json"
done

"$POSTERN" --index "$index" sessions --limit 1 >"$TEST_TMP/one"
yes 'Lorem ipsum dolor sit amet <x@y.example> [192.0.2.77] 550 5.7.1 1abcde-000001-00' |
	head -c 5000000 >"$TEST_TMP/big"
status "a paste of 5 MB is fine" 1 "$POSTERN" --index "$index" --json find "$TEST_TMP/big"
ok "… and answered in JSON" jq -e . "$TEST_TMP/out"
: >"$TEST_TMP/nothing"
status "a paste of nothing is a no" 1 "$POSTERN" --index "$index" --json find "$TEST_TMP/nothing"
ok "… and answered in JSON, too" jq -e . "$TEST_TMP/out"
head -c 100000 /dev/urandom >"$TEST_TMP/noise"
status "a paste of noise is a no" 1 "$POSTERN" --index "$index" --json find "$TEST_TMP/noise"

echo "not a database" >"$TEST_TMP/text.db"
status "an index that is none is refused" 4 "$POSTERN" --index "$TEST_TMP/text.db" sessions
sqlite3 "$TEST_TMP/foreign.db" 'CREATE TABLE t(x)' 2>/dev/null && {
	status "another program's database is refused" 4 "$POSTERN" --index "$TEST_TMP/foreign.db" sessions
	err_has "… in words" "not a Postern index"
	cp "$index" "$TEST_TMP/newer.db"
	sqlite3 "$TEST_TMP/newer.db" 'PRAGMA user_version=9999' >/dev/null
	status "a newer index is refused" 4 "$POSTERN" --index "$TEST_TMP/newer.db" sessions
	err_has "… in words" "newer"
}
mkdir "$TEST_TMP/ro"
cp "$index" "$TEST_TMP/ro/index.db"
chmod 444 "$TEST_TMP/ro/index.db"
chmod 555 "$TEST_TMP/ro"
status "an index without write permission anywhere can be read" 0 \
	"$POSTERN" --read-only --index "$TEST_TMP/ro/index.db" sessions --limit 1
chmod 755 "$TEST_TMP/ro"

# A writer that holds the lock: an import that waits for its standard input.
mkfifo "$TEST_TMP/pipe"
"$POSTERN" --index "$index" import --gateway mx1 - <"$TEST_TMP/pipe" >/dev/null 2>&1 &
writer=$!
exec 9>"$TEST_TMP/pipe"
printf '%s\n' "$line" >&9
tries=0
while ! grep -q . "$index.lock" && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
status "a second writer is refused" 5 import "$dir/half"
err_has "… and told by whom" "$writer"
status "a reader is not" 0 "$POSTERN" --index "$index" sessions --limit 1
exec 9>&-
wait "$writer"
is "the first writer finishes" "$?" 0
status "nothing is wrong after all this" 0 "$POSTERN" --index "$index" doctor
plan
