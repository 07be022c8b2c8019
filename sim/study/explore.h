// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The search of `roam explore`: how the outcome of a scenario depends on one free instant, or on two. A run is a function of its scenario
 * and seed, so a boundary between outcomes is an exact instant; between two samples that differ it is found by bisection to
 * EXPLORE_RESOLUTION. An interval narrower than the step of the samples can be missed.
 */
#ifndef SIM_STUDY_EXPLORE_H
#define SIM_STUDY_EXPLORE_H

#include "sim/study/outcome.h"

#define EXPLORE_RESOLUTION MIP_MICROSECOND

struct explore_sample {
	mip_time at, across;             /* the free instants; across: 0 with one of them */
	int label;                       /* of explore_label */
	struct outcome outcome;
};

struct explore_interval {
	mip_time from, to;               /* first and last instant tried with this label; neighbours are EXPLORE_RESOLUTION apart */
	int label;
};

struct exploration {
	GArray *samples;                 /* struct explore_sample: the grid, by across, then at; bisections not among them */
	GArray *intervals;               /* struct explore_interval, in order; empty with two free instants */
	uint64_t runs;
};

/* file with sets (borrowed) is read anew for every run, with the free instants set last. base: what scenario_read made of it. false: a
 * value was refused, *complaints says why. Free with exploration_free in any case. progress: NULL or called after each run. */
bool explore(const char *file, const struct scenario_set *sets, int set_count, const struct scenario *base, uint64_t seed,
             void (*progress)(uint64_t runs), struct exploration *out, GString *complaints);
void exploration_free(struct exploration *e);
/* The outcome as the scenario names it. */
const char *explore_question(enum explore_outcome outcome);
/* What a label of this outcome means; NULL: no such label. */
const char *explore_label(enum explore_outcome outcome, int label);

#endif
