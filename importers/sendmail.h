/* SPDX-License-Identifier: MIT */
/* sendmail: the lines of sendmail 8 (FORMATS §3.1), as one mail program and one format. */
#ifndef IMPORTERS_SENDMAIL_H
#define IMPORTERS_SENDMAIL_H

#include "importers/maillog.h"

extern const struct mail_program sendmail_program;
extern const struct importer sendmail_importer;
extern const struct importer_sample sendmail_samples[];

#endif
