/* SPDX-License-Identifier: MIT */
/* text: numbers and times as people read them. Mail's own words are in text_mail.c. */
#include "tui/text.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

struct str
text_number(uint64_t n, struct arena *a)
{
	char digits[32], grouped[48];
	int count = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	size_t out = 0;
	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			grouped[out++] = ' ';
		grouped[out++] = digits[i];
	}
	return arena_str(a, (struct str){ grouped, out });
}

struct str
text_count(uint64_t n, const char *one, const char *many, struct arena *a)
{
	struct str number = text_number(n, a);
	return arena_printf(a, "%.*s %s", STR_ARG(number), n == 1 ? one : many);
}

struct str
text_bytes(uint64_t bytes, struct arena *a)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	if (bytes < 1000)
		return arena_printf(a, "%" PRIu64 " B", bytes);
	double value = (double)bytes / 1000;
	size_t unit = 0;
	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	return arena_printf(a, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

/* --- times ---------------------------------------------------------------------------------- */

static struct civil
local(struct clock c, int64_t time_us)
{
	struct civil out;
	civil_from_us(time_us + zone_offset_s(c.zone, time_us) * US_PER_SECOND, &out);
	return out;
}

bool
text_same_day(struct clock c, int64_t a_us, int64_t b_us)
{
	if (a_us == TIME_NONE || b_us == TIME_NONE)
		return false;
	struct civil a = local(c, a_us), b = local(c, b_us);
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

struct str
text_time(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return STR("");
	struct civil t = local(c, time_us);
	return arena_printf(a, "%02d:%02d:%02d", t.hour, t.minute, t.second);
}

struct str
text_day(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return STR("");
	if (text_same_day(c, time_us, c.now_us))
		return STR("today");
	struct civil t = local(c, time_us);
	if (c.now_us != TIME_NONE && local(c, c.now_us).year == t.year)
		return arena_printf(a, "%d %s", t.day, months[t.month - 1]);
	return arena_printf(a, "%d %s %d", t.day, months[t.month - 1], t.year);
}

struct str
text_when(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return STR("");
	struct str day = text_day(c, time_us, a);
	if (c.now_us == TIME_NONE || local(c, c.now_us).year != local(c, time_us).year)
		return day;
	struct str time = text_time(c, time_us, a);
	return arena_printf(a, "%.*s %.*s", STR_ARG(day), STR_ARG(time));
}

/* "12 Nov 03:10": to the minute, for what covers long stretches; "now" within five minutes. */
static struct str
moment(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return STR("");
	if (c.now_us != TIME_NONE && time_us <= c.now_us &&
	    c.now_us - time_us < 300 * US_PER_SECOND)
		return STR("now");
	struct civil t = local(c, time_us);
	struct str day = text_day(c, time_us, a);
	return arena_printf(a, "%.*s %02d:%02d", STR_ARG(day), t.hour, t.minute);
}

struct str
text_span(struct clock c, int64_t from_us, int64_t to_us, const char *joint, struct arena *a)
{
	struct str from = moment(c, from_us, a);
	struct str to = moment(c, to_us, a);
	if (text_same_day(c, from_us, to_us) && !str_eq(to, STR("now"))) {
		struct civil t = local(c, to_us);
		to = arena_printf(a, "%02d:%02d", t.hour, t.minute);
	}
	return arena_printf(a, "%.*s %s %.*s", STR_ARG(from), joint, STR_ARG(to));
}

struct str
text_span_short(struct clock c, int64_t from_us, int64_t to_us, struct arena *a)
{
	if (to_us - from_us < 2 * 86400 * US_PER_SECOND)
		return text_span(c, from_us, to_us, "–", a);
	struct str from = text_day(c, from_us, a);
	struct str to = moment(c, to_us, a);
	if (!str_eq(to, STR("now")))
		to = text_day(c, to_us, a);
	return arena_printf(a, "%.*s – %.*s", STR_ARG(from), STR_ARG(to));
}

struct str
text_age(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE || c.now_us == TIME_NONE || time_us > c.now_us)
		return STR("");
	int64_t seconds = (c.now_us - time_us) / US_PER_SECOND;
	if (seconds >= 86400)
		return STR("");
	if (seconds < 60)
		return arena_printf(a, "%d s", (int)seconds);
	if (seconds < 5400)
		return arena_printf(a, "%d min", (int)(seconds / 60));
	return arena_printf(a, "%d h", (int)((seconds + 1800) / 3600));
}

struct str
text_iso(struct clock c, int64_t time_us, struct arena *a)
{
	if (time_us == TIME_NONE)
		return STR("");
	struct civil t = local(c, time_us);
	int offset = zone_offset_s(c.zone, time_us);
	char sign = offset < 0 ? '-' : '+';
	int minutes = (offset < 0 ? -offset : offset) / 60;
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", t.year, t.month, t.day,
			    t.hour, t.minute, t.second, sign, minutes / 60, minutes % 60);
}
