/* SPDX-License-Identifier: MIT */
/* opensmtpd_samples: a line of each kind with the facts that must come out of it (FORMATS §3.2). */
#include "importers/opensmtpd.h"

/* clang-format off */
#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define AT "Mar  4 05:06:07 mx1 smtpd[4711]: "
#define S  AT "7d44463f7a602b49 smtp "
#define D  AT "7d444642bf22e101 mta delivery evpid=a1e26f928f3bd3b9 from=<a@s.example> to=<b@x.example> "
#define R  "source=\"192.0.2.1\" relay=\"192.0.2.9 (mx1.x.example)\" delay=1s "

const struct importer_sample opensmtpd_samples[] = {
	U(CONNECTED, S "connected address=192.0.2.7 host=mail.s.example",
	  "time=2026-03-04T05:06:07Z peer=192.0.2.7 host=mail.s.example conn=7d44463f7a602b49 id='' pid=0")
	U(CONNECTED, S "connected address=[2001:db8::7] host=<unknown>", "peer=2001:db8::7 host=''")
	U(CONNECTED, S "connected address=local host=mx1", "peer='' proto=local")
	U(CONNECTED, S "event=connected address=192.0.2.7 host=h.example", "peer=192.0.2.7")
	U(ARRIVED, S "message msgid=a1e26f92 size=661 nrcpt=1 proto=ESMTP",
	  "id=a1e26f92 conn=7d44463f7a602b49 size=661 proto=ESMTP verdict=accepted stage=data")
	U(NOTE, S "envelope evpid=a1e26f928f3bd3b9 from=<a@s.example> to=<b@gw.example>",
	  "id=a1e26f92 sender=a@s.example rcpt=b@gw.example rcpt_verdict=''")
	U(NOTE, S "envelope evpid=a1e26f928f3bd3b9 from=<> to=<\"x> to=<y\"@gw.example>",
	  "sender=<> rcpt='\"x> to=<y\"@gw.example' rcpts=1")
	U(REFUSED, S "failed-command command=\"RCPT TO:<x@gw.example>\" result=\"550 Invalid recipient: <x@gw.example>\"",
	  "conn=7d44463f7a602b49 stage=rcpt verdict=rejected code=550 code_logged=1 rcpt=x@gw.example "
	  "rcpt_verdict=rejected reply='Invalid recipient: <x@gw.example>'")
	U(REFUSED, S "failed-command command=\"MAIL FROM:<a@s.example> SIZE=9\" result=\"451 4.7.1 later\"",
	  "stage=mail verdict=deferred code=451 enhanced=4.7.1 sender=a@s.example")
	U(REFUSED, S "failed-command command=\"EHLO pc7\" result=\"550 no\"", "stage=helo helo=pc7")
	U(REFUSED, S "failed-command command=\"DATA\" result=\"554 5.7.1 spam\"", "stage=data code=554")
	U(REFUSED, S "failed-command command=\"\" result=\"550 5.7.1 Message rejected\"", "stage=data code=550")
	U(REFUSED, S "failed-command command=\"x\\\" result=\\\"250 ok\" result=\"500 5.5.1 Invalid command\"",
	  "stage=helo code=500")
	U(REFUSED, S "bad-input result=\"500 5.0.0 Line too long\"", "stage=helo code=500")
	U(NOTE, S "authentication user=alice result=ok", "user=alice auth=AUTH")
	U(NOTE, S "authentication user=alice result=permfail", "user='' auth=''")
	U(NOTE, S "tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256", "tls=TLSv1.3")
	U(DISCONNECTED, S "disconnected reason=quit", "closes=1")
	U(DISCONNECTED, S "disconnected reason=\"io-error: Connection reset by peer\"", "closes=1")

	U(DELIVERED, D "rcpt=<-> " R "result=\"Ok\" stat=\"250 2.0.0 Ok: queued as 4F1B2C3D\"",
	  "id=a1e26f92 conn='' sender=a@s.example rcpt=b@x.example orig='' rcpt_verdict=accepted rcpt_code=250 "
	  "rcpt_stage=delivery remote=mx1.x.example remote_ip=192.0.2.9 by_remote=1 next=4F1B2C3D transport=mta")
	U(FAILED, D "rcpt=<b@gw.example> " R "result=\"PermFail\" stat=\"550-5.7.1 say \"no\" result=\"Ok\" x\"",
	  "orig=b@gw.example rcpt_verdict=rejected rcpt_code=550 rcpt_enhanced=5.7.1 "
	  "rcpt_reply='say \"no\" result=\"Ok\" x'")
	U(POSTPONED, D "rcpt=<-> source=\"-\" relay=\"x.example\" delay=2s result=\"TempFail\" stat=\"Network error on "
	  "destination MXs\"", "rcpt_verdict=deferred rcpt_code=0 remote=''")
	U(FAILED, D "rcpt=<-> " R "result=\"Loop\" stat=\"Loop detected\"", "rcpt_verdict=rejected")
	U(DELIVERED, AT "7d444642bf22e101 mda delivery evpid=a1e26f928f3bd3b9 from=<> to=<b@gw.example> rcpt=<-> "
	  "user=bob delay=0s result=Ok stat=Delivered", "sender=<> rcpt=b@gw.example transport=mda")
	U(FAILED, AT "relay: Expire for 0c62d440af685752: from=<a@s.example>, to=<b@x.example>, rcpt=<->, delay=30s, "
	  "stat=Envelope expired", "id=0c62d440 rcpt=b@x.example rcpt_verdict=rejected rcpt_reply='Envelope expired'")
	U(POSTPONED, AT "relay: TempFail for 0c62d440af685752: session=7d444642bf22e101, from=<a@s.example>, "
	  "to=<b@x.example>, rcpt=<->, source=192.0.2.1, relay=192.0.2.9 (mx.x.example), delay=1s, stat=451 later",
	  "id=0c62d440 rcpt=b@x.example rcpt_verdict=deferred")
	U(NOTE, AT "debug: queue: bouncing evp:a1e26f928f3bd3b9 as evp:4ea02f3b5c813d79", "id=a1e26f92")

	/* As smtpd -d writes: no time. */
	U(CONNECTED, "7d44463f7a602b49 smtp connected address=192.0.2.7 host=mail.s.example", "peer=192.0.2.7")
	IGNORED("debug: mta: draining x")
	IGNORED("\t192.0.2.9 preference 10")
	IGNORED(AT "7d444642bf22e101 mta connecting address=smtp://192.0.2.9:25 host=mx1.x.example")
	IGNORED(AT "7d444642bf22e101 mta error reason=HELO rejected: 550-no")
	IGNORED(AT "info: OpenSMTPD 7.5.0 starting")
	IGNORED(S "cert-check result=\"success\"")
	UNKNOWN(S "message msgid=xyz size=1")
	UNKNOWN(D "result=\"What\" stat=\"x\"")
	{ .line = NULL },
};
