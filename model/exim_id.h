/* SPDX-License-Identifier: MIT */
/*
 * exim_id: Exim's message IDs, old (16 characters, before 4.97) and new (23), and what is inside
 * them: the second when reception began and the pid of the receiving process (FORMATS §1.2; Exim
 * src/local_scan.h, spec "Message identification").
 */
#ifndef MODEL_EXIM_ID_H
#define MODEL_EXIM_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define EXIM_ID_OLD 16
#define EXIM_ID_NEW 23

struct exim_id {
	size_t length;   /* EXIM_ID_OLD or EXIM_ID_NEW */
	int64_t time_us; /* UTC, whole seconds */
	uint32_t pid;    /* 0: larger than any pid, so not base 62 (Darwin and Cygwin: base 36) */
};

/* Length of the ID at the head of s, 0 if there is none or if it runs on into another word. */
size_t exim_id_at(struct str s);
/* True if all of s is an ID. */
bool exim_id_is(struct str s);
/* Decodes an ID that exim_id_is. False if it is none or its time lies before 1995 or after 2100. */
bool exim_id_decode(struct str s, struct exim_id *out);
/* The pid part only, for the hot path; s must satisfy exim_id_is. */
uint32_t exim_id_pid(struct str s);

#endif
