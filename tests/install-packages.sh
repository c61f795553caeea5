#!/bin/sh
# SPDX-License-Identifier: MIT
# install-packages NAME...: installs those Debian packages that are missing, without questions.
set -eu

missing=
for name in "$@"; do
	dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $name"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "not a Debian system; please install what corresponds to:$missing" >&2
	exit 1
fi
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "installing:$missing"
$as_root apt-get update -q
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
