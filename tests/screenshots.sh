#!/bin/sh
# SPDX-License-Identifier: MIT
# screenshots.sh POSTERN: makes screenshots/ anew, from the bundled samples and one key script.
set -eu

postern=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
top=$(dirname "$here")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

export TZ=UTC POSTERN_CONF="$dir/postern.conf" LC_ALL=C.UTF-8
"$postern" --index "$dir/index.db" import "$here"/samples/exim/*/ >/dev/null 2>&1
rm -rf "$top/screenshots"
mkdir -p "$top/screenshots"
cd "$here/samples/bounces"
for size in 24x80 45x160; do
	rm -f "$dir/desk.db"
	sed "s/SIZE/$size/" "$here/tour.keys" >"$dir/tour.keys"
	"$postern" --index "$dir/index.db" --desk "$dir/desk.db" screens "$dir/tour.keys" "$top/screenshots"
done
rm -f "$top"/screenshots/*.txt
