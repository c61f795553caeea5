#!/bin/sh
# SPDX-License-Identifier: MIT
# check-layers-selftest: plants one breach of each kind in a copy of the tree and sees that
# check-layers finds it; without any, the copy has to pass.
set -u
BUILD=${BUILD:-build}
root=$PWD
case $BUILD in
/*) ;;
*) BUILD=$root/$BUILD ;;
esac
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
status=0

for folder in base model importers db tui cli tests; do
	mkdir -p "$copy/$folder" "$copy/obj/$folder"
	cp "$folder"/*.[ch] "$copy/$folder/" 2>/dev/null
	ln -s "$BUILD/obj/$folder"/*.o "$copy/obj/$folder/" 2>/dev/null
done
cd "$copy" || exit 1

layers()
{
	BUILD=$copy sh "$root/tests/check-layers.sh" "$@"
}

# finds HALF WHAT EXPECTED: the breach planted last is named
finds()
{
	half=$1
	shift
	if layers "$half" >out; then
		echo "not found: $1"
		status=1
	elif ! grep -q -e "$2" out; then
		echo "found another thing than: $1"
		cat out
		status=1
	fi
}

# plant_include FILE HEADER
plant_include()
{
	[ ! -f "$1" ] || cp "$1" saved
	echo "#include $2" >>"$1"
	finds includes "$2 in $1" "$1: "
	if [ -f saved ]; then
		mv saved "$1"
	else
		rm "$1"
	fi
}

# plant_code FOLDER CODE SYMBOL
plant_code()
{
	echo "$2" >planted.c
	${CC:-gcc} -w -c planted.c -o "obj/$1/planted.o" || status=1
	finds calls "call of $3 in $1" "$1/planted\\.o: $3"
	rm "obj/$1/planted.o"
}

if ! layers >out; then
	echo "the tree itself has breaches:"
	cat out
	exit 1
fi

plant_include base/planted.c '"model/record.h"'
plant_include base/str.h '"model/record.h"'
plant_include model/planted.h '"db/store.h"'
plant_include model/planted.c '"importers/source.h"'
plant_include importers/planted.c '"db/store.h"'
plant_include db/planted.c '"importers/source.h"'
plant_include db/planted.c '"tui/view.h"'
plant_include tui/planted.c '"importers/source.h"'
plant_include tui/planted.c '"cli/cli.h"'
plant_include tui/planted.c '"view.h"'
plant_include db/planted.c '"../model/record.h"'
plant_include tui/planted.c '<curses.h>'
plant_include cli/planted.c '<ncursesw/ncurses.h>'
plant_include model/planted.c '<sqlite3.h>'
plant_include cli/planted.c '<sqlite3.h>'
plant_include model/planted.c '<pcre2.h>'
plant_include db/planted.c '<zstd.h>'
plant_include cli/planted.c '<jansson.h>'
plant_include model/planted.c '<libpsl.h>'
plant_include db/planted.c '<archive.h>'
plant_include cli/planted.c '<gmime/gmime.h>'
plant_include tui/planted.c '<confuse.h>'
plant_include tui/planted.c '<pthread.h>'
plant_include model/planted.c '<cmocka.h>'

plant_code model 'int f(void) { return sqlite3_open(); }' sqlite3_open
plant_code cli 'int f(void) { return sqlite3_exec(); }' sqlite3_exec
plant_code db 'int f(void) { return pcre2_match_8(); }' pcre2_match_8
plant_code importers 'int f(void) { return ZSTD_compress(); }' ZSTD_compress
plant_code db 'int f(void) { return archive_read_new(); }' archive_read_new
plant_code tui 'int f(void) { return g_mime_init(); }' g_mime_init
plant_code tui 'int f(void) { return initscr(); }' initscr
plant_code cli 'int f(void) { return waddnwstr(); }' waddnwstr
plant_code tui 'int f(void) { return pthread_create(); }' pthread_create
plant_code model 'int f(void) { return open("x", 0); }' open
plant_code model 'void *fopen(); void *f(void) { return fopen("x", "r"); }' fopen
plant_code model 'long time(); long f(void) { return time(0); }' time
plant_code model 'int f(void) { return clock_gettime(); }' clock_gettime
plant_code model 'char *getenv(); char *f(void) { return getenv("X"); }' getenv
plant_code model 'int printf(); int f(void) { return printf("%d", f()); }' printf

# A call upwards without any include.
echo 'int planted_above(void) { return 1; }' >above.c
${CC:-gcc} -w -c above.c -o obj/db/above.o
plant_code model 'int f(void) { return planted_above(); }' planted_above
plant_code importers 'int f(void) { return planted_above(); }' planted_above
rm obj/db/above.o

exit $status
