/* SPDX-License-Identifier: MIT */
/*
 * civil_parse: reading the times that people and programs write. Nothing is guessed beyond the
 * zone that the caller gives: a date that does not exist is refused.
 */
#include "base/civil.h"

#include "base/text_cursor.h"

static void
skip_blanks(struct text_cursor *c)
{
	while (text_peek(c) == ' ' || text_peek(c) == '\t')
		c->at++;
}

static bool
take_number(struct text_cursor *c, size_t min_digits, size_t max_digits, int *out)
{
	size_t from = c->at;
	int v = 0;
	while (char_is_digit(text_peek(c)) && c->at - from < max_digits)
		v = v * 10 + (c->s.p[c->at++] - '0');
	*out = v;
	return c->at - from >= min_digits && !char_is_digit(text_peek(c));
}

/* Digits behind the point; what is finer than a microsecond is dropped. */
static bool
take_fraction(struct text_cursor *c, int *microsecond)
{
	int scale = 100000;
	int v = 0;
	size_t from = c->at;
	for (; char_is_digit(text_peek(c)); c->at++, scale /= 10)
		v += (c->s.p[c->at] - '0') * scale;
	*microsecond = v;
	return c->at > from;
}

static bool
take_clock(struct text_cursor *c, struct civil *out)
{
	if (!take_number(c, 1, 2, &out->hour) || !text_take(c, ':') ||
	    !take_number(c, 2, 2, &out->minute))
		return false;
	if (text_take(c, ':') && !take_number(c, 2, 2, &out->second))
		return false;
	if ((text_take(c, '.') || text_take(c, ',')) && !take_fraction(c, &out->microsecond))
		return false;
	return out->hour <= 23 && out->minute <= 59 && out->second <= 60;
}

static bool
date_exists(const struct civil *c)
{
	if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > 31)
		return false;
	struct civil same = { .year = 0 };
	civil_from_us(civil_days(c->year, c->month, c->day) * 86400 * US_PER_SECOND, &same);
	return same.month == c->month && same.day == c->day;
}

/* RFC 5322's obsolete zones; every other name is looked up. */
static const struct {
	const char *name;
	const char *offset;
} mail_zones[] = {
	{ "EST", "-0500" }, { "EDT", "-0400" }, { "CST", "-0600" }, { "CDT", "-0500" },
	{ "MST", "-0700" }, { "MDT", "-0600" }, { "PST", "-0800" }, { "PDT", "-0700" },
};

static const struct zone *
rest_as_zone(const struct text_cursor *c, const struct zone *fallback)
{
	struct str rest = str_trim(str_skip(c->s, c->at));
	size_t comment = str_find(rest, STR(" ("), 0);
	if (comment != STR_NPOS && str_ends(rest, STR(")")))
		rest = str_trim(str_slice(rest, 0, comment));
	if (rest.n == 0)
		return fallback;
	for (size_t i = 0; i < sizeof(mail_zones) / sizeof(mail_zones[0]); i++) {
		if (str_eq_nocase(rest, str_from(mail_zones[i].name)))
			return zone_find(str_from(mail_zones[i].offset), NULL);
	}
	return zone_find(rest, NULL);
}

static bool
finish(const struct text_cursor *c, const struct civil *local, const struct zone *z,
       int64_t *time_us)
{
	z = rest_as_zone(c, z);
	if (!z || !date_exists(local))
		return false;
	*time_us = zone_to_utc(z, local);
	return true;
}

static bool
parse_iso(struct str s, const struct zone *z, int64_t *time_us)
{
	struct text_cursor c = { s, 0 };
	struct civil local = { .year = 0 };
	if (!take_number(&c, 4, 4, &local.year) || !text_take(&c, '-') ||
	    !take_number(&c, 2, 2, &local.month) || !text_take(&c, '-') ||
	    !take_number(&c, 2, 2, &local.day))
		return false;
	if (text_take(&c, 'T') || text_take(&c, 't')) {
		if (!take_clock(&c, &local))
			return false;
	} else if (c.at < s.n) {
		if (text_peek(&c) != ' ' && text_peek(&c) != '\t')
			return false;
		skip_blanks(&c);
		if (char_is_digit(text_peek(&c)) && !take_clock(&c, &local))
			return false;
	}
	return finish(&c, &local, z, time_us);
}

static bool
take_month_name(struct text_cursor *c, int *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct str word = str_slice(c->s, c->at, c->at + 3);
	for (int i = 0; i < 12; i++) {
		if (str_eq_nocase(word, (struct str){ names + (size_t)i * 3, 3 })) {
			c->at += 3;
			*month = i + 1;
			return !char_is_alpha(text_peek(c));
		}
	}
	return false;
}

static bool
take_mail_year(struct text_cursor *c, int *year)
{
	size_t from = c->at;
	if (!take_number(c, 2, 4, year) || c->at - from == 3)
		return false;
	if (c->at - from == 2)
		*year += *year < 50 ? 2000 : 1900;
	return true;
}

static bool
parse_mail(struct str s, const struct zone *z, int64_t *time_us)
{
	struct text_cursor c = { s, 0 };
	struct civil local = { .year = 0 };
	while (char_is_alpha(text_peek(&c)))
		c.at++;
	if (c.at > 0 && (c.at != 3 || !text_take(&c, ',')))
		return false;
	skip_blanks(&c);
	if (!take_number(&c, 1, 2, &local.day))
		return false;
	skip_blanks(&c);
	if (!take_month_name(&c, &local.month))
		return false;
	skip_blanks(&c);
	if (!take_mail_year(&c, &local.year))
		return false;
	skip_blanks(&c);
	if (!take_clock(&c, &local))
		return false;
	return finish(&c, &local, z, time_us);
}

/* Nine to eleven digits: 1973 to 5138, so that neither a year nor YYYYMMDD is taken for one. */
static bool
parse_epoch(struct str s, int64_t *time_us)
{
	struct text_cursor c = { s, 0 };
	uint64_t seconds = 0;
	int microsecond = 0;
	while (char_is_digit(text_peek(&c)))
		c.at++;
	if (c.at < 9 || c.at > 11 || !str_to_u64(str_slice(s, 0, c.at), &seconds))
		return false;
	if (text_take(&c, '.') && !take_fraction(&c, &microsecond))
		return false;
	if (c.at != s.n)
		return false;
	*time_us = (int64_t)seconds * US_PER_SECOND + microsecond;
	return true;
}

bool
time_parse(struct str s, const struct zone *z, int64_t *time_us)
{
	s = str_trim(s);
	return parse_iso(s, z, time_us) || parse_epoch(s, time_us) || parse_mail(s, z, time_us);
}
