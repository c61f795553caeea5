# SPDX-License-Identifier: MIT
# run-postfix: the Postfix mix beside pflogsumm, interleaved with an Exim log of the same size; at most
# 100 MB, for pflogsumm takes ten seconds for that. Sourced by run.sh.

postfix_bytes=$bytes
[ "$postfix_bytes" -le 100000000 ] || postfix_bytes=100000000
postfix_log=$dir/logs/postfix-$postfix_bytes-seed$SEED
make_log "$postfix_bytes"
exim_log=$log
if [ ! -f "$postfix_log" ] || [ "$truth" -nt "$postfix_log" ]; then
	say "making a Postfix log of $postfix_bytes bytes"
	"$dir/generate" --format postfix --bytes "$postfix_bytes" --seed "$SEED" >"$postfix_log" 2>/dev/null
fi
has pflogsumm || skipped="$skipped pflogsumm"
cat "$postfix_log" "$exim_log" >/dev/null
run=0
while [ "$run" -lt "$RUNS" ]; do
	run=$((run + 1))
	say "Postfix, round $run of $RUNS"
	remove_index "$dir/postfix.db"
	measure_import postfix "$dir/postfix.db" "$postfix_log"
	remove_index "$dir/postfix.db"
	measure_import exim-same-size "$dir/postfix.db" "$exim_log"
	remove_index "$dir/postfix.db"
	if has pflogsumm; then
		measure pflogsumm --out "$dir/pflogsumm.out" -- pflogsumm "$postfix_log"
	fi
done
