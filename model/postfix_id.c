/* SPDX-License-Identifier: MIT */
/*
 * postfix_id: seconds in base 52 (six digits or more), microseconds in four digits, 'z', the inode
 * in base 51, so that the last 'z' is the separator. The digits leave out vowels.
 */
#include "model/postfix_id.h"

#include "base/civil.h"

enum { SECONDS_DIGITS = 6, MICROSECOND_DIGITS = 4, SECONDS_DIGITS_MOST = 8 };

static int
digit(char c)
{
	static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool
number(struct str s, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = digit(s.p[i]);

		if (d < 0)
			return false;
		*out = *out * 52 + d;
	}
	return true;
}

bool
postfix_id_time(struct str s, int64_t *time_us)
{
	const int64_t first_s = INT64_C(788918400), last_s = INT64_C(4102444800);
	size_t end = str_rfind_char(s, 'z');
	int64_t seconds, microseconds, inode;

	if (end == STR_NPOS || end < SECONDS_DIGITS + MICROSECOND_DIGITS ||
	    end > SECONDS_DIGITS_MOST + MICROSECOND_DIGITS || end + 1 >= s.n || s.n > 24)
		return false;
	if (!number(str_slice(s, 0, end - MICROSECOND_DIGITS), &seconds) ||
	    !number(str_slice(s, end - MICROSECOND_DIGITS, end), &microseconds) ||
	    !number(str_slice(s, end + 1, s.n < end + 11 ? s.n : end + 11), &inode))
		return false;
	if (seconds < first_s || seconds >= last_s || microseconds >= US_PER_SECOND)
		return false;
	*time_us = seconds * US_PER_SECOND + microseconds;
	return true;
}
