# SPDX-License-Identifier: MIT
# run-lib: helpers of run.sh. Sourced.

say()
{
	printf '%s\n' "bench: $*" >&2
}

has()
{
	command -v "$1" >/dev/null 2>&1
}

build_helpers()
{
	cc=${CC:-gcc}
	flags="-O2 -std=c17 -D_GNU_SOURCE -Wall -Wextra"
	# shellcheck disable=SC2046,SC2086
	{
		newer generate "$here"/*.[ch] && $cc $flags -o "$dir/generate" "$here"/generate.c \
			"$here"/gen.c "$here"/timeline.c "$here"/text.c "$here"/names.c "$here"/exim_*.c \
			"$here"/postfix.c -lm
		newer spawn "$here/spawn.c" && $cc $flags -o "$dir/spawn" "$here/spawn.c"
		newer floor "$here/floor.c" && $cc $flags $(pkg-config --cflags libzstd sqlite3) \
			-o "$dir/floor" "$here/floor.c" $(pkg-config --libs libzstd sqlite3) -pthread
	} || true
	[ -x "$dir/generate" ] && [ -x "$dir/spawn" ] && [ -x "$dir/floor" ]
}

# newer NAME SOURCE...: true if the helper has to be built.
newer()
{
	helper=$dir/$1
	shift
	[ -x "$helper" ] || return 0
	for source in "$@"; do
		if [ "$source" -nt "$helper" ]; then
			rm -f "$helper"
			return 0
		fi
	done
	return 1
}

in_bytes()
{
	echo "$1" | awk '{ n = $1 + 0; u = substr($1, length($1)); f["K"] = 1e3; f["M"] = 1e6; f["G"] = 1e9
		printf "%.0f\n", n * (u in f ? f[u] : 1) }'
}

# make_log BYTES: sets log, samples, truth; made once for each size and seed (and generator).
make_log()
{
	stamp=$(cat "$here"/*.[ch] | cksum | cut -d' ' -f1)
	log=$dir/logs/exim-$1-seed$SEED
	samples=$log.samples
	truth=$log.truth
	[ -f "$truth" ] && grep -q "^generator $stamp\$" "$truth" && [ -f "$log" ] && return
	say "making a log of $1 bytes"
	# About 200 samples, at least 20.
	every=$(awk -v b="$1" 'BEGIN { n = int(b * 580e3 / 1e9 / 200); print n < 1 ? 1 : n }')
	rm -f "$log".*
	"$dir/generate" --format exim --bytes "$1" --seed "$SEED" --samples "$samples" \
		--sample-every "$every" >"$log" 2>"$truth.new"
	echo "generator $stamp" >>"$truth.new"
	mv "$truth.new" "$truth"
}

# truth_of KEY [FILE]
truth_of()
{
	awk -v k="$1" '$1 == k { print $2 }' "${2:-$truth0}"
}

# measure LABEL [OPTION...] -- PROGRAM ARGUMENT...
measure()
{
	label=$1
	shift
	"$dir/spawn" --label "$label" --results "$results" "$@"
}

# measure_import LABEL INDEX LOG: what it prints goes to LABEL.json.
measure_import()
{
	measure "$1" --out "$dir/$1.json" --err "$dir/$1.err" -- \
		"$postern" --index "$2" --json import --gateway mx1 "$3"
}

# measure_find LABEL INDEX LIST
measure_find()
{
	measure "$1" --each "$3" -- "$postern" --index "$2" --json find -- {}
}

# stat_of LABEL COLUMN [PERCENTILE]: median unless told; columns: 2 wall, 3 CPU, 4 KiB; - if none.
stat_of()
{
	awk -F '\t' -v l="$1" -v c="$2" '$1 == l { print $c }' "$results" | sort -n |
		awk -v p="${3:-50}" '{ v[NR] = $1 } END {
			if (NR == 0 || v[1] == "-") { print "-"; exit }
			if (p == 50 && NR % 2 == 0) { print (v[NR / 2] + v[NR / 2 + 1]) / 2; exit }
			i = int(NR * p / 100 + 0.999999)
			if (i < 1) i = 1
			if (i > NR) i = NR
			print v[i] }'
}

range_of()
{
	printf '%s-%s' "$(fixed 2 "$(stat_of "$1" 2 0)")" "$(fixed 2 "$(stat_of "$1" 2 100)")"
}

# calc EXPRESSION DIGITS: "-" as an operand gives "-".
calc()
{
	case " $1 " in
	*" - "*) echo - ;;
	*) awk "BEGIN { printf \"%.${2:-2}f\\n\", $1 }" ;;
	esac
}

fixed()
{
	case $2 in
	-) echo - ;;
	*) printf '%.*f\n' "$1" "$2" ;;
	esac
}

# ratio A B: A / B with two digits, - if one is missing.
ratio()
{
	case "$1 $2" in
	*-*) echo - ;;
	*) awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f\n", a / b; else print "-" }' ;;
	esac
}

milliseconds()
{
	case $1 in
	-) echo - ;;
	*) awk -v s="$1" 'BEGIN { printf "%.1f\n", s * 1000 }' ;;
	esac
}

# Bytes of an index with what has not been checkpointed.
index_bytes()
{
	cat "$1" "$1-wal" 2>/dev/null | wc -c
}

remove_index()
{
	rm -f "$1" "$1-wal" "$1-shm" "$1.lock"
}

# failures LABEL: runs that ended badly. Status 1 means "nothing found": it is counted too.
failures()
{
	awk -F '\t' -v l="$1" '$1 == l && $5 != 0' "$results" | wc -l
}

machine_state()
{
	{
		echo "--- machine, $1: $(date -u '+%Y-%m-%d %H:%M:%S') UTC"
		if [ "$1" = before ]; then
			echo "$(nproc) cores, $(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)"
			echo "kernel $(uname -r), $(df -T "$dir" | awk 'NR == 2 { print $2 }') below $dir"
			awk '/^(MemTotal|MemAvailable)/ { printf "%s %.1f GB  ", $1, $2 / 1e6 }' /proc/meminfo
			echo
		fi
		echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
		load=$(cut -d' ' -f1 /proc/loadavg)
		awk -v l="$load" -v n="$(nproc)" 'BEGIN { if (l > n / 4)
			print "NOTE: others are working on this machine; compare only within this table" }'
	} | tee "$dir/machine.$1" >&2
	loads="${loads:-}${loads:+, }$(cut -d' ' -f1 /proc/loadavg)"
}

# --- tables -----------------------------------------------------------------------------------------

# json_number KEY FILE: the first number under that key.
json_number()
{
	sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$2" 2>/dev/null | head -n 1
}

# time_row NAME LABEL
time_row()
{
	wall=$(stat_of "$2" 2)
	[ "$wall" != - ] || return 0
	printf '| %s | %s (%s) | %s | %s | %s | %s |\n' "$1" "$(fixed 2 "$wall")" "$(range_of "$2")" \
		"$(fixed 2 "$(stat_of "$2" 3)")" "$(calc "$(stat_of "$2" 4) / 1024" 0)" \
		"$(ratio "$(stat_of import 2)" "$wall")" "$(ratio "$(stat_of import 3)" "$(stat_of "$2" 3)")"
}

find_row()
{
	[ "$(stat_of "find-$2-$3" 2)" != - ] || return 0
	printf '| %s | %s | %s | %s |\n' "$1" "$(milliseconds "$(stat_of "find-$2-$3" 2)")" \
		"$(milliseconds "$(stat_of "find-$2-$3" 2 95)")" "$(cat "$dir/$3.hits-$2" 2>/dev/null || echo -)"
}

ms_row()
{
	[ "$(stat_of "$2" 2)" != - ] || return 0
	printf '| %s | %s | %s | |\n' "$1" "$(milliseconds "$(stat_of "$2" 2)")" \
		"$(milliseconds "$(stat_of "$2" 2 95)")"
}

# budget TEXT LIMIT VALUE [UNIT]
budget()
{
	case $3 in
	-) met=- ;;
	*) met=$(awk -v v="$3" -v l="$2" 'BEGIN { print v <= l ? "yes" : "**no**" }') ;;
	esac
	printf '| %s | ≤ %s%s | %s%s | %s |\n' "$1" "$2" "${4:-}" "$3" "${4:-}" "$met"
}

print_input()
{
	sessions=$(json_number sessions "$dir/doctor.json")
	echo "Exim main log, $log_bytes bytes, seed $SEED: $(truth_of lines) lines, $(truth_of messages) messages,"
	echo "$(truth_of refused_rcpt) refusals at RCPT, $(truth_of refused_data) after DATA," \
		"$(truth_of delivered_recipients) recipients delivered or failed."
	echo "Postern made ${sessions:--} sessions of it;" \
		"understood $(json_number understood "$dir/doctor.json"), ignored" \
		"$(json_number ignored "$dir/doctor.json"), unknown $(json_number unknown "$dir/doctor.json") lines."
	echo "$(nproc) cores, $(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), load $loads;" \
		"medians of $RUNS, interleaved, input in the page cache."
	[ -z "$skipped" ] || echo "Not installed, hence skipped:$skipped."
	for label in import find-id-whole find-clues-whole tenth-more megabyte; do
		[ "$(failures "$label")" -eq 0 ] || echo "**$(failures "$label") runs of $label failed or found nothing.**"
	done
	echo
}

print_times()
{
	echo "| what | seconds (least-most) | CPU s | peak MB | import ÷ this | by CPU |"
	echo "|---|---|---|---|---|---|"
	time_row "postern import, fresh index" import
	time_row "the floor: read, split, zstd 1, bare insert; $THREADS thread(s)" floor
	time_row "exigrep, one ID" exigrep-id
	time_row "exigrep, one address" exigrep-address
	time_row "lnav, headless count" lnav
	time_row "rg -c, one ID" rg
	time_row "grep -c, one ID" grep
	time_row "zgrep -c, one ID" zgrep
	time_row "postern import of the .gz" import-gz
	time_row "postern import, same log again" same
	time_row "postern import, 10 % more" tenth-more
	time_row "postern import, 1 MB more" megabyte
	time_row "postern import of a Postfix log of at most 100 MB" postfix
	time_row "postern import of an Exim log of that size" exim-same-size
	time_row "pflogsumm of the Postfix log" pflogsumm
	echo
	echo "| find, whole process | median ms | p95 ms | first candidate right |"
	echo "|---|---|---|---|"
	ms_row "a process that does nothing" noop
	for at in tenth whole tenfold; do
		case $at in
		tenth) of="of 0.1 × $SIZE" ;;
		whole) of="of $SIZE" ;;
		*) of="of 10 × $SIZE" ;;
		esac
		find_row "by ID, index $of" id "$at"
		find_row "the same, index not in page cache" cold "$at"
		find_row "by sender, recipient and IP, index $of" clues "$at"
	done
	ms_row "5 MB paste: bounce with attachment" paste-bounce
	ms_row "5 MB paste: log lines" paste-log
	echo
}

print_budgets()
{
	import=$(stat_of import 2)
	echo "| $SIZE, $(truth_of lines) lines, ${sessions:--} sessions | must | reached | met |"
	echo "|---|---|---|---|"
	printf '| import | | %s s, %s MB/s, %s lines/s | |\n' "$(fixed 2 "$import")" \
		"$(calc "$log_bytes / 1e6 / $import" 0)" "$(calc "$(truth_of lines) / $import" 0)"
	budget "import ÷ one exigrep query" 0.50 "$(ratio "$import" "$(stat_of exigrep-id 2)")"
	budget "import ÷ opening in lnav" 1.20 "$(ratio "$import" "$(stat_of lnav 2)")"
	budget "import ÷ floor" 2.00 "$(ratio "$import" "$(stat_of floor 2)")"
	budget "peak memory" 256 "$(calc "$(stat_of import 4) / 1024" 0)" " MB"
	budget "index ÷ log, raw text included" 0.36 "$(ratio "${index_size:--}" "$log_bytes")"
	budget "find by ID, whole process, median" 5 "$(milliseconds "$(stat_of find-id-whole 2)")" " ms"
	budget "the same, index not in page cache" 30 "$(milliseconds "$(stat_of find-cold-whole 2)")" " ms"
	budget "find by ID, ×10 the log" 1.20 "$(ratio "$(stat_of find-id-whole 2)" "$(stat_of find-id-tenth 2)")"
	[ -z "$BIG" ] || budget "find by ID, ×10 again" 1.20 \
		"$(ratio "$(stat_of find-id-tenfold 2)" "$(stat_of find-id-whole 2)")"
	budget "find by clues, p95" 100 "$(milliseconds "$(stat_of find-clues-whole 2 95)")" " ms"
	budget "5 MB paste (slower of two)" 1000 "$(milliseconds "$(printf '%s\n%s\n' \
		"$(stat_of paste-bounce 2)" "$(stat_of paste-log 2)" | sort -n | tail -n 1)")" " ms"
	budget "10 % more, per GB held" 1.00 "$(ratio "$(stat_of tenth-more 2)" "$(calc "$log_bytes / 1e9" 6)")" " s"
	budget "Postfix mix ÷ Exim mix, per byte" 1.50 \
		"$(ratio "$(stat_of postfix 2)" "$(stat_of exim-same-size 2)")"
	budget "Postfix mix ÷ pflogsumm" 1.00 "$(ratio "$(stat_of postfix 2)" "$(stat_of pflogsumm 2)")"
	budget "1 MB more, whole process" 50 "$(milliseconds "$(stat_of megabyte 2)")" " ms"
}

print_tables()
{
	{
		print_input
		print_times
		print_budgets
	} | tee "$dir/table.md"
}
