/* SPDX-License-Identifier: MIT */
/*
 * ingest_file: one log from its first look to its report: known or new, format and role, gateway
 * and year, then its lines.
 */
#include "importers/ingest_local.h"

static enum intake_result
fail(struct intake *in)
{
	err_prefix(&in->report.error, "%.*s", STR_ARG(in->report.path));
	return INTAKE_FAILED;
}

/* Text, but not a line yet: a log whose first line is being written. */
static bool
is_begun_line(const struct intake *in)
{
	for (size_t i = 0; i < in->head.n; i++) {
		unsigned char c = (unsigned char)in->head.p[i];
		if (c == '\n' || c == 0x7f || (c < 0x20 && c != '\t'))
			return false;
	}
	return source_is_plain(in->source) && in->head.n < HEAD_PEEK_BYTES;
}

static enum intake_result
identify(struct intake *in)
{
	const struct ingest_options *o = in->run->options;
	in->info.format = o->format.n > 0 ? importer_format(o->format) : detect_format(in->head);
	if (!in->info.format) {
		detect_refuse(in, &in->report.error);
		in->report.skipped = in->entry->was_found || source_member(in->source).n > 0;
		return INTAKE_FAILED;
	}
	in->info.context.role = detect_role(in->name, in->head);
	in->names_hosts = o->gateway.n == 0 && in->info.context.role == LOG_ROLE_SYSLOG;
	return INTAKE_OK;
}

static void
set_year(struct intake *in)
{
	const struct ingest_options *o = in->run->options;
	struct str lines[HEAD_LINES];
	size_t n = head_lines(in->head, lines);
	int64_t written_us = source_mtime_us(in->source);
	if (written_us == TIME_NONE)
		written_us = o->now_us;
	in->info.context.zone = in->run->zone;
	in->info.context.near_us = year_moment(lines, n, o->year, written_us, in->run->zone);
}

/* The head that names a new source: without a last half line, which may still change. */
static struct str
settled_head(const struct intake *in)
{
	struct str named = str_slice(in->head, 0, MARK_BYTES);
	if (!source_is_plain(in->source) || in->head.n > MARK_BYTES)
		return named;
	size_t stop = str_rfind_char(named, '\n');
	return str_slice(named, 0, stop == STR_NPOS ? 0 : stop + 1);
}

static enum intake_result
register_new(struct intake *in, struct err *e)
{
	struct source_book *book = in->run->book;
	enum intake_result rc = identify(in);
	if (rc != INTAKE_OK)
		return rc;
	set_year(in);
	rc = gateway_settle(in, e);
	if (rc != INTAKE_OK)
		return rc;
	struct str head = settled_head(in);
	in->info.path = in->report.path;
	/* A packed file is recognised by its identity only once it was read to its end. */
	in->info.inode = source_is_plain(in->source) ? source_identity(in->source) : 0;
	in->info.mark = (struct source_mark){
		.head_hash = hash_bytes(head, 0),
		.head_bytes = (uint32_t)head.n,
		.tail_hash = hash_bytes(STR(""), 0),
	};
	return book->ops->add(book, &in->info, &in->number, e) < 0 ? INTAKE_ENDED : INTAKE_OK;
}

/* Rotation gives a known source another name; of two copies the one that is known stays. */
static bool
has_moved(const struct intake *in)
{
	if (str_eq(in->info.path, in->report.path))
		return false;
	struct arena scratch = { 0 };
	bool stays = source_identity_is(arena_str(&scratch, in->info.path).p, in->info.inode);
	arena_release(&scratch);
	return !stays;
}

/* The book learns where a source lies now. */
static enum intake_result
update_place(struct intake *in, enum mark_match found, struct err *e)
{
	struct source_book *book = in->run->book;
	uint64_t identity = source_identity(in->source);
	bool moved = has_moved(in);
	bool is_read = found == MARK_KNOWN || source_is_plain(in->source);
	if (!moved && (!str_eq(in->info.path, in->report.path) || in->info.inode == identity))
		return INTAKE_OK;
	in->info.path = in->report.path;
	in->info.inode = is_read ? identity : 0;
	return book->ops->update(book, in->number, &in->info, e) < 0 ? INTAKE_ENDED : INTAKE_OK;
}

static enum intake_result
welcome_known(struct intake *in, enum mark_match found, struct err *e)
{
	struct str lines[HEAD_LINES];
	size_t n = head_lines(in->head, lines);
	if (!in->info.format)
		in->info.format = detect_format(in->head);
	if (!in->info.format) {
		detect_refuse(in, &in->report.error);
		return INTAKE_FAILED;
	}
	/* With --gateway at first sight, the lines' own hosts were overruled. */
	in->names_hosts = in->info.context.role == LOG_ROLE_SYSLOG && n > 0 &&
	                  str_eq(line_host(lines[0]), in->info.gateway);
	return update_place(in, found, e);
}

static void
describe(struct intake *in)
{
	in->report.gateway = in->info.gateway;
	in->report.format = in->info.format ? str_from(in->info.format->name) : STR("");
}

static enum intake_result
take_in(struct intake *in, struct err *e)
{
	struct sink *sink = in->run->sink;
	describe(in);
	if (sink->ops->source(sink, in->number, e) < 0)
		return INTAKE_ENDED;
	enum intake_result rc = lines_begin(in, e);
	if (rc == INTAKE_OK)
		rc = lines_take_all(in, e);
	in->report.already_known = in->report.lines == 0 && in->info.mark.offset > 0;
	return rc == INTAKE_FAILED ? fail(in) : rc;
}

static enum intake_result
take_known(struct intake *in, enum mark_match found, struct err *e)
{
	enum intake_result rc = welcome_known(in, found, e);
	if (rc != INTAKE_OK)
		return rc;
	if (found == MARK_GROWN)
		return take_in(in, e);
	describe(in);
	in->report.already_known = true;
	return INTAKE_OK;
}

enum intake_result
intake_run(struct intake *in, struct err *e)
{
	if (lines_peek(&in->lines, HEAD_PEEK_BYTES, &in->head, &in->report.error) < 0)
		return fail(in);
	in->head = arena_str(&in->arena, in->head);
	if (in->head.n == 0)
		return INTAKE_OK;
	enum mark_match found = mark_find(in, e);
	if (found == MARK_ENDED)
		return INTAKE_ENDED;
	if (found == MARK_FAILED)
		return fail(in);
	if (found != MARK_NEW)
		return take_known(in, found, e);
	if (is_begun_line(in)) {
		in->report.pending_bytes = in->head.n;
		return INTAKE_OK;
	}
	enum intake_result rc = register_new(in, e);
	return rc == INTAKE_OK ? take_in(in, e) : rc;
}
