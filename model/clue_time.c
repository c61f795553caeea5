/* SPDX-License-Identifier: MIT */
/*
 * clue_time: times in running text, as people and logs write them: a date and a clock in either
 * order, a clock alone, a day alone, today, yesterday. What lacks a day or a year is the last such
 * moment before now; without a now it is left alone.
 */
#include "model/clue.h"

#include "model/day_words.h"

#define SLACK_SECONDS_US (2 * MINUTE_US)
#define SLACK_MINUTES_US (15 * MINUTE_US)
#define SLACK_DAY_US     (DAY_US / 2)
#define ALONE_MAX        120 /* "today" by itself tells a day only in a short question */

struct when {
	struct civil local;
	bool has_day, has_year, has_clock, has_seconds;
	bool relative; /* the day is in words */
	const struct zone *zone;
};

struct time_scan {
	struct clue_set *s;
	struct str t;
};

static size_t
skip_blanks(struct str t, size_t at)
{
	while (at < t.n && char_is_blank(t.p[at]))
		at++;
	return at;
}

/* `least` to `most` digits, and no more behind them; the offset behind, or at. */
static size_t
number(struct str t, size_t at, size_t least, size_t most, int *out)
{
	size_t i = at;

	*out = 0;
	while (i < t.n && i - at < most && char_is_digit(t.p[i]))
		*out = *out * 10 + (t.p[i++] - '0');
	return i - at >= least && (i >= t.n || !char_is_digit(t.p[i])) ? i : at;
}

static size_t
word_end(struct str t, size_t at)
{
	while (at < t.n && char_is_alpha(t.p[at]))
		at++;
	return at;
}

/* One of the three-letter names, or a longer word that begins so ("November"); 0: none. */
static int
name_index(struct str word, const char *names, size_t longest)
{
	if (word.n < 3 || word.n > longest)
		return 0;
	for (int i = 0; names[i * 3]; i++) {
		if (str_starts_nocase(word, (struct str){ names + (size_t)i * 3, 3 }))
			return i + 1;
	}
	return 0;
}

static size_t
month(struct str t, size_t at, int *out)
{
	static const char *const full[] = { "january",   "february", "march",    "april",
					    "may",       "june",     "july",     "august",
					    "september", "october",  "november", "december" };
	size_t end = word_end(t, at);
	struct str word = str_slice(t, at, end);

	*out = name_index(word, "JanFebMarAprMayJunJulAugSepOctNovDec", 9);
	if (*out == 0 || !str_starts_nocase(str_from(full[*out - 1]), word))
		return at;
	return end;
}

/* --- days --- */

/* " 2026", ", 2026" behind a day; not the hour of a clock. */
static size_t
year_behind(struct str t, size_t at, struct when *w)
{
	size_t i = at < t.n && t.p[at] == ',' ? at + 1 : at;
	int year = 0;

	i = skip_blanks(t, i);
	size_t end = i > at ? number(t, i, 4, 4, &year) : i;
	if (end == i || year < 1990 || year > 2099 || (end < t.n && t.p[end] == ':'))
		return at;
	w->local.year = year;
	w->has_year = true;
	return end;
}

static size_t
numeric_day(struct str t, size_t at, struct when *w)
{
	struct civil *c = &w->local;
	size_t i = number(t, at, 4, 4, &c->year);

	if (i > at && i < t.n && (t.p[i] == '-' || t.p[i] == '/')) {
		char mark = t.p[i];
		size_t m = number(t, i + 1, 2, 2, &c->month);
		if (m == i + 1 || m >= t.n || t.p[m] != mark)
			return at;
		size_t end = number(t, m + 1, 2, 2, &c->day);
		w->has_year = true;
		return end > m + 1 ? end : at;
	}
	/* 21.11.2026 */
	i = number(t, at, 1, 2, &c->day);
	if (i == at || i >= t.n || t.p[i] != '.')
		return at;
	size_t m = number(t, i + 1, 1, 2, &c->month);
	if (m == i + 1 || m >= t.n || t.p[m] != '.')
		return at;
	size_t end = number(t, m + 1, 4, 4, &c->year);
	w->has_year = true;
	return end > m + 1 ? end : at;
}

/* "21 Nov 2026", "Nov 21", "November 21, 2026". */
static size_t
named_day(struct str t, size_t at, struct when *w)
{
	size_t i = number(t, at, 1, 2, &w->local.day);
	size_t end = at;

	if (i > at) {
		size_t name = i < t.n && t.p[i] == '-' ? i + 1 : skip_blanks(t, i);
		end = month(t, name, &w->local.month);
		if (end == name || name == i)
			return at;
		if (end < t.n && t.p[end] == '-' &&
		    number(t, end + 1, 4, 4, &w->local.year) > end + 1) {
			w->has_year = true;
			return end + 5;
		}
		return year_behind(t, end, w);
	}
	size_t name = month(t, at, &w->local.month);
	i = skip_blanks(t, name);
	end = name > at && i > name ? number(t, i, 1, 2, &w->local.day) : i;
	if (end == i || i == name || (end < t.n && t.p[end] == ':'))
		return at;
	return year_behind(t, end, w);
}

static size_t
relative_day(const struct time_scan *k, size_t at, struct when *w)
{
	size_t end = word_end(k->t, at);
	struct str word = str_slice(k->t, at, end);
	bool yesterday = str_eq_nocase(word, STR("yesterday"));

	if (k->s->now_us == TIME_NONE || (!yesterday && !str_eq_nocase(word, STR("today"))))
		return at;
	int64_t offset = zone_offset_s(k->s->zone, k->s->now_us) * US_PER_SECOND;
	struct civil c;
	civil_from_us(k->s->now_us + offset - (yesterday ? DAY_US : 0), &c);
	w->local.year = c.year;
	w->local.month = c.month;
	w->local.day = c.day;
	w->has_year = w->relative = true;
	return end;
}

static bool
day_exists(const struct civil *c)
{
	struct civil same;

	if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > 31)
		return false;
	civil_from_us(civil_days(c->year, c->month, c->day) * DAY_US, &same);
	return same.month == c->month && same.day == c->day;
}

static size_t
day_at(const struct time_scan *k, size_t at, struct when *w)
{
	struct str t = k->t;
	size_t i = at, end = word_end(t, at);

	/* "Sat, ", "Saturday " */
	if (name_index(str_slice(t, at, end), "MonTueWedThuFriSatSun", 9) > 0) {
		i = end < t.n && (t.p[end] == ',' || t.p[end] == '.') ? end + 1 : end;
		i = skip_blanks(t, i);
	}
	struct civil before = w->local;
	size_t (*const readers[])(struct str, size_t, struct when *) = { numeric_day, named_day };
	for (size_t r = 0; r < 2; r++) {
		w->local = before;
		w->has_year = false;
		end = readers[r](t, i, w);
		if (end > i)
			break;
	}
	if (end == i) {
		w->local = before;
		end = relative_day(k, i, w);
	}
	/* "friday", "20.11.": in a short question they are meant as days. */
	struct str word = str_slice(t, at, word_end(t, at));
	if (end == i && t.n <= ALONE_MAX && !str_eq_nocase(word, STR("on")) &&
	    !str_eq_nocase(word, STR("last"))) {
		struct civil day;
		i = at;
		end = day_words_read(t, at, k->s->zone, k->s->now_us, &day);
		if (end > at) {
			w->local.year = day.year;
			w->local.month = day.month;
			w->local.day = day.day;
			w->has_year = true;
		}
	}
	bool glued = end < t.n && (char_is_alnum(t.p[end]) || t.p[end] == '-') &&
		     char_lower(t.p[end]) != 't';
	w->has_day = end > i && !glued;
	return w->has_day ? end : at;
}

/* --- clocks --- */

/* " pm", "am" */
static size_t
half_day(struct str t, size_t at, struct when *w)
{
	size_t i = skip_blanks(t, at);
	struct str word = str_slice(t, i, word_end(t, i));
	bool pm = str_eq_nocase(word, STR("pm"));

	if ((!pm && !str_eq_nocase(word, STR("am"))) || w->local.hour < 1 || w->local.hour > 12 ||
	    i + 2 > t.n)
		return at;
	w->local.hour = w->local.hour % 12 + (pm ? 12 : 0);
	return i + 2;
}

/* " +0200", "Z", " UTC", " (EET)"; what is no zone is left. */
static size_t
zone_behind(struct str t, size_t at, struct when *w)
{
	size_t i = skip_blanks(t, at);
	bool bracket = i < t.n && t.p[i] == '(';
	size_t from = i + bracket, end = from;

	if (from < t.n && (t.p[from] == '+' || t.p[from] == '-')) {
		end++;
		while (end < t.n && end - from < 6 && (char_is_digit(t.p[end]) || t.p[end] == ':'))
			end++;
		if (end - from < 5)
			return at;
	} else {
		while (end < t.n && t.p[end] >= 'A' && t.p[end] <= 'Z')
			end++;
		if (end == from || end - from > 5 || (end < t.n && char_is_alnum(t.p[end])))
			return at;
	}
	struct str name = str_slice(t, from, end);
	const struct zone *z = str_eq(name, STR("Z")) ? zone_utc() : zone_find(name, NULL);
	if (!z)
		return at;
	w->zone = z;
	return end + (bracket && end < t.n && t.p[end] == ')');
}

static size_t
clock_at(struct str t, size_t at, struct when *w)
{
	struct civil *c = &w->local;
	int fraction = 0;
	size_t i = number(t, at, 1, 2, &c->hour);

	if (i == at)
		return at;
	size_t hour_end = half_day(t, i, w);
	if (hour_end > i && t.n <= ALONE_MAX) { /* "4pm" */
		c->minute = 0;
		w->has_clock = true;
		return hour_end;
	}
	if (i >= t.n || t.p[i] != ':')
		return at;
	size_t end = number(t, i + 1, 2, 2, &c->minute);
	if (end == i + 1 || c->hour > 23 || c->minute > 59)
		return at;
	w->has_seconds = false;
	if (end < t.n && t.p[end] == ':') {
		i = end;
		end = number(t, i + 1, 2, 2, &c->second);
		if (end == i + 1 || c->second > 60)
			return at;
		w->has_seconds = true;
		if (end + 1 < t.n && (t.p[end] == '.' || t.p[end] == ',')) {
			size_t digits = number(t, end + 1, 1, 9, &fraction);
			end = digits > end + 1 ? digits : end;
		}
	}
	/* "1:2001:db8::1", "16:05x", "mx1:25:30-…" are no clocks. */
	if (end < t.n && (t.p[end] == ':' || t.p[end] == '_' || t.p[end] == '@'))
		return at;
	size_t half = half_day(t, end, w);
	size_t zone = zone_behind(t, half, w);
	if (zone == end && end < t.n && (char_is_alnum(t.p[end]) || t.p[end] == '-'))
		return at;
	w->has_clock = true;
	return zone;
}

/* Between a day and its clock, either first: blanks, a comma, "at", "around". */
static size_t
between(struct str t, size_t at)
{
	static const char *const words[] = {
		"at",   "around",        "about",   "on",     "ca",
		"near", "approximately", "shortly", "before", "after"
	};
	size_t i = at;

	for (int n = 0; n < 4; n++) {
		while (i < t.n &&
		       (char_is_blank(t.p[i]) || t.p[i] == ',' || t.p[i] == '~' || t.p[i] == '.'))
			i++;
		size_t end = word_end(t, i);
		bool known = false;
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			known |= str_eq_nocase(str_slice(t, i, end), str_from(words[k]));
		if (!known)
			break;
		i = end;
	}
	return i;
}

/* --- the moment --- */

static int64_t
to_us(const struct time_scan *k, struct when *w)
{
	if (!w->has_clock) {
		w->local.hour = 12;
		w->local.minute = w->local.second = 0;
	}
	return zone_to_utc(w->zone ? w->zone : k->s->zone, &w->local);
}

/* The last such moment that is not in the future; TIME_NONE if there is no now. */
static int64_t
complete(const struct time_scan *k, struct when *w)
{
	int64_t now = k->s->now_us;
	struct civil c;

	if (w->has_day && w->has_year)
		return day_exists(&w->local) ? to_us(k, w) : TIME_NONE;
	if (now == TIME_NONE)
		return TIME_NONE;
	int64_t offset = zone_offset_s(w->zone ? w->zone : k->s->zone, now) * US_PER_SECOND;
	civil_from_us(now + offset, &c);
	w->local.year = c.year;
	if (w->has_day) {
		for (int back = 0; back < 5; back++, w->local.year--) {
			int64_t t = day_exists(&w->local) ? to_us(k, w) : TIME_NONE;
			if (t != TIME_NONE && t <= now + DAY_US)
				return t;
		}
		return TIME_NONE;
	}
	w->local.month = c.month;
	w->local.day = c.day;
	int64_t t = to_us(k, w);
	return t <= now + SLACK_MINUTES_US ? t : t - DAY_US;
}

/* A labelled line has read it, and knows better what it is worth. */
static bool
is_known(const struct clue_set *s, size_t from, size_t to)
{
	size_t start = 0, end = 0;

	paste_range(s->paste, from, to, &start, &end);
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind == CLUE_TIME && s->v[i].start < end && start < s->v[i].end)
			return true;
	}
	return false;
}

static void
add_when(const struct time_scan *k, struct when *w, size_t from, size_t to)
{
	int64_t t = complete(k, w);
	bool day_only = !w->has_clock;

	/* "you may 5 times", "I sat there" */
	if (day_only &&
	    ((!w->has_year && str_starts(str_skip(k->t, from), STR("may"))) || to - from == 3))
		return;
	if (t == TIME_NONE || (day_only && w->relative && k->t.n > ALONE_MAX) ||
	    (day_only && !w->has_year && k->t.n > ALONE_MAX) || is_known(k->s, from, to))
		return;
	clue_add(k->s, &(struct clue_found){
			       .kind = CLUE_TIME,
			       .text = str_slice(k->t, from, to),
			       .from = from,
			       .to = to,
			       .doubt = (day_only     ? 0.3
					 : w->has_day ? 0.1
						      : 0.2) +
					(k->s->facts.is_report ? 0.4 : 0),
			       .promise = day_only ? 0.5 : 0.8,
			       .time_us = t,
			       .slack_us = day_only         ? SLACK_DAY_US
					   : w->has_seconds ? SLACK_SECONDS_US
							    : SLACK_MINUTES_US,
			       .grain_us = day_only         ? DAY_US
					   : w->has_seconds ? 0
							    : 2 * MINUTE_US,
		       });
}

/* A day, a clock, or both, at `at`; the offset behind, or at. */
static size_t
when_at(const struct time_scan *k, size_t at)
{
	struct str t = k->t;
	struct when w = { .local = { .year = 0 } };
	size_t end = day_at(k, at, &w);

	if (end > at) {
		bool joined =
			end + 1 < t.n && char_lower(t.p[end]) == 't' && char_is_digit(t.p[end + 1]);
		size_t next = joined ? end + 1 : between(t, end);
		size_t clock = next > end ? clock_at(t, next, &w) : next;
		if (clock == next && end < t.n && char_is_alpha(t.p[end]))
			return at;
		end = clock > next ? clock : end;
		if (!w.has_year)
			end = year_behind(t, end, &w);
	} else {
		end = clock_at(t, at, &w);
		if (end == at)
			return at;
		size_t next = between(t, end);
		size_t day = next > end ? day_at(k, next, &w) : next;
		end = day > next ? day : end;
	}
	add_when(k, &w, at, end);
	return end;
}

static bool
begins_word(struct str t, size_t at)
{
	return at == 0 || (!char_is_host(t.p[at - 1]) && !strchr(":@/=+#", t.p[at - 1]));
}

void
clue_times(struct clue_set *s)
{
	struct time_scan k = { .s = s, .t = paste_str(s->paste) };

	for (size_t at = 0; at < k.t.n;) {
		size_t end = at;

		if (char_is_alnum(k.t.p[at]) && begins_word(k.t, at) &&
		    paste_zone_at(s->paste, at) == ZONE_TEXT)
			end = when_at(&k, at);
		at = end > at ? end : at + 1;
	}
}
