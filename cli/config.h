/* SPDX-License-Identifier: MIT */
/*
 * config: postern.conf, what "ours" rests on. Read with libconfuse, whose header only config.c
 * includes. Looked for in $POSTERN_CONF, $XDG_CONFIG_HOME/postern/postern.conf (or ~/.config),
 * /etc/postern.conf. Without one, the guess made at the first import (kept in the index) is used.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/err.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "model/ours.h"

struct config {
	struct ours ours;
	struct str timezone; /* empty: the host's */
	bool no_history;     /* the console remembers no finds */
	struct str path;     /* where it was read from; empty: nowhere */
};

/* Missing files are fine (path stays empty). ERR_FORMAT names file, line and what is wrong. */
int config_load(struct config *c, struct arena *a, struct err *e);
/* The same from text, as config_write makes it. */
int config_parse(struct str text, struct config *c, struct arena *a, struct err *e);
void config_write(const struct config *c, struct strbuf *out);
/* Where a confirmed guess is saved: $POSTERN_CONF or the user's configuration directory. */
struct str config_user_path(struct arena *a);
/* Adds s to a list unless it is there. */
void config_add(struct str **list, size_t *n, struct str s, struct arena *a);

#endif
