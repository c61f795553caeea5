/* SPDX-License-Identifier: MIT */
/* text_filter: see the header. */
#include "model/text_filter.h"

#include <stdio.h>

#define TIME_HEAD_BYTES 48 /* of a line: syslog prefix and the log's own time */

static bool
is_code(struct str word)
{
	return word.n == 3 && word.p[0] >= '2' && word.p[0] <= '5' && char_is_digit(word.p[1]) &&
	       char_is_digit(word.p[2]);
}

/* What became of an accepted message, as lists say it. */
static const struct str outcomes[] = { { "delivered", 9 }, { "bounced", 7 }, { "queued", 6 } };

static bool
is_outcome(struct str word)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (str_eq_nocase(word, outcomes[i]))
			return true;
	return false;
}

static bool
is_fact(struct str word)
{
	for (int d = 1; d < DIRECTION_COUNT; d++)
		if (str_eq_nocase(word, str_from(direction_text((enum direction)d))))
			return true;
	return is_code(word) || is_outcome(word) || stage_from_text(word) != STAGE_NONE ||
	       verdict_from_text(word) != VERDICT_NONE;
}

/* Digits with ':' or two '-': 16:05, 16:05:30, 2026-11-21. */
static bool
is_time(struct str word)
{
	size_t colons = 0, dashes = 0;

	for (size_t i = 0; i < word.n; i++) {
		colons += word.p[i] == ':';
		dashes += word.p[i] == '-';
		if (!char_is_digit(word.p[i]) && word.p[i] != ':' && word.p[i] != '-')
			return false;
	}
	return (colons > 0 && dashes == 0 && word.n <= 8) ||
	       (dashes == 2 && colons == 0 && word.n == 10);
}

static void
add_word(struct text_filter *f, struct str word, struct arena *a)
{
	if (f->n_words == TEXT_FILTER_MAX_WORDS)
		return;
	f->facts |= is_fact(word) ? 1u << f->n_words : 0;
	f->times |= is_time(word) ? 1u << f->n_words : 0;
	f->words[f->n_words++] = arena_str(a, word);
}

void
text_filter_add(struct text_filter *f, struct str text, struct arena *a)
{
	for (size_t from = 0, to; from < text.n; from = to + 1) {
		to = from;
		while (to < text.n && text.p[to] != ' ' && text.p[to] != '\t')
			to++;
		if (to > from)
			add_word(f, str_slice(text, from, to), a);
	}
}

/* A delivery that failed for good outranks one that waits; delivered: nothing else is left. */
static bool
has_outcome(const struct session *s, struct str word)
{
	bool failed = false, waiting = false, all = s->n_recipients > 0;

	if (s->verdict != VERDICT_ACCEPTED)
		return false;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		failed |= r->by_remote && r->verdict == VERDICT_REJECTED;
		waiting |= r->by_remote && r->verdict == VERDICT_DEFERRED;
		all &= r->by_remote && r->verdict == VERDICT_ACCEPTED;
	}
	if (str_eq_nocase(word, outcomes[1]))
		return failed;
	return str_eq_nocase(word, outcomes[2]) ? waiting && !failed : all;
}

static bool
has_fact(const struct session *s, struct str word)
{
	uint64_t code;

	if (is_code(word) && str_to_u64(word, &code))
		return s->reply.code == code;
	if (is_outcome(word))
		return has_outcome(s, word);
	return str_eq_nocase(word, str_from(stage_text(s->stage))) ||
	       str_eq_nocase(word, str_from(verdict_text(s->verdict))) ||
	       str_eq_nocase(word, str_from(direction_text(s->direction)));
}

static bool
has(struct str text, struct str word)
{
	return text.n >= word.n && str_find_nocase(text, word, 0) != STR_NPOS;
}

static bool
word_in_recipients(const struct session *s, struct str word)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		if (has(r->address, word) || has(r->original, word) || has(r->reply.text, word) ||
		    has(r->remote_host, word) || has(r->remote_ip, word))
			return true;
	}
	return false;
}

static bool
word_in_session(const struct session *s, struct str word)
{
	const struct str texts[] = { s->gateway_name, s->peer_ip,   s->peer_host, s->helo,
				     s->sender,       s->user,      s->subject,   s->header_from,
				     s->reply.text,   s->connection };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (has(texts[i], word))
			return true;
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (has(s->identifiers[i].text, word))
			return true;
	return word_in_recipients(s, word);
}

/* "2026-11-21 16:05:32" holds the word at the head of the date or of the clock. */
static bool
shows_time(int64_t time_us, const struct zone *zone, struct str word)
{
	char shown[40];
	struct civil c;
	int n;

	if (time_us == TIME_NONE)
		return false;
	civil_from_us(zone ? time_us + zone_offset_s(zone, time_us) * US_PER_SECOND : time_us, &c);
	n = snprintf(shown, sizeof(shown), "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day,
		     c.hour, c.minute, c.second);
	return n == 19 && (str_starts((struct str){ shown, 19 }, word) ||
			   str_starts((struct str){ shown + 11, 8 }, word));
}

unsigned
text_filter_missing(const struct text_filter *f, const struct session *s)
{
	unsigned missing = 0;

	for (size_t i = 0; i < f->n_words; i++) {
		bool there = f->facts >> i & 1 ? has_fact(s, f->words[i])
			     : f->times >> i & 1
				     ? shows_time(s->start_us, f->zone, f->words[i]) ||
					       shows_time(s->end_us, f->zone, f->words[i])
				     : word_in_session(s, f->words[i]);

		missing |= there ? 0 : 1u << i;
	}
	return missing;
}

unsigned
text_filter_missing_in_line(const struct text_filter *f, unsigned missing, struct str line)
{
	for (size_t i = 0; i < f->n_words; i++) {
		struct str where = f->times >> i & 1 ? str_slice(line, 0, TIME_HEAD_BYTES) : line;

		if (missing >> i & 1 && !(f->facts >> i & 1) && has(where, f->words[i]))
			missing &= ~(1u << i);
	}
	return missing;
}
