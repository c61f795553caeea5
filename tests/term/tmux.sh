# SPDX-License-Identifier: MIT
# tmux.sh: sourced by the tests of the console in a real terminal. A tmux server of our own plays
# the terminal; everything waits for what should appear, nothing sleeps for a fixed time.
#   start ROWS COLUMNS COMMAND   a shell in a new terminal runs the command and says RC=<status>
#   keys KEY...                  as tmux names them
#   paste TEXT                   a bracketed paste
#   see TEXT / unsee TEXT        waits until the screen shows it / shows it no more
#   ok NAME COMMAND...           one TAP line
set -u

if ! command -v tmux >/dev/null 2>&1; then
	echo "1..0 # SKIP tmux is not installed"
	exit 0
fi
TERM_TMP=$(mktemp -d /tmp/postern-term.XXXXXX)
export TMUX_TMPDIR="$TERM_TMP" LC_ALL=C.UTF-8 TERM=screen-256color TZ=UTC
unset TMUX NO_COLOR COLORFGBG POSTERN_BACKGROUND
INDEX=$TERM_TMP/index.db
NUMBER=0
SERVER=0
FAILED=0
# In a bare tree without /dev/pts there is no terminal to be had.
if ! tmux -L probe -f /dev/null new-session -d -x 80 -y 24 'sleep 1' 2>/dev/null; then
	rm -rf "$TERM_TMP"
	echo "1..0 # SKIP tmux cannot start a terminal here (is /dev/pts mounted?)"
	exit 0
fi
tmux -L probe kill-server 2>/dev/null
trap 't kill-server 2>/dev/null; rm -rf "$TERM_TMP"' EXIT

t()
{
	tmux -L "t$SERVER" -f /dev/null "$@"
}

screen()
{
	t capture-pane -p 2>/dev/null
}

# A command until it holds, ten seconds at most.
until_true()
{
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || return 1
		sleep 0.05
	done
}

shows()
{
	screen | grep -qF -- "$1"
}

hides()
{
	! shows "$1"
}

see()
{
	until_true shows "$1" || { screen | sed 's/^/# /'; return 1; }
}

unsee()
{
	until_true hides "$1" || { screen | sed 's/^/# /'; return 1; }
}

start()
{
	t kill-server 2>/dev/null
	SERVER=$((SERVER + 1)) # a server that is still going would refuse the next session
	rm -f "$TERM_TMP"/stty.*
	cat >"$TERM_TMP/run" <<-RUN
	stty -a >$TERM_TMP/stty.before
	echo BEFORE-THE-CONSOLE
	$3
	echo RC=\$?
	stty -a >$TERM_TMP/stty.now && mv $TERM_TMP/stty.now $TERM_TMP/stty.after
	cat
	RUN
	t new-session -d -y "$1" -x "$2" "sh $TERM_TMP/run"
}

keys()
{
	t send-keys "$@"
}

paste()
{
	printf '%s\n' "$1" >"$TERM_TMP/paste"
	t load-buffer "$TERM_TMP/paste"
	t paste-buffer -p
}

# The console's process, once it runs.
console_pid()
{
	pgrep -f "postern --index $INDEX" | head -n 1
}

console_runs()
{
	[ -n "$(console_pid)" ]
}

console_gone()
{
	! console_runs
}

terminal_as_before()
{
	until_true test -s "$TERM_TMP/stty.after"
	cmp "$TERM_TMP/stty.before" "$TERM_TMP/stty.after"
}

ok()
{
	NUMBER=$((NUMBER + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $NUMBER - $name"
	else
		echo "not ok $NUMBER - $name"
		FAILED=1
	fi
}

finish()
{
	echo "1..$NUMBER"
	exit "$FAILED"
}

cat >"$TERM_TMP/mainlog" <<'LOG'
2026-11-21 10:02:11 no host name found for IP address 203.0.113.7
2026-11-21 10:02:13 H=mail18.isp.example [85.68.8.22] F=<offers@promo.example> rejected RCPT <nobody@cs.example.edu>: Unrouteable address
2026-11-21 10:02:17 1xUnZw-00032s-19 H=mail18.isp.example [85.68.8.22] F=<news@example.com> rejected after DATA: Rejected: CSLab PMX spam score too high (milter id 1xUnZw-00032s-19)
2026-11-21 10:05:40 1xUnar-00033a-2Q <= maria@partner.example H=smtp.partner.example [198.51.100.9] P=esmtps S=2211 id=1@partner.example
2026-11-21 10:05:41 1xUnar-00033a-2Q => cks <cks@cs.example.edu> R=local T=lmtp C="250 2.0.0 stored"
2026-11-21 10:05:41 1xUnar-00033a-2Q Completed
LOG
import_log()
{
	"$POSTERN" import --index "$INDEX" --gateway mx1 --format exim --timezone UTC \
		"$TERM_TMP/mainlog" >"$TERM_TMP/import.out" 2>&1 ||
		sed 's/^/# /' "$TERM_TMP/import.out"
}
import_log
CONSOLE="$POSTERN --index $INDEX"
WRAPPED='> <cks@cs.example.edu>: host mx1.cs.example.edu[192.0.2.25] said: 550 Rejected: CSLab PMX
>     spam score too high (milter id 1xUnZw-
>     00032s-19) (in reply to end of DATA command)'
