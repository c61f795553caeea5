/* SPDX-License-Identifier: MIT */
/*
 * explain_tries: what the other attempts of the same mail add: how often it was put off, whether it
 * came again and how that ended, and what silence since then means. Silence counts only as far as
 * the logs reach.
 */
#include "model/explain_local.h"

enum { STOPPED_HOURS = 6, PATIENCE_HOURS = 24, QUEUE_HOURS = 5 * 24 };

static bool
is_known(int64_t time_us)
{
	return time_us != TIME_NONE && time_us != 0;
}

static bool
is_put_off(const struct explain_facts *f)
{
	return f->what == FATE_DEFERRED || f->what == FATE_DROPPED || f->what == FATE_BROKEN_OFF;
}

static bool
went_well(enum explain_fate what)
{
	return what == FATE_DELIVERED || what == FATE_HANDED_ON || what == FATE_ACCEPTED;
}

/* Of those that came later the first that went well counts, else the last. */
static void
take_later(struct explain_tries *t, const struct explain_facts *other)
{
	bool well = went_well(other->what);

	if (t->later != FATE_COUNT && (t->later_well ? !well || other->time_us >= t->later_us
						     : !well && other->time_us <= t->later_us))
		return;
	t->later = other->what;
	t->later_us = other->time_us;
	t->later_well = well;
}

static void
take_attempt(struct explain_facts *f, const struct session *s)
{
	struct explain_tries *t = &f->tries;
	struct explain_query q = {
		.session = s, .asked = f->address, .zone = f->q->zone, .ours = f->q->ours
	};
	struct explain_facts other;

	if (!explain_facts(&q, f->arena, &other) || !other.is_named || !is_known(other.time_us))
		return;
	if (is_put_off(f) && (other.what == FATE_DEFERRED || other.what == f->what)) {
		t->n++;
		t->first_us = other.time_us < t->first_us ? other.time_us : t->first_us;
		t->last_us = other.time_us > t->last_us ? other.time_us : t->last_us;
	} else if (other.time_us > f->time_us) {
		take_later(t, &other);
	}
}

static enum explain_retry
retry_of(const struct explain_facts *f)
{
	const struct explain_tries *t = &f->tries;
	const struct explain_query *q = f->q;

	if (t->later != FATE_COUNT)
		return RETRY_CAME;
	if (!q->looked || !f->is_named || !is_known(q->logs_end_us) || !is_known(t->last_us))
		return RETRY_NOT_KNOWN;
	int64_t silence = q->logs_end_us - t->last_us;
	int64_t age = is_known(q->now_us) ? q->now_us - t->last_us : silence;
	/* Our own queue tries for days, a few times a day at the end. */
	int64_t enough = f->what == FATE_WAITING ? PATIENCE_HOURS : STOPPED_HOURS;
	int64_t patience = f->what == FATE_WAITING ? QUEUE_HOURS : PATIENCE_HOURS;

	if (silence >= enough * HOUR_US)
		return RETRY_STOPPED;
	return age < patience * HOUR_US ? RETRY_MAY_COME : RETRY_NOT_COVERED;
}

void
explain_take_tries(struct explain_facts *f)
{
	size_t n =
		f->q->n_attempts < EXPLAIN_MOST_ATTEMPTS ? f->q->n_attempts : EXPLAIN_MOST_ATTEMPTS;

	f->tries = (struct explain_tries){
		.n = 1, .first_us = f->time_us, .last_us = f->time_us, .later = FATE_COUNT
	};
	if (!is_known(f->time_us))
		return;
	for (size_t i = 0; i < n; i++)
		take_attempt(f, &f->q->attempts[i]);
	f->tries.retry = retry_of(f);
}

/* --- in words ------------------------------------------------------------------------------- */

struct str
explain_span(int64_t us, struct arena *a)
{
	int64_t minutes = us / (60 * US_PER_SECOND);
	int64_t n = minutes < 120 ? minutes : minutes < 48 * 60 ? minutes / 60 : minutes / 1440;
	const char *unit = minutes < 120 ? "minute" : minutes < 48 * 60 ? "hour" : "day";

	if (minutes < 1)
		return STR("few seconds");
	return arena_printf(a, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

/* "5 times between 16:05 and 16:06", "once", said of a day that was named before. */
static struct str
how_often(const struct explain_facts *f)
{
	const struct explain_tries *t = &f->tries;
	struct str first = explain_moment(f, t->first_us), last = explain_moment(f, t->last_us);

	if (t->n == 1)
		return STR("once");
	if (t->n == 2 && str_eq(first, last))
		return arena_printf(f->arena, "twice at %.*s", STR_ARG(first));
	if (t->n == 2)
		return arena_printf(f->arena, "twice, at %.*s and at %.*s", STR_ARG(first),
				    STR_ARG(last));
	if (str_eq(first, last))
		return arena_printf(f->arena, "%zu times at %.*s", t->n, STR_ARG(first));
	return arena_printf(f->arena, "%zu times between %.*s and %.*s", t->n, STR_ARG(first),
			    STR_ARG(last));
}

static struct str
logs_end(const struct explain_facts *f)
{
	return arena_printf(f->arena, "our logs end at %.*s%s",
			    STR_ARG(explain_moment(f, f->q->logs_end_us)),
			    f->q->logs_gap ? ", and have gaps" : "");
}

struct str
explain_tried(const struct explain_facts *f)
{
	const struct explain_tries *t = &f->tries;
	struct arena *a = f->arena;
	struct str often = how_often(f);

	switch (t->retry) {
	case RETRY_STOPPED:
		return arena_printf(
			a,
			"The sending mail system tried %.*s, and has not tried again in the %.*s "
			"since (%.*s). A mail system should keep trying for some days; why this "
			"one stopped can only be found out by the people who run it.",
			STR_ARG(often), STR_ARG(explain_span(f->q->logs_end_us - t->last_us, a)),
			STR_ARG(logs_end(f)));
	case RETRY_MAY_COME:
		return arena_printf(
			a,
			"The sending mail system has tried %.*s (%.*s). It may still try "
			"again: mail systems normally do, often within the hour, and give "
			"up only after some days.",
			STR_ARG(often), STR_ARG(logs_end(f)));
	case RETRY_NOT_COVERED:
		return arena_printf(a,
				    "The sending mail system tried %.*s; %.*s, so we cannot tell "
				    "whether it tried again after that.",
				    STR_ARG(often), STR_ARG(logs_end(f)));
	default:
		return STR("Mail systems normally try again by themselves, often within the hour, "
			   "and give up only after some days; then the sender gets a notice.");
	}
}
