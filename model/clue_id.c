/* SPDX-License-Identifier: MIT */
/*
 * clue_id: Exim's message IDs wherever they stand: whole, broken over lines, without a hyphen that
 * a line break ate, cut at their end or at their beginning, in the wrong case. Other tokens that
 * may be identifiers are clue_token.c's. (FORMATS §1.2.)
 */
#include "model/clue.h"
#include "model/exim_id.h"

#define ID_MAX      24
#define CUT_MIN     9  /* TTTTTT-PP: the second, and proof of the shape */
#define BREAKS_MAX  12 /* read aloud, an ID comes in threes */
#define RUN_FIRST   2  /* characters before the first break: "5.7.1 1xUn…" is no ID */
#define RUN_MIN     3  /* characters between two breaks */
#define SLACK_S     5
#define TRACE_REACH 160

/* Where the hyphens stand in the two lengths. */
static const struct id_form {
	size_t first, second, length;
} forms[] = { { 6, 13, EXIM_ID_OLD }, { 6, 18, EXIM_ID_NEW } };

struct id_match {
	char text[ID_MAX];
	size_t n;          /* characters read */
	size_t end;        /* behind them */
	unsigned breaks;   /* line ends and blanks inside */
	size_t last_break; /* n at the last one */
	unsigned max_breaks;
	bool hyphen_lost;
	bool whole;
};

/* Takes the hyphen that belongs at `at`, or makes do without one across a break. */
static bool
take_hyphen(struct str s, size_t *at, struct id_match *m)
{
	size_t next = m->breaks < m->max_breaks ? clue_skip_break(s, *at) : *at;

	if (next < s.n && s.p[next] == '-') {
		m->breaks += next > *at;
		*at = next + 1;
		/* One hyphen is the ID's, the other that of the line break. */
		size_t behind = clue_skip_break(s, next + 1);
		if (behind > next + 1 && s.p[next + 1] == '\n' && behind < s.n &&
		    s.p[behind] == '-')
			*at = behind + 1;
	} else if (next > *at && next < s.n && char_is_alnum(s.p[next])) {
		m->breaks++;
		m->hyphen_lost = true;
		*at = next;
	} else {
		return false;
	}
	m->text[m->n++] = '-';
	return true;
}

/* A hyphen that a mail client put in at its line break, or none: skips to the next character. */
static bool
take_break(struct str s, size_t *at, struct id_match *m)
{
	size_t from = *at;
	bool hyphen = s.p[from] == '-' && from + 1 < s.n && s.p[from + 1] == '\n';
	size_t next = clue_skip_break(s, from + hyphen);

	if (m->n < RUN_FIRST || next >= s.n || next == from + hyphen || !char_is_alnum(s.p[next]) ||
	    m->breaks == m->max_breaks || (m->breaks > 0 && m->n < m->last_break + RUN_MIN))
		return false;
	m->breaks++;
	m->last_break = m->n;
	*at = next;
	return true;
}

static void
match_form(struct str s, size_t at, const struct id_form *f, unsigned max_breaks,
	   struct id_match *m)
{
	*m = (struct id_match){ .end = at, .max_breaks = max_breaks };
	while (m->n < f->length) {
		if (m->n == f->first || m->n == f->second) {
			if (at >= s.n || !take_hyphen(s, &at, m))
				return;
			continue;
		}
		if (at < s.n && !char_is_alnum(s.p[at]) && (m->n == 0 || !take_break(s, &at, m)))
			return;
		if (at >= s.n)
			return;
		m->text[m->n++] = s.p[at++];
		m->end = at;
	}
	m->whole = at >= s.n || !char_is_alnum(s.p[at]);
}

/* Pids are far below 62^4: the pid's part begins with zeros ("00", new form "000000"). */
static bool
pid_is_plausible(const struct id_match *m)
{
	size_t digits = m->n < 9 ? 0 : 2;

	for (size_t i = 0; i < digits; i++) {
		char c = m->text[7 + i];
		if (c != '0' && c != 'O' && c != 'o')
			return false;
	}
	return digits > 0;
}

/* The time of a whole or cut ID, by filling it up; TIME_NONE if it is none. */
static int64_t
id_time(const struct id_match *m)
{
	char full[EXIM_ID_OLD];
	struct exim_id id;

	if (m->n < 6)
		return TIME_NONE;
	memcpy(full, m->text, 6);
	memcpy(full + 6, "-000000-00", 10);
	if (!exim_id_decode((struct str){ full, sizeof(full) }, &id))
		return TIME_NONE;
	return id.time_us;
}

/* In "Received: … by h with esmtp (Exim 4.96) id X" the ID is that of whoever wrote the line. */
static bool
is_trace(struct str t, size_t at)
{
	size_t from = at > TRACE_REACH ? at - TRACE_REACH : 0;
	struct str before = str_slice(t, from, at);

	return str_ends(str_trim(before), STR("id")) &&
	       (str_find(before, STR("(Exim "), 0) != STR_NPOS ||
		(str_find(before, STR("by "), 0) != STR_NPOS &&
		 str_find(before, STR(" with "), 0) != STR_NPOS));
}

static enum clue_role
role_at(const struct clue_set *s, size_t at)
{
	struct str t = paste_str(s->paste);

	if (paste_zone_at(s->paste, at) == ZONE_HEAD || (at > 0 && t.p[at - 1] == 'E'))
		return CLUE_ROLE_BOUNCE;
	return is_trace(t, at) ? CLUE_ROLE_RETURNED : CLUE_ROLE_NONE;
}

static void
add_id(struct clue_set *s, size_t at, const struct id_match *m, double promise)
{
	enum id_shape shape = m->whole ? ID_SHAPE_EXIM : ID_SHAPE_EXIM_CUT;
	const char *repair = NULL;
	double doubt = 0;

	if (m->breaks > 0)
		repair = "joined over a line break";
	if (m->hyphen_lost)
		repair = "joined, hyphen restored";
	if (!m->whole)
		repair = "cut";
	doubt += m->breaks > 0 ? 0.02 * m->breaks : 0;
	doubt += m->hyphen_lost ? 0.05 : 0;
	doubt += m->whole ? 0 : 0.1;
	struct clue_found f = {
		.kind = CLUE_IDENTIFIER,
		.role = role_at(s, at),
		.shape = shape,
		.text = { m->text, m->n },
		.from = at,
		.to = m->end,
		.doubt = doubt,
		.promise = promise,
		.repair = repair,
	};
	if (clue_add(s, &f) == STR_NPOS)
		return;
	int64_t time = id_time(m);
	if (time == TIME_NONE || s->paste->case_lost || f.role != CLUE_ROLE_NONE)
		return;
	f.kind = CLUE_ID_TIME;
	f.family = ID_FAMILY_EXIM;
	f.text = time_rfc3339(time, s->arena);
	f.time_us = time;
	f.slack_us = SLACK_S * US_PER_SECOND;
	f.repair = NULL;
	clue_add(s, &f);
}

/* Better what stands in a person's text than what stands in a trace header. */
static double
promise_at(const struct clue_set *s, size_t at)
{
	switch (paste_zone_at(s->paste, at)) {
	case ZONE_STATUS:
	case ZONE_TEXT:
		return 9;
	case ZONE_RETURNED:
		return 7;
	case ZONE_HEAD:
		return 6;
	case ZONE_CONTENT:
		break;
	}
	return 5;
}

/* The characters of a run of letters and digits at `at`, at most `most` + 1. */
static size_t
run_length(struct str t, size_t at, size_t most)
{
	size_t n = 0;

	while (at + n < t.n && n <= most && char_is_alnum(t.p[at + n]))
		n++;
	return n;
}

static void
match_any(struct str t, size_t at, unsigned max_breaks, struct id_match *best)
{
	*best = (struct id_match){ 0 };
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct id_match m;

		match_form(t, at, &forms[i], max_breaks, &m);
		if ((m.whole && !best->whole) || (m.whole == best->whole && m.n > best->n))
			*best = m;
	}
}

/* Tries an ID at `at`; the offset behind it, or at. */
static size_t
id_at(struct clue_set *s, struct str t, size_t at)
{
	struct id_match best;

	match_any(t, at, BREAKS_MAX, &best);
	if (!best.whole && best.breaks > 0)
		match_any(t, at, 0, &best);
	if (best.n < CUT_MIN || !pid_is_plausible(&best))
		return at;
	if (!s->paste->case_lost && best.text[0] != 'l' && best.text[0] != 'I' &&
	    id_time(&best) == TIME_NONE)
		return at;
	if (!best.whole) {
		/* A cut one ends where the text does, or before dots; else it is another word. */
		while (best.n > CUT_MIN && best.text[best.n - 1] == '-')
			best.n--;
		if (best.end < t.n &&
		    (char_is_alnum(t.p[best.end]) ||
		     (t.p[best.end] == '-' && run_length(t, best.end + 1, 4) > 0)))
			return at;
	}
	add_id(s, at, &best, promise_at(s, at) + (best.whole ? 1 : 0));
	return best.end;
}

/* "…f-0003jr-0G", "-0003jr-0G": the beginning of the line or of the ID was lost. */
static size_t
tail_at(struct clue_set *s, struct str t, size_t at)
{
	size_t pid = run_length(t, at, 11);
	size_t fraction =
		at + pid < t.n && t.p[at + pid] == '-' ? run_length(t, at + pid + 1, 4) : 0;
	size_t end = at + pid + 1 + fraction;

	if (t.p[at] != '0' || at + 1 >= t.n || t.p[at + 1] != '0' ||
	    !((pid == 6 && fraction == 2) || (pid == 11 && fraction == 4)) ||
	    (end < t.n && t.p[end] == '-'))
		return at;
	/* As much of the time part as is there. */
	size_t from = at;
	if (from > 0 && t.p[from - 1] == '-') {
		from--;
		while (from > 0 && at - from < 7 && char_is_alnum(t.p[from - 1]))
			from--;
		if (at - from == 7)
			return at; /* whole: id_at has judged it */
	}
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_IDENTIFIER,
			    .shape = ID_SHAPE_EXIM_TAIL,
			    .text = str_slice(t, from, end),
			    .from = from,
			    .to = end,
			    .doubt = 0.1,
			    .promise = 4,
			    .repair = "its beginning lost",
		    });
	return end;
}

/* One character too few or too many, or a pid that cannot be: an ID that was typed by hand. */
static size_t
typed_at(struct clue_set *s, struct str t, size_t at)
{
	size_t n[3] = { run_length(t, at, 7) };
	size_t i = at + n[0];

	if (i >= t.n || t.p[i] != '-')
		return at;
	n[1] = run_length(t, ++i, 12);
	i += n[1];
	if (i >= t.n || t.p[i] != '-')
		return at;
	n[2] = run_length(t, ++i, 5);
	i += n[2];
	size_t all = n[0] + n[1] + n[2];
	bool old = n[0] >= 5 && n[0] <= 7 && n[1] >= 5 && n[1] <= 7 && n[2] >= 1 && n[2] <= 3 &&
		   all >= 13 && all <= 15;
	bool new = n[0] >= 5 && n[0] <= 7 && n[1] >= 10 && n[1] <= 12 && n[2] >= 3 && n[2] <= 5 &&
		   all >= 20 && all <= 22;
	size_t zeros = 0;
	for (size_t k = at + n[0] + 1; k < at + n[0] + 1 + n[1] && k < at + n[0] + 4; k++)
		zeros += t.p[k] == '0' || t.p[k] == 'O' || t.p[k] == 'o';
	/* Without the '1' that IDs begin with, both zeros must be there. */
	size_t least = strchr("12lI", t.p[at]) ? 1 : 2;
	if ((!old && !new) || zeros < least ||
	    (i < t.n && (t.p[i] == '-' || char_is_alnum(t.p[i]))))
		return at;
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_IDENTIFIER,
			    .role = role_at(s, at),
			    .shape = ID_SHAPE_EXIM,
			    .text = str_slice(t, at, i),
			    .from = at,
			    .to = i,
			    .doubt = 0.05,
			    .promise = 6,
		    });
	return i;
}

/* Reads n letters and digits at t.p[at], past a hyphen where one belongs; the end, or at. */
static size_t
read_run(struct str t, size_t at, const struct id_form *f, char run[ID_MAX])
{
	size_t n = 0, i = at;

	for (; n < f->length - 2; i++) {
		bool part = n == f->first || n == f->second - 1;

		if (i < t.n && part && t.p[i] == '-' && t.p[i - 1] != '-')
			continue;
		if (i >= t.n || !char_is_alnum(t.p[i]))
			return at;
		run[n++] = t.p[i];
	}
	return i < t.n && (char_is_alnum(t.p[i]) || t.p[i] == '-') ? at : i;
}

/* "1xUnaf0003jr0G": somebody, or a program that wants words, dropped the hyphens or one. */
static size_t
hyphenless_at(struct clue_set *s, struct str t, size_t at)
{
	char run[ID_MAX];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct id_form *f = &forms[i];
		size_t pid = f->second - f->first - 1, fraction = f->length - f->second - 1;
		struct id_match m = { .n = f->length, .hyphen_lost = true, .whole = true };

		m.end = read_run(t, at, f, run);
		if (m.end == at)
			continue;
		memcpy(m.text, run, f->first);
		m.text[f->first] = '-';
		memcpy(m.text + f->first + 1, run + f->first, pid);
		m.text[f->second] = '-';
		memcpy(m.text + f->second + 1, run + f->first + pid, fraction);
		if (!str_starts((struct str){ m.text + f->first + 1, pid },
				pid > 6 ? STR("00000") : STR("00")) ||
		    id_time(&m) == TIME_NONE)
			continue;
		add_id(s, at, &m, promise_at(s, at));
		return m.end;
	}
	return at;
}

/* IDs issued from 1999 on begin with '1' or '2'; a misread '1' looks like 'l' or 'I'. */
static bool
may_begin_id(struct str t, size_t at)
{
	char c = t.p[at];

	if (c != '1' && c != '2' && c != 'l' && c != 'I')
		return false;
	if (at == 0 || !char_is_alnum(t.p[at - 1]))
		return true;
	/* "E1xUnaf-…@host": the Message-ID that Exim gives its own mails. */
	if (t.p[at - 1] == 'E' && (at == 1 || !char_is_alnum(t.p[at - 2])))
		return true;
	/* "message1xUnaf-0003jr-0G": the blank before it was lost. */
	return char_is_alpha(t.p[at - 1]) && (c == '1' || c == '2') &&
	       exim_id_at(str_skip(t, at)) > 0;
}

void
clue_identifiers(struct clue_set *s)
{
	struct str t = paste_str(s->paste);

	for (size_t at = 0; at < t.n;) {
		size_t end = at;

		if (may_begin_id(t, at)) {
			end = id_at(s, t, at);
			if (end == at)
				end = hyphenless_at(s, t, at);
		}
		if (end == at && char_is_alnum(t.p[at]) && (at == 0 || !char_is_alnum(t.p[at - 1])))
			end = typed_at(s, t, at);
		if (end == at && t.p[at] == '0' && (at == 0 || !char_is_alnum(t.p[at - 1])))
			end = tail_at(s, t, at);
		at = end > at ? end : at + 1;
	}
}
