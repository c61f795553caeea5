/* SPDX-License-Identifier: MIT */
/* cli: the table of commands, and the way from argv to one of them. See cli.h. */
#include "cli/cli.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "cli/session_output.h"
#include "importers/importer.h"

const struct cli_option global_options[] = {
	{ "index", "FILE", "the index (default $POSTERN_INDEX, else the user's data directory)" },
	{ "desk", "FILE",
	  "your cases and notes (default $POSTERN_DESK, else desk.db in the same)" },
	{ "read-only", NULL, "never write, not even the index" },
	{ "json", NULL, "one JSON document on standard output" },
	{ "utc", NULL, "times in UTC instead of the operator's zone" },
	{ "help", NULL, "help on the program or on a command" },
	{ "version", NULL, "print the version" },
	{ NULL, NULL, NULL },
};

const struct command commands[] = {
	{ "console",
	  "",
	  "open the console (what postern alone does)",
	  { { "paste", "FILE", "open with this text already pasted into Find" } },
	  "The screens are Find, Sessions and Sources; ? lists the keys that work where you are.",
	  cmd_console },
	{ "import",
	  "PATH...",
	  "read logs into the index",
	  { { "gateway", "NAME", "whose logs these are, when the lines do not say" },
	    { "format", "NAME", "take this format instead of detecting it" },
	    { "timezone", "ZONE", "of times without a zone, such as Europe/Athens or +0200" },
	    { "year", "YEAR", "of the first line, for times without a year" },
	    { "follow", NULL, "go on reading as the logs grow and rotate, until interrupted" } },
	  "PATH is a file, a directory, a compressed file (gz, xz, zst, bz2, lz4, tar of these) or "
	  "- "
	  "for standard input. What was read before is recognised by its content and not read "
	  "again; "
	  "a grown file is read on from where it ended.",
	  cmd_import },
	{ "find",
	  "[FILE|TEXT...]",
	  "find the session behind a bounce or a rejection",
	  { { "part", "N", "of a text that holds several bounces, answer number N" } },
	  "Without an operand the paste is read from standard input; one operand that names a "
	  "regular file is read; anything else is the text itself, and -- forces that.",
	  cmd_find },
	{ "trace",
	  "",
	  "tell what became of a mail that never arrived",
	  { { "from", "ADDRESS", "its sender; @example.org for anybody of a domain" },
	    { "to", "ADDRESS", "its recipient; @example.org for anybody of a domain" },
	    { "around", "TIME", "roughly when; without it the newest are shown" } },
	  "Shows the stories of these mails, attempts, forwards and bounces together, each with "
	  "its "
	  "outcome: delivered, queued, greylisted (and not tried again), deferred, held, "
	  "quarantined, "
	  "discarded, bounced (accepted by us, failed later) or refused. Not seen is exit status "
	  "1; "
	  "then it says which logs cover that time, where their gaps are, and what comes near. "
	  "TIME "
	  "is a date, a clock, both, today, yesterday, a weekday, or like \"2 days ago\"; a day "
	  "around it is looked through. A domain needs the other address or a time, or only the "
	  "newest 50,000 sessions are looked through.",
	  cmd_trace },
	{ "sessions",
	  "[TEXT...]",
	  "list sessions, newest first",
	  { { "limit", "N", "at most this many (default 50)" } },
	  "With TEXT only sessions that have every word of it: a stage, verdict or reply code as "
	  "such, a "
	  "time or date at the head of a log line, anything else anywhere in facts and log lines.",
	  cmd_sessions },
	{ "session",
	  "REF|ID",
	  "show one session: stages, score, recipients",
	  { { "lines", NULL, "with its log lines" } },
	  "REF is what sessions and find print first; ID is any identifier the session carries.",
	  cmd_session },
	{ "explain",
	  "REF|ID",
	  "say what became of a message: to the local user, and to the postmaster there",
	  { { "to", "ADDRESS", "the recipient who asks; no other one is named" } },
	  "Two texts, to be read before they are sent: one in plain words, one with times, "
	  "addresses, "
	  "IDs, the exact reply and what to change. Without --to they speak of the recipient that "
	  "fared worst. What the log does not hold is not said, and what is inferred says so.",
	  cmd_explain },
	{ "cases",
	  "[open|waiting|closed] [WORD...]",
	  "list the cases on your desk, newest first",
	  { { "limit", "N", "at most this many (default 50)" } },
	  "With words only the cases that hold all of them: in their name, notes and texts, in the "
	  "cause, in who asked, or in what the desk knows of the session.",
	  cmd_cases },
	{ "case",
	  "CASE|REF|ID",
	  "show the case of a session, or change it",
	  { { "note", "TEXT", "add a note" },
	    { "status", "STATUS", "open, waiting or closed" },
	    { "asked-by", "WHO", "who wants to know; empty: nobody" },
	    { "cause", "TEXT", "what it turned out to be; empty: not known" } },
	  "CASE is what cases prints first. A session that has no case gets one with the first "
	  "change. The desk keeps its own summary of the session, so a case outlives the logs.",
	  cmd_case },
	{ "sources",
	  "",
	  "what has been read, what it covers, and what was not understood",
	  { { 0 } },
	  "",
	  cmd_sources },
	{ "doctor",
	  "",
	  "check the index and the desk",
	  { { "digest", NULL, "end with a digest of the content, equal for equal content" } },
	  "Compares what the index says of itself with what it holds; exit status 1 when something "
	  "is wrong.",
	  cmd_doctor },
	{ "formats",
	  "[FILE...]",
	  "the log formats there are; check files that define some",
	  { { 0 } },
	  formats_details,
	  cmd_formats },
	{ "help",
	  "[COMMAND]",
	  "help on a command",
	  { { "man", NULL, "the whole manual page, in man's own format" },
	    { "completion", "SHELL", "a completion script for bash or zsh" } },
	  "",
	  cmd_help },
	{ "screens",
	  "SCRIPT DIRECTORY",
	  NULL,
	  { { 0 } },
	  "For developers: plays a key script and writes each shot as SVG.",
	  cmd_screens },
	{ 0 },
};

/* --- options --- */

static const struct command *
find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* Splits "name=value"; returns the value or NULL. */
static const char *
split_option(const char *text, struct str *name)
{
	const char *equals = strchr(text, '=');

	*name = equals ? (struct str){ text, (size_t)(equals - text) } : str_from(text);
	return equals ? equals + 1 : NULL;
}

static const struct cli_option *
option_named(const struct cli_option *list, size_t max, struct str name, size_t *index)
{
	for (size_t i = 0; i < max && list[i].name; i++)
		if (str_eq(str_from(list[i].name), name)) {
			*index = i;
			return &list[i];
		}
	return NULL;
}

static void
set_global(struct cli *c, const char *name, const char *value)
{
	if (strcmp(name, "index") == 0)
		c->index_path = value;
	else if (strcmp(name, "desk") == 0)
		c->desk_path = value;
	else if (strcmp(name, "read-only") == 0)
		c->read_only = true;
	else if (strcmp(name, "json") == 0)
		c->json = true;
	else if (strcmp(name, "utc") == 0)
		c->utc = true;
	else if (strcmp(name, "help") == 0)
		c->help = true;
	else
		c->version = true;
}

/* Takes argv[*i] (an option), and its operand if it has one. */
static int
take_option(struct cli *c, int argc, char **argv, int *i, struct err *e)
{
	struct str name;
	const char *value = split_option(argv[*i] + 2, &name);
	size_t at = 0;
	bool global = true;
	const struct cli_option *o = option_named(global_options, SIZE_MAX, name, &at);

	if (!o && c->command) {
		o = option_named(c->command->options, COMMAND_MAX_OPTIONS, name, &at);
		global = false;
	}
	if (!o)
		return err_set(e, ERR_USAGE, "unknown option --%.*s%s%s", STR_ARG(name),
			       c->command ? " for " : "", c->command ? c->command->name : "");
	if (!o->operand && value)
		return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
	if (o->operand && !value) {
		if (*i + 1 >= argc)
			return err_set(e, ERR_USAGE, "--%s needs a %s", o->name, o->operand);
		value = argv[++*i];
	}
	if (global)
		set_global(c, o->name, value);
	else
		c->values[at] = o->operand ? value : "";
	return 0;
}

/* The command is the first operand; its options may only be known after it. */
static int
find_the_command(struct cli *c, int argc, char **argv, int *at, struct err *e)
{
	*at = argc;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strncmp(argv[i], "--", 2) == 0) {
			struct str name;
			size_t unused;
			bool has_value = split_option(argv[i] + 2, &name) != NULL;
			const struct cli_option *o =
				option_named(global_options, SIZE_MAX, name, &unused);

			/* postern alone is its first command, options and all */
			if (!o)
				o = option_named(commands[0].options, COMMAND_MAX_OPTIONS, name,
						 &unused);
			if (o && o->operand && !has_value)
				i++;
			continue;
		}
		if (argv[i][0] == '-' && argv[i][1] != '\0')
			continue;
		c->command = find_command(argv[i]);
		if (!c->command)
			return err_set(e, ERR_USAGE, "unknown command %s", argv[i]);
		c->command_given = true;
		*at = i;
		return 0;
	}
	c->command = &commands[0];
	return 0;
}

int
cli_parse(struct cli *c, int argc, char **argv, struct err *e)
{
	int command_at;

	if (find_the_command(c, argc, argv, &command_at, e) < 0)
		return -1;
	c->operands = arena_zalloc(&c->arena, ((size_t)argc + 1) * sizeof(*c->operands));
	for (int i = 1; i < argc; i++) {
		if (i == command_at)
			continue;
		if (!c->operands_are_text && strcmp(argv[i], "--") == 0) {
			c->operands_are_text = true;
		} else if (!c->operands_are_text && argv[i][0] == '-' && argv[i][1] == '-') {
			if (take_option(c, argc, argv, &i, e) < 0)
				return -1;
		} else if (!c->operands_are_text && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (strcmp(argv[i], "-h") != 0)
				return err_set(e, ERR_USAGE, "unknown option %s", argv[i]);
			c->help = true;
		} else {
			c->operands[c->n_operands++] = argv[i];
		}
	}
	return 0;
}

const char *
cli_value(const struct cli *c, const char *name)
{
	size_t at;

	return option_named(c->command->options, COMMAND_MAX_OPTIONS, str_from(name), &at)
		       ? c->values[at]
		       : NULL;
}

int
cli_limit(const struct cli *c, uint64_t *limit, struct err *e)
{
	const char *value = cli_value(c, "limit");

	if (value && (!str_to_u64(str_from(value), limit) || *limit == 0))
		return err_set(e, ERR_USAGE, "--limit needs a number above 0, not %s", value);
	return 0;
}

/* --- what commands share --- */

int64_t
cli_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

void
print_clean(FILE *out, struct str s)
{
	struct strbuf b;

	strbuf_init(&b, STRBUF_NO_MAX);
	utf8_neutralise(&b, s);
	fwrite(b.p, 1, b.n, out);
	strbuf_release(&b);
}

void
print_clean_lines(FILE *out, struct str s)
{
	while (s.n > 0) {
		size_t end = str_find_char(s, '\n', 0);

		print_clean(out, str_slice(s, 0, end));
		if (end == STR_NPOS)
			return;
		fputc('\n', out);
		s = str_skip(s, end + 1);
	}
}

struct str
cli_time(const struct cli *c, int64_t time_us, struct arena *a)
{
	struct civil t;

	if (time_us == TIME_NONE)
		return STR("unknown time");
	civil_from_us(time_us + zone_offset_s(c->zone, time_us) * US_PER_SECOND, &t);
	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour,
			    t.minute, t.second);
}

int
cli_open_store(struct cli *c, enum store_mode mode, struct err *e)
{
	if (mode == STORE_WRITE && c->read_only)
		return err_set(e, ERR_USAGE, "--read-only and %s contradict each other",
			       c->command->name);
	if (mode == STORE_READ && access(c->index_path, F_OK) != 0)
		return err_set(e, ERR_IO,
			       "there is no index at %s yet. Read some logs first: "
			       "postern import /var/log/exim4",
			       c->index_path);
	if (mode == STORE_WRITE && formats_must_hold(&c->formats, e) < 0)
		return -1;
	formats_warn(&c->formats);
	return store_open(c->index_path, mode, importer_format, &c->store, e);
}

int
cli_load_config(struct cli *c, struct err *e)
{
	if (config_load(&c->config, &c->arena, e) < 0)
		return -1;
	if (c->utc) {
		c->zone = zone_utc();
	} else {
		struct str name = c->config.timezone.n ? c->config.timezone : STR("local");

		c->zone = zone_find(name, e);
		if (!c->zone)
			return err_prefix(e, "%.*s: timezone", STR_ARG(c->config.path));
	}
	return 0;
}

static int
run(struct cli *c, int argc, char **argv, struct err *e)
{
	if (cli_parse(c, argc, argv, e) < 0)
		return -1;
	if (c->version) {
		printf("postern %s\n", POSTERN_VERSION);
		return EXIT_YES;
	}
	if (!c->index_path)
		c->index_path = cli_default_path("POSTERN_INDEX", "index.db", &c->arena);
	if (!c->index_path[0])
		return err_set(e, ERR_USAGE,
			       "where is the index? There is no HOME: give --index FILE");
	if (c->help)
		return cmd_help(c, e);
	if (cli_load_config(c, e) < 0)
		return -1;
	formats_load(&c->formats, &c->arena);
	return c->command->run(c, e);
}

int
cli_main(int argc, char **argv)
{
	struct cli c = { 0 };
	struct err e = { 0 };
	int status;

	arena_init(&c.arena);
	status = run(&c, argc, argv, &e);
	if (status < 0) {
		fputs("postern: ", stderr);
		print_clean(stderr, str_from(e.text));
		fputc('\n', stderr);
		if (e.code == ERR_USAGE)
			fputs("postern: see postern --help\n", stderr);
		status = err_exit_status(e.code);
	}
	if (fflush(stdout) != 0 && status <= EXIT_NO)
		status = err_exit_status(ERR_IO);
	store_close(c.store);
	desk_free(c.desk);
	formats_release(&c.formats);
	arena_release(&c.arena);
	return status;
}
