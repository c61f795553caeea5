/* SPDX-License-Identifier: MIT */
/* merge_recipients: see the header; all choices are made on the set, none on arrival. */
#include "model/merge_recipients.h"

#include "base/hash.h"
#include "base/sort.h"

/* Outcomes that end the matter outrank those that do not; the remote's outrank ours. */
static int
outcome_rank(const struct recipient *r)
{
	if (r->by_remote && r->verdict != VERDICT_NONE)
		return r->verdict == VERDICT_DEFERRED ? 3 : 4;
	switch (r->verdict) {
	case VERDICT_NONE:
		return 0;
	case VERDICT_DEFERRED:
		return 1;
	default:
		return 2;
	}
}

static int
recipient_cmp(const void *pa, const void *pb)
{
	const struct recipient *a = pa, *b = pb;

	return str_cmp(a->address, b->address);
}

static bool
replaces(const struct recipient *new, const struct recipient *old)
{
	int rank_new = outcome_rank(new), rank_old = outcome_rank(old);

	if (rank_new != rank_old)
		return rank_new > rank_old;
	if (new->time_us != old->time_us)
		return new->time_us > old->time_us;
	/* The same second: what went well last is what stands. */
	if (new->verdict != old->verdict)
		return new->verdict < old->verdict;
	return str_cmp(new->reply.text, old->reply.text) < 0;
}

/* The remote site spoke: a code, not a failure of our own to reach or please it. */
static bool
remote_spoke(const struct recipient *r)
{
	return r->by_remote && r->reply.code != 0 && (r->remote_host.n > 0 || r->remote_ip.n > 0);
}

/* No attempt was made: the line only repeats that the last one failed. */
static bool
is_no_attempt(const struct recipient *r)
{
	return r->reply.text.n == 0 ||
	       str_starts(r->reply.text, STR("delivery temporarily suspended"));
}

/* "retry timeout exceeded" says nothing of why: what the remote site said last does. */
static void
keep_last_word(struct recipient *outcome, const struct recipient *before)
{
	bool silent = outcome->verdict == VERDICT_REJECTED ||
		      (outcome->verdict == VERDICT_DEFERRED && is_no_attempt(outcome));

	if (!outcome->by_remote || !silent || remote_spoke(outcome) || outcome->remote_host.n > 0 ||
	    before->verdict != VERDICT_DEFERRED || !remote_spoke(before))
		return;
	outcome->reply = before->reply;
	outcome->stage = before->stage;
	outcome->remote_host = before->remote_host;
	outcome->remote_ip = before->remote_ip;
	outcome->transport = before->transport;
}

/* Local parts may differ in case by RFC 5321; in practice they never name two people. */
static struct recipient *
find_recipient(struct recipient *list, size_t n, struct str address)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(list[i].address, address))
			return &list[i];
	return NULL;
}

/* For mailings with thousands of recipients the list is searched through a table. */
struct recipient_index {
	struct recipient *list;
	size_t n;
	struct u64_table table;
};

enum { MANY_RECIPIENTS = 16 };

static struct recipient *
index_find(struct recipient_index *x, struct str address)
{
	const uint64_t *at;

	if (x->n < MANY_RECIPIENTS)
		return find_recipient(x->list, x->n, address);
	at = u64_table_get(&x->table, hash_nocase(address, 0));
	return at ? &x->list[*at] : NULL;
}

static void
index_add(struct recipient_index *x, const struct recipient *r)
{
	x->list[x->n++] = *r;
	if (x->n < MANY_RECIPIENTS)
		return;
	for (size_t i = x->n == MANY_RECIPIENTS ? 0 : x->n - 1; i < x->n; i++)
		u64_table_put(&x->table, hash_nocase(x->list[i].address, 0), i);
}

static void
take_recipient(struct recipient_index *x, struct recipient r, const struct fragment *f)
{
	struct recipient *have;

	if (r.time_us == 0 || r.time_us == TIME_NONE)
		r.time_us = f->time_us;
	if (str_eq_nocase(r.original, r.address))
		r.original = (struct str){ "", 0 };
	have = index_find(x, r.address);
	if (!have) {
		index_add(x, &r);
		return;
	}
	if (replaces(&r, have)) {
		struct str original = r.original.n > 0 ? r.original : have->original;
		struct str address =
			str_cmp(r.address, have->address) < 0 ? r.address : have->address;
		keep_last_word(&r, have);
		*have = r;
		have->original = original;
		have->address = address;
	} else if (have->original.n == 0) {
		have->original = r.original;
	}
}

/* "for a@b" and then "=> c@d <a@b>": a@b was not another recipient. */
static void
drop_aliased(struct recipient_index *x)
{
	struct u64_table originals = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < x->n; i++)
		if (x->list[i].original.n > 0)
			u64_table_put(&originals, hash_nocase(x->list[i].original, 0), i);
	for (size_t i = 0; i < x->n; i++)
		if (x->list[i].verdict != VERDICT_NONE ||
		    !u64_table_get(&originals, hash_nocase(x->list[i].address, 0)))
			x->list[kept++] = x->list[i];
	x->n = kept;
	u64_table_release(&originals);
}

static struct recipient *
in_order(struct recipient *list, size_t n, struct arena *a)
{
	struct sort_key *keys;
	struct recipient *ordered;

	if (n < 2)
		return list;
	keys = arena_alloc(a, 2 * n * sizeof(*keys));
	ordered = arena_alloc(a, n * sizeof(*ordered));
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ sort_prefix(list[i].address), 0, &list[i] };
	sort_by_key(keys, n, keys + n, recipient_cmp);
	for (size_t i = 0; i < n; i++)
		ordered[i] = *(const struct recipient *)keys[i].item;
	return ordered;
}

/* What became of the whole message at DATA became of each of its recipients. */
static void
inherit_outcome(struct recipient *r, const struct session *s)
{
	if (r->verdict != VERDICT_NONE || s->stage != STAGE_DATA)
		return;
	r->verdict = s->verdict;
	r->stage = s->stage;
	r->reply = s->reply;
}

/* "status=expired" names nobody: whoever still waited has failed. */
static void
expire_waiting(struct recipient_index *x, const struct fragment *const *sorted, size_t n)
{
	bool expired = false;

	for (size_t i = 0; i < n; i++)
		expired |= sorted[i]->kind == FRAGMENT_FAILED && sorted[i]->n_recipients == 0 &&
			   sorted[i]->stage == STAGE_DELIVERY;
	for (size_t i = 0; expired && i < x->n; i++)
		if (x->list[i].by_remote && x->list[i].verdict == VERDICT_DEFERRED)
			x->list[i].verdict = VERDICT_REJECTED;
}

void
merge_recipients(const struct fragment *const *sorted, size_t n, struct arena *a,
		 struct session *out)
{
	struct recipient_index x = { 0 };
	size_t cap = 0;
	bool has_original = false;

	for (size_t i = 0; i < n; i++)
		cap += sorted[i]->n_recipients;
	if (cap == 0)
		return;
	x.list = arena_alloc(a, cap * sizeof(*x.list));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sorted[i]->n_recipients; k++) {
			has_original |= sorted[i]->recipients[k].original.n > 0;
			take_recipient(&x, sorted[i]->recipients[k], sorted[i]);
		}
	}
	if (has_original)
		drop_aliased(&x);
	expire_waiting(&x, sorted, n);
	for (size_t i = 0; i < x.n; i++)
		inherit_outcome(&x.list[i], out);
	out->recipients = in_order(x.list, x.n, a);
	out->n_recipients = out->recipients_total = x.n;
	u64_table_release(&x.table);
}
