/* SPDX-License-Identifier: MIT */
/*
 * foreign_table: the tables behind foreign.h. A pattern is in lower case and matches anywhere, in
 * any case; '*' in it stands for anything, a blank for any blanks. Earlier rows win.
 */
#ifndef MODEL_FOREIGN_TABLE_H
#define MODEL_FOREIGN_TABLE_H

#include "model/foreign.h"

#define FOREIGN_OWNER_LIST(X)                                       \
	X(NOBODY, NULL, FOREIGN_KIND_NONE)                          \
	X(GOOGLE, "Google", FOREIGN_KIND_PROVIDER)                  \
	X(MICROSOFT, "Microsoft 365", FOREIGN_KIND_PROVIDER)        \
	X(YAHOO, "Yahoo", FOREIGN_KIND_PROVIDER)                    \
	X(APPLE, "Apple iCloud", FOREIGN_KIND_PROVIDER)             \
	X(GMX, "GMX, WEB.DE or IONOS", FOREIGN_KIND_PROVIDER)       \
	X(TONLINE, "T-Online", FOREIGN_KIND_PROVIDER)               \
	X(ORANGE, "Orange", FOREIGN_KIND_PROVIDER)                  \
	X(FREE, "Free", FOREIGN_KIND_PROVIDER)                      \
	X(OVH, "OVH", FOREIGN_KIND_PROVIDER)                        \
	X(TENCENT, "Tencent QQ", FOREIGN_KIND_PROVIDER)             \
	X(NETEASE, "NetEase 163", FOREIGN_KIND_PROVIDER)            \
	X(MAILRU, "Mail.ru", FOREIGN_KIND_PROVIDER)                 \
	X(YANDEX, "Yandex", FOREIGN_KIND_PROVIDER)                  \
	X(FASTMAIL, "Fastmail", FOREIGN_KIND_PROVIDER)              \
	X(ZOHO, "Zoho", FOREIGN_KIND_PROVIDER)                      \
	X(PROTON, "Proton Mail", FOREIGN_KIND_PROVIDER)             \
	X(COMCAST, "Comcast", FOREIGN_KIND_PROVIDER)                \
	X(ATT, "AT&T", FOREIGN_KIND_PROVIDER)                       \
	X(SPECTRUM, "Spectrum", FOREIGN_KIND_PROVIDER)              \
	X(COX, "Cox", FOREIGN_KIND_PROVIDER)                        \
	X(RACKSPACE, "Rackspace", FOREIGN_KIND_PROVIDER)            \
	X(MIMECAST, "Mimecast", FOREIGN_KIND_FILTER)                \
	X(PROOFPOINT, "Proofpoint", FOREIGN_KIND_FILTER)            \
	X(BARRACUDA, "Barracuda", FOREIGN_KIND_FILTER)              \
	X(CISCO, "Cisco Secure Email", FOREIGN_KIND_FILTER)         \
	X(SYMANTEC, "Symantec Email Security", FOREIGN_KIND_FILTER) \
	X(TRENDMICRO, "Trend Micro", FOREIGN_KIND_FILTER)           \
	X(SOPHOS, "Sophos", FOREIGN_KIND_FILTER)                    \
	X(HORNET, "Hornetsecurity", FOREIGN_KIND_FILTER)            \
	X(FORCEPOINT, "Forcepoint", FOREIGN_KIND_FILTER)            \
	X(SPAMEXPERTS, "SpamExperts", FOREIGN_KIND_FILTER)          \
	X(CLOUDFLARE, "Cloudflare", FOREIGN_KIND_FILTER)            \
	X(SES, "Amazon SES", FOREIGN_KIND_SENDING)                  \
	X(SENDGRID, "SendGrid", FOREIGN_KIND_SENDING)               \
	X(MAILGUN, "Mailgun", FOREIGN_KIND_SENDING)                 \
	X(EXIM, "Exim", FOREIGN_KIND_STOCK)                         \
	X(CPANEL, "cPanel's Exim", FOREIGN_KIND_STOCK)              \
	X(POSTFIX, "Postfix", FOREIGN_KIND_STOCK)                   \
	X(SENDMAIL, "sendmail", FOREIGN_KIND_STOCK)                 \
	X(QMAIL, "qmail", FOREIGN_KIND_STOCK)                       \
	X(OPENSMTPD, "OpenSMTPD", FOREIGN_KIND_STOCK)               \
	X(COURIER, "Courier", FOREIGN_KIND_STOCK)                   \
	X(DOMINO, "Domino", FOREIGN_KIND_STOCK)                     \
	X(EXCHANGE, "Exchange", FOREIGN_KIND_STOCK)                 \
	X(DOVECOT, "Dovecot", FOREIGN_KIND_STOCK)                   \
	X(AMAVIS, "amavis", FOREIGN_KIND_STOCK)                     \
	X(RSPAMD, "rspamd", FOREIGN_KIND_STOCK)                     \
	X(GREYLISTER, "a greylisting program", FOREIGN_KIND_STOCK)  \
	X(SPFPOLICY, "an SPF checker", FOREIGN_KIND_STOCK)

#define FOREIGN_OWNER_MEMBER(id, name, kind) OWNER_##id,
enum foreign_owner { FOREIGN_OWNER_LIST(FOREIGN_OWNER_MEMBER) OWNER_COUNT };

/* Words that only the owner's own servers say. */
struct foreign_mark {
	enum foreign_owner owner;
	const char *pattern;
};
extern const struct foreign_mark foreign_marks[];
extern const size_t foreign_n_marks;

/* Domains of the owner's servers. */
extern const struct foreign_mark foreign_hosts[];
extern const size_t foreign_n_hosts;

/* Blocklists by what replies say of them; one list may have several rows. */
struct foreign_list {
	const char *name;
	const char *pattern;
};
extern const struct foreign_list foreign_lists[];
extern const size_t foreign_n_lists;

/* A meaning; of OWNER_NOBODY: whoever speaks. All that is not NULL must agree. */
struct foreign_text {
	enum foreign_owner owner;
	const char *code; /* ".7.26": subject and detail of the enhanced code */
	const char *pattern;
	enum foreign_class class;
	const char *meaning;
};
/* Of providers, filters and sending services, once it is known that they speak. */
extern const struct foreign_text foreign_texts[];
extern const size_t foreign_n_texts;
/* Stock texts and wordings that many use; the pattern alone decides. */
extern const struct foreign_text foreign_stock[];
extern const size_t foreign_n_stock;
/* Bounce notices. */
extern const struct foreign_text foreign_notices[];
extern const size_t foreign_n_notices;

#define FOREIGN_COUNT(table) (sizeof(table) / sizeof((table)[0]))

#endif
