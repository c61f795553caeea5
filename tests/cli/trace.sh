#!/bin/sh
# SPDX-License-Identifier: MIT
# postern trace: what became of a mail that never arrived, by sender, recipient and rough time.
. tests/cli/tap.sh
index=$TEST_TMP/index.db
mkdir "$TEST_TMP/mx1" "$TEST_TMP/mx2"

# mx1 is Exim: greylisted by three addresses, then taken and forwarded through mx2, which is Postfix.
cat >"$TEST_TMP/mx1/mainlog" <<'LOG'
2026-11-20 08:00:00 H=out1.isp.example [192.0.2.11] F=<ann@isp.example> temporarily rejected RCPT <bob@cs.example>: 451 4.7.1 Greylisted, try again later
2026-11-20 08:15:00 H=out2.isp.example [192.0.2.12] F=<ann@isp.example> temporarily rejected RCPT <bob@cs.example>: 451 4.7.1 Greylisted, try again later
2026-11-20 08:40:00 1xTzzz-0003jr-0G <= ann@isp.example H=out3.isp.example [192.0.2.13] P=esmtps S=2871 id=m1@isp.example
2026-11-20 08:40:01 1xTzzz-0003jr-0G => bob@mail.example <bob@cs.example> R=forward T=remote_smtp H=mx2.cs.example [203.0.113.2] C="250 2.0.0 Ok: queued as 4F2ABA0001"
2026-11-20 08:40:01 1xTzzz-0003jr-0G Completed
2026-11-20 09:00:00 1xU000-0003js-1A <= ann@isp.example H=out1.isp.example [192.0.2.11] P=esmtps S=9000 id=m2@isp.example
2026-11-20 09:00:01 1xU000-0003js-1A => eve@cs.example R=backend T=remote_smtp H=mail.cs.example [10.0.0.4] C="250 OK"
2026-11-20 09:00:01 1xU000-0003js-1A Completed
2026-11-20 09:10:00 H=out9.list.example [192.0.2.99] F=<bounces+7@list.example> temporarily rejected RCPT <eve@cs.example>: 451 4.7.1 Greylisted
2026-11-20 10:00:00 H=out1.isp.example [192.0.2.11] F=<spam@isp.example> rejected RCPT <eve@cs.example>: 550 no
2026-11-21 03:00:00 1xUHAA-0003jt-2B <= dan@isp.example H=out1.isp.example [192.0.2.11] P=esmtps S=500 id=m3@isp.example
2026-11-21 03:00:01 1xUHAA-0003jt-2B == eve@cs.example R=backend T=remote_smtp defer (111): Connection refused H=mail.cs.example [10.0.0.4]
LOG
cat >"$TEST_TMP/mx2/mail.log" <<'LOG'
Nov 20 08:40:01 mx2 postfix/smtpd[100]: connect from mx1.cs.example[203.0.113.1]
Nov 20 08:40:01 mx2 postfix/smtpd[100]: 4F2ABA0001: client=mx1.cs.example[203.0.113.1]
Nov 20 08:40:01 mx2 postfix/cleanup[101]: 4F2ABA0001: message-id=<m1@isp.example>
Nov 20 08:40:01 mx2 postfix/qmgr[102]: 4F2ABA0001: from=<SRS0=Hx=AA=isp.example=ann@cs.example>, size=2990, nrcpt=1 (queue active)
Nov 20 08:40:01 mx2 postfix/smtpd[100]: disconnect from mx1.cs.example[203.0.113.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
Nov 20 08:40:03 mx2 postfix/smtp[103]: 4F2ABA0001: to=<bob@mail.example>, relay=in.mail.example[198.51.100.7]:25, delay=2, delays=0.1/0/1/0.9, dsn=5.7.26, status=bounced (host in.mail.example[198.51.100.7] said: 550-5.7.26 Unauthenticated email from isp.example is not accepted 550 5.7.26 due to its DMARC policy. (in reply to end of DATA command))
Nov 20 08:40:03 mx2 postfix/cleanup[101]: 4F2ABA0002: message-id=<20261120084003.4F2ABA0002@mx2.cs.example>
Nov 20 08:40:03 mx2 postfix/bounce[104]: 4F2ABA0001: sender non-delivery notification: 4F2ABA0002
Nov 20 08:40:03 mx2 postfix/qmgr[102]: 4F2ABA0002: from=<>, size=5000, nrcpt=1 (queue active)
Nov 20 08:40:03 mx2 postfix/qmgr[102]: 4F2ABA0001: removed
Nov 20 08:40:04 mx2 postfix/smtp[105]: 4F2ABA0002: to=<ann@isp.example>, orig_to=<SRS0=Hx=AA=isp.example=ann@cs.example>, relay=mx.isp.example[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 OK)
Nov 20 08:40:04 mx2 postfix/qmgr[102]: 4F2ABA0002: removed
LOG
for gateway in mx1 mx2; do
	"$POSTERN" --index "$index" import --gateway $gateway --year 2026 --timezone UTC "$TEST_TMP/$gateway" >/dev/null 2>&1
done
trace() { # trace ARGUMENT...
	"$POSTERN" --utc --index "$index" --json trace "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
}
say() {
	"$POSTERN" --utc --index "$index" trace "$@"
}

status "a forwarded mail is traced" 0 trace --from ann@isp.example --to bob@cs.example --around "2026-11-20 08:30"
is "the answer has the promised keys, and no others" "$(jq -c 'keys' "$TEST_TMP/out")" '["coverage","outcome","stories"]'
is "… so has each story" "$(jq -c '.stories[0] | keys' "$TEST_TMP/out")" '["outcome","sessions"]'
is "it bounced at the end of its way" "$(jq -r .outcome "$TEST_TMP/out")" bounced
is "greylisting, forward over both gateways and bounce are one story" \
	"$(jq -c '[.stories[].sessions[] | [.gateway, .verdict, .stage]]' "$TEST_TMP/out")" \
	'[["mx1","deferred","rcpt"],["mx1","deferred","rcpt"],["mx1","accepted","data"],["mx2","accepted","data"],["mx2","accepted","data"]]'
is "sessions are whole" "$(jq -r '.stories[0].sessions[2].identifiers | index("m1@isp.example") != null' "$TEST_TMP/out")" true
is "coverage is told for each gateway" \
	"$(jq -c '[.coverage[] | [.gateway, .covers, (.gaps | length)]]' "$TEST_TMP/out")" '[["mx1",true,0],["mx2",false,0]]'
say --from ann@isp.example --to bob@cs.example --around "2026-11-20 08:30" >"$TEST_TMP/said"
ok "people are told in a sentence" grep -q "^Accepted by mx2 2026-11-20 08:40:01 UTC, but delivery failed 2026-11-20 08:40:03 UTC at in.mail.example: 550 5.7.26 .* a bounce went to ann@isp.example" "$TEST_TMP/said"

"$POSTERN" --index "$index" --json session 4F2ABA0001 | tee "$TEST_TMP/related" >"$TEST_TMP/session"
is "each session of a story names the others, and how they stand to it" \
	"$(jq -c '[.related[] | [.relation, .gateway, .sender]]' "$TEST_TMP/session")" \
	'[["came-from","mx1","ann@isp.example"],["came-from","mx1","ann@isp.example"],["came-from","mx1","ann@isp.example"],["bounce","mx2",""]]'
"$POSTERN" --index "$index" session 1xTzzz-0003jr-0G >"$TEST_TMP/session"
is "… also for people" "$(grep -cE '^(attempt|>|passed-on|bounce) ' "$TEST_TMP/session")" 5
"$POSTERN" --index "$index" session 1xU000-0003js-1A >"$TEST_TMP/session"
is "a session that is its own story has no such section" "$(grep -c '^Story' "$TEST_TMP/session")" 0

ref=$(jq -r .session "$TEST_TMP/related")
"$POSTERN" --index "$index" --json find " $ref " >"$TEST_TMP/found"
is "a reference that Postern prints is found as what it is" \
	"$(jq -c '[.candidates[] | [.session, .probability]]' "$TEST_TMP/found")" "[[\"$ref\",1]]"
status "… and one that it never printed is nothing" 1 "$POSTERN" --index "$index" find "${ref}0"

trace --from ann@isp.example --around 2026-11-20
is "a sender alone gives all his mail" "$(jq -c '[.stories[].outcome] | sort' "$TEST_TMP/out")" '["bounced","delivered"]'
trace --to eve@cs.example
is "a recipient alone gives the newest first" "$(jq -c '[.stories[].outcome]' "$TEST_TMP/out")" \
	'["queued","refused","greylisted","delivered"]'
trace --from @isp.example --to eve@cs.example
is "a domain stands for its senders" "$(jq -c '[.stories[].sessions[0].sender]' "$TEST_TMP/out")" \
	'["dan@isp.example","spam@isp.example","ann@isp.example"]'
trace --from @list.example --to @cs.example --around "2026-11-20 09:00"
is "two domains and a time will do" "$(jq -c '[.stories[].outcome]' "$TEST_TMP/out")" '["greylisted"]'

status "not seen is a no" 1 trace --from ann@isp.example --to zoe@cs.example --around "2026-11-20 09:00"
is "… in the document, too" "$(jq -c '[.outcome, .stories]' "$TEST_TMP/out")" '["not seen",[]]'
err_has "… that says who else got mail of that sender" "to others then: eve@cs.example"
err_has "… and that nobody is called so" "No session at all is to zoe@cs.example"
status "a time in a gap of the logs" 1 trace --from ann@isp.example --to eve@cs.example --around "2026-11-22"
is "… or behind their end is told" "$(jq -c '[.coverage[] | .covers]' "$TEST_TMP/out")" '[false,false]'
err_has "… in words" "The logs of mx1 end before, 2026-11-21"
trace --from x@isp.example --to y@cs.example --around "2026-11-20 20:00"
is "a gap that holds the time is named" \
	"$(jq -c '.coverage[0].gaps' "$TEST_TMP/out")" '[{"from":"2026-11-20T10:00:00Z","to":"2026-11-21T03:00:00Z"}]'
err_has "… in words, too" "that time lies in the gap"
status "a misspelt address is not seen" 1 say --from ann@isp.example --to eev@cs.example
is "… and leads to the right one" "$(grep -c "Did you mean eve@cs.example?" "$TEST_TMP/out")" 1

status "without an address it is a usage error" 2 trace --around today
status "a word is no address" 2 trace --from ann
err_has "… and it says what is" "@example.org for a whole domain"
status "a time that is none is a usage error" 2 trace --from ann@isp.example --around "once upon a time"
err_has "… and it says what is" "2 days ago"
status "operands are a usage error" 2 trace ann@isp.example
status "without an index it is an input error" 3 "$POSTERN" --index "$TEST_TMP/none.db" trace --from a@b.example
status "hostile addresses harm nothing" 1 trace --from "a';drop/**/table--@b.example" --to "$(printf 'a\033[31m@b.example')"
plan
