/* SPDX-License-Identifier: MIT */
/* explain_text: strangers' text made fit for a letter, times, hosts, wrapping. */
#include "base/utf8.h"
#include "model/explain_local.h"

enum { WRAP_COLS = 72, ADDRESS_BYTES_MOST = 320 };

struct str
explain_clean(struct str s, size_t most, struct arena *a)
{
	struct strbuf b;
	size_t n;

	strbuf_init(&b, STRBUF_NO_MAX);
	utf8_neutralise(&b, str_slice(str_trim(s), 0, 4 * most));
	n = b.n;
	if (n > most) {
		n = most;
		while (n > 0 && ((unsigned char)b.p[n] & 0xc0) == 0x80)
			n--;
	}
	struct str out =
		n < b.n ? arena_printf(a, "%.*s…", (int)n, b.p) : arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

/* --- replies -------------------------------------------------------------------------------- */

static bool
in_address(char c)
{
	return char_is_alnum(c) || (c != '\0' && strchr(".!#$%&*+-/=?^_`{|}~@", c));
}

/* "/etc/exim/deny", where a word begins; a link has its scheme before it. */
static size_t
path_at(struct str s)
{
	size_t n = 1;
	bool deep = false;

	if (s.n < 2 || s.p[0] != '/' || !char_is_alnum(s.p[1]))
		return 0;
	for (; n < s.n && (char_is_alnum(s.p[n]) || (s.p[n] != '\0' && strchr("/._-", s.p[n])));
	     n++)
		deep |= s.p[n] == '/';
	return deep ? n : 0;
}

/* --- other recipients --- */

#define BLANK "[another recipient]"

/* Of each byte whether it is shown. */
enum shown { SHOWN, HIDDEN_FIRST, HIDDEN };

static bool
goes_on(struct str text, size_t at)
{
	char c = at < text.n ? text.p[at] : '\0';

	return char_is_alnum(c) || c == '_' || c == '-' ||
	       (c == '.' && at + 1 < text.n && char_is_alnum(text.p[at + 1]));
}

/* Signs before an address do not belong to it ("rcpt=a@b", "'a@b'"), though they might. */
static void
hide(struct str text, struct str address, bool encoded, char *shown)
{
	size_t at = 0;

	if (address.n == 0 || address.n > ADDRESS_BYTES_MOST)
		return;
	while ((at = str_find_nocase(text, address, at)) != STR_NPOS) {
		char before = at > 0 ? text.p[at - 1] : ' ';
		bool inside = char_is_alnum(before) || before == '.' || before == '_' ||
			      (before == '-' && !encoded);

		if (!inside && !goes_on(text, at + address.n)) {
			memset(shown + at, HIDDEN, address.n);
			shown[at] = HIDDEN_FIRST;
		}
		at++;
	}
}

/* An address of the session that is not the asked one's, also as a list's sender holds it. */
static void
hide_another(const struct explain_facts *f, struct str text, struct str address, char *shown)
{
	char encoded[ADDRESS_BYTES_MOST];
	size_t sign = str_rfind_char(address, '@');

	if (str_eq_nocase(address, f->s->sender))
		return;
	hide(text, address, false, shown);
	if (sign == STR_NPOS || address.n > sizeof(encoded))
		return;
	memcpy(encoded, address.p, address.n);
	encoded[sign] = '=';
	hide(text, (struct str){ encoded, address.n }, true, shown);
}

static char *
what_is_shown(const struct explain_facts *f, struct str text)
{
	char *shown = arena_zalloc(f->arena, text.n + 1);

	for (size_t i = 0; i < f->s->n_recipients; i++) {
		const struct recipient *r = &f->s->recipients[i];
		bool asked = str_eq_nocase(r->address, f->address) ||
			     str_eq_nocase(r->original, f->address) || r == f->recipient;

		if (asked)
			continue;
		hide_another(f, text, r->address, shown);
		hide_another(f, text, r->original, shown);
	}
	return shown;
}

struct str
explain_reply_text(const struct explain_facts *f, struct str text, size_t most)
{
	struct strbuf b;

	text = str_slice(text, 0, 4 * most);
	const char *shown = what_is_shown(f, text);
	strbuf_init(&b, 8 * most);
	for (size_t at = 0; at < text.n;) {
		bool begins = at == 0 || (!in_address(text.p[at - 1]) && text.p[at - 1] != ':');
		size_t path = begins ? path_at(str_skip(text, at)) : 0;

		if (path > 0)
			strbuf_add_text(&b, "…");
		else if (shown[at] == HIDDEN_FIRST)
			strbuf_add_text(&b, BLANK);
		else if (shown[at] == SHOWN)
			strbuf_add_char(&b, text.p[at]);
		at += path > 0 ? path : 1;
	}
	struct str out = explain_clean(strbuf_str(&b), most, f->arena);
	strbuf_release(&b);
	return out;
}

struct str
explain_reply(const struct explain_facts *f, size_t most)
{
	struct arena *a = f->arena;
	struct str enhanced = enhanced_text(f->reply.enhanced, a);
	char *line = arena_alloc(a, f->reply.text.n + 1);

	for (size_t i = 0; i < f->reply.text.n; i++)
		line[i] = f->reply.text.p[i] == '\n' ? ' ' : f->reply.text.p[i];
	struct str text = explain_reply_text(f, (struct str){ line, f->reply.text.n }, most);
	struct str code = f->reply.code != 0 && f->reply.code_logged
				  ? arena_printf(a, "%u ", (unsigned)f->reply.code)
				  : STR("");
	return str_trim(arena_printf(a, "%.*s%.*s%s%.*s", STR_ARG(code), STR_ARG(enhanced),
				     enhanced.n ? " " : "", STR_ARG(text)));
}

/* "score=15.0", "tests=[A, B]", not "https://host/?ip=192.0.2.1" or "bounces=17=a@host": a word and a figure. */
static bool
is_figure(struct str text, size_t equals)
{
	size_t begin = equals;

	while (begin > 0 && char_is_alpha(text.p[begin - 1]))
		begin--;
	return begin < equals && (begin == 0 || text.p[begin - 1] == ' ') && equals + 1 < text.n &&
	       (char_is_digit(text.p[equals + 1]) || text.p[equals + 1] == '[');
}

/* What only a log has: paths, figures, the names of its own parts, lists of arguments. */
static bool
is_for_the_log(struct str text)
{
	if (str_find(text, STR("ACL"), 0) != STR_NPOS)
		return true;
	for (size_t i = 0; i < text.n; i++) {
		if (path_at(str_skip(text, i)) > 0 &&
		    (i == 0 || (!in_address(text.p[i - 1]) && text.p[i - 1] != ':')))
			return true;
		if (text.p[i] == '=' && is_figure(text, i))
			return true;
		if (text.p[i] == ',' && i + 1 < text.n && in_address(text.p[i + 1]))
			return true;
	}
	return false;
}

bool
explain_was_said(const struct explain_facts *f)
{
	const struct reply *r = &f->reply;

	if (r->text.n == 0)
		return false;
	return r->text_logged || (f->class != CLASS_TROUBLE && !is_for_the_log(r->text));
}

/* --- times and hosts ------------------------------------------------------------------------ */

static const char *const months[] = { "January",   "February", "March",    "April",
				      "May",       "June",     "July",     "August",
				      "September", "October",  "November", "December" };

static void
local_time(const struct zone *z, int64_t time_us, struct civil *out)
{
	civil_from_us(time_us + zone_offset_s(z, time_us) * US_PER_SECOND, out);
}

struct str
explain_when(const struct explain_facts *f, int64_t time_us)
{
	static const char *const days[] = { "Thursday", "Friday",  "Saturday", "Sunday",
					    "Monday",   "Tuesday", "Wednesday" };
	const struct zone *z = f->q->zone ? f->q->zone : zone_utc();
	struct civil c;

	local_time(z, time_us, &c);
	int64_t day = civil_days(c.year, c.month, c.day) % 7; /* 1970-01-01 was a Thursday */
	return arena_printf(f->arena, "%s, %d %s %d, at %02d:%02d (%.*s)",
			    days[day < 0 ? day + 7 : day], c.day, months[c.month - 1], c.year,
			    c.hour, c.minute, STR_ARG(zone_label(z, time_us, f->arena)));
}

struct str
explain_moment(const struct explain_facts *f, int64_t time_us)
{
	const struct zone *z = f->q->zone ? f->q->zone : zone_utc();
	struct civil c, day;

	local_time(z, time_us, &c);
	local_time(z, f->time_us, &day);
	if (c.year == day.year && c.month == day.month && c.day == day.day)
		return arena_printf(f->arena, "%02d:%02d", c.hour, c.minute);
	return arena_printf(f->arena, "%02d:%02d on %d %s %d", c.hour, c.minute, c.day,
			    months[c.month - 1], c.year);
}

struct str
explain_stamp(const struct zone *z, int64_t time_us, struct arena *a)
{
	struct civil c;
	int offset = zone_offset_s(z, time_us);
	int minutes = (offset < 0 ? -offset : offset) / 60;

	local_time(z, time_us, &c);
	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d %c%02d:%02d", c.year, c.month, c.day,
			    c.hour, c.minute, c.second, offset < 0 ? '-' : '+', minutes / 60,
			    minutes % 60);
}

struct str
explain_host(struct str name, struct str ip, struct arena *a)
{
	name = explain_clean(name, ADDRESS_BYTES_MOST, a);
	ip = explain_clean(ip, ADDRESS_BYTES_MOST, a);
	if (name.n == 0 || ip.n == 0)
		return name.n > 0 ? name : ip;
	return arena_printf(a, "%.*s (%.*s)", STR_ARG(name), STR_ARG(ip));
}

/* A name that can mean something to strangers: not "mx1", not "mx1.local". */
static bool
is_public_name(struct str name)
{
	static const char *const inner[] = { ".local",    ".localdomain", ".lan",
					     ".internal", ".intern",      ".home.arpa" };

	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
		if (str_ends(name, str_from(inner[i])))
			return false;
	return str_find_char(name, '.', 0) != STR_NPOS;
}

/* "mx1" is how we call it; the configuration may know how the world does. */
struct str
explain_gateway_host(const struct explain_facts *f)
{
	const struct ours *o = f->q->ours;
	struct str name = f->s->gateway_name, found = STR("");
	size_t n_public = 0, n_labels = 0;

	if (is_public_name(name))
		return explain_clean(name, ADDRESS_BYTES_MOST, f->arena);
	for (size_t i = 0; o && i < o->n_hosts; i++) {
		struct str host = o->hosts[i];

		if (!is_public_name(host)) {
			n_labels++;
			continue;
		}
		if (name.n > 0 && str_starts_nocase(host, name) && host.n > name.n &&
		    host.p[name.n] == '.')
			return explain_clean(host, ADDRESS_BYTES_MOST, f->arena);
		n_public++;
		found = host;
	}
	/* One gateway and one name: they belong together. */
	return n_public == 1 && n_labels <= 1 ? explain_clean(found, ADDRESS_BYTES_MOST, f->arena)
					      : STR("");
}

struct str
explain_gateway(const struct explain_facts *f)
{
	struct str host = explain_gateway_host(f);
	struct str label = explain_clean(f->s->gateway_name, ADDRESS_BYTES_MOST, f->arena);

	if (host.n > 0)
		return arena_printf(f->arena, " %.*s", STR_ARG(host));
	return label.n > 0 ? arena_printf(f->arena, " (%.*s in our logs)", STR_ARG(label))
			   : STR("");
}

/* --- wrapping ------------------------------------------------------------------------------- */

void
explain_wrap(struct strbuf *out, struct str text, size_t indent)
{
	size_t col = 0;

	for (size_t at = 0; at < text.n;) {
		size_t end = str_find_char(text, ' ', at);
		struct str word = str_slice(text, at, end);
		size_t cells = utf8_width(word);

		if (col > indent && col + 1 + cells > WRAP_COLS) {
			strbuf_add_char(out, '\n');
			for (col = 0; col < indent; col++)
				strbuf_add_char(out, ' ');
		} else if (at > 0 && col > 0) {
			strbuf_add_char(out, ' ');
			col++;
		}
		strbuf_add(out, word);
		col += cells;
		at = end == STR_NPOS ? text.n : end + 1;
	}
	strbuf_add_char(out, '\n');
}
