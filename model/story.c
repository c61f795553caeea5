/* SPDX-License-Identifier: MIT */
/*
 * story: sessions are put under the keys by which they may meet, sorted, and joined run by run.
 * Caps keep a mailing of thousands from costing more than others.
 */
#include "model/story.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/hash.h"
#include "model/address.h"
#include "model/story_link.h"

#define IDENTIFIERS_MAX 24
#define FEW_RECIPIENTS  32
#define SHARED_MAX      256

/* --- what is joined ------------------------------------------------------------------------- */

static uint32_t
root_of(struct story_joiner *j, uint32_t i)
{
	while (j->root[i] != i)
		i = j->root[i] = j->root[j->root[i]];
	return i;
}

bool
story_is_joined(struct story_joiner *j, uint32_t a, uint32_t b)
{
	return root_of(j, a) == root_of(j, b);
}

bool
story_join(struct story_joiner *j, uint32_t from, uint32_t to, enum story_link kind)
{
	uint32_t a = root_of(j, from), b = root_of(j, to);

	if (a == b)
		return false;
	j->root[a > b ? a : b] = a > b ? b : a;
	j->edges[j->n_edges++] = (struct story_edge){ from, to, kind };
	return true;
}

/* --- keys ----------------------------------------------------------------------------------- */

struct collector {
	const struct session *const *sessions;
	struct story_entry *v;
	size_t n, cap;
	struct u64_table pairs; /* key -> the session that has it, or SHARED; of many recipients */
};

#define SHARED UINT64_MAX

static void
put(struct collector *c, struct story_entry e)
{
	c->v = mem_grow(c->v, &c->cap, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = e;
}

static void
put_identifiers(struct collector *c, uint32_t at)
{
	const struct session *s = c->sessions[at];

	for (size_t i = 0; i < s->n_identifiers && i < IDENTIFIERS_MAX; i++) {
		enum id_role role = s->identifiers[i].role;
		struct str text = s->identifiers[i].text;
		bool is_message = role == ID_ROLE_MESSAGE_ID;

		if (text.n == 0 ||
		    (!is_message && role != ID_ROLE_OWN && role != ID_ROLE_NEXT_HOP &&
		     role != ID_ROLE_PARENT && role != ID_ROLE_NOTIFICATION))
			continue;
		put(c, (struct story_entry){ .by = is_message ? STORY_BY_MESSAGE_ID : STORY_BY_ID,
					     .key = hash_bytes(text, 0),
					     .at = at,
					     .role = role,
					     .text = text });
	}
}

static void
put_pair(struct collector *c, uint32_t at, uint64_t sender, const struct recipient *r,
	 struct str address)
{
	if (address.n > 0)
		put(c, (struct story_entry){ .by = STORY_BY_PAIR,
					     .key = hash_nocase(address, sender),
					     .at = at,
					     .recipient = r });
}

static void
put_return(struct collector *c, uint32_t at, struct str address)
{
	if (address.n > 0)
		put(c, (struct story_entry){
			       .by = STORY_BY_RETURN, .key = hash_nocase(address, 0), .at = at });
}

/* Of the sender; nobody's mails are told apart by who sends them. False: there is nothing. */
static bool
sender_key(const struct session *s, uint64_t *key)
{
	char buffer[ADDRESS_MAX];
	struct str sender = s->sender.n > 0 ? address_unwrap(s->sender, buffer) : s->peer_ip;

	*key = hash_nocase(sender, s->sender.n > 0);
	return s->has_sender && sender.n > 0;
}

static void
count_pair(struct collector *c, uint32_t at, uint64_t sender, struct str address)
{
	uint64_t key = hash_nocase(address, sender);
	uint64_t *seen = address.n > 0 ? u64_table_get(&c->pairs, key) : NULL;

	if (seen && *seen != at)
		*seen = SHARED;
	else if (address.n > 0 && !seen)
		u64_table_put(&c->pairs, key, at);
}

/* Where one mail has many recipients, those of them count that other sessions have too. */
static void
count_pairs(struct collector *c, size_t n)
{
	bool many = false;
	uint64_t key;

	for (size_t i = 0; i < n && !many; i++)
		many = c->sessions[i]->n_recipients > FEW_RECIPIENTS;
	for (uint32_t at = 0; many && at < n; at++) {
		const struct session *s = c->sessions[at];

		for (size_t i = 0; sender_key(s, &key) && i < s->n_recipients; i++) {
			count_pair(c, at, key, s->recipients[i].address);
			count_pair(c, at, key, s->recipients[i].original);
		}
	}
}

static bool
is_shared(const struct collector *c, uint64_t sender, struct str address)
{
	const uint64_t *seen = u64_table_get(&c->pairs, hash_nocase(address, sender));

	return seen && *seen == SHARED;
}

static void
put_recipients(struct collector *c, uint32_t at, uint64_t sender)
{
	const struct session *s = c->sessions[at];
	bool many = s->n_recipients > FEW_RECIPIENTS;

	for (size_t i = 0, put = 0; i < s->n_recipients && put < SHARED_MAX; i++) {
		const struct recipient *r = &s->recipients[i];

		if (many && !is_shared(c, sender, r->address) && !is_shared(c, sender, r->original))
			continue;
		put_pair(c, at, sender, r, r->address);
		put_pair(c, at, sender, r, r->original);
		put++;
	}
}

static void
put_envelope(struct collector *c, uint32_t at)
{
	const struct session *s = c->sessions[at];
	uint64_t key;

	if (!s->has_sender)
		return;
	put_return(c, at, s->sender);
	if (sender_key(s, &key))
		put_recipients(c, at, key);
	for (size_t i = 0; s->sender.n == 0 && i < s->n_recipients && i < FEW_RECIPIENTS; i++) {
		put_return(c, at, s->recipients[i].address);
		put_return(c, at, s->recipients[i].original);
	}
	if (s->n_recipients == 0 && s->sender.n > 0 && session_own_id(s).n == 0)
		put(c, (struct story_entry){ .by = STORY_BY_SENDER,
					     .key = hash_nocase(s->peer_ip, key),
					     .at = at });
}

/* Refusals without recipients and IDs: only the connection or the moment can join them. */
static void
put_nameless(struct collector *c, uint32_t at)
{
	const struct session *s = c->sessions[at];

	if (session_own_id(s).n > 0 || s->n_recipients > 0 || s->verdict == VERDICT_ACCEPTED)
		return;
	if (s->connection.n > 0)
		put(c, (struct story_entry){ .by = STORY_BY_CONNECTION,
					     .key = hash_bytes(s->connection, s->gateway),
					     .at = at });
	if (s->peer_ip.n > 0 && !s->has_sender)
		put(c,
		    (struct story_entry){ .by = STORY_BY_PEER,
					  .key = hash_mix(hash_bytes(s->peer_ip, s->gateway),
							  (uint64_t)s->stage << 32 | s->reply.code),
					  .at = at });
}

/* --- runs ----------------------------------------------------------------------------------- */

struct sorted_entry {
	struct story_entry entry;
	const struct session *session;
};

static int
entry_cmp(const void *pa, const void *pb)
{
	const struct sorted_entry *a = pa, *b = pb;

	if (a->entry.by != b->entry.by)
		return a->entry.by < b->entry.by ? -1 : 1;
	if (a->entry.key != b->entry.key)
		return a->entry.key < b->entry.key ? -1 : 1;
	if (a->session->start_us != b->session->start_us)
		return a->session->start_us < b->session->start_us ? -1 : 1;
	/* The order of the pool must not matter. */
	if (a->session->ref.number != b->session->ref.number)
		return a->session->ref.number < b->session->ref.number ? -1 : 1;
	return a->entry.at < b->entry.at ? -1 : a->entry.at > b->entry.at;
}

static void
sort_entries(struct collector *c)
{
	struct sorted_entry *v = xmalloc((c->n + 1) * sizeof(*v));

	for (size_t i = 0; i < c->n; i++)
		v[i] = (struct sorted_entry){ c->v[i], c->sessions[c->v[i].at] };
	qsort(v, c->n, sizeof(*v), entry_cmp);
	for (size_t i = 0; i < c->n; i++)
		c->v[i] = v[i].entry;
	free(v);
}

static void
join_runs(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && e[to].by == e[from].by && e[to].key == e[from].key;)
			to++;
		story_link_run(j, e + from, to - from);
	}
}

static void
number_stories(struct story_joiner *j, struct story_groups *out)
{
	/* A root is the first of its set, so that it is met before the others. */
	for (uint32_t i = 0; i < j->n; i++) {
		uint32_t root = root_of(j, i);

		out->story[i] = root == i ? (uint32_t)out->n++ : out->story[root];
	}
}

void
story_group(const struct session *const *sessions, size_t n, struct arena *a,
	    struct story_groups *out)
{
	struct collector c = { .sessions = sessions };
	struct story_joiner j = { .sessions = sessions, .n = n };

	*out = (struct story_groups){ .story = arena_alloc(a, (n + 1) * sizeof(*out->story)) };
	j.root = xmalloc((n + 1) * sizeof(*j.root));
	j.edges = arena_alloc(a, (n + 1) * sizeof(*j.edges));
	count_pairs(&c, n);
	for (uint32_t i = 0; i < n; i++) {
		j.root[i] = i;
		if (sessions[i]->start_us == TIME_NONE)
			continue;
		put_identifiers(&c, i);
		put_envelope(&c, i);
		put_nameless(&c, i);
	}
	sort_entries(&c);
	join_runs(&j, c.v, c.n);
	number_stories(&j, out);
	out->edges = j.edges;
	out->n_edges = j.n_edges;
	free(j.root);
	free(c.v);
	u64_table_release(&c.pairs);
}

/* --- relations ------------------------------------------------------------------------------ */

const char *
story_relation_text(enum story_relation r)
{
	static const char *const texts[] = { "",       "attempt",   "passed-on", "came-from",
					     "bounce", "bounce-of", "connection" };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == STORY_RELATION_COUNT,
		       "one text per relation");
	return (unsigned)r < STORY_RELATION_COUNT ? texts[r] : "";
}

static enum story_relation
relation_along(enum story_link kind, bool forward)
{
	switch (kind) {
	case STORY_LINK_ATTEMPT:
		return STORY_RELATION_ATTEMPT;
	case STORY_LINK_PASSED_ON:
		return forward ? STORY_RELATION_PASSED_ON : STORY_RELATION_CAME_FROM;
	case STORY_LINK_BOUNCE:
		return forward ? STORY_RELATION_BOUNCE : STORY_RELATION_BOUNCE_OF;
	case STORY_LINK_CONNECTION:
		return STORY_RELATION_CONNECTION;
	default:
		return STORY_RELATION_NONE;
	}
}

void
story_relations(const struct story_groups *g, size_t n, size_t base, struct arena *a,
		enum story_relation *out)
{
	uint32_t *queue = arena_alloc(a, (n + 1) * sizeof(*queue));
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < n; i++)
		out[i] = STORY_RELATION_NONE;
	queue[tail++] = (uint32_t)base;
	while (head < tail) {
		uint32_t at = queue[head++];

		for (size_t i = 0; i < g->n_edges; i++) {
			const struct story_edge *e = &g->edges[i];
			uint32_t next = e->from == at ? e->to : e->from;

			if ((e->from != at && e->to != at) || next == base ||
			    out[next] != STORY_RELATION_NONE)
				continue;
			/* The last step that is no mere attempt says what it is. */
			enum story_relation step = relation_along(e->kind, e->from == at);
			out[next] = step == STORY_RELATION_ATTEMPT && at != base ? out[at] : step;
			queue[tail++] = next;
		}
	}
}
