/* SPDX-License-Identifier: MIT */
/*
 * clue_token: one pass over all words of a paste: addresses, IP addresses, Message-IDs, and tokens
 * that may be identifiers because a word before them says so or because of their shape. What a
 * token really is, the index decides by look-up.
 */
#include "model/clue.h"

#define TOKEN_MIN       8
#define TOKEN_NAMED_MIN 4
#define TOKEN_MAX       64
#define MOMENT_SLACK_S  5
#define AHEAD_S         86400 /* of now: no clock is that wrong */
#define GROUP_MAX       4     /* characters of a group in a token that was spelt out */

struct token_scan {
	struct clue_set *s;
	struct str t;
	size_t word_from, word_to; /* the word before */
};

static bool
is_token_char(char c)
{
	return char_is_alnum(c) || c == '.' || c == '_' || c == '-';
}

/* --- words that announce an identifier --- */

static bool
announces(struct str word)
{
	static const char *const words[] = {
		"id",       "ref",        "reference",   "session", "sid",           "ticket",
		"incident", "code",       "token",       "msgid",   "queueid",       "queue-id",
		"qid",      "case",       "key",         "as",      "message",       "milterid",
		"no",       "number",     "identifier",  "eventid", "refid",         "kennung",
		"referenz", "nummer",     "identifiant", "numero",  "identificador", "referencia",
		"codice",   "riferimento"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq_nocase(word, str_from(words[i])))
			return true;
	}
	return false;
}

/* "(Kennung X)", "[αναγνωριστικό X]": alone with a word of any language in brackets. */
static bool
is_bracketed(struct str t, size_t at)
{
	size_t i = at;

	while (i > 0 && at - i < 3 && (char_is_blank(t.p[i - 1]) || t.p[i - 1] == ':'))
		i--;
	if (i == at)
		return false;
	size_t word = i;
	while (i > 0 && word - i < 48 &&
	       (char_is_alpha(t.p[i - 1]) || (unsigned char)t.p[i - 1] >= 0x80))
		i--;
	return i < word && i > 0 && (t.p[i - 1] == '(' || t.p[i - 1] == '[');
}

/* Between the announcing word and the token only " :=#(<[\"'" and a line break may stand. */
static bool
is_announced(const struct token_scan *k, size_t at)
{
	struct str between = str_slice(k->t, k->word_to, at);

	if (is_bracketed(k->t, at))
		return true;
	if (k->word_to == 0 || at - k->word_to > 160 ||
	    !announces(str_slice(k->t, k->word_from, k->word_to)))
		return false;
	size_t i = k->word_to;
	size_t next = clue_skip_break(k->t, i);
	if (next > i && next <= at)
		between = str_slice(k->t, next, at);
	for (size_t j = 0; j < between.n; j++) {
		if (!memchr(" \t:=#(<[\"'\n", between.p[j], 11))
			return false;
	}
	return true;
}

/* --- shapes --- */

struct token_look {
	size_t digits, upper, lower, hex, dots, others;
	size_t letters_run; /* longest run of letters */
};

static struct token_look
look_at(struct str token)
{
	struct token_look l = { 0 };
	size_t run = 0;

	for (size_t i = 0; i < token.n; i++) {
		char c = token.p[i];

		l.digits += char_is_digit(c);
		l.upper += c >= 'A' && c <= 'Z';
		l.lower += c >= 'a' && c <= 'z';
		l.hex += char_hex(c) >= 0;
		l.dots += c == '.';
		l.others += c == '-' || c == '_';
		run = char_is_alpha(c) ? run + 1 : 0;
		if (run > l.letters_run)
			l.letters_run = run;
	}
	return l;
}

/* Dates, versions, enhanced codes, numbers, file names: nothing to look up. */
static bool
is_commonplace(struct str token, const struct token_look *l)
{
	if (l->digits == 0 || l->letters_run > 12)
		return true;
	if (l->upper + l->lower == 0 && (l->others > 0 || l->dots > 1 || token.n < TOKEN_MIN))
		return true;
	if (l->dots > 0 && clue_host_end(token, 0) == token.n && token.n > 0 && l->letters_run > 1)
		return true;
	return str_starts_nocase(token, STR("iso-8859")) || str_starts_nocase(token, STR("utf-")) ||
	       str_starts_nocase(token, STR("windows-"));
}

static bool
is_epoch_and_pid(struct str token, const struct token_look *l)
{
	return l->digits + 1 == token.n && l->dots == 1 && token.n >= 12 && token.n <= 22 &&
	       token.p[0] == '1' && token.p[10] == '.';
}

static double
token_promise(struct str token, const struct token_look *l, bool announced, enum id_shape *shape)
{
	bool even_hex = l->hex == token.n && l->lower * l->upper == 0;

	*shape = announced ? ID_SHAPE_NAMED : ID_SHAPE_OTHER;
	if (is_epoch_and_pid(token, l))
		return announced ? 8 : 4;
	if (even_hex && token.n >= 6) {
		*shape = announced ? ID_SHAPE_NAMED : ID_SHAPE_HEX;
		return announced ? 7 : token.n <= 16 ? 3 : 2;
	}
	if (l->digits + l->upper + l->lower == token.n && l->upper > 0 && l->lower > 0 &&
	    token.n >= 10) {
		*shape = announced ? ID_SHAPE_NAMED : ID_SHAPE_LONG;
		return announced ? 7 : 3;
	}
	if (announced)
		return 6;
	return 1 + (double)l->digits / (double)(token.n + 1);
}

static bool
within_eximish(struct str token)
{
	/* 6-6-2 or 6-11-4: clue_id.c has seen it. */
	return (token.n == 16 && token.p[6] == '-' && token.p[13] == '-') ||
	       (token.n == 23 && token.p[6] == '-' && token.p[18] == '-');
}

/* Postfix's long IDs and sendmail's hold the moment of their issue. */
static void
add_moment(struct token_scan *k, size_t from, size_t to, enum id_family family, int64_t time_us)
{
	if (k->s->now_us != TIME_NONE && time_us > k->s->now_us + AHEAD_S * US_PER_SECOND)
		return;
	clue_add(k->s, &(struct clue_found){
			       .kind = CLUE_ID_TIME,
			       .text = time_rfc3339(time_us, k->s->arena),
			       .from = from,
			       .to = to,
			       .doubt = 0.05,
			       .time_us = time_us,
			       .slack_us = MOMENT_SLACK_S * US_PER_SECOND,
			       .family = family,
		       });
}

/* "1795277132.16628" names its second, whether or not the log holds it. */
static void
add_epoch(struct token_scan *k, struct str token, size_t from)
{
	uint64_t epoch = 0;

	if (!str_to_u64(str_slice(token, 0, 10), &epoch))
		return;
	clue_add(k->s, &(struct clue_found){
			       .kind = CLUE_TIME,
			       .text = str_slice(token, 0, 10),
			       .from = from,
			       .to = from + 10,
			       .doubt = 0.15,
			       .promise = 0.85,
			       .time_us = (int64_t)epoch * US_PER_SECOND,
			       .slack_us = 10 * US_PER_SECOND,
		       });
}

static void
add_token(struct token_scan *k, struct str token, size_t from, size_t to, bool announced,
	  const char *repair)
{
	struct token_look l = look_at(token);
	enum id_shape shape = ID_SHAPE_OTHER;

	if (token.n > TOKEN_MAX || token.n < (announced ? TOKEN_NAMED_MIN : TOKEN_MIN) ||
	    is_commonplace(token, &l) || within_eximish(token))
		return;
	double promise = token_promise(token, &l, announced, &shape);
	int64_t moment = TIME_NONE;
	enum id_family family = id_moment(token, &moment);
	if (family != ID_FAMILY_NONE && shape < ID_SHAPE_LONG)
		shape = ID_SHAPE_LONG;
	enum paste_zone zone = paste_zone_at(k->s->paste, from);
	if (zone == ZONE_HEAD && shape == ID_SHAPE_OTHER)
		return;
	if (zone == ZONE_HEAD || zone == ZONE_CONTENT)
		promise *= 0.6;
	if (announced && is_epoch_and_pid(token, &l))
		add_epoch(k, token, from);
	if (family != ID_FAMILY_NONE && zone == ZONE_TEXT && !repair)
		add_moment(k, from, to, family, moment);
	clue_add(k->s, &(struct clue_found){
			       .kind = CLUE_IDENTIFIER,
			       .role = zone == ZONE_HEAD ? CLUE_ROLE_BOUNCE : CLUE_ROLE_NONE,
			       .shape = shape,
			       .text = token,
			       .from = from,
			       .to = to,
			       .doubt = (announced ? 0.05 : 0.2) + (repair ? 0.1 : 0),
			       .promise = promise - (repair ? 0.5 : 0),
			       .repair = repair,
		       });
}

/* Is what a line break parted one token, and not two words? */
static bool
is_one_token(struct str joined, struct str rest)
{
	struct token_look all = look_at(joined), r = look_at(rest);

	return r.digits > 0 || (all.hex == joined.n && all.upper > 0 && all.lower == 0);
}

/* first + hyphen + [next, end) as one token. */
static void
add_parts(struct token_scan *k, size_t from, size_t to, bool hyphen, size_t next, size_t end)
{
	char joined[TOKEN_MAX + 2];
	size_t n = to - from;

	if (n + hyphen + (end - next) > TOKEN_MAX)
		return;
	memcpy(joined, k->t.p + from, n);
	if (hyphen)
		joined[n++] = '-';
	memcpy(joined + n, k->t.p + next, end - next);
	n += end - next;
	if (is_one_token((struct str){ joined, n }, str_slice(k->t, next, end)))
		add_token(k, (struct str){ joined, n }, from, end, true,
			  "joined over a line break");
}

/*
 * An announced token that the end of a line may have cut: also together with the next one. A
 * hyphen there is the token's or that of the break.
 */
static void
add_joined(struct token_scan *k, size_t from, size_t to)
{
	bool hyphen = to + 1 < k->t.n && k->t.p[to] == '-' && k->t.p[to + 1] == '\n';
	size_t next = clue_skip_break(k->t, to + hyphen);

	if (next == to + hyphen || next >= k->t.n ||
	    str_find_char(str_slice(k->t, to, next), '\n', 0) == STR_NPOS)
		return;
	size_t end = next;
	while (end < k->t.n && end - next < TOKEN_MAX && is_token_char(k->t.p[end]))
		end++;
	while (end > next && !char_is_alnum(k->t.p[end - 1]))
		end--;
	if (end == next || within_eximish(str_slice(k->t, from, to)))
		return;
	add_parts(k, from, to, false, next, end);
	if (hyphen)
		add_parts(k, from, to, true, next, end);
}

/* The group of at most GROUP_MAX characters at `at`, as somebody reads out a token; its end. */
static size_t
group_end(struct str t, size_t at)
{
	size_t end = at;

	while (end < t.n && char_is_alnum(t.p[end]) && end - at <= GROUP_MAX)
		end++;
	struct token_look l = look_at(str_slice(t, at, end));
	bool plain = l.digits == 0 && (l.hex < end - at || l.lower > 0);
	return end - at > GROUP_MAX || plain ? at : end;
}

/* "id 7D9 FD5 662 21": an announced token in groups. */
static void
add_spelt(struct token_scan *k, size_t from)
{
	char joined[TOKEN_MAX + 1];
	size_t n = 0, groups = 0, end = from;

	for (size_t at = from; groups < 12;) {
		size_t stop = group_end(k->t, at);

		if (stop == at || n + (stop - at) > TOKEN_MAX)
			break;
		memcpy(joined + n, k->t.p + at, stop - at);
		n += stop - at;
		groups++;
		end = stop;
		if (stop + 1 >= k->t.n || k->t.p[stop] != ' ')
			break;
		at = stop + 1;
	}
	if (groups >= 3)
		add_token(k, (struct str){ joined, n }, from, end, true, "blanks taken out");
}

/* --- Message-IDs --- */

static bool
is_message_id_char(char c)
{
	return c > ' ' && c != '<' && c != '>' && c != '"' && c != ',' && c != ';' && c != '@' &&
	       c != 127;
}

/* <left@right> whose left part no person would have as a mailbox; false if it is none. */
static bool
message_id_at(struct token_scan *k, size_t at)
{
	size_t from = at, to = at + 1;

	while (from > 0 && at - from < 160 && is_message_id_char(k->t.p[from - 1]))
		from--;
	while (to < k->t.n && to - at < 160 && is_message_id_char(k->t.p[to]))
		to++;
	if (from == 0 || k->t.p[from - 1] != '<' || to >= k->t.n || k->t.p[to] != '>')
		return false;
	struct token_look l = look_at(str_slice(k->t, from, at));
	if (l.digits < 6 || at - from < 12)
		return false;
	clue_add(k->s,
		 &(struct clue_found){
			 .kind = CLUE_MESSAGE_ID,
			 .role = paste_zone_at(k->s->paste, at) == ZONE_HEAD ? CLUE_ROLE_BOUNCE
									     : CLUE_ROLE_NONE,
			 .text = str_slice(k->t, from, to),
			 .from = from,
			 .to = to,
			 .doubt = 0.3,
			 .promise = 0.5,
		 });
	return true;
}

/* --- the pass --- */

/* Addresses that belong to mail programs and helpdesks say nothing about the session. */
static double
address_doubt(struct str address)
{
	static const char *const machines[] = { "mailer-daemon@", "postmaster@", "abuse@",
						"noreply@",       "no-reply@",   "support@",
						"helpdesk@",      "root@" };

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (str_starts_nocase(address, str_from(machines[i])))
			return 0.9;
	}
	return 0.2;
}

static size_t
token_end(struct str t, size_t at)
{
	size_t end = at;

	while (end < t.n && is_token_char(t.p[end]))
		end++;
	return end;
}

static void
scan_word(struct token_scan *k, size_t from, size_t end)
{
	size_t to = end;

	while (to > from && !char_is_alnum(k->t.p[to - 1]))
		to--;
	while (from < to && !char_is_alnum(k->t.p[from]))
		from++;
	if (to <= from)
		return;
	bool in_address = end < k->t.n && k->t.p[end] == '@';
	bool domain = from > 0 && k->t.p[from - 1] == '@';
	if (!in_address && !domain && to - from <= TOKEN_MAX) {
		bool announced = is_announced(k, from);

		add_token(k, str_slice(k->t, from, to), from, to, announced, NULL);
		if (announced) {
			add_joined(k, from, to);
			add_spelt(k, from);
		}
	}
	/* A host by itself: only a question names one for its own sake. */
	if (!in_address && !domain && k->t.n <= QUESTION_MAX &&
	    paste_zone_at(k->s->paste, from) == ZONE_TEXT)
		clue_add_host(k->s, CLUE_ROLE_NONE, from, to, 0.5);
	/* "ref\n554 5.7.1 TOKEN": codes repeated at a line's head stand between. */
	struct str word = str_slice(k->t, from, to);
	struct enhanced e;
	bool code = (word.n == 3 && (word.p[0] == '4' || word.p[0] == '5') &&
		     char_is_digit(word.p[1]) && char_is_digit(word.p[2])) ||
		    enhanced_parse(word, &e) == word.n;
	if (code)
		return;
	k->word_from = from;
	k->word_to = to;
}

void
clue_tokens(struct clue_set *s)
{
	struct token_scan k = { .s = s, .t = paste_str(s->paste) };
	struct str t = k.t;

	for (size_t at = 0; at < t.n;) {
		char c = t.p[at];
		bool starts = at == 0 || !char_is_alnum(t.p[at - 1]);

		if (c == '@') {
			size_t from = 0, to = 0;
			if (!message_id_at(&k, at) && clue_address_at(t, at, &from, &to))
				clue_add_address(s, CLUE_ADDRESS, CLUE_ROLE_NONE, from, to,
						 address_doubt(str_slice(t, from, to)));
			at++;
			continue;
		}
		size_t end = starts && (char_is_digit(c) || char_hex(c) >= 0 || c == ':')
				     ? clue_ip_end(t, at)
				     : at;
		if (end > at) {
			clue_add_ip(s, CLUE_ROLE_NONE, at, end, 0.5);
			at = end;
			continue;
		}
		if (!char_is_alnum(c)) {
			at++;
			continue;
		}
		end = token_end(t, at);
		scan_word(&k, at, end);
		at = end;
	}
}
