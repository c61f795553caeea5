/* SPDX-License-Identifier: MIT */
#include "support_tui_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "support_files.h"

#define MINUTES(n) ((n)*60 * US_PER_SECOND)

const struct session *
fake_session(const struct fake_store *f, const char *id)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(session_own_id(&f->sessions[i]), str_from(id)))
			return &f->sessions[i];
	fail_msg("no session %s", id);
	return NULL;
}

struct desk *
fake_desk_empty(void)
{
	unlink(files_path("desk.db"));
	return desk_new(files_path("desk.db"), STR("cks"), false);
}

struct desk *
fake_desk_new(struct fake_store *f)
{
	const struct session *s = fake_session(f, "1xUnZw-00032s-19");
	struct desk *d = fake_desk_empty();
	struct case_edit edit = { .status = CASE_WAITING,
				  .asked_by = STR("jdoe"),
				  .note = STR("user says wanted; asked PMX vendor") };
	struct desk_find none = { .paste = STR("85.68.8.22"),
				  .message = STR("Refused by us."),
				  .candidates = 3 };
	struct desk_find one = { .paste = STR("milter id 1xUnZw-00032s-19"),
				 .message = STR("Refused by us."),
				 .candidates = 1,
				 .opened = true,
				 .has_session = true,
				 .session = *s };
	uint64_t number;

	desk_key_make(s, NULL, 0, &one.key);
	assert_int_equal(desk_edit(d, &one.key, s, &edit, FAKE_NOW_US - MINUTES(9), &number, NULL),
			 0);
	assert_int_equal(desk_add_find(d, &none, FAKE_NOW_US - MINUTES(2000), NULL), 0);
	assert_int_equal(desk_add_find(d, &one, FAKE_NOW_US - MINUTES(10), NULL), 0);
	return d;
}
