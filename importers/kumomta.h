/* SPDX-License-Identifier: MIT */
/* kumomta: the JSON records of KumoMTA's log (FORMATS §3.6), one a line. */
#ifndef IMPORTERS_KUMOMTA_H
#define IMPORTERS_KUMOMTA_H

#include "importers/importer.h"

extern const struct importer kumomta_importer;
extern const struct importer_sample kumomta_samples[];

#endif
