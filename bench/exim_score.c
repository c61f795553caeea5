/* SPDX-License-Identifier: MIT */
/* exim_score: the lines of three scanners: PureMessage, SpamAssassin, rspamd. */
#include <string.h>

#include "exim.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char *const pmx_rules[] = {
	"HTML_70_90 0.1", "HTML_50_70 0.1", "BODY_SIZE_1000_LESS 0", "BODY_SIZE_2000_LESS 0",
	"BODYTEXTP_SIZE_3000_LESS 0", "FROM_NAME_PHRASE 0", "__CT 0", "__CTE 0", "__HAS_FROM 0",
	"__HAS_MSGID 0", "__MIME_HTML 0", "__MIME_VERSION 0", "__SANE_MSGID 0",
	"__TO_MALFORMED_2 0", "__URI_IN_BODY 0", "__ANY_URI 0", "NO_URI_HTTPS 0",
	"URI_WITH_PATH_ONLY 0", "LEGITIMATE_SIGNS 0", "WEBMAIL_SOURCE 0", "IN_REP_TO 0",
	"DATE_TZ_NA 0", "RDNS_GENERIC_POOLED 0", "RDNS_SUSP 0", "RDNS_RESIDENTIAL 0.5",
	"RCVD_IN_SBL 4", "SXL_IP_DYNAMIC 3", "FRAUD_X3 1.2", "PHISH_SPEAR 2.5",
	"SUBJ_HIGHBIT 0.2", "EXCUSE_19 0.3", "INVESTMENT 0.4", "KNOWN_MTA_TFX 0",
	"REFERENCES 0",
};

static const char *const rspamd_rules[] = {
	"ARC_NA(0.00)", "FROM_NO_DN(0.00)", "MIME_TRACE(0.00)", "RCVD_COUNT_ONE(0.00)",
	"TO_MATCH_ENVRCPT_ALL(0.00)", "TAGGED_RCPT(0.00)", "TO_DN_NONE(0.00)",
	"MIME_GOOD(-0.10)", "RCVD_NO_TLS_LAST(0.10)", "R_SPF_ALLOW(-0.20)",
	"R_DKIM_ALLOW(-0.20)", "DMARC_POLICY_ALLOW(-0.50)", "BAYES_HAM(-2.97)",
	"BAYES_SPAM(4.87)", "HFILTER_HELO_5(3.00)", "RDNS_NONE(1.00)", "ASN(0.00)",
	"RBL_SPAMHAUS_PBL(2.00)", "FORGED_SENDER(0.30)", "R_SPF_FAIL(1.00)", "PHISHING(4.00)",
	"DBL_SPAM(6.50)", "SUBJ_ALL_CAPS(3.00)", "R_SUSPICIOUS_URL(6.00)", "MISSING_MID(2.50)",
};

static const char *const sa_rules[] = {
	"BAYES_99", "BAYES_999", "HTML_MESSAGE", "URIBL_BLACK", "URIBL_DBL_SPAM", "RCVD_IN_XBL",
	"RDNS_NONE", "RDNS_DYNAMIC", "HELO_DYNAMIC_IPADDR", "SPF_SOFTFAIL", "SPF_FAIL",
	"DKIM_INVALID", "FREEMAIL_FROM", "MISSING_DATE", "MPART_ALT_DIFF", "T_REMOTE_IMAGE",
	"PYZOR_CHECK", "RAZOR2_CHECK",
};

/* clang-format on */

static void
pmx_line(struct gen *g, const struct mail *m, bool spam, char verdict[REPLY_BYTES])
{
	uint32_t percent = spam ? rng_between(&g->rng, 60, 99) : rng_skewed(&g->rng, 55);
	uint32_t n = rng_between(&g->rng, 4, 14);
	char gauge[32];

	memset(gauge, 'X', percent / 10);
	memset(gauge + percent / 10, 'I', percent % 10);
	gauge[percent / 10 + percent % 10] = '\0';
	text_put(&g->line, "PMX: id=%s Gauge=%s Probability=%u%% Report='", m->id, gauge, percent);
	for (uint32_t i = 0; i < n; i++)
		text_put(&g->line, "%s%s", i > 0 ? ", " : "",
			 pmx_rules[rng_below(&g->rng, COUNT(pmx_rules))]);
	text_put(&g->line, "' from=<%s> size=%u", m->sender, m->size);
	if (rng_percent(&g->rng, 50))
		text_into(verdict, "PMX spam probability %u%% gauge %s", percent, gauge);
	else
		text_into(verdict,
			  "550 5.7.1 Rejected: CSLab PMX spam score too high (milter id %s)",
			  m->id);
}

static void
spamassassin_line(struct gen *g, const struct mail *m, const struct peer *p, bool spam,
		  char verdict[REPLY_BYTES])
{
	uint32_t whole = spam ? rng_between(&g->rng, 6, 30) : rng_below(&g->rng, 5);
	uint32_t tenth = rng_below(&g->rng, 10), n = rng_between(&g->rng, 2, 7);
	char stars[32];
	char *end;

	memset(stars, spam ? '+' : '-', whole + 1);
	stars[whole + 1] = '\0';
	text_put(&g->line, "SA: %s spamd score=%s%u.%u (%s) required=6.0 host=%s", m->id,
		 spam ? "" : "-", whole, tenth, stars, p->ip);
	end = text_into(verdict, "spam score %u.%u tests=[", whole, tenth);
	for (uint32_t i = 0; i < n; i++)
		end = text_into(end, "%s%s", i > 0 ? "," : "",
				sa_rules[rng_below(&g->rng, COUNT(sa_rules))]);
	text_into(end, "]");
}

static void
rspamd_line(struct gen *g, const struct mail *m, bool spam, char verdict[REPLY_BYTES])
{
	uint32_t whole = spam ? rng_between(&g->rng, 15, 40) : rng_below(&g->rng, 4);
	uint32_t tenth = rng_below(&g->rng, 10), n = rng_between(&g->rng, 3, 12);
	const char *action = spam ? "reject" : "no action";

	text_put(&g->line, "rspamd: %s score=%s%u.%u action=%s symbols: Action: %s", m->id,
		 spam ? "" : "-", whole, tenth, action, action);
	for (uint32_t i = 0; i < n; i++)
		text_put(&g->line, "  Symbol: %s",
			 rspamd_rules[rng_below(&g->rng, COUNT(rspamd_rules))]);
	text_put(&g->line, "  Message-ID: %s", m->message_id);
	text_into(verdict, "rspamd reject score=%u.%u", whole, tenth);
}

void
exim_score_line(struct gen *g, int64_t slot, const struct mail *m, const struct peer *p, bool spam,
		char verdict[REPLY_BYTES])
{
	uint32_t kind = rng_below(&g->rng, 100);

	exim_line(g, slot, m->pid, m->id);
	if (kind < 60)
		pmx_line(g, m, spam, verdict);
	else if (kind < 85)
		spamassassin_line(g, m, p, spam, verdict);
	else
		rspamd_line(g, m, spam, verdict);
	gen_end(g, slot, false);
}
