/* SPDX-License-Identifier: MIT */
/* names: tables and the rules that combine them. */
#include "names.h"

#include <string.h>

#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char *const given[] = {
	"anna", "maria", "john", "peter", "eleni", "nikos", "dimitris", "george", "sofia",
	"kostas", "yannis", "katerina", "paul", "laura", "marco", "giulia", "hans", "ute",
	"jan", "piotr", "agnieszka", "tomas", "eva", "lukas", "emma", "liam", "noah", "olivia",
	"ahmed", "fatima", "mehmet", "ayse", "ivan", "olga", "sergei", "natalia", "chen", "wei",
	"li", "hiroshi", "yuki", "raj", "priya", "amit", "carlos", "lucia", "jose", "ana",
	"pierre", "claire", "luc", "marie", "erik", "ingrid", "lars", "mikko", "aino", "zoltan",
	"ildiko", "radu", "ioana", "stefan", "milica", "goran", "vesna", "bill", "susan",
	"karen", "brian", "kevin", "dora", "thanos", "vasilis", "spyros", "christina",
	"alexandra", "michael", "thomas", "andreas", "barbara",
};

static const char *const syllables[] = {
	"ka", "lo", "mi", "ra", "ti", "ne", "so", "ve", "du", "pa", "ri", "no", "ta", "le",
	"mo", "se", "ga", "fi", "ro", "la", "de", "ku", "bo", "za", "che", "vin", "mar", "tel",
	"kor", "nel", "dan", "pol", "tra", "gre", "sta", "ner", "lin", "bur", "con", "fel",
	"hau", "jor", "kel", "lan", "mon", "nor", "oss", "per", "qui", "ros", "san", "ter",
	"ul", "van", "wal", "xen", "yor", "zel", "bri", "cra", "dro", "fla", "gli", "kno",
	"pra", "sko", "tri", "vla",
};

static const char *const words[] = {
	"invoice", "meeting", "report", "update", "project", "order", "your", "account",
	"weekly", "newsletter", "project-plan", "request", "delivery", "ticket", "please",
	"review", "draft", "paper", "deadline", "extended", "call", "for", "papers", "seminar",
	"friday", "monday", "lab", "server", "backup", "failed", "success", "cluster",
	"maintenance", "notice", "urgent", "payment", "confirmation", "shipping", "offer",
	"new", "prices", "best", "free", "limited", "win", "prize", "click", "password",
	"expires", "security", "alert", "login", "attempt", "minutes", "of", "the", "committee",
	"agenda", "travel", "booking", "hotel", "flight", "reminder", "survey", "results",
	"quarterly", "budget", "proposal", "contract", "signed", "scan", "document", "fax",
	"photo", "holiday", "party", "thanks", "question", "about", "thesis", "students",
	"course", "registration", "exam", "grades", "workshop", "submission", "accepted",
	"version", "release", "patch", "bug", "build", "nightly", "commit", "merge", "issue",
	"reply",
};

static const char *const tails[] = { "media", "net", "mail", "group", "soft", "data", "shop", "lab",
	                             "tech", "bank", "travel", "press", "hosting", "school" };
/* Private-use codes of ISO 3166; the first ones come most often. */
static const char *const tlds[] = { "xa", "zz", "xb", "qm", "xq", "xz", "qn", "xe", "xf", "qo",
	                            "xh", "xl", "co.xm", "qt", "org.xs", "xy" };

static const char *const providers[N_PROVIDERS] = {
	"mail-like.example", "gmail-like.example", "yahoo-like.example", "outlook-like.example",
	"icloud-like.example", "gmx-like.example", "webde-like.example", "otenet-like.example",
	"freemail-like.example", "protonmail-like.example", "aol-like.example",
	"orange-like.example",
};

static const char *const ours[N_OUR_DOMAINS] = {
	"cslab.example", "ece.gw.example", "mail.gw.example", "gw.example", "softlab.example",
	"dept.gw.example", "alumni.gw.example",
};

/* clang-format on */

const char *
name_word(struct rng *r)
{
	return words[rng_below(r, COUNT(words))];
}

void
name_domain(uint32_t domain, char out[DOMAIN_BYTES])
{
	uint64_t h = mix64(domain + 0x51ed2701u);
	unsigned n = 2 + (unsigned)(h & 1) + ((h >> 1 & 3) == 0);
	char *p = out;

	if (domain < N_PROVIDERS) {
		strcpy(out, providers[domain]);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		p = text_into(p, "%s", syllables[(h >> (8 + 7 * i)) % COUNT(syllables)]);
	if ((h >> 40 & 7) < 2)
		p = text_into(p, "-%s", tails[(h >> 43) % COUNT(tails)]);
	else if ((h >> 40 & 7) == 3)
		p = text_into(p, "%u", (uint32_t)(h >> 43) % 400);
	h = mix64(h);
	text_into(p, ".%s", tlds[(h & 255) * (h >> 8 & 255) / 256 * COUNT(tlds) / 256]);
}

void
name_our_domain(uint32_t i, char out[DOMAIN_BYTES])
{
	strcpy(out, ours[i % N_OUR_DOMAINS]);
}

static char *
put_surname(char *p, uint64_t h)
{
	unsigned n = 2 + (unsigned)(h & 1);

	for (unsigned i = 0; i < n; i++)
		p = text_into(p, "%s", syllables[(h >> (2 + 7 * i)) % COUNT(syllables)]);
	return p;
}

void
name_local(uint64_t person, char out[LOCAL_BYTES])
{
	uint64_t h = mix64(person * 0x2545f4914f6cdd1du + 1);
	const char *first = given[(h >> 4) % COUNT(given)];
	uint64_t rest = h >> 12;
	char *p = out;

	switch (h & 15) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		p = text_into(p, "%s.", first);
		put_surname(p, rest);
		break;
	case 5:
	case 6:
	case 7:
		p = text_into(p, "%c", first[0]);
		put_surname(p, rest);
		break;
	case 8:
	case 9:
		p = put_surname(p, rest);
		text_into(p, "%z2", h >> 50 & 63);
		break;
	case 10:
		text_into(p, "%s%u", first, (uint32_t)(rest % 9973));
		break;
	case 11:
		p = put_surname(text_into(p, "%s_", first), rest);
		break;
	case 12:
		text_into(p, "%s-%s", words[rest % COUNT(words)],
			  tails[(rest >> 20) % COUNT(tails)]);
		break;
	default:
		put_surname(text_into(p, "%s", first), rest);
	}
}

void
name_address(uint64_t person, uint32_t domain, char out[ADDRESS_BYTES])
{
	char local[LOCAL_BYTES], at[DOMAIN_BYTES];

	name_local(person * 131071 + domain, local);
	name_domain(domain, at);
	text_into(out, "%s@%s", local, at);
}

void
name_our_address(struct rng *r, bool known, char out[ADDRESS_BYTES])
{
	uint32_t domain = rng_skewed(r, N_OUR_DOMAINS);
	uint64_t person = known ? rng_skewed(r, 12000) : rng_next(r) >> 16;
	char local[LOCAL_BYTES];

	name_local(person + domain * 100003, local);
	text_into(out, "%s@%s", local, ours[domain]);
}

enum flavour
name_flavour(uint32_t domain)
{
	static const enum flavour of_providers[N_PROVIDERS] = {
		FLAVOUR_POSTFIX, FLAVOUR_GMAIL,   FLAVOUR_YAHOO,   FLAVOUR_OUTLOOK,
		FLAVOUR_POSTFIX, FLAVOUR_POSTFIX, FLAVOUR_POSTFIX, FLAVOUR_EXIM,
		FLAVOUR_QMAIL,   FLAVOUR_POSTFIX, FLAVOUR_YAHOO,   FLAVOUR_POSTFIX,
	};
	uint64_t h = mix64(domain + 77);

	if (domain < N_PROVIDERS)
		return of_providers[domain];
	return (h & 15) < 8    ? FLAVOUR_POSTFIX
	       : (h & 15) < 12 ? FLAVOUR_EXIM
	       : (h & 15) < 13 ? FLAVOUR_OUTLOOK
	       : (h & 15) < 14 ? FLAVOUR_GMAIL
			       : FLAVOUR_QMAIL;
}

void
name_ip(uint64_t h, char out[IP_BYTES])
{
	/* 11 … 223 without 127: looks public. */
	uint32_t a = 11 + (uint32_t)(h >> 32) % 213;

	text_into(out, "%u.%u.%u.%u", a == 127 ? 93 : a, (uint32_t)(h >> 16) & 255,
		  (uint32_t)(h >> 8) & 255, 1 + (uint32_t)h % 254);
}

void
name_exchanger(uint32_t domain, uint64_t which, char host[HOST_BYTES], char ip[IP_BYTES])
{
	uint64_t h = mix64(domain * 0x9e3779b97f4a7c15u + 5);
	uint32_t hosts = domain < N_PROVIDERS ? 24 : 1 + (uint32_t)(h % 3);
	uint32_t n = (uint32_t)(which % hosts);
	uint64_t net = mix64(h + n / 8);
	char at[DOMAIN_BYTES];

	name_domain(domain, at);
	if (name_flavour(domain) == FLAVOUR_OUTLOOK && domain >= N_PROVIDERS) {
		*strrchr(at, '.') = '\0';
		text_into(host, "%s.mail.protection.outlook-like.example", at);
	} else {
		static const char *const names[] = { "mx", "mail", "mx0", "smtp-in", "in" };

		text_into(host, "%s%u.%s", names[h % COUNT(names)], n + 1, at);
	}
	if (h >> 40 & 15)
		name_ip((net & ~(uint64_t)255) | ((net + n * 7) & 255), ip);
	else
		text_into(ip, "2a0%x1:%x4:%x3::%x2", net & 15, net >> 8, net >> 24, 16 + n * 3);
}

uint32_t
name_pick_domain(struct rng *r, uint32_t provider_percent)
{
	if (rng_percent(r, provider_percent))
		return rng_skewed(r, N_PROVIDERS);
	return N_PROVIDERS + rng_skewed(r, 160000);
}

void
name_dynamic_host(uint64_t h, char host[HOST_BYTES], char ip[IP_BYTES])
{
	uint64_t isp = h >> 56;
	uint64_t net = mix64(isp) & 0xffff00000000u;
	uint32_t b = (uint32_t)(h >> 16) & 255, c = (uint32_t)(h >> 8) & 255,
		 d = 1 + (uint32_t)h % 254;
	uint32_t a = 11 + (uint32_t)(net >> 32) % 213;
	char at[DOMAIN_BYTES];

	a = a == 127 ? 93 : a;
	name_domain(N_PROVIDERS + 200000 + (uint32_t)isp, at);
	text_into(ip, "%u.%u.%u.%u", a, b, c, d);
	switch (isp & 3) {
	case 0:
		text_into(host, "%u-%u-%u-%u.dyn.%s", a, b, c, d, at);
		break;
	case 1:
		text_into(host, "host%u-%u.pool%u.%s", d, c, b, at);
		break;
	case 2:
		text_into(host, "ppp%z3%z3%z3.access.%s", (uint64_t)b, (uint64_t)c, (uint64_t)d,
			  at);
		break;
	default:
		text_into(host, "static.%u.%u.%u.%u.%s", d, c, b, a, at);
	}
}

void
name_helo_of_bot(struct rng *r, char out[HOST_BYTES])
{
	char at[DOMAIN_BYTES], ip[IP_BYTES];
	uint32_t kind = rng_below(r, 10);

	if (kind < 3) {
		text_into(out, "WIN-%X8%X3", rng_next(r), rng_next(r));
	} else if (kind < 5) {
		text_into(out, "%s-pc", given[rng_below(r, COUNT(given))]);
	} else if (kind < 7) {
		name_ip(rng_next(r), ip);
		text_into(out, "[%s]", ip);
	} else if (kind < 8) {
		strcpy(out, "localhost.localdomain");
	} else {
		name_domain(N_PROVIDERS + rng_skewed(r, 160000), at);
		text_into(out, "%s", at);
	}
}

void
name_subject(struct rng *r, char out[SUBJECT_BYTES])
{
	uint32_t kind = rng_below(r, 100);
	uint32_t n = rng_between(r, 2, 7);
	char *p = out;

	*p = '\0';
	if (kind < 4) { /* Greek, as Exim prints it */
		for (uint32_t i = 0; i < 3 * n; i++)
			p = text_into(p, "\\316\\2%c%c%s", (int)('6' + rng_below(r, 2)),
				      (int)('0' + rng_below(r, 8)), i % 6 == 5 ? " " : "");
		return;
	}
	if (kind < 24)
		p = text_into(p, kind < 19 ? "Re: " : "Fwd: ");
	for (uint32_t i = 0; i < n; i++)
		p = text_into(p, "%s%s", i > 0 ? " " : "", name_word(r));
	if (kind >= 80)
		text_into(p, " #%u", rng_below(r, 1000000));
	else if (kind == 79)
		text_into(p, " \\\"%s\\\"", name_word(r));
}

void
name_message_id(struct rng *r, uint64_t seconds, uint32_t domain, char out[MESSAGE_ID_BYTES])
{
	uint64_t a = rng_next(r), b = rng_next(r);
	char at[DOMAIN_BYTES];

	name_domain(domain, at);
	switch (a & 7) {
	case 0:
	case 1:
		text_into(out, "CA+%x8%x8%X4=%x4@mail.%s", a >> 8, b, b >> 32, a >> 40, at);
		break;
	case 2:
	case 3:
		text_into(out, "%x8-%x4-%x4-%x4-%x8%x4@%s", a >> 8, b, b >> 16, b >> 32, a >> 32,
			  b >> 48, at);
		break;
	case 4:
		text_into(out, "%l.%u.%l.JavaMail.root@app%u.%s", a % 100000000000u,
			  (uint32_t)(b % 1000000), seconds * 1000 + b % 1000, (uint32_t)(a >> 60),
			  at);
		break;
	case 5:
		text_into(out, "%X8%X8%X4@%s", a, b, b >> 32, at);
		break;
	default:
		text_into(out, "%l.%X6.%s@%s", seconds, b, given[a % COUNT(given)], at);
	}
}
