/* SPDX-License-Identifier: MIT */
/*
 * words: enum ↔ text, generated from the lists in words.h and fragment.h. Nothing here can fail;
 * values out of range read as "".
 */
#include "model/words.h"

#include "model/fragment.h"

#define WORD_TEXT(id, text) [id] = text,

static const char *const stage_words[] = { STAGE_LIST(WORD_TEXT) };
static const char *const verdict_words[] = { VERDICT_LIST(WORD_TEXT) };
static const char *const direction_words[] = { DIRECTION_LIST(WORD_TEXT) };
static const char *const engine_words[] = { ENGINE_LIST(WORD_TEXT) };
static const char *const id_role_words[] = { ID_ROLE_LIST(WORD_TEXT) };
static const char *const log_role_words[] = { LOG_ROLE_LIST(WORD_TEXT) };
static const char *const line_class_words[] = { LINE_CLASS_LIST(WORD_TEXT) };
static const char *const fragment_kind_words[] = { FRAGMENT_KIND_LIST(WORD_TEXT) };

#define WORDS(table) (table), sizeof(table) / sizeof((table)[0])

static const char *
word(const char *const *table, size_t n, unsigned value)
{
	return value < n ? table[value] : "";
}

static unsigned
word_find(const char *const *table, size_t n, struct str s)
{
	for (unsigned i = 0; i < n; i++) {
		if (str_eq_nocase(s, str_from(table[i])))
			return i;
	}
	return 0;
}

const char *
stage_spoken(enum stage s)
{
	static const char *const texts[] = { "",        "connect", "HELO",    "MAIL FROM",
					     "RCPT TO", "DATA",    "delivery" };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == STAGE_COUNT, "a text per stage");
	return (unsigned)s < STAGE_COUNT ? texts[s] : "";
}

const char *
stage_text(enum stage s)
{
	return word(WORDS(stage_words), (unsigned)s);
}

const char *
verdict_text(enum verdict v)
{
	return word(WORDS(verdict_words), (unsigned)v);
}

const char *
direction_text(enum direction d)
{
	return word(WORDS(direction_words), (unsigned)d);
}

const char *
engine_text(enum engine e)
{
	return word(WORDS(engine_words), (unsigned)e);
}

const char *
id_role_text(enum id_role r)
{
	return word(WORDS(id_role_words), (unsigned)r);
}

const char *
log_role_text(enum log_role r)
{
	return word(WORDS(log_role_words), (unsigned)r);
}

const char *
line_class_text(enum line_class c)
{
	return word(WORDS(line_class_words), (unsigned)c);
}

const char *
fragment_kind_text(enum fragment_kind k)
{
	return word(WORDS(fragment_kind_words), (unsigned)k);
}

enum stage
stage_from_text(struct str s)
{
	return (enum stage)word_find(WORDS(stage_words), s);
}

enum verdict
verdict_from_text(struct str s)
{
	return (enum verdict)word_find(WORDS(verdict_words), s);
}
