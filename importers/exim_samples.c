/* SPDX-License-Identifier: MIT */
/*
 * exim_samples: a record of each kind with the facts that must come out of it, in the order of
 * FORMATS §1. The lists live in four files, by what the lines are about.
 */
#include "importers/exim.h"

/* A line without known class is none: understood, ignored, unknown. */
#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define T  "2026-03-04 05:06:07 "
#define ID "1vxeQx-000ABC-1a"
#define P  T ID " "

const struct importer_sample exim_samples[] = {
#include "importers/exim_samples_arrival.inc"
#include "importers/exim_samples_refused.inc"
#include "importers/exim_samples_delivery.inc"
#include "importers/exim_samples_other.inc"
	{ .line = NULL },
};
