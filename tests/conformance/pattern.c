// SPDX-License-Identifier: GPL-3.0-or-later
/* TYPE{src->dst field=value ...}, taken apart. */
#include "tests/conformance/conformance.h"

static void clear_field(void *f)
{
	g_free(((struct field *)f)->name);
	g_free(((struct field *)f)->value);
}

GPtrArray *pattern_words(const char *text, char at)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	const char *start = text;
	int depth = 0;

	for (const char *p = text;; p++) {
		if (*p == '{' || *p == '(')
			depth++;
		else if (*p == '}' || *p == ')')
			depth--;
		if (!*p || (!depth && *p == at)) {
			if (p > start)
				g_ptr_array_add(words, g_strndup(start, (size_t)(p - start)));
			start = p + 1;
		}
		if (!*p)
			return words;
	}
}

struct pattern *pattern_parse(const char *text, char **error)
{
	const char *open = strchr(text, '{');
	size_t n = strlen(text);
	struct pattern *p;

	if (open && text[n - 1] != '}') {
		*error = g_strdup_printf("no closing brace: %s", text);
		return NULL;
	}
	p = g_new0(struct pattern, 1);
	p->fields = g_array_new(FALSE, FALSE, sizeof(struct field));
	g_array_set_clear_func(p->fields, clear_field);
	p->type = open ? g_strndup(text, (size_t)(open - text)) : g_strdup(text);
	if (!open)
		return p;
	g_autofree char *inside = g_strndup(open + 1, (size_t)(text + n - 2 - open));
	GPtrArray *words = pattern_words(inside, ' ');

	for (guint i = 0; i < words->len; i++) {
		const char *word = words->pdata[i], *arrow = strstr(word, "->");
		size_t name = strcspn(word, "=<>!");
		struct field f = { .operator= '=' };

		if (arrow && (size_t)(arrow - word) < name + 1 && !strchr(word, '=')) {
			p->source = arrow > word ? g_strndup(word, (size_t)(arrow - word)) : NULL;
			p->destination = arrow[2] ? g_strdup(arrow + 2) : NULL;
			continue;
		}
		f.name = g_strndup(word, name);
		if (word[name] && word[name] != '=')
			f.operator= word[name++];
		if (word[name] == '=')
			name++;
		f.value = g_strdup(word[name] ? word + name : "1");
		g_array_append_val(p->fields, f);
	}
	g_ptr_array_free(words, TRUE);
	return p;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	g_free(p->type);
	g_free(p->source);
	g_free(p->destination);
	g_array_free(p->fields, TRUE);
	g_free(p);
}

const char *pattern_value(const struct pattern *p, const char *name)
{
	for (guint i = 0; i < p->fields->len; i++)
		if (!strcmp(g_array_index(p->fields, struct field, i).name, name))
			return g_array_index(p->fields, struct field, i).value;
	return NULL;
}
