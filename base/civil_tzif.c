/* SPDX-License-Identifier: MIT */
/* civil_tzif: reads TZif versions 1 to 4. Leap seconds are ignored, as POSIX time ignores them. */
#include "base/civil_tzif.h"

#include <stdlib.h>

#include "base/mem.h"

enum { HEADER_BYTES = 44, KIND_BYTES = 6, MAX_OFFSET_S = 26 * 3600 };

struct tzif_header {
	int version;
	size_t n_ut, n_std, n_leap, n_changes, n_kinds, n_label_bytes;
};

static uint64_t
big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static int64_t
signed_big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = big_endian(p, n);
	if (n == 4)
		return (int64_t)(v ^ 0x80000000) - INT64_C(0x80000000);
	int64_t out;
	memcpy(&out, &v, sizeof(out));
	return out;
}

static bool
read_header(struct str s, struct tzif_header *h)
{
	if (s.n < HEADER_BYTES || !str_starts(s, STR("TZif")))
		return false;
	const unsigned char *p = (const unsigned char *)s.p;
	*h = (struct tzif_header){
		.version = p[4],
		.n_ut = (size_t)big_endian(p + 20, 4),
		.n_std = (size_t)big_endian(p + 24, 4),
		.n_leap = (size_t)big_endian(p + 28, 4),
		.n_changes = (size_t)big_endian(p + 32, 4),
		.n_kinds = (size_t)big_endian(p + 36, 4),
		.n_label_bytes = (size_t)big_endian(p + 40, 4),
	};
	return h->n_ut <= 256 && h->n_std <= 256 && h->n_leap <= 4096 && h->n_changes <= 65536 &&
	       h->n_kinds >= 1 && h->n_kinds <= 256 && h->n_label_bytes <= 4096;
}

static size_t
body_bytes(const struct tzif_header *h, size_t time_size)
{
	return h->n_changes * (time_size + 1) + h->n_kinds * KIND_BYTES + h->n_label_bytes +
	       h->n_leap * (time_size + 4) + h->n_std + h->n_ut;
}

static bool
read_kinds(struct zone *z, const struct tzif_header *h, const unsigned char *p)
{
	const char *labels = (const char *)p + h->n_kinds * KIND_BYTES;
	z->n_kinds = h->n_kinds;
	z->kinds = xcalloc(h->n_kinds, sizeof(*z->kinds));
	for (size_t i = 0; i < h->n_kinds; i++, p += KIND_BYTES) {
		int64_t offset = signed_big_endian(p, 4);
		size_t label = p[5];
		if (offset < -MAX_OFFSET_S || offset > MAX_OFFSET_S || label >= h->n_label_bytes)
			return false;
		struct zone_kind *k = &z->kinds[i];
		k->offset_s = (int)offset;
		k->dst = p[4] != 0;
		for (size_t j = 0; j + 1 < sizeof(k->label) && label + j < h->n_label_bytes; j++)
			k->label[j] = labels[label + j];
	}
	return true;
}

static bool
read_body(struct zone *z, const struct tzif_header *h, const unsigned char *p, size_t time_size)
{
	z->n_changes = h->n_changes;
	z->changes = xcalloc(h->n_changes, sizeof(*z->changes));
	z->kind_of = xcalloc(h->n_changes, 1);
	for (size_t i = 0; i < h->n_changes; i++, p += time_size) {
		z->changes[i] = signed_big_endian(p, time_size);
		if (i > 0 && z->changes[i] <= z->changes[i - 1])
			return false;
	}
	for (size_t i = 0; i < h->n_changes; i++) {
		z->kind_of[i] = *p++;
		if (z->kind_of[i] >= h->n_kinds)
			return false;
	}
	return read_kinds(z, h, p);
}

static bool
read_footer(struct zone *z, struct str footer)
{
	if (footer.n < 2 || footer.p[0] != '\n')
		return false;
	size_t end = str_find_char(footer, '\n', 1);
	if (end == STR_NPOS)
		return false;
	if (end == 1)
		return true;
	z->has_rule = zone_rule_parse(str_slice(footer, 1, end), &z->rule);
	return z->has_rule;
}

int
zone_load_tzif(struct zone *z, struct str bytes, struct err *e)
{
	struct tzif_header h;
	size_t time_size = 4;
	if (!read_header(bytes, &h))
		goto damaged;
	if (h.version >= '2') {
		time_size = 8;
		bytes = str_skip(bytes, HEADER_BYTES + body_bytes(&h, 4));
		if (!read_header(bytes, &h))
			goto damaged;
	}
	bytes = str_skip(bytes, HEADER_BYTES);
	if (body_bytes(&h, time_size) > bytes.n)
		goto damaged;
	if (!read_body(z, &h, (const unsigned char *)bytes.p, time_size))
		goto damaged;
	if (time_size == 8 && !read_footer(z, str_skip(bytes, body_bytes(&h, time_size))))
		goto damaged;
	return 0;
damaged:
	return err_set(e, ERR_FORMAT, "not a valid time zone file");
}

void
zone_release(struct zone *z)
{
	free(z->name);
	free(z->changes);
	free(z->kind_of);
	free(z->kinds);
	*z = (struct zone){ 0 };
}
