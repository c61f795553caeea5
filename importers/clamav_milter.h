/* SPDX-License-Identifier: MIT */
/* clamav_milter: ClamAV's milter, which names viruses (FORMATS §4.7). */
#ifndef IMPORTERS_CLAMAV_MILTER_H
#define IMPORTERS_CLAMAV_MILTER_H

#include "importers/maillog.h"

extern const struct mail_program clamav_milter_program;
extern const struct importer clamav_milter_importer;

#endif
