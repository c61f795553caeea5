/* SPDX-License-Identifier: MIT */
/* postern screens SCRIPT DIRECTORY: plays a key script; each shot becomes an SVG and a text. */
#include "cli/console.h"

#include "base/file.h"
#include "base/strbuf.h"
#include "tui/script.h"

int
cmd_screens(struct cli *c, struct err *e)
{
	struct script_out out = { .shot = script_shot_files };
	struct app_services services;
	struct strbuf script;
	struct app *app;
	int rc;

	if (c->n_operands != 2)
		return err_set(e, ERR_USAGE, "screens needs a SCRIPT and a DIRECTORY");
	out.arg = (void *)(uintptr_t)c->operands[1];
	strbuf_init(&script, 1 << 20);
	if (file_read(c->operands[0], &script, e) < 0 || console_services(c, &services, e) < 0) {
		strbuf_release(&script);
		return -1;
	}
	app = app_new(&services);
	rc = script_run(app, strbuf_str(&script), &out, e);
	app_free(app);
	strbuf_release(&script);
	return rc < 0 ? -1 : EXIT_YES;
}
