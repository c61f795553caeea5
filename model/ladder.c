/* SPDX-License-Identifier: MIT */
/*
 * ladder: see the header. Rows stand in the order of the conversation; within a stage by time.
 * A stage that no line times, but that must have been passed (a sender is known, so MAIL was said),
 * becomes an implied row without a time: absence of evidence is never printed as evidence.
 */
#include "model/ladder.h"

#include <stdlib.h>

#include "base/hash.h"

#define REMARK_UNTIMED  STR("time not logged")
#define REMARK_INFERRED STR("code assumed, not logged")

/* Where a row stands; deliveries, notes and the end of the queue follow each other by time. */
enum phase {
	PHASE_CONNECT,
	PHASE_HELO,
	PHASE_MAIL,
	PHASE_RCPT,
	PHASE_SCAN, /* what was noted before the answer to DATA */
	PHASE_DATA,
	PHASE_AFTER,
};

struct sorted_row {
	struct ladder_row row;
	enum phase phase;
	size_t seen; /* keeps rows of one moment in the order found */
};

struct builder {
	struct sorted_row *rows;
	size_t n, cap;
	struct u64_table by_content; /* hash → row: sessions may have 100 000 of them */
	struct u64_table rcpt;       /* addresses that have a RCPT row */
	struct arena *arena;
	int64_t arrived_us; /* first; INT64_MAX: never */
	int64_t decided_us; /* when DATA was answered; TIME_NONE: it was not */
};

static const char *
label_of_stage(enum stage s)
{
	static const char *const labels[STAGE_COUNT] = {
		[STAGE_NONE] = "note",         [STAGE_CONNECT] = "connect", [STAGE_HELO] = "HELO",
		[STAGE_MAIL] = "MAIL",         [STAGE_RCPT] = "RCPT",       [STAGE_DATA] = "DATA",
		[STAGE_DELIVERY] = "delivery",
	};

	return (unsigned)s < STAGE_COUNT ? labels[s] : "";
}

static enum phase
phase_of_stage(enum stage s)
{
	switch (s) {
	case STAGE_CONNECT:
		return PHASE_CONNECT;
	case STAGE_HELO:
		return PHASE_HELO;
	case STAGE_MAIL:
		return PHASE_MAIL;
	case STAGE_RCPT:
		return PHASE_RCPT;
	case STAGE_DATA:
		return PHASE_DATA;
	default:
		return PHASE_AFTER;
	}
}

static bool
same_row(const struct ladder_row *a, const struct ladder_row *b)
{
	return a->time_us == b->time_us && a->stage == b->stage && a->kind == b->kind &&
	       str_eq(a->what, b->what) && str_eq(a->answer, b->answer);
}

static uint64_t
row_hash(const struct ladder_row *r)
{
	uint64_t h = hash_mix((uint64_t)r->time_us, (uint64_t)r->stage * 64 + (uint64_t)r->kind);

	return hash_mix(hash_bytes(r->what, h), hash_bytes(r->answer, 1));
}

static void
add_row(struct builder *b, enum phase phase, struct ladder_row row)
{
	uint64_t hash = row_hash(&row);
	const uint64_t *at = u64_table_get(&b->by_content, hash);

	if (at && same_row(&b->rows[*at].row, &row))
		return; /* the same event, logged in another place */
	u64_table_put(&b->by_content, hash, b->n);
	if (row.stage == STAGE_RCPT)
		u64_table_put(&b->rcpt, hash_bytes(row.what, 0), 1);
	b->rows = mem_grow(b->rows, &b->cap, b->n + 1, sizeof(*b->rows));
	b->rows[b->n] = (struct sorted_row){ row, phase, b->n };
	b->n++;
}

static struct str
reply_line(struct arena *a, const struct reply *r)
{
	struct str enhanced = enhanced_text(r->enhanced, a);

	if (r->code == 0)
		return r->text;
	return arena_printf(a, "%u%s%.*s%s%.*s", (unsigned)r->code, enhanced.n ? " " : "",
			    STR_ARG(enhanced), r->text.n ? " " : "", STR_ARG(r->text));
}

static struct str
reply_remark(const struct reply *r)
{
	return r->code != 0 && !r->code_logged ? REMARK_INFERRED : (struct str){ "", 0 };
}

static struct str
peer_text(struct arena *a, struct str ip, unsigned port, struct str host)
{
	struct str where = port ? arena_printf(a, "%.*s:%u", STR_ARG(ip), port) : ip;

	return host.n ? arena_printf(a, "%.*s  %.*s", STR_ARG(where), STR_ARG(host)) : where;
}

static struct str
sender_text(struct str sender)
{
	return sender.n ? sender : STR("<>");
}

static struct str
subject_of_refusal(struct builder *b, const struct fragment *f)
{
	switch (f->stage) {
	case STAGE_CONNECT:
		return peer_text(b->arena, f->peer_ip, f->peer_port, f->peer_host);
	case STAGE_HELO:
		return f->helo;
	case STAGE_MAIL:
		return f->has_sender ? sender_text(f->sender) : (struct str){ "", 0 };
	case STAGE_RCPT:
		return f->n_recipients ? f->recipients[0].address : (struct str){ "", 0 };
	default:
		return (struct str){ "", 0 };
	}
}

/* What a restriction looked at, when it stood at another stage: Postfix judges most at RCPT. */
static const char *
about_text(const struct fragment *f)
{
	static const char *const texts[STAGE_COUNT] = {
		[STAGE_CONNECT] = "about the client", [STAGE_HELO] = "about the HELO name",
		[STAGE_MAIL] = "about the sender",    [STAGE_RCPT] = "about the recipient",
		[STAGE_DATA] = "about the content",
	};

	return f->about != f->stage && texts[f->about] ? texts[f->about] : "";
}

static struct str
refusal_remark(struct arena *a, const struct fragment *f)
{
	struct str about = str_from(about_text(f)), inferred = reply_remark(&f->reply);

	if (about.n == 0 || inferred.n == 0)
		return about.n > 0 ? about : inferred;
	return arena_printf(a, "%.*s; %.*s", STR_ARG(about), STR_ARG(inferred));
}

static void
refusal_row(struct builder *b, const struct fragment *f)
{
	add_row(b, phase_of_stage(f->stage),
		(struct ladder_row){ .time_us = f->time_us,
				     .stage = f->stage,
				     .label = label_of_stage(f->stage),
				     .what = subject_of_refusal(b, f),
				     .answer = reply_line(b->arena, &f->reply),
				     .verdict = f->verdict,
				     .remark = refusal_remark(b->arena, f),
				     .kind = f->kind });
}

static void
arrival_row(struct builder *b, const struct fragment *f)
{
	struct str answer = f->reply.code ? reply_line(b->arena, &f->reply)
					  : str_from(verdict_text(f->verdict));

	add_row(b, PHASE_DATA,
		(struct ladder_row){ .time_us = f->time_us,
				     .stage = STAGE_DATA,
				     .label = "DATA",
				     .what = f->id,
				     .answer = answer,
				     .verdict = f->verdict,
				     .remark = reply_remark(&f->reply),
				     .kind = f->kind });
}

static struct str
delivery_target(struct arena *a, const struct recipient *r)
{
	if (r->remote_host.n > 0)
		return arena_printf(a, "%.*s via %.*s", STR_ARG(r->address),
				    STR_ARG(r->remote_host));
	if (r->transport.n > 0)
		return arena_printf(a, "%.*s by %.*s", STR_ARG(r->address), STR_ARG(r->transport));
	return r->address;
}

static void
delivery_rows(struct builder *b, const struct fragment *f)
{
	for (size_t i = 0; i < f->n_recipients; i++) {
		const struct recipient *r = &f->recipients[i];
		struct str answer = reply_line(b->arena, &r->reply);

		add_row(b, PHASE_AFTER,
			(struct ladder_row){
				.time_us = f->time_us,
				.stage = STAGE_DELIVERY,
				.label = "delivery",
				.what = delivery_target(b->arena, r),
				.answer = answer.n ? answer : str_from(verdict_text(r->verdict)),
				.verdict = r->verdict,
				.remark = r->verdict != VERDICT_ACCEPTED &&
							  r->stage != STAGE_NONE &&
							  r->stage != STAGE_DELIVERY
						  ? arena_printf(b->arena, "at their %s",
								 label_of_stage(r->stage))
						  : (struct str){ "", 0 },
				.kind = f->kind });
	}
}

static void
note_row(struct builder *b, const struct fragment *f, const char *label)
{
	bool before = b->decided_us != TIME_NONE && f->time_us <= b->decided_us &&
		      f->kind != FRAGMENT_COMPLETED && f->kind != FRAGMENT_ATTEMPT &&
		      f->kind != FRAGMENT_DISCONNECTED;

	add_row(b, before ? PHASE_SCAN : PHASE_AFTER,
		(struct ladder_row){
			.time_us = f->time_us, .label = label, .what = f->text, .kind = f->kind });
}

static void
logged_row(struct builder *b, const struct fragment *f)
{
	switch (f->kind) {
	case FRAGMENT_CONNECTED:
		add_row(b, PHASE_CONNECT,
			(struct ladder_row){
				.time_us = f->time_us,
				.stage = STAGE_CONNECT,
				.label = "connect",
				.what = peer_text(b->arena, f->peer_ip, f->peer_port, f->peer_host),
				.kind = f->kind });
		break;
	case FRAGMENT_REFUSED:
		refusal_row(b, f);
		break;
	case FRAGMENT_RESCINDED:
		if (f->reply.code != 0)
			refusal_row(b, f);
		else
			note_row(b, f, fragment_kind_text(f->kind));
		break;
	case FRAGMENT_ARRIVED:
		/* Postfix says it again with each attempt at delivery. */
		if (f->time_us > b->arrived_us)
			note_row(b, f, "queue");
		else
			arrival_row(b, f);
		break;
	case FRAGMENT_DISCONNECTED:
		note_row(b, f, "closed");
		break;
	case FRAGMENT_DELIVERED:
	case FRAGMENT_FAILED:
	case FRAGMENT_POSTPONED:
		if (f->n_recipients > 0)
			delivery_rows(b, f);
		else
			note_row(b, f, "queue"); /* expired: it names nobody */
		break;
	case FRAGMENT_COMPLETED:
		note_row(b, f, "queue");
		break;
	default:
		note_row(b, f, fragment_kind_text(f->kind));
		break;
	}
}

/* --- what must have happened, too --- */

static bool
has_stage(const struct builder *b, enum stage s)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->rows[i].row.stage == s)
			return true;
	return false;
}

static void
implied_row(struct builder *b, enum stage s, struct str what, struct str answer)
{
	add_row(b, phase_of_stage(s),
		(struct ladder_row){ .time_us = TIME_NONE,
				     .stage = s,
				     .label = label_of_stage(s),
				     .what = what,
				     .answer = answer,
				     .implied = true,
				     .remark = REMARK_UNTIMED });
}

static void
implied_rows(struct builder *b, const struct session *s)
{
	if (s->peer_ip.n > 0 && !has_stage(b, STAGE_CONNECT))
		implied_row(b, STAGE_CONNECT,
			    peer_text(b->arena, s->peer_ip, s->peer_port, s->peer_host),
			    (struct str){ "", 0 });
	if (s->helo.n > 0 && !has_stage(b, STAGE_HELO))
		implied_row(b, STAGE_HELO, s->helo, (struct str){ "", 0 });
	if (s->has_sender && s->peer_ip.n > 0 && !has_stage(b, STAGE_MAIL))
		implied_row(b, STAGE_MAIL, sender_text(s->sender), (struct str){ "", 0 });
	if (s->peer_ip.n == 0)
		return;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];
		struct str said = r->original.n > 0 ? r->original : r->address;

		if (!u64_table_get(&b->rcpt, hash_bytes(said, 0)))
			implied_row(b, STAGE_RCPT, said, (struct str){ "", 0 });
	}
}

static int
row_cmp(const void *pa, const void *pb)
{
	const struct sorted_row *a = pa, *b = pb;

	if (a->phase != b->phase)
		return (int)a->phase - (int)b->phase;
	if (a->row.time_us != b->row.time_us)
		return a->row.time_us < b->row.time_us ? -1 : 1;
	return a->seen < b->seen ? -1 : a->seen > b->seen;
}

static void
find_decision(struct builder *b, const struct fragment *const *fragments, size_t n)
{
	b->arrived_us = INT64_MAX;
	b->decided_us = TIME_NONE;
	for (size_t i = 0; i < n; i++) {
		const struct fragment *f = fragments[i];

		if (f->kind == FRAGMENT_ARRIVED && f->time_us < b->arrived_us)
			b->arrived_us = f->time_us;
		if (f->kind == FRAGMENT_REFUSED && f->stage == STAGE_DATA &&
		    f->time_us > b->decided_us)
			b->decided_us = f->time_us;
	}
	if (b->arrived_us != INT64_MAX && b->arrived_us > b->decided_us)
		b->decided_us = b->arrived_us;
}

void
ladder_build(const struct session *s, const struct fragment *const *fragments, size_t n,
	     struct arena *a, struct ladder *out)
{
	struct builder b = { .arena = a };

	find_decision(&b, fragments, n);
	for (size_t i = 0; i < n; i++)
		logged_row(&b, fragments[i]);
	implied_rows(&b, s);
	if (b.n > 1)
		qsort(b.rows, b.n, sizeof(*b.rows), row_cmp);
	out->rows = arena_alloc(a, (b.n + 1) * sizeof(*out->rows));
	out->n = b.n;
	for (size_t i = 0; i < b.n; i++)
		out->rows[i] = b.rows[i].row;
	free(b.rows);
	u64_table_release(&b.by_content);
	u64_table_release(&b.rcpt);
}
