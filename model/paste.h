/* SPDX-License-Identifier: MIT */
/*
 * paste: undoes what mail programs, forwarding and copying did to a text, and remembers for every
 * byte of the repaired text which bytes of the original it stands for. Pure; nothing here is fatal
 * and no input is refused: what cannot be repaired is left as it is. Nothing is ever reordered, so
 * positions ascend in both texts.
 */
#ifndef MODEL_PASTE_H
#define MODEL_PASTE_H

#include "model/find.h"

/* Which part of a bounce a line stands in; known from MIME, else read off the text. */
enum paste_zone {
	ZONE_TEXT,     /* what a person reads, or an unknown fragment */
	ZONE_HEAD,     /* header of the bounce itself */
	ZONE_STATUS,   /* message/delivery-status */
	ZONE_RETURNED, /* header of the mail that came back */
	ZONE_CONTENT,  /* body of the mail that came back: of little worth */
};

struct paste_region {
	size_t start; /* in the original */
	enum paste_zone zone;
};

/* A text and, for every byte, the span of the original it stands for. */
struct paste_text {
	char *p;
	uint32_t *at;
	uint8_t *span;
	size_t n;
	size_t cap;
};

#define PASTE_MAX_REPAIRS 24
#define PASTE_MAX_REGIONS 64

struct paste {
	struct str original;    /* borrowed; at most PASTE_MAX_BYTES of it */
	struct paste_text text; /* owned */
	struct paste_region regions[PASTE_MAX_REGIONS];
	size_t n_regions;
	const char *repairs[PASTE_MAX_REPAIRS];
	size_t n_repairs;
	bool is_mail;   /* begins with a mail header */
	bool was_cut;   /* the paste exceeded PASTE_MAX_BYTES */
	bool case_lost; /* letters are all of one case: identifiers are not as issued */
};

/* Repairs original; release frees. original is borrowed. */
void paste_init(struct paste *p, struct str original);
void paste_release(struct paste *p);

struct str paste_str(const struct paste *p);
/* The original's byte range for [from, to) of the repaired text. */
void paste_range(const struct paste *p, size_t from, size_t to, size_t *start, size_t *end);
/* Zone of the byte at `at` of the repaired text. */
enum paste_zone paste_zone_at(const struct paste *p, size_t at);
/* Notes that a later reader mended something; once per name. */
void paste_note_repair(struct paste *p, const char *name);

/* --- for the repair steps (paste_*.c) --- */

/* One repair: reads in, writes out; false when there was nothing to repair (out is ignored). */
typedef bool paste_step(struct paste *p, const struct paste_text *in, struct paste_text *out);

paste_step paste_lines, paste_quotes, paste_pieces, paste_wraps, paste_punctuation;
paste_step paste_base64, paste_qp, paste_words, paste_html, paste_escapes, paste_case;
paste_step paste_rtf, paste_markdown, paste_percent, paste_mojibake;

/* Appends one byte standing for in's bytes [from, to). */
void paste_put(struct paste_text *out, const struct paste_text *in, char c, size_t from, size_t to);
/* The same for a character, as UTF-8. */
void paste_put_character(struct paste_text *out, const struct paste_text *in, uint32_t cp,
			 size_t from, size_t to);
/* Appends bytes [from, to) of in unchanged. */
void paste_copy(struct paste_text *out, const struct paste_text *in, size_t from, size_t to);

/* Appends what bytes [from, to) of in decode to; base64: false if that is no text. */
bool paste_base64_block(const struct paste_text *in, size_t from, size_t to,
			struct paste_text *out);
void paste_qp_block(const struct paste_text *in, size_t from, size_t to, struct paste_text *out);
/* Appends in as UTF-8; unknown character sets and invalid bytes are left or shown as '?'. */
void paste_to_utf8(struct paste_text *in, struct str charset, struct paste_text *out);
void paste_text_release(struct paste_text *t);
/* Splits a whole mail into its texts, decoded, with p->regions. False if it is not readable. */
bool paste_mime(struct paste *p, const struct paste_text *in, struct paste_text *out);

static inline struct str
paste_text_str(const struct paste_text *t)
{
	return (struct str){ t->p, t->n };
}

/* End of the line that begins at or contains `at`: its '\n', or n. */
static inline size_t
line_end(struct str s, size_t at)
{
	size_t end = str_find_char(s, '\n', at);
	return end == STR_NPOS ? s.n : end;
}

static inline bool
char_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The character that Windows' western set has for a byte. */
uint32_t windows_character(unsigned byte);
/* -1 when c is no hexadecimal digit. */
int char_hex(char c);

#endif
