#!/bin/sh
# SPDX-License-Identifier: MIT
# What kinds of terminals get: colours, none of them with NO_COLOR, ASCII without UTF-8.
. tests/term/tmux.sh

colours()
{
	t capture-pane -e -p | grep -q "$(printf '\033')\[[0-9;]*[34]8;5;"
}

no_colours()
{
	! colours
}

start 24 80 "$CONSOLE"
see "Paste a bounce"
ok "256 colours where the terminal has them" colours
start 24 80 "NO_COLOR=1 $CONSOLE"
see "Paste a bounce"
ok "no colour with NO_COLOR" no_colours
start 24 80 "LC_ALL=C $CONSOLE"
ok "ASCII frames in the C locale" see "+ Paste a bounce"
start 24 80 "LC_ALL=xx_YY.nonsense $CONSOLE"
ok "and in a locale that does not exist" see "+ Paste a bounce"
start 24 80 "TERM=dumb $CONSOLE"
ok "a terminal that cannot move its cursor is refused in words" see "cannot move its cursor"
ok "with exit status 3" see "RC=3"

finish
