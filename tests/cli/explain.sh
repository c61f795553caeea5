#!/bin/sh
# SPDX-License-Identifier: MIT
# postern explain: two texts about one session, for one recipient, with the promised exit statuses.
. tests/cli/tap.sh
index=$TEST_TMP/index.db
logs=$TEST_TMP/logs
mkdir "$logs"
cat >"$logs/mainlog" <<'LOG'
2026-11-20 09:40:00 +0000 H=mail.isp.example [192.0.2.25] F=<news@isp.example> temporarily rejected RCPT <anna@cs.example.edu>: greylisted
2026-11-20 10:02:10 +0000 H=mail.isp.example [192.0.2.25] F=<news@isp.example> rejected RCPT <bob@cs.example.edu>: unknown user
2026-11-20 10:02:11 +0000 1xUnah-0003wP-1G <= news@isp.example H=mail.isp.example [192.0.2.25] P=esmtp S=1200 id=8812@isp.example T="Spring" for anna@cs.example.edu
2026-11-20 10:02:13 +0000 1xUnah-0003wP-1G => anna@cs.example.edu R=store T=smtp H=store.example [10.0.0.5] C="250 2.0.0 ok 77AF"
2026-11-20 10:02:13 +0000 1xUnah-0003wP-1G Completed
2026-11-20 10:05:00 +0000 1xUndp-0003wQ-1H <= news@isp.example H=mail.isp.example [192.0.2.25] P=esmtp S=900 for carl@cs.example.edu dora@cs.example.edu
2026-11-20 10:05:01 +0000 1xUndp-0003wQ-1H => carl@cs.example.edu R=store T=smtp H=store.example [10.0.0.5] C="250 ok"
2026-11-20 10:05:02 +0000 1xUndp-0003wQ-1H ** dora@cs.example.edu R=store T=smtp H=store.example [10.0.0.5]: SMTP error from remote mail server after RCPT TO:<dora@cs.example.edu>: 552 5.2.2 mailbox full
2026-11-20 10:06:00 +0000 H=mail.isp.example [192.0.2.25] F=<news@isp.example> rejected RCPT <eve@cs.example.edu>: 550-5.7.1 not\n550 5.7.1 today
2026-11-20 10:07:00 +0000 H=late.isp.example [192.0.2.26] F=<once@isp.example> temporarily rejected RCPT <anna@cs.example.edu>: greylisted
2026-11-20 11:00:00 +0000 H=[192.0.2.99] rejected connection in "connect" ACL: listed in zen.dnsbl.example
LOG
POSTERN_CONF=$TEST_TMP/postern.conf
export POSTERN_CONF
cat >"$POSTERN_CONF" <<'CONF'
domains = { "cs.example.edu" }
hosts = { "mx1.cs.example.edu" }
timezone = "Europe/Athens"
CONF
"$POSTERN" --index "$index" import --gateway mx1 "$logs" >"$TEST_TMP/import" 2>&1 || cat "$TEST_TMP/import"
id=1xUnah-0003wP-1G
explain() { "$POSTERN" --index "$index" explain "$@"; }
told() { # told NAME TEXT: the last command's standard output, lines joined
	case "$(tr '\n' ' ' <"$TEST_TMP/out")" in
	*"$2"*) tap_say 0 "$1" ;;
	*) tap_say 1 "$1" "no \"$2\" in: $(head -c 3000 "$TEST_TMP/out")" ;;
	esac
}
not_told() {
	case "$(cat "$TEST_TMP/out")" in
	*"$2"*) tap_say 1 "$1" "\"$2\" in: $(cat "$TEST_TMP/out")" ;;
	*) tap_say 0 "$1" ;;
	esac
}

status "an ID leads to its two texts" 0 explain "$id" --to anna@cs.example.edu
told "… to the user, in the operator's zone" "Friday, 20 November 2026, at 12:02 (EET)"
told "… with what the next host said" "Its answer     250 2.0.0 ok 77AF"
told "… in UTC for the postmaster" "2026-11-20 10:02:13 +00:00"
not_told "… naming nobody else" bob@
status "--utc is for the user, too" 0 "$POSTERN" --utc --index "$index" explain "$id"
told "… and says so" "at 10:02 (UTC)"
status "--json holds both texts" 0 "$POSTERN" --json --index "$index" explain "$id" --to anna@cs.example.edu
is "… in one document" "$(jq -r 'keys | join(" ")' "$TEST_TMP/out")" "postmaster recipient user"
is "… for the one who asked" "$(jq -r .recipient "$TEST_TMP/out")" "anna@cs.example.edu"

ref=$("$POSTERN" --index "$index" --json sessions greylisted news@isp.example | jq -r '.sessions[0].session')
status "a reference does, too" 0 explain "$ref"
told "what was put off has not failed" "That is not a refusal"
told "what came later is told" "at 12:02 (EET), as far as we can tell, and was delivered"

ref=$("$POSTERN" --index "$index" --json sessions rejected connect | jq -r '.sessions[0].session')
status "a session without sender and recipient is explained" 0 explain "$ref"
told "… with the doubt that it is the right one" "so it is not certain"
told "… and the block list with its look-up" "host -t TXT 99.2.0.192.zen.dnsbl.example"

status "of several recipients one is chosen" 0 explain 1xUndp-0003wQ-1H
err_has "… which is said" "--to ADDRESS takes another"
told "… the one that fared worst" "RCPT TO        <dora@cs.example.edu>"
not_told "… and no other" carl@
status "a recipient that the session does not have is a no" 1 \
	"$POSTERN" --json --index "$index" explain "$id" --to mallory@cs.example.edu
is "… with one document" "$(cat "$TEST_TMP/out")" null
err_has "… that says so" "no recipient mallory@cs.example.edu"
status "an unknown session is a no" 1 "$POSTERN" --json --index "$index" explain nonesuch
is "… with one document, too" "$(cat "$TEST_TMP/out")" null
status "without a session it is a usage error" 2 explain
status "without an index it is an input error" 3 "$POSTERN" --index "$TEST_TMP/none.db" explain x
ref=$("$POSTERN" --index "$index" --json sessions once@isp.example | jq -r '.sessions[0].session')
status "a mail that was put off once, with logs that end soon after" 0 explain "$ref"
told "… may be waited for, or the logs do not tell" "our logs end at 13:00"
ref=$("$POSTERN" --index "$index" --json sessions eve@cs.example.edu | jq -r '.sessions[0].session')
status "a reply of several lines is printed" 0 "$POSTERN" --index "$index" session "$ref"
told "… on as many, below each other" "550 5.7.1 not                                  today"
not_told "… and not as one" 'not\n'

status "it only reads" 0 "$POSTERN" --read-only --index "$index" explain "$id"
plan
