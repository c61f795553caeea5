/* SPDX-License-Identifier: MIT */
/* story_ask: what a trace asks for, and what comes near it. */
#include "base/civil.h"
#include "model/address.h"
#include "model/story_plan.h"

static struct str
without_marks(struct str s, const char *before, const char *behind)
{
	while (s.n > 0 && strchr(before, s.p[0]))
		s = str_skip(s, 1);
	while (s.n > 0 && strchr(behind, s.p[s.n - 1]))
		s.n--;
	return s;
}

/* What mail programs put around an address: `"Ann, X" <ann@…>`, `Ann [mailto:ann@…]`, `ann@… (Ann)`. */
static struct str
bare_address(struct str text)
{
	text = without_marks(text, " ", " ,;");
	size_t open = str_rfind_char(text, '<');
	if (open == STR_NPOS)
		open = str_rfind_char(text, '[');
	if (open != STR_NPOS && text.n > 0 && strchr(">]", text.p[text.n - 1])) {
		/* Of several, none is meant. */
		if (str_find_char(text, '<', 0) < open)
			return (struct str){ "", 0 };
		text = str_slice(text, open + 1, text.n - 1);
	} else if (text.n > 0 && text.p[text.n - 1] == ')') {
		text = str_trim(str_slice(text, 0, str_find_char(text, '(', 0)));
	}
	if (str_starts_nocase(text, STR("mailto:"))) {
		text = str_skip(text, 7);
		text = str_slice(text, 0, str_find_char(text, '?', 0));
	}
	return without_marks(text, "'\"", "'\"");
}

bool
trace_address(struct str text, bool sender, struct str *out)
{
	text = str_trim(text);
	if (sender && str_eq(text, STR("<>"))) {
		*out = text;
		return true;
	}
	text = bare_address(text);
	*out = text;
	size_t at = str_rfind_char(text, '@');
	return text.n <= ADDRESS_MAX && at != STR_NPOS && at + 1 < text.n &&
	       str_find_char(text, ' ', 0) == STR_NPOS && str_find_char(text, '<', 0) == STR_NPOS;
}

static bool
is_null_sender(struct str from)
{
	return str_eq(from, STR("<>"));
}

bool
trace_is_whole(struct str address)
{
	return address.n > 0 && !address_is_domain(address) && !is_null_sender(address);
}

bool
trace_is_sender(const struct trace_ask *ask, const struct session *s)
{
	char buffer[ADDRESS_MAX];

	if (ask->from.n == 0)
		return true;
	if (is_null_sender(ask->from))
		return s->has_sender && s->sender.n == 0;
	if (address_matches(s->sender, ask->from) ||
	    address_matches(address_unwrap(s->sender, buffer), ask->from))
		return true;
	size_t at = str_find_nocase(s->header_from, ask->from, 0);
	if (at == STR_NPOS)
		return false;
	/* "Ann <ann@isp.example>": the address, not the end or the beginning of a longer one. */
	size_t end = at + ask->from.n;
	bool begins = at == 0 || address_is_domain(ask->from) ||
		      strchr(" <\"(,:", s->header_from.p[at - 1]);
	return begins && (end == s->header_from.n || strchr(" >\"),;", s->header_from.p[end]));
}

bool
trace_is_recipient(const struct trace_ask *ask, const struct session *s)
{
	char buffer[ADDRESS_MAX];

	if (ask->to.n == 0)
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		if (address_matches(r->address, ask->to) || address_matches(r->original, ask->to) ||
		    address_matches(address_unwrap(r->address, buffer), ask->to))
			return true;
	}
	return false;
}

bool
trace_is_house(struct str b, struct str a)
{
	struct str x = address_domain(a),
		   y = address_is_domain(b) ? str_skip(b, 1) : address_domain(b);
	struct str longer = x.n > y.n ? x : y, shorter = x.n > y.n ? y : x;

	if (shorter.n == 0 || !str_eq_nocase(str_skip(longer, longer.n - shorter.n), shorter))
		return false;
	return longer.n == shorter.n || longer.p[longer.n - shorter.n - 1] == '.';
}

/* At most one letter more, less or other, or two exchanged; and not equal. */
static bool
trace_is_nearly(struct str a, struct str b)
{
	size_t head = 0, tail = 0;

	while (head < a.n && head < b.n && char_lower(a.p[head]) == char_lower(b.p[head]))
		head++;
	while (tail < a.n - head && tail < b.n - head &&
	       char_lower(a.p[a.n - 1 - tail]) == char_lower(b.p[b.n - 1 - tail]))
		tail++;
	size_t x = a.n - head - tail, y = b.n - head - tail;
	if (x == 2 && y == 2)
		return char_lower(a.p[head]) == char_lower(b.p[head + 1]) &&
		       char_lower(a.p[head + 1]) == char_lower(b.p[head]);
	return x + y > 0 && x <= 1 && y <= 1;
}

bool
trace_is_unknown(const struct trace_ask *ask, const struct trace_miss *m, bool sender)
{
	bool timed = ask->time_us != TIME_NONE, both = ask->from.n > 0 && ask->to.n > 0;
	uint64_t seen =
		(sender ? m->from_count + m->from_ever : m->to_count + m->to_ever) + m->pair_ever;

	return trace_is_whole(sender ? ask->from : ask->to) && seen == 0 &&
	       (!timed || !both || (sender ? m->from_asked_ever : m->to_asked_ever));
}

static void
note(struct trace_miss *m, const struct trace_ask *ask, bool sender, struct str address)
{
	struct str asked = sender ? ask->from : ask->to;

	if (m->n_nearly == sizeof(m->nearly) / sizeof(m->nearly[0]) || !trace_is_whole(asked) ||
	    !trace_is_nearly(asked, address))
		return;
	for (size_t i = 0; i < m->n_nearly; i++)
		if (m->nearly[i].sender == sender && str_eq_nocase(m->nearly[i].address, address))
			return;
	m->nearly[m->n_nearly++] = (struct trace_nearly){ address, sender };
}

void
trace_note_nearly(struct trace_miss *m, const struct trace_ask *ask, const struct session *s)
{
	note(m, ask, true, s->sender);
	for (size_t i = 0; i < s->n_recipients; i++) {
		/* What we refused as unknown is no address that exists. */
		if (s->recipients[i].verdict == VERDICT_REJECTED)
			continue;
		note(m, ask, false, s->recipients[i].address);
		note(m, ask, false, s->recipients[i].original);
	}
}
