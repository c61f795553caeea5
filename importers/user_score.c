/* SPDX-License-Identifier: MIT */
/*
 * user_score: the [score NAME] sections of a format file: a wording of this site from which
 * score_text reads a score, whoever logged it. Each must read its own samples.
 */
#include "importers/user_format_local.h"

static const char *const holes[] = { "{value}", "{threshold}", "{action}", "{symbols}",
				     "{word}",  "{any}",       "{end}",    NULL };
static const char *const forms[] = { "plain", "rspamd", "report", NULL };

struct defining {
	const struct format_text *text;
	struct format_complaints *complaints;
	struct arena *arena;
};

static int
one_of(struct str s, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (str_eq_nocase(s, str_from(list[i])))
			return i;
	return -1;
}

static void
complain_value(struct defining *d, const struct format_entry *e, size_t offset, const char *what)
{
	struct format_place place = format_value_place(e, offset);

	format_complain(d->complaints, d->text->path, &place, "%s", what);
}

static void
check_holes(struct defining *d, const struct format_entry *e)
{
	struct str s = e->value;
	bool has_value = false;

	if (s.n < 3 || s.p[0] == '{' || s.p[1] == '{' || s.p[2] == '{')
		complain_value(d, e, 0, "must begin with at least three literal characters");
	for (size_t at = str_find_char(s, '{', 0); at != STR_NPOS;
	     at = str_find_char(s, '{', at + 1)) {
		size_t end = str_find_char(s, '}', at);
		struct str hole = str_slice(s, at, end == STR_NPOS ? s.n : end + 1);

		if (one_of(hole, holes) < 0) {
			complain_value(d, e, at,
				       "no hole of this name; there are {value} {threshold} "
				       "{action} {symbols} {word} {any} {end}");
			return;
		}
		has_value |= str_eq(hole, STR("{value}"));
	}
	if (!has_value)
		complain_value(d, e, 0, "without {value} there is no score");
}

static void
take_key(struct defining *d, const struct format_entry *e, struct score_pattern *p)
{
	int i;

	if (str_eq(e->key, STR("match"))) {
		p->pattern = arena_str(d->arena, e->value).p;
		check_holes(d, e);
	} else if (str_eq(e->key, STR("engine"))) {
		for (i = ENGINE_COUNT - 1; i > 0; i--)
			if (str_eq_nocase(e->value, str_from(engine_text((enum engine)i))))
				break;
		p->engine = (enum engine)i;
		if (i == 0)
			complain_value(d, e, 0, "engine is PMX, SpamAssassin, rspamd or amavis");
	} else if (str_eq(e->key, STR("anywhere"))) {
		p->anywhere = str_eq(e->value, STR("yes"));
		if (!p->anywhere && !str_eq(e->value, STR("no")))
			complain_value(d, e, 0, "is yes or no");
	} else if (str_eq(e->key, STR("symbols"))) {
		i = one_of(e->value, forms);
		p->symbols = i < 0 ? SYMBOLS_PLAIN : (enum score_symbols)i;
		if (i < 0)
			complain_value(d, e, 0, "symbols is plain, rspamd or report");
	} else if (!str_eq(e->key, STR("sample"))) {
		format_complain(d->complaints, d->text->path, &e->place,
				"a [score] has match, engine, anywhere, symbols and sample");
	}
}

static void
check_samples(struct defining *d, const struct format_section *s, const struct score_pattern *p)
{
	size_t samples = 0;

	for (size_t i = 0; i < s->n_entries; i++) {
		const struct format_entry *e = &s->entries[i];
		struct score score = { .engine = ENGINE_NONE };

		if (!str_eq(e->key, STR("sample")))
			continue;
		samples++;
		if (!score_text_by(p, e->value, d->arena, &score) || !score.has_value)
			complain_value(d, e, 0, "the pattern reads no score from this sample");
	}
	if (samples == 0)
		format_complain(d->complaints, d->text->path, &s->place, "score %.*s has no sample",
				STR_ARG(s->name));
}

static void
define_one(struct defining *d, const struct format_section *s, struct score_pattern *p)
{
	size_t before = d->complaints->n;

	p->name = arena_str(d->arena, s->name).p;
	for (size_t i = 0; i < s->n_entries; i++)
		take_key(d, &s->entries[i], p);
	if (!p->pattern)
		format_complain(d->complaints, d->text->path, &s->place, "score %.*s has no match",
				STR_ARG(s->name));
	if (!format_entry_of(s, "engine"))
		format_complain(d->complaints, d->text->path, &s->place, "score %.*s has no engine",
				STR_ARG(s->name));
	if (d->complaints->n == before)
		check_samples(d, s, p);
}

void
user_scores_define(const struct format_text *t, struct arena *a, struct user_scores *out,
		   struct format_complaints *c)
{
	struct defining d = { t, c, a };

	*out = (struct user_scores){ NULL, 0 };
	out->list = arena_zalloc(a, (t->n_sections + 1) * sizeof(*out->list));
	for (size_t i = 0; i < t->n_sections; i++)
		if (str_eq(t->sections[i].kind, STR("score")))
			define_one(&d, &t->sections[i], &out->list[out->n++]);
}
