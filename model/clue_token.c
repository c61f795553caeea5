/* SPDX-License-Identifier: MIT */
/*
 * clue_token: one pass over all words of a paste: addresses, IP addresses, Message-IDs, and tokens
 * that may be identifiers because a word before them says so or because of their shape. What a
 * token really is, the index decides by look-up.
 */
#include "model/clue_token.h"

#define TOKEN_MIN       8
#define WORD_MAX        160 /* bytes of a word of any language, mangled on its way */
#define TOKEN_NAMED_MIN 4
#define MOMENT_SLACK_S  5
#define AHEAD_S         86400 /* of now: no clock is that wrong */

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
		if (str_is_word(word, words[i]))
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
	while (i > 0 && word - i < WORD_MAX &&
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

struct token_look
clue_token_look(struct str token)
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
	unsigned code = 0;
	if (clue_reply_code(token, &code, NULL) > 0 && code >= 400 && l->digits == 3)
		return true; /* "550-HELO" */
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

void
clue_token_add(struct token_scan *k, struct str token, size_t from, size_t to, bool announced,
	       const char *repair)
{
	struct token_look l = clue_token_look(token);
	enum id_shape shape = ID_SHAPE_OTHER;

	if (token.n > TOKEN_MAX || token.n < (announced ? TOKEN_NAMED_MIN : TOKEN_MIN) ||
	    is_commonplace(token, &l) || token_is_eximish(token))
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
	struct token_look l = clue_token_look(str_slice(k->t, from, at));
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

	while (end < t.n && char_is_token(t.p[end]))
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
	size_t glued = clue_token_glued(str_slice(k->t, from, to));
	if (glued > 0 && !in_address && !domain)
		clue_token_add(k, str_slice(k->t, from + glued, to), from + glued, to, true, NULL);
	if (!in_address && !domain && to - from <= TOKEN_MAX) {
		bool announced = !announces(str_slice(k->t, from, to)) && is_announced(k, from);

		clue_token_add(k, str_slice(k->t, from, to), from, to, announced, NULL);
		if (announced) {
			clue_token_joined(k, from, to);
			clue_token_spelt(k, from);
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
