/* SPDX-License-Identifier: MIT */
/*
 * mime: GMime behind a table of function pointers, so that no start of the program pays for it.
 * Only memory streams; the parser keeps content as slices of the stream, which gives positions.
 */
#include "model/mime.h"

#include <dlfcn.h>
#include <gmime/gmime.h>

#define HEADER_MIN_LINES 3
#define HEADER_MAX_BYTES (256u << 10)
#define BOUNDARIES_MAX   4000 /* lines that begin with "--" */

/* Every function of GMime and GObject that is called, once. */
#define GMIME_FUNCTIONS(X)                                                                         \
	X(g_mime_init, void, (void))                                                               \
	X(g_mime_stream_mem_new_with_buffer, GMimeStream *, (const char *, size_t))                \
	X(g_mime_parser_new_with_stream, GMimeParser *, (GMimeStream *))                           \
	X(g_mime_parser_construct_message, GMimeMessage *, (GMimeParser *, GMimeParserOptions *))  \
	X(g_mime_message_get_mime_part, GMimeObject *, (GMimeMessage *))                           \
	X(g_mime_message_part_get_message, GMimeMessage *, (GMimeMessagePart *))                   \
	X(g_mime_multipart_get_count, int, (GMimeMultipart *))                                     \
	X(g_mime_multipart_get_part, GMimeObject *, (GMimeMultipart *, int))                       \
	X(g_mime_part_get_content, GMimeDataWrapper *, (GMimePart *))                              \
	X(g_mime_data_wrapper_get_stream, GMimeStream *, (GMimeDataWrapper *))                     \
	X(g_mime_data_wrapper_get_encoding, GMimeContentEncoding, (GMimeDataWrapper *))            \
	X(g_mime_object_get_content_type, GMimeContentType *, (GMimeObject *))                     \
	X(g_mime_content_type_is_type, gboolean, (GMimeContentType *, const char *, const char *)) \
	X(g_mime_content_type_get_parameter, const char *, (GMimeContentType *, const char *))     \
	X(g_mime_object_get_header_list, GMimeHeaderList *, (GMimeObject *))                       \
	X(g_mime_header_list_get_header_at, GMimeHeader *, (GMimeHeaderList *, int))               \
	X(g_mime_header_list_get_count, int, (GMimeHeaderList *))                                  \
	X(g_mime_header_get_offset, gint64, (GMimeHeader *))                                       \
	X(g_mime_object_get_header, const char *, (GMimeObject *, const char *))                   \
	X(g_mime_multipart_get_type, GType, (void))                                                \
	X(g_mime_message_part_get_type, GType, (void))                                             \
	X(g_mime_part_get_type, GType, (void))                                                     \
	X(g_type_check_instance_is_a, gboolean, (GTypeInstance *, GType))                          \
	X(g_object_unref, void, (gpointer))

#define AS_MEMBER(name, result, arguments) result(*name) arguments;
#define AS_NAME(name, result, arguments)   #name,
struct gmime {
	GMIME_FUNCTIONS(AS_MEMBER)
};
static const char *const gmime_names[] = { GMIME_FUNCTIONS(AS_NAME) };
_Static_assert(sizeof(struct gmime) ==
		       sizeof(gmime_names) / sizeof(gmime_names[0]) * sizeof(void *),
	       "one name per member");

/* NULL when the library is absent or too old. Loaded once per process. */
static const struct gmime *
gmime_load(void)
{
	static struct gmime table;
	static bool tried, usable;

	if (tried)
		return usable ? &table : NULL;
	tried = true;
	void *library = dlopen("libgmime-3.0.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return NULL;
	for (size_t i = 0; i < sizeof(gmime_names) / sizeof(gmime_names[0]); i++) {
		void *address = dlsym(library, gmime_names[i]);

		if (!address)
			return NULL;
		/* ISO C knows no cast between object and function pointers; POSIX does. */
		memcpy((char *)&table + i * sizeof(address), &address, sizeof(address));
	}
	table.g_mime_init();
	usable = true;
	return &table;
}

/* --- is it a mail --- */

/* "Name: " at the head of a line; the length of the name, or 0. */
static size_t
header_name(struct str line)
{
	size_t n = 0;

	while (n < line.n && (char_is_alnum(line.p[n]) || line.p[n] == '-' || line.p[n] == '_'))
		n++;
	return n > 1 && n < line.n && line.p[n] == ':' ? n : 0;
}

/* A saved mailbox begins with a "From " line that is no header. */
static size_t
skip_mbox_line(struct str s)
{
	if (!str_starts(s, STR("From ")) && !str_starts(s, STR(">From ")))
		return 0;
	size_t end = line_end(s, 0);
	return end < s.n ? end + 1 : 0;
}

bool
mime_is_mail(struct str s)
{
	static const char *const telling[] = {
		"Received", "Return-Path", "Message-ID",   "MIME-Version",   "Content-Type",
		"Date",     "From",        "Delivered-To", "DKIM-Signature", "X-Failed-Recipients"
	};
	size_t lines = 0, known = 0;

	for (size_t at = skip_mbox_line(s); at < s.n && lines < 64;) {
		size_t end = line_end(s, at);
		struct str line = str_slice(s, at, end);

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0)
			break;
		at = end + 1;
		if (char_is_blank(line.p[0]) && lines > 0)
			continue;
		size_t n = header_name(line);
		if (n == 0)
			return false;
		lines++;
		for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
			known += str_eq_nocase(str_slice(line, 0, n), str_from(telling[i]));
	}
	return lines >= HEADER_MIN_LINES && known >= 2;
}

/* --- the walk --- */

struct walk {
	const struct gmime *g;
	struct str mail; /* what GMime sees */
	size_t base;     /* where that begins in the paste */
	struct mime_part *parts;
	size_t n;
};

static void
add_part(struct walk *w, size_t start, size_t end, enum paste_zone zone,
	 enum mime_encoding encoding, const char *charset)
{
	/* Ascending order is what the map of the paste rests on; GMime keeps to it. */
	size_t floor = w->n > 0 ? w->parts[w->n - 1].end : 0;

	if (start + w->base < floor)
		start = floor - w->base;
	if (end > w->mail.n)
		end = w->mail.n;
	if (start >= end || w->n == MIME_MAX_PARTS)
		return;
	struct mime_part *p = &w->parts[w->n++];
	*p = (struct mime_part){
		.start = start + w->base, .end = end + w->base, .zone = zone, .encoding = encoding
	};
	if (charset && strlen(charset) < sizeof(p->charset))
		memcpy(p->charset, charset, strlen(charset) + 1);
}

static bool
is_a(const struct walk *w, GMimeObject *o, GType type)
{
	return w->g->g_type_check_instance_is_a((GTypeInstance *)o, type) != 0;
}

static bool
has_type(const struct walk *w, GMimeObject *o, const char *type, const char *subtype)
{
	GMimeContentType *t = o ? w->g->g_mime_object_get_content_type(o) : NULL;
	return t && w->g->g_mime_content_type_is_type(t, type, subtype);
}

static void
add_header(struct walk *w, GMimeMessage *m, enum paste_zone zone)
{
	GMimeHeaderList *list = w->g->g_mime_object_get_header_list((GMimeObject *)m);
	GMimeHeader *first = list && w->g->g_mime_header_list_get_count(list) > 0
				     ? w->g->g_mime_header_list_get_header_at(list, 0)
				     : NULL;
	gint64 offset = first ? w->g->g_mime_header_get_offset(first) : -1;

	if (offset < 0 || (size_t)offset >= w->mail.n)
		return;
	size_t end = (size_t)offset;
	while (end < w->mail.n) {
		size_t stop = line_end(w->mail, end);
		bool empty = stop == end || (stop == end + 1 && w->mail.p[end] == '\r');

		if (empty)
			break;
		end = stop + 1;
	}
	add_part(w, (size_t)offset, end, zone, MIME_IDENTITY, NULL);
}

static void
add_content(struct walk *w, GMimeObject *o, enum paste_zone zone)
{
	GMimeDataWrapper *content = w->g->g_mime_part_get_content((GMimePart *)o);
	GMimeStream *stream = content ? w->g->g_mime_data_wrapper_get_stream(content) : NULL;
	GMimeContentType *type = w->g->g_mime_object_get_content_type(o);

	if (!stream || stream->bound_start < 0)
		return;
	enum mime_encoding encoding = MIME_IDENTITY;
	switch (w->g->g_mime_data_wrapper_get_encoding(content)) {
	case GMIME_CONTENT_ENCODING_BASE64:
		encoding = MIME_BASE64;
		break;
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		encoding = MIME_QP;
		break;
	default:
		break;
	}
	size_t end = stream->bound_end < 0 ? w->mail.n : (size_t)stream->bound_end;
	add_part(w, (size_t)stream->bound_start, end, zone, encoding,
		 type ? w->g->g_mime_content_type_get_parameter(type, "charset") : NULL);
}

static bool
is_daemon(const struct walk *w, GMimeMessage *m)
{
	const char *from = w->g->g_mime_object_get_header((GMimeObject *)m, "From");
	struct str s = str_from(from ? from : "");

	return str_find_nocase(s, STR("mailer-daemon"), 0) != STR_NPOS ||
	       str_find_nocase(s, STR("postmaster@"), 0) != STR_NPOS;
}

static void walk_object(struct walk *w, GMimeObject *o, enum paste_zone zone, bool report,
			int depth);

/* A bounce may itself be attached to a mail: its header is then again a bounce's header. */
static void
walk_message(struct walk *w, GMimeMessage *m, bool in_report, int depth)
{
	GMimeObject *body = w->g->g_mime_message_get_mime_part(m);
	bool bounce = depth == 0 ||
		      (!in_report && (is_daemon(w, m) || has_type(w, body, "multipart", "report")));

	add_header(w, m, bounce ? ZONE_HEAD : ZONE_RETURNED);
	if (body)
		walk_object(w, body, in_report ? ZONE_CONTENT : ZONE_TEXT, false, depth + 1);
}

static void
walk_object(struct walk *w, GMimeObject *o, enum paste_zone zone, bool report, int depth)
{
	if (depth > MIME_MAX_DEPTH || w->n == MIME_MAX_PARTS)
		return;
	if (is_a(w, o, w->g->g_mime_multipart_get_type())) {
		int n = w->g->g_mime_multipart_get_count((GMimeMultipart *)o);
		bool is_report = report || has_type(w, o, "multipart", "report");

		for (int i = 0; i < n && i < MIME_MAX_PARTS; i++)
			walk_object(w, w->g->g_mime_multipart_get_part((GMimeMultipart *)o, i),
				    zone, is_report, depth + 1);
		return;
	}
	if (is_a(w, o, w->g->g_mime_message_part_get_type())) {
		GMimeMessage *m = w->g->g_mime_message_part_get_message((GMimeMessagePart *)o);

		if (m)
			walk_message(w, m, report || zone == ZONE_CONTENT, depth + 1);
		return;
	}
	if (!is_a(w, o, w->g->g_mime_part_get_type()))
		return;
	if (has_type(w, o, "message", "*"))
		add_content(w, o, ZONE_STATUS);
	else if (has_type(w, o, "text", "rfc822-headers"))
		add_content(w, o, ZONE_RETURNED);
	else if (has_type(w, o, "text", "*"))
		add_content(w, o, zone);
}

/* Thousands of parts or headers are nobody's bounce: such a mail is read as flat text. */
static bool
is_reasonable(struct str mail)
{
	size_t parts = 0;
	size_t header = str_find(mail, STR("\n\n"), 0);

	if (header == STR_NPOS)
		header = str_find(mail, STR("\n\r\n"), 0);
	if (header == STR_NPOS || header > HEADER_MAX_BYTES)
		return false;
	for (size_t at = str_find(mail, STR("\n--"), 0); at != STR_NPOS && parts <= BOUNDARIES_MAX;
	     at = str_find(mail, STR("\n--"), at + 1))
		parts++;
	return parts <= BOUNDARIES_MAX;
}

size_t
mime_parts(struct str s, struct mime_part parts[MIME_MAX_PARTS])
{
	struct walk w = { .base = skip_mbox_line(s), .parts = parts };

	w.mail = str_skip(s, w.base);
	if (!is_reasonable(w.mail) || !(w.g = gmime_load()))
		return 0;
	GMimeStream *stream = w.g->g_mime_stream_mem_new_with_buffer(w.mail.p, w.mail.n);
	GMimeParser *parser = w.g->g_mime_parser_new_with_stream(stream);
	GMimeMessage *m = w.g->g_mime_parser_construct_message(parser, NULL);

	if (m) {
		walk_message(&w, m, false, 0);
		w.g->g_object_unref(m);
	}
	w.g->g_object_unref(parser);
	w.g->g_object_unref(stream);
	return w.n;
}
