/* SPDX-License-Identifier: MIT */
/*
 * zblock: one zstd frame per block, with its size in the header and a checksum behind it, so that
 * damage is found and never more than the stated size is unpacked.
 * Unpacking keeps one context per thread, freed when the thread ends. Out of memory is fatal.
 */
#include "base/zblock.h"

#include <stdlib.h>
#include <threads.h>
#include <zstd.h>

#include "base/mem.h"

struct zblock_packer {
	ZSTD_CCtx *context;
};

struct zblock_packer *
zblock_packer_new(int level)
{
	struct zblock_packer *z = xmalloc(sizeof(*z));
	z->context = ZSTD_createCCtx();
	if (!z->context)
		fatal("out of memory (compression)");
	ZSTD_CCtx_setParameter(z->context, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(z->context, ZSTD_c_contentSizeFlag, 1);
	ZSTD_CCtx_setParameter(z->context, ZSTD_c_checksumFlag, 1);
	return z;
}

void
zblock_packer_free(struct zblock_packer *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->context);
	free(z);
}

void
zblock_pack(struct zblock_packer *z, struct str raw, struct strbuf *out)
{
	strbuf_clear(out);
	size_t bound = ZSTD_compressBound(raw.n);
	char *to = strbuf_reserve(out, bound);
	if (!to)
		panic("buffer too small for a packed block of %zu bytes", raw.n);
	size_t n = ZSTD_compress2(z->context, to, bound, raw.p ? raw.p : "", raw.n);
	if (ZSTD_isError(n))
		panic("packing %zu bytes: %s", raw.n, ZSTD_getErrorName(n));
	out->n = n;
	to[n] = '\0';
}

static once_flag context_once = ONCE_FLAG_INIT;
static tss_t context_key;

static void
context_free(void *context)
{
	ZSTD_freeDCtx(context);
}

static void
context_setup(void)
{
	if (tss_create(&context_key, context_free) != thrd_success)
		fatal("no thread storage left");
}

static ZSTD_DCtx *
context_of_thread(void)
{
	call_once(&context_once, context_setup);
	ZSTD_DCtx *context = tss_get(context_key);
	if (context)
		return context;
	context = ZSTD_createDCtx();
	if (!context || tss_set(context_key, context) != thrd_success)
		fatal("out of memory (decompression)");
	return context;
}

int
zblock_unpack(struct str packed, size_t max_bytes, struct strbuf *out, struct err *e)
{
	strbuf_clear(out);
	unsigned long long size = ZSTD_CONTENTSIZE_ERROR;
	if (packed.n > 0)
		size = ZSTD_getFrameContentSize(packed.p, packed.n);
	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return err_set(e, ERR_FORMAT, "packed block has no valid header");
	if (size > max_bytes)
		return err_set(e, ERR_FORMAT, "packed block claims %llu bytes, %zu are allowed",
			       size, max_bytes);

	char *to = strbuf_reserve(out, (size_t)size);
	if (!to)
		return err_set(e, ERR_LIMIT, "packed block of %llu bytes does not fit", size);
	size_t n = ZSTD_decompressDCtx(context_of_thread(), to, (size_t)size, packed.p, packed.n);
	if (ZSTD_isError(n))
		return err_set(e, ERR_FORMAT, "packed block is damaged: %s", ZSTD_getErrorName(n));
	if (n != size)
		return err_set(e, ERR_FORMAT, "packed block is damaged: %zu of %llu bytes", n,
			       size);
	out->n = n;
	return 0;
}
