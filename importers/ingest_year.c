/* SPDX-License-Identifier: MIT */
/*
 * ingest_year: which year a log without years is from (FORMATS §0.1). Its first line gets a year
 * here; from there the format's reader walks on, each line near the one before it.
 */
#include "importers/ingest_local.h"

enum { TRIED_YEARS = 9 }; /* between two 29ths of February at most eight years pass */

static bool
month_number(struct str s, int *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (memcmp(s.p, names + 3 * i, 3) == 0) {
			*month = i + 1;
			return true;
		}
	return false;
}

static bool
two_digits(const char *p, int *value)
{
	char tens = *p == ' ' ? '0' : *p;
	if (!char_is_digit(tens) || !char_is_digit(p[1]))
		return false;
	*value = (tens - '0') * 10 + (p[1] - '0');
	return true;
}

bool
yearless_time(struct str line, struct civil *out)
{
	if (line.n > 0 && line.p[0] == '<') { /* <PRI> of a datagram */
		size_t end = str_find_char(str_slice(line, 0, 6), '>', 0);
		if (end == STR_NPOS)
			return false;
		line = str_skip(line, end + 1);
	}
	*out = (struct civil){ 0 };
	if (line.n < 15 || line.p[3] != ' ' || line.p[6] != ' ' || line.p[9] != ':' ||
	    line.p[12] != ':')
		return false;
	return month_number(line, &out->month) && two_digits(line.p + 4, &out->day) &&
	       two_digits(line.p + 7, &out->hour) && two_digits(line.p + 10, &out->minute) &&
	       two_digits(line.p + 13, &out->second) && out->day >= 1 && out->day <= 31;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
year_has(const struct civil *c, int year)
{
	return c->month != 2 || c->day < 29 || is_leap(year);
}

static int64_t
moment_in(const struct civil *c, int year, const struct zone *z)
{
	struct civil local = *c;
	local.year = year;
	return zone_to_utc(z, &local);
}

/* The first 29th of February among these lines, which only some years have. */
static const struct civil *
find_leap_day(const struct str *lines, size_t n, struct civil *out)
{
	for (size_t i = 0; i < n; i++)
		if (yearless_time(lines[i], out) && out->month == 2 && out->day == 29)
			return out;
	return NULL;
}

/* The year of the leap day if the log begins in that year. */
static bool
year_fits(const struct civil *first, const struct civil *leap, int year)
{
	if (!year_has(first, year))
		return false;
	if (!leap)
		return true;
	return is_leap(first->month <= 2 ? year : year + 1); /* begun after February: next year's */
}

int64_t
year_moment(const struct str *lines, size_t n, int year, int64_t written_us, const struct zone *z)
{
	struct civil first, leap_day, written;
	size_t i = 0;
	while (i < n && !yearless_time(lines[i], &first))
		i++;
	if (i == n)
		return written_us;
	if (year > 0)
		return moment_in(&first, year, z);

	const struct civil *leap = find_leap_day(lines, n, &leap_day);
	int64_t latest_us = written_us + DAY_US; /* clocks and zones differ */
	civil_from_us(latest_us, &written);
	for (int back = 0; back < TRIED_YEARS; back++) {
		int64_t moment_us = moment_in(&first, written.year - back, z);
		if (year_fits(&first, leap, written.year - back) && moment_us <= latest_us)
			return moment_us;
	}
	return written_us;
}

int64_t
year_moment_after(const struct civil *c, int64_t after_us, const struct zone *z)
{
	struct civil after;
	int64_t earliest_us = after_us - DAY_US;
	civil_from_us(earliest_us, &after);
	for (int on = 0; on < TRIED_YEARS; on++) {
		int64_t moment_us = moment_in(c, after.year + on, z);
		if (year_has(c, after.year + on) && moment_us >= earliest_us)
			return moment_us;
	}
	return after_us;
}
