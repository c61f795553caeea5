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

# What ends a wait says nothing of its reason: the last real reply does.
cat >"$TEST_TMP/expired.log" <<'EOF'
Nov 21 10:00:00 mx1 postfix/qmgr[7]: 4F2ABA0001: from=<a@b.example>, size=9, nrcpt=2 (queue active)
Nov 21 10:00:01 mx1 postfix/smtp[8]: 4F2ABA0001: to=<c@d.example>, relay=mx.d.example[192.0.2.9]:25, delay=1, delays=1/0/0/0, dsn=4.2.2, status=deferred (host mx.d.example[192.0.2.9] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command))
Nov 21 10:00:01 mx1 postfix/smtp[8]: 4F2ABA0001: to=<e@d.example>, relay=mx.d.example[192.0.2.9]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Nov 26 10:00:01 mx1 postfix/qmgr[7]: 4F2ABA0001: from=<a@b.example>, status=expired, returned to sender
Nov 26 10:00:01 mx1 postfix/qmgr[7]: 4F2ABA0001: removed
EOF
new
import "$index" --year 2026 "$TEST_TMP/expired.log"
is "an expired recipient has failed, with the last reply; one that got it has not" \
	"$("$POSTERN" --index "$index" --json session 4F2ABA0001 | jq -c '[.recipients[] | [.address, .verdict, .code]]')" \
	'[["c@d.example","rejected",452],["e@d.example","accepted",250]]'
head -2 "$TEST_TMP/expired.log" >"$TEST_TMP/early.log"
tail -n +3 "$TEST_TMP/expired.log" >"$TEST_TMP/late.log"
whole=$(digest "$index")
new
import "$index" --year 2026 "$TEST_TMP/late.log"
import "$index" --year 2026 "$TEST_TMP/early.log"
is "… whatever came first" "$(digest "$index")" "$whole"

cat >"$TEST_TMP/mainlog" <<'EOF'
2026-11-21 10:00:00 1xUiBA-0001aB-0C <= a@b.example H=x.b.example [192.0.2.1] P=esmtp S=9
2026-11-21 10:00:01 1xUiBA-0001aB-0C == c@d.example R=out T=smtp defer (-45) H=mx.d.example [192.0.2.9]: SMTP error from remote mail server after MAIL FROM:<a@b.example>: 421 4.7.0 Too fast
2026-11-21 14:00:01 1xUiBA-0001aB-0C == c@d.example R=out T=smtp defer (-53): retry time not reached for any host
2026-11-25 10:00:01 1xUiBA-0001aB-0C ** c@d.example: retry timeout exceeded
2026-11-25 10:00:01 1xUiBA-0001aB-0C Completed
EOF
new
import "$index" "$TEST_TMP/mainlog"
is "… and so it is with Exim, also when no attempt was made in between" \
	"$("$POSTERN" --index "$index" --json session 1xUiBA-0001aB-0C | jq -c '.recipients[0] | [.verdict, .code, .stage, .remote_host]')" \
	'["rejected",421,"mail","mx.d.example"]'
plan
