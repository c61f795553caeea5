/* SPDX-License-Identifier: MIT */
/* journal_samples: entries of journalctl -o json and -o export with the facts of their messages. */
#include "importers/journal.h"

/* clang-format off */
#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define HEAD "{\"__CURSOR\":\"s=a;i=1\",\"__REALTIME_TIMESTAMP\":\"1772600767123456\"," \
	"\"_HOSTNAME\":\"mx1\",\"PRIORITY\":\"6\","
#define OLD "{ \"__CURSOR\" : \"s=a;i=1\", \"__REALTIME_TIMESTAMP\" : \"1772600767123456\", "
#define EXPORT "__CURSOR=s=a;i=1\n__REALTIME_TIMESTAMP=1772600767123456\n" \
	"__MONOTONIC_TIMESTAMP=1\n_BOOT_ID=ab\n_HOSTNAME=mx1\n"

const struct importer_sample journal_samples[] = {
	U(REFUSED,
	  HEAD "\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"SYSLOG_PID\":\"4711\",\"_PID\":\"4711\","
	  "\"MESSAGE\":\"NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 550 5.1.1 <n@gw.example>: "
	  "Recipient address rejected: User unknown in relay recipient table; "
	  "from=<a@sender.example> to=<n@gw.example> proto=ESMTP helo=<pc7>\"}",
	  "time=2026-03-04T05:06:07.123456Z pid=4711 peer=192.0.2.7 sender=a@sender.example "
	  "rcpt=n@gw.example stage=rcpt verdict=rejected code=550 helo=pc7")
	/* Up to systemd 235 with blanks. */
	U(DELIVERED,
	  OLD "\"_HOSTNAME\" : \"mx1\", \"SYSLOG_IDENTIFIER\" : \"postfix\\/smtp\", \"_PID\" : "
	  "\"4713\", \"MESSAGE\" : \"4F1B2C3D5E: to=<b@x.example>, relay=mx.x.example[192.0.2.9]:25, "
	  "delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 99)\" }",
	  "id=4F1B2C3D5E rcpt=b@x.example rcpt_verdict=accepted remote=mx.x.example")
	/* Not UTF-8: bytes; of a field that is there twice the first value counts. */
	U(CONNECTED,
	  HEAD "\"SYSLOG_IDENTIFIER\":[\"postfix/smtpd\",\"x\"],\"_PID\":\"7\",\"MESSAGE\":"
	  "[99,111,110,110,101,99,116,32,102,114,111,109,32,233,91,49,57,50,46,48,46,50,46,55,93]}",
	  "peer=192.0.2.7 pid=7")
	U(CONNECTED,
	  HEAD "\"_COMM\":\"smtpd\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"_PID\":\"7\","
	  "\"X\":null,\"Y\":[[1,2],\"a\"],\"MESSAGE\":\"connect from \\u006d\\u00e4\\ud83d\\ude00"
	  "[192.0.2.7]\"}",
	  "peer=192.0.2.7 host=m\xc3\xa4\xf0\x9f\x98\x80")
	U(ARRIVED,
	  HEAD "\"SYSLOG_IDENTIFIER\":\"exim4\",\"_PID\":\"900\",\"MESSAGE\":"
	  "\"2026-03-04 05:06:07 1vxeQx-000ABC-1a <= a@sender.example H=h.example [192.0.2.7] "
	  "P=esmtps S=1234 T=\\\"a \\\\\\\"b\\\\\\\"\\\"\"}",
	  "id=1vxeQx-000ABC-1a sender=a@sender.example peer=192.0.2.7 time=2026-03-04T05:06:07Z")
	/* syslog_timestamp = false */
	U(REFUSED,
	  HEAD "\"SYSLOG_IDENTIFIER\":\"exim\",\"_PID\":\"900\",\"MESSAGE\":"
	  "\"H=(x) [192.0.2.7] F=<a@b.example> rejected RCPT <c@gw.example>: no\"}",
	  "peer=192.0.2.7 rcpt=c@gw.example pid=900 time=2026-03-04T05:06:07.123456Z")
	IGNORED(HEAD "\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"postfix/smtpd[1]: connect from "
		     "x[192.0.2.7]\"}")
	IGNORED(HEAD "\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":null}")
	UNKNOWN(HEAD "\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"MESSAGE\":\"connect from")
	UNKNOWN(HEAD "\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"MESSAGE\":\"connect from x\"}}")
	UNKNOWN("{\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"MESSAGE\":\"connect from x[192.0.2.7]\"}")
	/* A name that no tag can be. */
	IGNORED(HEAD "\"SYSLOG_IDENTIFIER\":\"x y: postfix/smtpd\",\"MESSAGE\":\"connect from x\"}")

	U(CONNECTED,
	  EXPORT "SYSLOG_IDENTIFIER=postfix/smtpd\nSYSLOG_PID=4711\nMESSAGE=connect from "
		 "h.example[192.0.2.7]\n_PID=4711\n\n",
	  "time=2026-03-04T05:06:07.123456Z pid=4711 peer=192.0.2.7 host=h.example")
	U(DELIVERED,
	  EXPORT "SYSLOG_IDENTIFIER=exim\n_PID=901\nMESSAGE=2026-03-04 05:06:07 1vxeQx-000ABC-1a => "
		 "b <b@gw.example> R=local T=lmtp\n\n",
	  "id=1vxeQx-000ABC-1a")
	/* The last entry, still being written. */
	U(CONNECTED,
	  EXPORT "SYSLOG_IDENTIFIER=postfix/smtpd\nMESSAGE=connect from h.example[192.0.2.7]",
	  "peer=192.0.2.7")
	IGNORED(EXPORT "SYSLOG_IDENTIFIER=cron\nMESSAGE=x=y\n\n")
	UNKNOWN(EXPORT "not a field\nMESSAGE=x\n\n")
	{ .line = NULL },
};
