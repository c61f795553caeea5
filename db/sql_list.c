/* SPDX-License-Identifier: MIT */
/* sql_list: see the header. */
#include "db/sql_list.h"

#include <stdarg.h>

struct sql_noted {
	struct sql_noted *next;
	enum stmt_id id;
	const char *letters;
	struct sql_value values[];
};

void
sql_note(struct sql_list *l, enum stmt_id id, const char *letters, ...)
{
	size_t n = strlen(letters);
	struct sql_noted *noted =
		arena_alloc(&l->arena, sizeof(*noted) + n * sizeof(*noted->values));
	va_list values;

	*noted = (struct sql_noted){ .id = id, .letters = letters };
	va_start(values, letters);
	for (size_t i = 0; i < n; i++) {
		noted->values[i] = sql_value_from(letters[i], &values);
		if (noted->values[i].bytes.p)
			noted->values[i].bytes = arena_str(&l->arena, noted->values[i].bytes);
	}
	va_end(values);
	if (l->last)
		l->last->next = noted;
	else
		l->first = noted;
	l->last = noted;
}

int
sql_run_noted(struct sql *q, const struct sql_list *l, struct err *e)
{
	for (const struct sql_noted *noted = l->first; noted; noted = noted->next)
		if (sql_run_values(q, noted->id, noted->letters, noted->values, e) < 0)
			return -1;
	return 0;
}

void
sql_list_release(struct sql_list *l)
{
	arena_release(&l->arena);
	*l = (struct sql_list){ 0 };
}
