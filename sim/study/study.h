// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A study: every point of a scenario's sweeps times its replications, each run in a worker process, all stored by this one. All
 * points share the seed and a replication's random numbers. Only what the database lacks is run. How many replications a point with a
 * precision target gets is a function of its own runs (analysis/precision.h), so it does not depend on workers, shards or interruptions.
 */
#ifndef SIM_STUDY_STUDY_H
#define SIM_STUDY_STUDY_H

#include <stdio.h>

#include "sim/record/store.h"
#include "sim/scenario/scenario.h"

struct study;

/* Reads the scenario and every point of it, so that a bad value is known before anything runs. sets: --set, before the points.
 * NULL: refused, complaints as for scenario_read. Free with study_free. */
struct study *study_new(const char *file, const struct scenario_set *sets, int set_count, GString *complaints);
void study_free(struct study *s);
/* One line per run that is certain (with a precision target: of the first batches): number, point, replication, key, then path=value of
 * what is swept and drawn; separated by tabs. */
void study_print(struct study *s, FILE *to);

struct study_progress {
	int64_t done, failed, total; /* of what is to be run now */
	int64_t expected; /* total, and what a precision target may add by the deviations seen so far */
	int workers;
	double eta_s; /* from what runs of each point have cost so far; negative: not known yet */
};

struct study_conf {
	int workers;
	int shard, shard_count; /* run r of the plan, with a precision target point r, is made when r mod shard_count == shard; 0, 1: all */
	bool retry_failed;
	double timeout_s; /* 0: none */
	void (*progress)(void *context, const struct study_progress *p); /* several times a second */
	void *context;
};

enum study_end { STUDY_DONE, STUDY_INTERRUPTED, STUDY_ERROR };
struct study_outcome {
	int64_t planned; /* of this shard */
	int64_t already_ok, already_failed;
	int64_t ok, failed; /* run now */
};
/* ERROR: a result could not be stored, or no workers could be had; *error says why. */
enum study_end study_run(struct study *s, struct store *store, const struct study_conf *conf, struct study_outcome *outcome,
                         char **error);

#endif
