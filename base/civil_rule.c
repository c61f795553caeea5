/* SPDX-License-Identifier: MIT */
/* civil_rule: parses and applies the POSIX form of a time zone. Owns nothing, allocates nothing. */
#include "base/civil_rule.h"

#include "base/civil.h"
#include "base/text_cursor.h"

static bool
take_number(struct text_cursor *c, int min, int max, int *out)
{
	size_t from = c->at;
	int v = 0;
	while (char_is_digit(text_peek(c)) && c->at - from < 4)
		v = v * 10 + (c->s.p[c->at++] - '0');
	*out = v;
	return c->at > from && v >= min && v <= max;
}

static bool
take_label(struct text_cursor *c, struct zone_kind *kind)
{
	bool quoted = text_take(c, '<');
	size_t from = c->at;
	while (char_is_alpha(text_peek(c)) ||
	       (quoted &&
		(char_is_digit(text_peek(c)) || text_peek(c) == '+' || text_peek(c) == '-')))
		c->at++;
	size_t n = c->at - from;
	if (n < 3 || n >= sizeof(kind->label))
		return false;
	memcpy(kind->label, c->s.p + from, n);
	kind->label[n] = '\0';
	return !quoted || text_take(c, '>');
}

/* [+-]hh[:mm[:ss]] */
static bool
take_hms(struct text_cursor *c, int max_hours, int *seconds)
{
	int sign = text_take(c, '-') ? -1 : 1;
	if (sign > 0)
		text_take(c, '+');
	int hours = 0;
	int minutes = 0;
	int rest = 0;
	if (!take_number(c, 0, max_hours, &hours))
		return false;
	if (text_take(c, ':') && !take_number(c, 0, 59, &minutes))
		return false;
	if (text_take(c, ':') && !take_number(c, 0, 59, &rest))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60 + rest);
	return true;
}

static bool
take_change(struct text_cursor *c, struct zone_change *out)
{
	*out = (struct zone_change){ .form = CHANGE_DAY, .time_s = 2 * 3600 };
	bool fits;
	if (text_take(c, 'M')) {
		out->form = CHANGE_WEEKDAY;
		fits = take_number(c, 1, 12, &out->month) && text_take(c, '.') &&
		       take_number(c, 1, 5, &out->week) && text_take(c, '.') &&
		       take_number(c, 0, 6, &out->day);
	} else if (text_take(c, 'J')) {
		out->form = CHANGE_JULIAN;
		fits = take_number(c, 1, 365, &out->day);
	} else {
		fits = take_number(c, 0, 365, &out->day);
	}
	if (fits && text_take(c, '/'))
		fits = take_hms(c, 167, &out->time_s);
	return fits;
}

bool
zone_rule_parse(struct str text, struct zone_rule *out)
{
	struct text_cursor c = { text, 0 };
	struct zone_rule r = { .has_daylight = false };
	int west = 0;
	if (!take_label(&c, &r.standard) || !take_hms(&c, 24, &west))
		return false;
	r.standard.offset_s = -west;
	if (c.at < c.s.n) {
		r.has_daylight = true;
		r.daylight.dst = true;
		r.daylight.offset_s = r.standard.offset_s + 3600;
		if (!take_label(&c, &r.daylight))
			return false;
		if (c.at < c.s.n && text_peek(&c) != ',') {
			if (!take_hms(&c, 24, &west))
				return false;
			r.daylight.offset_s = -west;
		}
		if (c.at == c.s.n) /* what POSIX leaves to the system: the rule of the USA */
			c = (struct text_cursor){ STR(",M3.2.0,M11.1.0"), 0 };
		if (!text_take(&c, ',') || !take_change(&c, &r.start) || !text_take(&c, ',') ||
		    !take_change(&c, &r.end) || c.at != c.s.n)
			return false;
	}
	*out = r;
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Local seconds since 1970 at which the change happens in that year. */
static int64_t
change_time(const struct zone_change *c, int year)
{
	int64_t day = civil_days(year, 1, 1);
	switch (c->form) {
	case CHANGE_JULIAN: /* 29 February has no number */
		day += c->day - 1 + (c->day >= 60 && is_leap(year));
		break;
	case CHANGE_DAY:
		day += c->day;
		break;
	case CHANGE_WEEKDAY: {
		int64_t first = civil_days(year, c->month, 1);
		int64_t next_month = c->month == 12 ? civil_days(year + 1, 1, 1)
						    : civil_days(year, c->month + 1, 1);
		int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
		day = first + (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
		if (day >= next_month)
			day -= 7;
		break;
	}
	}
	return day * 86400 + c->time_s;
}

const struct zone_kind *
zone_rule_at(const struct zone_rule *r, int64_t time_s)
{
	const int64_t far = INT64_C(9000000000000); /* what still fits in microseconds */
	if (!r->has_daylight)
		return &r->standard;
	if (time_s < -far || time_s > far)
		time_s = time_s < 0 ? -far : far;
	struct civil local;
	civil_from_us((time_s + r->standard.offset_s) * US_PER_SECOND, &local);
	int64_t start = change_time(&r->start, local.year) - r->standard.offset_s;
	int64_t end = change_time(&r->end, local.year) - r->daylight.offset_s;
	bool daylight =
		start < end ? time_s >= start && time_s < end : time_s >= start || time_s < end;
	return daylight ? &r->daylight : &r->standard;
}
