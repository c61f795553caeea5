/* SPDX-License-Identifier: MIT */
/* exim: main, reject and panic logs of Exim 4, as files or through syslog (FORMATS §1). */
#ifndef IMPORTERS_EXIM_H
#define IMPORTERS_EXIM_H

#include "importers/importer.h"

extern const struct log_format exim_format;
extern const struct importer exim_importer;
extern const struct importer_sample exim_samples[];

#endif
