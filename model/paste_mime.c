/* SPDX-License-Identifier: MIT */
/*
 * paste_mime: the texts of a mail, decoded byte by byte with their origin. Headers stay as they
 * are apart from encoded words; character sets become UTF-8.
 */
#include "model/mime.h"

#include <errno.h>
#include <iconv.h>

#define CONTENT_MAX_BYTES (64u << 10) /* of the returned mail's body */

static bool
needs_conversion(struct str charset, const struct paste_text *t)
{
	if (charset.n == 0 || str_eq_nocase(charset, STR("utf-8")) ||
	    str_eq_nocase(charset, STR("utf8")))
		return false;
	if (str_starts_nocase(charset, STR("iso-2022")) || str_starts_nocase(charset, STR("utf-")))
		return true;
	for (size_t i = 0; i < t->n; i++) {
		if ((unsigned char)t->p[i] >= 0x80)
			return true;
	}
	return false;
}

/* Character by character, so that each result keeps the place of the bytes it came from. */
static void
convert(const struct paste_text *in, iconv_t cd, struct paste_text *out)
{
	size_t at = 0;

	while (at < in->n) {
		size_t take = 1;
		char buffer[16];

		for (;;) {
			char *from = in->p + at, *to = buffer;
			size_t from_left = take, to_left = sizeof(buffer);
			size_t r = iconv(cd, &from, &from_left, &to, &to_left);

			if (r == (size_t)-1 && errno == EINVAL && take < 8 && at + take < in->n) {
				take++;
				continue;
			}
			if (r == (size_t)-1) {
				paste_put(out, in, '?', at, at + take);
				iconv(cd, NULL, NULL, NULL, NULL);
			} else {
				for (const char *c = buffer; c < to; c++)
					paste_put(out, in, *c, at, at + take);
			}
			break;
		}
		at += take;
	}
}

void
paste_to_utf8(struct paste_text *in, struct str charset, struct paste_text *out)
{
	char name[64];
	iconv_t cd = (iconv_t)-1;

	if (charset.n < sizeof(name) && needs_conversion(charset, in)) {
		memcpy(name, charset.p, charset.n);
		name[charset.n] = '\0';
		cd = iconv_open("UTF-8", name);
	}
	if (cd == (iconv_t)-1) {
		paste_copy(out, in, 0, in->n);
		return;
	}
	convert(in, cd, out);
	iconv_close(cd);
}

static void
write_part(const struct mime_part *part, const struct paste_text *in, struct paste_text *out)
{
	struct paste_text decoded = { 0 };
	size_t end = part->end;

	if (part->zone == ZONE_CONTENT && end - part->start > CONTENT_MAX_BYTES)
		end = part->start + CONTENT_MAX_BYTES;
	switch (part->encoding) {
	case MIME_BASE64:
		paste_base64_block(in, part->start, end, &decoded);
		break;
	case MIME_QP:
		paste_qp_block(in, part->start, end, &decoded);
		break;
	case MIME_IDENTITY:
		paste_copy(&decoded, in, part->start, end);
		break;
	}
	paste_to_utf8(&decoded, str_from(part->charset), out);
	paste_text_release(&decoded);
}

bool
paste_mime(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct mime_part parts[MIME_MAX_PARTS];
	size_t n = mime_parts(p->original, parts);

	for (size_t i = 0; i < n && p->n_regions < PASTE_MAX_REGIONS; i++) {
		p->regions[p->n_regions++] = (struct paste_region){ parts[i].start, parts[i].zone };
		write_part(&parts[i], in, out);
		if (out->n > 0 && out->p[out->n - 1] != '\n')
			paste_put(out, in, '\n', parts[i].end - 1, parts[i].end);
		paste_put(out, in, '\n', parts[i].end - 1, parts[i].end);
	}
	return n > 0;
}
