/* SPDX-License-Identifier: MIT */
/*
 * merge: fragments of one session to the session.
 *
 * Every choice here is made on the *set* of fragments: they are put into a canonical order first,
 * and each fact is then either the first one stated in that order or the greatest under a stated
 * rank. Nothing depends on the order of arrival, and a fragment that is there twice changes
 * nothing. Recipients have a file of their own (merge_recipients.c).
 */
#include "model/merge.h"

#include "base/sort.h"
#include "model/merge_recipients.h"

static int
cmp_number(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* The deliveries of a mailing in one second differ in this. */
static struct str
first_recipient(const struct fragment *f)
{
	return f->n_recipients > 0 ? f->recipients[0].address : (struct str){ "", 0 };
}

static int
cmp_first_recipient(const struct fragment *a, const struct fragment *b)
{
	return str_cmp(first_recipient(a), first_recipient(b));
}

/* By time, then by content: a total order over fragments that state different facts. */
static int
fragment_cmp(const struct fragment *a, const struct fragment *b)
{
	int c;

	if ((c = cmp_number(a->time_us, b->time_us)) != 0 ||
	    (c = cmp_number(a->kind, b->kind)) != 0 || (c = cmp_first_recipient(a, b)) != 0 ||
	    (c = str_cmp(a->id, b->id)) != 0 || (c = cmp_number(a->stage, b->stage)) != 0 ||
	    (c = cmp_number(a->verdict, b->verdict)) != 0 ||
	    (c = str_cmp(a->sender, b->sender)) != 0 ||
	    (c = cmp_number((int64_t)a->n_recipients, (int64_t)b->n_recipients)) != 0)
		return c;
	for (size_t i = 0; i < a->n_recipients; i++)
		if ((c = str_cmp(a->recipients[i].address, b->recipients[i].address)) != 0)
			return c;
	if ((c = str_cmp(a->reply.text, b->reply.text)) != 0 ||
	    (c = str_cmp(a->text, b->text)) != 0 ||
	    (c = str_cmp(a->peer_host, b->peer_host)) != 0 ||
	    (c = str_cmp(a->helo, b->helo)) != 0 || (c = str_cmp(a->peer_ip, b->peer_ip)) != 0 ||
	    (c = str_cmp(a->subject, b->subject)) != 0 ||
	    (c = str_cmp(a->score.symbols, b->score.symbols)) != 0)
		return c;
	if ((c = cmp_number(a->peer_port, b->peer_port)) != 0 ||
	    (c = cmp_number(a->pid, b->pid)) != 0 || (c = cmp_number(a->id_pid, b->id_pid)) != 0 ||
	    (c = str_cmp(a->protocol, b->protocol)) != 0 || (c = str_cmp(a->user, b->user)) != 0 ||
	    (c = str_cmp(a->header_from, b->header_from)) != 0)
		return c;
	return cmp_number(a->score.engine, b->score.engine);
}

static int
fragment_cmp_sorted(const void *a, const void *b)
{
	return fragment_cmp(a, b);
}

/* Seven bytes of the first recipient behind the kind: most comparisons end here. */
static struct sort_key
fragment_key(const struct fragment *f)
{
	return (struct sort_key){ sort_number(f->time_us),
				  (uint64_t)f->kind << 56 | sort_prefix(first_recipient(f)) >> 8,
				  f };
}

static void
sort_fragments(const struct fragment **list, size_t n, struct arena *a)
{
	struct sort_key *keys;

	if (n < 2)
		return;
	keys = arena_alloc(a, 2 * n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = fragment_key(list[i]);
	sort_by_key(keys, n, keys + n, fragment_cmp_sorted);
	for (size_t i = 0; i < n; i++)
		list[i] = keys[i].item;
}

bool
fragment_makes_session(const struct fragment *f)
{
	switch (f->kind) {
	case FRAGMENT_CONNECTED:
	case FRAGMENT_DISCONNECTED:
	case FRAGMENT_NOTE:
		return f->id.n > 0 || f->connection_id.n > 0;
	default:
		return true;
	}
}

static void
first_str(struct str *have, struct str s)
{
	if (have->n == 0)
		*have = s;
}

static void
take_scalars(struct session *s, const struct fragment *f)
{
	first_str(&s->peer_ip, f->peer_ip);
	if (s->peer_port == 0)
		s->peer_port = f->peer_port;
	first_str(&s->peer_host, f->peer_host);
	first_str(&s->helo, f->helo);
	first_str(&s->user, f->user);
	first_str(&s->auth, f->auth);
	first_str(&s->protocol, f->protocol);
	first_str(&s->tls, f->tls);
	first_str(&s->subject, f->subject);
	first_str(&s->header_from, f->header_from);
	if (s->size_bytes < f->size_bytes)
		s->size_bytes = f->size_bytes;
	if (f->has_sender && !s->has_sender) {
		s->has_sender = true;
		s->sender = f->sender;
	}
	s->recipients_incomplete |= f->recipients_incomplete;
}

static void
take_times(struct session *s, const struct fragment *f)
{
	if (f->time_us == TIME_NONE)
		return;
	if (s->start_us == TIME_NONE || f->time_us < s->start_us)
		s->start_us = f->time_us;
	if (s->end_us == TIME_NONE || f->time_us > s->end_us)
		s->end_us = f->time_us;
}

/*
 * Which fragment says what became of the message. An arrival decides, unless rescinded; else the
 * refusal that came furthest in the conversation; among those a final one before a passing one.
 */
static int
decision_rank(const struct fragment *f, bool rescinded)
{
	static const int by_verdict[VERDICT_COUNT] = {
		[VERDICT_REJECTED] = 5, [VERDICT_QUARANTINED] = 4, [VERDICT_DISCARDED] = 3,
		[VERDICT_HELD] = 3,     [VERDICT_DEFERRED] = 2,    [VERDICT_DROPPED] = 1,
		[VERDICT_ACCEPTED] = 0,
	};

	if (f->verdict == VERDICT_NONE)
		return -1;
	if (f->kind == FRAGMENT_ARRIVED)
		return rescinded ? -1 : 1000 + by_verdict[f->verdict];
	if (f->kind == FRAGMENT_RESCINDED)
		return 900;
	if (f->kind != FRAGMENT_REFUSED)
		return -1;
	/* "bad sequence of commands" only follows from an earlier refusal (RFC 5321 §4.2.2). */
	if (f->reply.code == 503)
		return 0;
	return (int)f->stage * 10 + by_verdict[f->verdict];
}

static const struct fragment *
deciding_fragment(const struct fragment *const *fragments, size_t n)
{
	const struct fragment *best = NULL;
	int best_rank = -1;
	bool rescinded = false;

	for (size_t i = 0; i < n; i++)
		rescinded |= fragments[i]->kind == FRAGMENT_RESCINDED;
	for (size_t i = 0; i < n; i++) {
		int rank = decision_rank(fragments[i], rescinded);

		if (rank > best_rank) {
			best = fragments[i];
			best_rank = rank;
		}
	}
	return best;
}

static void
take_decision(struct session *s, const struct fragment *f)
{
	if (!f)
		return;
	s->verdict = f->verdict;
	s->stage = f->stage;
	s->about = f->about != STAGE_NONE ? f->about : f->stage;
	s->reply = f->reply;
}

/* --- identifiers --- */

static int
identifier_cmp(const void *pa, const void *pb)
{
	const struct identifier *a = pa, *b = pb;
	int c = cmp_number(a->role, b->role);

	return c != 0 ? c : str_cmp(a->text, b->text);
}

static void
take_identifiers(struct session *s, const struct fragment *const *fragments, size_t n,
		 struct arena *a)
{
	size_t cap = 0, used = 0;

	for (size_t i = 0; i < n; i++)
		cap += fragments[i]->n_identifiers + 1;
	struct identifier *list = arena_alloc(a, cap * sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		const struct fragment *f = fragments[i];

		if (f->id.n > 0)
			list[used++] = (struct identifier){ ID_ROLE_OWN, f->id };
		for (size_t k = 0; k < f->n_identifiers; k++)
			list[used++] = f->identifiers[k];
	}
	sort_few(list, used, sizeof(*list), identifier_cmp);
	size_t kept = 0;
	for (size_t i = 0; i < used; i++)
		if (kept == 0 || identifier_cmp(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
	s->identifiers = list;
	s->n_identifiers = kept;
}

/* --- scores --- */

static void
fill_score(struct score *have, const struct score *more)
{
	if (more->has_value && (!have->has_value || (have->is_cut && !more->is_cut))) {
		have->has_value = true;
		have->is_cut = more->is_cut;
		have->value = more->value;
	}
	if (!have->has_threshold && more->has_threshold) {
		have->has_threshold = true;
		have->threshold = more->threshold;
	}
	first_str(&have->action, more->action);
	first_str(&have->symbols, more->symbols);
}

/* Where it rejects, the MTA knows better than the scanner, which says where it marks. */
static void
take_thresholds(struct score by_engine[ENGINE_COUNT], const struct fragment *const *fragments,
		size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct score *score = &fragments[i]->score;
		struct score *have = &by_engine[score->engine];

		if (fragments[i]->kind == FRAGMENT_SCORE || !score->has_threshold ||
		    have->has_threshold)
			continue;
		have->has_threshold = true;
		have->threshold = score->threshold;
	}
}

/* One score per engine; the engine that the deciding fragment names comes first. */
static void
take_scores(struct session *s, const struct fragment *const *fragments, size_t n,
	    const struct fragment *decider, struct arena *a)
{
	struct score by_engine[ENGINE_COUNT] = { 0 };
	enum engine first = decider ? decider->score.engine : ENGINE_NONE;
	size_t count = 0;

	take_thresholds(by_engine, fragments, n);
	for (size_t i = 0; i < n; i++) {
		const struct score *more = &fragments[i]->score;

		if (more->engine == ENGINE_NONE)
			continue;
		struct score *have = &by_engine[more->engine];
		if (have->engine == ENGINE_NONE) {
			have->engine = more->engine;
			count++;
		}
		fill_score(have, more);
	}
	if (count == 0)
		return;
	s->scores = arena_alloc(a, count * sizeof(*s->scores));
	if (first != ENGINE_NONE)
		s->scores[s->n_scores++] = by_engine[first];
	for (int e = ENGINE_NONE + 1; e < ENGINE_COUNT; e++)
		if (by_engine[e].engine != ENGINE_NONE && (enum engine)e != first)
			s->scores[s->n_scores++] = by_engine[e];
}

/* --- the whole --- */

static enum direction
direction_of(const struct session *s)
{
	if (s->has_sender && s->sender.n == 0)
		return DIRECTION_BOUNCE;
	if (s->peer_ip.n > 0)
		return s->auth.n > 0 ? DIRECTION_OUT : DIRECTION_IN;
	if (str_starts(s->protocol, STR("local")) || s->user.n > 0)
		return DIRECTION_LOCAL;
	return DIRECTION_UNKNOWN;
}

/* The pid inside an Exim ID is its connection's, so siblings share the label without +pid. */
static struct str
connection_label(const struct session *s, const struct fragment *const *fragments, size_t n,
		 struct arena *a)
{
	uint32_t pid = 0;

	if (s->peer_ip.n == 0)
		return (struct str){ "", 0 };
	if (s->peer_port == 0)
		for (size_t i = 0; i < n && pid == 0; i++)
			pid = fragments[i]->id_pid ? fragments[i]->id_pid : fragments[i]->pid;
	return session_connection(s, pid, a);
}

bool
merge_fragments(const struct fragment *const *fragments, size_t n, struct arena *a,
		struct session *out)
{
	const struct fragment **sorted = arena_alloc(a, (n + 1) * sizeof(*sorted));
	const struct fragment *decider;
	size_t made = 0;

	memset(out, 0, sizeof(*out));
	out->start_us = out->end_us = TIME_NONE;
	/* Connection lines state no facts: whether they are found does depend on the order. */
	for (size_t i = 0; i < n; i++)
		if (fragment_makes_session(fragments[i]))
			sorted[made++] = fragments[i];
	if (made == 0)
		return false;
	n = made;
	sort_fragments(sorted, n, a);
	for (size_t i = 0; i < n; i++) {
		take_times(out, sorted[i]);
		take_scalars(out, sorted[i]);
	}
	decider = deciding_fragment(sorted, n);
	take_decision(out, decider);
	take_identifiers(out, sorted, n, a);
	take_scores(out, sorted, n, decider, a);
	merge_recipients(sorted, n, a, out);
	out->direction = direction_of(out);
	out->connection = connection_label(out, sorted, n, a);
	return true;
}
