// SPDX-License-Identifier: GPL-3.0-or-later
/* Names, numbers and addresses of the table. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "tests/conformance/conformance.h"

void values_set(struct values *v, const char *name, const char *text)
{
	g_hash_table_replace(v->text, g_strdup(name), g_strdup(text));
}

void values_set_number(struct values *v, const char *name, uint64_t number)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);

	values_set(v, name, text);
}

const char *values_get(const struct values *v, const char *name)
{
	return g_hash_table_lookup(v->text, name);
}

static bool name_octet(char c)
{
	return g_ascii_isalnum(c) || c == '.' || c == '_';
}

char *values_expand(const struct values *v, const char *text, char **error)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p;) {
		size_t n = 0;
		const char *value;

		if (*p != '$') {
			g_string_append_c(out, *p++);
			continue;
		}
		p++;
		while (name_octet(p[n]))
			n++;
		g_autofree char *name = g_strndup(p, n);

		value = values_get(v, name);
		if (!value) {
			*error = g_strdup_printf("$%s is not known", name);
			g_string_free(out, TRUE);
			return NULL;
		}
		g_string_append(out, value);
		p += n;
	}
	return g_string_free(out, FALSE);
}

bool values_number(const char *text, int64_t *number)
{
	char operator= '+';
	int64_t sum = 0;

	for (const char *p = text;;) {
		char *end;
		int64_t term = strtoll(p, &end, g_str_has_prefix(p, "0x") ? 16 : 10);

		if (end == p)
			return false;
		if (operator== '/' && !term)
			return false;
		sum = operator== '+' ? sum + term : operator== '-' ? sum - term : operator== '*' ? sum * term : sum / term;
		if (!*end)
			break;
		operator= *end;
		if (!strchr("+-*/", operator))
			return false;
		p = end + 1;
	}
	*number = sum;
	return true;
}

bool values_address(const struct values *v, const char *text, struct in6 *address)
{
	const char *known;
	size_t n = strlen(text);
	bool group = g_str_has_prefix(text, "sol("), link_local = g_str_has_prefix(text, "ll(");

	if ((group || link_local) && text[n - 1] == ')') {
		const char *start = strchr(text, '(') + 1;
		g_autofree char *inner = g_strndup(start, (size_t)(text + n - 1 - start));
		struct in6 of;

		if (!values_address(v, inner, &of))
			return false;
		if (group) {
			*address = (struct in6){ { 0xff, 0x02, [11] = 1, [12] = 0xff } };
			memcpy(address->octets + 13, of.octets + 13, 3);
		} else {
			*address = (struct in6){ { 0xfe, 0x80 } };
			memcpy(address->octets + 8, of.octets + 8, 8);
		}
		return true;
	}
	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	known = values_get(v, text);
	return known && inet_pton(AF_INET6, known, address) == 1;
}

char *address_text(const struct in6 *a)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, a, text, sizeof text);
	return g_strdup(text);
}
