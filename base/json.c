/* SPDX-License-Identifier: MIT */
/*
 * json: a thin skin over jansson. Every value is owned by its caller until it is put into a
 * container. A struct json is a json_t under another name; only the two casts below know.
 * Text keeps its newlines and tabs (JSON can say them); every other acting or invalid byte is made
 * visible. A number that JSON cannot say becomes null. Out of memory is fatal.
 */
#include "base/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "base/utf8.h"

static json_t *
inner(const struct json *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct json *
outer(const json_t *v)
{
	return (struct json *)(uintptr_t)v;
}

static json_t *
must(json_t *v)
{
	if (!v)
		fatal("out of memory (JSON)");
	return v;
}

struct json *
json_object_new(void)
{
	return outer(must(json_object()));
}

struct json *
json_array_new(void)
{
	return outer(must(json_array()));
}

void
json_free(struct json *v)
{
	json_decref(inner(v));
}

static size_t
next_break(struct str s, size_t from)
{
	while (from < s.n && s.p[from] != '\n' && s.p[from] != '\t')
		from++;
	return from;
}

static json_t *
text_value(struct str s)
{
	if (utf8_is_clean(s))
		return must(json_stringn_nocheck(s.p ? s.p : "", s.n));
	struct strbuf text;
	strbuf_init(&text, STRBUF_NO_MAX);
	for (size_t at = 0; at <= s.n;) {
		size_t end = next_break(s, at);
		utf8_neutralise(&text, str_slice(s, at, end));
		if (end < s.n)
			strbuf_add_char(&text, s.p[end]);
		at = end + 1;
	}
	json_t *v = json_stringn_nocheck(text.p, text.n);
	strbuf_release(&text);
	return must(v);
}

static void
set(struct json *object, const char *key, json_t *value)
{
	struct str name = str_from(key);
	struct strbuf clean;
	strbuf_init(&clean, STRBUF_NO_MAX);
	if (!utf8_is_clean(name)) {
		utf8_neutralise(&clean, name);
		key = clean.p;
	}
	if (json_object_set_new_nocheck(inner(object), key, value) != 0)
		panic("JSON key \"%s\" put into something that is no object", key);
	strbuf_release(&clean);
}

void
json_set(struct json *object, const char *key, struct json *take_value)
{
	set(object, key, inner(take_value));
}

void
json_set_str(struct json *object, const char *key, struct str value)
{
	set(object, key, text_value(value));
}

void
json_set_str_or_null(struct json *object, const char *key, struct str value)
{
	set(object, key, value.n > 0 ? text_value(value) : json_null());
}

void
json_set_text(struct json *object, const char *key, const char *value)
{
	set(object, key, value ? text_value(str_from(value)) : json_null());
}

void
json_set_int(struct json *object, const char *key, int64_t value)
{
	set(object, key, must(json_integer(value)));
}

void
json_set_real(struct json *object, const char *key, double value)
{
	set(object, key, isfinite(value) ? must(json_real(value)) : json_null());
}

void
json_set_bool(struct json *object, const char *key, bool value)
{
	set(object, key, json_boolean(value));
}

void
json_set_null(struct json *object, const char *key)
{
	set(object, key, json_null());
}

static void
add(struct json *array, json_t *value)
{
	if (json_array_append_new(inner(array), value) != 0)
		panic("JSON value put into something that is no array");
}

void
json_add(struct json *array, struct json *take_value)
{
	add(array, inner(take_value));
}

void
json_add_str(struct json *array, struct str value)
{
	add(array, text_value(value));
}

struct json *
json_parse(struct str text, struct err *e)
{
	json_error_t at;
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t *v = json_loadb(text.p ? text.p : "", text.n, flags, &at);
	if (!v)
		err_set(e, ERR_FORMAT, "JSON, line %d column %d: %s", at.line, at.column, at.text);
	return outer(v);
}

const struct json *
json_get(const struct json *object, const char *key)
{
	return outer(json_object_get(inner(object), key));
}

struct str
json_get_str(const struct json *object, const char *key)
{
	return json_str(json_get(object, key));
}

int64_t
json_get_int(const struct json *object, const char *key, int64_t fallback)
{
	const json_t *v = json_object_get(inner(object), key);
	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

double
json_get_real(const struct json *object, const char *key, double fallback)
{
	const json_t *v = json_object_get(inner(object), key);
	return json_is_number(v) ? json_number_value(v) : fallback;
}

size_t
json_count(const struct json *array)
{
	return json_array_size(inner(array));
}

const struct json *
json_at(const struct json *array, size_t i)
{
	return outer(json_array_get(inner(array), i));
}

struct str
json_str(const struct json *string)
{
	const json_t *v = inner(string);
	if (!json_is_string(v))
		return (struct str){ "", 0 };
	return (struct str){ json_string_value(v), json_string_length(v) };
}

int
json_write(const struct json *v, FILE *out, struct err *e)
{
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
	if (json_dumpf(inner(v), out, flags) != 0 || fputc('\n', out) == EOF || fflush(out) != 0)
		return err_set(e, ERR_IO, "writing JSON: %s", strerror(errno));
	return 0;
}
