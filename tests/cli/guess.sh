#!/bin/sh
# SPDX-License-Identifier: MIT
# What is ours is guessed at the first import: from strangers' mail, not from what we send to the world.
. tests/cli/tap.sh
export HOME="$TEST_TMP/home" XDG_CONFIG_HOME="$TEST_TMP/home/.config"
mkdir -p "$HOME"
index=$TEST_TMP/index.db

# From each of 60 strangers to us; and our list server, at one address, to twelve sites.
awk 'BEGIN {
	for (i = 0; i < 60; i++) {
		printf "2026-11-21 10:%02d:01 1xUn%02d-0003jr-0G <= a%d@s%d.example H=h%d.example [198.51.100.%d] P=esmtp S=500 for bob@cs.example\n", i, i + 10, i, i, i, i
		printf "2026-11-21 10:%02d:02 1xUn%02d-0003jr-0G => bob@cs.example R=local T=mbox\n", i, i + 10
		printf "2026-11-21 10:%02d:03 1xUp%02d-0003jr-0G <= news-bounces@lists.example H=list.lists.example [203.0.113.9] P=esmtp S=500 for x@site%d.example\n", i, i + 10, i % 12
		printf "2026-11-21 10:%02d:04 1xUp%02d-0003jr-0G => x@site%d.example R=dns T=smtp H=mx.site%d.example [192.0.2.%d] C=\"250 OK\"\n", i, i + 10, i % 12, i % 12, i % 12
	}
}' >"$TEST_TMP/mainlog"
"$POSTERN" --index "$index" import --gateway mx1 "$TEST_TMP/mainlog" >"$TEST_TMP/said" 2>&1
domains=$(grep '^domains' "$TEST_TMP/said")
is "strangers' recipients are ours, and so is what our list server sends from; its readers are not" \
	"$domains" 'domains = { "cs.example", "lists.example" }'

# Another gateway's log, later.
awk 'BEGIN {
	for (i = 0; i < 60; i++) {
		printf "2026-11-22 10:%02d:01 1xVn%02d-0003jr-0G <= a%d@s%d.example H=h%d.example [198.51.100.%d] P=esmtp S=500 for eve@phys.example\n", i, i + 10, i, i, i, i
		printf "2026-11-22 10:%02d:02 1xVn%02d-0003jr-0G => eve@phys.example R=local T=mbox\n", i, i + 10
	}
}' >"$TEST_TMP/mainlog2"
"$POSTERN" --index "$index" import --gateway mx2 "$TEST_TMP/mainlog2" >"$TEST_TMP/said" 2>&1
ok "what another gateway's log adds is said" grep -qx 'Seems to be ours as well: phys.example' "$TEST_TMP/said"
"$POSTERN" --index "$index" import --gateway mx2 "$TEST_TMP/mainlog2" >"$TEST_TMP/said" 2>&1
ok "and said once" test "$(grep -c "as well" "$TEST_TMP/said")" = 0

# Nobody has confirmed the guess: it does not call anybody forged.
cat >"$TEST_TMP/bounce" <<'EOB'
Reporting-MTA: dns; mx.far.example
Return-Path: <bob@cs.example>
Final-Recipient: rfc822; victim@far.example
Action: failed
Arrival-Date: Sat, 21 Nov 2026 16:00:30 +0000
Diagnostic-Code: smtp; 550 5.1.1 no such user
EOB
"$POSTERN" --index "$index" find "$TEST_TMP/bounce" >"$TEST_TMP/said" 2>&1
ok "a guess does not make a sender forged" grep -q 'only guessed' "$TEST_TMP/said"
printf 'domains = { "cs.example" }\nhosts = { "mx1" }\n' >"$TEST_TMP/postern.conf"
mkdir -p "$XDG_CONFIG_HOME/postern"
cp "$TEST_TMP/postern.conf" "$XDG_CONFIG_HOME/postern/"
"$POSTERN" --index "$index" find "$TEST_TMP/bounce" >"$TEST_TMP/said" 2>&1
ok "what the operator says does" grep -q 'the sender is forged' "$TEST_TMP/said"
plan
