/* SPDX-License-Identifier: MIT */
/* gen: what the formats share: options, stamps, pids, counts, samples. */
#ifndef BENCH_GEN_H
#define BENCH_GEN_H

#include <stdbool.h>
#include <stdint.h>

#include "names.h"
#include "rng.h"
#include "text.h"
#include "timeline.h"

enum { STAMP_BYTES = 24, N_STAMPS = 256 };

enum ids { IDS_OLD, IDS_NEW, IDS_MIXED };

/* What the lines that were written hold. */
struct truth {
	uint64_t lines, messages, recipients, refused_rcpt, refused_data;
};

struct stamp {
	int64_t second;
	char text[STAMP_BYTES];
};

struct gen {
	struct rng rng;
	struct timeline *timeline;
	struct text line;
	enum ids ids;
	bool log_pid;
	uint32_t sample_every; /* 0: no samples */
	uint64_t n_messages;   /* made so far */
	uint32_t pid;
	bool syslog; /* stamps as "Mar  2 08:00:00" */
	struct stamp stamp[N_STAMPS];
	struct truth truth;
};

const char *gen_stamp(struct gen *g, int64_t second);
uint32_t gen_pid(struct gen *g);
/* A moment later: within `seconds`. */
int64_t gen_after(struct gen *g, int64_t slot, uint32_t seconds);
/* Ends the line and puts it on the timeline. */
void gen_end(struct gen *g, int64_t slot, bool reject);
/* Says whether this message is one of the samples. */
bool gen_is_sample(struct gen *g);
void gen_sample(struct gen *g, int64_t slot, const char *kind, const char *id, const char *sender,
		const char *recipient, const char *ip);

/* A format: adds the lines of what begins in this slot. */
void exim_slot(struct gen *g, int64_t slot);
void exim_count(void *gen, const char *line, size_t n);
void postfix_slot(struct gen *g, int64_t slot);
void postfix_count(void *gen, const char *line, size_t n);

#endif
