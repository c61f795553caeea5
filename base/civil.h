/* SPDX-License-Identifier: MIT */
/*
 * civil: calendar arithmetic without libc's global time zone, and zones by name.
 * Times are microseconds since 1970-01-01 UTC (int64_t, suffix _us). TIME_NONE means unknown.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define TIME_NONE     INT64_MIN
#define US_PER_SECOND INT64_C(1000000)
#define MINUTE_US     (60 * US_PER_SECOND)
#define HOUR_US       (60 * MINUTE_US)
#define DAY_US        (24 * HOUR_US)

static inline int64_t
distance_us(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

struct civil {
	int year, month, day;     /* month 1..12, day 1..31 */
	int hour, minute, second; /* second 0..60 */
	int microsecond;
};

/* Days since 1970-01-01, proleptic Gregorian. */
int64_t civil_days(int year, int month, int day);
/* As if c were UTC; no range check. */
int64_t civil_to_us(const struct civil *c);
void civil_from_us(int64_t time_us, struct civil *out);

struct zone; /* rules of one time zone, immutable, owned by the cache in civil_zone.c */
/* "UTC", "+0200", "+02:00", "Europe/Athens", "local" ($TZ or /etc/localtime). ERR_USAGE if unknown. */
const struct zone *zone_find(struct str name, struct err *e);
const struct zone *zone_utc(void);
/* Seconds east of UTC at that UTC moment. */
int zone_offset_s(const struct zone *z, int64_t time_us);
/*
 * Local to UTC. In the hour that occurs twice the earlier (daylight-saving) reading is taken; a
 * time in the skipped hour is read with the offset that held before it.
 */
int64_t zone_to_utc(const struct zone *z, const struct civil *local);
/* Abbreviation such as "EET", or "+0200", at that moment. */
struct str zone_label(const struct zone *z, int64_t time_us, struct arena *a);
const char *zone_name(const struct zone *z);

/* RFC 3339 in UTC with 'Z'; fractions only when there are any; empty for TIME_NONE. */
struct str time_rfc3339(int64_t time_us, struct arena *a);
/*
 * What people and programs write: RFC 3339, "YYYY-MM-DD[ hh:mm[:ss[.frac]]][ zone]", RFC 5322 dates,
 * seconds since the epoch (9 to 11 digits, with fraction). Without a zone, `z` is taken. False if none fits.
 */
bool time_parse(struct str s, const struct zone *z, int64_t *time_us);

#endif
