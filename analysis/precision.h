// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How many replications a precision target wants: the interval of the mean is looked at after every batch, over the first
 * replications in order, and the first look at which it is narrow enough ends the point. So the answer is a function of the
 * values alone, whoever made them and in which order.
 */
#ifndef ANALYSIS_PRECISION_H
#define ANALYSIS_PRECISION_H

#include <stdbool.h>
#include <stddef.h>

struct precision {
	double relative;         /* half-width of the t-interval, at most this part of the mean's size */
	double confidence;
	size_t batch, maximum;   /* replications; batch >= 2 */
};

/* x: the values of the first n replications, NaN where there is none (the run failed, or it did not happen there). How many replications
 * the point wants, as far as these tell: more than n, or the look at which it was precise, had no value at all, or was at its maximum. */
size_t precision_wanted(const struct precision *p, const double *x, size_t n);
/* Is the mean of these values known so well? Values that are all the same are; a single one is not. */
bool precision_reached(const struct precision *p, const double *x, size_t n);
/* How many it may come to in the end, judged by the deviation so far: for a forecast, nothing else. At least precision_wanted. */
size_t precision_expected(const struct precision *p, const double *x, size_t n);

#endif
