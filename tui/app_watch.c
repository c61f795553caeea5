/* SPDX-License-Identifier: MIT */
/*
 * app_watch: knows when somebody imported. The index is asked for its version once a second and
 * for nothing else; only a view on screen is read again at once, others when they come up.
 */
#include "tui/app_private.h"

#include <inttypes.h>
#include <sys/wait.h>
#include <time.h>

enum { LIVE_MS = 60000, WATCH_MS = 1000 };

int64_t
app_monotonic_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
is_listed(const struct store_stretch *s, size_t before, struct str gateway)
{
	for (size_t i = 0; i < before; i++)
		if (str_eq(s[i].gateway, gateway))
			return true;
	return false;
}

/* The names of the gateways for the header. */
static void
read_gateways(struct app *a)
{
	struct store_stretch *s;
	size_t n;
	struct err e = { .code = ERR_NONE };
	arena_reset(&a->arena);
	a->gateways = STR("");
	a->n_gateways = 0;
	if (!a->store || store_coverage(a->store, STORE_GAP_US, &a->arena, &s, &n, &e) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (is_listed(s, i, s[i].gateway))
			continue;
		a->n_gateways++;
		a->gateways = arena_printf(&a->arena, "%.*s%s%.*s", STR_ARG(a->gateways),
					   a->gateways.n ? " " : "", STR_ARG(s[i].gateway));
	}
}

static void
mark_stale(struct app *a)
{
	for (int t = 0; t < APP_TABS; t++)
		for (int i = 0; i < a->tabs[t].n; i++)
			a->tabs[t].stack[i]->stale = true;
}

void
app_desk_changed(struct app *a)
{
	mark_stale(a);
	app_load_if_stale(a);
	app_layout_top(a);
}

void
app_watch_start(struct app *a)
{
	a->started = true;
	a->watched_ms = app_monotonic_ms();
	a->changed_ms = INT64_MIN / 2;
	if (a->store)
		a->version = store_version(a->store);
	read_gateways(a);
	app_load_if_stale(a);
	app_layout_top(a);
}

static uint64_t
lines_now(const struct app *a)
{
	struct store_totals t = { 0 };
	struct err e = { .code = ERR_NONE };
	return a->store && store_totals(a->store, &t, &e) == 0 ? t.lines : 0;
}

void
app_watch_import(struct app *a)
{
	if (a->importing)
		return;
	a->importing = true;
	a->lines_before = lines_now(a);
}

/* The console has no other children than imports. */
static bool
import_ended(struct app *a)
{
	int status;
	if (!a->importing || waitpid(-1, &status, WNOHANG) <= 0)
		return false;
	a->importing = false;
	uint64_t lines = lines_now(a);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		app_say(a, ROLE_CAUTION, "The import failed: postern import says why");
	else if (lines <= a->lines_before)
		app_say(a, ROLE_TEXT, "The import ended: nothing new");
	else
		app_say(a, ROLE_GOOD, "The import ended: %" PRIu64 " new lines",
			lines - a->lines_before);
	return true;
}

/* Once a second: has somebody imported? True if the screen may look different now. */
bool
app_watch(struct app *a)
{
	int64_t now = app_monotonic_ms();
	if (now - a->watched_ms < WATCH_MS)
		return false;
	a->watched_ms = now;
	int64_t minute = app_clock(a).now_us / (60 * US_PER_SECOND);
	bool older = import_ended(a) || minute != a->minute;
	a->minute = minute;
	bool was_live = now - WATCH_MS - a->changed_ms < LIVE_MS;
	if (!a->store && a->services.reopen_store) {
		a->store = a->services.reopen_store(a->services.arg);
		if (!a->store)
			return older;
		a->version = store_version(a->store) - 1;
	}
	if (!a->store)
		return older;
	uint64_t version = store_version(a->store);
	if (version == a->version)
		return older || was_live != (now - a->changed_ms < LIVE_MS);
	a->version = version;
	a->changed_ms = now;
	read_gateways(a);
	mark_stale(a);
	app_load_if_stale(a);
	app_layout_top(a);
	return true;
}

bool
app_is_live(const struct app *a)
{
	return a->store && app_monotonic_ms() - a->changed_ms < LIVE_MS;
}

int
app_wait_ms(const struct app *a)
{
	return a->store || a->services.reopen_store ? WATCH_MS : -1;
}
