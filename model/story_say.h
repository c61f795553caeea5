/* SPDX-License-Identifier: MIT */
/* story_say: what the sentences about stories and traces share. */
#ifndef MODEL_STORY_SAY_H
#define MODEL_STORY_SAY_H

#include "base/civil.h"
#include "model/story_trace.h"

#endif
