/* SPDX-License-Identifier: MIT */
/*
 * exim_prefix: YYYY-MM-DD hh:mm:ss[.mmm][ +zzzz] [[pid] ][ID ]text (FORMATS §1.1; Exim src/log.c,
 * src/tod.c). Pure but for the minute it remembers; nothing is allocated. The fraction may have up to six digits, because the
 * reader puts syslog's time there when the line has none of its own.
 */
#include "importers/exim_line.h"

#define STAMP_LENGTH  19
#define MINUTE_LENGTH 16

void
exim_clear(void *p, size_t n)
{
	memset(p, 0, n);
}

/*
 * Eight bytes at a time, in the machine's order on both sides. A digit's upper half is 3, and stays
 * 3 when 6 is added; the separators are compared whole.
 */
static inline bool
fits(const char *p, const char *digit_mask, const char *separators)
{
	const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0), three = UINT64_C(0x3030303030303030),
		       six = UINT64_C(0x0606060606060606);
	uint64_t s, digits, want;

	memcpy(&s, p, 8);
	memcpy(&digits, digit_mask, 8);
	memcpy(&want, separators, 8);
	return (s & ~digits) == want && (s & digits & high) == (three & digits) &&
	       ((s + six) & digits & high) == (three & digits);
}

#define D "\xff"
#define O "\0"

bool
exim_has_stamp(struct str s)
{
	if (s.n < STAMP_LENGTH || s.p[10] != ' ')
		return false;
	/* "dddd-dd-", "dd dd:dd", ":dd" with what stands before it */
	if (!fits(s.p, D D D D O D D O, O O O O "-" O O "-") ||
	    !fits(s.p + 8, D D O D D O D D, O O " " O O ":" O O) ||
	    !fits(s.p + 11, D D O D D O D D, O O ":" O O ":" O O))
		return false;
	return s.n == STAMP_LENGTH || s.p[STAMP_LENGTH] == ' ' || s.p[STAMP_LENGTH] == '.';
}

static int
two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* "+0200 " at the head: seconds east of UTC. */
static bool
take_zone(struct str *s, int *offset_s)
{
	if (s->n < 5 || (s->p[0] != '+' && s->p[0] != '-') || (s->n > 5 && s->p[5] != ' '))
		return false;
	for (size_t i = 1; i < 5; i++) {
		if (!char_is_digit(s->p[i]))
			return false;
	}
	*offset_s = (two(s->p + 1) * 60 + two(s->p + 3)) * 60;
	if (s->p[0] == '-')
		*offset_s = -*offset_s;
	*s = str_skip(*s, 5);
	take_char(s, ' ');
	return true;
}

static int
take_fraction(struct str *s)
{
	int us = 0, digits = 0;

	if (!take_char(s, '.'))
		return 0;
	for (; s->n > 0 && char_is_digit(s->p[0]); *s = str_skip(*s, 1)) {
		if (digits++ < 6)
			us = us * 10 + (s->p[0] - '0');
	}
	for (; digits < 6; digits++)
		us *= 10;
	return us;
}

/* "YYYY-MM-DD hh:mm" in UTC (zone NULL) or in the zone; TIME_NONE when there is no such minute. */
static int64_t
minute_to_us(const char *p, const struct zone *zone)
{
	struct civil c = {
		.year = two(p) * 100 + two(p + 2),
		.month = two(p + 5),
		.day = two(p + 8),
		.hour = two(p + 11),
		.minute = two(p + 14),
	};

	if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.hour > 23 || c.minute > 59)
		return TIME_NONE;
	return zone && zone != zone_utc() ? zone_to_utc(zone, &c) : civil_to_us(&c);
}

/* Clocks are moved at whole minutes, and a log has many lines in one. */
static int64_t
remembered_minute(const char *p, const struct zone *zone)
{
	static _Thread_local struct {
		char text[MINUTE_LENGTH];
		const struct zone *zone;
		int64_t us;
	} last;

	if (last.zone != zone || memcmp(last.text, p, MINUTE_LENGTH) != 0) {
		last.us = minute_to_us(p, zone);
		last.zone = zone;
		memcpy(last.text, p, MINUTE_LENGTH);
	}
	return last.us;
}

static int64_t
take_stamp(struct str *s, const struct zone *zone)
{
	const char *p = s->p;
	int second = two(p + 17), offset_s;
	int64_t minute_us, us;

	*s = str_skip(*s, STAMP_LENGTH);
	us = second * US_PER_SECOND + take_fraction(s);
	take_char(s, ' ');
	if (take_zone(s, &offset_s)) {
		us -= offset_s * US_PER_SECOND;
		zone = NULL;
	}
	minute_us = remembered_minute(p, zone);
	return second > 60 || minute_us == TIME_NONE ? TIME_NONE : minute_us + us;
}

size_t
exim_stamp_length(struct str line)
{
	struct str s = line;
	int offset_s;

	if (!exim_has_stamp(line))
		return 0;
	s = str_skip(s, STAMP_LENGTH);
	take_fraction(&s);
	take_char(&s, ' ');
	take_zone(&s, &offset_s);
	return line.n - s.n;
}

int64_t
exim_stamp_time(struct str line, const struct zone *zone)
{
	return exim_has_stamp(line) ? take_stamp(&line, zone) : TIME_NONE;
}

/* "[1234] " */
static uint32_t
take_pid(struct str *s)
{
	uint64_t pid = 0;
	size_t i = 1;

	if (s->n < 4 || s->p[0] != '[' || !char_is_digit(s->p[1]))
		return 0;
	for (; i < s->n && i < 12 && char_is_digit(s->p[i]); i++)
		pid = pid * 10 + (uint64_t)(s->p[i] - '0');
	if (i + 1 >= s->n || s->p[i] != ']' || s->p[i + 1] != ' ' || pid > UINT32_MAX)
		return 0;
	*s = str_skip(*s, i + 2);
	return (uint32_t)pid;
}

void
exim_prefix(struct str line, const struct zone *zone, struct exim_prefix *out)
{
	size_t n;

	out->time_us = exim_has_stamp(line) ? take_stamp(&line, zone) : TIME_NONE;
	out->pid = take_pid(&line);
	out->id = (struct str){ line.p, 0 };
	n = exim_id_at(line);
	if (n > 0 && (n == line.n || line.p[n] == ' ')) {
		out->id.n = n;
		line = str_skip(line, n);
		take_char(&line, ' ');
	}
	out->text = line;
}
