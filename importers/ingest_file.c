/* SPDX-License-Identifier: MIT */
/*
 * ingest_file: one log before its lines: known or new, format and role, gateway and year. It is
 * examined twice, before anything is read and when its turn has come: by then it may have grown,
 * been replaced, or be known from another input.
 */
#include <stdlib.h>

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
		in->report.skipped = in->input->entry->was_found || source_member(in->source).n > 0;
		return INTAKE_FAILED;
	}
	in->info.context.role = detect_role(in->name, in->head);
	in->info.context.format = in->info.format;
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
	in->info.context.zone = zone_of_log(in, lines, n);
	in->info.context.near_us =
		year_moment(lines, n, o->year, written_us, in->info.context.zone);
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

/* A copy of a log that waits is its gateway's; nothing is learnt from it. */
static enum intake_result
find_gateway(struct intake *in, struct err *e)
{
	const struct input *same = mark_find_waiting(in->run, in->head, in);
	if (!same)
		return gateway_settle(in, e);
	in->info.gateway = same->gateway;
	return INTAKE_OK;
}

static enum intake_result
welcome_new(struct intake *in, struct err *e)
{
	enum intake_result rc = identify(in);
	if (rc != INTAKE_OK)
		return rc;
	set_year(in);
	rc = find_gateway(in, e);
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
	return INTAKE_OK;
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
welcome_known(struct intake *in, enum mark_match found)
{
	struct str lines[HEAD_LINES];
	size_t n = head_lines(in->head, lines);
	/* Its sessions are in that format: no other will do. */
	if (!in->info.format && found == MARK_GROWN) {
		err_set(&in->report.error, ERR_FORMAT,
			"the format %.*s, in which it was read before, is missing; see postern "
			"help formats",
			STR_ARG(in->info.format_name));
		return fail(in);
	}
	/* With --gateway at first sight, the lines' own hosts were overruled. */
	in->names_hosts = in->info.context.role == LOG_ROLE_SYSLOG &&
			  str_eq(first_host(lines, n), in->info.gateway);
	return INTAKE_OK;
}

/* As it was before the first look. */
static enum intake_result
start_anew(struct intake *in)
{
	in->report = (struct ingest_report){
		.path = in->input->report.path,
		.gateway = STR(""),
		.format = STR(""),
	};
	in->info = (struct source_info){ 0 };
	in->line_count = 0;
	if ((in->lines.offset > 0 && lines_rewind(&in->lines, &in->report.error) < 0) ||
	    lines_peek(&in->lines, HEAD_PEEK_BYTES, &in->head, &in->report.error) < 0)
		return fail(in);
	in->head = arena_str(&in->arena, in->head);
	return INTAKE_OK;
}

enum intake_result
intake_examine(struct intake *in, bool *wanted, struct err *e)
{
	enum intake_result rc = start_anew(in);
	*wanted = false;
	if (rc != INTAKE_OK || in->head.n == 0)
		return rc;
	enum mark_match found = mark_find(in, e);
	if (found == MARK_ENDED)
		return INTAKE_ENDED;
	if (found == MARK_FAILED)
		return fail(in);
	in->is_new = found == MARK_NEW;
	if (in->is_new && is_begun_line(in)) {
		in->report.pending_bytes = in->head.n;
		return INTAKE_OK;
	}
	rc = in->is_new ? welcome_new(in, e) : welcome_known(in, found);
	if (rc != INTAKE_OK)
		return rc;
	in->report.gateway = in->info.gateway;
	in->report.format =
		in->info.format ? str_from(in->info.format->name) : in->info.format_name;
	*wanted = found != MARK_KNOWN;
	if (*wanted)
		return INTAKE_OK;
	in->report.already_known = true;
	return run_reads(in->run, in->number) ? INTAKE_OK : update_place(in, found, e);
}

enum intake_result
intake_begin(struct intake *in, struct err *e)
{
	struct run *r = in->run;
	struct input *input = in->input;
	enum intake_result rc = INTAKE_OK;
	if (!in->is_new)
		rc = update_place(in, MARK_GROWN, e);
	else if (r->book->ops->add(r->book, &in->info, &in->number, e) < 0)
		rc = INTAKE_ENDED;
	source_forget(in->source);
	input->was_read = rc == INTAKE_OK;
	input->number = in->number;
	if (rc != INTAKE_OK ||
	    r->book->ops->sessions(r->book, in->number, &input->sessions_before, e) < 0 ||
	    r->sink->ops->source(r->sink, in->number, e) < 0)
		return INTAKE_ENDED;
	rc = lines_begin(in, e);
	return rc == INTAKE_FAILED ? fail(in) : rc;
}

struct intake *
intake_new(struct run *r, struct input *input, struct source *s)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	struct str member = source_member(s);
	struct str path = str_from(input->entry->path);
	in->run = r;
	in->input = input;
	in->source = s;
	in->time_us = TIME_NONE;
	lines_init(&in->lines, s);
	in->name = member.n > 0 ? arena_str(&in->arena, member) : path;
	if (input->report.path.n == 0 && member.n == 0)
		input->report.path = path;
	else if (input->report.path.n == 0)
		input->report.path =
			arena_printf(&r->arena, "%.*s:%.*s", STR_ARG(path), STR_ARG(member));
	return in;
}

void
intake_free(struct intake *in)
{
	if (in->reader)
		in->info.format->reader_free(in->reader);
	lines_release(&in->lines);
	u64_table_release(&in->host_of);
	free(in->hosts);
	arena_release(&in->arena);
	free(in);
}
