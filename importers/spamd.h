/* SPDX-License-Identifier: MIT */
/* spamd: SpamAssassin's daemon, from its file or through syslog (FORMATS §4.2). */
#ifndef IMPORTERS_SPAMD_H
#define IMPORTERS_SPAMD_H

#include "importers/maillog.h"

extern const struct mail_program spamd_program;
extern const struct importer spamd_importer;

#endif
