/* SPDX-License-Identifier: MIT */
/* first_start: see the header. */
#include "cli/first_start.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/strbuf.h"

/* Where Debian and others put what this version reads. */
static const char *const usual_places[] = {
	"/var/log/exim4",
	"/var/log/exim",
	"/var/spool/exim/log",
};

size_t
first_start_logs(struct usual_log found[USUAL_LOGS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(usual_places) / sizeof(usual_places[0]); i++) {
		if (access(usual_places[i], F_OK) != 0)
			continue;
		found[n++] = (struct usual_log){ usual_places[i],
						 access(usual_places[i], R_OK | X_OK) == 0 };
	}
	return n;
}

struct str
first_start_text(struct arena *a)
{
	struct usual_log logs[USUAL_LOGS_MAX];
	size_t n = first_start_logs(logs);
	struct strbuf b;
	struct str text;
	bool refused = false;

	strbuf_init(&b, 1 << 14);
	strbuf_add_text(&b, "There is no index yet: Postern has not read any logs.\n\n");
	for (size_t i = 0; i < n; i++) {
		if (logs[i].readable)
			strbuf_printf(&b, "Found %s. Read it with:\n    postern import %s\n\n",
				      logs[i].path, logs[i].path);
		else
			strbuf_printf(&b, "Found %s, but you may not read it.\n", logs[i].path);
		refused |= !logs[i].readable;
	}
	if (refused) {
		const char *user = getenv("USER");

		strbuf_printf(&b,
			      "Debian lets group adm read logs. Ask for it, then log in again:\n"
			      "    sudo adduser %s adm\nor read them once with:\n"
			      "    sudo sh -c 'cat /var/log/exim4/mainlog*' | postern import -\n\n",
			      user && *user ? user : "YOU");
	}
	if (n == 0)
		strbuf_add_text(&b, "Read logs of this host, or of another over ssh:\n"
				    "    postern import DIRECTORY\n"
				    "    ssh mx1 sudo cat /var/log/exim4/mainlog | "
				    "postern import --gateway mx1 -\n");
	text = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return text;
}
