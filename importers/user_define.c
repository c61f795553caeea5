/* SPDX-License-Identifier: MIT */
/*
 * user_define: a format file to a struct user_format. Everything in it is checked here, once, with
 * the file's own samples: each pattern claims one, each is claimed by one, and every value that a
 * pattern finds in its samples is what its field wants (lnav's rule, and a bit more).
 */
#include <stdlib.h>

#include "importers/time_text.h"
#include "importers/user_format_local.h"

enum { NAME_MOST = 40 };

struct defining {
	const struct format_text *text;
	struct format_complaints *complaints;
	struct user_format *u;
	const struct format_section *format, **sections; /* those of the patterns */
};

static void
complain(struct defining *d, const struct format_entry *e, size_t offset, const char *what)
{
	struct format_place place = format_value_place(e, offset);

	format_complain(d->complaints, d->text->path, &place, "%s", what);
}

const struct format_entry *
format_entry_of(const struct format_section *s, const char *key)
{
	for (size_t i = 0; i < s->n_entries; i++)
		if (str_eq(s->entries[i].key, str_from(key)))
			return &s->entries[i];
	return NULL;
}

static bool
is_sample(const struct format_entry *e)
{
	return str_eq(e->key, STR("sample"));
}

/* Whether it stands a second time in its section; samples may. */
static bool
is_again(struct defining *d, const struct format_section *s, const struct format_entry *e)
{
	for (const struct format_entry *k = s->entries; k < e; k++)
		if (!is_sample(e) && str_eq(k->key, e->key)) {
			format_complain(d->complaints, d->text->path, &e->place,
					"%.*s stands in line %zu already", STR_ARG(e->key),
					k->place.line);
			return true;
		}
	return false;
}

/* --- [format] --------------------------------------------------------------------------------- */

static void
take_name(struct defining *d, const struct format_entry *e)
{
	for (size_t i = 0; i < e->value.n; i++)
		if (!char_is_alnum(e->value.p[i]) && !strchr("-_.", e->value.p[i])) {
			complain(d, e, i, "a name has letters, digits, -, _ and . only");
			return;
		}
	if (e->value.n == 0 || e->value.n > NAME_MOST)
		complain(d, e, 0, "a name has 1 to 40 characters");
	else if (importer_format(e->value))
		complain(d, e, 0, "there is a format of this name already");
	d->u->log.name = arena_str(&d->u->arena, e->value).p;
}

static void
take_tags(struct defining *d, const struct format_entry *e)
{
	struct user_format *u = d->u;
	size_t at = 0;

	u->tags = arena_zalloc(&u->arena, (e->value.n + 1) * sizeof(*u->tags));
	while (at < e->value.n) {
		size_t end = str_find_char(e->value, ' ', at);
		struct str tag = str_slice(e->value, at, end == STR_NPOS ? e->value.n : end);

		if (tag.n > 0 && maillog_is_built_in(tag))
			complain(d, e, at, "Postern reads lines of this tag already");
		else if (tag.n > 0)
			u->tags[u->n_tags++] = arena_str(&u->arena, tag);
		at += tag.n + 1;
	}
	if (e->value.n == 0)
		complain(d, e, 0, "a tag is what a program calls itself in syslog");
}

static void
take_time_format(struct defining *d, const struct format_entry *e)
{
	size_t at = time_text_check(e->value);

	if (at != STR_NPOS)
		complain(d, e, at,
			 "not a time format: auto, or %Y %y %m %d %e %b %H %I %M %S %p %f %z %s "
			 "%Q %F %T %D");
	d->u->time_format = arena_str(&d->u->arena, e->value);
}

static bool
yes_or_no(struct defining *d, const struct format_entry *e)
{
	if (!str_eq(e->value, STR("yes")) && !str_eq(e->value, STR("no")))
		complain(d, e, 0, "is yes or no");
	return str_eq(e->value, STR("yes"));
}

/* "stage eod = data"; false if the key is none of these. */
static bool
take_word(struct defining *d, const struct format_entry *e)
{
	size_t blank = str_find_char(e->key, ' ', 0);
	struct user_format *u = d->u;
	struct user_facts x = { .format = u,
				.f = &(struct fragment){ .time_us = TIME_NONE },
				.scratch = &u->arena };
	enum user_field field;

	if (blank == STR_NPOS)
		return false;
	field = user_field_of(str_slice(e->key, 0, blank));
	if (field != FIELD_STAGE && field != FIELD_ABOUT && field != FIELD_VERDICT &&
	    field != FIELD_KIND && field != FIELD_ENGINE && field != FIELD_CLASS)
		return false;
	if (e->value.n == 0 || !user_fact_set(&x, field, e->value)) {
		struct format_place place = format_value_place(e, 0);

		format_complain(d->complaints, d->text->path, &place, "%.*s is %s", (int)blank,
				e->key.p, user_field_values(field));
		return true;
	}
	u->words[u->n_words++] =
		(struct user_word){ field, arena_str(&u->arena, str_trim(str_skip(e->key, blank))),
				    arena_str(&u->arena, e->value) };
	return true;
}

static void
take_format_key(struct defining *d, const struct format_entry *e)
{
	struct user_format *u = d->u;

	if (is_sample(e))
		return;
	if (str_eq(e->key, STR("name")))
		take_name(d, e);
	else if (str_eq(e->key, STR("title")))
		u->log.title = arena_str(&u->arena, e->value).p;
	else if (str_eq(e->key, STR("tag")))
		take_tags(d, e);
	else if (str_eq(e->key, STR("time")))
		take_time_format(d, e);
	else if (str_eq(e->key, STR("recurring_ids")))
		u->ids_recur = yes_or_no(d, e);
	else if (str_eq(e->key, STR("shared_pid")))
		u->pid_is_shared = yes_or_no(d, e);
	else if (str_eq(e->key, STR("values"))) {
		u->json_values = str_eq(e->value, STR("json"));
		if (!u->json_values && !str_eq(e->value, STR("plain")))
			complain(d, e, 0, "values is plain or json");
	} else if (!take_word(d, e)) {
		format_complain(d->complaints, d->text->path, &e->place,
				"a [format] has name, title, tag, time, values, recurring_ids, "
				"shared_pid, sample, and words as in \"stage eod = data\"");
	}
}

static void
take_format(struct defining *d)
{
	const struct format_section *s = d->format;

	d->u->words = arena_zalloc(&d->u->arena, (s->n_entries + 1) * sizeof(*d->u->words));
	for (size_t i = 0; i < s->n_entries; i++)
		if (!is_again(d, s, &s->entries[i]))
			take_format_key(d, &s->entries[i]);
	if (!format_entry_of(s, "name"))
		format_complain(d->complaints, d->text->path, &s->place, "the format has no name");
	if (!d->u->log.title)
		d->u->log.title = d->u->log.name;
	if (d->u->n_tags > 0 && format_entry_of(s, "time"))
		format_complain(d->complaints, d->text->path, &format_entry_of(s, "time")->place,
				"with a tag the time comes from syslog");
}

/* --- [pattern] -------------------------------------------------------------------------------- */

/* Where the group is named: "<name>" or "'name'". */
static size_t
group_at(struct str pattern, struct str name)
{
	for (size_t at = str_find(pattern, name, 0); at != STR_NPOS;
	     at = str_find(pattern, name, at + 1)) {
		char open = at > 0 ? pattern.p[at - 1] : ' ';
		char close = at + name.n < pattern.n ? pattern.p[at + name.n] : ' ';

		if ((open == '<' && close == '>') || (open == '\'' && close == '\''))
			return at;
	}
	return 0;
}

static void
add_value(struct user_pattern *p, struct user_value v)
{
	p->values[p->n_values++] = v;
}

static bool
has_field(const struct user_pattern *p, enum user_field field)
{
	for (size_t i = 0; i < p->n_values; i++)
		if (p->values[i].field == field)
			return true;
	return false;
}

static void
take_groups(struct defining *d, struct user_pattern *p, const struct format_entry *match)
{
	struct str name;
	unsigned number;

	for (unsigned i = 0; rx_named_group(p->rx, i, &name, &number); i++) {
		enum user_field field = user_field_of(name);
		struct format_place place = format_value_place(match, group_at(match->value, name));

		if (field == FIELD_COUNT)
			format_complain(d->complaints, d->text->path, &place,
					"no field is called %.*s; postern help formats lists them",
					STR_ARG(name));
		else if (field == FIELD_TIME && d->u->n_tags > 0)
			format_complain(d->complaints, d->text->path, &place,
					"with a tag the time comes from syslog");
		else if (has_field(p, field))
			format_complain(d->complaints, d->text->path, &place,
					"two groups are called %.*s; (?|…|…) makes them one",
					STR_ARG(name));
		else
			add_value(p, (struct user_value){ .field = field, .group = number });
	}
}

static void
take_constant(struct defining *d, struct user_pattern *p, const struct format_entry *e)
{
	enum user_field field = user_field_of(e->key);
	struct user_facts x = { .format = d->u,
				.f = &(struct fragment){ .time_us = TIME_NONE },
				.scratch = &d->u->arena };
	struct format_place place = format_value_place(e, 0);

	if (field == FIELD_COUNT)
		format_complain(d->complaints, d->text->path, &e->place,
				"a [pattern] has match, sample and fields; no field is called %.*s",
				STR_ARG(e->key));
	else if (has_field(p, field))
		format_complain(d->complaints, d->text->path, &e->place,
				"%.*s has a group in the pattern already", STR_ARG(e->key));
	else if (field == FIELD_TIME || e->value.n == 0)
		format_complain(d->complaints, d->text->path, &e->place,
				"%.*s cannot be the same for all lines", STR_ARG(e->key));
	else if (!user_fact_set(&x, field, e->value))
		format_complain(d->complaints, d->text->path, &place, "%.*s is %s", STR_ARG(e->key),
				user_field_values(field));
	else
		add_value(p, (struct user_value){ .field = field,
						  .text = arena_str(&d->u->arena, e->value) });
}

static void
check_pattern(struct defining *d, const struct format_section *s, const struct user_pattern *p)
{
	if ((has_field(p, FIELD_SCORE) || has_field(p, FIELD_THRESHOLD)) &&
	    !has_field(p, FIELD_ENGINE))
		format_complain(d->complaints, d->text->path, &s->place,
				"a score needs its engine, as in \"engine = rspamd\"");
	if (d->u->n_tags == 0 && !has_field(p, FIELD_TIME) && !has_field(p, FIELD_CLASS))
		format_complain(d->complaints, d->text->path, &s->place,
				"pattern %.*s has no group (?<time>…)", STR_ARG(s->name));
}

static void
take_pattern(struct defining *d, const struct format_section *s, struct user_pattern *p)
{
	const struct format_entry *match = format_entry_of(s, "match");
	struct err e = { 0 };
	size_t at;

	p->name = arena_str(&d->u->arena, s->name);
	p->line = s->place.line;
	atomic_init(&p->claims, 0);
	atomic_init(&p->limit_hits, 0);
	atomic_init(&p->given_up, false);
	if (!match) {
		format_complain(d->complaints, d->text->path, &s->place,
				"pattern %.*s has no match", STR_ARG(s->name));
		return;
	}
	p->rx = rx_compile_at(match->value, false, &at, &e);
	if (!p->rx) {
		complain(d, match, at, e.text);
		return;
	}
	p->values =
		arena_zalloc(&d->u->arena, (FIELD_COUNT + s->n_entries + 1) * sizeof(*p->values));
	take_groups(d, p, match);
	for (size_t i = 0; i < s->n_entries; i++)
		if (!is_again(d, s, &s->entries[i]) && !is_sample(&s->entries[i]) &&
		    &s->entries[i] != match)
			take_constant(d, p, &s->entries[i]);
	check_pattern(d, s, p);
}

/* --- samples ---------------------------------------------------------------------------------- */

/* The fields that the pattern finds in a sample must be what they should be. */
static void
check_values(struct defining *d, const struct user_pattern *p, const struct format_entry *sample)
{
	struct user_facts x = { .format = d->u,
				.zone = zone_utc(),
				.near_us = 0,
				.f = &(struct fragment){ .time_us = TIME_NONE },
				.scratch = &d->u->arena };
	const struct user_value *bad = user_pattern_read(p, p->rx, &x);
	struct format_place place;
	struct str value;

	if (!bad)
		return;
	value = rx_group(p->rx, bad->group);
	place = format_value_place(sample, (size_t)(value.p - sample->value.p));
	format_complain(d->complaints, d->text->path, &place,
			"pattern %.*s finds %s \"%.*s\" here, which is not %s", STR_ARG(p->name),
			user_field_name(bad->field), (int)(value.n < 60 ? value.n : 60), value.p,
			user_field_values(bad->field));
}

/* `own`: the pattern in whose section the sample stands, or NULL. */
static void
check_sample(struct defining *d, const struct format_entry *sample, const struct user_pattern *own,
	     bool *exercised)
{
	const struct user_pattern *claimer = NULL;
	struct format_place place = format_value_place(sample, 0);
	struct str path = d->text->path;

	for (size_t i = 0; i < d->u->n_patterns; i++) {
		const struct user_pattern *p = &d->u->patterns[i];
		enum rx_result result = rx_match(p->rx, sample->value, 0);

		if (result == RX_LIMIT)
			format_complain(d->complaints, path, &place,
					"pattern %.*s runs away on this sample: it tries more "
					"ways than PCRE2's limits allow",
					STR_ARG(p->name));
		if (result != RX_MATCH)
			continue;
		exercised[i] = true;
		if (claimer)
			format_complain(d->complaints, path, &place,
					"both %.*s and %.*s claim this sample",
					STR_ARG(claimer->name), STR_ARG(p->name));
		else
			check_values(d, p, sample);
		claimer = claimer ? claimer : p;
	}
	if (!claimer)
		format_complain(d->complaints, path, &place, "no pattern claims this sample");
	else if (own && claimer != own)
		format_complain(d->complaints, path, &place,
				"pattern %.*s claims this sample of %.*s", STR_ARG(claimer->name),
				STR_ARG(own->name));
}

static void
check_samples(struct defining *d)
{
	bool *exercised = xcalloc(d->u->n_patterns + 1, sizeof(*exercised));

	for (size_t i = 0; i < d->format->n_entries; i++)
		if (is_sample(&d->format->entries[i]))
			check_sample(d, &d->format->entries[i], NULL, exercised);
	for (size_t k = 0; k < d->u->n_patterns; k++)
		for (size_t i = 0; i < d->sections[k]->n_entries; i++)
			if (is_sample(&d->sections[k]->entries[i]))
				check_sample(d, &d->sections[k]->entries[i], &d->u->patterns[k],
					     exercised);
	for (size_t k = 0; k < d->u->n_patterns; k++)
		if (!exercised[k])
			format_complain(d->complaints, d->text->path, &d->sections[k]->place,
					"no sample exercises pattern %.*s",
					STR_ARG(d->u->patterns[k].name));
	free(exercised);
}

/* --- all -------------------------------------------------------------------------------------- */

/* Sections by their kind; what is none is complained of. */
static size_t
sort_sections(struct defining *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->text->n_sections; i++) {
		const struct format_section *s = &d->text->sections[i];

		if (str_eq(s->kind, STR("pattern")))
			d->sections[n++] = s;
		else if (str_eq(s->kind, STR("format")) && !d->format)
			d->format = s;
		else if (str_eq(s->kind, STR("format")))
			format_complain(d->complaints, d->text->path, &s->place,
					"a second [format]: each has a file of its own");
		else if (!str_eq(s->kind, STR("score")))
			format_complain(d->complaints, d->text->path, &s->place,
					"sections are [format], [pattern NAME] and [score NAME]");
	}
	if (n > 0 && !d->format)
		format_complain(d->complaints, d->text->path, &d->sections[0]->place,
				"patterns need a [format] with a name");
	if (n == 0 && d->format)
		format_complain(d->complaints, d->text->path, &d->format->place,
				"a format needs at least one [pattern NAME]");
	return n;
}

static void
define(struct defining *d, size_t n_patterns)
{
	struct user_format *u = d->u;
	size_t before;

	u->path = arena_str(&u->arena, d->text->path);
	take_format(d);
	u->patterns = arena_zalloc(&u->arena, (n_patterns + 1) * sizeof(*u->patterns));
	for (size_t i = 0; i < MATCHERS; i++)
		atomic_flag_clear(&u->matchers[i].busy);
	before = d->complaints->n;
	for (size_t i = 0; i < n_patterns; i++)
		take_pattern(d, d->sections[i], &u->patterns[u->n_patterns++]);
	if (d->complaints->n == before)
		check_samples(d);
}

struct user_format *
user_format_define(const struct format_text *t, struct format_complaints *c)
{
	struct defining d = { .text = t, .complaints = c };
	size_t before = c->n, n;

	d.sections = xcalloc(t->n_sections + 1, sizeof(const struct format_section *));
	n = sort_sections(&d);
	if (d.format) {
		d.u = xcalloc(1, sizeof(*d.u));
		define(&d, n);
	}
	free(d.sections);
	if (c->n == before)
		return d.u;
	user_format_free(d.u);
	return NULL;
}

void
user_format_free(struct user_format *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < MATCHERS; i++) {
		for (size_t k = 0; u->matchers[i].rx && k < u->n_patterns; k++)
			rx_free(u->matchers[i].rx[k]);
		free(u->matchers[i].rx);
	}
	for (size_t i = 0; i < u->n_patterns; i++)
		rx_free(u->patterns[i].rx);
	arena_release(&u->arena);
	free(u);
}
