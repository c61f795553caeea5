/* SPDX-License-Identifier: MIT */
/* clue_read: the shared readers: breaks, reply codes, hosts, addresses, IPs. No allocation. */
#include "model/clue.h"

#define BREAK_MAX_BYTES   400
#define ADDRESS_MAX_LOCAL 128
#define HOST_MAX          253

/* --- breaks and codes --- */

size_t
clue_reply_code(struct str s, unsigned *code, struct enhanced *e)
{
	struct enhanced found = { 0 };

	if (s.n < 4 || s.p[0] < '2' || s.p[0] > '5' || !char_is_digit(s.p[1]) ||
	    !char_is_digit(s.p[2]) || (s.p[3] != '-' && s.p[3] != ' '))
		return 0;
	if (code)
		*code = (unsigned)((s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0'));
	size_t at = 4;
	size_t length = enhanced_parse(str_skip(s, at), &found);
	if (length > 0) {
		at += length;
		if (at < s.n && char_is_blank(s.p[at]))
			at++;
	}
	if (e)
		*e = found;
	return at;
}

/* "<<< ", "<** ", "<- ", ">>", "| ", "server message: " at the head of a line. */
static size_t
line_mark(struct str s, size_t at)
{
	static const char *const marks[] = { "<<< ", "<** ", "<~* ",
					     "<-  ", "<~  ", "msmtp: server message: " };

	char c = at < s.n ? s.p[at] : '\0';

	for (size_t i = 0; (c == '<' || c == 'm') && i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (str_starts(str_skip(s, at), str_from(marks[i])))
			return strlen(marks[i]);
	}
	return c == '>' || c == '|' ? 1 : 0;
}

size_t
clue_skip_break(struct str s, size_t at)
{
	struct str near = str_slice(s, 0, at + BREAK_MAX_BYTES);
	size_t i = at;
	bool broken = false;

	while (i < near.n && (char_is_blank(near.p[i]) || near.p[i] == '\n')) {
		broken |= near.p[i] == '\n';
		i++;
	}
	if (i == at)
		return at;
	for (;;) {
		size_t mark = broken ? line_mark(near, i) : 0;

		if (mark == 0)
			break;
		i += mark;
		while (i < near.n && char_is_blank(near.p[i]))
			i++;
	}
	unsigned code = 0;
	size_t length = clue_reply_code(str_skip(near, i), &code, NULL);
	return length > 0 && code >= 400 ? i + length : i;
}

/* --- hosts --- */

bool
char_is_host(char c)
{
	return char_is_alnum(c) || c == '-' || c == '.' || c == '_';
}

size_t
clue_host_end(struct str s, size_t at)
{
	size_t end = at;

	while (end < s.n && end - at < HOST_MAX && char_is_host(s.p[end]))
		end++;
	while (end > at && !char_is_alnum(s.p[end - 1]))
		end--;
	size_t dot = str_rfind_char(str_slice(s, at, end), '.');
	if (dot == STR_NPOS || dot == 0 || end - at - dot < 3 || !char_is_alnum(s.p[at]))
		return at;
	/* The last label of a name is no number. */
	for (size_t i = at + dot + 1; i < end; i++) {
		if (char_is_alpha(s.p[i]))
			return end;
	}
	return at;
}

/* --- IP addresses --- */

static size_t
ipv4_end(struct str s, size_t at)
{
	size_t i = at;

	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t from = i;

		while (i < s.n && char_is_digit(s.p[i]) && i - from < 3)
			value = value * 10 + (unsigned)(s.p[i++] - '0');
		if (i == from || value > 255)
			return at;
		if (part < 3 && (i >= s.n || s.p[i++] != '.'))
			return at;
	}
	/* "1.2.3.4.5" and "1.2.3.4x" are something else; "1.2.3.4." ends a sentence. */
	if (i < s.n && (char_is_alnum(s.p[i]) || s.p[i] == '_'))
		return at;
	if (i + 1 < s.n && (s.p[i] == '.' || s.p[i] == '-') && char_is_alnum(s.p[i + 1]))
		return at;
	return i;
}

static size_t
ipv6_end(struct str s, size_t at)
{
	size_t i = at, groups = 0, colons = 0;
	bool twice = false;

	while (i < s.n && i - at < 45) {
		size_t from = i;

		while (i < s.n && char_hex(s.p[i]) >= 0 && i - from < 5)
			i++;
		if (i - from > 4)
			return at;
		groups += i > from;
		if (i < s.n && s.p[i] == '.' && groups > 0)
			return ipv4_end(s, from) > from ? ipv4_end(s, from) : at;
		if (i >= s.n || s.p[i] != ':')
			break;
		if (i + 1 < s.n && s.p[i + 1] == ':') {
			if (twice)
				return at;
			twice = true;
			i++;
			colons++;
		} else if (i == from && colons > 0 && s.p[i - 1] != ':') {
			return at;
		} else if (i + 1 >= s.n || char_hex(s.p[i + 1]) < 0) {
			break; /* "::1: text" */
		}
		i++;
		colons++;
	}
	if (i < s.n && (char_is_alnum(s.p[i]) || s.p[i] == '_'))
		return at;
	if (groups > 8 || colons < 2 || (twice ? groups > 7 : groups != 8) || i - at < 3)
		return at;
	return i;
}

size_t
clue_ip_end(struct str s, size_t at)
{
	size_t end = ipv4_end(s, at);

	return end > at ? end : ipv6_end(s, at);
}

/* --- addresses --- */

static bool
char_is_local(char c)
{
	return char_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c)) ||
	       (unsigned char)c >= 0x80;
}

bool
clue_address_at(struct str s, size_t at, size_t *from, size_t *to)
{
	size_t start = at;

	while (start > 0 && at - start < ADDRESS_MAX_LOCAL && char_is_local(s.p[start - 1]))
		start--;
	/* "mailto:", "to=", a quote or bracket before it: not part of the name. */
	while (start < at && strchr("'`./{|", s.p[start]))
		start++;
	/* "to=a@b", "F=a@b"; but "SRS0=…" keeps its head. */
	size_t label = start;
	while (label < at && char_is_alpha(s.p[label]))
		label++;
	if (label > start && label - start <= 5 && label + 1 < at && s.p[label] == '=')
		start = label + 1;
	size_t end = clue_host_end(s, at + 1);
	if (start == at || end == at + 1)
		return false;
	*from = start;
	*to = end;
	return true;
}

bool
clue_first_address(struct str s, size_t from, size_t to, size_t *start, size_t *end)
{
	struct str part = str_slice(s, 0, to);

	for (size_t at = str_find_char(part, '@', from); at != STR_NPOS;
	     at = str_find_char(part, '@', at + 1)) {
		if (clue_address_at(part, at, start, end) && *start >= from)
			return true;
	}
	return false;
}
