/* SPDX-License-Identifier: MIT */
/* exim_samples: a record of each kind with the facts that must come out of it (FORMATS §1). */
#include "importers/exim.h"

const struct importer_sample exim_samples[] = {
	{ .line = NULL },
};
