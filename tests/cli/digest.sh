#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever happens to the files, the content is the same: `doctor --digest` of a clean import equals
# that of cut, split, rotated, compressed, shuffled, killed and repeated ones.
. tests/cli/tap.sh
main=$samples/exim/v6-production/mainlog
reject=$samples/exim/v6-production/rejectlog
dir=$TEST_TMP/work
mkdir -p "$dir"

import() { # import INDEX PATH...
	index=$1
	shift
	"$POSTERN" --index "$index" import --gateway mx6 "$@" >/dev/null 2>"$TEST_TMP/err" ||
		cat "$TEST_TMP/err" >&2
}
digest() {
	"$POSTERN" --index "$1" doctor --digest | tail -1
}
new() { # a name for an index that is not there yet
	n=$((${n:-0} + 1))
	index=$TEST_TMP/index$n.db
}
# Repeatable numbers below $1.
random() {
	seed=$(((${seed:-42} * 1103515245 + 12345) % 2147483648))
	r=$((seed / 65536 % $1))
}

new
cp "$main" "$dir/mainlog"
cp "$reject" "$dir/rejectlog"
import "$index" "$dir/mainlog" "$dir/rejectlog"
clean=$(digest "$index")

new
import "$index" "$dir/rejectlog"
import "$index" "$dir/mainlog"
is "the logs in the other order" "$(digest "$index")" "$clean"
import "$index" "$dir"
is "the directory once more" "$(digest "$index")" "$clean"

# Message IDs hold the epoch: the zone of the reader does not matter.
new
TZ=America/New_York "$POSTERN" --index "$index" import --gateway mx6 "$dir" >/dev/null 2>&1
is "read on a computer in another zone" "$(digest "$index")" "$clean"

grep -v 'Completed' "$main" | sed '7d' >"$dir/less"
new
sed '7d' "$main" >"$TEST_TMP/seven"
mkdir "$TEST_TMP/without"
mv "$TEST_TMP/seven" "$TEST_TMP/without/mainlog"
import "$index" "$TEST_TMP/without/mainlog" "$dir/rejectlog"
ok "one line less is another content" test "$(digest "$index")" != "$clean"
rm "$dir/less"

# Cut at fifty places, each piece imported as the file grows.
size=$(wc -c <"$main")
for at in $(i=0; while [ $i -lt 50 ]; do random "$size"; echo "$r"; i=$((i + 1)); done | sort -n); do
	echo "$at"
done >"$TEST_TMP/cuts"
new
mkdir "$TEST_TMP/grow"
while read -r at; do
	head -c "$at" "$main" >"$TEST_TMP/grow/mainlog"
	import "$index" "$TEST_TMP/grow/mainlog"
done <"$TEST_TMP/cuts"
cp "$main" "$TEST_TMP/grow/mainlog"
import "$index" "$TEST_TMP/grow/mainlog" "$dir/rejectlog"
is "cut at fifty places and resumed" "$(digest "$index")" "$clean"

# The reject log's blocks of several lines, too.
size=$(wc -c <"$reject")
new
import "$index" "$dir/mainlog"
i=0
while [ $i -lt 25 ]; do
	random "$size"
	echo "$r"
	i=$((i + 1))
done | sort -n >"$TEST_TMP/cuts"
while read -r at; do
	head -c "$at" "$reject" >"$TEST_TMP/grow/rejectlog"
	import "$index" "$TEST_TMP/grow/rejectlog"
done <"$TEST_TMP/cuts"
import "$index" "$dir/rejectlog"
is "a reject log cut in its blocks and resumed" "$(digest "$index")" "$clean"

# Rotated: split between lines, packed, renamed, shuffled, some of it twice.
lines=$(wc -l <"$main")
mkdir "$TEST_TMP/rotated"
head -n $((lines / 3)) "$main" | gzip >"$TEST_TMP/rotated/mainlog.2.gz"
sed -n "$((lines / 3 + 1)),$((lines * 2 / 3))p" "$main" >"$TEST_TMP/rotated/mainlog.1"
sed -n "$((lines * 2 / 3 + 1)),\$p" "$main" >"$TEST_TMP/rotated/mainlog"
cp "$reject" "$TEST_TMP/rotated/rejectlog"
new
import "$index" "$TEST_TMP/rotated"
is "rotated and packed, in one call" "$(digest "$index")" "$clean"
new
for name in mainlog rejectlog mainlog.2.gz mainlog.1; do
	import "$index" "$TEST_TMP/rotated/$name"
done
is "rotated and packed, newest first" "$(digest "$index")" "$clean"
mv "$TEST_TMP/rotated/mainlog.1" "$TEST_TMP/rotated/mainlog.3"
gzip "$TEST_TMP/rotated/mainlog.3"
for packer in xz zstd bzip2; do
	command -v $packer >/dev/null || continue
	$packer -c "$TEST_TMP/rotated/mainlog" >"$TEST_TMP/rotated/mainlog.$packer"
done
import "$index" "$TEST_TMP/rotated"
is "renamed and packed again, nothing is added" "$(digest "$index")" "$clean"

# Scanners name a message by the MTA's ID, or by its Message-ID only, which several may share.
mkdir "$TEST_TMP/scan"
cp "$samples/exim/v1-default/mainlog" "$samples/exim/v1-default/rejectlog" \
	"$samples/rspamd/rspamd.log" "$TEST_TMP/scan"
scan() { # scan MAINLOG: a result of spamd for each Message-ID there, some half a minute early
	awk '/ <= .* id=/ {
		match($0, / id=[^ ]*/)
		mid = substr($0, RSTART + 4, RLENGTH - 4)
		split($2, t, ":")
		s = (t[1] * 60 + t[2]) * 60 + t[3] - (n++ % 3 ? 0 : 30)
		if (s < 0) s = 0
		split($1, d, "-")
		printf "Sat %s %s %02d:%02d:%02d %s [7] info: spamd: result: . %d - ALL_TRUSTED " \
			"scantime=0.1,size=613,user=n,uid=1,required_score=5.0,rhost=h,raddr=::1," \
			"rport=%d,mid=<%s>,autolearn=ham\n",
			substr("JanFebMarAprMayJunJulAugSepOctNovDec", d[2] * 3 - 2, 3),
			d[3], s / 3600, s / 60 % 60, s % 60, d[1], n % 9, n, mid
	}' "$1" | cut -c1-1000
}
{
	scan "$TEST_TMP/scan/mainlog"
	cat "$samples/spamd/spamd.log"
} >"$TEST_TMP/scan/spamd.log"
new
import "$index" "$TEST_TMP/scan/mainlog" "$TEST_TMP/scan/rejectlog"
before=$(digest "$index")
import "$index" "$TEST_TMP/scan/spamd.log" "$TEST_TMP/scan/rspamd.log"
clean=$(digest "$index")
ok "scanners add to what is known" test "$before" != "$clean"
new
import "$index" "$TEST_TMP/scan/spamd.log" "$TEST_TMP/scan/rspamd.log"
import "$index" "$TEST_TMP/scan/mainlog" "$TEST_TMP/scan/rejectlog"
is "the scanners' logs before the mail server's" "$(digest "$index")" "$clean"
new
import "$index" "$TEST_TMP/scan"
is "all side by side" "$(digest "$index")" "$clean"
size=$(wc -c <"$TEST_TMP/scan/spamd.log")
new
import "$index" "$TEST_TMP/scan/rejectlog" "$TEST_TMP/scan/rspamd.log"
for part in 1 2 3 4 5 6; do
	head -c $((size * part / 6)) "$TEST_TMP/scan/spamd.log" >"$TEST_TMP/grow/spamd.log"
	head -c $(($(wc -c <"$TEST_TMP/scan/mainlog") * part / 6)) "$TEST_TMP/scan/mainlog" \
		>"$TEST_TMP/grow/main.log"
	import "$index" "$TEST_TMP/grow/spamd.log" "$TEST_TMP/grow/main.log"
done
is "both growing by turns" "$(digest "$index")" "$clean"
is "no result is left without its message" "$("$POSTERN" --index "$index" --json sessions --limit 9999 |
	jq '[.sessions[] | select(.engine == "SpamAssassin" and all(.identifiers[]; test("@")))] |
		length')" 0

# Strangers may send thousands of one Message-ID; comparing all with all would take an hour.
mkdir "$TEST_TMP/flood"
awk 'BEGIN {
	for (i = 0; i < 3000; i++) {
		printf "2026-03-04 05:%02d:%02d 1vxe%02d-%06d-00 <= a@b.example H=x [192.0.2.%d] " \
			"P=esmtp S=500 id=same@b.example\n",
			i / 600 % 60, i / 10 % 60, i / 3000, i, i % 250
	}
}' >"$TEST_TMP/flood/mainlog"
scan "$TEST_TMP/flood/mainlog" >"$TEST_TMP/flood/spamd.log"
new
import "$index" "$TEST_TMP/flood/mainlog"
ok "one Message-ID for thousands does not stop the import" timeout -s KILL 30 "$POSTERN" \
	--index "$index" import --gateway mx6 "$TEST_TMP/flood/spamd.log"

# Killed at thirty moments of a longer import; after one that ended before, from the start.
cc=${CC:-cc}
$cc -O1 -w -std=gnu17 -I. -o "$TEST_TMP/generate" bench/exim_*.c bench/gen.c bench/generate.c \
	bench/names.c bench/postfix.c bench/text.c bench/timeline.c -lm 2>"$TEST_TMP/err" || {
	sed 's/^/# /' "$TEST_TMP/err"
}
mkdir "$TEST_TMP/long"
"$TEST_TMP/generate" --format exim --bytes 6M --seed 3 --rejectlog "$TEST_TMP/long/rejectlog" \
	>"$TEST_TMP/long/mainlog" 2>/dev/null
scan "$TEST_TMP/long/mainlog" >"$TEST_TMP/long/spamd.log"
new
import "$index" "$TEST_TMP/long"
clean=$(digest "$index")
ok "the long log was generated" test "$(wc -c <"$TEST_TMP/long/mainlog")" -gt 5000000
new
killed=0
i=0
while [ $i -lt 30 ]; do
	i=$((i + 1))
	random 120
	POSTERN_COMMIT_BYTES=300000 "$POSTERN" --index "$index" import --gateway mx6 "$TEST_TMP/long" \
		>/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf '%03d' "$r")"
	if kill -9 $pid 2>/dev/null; then
		killed=$((killed + 1))
	else
		new
	fi
	wait $pid 2>/dev/null
done
ok "some imports were killed" test "$killed" -gt 0
import "$index" "$TEST_TMP/long"
is "killed at thirty moments and repeated" "$(digest "$index")" "$clean"
status "… and nothing is wrong" 0 "$POSTERN" --index "$index" doctor

# A set that crosses New Year without years, by syslog.
mkdir "$TEST_TMP/year"
cat >"$TEST_TMP/year/mail.log" <<'EOF'
Dec 31 23:59:58 gw exim[77]: H=a.example [192.0.2.1] F=<a@b.example> rejected RCPT <c@d.example>: Unrouteable address
Jan  1 00:00:02 gw exim[78]: H=a.example [192.0.2.2] F=<a@b.example> rejected RCPT <c@d.example>: Unrouteable address
EOF
new
"$POSTERN" --index "$index" import --year 2025 "$TEST_TMP/year/mail.log" >/dev/null 2>&1
is "New Year passes in the middle of a log without years" \
	"$("$POSTERN" --index "$index" --json sessions | jq -r '[.sessions[].time] | sort | join(" ")')" \
	"2025-12-31T23:59:58Z 2026-01-01T00:00:02Z"
plan
