# SPDX-License-Identifier: MIT
# run-find: whole processes that find a session, at several sizes of the log. Sourced by run.sh.

# find_texts SAMPLES NAME: the lists NAME.id and NAME.clues, one text in each line, and NAME.want.
find_texts()
{
	awk -F '\t' -v ids="$dir/$2.id" -v clues="$dir/$2.clues" -v want="$dir/$2.want" '
		$1 == "accepted" || $1 == "rejected" {
			print $2 >ids; print $2 >want
			printf "Your mail to <%s> was not delivered. ", $4 >clues
			printf "From: %s, client address [%s]\n", $3, $5 >clues
		}' "$1"
}

# hits INDEX LIST WANT: how often the first candidate is the session that was meant.
hits()
{
	has jq || {
		echo -
		return
	}
	paste "$2" "$3" | awk 'NR % 4 == 1' | head -n 50 >"$dir/hits.list"
	n=0 good=0
	while IFS="$(printf '\t')" read -r text want; do
		n=$((n + 1))
		first=$("$postern" --index "$1" --json find -- "$text" 2>/dev/null | jq -r --arg id "$want" \
			'.candidates[0].identifiers // [] | index($id) != null')
		[ "$first" != true ] || good=$((good + 1))
	done <"$dir/hits.list"
	echo "$good of $n"
}

index_at()
{
	case $1 in
	whole) echo "$dir/import.db" ;;
	*) echo "$dir/$1.db" ;;
	esac
}

# find_prepare NAME LOG SAMPLES: imports it if there is no index yet.
find_prepare()
{
	if [ ! -f "$(index_at "$1")" ]; then
		say "importing $2"
		measure_import "import-$1" "$(index_at "$1")" "$2"
	fi
	find_texts "$3" "$1"
	sizes="$sizes $1"
}

# All sizes in turn, so that a slow moment of the machine hits all of them.
find_round()
{
	for at in $sizes; do
		measure noop --each "$dir/$at.id" -- /bin/true
		measure_find "find-id-$at" "$(index_at "$at")" "$dir/$at.id"
		measure_find "find-clues-$at" "$(index_at "$at")" "$dir/$at.clues"
	done
}

find_cold()
{
	for at in $sizes; do
		measure "find-cold-$at" --evict "$(index_at "$at")" --each "$dir/$at.id" -- \
			"$postern" --index "$(index_at "$at")" --json find -- {}
	done
}

find_hits()
{
	for at in $sizes; do
		hits "$(index_at "$at")" "$dir/$at.id" "$dir/$at.want" >"$dir/$at.hits-id"
		hits "$(index_at "$at")" "$dir/$at.clues" "$dir/$at.want" >"$dir/$at.hits-clues"
	done
}

# A bounce with the returned message as attachment, and the tail of somebody's log.
pastes()
{
	{
		printf 'This message was created automatically by mail delivery software.\n\n'
		awk -F '\t' '$1 == "rejected" { s = $0 } END { split(s, f, "\t")
			printf "  %s\n    SMTP error from remote mail server after end of data:\n", f[4]
			printf "    host mx1.gw.example [192.0.2.25]: 550 5.7.1 Rejected: spam score too"
			printf " high (milter id %s)\n\n", f[2] }' "$samples0"
		gzip -1 -c "$log0" | head -c 3800000 | base64
	} >"$dir/paste-bounce"
	"$dir/generate" --bytes 5M --seed 4711 --start 2026-02-01T00:00:00 2>/dev/null >"$dir/paste-log"
	for paste in paste-bounce paste-log; do
		measure "$paste" --runs "$RUNS" -- \
			"$postern" --index "$dir/import.db" --json find "$dir/$paste"
	done
}

sizes=
[ -f "$dir/import.db" ] || measure_import import "$dir/import.db" "$log0"
make_log $((bytes / 10))
remove_index "$dir/tenth.db"
find_prepare tenth "$log" "$samples"
find_prepare whole "$log0" "$samples0"
if [ -n "$BIG" ]; then
	make_log $((bytes * 10))
	remove_index "$dir/tenfold.db"
	find_prepare tenfold "$log" "$samples"
fi
run=0
while [ "$run" -lt 3 ]; do
	run=$((run + 1))
	say "find, round $run of 3"
	find_round
done
find_cold
find_hits
pastes
