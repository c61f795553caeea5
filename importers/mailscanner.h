/* SPDX-License-Identifier: MIT */
/* mailscanner: MailScanner's lines on a message (FORMATS §4.6). */
#ifndef IMPORTERS_MAILSCANNER_H
#define IMPORTERS_MAILSCANNER_H

#include "importers/maillog.h"

extern const struct mail_program mailscanner_program;
extern const struct importer mailscanner_importer;

#endif
