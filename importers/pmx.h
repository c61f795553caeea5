/* SPDX-License-Identifier: MIT */
/* pmx: Sophos PureMessage for UNIX, its message_log (FORMATS §4.5). */
#ifndef IMPORTERS_PMX_H
#define IMPORTERS_PMX_H

#include "importers/maillog.h"

extern const struct mail_program pmx_program;
extern const struct importer pmx_importer;

#endif
