#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh POSTERN: loads the bundled sample logs into an index of its own and opens the console with
# a bounce already pasted; without a terminal it prints the same find.
set -eu

postern=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
dir=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/postern-demo
bounce=$here/samples/bounces/demo.txt

rm -rf "$dir"
mkdir -p "$dir"
export POSTERN_CONF="$dir/postern.conf"
"$postern" --index "$dir/index.db" import "$here"/samples/exim/*/ </dev/null \
	>"$dir/import.log" 2>&1 || {
	cat "$dir/import.log" >&2
	exit 1
}
if [ -t 0 ] && [ -t 1 ]; then
	exec "$postern" --index "$dir/index.db" console --paste "$bounce"
fi
tail -1 "$dir/import.log"
echo
cat "$bounce"
echo "--- postern find $bounce"
"$postern" --index "$dir/index.db" find "$bounce"
