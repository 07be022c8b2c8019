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
/* Makes handover_latency and sim_wide anew when swept paths have come that they lack. Within the caller's transaction. */
bool store_refresh_views(struct store *s, char **error);

#endif
