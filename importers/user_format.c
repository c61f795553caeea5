/* SPDX-License-Identifier: MIT */
/*
 * user_format: the registry of operator-defined formats, and reading lines by them.
 *
 * The first pattern that matches claims a line. PCRE2's limits bound what one match may cost; a
 * pattern that reaches them on many lines is given up for new lines. Records that are read again
 * (keys_only is false) were understood once: there the given-up patterns are tried behind all
 * others, so that a session never loses facts it had.
 */
#include "importers/user_format.h"

#include <stdlib.h>

#include "importers/user_format_local.h"

static struct registry {
	struct user_format **list;
	size_t n, cap;
	struct user_scores scores;
	struct arena arena; /* of the score patterns */
} registry;

/* --- matching --------------------------------------------------------------------------------- */

/* The store reads with three threads at most, so that one of the matchers is idle. */
static struct user_matcher *
matcher_take(struct user_format *u)
{
	size_t i = 0;

	while (atomic_flag_test_and_set_explicit(&u->matchers[i].busy, memory_order_acquire))
		i = (i + 1) % MATCHERS;
	struct user_matcher *m = &u->matchers[i];
	if (!m->rx) {
		m->rx = xcalloc(u->n_patterns + 1, sizeof(struct rx *));
		for (size_t k = 0; k < u->n_patterns; k++)
			m->rx[k] = rx_copy(u->patterns[k].rx);
	}
	return m;
}

static void
matcher_give(struct user_matcher *m)
{
	atomic_flag_clear_explicit(&m->busy, memory_order_release);
}

static bool
is_given_up(const struct user_pattern *p)
{
	return atomic_load_explicit(&p->given_up, memory_order_relaxed);
}

static void
count_runaway(struct user_pattern *p)
{
	unsigned hits = atomic_fetch_add_explicit(&p->limit_hits, 1, memory_order_relaxed) + 1;
	unsigned long long claims = atomic_load_explicit(&p->claims, memory_order_relaxed);

	if (hits >= LIMIT_HITS_MOST && hits > claims / CLAIMS_TO_ONE_HIT)
		atomic_store_explicit(&p->given_up, true, memory_order_relaxed);
}

static bool
matches(struct user_format *u, struct user_matcher *m, size_t i, struct str text)
{
	enum rx_result result = rx_match(m->rx[i], text, 0);

	if (result == RX_LIMIT)
		count_runaway(&u->patterns[i]);
	else if (result == RX_MATCH)
		atomic_fetch_add_explicit(&u->patterns[i].claims, 1, memory_order_relaxed);
	return result == RX_MATCH;
}

/* The number of the pattern that claims the line, or n_patterns. */
static size_t
find_claim(struct user_format *u, struct user_matcher *m, struct str text, bool again)
{
	for (size_t i = 0; i < u->n_patterns; i++)
		if ((again || !is_given_up(&u->patterns[i])) && matches(u, m, i, text))
			return i;
	return u->n_patterns;
}

const struct user_value *
user_pattern_read(const struct user_pattern *p, const struct rx *matched, struct user_facts *facts)
{
	for (size_t i = 0; i < p->n_values; i++) {
		const struct user_value *v = &p->values[i];
		struct str value = v->group ? rx_group(matched, v->group) : v->text;

		if (v->group && facts->format->json_values)
			value = user_json_text(value, facts->scratch);
		if (value.p && !user_fact_set(facts, v->field, value))
			return v;
	}
	return NULL;
}

static enum line_class
read_line(const struct user_format *u, struct str text, struct user_facts *x)
{
	/* Formats are const to all but the counts of their runaways and their match data. */
	struct user_format *own = (struct user_format *)(uintptr_t)u;
	struct user_matcher *m = matcher_take(own);
	size_t i = find_claim(own, m, text, !x->keys_only);
	bool good = i < u->n_patterns && !user_pattern_read(&u->patterns[i], m->rx[i], x);

	matcher_give(m);
	if (!good)
		return LINE_UNKNOWN;
	if (x->class == LINE_UNDERSTOOD)
		user_facts_finish(x);
	return x->class == LINE_UNDERSTOOD && !maillog_joins(x->f) ? LINE_IGNORED : x->class;
}

enum line_class
user_format_line(const struct user_format *u, struct program_line *l)
{
	struct user_facts x = { .format = u,
				.keys_only = l->keys_only,
				.near_us = TIME_NONE,
				.f = l->f,
				.scratch = l->scratch };
	int64_t time_us = l->f->time_us;
	enum line_class class;

	if (u->pid_is_shared)
		l->f->pid = 0;
	class = read_line(u, l->text, &x);
	if (class != LINE_UNDERSTOOD)
		*l->f = (struct fragment){ .time_us = time_us };
	return class;
}

/* --- whole lines: struct log_format ----------------------------------------------------------- */

static const struct user_format *
format_of(const struct parse_context *c)
{
	size_t i = 0;

	while (i < registry.n && &registry.list[i]->log != c->format)
		i++;
	return i < registry.n ? registry.list[i] : NULL;
}

static enum line_class
parse_by(const struct user_format *u, struct str text, const struct parse_context *c,
	 struct fragment *out, struct arena *scratch)
{
	struct user_facts x = { .format = u,
				.zone = c->zone,
				.near_us = c->near_us,
				.keys_only = c->keys_only,
				.f = out,
				.scratch = scratch };
	enum line_class class;

	*out = (struct fragment){ .time_us = TIME_NONE, .text = text };
	class = read_line(u, text, &x);
	if (class != LINE_UNDERSTOOD)
		*out = (struct fragment){ .time_us = out->time_us };
	return class;
}

static enum line_class
parse(struct str text, const struct parse_context *c, struct fragment *out, struct arena *scratch)
{
	const struct user_format *u = format_of(c);

	*out = (struct fragment){ .time_us = TIME_NONE };
	return u ? parse_by(u, text, c, out, scratch) : LINE_UNKNOWN;
}

static int64_t
line_time(struct str line, const struct parse_context *c)
{
	struct arena scratch = { 0 };
	struct parse_context quick = *c;
	struct fragment f;

	quick.keys_only = true;
	parse(line, &quick, &f, &scratch);
	arena_release(&scratch);
	return f.time_us;
}

int
user_format_detect(const struct user_format *u, struct str line)
{
	struct parse_context c = { .near_us = TIME_NONE, .keys_only = true };
	struct arena scratch = { 0 };
	struct fragment f;
	enum line_class class;

	if (u->n_tags > 0)
		return maillog_detect_tag(line, u);
	class = parse_by(u, line, &c, &f, &scratch);
	arena_release(&scratch);
	/* The operator says so: more than any format that only looks alike. */
	return class == LINE_UNDERSTOOD ? 100 : class == LINE_IGNORED ? 90 : 0;
}

/* --- registry --------------------------------------------------------------------------------- */

static void
make_log_format(struct user_format *u)
{
	struct log_format lines = { .name = u->log.name,
				    .title = u->log.title,
				    .parse = parse,
				    .line_time = line_time,
				    LINE_READER };
	struct log_format syslog = MAILLOG_FORMAT(u->log.name, u->log.title);

	u->log = u->n_tags > 0 ? syslog : lines;
	u->importer = (struct importer){ .format = &u->log };
}

static bool
clashes(const struct format_text *t, const struct user_format *u, struct format_complaints *c)
{
	const struct format_entry *name = NULL;
	size_t before = c->n;

	for (size_t i = 0; i < t->n_sections && !name; i++)
		if (str_eq(t->sections[i].kind, STR("format")))
			name = format_entry_of(&t->sections[i], "name");

	for (size_t i = 0; i < registry.n; i++) {
		const struct user_format *other = registry.list[i];

		if (str_eq_nocase(str_from(other->log.name), str_from(u->log.name)))
			format_complain(c, t->path, name ? &name->place : NULL,
					"%.*s has a format of this name, too",
					STR_ARG(other->path));
		for (size_t k = 0; k < u->n_tags; k++)
			if (user_format_of_tag(u->tags[k]) == other)
				format_complain(c, t->path, NULL, "%.*s reads the tag %.*s, too",
						STR_ARG(other->path), STR_ARG(u->tags[k]));
	}
	return c->n > before;
}

static void
add_scores(const struct user_scores *more)
{
	struct user_scores *s = &registry.scores;
	struct score_pattern *list =
		arena_zalloc(&registry.arena, (s->n + more->n + 1) * sizeof(*list));

	if (s->n > 0)
		memcpy(list, s->list, s->n * sizeof(*list));
	if (more->n > 0)
		memcpy(list + s->n, more->list, more->n * sizeof(*list));
	*s = (struct user_scores){ list, s->n + more->n };
	score_patterns_of_site(s->list, s->n);
}

bool
user_formats_add(struct str path, struct str text, struct format_complaints *c)
{
	struct arena scratch = { 0 };
	struct user_scores scores;
	struct user_format *u;
	struct format_text t;
	size_t before = c->n;

	format_text_parse(path, text, &scratch, &t, c);
	u = user_format_define(&t, c);
	user_scores_define(&t, &registry.arena, &scores, c);
	if (c->n == before && !u && scores.n == 0)
		format_complain(c, path, NULL, "holds neither a [format] nor a [score]");
	if (c->n == before && u && !clashes(&t, u, c)) {
		make_log_format(u);
		registry.list = mem_grow(registry.list, &registry.cap, registry.n + 1,
					 sizeof(struct user_format *));
		registry.list[registry.n++] = u;
		u = NULL;
	}
	user_format_free(u);
	if (c->n == before && scores.n > 0)
		add_scores(&scores);
	arena_release(&scratch);
	return c->n == before;
}

void
user_formats_release(void)
{
	score_patterns_of_site(NULL, 0);
	for (size_t i = 0; i < registry.n; i++)
		user_format_free(registry.list[i]);
	free(registry.list);
	arena_release(&registry.arena);
	registry = (struct registry){ 0 };
}

const struct user_format *
user_format_at(size_t i)
{
	return i < registry.n ? registry.list[i] : NULL;
}

const struct log_format *
user_format_log(const struct user_format *u)
{
	return &u->log;
}

struct str
user_format_path(const struct user_format *u)
{
	return u->path;
}

size_t
user_format_patterns(const struct user_format *u)
{
	return u->n_patterns;
}

const struct importer *
user_format_importer(const struct user_format *u)
{
	return &u->importer;
}

const struct user_format *
user_format_of_tag(struct str tag)
{
	for (size_t i = 0; i < registry.n; i++)
		for (size_t k = 0; k < registry.list[i]->n_tags; k++)
			if (str_eq(registry.list[i]->tags[k], tag))
				return registry.list[i];
	return NULL;
}

void
user_formats_runaways(struct strbuf *out)
{
	for (size_t i = 0; i < registry.n; i++)
		for (size_t k = 0; k < registry.list[i]->n_patterns; k++) {
			struct user_pattern *p = &registry.list[i]->patterns[k];
			unsigned hits = atomic_load(&p->limit_hits);
			bool given_up = is_given_up(p);

			if (hits == 0 || (p->told && !given_up) || p->told_given_up)
				continue;
			p->told = true;
			p->told_given_up = given_up;
			strbuf_printf(out,
				      "%.*s:%zu: pattern %.*s ran away on %u line%s, which count "
				      "as unknown if no other pattern claims them%s\n",
				      STR_ARG(registry.list[i]->path), p->line, STR_ARG(p->name),
				      hits, hits == 1 ? "" : "s",
				      given_up ? "; it is not tried any more" : "");
		}
}
