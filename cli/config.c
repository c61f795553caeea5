/* SPDX-License-Identifier: MIT */
/*
 * config: postern.conf through libconfuse. Everything that outlives the call is copied into the
 * caller's arena.
 */
#include "cli/config.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/strbuf.h"

/* Each list of struct ours, by its name in the file and the comment written above it. */
struct ours_list {
	const char *name;
	const char *comment;
	size_t list_at, count_at;
};
#define OURS_LIST(member, comment)                                                                 \
	{                                                                                          \
#member, comment, offsetof(struct ours, member), offsetof(struct ours, n_##member) \
	}
static const struct ours_list ours_lists[] = {
	OURS_LIST(domains, "mail domains of this site; subdomains count too"),
	OURS_LIST(hosts, "names of our gateways as peers see them: banner, HELO, Received"),
	OURS_LIST(addresses, "their IP addresses, or networks such as 192.0.2.0/24"),
	OURS_LIST(backends, "hosts or addresses behind the gateways"),
};
#define OURS_LISTS (sizeof(ours_lists) / sizeof(ours_lists[0]))

static struct str **
list_of(const struct ours_list *l, struct ours *o)
{
	return (struct str **)((char *)o + l->list_at);
}

static size_t *
count_of(const struct ours_list *l, struct ours *o)
{
	return (size_t *)((char *)o + l->count_at);
}

void
config_add(struct str **list, size_t *n, struct str s, struct arena *a)
{
	struct str *grown;

	for (size_t i = 0; i < *n; i++)
		if (str_eq_nocase((*list)[i], s))
			return;
	grown = arena_alloc(a, (*n + 1) * sizeof(*grown));
	if (*n > 0)
		memcpy(grown, *list, *n * sizeof(*grown));
	grown[*n] = arena_str(a, s);
	*list = grown;
	(*n)++;
}

/* libconfuse reports through a callback without an argument for us; the last message is kept. */
static _Thread_local char last_error[256];

PRINTF_LIKE(2, 0)
static void
keep_error(cfg_t *cfg, const char *fmt, va_list args)
{
	int n = snprintf(last_error, sizeof(last_error), "line %d: ", cfg ? cfg->line : 0);

	vsnprintf(last_error + n, sizeof(last_error) - (size_t)n, fmt, args);
}

static int
parse_with(struct config *c, struct arena *a, int (*parse)(cfg_t *cfg, const void *arg),
	   const void *arg, const char *where, struct err *e)
{
	cfg_opt_t options[] = { CFG_STR_LIST("domains", "{}", CFGF_NONE),
				CFG_STR_LIST("hosts", "{}", CFGF_NONE),
				CFG_STR_LIST("addresses", "{}", CFGF_NONE),
				CFG_STR_LIST("backends", "{}", CFGF_NONE),
				CFG_STR("timezone", "", CFGF_NONE),
				CFG_BOOL("history", cfg_true, CFGF_NONE),
				CFG_END() };
	cfg_t *cfg = cfg_init(options, CFGF_NONE);
	int rc;

	_Static_assert(OURS_LISTS == 4, "each list of struct ours has an option");
	if (!cfg)
		fatal("out of memory");
	last_error[0] = '\0';
	cfg_set_error_function(cfg, keep_error);
	rc = parse(cfg, arg);
	if (rc == CFG_FILE_ERROR) {
		cfg_free(cfg);
		return err_set(e, ERR_IO, "%s: %s", where, strerror(errno));
	}
	if (rc != CFG_SUCCESS) {
		cfg_free(cfg);
		return err_set(e, ERR_FORMAT, "%s: %s", where, last_error);
	}
	for (size_t i = 0; i < OURS_LISTS; i++)
		for (unsigned k = 0; k < cfg_size(cfg, ours_lists[i].name); k++)
			config_add(list_of(&ours_lists[i], &c->ours),
				   count_of(&ours_lists[i], &c->ours),
				   str_from(cfg_getnstr(cfg, ours_lists[i].name, k)), a);
	c->timezone = arena_str(a, str_from(cfg_getstr(cfg, "timezone")));
	c->no_history = !cfg_getbool(cfg, "history");
	cfg_free(cfg);
	return 0;
}

static int
parse_file(cfg_t *cfg, const void *arg)
{
	return cfg_parse(cfg, arg);
}

static int
parse_text(cfg_t *cfg, const void *arg)
{
	return cfg_parse_buf(cfg, arg);
}

int
config_parse(struct str text, struct config *c, struct arena *a, struct err *e)
{
	if (text.n == 0)
		return 0;
	return parse_with(c, a, parse_text, arena_str(a, text).p, "configuration", e);
}

struct str
config_user_path(struct arena *a)
{
	const char *env = getenv("POSTERN_CONF");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (env && *env)
		return arena_str(a, str_from(env));
	if (config && *config)
		return arena_printf(a, "%s/postern/postern.conf", config);
	return arena_printf(a, "%s/.config/postern/postern.conf", home ? home : "");
}

int
config_load(struct config *c, struct arena *a, struct err *e)
{
	struct str path = config_user_path(a);

	if (access(path.p, F_OK) != 0)
		path = STR("/etc/postern.conf");
	if (access(path.p, F_OK) != 0)
		return 0;
	c->path = path;
	return parse_with(c, a, parse_file, path.p, path.p, e);
}

static void
write_string(struct strbuf *out, struct str s)
{
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '$')
			strbuf_add_char(out, '\\');
		if ((unsigned char)s.p[i] >= ' ')
			strbuf_add_char(out, s.p[i]);
	}
	strbuf_add_char(out, '"');
}

void
config_write(const struct config *c, struct strbuf *out)
{
	struct ours ours = c->ours;

	for (size_t i = 0; i < OURS_LISTS; i++) {
		const struct str *list = *list_of(&ours_lists[i], &ours);
		size_t n = *count_of(&ours_lists[i], &ours);

		strbuf_printf(out, "# %s\n%s = {", ours_lists[i].comment, ours_lists[i].name);
		for (size_t k = 0; k < n; k++) {
			strbuf_add_text(out, k ? ", " : " ");
			write_string(out, list[k]);
		}
		strbuf_add_text(out, n ? " }\n" : "}\n");
	}
	strbuf_add_text(out, "# zone of your screens; empty: this computer's\ntimezone = ");
	write_string(out, c->timezone);
	strbuf_printf(out, "\n# remember what was looked for in the console\nhistory = %s\n",
		      c->no_history ? "no" : "yes");
}
