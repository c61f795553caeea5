/* SPDX-License-Identifier: MIT */
/* Which records make one session, and that nothing depends on their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "model/partition.h"

#define MOST 16

struct case_set {
	struct fragment fragments[MOST];
	struct recipient recipients[MOST];
	line_ref lines[MOST];
	struct partition_item items[MOST];
	size_t n;
};

static struct fragment *
add(struct case_set *c, int second, enum fragment_kind kind, const char *text)
{
	size_t i = c->n++;
	struct fragment *f = &c->fragments[i];

	f->kind = kind;
	f->time_us = second * US_PER_SECOND;
	f->peer_ip = STR("192.0.2.1");
	f->peer_port = 4242;
	c->lines[i] = i + 1;
	c->items[i] = (struct partition_item){
		.text = str_from(text), .lines = &c->lines[i], .n_lines = 1, .fragment = f
	};
	return f;
}

static void
refuse(struct case_set *c, int second, const char *sender, const char *rcpt)
{
	struct fragment *f = add(c, second, FRAGMENT_REFUSED, rcpt);
	struct recipient *r = &c->recipients[c->n - 1];

	f->has_sender = true;
	f->sender = str_from(sender);
	f->stage = STAGE_RCPT;
	f->verdict = VERDICT_REJECTED;
	r->address = str_from(rcpt);
	r->stage = STAGE_RCPT;
	r->verdict = VERDICT_REJECTED;
	f->recipients = r;
	f->n_recipients = 1;
}

static void
arrive(struct case_set *c, int second, const char *id, const char *sender)
{
	struct fragment *f = add(c, second, FRAGMENT_ARRIVED, id);

	f->id = str_from(id);
	f->has_sender = true;
	f->sender = str_from(sender);
	f->stage = STAGE_DATA;
	f->verdict = VERDICT_ACCEPTED;
}

static const struct session *
session_of(const struct session *s, size_t n, const char *sender, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s[i].sender, str_from(sender)) &&
		    str_eq(session_own_id(&s[i]), str_from(id)))
			return &s[i];
	return NULL;
}

static void
refusals_of_one_sender_are_one_session(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	refuse(&c, 10, "a@b.example", "x@ours.example");
	refuse(&c, 11, "a@b.example", "y@ours.example");
	refuse(&c, 12, "other@b.example", "x@ours.example");
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	assert_int_equal(session_of(s, 2, "a@b.example", "")->n_recipients, 2);
	assert_int_equal(session_of(s, 2, "other@b.example", "")->n_recipients, 1);
	arena_release(&a);
}

static void
refusals_join_the_next_message_of_their_sender(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;
	size_t n;

	(void)state;
	refuse(&c, 10, "a@b.example", "x@ours.example");
	arrive(&c, 12, "1aaaaa-000001-00", "a@b.example");
	refuse(&c, 14, "a@b.example", "y@ours.example");
	arrive(&c, 16, "1aaaab-000001-00", "a@b.example");
	refuse(&c, 18, "a@b.example", "z@ours.example");
	n = partition_sessions(c.items, c.n, &a, &s);
	assert_int_equal(n, 3);
	assert_string_equal(
		session_of(s, n, "a@b.example", "1aaaaa-000001-00")->recipients[0].address.p,
		"x@ours.example");
	assert_string_equal(
		session_of(s, n, "a@b.example", "1aaaab-000001-00")->recipients[0].address.p,
		"y@ours.example");
	assert_string_equal(session_of(s, n, "a@b.example", "")->recipients[0].address.p,
			    "z@ours.example");
	arena_release(&a);
}

static void
refusals_do_not_join_a_message_of_another_sender(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	refuse(&c, 10, "a@b.example", "x@ours.example");
	arrive(&c, 12, "1aaaaa-000001-00", "other@b.example");
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	arena_release(&a);
}

static void
copies_in_another_log_count_once_but_repetitions_in_one_log_count(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		refuse(&c, 10, "a@b.example", "x@ours.example");
		c.items[i].is_line = true;
		c.items[i].role = i < 2 ? LOG_ROLE_MAIN : LOG_ROLE_REJECT;
	}
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	arena_release(&a);
}

static void
connection_lines_alone_make_no_session(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	add(&c, 10, FRAGMENT_CONNECTED, "connect");
	add(&c, 11, FRAGMENT_DISCONNECTED, "quit");
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 0);
	arena_release(&a);
}

/* A connection with a name: who the client was stands in none of its other lines. */
static void
lines_of_a_named_connection_are_facts_of_all_it_has(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;
	size_t n;

	(void)state;
	add(&c, 9, FRAGMENT_CONNECTED, "connect");
	refuse(&c, 10, "x@b.example", "x@ours.example");
	arrive(&c, 11, "a1e26f92", "a@b.example");
	arrive(&c, 12, "a1e26f93", "a@b.example");
	add(&c, 13, FRAGMENT_CONNECTED, "connect");
	for (size_t i = 0; i < c.n; i++) {
		c.fragments[i].connection_id = i < 4 ? STR("one") : STR("two");
		c.fragments[i].peer_port = 0;
		if (c.fragments[i].kind != FRAGMENT_CONNECTED)
			c.fragments[i].peer_ip = STR("");
	}
	c.fragments[4].peer_ip = STR("192.0.2.2");
	for (int turn = 0; turn < 5; turn++) {
		struct partition_item first;

		n = partition_sessions(c.items, c.n, &a, &s);
		assert_int_equal(n, 4);
		assert_true(str_eq(session_of(s, n, "a@b.example", "a1e26f92")->peer_ip,
				   STR("192.0.2.1")));
		assert_true(str_eq(session_of(s, n, "a@b.example", "a1e26f93")->peer_ip,
				   STR("192.0.2.1")));
		assert_true(str_eq(session_of(s, n, "x@b.example", "")->peer_ip, STR("192.0.2.1")));
		/* The other one did nothing, and is a session all the same. */
		assert_true(str_eq(session_of(s, n, "", "")->peer_ip, STR("192.0.2.2")));
		first = c.items[0];
		memmove(c.items, c.items + 1, (c.n - 1) * sizeof(first));
		c.items[c.n - 1] = first;
	}
	arena_release(&a);
}

static void
connection_lines_accompany_every_session(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	add(&c, 9, FRAGMENT_CONNECTED, "connect");
	refuse(&c, 10, "a@b.example", "x@ours.example");
	arrive(&c, 12, "1aaaaa-000001-00", "other@b.example");
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	assert_int_equal(s[0].n_lines, 2);
	assert_int_equal(s[1].n_lines, 2);
	/* They lend their lines, not their time. */
	assert_true(s[0].start_us >= 10 * US_PER_SECOND && s[1].start_us >= 10 * US_PER_SECOND);
	arena_release(&a);
}

static int
canonical_cmp(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* All sessions as one text, whatever their order. */
static struct str
fingerprint(struct case_set *c, struct arena *a)
{
	struct str texts[MOST];
	struct session *s;
	struct strbuf b;
	struct partition_item items[MOST];
	size_t n;

	memcpy(items, c->items, sizeof(items));
	n = partition_sessions(items, c->n, a, &s);
	for (size_t i = 0; i < n; i++) {
		strbuf_init(&b, STRBUF_NO_MAX);
		session_canonical(&s[i], &b);
		strbuf_add(&b, (struct str){ (const char *)s[i].lines,
					     s[i].n_lines * sizeof(*s[i].lines) });
		texts[i] = arena_str(a, strbuf_str(&b));
		strbuf_release(&b);
	}
	qsort(texts, n, sizeof(*texts), canonical_cmp);
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < n; i++)
		strbuf_add(&b, texts[i]);
	struct str all = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return all;
}

static void
sessions_do_not_depend_on_the_order_of_records(void **state)
{
	struct arena a = { 0 };
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct case_set c = { 0 };

		for (int i = 0; i < 12; i++) {
			static const char *const senders[] = { "a@b", "c@d", "e@f" };
			static const char *const ids[] = { "1aaaaa-000001-00", "1aaaab-000001-00" };
			static const char *const rcpts[] = { "x@o", "y@o" };
			int second = rand_r(&seed) % 5;
			const char *sender = senders[rand_r(&seed) % 3];

			switch (rand_r(&seed) % 4) {
			case 0:
				arrive(&c, second, ids[rand_r(&seed) % 2], sender);
				break;
			case 1:
				add(&c, second, FRAGMENT_CONNECTED, "connect");
				break;
			default:
				refuse(&c, second, sender, rcpts[rand_r(&seed) % 2]);
			}
			c.items[c.n - 1].role = (enum log_role)(rand_r(&seed) % 2);
		}
		struct str first = fingerprint(&c, &a);
		for (size_t i = c.n - 1; i > 0; i--) {
			size_t k = (size_t)rand_r(&seed) % (i + 1);
			struct partition_item swap = c.items[i];

			c.items[i] = c.items[k];
			c.items[k] = swap;
		}
		assert_true(str_eq(first, fingerprint(&c, &a)));
		arena_reset(&a);
	}
	arena_release(&a);
}

/* --- processes and IDs that come back --- */

/* What Postfix's smtpd writes: one process, several connections of one client in one second. */
static void
serve(struct case_set *c, size_t from)
{
	for (size_t i = from; i < c->n; i++) {
		c->fragments[i].serial_process = true;
		c->fragments[i].pid = 4711;
		c->fragments[i].peer_port = 0;
	}
}

static void
a_process_that_serves_a_client_twice_makes_two_connections(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	add(&c, 10, FRAGMENT_CONNECTED, "connect");
	refuse(&c, 10, "a@b.example", "x@ours.example");
	add(&c, 10, FRAGMENT_DISCONNECTED, "disconnect");
	add(&c, 10, FRAGMENT_CONNECTED, "connect");
	arrive(&c, 10, "4F1B2C3D5E", "a@b.example");
	add(&c, 10, FRAGMENT_DISCONNECTED, "disconnect");
	serve(&c, 0);
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	assert_int_equal(session_of(s, 2, "a@b.example", "")->n_lines, 3);
	assert_int_equal(session_of(s, 2, "a@b.example", "4F1B2C3D5E")->n_lines, 3);
	assert_int_equal(session_of(s, 2, "a@b.example", "4F1B2C3D5E")->n_recipients, 0);
	arena_release(&a);
}

static void
an_id_that_recurs_is_another_message_when_its_own_has_left_the_queue(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	arrive(&c, 10, "4F1B2C3D5E", "a@b.example");
	add(&c, 20, FRAGMENT_COMPLETED, "removed")->id = STR("4F1B2C3D5E");
	arrive(&c, 500, "4F1B2C3D5E", "c@d.example");
	for (size_t i = 0; i < c.n; i++)
		c.fragments[i].id_recurs = true;
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 2);
	assert_int_equal(session_of(s, 2, "a@b.example", "4F1B2C3D5E")->n_lines, 2);
	assert_int_equal(session_of(s, 2, "c@d.example", "4F1B2C3D5E")->n_lines, 1);
	arena_release(&a);
}

static void
a_failed_attempt_does_not_undo_the_failure_of_its_second(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;

	(void)state;
	arrive(&c, 10, "1aaaaa-000001-00", "a@b.example");
	for (int i = 0; i < 2; i++) {
		refuse(&c, 20, "a@b.example", "x@far.example");
		c.fragments[c.n - 1].id = STR("1aaaaa-000001-00");
		c.fragments[c.n - 1].kind = i == 0 ? FRAGMENT_FAILED : FRAGMENT_ATTEMPT;
		c.recipients[c.n - 1].by_remote = true;
		c.recipients[c.n - 1].stage = STAGE_DELIVERY;
	}
	c.recipients[c.n - 1].verdict = VERDICT_NONE;
	assert_int_equal(partition_sessions(c.items, c.n, &a, &s), 1);
	assert_int_equal(s[0].recipients[0].verdict, VERDICT_REJECTED);
	arena_release(&a);
}

/* What a scanner says of a Message-ID; its symbols tell which it is. */
static void
judge(struct case_set *c, int second, const char *message_id, const char *symbols)
{
	struct fragment *f = add(c, second, FRAGMENT_SCORE, symbols);

	f->peer_ip = STR("");
	f->peer_port = 0;
	f->identifiers[f->n_identifiers++] =
		(struct identifier){ ID_ROLE_MESSAGE_ID, str_from(message_id) };
	f->score = (struct score){ .engine = ENGINE_SPAMASSASSIN,
				   .has_value = true,
				   .symbols = str_from(symbols) };
}

static void
carry(struct case_set *c, int second, const char *id, const char *message_id)
{
	arrive(c, second, id, "a@b.example");
	struct fragment *f = &c->fragments[c->n - 1];

	f->identifiers[f->n_identifiers++] =
		(struct identifier){ ID_ROLE_MESSAGE_ID, str_from(message_id) };
}

static const char *
symbols_of(const struct session *s, size_t n, const char *id)
{
	const struct session *found = session_of(s, n, id[0] ? "a@b.example" : "", id);

	return found && found->n_scores > 0 ? found->scores[0].symbols.p : "";
}

static void
a_score_goes_to_the_nearest_message_of_its_message_id(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;
	size_t n;

	(void)state;
	carry(&c, 10, "1aaaaa-000001-00", "m@x");
	carry(&c, 20, "1aaaab-000001-00", "m@x");
	carry(&c, 18, "1aaaac-000001-00", "other@x");
	judge(&c, 18, "m@x", "SECOND");
	judge(&c, 9, "m@x", "FIRST");
	n = partition_sessions(c.items, c.n, &a, &s);
	assert_int_equal(n, 3);
	assert_string_equal(symbols_of(s, n, "1aaaaa-000001-00"), "FIRST");
	assert_string_equal(symbols_of(s, n, "1aaaab-000001-00"), "SECOND");
	assert_string_equal(symbols_of(s, n, "1aaaac-000001-00"), "");
	arena_release(&a);
}

static void
of_two_as_near_the_later_message_has_the_score(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;
	size_t n;

	(void)state;
	carry(&c, 12, "1aaaab-000001-00", "m@x");
	judge(&c, 11, "m@x", "HERE");
	carry(&c, 10, "1aaaaa-000001-00", "m@x");
	n = partition_sessions(c.items, c.n, &a, &s);
	assert_int_equal(n, 2);
	assert_string_equal(symbols_of(s, n, "1aaaab-000001-00"), "HERE");
	arena_release(&a);
}

static void
a_score_without_message_is_a_session(void **state)
{
	struct case_set c = { 0 };
	struct arena a = { 0 };
	struct session *s;
	size_t n;

	(void)state;
	carry(&c, 10, "1aaaaa-000001-00", "m@x");
	judge(&c, 10 + 601, "m@x", "LATE");
	judge(&c, 10, "unknown@x", "UNKNOWN");
	n = partition_sessions(c.items, c.n, &a, &s);
	assert_int_equal(n, 3);
	assert_string_equal(symbols_of(s, n, "1aaaaa-000001-00"), "");
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_of_one_sender_are_one_session),
		cmocka_unit_test(refusals_join_the_next_message_of_their_sender),
		cmocka_unit_test(refusals_do_not_join_a_message_of_another_sender),
		cmocka_unit_test(copies_in_another_log_count_once_but_repetitions_in_one_log_count),
		cmocka_unit_test(connection_lines_alone_make_no_session),
		cmocka_unit_test(connection_lines_accompany_every_session),
		cmocka_unit_test(lines_of_a_named_connection_are_facts_of_all_it_has),
		cmocka_unit_test(sessions_do_not_depend_on_the_order_of_records),
		cmocka_unit_test(a_process_that_serves_a_client_twice_makes_two_connections),
		cmocka_unit_test(
			an_id_that_recurs_is_another_message_when_its_own_has_left_the_queue),
		cmocka_unit_test(a_failed_attempt_does_not_undo_the_failure_of_its_second),
		cmocka_unit_test(a_score_goes_to_the_nearest_message_of_its_message_id),
		cmocka_unit_test(of_two_as_near_the_later_message_has_the_score),
		cmocka_unit_test(a_score_without_message_is_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
