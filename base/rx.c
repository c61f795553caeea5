/* SPDX-License-Identifier: MIT */
/*
 * rx: one compiled pattern with its match data, its limits and (once needed) its own JIT stack.
 * Bytes, not characters: UTF mode is off and cannot be switched on by a pattern, so invalid bytes
 * in a subject are harmless. An rx belongs to one thread. Running out of memory is fatal.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/rx.h"

#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	MATCH_LIMIT = 500000,
	DEPTH_LIMIT = 2000,
	HEAP_LIMIT_KIB = 8 << 10,
	JIT_STACK_START_BYTES = 64 << 10,
	JIT_STACK_MAX_BYTES = 1 << 20,
	PATTERN_MAX_BYTES = 64 << 10,
};

struct rx {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct str subject;
	int groups;        /* set by the last match, 0 if it failed */
	bool jit, is_copy; /* a copy borrows the code */
};

static void *
must(void *p)
{
	if (!p)
		fatal("out of memory (regular expression)");
	return p;
}

static struct rx *
rx_new(pcre2_code *code)
{
	struct rx *r = xcalloc(1, sizeof(*r));

	r->code = code;
	r->data = must(pcre2_match_data_create_from_pattern(code, NULL));
	r->context = must(pcre2_match_context_create(NULL));
	pcre2_set_match_limit(r->context, MATCH_LIMIT);
	pcre2_set_depth_limit(r->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->context, HEAP_LIMIT_KIB);
	return r;
}

struct rx *
rx_compile_at(struct str pattern, bool nocase, size_t *at, struct err *e)
{
	*at = 0;
	if (pattern.n > PATTERN_MAX_BYTES) {
		err_set(e, ERR_FORMAT, "regular expression of %zu bytes is too long", pattern.n);
		return NULL;
	}
	int error = 0;
	PCRE2_SIZE offset = 0;
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
	if (nocase)
		options |= PCRE2_CASELESS;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n,
					 options, &error, &offset, NULL);
	if (!code) {
		char text[200];
		pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof(text));
		err_set(e, ERR_FORMAT, "%s", text);
		*at = offset;
		return NULL;
	}

	struct rx *r = rx_new(code);
	/* A pattern may forbid it, which is no error: then there is no such code. */
	size_t jit_bytes = 0;
	if (pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0)
		pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &jit_bytes);
	r->jit = jit_bytes > 0;
	return r;
}

struct rx *
rx_compile(struct str pattern, bool nocase, struct err *e)
{
	size_t at;
	struct rx *r = rx_compile_at(pattern, nocase, &at, e);

	if (!r)
		err_prefix(e, "regular expression, at offset %zu", at);
	return r;
}

struct rx *
rx_copy(const struct rx *r)
{
	struct rx *copy = rx_new(r->code);

	copy->jit = r->jit;
	copy->is_copy = true;
	return copy;
}

void
rx_free(struct rx *r)
{
	if (!r)
		return;
	pcre2_jit_stack_free(r->stack);
	pcre2_match_context_free(r->context);
	pcre2_match_data_free(r->data);
	if (!r->is_copy)
		pcre2_code_free(r->code);
	free(r);
}

static int
run(struct rx *r, size_t from)
{
	PCRE2_SPTR p = (PCRE2_SPTR)r->subject.p;
	if (r->jit)
		return pcre2_jit_match(r->code, p, r->subject.n, from, 0, r->data, r->context);
	return pcre2_match(r->code, p, r->subject.n, from, 0, r->data, r->context);
}

enum rx_result
rx_match(struct rx *r, struct str subject, size_t from)
{
	r->groups = 0;
	if (from > subject.n)
		return RX_NO_MATCH;
	r->subject = subject.p ? subject : STR("");
	int rc = run(r, from);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT && !r->stack) {
		r->stack = must(
			pcre2_jit_stack_create(JIT_STACK_START_BYTES, JIT_STACK_MAX_BYTES, NULL));
		pcre2_jit_stack_assign(r->context, NULL, r->stack);
		rc = run(r, from);
	}
	if (rc == PCRE2_ERROR_NOMATCH)
		return RX_NO_MATCH;
	if (rc < 0)
		return RX_LIMIT;
	r->groups = rc;
	return RX_MATCH;
}

struct str
rx_group(const struct rx *r, unsigned number)
{
	struct str none = { NULL, 0 };
	if (r->groups <= 0 || number >= (unsigned)r->groups)
		return none;
	const PCRE2_SIZE *span = pcre2_get_ovector_pointer(r->data);
	size_t from = span[2 * number];
	size_t to = span[2 * number + 1];
	if (from == PCRE2_UNSET || from > to)
		return none;
	return str_slice(r->subject, from, to);
}

int
rx_group_number(const struct rx *r, const char *name)
{
	int number = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)name);
	return number > 0 ? number : -1;
}

bool
rx_named_group(const struct rx *r, unsigned i, struct str *name, unsigned *number)
{
	uint32_t n = 0, entry_bytes = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_bytes);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &table);
	if (i >= n)
		return false;
	/* An entry: the number in two bytes, then the name with its NUL. */
	table += (size_t)i * entry_bytes;
	*number = (unsigned)table[0] << 8 | table[1];
	*name = str_from((const char *)table + 2);
	return true;
}
