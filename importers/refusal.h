/* SPDX-License-Identifier: MIT */
/* refusal: what the text of a refusal says, whoever wrote the line. */
#ifndef IMPORTERS_REFUSAL_H
#define IMPORTERS_REFUSAL_H

#include "model/fragment.h"

/*
 * What a refusal at MAIL or RCPT was about, by its words: client and HELO restrictions are often
 * evaluated there. Other stages are about themselves.
 */
enum stage refusal_about(enum stage stage, struct str text);
/* Score and references in f->reply.text into f. */
void refusal_read_text(struct fragment *f, struct arena *scratch);
/* Each once; what is beyond FRAGMENT_MAX_IDENTIFIERS is left out. */
void fragment_add_identifier(struct fragment *f, enum id_role role, struct str text);

#endif
