/* SPDX-License-Identifier: MIT */
/*
 * exim_arrival: "<=" and "(=" lines (FORMATS §1.3, §1.4; Exim src/receive.c). A fake reject "(=" is
 * kept and delivered although the client was told 550. Recipients are named only with
 * +received_recipients; what becomes of them is on other lines.
 */
#include "importers/exim_line.h"

/* Only what Exim itself puts behind the host counts as the line going on. */
static bool
is_arrival_rest(struct str rest)
{
	struct exim_fields x;

	exim_fields(&rest, false, &x);
	return x.p.n > 0 && x.size.n > 0 && rest.n == 0;
}

static uint64_t
number(struct str s)
{
	uint64_t v;

	return str_to_u64(s, &v) ? v : 0;
}

static void
set_verdict(struct fragment *f, bool fake)
{
	f->stage = STAGE_DATA;
	f->verdict = fake ? VERDICT_REJECTED : VERDICT_ACCEPTED;
	f->reply.code = fake ? 550 : 250;
	if (fake)
		f->about = STAGE_DATA;
}

static void
set_message(struct exim_line *l, const struct exim_fields *x)
{
	struct fragment *f = l->f;

	f->size_bytes = number(x->size);
	f->subject = exim_unescape(x->t, l->scratch);
	fragment_add_identifier(f, ID_ROLE_MESSAGE_ID, x->id);
	fragment_add_identifier(f, ID_ROLE_PARENT, x->r);
	if (x->list.n > 0)
		exim_recipients(x->list, l);
}

enum line_class
exim_arrival(struct exim_line *l)
{
	struct str s = l->text, sender;
	struct fragment *f = l->f;
	struct exim_fields x;
	bool fake = s.p[0] == '(';

	s = str_skip(s, 3);
	if (!exim_take_address(&s, &sender))
		return LINE_UNKNOWN;
	f->kind = FRAGMENT_ARRIVED;
	f->has_sender = true;
	f->sender = sender;
	exim_fields(&s, false, &x);
	if (take(&s, STR(" H="))) {
		if (!exim_take_peer(&s, is_arrival_rest, f))
			return LINE_UNKNOWN;
		if (l->keys_only)
			return LINE_UNDERSTOOD;
		exim_imply_helo(f);
		exim_more_fields(&s, false, &x);
	}
	exim_set_fields(f, &x);
	set_message(l, &x);
	set_verdict(f, fake);
	return LINE_UNDERSTOOD;
}
