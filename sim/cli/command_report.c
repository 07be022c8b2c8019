// SPDX-License-Identifier: GPL-3.0-or-later
/* roam report DB: a result database as one HTML page. */
#include <stdio.h>
#include <string.h>

#include "analysis/database.h"
#include "analysis/figure.h"
#include "analysis/report.h"
#include "sim/cli/cli.h"
#include "sim/scenario/complaint.h"

static bool figures_known(char **names)
{
	for (char **name = names; name && *name; name++) {
		struct suggestion nearest;

		if (figure_find(*name))
			continue;
		suggestion_init(&nearest, *name);
		for (const struct figure *f = NULL; (f = figure_next(f));)
			suggestion_offer(&nearest, f->name);
		cli_complain("report: there is no figure '%s'%s ('roam plot --list' names them)", *name,
		             suggestion_text(&nearest));
		return false;
	}
	return true;
}

static bool write_out(const GString *html, const char *output)
{
	GError *problem = NULL;

	if (output) {
		if (g_file_set_contents(output, html->str, (gssize)html->len, &problem))
			return true;
		cli_complain_unwritten(output, problem);
		return false;
	}
	if (fwrite(html->str, 1, html->len, stdout) == html->len && !fflush(stdout))
		return true;
	cli_complain("cannot write the report: %m");
	return false;
}

static int report(const char *file, char **wanted, const char *output)
{
	char *error = NULL, *name = g_path_get_basename(file);
	sqlite3 *db = database_open(file, &error);
	GString *html = g_string_new(NULL);
	int code = EXIT_RUN_FAILED;

	if (!db)
		cli_complain("%s", error);
	else if (!report_make(db, name, ROAM_VERSION, (const char *const *)wanted, html, &error))
		cli_complain("%s: %s", file, error);
	else if (write_out(html, output))
		code = EXIT_DONE;
	sqlite3_close(db);
	g_string_free(html, TRUE);
	g_free(error);
	g_free(name);
	return code;
}

int command_report(int argc, char **argv)
{
	char *output = NULL, **wanted = NULL;
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write here instead of to stdout", "FILE.html" },
		{ "figure", 0, 0, G_OPTION_ARG_STRING_ARRAY, &wanted,
		  "This figure and no other (may be repeated; default: those that the scenarios name, else all that have data)",
		  "NAME" },
		{ 0 }
	};
	int code;

	if (!cli_parse(&argc, &argv, entries, "DB",
	               "Makes one HTML page of a result database: figures, points with intervals, closed forms, flows, metrics, "
	               "messages,\n"
	               "failures and the scenarios. It needs no other file, no network and no script.",
	               &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2)
		cli_complain("report: one result database is needed. Try 'roam report --help'.");
	else if (figures_known(wanted))
		code = report(argv[1], wanted, output);
out:
	g_strfreev(wanted);
	g_free(output);
	return code;
}
