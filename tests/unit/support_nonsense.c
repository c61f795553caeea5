/* SPDX-License-Identifier: MIT */
#include "support_nonsense.h"

unsigned
nonsense_dice(struct nonsense *n, unsigned sides)
{
	n->seed ^= n->seed << 13;
	n->seed ^= n->seed >> 7;
	n->seed ^= n->seed << 17;
	return (unsigned)((n->seed >> 11) % sides);
}

static void
digits_of(struct nonsense *n, struct strbuf *out, size_t digits, const char *set, unsigned set_n)
{
	for (size_t i = 0; i < digits; i++)
		strbuf_add_char(out, set[nonsense_dice(n, set_n)]);
}

void
nonsense_hex(struct nonsense *n, struct strbuf *out, size_t digits)
{
	digits_of(n, out, digits, "0123456789ABCDEF", 16);
}

void
nonsense_base62(struct nonsense *n, struct strbuf *out, size_t digits)
{
	digits_of(n, out, digits, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
		  62);
}

/* --- pieces, some of which the logs of tests/samples know --- */

static void
add_word(struct nonsense *n, struct strbuf *out)
{
	static const char *const words[] = {
		"the",        "server",  "message",   "rejected", "delivery", "spam",
		"of",         "invoice", "to",        "from",     "address",  "user",
		"unknown",    "host",    "queue",     "relay",    "policy",   "mailbox",
		"denied",     "please",  "retry",     "und",      "nicht",    "wurde",
		"zustellbar", "le",      "courrier",  "pour",     "blue",     "mountain",
		"seven",      "id",      "reference", "session",  "milter",   "score",
		"high",       "too",     "failed",    "after",    "data",     "temporarily",
	};

	strbuf_add_text(out, words[nonsense_dice(n, sizeof(words) / sizeof(words[0]))]);
}

static void
add_words(struct nonsense *n, struct strbuf *out, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		add_word(n, out);
		strbuf_add_char(out, i % 11 == 10 ? '\n' : ' ');
	}
}

static void
add_ip(struct nonsense *n, struct strbuf *out)
{
	static const char *const known[] = { "127.0.20.1", "127.198.122.228", "127.198.139.142" };

	if (nonsense_dice(n, 4) == 0)
		strbuf_add_text(out, known[nonsense_dice(n, 3)]);
	else
		strbuf_printf(out, "203.0.113.%u", nonsense_dice(n, 254) + 1);
}

static void
add_address(struct nonsense *n, struct strbuf *out)
{
	static const char *const known[] = { "info@postfix.gw.example",
					     "dimitris@postfix.gw.example", "alice@exim.gw.example",
					     "bill.smith@greylister.example" };

	if (nonsense_dice(n, 4) == 0) {
		strbuf_add_text(out, known[nonsense_dice(n, 4)]);
		return;
	}
	add_word(n, out);
	strbuf_printf(out, "%u@", nonsense_dice(n, 1000));
	add_word(n, out);
	strbuf_add_text(out, "-site.example");
}

/* Mostly of the day that the logs are of. */
static void
add_time(struct nonsense *n, struct strbuf *out)
{
	strbuf_printf(out, "%s-%02u %02u:%02u:%02u", nonsense_dice(n, 3) ? "2026-11" : "2025-06",
		      nonsense_dice(n, 2) ? 21 : 20, 15 + nonsense_dice(n, 2), nonsense_dice(n, 60),
		      nonsense_dice(n, 60));
}

/* --- texts --- */

typedef void text_maker(struct nonsense *n, struct strbuf *out);

static void
make_words(struct nonsense *n, struct strbuf *out)
{
	add_words(n, out, 5 + nonsense_dice(n, 120));
}

static void
make_code(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 12; i++) {
		strbuf_add_text(out, "\tif (");
		add_word(n, out);
		strbuf_printf(out, "[%u] == 0x", nonsense_dice(n, 600));
		nonsense_hex(n, out, 8);
		strbuf_add_text(out, ")\n\t\treturn -E");
		nonsense_hex(n, out, 5);
		strbuf_add_text(out, ";\n");
	}
}

static void
make_csv(struct nonsense *n, struct strbuf *out)
{
	strbuf_add_text(out, "id,time,address,ip,amount\n");
	for (unsigned i = 0; i < 15; i++) {
		strbuf_printf(out, "%u,", 100000 + nonsense_dice(n, 899999));
		add_time(n, out);
		strbuf_add_char(out, ',');
		add_address(n, out);
		strbuf_add_char(out, ',');
		add_ip(n, out);
		strbuf_printf(out, ",%u.%02u\n", nonsense_dice(n, 600), nonsense_dice(n, 100));
	}
}

static void
make_web_log(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 8; i++) {
		add_ip(n, out);
		strbuf_printf(out, " - - [21/Nov/2026:16:%02u:%02u +0000] \"GET /",
			      nonsense_dice(n, 60), nonsense_dice(n, 60));
		nonsense_base62(n, out, 16);
		strbuf_printf(out, " HTTP/1.1\" %u %u\n", 400 + nonsense_dice(n, 160),
			      nonsense_dice(n, 9999));
	}
}

static void
make_login_log(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 8; i++) {
		strbuf_printf(out, "Nov 21 16:%02u:%02u web2 sshd[%u]: Failed password for ",
			      nonsense_dice(n, 60), nonsense_dice(n, 60), nonsense_dice(n, 32000));
		add_word(n, out);
		strbuf_add_text(out, " from ");
		add_ip(n, out);
		strbuf_printf(out, " port %u ssh2\n", 1024 + nonsense_dice(n, 60000));
	}
}

static void
make_mailbox_log(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 6; i++) {
		strbuf_printf(out, "Nov 21 16:%02u:%02u store dovecot: lmtp(", nonsense_dice(n, 60),
			      nonsense_dice(n, 60));
		add_address(n, out);
		strbuf_add_text(out, ")<4711><");
		nonsense_base62(n, out, 22);
		strbuf_add_text(out, ">: msgid=<");
		nonsense_hex(n, out, 12);
		strbuf_add_text(out, "@pc.example>: saved mail to INBOX\n");
	}
}

static void
make_letter(struct nonsense *n, struct strbuf *out)
{
	strbuf_add_text(out, "From: ");
	add_address(n, out);
	strbuf_add_text(out, "\nTo: ");
	add_address(n, out);
	strbuf_printf(out,
		      "\nSubject: Re: test\nDate: Sat, 21 Nov 2026 16:%02u:%02u +0000\n"
		      "Message-ID: <",
		      nonsense_dice(n, 60), nonsense_dice(n, 60));
	nonsense_hex(n, out, 14);
	strbuf_add_text(out, "@pc.example>\nReceived: from pc.example ([");
	add_ip(n, out);
	strbuf_add_text(out, "])\n\tby mx1.other.example with esmtp id ");
	nonsense_hex(n, out, 10);
	strbuf_add_text(out, "\n\n");
	add_words(n, out, 60);
}

static void
make_base64(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 10; i++) {
		nonsense_base62(n, out, 64);
		strbuf_add_char(out, '\n');
	}
}

static void
make_unicode(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 90; i++) {
		unsigned c = 0x400 + nonsense_dice(n, 0x400);

		strbuf_add_char(out, (char)(0xc0 | c >> 6));
		strbuf_add_char(out, (char)(0x80 | (c & 0x3f)));
		if (nonsense_dice(n, 6) == 0)
			strbuf_add_char(out, ' ');
	}
}

static void
make_bytes(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 400; i++)
		strbuf_add_char(out, (char)nonsense_dice(n, 256));
}

static void
make_numbers(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 30; i++)
		strbuf_printf(out, "%u%c", nonsense_dice(n, 1u << 30), i % 5 == 4 ? '\n' : ' ');
}

static void
make_hashes(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 8; i++) {
		nonsense_hex(n, out, 32);
		strbuf_add_text(out, "  file.");
		nonsense_hex(n, out, 4);
		strbuf_add_char(out, '\n');
	}
}

static void
make_json(struct nonsense *n, struct strbuf *out)
{
	strbuf_add_text(out, "{\"error\":{\"code\":550,\"id\":\"");
	nonsense_base62(n, out, 12);
	strbuf_add_text(out, "\",\"host\":\"");
	add_word(n, out);
	strbuf_add_text(out, ".example\",\"ip\":\"");
	add_ip(n, out);
	strbuf_add_text(out, "\",\"message\":\"");
	add_words(n, out, 8);
	strbuf_add_text(out, "\"}}\n");
}

/* Exim IDs of the minutes that the logs cover, which nobody issued. */
static void
make_exim_ids(struct nonsense *n, struct strbuf *out)
{
	static const char *const minutes[] = { "1xUnSv", "1xUnV2", "1xUnm6", "1xUnm7", "1xUnsh" };

	for (unsigned i = 1 + nonsense_dice(n, 3); i > 0; i--) {
		strbuf_add_text(out, minutes[nonsense_dice(n, 5)]);
		strbuf_add_text(out, "-000");
		nonsense_base62(n, out, 3);
		strbuf_add_char(out, '-');
		nonsense_base62(n, out, 2);
		strbuf_add_char(out, '\n');
	}
}

/* Short queue IDs like those of the logs' seconds. */
static void
make_queue_ids(struct nonsense *n, struct strbuf *out)
{
	static const char *const heads[] = { "1A", "3B", "7F", "0C", "E2" };

	strbuf_add_text(out, "id ");
	strbuf_add_text(out, heads[nonsense_dice(n, 5)]);
	nonsense_hex(n, out, 3);
	strbuf_add_text(out, "567");
	nonsense_hex(n, out, 3);
}

static void
make_reference(struct nonsense *n, struct strbuf *out)
{
	strbuf_add_text(out, "550 5.7.1 ");
	add_words(n, out, 6);
	strbuf_add_text(out, "(milter id ");
	nonsense_hex(n, out, 11);
	strbuf_add_char(out, ')');
}

static void
make_refusal(struct nonsense *n, struct strbuf *out)
{
	strbuf_printf(out, "%u %u.%u.%u ", 550 + nonsense_dice(n, 5), 5u, nonsense_dice(n, 8),
		      nonsense_dice(n, 5));
	add_words(n, out, 10);
	add_address(n, out);
}

static void
make_ips(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 0; i < 12; i++) {
		add_ip(n, out);
		strbuf_add_char(out, '\n');
	}
}

static void
make_addresses(struct nonsense *n, struct strbuf *out)
{
	for (unsigned i = 1 + nonsense_dice(n, 12); i > 0; i--) {
		add_address(n, out);
		strbuf_add_text(out, ", ");
	}
}

/* A sentence with a moment in it: many sessions are of that minute. */
static void
make_appointment(struct nonsense *n, struct strbuf *out)
{
	add_words(n, out, 6);
	strbuf_add_text(out, "at ");
	add_time(n, out);
	strbuf_add_text(out, " with ");
	add_address(n, out);
	strbuf_add_char(out, ' ');
	add_words(n, out, 6);
}

static const struct kind {
	const char *name;
	text_maker *make;
} kinds[] = {
	{ "words", make_words },
	{ "code", make_code },
	{ "csv", make_csv },
	{ "web log", make_web_log },
	{ "login log", make_login_log },
	{ "mailbox log", make_mailbox_log },
	{ "letter", make_letter },
	{ "base64", make_base64 },
	{ "unicode", make_unicode },
	{ "bytes", make_bytes },
	{ "numbers", make_numbers },
	{ "hashes", make_hashes },
	{ "json", make_json },
	{ "exim ids", make_exim_ids },
	{ "queue ids", make_queue_ids },
	{ "reference", make_reference },
	{ "refusal", make_refusal },
	{ "ips", make_ips },
	{ "addresses", make_addresses },
	{ "appointment", make_appointment },
};

const char *
nonsense_text(struct nonsense *n, unsigned i, struct strbuf *out)
{
	const struct kind *k = &kinds[i % (sizeof(kinds) / sizeof(kinds[0]))];

	k->make(n, out);
	return k->name;
}
