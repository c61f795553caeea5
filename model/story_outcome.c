/* SPDX-License-Identifier: MIT */
/*
 * story_outcome: how a story ended for whom it was asked. Every recipient of every session is one
 * word on the matter; later words on the same address replace earlier ones, what was passed on is
 * for the next session to tell, and of what is left the worst counts.
 */
#include "model/story.h"

#include <stdlib.h>

#include "base/hash.h"
#include "model/address.h"
#include "model/reply_class.h"

#define NAMES_MAX      64
#define WORDS_MAX      16384
#define RECIPIENTS_MAX 4096

const char *
story_outcome_text(enum story_outcome o)
{
#define STORY_TEXT(id, text) text,
	static const char *const texts[] = { STORY_OUTCOME_LIST(STORY_TEXT) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == STORY_OUTCOME_COUNT,
		       "one text per outcome");
	return (unsigned)o < STORY_OUTCOME_COUNT ? texts[o] : "";
}

/* --- one session's word --------------------------------------------------------------------- */

static enum story_outcome
put_off(const struct reply *r)
{
	return reply_is_greylisting(r) ? STORY_GREYLISTED : STORY_DEFERRED;
}

bool
story_is_greylisting(const struct session *s)
{
	for (size_t i = 0; i < s->n_recipients && i < RECIPIENTS_MAX; i++)
		if (s->recipients[i].verdict == VERDICT_DEFERRED && !s->recipients[i].by_remote &&
		    put_off(&s->recipients[i].reply) == STORY_GREYLISTED)
			return true;
	return s->verdict == VERDICT_DEFERRED && put_off(&s->reply) == STORY_GREYLISTED;
}

static enum story_outcome
outcome_of_session(const struct session *s)
{
	switch (s->verdict) {
	case VERDICT_ACCEPTED:
		return STORY_QUEUED;
	case VERDICT_REJECTED:
	case VERDICT_DROPPED:
		return STORY_REFUSED;
	case VERDICT_DEFERRED:
		return put_off(&s->reply);
	case VERDICT_DISCARDED:
		return STORY_DISCARDED;
	case VERDICT_QUARANTINED:
		return STORY_QUARANTINED;
	case VERDICT_HELD:
		return STORY_HELD;
	default:
		return STORY_UNKNOWN;
	}
}

/*
 * A filter takes the mail and keeps it: amavis says "250 2.7.0 Ok, discarded, id=… - spam" to the
 * MTA, or "250 2.5.0 Ok, id=…, BOUNCE" where it tells the sender; the MTA calls that sent.
 */
static enum story_outcome
outcome_of_delivery(const struct session *s, const struct recipient *r)
{
	if (!str_starts_nocase(r->reply.text, STR("Ok, discarded")) &&
	    !(str_starts_nocase(r->reply.text, STR("Ok, id=")) &&
	      str_ends(r->reply.text, STR(", BOUNCE"))))
		return STORY_DELIVERED;
	for (size_t i = 0; i < s->n_scores; i++)
		if (str_find_nocase(s->scores[i].action, STR("quarantine"), 0) != STR_NPOS)
			return STORY_QUARANTINED;
	return STORY_DISCARDED;
}

enum story_outcome
story_outcome_of(const struct session *s, const struct recipient *r)
{
	if (!r)
		return outcome_of_session(s);
	switch (r->verdict) {
	case VERDICT_ACCEPTED:
		return r->by_remote ? outcome_of_delivery(s, r) : outcome_of_session(s);
	case VERDICT_REJECTED:
	case VERDICT_DROPPED:
		return r->by_remote ? STORY_BOUNCED : STORY_REFUSED;
	case VERDICT_DEFERRED:
		return r->by_remote ? STORY_QUEUED : put_off(&r->reply);
	case VERDICT_DISCARDED:
		return STORY_DISCARDED;
	case VERDICT_QUARANTINED:
		return STORY_QUARANTINED;
	case VERDICT_HELD:
		return STORY_HELD;
	default:
		return outcome_of_session(s);
	}
}

/* --- who counts ----------------------------------------------------------------------------- */

/* The addresses that the mail asked for goes by, on its way. */
struct names {
	struct str v[NAMES_MAX];
	size_t n;
	bool all;
};

static bool
counts(const struct names *names, const struct recipient *r)
{
	if (names->all)
		return true;
	for (size_t i = 0; i < names->n; i++)
		if (address_matches(r->address, names->v[i]) ||
		    address_matches(r->original, names->v[i]))
			return true;
	return false;
}

static void
add_name(struct names *names, struct str address)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq_nocase(names->v[i], address))
			return;
	if (names->n < NAMES_MAX && address.n > 0)
		names->v[names->n++] = address;
}

/* One recipient of one session and what became of him there. */
struct word {
	uint32_t at; /* session */
	const struct recipient *recipient;
	struct str address; /* by which later words replace it */
	enum story_outcome outcome;
	bool replaced;
};

/* Words by the addresses of whom they are about; those about nobody stand under no address. */
struct person_links {
	struct u64_table first; /* hash -> 1 + place in v */
	struct person_link {
		uint32_t word, next; /* next: 1 + place in v; 0: none */
	} * v;
	size_t n;
};

struct telling {
	const struct session *const *sessions;
	const struct story_groups *groups;
	const uint32_t *order; /* members in the order of time */
	size_t n;
	struct names names;
	struct word *words;
	size_t n_words;
	size_t newest; /* place in order from which there is room for all words */
	struct person_links persons;
};

static bool
is_bounce_in(const struct story_groups *g, uint32_t at)
{
	for (size_t i = 0; i < g->n_edges; i++)
		if (g->edges[i].to == at && g->edges[i].kind == STORY_LINK_BOUNCE)
			return true;
	return false;
}

/* A session that got the mail under other names: those count too. */
static void
follow_names(struct telling *t, const struct session *from, const struct session *to)
{
	bool concerned = t->names.all, known = false;

	for (size_t i = 0; i < from->n_recipients && i < RECIPIENTS_MAX; i++)
		concerned |= counts(&t->names, &from->recipients[i]);
	for (size_t i = 0; i < to->n_recipients && i < RECIPIENTS_MAX; i++)
		known |= counts(&t->names, &to->recipients[i]);
	for (size_t i = 0; concerned && !known && i < to->n_recipients; i++)
		add_name(&t->names, to->recipients[i].address);
}

static void
collect_names(struct telling *t)
{
	for (size_t k = 0; k < t->n; k++) {
		const struct session *s = t->sessions[t->order[k]];

		for (size_t i = 0; i < s->n_recipients && i < RECIPIENTS_MAX; i++)
			if (counts(&t->names, &s->recipients[i]))
				add_name(&t->names, s->recipients[i].address);
		for (size_t i = 0; i < t->groups->n_edges; i++) {
			const struct story_edge *e = &t->groups->edges[i];

			if (e->kind == STORY_LINK_PASSED_ON && e->from == t->order[k])
				follow_names(t, s, t->sessions[e->to]);
		}
	}
}

/* --- words ---------------------------------------------------------------------------------- */

static void
add_word(struct telling *t, uint32_t at, const struct recipient *r)
{
	const struct session *s = t->sessions[at];

	t->words[t->n_words++] = (struct word){
		.at = at,
		.recipient = r,
		.address = r ? r->address : (struct str){ "", 0 },
		.outcome = story_outcome_of(s, r),
	};
}

/* Room for the words of the newest sessions, which have the last one. */
static struct word *
room_for_words(struct telling *t, struct arena *a)
{
	size_t n = 0;

	for (t->newest = t->n; t->newest > 0; t->newest--) {
		size_t more = t->sessions[t->order[t->newest - 1]]->n_recipients;

		more = 1 + (more < RECIPIENTS_MAX ? more : RECIPIENTS_MAX);
		if (n + more > WORDS_MAX)
			break;
		n += more;
	}
	return arena_alloc(a, (n + 1) * sizeof(*t->words));
}

static void
collect_words(struct telling *t, bool of_bounces)
{
	for (size_t k = t->newest; k < t->n; k++) {
		const struct session *s = t->sessions[t->order[k]];

		if (is_bounce_in(t->groups, t->order[k]) != of_bounces)
			continue;
		if (s->n_recipients == 0)
			add_word(t, t->order[k], NULL);
		for (size_t i = 0; i < s->n_recipients && i < RECIPIENTS_MAX; i++)
			if (counts(&t->names, &s->recipients[i]))
				add_word(t, t->order[k], &s->recipients[i]);
	}
}

static bool
same_person(const struct word *a, const struct word *b)
{
	const struct recipient *x = a->recipient, *y = b->recipient;

	if (!x || !y)
		return true; /* refused before it was said to whom */
	return str_eq_nocase(x->address, y->address) ||
	       (y->original.n > 0 && str_eq_nocase(x->address, y->original)) ||
	       (x->original.n > 0 && str_eq_nocase(x->original, y->address)) ||
	       (x->original.n > 0 && str_eq_nocase(x->original, y->original) &&
		str_eq_nocase(x->address, y->address));
}

/* A second copy that is put off or refused does not undo a delivery. */
static bool
outdoes(const struct word *later, const struct word *earlier)
{
	bool failed = later->outcome == STORY_REFUSED || later->outcome == STORY_DEFERRED ||
		      later->outcome == STORY_GREYLISTED || later->outcome == STORY_UNKNOWN;

	return same_person(later, earlier) && !(failed && earlier->outcome == STORY_DELIVERED);
}

/* The next session tells what became of what this one handed on. */
static bool
is_handed_on(const struct telling *t, const struct word *w)
{
	if (w->outcome != STORY_DELIVERED && w->outcome != STORY_QUEUED)
		return false;
	for (size_t i = 0; i < t->groups->n_edges; i++) {
		const struct story_edge *e = &t->groups->edges[i];
		bool shared = false;

		if (e->kind != STORY_LINK_PASSED_ON || e->from != w->at)
			continue;
		const struct session *to = t->sessions[e->to];
		for (size_t k = 0; k < to->n_recipients && k < RECIPIENTS_MAX; k++) {
			struct word next = { .recipient = &to->recipients[k] };
			if (w->recipient && same_person(&next, w))
				return true;
			shared |= t->sessions[w->at]->n_recipients == 0;
		}
		/* Under other names: the only recipient must be meant. */
		if (shared || t->sessions[w->at]->n_recipients == 1)
			return true;
	}
	return false;
}

/* Does word k have the last word instead of word i? */
static bool
replaces(const struct telling *t, size_t k, size_t i)
{
	const struct word *other = &t->words[k], *w = &t->words[i];

	if (other->at == w->at)
		return false;
	if (k > i)
		return outdoes(other, w);
	return !other->replaced && other->outcome == STORY_DELIVERED && same_person(other, w) &&
	       !outdoes(w, other);
}

/* … any word that has an address in common? An empty one is that of nobody. */
static bool
is_outdone(const struct telling *t, size_t i, struct str address)
{
	const uint64_t *first = u64_table_get(&t->persons.first, hash_nocase(address, 0));

	for (uint64_t k = first ? *first : 0; k > 0; k = t->persons.v[k - 1].next)
		if (replaces(t, t->persons.v[k - 1].word, i))
			return true;
	return false;
}

static void
add_person(struct person_links *p, size_t word, struct str address)
{
	uint64_t key = hash_nocase(address, 0);
	const uint64_t *first = u64_table_get(&p->first, key);

	p->v[p->n] = (struct person_link){ (uint32_t)word, first ? (uint32_t)*first : 0 };
	u64_table_put(&p->first, key, ++p->n);
}

static void
index_persons(struct telling *t, struct arena *a)
{
	t->persons.v = arena_alloc(a, (2 * t->n_words + 1) * sizeof(*t->persons.v));
	for (size_t i = 0; i < t->n_words; i++) {
		const struct recipient *r = t->words[i].recipient;

		add_person(&t->persons, i, r ? r->address : STR(""));
		if (r && r->original.n > 0)
			add_person(&t->persons, i, r->original);
	}
}

static void
replace_words(struct telling *t, struct arena *a)
{
	index_persons(t, a);
	for (size_t i = 0; i < t->n_words; i++) {
		struct word *w = &t->words[i];
		const struct recipient *r = w->recipient;

		w->replaced = is_handed_on(t, w) || is_outdone(t, i, STR("")) ||
			      (r && is_outdone(t, i, r->address)) ||
			      (r && r->original.n > 0 && is_outdone(t, i, r->original));
		for (size_t k = 0; !r && k < t->n_words && !w->replaced; k++)
			w->replaced = replaces(t, k, i); /* it speaks of all of them */
	}
	u64_table_release(&t->persons.first);
}

/* --- the story ------------------------------------------------------------------------------ */

struct member {
	int64_t start_us;
	uint32_t at;
};

static int
member_cmp(const void *pa, const void *pb)
{
	const struct member *a = pa, *b = pb;

	if (a->start_us != b->start_us)
		return a->start_us < b->start_us ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static uint32_t *
members(const struct session *const *sessions, const struct story_groups *g, size_t n,
	size_t number, struct arena *a, size_t *out_n)
{
	struct member *v = arena_alloc(a, (n + 1) * sizeof(*v));
	uint32_t *order = arena_alloc(a, (n + 1) * sizeof(*order));

	*out_n = 0;
	for (uint32_t i = 0; i < n; i++)
		if (g->story[i] == number)
			v[(*out_n)++] = (struct member){ sessions[i]->start_us, i };
	qsort(v, *out_n, sizeof(*v), member_cmp);
	for (size_t i = 0; i < *out_n; i++)
		order[i] = v[i].at;
	return order;
}

void
story_tell(const struct session *const *sessions, const struct story_groups *g, size_t n,
	   size_t number, struct str to, struct arena *a, struct story *out)
{
	struct telling t = { .sessions = sessions, .groups = g };

	*out = (struct story){ .outcome = STORY_UNKNOWN };
	t.order = members(sessions, g, n, number, a, &t.n);
	out->sessions = arena_alloc(a, (t.n + 1) * sizeof(*out->sessions));
	out->n = t.n;
	for (size_t i = 0; i < t.n; i++)
		out->sessions[i] = sessions[t.order[i]];
	t.names.all = to.n == 0;
	add_name(&t.names, to);
	if (!t.names.all)
		collect_names(&t);
	t.words = room_for_words(&t, a);
	collect_words(&t, false);
	if (t.n_words == 0)
		collect_words(&t, true); /* it is the bounce that was asked for */
	replace_words(&t, a);
	for (size_t i = 0; i < t.n_words; i++) {
		const struct word *w = &t.words[i];

		if (w->replaced || (out->decided_by && w->outcome < out->outcome))
			continue;
		out->outcome = w->outcome;
		out->decided_by = sessions[w->at];
		out->recipient = w->recipient;
	}
}
