/* SPDX-License-Identifier: MIT */
/*
 * advice: what a log cannot tell us, because its program was not told to write it, and the line of
 * configuration that mends it. Each feature is seen in fragments while they are imported.
 */
#ifndef MODEL_ADVICE_H
#define MODEL_ADVICE_H

#include "model/fragment.h"

enum source_feature {
	FEATURE_CONNECTIONS = 1 << 0,     /* connects or disconnects */
	FEATURE_PORT = 1 << 1,            /* of the client */
	FEATURE_PID = 1 << 2,             /* of the process that served it */
	FEATURE_FRACTIONS = 1 << 3,       /* times finer than a second */
	FEATURE_REFUSED_AT_DATA = 1 << 4, /* by an ID … */
	FEATURE_REPLY_NAMES_ID = 1 << 5,  /* … that the reply tells the sender */
	FEATURE_CLIENT = 1 << 6,          /* a client is named at all */
};

unsigned source_features(const struct fragment *f);

struct advice {
	struct str format; /* of the source */
	unsigned without;  /* none of these was seen … */
	unsigned with;     /* … though all of these were */
	struct str cannot; /* "tell two connections of one client in one second apart" */
	struct str mend;   /* the line of configuration */
};

/* The next piece of advice for such a source behind `previous` (NULL: the first); NULL: no more. */
const struct advice *advice_next(const struct advice *previous, struct str format,
				 unsigned features);

#endif
