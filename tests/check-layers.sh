#!/bin/sh
# SPDX-License-Identifier: MIT
# check-layers: proves the house plan, by what the sources include and by what the objects call.
# Works on the current directory and on the objects below $BUILD/obj. Prints each breach.
# With the operand "includes" or "calls" only that half.
set -u
half=${1:-both}
BUILD=${BUILD:-build}
FOLDERS="base model importers db tui cli"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/breaches"

breach()
{
	echo "$*" >>"$scratch/breaches"
}

may_use()
{
	case $1 in
	base) echo base ;;
	model) echo model base ;;
	importers) echo importers model base ;;
	db) echo db model base ;;
	tui) echo tui db model base ;;
	cli) echo "$FOLDERS" ;;
	esac
}

may_not_use()
{
	allowed=" $(may_use "$1") "
	for other in $FOLDERS; do
		case $allowed in
		*" $other "*) ;;
		*) echo "$other" ;;
		esac
	done
}

# The file "includes" gets lines "file:header" for "..." and "file:<header>" for <...>.
list_includes()
{
	for folder in $FOLDERS; do
		grep -E '^[[:space:]]*#[[:space:]]*include' "$folder"/*.[ch] /dev/null 2>/dev/null
	done | sed -nE 's/^([^:]+):[^"<]*"([^"]+)".*/\1:\2/p; s/^([^:]+):[^"<]*(<[^>]+>).*/\1:\2/p' \
		>"$scratch/includes"
}

check_own_includes()
{
	allowed=" $(may_use "$1") "
	grep "^$1/[^<]*\$" "$scratch/includes" | while IFS=: read -r file header; do
		case $header in
		*/*) ;;
		*)
			breach "$file: \"$header\" is not written as folder/file.h"
			continue
			;;
		esac
		case $allowed in
		*" ${header%%/*} "*) ;;
		*) breach "$file: $1/ may not include \"$header\"" ;;
		esac
	done
}

# home HEADER-REGEX FILE-REGEX: an outside header, and the only files that may include it
home()
{
	grep -E ":<$1>\$" "$scratch/includes" | grep -vE "^($2):" | while IFS=: read -r file header; do
		breach "$file: $header has its home in $2"
	done
}

check_homes()
{
	home '(ncursesw/)?(n?curses|term|panel)\.h' 'tui/term\.c'
	home 'sqlite3.*\.h' 'db/[^:]*'
	home 'pcre2.*\.h' 'base/rx\.c'
	home '(zstd|zdict)\.h' 'base/zblock\.c'
	home 'jansson\.h' 'base/json\.c'
	home 'libpsl\.h' 'base/psl\.c'
	home 'archive(_entry)?\.h' 'importers/source[a-z_]*\.c'
	home '(gmime|glib|gio)[^>]*\.h' 'model/mime\.c'
	home 'confuse\.h' 'cli/config\.c'
	home 'pthread\.h' '[a-z]+/pipeline\.c'
	home 'cmocka\.h' 'tests/[^:]*'
}

# F.undefined and F.defined: lines "folder/file.o symbol" of the folder F.
list_symbols()
{
	find -L "$BUILD/obj/$1" -maxdepth 1 -name '*.o' -exec nm -A -g {} + 2>/dev/null |
		awk -v folder="$1" -v undefined="$scratch/$1.undefined" \
			-v defined="$scratch/$1.defined" '{
			object = $1
			sub(/:.*/, "", object)
			sub(/.*\//, "", object)
			sub(/@.*/, "", $NF)
			print folder "/" object, $NF > ($(NF - 1) ~ /^[Uvw]$/ ? undefined : defined)
		}'
	touch "$scratch/$1.undefined" "$scratch/$1.defined"
}

# calls SYMBOL-REGEX OBJECT-REGEX: outside symbols, and the only objects that may need them
calls()
{
	cat "$scratch"/*.undefined | grep -E " ($1)\$" | grep -vE "^($2) " | while read -r object symbol; do
		breach "$object: $symbol may be called only by $2"
	done
}

CURSES='initscr|newterm|endwin|delscreen|stdscr|curscr|LINES|COLS|COLORS|COLOR_PAIRS|doupdate'
CURSES="$CURSES|start_color|init_(extended_)?(pair|color)|use_default_colors|set_escdelay|ESCDELAY"
CURSES="$CURSES|keypad|tiget(str|num|flag)|setupterm|tputs|putp|define_key|curs_set|noecho|raw"
CURSES="$CURSES|cbreak|resizeterm|resize_term"
CURSES="$CURSES|w(add|attr|bkgd|chgat|clear|clr|color|erase|get|hline|ins|move|nout|refresh)[a-z_]*"
CURSES="$CURSES|w(resize|timeout|redraw|set|vline|_add|print|touch)[a-z_]*|mvw[a-z_]+"
# What a pure layer may not reach: files, clocks, the environment, the terminal, processes.
IMPURE='f?open(64|at)?|freopen(64)?|fdopen|creat(64)?|p?read(64)?|p?write(64)?|fread|fgets|getline'
IMPURE="$IMPURE|fwrite|fput[cs]|put[cs]|putchar|_?_?v?f?printf(_chk)?|__v?f?printf_chk|std(in|out|err)"
IMPURE="$IMPURE|l?stat(64)?|fstat(64)?|unlink|rename|mkdir|opendir|time|clock|clock_gettime"
IMPURE="$IMPURE|gettimeofday|timespec_get|localtime(_r)?|mktime|tzset|(secure_)?getenv|setenv"
IMPURE="$IMPURE|random|rand|getrandom|system|popen|fork|execv[pe]*|socket|connect|getaddrinfo|isatty"

check_calls()
{
	calls 'sqlite3_.*' 'db/[^ ]*'
	calls 'pcre2_.*' 'base/rx\.o'
	calls 'ZSTD_.*|ZDICT_.*' 'base/zblock\.o'
	calls 'psl_(builtin|latest|load_f.*|free|(un)?registrable_domain|is_public_.*)' 'base/psl\.o'
	calls 'archive_(read|write|entry|error|format|filter).*' 'importers/source[a-z_]*\.o'
	calls 'g_(mime|object|byte|free|malloc|str|type)_?.*' 'model/mime\.o'
	calls 'cfg_.*' 'cli/config\.o'
	calls '(pthread|thrd)_create' '[a-z]+/pipeline\.o'
	calls "$CURSES" 'tui/term\.o'
	grep -E " ($IMPURE)\$" "$scratch/model.undefined" | while read -r object symbol; do
		breach "$object: $symbol: model/ is pure, no files, no clock, no terminal"
	done
}

# Nobody calls what is defined in a folder that he may not include.
check_between()
{
	for other in $(may_not_use "$1"); do
		awk 'NR == FNR { home[$2] = $1; next }
			$2 in home { print $1 ": " $2 " is defined in " home[$2] }' \
			"$scratch/$other.defined" "$scratch/$1.undefined" >>"$scratch/breaches"
	done
}

if [ "$half" != calls ]; then
	list_includes
	for folder in $FOLDERS; do
		check_own_includes "$folder"
	done
	check_homes
fi
if [ "$half" != includes ]; then
	for folder in $FOLDERS; do
		list_symbols "$folder"
	done
	if ! [ -s "$scratch/base.defined" ]; then
		echo "check-layers: no objects below $BUILD/obj, build first"
		exit 1
	fi
	for folder in $FOLDERS; do
		check_between "$folder"
	done
	check_calls
fi

cat "$scratch/breaches"
! [ -s "$scratch/breaches" ]
