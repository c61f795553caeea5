#!/bin/sh
# SPDX-License-Identifier: MIT
# Postfix's logs, whatever happens to the files: one content, one session for each message.
. tests/cli/tap.sh
log=$samples/postfix/mail.log
lists=$samples/postfix/lists.log

import() { # import INDEX PATH...
	index=$1
	shift
	"$POSTERN" --index "$index" import --gateway mx1 "$@" >/dev/null 2>"$TEST_TMP/err" ||
		cat "$TEST_TMP/err" >&2
}
digest() {
	"$POSTERN" --index "$1" doctor --digest | tail -1
}
new() {
	n=$((${n:-0} + 1))
	index=$TEST_TMP/index$n.db
}
sessions() {
	"$POSTERN" --index "$index" --json sessions --limit 100000 |
		jq -c '[.sessions[] | [.time, .verdict, .stage, .sender, .code, .identifiers[0]]] | sort'
}

new
import "$index" "$log"
clean=$(digest "$index")
first=$(sessions)
is "every line is understood or known" \
	"$("$POSTERN" --index "$index" --json sources | jq '[.sources[].unknown] | add')" 0

ref=$("$POSTERN" --index "$index" --json sessions who@nosuch.example | jq -r '.sessions[0].session')
"$POSTERN" --index "$index" session "$ref" >"$TEST_TMP/shown"
ok "a refusal at RCPT says that it was about the sender" grep -q "RCPT .*Domain not found.*(about the sender)" "$TEST_TMP/shown"

# A scanner marks at another score than the mail server rejects at; its word alone is no session.
cat >"$TEST_TMP/scan.log" <<'EOF'
Nov 21 10:00:00 mx1 spamd[5]: spamd: result: Y 12 - A,B scantime=0.1,size=9,user=u,uid=1,required_score=5.0,rhost=h,raddr=127.0.0.1,rport=1,mid=<m1@a.example>,autolearn=no
Nov 21 10:00:00 mx1 postfix/cleanup[7]: 4F2abA0001: message-id=<m1@a.example>
Nov 21 10:00:01 mx1 postfix/cleanup[7]: 4F2abA0001: milter-reject: END-OF-MESSAGE from x.example[192.0.2.1]: 5.7.1 Spam score 12 over 8; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<x.example>
EOF
new
import "$index" --year 2026 "$TEST_TMP/scan.log"
is "a scanner's line is the mail server's session" \
	"$("$POSTERN" --index "$index" --json session 4F2abA0001 | jq -r '"\(.verdict) \(.engine) \(.score)"')" "rejected SpamAssassin 12"

# Cut at forty places, as it grows.
size=$(wc -c <"$log")
new
i=1
while [ $i -lt 40 ]; do
	head -c $((size * i / 40)) "$log" >"$TEST_TMP/grow.log"
	import "$index" "$TEST_TMP/grow.log"
	i=$((i + 1))
done
cp "$log" "$TEST_TMP/grow.log"
import "$index" "$TEST_TMP/grow.log"
is "cut at forty places and resumed" "$(digest "$index")" "$clean"

# Rotated and read newest first; connections and seconds are cut through.
lines=$(wc -l <"$log")
for at in 61 150 233 307 398; do
	head -n $at "$log" >"$TEST_TMP/mail.log.1"
	tail -n +$((at + 1)) "$log" >"$TEST_TMP/mail.log"
	new
	import "$index" "$TEST_TMP/mail.log"
	import "$index" "$TEST_TMP/mail.log.1"
	is "rotated behind line $at of $lines, newest first" "$(digest "$index")" "$clean"
	rm "$TEST_TMP/mail.log" "$TEST_TMP/mail.log.1"
done

# Debian writes mail to mail.log and to syslog.
mkdir "$TEST_TMP/both"
cp "$log" "$TEST_TMP/both/mail.log"
{
	echo "Nov 21 16:00:00 mx1 systemd[1]: Started something."
	cat "$log"
} >"$TEST_TMP/both/syslog"
new
import "$index" "$TEST_TMP/both"
is "the same lines in syslog make no second sessions" "$(sessions)" "$first"

# A message that waited is one session when its retry comes in a later import.
new
grep -v "16:24:1[0-9]" "$lists" >"$TEST_TMP/early.log"
grep "16:24:1[0-9]" "$lists" >"$TEST_TMP/late.log"
import "$index" "$TEST_TMP/early.log"
import "$index" "$TEST_TMP/late.log"
parted=$(sessions)
new
import "$index" "$lists"
is "a retry in a later log joins its message" "$parted" "$(sessions)"
ok "… and something was deferred at first" grep -q "status=deferred" "$TEST_TMP/early.log"
plan
