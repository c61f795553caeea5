/* SPDX-License-Identifier: MIT */
/* find_file: files that are named in a prompt; and what the index holds, in words. */
#ifndef TUI_FIND_FILE_H
#define TUI_FIND_FILE_H

#include "tui/view.h"

/* As file_read, but "~/" is understood. */
int find_read_file(struct str path, struct strbuf *out, struct err *e);
/* Makes a new file of mode 0600; ERR_IO also when there is one of that name. */
int find_write_file(struct str path, struct str text, struct err *e);
/* What all files that begin with `path` have in common is added to out; false if there is none. */
bool find_complete_file(struct str path, struct strbuf *out);
/* "1 204 331 sessions of mx1 and mx2, 1 Nov 00:00 to now; mx2 has a gap …" */
int find_holdings(struct store *st, struct clock c, struct arena *a, struct str *out,
		  struct err *e);

#endif
