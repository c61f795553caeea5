#!/bin/sh
# SPDX-License-Identifier: MIT
# import --follow: a written line is found within a second, through growth, half lines, rotation and
# a file that vanishes and returns; in the end the content equals a clean import's.
. tests/cli/tap.sh
main=$samples/exim/v6-production/mainlog
reject=$samples/exim/v6-production/rejectlog
dir=$TEST_TMP/log
index=$TEST_TMP/index.db
mkdir "$dir"

digest() {
	"$POSTERN" --index "$1" doctor --digest | tail -1
}
# Up to three seconds: CI machines are slow; the promise of one second is the bench's to measure.
found() {
	i=0
	while [ $i -lt 60 ]; do
		"$POSTERN" --index "$index" session "$1" >/dev/null 2>&1 && return 0
		i=$((i + 1))
		sleep 0.05
	done
	return 1
}
refusal() { # refusal ID: a line that can be told
	echo "2026-11-21 16:20:00 $1 H=x.example [192.0.2.1]:4242 I=[127.0.10.6]:25 F=<a@b.example> rejected after DATA: no"
}

"$POSTERN" --index "$TEST_TMP/clean.db" import --gateway mx6 "$main" "$reject" >/dev/null 2>&1
clean=$(digest "$TEST_TMP/clean.db")

head -n 50 "$main" >"$dir/mainlog"
"$POSTERN" --index "$index" import --gateway mx6 --follow "$dir/mainlog" "$dir/rejectlog" \
	>"$TEST_TMP/out" 2>"$TEST_TMP/err" &
follower=$!
i=0
while ! "$POSTERN" --index "$index" sessions --limit 1 >/dev/null 2>&1 && [ $i -lt 100 ]; do
	i=$((i + 1))
	sleep 0.05
done

# Line by line, then in pieces that end anywhere, a rotation, and the rest.
sed -n '51,60p' "$main" | while IFS= read -r line; do
	printf '%s\n' "$line" >>"$dir/mainlog"
	sleep 0.03
done
sed -n '61,$p' "$main" >"$TEST_TMP/rest"
size=$(wc -c <"$TEST_TMP/rest")
head -c $((size / 3)) "$TEST_TMP/rest" >>"$dir/mainlog"
sleep 0.3
tail -c +$((size / 3 + 1)) "$TEST_TMP/rest" | head -c 777 >>"$dir/mainlog"
cat "$reject" >"$dir/rejectlog"
sleep 0.3
tail -c +$((size / 3 + 778)) "$TEST_TMP/rest" >"$TEST_TMP/last"
# The writer ends its line in the old file before it opens the new one.
head -n 1 "$TEST_TMP/last" >>"$dir/mainlog"
mv "$dir/mainlog" "$dir/mainlog.1"
sed -n '2,$p' "$TEST_TMP/last" >"$dir/mainlog"
id=$(grep -oE '1xU[0-9A-Za-z]{3}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}' "$TEST_TMP/last" | tail -1)
ok "what the new log begins with is found" found "$id"
i=0
while [ "$(digest "$index")" != "$clean" ] && [ $i -lt 60 ]; do
	i=$((i + 1))
	sleep 0.05
done
is "followed through growth, half lines and a rotation, it is the same" "$(digest "$index")" "$clean"

refusal 1xUxxx-000001-00 >>"$dir/mainlog"
ok "a written line is found" found 1xUxxx-000001-00
mv "$dir/mainlog" "$TEST_TMP/gone"
sleep 0.3
refusal 1xUxxx-000002-00 >"$dir/mainlog"
ok "a file that vanished and returned is read on" found 1xUxxx-000002-00
status "a second writer is told who writes" 5 "$POSTERN" --index "$index" import "$main"
err_has "… by pid" "$follower"

used=$(awk '{ print $14 + $15 }' "/proc/$follower/stat")
sleep 1
is "waiting costs nothing" "$(($(awk '{ print $14 + $15 }' "/proc/$follower/stat") - used <= 2))" 1
kill -TERM "$follower"
wait "$follower"
is "it ends when told to" "$?" 0
status "nothing is wrong" 0 "$POSTERN" --index "$index" doctor
plan
