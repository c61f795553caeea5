/* SPDX-License-Identifier: MIT */
/*
 * site: what is ours. The configuration if there is one; else the guess made at the first import
 * and kept in the index; and always the gateways whose logs the index holds.
 */
#ifndef CLI_SITE_H
#define CLI_SITE_H

#include "cli/cli.h"

/* Completes c->config.ours from the open store. */
int site_load(struct cli *c, struct err *e);
/*
 * After an import without configuration: guesses domains, hosts and addresses from the index,
 * keeps the guess there, and shows it; at a terminal it offers to save it as postern.conf.
 */
int site_guess(struct cli *c, struct err *e);

#endif
