/* SPDX-License-Identifier: MIT */
/*
 * clamav_milter: "Message QID from … infected by VIRUS" with LogInfected Full, "Clean message QID …"
 * with LogClean Full (FORMATS §4.7). Basic lines name no message that could be told from others.
 */
#include "importers/clamav_milter.h"

#include "importers/scanner.h"

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("clamav-milter"));
}

static enum line_class
parse(struct program_line *l)
{
	struct str s = l->text, id;

	l->f->pid = 0; /* not of the process that served the connection */
	if (!take(&s, STR("Message ")) && !take(&s, STR("Clean message ")))
		return LINE_IGNORED;
	id = take_until(&s, ' ');
	if (str_eq(id, STR("from")) || !take(&s, STR(" from <")))
		return LINE_IGNORED;
	l->f->kind = FRAGMENT_NOTE;
	scanner_set_id(l->f, id);
	return LINE_UNDERSTOOD;
}

const struct mail_program clamav_milter_program = { .owns = owns, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

#define HEAD "Mar  4 05:06:07 mx1 clamav-milter[4493]: "

static const struct importer_sample samples[] = {
	{ .line = HEAD "Message 4F2abA0001 from <a@b.example> to <c@gw.example> with subject "
		       "'x' message-id '<m@a.example>' date 'now' infected by Eicar-Test",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_NOTE,
	  .facts = "id=4F2abA0001 pid=0" },
	{ .line = HEAD "Clean message 4F2abA0001 from <a@b.example> to <c@gw.example> with subject "
		       "'x' message-id '<m@a.example>' date 'now'",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_NOTE,
	  .facts = "id=4F2abA0001" },
	{ .line = HEAD "Message from <a@b.example> to <c@gw.example> infected by Eicar-Test",
	  .class = LINE_IGNORED },
	{ .line = HEAD "clamfi_eom: oops", .class = LINE_IGNORED },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&clamav_milter_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("clamav-milter", "ClamAV milter");

const struct importer clamav_milter_importer = { .format = &format,
						 .detect = detect,
						 .samples = samples };
