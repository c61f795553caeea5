#!/bin/sh
# SPDX-License-Identifier: MIT
# The console beside an import: an index that appears is opened, news are shown without moving the
# selection, copies reach the terminal's clipboard, and waiting costs nothing.
. tests/term/tmux.sh

# Clock ticks that the console has used.
ticks()
{
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

index=$INDEX
INDEX=$TERM_TMP/new.db
start 24 80 "$POSTERN --index $INDEX"
ok "says that there is no index" see "no index"
import_log
ok "opens the index that an import made" see "live"
keys M-2
ok "and shows its sessions" see "3 sessions"

INDEX=$index
start 24 80 "$CONSOLE"
see "Paste a bounce"
keys M-2 j j
selects()
{
	screen | grep '▌' | grep -qF -- "$1"
}
ok "a session is selected" until_true selects offers
before=$(screen | grep '▌')
printf '%s\n' '2026-11-21 10:09:00 H=new.example [192.0.2.9] F=<a@new.example> rejected RCPT <b@cs.example.edu>: Unrouteable address' >>"$TERM_TMP/mainlog"
import_log
ok "news arrive" see "4 sessions"
ok "at the top" see "new.example"
ok "and the selection stays" test -n "$before" -a "$(screen | grep '▌')" = "$before"

t set-option -s set-clipboard on
keys y
ok "copying says so" see "Copied the session"
copied()
{
	t show-buffer 2>/dev/null | grep -q 'Rejected at RCPT'
}
ok "and reaches the clipboard by OSC 52" until_true copied

pid=$(console_pid)
used=$(ticks "$pid")
t run-shell 'sleep 3'
ok "three idle seconds cost less than 30 ms" test "$(($(ticks "$pid") - used))" -le 3
keys q
see "RC=0"

finish
