// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What `roam bench` measures: tables of rows, one table a file in sim/bench/, listed in sim/cli/command_bench.c. A row is one
 * bench with one set of parameters.
 */
#ifndef SIM_BENCH_BENCH_H
#define SIM_BENCH_BENCH_H

#include "models/base.h"

struct bench {
	const char *name;           /* several rows may share it; they differ in parameters */
	const char *parameters;     /* a JSON object */
	const char *unit;
	double target;
	bool at_most;               /* the target is an upper bound; else a lower one */
	/* One measurement of at most a second or two, set-up and warm-up not counted. Called `repetitions` times (0: the usual
	 * number); the median is reported. */
	double (*measure)(const struct bench *row);
	unsigned repetitions;
	int64_t size;               /* measure's own: how many, */
	int variant;                /* and of which kind */
};

struct bench_table {
	const struct bench *rows;
	unsigned count;
};

extern const struct bench_table bench_kernel, bench_public_key, bench_world;

/* CPU seconds of this process so far. */
double bench_cpu_seconds(void);

#endif
