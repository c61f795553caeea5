/* SPDX-License-Identifier: MIT */
/*
 * mime: where the readable parts of a mail lie. The only user of GMime, which is loaded when the
 * first whole mail comes (it costs 3 to 6 ms) and asked for structure only: decoding happens in
 * paste_mime.c, which must know the origin of every byte. Without it a mail is read as flat text.
 */
#ifndef MODEL_MIME_H
#define MODEL_MIME_H

#include "base/mem.h"
#include "model/paste.h"

#define MIME_MAX_PARTS 48
#define MIME_MAX_DEPTH 8

enum mime_encoding { MIME_IDENTITY, MIME_QP, MIME_BASE64 };

struct mime_part {
	size_t start, end; /* of the encoded content, in the mail */
	enum paste_zone zone;
	enum mime_encoding encoding;
	char charset[32]; /* empty: not said */
};

/* True if s begins with header lines, as a saved mail does. */
bool mime_is_mail(struct str s);
/* Headers and text parts in ascending order; 0 if s could not be read. */
size_t mime_parts(struct str s, struct mime_part parts[MIME_MAX_PARTS]);

#endif
