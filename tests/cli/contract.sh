#!/bin/sh
# SPDX-License-Identifier: MIT
# The command-line contract: options, exit statuses, one JSON document on standard output.
. tests/cli/tap.sh
index=$TEST_TMP/index.db
logs=$samples/exim/v1-default

status "alone without a terminal it says what to do" 2 "$POSTERN"
err_has "… and names the help" "--help"
status "help succeeds" 0 "$POSTERN" --help
status "help on a command succeeds" 0 "$POSTERN" import --help
status "the version is printed" 0 "$POSTERN" --version
status "an unknown command is a usage error" 2 "$POSTERN" frobnicate
status "an unknown option is a usage error" 2 "$POSTERN" sessions --frobnicate
status "an option that lacks its value is a usage error" 2 "$POSTERN" sessions --limit
status "a limit that is no number is a usage error" 2 "$POSTERN" --index "$index" sessions --limit x
status "an unknown zone is a usage error" 2 "$POSTERN" --index "$index" import --timezone Mars/Phobos "$logs"
status "without an index finding is an input error" 3 "$POSTERN" --index "$index" find x
err_has "… that says what to do" "postern import"
ok "reading commands create nothing" test ! -e "$index"

status "import succeeds" 0 "$POSTERN" --index "$index" --json import --gateway mx1 "$logs"
is "import names each file as given" "$(jq -r '.sources[].path' "$TEST_TMP/out" | sort | tr '\n' ' ')" \
	"$(ls -d "$logs"/* | sort | tr '\n' ' ')"
is "every line is accounted for" \
	"$(jq '[.sources[] | select(.lines != .understood + .ignored + .unknown)] | length' "$TEST_TMP/out")" 0
is "lines are physical lines" "$(jq '[.sources[].lines] | add' "$TEST_TMP/out")" \
	"$(cat "$logs"/* | wc -l | tr -d ' ')"
is "the answer has the promised keys" \
	"$(jq -r '.sources[0] | [has("path","gateway","format","bytes","lines","understood","ignored","unknown","sessions","pending_bytes")] | all' "$TEST_TMP/out")" true
is "the sessions of the run are counted" \
	"$(jq '[.sources[].sessions] | add > 50' "$TEST_TMP/out")" true
is "seconds are told" "$(jq -r '.seconds >= 0' "$TEST_TMP/out")" true
"$POSTERN" --index "$index" doctor --digest >"$TEST_TMP/doctor1"
status "importing again succeeds" 0 "$POSTERN" --index "$index" --json import --gateway mx1 "$logs"
is "… and reads nothing" "$(jq '[.sources[].lines] | add' "$TEST_TMP/out")" 0
"$POSTERN" --index "$index" doctor --digest >"$TEST_TMP/doctor2"
is "… and changes nothing" "$(tail -1 "$TEST_TMP/doctor2")" "$(tail -1 "$TEST_TMP/doctor1")"
is "the digest line has its form" \
	"$(tail -1 "$TEST_TMP/doctor1" | grep -cE '^digest [0-9a-f]{64}$')" 1

status "sessions succeeds, options before" 0 "$POSTERN" --index "$index" --json sessions --limit 3
is "… with so many" "$(jq '.sessions | length' "$TEST_TMP/out")" 3
status "sessions succeeds, options after" 0 "$POSTERN" sessions --limit=3 --json --index "$index"
is "… with so many, too" "$(jq '.sessions | length' "$TEST_TMP/out")" 3
is "a session has the promised keys" \
	"$(jq -r '.sessions[0] | [has("session","gateway","direction","time","connection","identifiers","peer","peer_port","peer_host","helo","sender","recipients","subject","stage","about","verdict","code","enhanced","reply","reply_logged","engine","score","threshold")] | all' "$TEST_TMP/out")" true
is "times are RFC 3339 in UTC" \
	"$(jq -r '.sessions[].time' "$TEST_TMP/out" | grep -vcE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?Z$')" 0
is "newest come first" "$(jq -r '[.sessions[].time] == ([.sessions[].time] | sort | reverse)' "$TEST_TMP/out")" true
ref=$(jq -r '.sessions[0].session' "$TEST_TMP/out")
status "a reference leads to its session" 0 "$POSTERN" --index "$index" --json session "$ref" --lines
is "… the same" "$(jq -r .session "$TEST_TMP/out")" "$ref"
is "… with events and lines" "$(jq -r '(.events | length > 0) and (.lines | length > 0)' "$TEST_TMP/out")" true
is "implied events have no time" \
	"$(jq '[.events[] | select(.logged == false and .time != null)] | length' "$TEST_TMP/out")" 0
status "an unknown session is a no" 1 "$POSTERN" --index "$index" --json session nonesuch
is "… with a JSON document" "$(jq -c . "$TEST_TMP/out")" null

id=$("$POSTERN" --index "$index" --json sessions --limit 500 "after" rejected data |
	jq -r '[.sessions[] | select(.stage == "data" and .verdict == "rejected") | .identifiers[0]][0] // empty')
[ -n "$id" ] || id=$("$POSTERN" --index "$index" --json sessions --limit 5000 |
	jq -r '[.sessions[] | select(.stage == "data" and .verdict == "rejected") | .identifiers[0]][0]')
status "an identifier leads to its session" 0 "$POSTERN" --index "$index" --json session "$id"
status "find takes text" 0 "$POSTERN" --index "$index" --json find "550 rejected (milter id $id)"
is "… and is sure of one ID" "$(jq -r --arg id "$id" '.candidates[0] | (.identifiers | index($id) != null) and .probability >= 0.95' "$TEST_TMP/out")" true
is "… and says who refused" "$(jq -r .refused_by "$TEST_TMP/out")" us
is "find has the promised keys" \
	"$(jq -r '[has("refused_by","reported_by","kind","template","clues","candidates","message")] | all' "$TEST_TMP/out")" true
is "clue ranges lie in the paste" \
	"$(jq -r --arg id "$id" '[.clues[] | select(.kind == "identifier") | .end - .start == ($id | length)] | any' "$TEST_TMP/out")" true
printf 'the text: %s\n' "$id" >"$TEST_TMP/bounce"
other=$("$POSTERN" --index "$index" --json sessions --limit 5000 |
	jq -r --arg id "$id" '[.sessions[] | select(.stage == "data" and .verdict == "rejected" and .identifiers[0] != $id) | .identifiers[0]][0]')
printf '550 rejected (milter id %s)\n550 rejected (milter id %s)\n' "$id" "$other" >"$TEST_TMP/two"
status "find takes a text of two bounces" 0 "$POSTERN" --index "$index" --json find "$TEST_TMP/two"
is "… names them" "$(jq -r '[.parts[].title] | join(" ")' "$TEST_TMP/out")" "$id $other"
is "… and answers the first" "$(jq -r '"\(.part) \(.candidates[0].identifiers[0])"' "$TEST_TMP/out")" "1 $id"
status "find --part answers another" 0 "$POSTERN" --index "$index" --json find --part 2 "$TEST_TMP/two"
is "… that one" "$(jq -r '"\(.part) \(.candidates[0].identifiers[0])"' "$TEST_TMP/out")" "2 $other"
status "a part that is not there is a usage error" 2 "$POSTERN" --index "$index" find --part 3 "$TEST_TMP/two"
err_has "… that says how many there are" "holds 2 bounces"
status "find takes a file" 0 "$POSTERN" --index "$index" --json find "$TEST_TMP/bounce"
status "find takes standard input" 0 sh -c '"$1" --index "$2" --json find <"$3"' - "$POSTERN" "$index" "$TEST_TMP/bounce"
(cd "$TEST_TMP" && echo nothing >known && "$POSTERN" --index "$index" --json find -- known >out 2>err)
is "-- forces text" "$?" 1
status "nothing found is a no" 1 "$POSTERN" --index "$index" --json find "qwertyuiop"
is "… with a document that invents nothing" "$(jq -c .candidates "$TEST_TMP/out")" "[]"
status "find --read-only works" 0 "$POSTERN" --read-only --index "$index" find "$id"
status "import --read-only contradicts itself" 2 "$POSTERN" --read-only --index "$index" import "$logs"
status "sources succeeds" 0 "$POSTERN" --index "$index" --json sources
is "… and knows each file" "$(jq '.sources | length' "$TEST_TMP/out")" "$(ls "$logs" | wc -l | tr -d ' ')"
status "doctor finds nothing wrong" 0 "$POSTERN" --index "$index" --json doctor --digest
is "… in JSON, too" "$(jq -r '.findings | length' "$TEST_TMP/out")" 0
status "--paste opens the console without its name" 2 "$POSTERN" --paste "$TEST_TMP/known" </dev/null
err_has "… which wants a terminal" "needs a terminal"
for command in console import find trace sessions session sources doctor formats help; do
	ok "the manual page names $command" sh -c '"$1" help --man | grep -q "$2"' - "$POSTERN" "$command"
	ok "completion knows $command" sh -c '"$1" help --completion bash | grep -q "$2"' - "$POSTERN" "$command"
done
"$POSTERN" help --man >"$TEST_TMP/postern.1"
ok "man/postern.1 is what the tables say" cmp "$TEST_TMP/postern.1" man/postern.1
plan
