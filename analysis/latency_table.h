// SPDX-License-Identifier: GPL-3.0-or-later
/* Latencies by scheme and waiting: means over replications, closed forms, the largest difference, losses, and schemes compared in pairs. */
#ifndef ANALYSIS_LATENCY_TABLE_H
#define ANALYSIS_LATENCY_TABLE_H

#include <glib.h>

#include "analysis/latency.h"
#include "analysis/statistics.h"

#define LATENCY_CONFIDENCE 0.95

struct latency_row {
	char *scheme;
	const char *waiting, *point;    /* point: as in struct latency */
	size_t registrations;           /* handovers x correspondents; the intervals' n counts replications that have the value */
	struct interval send_ms, receive_ms, lost;
	double closed_send_ms, closed_receive_ms; /* means over the same runs; NaN: none */
	/* Largest distance from the closed form; receive: from the first packet of the stream. MIP_NEVER: nothing to compare */
	mip_time send_off, receive_off;
};

/* The same replications under two schemes, other - first. */
struct latency_difference {
	const char *first, *other, *waiting, *point; /* borrowed from rows */
	struct interval send_ms, receive_ms, lost;
};

struct latency_table {
	GArray *rows;                   /* struct latency_row, in the order of the points */
	GArray *differences;            /* struct latency_difference: every scheme against the first, waiting by waiting */
};

struct latency_table latency_table_new(const GArray *latencies);
void latency_table_clear(struct latency_table *t);
/* For people, and as JSON: one object a line, "kind" row or difference. */
void latency_table_print(const struct latency_table *t, GString *out);
void latency_table_print_json(const struct latency_table *t, GString *out);

#endif
