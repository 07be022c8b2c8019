// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of the result store share; for no one else. */
#ifndef SIM_RECORD_STORE_INT_H
#define SIM_RECORD_STORE_INT_H

#include <sqlite3.h>

#include "sim/record/result.h"
#include "sim/record/store.h"

struct store {
	sqlite3 *db;
	char *file;
	sqlite3_stmt *insert[RESULT_TABLES]; /* prepared at first use */
	GHashTable *sweeps; /* swept paths that have a column in handover_latency */
};

/* *error about what SQLite just said, with what can be done about it. Always false. */
bool store_fail(struct store *s, char **error);
bool store_execute(struct store *s, const char *sql, char **error);
sqlite3_stmt *store_prepare(struct store *s, const char *sql, char **error);
/* Puts the study's precision target into the file, or takes it out (NULL). */
bool store_set_precision(struct store *s, int64_t study, const struct store_precision *precision, char **error);
/* Fills in what the precision target of the study, if any, says of its runs; planned too. */
bool store_precision_status(struct store *s, struct store_study_status *status, char **error);
/* Makes handover_latency and sim_wide anew when swept paths have come that they lack. Within the caller's transaction. */
bool store_refresh_views(struct store *s, char **error);

#endif
