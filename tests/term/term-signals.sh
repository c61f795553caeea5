#!/bin/sh
# SPDX-License-Identifier: MIT
# Signals and dead terminals: the terminal is given back, the process goes away.
. tests/term/tmux.sh

ended_by()
{
	start 24 80 "$CONSOLE"
	see "Paste a bounce" || return 1
	kill "-$1" "$(console_pid)"
	see "RC=$2" && see "BEFORE-THE-CONSOLE" && terminal_as_before
}
ok "SIGTERM restores the terminal" ended_by TERM 143
ok "SIGHUP restores the terminal" ended_by HUP 129
ok "SIGINT restores the terminal" ended_by INT 130

start 24 80 "sh -mc '$CONSOLE; echo STOPPED; read x; fg >/dev/null'"
see "Paste a bounce"
keys C-z
ok "^Z gives the terminal back" see "STOPPED"
keys Enter
ok "and fg brings the console back" see "Paste a bounce"
keys C-q
ok "in working order" see "RC=0"

start 24 80 "$CONSOLE"
see "Paste a bounce"
t kill-pane
ok "a dead terminal ends it" until_true console_gone

finish
