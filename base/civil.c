/* SPDX-License-Identifier: MIT */
/*
 * civil: the calendar. Pure arithmetic on the proleptic Gregorian calendar; years are counted in
 * eras of 400 that begin on 1 March, so that the leap day is the last of its year.
 */
#include "base/civil.h"

#include <stdio.h>

enum { DAYS_PER_ERA = 146097, DAYS_TO_EPOCH = 719468, SECONDS_PER_DAY = 86400 };

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t
civil_days(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

int64_t
civil_to_us(const struct civil *c)
{
	int64_t days = civil_days(c->year, c->month, c->day);
	int64_t seconds = days * SECONDS_PER_DAY + c->hour * 3600 + c->minute * 60 + c->second;
	return seconds * US_PER_SECOND + c->microsecond;
}

void
civil_from_us(int64_t time_us, struct civil *out)
{
	int64_t seconds = floor_div(time_us, US_PER_SECOND);
	int64_t days = floor_div(seconds, SECONDS_PER_DAY);
	int64_t rest = seconds - days * SECONDS_PER_DAY;
	int64_t microsecond = time_us % US_PER_SECOND;

	int64_t z = days + DAYS_TO_EPOCH;
	int64_t era = floor_div(z, DAYS_PER_ERA);
	int64_t day_of_era = z - era * DAYS_PER_ERA;
	int64_t leap_days =
		day_of_era / 1460 - day_of_era / 36524 + day_of_era / (DAYS_PER_ERA - 1);
	int64_t year_of_era = (day_of_era - leap_days) / 365;
	int64_t days_before = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
	int64_t day_of_year = day_of_era - days_before;
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);

	*out = (struct civil){
		.year = (int)(era * 400 + year_of_era + (month <= 2)),
		.month = month,
		.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
		.microsecond = (int)(microsecond < 0 ? microsecond + US_PER_SECOND : microsecond),
	};
}

struct str
time_rfc3339(int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return arena_str(a, STR(""));
	struct civil c;
	civil_from_us(time_us, &c);
	char fraction[16] = "";
	if (c.microsecond % 1000 != 0)
		snprintf(fraction, sizeof(fraction), ".%06d", c.microsecond);
	else if (c.microsecond != 0)
		snprintf(fraction, sizeof(fraction), ".%03d", c.microsecond / 1000);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", c.year, c.month, c.day, c.hour,
			    c.minute, c.second, fraction);
}
