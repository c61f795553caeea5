/* SPDX-License-Identifier: MIT */
/* say_time: see the header. */
#include "model/say_time.h"

enum precision { DAY, MINUTE, SECOND };

static void
say(struct strbuf *b, const struct zone *z, int64_t time_us, enum precision to)
{
	struct arena scratch = { 0 };
	struct civil c;

	if (time_us == TIME_NONE) {
		strbuf_add_text(b, "at an unknown time");
		return;
	}
	z = z ? z : zone_utc();
	civil_from_us(time_us + zone_offset_s(z, time_us) * US_PER_SECOND, &c);
	strbuf_printf(b, "%04d-%02d-%02d", c.year, c.month, c.day);
	if (to >= MINUTE)
		strbuf_printf(b, " %02d:%02d", c.hour, c.minute);
	if (to >= SECOND)
		strbuf_printf(b, ":%02d", c.second);
	if (to >= MINUTE)
		strbuf_printf(b, " %.*s", STR_ARG(zone_label(z, time_us, &scratch)));
	arena_release(&scratch);
}

void
say_moment(struct strbuf *b, const struct zone *z, int64_t time_us)
{
	say(b, z, time_us, SECOND);
}

void
say_minute(struct strbuf *b, const struct zone *z, int64_t time_us)
{
	say(b, z, time_us, MINUTE);
}

void
say_day(struct strbuf *b, const struct zone *z, int64_t time_us)
{
	say(b, z, time_us, DAY);
}

void
say_span(struct strbuf *b, const struct zone *z, int64_t from_us, int64_t to_us)
{
	z = z ? z : zone_utc();
	int64_t offset_us = zone_offset_s(z, from_us) * US_PER_SECOND;
	struct civil from, to;

	civil_from_us(from_us + offset_us, &from);
	civil_from_us(to_us + zone_offset_s(z, to_us) * US_PER_SECOND, &to);
	if (from.year != to.year || from.month != to.month || from.day != to.day ||
	    offset_us != zone_offset_s(z, to_us) * US_PER_SECOND) {
		say_moment(b, z, from_us);
		strbuf_add_text(b, " to ");
		say_moment(b, z, to_us);
		return;
	}
	struct arena scratch = { 0 };
	strbuf_printf(b, "%04d-%02d-%02d %02d:%02d:%02d to %02d:%02d:%02d %.*s", from.year,
		      from.month, from.day, from.hour, from.minute, from.second, to.hour, to.minute,
		      to.second, STR_ARG(zone_label(z, to_us, &scratch)));
	arena_release(&scratch);
}
