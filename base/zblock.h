/* SPDX-License-Identifier: MIT */
/* zblock: zstd frames of known size. The only file that includes <zstd.h> is zblock.c. */
#ifndef BASE_ZBLOCK_H
#define BASE_ZBLOCK_H

#include "base/err.h"
#include "base/str.h"
#include "base/strbuf.h"

struct zblock_packer; /* owns a compression context; one per thread */
struct zblock_packer *zblock_packer_new(int level);
void zblock_packer_free(struct zblock_packer *z);
/* Replaces the content of out. */
void zblock_pack(struct zblock_packer *z, struct str raw, struct strbuf *out);

/* Replaces the content of out. ERR_FORMAT when damaged or larger than max_bytes when unpacked. */
int zblock_unpack(struct str packed, size_t max_bytes, struct strbuf *out, struct err *e);

#endif
