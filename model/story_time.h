/* SPDX-License-Identifier: MIT */
/* story_time: a rough time as people say it: "today 10:00", "2 days ago", "monday", a date. */
#ifndef MODEL_STORY_TIME_H
#define MODEL_STORY_TIME_H

#include "base/civil.h"

/*
 * What the finder reads in running text, and RFC 5322 dates, epoch seconds, "now", "10 am", "an hour
 * ago", weekdays (the last such day). slack_us: how far off it may be. False if it is no time.
 */
bool story_time_read(struct str text, const struct zone *zone, int64_t now_us, int64_t *time_us,
		     int64_t *slack_us);

#endif
