/* SPDX-License-Identifier: MIT */
/*
 * spamd: the "result:" line says all there is of a message (SpamAssassin spamd/spamd.raw;
 * FORMATS §4.2), with the score cut to an integer and the Message-ID as the only key. The line
 * before it has the score in full but names no message.
 */
#include "importers/spamd.h"

#include "importers/scanner.h"

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("spamd"));
}

/* --- its own file ----------------------------------------------------------------------------- */

/* "Sat Nov 21 15:57:25 2026 [29627] info: REST"; what follows the weekday is syslog's but for the
 * year. */
static bool
own_head(struct str line, struct syslog_line *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c = { 0 };
	struct str s = line;
	uint64_t v[5];
	static const struct {
		unsigned char at, n;
	} numbers[5] = { { 8, 2 }, { 11, 2 }, { 14, 2 }, { 17, 2 }, { 20, 4 } };

	*out = (struct syslog_line){ .has_year = true, .tag = STR("spamd") };
	if (s.n < 32 || s.p[3] != ' ' || s.p[7] != ' ' || s.p[10] != ' ' || s.p[13] != ':' ||
	    s.p[16] != ':' || s.p[19] != ' ' || s.p[24] != ' ' || s.p[25] != '[')
		return false;
	for (size_t i = 0; i < 5; i++) {
		struct str digits = str_slice(s, numbers[i].at, numbers[i].at + numbers[i].n);

		if (!str_to_u64(str_trim(digits), &v[i]))
			return false;
	}
	for (int m = 0; m < 12; m++)
		if (memcmp(months + 3 * m, s.p + 4, 3) == 0)
			c.month = m + 1;
	if (c.month == 0 || v[0] < 1 || v[0] > 31 || v[1] > 23 || v[2] > 59 || v[3] > 60)
		return false;
	c.day = (int)v[0], c.hour = (int)v[1], c.minute = (int)v[2], c.second = (int)v[3];
	c.year = (int)v[4];
	out->time = c;
	s = str_skip(s, 26);
	if (!str_to_u64(take_until(&s, ']'), &v[0]) || v[0] > UINT32_MAX || !take(&s, STR("] ")))
		return false;
	out->pid = (uint32_t)v[0];
	take_until(&s, ' '); /* "info:" */
	out->text = str_skip(s, 1);
	return true;
}

/* --- the line of a message -------------------------------------------------------------------- */

/* "Y 12 - SYM,SYM scantime=2.0,size=N,user=u,…,mid=<…>,…" */
static enum line_class
result(struct program_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct score *score = &f->score;
	bool spam = take_char(&s, 'Y');
	struct str symbols, message_id;

	if (!spam && !take_char(&s, '.'))
		return LINE_UNKNOWN;
	s = str_trim(s);
	score->has_value = scanner_number(take_until(&s, ' '), &score->value);
	if (!score->has_value || !take(&s, STR(" - ")))
		return LINE_UNKNOWN;
	f->kind = FRAGMENT_SCORE;
	score->engine = ENGINE_SPAMASSASSIN;
	score->is_cut = true;
	score->action = spam ? STR("spam") : STR("ham");
	symbols = take_until(&s, ' ');
	if (symbols.n > 0 && !l->keys_only)
		score->symbols = scanner_symbols(symbols, l->scratch);
	score->has_threshold = scanner_number(scanner_between(s, STR(",required_score="), STR(",")),
					      &score->threshold);
	/* Blanks and commas in it were replaced, so that it ends at the next comma. */
	message_id = scanner_between(s, STR(",mid="), STR(","));
	fragment_add_identifier(f, ID_ROLE_MESSAGE_ID, scanner_bare(message_id));
	return LINE_UNDERSTOOD;
}

static enum line_class
parse(struct program_line *l)
{
	struct str s = l->text;
	enum line_class class;

	l->f->pid = 0; /* not of the process that served the connection */
	take(&s, STR("spamd: "));
	if (!take(&s, STR("result: ")))
		return LINE_IGNORED;
	l->f->text = s;
	class = result(l, s);
	if (class == LINE_UNKNOWN)
		*l->f = (struct fragment){ .time_us = l->f->time_us };
	return class;
}

const struct mail_program spamd_program = { .owns = owns, .own_head = own_head, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

#define FILE_HEAD   "Wed Mar  4 05:06:07 2026 [29627] info: spamd: "
#define SYSLOG_HEAD "Mar  4 05:06:07 mx1 spamd[29627]: spamd: "

static const struct importer_sample samples[] = {
	{ .line = FILE_HEAD
	  "result: Y  7 - FSL_HELO_NON_FQDN_1,HELO_LOCALHOST,RCVD_ILLEGAL_IP scantime=0.1,size=630,"
	  "user=nobody,uid=102,required_score=5.0,rhost=localhost,raddr=127.0.0.1,rport=33198,"
	  "mid=<m1@a.example>,autolearn=no autolearn_force=no",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "time=2026-03-04T05:06:07Z id='' pid=0 msgid=m1@a.example engine=SpamAssassin "
		   "score=7 threshold=5 action=spam symbols='FSL_HELO_NON_FQDN_1, HELO_LOCALHOST, "
		   "RCVD_ILLEGAL_IP'" },
	{ .line = SYSLOG_HEAD
	  "result: . -1 - ALL_TRUSTED scantime=0.1,size=613,user=nobody,uid=102,"
	  "required_score=5.0,rhost=localhost,raddr=127.0.0.1,rport=45054,"
	  "mid=<m2@a.example>,rmid=<r@a.example>,bayes=0.999999,autolearn=ham",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "time=2026-03-04T05:06:07Z msgid=m2@a.example ids=1 score=-1 threshold=5 "
		   "action=ham symbols=ALL_TRUSTED" },
	{ .line = FILE_HEAD
	  "result: Y 1002 -  scantime=0.1,size=613,user=nobody,uid=102,"
	  "required_score=6.5,rhost=::1,raddr=::1,rport=4,mid=(unknown),autolearn=no",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "ids=0 score=1002 threshold=6.5 symbols=''" },
	{ .line = FILE_HEAD "identified spam (7.3/5.0) for nobody:102 in 0.1 seconds, 630 bytes.",
	  .class = LINE_IGNORED },
	{ .line = SYSLOG_HEAD "clean message (-1.0/5.0) for nobody:102 in 0.1 seconds, 613 bytes.",
	  .class = LINE_IGNORED },
	{ .line = FILE_HEAD "checking message <m1@a.example> for nobody:102",
	  .class = LINE_IGNORED },
	{ .line = "Wed Mar  4 05:06:07 2026 [29436] info: prefork: child states: II",
	  .class = LINE_IGNORED },
	{ .line = SYSLOG_HEAD "result: strange", .class = LINE_UNKNOWN },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&spamd_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("spamd", "SpamAssassin spamd");

const struct importer spamd_importer = { .format = &format, .detect = detect, .samples = samples };
