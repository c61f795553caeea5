/* SPDX-License-Identifier: MIT */
/*
 * civil_rule: the POSIX form of a time zone ("EET-2EEST,M3.5.0/3,M10.5.0/4"), as it stands in $TZ
 * and at the end of a TZif file. Private to base/civil*.c.
 */
#ifndef BASE_CIVIL_RULE_H
#define BASE_CIVIL_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct zone_kind {
	int offset_s; /* seconds east of UTC */
	bool dst;
	char label[16];
};

struct zone_change {
	enum { CHANGE_JULIAN, CHANGE_DAY, CHANGE_WEEKDAY } form; /* Jn, n, Mm.w.d */
	int month, week, day;
	int time_s; /* local time of that day, may be negative or beyond 24 h */
};

struct zone_rule {
	struct zone_kind standard;
	struct zone_kind daylight;
	bool has_daylight;
	struct zone_change start, end;
};

bool zone_rule_parse(struct str text, struct zone_rule *out);
const struct zone_kind *zone_rule_at(const struct zone_rule *r, int64_t time_s);

#endif
