/* SPDX-License-Identifier: MIT */
/* refusal: see the header. */
#include "importers/refusal.h"

#include "importers/score_text.h"

/* --- what a text is about --------------------------------------------------------------------- */

struct about {
	struct str words;
	enum stage about;
};

/* Lower-case heads of words; the first that stands in the text decides. */
static const struct about abouts[] = {
	{ { "sender verif", 12 }, STAGE_MAIL },
	{ { "sender address", 14 }, STAGE_MAIL },
	{ { "sender domain", 13 }, STAGE_MAIL },
	{ { "sender black", 12 }, STAGE_MAIL },
	{ { "sender reject", 13 }, STAGE_MAIL },
	{ { "envelope sender", 15 }, STAGE_MAIL },
	{ { "spf", 3 }, STAGE_MAIL },
	{ { "in a black list at", 18 }, STAGE_CONNECT },
	{ { "blocked using", 13 }, STAGE_CONNECT },
	{ { "listed at", 9 }, STAGE_CONNECT },
	{ { "listed by", 9 }, STAGE_CONNECT },
	{ { "dnsbl", 5 }, STAGE_CONNECT },
	{ { "dnswl", 5 }, STAGE_CONNECT },
	{ { "rbl", 3 }, STAGE_CONNECT },
	{ { "client host", 11 }, STAGE_CONNECT },
	{ { "reverse dns", 11 }, STAGE_CONNECT },
	{ { "rdns", 4 }, STAGE_CONNECT },
	{ { "ptr record", 10 }, STAGE_CONNECT },
	{ { "helo", 4 }, STAGE_HELO },
	{ { "ehlo", 4 }, STAGE_HELO },
};

/* rhsbl and dbl zones list domains, not hosts: "@d listed at dbl.…" is about the sender. */
static bool
is_domain_list(struct str text)
{
	return str_find(text, STR("rhsbl"), 0) != STR_NPOS ||
	       str_find(text, STR("dbl."), 0) != STR_NPOS;
}

/* Heads of the words in the table: b c d e h i l p r s. */
#define HEADS                                                                                 \
	(1u << 'b' % 32 | 1u << 'c' % 32 | 1u << 'd' % 32 | 1u << 'e' % 32 | 1u << 'h' % 32 | \
	 1u << 'i' % 32 | 1u << 'l' % 32 | 1u << 'p' % 32 | 1u << 'r' % 32 | 1u << 's' % 32)

static const struct about *
find_about(struct str rest)
{
	char first = char_lower(rest.p[0]), second = rest.n > 1 ? char_lower(rest.p[1]) : '\0';

	for (size_t k = 0; k < sizeof(abouts) / sizeof(abouts[0]); k++) {
		const struct about *a = &abouts[k];

		if (a->words.p[0] == first && a->words.p[1] == second &&
		    str_starts_nocase(rest, a->words))
			return a;
	}
	return NULL;
}

enum stage
refusal_about(enum stage stage, struct str text)
{
	bool inside = false; /* a word */

	if (stage != STAGE_MAIL && stage != STAGE_RCPT)
		return stage;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool head = !inside;
		const struct about *a;

		inside = char_is_alnum(c);
		if (!head || !inside || (HEADS >> (c & 31) & 1) == 0)
			continue;
		a = find_about(str_skip(text, i));
		if (a)
			return a->about == STAGE_CONNECT && is_domain_list(text) ? STAGE_MAIL
										 : a->about;
	}
	return stage;
}

/* --- what else it says ------------------------------------------------------------------------ */

void
fragment_add_identifier(struct fragment *f, enum id_role role, struct str text)
{
	if (text.n == 0 || f->n_identifiers == FRAGMENT_MAX_IDENTIFIERS)
		return;
	for (size_t i = 0; i < f->n_identifiers; i++) {
		if (f->identifiers[i].role == role && str_eq(f->identifiers[i].text, text))
			return;
	}
	f->identifiers[f->n_identifiers++] = (struct identifier){ role, text };
}

void
fragment_add_next_hop(struct fragment *f, struct str text)
{
	size_t at = str_find(text, STR("queued as "), 0), n = 0;
	struct str id;

	if (at != STR_NPOS)
		id = str_skip(text, at + 10);
	else if ((at = str_find(text, STR("id="), 0)) != STR_NPOS)
		id = str_skip(text, at + 3);
	else
		return;
	while (n < id.n &&
	       (char_is_alnum(id.p[n]) || id.p[n] == '-' || id.p[n] == '_' || id.p[n] == '.'))
		n++;
	fragment_add_identifier(f, ID_ROLE_NEXT_HOP, str_slice(id, 0, n));
}

static void
add_reference(void *arg, struct str token)
{
	struct fragment *f = arg;

	if (!str_eq(token, f->id))
		fragment_add_identifier(f, ID_ROLE_REFERENCE, token);
}

void
refusal_read_text(struct fragment *f, struct arena *scratch)
{
	score_text(f->reply.text, scratch, &f->score, NULL);
	reply_references(f->reply.text, add_reference, f);
}

void
refusal_set_recipient(struct fragment *f, struct str address, struct arena *scratch)
{
	struct recipient *r = arena_zalloc(scratch, sizeof(*r));

	r->address = address;
	r->verdict = f->verdict;
	r->stage = f->stage;
	r->reply = f->reply;
	r->time_us = f->time_us;
	f->recipients = r;
	f->n_recipients = 1;
}
