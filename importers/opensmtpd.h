/* SPDX-License-Identifier: MIT */
/* opensmtpd: the lines of OpenSMTPD (FORMATS §3.2), as one mail program and one format. */
#ifndef IMPORTERS_OPENSMTPD_H
#define IMPORTERS_OPENSMTPD_H

#include "importers/maillog.h"

extern const struct mail_program opensmtpd_program;
extern const struct importer opensmtpd_importer;
extern const struct importer_sample opensmtpd_samples[];

#endif
