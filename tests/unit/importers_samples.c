/* SPDX-License-Identifier: MIT */
/*
 * Every importer's samples: read as stated by their owner, claimed with more confidence by nobody
 * else, the same when the record's own text is read again; and each score pattern by its sample.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* The registry itself: support_toy.c has another one, and the linker would take that. */
#include "importers/importer.c"
#include "importers/score_text.h"
#include "support_facts.h"

#define NEAR_US (INT64_C(1772600767) * US_PER_SECOND) /* 2026-03-04 05:06:07 */

struct seen {
	const struct importer *owner;
	const struct importer_sample *sample;
	struct parse_context context;
	size_t records, lines;
	struct strbuf why;
};

static void
again(struct seen *seen, const struct record *r)
{
	struct arena scratch;
	struct fragment f;

	arena_init(&scratch);
	if (seen->owner->format->parse(r->text, &seen->context, &f, &scratch) != r->class)
		strbuf_add_text(&seen->why, "  its text alone is of another class\n");
	else if (r->class == LINE_UNDERSTOOD && seen->sample->facts)
		facts_hold(&f, seen->sample->facts, &seen->why);
	arena_release(&scratch);
}

static int
visit(void *arg, const struct record *r, struct err *e)
{
	struct seen *seen = arg;
	const struct importer_sample *s = seen->sample;

	(void)e;
	seen->records++;
	seen->lines += r->n_lines;
	if (r->class != s->class) {
		strbuf_printf(&seen->why, "  is %s, not %s\n", line_class_text(r->class),
			      line_class_text(s->class));
		return 0;
	}
	if (s->class == LINE_UNDERSTOOD) {
		if (r->fragment.kind != s->kind)
			strbuf_printf(&seen->why, "  kind is %s, not %s\n",
				      fragment_kind_text(r->fragment.kind),
				      fragment_kind_text(s->kind));
		if (s->facts)
			facts_hold(&r->fragment, s->facts, &seen->why);
		again(seen, r);
	}
	return 0;
}

/* Feeds the sample's physical lines; returns how many there were. */
static size_t
feed(struct seen *seen)
{
	const struct log_format *f = seen->owner->format;
	seen->context.format = f;
	struct record_reader *r = f->reader_new(&seen->context);
	struct str rest = str_from(seen->sample->line);
	line_ref ref = 0;

	while (rest.n > 0) {
		size_t end = str_find_char(rest, '\n', 0);

		end = end == STR_NPOS ? rest.n : end;
		f->reader_feed(r, str_slice(rest, 0, end), ++ref, visit, seen, NULL);
		rest = str_skip(rest, end + 1);
	}
	assert_int_equal(f->reader_finish(r, visit, seen, NULL), 0);
	f->reader_free(r);
	return (size_t)ref;
}

/* The owner's claim on the first line, against everybody else's. */
static void
compare_claims(struct seen *seen)
{
	struct str line = str_from(seen->sample->line);
	size_t end = str_find_char(line, '\n', 0);
	int own;

	line = str_slice(line, 0, end);
	own = seen->owner->detect(line);
	if (seen->sample->class == LINE_UNDERSTOOD && own < 50)
		strbuf_printf(&seen->why, "  claimed with %d only\n", own);
	for (size_t i = 0; importers[i]; i++) {
		int other = importers[i]->detect(line);

		if (importers[i] != seen->owner && other > own)
			strbuf_printf(&seen->why, "  %s claims it with %d, we with %d\n",
				      importers[i]->format->name, other, own);
	}
}

static size_t
check_importer(const struct importer *owner)
{
	size_t failed = 0;

	for (const struct importer_sample *s = owner->samples; s && s->line; s++) {
		struct seen seen = {
			.owner = owner,
			.sample = s,
			.context = { .zone = zone_utc(), .near_us = NEAR_US },
		};
		size_t lines;

		strbuf_init(&seen.why, STRBUF_NO_MAX);
		lines = feed(&seen);
		if (seen.records != 1 || seen.lines != lines)
			strbuf_printf(&seen.why, "  made %zu records of %zu lines\n", seen.records,
				      seen.lines);
		compare_claims(&seen);
		if (seen.why.n > 0) {
			print_error("%s: %s\n%s", owner->format->name, s->line, seen.why.p);
			failed++;
		}
		strbuf_release(&seen.why);
	}
	return failed;
}

static void
samples_state_their_facts(void **state)
{
	(void)state;
	for (size_t i = 0; importers[i]; i++)
		assert_int_equal(check_importer(importers[i]), 0);
}

/* Bytes changed, and the end cut off: for the sanitizers, and every line is still counted once. */
static void
damaged_samples_are_still_counted(void **state)
{
	static const char marks[] = "<>\"',:;[]{}()=\\ \n%@.0\xff";
	char text[8192];

	(void)state;
	srand(1);
	for (size_t i = 0; importers[i]; i++)
		for (const struct importer_sample *s = importers[i]->samples; s->line; s++)
			for (int turn = 0; turn < 40; turn++) {
				struct importer_sample damaged = { .line = text };
				struct seen seen = {
					.owner = importers[i],
					.sample = &damaged,
					.context = { .zone = zone_utc(), .near_us = NEAR_US },
				};
				size_t n = strlen(s->line);

				if (n >= sizeof(text))
					continue;
				memcpy(text, s->line, n + 1);
				for (int k = rand() % 8; k >= 0; k--)
					text[(size_t)rand() % n] =
						marks[(size_t)rand() % (sizeof(marks) - 1)];
				if (turn % 4 == 0)
					text[(size_t)rand() % n] = '\0';
				strbuf_init(&seen.why, STRBUF_NO_MAX);
				damaged.class = LINE_IGNORED; /* facts are not looked at */
				n = feed(&seen);
				assert_true(seen.lines >= n);
				importers[i]->detect(str_from(text));
				strbuf_release(&seen.why);
			}
}

static void
there_are_enough(void **state)
{
	size_t n = 0, kinds[FRAGMENT_KIND_COUNT] = { 0 };
	const struct importer *exim =
		importer_detect(&STR("2026-03-04 05:06:07 1vxeQx-000ABC-1a Completed"), 1);

	(void)state;
	assert_non_null(exim);
	for (; exim->samples[n].line; n++) {
		if (exim->samples[n].class == LINE_UNDERSTOOD)
			kinds[exim->samples[n].kind]++;
	}
	assert_true(n >= 120);
	for (size_t i = 0; i < FRAGMENT_KIND_COUNT; i++)
		assert_true(kinds[i] > 0);
}

static void
scores_by_their_own_pattern(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (const struct score_pattern *p = score_patterns; p->name; p++) {
		const struct score_pattern *which = NULL;
		struct fragment f = { .kind = FRAGMENT_SCORE };
		struct strbuf why;

		strbuf_init(&why, STRBUF_NO_MAX);
		if (!score_text(str_from(p->sample), &a, &f.score, &which) || which != p)
			strbuf_printf(&why, "  read by %s\n", which ? which->name : "none");
		else if (f.score.engine != p->engine || !f.score.has_value)
			strbuf_add_text(&why, "  engine or value is missing\n");
		facts_hold(&f, p->facts, &why);
		if (why.n > 0)
			fail_msg("%s: %s\n%s", p->name, p->sample, why.p);
		strbuf_release(&why);
	}
	arena_release(&a);
}

static void
texts_without_score(void **state)
{
	static const char *const texts[] = {
		"unknown user",
		"PMX",
		"PMX: nothing",
		"PMX spam probability high",
		"SA: x",
		"score",
		"scored",
		"scored {value} spam points",
		"rspamd reject score=",
		"spam score of your message is too high",
		"SpamAssassin score n/a",
		"",
		"(rspamd score )",
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct score s = { .engine = ENGINE_NONE };

		assert_false(score_text(str_from(texts[i]), &a, &s, NULL));
		assert_int_equal(s.engine, ENGINE_NONE);
	}
	arena_release(&a);
}

/* The report of SpamAssassin as $spam_report gives it, one line. */
static void
symbols_from_a_report(void **state)
{
	struct str text = STR(
		"spam score 7.3 tests=[Spam detection software has identified it.  Content "
		"analysis "
		"details:   (7.3 points, 5.0 required)     pts rule name              description "
		" ---- "
		"---------------------- ----------   1.3 RCVD_ILLEGAL_IP        Received: contains "
		"illegal IP address   -2.6 HELO_LOCALHOST         No description available.]");
	struct score s;
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_true(score_text(text, &a, &s, NULL));
	assert_true(str_eq(s.symbols, STR("RCVD_ILLEGAL_IP 1.3, HELO_LOCALHOST -2.6")));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_state_their_facts),
		cmocka_unit_test(damaged_samples_are_still_counted),
		cmocka_unit_test(there_are_enough),
		cmocka_unit_test(scores_by_their_own_pattern),
		cmocka_unit_test(texts_without_score),
		cmocka_unit_test(symbols_from_a_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
