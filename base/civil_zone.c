/* SPDX-License-Identifier: MIT */
/*
 * civil_zone: zones by name, and conversion both ways.
 * Every zone that was ever found stays in one list until the process ends; zones in it never
 * change, so threads may share them. The list itself is behind a lock.
 */
#include "base/civil.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

#include "base/civil_tzif.h"
#include "base/strbuf.h"

enum { FILE_MAX_BYTES = 256 << 10, NAME_MAX_BYTES = 80, DAY_S = 86400 };

static const char ZONEINFO[] = "/usr/share/zoneinfo";
static const char SYSTEM_ZONE[] = "/etc/localtime";

static struct zone_kind utc_kind = { .label = "UTC" };
static char utc_name[] = "UTC";
static const struct zone utc = { .name = utc_name, .kinds = &utc_kind, .n_kinds = 1 };

static struct zone *known;
static mtx_t known_lock;
static once_flag known_once = ONCE_FLAG_INIT;

static void
known_setup(void)
{
	if (mtx_init(&known_lock, mtx_plain) != thrd_success)
		fatal("no lock for time zones");
}

static int
read_file(const char *path, struct strbuf *out, struct err *e)
{
	FILE *in = fopen(path, "rbe");
	if (!in)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	char *to = strbuf_reserve(out, FILE_MAX_BYTES);
	size_t n = to ? fread(to, 1, FILE_MAX_BYTES, in) : 0;
	int failed = ferror(in);
	fclose(in);
	if (failed)
		return err_set(e, ERR_IO, "%s: cannot be read", path);
	out->n += n;
	return 0;
}

/* "+02:00", "+0200", "+02"; false if it is not of that form. */
static bool
parse_offset(struct str s, int *offset_s)
{
	if (s.n < 3 || s.n > 6 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	int digits[4] = { 0 };
	size_t n = 0;
	for (size_t i = 1; i < s.n; i++) {
		if (i == 3 && s.p[i] == ':' && s.n == 6)
			continue;
		if (!char_is_digit(s.p[i]) || n == 4)
			return false;
		digits[n++] = s.p[i] - '0';
	}
	int hours = digits[0] * 10 + digits[1];
	int minutes = digits[2] * 10 + digits[3];
	if ((n != 2 && n != 4) || hours > 23 || minutes > 59)
		return false;
	*offset_s = (s.p[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static void
load_offset(struct zone *z, int offset_s)
{
	int minutes = abs(offset_s) / 60;
	z->n_kinds = 1;
	z->kinds = xcalloc(1, sizeof(*z->kinds));
	z->kinds[0].offset_s = offset_s;
	snprintf(z->kinds[0].label, sizeof(z->kinds[0].label), "%c%02d%02d",
		 offset_s < 0 ? '-' : '+', minutes / 60 % 24, minutes % 60);
}

static bool
name_is_safe(struct str name)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES || !char_is_alpha(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!char_is_alnum(c) && c != '_' && c != '-' && c != '+' && c != '/')
			return false;
	}
	return true;
}

static int
load_file(struct zone *z, const char *path, struct err *e)
{
	struct strbuf bytes;
	strbuf_init(&bytes, FILE_MAX_BYTES);
	int rc = read_file(path, &bytes, e);
	if (rc == 0)
		rc = zone_load_tzif(z, strbuf_str(&bytes), e);
	strbuf_release(&bytes);
	return rc;
}

static int
load(struct zone *z, struct str name, struct err *e)
{
	int offset_s;
	if (parse_offset(name, &offset_s)) {
		load_offset(z, offset_s);
		return 0;
	}
	if (str_eq(name, str_from(SYSTEM_ZONE)))
		return load_file(z, SYSTEM_ZONE, e);
	if (name_is_safe(name)) {
		char path[sizeof(ZONEINFO) + NAME_MAX_BYTES + 2];
		snprintf(path, sizeof(path), "%s/%.*s", ZONEINFO, STR_ARG(name));
		if (load_file(z, path, NULL) == 0)
			return 0;
	}
	if (name.n <= NAME_MAX_BYTES && zone_rule_parse(name, &z->rule)) {
		z->has_rule = true;
		return 0;
	}
	return err_set(e, ERR_USAGE, "unknown time zone \"%.*s\"", (int)(name.n < 80 ? name.n : 80),
		       name.n > 0 ? name.p : "");
}

static const struct zone *
find_or_load(struct str name, struct err *e)
{
	for (const struct zone *z = known; z; z = z->next) {
		if (str_eq(str_from(z->name), name))
			return z;
	}
	struct zone *z = xcalloc(1, sizeof(*z));
	if (load(z, name, e) != 0) {
		zone_release(z);
		free(z);
		return NULL;
	}
	z->name = xstrndup(name);
	z->next = known;
	known = z;
	return z;
}

/* What the system calls local: $TZ, else where /etc/localtime points; path is scratch. */
static struct str
local_name(char *path, size_t size)
{
	const char *tz = getenv("TZ");
	if (tz)
		return str_from(tz[0] == ':' ? tz + 1 : tz);
	ssize_t n = readlink(SYSTEM_ZONE, path, size);
	if (n > 0 && (size_t)n < size) {
		struct str target = { path, (size_t)n };
		struct str folder = STR("/zoneinfo/");
		size_t at = str_find(target, folder, 0);
		if (at != STR_NPOS)
			return str_skip(target, at + folder.n);
	}
	return access(SYSTEM_ZONE, R_OK) == 0 ? str_from(SYSTEM_ZONE) : STR("UTC");
}

const struct zone *
zone_find(struct str name, struct err *e)
{
	char path[256];
	if (str_eq_nocase(name, STR("local"))) {
		name = local_name(path, sizeof(path));
		if (name.n == 0)
			return &utc;
	}
	if (str_eq_nocase(name, STR("UTC")) || str_eq_nocase(name, STR("Z")) ||
	    str_eq_nocase(name, STR("GMT")) || str_eq_nocase(name, STR("UT")))
		return &utc;

	call_once(&known_once, known_setup);
	mtx_lock(&known_lock);
	const struct zone *z = find_or_load(name, e);
	mtx_unlock(&known_lock);
	return z;
}

const struct zone *
zone_utc(void)
{
	return &utc;
}

static const struct zone_kind *
kind_at(const struct zone *z, int64_t time_s)
{
	if (z->n_changes == 0 || time_s >= z->changes[z->n_changes - 1]) {
		if (z->has_rule)
			return zone_rule_at(&z->rule, time_s);
		return &z->kinds[z->n_changes == 0 ? 0 : z->kind_of[z->n_changes - 1]];
	}
	if (time_s < z->changes[0])
		return &z->kinds[0];
	size_t low = 0; /* changes[low] <= time_s < changes[high] */
	size_t high = z->n_changes - 1;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (z->changes[middle] <= time_s)
			low = middle;
		else
			high = middle;
	}
	return &z->kinds[z->kind_of[low]];
}

static int64_t
floor_seconds(int64_t time_us)
{
	return time_us / US_PER_SECOND - (time_us % US_PER_SECOND < 0);
}

int
zone_offset_s(const struct zone *z, int64_t time_us)
{
	return kind_at(z, floor_seconds(time_us))->offset_s;
}

int64_t
zone_to_utc(const struct zone *z, const struct civil *local)
{
	int64_t local_us = civil_to_us(local);
	int64_t local_s = floor_seconds(local_us);
	int before = kind_at(z, local_s - DAY_S)->offset_s;
	int after = kind_at(z, local_s + DAY_S)->offset_s;
	int64_t early = local_s - (before > after ? before : after);
	int64_t late = local_s - (before > after ? after : before);

	int offset_s = before; /* the skipped hour: the clock as if it had not been moved */
	if (kind_at(z, early)->offset_s == local_s - early)
		offset_s = (int)(local_s - early);
	else if (kind_at(z, late)->offset_s == local_s - late)
		offset_s = (int)(local_s - late);
	return local_us - offset_s * US_PER_SECOND;
}

struct str
zone_label(const struct zone *z, int64_t time_us, struct arena *a)
{
	return arena_str(a, str_from(kind_at(z, floor_seconds(time_us))->label));
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}
