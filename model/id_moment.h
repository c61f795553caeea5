/* SPDX-License-Identifier: MIT */
/*
 * id_moment: identifiers that hold the moment of their issue, whoever issued them: Exim's message
 * IDs, Postfix's long queue IDs, sendmail's queue IDs (FORMATS §1.2, §2.2, §3.1).
 */
#ifndef MODEL_ID_MOMENT_H
#define MODEL_ID_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum id_family { ID_FAMILY_NONE, ID_FAMILY_EXIM, ID_FAMILY_POSTFIX, ID_FAMILY_SENDMAIL };

struct id_family_facts {
	const char *issuer;   /* "an Exim": before " ID" */
	const char *alphabet; /* of its moment */
	size_t moment_chars;  /* at its head */
	size_t least, most;   /* characters of a whole one */
};
const struct id_family_facts *id_family_facts(enum id_family f);

#define ID_SECOND_CHARS 6 /* of all families: the characters that hold the second */
/*
 * Logs of these formats (parted by blanks) may hold IDs of that family: it is theirs, or none of
 * them is a known mail server's (an operator's own format).
 */
bool id_family_is_of(enum id_family f, struct str formats);
/* The moment of an identifier of that family that begins so; false if there is none. */
bool id_head_moment(enum id_family f, const char head[ID_SECOND_CHARS], int64_t *time_us);
/* The family of an identifier and its moment (UTC); NONE if it holds none between 1995 and 2100. */
enum id_family id_moment(struct str id, int64_t *time_us);

#endif
