/* SPDX-License-Identifier: MIT */
/* postern help: usage, manual page and shell completion, all from the tables in cli.c. */
#include "cli/cli.h"

#define OPTION_COLUMN 24

/* The options of a command may fill its array. */
static bool
is_option(const struct command *c, const struct cli_option *o)
{
	return o < c->options + COMMAND_MAX_OPTIONS && o->name;
}

static void
print_option(const struct cli_option *o)
{
	int used =
		printf("  --%s%s%s", o->name, o->operand ? " " : "", o->operand ? o->operand : "");

	printf("%*s%s\n", used < OPTION_COLUMN ? OPTION_COLUMN - used : 1, "", o->help);
}

static void
print_usage(void)
{
	puts("postern - the console for people who run mail gateways\n");
	puts("Usage: postern [OPTION...] [COMMAND [OPTION...] [OPERAND...]]\n");
	for (const struct command *c = commands; c->name; c++)
		if (c->summary)
			printf("  %-10s %-18s %s\n", c->name, c->operands, c->summary);
	puts("\nOptions of every command, before or after it:");
	for (const struct cli_option *o = global_options; o->name; o++)
		print_option(o);
	puts("\nExit status: 0 yes, done; 1 the answer is no; 2 usage; 3 input or output;\n"
	     "4 database; 5 another process is writing.");
}

static void
print_command(const struct command *c)
{
	printf("postern %s%s%s - %s\n", c->name, c->operands[0] ? " " : "", c->operands,
	       c->summary ? c->summary : c->details);
	if (c->options[0].name)
		putchar('\n');
	for (const struct cli_option *o = c->options; is_option(c, o); o++)
		print_option(o);
	if (c->details[0])
		printf("\n%s\n", c->details);
}

/* --- man(7) --- */

static void
man_option(const struct cli_option *o)
{
	printf(".TP\n\\fB\\-\\-%s\\fR%s%s\n%s\n", o->name, o->operand ? " " : "",
	       o->operand ? o->operand : "", o->help);
}

/* Backslashes, dots at the head and indented lines as they are. */
static void
man_text(const char *text)
{
	bool example = false;

	for (const char *end; *text; text = *end ? end + 1 : end) {
		bool indented = text[0] == ' ';

		end = text + strcspn(text, "\n");
		if (indented != example && text != end) {
			puts(indented ? ".nf" : ".fi");
			example = indented;
		}
		if (text[0] == '.' || text[0] == '\'')
			fputs("\\&", stdout);
		for (; text < end; text++)
			if (*text == '\\')
				fputs("\\e", stdout);
			else
				putchar(*text);
		putchar('\n');
	}
	if (example)
		puts(".fi");
}

static void
print_man(void)
{
	printf(".TH POSTERN 1 \"\" \"postern %s\" \"User Commands\"\n", POSTERN_VERSION);
	puts(".SH NAME\npostern \\- the console for people who run mail gateways");
	puts(".SH SYNOPSIS\n.B postern\n[OPTION...] [COMMAND [OPTION...] [OPERAND...]]");
	puts(".SH DESCRIPTION\nReads the logs of mail gateways into a local index and finds the "
	     "SMTP session behind a bounce or rejection, however mangled it comes back. Alone it "
	     "opens the console.");
	puts(".SH COMMANDS");
	for (const struct command *c = commands; c->name; c++) {
		if (!c->summary)
			continue;
		printf(".SS \"%s %s\"\n%s.\n", c->name, c->operands, c->summary);
		if (c->details[0])
			man_text(c->details);
		for (const struct cli_option *o = c->options; is_option(c, o); o++)
			man_option(o);
	}
	puts(".SH OPTIONS\nThese stand before or after the command.");
	for (const struct cli_option *o = global_options; o->name; o++)
		man_option(o);
	puts(".SH EXIT STATUS\n0 yes, done; 1 the answer is no; 2 usage; 3 input or output; "
	     "4 database; 5 another process is writing.");
	puts(".SH FILES\n.TP\n$XDG_DATA_HOME/postern/index.db\nthe index\n"
	     ".TP\n$XDG_CONFIG_HOME/postern/postern.conf\nwhat is ours: domains, hosts, "
	     "addresses, backends, timezone, history"
	     "\n.TP\n$XDG_CONFIG_HOME/postern/formats.d/*.conf, /etc/postern/formats.d/*.conf\n"
	     "log formats and score wordings of this site: postern help formats");
}

/* --- completion --- */

static void
print_bash(void)
{
	puts("_postern() {\n"
	     "  local word=${COMP_WORDS[COMP_CWORD]} command= w\n"
	     "  for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	     "    case $w in -*) ;; *) command=$w; break ;; esac\n"
	     "  done\n"
	     "  case $command in");
	for (const struct command *c = commands; c->name; c++) {
		if (!c->summary)
			continue;
		printf("  %s) COMPREPLY=($(compgen -f -W '", c->name);
		for (const struct cli_option *o = c->options; is_option(c, o); o++)
			printf("--%s ", o->name);
		puts("' -- \"$word\")) ;;");
	}
	fputs("  *) COMPREPLY=($(compgen -W '", stdout);
	for (const struct command *c = commands; c->name; c++)
		if (c->summary)
			printf("%s ", c->name);
	for (const struct cli_option *o = global_options; o->name; o++)
		printf("--%s ", o->name);
	puts("' -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _postern postern");
}

static void
print_zsh(void)
{
	puts("#compdef postern\n_arguments \\");
	for (const struct cli_option *o = global_options; o->name; o++)
		printf("  '--%s[%s]%s%s%s' \\\n", o->name, o->help, o->operand ? ":" : "",
		       o->operand ? o->operand : "", o->operand ? ":_files" : "");
	fputs("  '1:command:((", stdout);
	for (const struct command *c = commands; c->name; c++)
		if (c->summary)
			printf("%s\\:\"%s\" ", c->name, c->summary);
	puts("))' '*:file:_files'");
}

static int
print_completion(const char *shell, struct err *e)
{
	if (strcmp(shell, "bash") == 0)
		print_bash();
	else if (strcmp(shell, "zsh") == 0)
		print_zsh();
	else
		return err_set(e, ERR_USAGE, "--completion knows bash and zsh, not %s", shell);
	return EXIT_YES;
}

int
cmd_help(struct cli *c, struct err *e)
{
	bool is_help = strcmp(c->command->name, "help") == 0;

	if (is_help && cli_value(c, "completion"))
		return print_completion(cli_value(c, "completion"), e);
	if (is_help && cli_value(c, "man")) {
		print_man();
		return EXIT_YES;
	}
	if (is_help && c->n_operands > 0) {
		for (const struct command *k = commands; k->name; k++)
			if (strcmp(k->name, c->operands[0]) == 0) {
				print_command(k);
				return EXIT_YES;
			}
		return err_set(e, ERR_USAGE, "there is no command %s", c->operands[0]);
	}
	if (c->help && c->command_given)
		print_command(c->command);
	else
		print_usage();
	return EXIT_YES;
}
