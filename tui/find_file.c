/* SPDX-License-Identifier: MIT */
/* find_file: see the header. */
#include "tui/find_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum { GATEWAYS_MOST = 64, GATEWAYS_NAMED = 3 };

static char *
expanded(struct str path)
{
	const char *home = getenv("HOME");
	if (!home || !str_starts(path, STR("~/")))
		return xstrndup(path);
	struct strbuf b;
	strbuf_init(&b, 4096);
	strbuf_add_text(&b, home);
	strbuf_add(&b, str_skip(path, 1));
	char *out = xstrndup(strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

int
find_read_file(struct str path, struct strbuf *out, struct err *e)
{
	char *name = expanded(path);
	int rc = file_read(name, out, e);
	free(name);
	return rc;
}

int
find_write_file(struct str path, struct str text, struct err *e)
{
	char *name = expanded(path);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = fd < 0 ? -1 : file_write(fd, text);
	if (fd >= 0 && close(fd) != 0)
		rc = -1;
	if (rc != 0)
		err_set(e, ERR_IO, "%s: %s", name, strerror(errno));
	free(name);
	return rc;
}

bool
find_complete_file(struct str path, struct strbuf *out)
{
	glob_t found = { 0 };
	char *name = expanded(path);
	struct strbuf pattern;
	strbuf_init(&pattern, 8192);
	strbuf_printf(&pattern, "%s*", name);
	free(name);
	bool any = glob(pattern.p, GLOB_MARK, NULL, &found) == 0 && found.gl_pathc > 0;
	struct str common = any ? str_from(found.gl_pathv[0]) : STR("");
	for (size_t i = 1; any && i < found.gl_pathc; i++) {
		struct str other = str_from(found.gl_pathv[i]);
		size_t same = 0;
		while (same < common.n && same < other.n && common.p[same] == other.p[same])
			same++;
		common.n = same;
	}
	strbuf_add(out, common);
	globfree(&found);
	strbuf_release(&pattern);
	return any;
}

/* --- what the index holds ------------------------------------------------------------------- */

struct holding {
	struct str gateway;
	int64_t from_us, to_us;
	int64_t gap_from_us, gap_to_us; /* the longest */
	size_t gaps;
};

static struct holding *
holding_of(struct holding *h, size_t *n, const struct store_stretch *s)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(h[i].gateway, s->gateway))
			return &h[i];
	if (*n == GATEWAYS_MOST)
		return NULL;
	h[*n] = (struct holding){ .gateway = s->gateway, .from_us = s->from_us, .to_us = s->to_us };
	return &h[(*n)++];
}

static size_t
gather(const struct store_stretch *s, size_t n, struct holding out[GATEWAYS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		struct holding *h = holding_of(out, &count, &s[i]);
		if (!h || s[i].from_us <= h->to_us)
			continue;
		h->gaps++;
		if (s[i].from_us - h->to_us > h->gap_to_us - h->gap_from_us) {
			h->gap_from_us = h->to_us;
			h->gap_to_us = s[i].from_us;
		}
		h->to_us = s[i].to_us;
	}
	return count;
}

static struct str
gap_words(const struct holding *h, struct clock c, struct arena *a)
{
	struct str span = text_span(c, h->gap_from_us, h->gap_to_us, "–", a);
	if (h->gaps == 1)
		return arena_printf(a, "; %.*s has a gap %.*s", STR_ARG(h->gateway), STR_ARG(span));
	return arena_printf(a, "; %.*s has %zu gaps, the longest %.*s", STR_ARG(h->gateway),
			    h->gaps, STR_ARG(span));
}

int
find_holdings(struct store *st, struct clock c, struct arena *a, struct str *out, struct err *e)
{
	struct store_totals totals = { 0 };
	struct store_stretch *s = NULL;
	struct holding h[GATEWAYS_MOST];
	size_t n = 0;
	if (store_totals(st, &totals, e) != 0 ||
	    store_coverage(st, STORE_GAP_US, a, &s, &n, e) != 0)
		return -1;
	size_t count = gather(s, n, h);
	if (count == 0) {
		*out = STR("The index holds nothing yet.");
		return 0;
	}
	struct str names = text_count(count, "gateway", "gateways", a), gaps = STR("");
	int64_t from_us = h[0].from_us, to_us = h[0].to_us;
	for (size_t i = 0; i < count; i++) {
		const char *joint = i == 0 ? "" : i + 1 == count ? " and " : ", ";
		if (count <= GATEWAYS_NAMED)
			names = arena_printf(a, "%.*s%s%.*s", STR_ARG(i > 0 ? names : STR("")),
					     joint, STR_ARG(h[i].gateway));
		from_us = h[i].from_us < from_us ? h[i].from_us : from_us;
		to_us = h[i].to_us > to_us ? h[i].to_us : to_us;
		if (h[i].gaps > 0 && gaps.n < 160)
			gaps = arena_printf(a, "%.*s%.*s", STR_ARG(gaps),
					    STR_ARG(gap_words(&h[i], c, a)));
	}
	struct str sessions = text_count(totals.sessions, "session", "sessions", a);
	struct str span = text_span(c, from_us, to_us, "to", a);
	*out = arena_printf(a, "%.*s of %.*s, %.*s%.*s.", STR_ARG(sessions), STR_ARG(names),
			    STR_ARG(span), STR_ARG(gaps));
	return 0;
}
