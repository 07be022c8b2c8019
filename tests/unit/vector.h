// SPDX-License-Identifier: GPL-3.0-or-later
/* For codec tests: hex strings and the files of tests/vectors as octets on the heap, in blocks of exactly their size. */
#ifndef TESTS_UNIT_VECTOR_H
#define TESTS_UNIT_VECTOR_H

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct octets {
	uint8_t *data;   /* from malloc: a block of exactly `length`, so that a sanitizer sees the first octet too many */
	size_t length;
};

static inline struct octets octets_copy(const uint8_t *from, size_t length)
{
	struct octets o = { malloc(length), length };

	g_assert_nonnull(o.data);
	if (length)
		memcpy(o.data, from, length);
	return o;
}

static inline void octets_free(struct octets *take)
{
	free(take->data);
	take->data = NULL;
}

/* g_assert_cmpmem with sizes as they are. */
#define assert_octets(a, a_length, b, b_length) g_assert_cmpmem(a, (int)(a_length), b, (int)(b_length))

/* Hex digits; blanks and lines that start with # are passed over. */
static inline struct octets octets_of_hex(const char *hex)
{
	GByteArray *array = g_byte_array_new();
	struct octets o;
	int high = -1;

	for (const char *p = hex; *p; p++) {
		if (*p == '#') {
			p += strcspn(p, "\n");
			if (!*p)
				break;
			continue;
		}
		if (g_ascii_isspace(*p))
			continue;
		g_assert_true(g_ascii_isxdigit(*p));
		if (high < 0) {
			high = g_ascii_xdigit_value(*p);
		} else {
			uint8_t octet = (uint8_t)(high << 4 | g_ascii_xdigit_value(*p));

			g_byte_array_append(array, &octet, 1);
			high = -1;
		}
	}
	g_assert_cmpint(high, ==, -1);
	o = octets_copy(array->data, array->len);
	g_byte_array_free(array, TRUE);
	return o;
}

/* tests/vectors/<name>.hex; tests run in the project root. */
static inline struct octets octets_of_vector(const char *name)
{
	char *path = g_strdup_printf("tests/vectors/%s.hex", name), *text = NULL;
	GError *error = NULL;
	struct octets o;

	if (!g_file_get_contents(path, &text, NULL, &error))
		g_error("%s", error->message);
	o = octets_of_hex(text);
	g_free(text);
	g_free(path);
	return o;
}

#endif
