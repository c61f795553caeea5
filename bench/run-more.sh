# SPDX-License-Identifier: MIT
# run-more: the log grows by a tenth, then by a megabyte at a time. Sourced by run.sh.

more=$dir/logs/more-$bytes-seed$SEED
tenth=$((bytes / 10))
if [ ! -f "$more" ] || [ "$truth0" -nt "$more" ] ||
	[ "$(wc -c <"$more")" -lt $((tenth + RUNS * 1000000)) ]; then
	say "making what is added to the log"
	"$dir/generate" --bytes $((bytes + tenth + RUNS * 1000000 + 100000)) --seed "$SEED" \
		--samples /dev/null 2>/dev/null | tail -c +$((log_bytes + 1)) >"$more"
fi
[ -f "$dir/import.db" ] || measure_import import "$dir/import.db" "$log0"
grow=$dir/grow.log
index=$dir/grow.db

run=0
while [ "$run" -lt "$RUNS" ]; do
	run=$((run + 1))
	say "a tenth more, round $run of $RUNS"
	remove_index "$index"
	cp "$dir/import.db" "$index"
	cp "$log0" "$grow"
	measure_import same "$index" "$grow"
	head -c "$tenth" "$more" >>"$grow"
	measure_import tenth-more "$index" "$grow"
done
run=0
while [ "$run" -lt "$RUNS" ]; do
	tail -c +$((tenth + run * 1000000 + 1)) "$more" | head -c 1000000 >>"$grow"
	measure_import megabyte "$index" "$grow"
	run=$((run + 1))
done
