/* SPDX-License-Identifier: MIT */
/* time_text: see the header. */
#include "importers/time_text.h"

#include "importers/syslog.h"
#include "importers/take.h"

#define CONVERSIONS "YymdebBaAHIMSpfzsQFTD%"

struct moment {
	struct syslog_line l; /* its time, year and zone */
	bool has_month, has_day, has_epoch, afternoon, has_half;
	int64_t epoch_us;
};

/* `most` digits at most, at least one. */
static bool
take_number(struct str *s, size_t most, int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < s->n && n < most && char_is_digit(s->p[n]))
		*out = *out * 10 + (s->p[n++] - '0');
	*s = str_skip(*s, n);
	return n > 0;
}

/* One of these three-letter heads; the rest of the word is skipped. */
static bool
take_name(struct str *s, const char *names, int count, int *out)
{
	if (s->n < 3)
		return false;
	for (int i = 0; i < count; i++) {
		if (!str_starts_nocase(*s, (struct str){ names + 3 * i, 3 }))
			continue;
		*out = i + 1;
		while (s->n > 0 && char_is_alpha(s->p[0]))
			*s = str_skip(*s, 1);
		return true;
	}
	return false;
}

static void
take_fraction(struct str *s, int *us)
{
	int scale = 100000;

	*us = 0;
	for (; s->n > 0 && char_is_digit(s->p[0]); *s = str_skip(*s, 1), scale /= 10)
		*us += (s->p[0] - '0') * scale;
}

/* Z, UTC, GMT, +0200, +02:00, +02 */
static bool
take_zone(struct str *s, struct syslog_line *l)
{
	int hours, minutes = 0, sign;

	l->has_zone = true;
	if (take_char(s, 'Z') || take(s, STR("UTC")) || take(s, STR("GMT")))
		return true;
	if (s->n < 3 || (s->p[0] != '+' && s->p[0] != '-'))
		return false;
	sign = s->p[0] == '-' ? -1 : 1;
	*s = str_skip(*s, 1);
	if (!take_number(s, 2, &hours))
		return false;
	take_char(s, ':');
	take_number(s, 2, &minutes);
	l->offset_s = sign * (hours * 60 + minutes) * 60;
	return hours <= 14 && minutes < 60;
}

static bool
take_epoch(struct str *s, int64_t unit_us, struct moment *m)
{
	size_t n = 0;
	uint64_t whole;
	int fraction = 0;

	while (n < s->n && n < 14 && char_is_digit(s->p[n]))
		n++;
	if (n == 0 || !str_to_u64(str_slice(*s, 0, n), &whole))
		return false;
	*s = str_skip(*s, n);
	if (unit_us == US_PER_SECOND && s->n > 1 && s->p[0] == '.') {
		*s = str_skip(*s, 1);
		take_fraction(s, &fraction);
	}
	if (whole > (uint64_t)(INT64_MAX / 2 / unit_us))
		return false;
	m->epoch_us = (int64_t)whole * unit_us + fraction;
	return m->has_epoch = true;
}

static bool read_by(struct str format, struct str *s, struct moment *m);

static bool
take_half_day(struct str *s, struct moment *m)
{
	m->afternoon = str_starts_nocase(*s, STR("pm"));
	m->has_half = m->afternoon || str_starts_nocase(*s, STR("am"));
	*s = str_skip(*s, 2);
	return m->has_half;
}

static bool
take_date_part(char what, struct str *s, struct moment *m)
{
	struct civil *c = &m->l.time;

	switch (what) {
	case 'Y':
		return m->l.has_year = take_number(s, 4, &c->year);
	case 'y':
		m->l.has_year = take_number(s, 2, &c->year);
		c->year += c->year < 70 ? 2000 : 1900;
		return m->l.has_year;
	case 'm':
		return m->has_month = take_number(s, 2, &c->month);
	case 'b':
	case 'B':
		return m->has_month =
			       take_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, &c->month);
	case 'a':
	case 'A':
		return take_name(s, "MonTueWedThuFriSatSun", 7, &(int){ 0 });
	case 'F':
		return read_by(STR("%Y-%m-%d"), s, m);
	case 'D':
		return read_by(STR("%m/%d/%y"), s, m);
	default: /* d e */
		take_char(s, ' ');
		return m->has_day = take_number(s, 2, &c->day);
	}
}

static bool
take_part(char what, struct str *s, struct moment *m)
{
	struct civil *c = &m->l.time;

	switch (what) {
	case 'H':
	case 'I':
		take_char(s, ' ');
		return take_number(s, 2, &c->hour);
	case 'M':
		return take_number(s, 2, &c->minute);
	case 'S':
		return take_number(s, 2, &c->second);
	case 'p':
		return take_half_day(s, m);
	case 'f':
		if (s->n == 0 || !char_is_digit(s->p[0]))
			return false;
		take_fraction(s, &c->microsecond);
		return true;
	case 'z':
		return take_zone(s, &m->l);
	case 's':
		return take_epoch(s, US_PER_SECOND, m);
	case 'Q':
		return take_epoch(s, 1000, m);
	case 'T':
		return read_by(STR("%H:%M:%S"), s, m);
	case '%':
		return take_char(s, '%');
	default:
		return take_date_part(what, s, m);
	}
}

static bool
read_by(struct str format, struct str *s, struct moment *m)
{
	for (size_t i = 0; i < format.n; i++) {
		if (format.p[i] == ' ') {
			if (!take_char(s, ' '))
				return false;
			while (take_char(s, ' '))
				;
		} else if (format.p[i] == '%' && i + 1 < format.n) {
			if (!take_part(format.p[++i], s, m))
				return false;
		} else if (!take_char(s, format.p[i])) {
			return false;
		}
	}
	return true;
}

static bool
is_sound(const struct moment *m)
{
	const struct civil *c = &m->l.time;

	return m->has_month && m->has_day && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= 31 && c->hour < 24 && c->minute < 60 && c->second <= 60;
}

static bool
moment_of(struct moment *m, const struct zone *zone, int64_t near_us, int64_t *time_us)
{
	if (m->has_epoch) {
		*time_us = m->epoch_us;
		return true;
	}
	if (m->has_half)
		m->l.time.hour = m->l.time.hour % 12 + (m->afternoon ? 12 : 0);
	if (!is_sound(m))
		return false;
	*time_us = syslog_time(&m->l, zone, near_us);
	/* A yearless time needs a moment near it, but it is a time all the same. */
	return *time_us != TIME_NONE || !m->l.has_year;
}

static bool
read_whole(struct str format, struct str s, const struct zone *zone, int64_t near_us,
	   int64_t *time_us)
{
	struct moment m = { .has_month = false };

	return read_by(format, &s, &m) && str_trim(s).n == 0 &&
	       moment_of(&m, zone, near_us, time_us);
}

static bool
is_auto(struct str format)
{
	return format.n == 0 || str_eq(format, STR("auto"));
}

bool
time_text_read(struct str format, struct str s, const struct zone *zone, int64_t near_us,
	       int64_t *time_us)
{
	static const struct str looks[] = {
		{ "%b %e %T", 8 },        { "%b %e %T.%f", 11 }, { "%Y %b %e %T", 11 },
		{ "%d/%b/%Y:%T %z", 14 }, { "%d/%b/%Y:%T", 11 }, { "%Y/%m/%d %T", 11 },
	};

	s = str_trim(s);
	if (!is_auto(format))
		return read_whole(format, s, zone, near_us, time_us);
	if (time_parse(s, zone ? zone : zone_utc(), time_us))
		return true;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (read_whole(looks[i], s, zone, near_us, time_us))
			return true;
	return false;
}

size_t
time_text_check(struct str format)
{
	size_t at = str_find_char(format, '%', 0);

	if (is_auto(format))
		return STR_NPOS;
	if (at == STR_NPOS)
		return 0;
	for (; at != STR_NPOS; at = str_find_char(format, '%', at + 2))
		if (at + 1 >= format.n || !strchr(CONVERSIONS, format.p[at + 1]))
			return at;
	return STR_NPOS;
}
