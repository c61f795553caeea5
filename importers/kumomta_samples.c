/* SPDX-License-Identifier: MIT */
/* kumomta_samples: a record of each type with the facts that must come out of it (FORMATS §3.6). */
#include "importers/kumomta.h"

/* clang-format off */
#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define HEAD(type) "{\"type\":\"" type "\",\"id\":\"d7ef132b5d7711eea8c8000c29c33806\"," \
	"\"sender\":\"a@s.example\",\"recipient\":\"b@x.example\",\"queue\":\"x.example\",\"site\":\"mx\"," \
	"\"size\":1047,"
#define TIME "\"timestamp\":1772600767,\"event_time\":\"2026-03-04T05:06:07.250Z\","
#define MX   "\"peer_address\":{\"name\":\"mx1.x.example.\",\"addr\":\"192.0.2.9\"},"
#define TAIL "\"session_id\":\"s-1\",\"nodeid\":\"n\"}"

const struct importer_sample kumomta_samples[] = {
	U(ARRIVED,
	  HEAD("Reception") TIME "\"peer_address\":{\"name\":\"pc7\",\"addr\":\"192.0.2.7\"},"
	  "\"response\":{\"code\":250,\"enhanced_code\":null,\"content\":\"OK\",\"command\":null},"
	  "\"reception_protocol\":\"ESMTP\"," TAIL,
	  "id=d7ef132b5d7711eea8c8000c29c33806 time=2026-03-04T05:06:07.250Z sender=a@s.example peer=192.0.2.7 "
	  "helo=pc7 rcpt=b@x.example rcpt_verdict='' verdict=accepted stage=data size=1047 proto=ESMTP code=250")
	U(DELIVERED,
	  HEAD("Delivery") "\"response\":{\"code\":250,\"enhanced_code\":{\"class\":2,\"subject\":0,\"detail\":0},"
	  "\"content\":\"Ok: queued as 4F1B2C3D\",\"command\":\".\"}," TIME MX "\"delivery_protocol\":\"ESMTP\"," TAIL,
	  "rcpt=b@x.example rcpt_verdict=accepted rcpt_code=250 rcpt_enhanced=2.0.0 rcpt_stage=delivery "
	  "remote_ip=192.0.2.9 by_remote=1 next=4F1B2C3D transport=ESMTP peer=''")
	U(FAILED,
	  HEAD("Bounce") "\"response\":{\"code\":550,\"enhanced_code\":{\"class\":5,\"subject\":7,\"detail\":1},"
	  "\"content\":\"spam\\nsee x\",\"command\":\".\"}," TIME MX TAIL,
	  "rcpt_verdict=rejected rcpt_code=550 rcpt_enhanced=5.7.1 rcpt_stage=data")
	U(POSTPONED,
	  HEAD("TransientFailure") "\"response\":{\"code\":451,\"enhanced_code\":null,\"content\":\"later\","
	  "\"command\":\"RCPT TO:<b@x.example>\"}," TIME MX TAIL,
	  "rcpt_verdict=deferred rcpt_code=451 rcpt_stage=rcpt")
	U(FAILED, HEAD("Expiration") TIME TAIL, "rcpt_verdict=rejected rcpt_code=0")
	U(FAILED, HEAD("AdminBounce") TIME TAIL, "rcpt_verdict=rejected")
	U(REFUSED,
	  HEAD("Rejection") TIME "\"peer_address\":{\"name\":\"pc7\",\"addr\":\"192.0.2.7\"},"
	  "\"response\":{\"code\":550,\"enhanced_code\":{\"class\":5,\"subject\":1,\"detail\":1},"
	  "\"content\":\"no such user\",\"command\":\"RCPT TO:<b@x.example>\"}," TAIL,
	  "id='' stage=rcpt verdict=rejected code=550 enhanced=5.1.1 rcpt=b@x.example rcpt_verdict=rejected "
	  "peer=192.0.2.7 sender=a@s.example by_remote=0")
	U(ARRIVED,
	  "{\"type\":\"Reception\",\"id\":\"x1\",\"sender\":\"\",\"recipient\":[\"b@x.example\",\"c@x.example\"],"
	  "\"timestamp\":1772600767}", "sender=<> rcpts=2 time=2026-03-04T05:06:07Z")
	U(NOTE, HEAD("Delayed") TIME TAIL, "id=d7ef132b5d7711eea8c8000c29c33806")
	UNKNOWN(HEAD("Wrong") TIME TAIL)
	UNKNOWN(HEAD("Delivery") TIME)
	{ .line = NULL },
};
