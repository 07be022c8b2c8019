// SPDX-License-Identifier: GPL-3.0-or-later
/* See statistics.h. */
#include "analysis/statistics.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

struct interval statistics_mean(const double *x, size_t n, double confidence)
{
	struct interval r = { n, NAN, NAN, NAN };

	if (n)
		r.mean = gsl_stats_mean(x, 1, n);
	if (n > 1) {
		r.deviation = gsl_stats_sd_m(x, 1, n, r.mean);
		r.half_width = gsl_cdf_tdist_Pinv((1 + confidence) / 2, (double)(n - 1)) * r.deviation / sqrt((double)n);
	}
	return r;
}

struct interval statistics_paired(const struct observation_pair *pairs, size_t n, double confidence)
{
	double *differences = g_new(double, n);
	struct interval r;

	for (size_t i = 0; i < n; i++)
		differences[i] = pairs[i].a - pairs[i].b;
	r = statistics_mean(differences, n, confidence);
	g_free(differences);
	return r;
}

struct proportion statistics_proportion(uint64_t k, uint64_t n, double confidence)
{
	double tail = (1 - confidence) / 2, hits = (double)k, misses = (double)(n - k);

	return (struct proportion){
		.estimate = hits / (double)n,
		.low = k ? gsl_cdf_beta_Pinv(tail, hits, misses + 1) : 0,
		.high = k < n ? gsl_cdf_beta_Qinv(tail, hits + 1, misses) : 1,
	};
}

/*
 * How many of the n values lie below the quantile is a binomial count B(n, p), so [x(l), x(u)] covers it with
 * P(l <= B <= u - 1); l and u are the tightest with at most half of the error on each side.
 */
struct quantile statistics_quantile(const double *x, size_t n, double p, double confidence)
{
	struct quantile r = { 0 };
	double error = (1 - confidence) / 2;
	unsigned size = (unsigned)n, low = 0, high = size + 1;
	size_t rank = (size_t)ceil(p * (double)n);

	r.estimate = x[(rank < 1 ? 1 : rank > n ? n : rank) - 1];
	while (low < size && gsl_cdf_binomial_P(low, p, size) <= error)
		low++;
	while (high > 1 && gsl_cdf_binomial_P(high - 2, p, size) >= 1 - error)
		high--;
	r.low_rank = low;
	r.high_rank = high;
	r.low = low >= 1 ? x[low - 1] : -INFINITY;
	r.high = high <= size ? x[high - 1] : INFINITY;
	r.coverage = (high <= size ? gsl_cdf_binomial_P(high - 1, p, size) : 1) - (low >= 1 ? gsl_cdf_binomial_P(low - 1, p, size) : 0);
	return r;
}
