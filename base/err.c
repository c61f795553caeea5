/* SPDX-License-Identifier: MIT */
/*
 * err: filling errors, and the two ways to end the process.
 * An err is plain memory of the caller. fatal and panic never return; they run the terminal hook
 * at most once, so that a failure inside the hook cannot loop.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	if (!e)
		return -1;
	char text[sizeof(e->text)]; /* the arguments may point into e->text */
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	e->code = code;
	memcpy(e->text, text, sizeof(text));
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	if (!e)
		return -1;
	char text[2 * sizeof(e->text) + 2];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(text, sizeof(e->text), fmt, args);
	va_end(args);
	if (n < 0)
		return -1;
	size_t used = strlen(text);
	snprintf(text + used, sizeof(text) - used, ": %s", e->text);
	text[sizeof(e->text) - 1] = '\0';
	memcpy(e->text, text, sizeof(e->text));
	return -1;
}

void
err_clear(struct err *e)
{
	if (!e)
		return;
	e->code = ERR_NONE;
	e->text[0] = '\0';
}

int
err_exit_status(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return 0;
	case ERR_CANCEL:
		return 1;
	case ERR_USAGE:
		return 2;
	case ERR_IO:
	case ERR_FORMAT:
	case ERR_LIMIT:
		return 3;
	case ERR_DB:
		return 4;
	case ERR_BUSY:
		return 5;
	}
	return 4;
}

static void (*terminal_hook)(void);

void
fatal_hook(void (*restore_terminal)(void))
{
	terminal_hook = restore_terminal;
}

/* Both ends say the same thing in the same way; only the exit differs. */
static void last_words(const char *kind, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

static void
last_words(const char *kind, const char *fmt, va_list args)
{
	void (*hook)(void) = terminal_hook;
	terminal_hook = NULL;
	if (hook)
		hook();

	char text[1024];
	vsnprintf(text, sizeof(text), fmt, args);
	for (char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c < 0x20 || c == 0x7f)
			*p = '?';
	}
	fprintf(stderr, "postern: %s: %s\n", kind, text);
	fflush(stderr);
}

void
fatal(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	last_words("fatal", fmt, args);
	va_end(args);
	exit(4);
}

void
panic(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	last_words("panic", fmt, args);
	va_end(args);
	abort();
}
