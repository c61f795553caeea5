/* SPDX-License-Identifier: MIT */
/* partition_seekers: records that seek a message by its Message-ID go to the nearest (mention.h). */
#ifndef MODEL_PARTITION_SEEKERS_H
#define MODEL_PARTITION_SEEKERS_H

#include "model/partition.h"

#define GROUP_NONE UINT32_MAX

/* Sets the group of each seeker, or GROUP_NONE; those of the messages must be known. */
void partition_seekers(struct partition_item *items, size_t n);

#endif
