#!/bin/sh
# SPDX-License-Identifier: MIT
# live-postfix.sh POSTERN: a real Postfix on loopback refuses at RCPT and by a header check; what its
# client was told, pasted, must lead to the session in the log it wrote. The package is unpacked into
# a directory of its own, since it cannot be installed beside Exim; configuration, queue and port are
# private. Needs root, for Postfix drops its rights. Ends with "N passed, N failed".
set -u

postern=$(realpath "$1")
passed=0
failed=0
dir=$(mktemp -d)
port=0

cleanup() {
	[ ! -f "$dir/queue/pid/master.pid" ] || kill "$(cat "$dir/queue/pid/master.pid")" 2>/dev/null
	sleep 0.3
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

check() { # check NAME COMMAND...
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
	fi
}
stop() {
	echo "live-postfix.sh: $1" >&2
	exit 1
}

[ "$(id -u)" = 0 ] || stop "Postfix needs root"
for need in swaks jq dpkg apt-get; do
	command -v "$need" >/dev/null || stop "$need is missing: make deps-live"
done
owner=$(awk -F: '$1 == "postfix" || $1 == "Debian-exim" { print $1; exit }' /etc/passwd)
[ -n "$owner" ] || stop "a user postfix or Debian-exim is missing: make deps-live"

chmod 755 "$dir"
(cd "$dir" && apt-get download postfix >/dev/null 2>&1)
for deb in "$dir"/postfix_*.deb; do
	[ -f "$deb" ] || stop "the package postfix cannot be downloaded"
	dpkg -x "$deb" "$dir/root"
done
lib=$dir/root/usr/lib/postfix
export LD_LIBRARY_PATH="$lib" XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/config" TZ=UTC
mkdir -p "$dir/etc" "$dir/queue" "$dir/var" "$dir/log"
for q in active bounce corrupt defer deferred flush hold incoming private saved trace; do
	mkdir "$dir/queue/$q"
	chown "$owner" "$dir/queue/$q"
done
mkdir "$dir/queue/pid" "$dir/queue/public" "$dir/queue/maildrop"
chown "$owner" "$dir/queue/public" "$dir/queue/maildrop" "$dir/var"

echo '/BUY NOW/ REJECT 5.7.1 Live content rule 17' >"$dir/etc/header_checks"
echo '/^nobody@/ 550 5.1.1 Nobody lives here' >"$dir/etc/recipients"
cat >"$dir/etc/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/var
command_directory = $dir/root/usr/sbin
daemon_directory = $lib/sbin
shlib_directory = $lib
meta_directory = $dir/root/etc/postfix
mail_owner = $owner
setgid_group = mail
import_environment = LD_LIBRARY_PATH TZ MAIL_CONFIG
maillog_file = $dir/log/mail.log
maillog_file_prefixes = $dir
myhostname = mx.live.example
mydestination =
relay_domains = live.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
relay_transport = discard
smtpd_client_port_logging = yes
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:$dir/etc/recipients
header_checks = regexp:$dir/etc/header_checks
EOF

start_postfix() { # tries a few ports; sets $port
	for try in 1 2 3 4 5 6; do
		port=$((20000 + ($$ * 13 + try * 733) % 20000))
		cat >"$dir/etc/master.cf" <<EOF
127.0.0.1:$port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
EOF
		"$lib/sbin/master" -c "$dir/etc" -e 600 >"$dir/master.out" 2>&1 &
		for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			swaks --server 127.0.0.1 --port "$port" --quit-after BANNER >/dev/null 2>&1 &&
				return 0
			sleep 0.1
		done
		kill $! 2>/dev/null
	done
	cat "$dir/master.out" "$dir"/log/* >&2
	return 1
}
send() { # send RECIPIENT SUBJECT: the client's own transcript, as a user would forward it
	swaks --server 127.0.0.1 --port "$port" --helo client.sender.example \
		--from news@sender.example --to "$1" --header "Subject: $2" --body hello 2>&1
}
best() { # best FILE FILTER: of the answer to the paste in FILE
	"$postern" --index "$dir/index.db" --json find "$1" | jq -r "$2"
}
import() {
	"$postern" --index "$dir/index.db" --json import "$dir/log/mail.log"
}

start_postfix || stop "Postfix does not start"
echo "# $("$dir/root/usr/sbin/postconf" -c "$dir/etc" mail_version 2>/dev/null), port $port"
send nobody@live.example "hello" >"$dir/rcpt.txt"
send jdoe@live.example "BUY NOW" >"$dir/data.txt"
send jdoe@live.example "hello" >"$dir/accepted.txt"
send jdoe@elsewhere.example "hello" >"$dir/relay.txt"
sleep 1
import >"$dir/import.json"
check "it is recognised as Postfix" test "$(jq -r '.sources[0].format' "$dir/import.json")" = postfix
check "all lines of the log are understood" \
	test "$(jq '[.sources[].unknown] | add' "$dir/import.json")" = 0
check "the refusal before the queue is found by the client's transcript" \
	test "$(best "$dir/rcpt.txt" '.candidates[0] | "\(.stage) \(.code) \(.recipients[0].address)"')" = \
	"rcpt 550 nobody@live.example"
check "the refused relaying is another session" \
	test "$(best "$dir/relay.txt" '.candidates[0] | "\(.stage) \(.code) \(.recipients[0].address)"')" = \
	"rcpt 554 jdoe@elsewhere.example"
check "the header check is found" \
	test "$(best "$dir/data.txt" '.candidates[0] | "\(.stage) \(.verdict)"')" = "data rejected"
check "it is said to be ours" test "$(best "$dir/data.txt" .refused_by)" = us
check "the accepted message is delivered" \
	test "$("$postern" --index "$dir/index.db" --json sessions accepted |
		jq -r '.sessions[0] | "\(.verdict) \(.recipients[0].verdict)"')" = "accepted discarded"
check "importing again adds nothing" test "$(import | jq '[.sources[].lines] | add')" = 0
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
