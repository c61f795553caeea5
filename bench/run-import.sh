# SPDX-License-Identifier: MIT
# run-import: imports, the floor, and one query with other tools, interleaved. Sourced by run.sh.

# middle_sample COLUMN: of a message that was accepted, half way through the log.
middle_sample()
{
	awk -F '\t' -v c="$1" '$1 == "accepted" { v[++n] = $c } END { print v[int(n / 2) + 1] }' "$samples0"
}

query_id=$(middle_sample 2)
query_address=$(middle_sample 4)
index=$dir/import.db

run_import()
{
	remove_index "$index"
	measure_import import "$index" "$log0"
}

run_floor()
{
	rm -f "$dir"/floor.db*
	"$dir/floor" -t "$THREADS" "$index" "$log0" "$dir/floor.db" 2>/dev/null |
		awk '{ printf "floor\t%s\t%s\t-\t0\n", $1, $2 }' >>"$results"
	rm -f "$dir"/floor.db*
}

run_lnav()
{
	measure lnav --out "$dir/lnav.out" -- lnav -n -c ';SELECT count(*) FROM all_logs' "$log0"
}

# The tools in turn, so that a slow moment of the machine hits all of them.
run_others()
{
	if has exigrep; then
		measure exigrep-id --out "$dir/exigrep.out" -- exigrep "$query_id" "$log0"
		measure exigrep-address -- exigrep "$query_address" "$log0"
	fi
	has lnav && run_lnav
	has rg && measure rg -- rg -c "$query_id" "$log0"
	measure grep -- grep -c "$query_id" "$log0"
	if has zgrep; then
		measure zgrep -- zgrep -c "$query_id" "$log0.gz"
	fi
}

for tool in exigrep lnav rg zgrep; do
	has "$tool" || skipped="$skipped $tool"
done
if has zgrep && [ ! -f "$log0.gz" ]; then
	say "compressing it for zgrep"
	gzip -c "$log0" >"$log0.gz.new" && mv "$log0.gz.new" "$log0.gz"
fi
cat "$log0" >/dev/null
run=0
while [ "$run" -lt "$RUNS" ]; do
	run=$((run + 1))
	say "import and the others, round $run of $RUNS"
	run_import
	run_floor
	run_others
done
index_size=$(index_bytes "$index")
remove_index "$dir/gz.db"
[ ! -f "$log0.gz" ] || measure_import import-gz "$dir/gz.db" "$log0.gz"
remove_index "$dir/gz.db"
"$postern" --index "$index" --json doctor >"$dir/doctor.json" 2>/dev/null ||
	say "doctor finds faults"
