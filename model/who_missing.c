/* SPDX-License-Identifier: MIT */
/*
 * who_missing: what to say when no session was found: what was recognised, what was looked up, and
 * which log would hold it.
 */
#include "model/say_time.h"
#include "model/who_sentence.h"

#define SUBJECT_SHOWN 60

static bool
is_known_span(const struct coverage *v)
{
	return v->from_us != TIME_NONE && v->to_us != TIME_NONE;
}

/* An identifier's moment, and who issues such identifiers. */
struct issue {
	int64_t at; /* TIME_NONE: none in the paste */
	enum id_family family;
};

static bool
could_issue(const struct coverage *v, const struct issue *i)
{
	return id_family_is_of(i->family, v->formats);
}

/* Whose logs hold the moment; false if nobody's do. */
static bool
say_covered(struct strbuf *b, const struct find_context *x, const struct issue *issue)
{
	size_t said = 0;

	for (size_t i = 0; i < x->n_coverage && said < 3; i++) {
		const struct coverage *v = &x->coverage[i];

		/* An ID names its second, logs may name less. */
		if (!is_known_span(v) || !could_issue(v, issue) ||
		    issue->at + US_PER_SECOND <= v->from_us || issue->at > v->to_us)
			continue;
		if (said == 0) {
			strbuf_add_text(b, " Its moment, ");
			say_moment(b, x->zone, issue->at);
			strbuf_add_text(b, ", is covered by the logs of ");
		} else {
			strbuf_add_text(b, ", ");
		}
		strbuf_printf(b, "%.*s", STR_ARG(v->gateway));
		said++;
	}
	if (said > 0)
		strbuf_add_text(b,
				": it was not issued there. Logs of other gateways may hold it.");
	return said > 0;
}

/* The logs that end last before the moment, and those that begin first after it. */
static void
say_border(struct strbuf *b, const struct find_context *x, const struct issue *issue)
{
	const struct coverage *before = NULL, *after = NULL;

	for (size_t i = 0; i < x->n_coverage; i++) {
		const struct coverage *v = &x->coverage[i];

		if (!is_known_span(v) || !could_issue(v, issue))
			continue;
		if (v->to_us < issue->at && (!before || v->to_us > before->to_us))
			before = v;
		if (v->from_us > issue->at && (!after || v->from_us < after->from_us))
			after = v;
	}
	if (!before && !after && x->n_coverage > 0)
		strbuf_printf(b,
			      " No log of %s gateway has been imported: import that of the host "
			      "that refused.",
			      id_family_facts(issue->family)->issuer);
	if (before) {
		strbuf_printf(b, " Logs of %.*s end ", STR_ARG(before->gateway));
		say_moment(b, x->zone, before->to_us);
		strbuf_add_text(b, ": import newer logs.");
	}
	if (after) {
		strbuf_printf(b, " Logs of %.*s begin ", STR_ARG(after->gateway));
		say_moment(b, x->zone, after->from_us);
		strbuf_add_text(b, ": import older logs, or ask the other gateways.");
	}
}

static void
say_coverage(struct strbuf *b, const struct find_context *x, const struct issue *issue)
{
	int64_t from = TIME_NONE, to = TIME_NONE;

	for (size_t i = 0; i < x->n_coverage; i++) {
		const struct coverage *v = &x->coverage[i];

		if (!is_known_span(v))
			continue;
		from = from == TIME_NONE || v->from_us < from ? v->from_us : from;
		to = to == TIME_NONE || v->to_us > to ? v->to_us : to;
	}
	if (x->n_coverage == 0) {
		strbuf_add_text(b, " No logs have been imported yet.");
	} else if (issue->at != TIME_NONE) {
		if (!say_covered(b, x, issue))
			say_border(b, x, issue);
	} else if (from != TIME_NONE) {
		strbuf_add_text(b, " The logs cover ");
		say_moment(b, x->zone, from);
		strbuf_add_text(b, " to ");
		say_moment(b, x->zone, to);
		strbuf_add_char(b, '.');
	}
}

/* "ID is not in the logs." of a whole ID that was looked up in vain. */
static bool
say_missing_id(struct strbuf *b, const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind != CLUE_IDENTIFIER || c->v[i].dropped ||
		    c->more[i].shape != ID_SHAPE_EXIM)
			continue;
		strbuf_printf(b, "%.*s is not in the logs.", STR_ARG(c->v[i].text));
		return true;
	}
	return false;
}

/* --- a text that no term can be made of --- */

/* Nothing in it can be looked up: not even in vain. */
static bool
names_nothing(const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		enum clue_kind k = c->v[i].kind;

		if (k != CLUE_REPLY && k != CLUE_CODE && k != CLUE_STAGE && k != CLUE_SCORE)
			return false;
	}
	return true;
}

/* The length of a telling word at `at`: none that every refusal has. */
static size_t
telling_word(struct str t, size_t at)
{
	static const char *const common[] = { "rejected", "refused", "message", "error",
					      "this",     "that",    "your",    "with",
					      "from",     "mail",    "host",    "hello",
					      "please",   "have",    "said",    "high" };
	size_t n = 0;

	while (at + n < t.n && char_is_alnum(t.p[at + n]))
		n++;
	if (n < 4)
		return 0;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (str_eq_nocase(str_slice(t, at, at + n), str_from(common[i])))
			return 0;
	}
	return n;
}

static bool
has_words(const struct clue_set *c)
{
	struct str t = paste_str(c->paste);

	for (size_t at = 0; at < t.n; at++) {
		if ((at == 0 || !char_is_alnum(t.p[at - 1])) && telling_word(t, at) > 0)
			return true;
	}
	return false;
}

static void
say_words(struct strbuf *b, const struct clue_set *c)
{
	struct str t = paste_str(c->paste);
	size_t said = 0;

	strbuf_add_text(b, "No term of this text can be looked up; try: postern sessions");
	for (size_t at = 0; at < t.n && said < 2; at++) {
		size_t n = at == 0 || !char_is_alnum(t.p[at - 1]) ? telling_word(t, at) : 0;

		if (n == 0)
			continue;
		strbuf_printf(b, " %.*s", (int)(n < 40 ? n : 40), t.p + at);
		said++;
		at += n - 1;
	}
	strbuf_add_text(b, said > 0 ? ", or / in Sessions." : " WORDS, or / in Sessions.");
}

static void
say_count(struct strbuf *b, size_t n, const char *one, const char *many)
{
	if (n > 0)
		strbuf_printf(b, " %zu %s,", n, n == 1 ? one : many);
}

/* A subject and a day: subjects are no terms of the index, the lines hold them. */
static void
say_subject(struct strbuf *b, const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind != CLUE_SUBJECT || c->v[i].dropped)
			continue;
		struct str subject = c->v[i].text;
		while (subject.n > SUBJECT_SHOWN ||
		       (subject.n > 0 && subject.n < c->v[i].text.n &&
			((unsigned char)c->v[i].text.p[subject.n] & 0xc0) == 0x80))
			subject.n--;
		strbuf_printf(b,
			      "No session found. Subjects were read only of the sessions nearest "
			      "to that time; all of them: postern sessions \"%.*s\".",
			      STR_ARG(subject));
		return;
	}
}

static void
say_looked_up(struct strbuf *b, const size_t counts[CLUE_KIND_COUNT])
{
	strbuf_add_text(b, "No session found. Looked up");
	size_t before = b->n;

	say_count(b, counts[CLUE_IDENTIFIER] + counts[CLUE_MESSAGE_ID], "identifier",
		  "identifiers");
	say_count(b, counts[CLUE_ADDRESS] + counts[CLUE_SENDER] + counts[CLUE_RECIPIENT], "address",
		  "addresses");
	say_count(b, counts[CLUE_IP] + counts[CLUE_HOST], "host", "hosts");
	if (b->n == before)
		strbuf_add_text(b, " nothing: the text names no identifier, address or IP,");
	b->p[b->n - 1] = '.';
}

/* A host alone is mostly a domain of addresses: the index holds those whole, the lines hold it. */
static bool
say_lone_host(struct strbuf *b, const struct clue_set *c, const size_t counts[CLUE_KIND_COUNT])
{
	if (!c->facts.is_question || counts[CLUE_HOST] != 1 ||
	    counts[CLUE_IDENTIFIER] + counts[CLUE_MESSAGE_ID] + counts[CLUE_ADDRESS] +
			    counts[CLUE_SENDER] + counts[CLUE_RECIPIENT] + counts[CLUE_IP] >
		    0)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_HOST)
			strbuf_printf(b,
				      "No session with a host of this name. Addresses of that "
				      "domain: postern sessions %.*s, or / in Sessions.",
				      STR_ARG(c->v[i].text));
	}
	return true;
}

/* … but for a time. */
static bool
is_subject_alone(const size_t counts[CLUE_KIND_COUNT])
{
	return counts[CLUE_SUBJECT] > 0 && counts[CLUE_TIME] > 0 &&
	       counts[CLUE_IDENTIFIER] + counts[CLUE_MESSAGE_ID] + counts[CLUE_ADDRESS] +
			       counts[CLUE_SENDER] + counts[CLUE_RECIPIENT] + counts[CLUE_IP] +
			       counts[CLUE_HOST] ==
		       0;
}

/* A gateway of ours refused, and none of its logs is here. */
static void
say_no_logs(struct strbuf *b, const struct clue_set *c, const struct find_context *x)
{
	struct str host = who_refuser(c);

	if (host.n == 0 || !ours_is_host(x->ours, host))
		return;
	for (size_t i = 0; i < x->n_coverage; i++) {
		struct str gateway = x->coverage[i].gateway;
		if (str_eq_nocase(gateway, host) ||
		    (str_starts_nocase(host, gateway) && gateway.n < host.n &&
		     host.p[gateway.n] == '.'))
			return;
	}
	strbuf_printf(b, " There are no logs of %.*s here: import them.", STR_ARG(host));
}

void
who_say_missing(struct strbuf *b, const struct clue_set *c, const struct find_context *x)
{
	struct issue issue = { TIME_NONE, ID_FAMILY_NONE };
	size_t counts[CLUE_KIND_COUNT] = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		counts[c->v[i].kind]++;
		if (c->v[i].kind == CLUE_ID_TIME && issue.at == TIME_NONE)
			issue = (struct issue){ c->v[i].time_us, c->more[i].family };
	}
	if (c->n == 0 && !has_words(c)) {
		strbuf_add_text(b, "Nothing in this text names a session: no identifier, address, "
				   "IP or time was recognised.");
		return;
	}
	if (issue.at != TIME_NONE) {
		if (!say_missing_id(b, c))
			strbuf_add_text(b, "No session found.");
		strbuf_printf(b, " Recognised %s ID issued ",
			      id_family_facts(issue.family)->issuer);
		say_moment(b, x->zone, issue.at);
		strbuf_add_char(b, '.');
	} else if (names_nothing(c)) {
		say_words(b, c);
		return;
	} else if (is_subject_alone(counts)) {
		say_subject(b, c);
	} else if (!say_lone_host(b, c, counts)) {
		say_looked_up(b, counts);
	}
	say_no_logs(b, c, x);
	say_coverage(b, x, &issue);
}
