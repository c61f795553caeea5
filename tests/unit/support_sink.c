/* SPDX-License-Identifier: MIT */
#include "support_sink.h"

#include <stdlib.h>

#include "base/hash.h"

static struct memory *
of_sink(struct sink *s)
{
	return (struct memory *)(void *)s; /* first member */
}

static struct memory *
of_book(struct source_book *b)
{
	return (struct memory *)(void *)((char *)b - offsetof(struct memory, book));
}

static int
sink_source(struct sink *s, uint32_t source, struct err *e)
{
	struct memory *m = of_sink(s);
	if (source >= m->size.n_sources)
		return err_set(e, ERR_DB, "no source %u", (unsigned)source);
	m->source = source;
	return 0;
}

static int
sink_line(struct sink *s, struct str text, enum line_class hint, line_ref *ref, struct err *e)
{
	struct memory *m = of_sink(s);
	(void)hint;
	if (m->lines_until_failure > 0 && --m->lines_until_failure == 0)
		return err_set(e, ERR_DB, "disk full");
	m->lines = mem_grow(m->lines, &m->cap_lines, m->size.n_lines + 1, sizeof(*m->lines));
	*ref = m->size.n_lines;
	m->lines[m->size.n_lines++] = (struct kept_line){
		.text = arena_str(&m->arena, text),
		.source = m->source,
	};
	return 0;
}

static int
sink_record(struct sink *s, const struct record *r, struct err *e)
{
	struct memory *m = of_sink(s);
	(void)e;
	m->records =
		mem_grow(m->records, &m->cap_records, m->size.n_records + 1, sizeof(*m->records));
	struct kept_record *k = &m->records[m->size.n_records++];
	*k = (struct kept_record){ .n_lines = r->n_lines,
				   .class = r->class,
				   .time_us = r->fragment.time_us };
	k->lines = arena_alloc(&m->arena, r->n_lines * sizeof(*k->lines));
	memcpy(k->lines, r->lines, r->n_lines * sizeof(*k->lines));
	k->gateway = r->gateway.n > 0 ? arena_str(&m->arena, r->gateway)
				      : m->sources[m->source].info.gateway;
	return 0;
}

static void
set_pending(struct memory *m, struct kept_source *k, const line_ref *pending, size_t n)
{
	k->pending = arena_alloc(&m->arena, (n + 1) * sizeof(*pending));
	if (n > 0)
		memcpy(k->pending, pending, n * sizeof(*pending));
	k->n_pending = (uint32_t)n;
	k->info.pending = k->pending;
	k->info.n_pending = n;
}

static int
sink_mark(struct sink *s, const struct source_mark *mark, const line_ref *pending, size_t n,
	  struct err *e)
{
	struct memory *m = of_sink(s);
	(void)e;
	m->sources[m->source].info.mark = *mark;
	set_pending(m, &m->sources[m->source], pending, n);
	return 0;
}

static int
sink_commit(struct sink *s, bool wait, struct err *e)
{
	(void)wait;
	struct memory *m = of_sink(s);
	(void)e;
	size_t bytes = m->size.n_sources * sizeof(*m->sources);
	m->committed = xrealloc(m->committed, bytes);
	if (bytes > 0)
		memcpy(m->committed, m->sources, bytes);
	m->committed_size = m->size;
	m->commits++;
	return 0;
}

/* True if the source's text begins with head. */
static bool
text_starts(const struct memory *m, uint32_t source, struct str head)
{
	for (size_t i = 0; i < m->size.n_lines && head.n > 0; i++) {
		if (m->lines[i].source != source)
			continue;
		struct str line = m->lines[i].text;
		if (head.n <= line.n)
			return str_starts(line, head);
		if (!str_starts(head, line) || head.p[line.n] != '\n')
			return false;
		head = str_skip(head, line.n + 1);
	}
	return head.n == 0;
}

static int
book_match(struct source_book *b, struct str head,
	   int (*visit)(void *arg, uint32_t source, const struct source_info *known, struct err *e),
	   void *arg, struct err *e)
{
	struct memory *m = of_book(b);
	int n = 0;
	for (uint32_t i = 0; i < m->size.n_sources; i++) {
		const struct source_mark *k = &m->sources[i].info.mark;
		bool fits = k->head_bytes <= head.n ? hash_bytes(str_slice(head, 0, k->head_bytes),
								 0) == k->head_hash
						    : text_starts(m, i, head);
		if (!fits)
			continue;
		n++;
		if (visit(arg, i, &m->sources[i].info, e) < 0)
			return -1;
	}
	return n;
}

static void
keep_info(struct memory *m, struct kept_source *k, const struct source_info *info)
{
	k->info = *info;
	k->info.path = arena_str(&m->arena, info->path);
	k->info.gateway = arena_str(&m->arena, info->gateway);
	set_pending(m, k, info->pending, info->n_pending);
}

static int
book_add(struct source_book *b, const struct source_info *info, uint32_t *source, struct err *e)
{
	struct memory *m = of_book(b);
	(void)e;
	m->sources =
		mem_grow(m->sources, &m->cap_sources, m->size.n_sources + 1, sizeof(*m->sources));
	*source = (uint32_t)m->size.n_sources++;
	keep_info(m, &m->sources[*source], info);
	return 0;
}

static int
book_update(struct source_book *b, uint32_t source, const struct source_info *info, struct err *e)
{
	struct memory *m = of_book(b);
	if (source >= m->size.n_sources)
		return err_set(e, ERR_DB, "no source %u", (unsigned)source);
	keep_info(m, &m->sources[source], info);
	return 0;
}

static int
book_gateway_of(struct source_book *b, struct str directory, struct arena *a, struct str *name,
		struct err *e)
{
	struct memory *m = of_book(b);
	(void)e;
	*name = STR("");
	for (size_t i = 0; i < m->size.n_directories; i++)
		if (str_eq(m->directories[i].path, directory))
			*name = arena_str(a, m->directories[i].gateway);
	return 0;
}

static int
book_remember(struct source_book *b, struct str directory, struct str name, struct err *e)
{
	struct memory *m = of_book(b);
	(void)e;
	m->directories = mem_grow(m->directories, &m->cap_directories, m->size.n_directories + 1,
				  sizeof(*m->directories));
	m->directories[m->size.n_directories++] = (struct kept_directory){
		.path = arena_str(&m->arena, directory),
		.gateway = arena_str(&m->arena, name),
	};
	return 0;
}

static int
book_sole_gateway(struct source_book *b, struct arena *a, struct str *name, struct err *e)
{
	struct memory *m = of_book(b);
	struct str sole = STR("");
	(void)e;
	*name = STR("");
	for (size_t i = 0; i < m->size.n_sources; i++) {
		struct str gateway = m->sources[i].info.gateway;
		if (m->sources[i].info.format && m->sources[i].info.format->is_scanner)
			continue;
		if (sole.n > 0 && !str_eq(sole, gateway))
			return 0;
		sole = gateway;
	}
	*name = arena_str(a, sole);
	return 0;
}

static int
book_stored_line(struct source_book *b, line_ref ref, struct arena *a, struct str *text,
		 struct err *e)
{
	struct memory *m = of_book(b);
	if (ref >= m->size.n_lines)
		return err_set(e, ERR_DB, "no line");
	*text = arena_str(a, m->lines[ref].text);
	return 0;
}

static int
book_sessions(struct source_book *b, uint32_t source, uint64_t *n, struct err *e)
{
	(void)b;
	(void)source;
	(void)e;
	*n = 0;
	return 0;
}

static const struct sink_ops sink_ops = {
	.source = sink_source,
	.line = sink_line,
	.record = sink_record,
	.mark = sink_mark,
	.commit = sink_commit,
};

static const struct source_book_ops book_ops = {
	.match = book_match,
	.add = book_add,
	.update = book_update,
	.gateway_of = book_gateway_of,
	.remember_gateway = book_remember,
	.sole_gateway = book_sole_gateway,
	.stored_line = book_stored_line,
	.sessions = book_sessions,
};

void
memory_init(struct memory *m)
{
	*m = (struct memory){ .sink.ops = &sink_ops, .book.ops = &book_ops };
}

void
memory_release(struct memory *m)
{
	free(m->lines);
	free(m->records);
	free(m->sources);
	free(m->committed);
	free(m->directories);
	arena_release(&m->arena);
	*m = (struct memory){ 0 };
}

void
memory_crash(struct memory *m)
{
	m->size = m->committed_size;
	if (m->size.n_sources > 0)
		memcpy(m->sources, m->committed, m->size.n_sources * sizeof(*m->sources));
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
add_sorted(struct strbuf *out, struct str *texts, size_t n)
{
	if (n > 1)
		qsort(texts, n, sizeof(*texts), by_text);
	for (size_t i = 0; i < n; i++) {
		strbuf_add(out, texts[i]);
		strbuf_add_char(out, '\n');
	}
}

static struct str
record_text(const struct memory *m, const struct kept_record *k, struct arena *a)
{
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_printf(&b, "%s %.*s", line_class_text(k->class), STR_ARG(k->gateway));
	for (size_t i = 0; i < k->n_lines; i++) {
		strbuf_add_char(&b, '|');
		strbuf_add(&b, m->lines[k->lines[i]].text);
	}
	struct str text = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return text;
}

void
memory_text(const struct memory *m, struct strbuf *out)
{
	struct arena a = { 0 };
	struct u64_table last = { 0 };
	struct str *texts = xcalloc(m->size.n_lines + m->size.n_records + 1, sizeof(*texts));
	size_t n = 0;
	for (size_t i = 0; i < m->size.n_lines; i++)
		texts[n++] = m->lines[i].text;
	add_sorted(out, texts, n);
	strbuf_add_text(out, "--\n");
	for (size_t i = 0; i < m->size.n_records; i++)
		u64_table_put(&last, m->records[i].lines[0], i);
	n = 0;
	for (size_t i = 0; i < m->size.n_records; i++)
		if (*u64_table_get(&last, m->records[i].lines[0]) == i)
			texts[n++] = record_text(m, &m->records[i], &a);
	add_sorted(out, texts, n);
	u64_table_release(&last);
	arena_release(&a);
	free(texts);
}
