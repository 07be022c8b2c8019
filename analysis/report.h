// SPDX-License-Identifier: GPL-3.0-or-later
/* A result database as one HTML page that needs nothing else: what was studied, points, figures, closed forms, failures, the scenarios. */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

/*
 * file: the database's name, as it is told. version: of the program. wanted: names of figures, NULL-terminated; NULL: those that the scenarios' heads
 * name ("# Figures: a, b"), or where they name none, all that have data. The same database gives the same octets. false: *error (g_free).
 */
bool report_make(sqlite3 *db, const char *file, const char *version, const char *const *wanted, GString *html, char **error);

#endif
