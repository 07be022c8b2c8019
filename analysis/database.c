// SPDX-License-Identifier: GPL-3.0-or-later
/* See database.h. */
#include "analysis/database.h"

#include <glib.h>

#define APPLICATION_ID 0x726f616d /* "roam", as in analysis/schema.sql */
#define SCHEMA_VERSION 1
#define BUSY_MS 5000

static int pragma(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(q);
		*value = sqlite3_column_int(q, 0);
	}
	sqlite3_finalize(q);
	return rc;
}

sqlite3 *database_open(const char *file, char **error)
{
	sqlite3 *db = NULL;
	int id = 0, version = 0;

	if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
		*error = g_strdup_printf("%s: no such file", file);
		return NULL;
	}
	if (sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		*error = g_strdup_printf("%s: %s", file, db ? sqlite3_errmsg(db) : "out of memory");
	} else {
		sqlite3_busy_timeout(db, BUSY_MS);
		if (pragma(db, "PRAGMA application_id", &id) != SQLITE_ROW || pragma(db, "PRAGMA user_version", &version) != SQLITE_ROW)
			*error = g_strdup_printf("%s: %s", file,
			                         sqlite3_errcode(db) == SQLITE_NOTADB ? "not a result database of roam" : sqlite3_errmsg(db));
		else if (id != APPLICATION_ID)
			*error = g_strdup_printf("%s: not a result database of roam", file);
		else if (version != SCHEMA_VERSION)
			*error = g_strdup_printf("%s: results of another version of roam (schema %d, this one reads %d); "
						 "run the study again into a new file",
						 file, version, SCHEMA_VERSION);
		else if (sqlite3_exec(db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL) == SQLITE_OK)
			return db;
		else
			*error = g_strdup_printf("%s: %s", file, sqlite3_errmsg(db));
	}
	sqlite3_close(db);
	return NULL;
}
