/* SPDX-License-Identifier: MIT */
/*
 * ingest_detect: what a log is, from its name and first lines: its format, and which of a
 * gateway's logs it is. Pure.
 */
#include "base/strbuf.h"
#include "base/utf8.h"
#include "importers/ingest_local.h"
#include "importers/journal.h"

enum { SHOWN_BYTES = 16 };

size_t
head_lines(struct str head, struct str out[HEAD_LINES])
{
	size_t n = 0;
	while (n < HEAD_LINES && head.n > 0) {
		size_t stop = str_find_char(head, '\n', 0);
		if (stop == STR_NPOS && n > 0)
			break;
		out[n++] = reader_line(str_slice(head, 0, stop == STR_NPOS ? head.n : stop));
		head = stop == STR_NPOS ? STR("") : str_skip(head, stop + 1);
	}
	return n;
}

const struct log_format *
detect_format(struct str head)
{
	struct str lines[HEAD_LINES];
	const struct importer *im = importer_detect(lines, head_lines(head, lines));
	return im ? im->format : NULL;
}

/* Exim's reject log shows the header of a refused message below the line that refuses it. */
static bool
is_reject_block(const struct str *lines, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (str_starts(lines[i], STR("Envelope-from: <")) ||
		    str_starts(lines[i], STR("P Received: from ")))
			return true;
	return false;
}

bool
role_from_name(struct str path, enum log_role *role)
{
	size_t slash = str_rfind_char(path, '/');
	struct str name = slash == STR_NPOS ? path : str_skip(path, slash + 1);
	if (str_find_nocase(name, STR("reject"), 0) != STR_NPOS)
		*role = LOG_ROLE_REJECT;
	else if (str_find_nocase(name, STR("panic"), 0) != STR_NPOS)
		*role = LOG_ROLE_PANIC;
	else if (str_find_nocase(name, STR("mainlog"), 0) != STR_NPOS ||
		 str_starts_nocase(name, STR("main.")))
		*role = LOG_ROLE_MAIN;
	else
		return false;
	return true;
}

enum log_role
detect_role(struct str path, struct str head)
{
	struct str lines[HEAD_LINES];
	size_t n = head_lines(head, lines);
	size_t with_host = 0;
	struct civil c;
	enum log_role role;

	for (size_t i = 0; i < n; i++)
		if (line_host(lines[i]).n > 0 || yearless_time(lines[i], &c))
			with_host++;
	if (with_host > n / 2 || (n > 0 && journal_begins_export(lines[0])))
		return LOG_ROLE_SYSLOG;
	if (role_from_name(path, &role))
		return role;
	return is_reject_block(lines, n) ? LOG_ROLE_REJECT : LOG_ROLE_MAIN;
}

void
detect_refuse(struct intake *in, struct err *e)
{
	struct strbuf shown;
	strbuf_init(&shown, STRBUF_NO_MAX);
	utf8_neutralise(&shown, str_slice(in->head, 0, SHOWN_BYTES));
	err_set(e, ERR_FORMAT, "%.*s is not a log that Postern knows (starts with \"%s%s\")",
		STR_ARG(in->report.path), shown.p, in->head.n > SHOWN_BYTES ? "…" : "");
	strbuf_release(&shown);
}
