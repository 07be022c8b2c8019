// SPDX-License-Identifier: GPL-3.0-or-later
/* See precision.h. */
#include "analysis/precision.h"

#include <glib.h>
#include <math.h>

#include "analysis/statistics.h"

/* Of what is there. n = 0: there is nothing. */
static struct interval interval_of(const struct precision *p, const double *x, size_t n)
{
	double *there = g_new(double, n + 1);
	struct interval r;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			there[count++] = x[i];
	r = statistics_mean(there, count, p->confidence);
	g_free(there);
	return r;
}

static bool is_narrow(const struct precision *p, const struct interval *i)
{
	return i->n > 1 && i->half_width <= p->relative * fabs(i->mean);
}

bool precision_reached(const struct precision *p, const double *x, size_t n)
{
	struct interval i = interval_of(p, x, n);

	return is_narrow(p, &i);
}

size_t precision_wanted(const struct precision *p, const double *x, size_t n)
{
	size_t look = MIN(p->batch, p->maximum);

	while (look <= n && look < p->maximum) {
		struct interval i = interval_of(p, x, look);

		if (!i.n || is_narrow(p, &i))
			break;
		look = MIN(look + p->batch, p->maximum);
	}
	return look;
}

size_t precision_expected(const struct precision *p, const double *x, size_t n)
{
	size_t wanted = precision_wanted(p, x, n);
	struct interval i = interval_of(p, x, n);
	double ratio;

	if (wanted <= n || i.n < 2)
		return wanted;
	ratio = i.half_width / (p->relative * fabs(i.mean));
	/* The half-width falls with the root of n. */
	return ratio * ratio * (double)n < (double)p->maximum ? MAX(wanted, (size_t)ceil(ratio * ratio * (double)n)) : p->maximum;
}
