/* SPDX-License-Identifier: MIT */
/*
 * reply_class: see the header. Words come before codes: 550 5.7.1 is what everybody says for
 * everything (FORMATS §5.4), and providers give registered codes meanings of their own. The first
 * row that fits decides, so the more telling wordings stand first.
 */
#include "model/reply_class.h"

const char *
reply_class_text(enum reply_class c)
{
#define REPLY_CLASS_NAME(id, text) text,
	static const char *const texts[] = { REPLY_CLASS_LIST(REPLY_CLASS_NAME) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == REPLY_CLASS_COUNT, "a text per class");
	return (unsigned)c < REPLY_CLASS_COUNT ? texts[c] : "";
}

#define AT(stage)    (1u << (stage))
#define ANY          0u
#define NAMES_A_LIST NULL /* no words, but a block list's zone behind some (reply_dnsbl) */
#define GREYLIST_WORDS \
	"greylist|graylist|grey-list|gray-list|grey list|gray list|postgrey|first seen"
#define AT_ENVELOPE (AT(STAGE_CONNECT) | AT(STAGE_HELO) | AT(STAGE_MAIL) | AT(STAGE_RCPT))

/*
 * Words in lower case, alternatives parted by '|'. They must begin where a word begins; with "=" in
 * front of an alternative they must end there, too ("=spf" is not in "spfoo").
 */
struct wording {
	enum reply_class class;
	unsigned stages; /* bits; ANY: at all of them */
	unsigned about;
	const char *words;
};

static const struct wording wordings[] = {
	{ CLASS_GREYLIST, ANY, ANY, GREYLIST_WORDS },
	{ CLASS_TROUBLE, ANY, ANY,
	  "failed to expand|scanner timeout|scanner temporarily|milter: connect|"
	  "local configuration|server configuration|temporary lookup failure|"
	  "temporary local problem|internal resources|internal error|local error|"
	  "insufficient system|insufficient disk|queue file write|database error|"
	  "service temporarily unavailable|requested action aborted: local error" },
	{ CLASS_NO_ROUTE, AT(STAGE_DELIVERY), ANY, "unrouteable address|unroutable address" },
	{ CLASS_UNKNOWN_USER, ANY, AT(STAGE_RCPT) | AT(STAGE_DELIVERY) | AT(STAGE_DATA),
	  "user unknown|unknown user|unknown recipient|recipient unknown|no such user|"
	  "no such mailbox|no such recipient|no such address|mailbox not found|user not found|"
	  "recipient not found|recipientnotfound|recipnotfound|invalid recipient|invalid mailbox|"
	  "unknown local part|unknown address|address unknown|no mailbox|not a valid mailbox|"
	  "you tried to reach does not exist|user does not exist|recipient does not exist|"
	  "mailbox does not exist|address does not exist|mailbox unavailable|"
	  "undeliverable address|no valid recipients|unrouteable address|unroutable address" },
	{ CLASS_TROUBLE, ANY, ANY, "ldap" },
	{ CLASS_SENDER_VERIFY, ANY, ANY,
	  "sender verify|sender verification|callout|callback|could not verify sender|"
	  "verify the sender|sender address rejected: undeliverable|"
	  "sender address rejected: unverified" },
	{ CLASS_RATE, ANY, ANY,
	  "unusual rate|rate limit|ratelimit|rate-limit|sending rate|too many connections|"
	  "too many messages|too many mails|too fast|too quickly|throttl|too much "
	  "mail|concurrent" },
	{ CLASS_FORGERY, ANY, ANY,
	  "=dmarc|=spf|=dkim|sender policy framework|authentication level|sender is "
	  "unauthenticated|"
	  "requires all senders to authenticate|authentication checks|spoof|"
	  "does not pass authentication" },
	{ CLASS_SPAM, AT(STAGE_DATA) | AT(STAGE_DELIVERY), ANY,
	  "uri.dnsbl|surbl|uribl|=spam|spamassassin|content filter|content scanner|"
	  "content filtering|unsolicited bulk|score exceeded|score too high" },
	{ CLASS_VIRUS, ANY, ANY, "virus|malware|infected|eicar|trojan|ransomware" },
	{ CLASS_ATTACHMENT, ANY, ANY,
	  "attachment|file type|filename extension|banned file|banned name|executable" },
	{ CLASS_RECIPIENTS, ANY, ANY, "too many recipients" },
	{ CLASS_LOOP, ANY, ANY,
	  "too many hops|too many \"received\"|hop count|mail loop|loops back|routing loop" },
	{ CLASS_MAILBOX_FULL, ANY, ANY,
	  "mailbox full|mailbox is full|over quota|overquota|quota exceeded|exceeded storage|"
	  "out of storage|mailbox size limit" },
	{ CLASS_MAILBOX_DISABLED, AT(STAGE_RCPT) | AT(STAGE_DATA) | AT(STAGE_DELIVERY), ANY,
	  "account disabled|account is disabled|mailbox disabled|mailbox is disabled|"
	  "account that you tried to reach is disabled|inactive|account suspended|"
	  "no longer active|mailbox temporarily disabled" },
	{ CLASS_SIZE, ANY, ANY,
	  "message too big|message too large|message is too large|too big: size|"
	  "message size exceeds|exceeds fixed limit|size limit|maximum message size|"
	  "maximum size|exceeds the maximum|larger than" },
	{ CLASS_RELAY, ANY, ANY,
	  "relay not permitted|relay access denied|relaying denied|relaying not allowed|"
	  "relay denied|unable to relay|not permitted to relay|do not relay|relaying is "
	  "prohibited" },
	{ CLASS_LOGIN, ANY, ANY,
	  "authentication required|authentication failed|authentication credentials|"
	  "must authenticate|not logged in|incorrect authentication" },
	{ CLASS_NO_ROUTE, AT(STAGE_DELIVERY), ANY,
	  "host or domain name not found|name service error|no smtp service|nullmx|null mx|"
	  "host not found|unknown mail server|all relevant mx|lowest numbered mx|"
	  "domain not found|no such domain|does not accept mail" },
	{ CLASS_EXPIRED, AT(STAGE_DELIVERY), ANY,
	  "retry timeout exceeded|retry time not reached|message expired|delivery time expired|"
	  "delivery expired|message timeout|queue lifetime|=expired" },
	{ CLASS_SENDER_DOMAIN, ANY, ANY, "sender address rejected: domain not found" },
	{ CLASS_SENDER_DOMAIN, ANY, AT(STAGE_MAIL) | AT(STAGE_DATA),
	  "domain not found|domain of sender|sender domain|domain does not exist|does not resolve|"
	  "nullmx|null mx|no mx|=mx|malformed dns" },
	{ CLASS_REVERSE_DNS, ANY, ANY,
	  "reverse dns|reverse lookup|reverse hostname|=ptr|=rdns|no reverse|cannot find your|"
	  "dynamic host|generic dynamic|dynamic ip|hostname lookup" },
	{ CLASS_DNSBL, ANY, ANY,
	  "client host blocked|client blocked|blocked using|dns block list|blackhole site" },
	{ CLASS_DNSBL, AT_ENVELOPE, AT(STAGE_CONNECT) | AT(STAGE_RCPT),
	  "dnsbl|=rbl|spamhaus|spamcop|barracuda|sorbs|is listed" },
	{ CLASS_DNSBL, AT_ENVELOPE, AT(STAGE_CONNECT) | AT(STAGE_RCPT), NAMES_A_LIST },
	{ CLASS_PROTOCOL, ANY, ANY, "syntax or protocol|too many syntax|too many unrecognized" },
	{ CLASS_HELO, ANY, AT(STAGE_HELO), "=helo|=ehlo|you are not me|invalid name" },
	{ CLASS_HELO, AT(STAGE_HELO) | AT(STAGE_MAIL), ANY,
	  "no helo|helo must|helo/ehlo|invalid helo|syntactically invalid argument" },
	{ CLASS_HELO, ANY, ANY, "helo command rejected" },
	{ CLASS_SENDER_BLOCKED, ANY, AT(STAGE_MAIL),
	  "blacklist|black list|blocklist|blocked|denied|banned|not welcome|locally" },
	{ CLASS_SENDER_BLOCKED, ANY, ANY, "sender address rejected" },
	{ CLASS_CLIENT_BLOCKED, ANY, AT(STAGE_CONNECT),
	  "blacklist|black list|blocklist|block list|blocked|denied|banned|not allowed to connect|"
	  "too many bad|rejected by policy" },
	{ CLASS_CLIENT_BLOCKED, ANY, ANY,
	  "client host rejected|not allowed to connect|weren't sent|user complaints|part of their "
	  "network is "
	  "on|your ip|sender ip|ip reputation|"
	  "blocked - see|poor reputation|bad reputation" },
	{ CLASS_TLS, ANY, ANY, "starttls|=tls|certificate|encryption" },
	{ CLASS_SPAM, ANY, ANY,
	  "=spam|spamassassin|content filter|content scanner|content filtering|unsolicited|"
	  "=junk|=pmx|=ube|=uce|phish|=rspamd" },
	{ CLASS_MALFORMED, AT(STAGE_DATA), ANY,
	  "malformed|failing address in|header syntax|syntax error|bad header|invalid header|"
	  "unqualified|missing header|duplicate header|rfc 5322|rfc5322|rfc 2822|message header" },
	{ CLASS_PROTOCOL, ANY, ANY,
	  "synchronization|synchronisation|pipelining|unrecognized command|"
	  "protocol error|"
	  "bad sequence|out of order|non-smtp command|bare newline|bare lf|"
	  "command unrecognized|bad command|unqualified verify" },
	{ CLASS_RESTRICTED, ANY, ANY,
	  "not allowed to post|not permitted to post|members only|only members|"
	  "restricted recipient|restricted address|not authorised to send|"
	  "not authorized to send|not allowed to send to|internal use only" },
	{ CLASS_UNREACHABLE, ANY, ANY,
	  "connection refused|timed out|lost connection|no route to host|network is unreachable|"
	  "connection reset|connection timed|remote host closed|remote end closed|"
	  "connection closed|host is unreachable|=errno" },
	{ CLASS_POLICY, ANY, ANY,
	  "policy|policies|prohibited|not accepted here|administratively|not permitted" },
	{ CLASS_TROUBLE, ANY, ANY,
	  "scanner busy|server busy|system busy|service unavailable|service not available|"
	  "try again later|temporarily unavailable" },
};

/*
 * RFC 3463 and the registry, where the words said nothing. An address that fails for a while only
 * (4.1.x) may well exist.
 */
static const struct {
	enum reply_class class;
	uint16_t subject, detail;
} enhanced_codes[] = {
	{ CLASS_UNKNOWN_USER, 1, 1 },  { CLASS_NO_ROUTE, 1, 2 },   { CLASS_UNKNOWN_USER, 1, 6 },
	{ CLASS_SENDER_DOMAIN, 1, 8 }, { CLASS_NO_ROUTE, 1, 10 },  { CLASS_MAILBOX_DISABLED, 2, 1 },
	{ CLASS_MAILBOX_FULL, 2, 2 },  { CLASS_SIZE, 2, 3 },       { CLASS_TROUBLE, 3, 1 },
	{ CLASS_SIZE, 3, 4 },          { CLASS_TROUBLE, 3, 5 },    { CLASS_UNREACHABLE, 4, 1 },
	{ CLASS_UNREACHABLE, 4, 2 },   { CLASS_LOOP, 4, 6 },       { CLASS_EXPIRED, 4, 7 },
	{ CLASS_PROTOCOL, 5, 1 },      { CLASS_RECIPIENTS, 5, 3 }, { CLASS_RESTRICTED, 7, 2 },
	{ CLASS_LOGIN, 7, 8 },         { CLASS_TLS, 7, 10 },       { CLASS_TLS, 7, 11 },
	{ CLASS_FORGERY, 7, 20 },      { CLASS_FORGERY, 7, 21 },   { CLASS_FORGERY, 7, 22 },
	{ CLASS_FORGERY, 7, 23 },      { CLASS_FORGERY, 7, 24 },   { CLASS_REVERSE_DNS, 7, 25 },
	{ CLASS_FORGERY, 7, 26 },      { CLASS_RATE, 7, 28 },
};

/* RFC 5321 §4.2; stages: where the code means that and nothing else. */
static const struct {
	enum reply_class class;
	uint16_t code;
	unsigned stages;
} codes[] = {
	{ CLASS_SIZE, 552, AT(STAGE_MAIL) | AT(STAGE_DATA) },
	{ CLASS_MAILBOX_FULL, 552, AT(STAGE_RCPT) },
	{ CLASS_LOGIN, 530, ANY },
	{ CLASS_LOGIN, 535, ANY },
	{ CLASS_PROTOCOL, 500, ANY },
	{ CLASS_PROTOCOL, 503, ANY },
};

static char
byte_at(struct str s, size_t at)
{
	return at < s.n ? s.p[at] : ' ';
}

/* Rules of filters have names such as RDNS_SUSP: one word. */
static bool
in_word(char c)
{
	return char_is_alnum(c) || c == '_';
}

static bool
has_word(struct str text, struct str word)
{
	bool whole = word.n > 0 && word.p[0] == '=';

	if (whole)
		word = str_skip(word, 1);
	for (size_t at = 0; (at = str_find_nocase(text, word, at)) != STR_NPOS; at++) {
		bool begins = at == 0 || !in_word(text.p[at - 1]);

		if (begins && (!whole || !in_word(byte_at(text, at + word.n))))
			return true;
	}
	return false;
}

static bool
has_any(struct str text, const char *words)
{
	struct str rest = str_from(words);

	while (rest.n > 0) {
		size_t end = str_find_char(rest, '|', 0);

		if (has_word(text, str_slice(rest, 0, end)))
			return true;
		rest = end == STR_NPOS ? STR("") : str_skip(rest, end + 1);
	}
	return false;
}

static bool
fits(unsigned stages, enum stage s)
{
	return stages == ANY || (stages & AT(s));
}

static bool
says(struct str text, const char *words)
{
	return words == NAMES_A_LIST ? reply_dnsbl(text).n > 0 : has_any(text, words);
}

/* Replies wrap anywhere: a line's end is a blank. Long ones say it early. */
enum { CLASSIFIED_BYTES = 1200 };

static struct str
one_line(struct str text, char out[CLASSIFIED_BYTES])
{
	size_t n = text.n < CLASSIFIED_BYTES ? text.n : CLASSIFIED_BYTES;

	for (size_t i = 0; i < n; i++)
		out[i] = text.p[i] == '\n' || text.p[i] == '\t' ? ' ' : text.p[i];
	return (struct str){ out, n };
}

enum reply_class
reply_classify(enum stage stage, enum stage about, const struct reply *r)
{
	char buffer[CLASSIFIED_BYTES];
	struct str text = one_line(r->text, buffer);

	if (about == STAGE_NONE)
		about = stage;
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++) {
		const struct wording *w = &wordings[i];

		if (fits(w->stages, stage) && fits(w->about, about) && says(text, w->words))
			return w->class;
	}
	for (size_t i = 0; i < sizeof(enhanced_codes) / sizeof(enhanced_codes[0]); i++)
		if (r->enhanced.class >= (enhanced_codes[i].subject == 1 ? 5 : 4) &&
		    r->enhanced.subject == enhanced_codes[i].subject &&
		    r->enhanced.detail == enhanced_codes[i].detail)
			return enhanced_codes[i].class;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (r->code_logged && r->code == codes[i].code && fits(codes[i].stages, stage))
			return codes[i].class;
	return CLASS_NONE;
}

bool
reply_is_greylisting(const struct reply *r)
{
	char buffer[CLASSIFIED_BYTES];

	return has_any(one_line(r->text, buffer), GREYLIST_WORDS);
}

/* --- the block list ------------------------------------------------------------------------- */

/* A host name at the head of s: its bytes, with a dot and letters at its end; else empty. */
static struct str
host_at(struct str s)
{
	size_t n = 0, dot = STR_NPOS;

	while (n < s.n && n < 253 && (char_is_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.'))
		n++;
	while (n > 0 && (s.p[n - 1] == '.' || s.p[n - 1] == '-'))
		n--;
	dot = str_rfind_char(str_slice(s, 0, n), '.');
	if (dot == STR_NPOS || dot == 0 || !char_is_alpha(byte_at(s, dot + 1)))
		return STR("");
	return str_slice(s, 0, n);
}

struct str
reply_dnsbl(struct str text)
{
	static const char *const leads[] = { "blocked using", "blocked by", "found in",
					     "listed in",     "listed at",  "listed by",
					     "listed on",     "dnsbl",      "blackhole site" };

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		struct str lead = str_from(leads[i]);
		size_t at = str_find_nocase(text, lead, 0);
		struct str rest = str_skip(text, at == STR_NPOS ? text.n : at + lead.n);
		size_t blanks = 0;

		while (blanks < rest.n && (rest.p[blanks] == ' ' || rest.p[blanks] == '\n'))
			blanks++;
		struct str host = blanks > 0 ? host_at(str_skip(rest, blanks)) : STR("");
		if (host.n > 0)
			return host;
	}
	return STR("");
}
