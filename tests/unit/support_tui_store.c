/* SPDX-License-Identifier: MIT */
/* support_tui_store: db/store.h over an array. */
#include "support_tui_store.h"

#include <stdlib.h>

#include "support_fakestore.h"

struct fake_store *
fake_store_new(size_t bulk)
{
	struct store *st = xcalloc(1, sizeof(*st));
	arena_init(&st->fake.arena);
	st->fake.version = 1;
	fake_sessions_fill(&st->fake, bulk);
	return &st->fake;
}

void
fake_store_free(struct fake_store *f)
{
	arena_release(&f->arena);
	free(f);
}

void
fake_store_arrive(struct fake_store *f)
{
	fake_session_add(f, FAKE_NOW_US);
	f->version++;
}

void
fake_store_merge(struct fake_store *f, size_t i)
{
	f->merged = f->sessions[i].ref;
	f->sessions[i].ref.number = ++f->number;
	f->into = f->sessions[i].ref;
	f->version++;
}

static int
check(const struct store *st, struct err *e)
{
	return st->fake.failing ? err_set(e, ERR_DB,
					  "/var/lib/postern/index.db: disk I/O error: "
					  "check the disk, then postern doctor")
				: 0;
}

uint64_t
store_version(struct store *st)
{
	return st->fake.version;
}

int
store_totals(struct store *st, struct store_totals *out, struct err *e)
{
	*out = (struct store_totals){ .sessions = st->fake.n,
				      .lines = 9234985,
				      .understood = 9000000,
				      .ignored = 234970,
				      .unknown = 15 };
	return check(st, e);
}

int
store_sources(struct store *st, struct arena *a, struct store_source **out, size_t *n,
	      struct err *e)
{
	static const int64_t day = 86400 * US_PER_SECOND;
	const struct store_source rows[] = {
		{ 1, STR("/var/log/exim4/mainlog"), STR("mx1"), STR("exim"), LOG_ROLE_MAIN,
		  1204331000, 6312652, 6200000, 112652, 0, 1204331, 0x7f, FAKE_NOW_US - 20 * day,
		  FAKE_NOW_US - 4 * US_PER_SECOND, FAKE_NOW_US - 3 * US_PER_SECOND },
		{ 2, STR("/var/log/exim4/rejectlog"), STR("mx1"), STR("exim"), LOG_ROLE_REJECT,
		  98000000, 214101, 213089, 1000, 12, 40211, 0x41, FAKE_NOW_US - 20 * day,
		  FAKE_NOW_US - 60 * US_PER_SECOND, FAKE_NOW_US - 3 * US_PER_SECOND },
		{ 3, STR("/srv/logs/mx2/archive/2026/november/mail.log.4.gz"), STR("mx2"),
		  STR("postfix"), LOG_ROLE_SYSLOG, 310000000, 1804220, 1700000, 104217, 3, 300100,
		  0x41, FAKE_NOW_US - 17 * day, FAKE_NOW_US - 9 * day, FAKE_NOW_US - 2 * day },
		{ 4, STR("/srv/logs/mx2/mail.log"), STR("mx2"), STR("postfix"), LOG_ROLE_SYSLOG,
		  150000000, 904012, 890000, 14012, 0, 150200, 0x4b, FAKE_NOW_US - 9 * day,
		  FAKE_NOW_US - 5000 * US_PER_SECOND, FAKE_NOW_US - 4000 * US_PER_SECOND },
	};
	*n = sizeof(rows) / sizeof(rows[0]);
	*out = arena_alloc(a, sizeof(rows));
	memcpy(*out, rows, sizeof(rows));
	return check(st, e);
}

int
store_coverage(struct store *st, int64_t gap_us, struct arena *a, struct store_stretch **out,
	       size_t *n, struct err *e)
{
	const int64_t day = 86400 * US_PER_SECOND, hour = 3600 * US_PER_SECOND;
	const struct store_stretch rows[] = {
		{ STR("mx1"), FAKE_NOW_US - 20 * day, FAKE_NOW_US - 4 * US_PER_SECOND },
		{ STR("mx2"), FAKE_NOW_US - 17 * day, FAKE_NOW_US - 9 * day },
		{ STR("mx2"), FAKE_NOW_US - 9 * day + 2 * hour,
		  FAKE_NOW_US - 5000 * US_PER_SECOND },
	};
	(void)gap_us;
	*n = sizeof(rows) / sizeof(rows[0]);
	*out = arena_alloc(a, sizeof(rows));
	memcpy(*out, rows, sizeof(rows));
	return check(st, e);
}

int
store_gateways(struct store *st, struct arena *a, struct coverage **out, size_t *n, struct err *e)
{
	const struct coverage rows[] = {
		{ STR("mx1"), FAKE_NOW_US - 40000000 * US_PER_SECOND, FAKE_NOW_US, st->fake.n,
		  STR("exim") },
		{ STR("mx2"), FAKE_NOW_US - 40000000 * US_PER_SECOND, FAKE_NOW_US, st->fake.n,
		  STR("exim") },
	};
	*n = sizeof(rows) / sizeof(rows[0]);
	*out = arena_alloc(a, sizeof(rows));
	memcpy(*out, rows, sizeof(rows));
	return check(st, e);
}

int
store_probe(struct store *st, const struct probe *p, struct arena *a, struct probe_answer *out,
	    struct err *e)
{
	struct fakestore rows = { .sessions = st->fake.sessions, .n = st->fake.n };
	fakestore_answer(&rows, p, a, out);
	if (++st->fake.probes == st->fake.fail_at)
		return err_set(e, ERR_DB, "/var/lib/postern/index.db: disk I/O error");
	return check(st, e);
}

int
store_unknowns(struct store *st, struct arena *a, size_t most, struct store_unknown **out,
	       size_t *n, struct err *e)
{
	const struct store_unknown rows[] = {
		{ STR("<time> no host name found for IP address <ip>"),
		  STR("2026-11-21 10:02:09 no host name found for IP address 203.0.113.200"),
		  STR("/var/log/exim4/rejectlog"), 12 },
		{ STR("<time> <host> mystery[<n>]: \\e[31m<word> <word>"),
		  STR("Nov 21 09:11:12 mx2 mystery[4711]: \033[31mfoo bar"),
		  STR("/srv/logs/mx2/archive/2026/november/mail.log.4.gz"), 3 },
	};
	(void)most;
	*n = sizeof(rows) / sizeof(rows[0]);
	*out = arena_alloc(a, sizeof(rows));
	memcpy(*out, rows, sizeof(rows));
	return check(st, e);
}

bool
session_ref_parse(struct str text, struct session_ref *out)
{
	(void)text;
	(void)out;
	return false; /* no paste of the screens is one */
}

int
store_session(struct store *st, struct session_ref ref, struct arena *a, struct session **out,
	      struct err *e)
{
	(void)a;
	*out = NULL;
	if (ref.number == st->fake.merged.number)
		ref = st->fake.into;
	for (size_t i = 0; i < st->fake.n; i++)
		if (st->fake.sessions[i].ref.number == ref.number)
			*out = &st->fake.sessions[i];
	return check(st, e);
}

int
store_session_lines(struct store *st, const struct session *s, struct arena *a,
		    struct stored_line **out, size_t *n, struct err *e)
{
	struct str id = session_own_id(s);
	*out = arena_zalloc(a, 3 * sizeof(**out));
	*n = 3;
	for (size_t i = 0; i < 3; i++) {
		(*out)[i].source =
			i < 2 ? STR("/var/log/exim4/mainlog") : STR("/var/log/exim4/rejectlog");
		(*out)[i].line_number = i < 2 ? 6312640 + i * 3 : 214100;
		(*out)[i].text = arena_printf(
			a, "2026-11-21 10:02:%02zu %.*s H=%.*s [%.*s] F=<%.*s> %s: %.*s",
			11 + 3 * i, STR_ARG(id), STR_ARG(s->peer_host), STR_ARG(s->peer_ip),
			STR_ARG(s->sender), i == 0 ? "warning" : "rejected after DATA",
			STR_ARG(s->reply.text));
	}
	return check(st, e);
}

int
store_page(struct store *st, const struct page_query *q, struct arena *a, struct session_page *out,
	   struct err *e)
{
	size_t i = 0;
	*out = (struct session_page){ 0 };
	out->sessions = arena_alloc(a, q->most * sizeof(struct session));
	if (q->after.ref.number != 0) {
		while (i < st->fake.n && st->fake.sessions[i].ref.number != q->after.ref.number)
			i++;
		i++;
	}
	out->next = q->after;
	for (; i < st->fake.n && out->n < q->most; i++) {
		const struct session *s = &st->fake.sessions[i];
		if (q->budget_sessions > 0 && out->looked++ >= q->budget_sessions)
			break;
		out->next = (struct session_cursor){ s->start_us, s->ref };
		if (q->probe && !session_has_term(s, q->probe->terms[0]))
			continue;
		if ((!q->words || text_filter_missing(q->words, s) == 0) &&
		    (!q->keep || q->keep(q->keep_arg, s)))
			out->sessions[out->n++] = *s;
	}
	out->more = i < st->fake.n;
	return check(st, e);
}

/* --- services -------------------------------------------------------------------------------- */

static int64_t
now(void *arg)
{
	(void)arg;
	return FAKE_NOW_US;
}

static void
add(struct ladder *l, struct ladder_row row)
{
	l->rows[l->n++] = row;
}

/* As the real one: the deciding stage is timed, those before it only partly. */
static int
ladder(void *arg, struct store *st, const struct session *s, struct arena *a, struct ladder *out,
       struct err *e)
{
	struct str reply = STR("");
	if (s->reply.code > 0)
		reply = arena_printf(a, "%u %.*s", s->reply.code, STR_ARG(s->reply.text));
	(void)arg;
	*out = (struct ladder){ .rows = arena_zalloc(a, 16 * sizeof(*out->rows)) };
	add(out, (struct ladder_row){ .time_us = s->start_us,
				      .label = "connect",
				      .stage = STAGE_CONNECT,
				      .what = arena_printf(a, "%.*s:%u  %.*s", STR_ARG(s->peer_ip),
							   s->peer_port, STR_ARG(s->peer_host)) });
	add(out, (struct ladder_row){ .time_us = TIME_NONE,
				      .label = "HELO",
				      .what = s->helo,
				      .implied = true,
				      .remark = STR("time not logged") });
	add(out, (struct ladder_row){ .time_us = TIME_NONE,
				      .label = "MAIL",
				      .what = s->sender.n ? s->sender : STR("<>"),
				      .implied = true,
				      .remark = STR("time not logged") });
	for (size_t i = 0; i < s->n_recipients; i++) {
		bool refused = i == 1 || s->stage == STAGE_RCPT;
		add(out, (struct ladder_row){
				 .time_us = refused ? s->start_us + 2 * US_PER_SECOND : TIME_NONE,
				 .label = "RCPT",
				 .what = s->recipients[i].address,
				 .implied = !refused,
				 .verdict = refused ? VERDICT_REJECTED : VERDICT_NONE,
				 .answer = refused ? STR("550 Unrouteable address") : STR(""),
				 .remark = refused ? STR("") : STR("from the rejectlog") });
	}
	if (s->stage == STAGE_DATA)
		add(out, (struct ladder_row){ .time_us = s->end_us,
					      .label = "DATA",
					      .answer = reply,
					      .verdict = s->verdict });
	return check(st, e);
}

static int
start_import(void *arg, struct str path, struct strbuf *message, struct err *e)
{
	(void)arg;
	(void)e;
	strbuf_printf(message, "Reading %.*s", STR_ARG(path));
	return 0;
}

static int
usual_logs(void *arg, struct strbuf *path, struct err *e)
{
	(void)arg;
	(void)e;
	strbuf_add(path, STR("/var/log/exim4/mainlog"));
	return 0;
}

struct app_services
fake_services(struct fake_store *f)
{
	struct err e = { .code = ERR_NONE };
	const struct zone *zone = zone_find(STR("America/New_York"), &e);
	return (struct app_services){
		.store = (struct store *)f,
		.zone = zone ? zone : zone_utc(),
		.now_us = now,
		.ladder = ladder,
		.usual_logs = usual_logs,
		.start_import = start_import,
		.first_start_text = STR("There is no index yet.\n\n"
					"Found /var/log/exim4/mainlog: press i to read it.\n"
					"Or from another host:\n  ssh mx1 sudo cat "
					"/var/log/exim4/mainlog | postern import --gateway mx1 -"),
	};
}
