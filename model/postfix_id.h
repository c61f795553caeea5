/* SPDX-License-Identifier: MIT */
/*
 * postfix_id: what is inside Postfix's queue IDs (FORMATS §2.2; Postfix src/global/mail_queue.h).
 * Long ones hold the moment at which the queue file was made; short ones only its microseconds.
 */
#ifndef MODEL_POSTFIX_ID_H
#define MODEL_POSTFIX_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The moment in a long queue ID. False if s is none, or its time lies before 1995 or after 2100. */
bool postfix_id_time(struct str s, int64_t *time_us);

#endif
