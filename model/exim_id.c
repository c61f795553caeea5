/* SPDX-License-Identifier: MIT */
/*
 * exim_id: shape and content of Exim message IDs. Pure, allocates nothing, nothing is fatal.
 * Layout: TTTTTT-PPPPPP-SS, since 4.97 TTTTTT-PPPPPPPPPPP-SSSS, base 62 digits 0-9A-Za-z
 * (FORMATS §1.2).
 */
#include "model/exim_id.h"

#include "base/civil.h"

#define TIME_DIGITS    6
#define PID_START      7
#define PID_DIGITS_OLD 6
#define PID_DIGITS_NEW 11

/* 1995-01-01 and 2100-01-01: Exim did not exist before, and no clock is that wrong after. */
#define EARLIEST_S INT64_C(788918400)
#define LATEST_S   INT64_C(4102444800)

/* Value + 1 of each base 62 digit; 0: not a digit. */
static const unsigned char base62[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,
	['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14,
	['E'] = 15, ['F'] = 16, ['G'] = 17, ['H'] = 18, ['I'] = 19, ['J'] = 20, ['K'] = 21,
	['L'] = 22, ['M'] = 23, ['N'] = 24, ['O'] = 25, ['P'] = 26, ['Q'] = 27, ['R'] = 28,
	['S'] = 29, ['T'] = 30, ['U'] = 31, ['V'] = 32, ['W'] = 33, ['X'] = 34, ['Y'] = 35,
	['Z'] = 36, ['a'] = 37, ['b'] = 38, ['c'] = 39, ['d'] = 40, ['e'] = 41, ['f'] = 42,
	['g'] = 43, ['h'] = 44, ['i'] = 45, ['j'] = 46, ['k'] = 47, ['l'] = 48, ['m'] = 49,
	['n'] = 50, ['o'] = 51, ['p'] = 52, ['q'] = 53, ['r'] = 54, ['s'] = 55, ['t'] = 56,
	['u'] = 57, ['v'] = 58, ['w'] = 59, ['x'] = 60, ['y'] = 61, ['z'] = 62,
};

static bool
is_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (base62[(unsigned char)p[i]] == 0)
			return false;
	}
	return true;
}

static uint64_t
value(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 62 + base62[(unsigned char)p[i]] - 1u;
	return v;
}

static bool
ends_word(struct str s, size_t at)
{
	return s.n == at || (base62[(unsigned char)s.p[at]] == 0 && s.p[at] != '-');
}

size_t
exim_id_at(struct str s)
{
	if (s.n < EXIM_ID_OLD || s.p[TIME_DIGITS] != '-' || !is_digits(s.p, TIME_DIGITS) ||
	    !is_digits(s.p + PID_START, PID_DIGITS_OLD))
		return 0;
	if (s.p[13] == '-')
		return is_digits(s.p + 14, 2) && ends_word(s, EXIM_ID_OLD) ? EXIM_ID_OLD : 0;
	if (s.n < EXIM_ID_NEW || s.p[18] != '-')
		return 0;
	return is_digits(s.p + 13, 5) && is_digits(s.p + 19, 4) && ends_word(s, EXIM_ID_NEW)
		       ? EXIM_ID_NEW
		       : 0;
}

bool
exim_id_is(struct str s)
{
	return (s.n == EXIM_ID_OLD || s.n == EXIM_ID_NEW) && exim_id_at(s) == s.n;
}

uint32_t
exim_id_pid(struct str s)
{
	uint64_t pid = value(s.p + PID_START, s.n == EXIM_ID_OLD ? PID_DIGITS_OLD : PID_DIGITS_NEW);

	return pid <= UINT32_MAX ? (uint32_t)pid : 0;
}

bool
exim_id_decode(struct str s, struct exim_id *out)
{
	int64_t seconds;

	if (!exim_id_is(s))
		return false;
	seconds = (int64_t)value(s.p, TIME_DIGITS);
	if (seconds < EARLIEST_S || seconds >= LATEST_S)
		return false;
	out->length = s.n;
	out->time_us = seconds * US_PER_SECOND;
	out->pid = exim_id_pid(s);
	return true;
}
