/* SPDX-License-Identifier: MIT */
/* rspamd: the scanner's own log, from its file or through syslog (FORMATS §4.1). */
#ifndef IMPORTERS_RSPAMD_H
#define IMPORTERS_RSPAMD_H

#include "importers/maillog.h"

extern const struct mail_program rspamd_program;
extern const struct importer rspamd_importer;

#endif
