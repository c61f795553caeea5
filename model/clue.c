/* SPDX-License-Identifier: MIT */
/*
 * clue: the set, its caps and duplicates, and the readers that several recognisers share.
 * A stranger decides what stands in a paste, so every list has an end and every scan is linear.
 */
#include "model/clue.h"

#include "model/foreign.h"

#define QUESTION_DOUBT 0.1

const char *
clue_kind_text(enum clue_kind k)
{
#define CLUE_TEXT(id, text) text,
	static const char *const texts[] = { CLUE_KIND_LIST(CLUE_TEXT) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == CLUE_KIND_COUNT, "one text per kind");
	return (unsigned)k < CLUE_KIND_COUNT ? texts[k] : "";
}

void
clue_set_init(struct clue_set *s, struct paste *p, const struct zone *zone, struct arena *a)
{
	*s = (struct clue_set){ .paste = p, .zone = zone, .now_us = TIME_NONE, .arena = a };
	s->v = arena_zalloc(a, CLUE_MAX * sizeof(*s->v));
	s->more = arena_zalloc(a, CLUE_MAX * sizeof(*s->more));
}

void
clue_set_release(struct clue_set *s)
{
	u64_table_release(&s->seen);
}

/* It begins as the bounces of a well-known program do. */
static bool
is_notice(struct str text)
{
	struct foreign f = foreign_notice(text);

	return f.speaker || f.program;
}

/* In a question every name was typed on purpose; in a bounce most belong to somebody else. */
static void
note_question(struct clue_set *s)
{
	struct clue_facts *f = &s->facts;
	struct str all = str_trim(paste_str(s->paste));

	f->is_question = all.n <= QUESTION_MAX && !f->is_report && f->code == 0 &&
			 f->reported_by.n == 0 && !f->own_error && !is_notice(all);
	for (size_t i = 0; f->is_question && i < s->n; i++) {
		enum clue_kind k = s->v[i].kind;

		if ((k == CLUE_ADDRESS || k == CLUE_SENDER || k == CLUE_RECIPIENT || k == CLUE_IP ||
		     k == CLUE_HOST) &&
		    s->v[i].doubt > QUESTION_DOUBT)
			s->v[i].doubt = QUESTION_DOUBT;
	}
}

/* "<7f3c2b@corp.example>" and nothing else may be somebody's address, or a Message-ID. */
static void
note_lone_message_id(struct clue_set *s)
{
	struct str all = str_trim(paste_str(s->paste));
	size_t from = (size_t)(all.p - paste_str(s->paste).p);

	if (!s->facts.is_question || all.n > QUESTION_MAX || s->n == 0 ||
	    s->v[0].kind != CLUE_ADDRESS || str_find_char(all, ' ', 0) != STR_NPOS ||
	    str_find_char(all, '\n', 0) != STR_NPOS)
		return;
	if (str_starts(all, STR("<")) && str_ends(all, STR(">"))) {
		all = str_slice(all, 1, all.n - 1);
		from++;
	}
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_MESSAGE_ID,
			    .shape = ID_SHAPE_OTHER,
			    .text = all,
			    .from = from,
			    .to = from + all.n,
		    });
}

void
clue_find_all(struct clue_set *s)
{
	clue_lines(s);
	clue_phrases(s);
	clue_replies(s);
	clue_identifiers(s);
	clue_tokens(s);
	clue_times(s);
	note_question(s);
	note_lone_message_id(s);
}

static bool
kind_folds_case(enum clue_kind k)
{
	return k == CLUE_HOST || k == CLUE_ADDRESS || k == CLUE_SENDER || k == CLUE_RECIPIENT ||
	       k == CLUE_IP;
}

static uint64_t
clue_key(enum clue_kind kind, struct str text)
{
	return kind_folds_case(kind) ? hash_nocase(text, (uint64_t)kind)
				     : hash_bytes(text, (uint64_t)kind);
}

/* No kind may fill the set alone. */
static size_t
kind_cap(enum clue_kind k)
{
	switch (k) {
	case CLUE_IDENTIFIER:
		return CLUE_MAX_IDENTIFIERS;
	case CLUE_MESSAGE_ID:
	case CLUE_TIME:
		return 12;
	case CLUE_ADDRESS:
	case CLUE_RECIPIENT:
	case CLUE_IP:
	case CLUE_HOST:
		return 20;
	default:
		return 8;
	}
}

/* Where to put one more of the kind: the end, or the least promising identifier. */
static size_t
place_for(struct clue_set *s, const struct clue_found *f)
{
	size_t count = 0;
	size_t least = STR_NPOS;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind != f->kind)
			continue;
		count++;
		if (least == STR_NPOS || s->more[i].promise < s->more[least].promise)
			least = i;
	}
	if (count < kind_cap(f->kind) && s->n < CLUE_MAX)
		return s->n;
	if (least == STR_NPOS || s->more[least].promise >= f->promise)
		return STR_NPOS;
	u64_table_del(&s->seen, clue_key(s->v[least].kind, s->v[least].text));
	return least;
}

static void
strengthen(struct clue_set *s, size_t i, const struct clue_found *f)
{
	if (f->promise > s->more[i].promise)
		s->more[i].promise = f->promise;
	if (f->shape > s->more[i].shape)
		s->more[i].shape = f->shape;
	/* An ID that stands in the refusal, too, is not merely that of a hop. */
	if (f->kind == CLUE_IDENTIFIER)
		s->more[i].role = f->role ? s->more[i].role : CLUE_ROLE_NONE;
	else if (s->more[i].role == CLUE_ROLE_NONE || (f->doubt < s->v[i].doubt && f->role))
		s->more[i].role = f->role;
	if (f->doubt < s->v[i].doubt) {
		s->v[i].doubt = f->doubt;
		s->v[i].repair = f->repair;
		paste_range(s->paste, f->from, f->to, &s->v[i].start, &s->v[i].end);
	}
}

size_t
clue_add(struct clue_set *s, const struct clue_found *f)
{
	struct str text = str_slice(f->text, 0, CLUE_MAX_TEXT);

	if (text.n == 0)
		return STR_NPOS;
	uint64_t key = clue_key(f->kind, text);
	uint64_t *known = u64_table_get(&s->seen, key);
	if (known) {
		strengthen(s, (size_t)*known, f);
		return (size_t)*known;
	}
	size_t i = place_for(s, f);
	if (i == STR_NPOS)
		return STR_NPOS;
	s->v[i] = (struct clue){
		.kind = f->kind,
		.text = arena_str(s->arena, text),
		.time_us = f->kind == CLUE_TIME || f->kind == CLUE_ID_TIME ? f->time_us : TIME_NONE,
		.slack_us = f->slack_us,
		.doubt = f->doubt,
		.repair = f->repair,
	};
	paste_range(s->paste, f->from, f->to, &s->v[i].start, &s->v[i].end);
	s->more[i] = (struct clue_more){ f->role, f->shape, f->promise, f->grain_us, f->family };
	s->n += i == s->n;
	u64_table_put(&s->seen, key, i);
	if (f->repair)
		paste_note_repair(s->paste, f->repair);
	return i;
}

void
clue_set_stage(struct clue_set *s, enum stage stage, size_t from, size_t to)
{
	if (s->facts.stage != STAGE_NONE)
		return;
	s->facts.stage = stage;
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_STAGE,
			    .text = str_from(stage_text(stage)),
			    .from = from,
			    .to = to,
			    .doubt = 0.2,
		    });
}

void
clue_reported_by(struct clue_set *s, int rank, size_t from, size_t to)
{
	struct str text = str_slice(paste_str(s->paste), from, to);

	if (text.n == 0 || rank <= s->facts.reported_rank || clue_ip_end(text, 0) == text.n)
		return;
	s->facts.reported_rank = rank;
	s->facts.reported_by = arena_str(s->arena, text);
	s->facts.is_report = true;
	clue_add_host(s, CLUE_ROLE_REPORTER, from, to, 0.3);
}

void
clue_add_time(struct clue_set *s, enum clue_role role, size_t from, size_t to, int64_t slack_us,
	      double doubt)
{
	struct str text = str_trim(str_slice(paste_str(s->paste), from, to));
	int64_t t = TIME_NONE;

	if (text.n > 64)
		text.n = 64;
	while (text.n > 0 && !time_parse(text, s->zone, &t)) {
		/* "… GMT; from x": drop words from the end until a date is left. */
		size_t blank = str_rfind_char(text, ' ');
		if (blank == STR_NPOS || blank < 9)
			return;
		text = str_trim(str_slice(text, 0, blank));
	}
	if (t == TIME_NONE)
		return;
	size_t start = (size_t)(text.p - paste_str(s->paste).p);
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_TIME,
			    .role = role,
			    .text = text,
			    .from = start,
			    .to = start + text.n,
			    .doubt = doubt,
			    .promise = 1 - doubt,
			    .time_us = t,
			    .slack_us = slack_us,
		    });
}
