/* SPDX-License-Identifier: MIT */
/*
 * mention: joining by Message-ID, which strangers choose and which is not unique: lists, forwards
 * and re-injections have many messages of one. So records that state it are not united by it, or one
 * Message-ID would draw connection after connection into one cluster. Instead a record that has
 * nothing else (a scanner's: it *seeks*) goes to the one message that *carries* the Message-ID and is
 * nearest in time, and goes over to a nearer one that turns up later. Which is nearest is the same
 * for the assembler, which moves the record, and for partition, which gives it to a session.
 */
#ifndef MODEL_MENTION_H
#define MODEL_MENTION_H

#include "base/mem.h"
#include "model/record.h"

/* A scanner's line is written within seconds of the MTA's; clocks and queues may differ. */
#define MENTION_WINDOW_US (600 * US_PER_SECOND)

/*
 * A Message-ID that so many have at a time says nothing, and comparing all with all would let a
 * stranger stop the import: beyond this nothing is brought together by it.
 */
#define MENTIONS_MOST 64

struct mention {
	uint64_t hash; /* of gateway and Message-ID */
	uint32_t term; /* term_hash of the Message-ID: the store finds it by that */
	bool seeks;
	int64_t time_us;
	uint64_t who; /* carrier: hash of its own ID; seeker: its first line */
};

/* True if the record has nothing but a Message-ID to be joined by. */
bool fragment_seeks(const struct fragment *f);
/* True if a record of that kind may carry one; false for deliveries and connections. */
bool fragment_may_carry(const struct fragment *f);
/* What a record mentions; at most FRAGMENT_MAX_IDENTIFIERS. None if it has no time. */
size_t mentions_of(uint32_t gateway, const struct fragment *f, line_ref line,
		   struct mention out[FRAGMENT_MAX_IDENTIFIERS]);
/* True if the seeker may go to that carrier. */
bool mention_fits(const struct mention *seeker, const struct mention *carrier);
/* A strict order over the carriers that fit a seeker; best may be NULL. */
bool mention_nearer(const struct mention *seeker, const struct mention *carrier,
		    const struct mention *best);

#endif
