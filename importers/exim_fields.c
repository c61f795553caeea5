/* SPDX-License-Identifier: MIT */
/*
 * exim_fields: the KEY=value fields and the lists of addresses (FORMATS §1.4, §1.5; Exim
 * src/receive.c, src/deliver.c, src/log.c). Values borrow from the line; only unescaping allocates.
 * A key's meaning depends on the line: R= is a router or the message that caused a bounce.
 */
#include "importers/exim_line.h"

/* --- addresses -------------------------------------------------------------------------------- */

/* Offset of the first `c` at or after `from` outside double quotes; s.n if there is none. */
static size_t
find_unquoted(struct str s, char c, size_t from)
{
	const char *hit, *quote;

	if (from >= s.n)
		return s.n;
	hit = memchr(s.p + from, c, s.n - from);
	if (!hit)
		hit = s.p + s.n;
	quote = memchr(s.p + from, '"', (size_t)(hit - s.p) - from);
	if (!quote)
		return (size_t)(hit - s.p);

	bool in = false;

	for (size_t i = (size_t)(quote - s.p); i < s.n; i++) {
		if (s.p[i] == '"')
			in = !in;
		else if (s.p[i] == '\\' && in)
			i++;
		else if (s.p[i] == c && !in)
			return i;
	}
	return in ? (size_t)(hit - s.p) : s.n; /* a quote that never ends quotes nothing */
}

bool
exim_take_address(struct str *s, struct str *address)
{
	size_t end;

	if (s->n == 0)
		return false;
	if (s->p[0] == '<') {
		end = find_unquoted(*s, '>', 1);
		if (end >= s->n)
			return false;
		*address = str_slice(*s, 1, end);
		*s = str_skip(*s, end + 1);
		return true;
	}
	end = find_unquoted(*s, ' ', 0);
	*address = str_slice(*s, 0, end);
	*s = str_skip(*s, end);
	return address->n > 0;
}

static size_t
count_blanks(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ';
	return n;
}

void
exim_recipients(struct str list, struct exim_line *l)
{
	struct recipient *r;
	struct str address;
	size_t n = 0, most;

	list = str_trim(list);
	if (list.n == 0)
		return;
	most = count_blanks(list) + 1;
	r = arena_zalloc(l->scratch, most * sizeof(*r));
	while (n < most && exim_take_address(&list, &address)) {
		while (take_char(&list, ' '))
			;
		if (str_eq(address, STR("trunc"))) {
			l->f->recipients_incomplete = true;
			break;
		}
		r[n].address = address;
		r[n++].time_us = l->f->time_us;
	}
	l->f->recipients = r;
	l->f->n_recipients = n;
}

/* --- escapes ---------------------------------------------------------------------------------- */

static int
octal_at(struct str s, size_t at)
{
	int v = 0;

	if (at + 3 > s.n)
		return -1;
	for (size_t i = at; i < at + 3; i++) {
		if (s.p[i] < '0' || s.p[i] > '7')
			return -1;
		v = v * 8 + (s.p[i] - '0');
	}
	return v <= 255 ? v : -1;
}

struct str
exim_unescape(struct str s, struct arena *a)
{
	static const char from[] = "nrtbfv\\\"", to[] = "\n\r\t\b\f\v\\\"";
	char *out;
	size_t n = 0;

	if (s.n == 0 || !memchr(s.p, '\\', s.n))
		return s;
	out = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		const char *known;
		int octal;

		if (s.p[i] != '\\' || i + 1 == s.n) {
			out[n++] = s.p[i];
		} else if ((octal = octal_at(s, i + 1)) >= 0) {
			out[n++] = (char)octal;
			i += 3;
		} else if ((known = memchr(from, s.p[i + 1], sizeof(from) - 1))) {
			out[n++] = to[known - from];
			i++;
		} else {
			out[n++] = '\\';
		}
	}
	return (struct str){ out, n };
}

/* --- fields ----------------------------------------------------------------------------------- */

/* What ends a value: a blank, the end, or ':' before a delivery's text. */
static bool
ends_value(struct str s, size_t at)
{
	return at >= s.n || s.p[at] == ' ' || s.p[at] == ':';
}

/* "…" at the head of *s; without the quotes, still escaped. */
static struct str
take_quoted(struct str *s)
{
	size_t i = 0;
	struct str value;

	/* Before 4.99 quotes inside DN and SNI were raw: only one that ends a value counts. */
	while ((i = str_find_char(*s, '"', i + 1)) != STR_NPOS) {
		size_t backslashes = 0;

		while (s->p[i - 1 - backslashes] == '\\')
			backslashes++;
		if (backslashes % 2 == 0 && ends_value(*s, i + 1))
			break;
	}
	value = str_slice(*s, 1, i);
	*s = str_skip(*s, i == STR_NPOS ? s->n : i + 1);
	return value;
}

static struct str
take_value(struct str *s, bool delivery, bool *colon)
{
	struct str value;

	if (s->n > 0 && s->p[0] == '"')
		return take_quoted(s);
	if (s->n > 0 && s->p[0] == '<' && exim_take_address(s, &value))
		return value;
	value = take_until(s, ' ');
	if (delivery && value.n > 0 && value.p[value.n - 1] == ':') {
		value.n--;
		*colon = true;
	}
	return value;
}

/* Words without a value (FORMATS §1.4). */
static bool
take_flag(struct str *s)
{
	static const struct str flags[] = {
		{ "DS", 2 },    { "TFO*", 4 }, { "TFO", 3 }, { "PRDR", 4 }, { "SPF", 3 },
		{ "DMARC", 5 }, { "ARC", 3 },  { "K", 1 },   { "L", 1 },    { "L-", 2 },
		{ "L*", 2 },    { "L*-", 3 },  { "L.", 2 },  { "L.-", 3 },
	};
	size_t n = 0;

	if (s->n == 0 || s->p[0] < 'A' || s->p[0] > 'T')
		return false;
	while (n < s->n && n < 6 && s->p[n] != ' ')
		n++;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (s->p[0] == flags[i].p[0] && str_eq(str_slice(*s, 0, n), flags[i])) {
			*s = str_skip(*s, n);
			return true;
		}
	}
	return false;
}

/* Message-IDs may hold blanks; the next field that can follow one ends it. */
static void
extend_id(struct str *s, struct str *id)
{
	while (s->n > 1 && !str_starts(*s, STR(" T=\"")) && !str_starts(*s, STR(" from <")) &&
	       !str_starts(*s, STR(" for "))) {
		size_t end = str_find_char(*s, ' ', 1);

		end = end == STR_NPOS ? s->n : end;
		*s = str_skip(*s, end);
		id->n += end;
	}
}

static void
take_local(struct str *s, struct exim_fields *x)
{
	if (!exim_address(s, &x->local_ip, &x->local_port))
		take_until(s, ' ');
}

/* Keys of one letter whose value is kept; all others that look like a key are read over. */
static struct str *
field_slot(struct exim_fields *x, char key)
{
	switch (key) {
	case 'R':
		return &x->r;
	case 'T':
		return &x->t;
	case 'P':
		return &x->p;
	case 'C':
		return &x->c;
	case 'A':
		return &x->a;
	case 'U':
		return &x->u;
	case 'X':
		return &x->x;
	case 'S':
		return &x->size;
	default:
		return NULL;
	}
}

/* Length of the key at the head of s, without '='; 0 if there is none. */
static size_t
key_at(struct str s)
{
	size_t n = 0;

	if (s.n > 1 && s.p[1] == '=' && char_is_alpha(s.p[0]))
		return 1;
	while (n < s.n && n < 6 && char_is_alnum(s.p[n]))
		n++;
	if (n > 0 && n < s.n && s.p[n] == '*') /* id*= */
		n++;
	return n > 0 && n < s.n && s.p[n] == '=' ? n : 0;
}

static bool
take_delivery_host(struct str *s, struct exim_fields *x)
{
	if (!exim_host(s, NULL, &x->host))
		return false;
	x->has_host = true;
	take_char(s, '*'); /* the connection was used before */
	if (take_char(s, ':'))
		x->colon = true;
	return true;
}

/* A field with a key of one letter; *s stands behind its '='. False: H= that is not for us. */
static bool
take_letter(struct str *s, char key, bool delivery, struct exim_fields *x)
{
	struct str value, *slot;

	switch (key) {
	case 'H':
		return delivery && take_delivery_host(s, x);
	case 'I':
		take_local(s, x);
		return true;
	case 'F':
		x->f = take_value(s, delivery, &x->colon);
		x->has_f = true;
		return true;
	default:
		value = take_value(s, delivery, &x->colon);
		slot = field_slot(x, key);
		if (slot)
			*slot = value;
		return true;
	}
}

static void
take_word(struct str *s, struct str key, bool delivery, struct exim_fields *x)
{
	struct str value;

	if (str_starts(key, STR("id"))) {
		x->id = take_until(s, ' ');
		extend_id(s, &x->id);
		return;
	}
	value = take_value(s, delivery, &x->colon);
	if (str_eq(key, STR("Ci")))
		x->ci = value;
}

/* "from <raw>" and "for r1 r2" end an arrival line. */
static bool
take_tail(struct str *s, struct exim_fields *x)
{
	struct str raw;

	if (x->p.n == 0)
		return false;
	if (take(s, STR("from "))) {
		return exim_take_address(s, &raw);
	}
	if (!take(s, STR("for ")))
		return false;
	x->list = *s;
	*s = str_skip(*s, s->n);
	return true;
}

void
exim_fields(struct str *s, bool delivery, struct exim_fields *out)
{
	exim_clear(out, sizeof(*out));
	exim_more_fields(s, delivery, out);
}

void
exim_more_fields(struct str *s, bool delivery, struct exim_fields *out)
{
	struct str at = *s;

	while (at.n > 0 && !out->colon) {
		struct str rest = at;
		size_t n;

		take_char(&rest, ' ');
		n = key_at(rest);
		if (n == 1) {
			char key = rest.p[0];

			rest = str_skip(rest, 2);
			if (!take_letter(&rest, key, delivery, out))
				break;
		} else if (n > 1) {
			struct str key = str_slice(rest, 0, n);

			rest = str_skip(rest, n + 1);
			take_word(&rest, key, delivery, out);
		} else if (!take_flag(&rest) && (delivery || !take_tail(&rest, out))) {
			break;
		}
		at = rest;
	}
	*s = at;
}

/* --- into the fragment ------------------------------------------------------------------------ */

/* A=mechanism[:id[:sender]]; an id may hold ':' itself, so only an address is taken off its end. */
static void
set_auth(struct fragment *f, struct str a)
{
	size_t colon = str_find_char(a, ':', 0), last;

	f->auth = str_slice(a, 0, colon == STR_NPOS ? a.n : colon);
	if (colon == STR_NPOS)
		return;
	f->user = str_skip(a, colon + 1);
	last = str_rfind_char(f->user, ':');
	if (last != STR_NPOS && last > 0 && str_find_char(f->user, '@', last) != STR_NPOS)
		f->user.n = last;
}

void
exim_set_fields(struct fragment *f, const struct exim_fields *x)
{
	f->local_ip = x->local_ip;
	f->local_port = x->local_port;
	f->protocol = x->p;
	f->tls = x->x;
	if (x->u.n > 0)
		f->user = x->u;
	if (x->a.n > 0)
		set_auth(f, x->a);
	if (x->has_f) {
		f->has_sender = true;
		f->sender = x->f;
	}
	if (x->ci.n > 0)
		fragment_add_identifier(f, ID_ROLE_CONNECTION, x->ci);
}
