/* SPDX-License-Identifier: MIT */
/* sendmail_fields: IDs, addresses and hosts (sendmail/queue.c assign_queueid, daemon.c hostnamebyanyaddr). */
#include "importers/sendmail_line.h"

bool
sendmail_is_id(struct str s)
{
	if (s.n < 12 || s.n > 24 || !char_is_alnum(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (i < 7    ? !char_is_alnum(s.p[i])
		    : i >= 8 ? !char_is_digit(s.p[i])
			     : !char_is_alnum(s.p[i]))
			return false;
	return true;
}

bool
sendmail_take_id(struct str *s, struct str *id)
{
	size_t end = str_find_char(str_slice(*s, 0, 26), ':', 0);

	if (end == STR_NPOS || end + 1 >= s->n || s->p[end + 1] != ' ' ||
	    !sendmail_is_id(str_slice(*s, 0, end)))
		return false;
	*id = str_slice(*s, 0, end);
	*s = str_skip(*s, end + 2);
	return true;
}

static bool
begins_key(struct str s, const struct str *keys, size_t n_keys)
{
	if (!take(&s, STR(", ")))
		return false;
	for (size_t i = 0; i < n_keys; i++)
		if (str_starts(s, keys[i]))
			return true;
	return false;
}

static struct str
without_brackets(struct str s)
{
	if (s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return str_slice(s, 1, s.n - 1);
	return s;
}

/* Where an address ends; with `strict`, what stands in quotes and brackets does not end it. */
static size_t
address_end(struct str s, const struct str *keys, size_t n_keys, bool strict)
{
	bool quoted = false, inside = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',' && !(strict && (quoted || inside)) &&
		    begins_key(str_skip(s, i), keys, n_keys))
			return i;
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s.p[i] == '<' || s.p[i] == '>'))
			inside = s.p[i] == '<';
	}
	return STR_NPOS;
}

struct str
sendmail_take_address(struct str *s, const struct str *keys, size_t n_keys)
{
	size_t end = address_end(*s, keys, n_keys, true);
	struct str address;

	/* Long arguments are shortened in their middle, and may have lost what closes them. */
	if (end == STR_NPOS)
		end = address_end(*s, keys, n_keys, false);
	if (end == STR_NPOS)
		end = s->n;
	address = str_slice(*s, 0, end);
	*s = str_skip(*s, end);
	return without_brackets(address);
}

/* Digits, dots and colons: no name. */
static bool
is_ip(struct str s)
{
	bool digit = false, mark = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = char_lower(s.p[i]);

		digit |= char_is_digit(c);
		mark |= c == '.' || c == ':';
		if (!char_is_digit(c) && c != '.' && c != ':' && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return mark && (digit || str_eq(s, STR("::")));
}

struct sendmail_host
sendmail_host(struct str s)
{
	struct sendmail_host h = { .name = { "", 0 } };
	struct str rest = s, forged = STR(" (may be forged)");
	size_t open, at;

	if (str_ends(rest, forged))
		rest = str_slice(rest, 0, rest.n - forged.n);
	open = str_rfind_char(rest, '[');
	if (open != STR_NPOS && rest.p[rest.n - 1] == ']') {
		struct str ip = str_slice(rest, open + 1, rest.n - 1);

		take(&ip, STR("IPv6:"));
		if (is_ip(ip)) {
			h.ip = ip;
			rest = str_slice(rest, 0, open);
		}
	}
	rest = str_trim(rest);
	at = str_rfind_char(rest, '@');
	if (at != STR_NPOS) {
		h.user = str_slice(rest, 0, at);
		rest = str_skip(rest, at + 1);
	}
	if (rest.n > 0 && rest.p[rest.n - 1] == '.')
		rest.n--;
	/* "[192.0.2.7] [192.0.2.7]": the literal is no name. */
	if (rest.n > 0 && rest.p[0] != '[')
		h.name = rest;
	return h;
}

void
sendmail_set_peer(struct fragment *f, struct str relay)
{
	struct sendmail_host h = sendmail_host(relay);

	f->peer_ip = h.ip;
	if (h.ip.n > 0)
		f->peer_host = h.name;
	else if (h.user.n > 0 && f->user.n == 0)
		f->user = h.user; /* a program of this host */
}
