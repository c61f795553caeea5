/* SPDX-License-Identifier: MIT */
/* book: known sources for the ingest loop, and the names that directories were given. */
#include <stdlib.h>

#include "db/writer.h"

typedef int visit_source(void *arg, uint32_t source, const struct source_info *known,
			 struct err *e);

static struct writer *
writer_of(struct source_book *b)
{
	return (struct writer *)((char *)b - offsetof(struct writer, book));
}

/* A head longer than what the file has: the stored text tells whether that is its beginning. */
static int
text_begins_with(struct writer *w, uint32_t source, struct str head, bool *yes, struct err *e)
{
	struct block *b;
	int64_t id = 0;

	*yes = true;
	for (size_t at = 0; at < head.n && *yes;) {
		if (sql_number(&w->st->q, STMT_BLOCK_NEXT_OF, 0, &id, e, "ui", (uint64_t)source,
			       id) < 0)
			return -1;
		/* The first block may not be stored yet. */
		for (size_t i = 0; id == 0 && at == 0 && i < OPEN_BLOCKS; i++)
			if (w->st->open_blocks[i].id != 0 && w->st->open_blocks[i].source == source)
				id = (int64_t)w->st->open_blocks[i].id;
		if (id == 0)
			return 0;
		if (block_get(w->st, (uint64_t)id, &b, e) < 0)
			return -1;
		struct str rest = str_skip(head, at);
		struct str text = strbuf_str(&b->raw);
		*yes = rest.n <= text.n ? str_starts(text, rest) : str_starts(rest, text);
		at += text.n;
	}
	return 0;
}

static int
could_be(struct writer *w, const struct source_row *row, struct str head, bool *yes, struct err *e)
{
	size_t n = row->mark.head_bytes;

	*yes = false;
	if (head.n == 0)
		return 0;
	if (head.n < n)
		return text_begins_with(w, row->number, head, yes, e);
	*yes = hash_bytes(str_slice(head, 0, n), 0) == row->mark.head_hash;
	return 0;
}

static int
visit_row(struct writer *w, const struct source_row *row, visit_source *visit, void *arg,
	  struct err *e)
{
	struct gateway_row *gateway = gateway_get(w->st, row->gateway, e);

	if (!gateway)
		return -1;
	line_ref *pending = xcalloc(row->n_pending, sizeof(*pending));
	for (size_t i = 0; i < row->n_pending; i++)
		pending[i] = row->pending[i].ref;
	struct source_info known = {
		.path = row->path,
		.gateway = gateway->name,
		.format = row->format,
		.format_name = row->format_name,
		.context = row->context,
		.inode = row->inode,
		.mark = row->mark,
		.pending = pending,
		.n_pending = row->n_pending,
	};
	int rc = visit(arg, row->number, &known, e);
	free(pending);
	return rc;
}

static int
book_match(struct source_book *b, struct str head, visit_source *visit, void *arg, struct err *e)
{
	struct writer *w = writer_of(b);
	struct source_row *row;
	int64_t last;
	int visits = 0;
	bool yes;

	if (w->failed)
		return err_set(e, w->failure.code, "%s", w->failure.text);
	if (writer_settle(w, e) < 0)
		return -1;
	if (sql_number(&w->st->q, STMT_SOURCE_LAST, 0, &last, e, "") < 0)
		return -1;
	/* Sources are few and never removed one by one: their numbers have no gaps to speak of. */
	for (uint32_t number = 1; number <= (uint32_t)last; number++) {
		bool there;
		if (source_exists(w->st, number, &there, e) < 0)
			return -1;
		if (!there)
			continue;
		if (source_get(w->st, number, &row, e) < 0 || could_be(w, row, head, &yes, e) < 0)
			return -1;
		if (!yes)
			continue;
		if (visit_row(w, row, visit, arg, e) < 0)
			return -1;
		visits++;
	}
	return visits;
}

static void
describe(struct writer *w, struct source_row *row, const struct source_info *info)
{
	struct arena *names = &w->st->names;

	row->path = arena_str(names, info->path);
	row->inode = info->inode;
	row->mark.head_hash = info->mark.head_hash;
	row->mark.head_bytes = info->mark.head_bytes;
	row->dirty = true;
}

static int
book_add(struct source_book *b, const struct source_info *info, uint32_t *source, struct err *e)
{
	struct writer *w = writer_of(b);
	int64_t last;

	if (writer_own(w, e) < 0)
		return -1;
	struct gateway_row *gateway = gateway_add(w->st, info->gateway, e);
	if (!gateway || sql_number(&w->st->q, STMT_SOURCE_LAST, 0, &last, e, "") < 0)
		return writer_fail(w, e);
	struct source_row *row = source_new(w->st, (uint32_t)last + 1);
	describe(w, row, info);
	row->gateway = gateway->number;
	row->format = info->format;
	row->format_name = str_from(info->format->name);
	row->context = info->context;
	row->context.source = row->number;
	if (info->context.zone)
		row->zone_name = arena_str(&w->st->names, str_from(zone_name(info->context.zone)));
	row->mark = info->mark;
	if (source_save(w->st, row, e) < 0)
		return writer_fail(w, e);
	*source = row->number;
	return 0;
}

static int
book_update(struct source_book *b, uint32_t source, const struct source_info *info, struct err *e)
{
	struct writer *w = writer_of(b);
	struct source_row *row;

	if (writer_own(w, e) < 0 || source_get(w->st, source, &row, e) < 0)
		return -1;
	describe(w, row, info);
	return 0;
}

static int
book_gateway_of(struct source_book *b, struct str directory, struct arena *a, struct str *name,
		struct err *e)
{
	struct writer *w = writer_of(b);

	*name = (struct str){ "", 0 };
	if (writer_settle(w, e) < 0)
		return -1;
	sqlite3_stmt *row = sql_query(&w->st->q, STMT_DIRECTORY_GET, e, "t", directory);
	if (!row)
		return -1;
	int rc = sql_step(&w->st->q, row, e);
	if (rc > 0) {
		*name = arena_str(a, sql_bytes(row, 0));
		sql_done(row);
	}
	return rc < 0 ? -1 : 0;
}

static int
book_remember_gateway(struct source_book *b, struct str directory, struct str name, struct err *e)
{
	struct writer *w = writer_of(b);

	if (writer_own(w, e) < 0)
		return -1;
	if (sql_run(&w->st->q, STMT_DIRECTORY_SET, e, "tt", directory, name) < 0)
		return writer_fail(w, e);
	return 0;
}

static int
book_sole_gateway(struct source_book *b, struct arena *a, struct str *name, struct err *e)
{
	struct writer *w = writer_of(b);
	bool is_sole = true;
	int rc;

	*name = (struct str){ "", 0 };
	if (writer_settle(w, e) < 0)
		return -1;
	sqlite3_stmt *row = sql_query(&w->st->q, STMT_GATEWAYS_BY_FORMAT, e, "");
	if (!row)
		return -1;
	while ((rc = sql_step(&w->st->q, row, e)) > 0) {
		struct str gateway = sql_bytes(row, 0), format_name = sql_bytes(row, 1);
		const struct log_format *format =
			w->st->formats ? w->st->formats(format_name) : NULL;
		if (format && format->is_scanner)
			continue;
		is_sole = is_sole && (name->n == 0 || str_eq(*name, gateway));
		*name = arena_str(a, gateway);
	}
	if (!is_sole)
		*name = (struct str){ "", 0 };
	return rc < 0 ? -1 : 0;
}

static int
book_stored_line(struct source_book *b, line_ref ref, struct arena *a, struct str *text,
		 struct err *e)
{
	struct writer *w = writer_of(b);
	struct stored_line *line;

	if (writer_settle(w, e) < 0)
		return -1;
	if (stored_lines_get(w->st, &ref, 1, a, &line, e) < 0)
		return -1;
	*text = line->text;
	return 0;
}

static int
book_sessions(struct source_book *b, uint32_t source, uint64_t *n, struct err *e)
{
	struct writer *w = writer_of(b);
	struct source_row *row;

	if (writer_settle(w, e) < 0)
		return -1;
	if (source_get(w->st, source, &row, e) < 0)
		return -1;
	*n = row->sessions;
	return 0;
}

const struct source_book_ops writer_book_ops = {
	.match = book_match,
	.add = book_add,
	.update = book_update,
	.gateway_of = book_gateway_of,
	.remember_gateway = book_remember_gateway,
	.sole_gateway = book_sole_gateway,
	.stored_line = book_stored_line,
	.sessions = book_sessions,
};
