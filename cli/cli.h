/* SPDX-License-Identifier: MIT */
/*
 * cli: the command line as one table. Options are parsed before a command runs; help, the man page
 * and shell completion derive from the same rows.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "cli/config.h"
#include "cli/formats.h"
#include "db/desk.h"
#include "db/store.h"

#define POSTERN_VERSION "0.1"

/* Exit statuses that are no errors; the others come from err_exit_status. */
enum { EXIT_YES = 0, EXIT_NO = 1 };

#define COMMAND_MAX_OPTIONS 8
struct cli_option {
	const char *name;    /* without the dashes */
	const char *operand; /* NULL: a flag */
	const char *help;
};

struct cli {
	const char *index_path;
	const char *desk_path;
	bool read_only, json, utc, help, version;
	const struct command *command;
	bool command_given;                      /* else it is the console */
	const char *values[COMMAND_MAX_OPTIONS]; /* of the command's options; flags: "" */
	const char **operands;
	size_t n_operands;
	bool operands_are_text; /* "--" stood before them */
	struct config config;
	struct site_formats formats;
	const struct zone *zone; /* the operator's */
	struct store *store;
	struct desk *desk;     /* cli_desk opens it */
	bool desk_is_bad;      /* it could not be read, and that was said */
	const char *copied_to; /* the file of the console's last copy; NULL: none */
	struct arena arena;
};

struct command {
	const char *name;
	const char *operands; /* for usage */
	const char *summary;
	struct cli_option options[COMMAND_MAX_OPTIONS];
	const char *details; /* paragraphs of the man page and of `postern help NAME` */
	/* Returns an exit status; -1 with e filled on errors. */
	int (*run)(struct cli *c, struct err *e);
};

extern const struct command commands[]; /* ends with name == NULL */
extern const struct cli_option global_options[];

/* The whole program after main's set-up; returns the exit status. */
int cli_main(int argc, char **argv);
int cli_parse(struct cli *c, int argc, char **argv, struct err *e);

/* Value of a command's option, NULL if absent. */
const char *cli_value(const struct cli *c, const char *name);
/* Value of --limit, which lists have; *limit stays what it is without the option. */
#define CLI_DEFAULT_LIMIT 50
int cli_limit(const struct cli *c, uint64_t *limit, struct err *e);
/* Opens the index for reading into c->store; says what to do when there is none. */
int cli_open_store(struct cli *c, enum store_mode mode, struct err *e);
/* $ENVIRONMENT, else that file in the user's data directory; "" when there is no HOME. */
const char *cli_default_path(const char *environment, const char *file, struct arena *a);
/* The operator's desk, which need not be there; never NULL. */
struct desk *cli_desk(struct cli *c);
/* What this site is: configuration, and what the index itself knows. */
int cli_load_config(struct cli *c, struct err *e);
int64_t cli_now_us(void);
/* A moment in the operator's zone: "2026-11-21 10:02:17". */
struct str cli_time(const struct cli *c, int64_t time_us, struct arena *a);
/* Prints strangers' text: neutralised, no newline. */
void print_clean(FILE *out, struct str s);
/* The same, keeping line breaks. */
void print_clean_lines(FILE *out, struct str s);

int cmd_case(struct cli *c, struct err *e);
int cmd_cases(struct cli *c, struct err *e);
int cmd_console(struct cli *c, struct err *e);
int cmd_doctor(struct cli *c, struct err *e);
int cmd_explain(struct cli *c, struct err *e);
int cmd_find(struct cli *c, struct err *e);
int cmd_trace(struct cli *c, struct err *e);
int cmd_formats(struct cli *c, struct err *e);
int cmd_help(struct cli *c, struct err *e);
int cmd_import(struct cli *c, struct err *e);
int cmd_screens(struct cli *c, struct err *e);
int cmd_session(struct cli *c, struct err *e);
int cmd_sessions(struct cli *c, struct err *e);
int cmd_sources(struct cli *c, struct err *e);

#endif
