/* SPDX-License-Identifier: MIT */
/*
 * paste: the table of repairs, and the map that every repair carries on.
 * A repair sees the text as the one before it left it; the order of the table is the reverse of
 * the order in which damage usually happens (a person's quoting last, a transfer encoding first).
 */
#include "model/paste.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/mime.h"

struct repair {
	const char *name;
	paste_step *step;
};

static const struct repair repairs[] = {
	{ "line ends", paste_lines },
	{ "rich text", paste_rtf },
	{ "escaped characters", paste_escapes },
	{ "quote marks", paste_quotes },
	{ "base64", paste_base64 },
	{ "quoted-printable", paste_qp },
	{ "encoded words", paste_words },
	{ "percent signs of a link", paste_percent },
	{ "HTML", paste_html },
	{ "wrong character set", paste_mojibake },
	{ "typographic characters", paste_punctuation },
	{ "Markdown", paste_markdown },
	{ "syslog pieces", paste_pieces },
	{ "hard line breaks", paste_wraps },
	{ "letter case lost", paste_case },
};

void
paste_text_release(struct paste_text *t)
{
	free(t->p);
	free(t->at);
	free(t->span);
	*t = (struct paste_text){ 0 };
}

static void
text_reserve(struct paste_text *t, size_t need)
{
	if (need <= t->cap)
		return;
	size_t cap = t->cap < 256 ? 256 : t->cap;
	while (cap < need)
		cap *= 2;
	t->p = xrealloc(t->p, cap);
	t->at = xrealloc_array(t->at, cap, sizeof(*t->at));
	t->span = xrealloc(t->span, cap);
	t->cap = cap;
}

void
paste_put(struct paste_text *out, const struct paste_text *in, char c, size_t from, size_t to)
{
	if (from >= in->n)
		return;
	if (to > in->n)
		to = in->n;
	if (to <= from)
		to = from + 1;
	size_t last = in->at[to - 1] + (size_t)in->span[to - 1];
	size_t span = last - in->at[from];

	text_reserve(out, out->n + 1);
	out->p[out->n] = c;
	out->at[out->n] = in->at[from];
	out->span[out->n] = span > UINT8_MAX ? UINT8_MAX : (uint8_t)span;
	out->n++;
}

void
paste_put_character(struct paste_text *out, const struct paste_text *in, uint32_t cp, size_t from,
		    size_t to)
{
	char bytes[4];
	size_t n = utf8_encode(cp, bytes);

	for (size_t i = 0; i < n; i++)
		paste_put(out, in, bytes[i], from, to);
}

void
paste_copy(struct paste_text *out, const struct paste_text *in, size_t from, size_t to)
{
	if (to > in->n)
		to = in->n;
	if (from >= to)
		return;
	size_t n = to - from;

	text_reserve(out, out->n + n);
	memcpy(out->p + out->n, in->p + from, n);
	memcpy(out->at + out->n, in->at + from, n * sizeof(*in->at));
	memcpy(out->span + out->n, in->span + from, n);
	out->n += n;
}

static void
load(struct paste_text *t, struct str s)
{
	text_reserve(t, s.n + 1);
	if (s.n > 0)
		memcpy(t->p, s.p, s.n);
	for (size_t i = 0; i < s.n; i++)
		t->at[i] = (uint32_t)i;
	memset(t->span, 1, s.n);
	t->n = s.n;
}

void
paste_note_repair(struct paste *p, const char *name)
{
	for (size_t i = 0; i < p->n_repairs; i++) {
		if (strcmp(p->repairs[i], name) == 0)
			return;
	}
	if (p->n_repairs < PASTE_MAX_REPAIRS)
		p->repairs[p->n_repairs++] = name;
}

void
paste_init(struct paste *p, struct str original)
{
	*p = (struct paste){ 0 };
	p->was_cut = original.n > PASTE_MAX_BYTES;
	p->original = str_slice(original, 0, PASTE_MAX_BYTES);
	load(&p->text, p->original);

	struct paste_text spare = { 0 };
	if (mime_is_mail(p->original)) {
		p->is_mail = true;
		if (paste_mime(p, &p->text, &spare)) {
			struct paste_text swap = p->text;
			p->text = spare;
			spare = swap;
			paste_note_repair(p, "MIME");
		}
	}
	for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++) {
		spare.n = 0;
		if (!repairs[i].step(p, &p->text, &spare))
			continue;
		struct paste_text swap = p->text;
		p->text = spare;
		spare = swap;
		paste_note_repair(p, repairs[i].name);
	}
	paste_text_release(&spare);
	if (p->was_cut)
		paste_note_repair(p, "cut to 8 MB");
}

void
paste_release(struct paste *p)
{
	paste_text_release(&p->text);
	*p = (struct paste){ 0 };
}

struct str
paste_str(const struct paste *p)
{
	return paste_text_str(&p->text);
}

void
paste_range(const struct paste *p, size_t from, size_t to, size_t *start, size_t *end)
{
	const struct paste_text *t = &p->text;

	if (t->n == 0 || from >= t->n || to <= from) {
		*start = *end = t->n == 0 || from < t->n ? 0 : p->original.n;
		return;
	}
	if (to > t->n)
		to = t->n;
	*start = t->at[from];
	*end = t->at[to - 1] + (size_t)t->span[to - 1];
	if (*end > p->original.n)
		*end = p->original.n;
}

enum paste_zone
paste_zone_at(const struct paste *p, size_t at)
{
	if (p->n_regions == 0 || p->text.n == 0)
		return ZONE_TEXT;
	size_t origin = p->text.at[at < p->text.n ? at : p->text.n - 1];
	enum paste_zone zone = ZONE_TEXT;

	for (size_t i = 0; i < p->n_regions && p->regions[i].start <= origin; i++)
		zone = p->regions[i].zone;
	return zone;
}

int
char_hex(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
