// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Runs every id of conformance.csv by the cases of cases.txt, and those of own.txt: TAP, then a table by node and group.
 *
 *   conformance [--tap] [--trace] [CSV CASES [ID or ROW]...]
 */
#include <stdio.h>

#include "tests/conformance/conformance.h"

/* One record; quoted fields may hold commas and newlines. NULL at the end. */
static GPtrArray *csv_record(const char **at)
{
	GPtrArray *record = g_ptr_array_new_with_free_func(g_free);
	GString *field = g_string_new(NULL);
	bool quoted = false;
	const char *p = *at;

	if (!*p) {
		g_string_free(field, TRUE);
		g_ptr_array_free(record, TRUE);
		return NULL;
	}
	for (;; p++) {
		if (*p == '"' && quoted && p[1] == '"') {
			g_string_append_c(field, '"');
			p++;
		} else if (*p == '"') {
			quoted = !quoted;
		} else if (!*p || (!quoted && (*p == ',' || *p == '\n'))) {
			g_ptr_array_add(record, g_string_free(field, FALSE));
			field = g_string_new(NULL);
			if (*p != ',')
				break;
		} else if (*p != '\r') {
			g_string_append_c(field, *p);
		}
	}
	g_string_free(field, TRUE);
	*at = *p ? p + 1 : p;
	return record;
}

struct group {
	char *name;
	unsigned passed, failed, not_applicable;
};

static struct group *group_of(GPtrArray *groups, const char *row, const char *priority, const char *ipsec)
{
	g_autofree char *name = g_strdup_printf("%.2s  %s%s", row, priority, ipsec ? ", in ESP" : "");
	struct group *g;

	for (guint i = 0; i < groups->len; i++)
		if (!strcmp(((struct group *)groups->pdata[i])->name, name))
			return groups->pdata[i];
	g = g_new0(struct group, 1);
	g->name = g_steal_pointer(&name);
	g_ptr_array_add(groups, g);
	return g;
}

static void count(struct group *g, const struct outcome *v)
{
	g->passed += v->result == PASSED;
	g->failed += v->result == FAILED;
	g->not_applicable += v->result == NOT_APPLICABLE;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct group *const *)a)->name, (*(struct group *const *)b)->name);
}

static void print_groups(GPtrArray *groups)
{
	struct group sum = { .name = g_strdup("all") };

	g_ptr_array_sort(groups, by_name);
	printf("#\n# %-80s %7s %7s %7s\n", "node and group", "passed", "failed", "n/a");
	for (guint i = 0; i <= groups->len; i++) {
		const struct group *g = i < groups->len ? groups->pdata[i] : &sum;

		printf("# %-80s %7u %7u %7u\n", g->name, g->passed, g->failed, g->not_applicable);
		sum.passed += g->passed;
		sum.failed += g->failed;
		sum.not_applicable += g->not_applicable;
	}
	g_free(sum.name);
}

/* The program itself, for tests: where prove starts it. */
static void chosen(int argc, char **argv, const char **csv, char **cases, bool *trace, GPtrArray *only)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--trace"))
			*trace = true;
		else if (g_str_has_prefix(argv[i], "--"))
			continue;
		else if (g_str_has_suffix(argv[i], ".csv"))
			*csv = argv[i];
		else if (g_str_has_suffix(argv[i], ".txt")) {
			cases[0] = argv[i];
			cases[1] = NULL;
		}
		else
			g_ptr_array_add(only, argv[i]);
	}
}

static bool wanted(const GPtrArray *only, const char *id, const char *row)
{
	for (guint i = 0; i < only->len; i++)
		if (!strcmp(only->pdata[i], id) || !strcmp(only->pdata[i], row) || (strlen(only->pdata[i]) == 2 && g_str_has_prefix(row, only->pdata[i])))
			return true;
	return !only->len;
}

struct session {
	struct table *table;
	GPtrArray *only, *groups;
	bool trace;
	unsigned tests, failed;
};

/* One id, as it is and, where home agent and mobile node are concerned, with all that policy wants protected in ESP. */
static void run_id(struct session *s, const char *id, const char *row, const char *priority)
{
	static const char *const ciphers[] = { NULL, "aes" };

	for (gsize k = 0; wanted(s->only, id, row) && k < (g_str_has_prefix(row, "CN") || g_str_has_prefix(row, "LH") ? 1 : G_N_ELEMENTS(ciphers)); k++) {
		g_autofree char *name = ciphers[k] ? g_strdup_printf("%s/%s", id, ciphers[k]) : g_strdup(id);
		struct outcome v = table_run(s->table, name, row, ciphers[k], s->trace);

		if (k && v.result == NOT_APPLICABLE)
			goto done; /* once is enough */
		s->tests++;
		s->failed += v.result == FAILED && !v.todo;
		printf("%s %u - %s%s%s\n", v.result == FAILED ? "not ok" : "ok", s->tests, v.id,
		       v.result == NOT_APPLICABLE ? " # SKIP " : v.todo ? " # todo " : "",
		       v.result == NOT_APPLICABLE ? v.reason : v.todo ? v.todo : "");
		if (v.result == FAILED) {
			g_strdelimit(v.reason, "\n", ' ');
			printf("# %s: %s\n", v.id, v.reason);
		}
		count(group_of(s->groups, row, priority, ciphers[k]), &v);
done:
		g_free(v.id);
		g_free(v.row);
		g_free(v.reason);
	}
}

static void run_csv(struct session *s, const char *content)
{
	const char *at = content;
	GPtrArray *record;

	g_ptr_array_free(csv_record(&at), TRUE); /* the head */
	while ((record = csv_record(&at))) {
		g_auto(GStrv) ids = record->len < 13 ? NULL : g_strsplit(record->pdata[1], " ", -1);

		for (int i = 0; ids && ids[i]; i++)
			if (*ids[i])
				run_id(s, ids[i], record->pdata[0], record->pdata[12]);
		g_ptr_array_free(record, TRUE);
	}
}

/* Those of no suite. */
static void run_own(struct session *s)
{
	GPtrArray *ids = table_ids(s->table, "-own-");

	for (guint i = 0; i < ids->len; i++) {
		g_auto(GStrv) pair = g_strsplit(ids->pdata[i], " ", 2);

		run_id(s, pair[0], pair[1], "our own");
	}
	g_ptr_array_free(ids, TRUE);
}

int main(int argc, char **argv)
{
	const char *csv = "tests/conformance/conformance.csv";
	char *cases[] = { "tests/conformance/cases.txt", "tests/conformance/own.txt", NULL };
	struct session s = { .only = g_ptr_array_new(), .groups = g_ptr_array_new() };
	GPtrArray *groups = s.groups;
	char *content;

	chosen(argc, argv, &csv, cases, &s.trace, s.only);
	s.table = table_read(cases);
	if (!s.table || !g_file_get_contents(csv, &content, NULL, NULL))
		return 2;
	run_csv(&s, content);
	run_own(&s);
	print_groups(groups);
	printf("1..%u\n", s.tests);
	for (guint i = 0; i < groups->len; i++) {
		g_free(((struct group *)groups->pdata[i])->name);
		g_free(groups->pdata[i]);
	}
	g_ptr_array_free(groups, TRUE);
	g_ptr_array_free(s.only, TRUE);
	table_free(s.table);
	g_free(content);
	return s.failed ? 1 : 0;
}
