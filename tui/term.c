/* SPDX-License-Identifier: MIT */
/*
 * term: the only file that knows ncurses, and the only one that waits. Input bytes are decoded by
 * decode.c; ncurses moves the cursor and sends the difference between two screens. Idle means
 * asleep in pselect(): signals are blocked everywhere else, so none is lost and none interrupts.
 */
#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>
#include <wchar.h>

#include "base/utf8.h"
#include "tui/decode.h"
#include "tui/theme.h"

enum { ESCDELAY_MS = 25, READ_BYTES = 65536, NOTICE_MS = 200, PAIRS_MOST = 64, OSC52_MOST = 74994 };
enum { DROPS_MOST = 64 }; /* reads */

static const int watched_signals[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT };
#define WATCHED (sizeof(watched_signals) / sizeof(watched_signals[0]))

/* Written by the handler, read between waits. */
static volatile sig_atomic_t got_resize, got_stop, got_continue, got_deadly;
/* For the hook of fatal(): the screen is ours and must be given back. */
static volatile sig_atomic_t screen_is_on;

struct terminal {
	struct app *app;
	struct decode decode;
	struct strbuf typed; /* read while a search was asked whether to stop */
	struct draw_list screen;
	struct theme theme;
	sigset_t outside; /* the signal mask while waiting */
	struct sigaction before[WATCHED];
	bool quit, gone, dirty, unicode;
	bool dropping;   /* what was typed for a step that failed is not for whatever comes next */
	int64_t turn_ms; /* when the present turn of the loop began */
	bool said_looking;
	struct {
		int fg, bg;
	} pairs[PAIRS_MOST];
	int n_pairs;
};

/* --- the screen, taken and given back ------------------------------------------------------- */

static void
say_to_terminal(const char *sequence)
{
	fputs(sequence, stdout);
	fflush(stdout);
}

/* What another program may have left on: reports of the mouse and of focus arrive as keys. */
#define REPORTS_OFF "\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?1005l\033[?1006l\033[?1015l"

static void
screen_off(void)
{
	if (!screen_is_on)
		return;
	screen_is_on = 0;
	say_to_terminal("\033[?2004l" REPORTS_OFF);
	endwin();
}

static void
screen_on(void)
{
	screen_is_on = 1;
	say_to_terminal(REPORTS_OFF);
	refresh();
	say_to_terminal("\033[?2004h");
}

static void
on_signal(int number)
{
	switch (number) {
	case SIGWINCH:
		got_resize = 1;
		break;
	case SIGTSTP:
		got_stop = 1;
		break;
	case SIGCONT:
		got_continue = 1;
		break;
	default:
		got_deadly = number;
	}
}

static void
watch_signals(struct terminal *t)
{
	sigset_t ours;
	struct sigaction action = { .sa_handler = on_signal };
	sigemptyset(&ours);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < WATCHED; i++)
		sigaddset(&ours, watched_signals[i]);
	sigprocmask(SIG_BLOCK, &ours, &t->outside);
	for (size_t i = 0; i < WATCHED; i++) {
		sigaction(watched_signals[i], &action, &t->before[i]);
		sigdelset(&t->outside, watched_signals[i]);
	}
}

static void
unwatch_signals(struct terminal *t)
{
	for (size_t i = 0; i < WATCHED; i++)
		sigaction(watched_signals[i], &t->before[i], NULL);
	sigprocmask(SIG_SETMASK, &t->outside, NULL);
}

/* To the shell and back, as for every program that obeys ^Z. */
static void
suspend(struct terminal *t)
{
	struct sigaction plain = { .sa_handler = SIG_DFL }, ours;
	sigset_t stop;
	screen_off();
	sigemptyset(&plain.sa_mask);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigaction(SIGTSTP, &plain, &ours);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	got_stop = 0;
	got_continue = 1;
	(void)t;
}

/* --- drawing -------------------------------------------------------------------------------- */

static int
pair_of(struct terminal *t, int fg, int bg)
{
	for (int i = 0; i < t->n_pairs; i++)
		if (t->pairs[i].fg == fg && t->pairs[i].bg == bg)
			return i + 1;
	if (t->n_pairs == PAIRS_MOST || t->n_pairs + 1 >= COLOR_PAIRS)
		return 0;
	t->pairs[t->n_pairs].fg = fg;
	t->pairs[t->n_pairs].bg = bg;
	t->n_pairs++;
	init_pair((short)t->n_pairs, (short)fg, (short)bg);
	return t->n_pairs;
}

static attr_t
attributes(struct style s)
{
	attr_t a = A_NORMAL;
	if (s.bold)
		a |= A_BOLD;
	if (s.dim)
		a |= A_DIM;
	if (s.underline)
		a |= A_UNDERLINE;
	if (s.reverse)
		a |= A_REVERSE;
	return a;
}

/* One character with its marks at its own column: a terminal that measures it otherwise than we
 * do must not shift what follows. Returns its bytes. */
static size_t
put_character(const struct draw_run *r, size_t at, int col, attr_t a, short pair, int *cells)
{
	wchar_t wide[CCHARW_MAX + 1] = { 0 };
	cchar_t c;
	uint32_t cp;
	size_t n = utf8_decode(r->text, at, &cp);
	size_t count = 1;
	*cells = utf8_cells(cp);
	wide[0] = wcwidth((wchar_t)cp) == *cells ? (wchar_t)cp : L'?';
	while (at + n < r->text.n && count < CCHARW_MAX) {
		size_t more = utf8_decode(r->text, at + n, &cp);
		if (utf8_cells(cp) != 0)
			break;
		if (wcwidth((wchar_t)cp) == 0 && wide[0] != L'?')
			wide[count++] = (wchar_t)cp;
		n += more;
	}
	if (setcchar(&c, wide, a, pair, NULL) == OK)
		mvadd_wch(r->row, col, &c);
	if (wide[0] == L'?' && *cells == 2)
		mvaddch(r->row, col + 1, ' ' | a);
	return n;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void
put_run(struct terminal *t, const struct draw_run *r)
{
	struct style s = theme_style(t->theme, r->role, r->selected);
	attr_t a = attributes(s);
	short pair = t->theme.depth == THEME_MONO ? 0 : (short)pair_of(t, s.fg, s.bg);
	attr_set(a, pair, NULL);
	if (is_ascii(r->text)) {
		mvaddnstr(r->row, r->col, r->text.p, (int)r->text.n);
		return;
	}
	int col = r->col;
	for (size_t at = 0; at < r->text.n;) {
		int cells;
		at += put_character(r, at, col, a, pair, &cells);
		col += cells;
	}
}

/* Base64 for OSC 52; a terminal that does not know it ignores the whole sequence. */
static void
send_copy(struct str text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (text.n == 0 || text.n > OSC52_MOST)
		return;
	fputs("\033]52;c;", stdout);
	for (size_t i = 0; i < text.n; i += 3) {
		unsigned v = (unsigned)(unsigned char)text.p[i] << 16;
		v |= i + 1 < text.n ? (unsigned)(unsigned char)text.p[i + 1] << 8 : 0;
		v |= i + 2 < text.n ? (unsigned)(unsigned char)text.p[i + 2] : 0;
		putchar(digits[v >> 18]);
		putchar(digits[v >> 12 & 63]);
		putchar(i + 1 < text.n ? digits[v >> 6 & 63] : '=');
		putchar(i + 2 < text.n ? digits[v & 63] : '=');
	}
	fputs("\a", stdout);
	fflush(stdout);
}

static void
paint(struct terminal *t)
{
	t->dirty = false;
	app_draw(t->app, &t->screen);
	erase();
	for (size_t i = 0; i < t->screen.n; i++)
		put_run(t, &t->screen.runs[i]);
	attr_set(A_NORMAL, 0, NULL);
	if (t->screen.cursor_row >= 0) {
		move(t->screen.cursor_row, t->screen.cursor_col);
		curs_set(1);
	} else {
		curs_set(0);
	}
	refresh();
	send_copy(app_take_copy(t->app));
}

static void
resize(struct terminal *t)
{
	struct winsize w = { 0 };
	got_resize = 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0)
		resizeterm(w.ws_row, w.ws_col);
	app_resize(t->app, LINES, COLS);
	t->dirty = true;
}

/* --- input ---------------------------------------------------------------------------------- */

/* What the app cannot do itself. */
static void
obey(struct terminal *t)
{
	switch (app_take_request(t->app)) {
	case APP_REQUEST_REDRAW:
		clearok(curscr, TRUE);
		break;
	case APP_REQUEST_SUSPEND:
		got_stop = 1;
		break;
	case APP_REQUEST_EDIT:
		screen_off();
		app_run_editor(t->app);
		got_continue = 1;
		break;
	case APP_REQUEST_DROP_TYPED:
		t->dropping = true;
		break;
	case APP_REQUEST_NONE:
		break;
	}
}

static void
on_key(void *arg, uint32_t key)
{
	struct terminal *t = arg;
	if (t->dropping)
		return;
	if (!t->quit)
		t->quit = !app_key(t->app, key);
	t->dirty = true;
	obey(t);
}

static void
on_paste(void *arg, struct str text)
{
	struct terminal *t = arg;
	if (t->dropping)
		return;
	if (!t->quit)
		app_paste(t->app, text);
	t->dirty = true;
	obey(t);
}

/* Reads what there is; false when the terminal has gone. */
static bool
read_some(struct strbuf *into)
{
	char *room = strbuf_reserve(into, READ_BYTES);
	if (!room)
		return true;
	ssize_t n = read(STDIN_FILENO, room, READ_BYTES);
	if (n > 0)
		into->n += (size_t)n;
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

static int
wait_for_input(const sigset_t *mask, int timeout_ms)
{
	struct timespec limit = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	fd_set set;
	FD_ZERO(&set);
	FD_SET(STDIN_FILENO, &set);
	return pselect(STDIN_FILENO + 1, &set, NULL, NULL, timeout_ms < 0 ? NULL : &limit, mask);
}

/* A search that takes longer than a person notices says so, in the footer's place. */
static void
say_looking(struct terminal *t)
{
	if (t->said_looking || app_monotonic_ms() - t->turn_ms < NOTICE_MS)
		return;
	t->said_looking = true;
	attr_set(A_NORMAL, 0, NULL);
	move(LINES - 1, 0);
	clrtoeol();
	mvaddstr(LINES - 1, 1, "Looking...   ^C stops");
	refresh();
	t->dirty = true;
}

/* Asked by a long search: has ^C or Esc been pressed? What was read is kept for later. */
static bool
wants_to_stop(void *arg)
{
	struct terminal *t = arg;
	size_t before = t->typed.n;
	if (got_deadly || t->gone)
		return true;
	say_looking(t);
	if (wait_for_input(NULL, 0) <= 0)
		return false;
	if (!read_some(&t->typed))
		t->gone = true;
	struct str now = str_skip(strbuf_str(&t->typed), before);
	if (str_find_char(now, 3, 0) == STR_NPOS && !str_eq(now, STR("\033")))
		return t->gone;
	strbuf_clear(&t->typed);
	return true;
}

static void
take_input(struct terminal *t, bool readable)
{
	struct decode_out out = { .key = on_key, .paste = on_paste, .arg = t };
	struct strbuf bytes = t->typed;
	strbuf_init(&t->typed, 1u << 20);
	if (readable && !read_some(&bytes))
		t->gone = true;
	decode_feed(&t->decode, strbuf_str(&bytes), &out);
	strbuf_release(&bytes);
}

/* Through the decoder, so that a paste that is cut here does not end as keys. */
static void
drop_typed(struct terminal *t)
{
	struct decode_out out = { .key = on_key, .paste = on_paste, .arg = t };
	for (int i = 0; i < DROPS_MOST && !t->gone && wait_for_input(NULL, 0) > 0; i++)
		take_input(t, true);
	if (decode_is_waiting(&t->decode))
		decode_flush(&t->decode, &out);
	t->dropping = false;
}

static void
handle_signals(struct terminal *t)
{
	if (got_stop)
		suspend(t);
	if (got_continue) {
		got_continue = 0;
		screen_on();
		clearok(curscr, TRUE);
		got_resize = 1;
	}
	if (got_resize)
		resize(t);
}

static void
loop(struct terminal *t)
{
	struct decode_out out = { .key = on_key, .paste = on_paste, .arg = t };
	while (!t->quit && !t->gone && !got_deadly) {
		if (t->dirty)
			paint(t);
		int timeout = decode_is_waiting(&t->decode) ? ESCDELAY_MS
			      : app_busy(t->app)            ? 0
							    : app_wait_ms(t->app);
		int ready = wait_for_input(&t->outside, timeout);
		t->turn_ms = app_monotonic_ms();
		t->said_looking = false;
		handle_signals(t);
		if (ready > 0 || t->typed.n > 0)
			take_input(t, ready > 0);
		else if (ready == 0 && decode_is_waiting(&t->decode))
			decode_flush(&t->decode, &out);
		if (!t->quit && app_tick(t->app))
			t->dirty = true;
		obey(t);
		if (t->dropping)
			drop_typed(t);
	}
}

/* --- start and end -------------------------------------------------------------------------- */

static int
screen_open(struct terminal *t, struct err *e)
{
	const char *name = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_IO, "the console needs a terminal");
	if (!newterm(NULL, stdout, stdin))
		return err_set(e, ERR_IO, "the terminal \"%s\" is not known here: set TERM",
			       name ? name : "");
	if (!tigetstr("cup")) {
		endwin();
		return err_set(e, ERR_IO, "the terminal \"%s\" cannot move its cursor",
			       name ? name : "");
	}
	raw();
	noecho();
	nonl();
	typeahead(-1);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	t->theme = theme_detect(getenv("NO_COLOR"), getenv("COLORFGBG"),
				getenv("POSTERN_BACKGROUND"), has_colors() ? COLORS : 0);
	return 0;
}

static void
end_by_signal(int number)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigemptyset(&plain.sa_mask);
	sigaction(number, &plain, NULL);
	raise(number);
}

int
term_run(struct app *app, struct err *e)
{
	struct terminal t = { .app = app };
	setlocale(LC_CTYPE, "");
	t.unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (screen_open(&t, e) != 0)
		return -1;
	watch_signals(&t);
	fatal_hook(screen_off);
	decode_init(&t.decode, t.unicode);
	strbuf_init(&t.typed, 1u << 20);
	draw_init(&t.screen);
	app_set_ascii(app, !t.unicode);
	app_set_cancel(app, wants_to_stop, &t);
	screen_on();
	resize(&t);
	loop(&t);
	screen_off();
	fatal_hook(NULL);
	app_set_cancel(app, NULL, NULL);
	decode_release(&t.decode);
	strbuf_release(&t.typed);
	draw_release(&t.screen);
	int deadly = got_deadly;
	unwatch_signals(&t);
	if (deadly)
		end_by_signal(deadly);
	return t.gone ? err_set(e, ERR_IO, "the terminal is gone") : 0;
}
