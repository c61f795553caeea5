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
/* The one recipient that was refused, with verdict, stage and reply of f. */
void refusal_set_recipient(struct fragment *f, struct str address, struct arena *scratch);
/* Each once; what is beyond FRAGMENT_MAX_IDENTIFIERS is left out. */
void fragment_add_identifier(struct fragment *f, enum id_role role, struct str text);
/* The ID in "250 2.0.0 Ok: queued as 4F1B2C3D" or "250 OK id=1vxeQx-000ABC-1a". */
void fragment_add_next_hop(struct fragment *f, struct str text);

#endif
