/* SPDX-License-Identifier: MIT */
/*
 * importer: the registry of formats, and which of them a file's first lines are in. A tie goes to
 * the format that stands first; a single line that looks like a time is no claim.
 */
#include "importers/importer.h"

#include "importers/exim.h"
#include "importers/journal.h"
#include "importers/kumomta.h"
#include "importers/opensmtpd.h"
#include "importers/postfix.h"
#include "importers/rspamd.h"
#include "importers/spamd.h"
#include "importers/sendmail.h"

/* Below this a format only says "might be". */
#define CLAIM_MIN 50

const struct importer *const importers[] = {
	&exim_importer,      &postfix_importer, &sendmail_importer,
	&opensmtpd_importer, &kumomta_importer, &journal_importer,
	&rspamd_importer,    &spamd_importer,   NULL,
};

const struct log_format *
importer_format(struct str name)
{
	for (size_t i = 0; importers[i]; i++) {
		if (str_eq_nocase(name, str_from(importers[i]->format->name)))
			return importers[i]->format;
	}
	return NULL;
}

const struct importer *
importer_detect(const struct str *lines, size_t n)
{
	const struct importer *best = NULL;
	uint64_t best_sum = 0;

	for (size_t i = 0; importers[i]; i++) {
		uint64_t sum = 0;
		size_t claims = 0;

		for (size_t k = 0; k < n; k++) {
			int sure = importers[i]->detect(lines[k]);

			sum += sure > 0 ? (uint64_t)sure : 0;
			claims += sure >= CLAIM_MIN;
		}
		if (claims > 0 && sum > best_sum) {
			best = importers[i];
			best_sum = sum;
		}
	}
	return best;
}
