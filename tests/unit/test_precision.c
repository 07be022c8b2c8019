// SPDX-License-Identifier: GPL-3.0-or-later
/* Precision targets: when a point has had enough replications, by hand and against the definition over random values. */
#include "analysis/precision.h"

#include <glib.h>
#include <math.h>

#include "analysis/statistics.h"

static const struct precision rule = { .relative = 0.1, .confidence = 0.95, .batch = 4, .maximum = 22 };

static void the_first_batch_is_always_wanted(void)
{
	const double x[3] = { 1, 1, 1 };

	for (size_t n = 0; n <= 3; n++)
		g_assert_cmpuint(precision_wanted(&rule, x, n), ==, 4);
}

/* 9, 11, 9, 11: deviation 2/sqrt(3), t(0.975, 3) = 3.182: half-width 1.837 of a mean of 10. With 12 values t is 2.201,
 * deviation 1.0445: 0.6636. */
static void a_mean_known_well_enough_ends_it(void)
{
	double x[24];

	for (int i = 0; i < 24; i++)
		x[i] = i % 2 ? 11 : 9;
	g_assert_cmpuint(precision_wanted(&rule, x, 4), ==, 8);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.19, 0.95, 4, 22 }, x, 4), ==, 4);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.183, 0.95, 4, 22 }, x, 4), ==, 8);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.0664, 0.95, 4, 22 }, x, 24), ==, 12);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.0663, 0.95, 4, 22 }, x, 24), ==, 16);
	/* Never beyond the maximum, be it no whole number of batches. */
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.0001, 0.95, 4, 22 }, x, 20), ==, 22);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.0001, 0.95, 4, 22 }, x, 24), ==, 22);
	g_assert_cmpuint(precision_wanted(&(struct precision){ 0.0001, 0.95, 4, 3 }, x, 0), ==, 3);
}

static void values_that_are_all_the_same_are_precise(void)
{
	const double zero[4] = { 0 }, some[4] = { 5, 5, 5, 5 }, around_zero[4] = { -1, 1, -1, 1 };

	g_assert_cmpuint(precision_wanted(&rule, zero, 4), ==, 4);
	g_assert_cmpuint(precision_wanted(&rule, some, 4), ==, 4);
	g_assert_cmpuint(precision_wanted(&rule, around_zero, 4), ==, 8);
	g_assert_cmpuint(precision_expected(&rule, around_zero, 4), ==, 22);
}

static void what_is_missing_does_not_count(void)
{
	const double none[4] = { NAN, NAN, NAN, NAN }, one[4] = { NAN, 5, NAN, NAN }, two[4] = { NAN, 5, NAN, 5 };

	g_assert_cmpuint(precision_wanted(&rule, none, 4), ==, 4); /* nothing to be known */
	g_assert_false(precision_reached(&rule, none, 4));
	g_assert_cmpuint(precision_wanted(&rule, one, 4), ==, 8);
	g_assert_cmpuint(precision_wanted(&rule, two, 4), ==, 4);
	g_assert_true(precision_reached(&rule, two, 4));
}

static bool all_missing(const double *x, size_t n)
{
	while (n && isnan(x[n - 1]))
		n--;
	return !n;
}

/* Whatever comes later or how much of it is known: the answer over the first values stays. */
static void only_the_first_values_decide(void)
{
	for (int round = 0; round < 500; round++) {
		double x[100], relative = g_test_rand_double_range(0.01, 0.5);
		const struct precision p = { relative, 0.95, (size_t)g_test_rand_int_range(2, 12), 100 };
		size_t wanted, step = 0;

		for (int i = 0; i < 100; i++)
			x[i] = g_test_rand_int_range(0, 9) ? g_test_rand_double_range(0, 10) : NAN;
		wanted = precision_wanted(&p, x, 100);
		/* As a study goes: made is what was wanted. */
		while (precision_wanted(&p, x, step) > step) {
			g_assert_cmpuint(precision_expected(&p, x, step), >=, precision_wanted(&p, x, step));
			g_assert_cmpuint(precision_expected(&p, x, step), <=, p.maximum);
			step = precision_wanted(&p, x, step);
		}
		g_assert_cmpuint(step, ==, wanted);
		for (size_t n = wanted; n <= 100; n++)
			g_assert_cmpuint(precision_wanted(&p, x, n), ==, wanted);
		for (size_t look = p.batch; look < wanted; look += p.batch)
			g_assert_false(precision_reached(&p, x, look));
		g_assert_true(wanted == p.maximum || precision_reached(&p, x, wanted) ||
		              (wanted == p.batch && all_missing(x, wanted)));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/precision/the-first-batch-is-always-wanted", the_first_batch_is_always_wanted);
	g_test_add_func("/precision/a-mean-known-well-enough-ends-it", a_mean_known_well_enough_ends_it);
	g_test_add_func("/precision/values-that-are-all-the-same-are-precise", values_that_are_all_the_same_are_precise);
	g_test_add_func("/precision/what-is-missing-does-not-count", what_is_missing_does_not_count);
	g_test_add_func("/precision/only-the-first-values-decide", only_the_first_values_decide);
	return g_test_run();
}
