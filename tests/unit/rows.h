// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests from the rows of a table. */
#ifndef TESTS_UNIT_ROWS_H
#define TESTS_UNIT_ROWS_H

#include <glib.h>

/* One test a row, "folder/name". */
static inline void add_row(const char *folder, const char *name, const void *row, GTestDataFunc body)
{
	g_autofree char *path = g_strdup_printf("%s/%s", folder, name);

	g_test_add_data_func(path, row, body);
}

#endif
