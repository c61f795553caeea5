/* SPDX-License-Identifier: MIT */
/* sendmail_samples: a line of each kind with the facts that must come out of it (FORMATS §3.1). */
#include "importers/sendmail.h"

/* clang-format off */
#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define AT "Mar  4 05:06:07 mx1 sm-mta[27713]: "
#define Q  AT "s1P819mk027713: "
#define ME "id=s1P819mk027713 idpid=27713 "
#define OUT Q "to=<b@x.example>, ctladdr=<a@s.example> (0/0), delay=00:00:01, xdelay=00:00:01, " \
	"mailer=esmtp, pri=30457, relay=mx1.x.example. [192.0.2.9], "

const struct importer_sample sendmail_samples[] = {
	/* --- arrival --- */
	U(ARRIVED,
	  Q "from=<a@s.example>, size=457, class=0, nrcpts=2, msgid=<1.2@s.example>, proto=ESMTPS, "
	  "daemon=MTA, relay=mail.s.example [192.0.2.7]",
	  ME "time=2026-03-04T05:06:07Z pid=27713 sender=a@s.example size=457 msgid=1.2@s.example "
	  "proto=ESMTPS peer=192.0.2.7 host=mail.s.example verdict=accepted stage=data")
	U(NOTE,
	  Q "from=<a@s.example>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, "
	  "relay=[192.0.2.7] (may be forged)",
	  ME "sender=a@s.example peer=192.0.2.7 host=''")
	U(ARRIVED,
	  Q "from=<>, size=1, class=-60, nrcpts=1, msgid=<x, relay=evil [198.51.100.1]>, bodytype=8BITMIME, "
	  "proto=ESMTP, daemon=MTA, relay=[IPv6:2001:db8::7]",
	  "sender=<> peer=2001:db8::7 msgid='x, relay=evil [198.51.100.1]' proto=ESMTP")
	U(ARRIVED, Q "from=root, size=9, class=0, nrcpts=1, msgid=<1@mx1>, relay=root@localhost",
	  "sender=root user=root peer=''")
	U(ARRIVED,
	  Q "from=<\"a, size=7, class=0, nrcpts=0, relay=x\"@s.example>, size=9, class=0, nrcpts=1, "
	  "relay=h.example [192.0.2.7]",
	  "sender='\"a, size=7, class=0, nrcpts=0, relay=x\"@s.example' size=9 peer=192.0.2.7")
	UNKNOWN(Q "from=<a@s.example>")

	/* --- rulesets --- */
	U(REFUSED,
	  Q "ruleset=check_rcpt, arg1=<n@y.example>, relay=mail.s.example [192.0.2.7], reject=550 5.7.1 "
	  "<n@y.example>... Relaying denied. Proper authentication required.",
	  ME "peer=192.0.2.7 host=mail.s.example stage=rcpt about=rcpt verdict=rejected code=550 code_logged=1 "
	  "enhanced=5.7.1 rcpt=n@y.example rcpt_verdict=rejected rcpt_stage=rcpt by_remote=0")
	U(REFUSED,
	  Q "ruleset=check_rcpt, arg1=<n@y.example>, relay=[192.0.2.7], reject=550 5.7.1 Rejected: 192.0.2.7 "
	  "listed at zen.dnsbl.example",
	  "stage=rcpt about=connect rcpt=n@y.example")
	U(REFUSED,
	  Q "ruleset=check_mail, arg1=<a@nx.example>, relay=h.example [192.0.2.7], reject=451 4.1.8 Domain of "
	  "sender address a@nx.example does not resolve",
	  "stage=mail verdict=deferred code=451 sender=a@nx.example")
	U(REFUSED,
	  AT "ruleset=check_relay, arg1=[192.0.2.7], arg2=192.0.2.7, relay=[192.0.2.7], reject=550 5.7.1 "
	  "Access denied",
	  "id='' pid=27713 peer=192.0.2.7 stage=connect verdict=rejected code=550")
	U(REFUSED,
	  Q "ruleset=check_relay, arg1=h.example, arg2=IPv6:2001:db8::7, relay=h.example, reject=421 4.3.2 "
	  "Connection rate limit exceeded.",
	  "peer=2001:db8::7 stage=connect verdict=deferred code=421")
	U(REFUSED,
	  Q "ruleset=check_rcpt, arg1=<\"x>, relay=evil [198.51.100.1], reject=200 ok\"@y.example>, "
	  "relay=[192.0.2.7], reject=550 5.7.1 no",
	  "peer=192.0.2.7 code=550 rcpt='\"x>, relay=evil [198.51.100.1], reject=200 ok\"@y.example'")
	U(RESCINDED,
	  Q "ruleset=check_eoh, arg1=3$|200, relay=h.example [192.0.2.7], reject=553 5.0.0 Header error",
	  "stage=data verdict=rejected code=553")
	U(ARRIVED, Q "ruleset=check_mail, arg1=<a@s.example>, relay=h.example [192.0.2.7], discard",
	  "stage=mail verdict=discarded")
	U(ARRIVED,
	  Q "ruleset=CheckSubject, arg1=free, relay=h.example [192.0.2.7], quarantine=looked odd",
	  "stage=data verdict=quarantined")
	U(NOTE, Q "ruleset=trust_auth, arg1=a, relay=h.example [192.0.2.7]", "peer=192.0.2.7")

	/* --- the server's own words --- */
	U(REFUSED, Q "<nobody@gw.example>... User unknown",
	  ME "stage=rcpt verdict=rejected code=550 code_logged=0 reply='User unknown' rcpt=nobody@gw.example "
	  "rcpt_verdict=rejected")
	U(REFUSED, Q "<x@gw.example>... No such user here", "stage=rcpt rcpt=x@gw.example")
	U(REFUSED, Q "<x@s>... Domain name required for sender address x@s", "stage=mail sender=x@s rcpts=0")
	U(REFUSED, AT "rejecting commands from h.example [192.0.2.7] due to pre-greeting traffic after 0 seconds",
	  "peer=192.0.2.7 stage=connect verdict=rejected code=554 code_logged=0")
	U(NOTE, Q "lost input channel from h.example [192.0.2.7] to MTA after rcpt", "peer=192.0.2.7 pid=27713")
	U(NOTE, Q "timeout waiting for input from h.example [192.0.2.7] during server cmd read", "peer=192.0.2.7")
	U(NOTE, AT "h.example [192.0.2.7] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA",
	  "peer=192.0.2.7 host=h.example pid=27713")
	U(NOTE, Q "[192.0.2.7] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v4", "peer=192.0.2.7")
	U(CONNECTED, AT "NOQUEUE: connect from h.example [192.0.2.7]", "peer=192.0.2.7 pid=27713")
	U(RESCINDED,
	  Q "collect: premature EOM: unexpected close on connection from h.example, sender=<a@s.example>",
	  "verdict=dropped stage=data sender=a@s.example")
	U(NOTE, AT "STARTTLS=server, relay=h.example [192.0.2.7], version=TLSv1.3, verify=NO, cipher=X, bits=256/256",
	  "peer=192.0.2.7 tls=TLSv1.3")
	U(NOTE, AT "AUTH=server, relay=h.example [192.0.2.7], authid=alice, mech=PLAIN, bits=0",
	  "peer=192.0.2.7 user=alice auth=PLAIN")
	U(NOTE, Q "SYSERR(root): collect: I/O error", ME)

	/* --- milters --- */
	U(RESCINDED, Q "Milter: data, reject=550 5.7.1 spam (milter id 77-x)",
	  ME "stage=data verdict=rejected code=550 enhanced=5.7.1 text_logged=1")
	U(RESCINDED, Q "Milter: data, reject=451 4.3.2 Please try again later", "stage=data verdict=deferred")
	U(REFUSED, Q "Milter: to=<b@gw.example>, reject=451 4.7.1 Greylisting in action",
	  "stage=rcpt verdict=deferred code=451 rcpt=b@gw.example rcpt_verdict=deferred")
	U(REFUSED, Q "Milter: from=<a@s.example>, reject=550 5.7.1 no", "stage=mail sender=a@s.example code=550")
	U(REFUSED, Q "Milter: helo=pc7, reject=550 5.7.1 no", "stage=helo helo=pc7")
	U(REFUSED, Q "Milter: connect: host=[192.0.2.7], addr=192.0.2.7, reject=550 5.7.1 no",
	  "stage=connect peer=192.0.2.7 host='' code=550")
	U(REFUSED, Q "Milter: connect: host=h.example, addr=192.0.2.7, rejecting commands",
	  "stage=connect peer=192.0.2.7 host=h.example code=550 code_logged=0 text_logged=0")
	U(RESCINDED, Q "Milter: cmd=data, reject=550 5.7.1 no", "stage=data")
	U(ARRIVED, Q "Milter: data, discard", "stage=data verdict=discarded")
	U(NOTE, Q "Milter: to=<b@gw.example>, discard", "rcpts=0")
	U(ARRIVED, Q "Milter (clamav): quarantine=virus", "verdict=quarantined")
	U(NOTE, Q "Milter add: header: X-Spam: reject=550 5.7.1 no", ME)
	U(NOTE, Q "Milter delete: header: X", ME)
	U(NOTE, Q "milter=clamav, action=mail, reject=550 5.7.1 no", ME)

	/* --- deliveries --- */
	U(DELIVERED, OUT "dsn=2.0.0, stat=Sent (2.0.0 Ok: queued as 4F1B2C3D)",
	  ME "pid=0 rcpt=b@x.example rcpt_verdict=accepted rcpt_stage=delivery remote=mx1.x.example "
	  "remote_ip=192.0.2.9 transport=esmtp by_remote=1 next=4F1B2C3D rcpt_enhanced=2.0.0 "
	  "rcpt_reply='Ok: queued as 4F1B2C3D'")
	U(DELIVERED, OUT "dsn=2.0.0, stat=Sent (s1P819mk027714 Message accepted for delivery)",
	  "next=s1P819mk027714")
	U(FAILED,
	  OUT "dsn=5.2.0, reply=550 5.7.1 Rejected, stat=Sent (x), reference 77-y, stat=Service unavailable",
	  "rcpt_verdict=rejected rcpt_code=550 rcpt_enhanced=5.7.1 rcpt_logged=1")
	U(FAILED, OUT "dsn=5.1.1, stat=User unknown",
	  "rcpt_verdict=rejected rcpt_code=0 rcpt_enhanced=5.1.1 rcpt_reply='User unknown' text_logged=0")
	U(POSTPONED,
	  OUT "dsn=4.3.0, reply=451 4.7.1 Greylisted, please try again, stat=Deferred: 451 4.7.1 Greylisted",
	  "rcpt_verdict=deferred rcpt_code=451 rcpt_enhanced=4.7.1 rcpt_reply='Greylisted, please try again'")
	U(POSTPONED, OUT "dsn=4.0.0, stat=Deferred: 451 4.7.1 Greylisted", "rcpt_code=451 rcpt_reply=Greylisted")
	U(POSTPONED, OUT "dsn=4.0.0, stat=Deferred: Connection refused by mx1.x.example.",
	  "rcpt_verdict=deferred rcpt_code=0 remote=mx1.x.example")
	U(POSTPONED, OUT "stat=Deferred", "rcpt_verdict=deferred")
	U(FAILED,
	  Q "to=<b@x.example>,<\"c,d\"@x.example>,e@x.example, delay=1+00:00:01, xdelay=00:00:01, mailer=esmtp, "
	  "pri=1, relay=mx1.x.example. [192.0.2.9], dsn=5.0.0, stat=Service unavailable",
	  "rcpts=3 rcpt='\"c,d\"@x.example' rcpt_verdict=rejected remote_ip=192.0.2.9")
	U(DELIVERED,
	  Q "to=<b@x.example>,<c@x.example> [more], delay=00:00:01, mailer=esmtp, pri=1, relay=mx1.x.example. "
	  "[192.0.2.9], dsn=2.0.0, stat=Sent",
	  "rcpts=2 incomplete=1")
	U(DELIVERED, Q "to=bob, delay=00:00:01, xdelay=00:00:00, mailer=local, pri=1, dsn=2.0.0, stat=Sent",
	  "rcpt=bob transport=local remote=''")
	U(NOTE, Q "to=<b@x.example>, delay=00:00:00, mailer=esmtp, pri=30000, stat=queued", "rcpts=1")
	/* A milter refused the message; the verdict stands in its own line. */
	U(NOTE, Q "to=<b@gw.example>, delay=00:00:01, pri=30000, stat=Content filter rejected",
	  "rcpt=b@gw.example rcpt_verdict='' pid=27713")
	UNKNOWN(Q "to=<b@x.example>, delay=00:00:01")
	U(COMPLETED, Q "done; delay=00:00:00, ntries=1", ME "pid=0")
	U(NOTE, Q "s1P819mj027714: DSN: User unknown", "pid=0")
	U(NOTE, Q "s1P819mj027714: sender notify: Cannot send message for 30 seconds", ME)
	U(NOTE, Q "SMTP outgoing connect on mx1.gw.example", ME)
	U(NOTE, "<22>1 2026-03-04T05:06:07Z mx1 sendmail 27713 - - s1P819mk027713: alias a => b", ME)

	IGNORED(AT "starting daemon (8.18.1): SMTP+queueing@00:10:00")
	IGNORED(AT "AUTH=client, relay=mx1.x.example., mech=, bits=0")
	IGNORED(AT "STARTTLS=client, relay=mx1.x.example., version=TLSv1.3, verify=FAIL, cipher=X, bits=256/256")
	IGNORED("Mar  4 05:06:07 mx1 sendmail[9]: alias database /etc/mail/aliases rebuilt by root")
	IGNORED("Mar  4 05:06:07 mx1 sendmail[9]: NOQUEUE: connect from root@localhost")
	{ .line = NULL },
};
