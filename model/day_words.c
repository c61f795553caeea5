/* SPDX-License-Identifier: MIT */
#include "model/day_words.h"

#define YEARS_BACK 5 /* 29 February */

static const char *const weekdays[] = { "monday", "tuesday",  "wednesday", "thursday",
					"friday", "saturday", "sunday" };
static const char *const months[] = { "january",   "february", "march",    "april",
				      "may",       "june",     "july",     "august",
				      "september", "october",  "november", "december" };

struct day_reader {
	struct str t;
	size_t at;
	int year, month, day; /* year 0: not said */
};

static void
skip_blanks(struct day_reader *r)
{
	while (r->at < r->t.n && r->t.p[r->at] == ' ')
		r->at++;
}

static bool
take_char(struct day_reader *r, char c)
{
	if (r->at >= r->t.n || r->t.p[r->at] != c)
		return false;
	r->at++;
	return true;
}

/* The whole word at the place, not taken. */
static struct str
word_here(const struct day_reader *r)
{
	size_t end = r->at;

	while (end < r->t.n && char_is_alpha(r->t.p[end]))
		end++;
	return str_slice(r->t, r->at, end);
}

static bool
take_word(struct day_reader *r, const char *wanted)
{
	if (!str_eq_nocase(word_here(r), str_from(wanted)))
		return false;
	r->at += str_from(wanted).n;
	return true;
}

/* A name or its beginning, of three letters at least: 1 …; 0: none. */
static int
take_name(struct day_reader *r, const char *const *names, int n)
{
	struct str word = word_here(r);

	for (int i = 0; i < n; i++)
		if (word.n >= 3 && str_starts_nocase(str_from(names[i]), word)) {
			r->at += word.n;
			return i + 1;
		}
	return 0;
}

static int
take_month(struct day_reader *r)
{
	return take_name(r, months, 12);
}

/* Of `least` to `most` digits and no more; -1: none. */
static int
take_number(struct day_reader *r, size_t least, size_t most)
{
	size_t end = r->at;
	int n = 0;

	while (end < r->t.n && end - r->at <= most && char_is_digit(r->t.p[end]))
		n = n * 10 + (r->t.p[end++] - '0');
	if (end - r->at < least || end - r->at > most)
		return -1;
	r->at = end;
	return n;
}

/* " 2026", ", 2026"; the hour of a clock is left. */
static void
take_year(struct day_reader *r)
{
	struct day_reader ahead = *r;

	take_char(&ahead, ',');
	skip_blanks(&ahead);
	int year = ahead.at > r->at ? take_number(&ahead, 4, 4) : -1;
	if (year < 1990 || year > 2099 || (ahead.at < ahead.t.n && ahead.t.p[ahead.at] == ':'))
		return;
	*r = ahead;
	r->year = year;
}

/* "20.11.", "20.11.2026": without its last dot it may be a clock. */
static bool
take_dotted(struct day_reader *r)
{
	r->month = take_number(r, 1, 2);
	if (r->month < 0 || !take_char(r, '.'))
		return false;
	int year = take_number(r, 4, 4);
	r->year = year > 0 ? year : 0;
	return true;
}

/* "21/11/2026", "11/21" */
static bool
take_slashed(struct day_reader *r)
{
	int first = r->day, second = take_number(r, 1, 2);

	if (second < 0 || (first <= 12 && second <= 12 && first != second))
		return false;
	r->day = first > 12 ? first : second;
	r->month = first > 12 ? second : first;
	int year = take_char(r, '/') ? take_number(r, 4, 4) : 0;
	r->year = year;
	return year >= 0;
}

/* "21 Nov", "21st of November, 2026", "21-Nov-2026" */
static bool
take_named(struct day_reader *r)
{
	static const char *const ordinals[] = { "st", "nd", "rd", "th" };

	for (int i = 0; i < 4 && !take_word(r, ordinals[i]);)
		i++;
	bool dashed = take_char(r, '-');
	skip_blanks(r);
	if (take_word(r, "of"))
		skip_blanks(r);
	r->month = take_month(r);
	if (r->month == 0)
		return false;
	if (!dashed || !take_char(r, '-')) {
		take_year(r);
		return true;
	}
	r->year = take_number(r, 4, 4);
	return r->year > 0;
}

static bool
take_date(struct day_reader *r)
{
	r->month = take_month(r);
	if (r->month > 0) {
		skip_blanks(r);
		r->day = take_number(r, 1, 2);
		if (r->day < 0 || (r->at < r->t.n && r->t.p[r->at] == ':'))
			return false;
		take_year(r);
		return true;
	}
	r->day = take_number(r, 1, 2);
	if (r->day < 0)
		return false;
	if (take_char(r, '.'))
		return take_dotted(r);
	return take_char(r, '/') ? take_slashed(r) : take_named(r);
}

static bool
exists(int year, int month, int day)
{
	struct civil same;

	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	civil_from_us(civil_days(year, month, day) * DAY_US, &same);
	return same.month == month && same.day == day;
}

/* The last one; the clock of a log may be ahead of ours by a day. */
static bool
complete(const struct day_reader *r, int64_t today, struct civil *out)
{
	struct civil now;

	civil_from_us(today * DAY_US, &now);
	int year = r->year > 0 ? r->year : now.year;
	for (int back = 0; back < (r->year > 0 ? 1 : YEARS_BACK); back++, year--)
		if (exists(year, r->month, r->day) &&
		    (r->year > 0 || civil_days(year, r->month, r->day) <= today + 1)) {
			*out = (struct civil){ .year = year, .month = r->month, .day = r->day };
			return true;
		}
	return false;
}

size_t
day_words_read(struct str t, size_t at, const struct zone *zone, int64_t now_us, struct civil *out)
{
	struct day_reader r = { .t = t, .at = at };

	if (now_us == TIME_NONE)
		return at;
	int64_t today = (now_us + zone_offset_s(zone, now_us) * US_PER_SECOND) / DAY_US;
	if (take_word(&r, "on") || take_word(&r, "last"))
		skip_blanks(&r);
	int weekday = take_name(&r, weekdays, 7);
	struct day_reader date = r;
	if (weekday > 0 && !take_char(&date, ','))
		take_char(&date, '.');
	skip_blanks(&date);
	if (take_date(&date) && complete(&date, today, out)) {
		r = date;
	} else if (weekday > 0) {
		/* 1970-01-01 was a Thursday. */
		int64_t back = ((today + 3) % 7 - (weekday - 1) + 7) % 7;
		civil_from_us((today - back) * DAY_US, out);
	} else {
		return at;
	}
	return r.at < t.n && char_is_alnum(t.p[r.at]) ? at : r.at;
}
