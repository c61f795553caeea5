/* SPDX-License-Identifier: MIT */
/* story_time: what the clue readers do not know is rewritten for them, or counted back from now. */
#include "model/story_time.h"

#include "model/clue.h"
#include "model/day_words.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)
#define TEXT_MAX  100

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
		if (clues.v[i].kind != CLUE_TIME || clues.v[i].doubt >= doubt)
			continue;
		doubt = clues.v[i].doubt;
		*time_us = clues.v[i].time_us;
		*slack_us = clues.v[i].slack_us;
	}
	clue_set_release(&clues);
	paste_release(&paste);
	return doubt < 1;
}

bool
story_time_read(struct str text, const struct zone *zone, int64_t now_us, int64_t *time_us,
		int64_t *slack_us)
{
	struct arena a;
	bool ok = true;

	text = str_trim(text);
	if (text.n == 0 || text.n > TEXT_MAX)
		return false;
	arena_init(&a);
	if (now_us != TIME_NONE && str_eq_nocase(text, STR("now"))) {
		*time_us = now_us;
		*slack_us = 15 * MINUTE_US;
	} else if (now_us == TIME_NONE || !read_ago(text, now_us, time_us, slack_us)) {
		struct str plain =
			now_us == TIME_NONE ? text : name_the_day(text, zone, now_us, &a);
		ok = read_clue(complete_clock(plain, &a), zone, now_us, &a, time_us, slack_us);
		if (!ok && time_parse(text, zone, time_us)) {
			*slack_us = 2 * MINUTE_US;
			ok = true;
		}
	}
	arena_release(&a);
	return ok;
}
