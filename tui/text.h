/* SPDX-License-Identifier: MIT */
/*
 * text: how facts are worded on screens: numbers, times, addresses, verdicts. Everything lives in
 * the arena given.
 */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H

#include "base/civil.h"
#include "model/session.h"
#include "tui/draw.h"

/* 1 204 331 */
struct str text_number(uint64_t n, struct arena *a);
/* "1 session", "3 sessions" */
struct str text_count(uint64_t n, const char *one, const char *many, struct arena *a);
/* 12.4 MB */
struct str text_bytes(uint64_t bytes, struct arena *a);

/* The operator's clock: what "today" means. */
struct clock {
	const struct zone *zone;
	int64_t now_us;
};
/* "today 10:02:17", "12 Nov 10:02:17", "12 Nov 2025"; at most 15 cells. */
struct str text_when(struct clock c, int64_t time_us, struct arena *a);
/* "10:02:17" */
struct str text_time(struct clock c, int64_t time_us, struct arena *a);
/* "today", "12 Nov", "12 Nov 2025" */
struct str text_day(struct clock c, int64_t time_us, struct arena *a);
/* "12 Nov 03:10 – 04:55", "1 Nov 00:00 – now" */
struct str text_span(struct clock c, int64_t from_us, int64_t to_us, const char *joint,
		     struct arena *a);
bool text_same_day(struct clock c, int64_t a_us, int64_t b_us);
/* The same in days when it is longer than two: "4 Nov – 12 Nov", "1 Nov – now". */
struct str text_span_short(struct clock c, int64_t from_us, int64_t to_us, struct arena *a);
/* "37 min", "5 h"; empty when older than a day or in the future. */
struct str text_age(struct clock c, int64_t time_us, struct arena *a);
/* "2026-11-21T10:02:17-05:00": for copies. */
struct str text_iso(struct clock c, int64_t time_us, struct arena *a);

/* "DATA 550", "delivered", "queued": what became of it, in one column. */
struct str text_outcome(const struct session *s, struct arena *a);
enum role text_outcome_role(const struct session *s);
/* "Rejected at DATA", "Accepted at DATA 250, delivered" */
struct str text_verdict(const struct session *s, struct arena *a);
/* "incoming", "a bounce"; empty when not known */
struct str text_direction(enum direction d);
/* The peer's name, else its address, else how it came in. */
struct str text_peer(const struct session *s);
/* "news@example.com", "<>", "–" when not logged */
struct str text_sender(const struct session *s);
/* The address, or "3 recipients" */
struct str text_recipients(const struct session *s, struct arena *a);
/* "97 %" for a percentage, "18.2" for an additive engine; empty without a value. */
struct str text_score(const struct score *s, struct arena *a);
struct str text_score_number(enum engine engine, double value, struct arena *a);

#endif
