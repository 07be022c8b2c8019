// SPDX-License-Identifier: GPL-3.0-or-later
/* Intervals against tables, and their coverage against what they promise, with repeatable random numbers. */
#include "analysis/statistics.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

static void test_mean(void)
{
	double x[30];
	struct interval r;

	/* 15 times -1, 15 times 1: mean 0, s^2 = 30/29; t(0.975; 29) = 2.0452 */
	for (int i = 0; i < 30; i++)
		x[i] = i % 2 ? 1 : -1;
	r = statistics_mean(x, 30, 0.95);
	g_assert_cmpuint(r.n, ==, 30);
	g_assert_cmpfloat_with_epsilon(r.mean, 0, 1e-12);
	g_assert_cmpfloat_with_epsilon(r.deviation, sqrt(30.0 / 29), 1e-12);
	g_assert_cmpfloat_with_epsilon(r.half_width, 2.0452 * sqrt(1.0 / 29), 1e-5);
	/* 4, 6: s = sqrt(2), t(0.975; 1) = 12.706 */
	r = statistics_mean((double[]){ 4, 6 }, 2, 0.95);
	g_assert_cmpfloat_with_epsilon(r.mean, 5, 1e-12);
	g_assert_cmpfloat_with_epsilon(r.half_width, 12.7062, 1e-4);
	/* t(0.995; 4) = 4.6041 */
	r = statistics_mean((double[]){ 1, 2, 3, 4, 5 }, 5, 0.99);
	g_assert_cmpfloat_with_epsilon(r.half_width, 4.6041 * sqrt(2.5) / sqrt(5), 1e-4);
}

static void test_mean_of_too_few(void)
{
	struct interval r = statistics_mean(NULL, 0, 0.95);

	g_assert_true(isnan(r.mean) && isnan(r.half_width));
	r = statistics_mean((double[]){ 7 }, 1, 0.95);
	g_assert_cmpfloat(r.mean, ==, 7);
	g_assert_true(isnan(r.half_width) && isnan(r.deviation));
}

static void test_paired(void)
{
	/* The values differ by orders of magnitude, the differences are 1, 2, 3. */
	static const struct observation_pair pairs[] = { { 1001, 1000 }, { 12, 10 }, { 1e6 + 3, 1e6 } };
	struct interval r = statistics_paired(pairs, 3, 0.95);

	g_assert_cmpfloat_with_epsilon(r.mean, 2, 1e-9);
	g_assert_cmpfloat_with_epsilon(r.deviation, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(r.half_width, 4.302653 / sqrt(3), 1e-5); /* t(0.975; 2) */
}

static const struct quantile_case {
	const char *name;
	size_t n;
	double p;
	size_t low, high;
	double coverage;
} quantile_cases[] = {
	/* ranks and coverages: sums of binomial probabilities, worked out apart from this code */
	{ "median-of-30", 30, 0.5, 10, 21, 0.9572 },
	{ "median-of-10", 10, 0.5, 2, 9, 0.9785 },
	{ "median-of-6", 6, 0.5, 1, 6, 0.9688 },
	{ "median-of-5-has-no-interval", 5, 0.5, 0, 6, 1.0 },
	{ "upper-end-needs-more", 30, 0.95, 26, 31, 0.9844 },
};

static void test_quantile(gconstpointer data)
{
	const struct quantile_case *t = data;
	double x[64];
	struct quantile q;

	for (size_t i = 0; i < t->n; i++)
		x[i] = (double)(i + 1);
	q = statistics_quantile(x, t->n, t->p, 0.95);
	g_assert_cmpuint(q.low_rank, ==, t->low);
	g_assert_cmpuint(q.high_rank, ==, t->high);
	g_assert_cmpfloat_with_epsilon(q.coverage, t->coverage, 1e-4);
	g_assert_cmpfloat(q.estimate, ==, ceil(t->p * (double)t->n));
	if (t->low)
		g_assert_cmpfloat(q.low, ==, (double)t->low);
	else
		g_assert_cmpint(isinf(q.low), ==, -1);
	if (t->high <= t->n)
		g_assert_cmpfloat(q.high, ==, (double)t->high);
	else
		g_assert_cmpint(isinf(q.high), ==, 1);
}

/* The exact interval of k of n, by its definition: at its ends k or more, and k or fewer, have half of the error each. */
static void test_proportion(void)
{
	static const unsigned cases[][2] = { { 0, 20 }, { 1, 20 }, { 7, 20 }, { 20, 20 }, { 3, 400 } };

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		unsigned k = cases[i][0], n = cases[i][1];
		struct proportion p = statistics_proportion(k, n, 0.99);

		g_assert_cmpfloat_with_epsilon(p.estimate, (double)k / n, 1e-12);
		if (k)
			g_assert_cmpfloat_with_epsilon(gsl_cdf_binomial_Q(k - 1, p.low, n), 0.005, 1e-9);
		else
			g_assert_cmpfloat(p.low, ==, 0);
		if (k < n)
			g_assert_cmpfloat_with_epsilon(gsl_cdf_binomial_P(k, p.high, n), 0.005, 1e-9);
		else
			g_assert_cmpfloat(p.high, ==, 1);
	}
	/* By hand: none of n leaves 1 - 0.005^(1/n) possible. */
	g_assert_cmpfloat_with_epsilon(statistics_proportion(0, 20, 0.99).high, 1 - pow(0.005, 1.0 / 20), 1e-12);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* 95 % intervals from uniform samples hold the truth in 95 % of 4000 cases, give or take four standard errors. */
static void test_coverage(void)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	int mean_hits = 0, median_hits = 0, trials = 4000;

	for (int t = 0; t < trials; t++) {
		double x[30];
		struct interval m;
		struct quantile q;

		for (int i = 0; i < 30; i++)
			x[i] = gsl_rng_uniform(random);
		m = statistics_mean(x, 30, 0.95);
		mean_hits += fabs(m.mean - 0.5) <= m.half_width;
		qsort(x, 30, sizeof *x, compare);
		q = statistics_quantile(x, 30, 0.5, 0.95);
		median_hits += q.low <= 0.5 && 0.5 <= q.high;
	}
	gsl_rng_free(random);
	g_assert_cmpfloat_with_epsilon((double)mean_hits / trials, 0.95, 4 * sqrt(0.95 * 0.05 / trials));
	g_assert_cmpfloat_with_epsilon((double)median_hits / trials, 0.9572, 4 * sqrt(0.9572 * 0.0428 / trials));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/statistics/t-interval-of-known-samples", test_mean);
	g_test_add_func("/statistics/too-few-values-have-no-interval", test_mean_of_too_few);
	g_test_add_func("/statistics/pairs-are-subtracted-before-averaging", test_paired);
	for (gsize i = 0; i < G_N_ELEMENTS(quantile_cases); i++) {
		char *path = g_strconcat("/statistics/quantile/", quantile_cases[i].name, NULL);

		g_test_add_data_func(path, &quantile_cases[i], test_quantile);
		g_free(path);
	}
	g_test_add_func("/statistics/proportions-have-their-exact-interval", test_proportion);
	g_test_add_func("/statistics/intervals-cover-what-they-promise", test_coverage);
	return g_test_run();
}
