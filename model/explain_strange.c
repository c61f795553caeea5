/* SPDX-License-Identifier: MIT */
/*
 * explain_strange: what strangers wrote, in a letter that is ours. Whoever sends mail chooses its
 * sender and subject, and whoever takes it the reply: chosen well, they would ask our user for a
 * password in our name. So a name is a name or left out, and no link of theirs can be followed.
 */
#include "model/explain_local.h"

bool
explain_is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || s.p[i] == '\t')
			return false;
	return str_find(s, STR("//"), 0) == STR_NPOS;
}

/* "https://a.example/x", "www.a.example", "a.example/x": what mail programs turn into links. */
static bool
is_link(struct str word)
{
	size_t slash = str_find_char(word, '/', 0);

	if (str_find(word, STR("://"), 0) != STR_NPOS ||
	    str_find_nocase(word, STR("www."), 0) != STR_NPOS)
		return true;
	return slash != STR_NPOS && slash > 0 && char_is_alpha(word.p[slash - 1]) &&
	       str_find_char(str_slice(word, 0, slash), '.', 0) != STR_NPOS;
}

/* "hxxps://a[.]example/x.html" */
static void
add_disarmed(struct strbuf *b, struct str word)
{
	size_t scheme = str_find(word, STR("://"), 0);
	size_t path = str_find_char(word, '/', scheme == STR_NPOS ? 0 : scheme + 3);

	for (size_t i = 0; i < word.n; i++) {
		if (scheme != STR_NPOS && i < scheme &&
		    str_starts_nocase(str_skip(word, i), STR("http"))) {
			strbuf_add_text(b, "hxxp");
			i += 3;
		} else if (word.p[i] == '.' && i < path) {
			strbuf_add_text(b, "[.]");
		} else {
			strbuf_add_char(b, word.p[i]);
		}
	}
}

struct str
explain_disarmed(struct str s, bool *found, struct arena *a)
{
	struct strbuf b;

	*found = false;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t at = 0; at < s.n;) {
		size_t end = str_find_char(s, ' ', at);
		struct str word = str_slice(s, at, end);

		if (is_link(word)) {
			*found = true;
			add_disarmed(&b, word);
		} else {
			strbuf_add(&b, word);
		}
		if (end != STR_NPOS)
			strbuf_add_char(&b, ' ');
		at = end == STR_NPOS ? s.n : end + 1;
	}
	struct str out = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}
