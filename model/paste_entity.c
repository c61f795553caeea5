/* SPDX-License-Identifier: MIT */
/* paste_entity: a short table; an unknown name is left as it stands. */
#include "model/paste_entity.h"

static const struct entity {
	const char *name;
	uint32_t cp;
} entities[] = {
	{ "amp;", '&' },       { "lt;", '<' },        { "gt;", '>' },       { "quot;", '"' },
	{ "apos;", '\'' },     { "nbsp;", 0xA0 },     { "nbsp", 0xA0 },     { "shy;", 0xAD },
	{ "hyphen;", 0x2010 }, { "dash;", 0x2010 },   { "ndash;", 0x2013 }, { "mdash;", 0x2014 },
	{ "minus;", 0x2212 },  { "lsquo;", 0x2018 },  { "rsquo;", 0x2019 }, { "sbquo;", 0x201A },
	{ "ldquo;", 0x201C },  { "rdquo;", 0x201D },  { "bdquo;", 0x201E }, { "laquo;", 0xAB },
	{ "raquo;", 0xBB },    { "hellip;", 0x2026 }, { "ensp;", 0x2002 },  { "emsp;", 0x2003 },
	{ "thinsp;", 0x2009 }, { "zwnj;", 0x200C },   { "zwj;", 0x200D },   { "lrm;", 0x200E },
	{ "rlm;", 0x200F },    { "colon;", ':' },     { "sol;", '/' },      { "commat;", '@' },
	{ "period;", '.' },    { "lowbar;", '_' },    { "lpar;", '(' },     { "rpar;", ')' },
	{ "lsqb;", '[' },      { "lbrack;", '[' },    { "rsqb;", ']' },     { "rbrack;", ']' },
	{ "equals;", '=' },    { "num;", '#' },       { "comma;", ',' },    { "semi;", ';' },
	{ "NewLine;", '\n' },  { "Tab;", '\t' },      { "copy;", 0xA9 },    { "reg;", 0xAE },
	{ "middot;", 0xB7 },   { "bull;", 0x2022 },
};

static int
digit_value(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static size_t
numeric(struct str s, uint32_t *cp)
{
	size_t at = 2;
	int base = 10;
	uint32_t value = 0;

	if (at < s.n && char_lower(s.p[at]) == 'x') {
		base = 16;
		at++;
	}
	size_t from = at;
	for (; at < s.n && at < from + 7 && digit_value(s.p[at]) < base; at++)
		value = value * (uint32_t)base + (uint32_t)digit_value(s.p[at]);
	if (at == from || at >= s.n || s.p[at] != ';' || value == 0 || value > 0x10FFFF ||
	    (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*cp = value == '\r' ? '\n' : value;
	return at + 1;
}

size_t
entity_decode(struct str s, uint32_t *cp)
{
	if (s.n < 3 || s.p[0] != '&')
		return 0;
	if (s.p[1] == '#')
		return numeric(s, cp);
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		struct str name = str_from(entities[i].name);

		if (str_starts(str_skip(s, 1), name)) {
			*cp = entities[i].cp;
			return 1 + name.n;
		}
	}
	return 0;
}
