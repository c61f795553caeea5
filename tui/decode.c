/* SPDX-License-Identifier: MIT */
/* decode: a small state machine over the bytes that have not become a key yet. */
#include "tui/decode.h"

#include "base/utf8.h"

#define PASTE_BEGIN STR("\033[200~")
#define PASTE_END   STR("\033[201~")

enum { BURST_BYTES = 16 };

void
decode_init(struct decode *d, bool utf8)
{
	*d = (struct decode){ .utf8 = utf8 };
	strbuf_init(&d->pending, 1u << 20);
	strbuf_init(&d->paste, DECODE_PASTE_MOST);
}

void
decode_release(struct decode *d)
{
	strbuf_release(&d->pending);
	strbuf_release(&d->paste);
}

/* --- escape sequences ----------------------------------------------------------------------- */

static uint32_t
final_key(char final)
{
	switch (final) {
	case 'A':
		return APP_KEY_UP;
	case 'B':
		return APP_KEY_DOWN;
	case 'C':
		return APP_KEY_RIGHT;
	case 'D':
		return APP_KEY_LEFT;
	case 'H':
		return APP_KEY_HOME;
	case 'F':
		return APP_KEY_END;
	case 'Z':
		return APP_KEY_BACKTAB;
	case 'M':
		return APP_KEY_ENTER; /* SS3 M: the keypad's */
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return APP_KEY_F1 + (uint32_t)(final - 'P');
	default:
		return APP_KEY_NONE;
	}
}

/* CSI number ~ */
static uint32_t
tilde_key(unsigned number)
{
	static const uint32_t keys[] = {
		[1] = APP_KEY_HOME,     [2] = APP_KEY_INSERT,  [3] = APP_KEY_DELETE,
		[4] = APP_KEY_END,      [5] = APP_KEY_PAGE_UP, [6] = APP_KEY_PAGE_DOWN,
		[7] = APP_KEY_HOME,     [8] = APP_KEY_END,     [11] = APP_KEY_F1,
		[12] = APP_KEY_F1 + 1,  [13] = APP_KEY_F1 + 2, [14] = APP_KEY_F1 + 3,
		[15] = APP_KEY_F1 + 4,  [17] = APP_KEY_F1 + 5, [18] = APP_KEY_F1 + 6,
		[19] = APP_KEY_F1 + 7,  [20] = APP_KEY_F1 + 8, [21] = APP_KEY_F1 + 9,
		[23] = APP_KEY_F1 + 10, [24] = APP_KEY_F12,
	};
	return number < sizeof(keys) / sizeof(keys[0]) ? keys[number] : APP_KEY_NONE;
}

/* What CSI parameters and the final byte mean; modifiers other than Alt are ignored. */
static uint32_t
csi_key(struct str parameters, char final)
{
	unsigned numbers[4] = { 0 };
	size_t n = 0;
	if (parameters.n > 0 && !char_is_digit(parameters.p[0]) && parameters.p[0] != ';')
		return APP_KEY_NONE; /* private: an answer, not a key */
	for (size_t i = 0; i < parameters.n; i++) {
		char c = parameters.p[i];
		if (c == ';' && n < 3)
			n++;
		else if (char_is_digit(c) && numbers[n] < 10000)
			numbers[n] = numbers[n] * 10 + (unsigned)(c - '0');
	}
	uint32_t key = final == '~'   ? tilde_key(numbers[0])
		       : final == 'M' ? (uint32_t)APP_KEY_NONE /* an old mouse report */
				      : final_key(final);
	bool alt = numbers[1] > 1 && ((numbers[1] - 1) & 2);
	return key != APP_KEY_NONE && alt ? key | APP_KEY_ALT : key;
}

/* Length of the CSI sequence at the head of s, 0 if its end is still to come. */
static size_t
csi_length(struct str s)
{
	for (size_t i = 2; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x40 && c <= 0x7e)
			return i + 1;
		if (c < 0x20 || c > 0x7e)
			return i; /* broken off: the rest is something else */
	}
	return 0;
}

/* --- one key -------------------------------------------------------------------------------- */

/* A plain character at the head of s; 0 if it is not complete. */
static size_t
character(const struct decode *d, struct str s, uint32_t *key)
{
	unsigned char first = (unsigned char)s.p[0];
	if (!d->utf8 || first < 0x80) {
		*key = first;
		return 1;
	}
	size_t wants = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
	if (wants > s.n)
		return 0;
	size_t n = utf8_decode(s, 0, key);
	if (n == 1)
		*key = APP_KEY_NONE; /* not UTF-8 */
	return n;
}

/* The key at the head of s; 0 if more bytes are needed, unless `all` says that none will come. */
static size_t
key_at(const struct decode *d, struct str s, bool all, uint32_t *key)
{
	*key = APP_KEY_NONE;
	if (s.p[0] != '\033') {
		size_t n = character(d, s, key);
		return n > 0 || !all ? n : 1;
	}
	if (s.n == 1) {
		*key = APP_KEY_ESC;
		return all ? 1 : 0;
	}
	if (s.p[1] == '[' && s.n > 2) {
		size_t n = csi_length(s);
		if (n == 0)
			return all ? s.n : 0;
		*key = csi_key(str_slice(s, 2, n - 1), s.p[n - 1]);
		return n;
	}
	if (s.p[1] == 'O' && s.n > 2) {
		*key = final_key(s.p[2]);
		return 3;
	}
	if ((s.p[1] == '[' || s.p[1] == 'O') && !all)
		return 0;
	if (s.p[1] == '\033') { /* Esc, and then something else */
		*key = APP_KEY_ESC;
		return 1;
	}
	size_t n = character(d, str_skip(s, 1), key);
	if (n == 0)
		return all ? s.n : 0;
	*key = *key != APP_KEY_NONE ? KEY_WITH_ALT(*key) : APP_KEY_NONE;
	return n + 1;
}

/* --- pastes --------------------------------------------------------------------------------- */

/* Length of a suffix of s that could be the start of the end mark. */
static size_t
end_mark_begun(struct str s)
{
	for (size_t n = PASTE_END.n - 1; n > 0; n--)
		if (s.n >= n && str_starts(PASTE_END, str_skip(s, s.n - n)))
			return n;
	return 0;
}

/* Takes paste text off the pending bytes; true when its end was reached. */
static bool
take_paste(struct decode *d, size_t *at, const struct decode_out *out)
{
	struct str rest = str_skip(strbuf_str(&d->pending), *at);
	size_t end = str_find(rest, PASTE_END, 0);
	if (end == STR_NPOS) {
		size_t keep = end_mark_begun(rest);
		strbuf_add(&d->paste, str_slice(rest, 0, rest.n - keep));
		*at += rest.n - keep;
		return false;
	}
	strbuf_add(&d->paste, str_slice(rest, 0, end));
	*at += end + PASTE_END.n;
	d->pasting = false;
	for (size_t i = 0; i < d->paste.n; i++) { /* terminals send Enter for a line's end */
		bool before_newline = i + 1 < d->paste.n && d->paste.p[i + 1] == '\n';
		if (d->paste.p[i] == '\r')
			d->paste.p[i] = before_newline ? ' ' : '\n';
	}
	out->paste(out->arg, strbuf_str(&d->paste));
	strbuf_clear(&d->paste);
	return true;
}

/* Several lines in one read: nobody types that. */
static bool
is_burst(struct str bytes)
{
	if (bytes.n < BURST_BYTES || str_find_char(bytes, '\033', 0) != STR_NPOS)
		return false;
	for (size_t i = 0; i + 1 < bytes.n; i++)
		if (bytes.p[i] == '\r' || bytes.p[i] == '\n')
			return true;
	return false;
}

static void
take_burst(struct decode *d, struct str bytes, const struct decode_out *out)
{
	strbuf_clear(&d->paste);
	strbuf_add(&d->paste, bytes);
	for (size_t i = 0; i < d->paste.n; i++)
		if (d->paste.p[i] == '\r')
			d->paste.p[i] = '\n';
	out->paste(out->arg, strbuf_str(&d->paste));
	strbuf_clear(&d->paste);
}

static void
drain(struct decode *d, bool all, const struct decode_out *out)
{
	size_t at = 0;
	while (at < d->pending.n) {
		struct str rest = str_skip(strbuf_str(&d->pending), at);
		if (d->pasting) {
			if (!take_paste(d, &at, out))
				break;
			continue;
		}
		if (str_starts(rest, PASTE_BEGIN)) {
			d->pasting = true;
			at += PASTE_BEGIN.n;
			continue;
		}
		uint32_t key;
		size_t n = key_at(d, rest, all, &key);
		if (n == 0)
			break;
		at += n;
		if (key != APP_KEY_NONE)
			out->key(out->arg, key);
	}
	memmove(d->pending.p, d->pending.p + at, d->pending.n - at);
	d->pending.n -= at;
	d->pending.p[d->pending.n] = '\0';
}

void
decode_feed(struct decode *d, struct str bytes, const struct decode_out *out)
{
	if (!d->pasting && d->pending.n == 0 && is_burst(bytes)) {
		take_burst(d, bytes, out);
		return;
	}
	strbuf_add(&d->pending, bytes);
	drain(d, false, out);
}

void
decode_flush(struct decode *d, const struct decode_out *out)
{
	if (!d->pasting)
		drain(d, true, out);
}

bool
decode_is_waiting(const struct decode *d)
{
	return d->pending.n > 0 && !d->pasting;
}
