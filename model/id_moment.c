/* SPDX-License-Identifier: MIT */
/*
 * id_moment: sendmail writes year, month, day, hour, minute and second as one character each, two
 * more that count, and the pid in six digits or more (sendmail/queue.c, assign_queueid).
 */
#include "model/id_moment.h"

#include "base/civil.h"
#include "model/exim_id.h"
#include "model/postfix_id.h"

enum { SENDMAIL_HEAD = 8, SENDMAIL_PID = 6 };

static const char base60[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";

const struct id_family_facts *
id_family_facts(enum id_family f)
{
	static const struct id_family_facts facts[] = {
		[ID_FAMILY_NONE] = { "an", "", 0, 0, 0 },
		[ID_FAMILY_EXIM] = { "an Exim",
				     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz",
				     6, EXIM_ID_OLD, EXIM_ID_NEW },
		[ID_FAMILY_POSTFIX] = { "a Postfix",
					"0123456789BCDFGHJKLMNPQRSTVWXYZ"
					"bcdfghjklmnpqrstvwxyz",
					10, 12, 22 },
		[ID_FAMILY_SENDMAIL] = { "a sendmail", base60, SENDMAIL_HEAD,
					 SENDMAIL_HEAD + SENDMAIL_PID, 16 },
	};
	return &facts[(unsigned)f < sizeof(facts) / sizeof(facts[0]) ? f : ID_FAMILY_NONE];
}

static int
digit60(char c)
{
	const char *at = c ? strchr(base60, c) : NULL;

	return at ? (int)(at - base60) : -1;
}

static bool
sendmail_time(struct str s, int64_t *time_us)
{
	int d[SENDMAIL_HEAD];

	if (s.n < SENDMAIL_HEAD + SENDMAIL_PID || s.n > 16)
		return false;
	for (size_t i = 0; i < SENDMAIL_HEAD; i++) {
		d[i] = digit60(s.p[i]);
		if (d[i] < 0)
			return false;
	}
	for (size_t i = SENDMAIL_HEAD; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
	}
	if (d[1] > 11 || d[2] < 1 || d[2] > 31 || d[3] > 23)
		return false;
	/* The year is counted modulo sixty. */
	struct civil c = { .year = d[0] < 30 ? 2020 + d[0] : 1960 + d[0],
			   .month = d[1] + 1,
			   .day = d[2],
			   .hour = d[3],
			   .minute = d[4],
			   .second = d[5] };
	*time_us = civil_to_us(&c);
	return c.year >= 1995;
}

enum id_family
id_moment(struct str id, int64_t *time_us)
{
	struct exim_id exim;

	if (exim_id_is(id) && exim_id_decode(id, &exim)) {
		*time_us = exim.time_us;
		return ID_FAMILY_EXIM;
	}
	if (sendmail_time(id, time_us))
		return ID_FAMILY_SENDMAIL;
	return postfix_id_time(id, time_us) ? ID_FAMILY_POSTFIX : ID_FAMILY_NONE;
}

bool
id_head_moment(enum id_family f, const char head[ID_SECOND_CHARS], int64_t *time_us)
{
	static const char *const rests[] = {
		[ID_FAMILY_NONE] = "",
		[ID_FAMILY_EXIM] = "-000000-00",
		[ID_FAMILY_POSTFIX] = "0000z1",
		[ID_FAMILY_SENDMAIL] = "00000000",
	};
	char full[EXIM_ID_OLD];
	size_t n = strlen(rests[f]);

	memcpy(full, head, ID_SECOND_CHARS);
	memcpy(full + ID_SECOND_CHARS, rests[f], n);
	return f != ID_FAMILY_NONE &&
	       id_moment((struct str){ full, ID_SECOND_CHARS + n }, time_us) == f;
}

bool
id_family_is_of(enum id_family f, struct str formats)
{
	static const struct {
		const char *format;
		enum id_family family;
	} servers[] = {
		{ "exim", ID_FAMILY_EXIM },         { "postfix", ID_FAMILY_POSTFIX },
		{ "sendmail", ID_FAMILY_SENDMAIL }, { "opensmtpd", ID_FAMILY_NONE },
		{ "kumomta", ID_FAMILY_NONE },
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		if (str_find(formats, str_from(servers[i].format), 0) == STR_NPOS)
			continue;
		if (servers[i].family == f)
			return true;
		known = true;
	}
	return !known;
}
