#!/bin/sh
# SPDX-License-Identifier: MIT
# live.sh POSTERN: a real Exim on loopback refuses at RCPT and after DATA; what its client was told,
# pasted, must lead to the session in the log it wrote. Private configuration, spool and port; no
# system service is touched. Ends with "N passed, N failed".
set -u

postern=$(realpath "$1")
exim=$(command -v exim4 || echo /usr/sbin/exim4)
passed=0
failed=0
dir=$(mktemp -d)
port=0
daemon=

cleanup() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null
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

for need in "$exim" swaks jq; do
	command -v "$need" >/dev/null || {
		echo "live.sh: $need is missing: make deps-live" >&2
		exit 1
	}
done

export XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/config" TZ=UTC
mkdir -p "$dir/spool" "$dir/log"
user=$(id -un)
if [ "$user" = root ]; then
	user=Debian-exim
	chown -R "$user" "$dir/spool" "$dir/log"
fi
chmod 755 "$dir"

write_configuration() {
	cat >"$dir/exim.conf" <<EOF
primary_hostname = mx.live.example
spool_directory = $dir/spool
log_file_path = $dir/log/%slog
exim_user = $user
never_users =
keep_environment =
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
host_lookup =
rfc1413_hosts =
tls_advertise_hosts =
domainlist local_domains = live.example
log_selector = $selector
acl_smtp_rcpt = rcpt
acl_smtp_data = data
begin acl
rcpt:
  deny    local_parts = nobody
          message = 550 5.1.1 Unknown user here
  accept  domains = +local_domains
  deny    message = relay not permitted
data:
  deny    condition = \${if match{\$message_body}{BUY NOW}}
          message = Rejected: LIVE PMX spam score too high (milter id \$message_exim_id)
          log_message = PMX spam probability 97% gauge XXXXXXXXXIIIIIII
  accept
begin routers
all:
  driver = redirect
  data = :blackhole:
begin transports
begin retry
EOF
}

start_exim() { # tries a few ports; sets $port and $daemon
	for try in 1 2 3 4 5 6 7 8; do
		port=$((20000 + ($$ * 7 + try * 911) % 20000))
		write_configuration
		chown 0 "$dir/exim.conf" 2>/dev/null
		"$exim" -C "$dir/exim.conf" -bdf >"$dir/exim.out" 2>&1 &
		daemon=$!
		for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			kill -0 "$daemon" 2>/dev/null || break
			swaks --server 127.0.0.1 --port "$port" --quit-after BANNER \
				>/dev/null 2>&1 && return 0
			sleep 0.1
		done
		kill "$daemon" 2>/dev/null
		daemon=
	done
	cat "$dir/exim.out" "$dir"/log/* >&2
	return 1
}

send() { # send RECIPIENT BODY: the client's own transcript, as a user would forward it
	swaks --server 127.0.0.1 --port "$port" --helo client.sender.example \
		--from news@sender.example --to "$1" --header "Subject: live test" --body "$2" 2>&1
}

best() { # best FILE FILTER: of the answer to the paste in FILE
	"$postern" --index "$dir/index.db" --json find "$1" | jq -r "$2"
}

import() {
	"$postern" --index "$dir/index.db" --json import --gateway mx.live.example "$dir/log"
}

selector=+smtp_connection
start_exim || {
	echo "live.sh: Exim does not start" >&2
	exit 1
}
echo "# $("$exim" -bV | head -1), port $port"

send nobody@live.example "hello" >"$dir/rcpt.txt"
send jdoe@live.example "BUY NOW" >"$dir/data.txt"
send jdoe@live.example "hello" >"$dir/accepted.txt"
sed -n 's/^<\*\* /    /p' "$dir/data.txt" | fold -w 40 | sed 's/^/> /' >"$dir/wrapped.txt"

import >"$dir/import.json"
check "all lines of the log are understood" \
	test "$(jq '[.sources[].unknown] | add' "$dir/import.json")" = 0
check "the refusal after DATA is found by the client's transcript" \
	test "$(best "$dir/data.txt" '.candidates[0] | "\(.stage) \(.verdict) \(.probability >= 0.95)"')" = \
	"data rejected true"
check "it is said to be ours" test "$(best "$dir/data.txt" .refused_by)" = us
check "its score is known" \
	test "$(best "$dir/data.txt" '.candidates[0] | "\(.engine) \(.score)"')" = "PMX 97"
check "it is found wrapped at 40 columns and quoted, too" \
	test "$(best "$dir/wrapped.txt" '.candidates[0] | "\(.stage) \(.probability >= 0.95)"')" = \
	"data true"
check "the refusal at RCPT, which has no ID, comes first" \
	test "$(best "$dir/rcpt.txt" '.candidates[0] | "\(.stage) \(.code) \(.recipients[0].address)"')" = \
	"rcpt 550 nobody@live.example"
check "importing again adds nothing" \
	test "$(import | jq '[.sources[].lines] | add')" = 0
send jdoe@live.example "BUY NOW" >"$dir/data2.txt"
import >/dev/null
check "a line written later is found after the next import" \
	test "$(best "$dir/data2.txt" '.candidates[0].probability >= 0.95')" = true

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
