// SPDX-License-Identifier: GPL-3.0-or-later
/* Result blocks: what is written is read; what is damaged is noticed and never read past. */
#include "sim/record/result.h"

#include <math.h>

static void append_metric(GByteArray *b, const char *node, const char *unit, double value)
{
	result_row(b, RESULT_METRIC);
	result_text(b, node);
	result_text(b, "name");
	result_text(b, unit);
	result_real(b, value);
}

static void every_kind_comes_back(void)
{
	GByteArray *b = g_byte_array_new();
	struct result_reader r;
	struct result_value v;

	result_row(b, RESULT_SAMPLE);
	result_int(b, INT64_MIN);
	result_time(b, MIP_NEVER);
	result_time(b, 0);
	result_real(b, -0.1);
	result_real(b, NAN);
	result_real(b, INFINITY);
	result_text(b, "");
	result_text(b, "na\xc3\xafve");
	result_text(b, NULL);
	r = (struct result_reader){ b->data, b->data + b->len };
	v = result_next(&r);
	g_assert_cmpint(v.kind, ==, RESULT_ROW);
	g_assert_cmpint(v.integer, ==, RESULT_SAMPLE);
	v = result_next(&r);
	g_assert_cmpint(v.kind, ==, RESULT_INT);
	g_assert_cmpint(v.integer, ==, INT64_MIN);
	g_assert_cmpint(result_next(&r).kind, ==, RESULT_NULL);
	v = result_next(&r);
	g_assert_cmpint(v.kind, ==, RESULT_INT);
	g_assert_cmpint(v.integer, ==, 0);
	v = result_next(&r);
	g_assert_cmpint(v.kind, ==, RESULT_REAL);
	g_assert_true(v.real == -0.1);
	g_assert_cmpint(result_next(&r).kind, ==, RESULT_NULL);
	g_assert_cmpint(result_next(&r).kind, ==, RESULT_NULL);
	v = result_next(&r);
	g_assert_cmpint(v.kind, ==, RESULT_TEXT);
	g_assert_cmpstr(v.text, ==, "");
	g_assert_cmpstr(result_next(&r).text, ==, "na\xc3\xafve");
	g_assert_cmpint(result_next(&r).kind, ==, RESULT_NULL);
	g_assert_cmpint(result_next(&r).kind, ==, RESULT_END);
	g_assert_true(r.p == r.end);
	g_byte_array_free(b, TRUE);
}

/* Reads all rows of an exact-size copy of the first `octets` octets; true when the block was whole. */
static bool read_prefix(const GByteArray *b, guint octets, int *rows)
{
	uint8_t *copy = g_memdup2(b->data, octets);
	struct result_reader r = { copy, copy ? copy + octets : NULL };
	struct result_row_values row;
	bool whole;

	for (*rows = 0; result_next_row(&r, &row); ++*rows)
		g_assert_cmpint(row.count, ==, 4);
	whole = r.p == r.end;
	g_free(copy);
	return whole;
}

static void every_cut_is_noticed(void)
{
	GByteArray *b = g_byte_array_new();
	guint first;
	int rows;

	append_metric(b, "mn", "s", 1.5);
	first = b->len;
	append_metric(b, "ha", NULL, 2.5);
	for (guint cut = 0; cut <= b->len; cut++) {
		g_assert_true(read_prefix(b, cut, &rows) == (cut == 0 || cut == first || cut == b->len));
		g_assert_cmpint(rows, ==, cut == b->len ? 2 : cut >= first ? 1 : 0);
	}
	g_byte_array_free(b, TRUE);
}

static void a_row_with_a_value_too_many_is_damage(void)
{
	GByteArray *b = g_byte_array_new();
	int rows;

	append_metric(b, "mn", "s", 1.5);
	result_int(b, 7);
	g_assert_false(read_prefix(b, b->len, &rows));
	g_assert_cmpint(rows, ==, 0);
	g_byte_array_free(b, TRUE);
}

static void random_octets_are_never_read_past(void)
{
	GRand *random = g_rand_new_with_seed(1);

	for (int i = 0; i < 20000; i++) {
		guint octets = (guint)g_rand_int_range(random, 1, 64);
		uint8_t *block = g_malloc(octets);
		struct result_reader r = { block, block + octets };
		struct result_row_values row;

		/* Mostly kinds and small lengths, so that something is parsed. */
		for (guint k = 0; k < octets; k++)
			block[k] = (uint8_t)g_rand_int_range(random, 0, g_rand_int_range(random, 0, 4) ? 7 : 256);
		while (result_next_row(&r, &row))
			for (int v = 0; v < row.count; v++)
				if (row.values[v].kind == RESULT_TEXT)
					g_assert_cmpuint(strlen(row.values[v].text), <, octets);
		g_assert_true(r.p <= r.end);
		g_free(block);
	}
	g_rand_free(random);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/result/every-kind-comes-back", every_kind_comes_back);
	g_test_add_func("/result/every-cut-is-noticed", every_cut_is_noticed);
	g_test_add_func("/result/a-row-with-a-value-too-many-is-damage", a_row_with_a_value_too_many_is_damage);
	g_test_add_func("/result/random-octets-are-never-read-past", random_octets_are_never_read_past);
	return g_test_run();
}
