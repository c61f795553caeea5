#!/bin/sh
# SPDX-License-Identifier: MIT
# The desk: cases and notes survive the index; who may not write is told what to do.
. tests/cli/tap.sh
index=$TEST_TMP/index.db
desk=$TEST_TMP/new/desk.db
logs=$samples/exim/v1-default

postern() {
	"$POSTERN" --index "$index" --desk "$desk" "$@"
}

postern import --gateway mx1 "$logs" >/dev/null 2>&1
id=$(postern --json sessions --limit 500 |
	jq -r '[.sessions[] | select(.stage == "data" and .verdict == "rejected") | .identifiers[0]][0]')
# One without an ID: refused at RCPT.
noid=$(postern --json sessions --limit 500 |
	jq -c '[.sessions[] | select(.stage == "rcpt" and (.identifiers | length) == 0)][0]')
ref=$(echo "$noid" | jq -r .session)

status "an empty desk has no cases" 1 postern --json cases
is "… and says so in a document" "$(jq -c .cases "$TEST_TMP/out")" "[]"
status "a session without a case is a no" 1 postern case "$id"
err_has "… that says how to open one" "--note TEXT opens one"
status "a session has no case" 0 postern --json session "$id"
is "… in so many words" "$(jq -c 'has("case"), .case' "$TEST_TMP/out" | tr '\n' ' ')" "true null "
status "the doctor needs no desk" 0 postern --json doctor
is "… and says that there is none" "$(jq .desk.exists "$TEST_TMP/out")" false
ok "nothing of this made a desk" test ! -e "$TEST_TMP/new"

status "a note opens a case" 0 postern case "$id" --note "user says wanted" --asked-by jdoe
is "the desk is private" "$(stat -c %a "$desk" "$TEST_TMP/new" | tr '\n' ' ')" "600 700 "
status "a session without an ID can have one, too" 0 \
	postern --json case "$ref" --status waiting --cause 'over quota'
is "… with its own summary" "$(jq -c '[.summary.sender, .summary.verdict, .summary.code]' "$TEST_TMP/out")" \
	"$(echo "$noid" | jq -c '[.sender, .verdict, .code]')"
status "cases are listed" 0 postern --json cases
is "… newest first" "$(jq -r '[.cases[].case] | join(" ")' "$TEST_TMP/out")" "c2 c1"
is "a case has its keys" "$(jq '.cases[0] | [has("case","status","asked_by","cause","created","changed","author","changed_by","summary","notes","user","postmaster")] | all' "$TEST_TMP/out")" true
status "… by status" 0 postern --json cases waiting
is "… only these" "$(jq -r '[.cases[].case] | join(" ")' "$TEST_TMP/out")" c2
status "… as many as wanted" 0 postern --json cases --limit 1
is "… no more" "$(jq '.cases | length' "$TEST_TMP/out")" 1
status "the session tells of its case" 0 postern --json session "$id"
is "… with the note and its author" \
	"$(jq -r '.case.notes[0] | [.author, .text] | join(": ")' "$TEST_TMP/out")" "$(id -un): user says wanted"
status "a case can be closed by its name" 0 postern case c1 --status closed
status "a reader is told the same" 0 postern --read-only --json case c1
is "… the new status" "$(jq -r .status "$TEST_TMP/out")" closed
is "… and what was there before" "$(jq -r .asked_by "$TEST_TMP/out")" jdoe
status "the doctor counts what is there" 0 postern --json doctor
is "… by status" "$(jq -c '.desk | [.open, .waiting, .closed, .notes]' "$TEST_TMP/out")" "[0,1,1,1]"

status "a status that is none is a usage error" 2 postern case c1 --status lost
status "cases are looked for by words, in notes" 0 postern --json cases says USER
is "… all of which must occur" "$(jq -r '[.cases[].case] | join(" ")' "$TEST_TMP/out")" c1
status "… in who asked, and by a status before them" 0 postern --json cases closed jdoe
is "… only these" "$(jq -r '[.cases[].case] | join(" ")' "$TEST_TMP/out")" c1
status "… what occurs nowhere is a no" 1 postern cases lost
status "find names the case of a session" 0 postern --json find "$id"
is "… with its status" "$(jq -r '.candidates[0].case | [.case, .status, .same] | join(" ")' "$TEST_TMP/out")" "c1 closed session"
ok "… for people, too" sh -c '"$@" | grep -q "case c1 closed: user says wanted"' - "$POSTERN" --index "$index" --desk "$desk" find "$id"
status "find needs no desk" 0 postern --desk "$TEST_TMP/nodesk.db" --json find "$id"
is "… and says that there is no case" "$(jq -c '.candidates[0].case' "$TEST_TMP/out")" null
status "an empty note is a usage error" 2 postern case c1 --note ""
status "--read-only writes nothing" 2 postern --read-only case c1 --note x
status "a case that is not there is a no" 1 postern --json case c99
is "… with a document" "$(cat "$TEST_TMP/out")" null
status "a note that is too long is refused" 3 postern case c1 --note "$(head -c 20000 /dev/zero | tr '\0' x)"
err_has "… with the limit" "at most 16384"
esc=$(printf '\033')
status "hostile notes are kept" 0 postern case c1 --note "'); DROP TABLE cases;--${esc}[2J"
is "… and cannot drive the terminal" "$(grep -c "$esc" "$TEST_TMP/out")" 0

rm -f "$index"*
status "a case needs no index" 0 postern --json case "$id"
is "… to show what it is about" "$(jq -r .summary.id "$TEST_TMP/out")" "$id"
postern import --gateway mx1 "$logs" >/dev/null 2>&1
status "a new index finds its cases again, by ID" 0 postern --json session "$id"
is "… with their notes" "$(jq -r '.case.notes[0].text' "$TEST_TMP/out")" "user says wanted"
again=$(postern --json sessions --limit 500 | jq -r --argjson s "$noid" \
	'[.sessions[] | select(.time == $s.time and .sender == $s.sender and .peer == $s.peer)][0].session')
status "… and by the first log line" 0 postern --json session "$again"
is "… with the cause" "$(jq -r '.case.cause' "$TEST_TMP/out")" "over quota"

printf 'this is no database at all, only text that is longer than a header of one\n%0100d' 0 >"$TEST_TMP/text"
status "a desk that is none does not hide the session" 0 \
	"$POSTERN" --index "$index" --desk "$TEST_TMP/text" --json session "$id"
err_has "… but is named" "not a Postern desk"
status "the doctor finds it" 1 "$POSTERN" --index "$index" --desk "$TEST_TMP/text" doctor
status "find works without it" 0 "$POSTERN" --index "$index" --desk "$TEST_TMP/text" --json find "$id"
err_has "… and names it" "cases are not shown"
status "it is not written to" 4 "$POSTERN" --index "$index" --desk "$TEST_TMP/text" case "$id" --note x
status "a directory that is a file is named" 3 \
	"$POSTERN" --index "$index" --desk "$TEST_TMP/text/desk.db" case "$id" --note x
err_has "… with a way out" "choose another with --desk"
status "a full disk is named" 4 sh -c 'ulimit -f 8; trap "" XFSZ; exec "$@"' - \
	"$POSTERN" --index "$index" --desk "$desk" case c1 --note "$(head -c 16000 /dev/zero | tr '\0' x)"
err_has "… as such" "no space left"
status "… and what was there is there" 0 postern --json doctor
is "… all of it" "$(jq -c '.desk | [.notes, .closed]' "$TEST_TMP/out")" "[2,1]"
export POSTERN_DESK="$TEST_TMP/from-the-environment/desk.db"
status "the environment names the desk" 0 "$POSTERN" --index "$index" case "$id" --note x
ok "… which is made there" test -f "$POSTERN_DESK"
unset POSTERN_DESK
status "without a name it lies in the data directory" 0 \
	env XDG_DATA_HOME="$TEST_TMP/data" "$POSTERN" --index "$index" case "$id" --note x
ok "… as desk.db" test -f "$TEST_TMP/data/postern/desk.db"
plan
