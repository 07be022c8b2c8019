// SPDX-License-Identifier: GPL-3.0-or-later
/* The result database: the one place that writes SQLite. A run is stored in one transaction or not at all. */
#ifndef SIM_RECORD_STORE_H
#define SIM_RECORD_STORE_H

#include <glib.h>

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

/* Opens or creates and checks (application_id, user_version, integrity of the header). NULL: *error says why, in words a user
 * can act on (g_free). */
struct store *store_open(const char *file, char **error);
/* The id of the study of this scenario (made when new). -1 on error. */
int64_t store_study(struct store *s, const struct scenario *scenario, char **error);
bool store_has_run(struct store *s, const char *run_key);
/* Stores one run from its rows (result.h). replace: an existing run with the key is removed first, else it is an error. */
bool store_run(struct store *s, int64_t study, const struct store_run *run, const GByteArray *rows, bool replace, char **error);
/* Leaves journal_mode=DELETE behind. */
void store_close(struct store *s);

/* study:point parameters hash:replication; the same run has the same key in every database. Free with g_free. */
char *store_run_key(const struct scenario *scenario, const struct scenario_set *point, int set_count, uint64_t seed, uint32_t replication);

#endif
