/* SPDX-License-Identifier: MIT */
/* gen: see gen.h. */
#include "gen.h"

#include <stdio.h>

/* Days since 1970-01-01 as a date (Howard Hinnant's algorithm). */
static void
civil(int64_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
	int64_t z = days + 719468, era = z / 146097;
	uint32_t doe = (uint32_t)(z - era * 146097);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = (uint32_t)(yoe + era * 400) + (*month <= 2);
}

static void
stamp_make(struct gen *g, struct stamp *s, int64_t second)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	uint32_t year, month, day;
	uint64_t in_day = (uint64_t)(second % 86400);
	char *p = s->text;

	civil(second / 86400, &year, &month, &day);
	s->second = second;
	if (g->syslog)
		p = text_into(p, "%s %s%u", months[month - 1], day < 10 ? " " : "", day);
	else
		p = text_into(p, "%u-%z2-%z2", year, (uint64_t)month, (uint64_t)day);
	text_into(p, " %z2:%z2:%z2", in_day / 3600, in_day / 60 % 60, in_day % 60);
}

const char *
gen_stamp(struct gen *g, int64_t second)
{
	struct stamp *s = &g->stamp[second % N_STAMPS];

	if (s->second != second)
		stamp_make(g, s, second);
	return s->text;
}

uint32_t
gen_pid(struct gen *g)
{
	g->pid += 1 + rng_below(&g->rng, 3);
	if (g->pid >= 4194304) /* pid_max of 64-bit Linux */
		g->pid = 300;
	return g->pid;
}

int64_t
gen_after(struct gen *g, int64_t slot, uint32_t seconds)
{
	return slot + 1 + rng_below(&g->rng, seconds * SLOTS_PER_SECOND);
}

void
gen_end(struct gen *g, int64_t slot, bool reject)
{
	text_put(&g->line, "\n");
	text_check(&g->line);
	timeline_put(g->timeline, ROLE_MAIN, slot, g->line.bytes, text_length(&g->line));
	if (reject)
		timeline_put(g->timeline, ROLE_REJECT, slot, g->line.bytes, text_length(&g->line));
}

bool
gen_is_sample(struct gen *g)
{
	return ++g->n_messages, g->sample_every > 0 && g->n_messages % g->sample_every == 0;
}

void
gen_sample(struct gen *g, int64_t slot, const char *kind, const char *id, const char *sender,
	   const char *recipient, const char *ip)
{
	char text[1024];
	char *end = text_into(text, "%s\t%s\t%s\t%s\t%s\t%s\n", kind, id, sender, recipient, ip,
			      gen_stamp(g, slot / SLOTS_PER_SECOND));

	timeline_put(g->timeline, ROLE_SAMPLES, slot, text, (size_t)(end - text));
}
