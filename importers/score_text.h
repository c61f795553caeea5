/* SPDX-License-Identifier: MIT */
/*
 * score_text: spam scores in texts that sites write into their logs and replies (log_message,
 * logwrite, warn): one table of patterns, each with sample lines (FORMATS §4.3, §4.5).
 *
 * A pattern is literal text with these holes; a blank matches one or more blanks:
 *   {value} {threshold}   a number, with sign and fraction
 *   {action}              words up to the literal that follows
 *   {symbols}             text up to the literal that follows, or to the end
 *   {word}                anything up to a blank
 *   {any}                 anything, also nothing, up to the literal that follows
 *   {end}                 the match may end here: what follows is optional
 */
#ifndef IMPORTERS_SCORE_TEXT_H
#define IMPORTERS_SCORE_TEXT_H

#include "base/mem.h"
#include "model/fragment.h"

/* How the engine writes its symbols. */
enum score_symbols {
	SYMBOLS_PLAIN,  /* NAME weight, NAME weight */
	SYMBOLS_RSPAMD, /* Symbol: NAME(weight)  Symbol: … ($spam_report of variant=rspamd) */
	SYMBOLS_REPORT, /* SpamAssassin's report: "1.3 NAME description" in columns */
};

struct score_pattern {
	const char *name;
	enum engine engine;
	const char *pattern;
	bool anywhere; /* not only at the head of the text */
	enum score_symbols symbols;
	const char *sample;
	const char *facts; /* of the sample: "score=… threshold=… action=… symbols=…" */
};

/* Ends with name == NULL. */
extern const struct score_pattern score_patterns[];

/*
 * Patterns of this site, tried behind those of the table. They must live until others take their
 * place; each begins with a literal. Not while another thread reads scores.
 */
void score_patterns_of_site(const struct score_pattern *list, size_t n);
/* One pattern alone. */
bool score_text_by(const struct score_pattern *p, struct str text, struct arena *a,
		   struct score *out);

/*
 * Reads a score from a text. False, and *out untouched, if no pattern fits; costs next to nothing
 * then. `which` (may be NULL) is set to the pattern. Slices of text, or from the arena.
 */
bool score_text(struct str text, struct arena *a, struct score *out,
		const struct score_pattern **which);

/* score_symbols.c: an engine's own list as "NAME weight, NAME weight". */
struct str score_symbols(enum score_symbols form, struct str list, struct arena *a);

#endif
