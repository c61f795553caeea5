/* SPDX-License-Identifier: MIT */
/* place: where the operator's files are, and who the operator is. */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

const char *
cli_default_path(const char *environment, const char *file, struct arena *a)
{
	const char *env = getenv(environment);
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (env && *env)
		return env;
	if (data && *data)
		return arena_printf(a, "%s/postern/%s", data, file).p;
	if (!home || !*home)
		return "";
	return arena_printf(a, "%s/.local/share/postern/%s", home, file).p;
}

/* Who stands behind sudo is who it was; names in the environment can be anybody's. */
static struct str
author(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *user = getpwuid(getuid());

	if (getuid() == 0 && sudo && *sudo)
		return str_from(sudo);
	return user ? str_from(user->pw_name) : STR("unknown");
}

struct desk *
cli_desk(struct cli *c)
{
	if (!c->desk_path)
		c->desk_path = cli_default_path("POSTERN_DESK", "desk.db", &c->arena);
	if (!c->desk)
		c->desk = desk_new(c->desk_path, author(), c->read_only);
	return c->desk;
}
