/* SPDX-License-Identifier: MIT */
/*
 * Formats that operators define: what is wrong with a file is said with its place; what is right
 * reads lines, is detected, and survives patterns that run away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

/* The registry itself: support_toy.c has another one, and the linker would take that. */
#include "importers/importer.c"
#include "importers/score_text.h"
#include "support_facts.h"
#include "support_files.h"

#define HEAD "[format]\nname = mygw\n"
#define GOOD                                                                      \
	"[pattern refused]\nmatch = ^(?<time>\\S+) (?<peer>\\S+) (?<reply>.*)$\n" \
	"stage = rcpt\nsample = 2026-03-04T05:06:07Z 192.0.2.1:25 550 no\n"

static int
forget(void **state)
{
	(void)state;
	user_formats_release();
	return 0;
}

static void
add(const char *text)
{
	struct format_complaints c;

	format_complaints_init(&c);
	if (!user_formats_add(STR("x.conf"), str_from(text), &c))
		fail_msg("%s", c.text.p);
	assert_int_equal(c.n, 0);
	format_complaints_release(&c);
}

/* Must fail, and say exactly this first (the caret and its line, too). */
static void
complains(const char *text, const char *wanted)
{
	struct format_complaints c;

	format_complaints_init(&c);
	assert_false(user_formats_add(STR("x.conf"), str_from(text), &c));
	assert_true(c.n > 0);
	if (!str_starts(strbuf_str(&c.text), str_from(wanted)))
		fail_msg("said:\n%swanted:\n%s", c.text.p, wanted);
	assert_null(user_format_at(0));
	format_complaints_release(&c);
}

/* --- files that are wrong --------------------------------------------------------------------- */

static void
lines_that_are_nothing(void **state)
{
	(void)state;
	complains("hello\n", "x.conf:1:1: neither a [section] nor \"key = value\"\n  hello\n  ^\n");
	complains("name = x\n", "x.conf:1:1: stands before the first [section]\n  name = x\n  ^\n");
	complains("[format\n", "x.conf:1:8: a section ends with ]\n  [format\n         ^\n");
	complains("[formats]\n", "x.conf:1:1: sections are [format], [pattern NAME] and ");
	complains("# nothing\n", "x.conf: holds neither a [format] nor a [score]\n");
}

static void
keys_of_the_format(void **state)
{
	(void)state;
	complains("[format]\n" GOOD, "x.conf:1:1: the format has no name\n  [format]\n  ^\n");
	complains("[format]\nname = my gw\n" GOOD,
		  "x.conf:2:10: a name has letters, digits, -, _ and . only\n  name = my gw\n"
		  "           ^\n");
	complains("[format]\nname = exim\n" GOOD,
		  "x.conf:2:8: there is a format of this name already\n  name = exim\n"
		  "         ^\n");
	complains(HEAD "colour = red\n" GOOD, "x.conf:3:1: a [format] has name, title,");
	complains(HEAD "time = %Y-%q\n" GOOD,
		  "x.conf:3:11: not a time format: auto, or %Y %y %m %d %e %b %H %I %M %S %p %f %z "
		  "%s %Q %F %T %D\n  time = %Y-%q\n            ^\n");
	complains(HEAD "values = xml\n" GOOD, "x.conf:3:10: values is plain or json\n");
	complains(HEAD "shared_pid = maybe\n" GOOD, "x.conf:3:14: is yes or no\n");
	complains(HEAD "stage eod = end\n" GOOD,
		  "x.conf:3:13: stage is connect, helo, mail, rcpt, data or delivery\n"
		  "  stage eod = end\n              ^\n");
	complains(HEAD "name = other\n" GOOD,
		  "x.conf:3:1: name stands in line 2 already\n  name = other\n  ^\n");
	complains(HEAD "tag = postfix/smtpd\n" GOOD,
		  "x.conf:3:7: Postern reads lines of this tag already\n");
	complains(HEAD, "x.conf:1:1: a format needs at least one [pattern NAME]\n");
	complains(GOOD, "x.conf:1:1: patterns need a [format] with a name\n");
	complains(HEAD GOOD "[format]\nname = b\n",
		  "x.conf:7:1: a second [format]: each has a file of its own\n");
}

static void
keys_of_a_pattern(void **state)
{
	(void)state;
	complains(HEAD "[pattern p]\nsample = x\n", "x.conf:3:1: pattern p has no match\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+) (\nsample = x\n",
		  "x.conf:4:24: missing closing parenthesis\n  match = ^(?<time>\\S+) (\n"
		  "                         ^\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+) (?<colour>.*)\nsample = x\n",
		  "x.conf:4:26: no field is called colour; postern help formats lists them\n"
		  "  match = ^(?<time>\\S+) (?<colour>.*)\n                           ^\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+)\nstage = eod\nsample = x\n",
		  "x.conf:5:9: stage is connect, helo, mail, rcpt, data or delivery\n"
		  "  stage = eod\n          ^\n");
	complains(
		HEAD "[pattern p]\nmatch = ^(?<time>\\S+)\ncolour = red\nsample = x\n",
		"x.conf:5:1: a [pattern] has match, sample and fields; no field is called colour");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+) (?<code>\\d+)\ncode = 550\n",
		  "x.conf:5:1: code has a group in the pattern already\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+)\ncode = 99\n",
		  "x.conf:5:8: code is a reply code from 200 to 599\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<peer>\\S+)\nsample = x\n",
		  "x.conf:3:1: pattern p has no group (?<time>…)\n");
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+) (?<score>\\S+)\nsample = x\n",
		  "x.conf:3:1: a score needs its engine");
	complains(HEAD "tag = mygw\n[pattern p]\nmatch = ^(?<time>\\S+)\nsample = x\n",
		  "x.conf:5:13: with a tag the time comes from syslog\n");
}

static void
places_in_values_that_go_on(void **state)
{
	(void)state;
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+)\n\t(?<colour>.*)\nsample = x\n",
		  "x.conf:5:5: no field is called colour; postern help formats lists them\n"
		  "   (?<colour>.*)\n      ^\n");
}

static void
samples_that_do_not_fit(void **state)
{
	(void)state;
	complains(HEAD "[pattern p]\nmatch = ^(?<time>\\S+) x$\n",
		  "x.conf:3:1: no sample exercises pattern p\n  [pattern p]\n  ^\n");
	complains(HEAD GOOD "sample = nonsense\n",
		  "x.conf:7:10: no pattern claims this sample\n  sample = nonsense\n"
		  "           ^\n");
	complains(HEAD GOOD "[pattern other]\nmatch = ^(?<time>\\S+) 192\n",
		  "x.conf:6:10: both refused and other claim this sample\n");
	complains(HEAD GOOD "[pattern other]\nmatch = ^(?<time>\\S+) x$\n"
			    "sample = 2026-03-04T05:06:07Z 192.0.2.1 550 no\n",
		  "x.conf:9:10: pattern refused claims this sample of other\n");
	complains(HEAD GOOD "sample = yesterday 192.0.2.1 550 no\n",
		  "x.conf:7:10: pattern refused finds time \"yesterday\" here, which is not a time "
		  "of "
		  "the format's kind\n  sample = yesterday 192.0.2.1 550 no\n           ^\n");
	complains(HEAD GOOD "sample = 2026-03-04T05:06:07Z 192.0.2 550 no\n",
		  "x.conf:7:31: pattern refused finds peer \"192.0.2\" here, which is not an IP "
		  "address");
}

static void
long_lines_show_the_part_that_matters(void **state)
{
	(void)state;
	complains(
		HEAD "[pattern p]\nmatch = ^(?<time>\\S+) .* code (?<code>\\S+)\n"
		     "sample = 2026-03-04T05:06:07Z a line that is quite long, as they are, with "
		     "\xc3\xa9 and code abc and much more behind it than anybody wants to see\n",
		"x.conf:5:88: pattern p finds code \"abc\" here, which is not a reply code from "
		"200 "
		"to 599\n  …7Z a line that is quite long, as they are, with \xc3\xa9 and code abc "
		"and much more behind it than anybody…\n"
		"                                                              ^\n");
}

static void
runaway_samples(void **state)
{
	(void)state;
	complains(
		HEAD
		"[pattern p]\nmatch = ^(?<time>\\S+) (a+)+$\n"
		"sample = 2026-03-04T05:06:07Z aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n",
		"x.conf:5:10: pattern p runs away on this sample: it tries more ways than PCRE2's "
		"limits allow\n");
}

static void
scores_that_are_wrong(void **state)
{
	(void)state;
	complains("[score s]\nengine = rspamd\nmatch = mark {value}\n",
		  "x.conf:1:1: score s has no sample\n");
	complains("[score s]\nmatch = mark {value}\nsample = mark 3\n",
		  "x.conf:1:1: score s has no engine\n");
	complains("[score s]\nengine = mine\nmatch = mark {value}\n",
		  "x.conf:2:10: engine is PMX, SpamAssassin, rspamd or amavis\n");
	complains("[score s]\nengine = rspamd\nmatch = mark {vaule}\n",
		  "x.conf:3:14: no hole of this name; there are {value}");
	complains("[score s]\nengine = rspamd\nmatch = {value} marks\n",
		  "x.conf:3:9: must begin with at least three literal characters\n");
	complains("[score s]\nengine = rspamd\nmatch = mark {value}\nsample = none\n",
		  "x.conf:4:10: the pattern reads no score from this sample\n"
		  "  sample = none\n           ^\n");
	complains("[score s]\nengine = rspamd\nmatch = mark {any}\nsample = mark 1\n",
		  "x.conf:3:9: without {value} there is no score\n");
}

static void
names_and_tags_are_taken_once(void **state)
{
	struct format_complaints c;

	(void)state;
	add(HEAD "tag = mygw\n[pattern p]\nmatch = ^x (?<peer>\\S+)\nsample = x 192.0.2.1\n");
	format_complaints_init(&c);
	assert_false(user_formats_add(STR("y.conf"), STR(HEAD GOOD), &c));
	assert_non_null(strstr(c.text.p, "y.conf:2:8: there is a format of this name already"));
	assert_false(user_formats_add(
		STR("z.conf"),
		STR("[format]\nname = other\ntag = mygw\n[pattern p]\nmatch = ^x (?<peer>\\S+)\n"
		    "sample = x 192.0.2.1\n"),
		&c));
	assert_non_null(strstr(c.text.p, "z.conf: x.conf reads the tag mygw, too"));
	assert_null(user_format_at(1));
	format_complaints_release(&c);
}

/* --- files that are right --------------------------------------------------------------------- */

static enum line_class
parse(const char *format, const char *line, struct fragment *f, struct arena *a)
{
	const struct log_format *log = importer_format(str_from(format));
	struct parse_context c = { .zone = zone_utc(), .near_us = TIME_NONE, .format = log };

	assert_non_null(log);
	return log->parse(str_from(line), &c, f, a);
}

static void
states(const char *line, const char *facts)
{
	struct arena a = { 0 };
	struct fragment f;
	struct strbuf why;

	strbuf_init(&why, STRBUF_NO_MAX);
	assert_int_equal(parse("mygw", line, &f, &a), LINE_UNDERSTOOD);
	if (!facts_hold(&f, facts, &why) || why.n > 0)
		fail_msg("%s\n%s", line, why.p);
	strbuf_release(&why);
	arena_release(&a);
}

static void
values_become_facts(void **state)
{
	(void)state;
	add(HEAD
	    "stage eom = data\nverdict PASS = accepted\n"
	    "[pattern refused]\nmatch = ^(?<time>\\S+) (?<id>\\w+) (?<peer>\\S+) (?<stage>\\w+) "
	    "<(?<sender>[^>]*)> <(?<rcpt>[^>]*)>: (?<reply>.*)$\n"
	    "sample = 1772600767 A1 x.example[192.0.2.1]:4242 eom <> <a@b.example>: 550 5.7.1 no\n"
	    "[pattern passed]\nmatch = ^(?<time>\\S+) (?<id>\\w+) (?<verdict>PASS)"
	    "(?: (?<score>\\S+)/(?<threshold>\\S+))?$\nengine = rspamd\nstage = data\n"
	    "sample = 1772600767 A1 PASS 3.5/8\n"
	    "[pattern sent]\nmatch = ^(?<time>\\S+) (?<id>\\w+) sent (?<rcpt>\\S+) "
	    "(?<remote_ip>\\S+) (?<reply>.*)$\nkind = delivered\nverdict = accepted\n"
	    "sample = 1772600767 A1 sent <a@b.example> 192.0.2.9:25 250 2.0.0 ok\n"
	    "[pattern noise]\nmatch = ^noise\nclass = ignored\nsample = noise of all kinds\n");
	states("1772600767 A1 x.example[192.0.2.1]:4242 eom <> <a@b.example>: 550 5.7.1 no (ref "
	       "Q77-1)",
	       "kind=refused id=A1 peer=192.0.2.1 port=4242 host=x.example stage=data "
	       "verdict=rejected "
	       "code=550 enhanced=5.7.1 rcpt=a@b.example");
	states("1772600767 A1 192.0.2.1 rcpt <c@d.example> <a@b.example>: 451 later",
	       "kind=refused stage=rcpt verdict=deferred sender=c@d.example code=451 reply=later");
	states("1772600767 A1 PASS 3.5/8", "kind=arrived verdict=accepted score=3.5 threshold=8");
	states("1772600767 A1 PASS", "kind=arrived verdict=accepted stage=data");
	states("1772600767 A1 sent <a@b.example> 192.0.2.9:25 250 2.0.0 ok", "kind=delivered");

	struct arena a = { 0 };
	struct fragment f;
	assert_int_equal(parse("mygw", "noise again", &f, &a), LINE_IGNORED);
	assert_int_equal(parse("mygw", "silence", &f, &a), LINE_UNKNOWN);
	/* A value that its field cannot hold: seen among the unknown lines, not guessed. */
	assert_int_equal(parse("mygw", "1772600767 A1 192.0.2.1 vrfy <> <a@b>: 550 no", &f, &a),
			 LINE_UNKNOWN);
	assert_int_equal(parse("mygw", "soon A1 PASS", &f, &a), LINE_UNKNOWN);
	arena_release(&a);
}

static void
json_values_are_unescaped(void **state)
{
	(void)state;
	add(HEAD "values = json\n[pattern p]\nmatch = ^\\{\"t\": (?<time>\\d+), \"r\": "
		 "\"(?<reply>(?:[^\"\\\\]|\\\\.)*)\"\\}$\n"
		 "sample = {\"t\": 1772600767, \"r\": \"550 \\\"no\\\"\"}\n");
	states("{\"t\": 1772600767, \"r\": \"550-5.7.1 \\u00e9\\ud83d\\ude00 \\\"a\\\"\\r\\n550 "
	       "5.7.1 b\"}",
	       "code=550 enhanced=5.7.1 reply='\xc3\xa9\xf0\x9f\x98\x80 \"a\"\nb'");
}

static void
programs_in_syslog(void **state)
{
	(void)state;
	add(HEAD "tag = mygw mygw-out\n[pattern p]\nmatch = ^(?<id>\\w+): refused "
		 "<(?<rcpt>[^>]*)> from (?<peer>\\S+): (?<reply>.*)$\nstage = rcpt\n"
		 "sample = A1: refused <a@b.example> from 192.0.2.1:25: 550 no\n");
	states("2026-03-04T05:06:07Z mx1 mygw[77]: A1: refused <a@b.example> from 192.0.2.1:25: "
	       "550 no",
	       "kind=refused id=A1 pid=77 peer=192.0.2.1 rcpt=a@b.example code=550");
	states("2026-03-04T05:06:07Z mx1 mygw-out: A1: refused <a@b.example> from 192.0.2.1:25: "
	       "550 no",
	       "kind=refused id=A1");

	struct str own =
		STR("2026-03-04T05:06:07Z mx1 mygw[7]: A1: refused <a@b> from ::1: 550 no");
	struct str other = STR("2026-03-04T05:06:07Z mx1 sshd[7]: Accepted publickey");
	const struct importer *found = importer_detect(&own, 1);
	assert_non_null(found);
	assert_string_equal(found->format->name, "mygw");
	assert_null(importer_detect(&other, 1));
}

static void
own_formats_are_detected_before_others(void **state)
{
	struct str exim = STR("2026-03-04 05:06:07 1vxeQx-000ABC-1a Completed");

	(void)state;
	assert_string_equal(importer_detect(&exim, 1)->format->name, "exim");
	add(HEAD GOOD);
	assert_string_equal(importer_detect(&exim, 1)->format->name, "exim");
	assert_string_equal(
		importer_detect(&STR("2026-03-04T05:06:07Z 192.0.2.1:25 550 no"), 1)->format->name,
		"mygw");
	assert_non_null(importer_format(STR("MYGW")));
}

static void
scores_of_this_site(void **state)
{
	struct arena a = { 0 };
	struct score s = { .engine = ENGINE_NONE };
	struct str text = STR("refused, house spam mark 12.5 of 8 [BAYES_99, URI_X]");

	(void)state;
	assert_false(score_text(text, &a, &s, NULL));
	add("[score house]\nengine = SpamAssassin\n"
	    "match = house spam mark {value}{end} of {threshold} [{symbols}]\nanywhere = yes\n"
	    "sample = refused, house spam mark 12.5 of 8 [BAYES_99, URI_X]\n");
	assert_true(score_text(text, &a, &s, NULL));
	assert_true(s.engine == ENGINE_SPAMASSASSIN && s.value == 12.5 && s.threshold == 8);
	assert_true(str_eq(s.symbols, STR("BAYES_99, URI_X")));
	/* The built-in wordings still come first. */
	assert_true(score_text(STR("PMX spam probability 94% gauge X"), &a, &s, NULL));
	assert_int_equal(s.engine, ENGINE_PMX);
	user_formats_release();
	assert_false(score_text(text, &a, &s, NULL));
	arena_release(&a);
}

/* --- runaways --------------------------------------------------------------------------------- */

static enum line_class
feed(const char *line)
{
	const struct log_format *log = importer_format(STR("mygw"));
	struct parse_context c = {
		.zone = zone_utc(), .near_us = TIME_NONE, .format = log, .keys_only = true
	};
	struct arena a = { 0 };
	struct fragment f;
	enum line_class class = log->parse(str_from(line), &c, &f, &a);

	arena_release(&a);
	return class;
}

static void
runaways_end_are_told_and_given_up(void **state)
{
	static const char hostile[] = "2026-03-04T05:06:07Z 192.0.2.1 "
				      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct timespec before, after;
	struct strbuf told;

	(void)state;
	add(HEAD "[pattern slow]\nmatch = ^(?<time>\\S+) (?<peer>\\S+) (a+)+$\nkind = connected\n"
		 "sample = 2026-03-04T05:06:07Z 192.0.2.1 aaa\n"
		 "[pattern bye]\nmatch = ^(?<time>\\S+) (?<peer>\\S+) bye\nkind = disconnected\n"
		 "sample = 2026-03-04T05:06:07Z 192.0.2.1 bye\n");
	strbuf_init(&told, STRBUF_NO_MAX);
	user_formats_runaways(&told);
	assert_int_equal(told.n, 0);
	assert_int_equal(feed(hostile), LINE_UNKNOWN);
	user_formats_runaways(&told);
	assert_string_equal(
		told.p, "x.conf:3: pattern slow ran away on 1 line, which count as unknown if no "
			"other pattern claims them\n");
	/* Strangers cannot switch it off with a few lines. */
	for (int i = 0; i < 20000; i++)
		assert_int_equal(feed("2026-03-04T05:06:07Z 192.0.2.1 aaa"), LINE_UNDERSTOOD);
	for (int i = 0; i < 150; i++)
		assert_int_equal(feed(hostile), LINE_UNKNOWN);
	assert_int_equal(feed("2026-03-04T05:06:07Z 192.0.2.1 aaa"), LINE_UNDERSTOOD);
	user_formats_runaways(&told); /* once */
	assert_null(strstr(told.p + 20, "x.conf"));
	clock_gettime(CLOCK_MONOTONIC, &before);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(feed(hostile), LINE_UNKNOWN);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec < 20);
	strbuf_clear(&told);
	user_formats_runaways(&told);
	assert_non_null(strstr(told.p, "it is not tried any more"));
	/* New lines are not claimed by it, the others go on, and stored records keep their facts. */
	assert_int_equal(feed("2026-03-04T05:06:07Z 192.0.2.1 aaa"), LINE_UNKNOWN);
	assert_int_equal(feed("2026-03-04T05:06:07Z 192.0.2.1 bye"), LINE_UNDERSTOOD);
	states("2026-03-04T05:06:07Z 192.0.2.1 aaa", "kind=connected");
	strbuf_release(&told);
}

static void
the_example_is_in_order(void **state)
{
	struct arena a = { 0 };
	struct format_complaints c;
	struct str text = files_read("examples/formats.d/rawgw.conf", &a);

	(void)state;
	format_complaints_init(&c);
	if (!user_formats_add(STR("rawgw.conf"), text, &c))
		fail_msg("%s", c.text.p);
	format_complaints_release(&c);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_that_are_nothing, forget),
		cmocka_unit_test_teardown(keys_of_the_format, forget),
		cmocka_unit_test_teardown(keys_of_a_pattern, forget),
		cmocka_unit_test_teardown(places_in_values_that_go_on, forget),
		cmocka_unit_test_teardown(samples_that_do_not_fit, forget),
		cmocka_unit_test_teardown(long_lines_show_the_part_that_matters, forget),
		cmocka_unit_test_teardown(runaway_samples, forget),
		cmocka_unit_test_teardown(scores_that_are_wrong, forget),
		cmocka_unit_test_teardown(names_and_tags_are_taken_once, forget),
		cmocka_unit_test_teardown(values_become_facts, forget),
		cmocka_unit_test_teardown(json_values_are_unescaped, forget),
		cmocka_unit_test_teardown(programs_in_syslog, forget),
		cmocka_unit_test_teardown(own_formats_are_detected_before_others, forget),
		cmocka_unit_test_teardown(scores_of_this_site, forget),
		cmocka_unit_test_teardown(runaways_end_are_told_and_given_up, forget),
		cmocka_unit_test_teardown(the_example_is_in_order, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
