/* SPDX-License-Identifier: MIT */
/*
 * partition_connections: which connection each record belongs to, where a process serves one after
 * another and tells by connects and disconnects (serial_process), or each line names its own.
 */
#ifndef MODEL_PARTITION_CONNECTIONS_H
#define MODEL_PARTITION_CONNECTIONS_H

#include "model/partition.h"

#define CONNECTION_NONE 0 /* connections are numbered from 1 */

/* Puts the items into the order of time, and sets their connection where there is one. */
void partition_connections(struct partition_item *items, size_t n, struct arena *a);

#endif
