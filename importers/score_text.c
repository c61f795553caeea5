/* SPDX-License-Identifier: MIT */
/*
 * score_text: the table of score patterns and the matcher that reads it. No regular expressions:
 * this runs on every refusal. The first byte and the literal head of a pattern sort out texts that
 * hold no score. Pure; nothing is fatal.
 */
#include "importers/score_text.h"

const struct score_pattern score_patterns[] = {
	/* Sophos PMX through a site's logwrite and log_message; percent, not additive. */
	{ "pmx-report", ENGINE_PMX,
	  "PMX: {any}Gauge={word} Probability={value}%{end},{any} Report='{symbols}'", false,
	  SYMBOLS_PLAIN,
	  "PMX: id=1xUnZw-00032s-19 Gauge=XXXXXXXXIIIIIII Probability=87% Report='HTML_70_90 0.1, "
	  "BODY_SIZE_1000_LESS 0' from=<a@b.example> size=300",
	  "score=87 symbols='HTML_70_90 0.1, BODY_SIZE_1000_LESS 0'" },
	{ "pmx-gauge-header", ENGINE_PMX,
	  "Gauge={word} Probability={value}%{end},{any} Report='{symbols}'", false, SYMBOLS_PLAIN,
	  "Gauge=XIIIIIIII, Probability=18%, Report=' HTML_50_70 0.1, __CT 0, '",
	  "score=18 symbols='HTML_50_70 0.1, __CT 0,'" },
	{ "pmx-probability", ENGINE_PMX, "PMX spam probability {value}%", false, SYMBOLS_PLAIN,
	  "PMX spam probability 94% gauge XXXXXXXIIII", "score=94" },
	/* SpamAssassin. */
	{ "spamd-logwrite", ENGINE_SPAMASSASSIN,
	  "SA: {word} spamd score={value}{end} {any}required={threshold}", false, SYMBOLS_PLAIN,
	  "SA: 1xUnSv-0005Nd-26 spamd score=-1.0 (-) required=6.0 host=127.0.0.1",
	  "score=-1 threshold=6" },
	{ "sa-exim", ENGINE_SPAMASSASSIN,
	  "SA: Action: {action}: score={value}{end} required={threshold}", false, SYMBOLS_PLAIN,
	  "SA: Action: permanently rejected message: score=8.2 required=5.0 trigger=7.0 (scanned "
	  "in 6/6 secs | Message-Id: x). From <a@b.example> (host=NULL [192.0.2.1]) for c@d.x",
	  "score=8.2 threshold=5 action='permanently rejected message'" },
	{ "sa-exim-local-scan", ENGINE_SPAMASSASSIN,
	  "Rejected: hits={value}{end} required={threshold}", false, SYMBOLS_PLAIN,
	  "Rejected: hits=7.5 required=5.0 trigger=5.0", "score=7.5 threshold=5" },
	{ "spamassassin-score", ENGINE_SPAMASSASSIN, "SpamAssassin score {value}{end}/{threshold}",
	  false, SYMBOLS_PLAIN, "SpamAssassin score 7.3/6.0 +++++++", "score=7.3 threshold=6" },
	{ "spam-score-tests", ENGINE_SPAMASSASSIN, "spam score {value}{end} tests=[{symbols}]",
	  false, SYMBOLS_REPORT, "spam score 7.3 tests=[BAYES_99,HELO_LOCALHOST]",
	  "score=7.3 symbols='BAYES_99, HELO_LOCALHOST'" },
	{ "spam-status", ENGINE_SPAMASSASSIN,
	  "Yes, score={value}{end} required={threshold} tests=[{symbols}]", false, SYMBOLS_REPORT,
	  "Yes, score=15.2 required=5.0 tests=[A_RULE,B_RULE] autolearn=no",
	  "score=15.2 threshold=5 symbols='A_RULE, B_RULE'" },
	{ "spam-points", ENGINE_SPAMASSASSIN, "scored {value} spam points", true, SYMBOLS_PLAIN,
	  "This message scored 11.2 spam points. Ref: 1xUnZw-00032s-19", "score=11.2" },
	{ "spam-points-of", ENGINE_SPAMASSASSIN, "scored {value} points", true, SYMBOLS_PLAIN,
	  "Your message scored 9.4 points, which is above our limit", "score=9.4" },
	/* rspamd. */
	{ "rspamd-logwrite", ENGINE_RSPAMD,
	  "rspamd: {word} score={value}{end} action={action} symbols: {symbols}", false,
	  SYMBOLS_RSPAMD,
	  "rspamd: 1xUnSw-0005OQ-0D score=15.0 action=reject symbols: Action: reject  Symbol: "
	  "GTUBE(0.00)  Symbol: MIME_GOOD(-0.10)  Message: Gtube pattern  Message-ID: x@c",
	  "score=15 action=reject symbols='GTUBE 0.00, MIME_GOOD -0.10'" },
	{ "rspamd-action", ENGINE_RSPAMD, "rspamd {action} score={value}{end} required={threshold}",
	  false, SYMBOLS_PLAIN, "rspamd reject score=15.0", "score=15 action=reject" },
	{ "rspamd-score", ENGINE_RSPAMD, "(rspamd score {value}{end}/{threshold}", true,
	  SYMBOLS_PLAIN, "Spam message rejected (rspamd score 15.0), id 1xUnSw-0005OQ-0D",
	  "score=15" },
	{ NULL, ENGINE_NONE, NULL, false, SYMBOLS_PLAIN, NULL, NULL },
};

/* --- matcher ---------------------------------------------------------------------------------- */

struct match {
	struct str text;     /* what is left of it */
	const char *pattern; /* what is left of it */
	struct score score;
	bool complete; /* {end} was passed */
};

/* -1.0, 7, 1007.1: the number at the head; 0 if there is none. */
static size_t
number_at(struct str s, double *value)
{
	size_t i = 0, digits = 0;
	double v = 0, scale = 1;
	bool minus = s.n > 0 && s.p[0] == '-';

	if (minus || (s.n > 0 && s.p[0] == '+'))
		i++;
	for (; i < s.n && char_is_digit(s.p[i]) && digits < 12; i++, digits++)
		v = v * 10 + (s.p[i] - '0');
	if (digits == 0)
		return 0;
	if (i + 1 < s.n && s.p[i] == '.' && char_is_digit(s.p[i + 1])) {
		for (i++; i < s.n && char_is_digit(s.p[i]); i++) {
			v = v * 10 + (s.p[i] - '0');
			scale *= 10;
			if (scale > 1e9)
				break;
		}
	}
	*value = (minus ? -v : v) / scale;
	return i;
}

static bool
take_blanks(struct match *m)
{
	size_t i = 0;

	while (i < m->text.n && (m->text.p[i] == ' ' || m->text.p[i] == '\t'))
		i++;
	m->text = str_skip(m->text, i);
	return i > 0;
}

/* The literal from m->pattern up to the next hole or blank. */
static struct str
next_literal(const char *pattern)
{
	size_t n = 0;

	while (pattern[n] != '\0' && pattern[n] != '{' && pattern[n] != ' ')
		n++;
	return (struct str){ pattern, n };
}

/* As str_find, but fast for the short texts and literals of this file. */
static size_t
find_literal(struct str text, struct str literal)
{
	for (size_t at = str_find_char(text, literal.p[0], 0); at != STR_NPOS;
	     at = str_find_char(text, literal.p[0], at + 1)) {
		if (str_starts(str_skip(text, at), literal))
			return at;
	}
	return STR_NPOS;
}

/* Text up to what the pattern has next; the whole rest when the pattern ends here. */
static bool
take_text(struct match *m, struct str *out)
{
	struct str literal = next_literal(*m->pattern == ' ' ? m->pattern + 1 : m->pattern);
	size_t at;

	if (literal.n == 0) {
		*out = m->text;
		m->text = str_skip(m->text, m->text.n);
		return *m->pattern == '\0';
	}
	at = find_literal(m->text, literal);
	if (at == STR_NPOS)
		return false;
	*out = str_slice(m->text, 0, at);
	m->text = str_skip(m->text, at);
	while (*m->pattern == ' ')
		m->pattern++;
	return true;
}

static bool
take_number(struct match *m, double *value, bool *has)
{
	size_t n = number_at(m->text, value);

	*has = n > 0;
	m->text = str_skip(m->text, n);
	return n > 0;
}

static bool
take_word(struct match *m)
{
	size_t i = 0;

	while (i < m->text.n && m->text.p[i] != ' ')
		i++;
	m->text = str_skip(m->text, i);
	return i > 0;
}

/* The hole whose '{' stands at the pattern; moves behind its '}'. */
static char
next_hole(struct match *m)
{
	/* Of {any} and {action} the second letter differs, of all others the first. */
	char name = m->pattern[1] == 'a' ? m->pattern[2] : m->pattern[1];

	while (*m->pattern != '}')
		m->pattern++;
	m->pattern++;
	return name;
}

static bool
take_hole(struct match *m)
{
	struct str text = STR("");

	switch (next_hole(m)) {
	case 'v': /* {value} */
		return take_number(m, &m->score.value, &m->score.has_value);
	case 't': /* {threshold} */
		return take_number(m, &m->score.threshold, &m->score.has_threshold);
	case 'w': /* {word} */
		return take_word(m);
	case 'e': /* {end} */
		m->complete = true;
		return true;
	case 'n': /* {any} */
		return take_text(m, &text);
	case 'c': /* {action} */
		return take_text(m, &m->score.action);
	case 's': /* {symbols}; PMX: either quote of Report may be missing */
		m->score.symbols = take_text(m, &text) ? text : m->text;
		return true;
	default:
		return false;
	}
}

static bool
match_here(struct str text, const struct score_pattern *p, struct score *out)
{
	struct match m = { .text = text, .pattern = p->pattern };

	m.score.engine = p->engine;
	while (*m.pattern != '\0') {
		if (*m.pattern == '{') {
			if (!take_hole(&m))
				break;
		} else if (*m.pattern == ' ') {
			if (!take_blanks(&m))
				break;
			m.pattern++;
		} else {
			struct str literal = next_literal(m.pattern);

			if (!str_starts(m.text, literal)) {
				/* A comma before an optional part is optional itself. */
				if (*m.pattern == ',' && m.complete) {
					m.pattern++;
					continue;
				}
				break;
			}
			m.text = str_skip(m.text, literal.n);
			m.pattern += literal.n;
		}
	}
	if (*m.pattern != '\0' && !m.complete)
		return false;
	*out = m.score;
	return true;
}

/* Patterns that fit anywhere speak of a score: looking for that first is one fast pass. */
static bool
has_score(struct str text)
{
	for (size_t at = str_find_char(text, 'c', 0); at != STR_NPOS;
	     at = str_find_char(text, 'c', at + 1)) {
		if (at > 0 && text.n - at > 3 && memcmp(text.p + at, "core", 4) == 0)
			return true;
	}
	return false;
}

/* First letters of the patterns that fit at the head only. */
static bool
may_begin(char c)
{
	return c == 'P' || c == 'G' || c == 'S' || c == 'R' || c == 'Y' || c == 's' || c == 'r';
}

static struct {
	const struct score_pattern *list;
	size_t n;
} of_site;

void
score_patterns_of_site(const struct score_pattern *list, size_t n)
{
	of_site.list = list;
	of_site.n = n;
}

bool
score_text_by(const struct score_pattern *p, struct str text, struct arena *a, struct score *out)
{
	size_t at = p->anywhere ? find_literal(text, next_literal(p->pattern)) : 0;

	if (at == STR_NPOS || !match_here(str_skip(text, at), p, out))
		return false;
	out->symbols = score_symbols(p->symbols, str_trim(out->symbols), a);
	out->action = str_trim(out->action);
	return true;
}

static const struct score_pattern *
find_in_table(struct str text, struct arena *a, struct score *out)
{
	bool anywhere = has_score(text);

	if (!anywhere && !may_begin(text.p[0]))
		return NULL;
	for (const struct score_pattern *p = score_patterns; p->name; p++)
		if ((p->anywhere ? anywhere : text.p[0] == p->pattern[0]) &&
		    score_text_by(p, text, a, out))
			return p;
	return NULL;
}

bool
score_text(struct str text, struct arena *a, struct score *out, const struct score_pattern **which)
{
	const struct score_pattern *found;

	if (text.n < 8)
		return false;
	found = find_in_table(text, a, out);
	for (size_t i = 0; i < of_site.n && !found; i++)
		if (score_text_by(&of_site.list[i], text, a, out))
			found = &of_site.list[i];
	if (found && which)
		*which = found;
	return found != NULL;
}
