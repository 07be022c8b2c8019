// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Statistics over replications: the unit of replication is the run. Two schemes compared at the same replication saw the same
 * movement, traffic and delays (common random numbers), so their difference is taken pair by pair.
 */
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval {
	size_t n;
	double mean, deviation;  /* sample standard deviation; NaN below n = 2 */
	double half_width;       /* of the t-interval; NaN below n = 2 */
};

/* Mean with its t-interval at `confidence` (0.95). n = 0: everything NaN. */
struct interval statistics_mean(const double *x, size_t n, double confidence);

struct observation_pair {
	double a, b;
};
/* Mean of a - b with its t-interval. */
struct interval statistics_paired(const struct observation_pair *pairs, size_t n, double confidence);

struct proportion {
	double estimate;
	double low, high;         /* the exact (Clopper-Pearson) interval */
};
/* k of n; n >= 1. */
struct proportion statistics_proportion(uint64_t k, uint64_t n, double confidence);

struct quantile {
	double estimate;          /* the order statistic of rank ceil(p n) */
	double low, high;         /* order statistics whose interval covers the quantile with `coverage` or more */
	size_t low_rank, high_rank; /* from 1; 0 and n + 1: the sample is too small for that side, low/high are infinite */
	double coverage;          /* the exact (binomial) coverage, at least the confidence asked for */
};
/* x must be sorted ascending; 0 < p < 1; n >= 1. */
struct quantile statistics_quantile(const double *x, size_t n, double p, double confidence);

#endif
