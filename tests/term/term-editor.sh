#!/bin/sh
# SPDX-License-Identifier: MIT
# The user's own editor: it has the terminal, its file is private and goes away, failures lose nothing.
. tests/term/tmux.sh

# editor NAME: a script of that name, read from standard input, becomes $EDITOR
editor()
{
	{ echo '#!/bin/sh'; cat; } >"$TERM_TMP/$1"
	chmod +x "$TERM_TMP/$1"
	export EDITOR="$TERM_TMP/$1" XDG_RUNTIME_DIR="$TERM_TMP/run.d"
	unset VISUAL
	mkdir -p "$XDG_RUNTIME_DIR"
}

explain()
{
	start 24 80 "trap : INT # the shell around it lives on
		XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR EDITOR='$EDITOR' POSTERN_DESK=$TERM_TMP/desk.db $CONSOLE"
	see "Paste a bounce" || return 1
	paste "$WRAPPED"
	see "e explain" || return 1
	keys e
	see "To the local user"
}

nothing_left()
{
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
}

editor change <<'ED'
stat -c '%a' "$1" "$(dirname "$1")" | tr '\n' ' ' >"$(dirname "$0")/modes"
{ echo "Dear colleague,"; cat "$1"; } >"$1~" && cp "$1~" "$1"
ED
ok "a session found is explained" explain
keys v
ok "the editor changes the text" see "Dear colleague,"
ok "… in a private file" test "$(cat "$TERM_TMP/modes")" = "600 700 "
ok "… that is gone afterwards, with its backup" nothing_left
keys C-s
ok "the text is kept with a case" see "Kept with case c1"
keys Escape
unsee "To the local user"
keys e
ok "… and shown again the next time" see "kept today"
ok "… as it was left" see "Dear colleague,"
keys o
ok "Postern's own words are a key away" see "in Postern's words"

editor fail <<'ED'
echo lost >"$1"
exit 3
ED
explain
keys v
ok "an editor that fails loses nothing" see "failed; the text is as it was"
ok "… and leaves nothing" nothing_left

# refuses SAYS COMMANDS: what an editor leaves that does this to "$1" is not taken, and it is said why
refuses()
{
	printf '%s\n' "$2" >"$TERM_TMP/does"
	keys v
	see "$1" && see "our mail gateway" && nothing_left
}

editor odd <<'ED'
. "$(dirname "$0")/does"
ED
explain
ok "a pipe left by the editor is not waited for" refuses "Is not a regular file" \
	'rm "$1"; mkfifo "$1"'
ok "… and a link is not followed; directories beside it are removed, too" refuses "Is a link" \
	'rm "$1"; ln -s /etc/passwd "$1"; mkdir -p "${1%/*}/a/b"; echo secret >"${1%/*}/a/b/text"'
ok "an emptied text is not taken" refuses "left no text; it is as it was" 'echo >"$1"'
ok "… nor one that is not UTF-8" refuses "not UTF-8 text; it is as it was" \
	'printf "our mail gateway: caf\351\n" >"$1"'
ok "… nor one with NUL bytes" refuses "not UTF-8 text" 'printf "our mail gateway\000\n" >"$1"'
ok "… nor none" refuses "No such file" 'rm "$1"'
cat >"$TERM_TMP/does" <<'ED'
printf '\033[?1000h\033[?1003h\033[?1006h'
echo >>"$1"
ED
mouse_is_off()
{
	[ "$(t display-message -p '#{mouse_any_flag}#{mouse_all_flag}#{mouse_sgr_flag}')" = 000 ]
}
keys v
ok "the mouse that an editor took is given back" see "changed, not kept yet"
ok "… at once" until_true mouse_is_off

editor waits <<'ED'
echo EDITOR-HAS-THE-TERMINAL
read line </dev/tty
echo "$line" >"$1"
ED
explain
keys v
ok "the editor has the terminal" see "EDITOR-HAS-THE-TERMINAL"
keys C-c
ok "^C ends the editor and not the console" see "failed; the text is as it was"
keys v
see "EDITOR-HAS-THE-TERMINAL"
keys "typed there" Enter
ok "keys are the editor's meanwhile" see "typed there"
ok "… and the console's afterwards" see "changed, not kept yet"
keys C-s
see "Kept with case"
keys q
ok "the terminal is given back" see "RC=0"
ok "… as it was" terminal_as_before

EDITOR=no-such-editor
explain
keys v
ok "a missing editor is named" see "there is no editor no-such-editor"
finish
