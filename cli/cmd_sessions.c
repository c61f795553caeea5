/* SPDX-License-Identifier: MIT */
/* postern sessions: newest first, with a plain-text filter. */
#include "cli/session_output.h"

#define PAGE 200

int
cmd_sessions(struct cli *c, struct err *e)
{
	struct page_query q = { .whole = c->json };
	struct text_filter filter = { 0 };
	struct json *list = NULL;
	uint64_t limit = CLI_DEFAULT_LIMIT, shown = 0;
	bool more = false;
	int rc = -1;

	if (cli_limit(c, &limit, e) < 0 || cli_open_store(c, STORE_READ, e) < 0)
		return -1;
	for (size_t i = 0; i < c->n_operands; i++)
		text_filter_add(&filter, str_from(c->operands[i]), &c->arena);
	filter.zone = c->zone;
	if (filter.n_words > 0)
		q.words = &filter;
	if (c->json)
		list = json_array_new();
	for (more = true; more && shown < limit;) {
		struct session_page page;
		struct arena a = { 0 };

		q.most = limit - shown < PAGE ? (size_t)(limit - shown) : PAGE;
		if (store_page(c->store, &q, &a, &page, e) < 0) {
			arena_release(&a);
			goto out;
		}
		for (size_t i = 0; i < page.n; i++) {
			if (list)
				json_add(list, session_json(&page.sessions[i], &a));
			else
				session_print_line(c, &page.sessions[i], &a);
		}
		shown += page.n;
		more = page.more;
		q.after = page.next;
		arena_release(&a);
	}
	rc = shown > 0 ? EXIT_YES : EXIT_NO;
	if (!c->json && shown == 0)
		fputs("No session matches.\n", stderr);
	else if (!c->json && more)
		fprintf(stderr, "There are more; --limit N shows up to N.\n");
out:
	if (list) {
		struct json *o = json_object_new();

		json_set(o, "sessions", list);
		if (rc >= 0 && json_write(o, stdout, e) < 0)
			rc = -1;
		json_free(o);
	}
	return rc;
}
