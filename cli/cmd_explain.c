/* SPDX-License-Identifier: MIT */
/* postern explain REF|ID: what became of a message, for the local user and for a postmaster. */
#include <unistd.h>

#include "cli/look_up.h"
#include "cli/session_output.h"
#include "cli/site.h"
#include "db/explain.h"

enum { WRAP_COLS = 76 };

/* Paragraphs are lines: at a terminal they are broken between words, elsewhere left alone. */
static void
print_letter(struct str text)
{
	bool wrap = isatty(STDOUT_FILENO);

	while (text.n > 0) {
		size_t end = str_find_char(text, '\n', 0);
		struct str line = str_slice(text, 0, end);

		while (wrap && line.n > WRAP_COLS) {
			size_t at = str_rfind_char(str_slice(line, 0, WRAP_COLS), ' ');

			if (at == STR_NPOS)
				break;
			print_clean(stdout, str_slice(line, 0, at));
			putchar('\n');
			line = str_skip(line, at + 1);
		}
		print_clean(stdout, line);
		putchar('\n');
		text = end == STR_NPOS ? STR("") : str_skip(text, end + 1);
	}
}

static int
print_json(const struct explained *x, struct err *e)
{
	struct json *o = json_object_new();
	int rc;

	json_set_str_or_null(o, "recipient", x->recipient);
	json_set_str(o, "user", x->user);
	json_set_str(o, "postmaster", x->postmaster);
	rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

/* Which of several recipients was taken, since nobody was asked for. */
static void
say_chosen(const struct cli *c, const struct session *s, struct str recipient)
{
	if (cli_value(c, "to") || s->recipients_total < 2)
		return;
	fprintf(stderr, "postern: one of %zu recipients, ", s->recipients_total);
	print_clean(stderr, recipient);
	fputs("; --to ADDRESS takes another\n", stderr);
}

static int
refuse(struct cli *c, struct str asked)
{
	if (c->json)
		puts("null");
	fputs("postern: this session has no recipient ", stderr);
	print_clean(stderr, asked);
	fputs("; postern session names those that it has\n", stderr);
	return EXIT_NO;
}

int
cmd_explain(struct cli *c, struct err *e)
{
	struct session *list;
	struct ladder ladder;
	struct explained x;
	size_t n;

	if (c->n_operands != 1)
		return err_set(e, ERR_USAGE, "explain needs one REF or ID");
	if (cli_open_store(c, STORE_READ, e) < 0 || site_load(c, e) < 0 ||
	    look_up(c, str_from(c->operands[0]), &list, &n, e) < 0)
		return -1;
	if (n == 0)
		return EXIT_NO;
	struct explain_query q = { .session = &list[0],
				   .ladder = &ladder,
				   .asked = str_trim(str_from(cli_value(c, "to"))),
				   .zone = c->zone,
				   .ours = &c->config.ours };
	if (session_ladder(c->store, q.session, &c->arena, &ladder, e) < 0 ||
	    explain_look(c->store, &q, cli_now_us(), &c->arena, e) < 0)
		return -1;
	if (!explain(&q, &c->arena, &x))
		return refuse(c, q.asked);
	if (c->json) {
		if (print_json(&x, e) < 0)
			return -1;
	} else {
		puts("To the local user\n");
		print_letter(x.user);
		puts("\nTo the postmaster\n");
		print_letter(x.postmaster);
	}
	say_chosen(c, q.session, x.recipient);
	look_up_more(n);
	return EXIT_YES;
}
