/* SPDX-License-Identifier: MIT */
/*
 * syslog: prefixes as rsyslog, syslog-ng, busybox, systemd and Solaris write them (FORMATS §0.1;
 * RFC 3164 §4.1, RFC 5424 §6). A line either has all of time and text, or is none of ours.
 */
#include "importers/syslog.h"

static struct str
take_word(struct str *s)
{
	size_t at = str_find_char(*s, ' ', 0);
	struct str word = str_slice(*s, 0, at == STR_NPOS ? s->n : at);

	*s = str_skip(*s, word.n + 1);
	return word;
}

static int
digits(const char *p, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!char_is_digit(p[i]))
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static int
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++) {
		if (memcmp(names + 3 * i, p, 3) == 0)
			return i + 1;
	}
	return 0;
}

/* hh:mm:ss[.ffffff] at the head */
static bool
take_clock(struct str *s, struct civil *c)
{
	int scale = 100000;

	if (s->n < 8 || s->p[2] != ':' || s->p[5] != ':')
		return false;
	c->hour = digits(s->p, 2);
	c->minute = digits(s->p + 3, 2);
	c->second = digits(s->p + 6, 2);
	*s = str_skip(*s, 8);
	c->microsecond = 0;
	if (s->n > 1 && (s->p[0] == '.' || s->p[0] == ',') && char_is_digit(s->p[1])) {
		*s = str_skip(*s, 1);
		for (; s->n > 0 && char_is_digit(s->p[0]); *s = str_skip(*s, 1)) {
			c->microsecond += (s->p[0] - '0') * scale;
			scale /= 10;
		}
	}
	return c->hour >= 0 && c->hour < 24 && c->minute >= 0 && c->minute < 60 && c->second >= 0 &&
	       c->second <= 60;
}

static bool
is_date(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= 31;
}

/* Z, +00:00, +0000 */
static bool
take_zone(struct str *s, struct syslog_line *o)
{
	int hours, minutes;
	size_t n;

	if (s->n > 0 && s->p[0] == 'Z') {
		*s = str_skip(*s, 1);
		o->has_zone = true;
		return true;
	}
	if (s->n < 5 || (s->p[0] != '+' && s->p[0] != '-'))
		return false;
	n = s->p[3] == ':' ? 6 : 5;
	if (s->n < n)
		return false;
	hours = digits(s->p + 1, 2);
	minutes = digits(s->p + n - 2, 2);
	if (hours < 0 || minutes < 0)
		return false;
	o->offset_s = (hours * 60 + minutes) * 60 * (s->p[0] == '-' ? -1 : 1);
	o->has_zone = true;
	*s = str_skip(*s, n);
	return true;
}

/* 2026-11-21T16:18:40.614973+00:00 */
static bool
take_iso(struct str *s, struct syslog_line *o)
{
	struct str rest = *s;

	if (rest.n < 20 || rest.p[4] != '-' || rest.p[7] != '-' || rest.p[10] != 'T')
		return false;
	o->time.year = digits(rest.p, 4);
	o->time.month = digits(rest.p + 5, 2);
	o->time.day = digits(rest.p + 8, 2);
	rest = str_skip(rest, 11);
	if (o->time.year < 0 || !is_date(&o->time) || !take_clock(&rest, &o->time))
		return false;
	o->has_year = true;
	take_zone(&rest, o);
	if (rest.n == 0 || rest.p[0] != ' ')
		return false;
	*s = str_skip(rest, 1);
	return true;
}

/* [2026 ]Nov 21 16:18:40, the day padded with a blank */
static bool
take_rfc3164(struct str *s, struct syslog_line *o)
{
	struct str rest = *s;

	if (rest.n > 5 && rest.p[4] == ' ' && digits(rest.p, 4) > 1970) {
		o->time.year = digits(rest.p, 4);
		o->has_year = true;
		rest = str_skip(rest, 5);
	}
	if (rest.n < 16 || rest.p[3] != ' ' || rest.p[6] != ' ')
		return false;
	o->time.month = month_of(rest.p);
	o->time.day = rest.p[4] == ' ' ? digits(rest.p + 5, 1) : digits(rest.p + 4, 2);
	rest = str_skip(rest, 7);
	if (!is_date(&o->time) || !take_clock(&rest, &o->time) || rest.n == 0 || rest.p[0] != ' ')
		return false;
	*s = str_skip(rest, 1);
	return true;
}

/* tag[pid]: at the head; false and untouched if the word is no tag. */
static bool
take_tag(struct str *s, struct syslog_line *o)
{
	size_t i = 0, pid_end;
	struct str rest;

	while (i < s->n && s->p[i] != '[' && s->p[i] != ':' && s->p[i] != ' ')
		i++;
	if (i == 0 || i == s->n || s->p[i] == ' ')
		return false;
	rest = str_skip(*s, i);
	if (rest.p[0] == '[') {
		uint64_t pid;

		pid_end = str_find_char(rest, ']', 1);
		if (pid_end == STR_NPOS || !str_to_u64(str_slice(rest, 1, pid_end), &pid) ||
		    pid > UINT32_MAX)
			return false;
		o->pid = (uint32_t)pid;
		rest = str_skip(rest, pid_end + 1);
	}
	if (rest.n == 0 || rest.p[0] != ':' || (rest.n > 1 && rest.p[1] != ' '))
		return false;
	o->tag = str_slice(*s, 0, i);
	*s = str_skip(rest, 2);
	return true;
}

/* Solaris: "[ID 197553 mail.info] " after the tag, BSD "<mail.info>" before the host. */
static void
skip_facility(struct str *s, char open, char close)
{
	size_t end;

	if (s->n == 0 || s->p[0] != open)
		return;
	end = str_find_char(*s, close, 1);
	if (end != STR_NPOS && end + 1 < s->n && s->p[end + 1] == ' ')
		*s = str_skip(*s, end + 2);
}

/*
 * Structured data: '-' or [id name="value"]…. A ']' in a value should be escaped (RFC 5424 §6.3.3);
 * not every sender does.
 */
static bool
skip_structured(struct str *s)
{
	if (s->n > 0 && s->p[0] == '-') {
		*s = str_skip(*s, 2);
		return true;
	}
	while (s->n > 0 && s->p[0] == '[') {
		bool quoted = false;
		size_t i = 1;

		for (; i < s->n && (quoted || s->p[i] != ']'); i++) {
			if (s->p[i] == '"')
				quoted = !quoted;
			else if (s->p[i] == '\\')
				i++;
		}
		*s = str_skip(*s, i + 1);
	}
	if (s->n > 0 && s->p[0] != ' ')
		return false;
	*s = str_skip(*s, 1);
	return true;
}

/* 1 TS HOST APP PROCID MSGID SD MSG; "-" stands for nothing */
static bool
parse_rfc5424(struct str s, struct syslog_line *o)
{
	uint64_t pid;
	struct str word;

	s = str_skip(s, 2);
	if (str_starts(s, STR("- ")) || !take_iso(&s, o))
		return false;
	o->host = take_word(&s);
	if (str_eq(o->host, STR("-")))
		o->host = STR("");
	o->tag = take_word(&s);
	word = take_word(&s);
	if (str_to_u64(word, &pid) && pid <= UINT32_MAX)
		o->pid = (uint32_t)pid;
	take_word(&s); /* MSGID */
	if (!skip_structured(&s))
		return false;
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_skip(s, 3);
	o->text = s;
	return true;
}

bool
syslog_parse(struct str line, struct syslog_line *o)
{
	struct str s = line;

	*o = (struct syslog_line){ .pid = 0 };
	if (s.n < 16)
		return false;
	if (s.p[0] == '<') {
		size_t end = str_find_char(str_slice(s, 0, 6), '>', 1);

		if (end == STR_NPOS || digits(s.p + 1, end - 1) < 0)
			return false;
		s = str_skip(s, end + 1);
		if (str_starts(s, STR("1 ")))
			return parse_rfc5424(s, o);
	}
	if (!take_iso(&s, o) && !take_rfc3164(&s, o))
		return false;
	skip_facility(&s, '<', '>');
	if (!take_tag(&s, o)) {
		o->host = take_word(&s);
		if (str_find_char(o->host, '=', 0) != STR_NPOS)
			return false; /* no host, but the first key of a line of pairs */
		skip_facility(&s, '<', '>');
		take_tag(&s, o); /* "last message repeated" has none */
	}
	if (str_starts(s, STR("[ID ")))
		skip_facility(&s, '[', ']');
	o->text = s;
	return true;
}

bool
syslog_host(struct str line, struct str *host)
{
	struct syslog_line s;

	/* An Exim file's own time looks like nothing of the above, but be sure. */
	if (!syslog_parse(line, &s) || s.host.n == 0)
		return false;
	*host = s.host;
	return true;
}

struct str
syslog_drop_repetition(struct str text)
{
	struct str lead = STR("message repeated "), inner = str_skip(text, lead.n);
	size_t at;

	if (!str_starts(text, lead))
		return text;
	at = str_find(inner, STR(" times: [ "), 0);
	if (at == STR_NPOS || at > 10 || inner.p[inner.n - 1] != ']')
		return text;
	return str_slice(inner, at + 10, inner.n - 1);
}

bool
syslog_tag_is_exim(const struct syslog_line *s)
{
	return str_find_nocase(s->tag, STR("exim"), 0) != STR_NPOS;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The year of a time without one: that which brings it closest to near_us. */
static int64_t
nearest_year(struct civil c, const struct zone *z, int64_t near_us)
{
	int64_t best = TIME_NONE, best_distance = 0;
	struct civil near;
	/* 29 February may be years away. */
	int leap_day = c.month == 2 && c.day == 29;

	civil_from_us(near_us, &near);
	for (int year = near.year - (leap_day ? 4 : 1); year <= near.year + 1; year++) {
		int64_t t, distance;

		if (leap_day && !is_leap(year))
			continue;
		c.year = year;
		t = zone_to_utc(z, &c);
		distance = distance_us(t, near_us);
		if (best == TIME_NONE || distance < best_distance) {
			best = t;
			best_distance = distance;
		}
	}
	return best;
}

#define SAME_YEAR_US (150 * DAY_US)

/* A log has many lines in one minute, and clocks are moved at whole ones. */
static int64_t
remembered_minute(struct civil c, const struct zone *z, int64_t near_us)
{
	static _Thread_local struct {
		struct civil minute;
		const struct zone *zone;
		int64_t us;
	} last;

	c.second = c.microsecond = 0;
	if (last.zone == z && last.us != TIME_NONE && memcmp(&last.minute, &c, sizeof(c)) == 0 &&
	    near_us - last.us < SAME_YEAR_US && last.us - near_us < SAME_YEAR_US)
		return last.us;
	last.us = nearest_year(c, z, near_us);
	last.minute = c;
	last.zone = z;
	return last.us;
}

int64_t
syslog_time(const struct syslog_line *s, const struct zone *zone, int64_t near_us)
{
	const struct zone *z = zone ? zone : zone_utc();

	if (s->has_zone && s->has_year)
		return civil_to_us(&s->time) - s->offset_s * US_PER_SECOND;
	if (s->has_year)
		return zone_to_utc(z, &s->time);
	if (near_us == TIME_NONE)
		return TIME_NONE;
	int64_t minute_us = remembered_minute(s->time, z, near_us);
	return minute_us == TIME_NONE
		       ? TIME_NONE
		       : minute_us + s->time.second * US_PER_SECOND + s->time.microsecond;
}
