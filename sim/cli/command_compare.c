// SPDX-License-Identifier: GPL-3.0-or-later
/* roam compare DB: simulated latencies beside their closed forms, by scheme and waiting. */
#include <stdio.h>

#include "analysis/database.h"
#include "analysis/latency_table.h"
#include "sim/cli/cli.h"

static int compare(const char *file, bool json)
{
	char *error = NULL;
	sqlite3 *db = database_open(file, &error);
	GArray *latencies = db ? latency_read(db, &error) : NULL;
	int code = EXIT_RUN_FAILED;

	if (!latencies) {
		cli_complain("%s", error);
	} else if (!latencies->len) {
		cli_complain("%s: no handover with a correspondent in any finished run, nothing to compare", file);
	} else {
		struct latency_table table = latency_table_new(latencies);
		GString *text = g_string_new(NULL);

		if (json)
			latency_table_print_json(&table, text);
		else
			latency_table_print(&table, text);
		code = EXIT_DONE;
		if (fputs(text->str, stdout) == EOF || fflush(stdout) == EOF) {
			cli_complain("cannot write the table: %m");
			code = EXIT_RUN_FAILED;
		}
		g_string_free(text, TRUE);
		latency_table_clear(&table);
	}
	if (latencies)
		g_array_free(latencies, TRUE);
	sqlite3_close(db);
	g_free(error);
	return code;
}

int command_compare(int argc, char **argv)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "one JSON object a line", NULL }, { 0 } };
	int code;

	if (!cli_parse(&argc, &argv, entries, "DB",
		       "Prints one row per scheme, waiting and what else is swept: when a mobile node may send and when it first receives directly after a handover,\n"
		       "simulated and by the closed forms of the Early Binding Update document, section 5, and the packets lost. The closed form of\n"
		       "a run comes from the link delays of its scenario, not from anything measured.",
		       &code))
		return code;
	if (argc != 2) {
		cli_complain("compare: one result database is needed. Try 'roam compare --help'.");
		return EXIT_USAGE;
	}
	return compare(argv[1], json);
}
