/* SPDX-License-Identifier: MIT */
/*
 * syslog: what syslog daemons put before a program's own words (FORMATS §0.1): priority, time,
 * host, tag and pid, as RFC 3164, RFC 5424 or with ISO timestamps. Nothing is allocated.
 */
#ifndef IMPORTERS_SYSLOG_H
#define IMPORTERS_SYSLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/str.h"

struct syslog_line {
	struct civil time;
	bool has_year; /* RFC 3164 has none */
	bool has_zone;
	int offset_s;    /* east of UTC, if has_zone */
	struct str host; /* may be empty: datagrams as sent carry none */
	struct str tag;  /* "exim", "postfix/smtpd" */
	uint32_t pid;    /* 0: none */
	struct str text; /* what the program wrote */
};

/* False if the line has no such prefix. */
bool syslog_parse(struct str line, struct syslog_line *out);
/* The host that wrote the line, for naming its gateway. False if the line names none. */
bool syslog_host(struct str line, struct str *host);
/* The text inside rsyslog's "message repeated 3 times: [ text]" (RepeatedMsgReduction). */
struct str syslog_drop_repetition(struct str text);
/* True if the program calls itself exim, exim4, exim-out … */
bool syslog_tag_is_exim(const struct syslog_line *s);
/* The line's time in UTC; a missing year is the one that brings it closest to near_us. TIME_NONE
 * if that is unknown too. */
int64_t syslog_time(const struct syslog_line *s, const struct zone *zone, int64_t near_us);

#endif
