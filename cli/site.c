/* SPDX-License-Identifier: MIT */
/* site: see the header. */
#include "cli/site.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cli/session_output.h"

#define GUESS_SETTING "site"
#define SAMPLE        400 /* sessions looked at for a guess */
#define FEW           40  /* sessions that tell nothing of who is a stranger */
#define WORLD         8   /* domains: more than one site has, mostly */
#define SAMPLE_LINES  40  /* sessions whose lines are read again */
#define MOST_VALUES   64

static int
add_gateways(struct cli *c, struct err *e)
{
	struct store_source *sources;
	size_t n;

	if (store_sources(c->store, &c->arena, &sources, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (sources[i].gateway.n > 0)
			config_add(&c->config.ours.hosts, &c->config.ours.n_hosts,
				   sources[i].gateway, &c->arena);
	return 0;
}

int
site_load(struct cli *c, struct err *e)
{
	struct str guess;

	if (c->config.path.n == 0) {
		if (store_setting(c->store, GUESS_SETTING, &c->arena, &guess, e) < 0)
			return -1;
		if (config_parse(guess, &c->config, &c->arena, e) < 0)
			return -1;
		c->config.ours.guessed = true;
	}
	return add_gateways(c, e);
}

/* --- the guess --- */

struct tally {
	struct str value[MOST_VALUES];
	size_t count[MOST_VALUES];
	bool insider[MOST_VALUES]; /* of peers: no stranger */
	size_t n;
};

static void
tally_add(struct tally *t, struct str value, struct arena *a)
{
	if (value.n == 0)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (str_eq_nocase(t->value[i], value)) {
			t->count[i]++;
			return;
		}
	if (t->n < MOST_VALUES) {
		t->value[t->n] = arena_str(a, value);
		t->count[t->n++] = 1;
	}
}

static void
tally_domain_of(struct tally *t, struct str address, struct arena *a)
{
	size_t at = str_rfind_char(address, '@');

	if (at != STR_NPOS)
		tally_add(t, str_skip(address, at + 1), a);
}

/* Mail that strangers send in and that we take or greylist is for our own domains. */
static void
tally_domains(struct tally *t, const struct session *s, struct arena *a)
{
	/* Bounces without a client are our own, and go to strangers. */
	if ((s->direction != DIRECTION_IN && s->direction != DIRECTION_BOUNCE) || s->peer_ip.n == 0)
		return;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		if (r->verdict == VERDICT_ACCEPTED || r->verdict == VERDICT_DEFERRED)
			tally_domain_of(t, r->original.n ? r->original : r->address, a);
	}
}

/* The domains that one peer sends to. */
static size_t
domains_sent_to(const struct session_page *page, struct str ip, struct arena *a)
{
	struct tally *to = arena_zalloc(a, sizeof(*to));

	for (size_t i = 0; i < page->n; i++)
		if (str_eq(page->sessions[i].peer_ip, ip))
			tally_domains(to, &page->sessions[i], a);
	return to->n;
}

/*
 * No stranger is who has a private address, nor one peer that brings much of all mail and for all
 * the world: a list server, or a mail store of ours.
 */
static void
find_insiders(struct tally *peers, const struct session_page *page, struct arena *a)
{
	for (size_t i = 0; i < peers->n; i++)
		peers->insider[i] = ours_is_private(peers->value[i]) ||
				    (page->n >= FEW && peers->count[i] * 8 >= page->n &&
				     domains_sent_to(page, peers->value[i], a) >= WORLD);
}

static bool
is_stranger(const struct tally *peers, struct str ip)
{
	for (size_t i = 0; i < peers->n; i++)
		if (str_eq(peers->value[i], ip))
			return !peers->insider[i];
	return !ours_is_private(ip);
}

struct address_visit {
	struct tally *tally;
	struct arena *arena;
};

static int
tally_address(void *arg, const struct record *r, struct err *e)
{
	struct address_visit *v = arg;

	(void)e;
	tally_add(v->tally, r->fragment.local_ip, v->arena);
	return 0;
}

static int
tally_addresses(struct cli *c, struct tally *t, const struct session *s, struct err *e)
{
	struct address_visit v = { t, &c->arena };
	struct stored_line *lines;
	size_t n;

	if (store_session_lines(c->store, s, &c->arena, &lines, &n, e) < 0)
		return -1;
	return stored_lines_read(lines, n, tally_address, &v, e);
}

static size_t
tally_total(const struct tally *t)
{
	size_t total = 0;

	for (size_t i = 0; i < t->n; i++)
		total += t->count[i];
	return total;
}

static void
take_frequent(const struct tally *t, size_t one_in, struct str **list, size_t *n, struct arena *a)
{
	size_t total = tally_total(t);

	for (size_t i = 0; i < t->n; i++)
		if (t->count[i] * one_in >= total)
			config_add(list, n, t->value[i], a);
}

static int
make_guess(struct cli *c, struct config *guess, struct err *e)
{
	struct page_query q = { .most = SAMPLE };
	struct session_page page;
	struct tally *domains = arena_zalloc(&c->arena, sizeof(*domains));
	struct tally *senders = arena_zalloc(&c->arena, sizeof(*senders));
	struct tally *peers = arena_zalloc(&c->arena, sizeof(*peers));
	struct tally *addresses = arena_zalloc(&c->arena, sizeof(*addresses));

	if (store_page(c->store, &q, &c->arena, &page, e) < 0)
		return -1;
	for (size_t i = 0; i < page.n; i++)
		tally_add(peers, page.sessions[i].peer_ip, &c->arena);
	find_insiders(peers, &page, &c->arena);
	for (size_t i = 0; i < page.n; i++) {
		const struct session *s = &page.sessions[i];

		if (is_stranger(peers, s->peer_ip))
			tally_domains(domains, s, &c->arena);
		else
			tally_domain_of(senders, s->sender, &c->arena);
		if (i < SAMPLE_LINES && tally_addresses(c, addresses, &page.sessions[i], e) < 0)
			return -1;
	}
	guess->ours.hosts = c->config.ours.hosts;
	guess->ours.n_hosts = c->config.ours.n_hosts;
	take_frequent(domains, 50, &guess->ours.domains, &guess->ours.n_domains, &c->arena);
	/* Few mails of such peers tell nothing of what they send from. */
	if (tally_total(senders) * 8 >= page.n)
		take_frequent(senders, 2, &guess->ours.domains, &guess->ours.n_domains, &c->arena);
	take_frequent(addresses, 20, &guess->ours.addresses, &guess->ours.n_addresses, &c->arena);
	return 0;
}

static int
save_file(struct str path, struct str text, struct err *e)
{
	char *directory = xstrndup(path);
	FILE *out;
	int rc = 0;

	/* Only the last two levels may be missing: ~/.config/postern. */
	for (char *slash = directory + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(directory, 0700);
		*slash = '/';
	}
	free(directory);
	out = fopen(path.p, "wx");
	if (!out)
		return err_set(e, ERR_IO, "%.*s: %s", STR_ARG(path), strerror(errno));
	fwrite(text.p, 1, text.n, out);
	if (ferror(out))
		rc = err_set(e, ERR_IO, "%.*s: %s", STR_ARG(path), strerror(errno));
	if (fclose(out) != 0 && rc == 0)
		rc = err_set(e, ERR_IO, "%.*s: %s", STR_ARG(path), strerror(errno));
	return rc;
}

static int
offer_to_save(struct cli *c, struct str text, struct err *e)
{
	struct str path = config_user_path(&c->arena);
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		fprintf(stderr, "If it is wrong, write %.*s.\n", STR_ARG(path));
		return 0;
	}
	fprintf(stderr, "Is this right? y saves it as %.*s, anything else leaves it a guess: ",
		STR_ARG(path));
	if (!fgets(answer, sizeof(answer), stdin) || (answer[0] != 'y' && answer[0] != 'Y'))
		return 0;
	return save_file(path, text, e);
}

/*
 * A guess does not change under the operator, but another gateway's log may name more domains of
 * ours.
 */
static int
extend_guess(struct cli *c, struct str known, const struct config *guess, struct err *e)
{
	struct config now = { 0 };
	struct strbuf text;
	int rc = 0;

	if (config_parse(known, &now, &c->arena, e) < 0)
		return -1;
	size_t before = now.ours.n_domains;
	for (size_t i = 0; i < guess->ours.n_domains; i++)
		if (!ours_is_domain(&now.ours, guess->ours.domains[i]))
			config_add(&now.ours.domains, &now.ours.n_domains, guess->ours.domains[i],
				   &c->arena);
	if (now.ours.n_domains == before)
		return 0;
	strbuf_init(&text, 1 << 16);
	config_write(&now, &text);
	rc = store_set_setting(c->store, GUESS_SETTING, strbuf_str(&text), e);
	strbuf_release(&text);
	fputs("\nSeems to be ours as well:", stderr);
	for (size_t i = before; i < now.ours.n_domains; i++) {
		fputc(' ', stderr);
		print_clean(stderr, now.ours.domains[i]);
	}
	fputc('\n', stderr);
	return rc;
}

int
site_guess(struct cli *c, struct err *e)
{
	struct config guess = { 0 };
	struct strbuf text;
	struct str known;
	int rc = -1;

	if (c->config.path.n > 0)
		return 0;
	strbuf_init(&text, 1 << 16);
	if (add_gateways(c, e) < 0 || make_guess(c, &guess, e) < 0 ||
	    store_setting(c->store, GUESS_SETTING, &c->arena, &known, e) < 0)
		goto out;
	if (guess.ours.n_domains == 0) {
		rc = 0; /* too little to go by; the next import tries again */
		goto out;
	}
	if (known.n > 0) {
		rc = extend_guess(c, known, &guess, e);
		goto out;
	}
	config_write(&guess, &text);
	if (store_set_setting(c->store, GUESS_SETTING, strbuf_str(&text), e) < 0)
		goto out;
	fputs("\nWhat seems to be ours, by these logs:\n", stderr);
	print_clean_lines(stderr, strbuf_str(&text));
	rc = offer_to_save(c, strbuf_str(&text), e);
out:
	strbuf_release(&text);
	return rc;
}
