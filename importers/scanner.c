/* SPDX-License-Identifier: MIT */
/* scanner: see the header. */
#include "importers/scanner.h"

#include "model/exim_id.h"

enum { RECIPIENTS_MOST = 64 };

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
