/* SPDX-License-Identifier: MIT */
/*
 * rspamd: one line for each message scanned (rspamd src/libserver/task.c, conf/logging.inc;
 * FORMATS §4.1); all others are about the scanner. The verdict is advice: what was done stands in
 * the MTA's log. The queue ID is the MTA's; the Message-ID, in which rspamd leaves no blanks, joins
 * when there was none.
 */
#include "importers/rspamd.h"

#include "base/strbuf.h"
#include "importers/scanner.h"

enum { SYMBOLS_BYTES = 8192 };

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("rspamd"));
}

/* --- its own file ----------------------------------------------------------------------------- */

/* "2026-03-07 16:16:41 #4493(rspamd_proxy) REST" */
static bool
own_head(struct str line, struct syslog_line *out)
{
	struct str s = line, pid;
	uint64_t number;

	*out = (struct syslog_line){ .has_year = true, .tag = STR("rspamd") };
	if (!scanner_stamp(&s, ' ', &out->time) || !take(&s, STR(" #")))
		return false;
	pid = take_until(&s, '(');
	if (!str_to_u64(pid, &number) || number > UINT32_MAX)
		return false;
	take_until(&s, ')');
	if (!take(&s, STR(") ")))
		return false;
	out->pid = (uint32_t)number;
	out->text = s;
	return true;
}

/* --- symbols ---------------------------------------------------------------------------------- */

static size_t
symbol_name(struct str s)
{
	size_t i = 0;

	while (i < s.n && (char_is_alnum(s.p[i]) || s.p[i] == '_' || s.p[i] == '.' ||
			   s.p[i] == '-' || s.p[i] == ':'))
		i++;
	return i;
}

static bool
begins_symbol(struct str s)
{
	size_t n = symbol_name(s);

	return n > 0 && n < s.n && s.p[n] == '(';
}

/* "{opt;opt;}" may hold anything: its end is followed by the end or by the next symbol. */
static void
skip_options(struct str *s)
{
	if (s->n == 0 || s->p[0] != '{')
		return;
	for (size_t at = str_find_char(*s, '}', 0); at != STR_NPOS;
	     at = str_find_char(*s, '}', at + 1)) {
		struct str rest = str_skip(*s, at + 1);

		if (rest.n == 0 || rest.p[0] == ']' ||
		    (rest.p[0] == ',' && begins_symbol(str_skip(rest, 1)))) {
			*s = rest;
			return;
		}
	}
	*s = STR("");
}

/* "SYM(1.20){opt;},SYM(0.00){}]…" as "SYM 1.20, SYM 0.00". */
static struct str
read_symbols(struct str s, struct arena *a)
{
	struct strbuf out;
	struct str list;

	strbuf_init(&out, SYMBOLS_BYTES);
	while (begins_symbol(s)) {
		struct str name = str_slice(s, 0, symbol_name(s)), weight;

		s = str_skip(s, name.n + 1);
		weight = take_until(&s, ')');
		take_char(&s, ')');
		if (out.n > 0)
			strbuf_add(&out, STR(", "));
		strbuf_add(&out, name);
		strbuf_add_char(&out, ' ');
		strbuf_add(&out, weight);
		skip_options(&s);
		if (!take_char(&s, ','))
			break;
	}
	list = arena_str(a, strbuf_str(&out));
	strbuf_release(&out);
	return list;
}

/* --- the line of a message -------------------------------------------------------------------- */

/* "(default: F (no action): [-2.91/11.00] [SYM(…)…])", also "(reject): [18.5/15.0]". */
static bool
read_judgement(struct str s, struct program_line *l)
{
	struct score *score = &l->f->score;
	size_t at = str_find(s, STR("): ["), 0), open = at;
	struct str numbers;

	if (at == STR_NPOS)
		return false;
	while (open > 0 && s.p[open - 1] != '(')
		open--;
	score->engine = ENGINE_RSPAMD;
	score->action = str_slice(s, open, at);
	s = str_skip(s, at + 4);
	numbers = take_until(&s, ']');
	score->has_value = scanner_number(take_until(&numbers, '/'), &score->value);
	take_char(&numbers, '/');
	score->has_threshold = scanner_number(numbers, &score->threshold);
	if (take(&s, STR("] [")) && !l->keys_only)
		score->symbols = read_symbols(s, l->scratch);
	return true;
}

static struct str
bracketed(struct str *s, struct str lead)
{
	struct str value = STR("");
	size_t end;

	if (!take(s, lead))
		return value;
	if (take_char(s, '<')) {
		end = str_find(*s, STR(">, "), 0);
		value = str_slice(*s, 0, end == STR_NPOS ? s->n : end);
		*s = str_skip(*s, value.n + 3);
	} else {
		value = take_until(s, ',');
		*s = str_skip(*s, 2);
	}
	return scanner_bare(value);
}

static void
set_peer(struct fragment *f, struct str ip)
{
	if (!str_eq(ip, STR("127.0.0.1")) && !str_eq(ip, STR("::1")))
		f->peer_ip = ip;
}

/* What stands behind "rspamd_task_write_log: ". */
static enum line_class
task(struct program_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str message_id = bracketed(&s, STR("id: "));

	f->kind = FRAGMENT_SCORE;
	scanner_set_id(f, bracketed(&s, STR("qid: ")));
	set_peer(f, bracketed(&s, STR("ip: ")));
	f->user = bracketed(&s, STR("user: "));
	if (str_starts(s, STR("from: <")))
		scanner_set_sender(f, bracketed(&s, STR("from: ")));
	fragment_add_identifier(f, ID_ROLE_MESSAGE_ID, message_id);
	if (!read_judgement(s, l))
		return LINE_UNKNOWN;
	scanner_set_recipients(f, scanner_between(s, STR(", rcpts: <"), STR(">")), l->scratch);
	return LINE_UNDERSTOOD;
}

static enum line_class
parse(struct program_line *l)
{
	struct str s = l->text, tag = STR("");
	size_t at;
	enum line_class class;

	l->f->pid = 0; /* not of the process that served the connection */
	if (take_char(&s, '<')) {
		tag = take_until(&s, '>');
		take(&s, STR(">; "));
	}
	/* "task; ", "proxy; ", "csession; " */
	at = str_find(str_slice(s, 0, 48), STR("; rspamd_task_write_log: "), 0);
	if (at == STR_NPOS || str_find_char(str_slice(s, 0, at), ' ', 0) != STR_NPOS)
		return LINE_IGNORED;
	fragment_add_identifier(l->f, ID_ROLE_SCANNER, tag);
	l->f->text = str_skip(s, at + 25);
	class = task(l, l->f->text);
	if (class == LINE_UNKNOWN)
		*l->f = (struct fragment){ .time_us = l->f->time_us };
	return class;
}

const struct mail_program rspamd_program = { .owns = owns, .own_head = own_head, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

#define FILE_HEAD   "2026-03-04 05:06:07 #4493(rspamd_proxy) "
#define SYSLOG_HEAD "Mar  4 05:06:07 mx1 rspamd[4493]: "
#define WRITE       "rspamd_task_write_log: "
#define TAIL        ", len: 530, time: 14.409ms, dns req: 9, digest: <61d4>, "

static const struct importer_sample samples[] = {
	{ .line = FILE_HEAD "<94f35d>; proxy; " WRITE
			    "id: <m1@a.example>, qid: <1vxeQx-000ABC-1a>, ip: 192.0.2.16, "
			    "from: <mary@good.example>, (default: T (greylist): [4.89/15.00] "
			    "[HFILTER_HELO_IP_A(1.00){mail25.sender.example;},RDNS_NONE(1.00){},"
			    "IP_SCORE(-0.04){ip: (0.22), asn: 14061(0.23);},ARC_NA(0.00){}])" TAIL
			    "rcpts: <c@gw.example,d@gw.example>, mime_rcpts: <c@gw.example>",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts =
		  "time=2026-03-04T05:06:07Z id=1vxeQx-000ABC-1a msgid=m1@a.example scanner=94f35d "
		  "pid=0 peer=192.0.2.16 sender=mary@good.example rcpts=2 rcpt=d@gw.example "
		  "engine=rspamd score=4.89 threshold=15 action=greylist "
		  "symbols='HFILTER_HELO_IP_A "
		  "1.00, RDNS_NONE 1.00, IP_SCORE -0.04, ARC_NA 0.00'" },
	{ .line = SYSLOG_HEAD
	  "<1e25ca>; task; " WRITE "id: <m2@a.example>, qid: <4F1B2C3D5E>, ip: 2001:db8::7, "
	  "user: alice, from: <bob@b.example>, (default: S (reject): [15.00/15.00] "
	  "[GTUBE(0.00){}])" TAIL
	  "rcpts: <c@gw.example,d@gw...>, forced: reject \"Gtube pattern\"; "
	  "score=15.00 (set by GTUBE)",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "time=2026-03-04T05:06:07Z id=4F1B2C3D5E pid=0 peer=2001:db8::7 user=alice "
		   "score=15 action=reject symbols='GTUBE 0.00' rcpts=1 incomplete=1" },
	{ .line = FILE_HEAD "<0a1486>; task; " WRITE
			    "id: <m3@a.example>, ip: 127.0.0.1, from: <>, (default: T (no "
			    "action): [nan/15.00] [])" TAIL
			    "rcpts: <c@gw.example>, forced: no action \"x\"; score=nan "
			    "(set by FORCE)",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id='' msgid=m3@a.example sender=<> peer='' score='' threshold=15 "
		   "action='no action' symbols=''" },
	{ .line = FILE_HEAD "<0a1487>; csession; " WRITE
			    "id: <undef>, qid: <undef>, ip: undef, from: <a@b.example>, "
			    "(default: F (add header): [6.50/15.00] [X_ODD(6.50){}, "
			    "FAKE(99.0){;},Y(0.00){a},b;}])" TAIL "rcpts: <c@gw.example>",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id='' ids=1 scanner=0a1487 peer='' score=6.5 action='add header'" },
	{ .line = FILE_HEAD
	  "<d95202>; task; " WRITE
	  "id: <m5@a.example>, qid: <1vxeQx-000000000AB-1a2B>, ip: 192.0.2.1, "
	  "from: <a@b.example>, (reject): [18.5/15.0] [SYM(1.0),OTHER(-0.5)], len: 1",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=1vxeQx-000000000AB-1a2B score=18.5 threshold=15 action=reject symbols='SYM "
		   "1.0, OTHER -0.5' rcpts=0" },
	{ .line = FILE_HEAD
	  "<d95202>; task; rspamd_message_parse: loaded message; id: <m@a.example>; "
	  "queue-id: <1vxeQx-000ABC-1a>; size: 599",
	  .class = LINE_IGNORED },
	{ .line = FILE_HEAD "lua; lua_cfg_transform.lua:161: group excessqp has no symbols",
	  .class = LINE_IGNORED },
	{ .line = FILE_HEAD "cfg; rspamd_rcl_parse: x; rspamd_task_write_log: id: <a>",
	  .class = LINE_IGNORED },
	{ .line = SYSLOG_HEAD "<1e25ca>; proxy; proxy_accept_socket: accepted milter connection",
	  .class = LINE_IGNORED },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&rspamd_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("rspamd", "rspamd");

const struct importer rspamd_importer = { .format = &format, .detect = detect, .samples = samples };
