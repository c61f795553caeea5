/* SPDX-License-Identifier: MIT */
/*
 * support_facts: does a fragment state these facts? For the samples of all importers.
 *
 * Facts are key=value pairs parted by blanks; a value with blanks stands in '…'. Keys:
 *   kind id idpid pid peer port host helo local localport verify closes
 *   sender (<> is the null sender) nosender subject from proto user auth tls size time (RFC 3339)
 *   verdict stage about code code_logged enhanced reply text_logged text
 *   engine score threshold action symbols
 *   msgid ref next parent conn scanner (one identifier of that role) ids (how many identifiers)
 *   rcpts (how many) incomplete
 *   rcpt (there is such a recipient; the keys below then speak of it, before that of the first)
 *   rcpt_verdict rcpt_stage rcpt_code rcpt_enhanced rcpt_reply rcpt_logged orig remote remote_ip
 *   transport by_remote
 */
#ifndef TESTS_SUPPORT_FACTS_H
#define TESTS_SUPPORT_FACTS_H

#include "base/strbuf.h"
#include "model/fragment.h"

/* The next pair of *facts; false at the end. */
bool facts_next(struct str *facts, struct str *key, struct str *value);
/* True if all hold; otherwise what was found instead is appended to why. */
bool facts_hold(const struct fragment *f, const char *facts, struct strbuf *why);

#endif
