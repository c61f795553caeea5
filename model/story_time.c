/* SPDX-License-Identifier: MIT */
/* story_time: what the clue readers do not know is rewritten for them, or counted back from now. */
#include "model/story_time.h"

#include "model/clue.h"
#include "model/day_words.h"

#define TEXT_MAX 100

#define SPAN_SLACK_US (2 * MINUTE_US)

static struct str
take_word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t end = str_find_char(*rest, ' ', 0);
	struct str word = str_slice(*rest, 0, end);

	*rest = end == STR_NPOS ? (struct str){ "", 0 } : str_trim(str_skip(*rest, end));
	return word;
}

/* "2 days ago", "an hour ago" */
static bool
read_ago(struct str text, int64_t now_us, int64_t *time_us, int64_t *slack_us)
{
	static const struct {
		const char *name;
		int64_t unit_us, slack_us;
	} units[] = {
		{ "minute", MINUTE_US, 15 * MINUTE_US }, { "min", MINUTE_US, 15 * MINUTE_US },
		{ "hour", HOUR_US, HOUR_US / 2 },        { "day", DAY_US, DAY_US / 2 },
		{ "week", 7 * DAY_US, 2 * DAY_US },
	};
	struct str rest = text, count = take_word(&rest), unit = take_word(&rest);
	uint64_t n = 1;

	if (!str_eq_nocase(rest, STR("ago")) ||
	    (!str_to_u64(count, &n) && !str_eq_nocase(count, STR("a")) &&
	     !str_eq_nocase(count, STR("an")) && !str_eq_nocase(count, STR("one"))) ||
	    n > 100000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct str name = str_from(units[i].name);

		if (!str_starts_nocase(unit, name) || unit.n > name.n + 1 ||
		    (unit.n > name.n && unit.p[name.n] != 's'))
			continue;
		*time_us = now_us - (int64_t)n * units[i].unit_us;
		*slack_us = units[i].slack_us;
		return true;
	}
	return false;
}

/* "monday 10:00" becomes "2026-11-16 10:00": a day, and nothing but a clock behind it. */
static struct str
name_the_day(struct str text, const struct zone *zone, int64_t now_us, struct arena *a)
{
	struct civil c;
	size_t end = day_words_read(text, 0, zone, now_us, &c);
	struct str rest = str_trim(str_skip(text, end));

	while (rest.n > 0 && rest.p[0] == ',')
		rest = str_trim(str_skip(rest, 1));
	if (str_starts_nocase(rest, STR("at ")))
		rest = str_trim(str_skip(rest, 3));
	if (end == 0 || (rest.n > 0 && !char_is_digit(rest.p[0])))
		return text;
	return arena_printf(a, "%04d-%02d-%02d %.*s", c.year, c.month, c.day, STR_ARG(rest));
}

/* "10 am", "10am": the readers know a clock by its colon. */
static struct str
complete_clock(struct str text, struct arena *a)
{
	size_t end = text.n;

	if (end < 3 || char_lower(text.p[end - 1]) != 'm' ||
	    (char_lower(text.p[end - 2]) != 'a' && char_lower(text.p[end - 2]) != 'p') ||
	    str_find_char(text, ':', 0) != STR_NPOS)
		return text;
	size_t digits = end - 2;
	while (digits > 0 && text.p[digits - 1] == ' ')
		digits--;
	if (digits == 0 || !char_is_digit(text.p[digits - 1]))
		return text;
	return arena_printf(a, "%.*s:00 %.*s", (int)digits, text.p, 2, text.p + end - 2);
}

/* The surest time that the clue readers see. */
static bool
read_clue(struct str text, const struct zone *zone, int64_t now_us, struct arena *a,
	  int64_t *time_us, int64_t *slack_us)
{
	struct paste paste;
	struct clue_set clues;
	double doubt = 1;

	paste_init(&paste, text);
	clue_set_init(&clues, &paste, zone, a);
	clues.now_us = now_us;
	clue_times(&clues);
	for (size_t i = 0; i < clues.n; i++) {
		const struct clue *v = &clues.v[i];

		if (v->kind != CLUE_TIME || v->doubt >= doubt)
			continue;
		/* A day beside other words may be no time at all. */
		if (v->slack_us >= DAY_US / 2 && v->end - v->start < str_trim(text).n)
			continue;
		doubt = clues.v[i].doubt;
		*time_us = clues.v[i].time_us;
		*slack_us = clues.v[i].slack_us;
	}
	clue_set_release(&clues);
	paste_release(&paste);
	return doubt < 1;
}

static bool
read_moment(struct str text, const struct zone *zone, int64_t now_us, struct arena *a,
	    int64_t *time_us, int64_t *slack_us)
{
	if (now_us != TIME_NONE && str_eq_nocase(text, STR("now"))) {
		*time_us = now_us;
		*slack_us = 15 * MINUTE_US;
		return true;
	}
	if (now_us != TIME_NONE && read_ago(text, now_us, time_us, slack_us))
		return true;
	struct str plain = now_us == TIME_NONE ? text : name_the_day(text, zone, now_us, a);
	if (read_clue(complete_clock(plain, a), zone, now_us, a, time_us, slack_us))
		return true;
	*slack_us = SPAN_SLACK_US;
	return time_parse(text, zone, time_us);
}

/* "21 Nov 15:57 to 16:22", "16:05-16:22": its two ends, the other one of the same day. */
static bool
split_span(struct str text, struct str *from, struct str *to)
{
	static const char *const joints[] = { "\xe2\x80\x93", " to ", " - ", "-" };

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
		struct str joint = str_from(joints[i]);
		size_t at = str_find(text, joint, 0);

		if (at == STR_NPOS)
			continue;
		*from = str_trim(str_slice(text, 0, at));
		*to = str_trim(str_skip(text, at + joint.n));
		/* The hyphen of a date or a zone (-0500, -05:00) is none: a clock precedes ours. */
		size_t blank = str_find_char(text, ' ', 0);
		return from->n > 0 && to->n > 0 &&
		       (joint.n > 1 || (blank == STR_NPOS && from->n <= 5 &&
					str_find_char(*from, ':', 0) != STR_NPOS));
	}
	return false;
}

static bool
read_span(struct str text, const struct zone *zone, int64_t now_us, struct arena *a,
	  int64_t *time_us, int64_t *slack_us)
{
	struct str from, to;
	int64_t first, last, slack;
	size_t colon;

	if (!split_span(text, &from, &to) || !read_moment(from, zone, now_us, a, &first, &slack))
		return false;
	colon = str_find_char(to, ':', 0);
	if (colon <= 2) {
		struct civil c;
		civil_from_us(first + zone_offset_s(zone, first) * US_PER_SECOND, &c);
		to = arena_printf(a, "%04d-%02d-%02d %.*s", c.year, c.month, c.day, STR_ARG(to));
	}
	if (!read_moment(to, zone, now_us, a, &last, &slack) || last < first)
		return false;
	*time_us = first + (last - first) / 2;
	*slack_us = (last - first) / 2 > SPAN_SLACK_US ? (last - first) / 2 : SPAN_SLACK_US;
	return true;
}

bool
story_time_read(struct str text, const struct zone *zone, int64_t now_us, int64_t *time_us,
		int64_t *slack_us)
{
	struct arena a;

	text = str_trim(text);
	if (text.n == 0 || text.n > TEXT_MAX)
		return false;
	arena_init(&a);
	bool ok = read_span(text, zone, now_us, &a, time_us, slack_us) ||
		  read_moment(text, zone, now_us, &a, time_us, slack_us);
	arena_release(&a);
	return ok;
}
