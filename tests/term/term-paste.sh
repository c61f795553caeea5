#!/bin/sh
# SPDX-License-Identifier: MIT
# From start to answer: a bracketed paste of a wrapped rejection finds its session from any view,
# the terminal may become as small as 20x5 meanwhile, and quitting leaves it as it was.
. tests/term/tmux.sh

start 24 80 "$CONSOLE"
ok "starts with the field" see "Paste a bounce"
ok "says what the index holds" see "sessions of mx1"
paste "$WRAPPED"
ok "finds the session" see "100 %"
ok "over the line break" see "1xUnZw-00032s-19"
keys Enter
ok "opens it" see "What happened"
t resize-window -x 20 -y 5
ok "fits into 20x5" unsee "What happened ─────────────────────"
t resize-window -x 80 -y 24
ok "and comes back" see "What happened ────────────────────────────"
keys l
ok "shows the log lines" see "Log lines"
keys M-2
ok "Alt-2 leads to Sessions" see "/ filter"
paste "$WRAPPED"
ok "a paste elsewhere goes to Find" see "100 %"
keys M-6
ok "Alt-6 leads to Sources" see "unknown lines"
keys q
ok "q quits" see "RC=0"
ok "the screen is as before" see "BEFORE-THE-CONSOLE"
ok "the terminal is as before" terminal_as_before

finish
