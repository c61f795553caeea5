/* SPDX-License-Identifier: MIT */
/*
 * err: one error, filled once at the place that knows, prefixed by callers that know more.
 * The code drives behaviour (exit status, how the status line looks); the text is for people and
 * must be neutralised (utf8_neutralise) before it reaches a terminal, since it may quote strangers.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
	ERR_NONE,
	ERR_USAGE,  /* exit 2 */
	ERR_IO,     /* exit 3 */
	ERR_FORMAT, /* exit 3: bytes that are not what they should be */
	ERR_LIMIT,  /* exit 3: a stated cap was exceeded */
	ERR_DB,     /* exit 4 */
	ERR_BUSY,   /* exit 5: another writer holds the index */
	ERR_CANCEL, /* the user or a budget stopped it */
};

struct err {
	enum err_code code;
	char text[512];
};

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define PRINTF_LIKE(fmt, args)
#endif

/* Both return -1, so that callers can write: return err_set(e, ...). e may be NULL. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
void err_clear(struct err *e);

/* Exit status of the command-line contract for a code (0 for ERR_NONE, 1 for ERR_CANCEL). */
int err_exit_status(enum err_code code);

/*
 * Out of memory and broken invariants: restores the terminal through the hook, prints, ends the
 * process (fatal: exit 4, panic: abort). The hook is set once, by whoever owns the terminal.
 */
void fatal_hook(void (*restore_terminal)(void));
_Noreturn void fatal(const char *fmt, ...) PRINTF_LIKE(1, 2);
_Noreturn void panic(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
