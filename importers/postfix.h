/* SPDX-License-Identifier: MIT */
/* postfix: the Postfix family of lines (FORMATS §2), as one mail program and one format. */
#ifndef IMPORTERS_POSTFIX_H
#define IMPORTERS_POSTFIX_H

#include "importers/maillog.h"

extern const struct mail_program postfix_program;
extern const struct importer postfix_importer;
extern const struct importer_sample postfix_samples[];

#endif
