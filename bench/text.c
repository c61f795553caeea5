/* SPDX-License-Identifier: MIT */
/* text: the formatter is the generator's hot path, hence not printf. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
put_decimal(char *to, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	memcpy(to, digits + i, sizeof(digits) - i);
	return to + sizeof(digits) - i;
}

static char *
put_padded(char *to, uint64_t n, unsigned width, unsigned base, const char *alphabet)
{
	for (unsigned i = width; i-- > 0; n /= base)
		to[i] = alphabet[n % base];
	return to + width;
}

static char *
put_list(char *to, const char *format, va_list args)
{
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			*to++ = *format;
			continue;
		}
		switch (*++format) {
		case 's':
			to = stpcpy(to, va_arg(args, const char *));
			break;
		case 'u':
			to = put_decimal(to, va_arg(args, uint32_t));
			break;
		case 'l':
			to = put_decimal(to, va_arg(args, uint64_t));
			break;
		case 'c':
			*to++ = (char)va_arg(args, int);
			break;
		case 'z':
			to = put_padded(to, va_arg(args, uint64_t), (unsigned)(*++format - '0'), 10,
					"0123456789");
			break;
		case 'x':
			to = put_padded(to, va_arg(args, uint64_t), (unsigned)(*++format - '0'), 16,
					"0123456789abcdef");
			break;
		case 'X':
			to = put_padded(to, va_arg(args, uint64_t), (unsigned)(*++format - '0'), 16,
					"0123456789ABCDEF");
			break;
		default:
			*to++ = *format;
		}
	}
	*to = '\0';
	return to;
}

void
text_put(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->at = put_list(t->at, format, args);
	va_end(args);
}

char *
text_into(char *to, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	to = put_list(to, format, args);
	va_end(args);
	return to;
}

void
text_check(const struct text *t)
{
	if (text_length(t) > TEXT_BYTES - 4096) {
		fprintf(stderr, "generate: a line grew too long\n");
		exit(1);
	}
}
