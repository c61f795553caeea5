#!/bin/sh
# SPDX-License-Identifier: MIT
# Formats that operators define: found, checked, detected, read again later, and missed when they are
# gone; patterns that run away end.
. tests/cli/tap.sh
log=$samples/rawgw/rawgw.jsonl
index=$TEST_TMP/index.db
own=$XDG_CONFIG_HOME/postern/formats.d
mkdir -p "$own"

p() {
	"$POSTERN" --index "$index" "$@"
}

# The example, and what its gateway refused.
status "the example is in order" 0 "$POSTERN" formats examples/formats.d/rawgw.conf
status "its log is nothing known without it" 3 p import --gateway raw "$log"
err_has "… and is refused by its first bytes" "is not a log that Postern knows"
cp examples/formats.d/rawgw.conf "$own/"
ok "a format in formats.d is listed" sh -c '"$1" formats | grep -q "^rawgw .*/formats.d/rawgw.conf"' - "$POSTERN"
is "… in JSON, too" "$("$POSTERN" --json formats | jq -r '[.formats[] | select(.name == "rawgw") | .patterns] + .complaints | @csv')" 1
p --json import --gateway raw "$log" >"$TEST_TMP/out"
is "its log is detected and understood" \
	"$(jq -r '.sources[0] | "\(.format) \(.lines) \(.understood) \(.unknown) \(.sessions)"' "$TEST_TMP/out")" \
	"rawgw 20 20 0 20"
digest=$(p doctor --digest | tail -1)
p --json session 1xUna2-000APs-Qw >"$TEST_TMP/out"
is "a refusal has stage, verdict, code and reply" \
	"$(jq -r '"\(.stage) \(.about) \(.verdict) \(.code) \(.enhanced) \(.reply)"' "$TEST_TMP/out")" \
	"rcpt connect rejected 554 5.7.1 Service unavailable; Client host [127.0.20.10] blocked using zen.dnsbl.example; https://www.dnsbl.example/query/ip/127.0.20.10"
is "… client, sender and recipient" \
	"$(jq -r '"\(.peer) \(.peer_port) \(.sender) \(.recipients[0].address)"' "$TEST_TMP/out")" \
	"127.0.20.10 50995 swaks.raw.rcpt-dnsbl-ip@bounce.example rcpt-dnsbl-ip@raw.gw.example"
is "… and its own time" "$(jq -r .time "$TEST_TMP/out")" "2026-11-21T16:04:46.879299Z"
is "stages and verdicts are those of the log" \
	"$(p --json sessions --limit 99 | jq -r '[.sessions[] | "\(.stage) \(.verdict)"] | group_by(.) | map("\(.[0]) \(length)") | join(", ")')" \
	"data deferred 1, data rejected 15, mail rejected 1, rcpt deferred 1, rcpt rejected 2"
is "find leads from a bounce to it" \
	"$(p --json find '550 Rejected: CSLab PMX spam score too high (milter id 1xUna1-000APO-Pk)' | jq -r '.candidates[0] | "\(.stage) \(.code) \(.probability >= 0.95)"')" \
	"data 550 true"

# In pieces, and with the format given.
index=$TEST_TMP/pieces.db
head -n 7 "$log" >"$TEST_TMP/growing.jsonl"
p import --gateway raw --format rawgw "$TEST_TMP/growing.jsonl" >/dev/null 2>&1
cat "$log" >"$TEST_TMP/growing.jsonl"
status "a grown log is read on in its format" 0 p import --gateway raw "$TEST_TMP/growing.jsonl"
is "… with the same result" "$(p doctor --digest | tail -1)" "$digest"

# The same session in several lines, in two imports: read again by the stored name.
cat >"$own/steps.conf" <<'EOF'
[format]
name = steps
stage eom = data
[pattern refused]
match = ^(?<time>\S+) (?<id>\w+) (?<peer>\S+) (?<stage>\w+) <(?<sender>[^>]*)> <(?<rcpt>[^>]*)> (?<reply>\d.*)$
sample = 2026-03-04T05:06:07Z 4F2ab12c3Q1 192.0.2.1:25 rcpt <a@b.example> <c@d.example> 550 no
[pattern score]
match = ^(?<time>\S+) (?<id>\w+) mark (?<score>\S+)$
engine = SpamAssassin
sample = 2026-03-04T05:06:07Z 4F2ab12c3Q1 mark 7.5
EOF
index=$TEST_TMP/steps.db
echo '2026-03-04T05:06:07Z 4F2ab12c3Q1 192.0.2.1:25 rcpt <a@b.example> <c@d.example> 550 no' >"$TEST_TMP/steps.log"
p import --gateway s "$TEST_TMP/steps.log" >/dev/null 2>&1
echo '2026-03-04T05:06:09Z 4F2ab12c3Q1 mark 7.5' >>"$TEST_TMP/steps.log"
p import --gateway s "$TEST_TMP/steps.log" >/dev/null 2>&1
is "a later line joins the stored session" \
	"$(p --json sessions | jq -r '.sessions | length, (.[0] | .code, .score)' | tr '\n' ' ')" "1 550 7.5 "

# The file is gone: only its sessions are poorer.
mv "$own/steps.conf" "$TEST_TMP/"
status "sessions of a missing format are still there" 0 p session 4F2ab12c3Q1 --lines
cp "$TEST_TMP/out" "$TEST_TMP/shown"
ok "… and say which is missing" grep -q "the format steps is missing" "$TEST_TMP/shown"
ok "… and show their lines" grep -q "4F2ab12c3Q1 mark 7.5" "$TEST_TMP/shown"
status "… they are listed" 0 p sessions
status "… and found" 0 p find 4F2ab12c3Q1
status "… the index is sound" 0 p doctor
echo '2026-03-04T05:06:10Z 4F2ab12c3Q1 mark 8' >>"$TEST_TMP/steps.log"
status "the log cannot be read on without it" 3 p import --gateway s "$TEST_TMP/steps.log"
err_has "… which is said by name" "the format steps, in which it was read before, is missing"
status "… other logs can" 0 p import --gateway raw "$log"
mv "$TEST_TMP/steps.conf" "$own/"
status "with its file it is read on" 0 p import --gateway s "$TEST_TMP/steps.log"

# A program in syslog, and a wording for scores that Exim logs.
cat >"$own/mygw.conf" <<'EOF'
[format]
name = mygw
tag = mygw
[pattern refused]
match = ^(?<id>\w+): client=(?<peer>\S+) from=<(?<sender>[^>]*)> to=<(?<rcpt>[^>]*)> said=(?<reply>.*)$
stage = data
sample = T1: client=192.0.2.1:4 from=<a@b.example> to=<c@d.example> said=550 spam
[score house]
engine = SpamAssassin
match = house mark {value}{end} of {threshold}
anywhere = yes
sample = refused by house mark 12.5 of 8
EOF
index=$TEST_TMP/mygw.db
cat >"$TEST_TMP/mail.log" <<'EOF'
Mar  4 05:06:07 mx7 mygw[321]: T1: client=192.0.2.1:4242 from=<a@b.example> to=<c@d.example> said=550 5.7.1 spam, house mark 12.5 of 8
Mar  4 05:06:08 mx7 sshd[4]: something else
EOF
p --json import --year 2026 "$TEST_TMP/mail.log" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
is "a program in syslog is read by its tag" \
	"$(jq -r '.sources[0] | "\(.format) \(.gateway) \(.understood) \(.ignored)"' "$TEST_TMP/out")" "mygw mx7 1 1"
is "… its time is that of syslog, and the score that of the site's wording" \
	"$(p --json session T1 | jq -r '"\(.time) \(.engine) \(.score) \(.threshold)"')" "2026-03-04T05:06:07Z SpamAssassin 12.5 8"
printf '%s\n' '2026-11-21 16:20:00 1vxeQx-000ABC-1a H=x.example [192.0.2.1]:4242 F=<a@b.example> rejected after DATA: over the house mark 9 of 8' >"$TEST_TMP/mainlog"
p import --gateway mx8 "$TEST_TMP/mainlog" >/dev/null 2>&1
is "… also in Exim's log" "$(p --json session 1vxeQx-000ABC-1a | jq -r '"\(.engine) \(.score)"')" "SpamAssassin 9"
printf '%s\n' '{"__REALTIME_TIMESTAMP":"1772600767000000","_HOSTNAME":"mx9","SYSLOG_IDENTIFIER":"mygw","MESSAGE":"T9: client=192.0.2.1:4242 from=<a@b.example> to=<c@d.example> said=550 no"}' >"$TEST_TMP/journal"
p import "$TEST_TMP/journal" >/dev/null 2>&1
is "… a tag is also known in the journal" "$(p --json session T9 | jq -r .code)" 550
cat >"$TEST_TMP/exim.log" <<'EOF'
Mar  4 05:06:07 mx5 exim[1]: 2026-03-04 05:06:07 1vxeQx-000ABD-1a <= a@b.example H=x.example [192.0.2.1] P=esmtp S=500
Mar  4 05:06:07 mx5 exim[1]: 2026-03-04 05:06:07 1vxeQx-000ABD-1a Completed
Mar  4 05:06:08 mx5 mygw[321]: T5: client=192.0.2.1:4242 from=<a@b.example> to=<c@d.example> said=551 no
EOF
p import --year 2026 "$TEST_TMP/exim.log" >/dev/null 2>&1
is "… and among Exim's lines" "$(p --json session T5 | jq -r .code)" 551

# A pattern that runs away.
cat >"$own/slow.conf" <<'EOF'
[format]
name = slow
[pattern slow]
match = ^(?<time>\S+) (?<peer>\S+) (a+)+ (?<reply>.*)$
stage = rcpt
sample = 2026-03-04T05:06:07Z 192.0.2.1 aaa 550 no
EOF
index=$TEST_TMP/slow.db
hostile="2026-03-04T05:06:07Z 192.0.2.1 $(printf '%060d' 0 | tr 0 a)!"
i=0
while [ $i -lt 200 ]; do
	echo "$hostile"
	i=$((i + 1))
done >"$TEST_TMP/slow.log"
status "a runaway pattern ends" 0 timeout 60 "$POSTERN" --json --index "$index" import --gateway s --format slow "$TEST_TMP/slow.log"
err_has "… and is told of" "slow.conf:3: pattern slow ran away on 100 lines"
is "… once" "$(grep -c "ran away" "$TEST_TMP/err")" 1
is "… its lines are unknown" "$(jq -r '.sources[0].unknown' "$TEST_TMP/out")" 200
rm "$own/slow.conf"

# Files that are wrong.
printf '[format]\nname = bad\n[pattern p]\nmatch = ^(?<time>\\S+) (?<colour>x)\nsample = x\n' >"$own/bad.conf"
status "a file that is wrong stops an import" 3 p import --gateway raw "$log"
err_has "… with file, line and column" "bad.conf:4:26: no field is called colour"
is "… and a caret under the place" "$(grep -c '^  *^$' "$TEST_TMP/err")" 1
index=$TEST_TMP/index.db
status "… but no reading" 0 p session 1xUna1-000APO-Pk
err_has "… which warns" "bad.conf:4:26"
status "formats says no" 1 "$POSTERN" formats
is "… also in JSON" "$("$POSTERN" --json formats | jq -r '.complaints[0] | test("bad.conf:4:26")')" true
rm "$own/bad.conf"
mkfifo "$own/pipe.conf"
status "a pipe among the formats stops nothing" 0 timeout 20 "$POSTERN" --index "$index" session 1xUna1-000APO-Pk
err_has "… and is told of" "pipe.conf: is not a file"
rm "$own/pipe.conf"
printf '[format]\nname = bad\n[pattern p]\nmatch = (?J)^(?<time>\\S+) ((?<rcpt>x)|(?<rcpt>y))\nsample = 2026-03-04T05:06:07Z x\n' >"$TEST_TMP/twice.conf"
status "a field may be taken by one group" 1 "$POSTERN" formats "$TEST_TMP/twice.conf"
err_has "… which is said" "two groups are called rcpt"
status "formats checks a file that is not there" 1 "$POSTERN" formats "$TEST_TMP/nonesuch.conf"
mkdir -p "$TEST_TMP/elsewhere/formats.d"
mv "$own/rawgw.conf" "$TEST_TMP/elsewhere/formats.d/"
touch "$TEST_TMP/elsewhere/p.conf"
ok "formats.d lies beside POSTERN_CONF" sh -c 'POSTERN_CONF=$2 "$1" formats | grep -q ^rawgw' - "$POSTERN" "$TEST_TMP/elsewhere/p.conf"
ok "help formats names the fields" sh -c '"$1" help formats | grep -q orig_rcpt' - "$POSTERN"
plan
