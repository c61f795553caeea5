/* SPDX-License-Identifier: MIT */
/*
 * ingest_zone: the zone of times that carry none, from message IDs that hold the epoch (DESIGN §4).
 * Used when the operator did not say: logs of a gateway in another zone than this computer's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "importers/ingest_local.h"
#include "model/exim_id.h"

#define QUARTER_US     (15 * MINUTE_US) /* all offsets in use are whole quarters */
#define LINES_NEEDED   3
#define OFFSET_MOST_US (14 * HOUR_US)

/* Reception lines are written within seconds of the ID's own moment; later ones may lag. */
static bool
offset_of_line(struct str line, const struct log_format *format, int64_t *offset_us,
	       int64_t *time_us)
{
	struct parse_context c = {
		.zone = zone_utc(), .near_us = TIME_NONE, .format = format, .keys_only = true
	};
	struct arena scratch = { 0 };
	struct fragment f;
	struct exim_id id;
	bool known = format->parse(line, &c, &f, &scratch) == LINE_UNDERSTOOD &&
		     (f.kind == FRAGMENT_ARRIVED || f.kind == FRAGMENT_REFUSED) &&
		     f.time_us != TIME_NONE && exim_id_decode(f.id, &id);

	if (known) {
		*offset_us = f.time_us - id.time_us;
		*time_us = f.time_us;
	}
	arena_release(&scratch);
	return known;
}

static int
cmp_offset(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
whole_quarters(int64_t us)
{
	int64_t quarters = (us + (us < 0 ? -QUARTER_US / 2 : QUARTER_US / 2)) / QUARTER_US;

	return quarters * QUARTER_US;
}

/* The offset that most of these lines show; false when too few say anything. */
static bool
offset_of_lines(const struct str *lines, size_t n, const struct log_format *format,
		int64_t *offset_us, int64_t *at_us)
{
	int64_t offsets[HEAD_LINES], time_us = 0;
	size_t found = 0;

	for (size_t i = 0; i < n && found < HEAD_LINES; i++)
		found += offset_of_line(lines[i], format, &offsets[found], &time_us);
	if (found < LINES_NEEDED)
		return false;
	qsort(offsets, found, sizeof(*offsets), cmp_offset);
	*offset_us = whole_quarters(offsets[found / 2]);
	*at_us = time_us - *offset_us;
	return *offset_us <= OFFSET_MOST_US && *offset_us >= -OFFSET_MOST_US;
}

static const struct zone *
zone_of_offset(int64_t offset_us)
{
	long minutes = (long)(offset_us / (60 * US_PER_SECOND));
	char name[24];

	snprintf(name, sizeof(name), "%c%02ld%02ld", minutes < 0 ? '-' : '+', labs(minutes) / 60,
		 labs(minutes) % 60);
	return zone_find(str_from(name), NULL);
}

const struct zone *
zone_of_log(struct intake *in, const struct str *lines, size_t n)
{
	struct run *r = in->run;
	int64_t offset_us, at_us;
	const struct zone *z = r->zone;

	if (r->options->zone_is_given)
		return r->zone;
	/* Of the logs of one directory some show no IDs; they are written by one clock. */
	if (r->implied_zone && str_eq(r->implied_directory, in->input->entry->directory))
		return r->implied_zone;
	if (!offset_of_lines(lines, n, in->info.format, &offset_us, &at_us))
		return r->zone;
	/* Where the host's own zone agrees it is better: it knows daylight saving. */
	if ((int64_t)zone_offset_s(r->zone, at_us) * US_PER_SECOND != offset_us)
		z = zone_of_offset(offset_us);
	r->implied_zone = z ? z : r->zone;
	r->implied_directory = in->input->entry->directory;
	return r->implied_zone;
}
