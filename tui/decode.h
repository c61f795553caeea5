/* SPDX-License-Identifier: MIT */
/*
 * decode: bytes from a terminal to keys and pastes. Understands the sequences of xterm and its
 * kin (and the old rxvt and Linux console ones) without terminfo; unknown sequences are swallowed
 * whole and never leak as text. Pure: the caller knows the time.
 */
#ifndef TUI_DECODE_H
#define TUI_DECODE_H

#include "base/strbuf.h"
#include "tui/key.h"

struct decode {
	struct strbuf pending; /* bytes that may be the start of something */
	struct strbuf paste;   /* text between the brackets */
	bool pasting;
	bool utf8; /* the locale's encoding; else one byte is one character */
};

struct decode_out {
	void (*key)(void *arg, uint32_t key);
	void (*paste)(void *arg, struct str text);
	void *arg;
};

enum { DECODE_PASTE_MOST = 16 << 20 };

void decode_init(struct decode *d, bool utf8);
void decode_release(struct decode *d);
/*
 * Takes bytes as one read() gave them. A read of several lines without brackets, from a terminal
 * that knows none, is a paste as well.
 */
void decode_feed(struct decode *d, struct str bytes, const struct decode_out *out);
/* Nothing came for ESCDELAY: what is pending is what was typed (a lone Esc). */
void decode_flush(struct decode *d, const struct decode_out *out);
/* True while decode_flush would have something to do. */
bool decode_is_waiting(const struct decode *d);

#endif
