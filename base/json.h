/* SPDX-License-Identifier: MIT */
/*
 * json: building and reading JSON documents with jansson, whose header only json.c includes.
 * Strings are neutralised here, so that no stranger's byte can make the document invalid; only
 * newlines and tabs stay what they are. A real that is not finite becomes null.
 * A container takes ownership of the values put into it.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

struct json; /* opaque; a jansson value */

struct json *json_object_new(void);
struct json *json_array_new(void);
void json_free(struct json *v);
void json_set(struct json *object, const char *key, struct json *take_value);
void json_set_str(struct json *object, const char *key, struct str value);
void json_set_str_or_null(struct json *object, const char *key, struct str value); /* "" -> null */
void json_set_text(struct json *object, const char *key, const char *value); /* NULL -> null */
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_real(struct json *object, const char *key, double value);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_null(struct json *object, const char *key);
void json_add(struct json *array, struct json *take_value);
void json_add_str(struct json *array, struct str value);

/* Reading. Missing or of another type: NULL, empty, fallback. */
struct json *json_parse(struct str text, struct err *e);
const struct json *json_get(const struct json *object, const char *key);
struct str json_get_str(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
double json_get_real(const struct json *object, const char *key, double fallback);
size_t json_count(const struct json *array);
const struct json *json_at(const struct json *array, size_t i);
struct str json_str(const struct json *string);

/* Writes one document and a newline. ERR_IO if the stream fails. */
int json_write(const struct json *v, FILE *out, struct err *e);

#endif
