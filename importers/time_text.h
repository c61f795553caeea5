/* SPDX-License-Identifier: MIT */
/*
 * time_text: a time as a log writes it, by a format of strptime's kind or by its looks. Words are
 * English and no process-wide zone or locale takes part. Pure.
 */
#ifndef IMPORTERS_TIME_TEXT_H
#define IMPORTERS_TIME_TEXT_H

#include "base/civil.h"

/*
 * Empty or "auto": RFC 3339 and its like, epoch seconds with or without fraction, RFC 5322,
 * RFC 3164 ("Nov 21 16:18:40"), and the "21/Nov/2026:16:18:40 +0200" of web servers. Else
 * %Y %y %m %d %e %b %B %a %A %H %I %M %S %p %f (fraction) %z %s (epoch seconds) %Q (milliseconds)
 * %F %T %D %% ; a blank stands for one or more. Without a year near_us tells it; without a zone
 * `zone` (NULL: UTC) holds. False if it does not fit, or holds no moment.
 */
bool time_text_read(struct str format, struct str s, const struct zone *zone, int64_t near_us,
		    int64_t *time_us);
/* STR_NPOS, or the offset of what is no such format. */
size_t time_text_check(struct str format);

#endif
