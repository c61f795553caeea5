/* SPDX-License-Identifier: MIT */
/* pool: the clients from which one sender tries a mail again and again. */
#ifndef MODEL_POOL_H
#define MODEL_POOL_H

#include "model/session.h"

/*
 * May the clients of a and b be one sender's? Of one /24 or /64, or with host names of one domain,
 * lines of an access provider apart. True where a client is not known: nothing speaks against it.
 */
bool pool_is_one(const struct session *a, const struct session *b);

#endif
