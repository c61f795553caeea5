/* SPDX-License-Identifier: MIT */
/* rfc2047: encoded words in header texts. */
#ifndef IMPORTERS_RFC2047_H
#define IMPORTERS_RFC2047_H

#include "base/mem.h"
#include "base/str.h"

/*
 * Decodes =?charset?B|Q?text?= for UTF-8, US-ASCII and ISO-8859-1 to UTF-8, and drops the blanks
 * between encoded words; other charsets and broken words stay verbatim. Borrows s if nothing was
 * encoded, otherwise allocates in the arena.
 */
struct str rfc2047_decode(struct str s, struct arena *a);

#endif
