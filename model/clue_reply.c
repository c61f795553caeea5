/* SPDX-License-Identifier: MIT */
/*
 * clue_reply: the refusal itself, put together from the lines it was broken into, with its codes
 * and the score it may name. The first refusal in a bounce is the remote's; what follows is often
 * the reporter's own conclusion (FORMATS §5.2).
 */
#include "model/clue.h"

#include <stdlib.h>

#define REPLY_MAX       2048
#define REPLY_MAX_LINES 48
#define LINE_MOST       4096 /* bytes of a line: a reply's has 512 (RFC 5321, 4.5.3.1.5) */
#define SCAN_MAX        (1u << 20)

struct reply_scan {
	struct clue_set *s;
	struct str t;
	size_t found;
};

/* Appends [from, to) with runs of blanks and line ends as one blank. */
static void
add_words(struct strbuf *out, struct str part)
{
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i] == '\n' || part.p[i] == '\t' ? ' ' : part.p[i];
		if (c != ' ' || (out->n > 0 && out->p[out->n - 1] != ' '))
			strbuf_add_char(out, c);
	}
}

/* What ends a reply inside its line: Postfix's stage, Exchange's mark, the quote it began with. */
static size_t
reply_stop(struct str line, char quote)
{
	static const char *const stops[] = { "(in reply to", "> #SMTP#", "')", "',", "'}" };
	size_t stop = line.n;

	if (quote == '\'' || quote == '"') {
		size_t at = str_rfind_char(line, quote);
		stop = at == STR_NPOS ? line.n : at;
	}

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		size_t at = str_find(line, str_from(stops[i]), 0);
		if (at < stop)
			stop = at;
	}
	return stop;
}

/* Start of the text of the line at `at`, behind indentation and transcript marks. */
static size_t
line_head(struct str t, size_t at, bool *marked)
{
	static const char *const marks[] = { "<<< ", "<** ", "<~* ", "msmtp: server message: " };
	size_t i = at;

	*marked = false;
	while (i < t.n && char_is_blank(t.p[i]))
		i++;
	for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++) {
		if (str_starts(str_skip(t, i), str_from(marks[k]))) {
			*marked = true;
			return i + strlen(marks[k]);
		}
	}
	return i;
}

static void
note_codes(struct reply_scan *k, unsigned code, struct enhanced e, size_t from, size_t to)
{
	struct clue_set *s = k->s;

	if (s->facts.code != 0 || code < 400)
		return;
	s->facts.code = code;
	s->facts.enhanced = e;
	struct str shown =
		e.class > 0 ? arena_printf(s->arena, "%u %s", code, enhanced_text(e, s->arena).p)
			    : arena_printf(s->arena, "%u", code);
	clue_add(s,
		 &(struct clue_found){
			 .kind = CLUE_CODE, .text = shown, .from = from, .to = to, .doubt = 0.2 });
}

/* Addresses in a refusal as our log writes them: texts are compared. */
static struct str
with_short_ips(struct clue_set *s, struct str text)
{
	struct strbuf out;

	if (str_find(text, STR(":0"), 0) == STR_NPOS)
		return text;
	strbuf_init(&out, REPLY_MAX);
	for (size_t at = 0; at < text.n;) {
		bool begins = at == 0 || !char_is_alnum(text.p[at - 1]);
		size_t end = begins ? clue_ip_end(text, at) : at;

		if (end > at)
			strbuf_add(&out, clue_ip6_canonical(str_slice(text, at, end), s->arena));
		else
			strbuf_add_char(&out, text.p[end++]);
		at = end;
	}
	text = arena_str(s->arena, strbuf_str(&out));
	strbuf_release(&out);
	return text;
}

/* Reads the reply whose code begins at `at`; returns the end of what belongs to it. */
static size_t
read_reply(struct reply_scan *k, size_t at)
{
	unsigned code = 0;
	struct enhanced e = { 0 };
	size_t length = clue_reply_code(str_skip(k->t, at), &code, &e);
	struct strbuf text;
	size_t begin = at, end = at;

	strbuf_init(&text, REPLY_MAX);
	note_codes(k, code, e, at, at + length);
	for (unsigned lines = 0; lines < REPLY_MAX_LINES; lines++) {
		size_t eol = line_end(str_slice(k->t, 0, at + length + LINE_MOST), at + length);
		struct str body = str_slice(k->t, at + length, eol);
		size_t stop = reply_stop(body, begin > 0 ? k->t.p[begin - 1] : ' ');
		bool marked = false;

		if (text.n > 0)
			strbuf_add_char(&text, ' ');
		add_words(&text, str_slice(body, 0, stop));
		end = at + length + stop;
		if (stop < body.n || eol >= k->t.n || k->t.p[eol] != '\n')
			break;
		/* The next line goes on when it repeats the code, or is indented as this was. */
		size_t head = line_head(k->t, eol + 1, &marked);
		unsigned next = 0;
		length = clue_reply_code(str_skip(k->t, head), &next, NULL);
		if (head >= k->t.n || k->t.p[head] == '\n' || (length > 0 && next != code) ||
		    (length == 0 && (head == eol + 1 || marked)))
			break;
		at = head;
	}
	struct str trimmed = with_short_ips(k->s, str_trim(strbuf_str(&text)));
	if (trimmed.n >= 4 && code >= 400 && k->found < 4) {
		k->found++;
		clue_add(k->s, &(struct clue_found){
				       .kind = CLUE_REPLY,
				       .role = CLUE_ROLE_REPLY,
				       .text = trimmed,
				       .from = begin,
				       .to = end,
				       .doubt = 0.1,
			       });
	}
	strbuf_release(&text);
	return end > begin + 4 ? end : begin + 4;
}

/* "bob@example.org: 550 5.7.1 no": whose refusal it is (OpenSMTPD, Postfix's own errors). */
static void
read_recipient_before(struct reply_scan *k, size_t at)
{
	size_t from = at, to = 0;

	while (from > 0 && at - from < 200 && k->t.p[from - 1] != '\n')
		from--;
	if (at - from < 6 || k->t.p[at - 1] != ' ' || k->t.p[at - 2] != ':')
		return;
	size_t end = at - 2 - (k->t.p[at - 3] == '>');
	if (clue_first_address(k->t, from, at, &from, &to) && to == end)
		clue_add_address(k->s, CLUE_RECIPIENT, CLUE_ROLE_NONE, from, to, 0.1);
}

/* "550 Text" or "550-5.7.1 text": four and five hundreds only. */
static bool
is_refusal(struct str s)
{
	unsigned code = 0;
	return clue_reply_code(s, &code, NULL) > 0 && code >= 400 && code < 560;
}

/* Where a reply may begin inside a line. */
static bool
may_begin_reply(struct str t, size_t at)
{
	if (at == 0 || t.p[at - 1] == '\n')
		return true;
	char before = t.p[at - 1];
	if (before == '\'' || before == '"' || before == ':' || before == ';')
		return true;
	if (before != ' ')
		return false;
	bool marked = false;
	size_t line = at;
	while (line > 0 && t.p[line - 1] != '\n' && at - line < 200)
		line--;
	if (line_head(t, line, &marked) == at)
		return true;
	char word = at >= 2 ? t.p[at - 2] : ' ';
	return word == ':' || word == ';' || word == ',';
}

/* smtplib: "(550, b'5.7.1 text": the code stands outside the quotes. */
static void
read_tuple(struct reply_scan *k, size_t at)
{
	struct str rest = str_slice(k->t, at, at + 12);
	struct enhanced e = { 0 };

	if (rest.n < 8 || !char_is_digit(rest.p[1]) || !char_is_digit(rest.p[2]) ||
	    !char_is_digit(rest.p[3]) || rest.p[4] != ',')
		return;
	size_t quote = at + 5;
	while (quote < k->t.n && quote < at + 9 && k->t.p[quote] != '\'' && k->t.p[quote] != '"')
		quote++;
	if (quote + 1 >= k->t.n || (k->t.p[quote] != '\'' && k->t.p[quote] != '"'))
		return;
	unsigned code =
		(unsigned)((rest.p[1] - '0') * 100 + (rest.p[2] - '0') * 10 + (rest.p[3] - '0'));
	size_t from = quote + 1;
	size_t to = from;
	while (to < k->t.n && to - from < REPLY_MAX && k->t.p[to] != k->t.p[quote])
		to++;
	size_t length = enhanced_parse(str_slice(k->t, from, to), &e);
	note_codes(k, code, e, at + 1, from + length);
	struct strbuf text;
	strbuf_init(&text, REPLY_MAX);
	for (size_t line = from; line < to;) {
		size_t end = line_end(str_slice(k->t, 0, to), line);
		struct enhanced again;
		size_t skip = enhanced_parse(str_slice(k->t, line, end), &again);

		if (text.n > 0)
			strbuf_add_char(&text, ' ');
		add_words(&text, str_trim(str_slice(k->t, line + skip, end)));
		line = end + 1;
	}
	if (text.n >= 4 && code >= 400 && k->found < 4) {
		k->found++;
		clue_add(k->s, &(struct clue_found){ .kind = CLUE_REPLY,
						     .role = CLUE_ROLE_REPLY,
						     .text = strbuf_str(&text),
						     .from = from,
						     .to = to,
						     .doubt = 0.1 });
	}
	strbuf_release(&text);
}

/* "score=15.0", "score 7.5", "score of 12": what a filter's refusal names. */
static void
read_score(struct reply_scan *k, size_t at)
{
	size_t i = at + 5;

	while (i < k->t.n && i < at + 12 &&
	       (char_is_blank(k->t.p[i]) || k->t.p[i] == '=' || k->t.p[i] == ':' ||
		k->t.p[i] == 'o' || k->t.p[i] == 'f'))
		i++;
	size_t from = i;
	if (i < k->t.n && k->t.p[i] == '-')
		i++;
	size_t digits = i;
	while (i < k->t.n && i - from < 10 && (char_is_digit(k->t.p[i]) || k->t.p[i] == '.'))
		i++;
	while (i > digits && k->t.p[i - 1] == '.')
		i--;
	if (i > digits && from > at + 5)
		clue_add(k->s, &(struct clue_found){ .kind = CLUE_SCORE,
						     .text = str_slice(k->t, from, i),
						     .from = from,
						     .to = i,
						     .doubt = 0.4 });
}

void
clue_replies(struct clue_set *s)
{
	struct reply_scan k = { .s = s, .t = str_slice(paste_str(s->paste), 0, SCAN_MAX) };

	size_t reply_end = 0;

	for (size_t at = 0; at + 4 < k.t.n; at++) {
		char c = k.t.p[at];

		if ((c == '4' || c == '5') && at >= reply_end && is_refusal(str_skip(k.t, at)) &&
		    may_begin_reply(k.t, at) && paste_zone_at(s->paste, at) != ZONE_CONTENT) {
			read_recipient_before(&k, at);
			reply_end = read_reply(&k, at);
		} else if (c == '(')
			read_tuple(&k, at);
		else if ((c == 's' || c == 'S') &&
			 str_starts_nocase(str_skip(k.t, at), STR("score")))
			read_score(&k, at);
	}
}
