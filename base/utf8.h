/* SPDX-License-Identifier: MIT */
/*
 * utf8: decoding, cell widths, cutting, and neutralising of strangers' bytes.
 * Everything that reaches a terminal or a JSON document has gone through utf8_neutralise.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"
#include "base/strbuf.h"

/* Decodes one character at s.p[at]; returns its length in bytes (1 with *cp = 0xFFFD if invalid). */
size_t utf8_decode(struct str s, size_t at, uint32_t *cp);
size_t utf8_encode(uint32_t cp, char out[4]);
/* 0 for combining marks and zero-width characters, 2 for wide (East Asian, emoji), else 1. */
int utf8_cells(uint32_t cp);
/* Cell width of a neutralised string. */
size_t utf8_width(struct str s);
/* Longest prefix of at most `cells` cells; never splits a character. */
struct str utf8_cut_cells(struct str s, size_t cells);
/*
 * Appends s with control characters (C0, C1, DEL), bidi overrides and isolates, and invalid bytes
 * made visible: U+FFFD for invalid bytes, the \xNN / \n / \t / \e forms for controls.
 */
void utf8_neutralise(struct strbuf *out, struct str s);
/* True if neutralising would change nothing. */
bool utf8_is_clean(struct str s);

#endif
