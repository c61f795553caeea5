#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh POSTERN: measures import and search beside what one would use instead, in one run, and
# prints tables (the last one in Markdown, for README). No network; needs a C compiler, zstd, SQLite.
#
#   SIZE=100M      the log: 100M, 1G, …           RUNS=5         medians of so many, interleaved
#   SEED=7         of the generator                THREADS=1      of the floor
#   BENCH_DIR=build/bench   all that is written    BIG=1          also find in 10 × SIZE
#   KEEP=1         keep indexes and copies         ONLY="import find more postfix"   parts to run
set -eu
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

here=$(dirname "$(realpath "$0")")
postern=$(realpath "$1")
SIZE=${SIZE:-100M}
RUNS=${RUNS:-5}
SEED=${SEED:-7}
THREADS=${THREADS:-1}
BIG=${BIG:-}
KEEP=${KEEP:-}
ONLY=${ONLY:-import find more postfix}
mkdir -p "${BENCH_DIR:-build/bench}"
dir=$(realpath "${BENCH_DIR:-build/bench}")
mkdir -p "$dir/logs" "$dir/home"
# Nothing of the user's own is read or written.
export HOME="$dir/home" XDG_DATA_HOME="$dir/home" XDG_CONFIG_HOME="$dir/home"
export POSTERN_DESK="$dir/desk.db" POSTERN_CONF="$dir/postern.conf" POSTERN_INDEX="$dir/import.db"
results=$dir/results.tsv
: >"$results"
skipped=

. "$here/run-lib.sh"

build_helpers
if [ ! -x "$postern" ]; then
	echo "$postern is not there: build it first" >&2
	exit 2
fi
bytes=$(in_bytes "$SIZE")
make_log "$bytes" # sets log, samples, truth
log0=$log samples0=$samples truth0=$truth
log_bytes=$(wc -c <"$log")
machine_state before

for part in $ONLY; do
	. "$here/run-$part.sh"
done

machine_state after
print_tables
[ -n "$KEEP" ] || rm -f "$dir"/*.db "$dir"/*.db-wal "$dir"/*.db-shm "$dir"/*.db.lock "$dir"/grow.log
