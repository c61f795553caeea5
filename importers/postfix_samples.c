/* SPDX-License-Identifier: MIT */
/* postfix_samples: a line of each kind with the facts that must come out of it (FORMATS §2). */
#include "importers/postfix.h"

#define U(fragment_kind, text, wanted)      \
	{ .line = (text),                   \
	  .class = LINE_UNDERSTOOD,         \
	  .kind = FRAGMENT_##fragment_kind, \
	  .facts = (wanted) },
#define IGNORED(text) { .line = (text), .class = LINE_IGNORED },
#define UNKNOWN(text) { .line = (text), .class = LINE_UNKNOWN },

#define AT     "Mar  4 05:06:07 mx1 postfix/"
#define SMTPD  AT "smtpd[4711]: "
#define CLEAN  AT "cleanup[4712]: 4F1B2C3D5E: "
#define QMGR   AT "qmgr[812]: 4F1B2C3D5E: "
#define SMTP   AT "smtp[4713]: 4F1B2C3D5E: "
#define SCREEN AT "postscreen[900]: "

/* clang-format off */
const struct importer_sample postfix_samples[] = {
	/* --- smtpd --- */
	U(CONNECTED, SMTPD "connect from mail.sender.example[192.0.2.7]",
	  "time=2026-03-04T05:06:07Z pid=4711 peer=192.0.2.7 host=mail.sender.example")
	U(CONNECTED, SMTPD "connect from unknown[2001:db8::7]:4711",
	  "peer=2001:db8::7 port=4711 host=''")
	U(DISCONNECTED, SMTPD "disconnect from mail.sender.example[192.0.2.7] ehlo=1 mail=1 rcpt=0/1 quit=1 "
	  "commands=3/4",
	  "peer=192.0.2.7 closes=1")
	U(NOTE, SMTPD "4F1B2C3D5E: client=mail.sender.example[192.0.2.7]",
	  "id=4F1B2C3D5E pid=4711 idpid=4711 peer=192.0.2.7")
	U(NOTE, SMTPD "4jWxnS495dzpfWn: client=u[192.0.2.7]:38660, sasl_method=PLAIN, "
	  "sasl_username=alice@gw.example",
	  "id=4jWxnS495dzpfWn port=38660 auth=PLAIN user=alice@gw.example")
	U(REFUSED, SMTPD "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 550 5.1.1 <nobody@gw.example>: "
	  "Recipient address rejected: User unknown in relay recipient table; "
	  "from=<a@sender.example> to=<nobody@gw.example> proto=ESMTP helo=<pc7>",
	  "id='' pid=4711 peer=192.0.2.7 stage=rcpt about=rcpt verdict=rejected code=550 "
	  "code_logged=1 enhanced=5.1.1 sender=a@sender.example rcpt=nobody@gw.example "
	  "rcpt_verdict=rejected helo=pc7 proto=ESMTP text_logged=1")
	U(REFUSED, SMTPD "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; "
	  "Client host [192.0.2.7] blocked using zen.dnsbl.example; "
	  "https://dnsbl.example/192.0.2.7; from=<a@b.example> to=<c@gw.example> proto=ESMTP "
	  "helo=<x>",
	  "about=connect code=554 sender=a@b.example helo=x reply='Service unavailable; Client host "
	  "[192.0.2.7] blocked using zen.dnsbl.example; https://dnsbl.example/192.0.2.7'")
	U(REFUSED, SMTPD "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.2.0 <c@gw.example>: Recipient "
	  "address rejected: Greylisted; from=<> to=<c@gw.example> proto=SMTP helo=<y; from=<z> "
	  "to=<q> proto=ESMTP helo=<w>",
	  "verdict=deferred code=450 sender=<> rcpt=c@gw.example helo='y; from=<z> to=<q> "
	  "proto=ESMTP helo=<w'")
	U(REFUSED, SMTPD "NOQUEUE: reject: RCPT from pc[192.0.2.7]: 554 5.7.1 <\"x; from=<e@e> to=<f@f> "
	  "proto=ESMTP helo=<g>\"@h.example>: Sender address rejected: Access denied; from=<\"x; "
	  "from=<e@e> to=<f@f> proto=ESMTP helo=<g>\"@h.example> to=<c@gw.example> proto=ESMTP "
	  "helo=<pc>",
	  "about=mail helo=pc rcpt=c@gw.example")
	U(REFUSED, SMTPD "4F1B2C3D5E: reject: RCPT from pc[192.0.2.7]: 554 5.7.1 <x@other.example>: Relay "
	  "access denied; from=<a@b.example> to=<x@other.example> proto=ESMTP helo=<pc>",
	  "id=4F1B2C3D5E stage=rcpt about=rcpt")
	U(REFUSED, SMTPD "NOQUEUE: reject: HELO from unknown[192.0.2.7]: 504 5.5.2 <x>: Helo command "
	  "rejected: need fully-qualified hostname; proto=SMTP helo=<x>",
	  "stage=helo about=helo code=504 helo=x nosender=1")
	U(REFUSED, SMTPD "NOQUEUE: reject: RCPT from pc[192.0.2.7]: 554 5.7.1 <pc[192.0.2.7]>: Client host "
	  "rejected: cannot find your hostname; from=<a@b.example> to=<c@gw.example> proto=ESMTP "
	  "helo=<pc>",
	  "stage=rcpt about=connect")
	U(REFUSED, SMTPD "NOQUEUE: reject: CONNECT from unknown[192.0.2.7]: 554 5.7.1 <unknown[192.0.2.7]>: "
	  "Client host rejected: Access denied; proto=SMTP",
	  "stage=connect about=connect code=554 nosender=1")
	U(REFUSED, SMTPD "4F1B2C3D5E: milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 550 5.7.1 Spam, ref "
	  "AB12CD34; from=<a@b.example> to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "stage=data code=550 ref=AB12CD34 rcpt=c@gw.example")
	U(REFUSED, SMTPD "proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=00042-01; from=<a@b.example> "
	  "to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "stage=data code=554 sender=a@b.example")
	U(NOTE, SMTPD "NOQUEUE: reject_warning: RCPT from pc[192.0.2.7]: 450 4.7.1 <pc>: Helo command "
	  "rejected: Host not found; from=<a@b.example> to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "peer=192.0.2.7 verdict=''")
	U(ARRIVED, SMTPD "4F1B2C3D5E: discard: RCPT from pc[192.0.2.7]: <c@gw.example>: Recipient address "
	  "triggers DISCARD action; from=<a@b.example> to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "verdict=discarded")
	U(NOTE, SMTPD "lost connection after DATA (1234 bytes) from pc[192.0.2.7]",
	  "peer=192.0.2.7 stage=data")
	U(NOTE, SMTPD "NOQUEUE: lost connection after CONNECT from unknown[192.0.2.7]",
	  "peer=192.0.2.7")
	U(NOTE, SMTPD "warning: pc[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
	  "auth=LOGIN")
	U(NOTE, SMTPD "warning: hostname pc.example does not resolve to address 192.0.2.7: Name or service "
	  "not known",
	  "peer=192.0.2.7")
	U(REFUSED, SMTPD "warning: Connection rate limit exceeded: 31 from pc[192.0.2.7] for service smtp",
	  "stage=connect verdict=deferred code=421 code_logged=0")
	U(NOTE, SMTPD "Anonymous TLS connection established from pc[192.0.2.7]: TLSv1.3 with cipher "
	  "TLS_AES_256_GCM_SHA384 (256/256 bits)",
	  "tls=TLSv1.3")
	IGNORED(SMTPD "warning: unknown macro name \"process_id\" in expansion request")
	IGNORED(SMTPD "fatal: no SASL authentication mechanisms")
	/* --- postscreen --- */
	U(CONNECTED, SCREEN "CONNECT from [192.0.2.7]:38650 to [192.0.2.1]:25",
	  "peer=192.0.2.7 port=38650 pid=0")
	U(REFUSED, SCREEN "NOQUEUE: reject: RCPT from [192.0.2.7]:38650: 550 5.7.1 Service unavailable; "
	  "client [192.0.2.7] blocked using zen.dnsbl.example; from=<a@b.example>, "
	  "to=<c@gw.example>, proto=ESMTP, helo=<pc>",
	  "stage=rcpt about=connect sender=a@b.example rcpt=c@gw.example helo=pc port=38650")
	U(REFUSED, SCREEN "NOQUEUE: reject: CONNECT from [192.0.2.7]:38650: too many connections",
	  "stage=connect peer=192.0.2.7")
	U(NOTE, SCREEN "PREGREET 11 after 0.1 from [192.0.2.7]:38650: EHLO pc\\r\\n",
	  "port=38650")
	U(NOTE, SCREEN "DNSBL rank 5 for [192.0.2.7]:38650",
	  "port=38650")
	U(NOTE, SCREEN "PASS NEW [192.0.2.7]:38650",
	  "port=38650")
	U(DISCONNECTED, SCREEN "DISCONNECT [192.0.2.7]:38650",
	  "port=38650")
	IGNORED(AT "dnsblog[901]: addr 192.0.2.7 listed by domain zen.dnsbl.example as 127.0.0.2")
	/* --- cleanup --- */
	U(NOTE, CLEAN "message-id=<20260304.1@sender.example>",
	  "id=4F1B2C3D5E pid=0 msgid=20260304.1@sender.example")
	U(NOTE, CLEAN "message-id=<>",
	  "ids=0")
	U(REFUSED, CLEAN "milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 5.7.1 Considered spam.??550-5.7.1 "
	  "Quote the reference??550 5.7.1 4F1B2C3D5E; from=<a@b.example> to=<c@gw.example> "
	  "proto=ESMTP helo=<pc>",
	  "stage=data verdict=rejected code=550 code_logged=0 enhanced=5.7.1 incomplete=1 "
	  "text_logged=1")
	U(REFUSED, CLEAN "milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 4.7.1 Try again later; "
	  "from=<a@b.example> to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "verdict=deferred code=451")
	U(REFUSED, CLEAN "reject: header Subject: buy now from x[10.0.0.1]; from=<e@e> to=<f@f> proto=ESMTP "
	  "helo=<g>: 5.7.1 fake from pc[192.0.2.7]; from=<a@b.example> to=<c@gw.example> "
	  "proto=ESMTP helo=<pc>: 5.7.1 No thanks",
	  "stage=data peer=192.0.2.7 sender=a@b.example helo=pc reply='No thanks'")
	U(NOTE, CLEAN "warning: header X-Spam: yes from pc[192.0.2.7]; from=<a@b.example> "
	  "to=<c@gw.example> proto=ESMTP helo=<pc>",
	  "id=4F1B2C3D5E")
	U(ARRIVED, CLEAN "hold: header Subject: x from local; from=<a@b.example> to=<c@gw.example>",
	  "verdict=held")
	U(REFUSED, CLEAN "reject: header Subject: BUY NOW from localhost[127.0.0.1]:52640; from=<a@b.example> "
	  "to=<c@gw.example> proto=ESMTP helo=<pc>: 5.7.1 Rule 17",
	  "peer=127.0.0.1 port=52640 verdict=rejected")
	/* --- queue --- */
	U(ARRIVED, QMGR "from=<a@b.example>, size=1234, nrcpt=2 (queue active)",
	  "verdict=accepted stage=data sender=a@b.example size=1234")
	U(ARRIVED, QMGR "from=<>, size=2345, nrcpt=1 (queue active)",
	  "sender=<>")
	U(FAILED, QMGR "from=<a@b.example>, status=expired, returned to sender",
	  "sender=a@b.example stage=delivery rcpts=0")
	U(COMPLETED, QMGR "removed",
	  "id=4F1B2C3D5E")
	U(NOTE, AT "pickup[700]: 4F1B2C3D5E: uid=1000 from=<alice>",
	  "sender=alice proto=local")
	U(NOTE, AT "bounce[4714]: 4F1B2C3D5E: sender non-delivery notification: 5A6B7C8D9E",
	  "ids=1")
	IGNORED(AT "qmgr[812]: warning: bounce_queue_lifetime is larger than maximal_queue_lifetime")
	/* --- deliveries --- */
	U(DELIVERED, SMTP "to=<c@gw.example>, orig_to=<info@gw.example>, relay=back.gw.example[192.0.2.9]:25, "
	  "delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as "
	  "9F8E7D6C5B)",
	  "rcpt=c@gw.example orig=info@gw.example remote=back.gw.example remote_ip=192.0.2.9 "
	  "rcpt_verdict=accepted rcpt_code=250 next=9F8E7D6C5B transport=smtp by_remote=1")
	U(FAILED, SMTP "to=<c@far.example>, relay=mx.far.example[198.51.100.2]:25, delay=1, delays=0/0/1/0, "
	  "dsn=5.7.1, status=bounced (host mx.far.example[198.51.100.2] said: 550-5.7.1 Blocked "
	  "(policy). 550 5.7.1 See https://far.example/ (in reply to end of DATA command))",
	  "rcpt_verdict=rejected rcpt_stage=data rcpt_code=550 rcpt_enhanced=5.7.1")
	U(POSTPONED, SMTP "to=<c@far.example>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, "
	  "status=deferred (connect to mx.far.example[198.51.100.2]:25: Connection timed out)",
	  "rcpt_verdict=deferred rcpt_stage=connect rcpt_logged=0")
	U(FAILED, SMTP "to=<c@far.example>, relay=mx.far.example[198.51.100.2]:25, delay=1, delays=0/0/1/0, "
	  "dsn=5.1.1, status=bounced (host mx.far.example[198.51.100.2] said: 550 5.1.1 "
	  "<c@far.example>: status=sent (250 ok) (in reply to RCPT TO command))",
	  "rcpt_verdict=rejected rcpt_stage=rcpt rcpt_code=550")
	U(DELIVERED, AT "local[4715]: 4F1B2C3D5E: to=<root@gw.example>, relay=local, delay=0, delays=0/0/0/0, "
	  "dsn=2.0.0, status=sent (delivered to mailbox)",
	  "rcpt=root@gw.example transport=local")
	U(ATTEMPT, SMTP "host mx.far.example[198.51.100.2] said: 450 4.2.0 Greylisted (in reply to RCPT TO "
	  "command)",
	  "id=4F1B2C3D5E")
	U(NOTE, SMTP "to=<c@far.example>, relay=none, delay=0, delays=0/0/0/0, dsn=2.1.5, "
	  "status=deliverable (ok)",
	  "rcpts=0")
	IGNORED(AT "smtp[4713]: connect to mx.far.example[198.51.100.2]:25: Connection refused")
	IGNORED(AT "anvil[905]: statistics: max connection rate 2/60s for (smtp:192.0.2.7) at Mar  4 "
	  "05:00:00")
	/* --- transports and instances --- */
	U(COMPLETED, "2026-03-04T05:06:07.250000+00:00 mx1 postfix-out/qmgr[812]: 4F1B2C3D5E: removed",
	  "id=4F1B2C3D5E")
	U(COMPLETED, "<22>1 2026-03-04T05:06:07Z mx1 postfix/qmgr 812 - - 4F1B2C3D5E: removed",
	  "id=4F1B2C3D5E")
	U(CONNECTED, "Mar  4 05:06:07 mx1 postfix/submission/smtpd[4711]: connect from pc[192.0.2.7]",
	  "peer=192.0.2.7")
	UNKNOWN(SMTPD "words that no Postfix writes")
	{ .line = NULL },
};
/* clang-format on */
