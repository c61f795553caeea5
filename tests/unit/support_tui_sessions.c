/* SPDX-License-Identifier: MIT */
/* support_tui_sessions: the sessions of the fake store, each for something screens must show. */
#include "support_tui_store.h"

#define SECONDS(n) ((n)*US_PER_SECOND)

struct row {
	int64_t ago_s;
	const char *gateway, *id, *ip, *host, *helo, *sender;
	const char *recipients; /* by commas */
	enum stage stage, about;
	enum verdict verdict;
	unsigned code;
	struct enhanced enhanced;
	const char *reply;
	enum engine engine;
	double score, threshold;
	const char *symbols, *subject;
	enum direction direction;
	bool by_remote;
};

static const struct row rows[] = {
	{ .ago_s = 2220,
	  .gateway = "mx1",
	  .id = "1xUnZw-00032s-19",
	  .ip = "85.68.8.22",
	  .host = "mail18.isp.example",
	  .helo = "mail18.isp.example",
	  .sender = "news@example.com",
	  .recipients = "cks@cs.example.edu,jdoe@cs.example.edu",
	  .stage = STAGE_DATA,
	  .about = STAGE_DATA,
	  .verdict = VERDICT_REJECTED,
	  .code = 550,
	  .reply = "Rejected: CSLab PMX spam score too high (milter id 1xUnZw-00032s-19)",
	  .engine = ENGINE_PMX,
	  .score = 97,
	  .threshold = 90,
	  .symbols = "HTML_FONT_LOW, URI_CLASS, BODY_SIZE_5000_LESS, SUPERLONG_LINE, NO_REAL_NAME",
	  .subject = "Spring newsletter",
	  .direction = DIRECTION_IN },
	{ .ago_s = 2437,
	  .gateway = "mx1",
	  .ip = "85.68.8.22",
	  .host = "mail18.isp.example",
	  .helo = "mail18.isp.example",
	  .sender = "offers@promo.example",
	  .recipients = "user31@cs.example.edu",
	  .stage = STAGE_RCPT,
	  .about = STAGE_RCPT,
	  .verdict = VERDICT_REJECTED,
	  .code = 550,
	  .enhanced = { 5, 1, 1 },
	  .reply = "Unrouteable address",
	  .direction = DIRECTION_IN },
	{ .ago_s = 2465,
	  .gateway = "mx2",
	  .id = "4Wx7Fh2rJkz9sT",
	  .ip = "192.0.2.77",
	  .host = "out7.bulk.example",
	  .helo = "out7.bulk.example",
	  .sender = "bounce-881@bulk.example",
	  .recipients = "ada@cs.example.edu,ben@cs.example.edu,cy@cs.example.edu",
	  .stage = STAGE_DATA,
	  .about = STAGE_DATA,
	  .verdict = VERDICT_DEFERRED,
	  .code = 451,
	  .enhanced = { 4, 7, 1 },
	  .reply = "Try again later",
	  .engine = ENGINE_RSPAMD,
	  .score = 12.4,
	  .threshold = 15,
	  .symbols = "R_SPF_SOFTFAIL 2.5, BAYES_SPAM 4.1, MANY_INVISIBLE_PARTS 5.8",
	  .direction = DIRECTION_IN },
	{ .ago_s = 3700,
	  .gateway = "mx1",
	  .id = "1xUnYa-0002zz-0Q",
	  .ip = "198.51.100.9",
	  .host = "smtp.partner.example",
	  .helo = "smtp.partner.example",
	  .sender = "maria@partner.example",
	  .recipients = "cks@cs.example.edu",
	  .verdict = VERDICT_ACCEPTED,
	  .by_remote = true,
	  .subject = "Re: minutes",
	  .direction = DIRECTION_IN },
	{ .ago_s = 5100,
	  .gateway = "mx1",
	  .ip = "2001:db8:4f3:77::abcd:2",
	  .helo = "[203.0.113.5]",
	  .sender = "",
	  .recipients = "postmaster@cs.example.edu",
	  .stage = STAGE_HELO,
	  .about = STAGE_HELO,
	  .verdict = VERDICT_REJECTED,
	  .code = 554,
	  .reply = "HELO does not match",
	  .direction = DIRECTION_BOUNCE },
	{ .ago_s = 9000,
	  .gateway = "mx2",
	  .id = "4Wx7Aq11Zlz9sT",
	  .ip = "85.68.8.23",
	  .host = "mail19.isp.example",
	  .helo = "mail19.isp.example",
	  .sender = "news@example.com",
	  .recipients = "cks@cs.example.edu",
	  .stage = STAGE_RCPT,
	  .about = STAGE_RCPT,
	  .verdict = VERDICT_DEFERRED,
	  .code = 450,
	  .enhanced = { 4, 2, 0 },
	  .reply = "Greylisted, see http://postgrey.example/help/cs.example.edu.html",
	  .direction = DIRECTION_IN },
	{ .ago_s = 50000,
	  .gateway = "mx1",
	  .id = "1xUbQ2-0001aB-7c",
	  .ip = "10.4.0.12",
	  .host = "desk12.cs.example.edu",
	  .helo = "desk12",
	  .sender = "ada@cs.example.edu",
	  .recipients = "someone.with.a.very.long.name@department.of.long.names.university.example",
	  .verdict = VERDICT_ACCEPTED,
	  .direction = DIRECTION_OUT,
	  .subject = "Draft" },
	{ .ago_s = 200000,
	  .gateway = "mx1",
	  .id = "1xTm3F-0000Qr-2b",
	  .ip = "203.0.113.200",
	  .helo = "x\033[31mred\033[0m\xe2\x80\xae"
		  "evil",
	  .sender = "\xe5\xb1\xb1\xe7\x94\xb0@example.jp",
	  .recipients = "cks@cs.example.edu",
	  .stage = STAGE_MAIL,
	  .about = STAGE_MAIL,
	  .verdict = VERDICT_REJECTED,
	  .code = 550,
	  .enhanced = { 5, 7, 1 },
	  .reply = "Sender blocked\nsee https://cs.example.edu/blocked\x07",
	  .subject = "\xe7\xb7\x8a\xe6\x80\xa5: \xe3\x81\x94\xe7\xa2\xba\xe8\xaa\x8d",
	  .direction = DIRECTION_IN },
	{ .ago_s = 40000000,
	  .gateway = "mx2",
	  .id = "3f9QkX1nTz",
	  .ip = "192.0.2.1",
	  .host = "old.example",
	  .helo = "old.example",
	  .sender = "old@old.example",
	  .recipients = "cks@cs.example.edu",
	  .verdict = VERDICT_QUARANTINED,
	  .direction = DIRECTION_IN },
};

static struct reply
reply_of(const struct row *r)
{
	return (struct reply){ .code = (uint16_t)r->code,
			       .code_logged = true,
			       .text_logged = true,
			       .enhanced = r->enhanced,
			       .text = str_from(r->reply) };
}

static void
add_identifier(struct session *s, enum id_role role, struct str text)
{
	if (text.n > 0)
		s->identifiers[s->n_identifiers++] = (struct identifier){ role, text };
}

static void
add_recipients(struct session *s, const struct row *row)
{
	struct str rest = str_from(row->recipients);
	while (rest.n > 0 && s->n_recipients < 8) {
		size_t comma = str_find_char(rest, ',', 0);
		s->recipients[s->n_recipients++] = (struct recipient){
			.address = str_slice(rest, 0, comma),
			.verdict = row->verdict,
			.stage = row->by_remote ? STAGE_DELIVERY : row->stage,
			.reply = reply_of(row),
			.time_us = s->start_us + SECONDS(2),
			.by_remote = row->by_remote,
		};
		rest = comma == STR_NPOS ? STR("") : str_skip(rest, comma + 1);
	}
	s->recipients_total = s->n_recipients;
}

static void
fill(struct fake_store *f, struct session *s, const struct row *r, int64_t start_us)
{
	*s = (struct session){
		.ref = { ++f->number },
		.gateway_name = str_from(r->gateway),
		.start_us = start_us,
		.end_us = start_us + SECONDS(6),
		.direction = r->direction,
		.stage = r->stage,
		.about = r->about,
		.verdict = r->verdict,
		.reply = reply_of(r),
		.peer_ip = str_from(r->ip),
		.peer_port = 40122,
		.peer_host = str_from(r->host),
		.helo = str_from(r->helo),
		.has_sender = true,
		.sender = str_from(r->sender),
		.subject = str_from(r->subject),
		.protocol = STR("esmtps"),
		.size_bytes = r->subject ? 14233 : 0,
	};
	s->connection = arena_printf(&f->arena, "%s:40122", r->ip);
	s->identifiers = arena_zalloc(&f->arena, 4 * sizeof(*s->identifiers));
	s->recipients = arena_zalloc(&f->arena, 8 * sizeof(*s->recipients));
	s->scores = arena_zalloc(&f->arena, sizeof(*s->scores));
	add_identifier(s, ID_ROLE_OWN, str_from(r->id));
	if (r->subject)
		add_identifier(s, ID_ROLE_MESSAGE_ID, STR("20261121.8812@example.com"));
	add_recipients(s, r);
	if (r->engine != ENGINE_NONE)
		s->scores[s->n_scores++] = (struct score){
			.engine = r->engine,
			.value = r->score,
			.threshold = r->threshold,
			.has_value = true,
			.has_threshold = true,
			.symbols = str_from(r->symbols),
		};
}

/* Ordinary ones, to have pages: every fifth is refused at RCPT. */
static void
fill_bulk(struct fake_store *f, struct session *s, size_t i, int64_t start_us)
{
	struct arena *a = &f->arena;
	const char *sender = arena_printf(a, "user%zu@site%zu.example", i, i % 17).p;
	struct row r = {
		.gateway = i % 3 ? "mx1" : "mx2",
		.id = arena_printf(a, "1xS%03zu-000%03zu-%02zu", i, i * 7 % 1000, i % 100).p,
		.ip = arena_printf(a, "192.0.2.%zu", i % 250 + 1).p,
		.host = arena_printf(a, "mail.site%zu.example", i % 17).p,
		.helo = "mail",
		.sender = sender,
		.recipients = i % 4 ? "cks@cs.example.edu" : "ada@cs.example.edu",
		.verdict = VERDICT_ACCEPTED,
		.by_remote = true,
		.direction = DIRECTION_IN,
	};
	if (i % 5 == 0) {
		r.verdict = VERDICT_REJECTED;
		r.stage = r.about = STAGE_RCPT;
		r.code = 550;
		r.reply = "Unrouteable address";
		r.by_remote = false;
	}
	fill(f, s, &r, start_us);
}

void
fake_sessions_fill(struct fake_store *f, size_t bulk)
{
	const size_t special = sizeof(rows) / sizeof(rows[0]);
	f->sessions = arena_zalloc(&f->arena, (special + bulk + 100) * sizeof(*f->sessions));
	f->sessions += 100; /* room for those that arrive */
	for (size_t i = 0; i + 1 < special; i++)
		fill(f, &f->sessions[f->n++], &rows[i], FAKE_NOW_US - SECONDS(rows[i].ago_s));
	for (size_t i = 0; i < bulk; i++, f->n++)
		fill_bulk(f, &f->sessions[f->n], i,
			  FAKE_NOW_US - SECONDS(300000 + (int64_t)i * 977));
	fill(f, &f->sessions[f->n++], &rows[special - 1],
	     FAKE_NOW_US - SECONDS(rows[special - 1].ago_s));
}

void
fake_session_add(struct fake_store *f, int64_t start_us)
{
	f->sessions--;
	f->n++;
	fill_bulk(f, &f->sessions[0], 900 + f->version, start_us);
}
