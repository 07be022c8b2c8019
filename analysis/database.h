// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening a result database to read it. Writing is sim/record/store.c's alone. */
#ifndef ANALYSIS_DATABASE_H
#define ANALYSIS_DATABASE_H

#include <sqlite3.h>

/* NULL: *error says why, in words a user can act on (g_free). Close with sqlite3_close. Temporary tables are allowed. */
sqlite3 *database_open(const char *file, char **error);

#endif
