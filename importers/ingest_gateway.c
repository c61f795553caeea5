/* SPDX-License-Identifier: MIT */
/*
 * ingest_gateway: whose log it is: --gateway, the host in the lines, the name remembered for the
 * directory, what the logs of the directory say about their host, the caller's default. Never the
 * path; a gateway that nobody names gets a name that no other has. A scanner's log that names no
 * host waits for the others (ingest_scanner).
 */
#include "importers/ingest_local.h"
#include "importers/journal.h"
#include "importers/syslog.h"

enum { DERIVE_FILES = 32 };

struct str
line_host(struct str line)
{
	struct str host;
	return syslog_host(line, &host) || journal_host(line, &host) ? host : STR("");
}

struct str
first_host(const struct str *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str host = line_host(lines[i]);
		if (host.n > 0)
			return host;
	}
	return STR("");
}

static bool
is_host_name(struct str s)
{
	if (s.n == 0 || s.n > 255 || !char_is_alnum(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alnum(s.p[i]) && !strchr(".-_:", s.p[i]))
			return false;
	return true;
}

static struct str
first_word(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	return str_slice(s, 0, n);
}

/* "… by HOST with esmtp …" of a Received header. */
static struct str
host_after_by(struct str line)
{
	size_t at = str_find(line, STR("by "), 0);
	if (at == STR_NPOS || (at > 0 && line.p[at - 1] != ' ' && line.p[at - 1] != '\t'))
		return STR("");
	struct str host = first_word(str_skip(line, at + 3));
	struct str rest = str_skip(line, at + 3 + host.n);
	return str_starts(rest, STR(" with ")) && is_host_name(host) ? host : STR("");
}

/* "ID … id=EID@HOST": the Message-ID that Exim gave to a message of its own. */
static struct str
host_of_own_message(struct str line)
{
	size_t at = str_find(line, STR(" id=E"), 0);
	if (at == STR_NPOS)
		return STR("");
	struct str made = first_word(str_skip(line, at + 5));
	size_t sign = str_find_char(made, '@', 0);
	if (sign == STR_NPOS || sign < 16 || sign > 23)
		return STR("");
	struct str host = str_skip(made, sign + 1);
	size_t own = str_find(line, str_slice(made, 0, sign), 0);
	return own < at && is_host_name(host) ? host : STR("");
}

/*
 * The topmost Received header of a refused message is ours; those below are strangers' words, and
 * so is every header, but none can begin a line with "Envelope-".
 */
static struct str
host_in_log(struct str head)
{
	bool in_envelope = false, in_received = false;
	while (head.n > 0) {
		size_t stop = str_find_char(head, '\n', 0);
		struct str line = reader_line(str_slice(head, 0, stop));
		struct str host = host_of_own_message(line);
		head = stop == STR_NPOS ? STR("") : str_skip(head, stop + 1);
		if (host.n > 0)
			return host;
		bool folded = line.n > 0 && (line.p[0] == '\t' || line.p[0] == ' ');
		in_received = (in_received && folded) ||
			      (in_envelope && str_starts(line, STR("P Received: ")));
		in_envelope = str_starts(line, STR("Envelope-"));
		host = in_received ? host_after_by(line) : STR("");
		if (host.n > 0)
			return host;
	}
	return STR("");
}

struct teacher {
	struct str head;
	struct arena *arena;
	struct str name;
};

static int
take_name(void *arg, uint32_t source, const struct source_info *known, struct err *e)
{
	(void)source;
	(void)e;
	struct teacher *t = arg;
	if (t->name.n == 0 && !(known->format && known->format->is_scanner) &&
	    known->mark.head_bytes > 0 && known->mark.head_bytes <= t->head.n &&
	    hash_bytes(str_slice(t->head, 0, known->mark.head_bytes), 0) == known->mark.head_hash)
		t->name = arena_str(t->arena, known->gateway);
	return 0;
}

/* What one log says about its host, or whose it is known to be. */
static enum intake_result
name_in_head(struct run *r, struct str head, struct str *name, struct err *e)
{
	struct teacher t = { .head = str_slice(head, 0, MARK_BYTES), .arena = &r->arena };
	const struct input *waiting = mark_find_waiting(r, t.head, NULL);
	if (r->book->ops->match(r->book, t.head, take_name, &t, e) < 0)
		return INTAKE_ENDED;
	if (t.name.n == 0 && waiting && !waiting->seeks_gateway)
		t.name = waiting->gateway;
	*name = t.name.n > 0 ? t.name : arena_str(&r->arena, host_in_log(head));
	return INTAKE_OK;
}

static enum intake_result
name_in_file(struct run *r, const struct walk_entry *entry, struct str *name, struct err *e)
{
	struct source *s;
	struct lines l;
	struct str head;
	enum intake_result rc = INTAKE_OK;
	if (source_open(entry->path, &s, NULL) < 0)
		return INTAKE_OK; /* its own turn will tell */
	lines_init(&l, s);
	if (source_next(s, NULL) == 1 && lines_peek(&l, GATEWAY_PEEK_BYTES, &head, NULL) == 0)
		rc = name_in_head(r, head, name, e);
	lines_release(&l);
	source_close(s);
	return rc;
}

/* Reject logs tell soonest; then the others, in order. */
static enum intake_result
derive_name(struct intake *in, struct str *name, struct err *e)
{
	struct run *r = in->run;
	int tried = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < r->walk.n && tried < DERIVE_FILES; i++) {
			const struct walk_entry *entry = &r->walk.entries[i];
			bool reject = str_find_nocase(str_from(entry->path), STR("reject"), 0) !=
				      STR_NPOS;
			if (reject != (pass == 0) || entry->error.code != ERR_NONE ||
			    entry->directory.n == 0 ||
			    !str_eq(entry->directory, in->input->entry->directory))
				continue;
			tried++;
			if (name_in_file(r, entry, name, e) < 0)
				return INTAKE_ENDED;
			if (name->n > 0)
				return INTAKE_OK;
		}
	return INTAKE_OK;
}

/*
 * A name that people recognise and no other logs share: the directory's own, with a few digits of
 * what the log holds. Two unnamed gateways are never taken for one.
 */
static struct str
fallback_name(struct intake *in)
{
	struct str given = in->run->options->default_gateway;
	struct str name = in->input->entry->directory;
	unsigned digits = (unsigned)hash_bytes(str_slice(in->head, 0, MARK_BYTES), 0) & 0xffff;
	size_t slash = str_rfind_char(name, '/');

	if (given.n > 0)
		return arena_str(&in->run->arena, given);
	if (slash != STR_NPOS)
		name = str_skip(name, slash + 1);
	if (name.n == 0)
		name = STR("unnamed");
	return arena_printf(&in->run->arena, "%.*s-%04x", STR_ARG(name), digits);
}

/* The name stays with the directory, in this run and in the book. */
static enum intake_result
remember(struct run *r, struct str directory, struct str name, struct err *e)
{
	if (directory.n == 0)
		return INTAKE_OK;
	r->directories = mem_grow(r->directories, &r->cap_directories, r->n_directories + 1,
				  sizeof(*r->directories));
	r->directories[r->n_directories++] =
		(struct run_directory){ .path = directory, .gateway = name };
	return r->book->ops->remember_gateway(r->book, directory, name, e) < 0 ? INTAKE_ENDED
									       : INTAKE_OK;
}

static enum intake_result
settle_directory(struct intake *in, struct str *name, struct err *e)
{
	struct run *r = in->run;
	struct str directory = in->input->entry->directory;
	for (size_t i = 0; i < r->n_directories; i++)
		if (str_eq(r->directories[i].path, directory)) {
			*name = r->directories[i].gateway;
			return INTAKE_OK;
		}
	if (r->options->gateway.n > 0) {
		*name = arena_str(&r->arena, r->options->gateway);
		return remember(r, directory, *name, e);
	}
	if (directory.n == 0)
		*name = arena_str(&r->arena, host_in_log(in->head));
	else if (r->book->ops->gateway_of(r->book, directory, &r->arena, name, e) < 0)
		return INTAKE_ENDED;
	if (name->n == 0 && directory.n > 0 && derive_name(in, name, e) < 0)
		return INTAKE_ENDED;
	if (name->n == 0)
		*name = fallback_name(in);
	return remember(r, directory, *name, e);
}

enum intake_result
gateway_settle(struct intake *in, struct err *e)
{
	struct str lines[HEAD_LINES];
	size_t n = in->names_hosts ? head_lines(in->head, lines) : 0;
	struct str host = first_host(lines, n);
	if (host.n > 0) {
		in->info.gateway = arena_str(&in->arena, host);
		return INTAKE_OK;
	}
	if (in->info.format->is_scanner && in->run->options->gateway.n == 0) {
		in->input->seeks_gateway = in->input->gateway.n == 0;
		in->info.gateway = in->input->gateway;
		return INTAKE_OK;
	}
	in->info.gateway = STR("");
	return settle_directory(in, &in->info.gateway, e);
}
