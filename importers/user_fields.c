/* SPDX-License-Identifier: MIT */
/*
 * user_fields: the fields of operator-defined formats, and from their values to a fragment. Like
 * every importer this states what the line says; what follows from it is in user_facts.c.
 */
#include <arpa/inet.h>

#include "base/utf8.h"
#include "importers/refusal.h"
#include "importers/time_text.h"
#include "importers/user_format_local.h"

#define USER_FIELD_NAME(id, name) name,
static const char *const names[] = { USER_FIELD_LIST(USER_FIELD_NAME) NULL };

const char *
user_field_name(size_t i)
{
	return i < FIELD_COUNT ? names[i] : NULL;
}

enum user_field
user_field_of(struct str name)
{
	int i = 0;

	while (i < FIELD_COUNT && !str_eq(name, str_from(names[i])))
		i++;
	return (enum user_field)i;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool
hex4(struct str s, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < 4; i++) {
		char c = i < s.n ? char_lower(s.p[i]) : 'x';

		if (!char_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		*out = *out << 4 | (uint32_t)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	return true;
}

/* \uXXXX at the head, perhaps a pair of them; returns how many bytes that were. */
static size_t
json_unicode(struct str s, char **to)
{
	uint32_t cp, low;
	size_t used = 6;

	if (!hex4(str_skip(s, 2), &cp))
		return 0;
	if (cp >= 0xD800 && cp < 0xDC00 && s.n >= 12 && s.p[6] == '\\' && s.p[7] == 'u' &&
	    hex4(str_skip(s, 8), &low) && low >= 0xDC00 && low < 0xE000) {
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
		used = 12;
	} else if (cp >= 0xD800 && cp < 0xE000) {
		cp = 0xFFFD;
	}
	*to += utf8_encode(cp, *to);
	return used;
}

/* A JSON string's inside as the text it stands for. It never gets longer. */
struct str
user_json_text(struct str s, struct arena *a)
{
	static const char from[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char *out, *to;

	if (str_find_char(s, '\\', 0) == STR_NPOS)
		return s;
	out = to = arena_alloc(a, s.n + 1);
	while (s.n > 0) {
		const char *known = s.n > 1 && s.p[0] == '\\' ? strchr(from, s.p[1]) : NULL;
		size_t used = 0;

		if (s.n > 1 && s.p[0] == '\\' && s.p[1] == 'u')
			used = json_unicode(s, &to);
		else if (known && *known)
			*to++ = meant[known - from], used = 2;
		if (used == 0)
			*to++ = s.p[0], used = 1;
		s = str_skip(s, used);
	}
	return (struct str){ out, (size_t)(to - out) };
}

static bool
is_ip(struct str s)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN + 1];

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static bool
read_port(struct str s, uint16_t *port)
{
	uint64_t n;

	if (!str_to_u64(s, &n) || n > UINT16_MAX)
		return false;
	*port = (uint16_t)n;
	return true;
}

/* IP, IP:port, [IP], [IP]:port, name[IP] and name[IP]:port; IPv6 with a port wants brackets. */
static bool
read_peer(struct str s, struct str *ip, struct str *name, uint16_t *port)
{
	size_t open = str_find_char(s, '[', 0), close = str_find_char(s, ']', 0), colon;

	if (open != STR_NPOS && close != STR_NPOS && open < close) {
		struct str rest = str_skip(s, close + 1);

		*ip = str_slice(s, open + 1, close);
		if (str_starts_nocase(*ip, STR("IPv6:")))
			*ip = str_skip(*ip, 5);
		if (open > 0 && name->n == 0 && !str_eq(str_slice(s, 0, open), STR("unknown")))
			*name = str_trim(str_slice(s, 0, open));
		return is_ip(*ip) &&
		       (rest.n == 0 || (rest.p[0] == ':' && read_port(str_skip(rest, 1), port)));
	}
	*ip = s;
	if (is_ip(s))
		return true;
	colon = str_rfind_char(s, ':');
	*ip = str_slice(s, 0, colon);
	return colon != STR_NPOS && is_ip(*ip) && read_port(str_skip(s, colon + 1), port);
}

static bool
read_number(struct str s, double *value)
{
	double v = 0, scale = 1;
	size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'), digits = 0;
	bool fraction = false;

	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (!char_is_digit(s.p[i]) || ++digits > 15)
			return false;
		v = v * 10 + (s.p[i] - '0');
		scale *= fraction ? 10 : 1;
	}
	*value = (s.n > 0 && s.p[0] == '-' ? -v : v) / scale;
	return digits > 0;
}

struct str
user_bare_address(struct str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return str_slice(s, 1, s.n - 1);
	return s;
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *
word_text(enum user_field field, int i)
{
	switch (field) {
	case FIELD_STAGE:
	case FIELD_ABOUT:
		return i < STAGE_COUNT ? stage_text((enum stage)i) : NULL;
	case FIELD_VERDICT:
		return i < VERDICT_COUNT ? verdict_text((enum verdict)i) : NULL;
	case FIELD_KIND:
		return i < FRAGMENT_KIND_COUNT ? fragment_kind_text((enum fragment_kind)i) : NULL;
	case FIELD_ENGINE:
		return i < ENGINE_COUNT ? engine_text((enum engine)i) : NULL;
	case FIELD_CLASS:
		return i < LINE_CLASS_COUNT ? line_class_text((enum line_class)i) : NULL;
	default:
		return NULL;
	}
}

/* The number of our word for it, or -1. */
static int
word_of(const struct user_format *format, enum user_field field, struct str s)
{
	const char *text;

	for (size_t i = 0; format && i < format->n_words; i++)
		if (format->words[i].field == field && str_eq_nocase(format->words[i].theirs, s)) {
			s = format->words[i].ours;
			break;
		}
	for (int i = 0; (text = word_text(field, i)); i++)
		if (text[0] && str_eq_nocase(s, str_from(text)))
			return i;
	return -1;
}

const char *
user_field_values(enum user_field field)
{
	switch (field) {
	case FIELD_STAGE:
	case FIELD_ABOUT:
		return "connect, helo, mail, rcpt, data or delivery";
	case FIELD_VERDICT:
		return "accepted, rejected, deferred, dropped, discarded, quarantined or held";
	case FIELD_KIND:
		return "note, connected, disconnected, refused, arrived, rescinded, delivered, "
		       "failed, postponed, attempt, completed or score";
	case FIELD_ENGINE:
		return "PMX, SpamAssassin, rspamd or amavis";
	case FIELD_CLASS:
		return "understood, ignored or unknown";
	case FIELD_TIME:
		return "a time of the format's kind";
	case FIELD_PEER:
	case FIELD_LOCAL:
	case FIELD_REMOTE_IP:
		return "an IP address, with or without :port and brackets";
	case FIELD_CODE:
		return "a reply code from 200 to 599";
	case FIELD_ENHANCED:
		return "an enhanced code such as 5.7.1";
	default:
		return "a number";
	}
}

static bool
set_word(struct user_facts *x, enum user_field field, struct str s)
{
	int word = word_of(x->format, field, s);

	if (word < 0)
		return false;
	if (field == FIELD_STAGE)
		x->f->stage = (enum stage)word;
	else if (field == FIELD_ABOUT)
		x->f->about = (enum stage)word;
	else if (field == FIELD_VERDICT)
		x->f->verdict = (enum verdict)word;
	else if (field == FIELD_ENGINE)
		x->f->score.engine = (enum engine)word;
	else if (field == FIELD_CLASS)
		x->class = (enum line_class)word;
	else
		x->f->kind = (enum fragment_kind)word, x->has_kind = true;
	return true;
}

/* --- one field -------------------------------------------------------------------------------- */

static bool
set_number(struct user_facts *x, enum user_field field, struct str s)
{
	struct fragment *f = x->f;
	uint64_t n;

	if (field == FIELD_SCORE)
		return f->score.has_value = read_number(s, &f->score.value);
	if (field == FIELD_THRESHOLD)
		return f->score.has_threshold = read_number(s, &f->score.threshold);
	if (field == FIELD_PORT)
		return read_port(s, &f->peer_port);
	if (field == FIELD_LOCAL_PORT)
		return read_port(s, &f->local_port);
	if (!str_to_u64(s, &n))
		return false;
	if (field == FIELD_SIZE) {
		f->size_bytes = n;
	} else if (field == FIELD_PID) {
		if (n > UINT32_MAX)
			return false;
		f->pid = (uint32_t)n;
	} else { /* code */
		if (n < 200 || n > 599)
			return false;
		x->given.code = (uint16_t)n;
	}
	return true;
}

/* Where a text goes; NULL: the field is none. */
static struct str *
text_place(struct user_facts *x, enum user_field field)
{
	struct fragment *f = x->f;

	switch (field) {
	case FIELD_ID:
		return &f->id;
	case FIELD_HOST:
		return &f->peer_host;
	case FIELD_HELO:
		return &f->helo;
	case FIELD_SUBJECT:
		return &f->subject;
	case FIELD_FROM:
		return &f->header_from;
	case FIELD_USER:
		return &f->user;
	case FIELD_AUTH:
		return &f->auth;
	case FIELD_PROTOCOL:
		return &f->protocol;
	case FIELD_TLS:
		return &f->tls;
	case FIELD_ACTION:
		return &f->score.action;
	case FIELD_SYMBOLS:
		return &f->score.symbols;
	case FIELD_RCPT:
		return &x->rcpt;
	case FIELD_ORIGINAL:
		return &x->original;
	case FIELD_REMOTE:
		return &x->remote_host;
	case FIELD_TRANSPORT:
		return &x->transport;
	case FIELD_TEXT:
		return &f->text;
	default:
		return NULL;
	}
}

static void
add_identifier(struct user_facts *x, enum user_field field, struct str s)
{
	enum id_role role = field == FIELD_MSGID     ? ID_ROLE_MESSAGE_ID
			    : field == FIELD_REF     ? ID_ROLE_REFERENCE
			    : field == FIELD_SCANNER ? ID_ROLE_SCANNER
						     : ID_ROLE_NEXT_HOP;

	fragment_add_identifier(x->f, role, field == FIELD_MSGID ? user_bare_address(s) : s);
}

static bool
set_field(struct user_facts *x, enum user_field field, struct str s)
{
	struct fragment *f = x->f;
	struct str none = STR("");
	uint16_t port = 0;

	switch (field) {
	case FIELD_TIME:
		return time_text_read(x->format->time_format, s, x->zone, x->near_us, &f->time_us);
	case FIELD_PEER:
		return read_peer(s, &f->peer_ip, &f->peer_host, &f->peer_port);
	case FIELD_LOCAL:
		return read_peer(s, &f->local_ip, &none, &f->local_port);
	case FIELD_REMOTE_IP:
		return read_peer(s, &x->remote_ip, &x->remote_host, &port);
	case FIELD_REPLY:
		f->reply = reply_parse(s, x->scratch);
		f->reply.text_logged = true;
		return true;
	case FIELD_ENHANCED:
		return enhanced_parse(s, &x->given.enhanced) == s.n;
	case FIELD_MSGID:
	case FIELD_REF:
	case FIELD_SCANNER:
	case FIELD_NEXT:
		add_identifier(x, field, s);
		return true;
	case FIELD_STAGE:
	case FIELD_ABOUT:
	case FIELD_VERDICT:
	case FIELD_KIND:
	case FIELD_ENGINE:
	case FIELD_CLASS:
		return set_word(x, field, s);
	default:
		return set_number(x, field, s);
	}
}

bool
user_fact_set(struct user_facts *x, enum user_field field, struct str value)
{
	struct str *place = text_place(x, field);

	if (field == FIELD_SENDER) {
		x->f->sender = user_bare_address(value);
		x->f->has_sender = true;
		return true;
	}
	if (value.n == 0 || str_eq(value, STR("-")))
		return true;
	if (!place)
		return set_field(x, field, value);
	*place = value;
	return true;
}
