/* SPDX-License-Identifier: MIT */
/* scanner: see the header. */
#include "importers/scanner.h"

#include "model/exim_id.h"

enum { RECIPIENTS_MOST = 64 };

static int
two(const char *p)
{
	return char_is_digit(p[0]) && char_is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

bool
scanner_stamp(struct str *s, char between, struct civil *c)
{
	if (s->n < 20 || s->p[4] != '-' || s->p[7] != '-' || s->p[10] != between ||
	    s->p[13] != ':' || s->p[16] != ':')
		return false;
	*c = (struct civil){ .year = two(s->p) * 100 + two(s->p + 2),
			     .month = two(s->p + 5),
			     .day = two(s->p + 8),
			     .hour = two(s->p + 11),
			     .minute = two(s->p + 14),
			     .second = two(s->p + 17) };
	if (c->year < 1970 || c->month < 1 || c->month > 12 || c->day < 1 || c->day > 31 ||
	    c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 ||
	    c->second > 60)
		return false;
	*s = str_skip(*s, 19);
	if (take_char(s, '.'))
		for (int scale = 100000; s->n > 0 && char_is_digit(s->p[0]); scale /= 10) {
			c->microsecond += (s->p[0] - '0') * scale;
			*s = str_skip(*s, 1);
		}
	return true;
}

bool
scanner_number(struct str s, double *value)
{
	size_t i = 0, digits = 0;
	double v = 0, scale = 1;
	bool minus = s.n > 0 && s.p[0] == '-', fraction = false;

	if (minus || (s.n > 0 && s.p[0] == '+'))
		i++;
	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !fraction && digits > 0) {
			fraction = true;
			continue;
		}
		if (!char_is_digit(s.p[i]) || ++digits > 12)
			return false;
		v = v * 10 + (s.p[i] - '0');
		scale *= fraction ? 10 : 1;
	}
	if (digits == 0)
		return false;
	*value = (minus ? -v : v) / scale;
	return true;
}

struct str
scanner_bare(struct str s)
{
	s = str_trim(s);
	if (s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = str_slice(s, 1, s.n - 1);
	if (str_eq(s, STR("undef")) || str_eq(s, STR("unknown")) || str_eq(s, STR("(unknown)")))
		return STR("");
	return s;
}

struct str
scanner_between(struct str s, struct str lead, struct str end)
{
	size_t at = str_find(s, lead, 0), to;

	if (at == STR_NPOS)
		return STR("");
	at += lead.n;
	to = str_find(s, end, at);
	return str_slice(s, at, to == STR_NPOS ? s.n : to);
}

void
scanner_set_id(struct fragment *f, struct str id)
{
	struct exim_id decoded;

	f->id = id;
	f->id_recurs = id.n > 0 && !exim_id_decode(id, &decoded);
}

struct str
scanner_symbols(struct str list, struct arena *a)
{
	char *out = arena_alloc(a, 2 * list.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < list.n; i++) {
		out[n++] = list.p[i];
		if (list.p[i] == ',' && i + 1 < list.n && list.p[i + 1] != ' ')
			out[n++] = ' ';
	}
	return (struct str){ out, n };
}

void
scanner_set_sender(struct fragment *f, struct str sender)
{
	f->has_sender = true;
	f->sender = sender;
}

void
scanner_set_recipients(struct fragment *f, struct str list, struct arena *a)
{
	struct recipient *r = arena_zalloc(a, RECIPIENTS_MOST * sizeof(*r));

	f->recipients = r;
	while (list.n > 0) {
		struct str address = str_trim(take_until(&list, ','));

		take_char(&list, ',');
		take_char(&address, '<');
		if (address.n > 0 && address.p[address.n - 1] == '>')
			address.n--;
		if (str_ends(address, STR("...")) || f->n_recipients == RECIPIENTS_MOST) {
			f->recipients_incomplete = true;
			return;
		}
		if (address.n > 0)
			r[f->n_recipients++].address = address;
	}
}
