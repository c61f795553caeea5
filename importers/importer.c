/* SPDX-License-Identifier: MIT */
/*
 * importer: the registry of formats, and which of them a file's first lines are in. A tie goes to
 * the format that stands first, to those of operators before all (line by line, a tag that a
 * built-in program owns is that program's); a single line that looks like a time is no claim.
 */
#include "importers/importer.h"

#include "importers/amavis.h"
#include "importers/clamav_milter.h"
#include "importers/exim.h"
#include "importers/journal.h"
#include "importers/kumomta.h"
#include "importers/mailscanner.h"
#include "importers/opensmtpd.h"
#include "importers/pmx.h"
#include "importers/postfix.h"
#include "importers/rspamd.h"
#include "importers/spamd.h"
#include "importers/sendmail.h"
#include "importers/user_format.h"

/* Below this a format only says "might be". */
#define CLAIM_MIN 50

const struct importer *const importers[] = {
	&exim_importer,
	&postfix_importer,
	&sendmail_importer,
	&opensmtpd_importer,
	&kumomta_importer,
	&journal_importer,
	&rspamd_importer,
	&spamd_importer,
	&amavis_importer,
	&mailscanner_importer,
	&clamav_milter_importer,
	&pmx_importer,
	NULL,
};

const struct log_format *
importer_format(struct str name)
{
	for (size_t i = 0; importers[i]; i++) {
		if (str_eq_nocase(name, str_from(importers[i]->format->name)))
			return importers[i]->format;
	}
	for (size_t i = 0; user_format_at(i); i++) {
		const struct log_format *f = user_format_log(user_format_at(i));

		if (str_eq_nocase(name, str_from(f->name)))
			return f;
	}
	return NULL;
}

struct claim {
	const struct importer *importer;
	uint64_t sum; /* of how sure it is of each line */
};

static void
add_claim(struct claim *best, const struct importer *importer, uint64_t sum, size_t claims)
{
	if (claims > 0 && sum > best->sum)
		*best = (struct claim){ importer, sum };
}

/* Formats that operators defined come first: of equal claims theirs holds. */
static void
add_user_claims(struct claim *best, const struct str *lines, size_t n)
{
	for (size_t i = 0; user_format_at(i); i++) {
		const struct user_format *u = user_format_at(i);
		uint64_t sum = 0;
		size_t claims = 0;

		for (size_t k = 0; k < n; k++) {
			int sure = user_format_detect(u, lines[k]);

			sum += (uint64_t)sure;
			claims += sure >= CLAIM_MIN;
		}
		add_claim(best, user_format_importer(u), sum, claims);
	}
}

const struct importer *
importer_detect(const struct str *lines, size_t n)
{
	struct claim best = { .sum = 0 };

	add_user_claims(&best, lines, n);
	for (size_t i = 0; importers[i]; i++) {
		uint64_t sum = 0;
		size_t claims = 0;

		for (size_t k = 0; k < n; k++) {
			int sure = importers[i]->detect(lines[k]);

			sum += sure > 0 ? (uint64_t)sure : 0;
			claims += sure >= CLAIM_MIN;
		}
		add_claim(&best, importers[i], sum, claims);
	}
	return best.importer;
}
