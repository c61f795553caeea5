/* SPDX-License-Identifier: MIT */
/* paste_entity: HTML character references, as far as bounces and mail programs use them. */
#ifndef MODEL_PASTE_ENTITY_H
#define MODEL_PASTE_ENTITY_H

#include "base/str.h"

/* Length of the reference at the head of s ("&amp;", "&#8209;", "&#xA0;"), or 0. */
size_t entity_decode(struct str s, uint32_t *cp);

#endif
