// SPDX-License-Identifier: GPL-3.0-or-later
/* The result database: the one place that writes SQLite. A run is stored in one transaction or not at all. */
#ifndef SIM_RECORD_STORE_H
#define SIM_RECORD_STORE_H

#include <glib.h>

#include "analysis/precision.h"
#include "sim/scenario/scenario.h"

struct store;

struct store_run {
	int point;
	uint32_t replication;
	uint64_t seed;
	const char *run_key;
	const struct scenario_parameter *parameters; /* of this run */
	const bool *is_sweep;
	int parameter_count;
};

/* Every char **error gets a message in words a user can act on, naming the file (g_free). */

/* Opens or creates and checks (application_id, user_version, integrity of the header); writable, or it is an error. */
struct store *store_open(const char *file, char **error);
/* Opens what must exist, for reading; a read-only file will do. */
struct store *store_open_existing(const char *file, char **error);
/* The id of the study of this scenario (made when new). -1 on error. */
int64_t store_study(struct store *s, const struct scenario *scenario, char **error);
enum store_state { STORE_MISSING, STORE_OK, STORE_FAILED, STORE_ERROR };
enum store_state store_run_state(struct store *s, const char *run_key, char **error);
bool store_has_run(struct store *s, const char *run_key);
/* Stores one run from its rows (result.h). replace: an existing run with the key is removed first, else it is an error. */
bool store_run(struct store *s, int64_t study, const struct store_run *run, const GByteArray *rows, bool replace, char **error);
/* What roam explore found at one point of a study; see the tables of the same names in analysis/schema.sql. */
struct store_interval {
	int64_t from, to;
	const char *outcome;
};
struct store_trial {
	int64_t at, across;
	const char *outcome;
	int64_t recovery;            /* MIP_NEVER: none */
	uint64_t signals, signal_octets;
};
struct store_exploration {
	int point;                   /* -1: none */
	uint64_t seed, runs;
	const char *question, *path, *across_path; /* across_path: NULL: none */
	int64_t origin;
	const struct scenario_set *sweep; /* the point's sets */
	int sweep_count;
	const struct store_interval *intervals;
	int interval_count;
	const struct store_trial *trials;
	int trial_count;
};
/* scenario: of the point. In one transaction; what was there under the same key is replaced. */
bool store_exploration(struct store *s, int64_t study, const struct scenario *scenario, const struct store_exploration *e, char **error);
/* Leaves journal_mode=DELETE behind. NULL is allowed. */
void store_close(struct store *s);

/* The plan of a study, so that what is missing can be told from the file alone. Runs of the plan that are there already, made by
 * an earlier version of the scenario file or by `roam run`, are taken over (run_key decides); an earlier version that lost runs
 * this way has no plan of its own any more. */
struct store_planned {
	const char *run_key;
	int point;
};
/* The precision target of a study, if it has one. */
struct store_precision {
	const char *metric;
	struct precision rule;
	int64_t points;
};
/* precision: NULL, or runs has all replications up to the maximum, of which a batch a point is certain. */
bool store_plan(struct store *s, int64_t study, uint64_t seed, const struct store_planned *runs, int count,
                const struct store_precision *precision, char **error);

struct store_study_status {
	int64_t study;
	char *name, *version;
	int64_t planned;             /* as far as the runs that are there tell; -1: no plan */
	int64_t ok, failed, timeout; /* of the plan; of all its runs when there is none */
	char *metric;                /* of its precision target; NULL: none */
	double relative;
	int64_t points, precise, at_maximum, without_value; /* points of it: all; done for each reason */
};
/* One per study, in order of id. GArray of struct store_study_status, free with store_status_free. NULL: *error. */
GArray *store_status(struct store *s, char **error);
void store_status_free(GArray *status);
/* The metric's values of a point's runs, replication by replication until the first that is not there; NaN: that run has none. GArray of
 * double; NULL: *error. */
GArray *store_values(struct store *s, int64_t study, int point, const char *metric, char **error);
/* NULL: some run of the study has the metric. Else a complaint with what there is (g_free). */
char *store_metric_missing(struct store *s, int64_t study, const char *metric);
/* The failed runs, "key: first line of error" each, in order of point and replication (NULL-terminated, g_strfreev). */
char **store_failures(struct store *s, int64_t study, char **error);

/* Takes over all studies and runs of another result database, in one transaction. A run that is already there stays, unless it
 * failed here and is ok there. Equal keys with different digests are an error. *added: runs taken over. */
bool store_merge(struct store *s, const char *from, int64_t *added, char **error);

/*
 * study:hash:replication; the same run has the same key in every database. Hashed is what decides a run: the program's version,
 * the seed, the scenario but for its title and its `study` (of that the random durations), and the point's sets; so an edited
 * sweep or more replications keep the runs that are still asked for. Free with g_free.
 */
char *store_run_key(const struct scenario *scenario, const struct scenario_set *point, int set_count, uint64_t seed, uint32_t replication);

#endif
