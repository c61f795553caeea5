/* SPDX-License-Identifier: MIT */
/* amavis: its verdict line for each message (FORMATS §4.4). */
#ifndef IMPORTERS_AMAVIS_H
#define IMPORTERS_AMAVIS_H

#include "importers/maillog.h"

extern const struct mail_program amavis_program;
extern const struct importer amavis_importer;

#endif
