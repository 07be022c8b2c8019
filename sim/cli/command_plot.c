// SPDX-License-Identifier: GPL-3.0-or-later
/* roam plot DB FIGURE: a figure by gnuplot, into a file or as text. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analysis/database.h"
#include "analysis/figure.h"
#include "sim/cli/cli.h"
#include "sim/scenario/complaint.h"

static void list(void)
{
	for (const struct figure *f = NULL; (f = figure_next(f));)
		printf("%-24s %s\n", f->name, f->help);
}

static void complain_unknown(const char *name)
{
	struct suggestion nearest;

	suggestion_init(&nearest, name);
	for (const struct figure *f = NULL; (f = figure_next(f));)
		suggestion_offer(&nearest, f->name);
	cli_complain("plot: there is no figure '%s'%s ('roam plot --list' names them)", name, suggestion_text(&nearest));
}

static int plot(const char *file, const struct figure *f, const char *output)
{
	struct winsize size = { .ws_col = 100, .ws_row = 32 };
	char *error = NULL, *text = NULL;
	sqlite3 *db = database_open(file, &error);
	int code = EXIT_RUN_FAILED;

	if (isatty(STDOUT_FILENO))
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	if (!db || figure_make(db, f, output, CLAMP(size.ws_col, 60, 160), CLAMP(size.ws_row - 2, 20, 48), &text, &error) != FIGURE_DONE)
		cli_complain("%s%s%s", db ? file : "", db ? ": " : "", error);
	else if (text && (fputs(text, stdout) == EOF || fflush(stdout) == EOF))
		cli_complain("cannot write the plot: %m");
	else
		code = EXIT_DONE;
	sqlite3_close(db);
	g_free(text);
	g_free(error);
	return code;
}

int command_plot(int argc, char **argv)
{
	gboolean want_list = FALSE;
	char *output = NULL;
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where to: svg, pdf, png or txt by the ending (default: text on standard output)", "FILE" },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &want_list, "Name the figures", NULL },
		{ 0 },
	};
	const struct figure *f;
	int code;

	if (!cli_parse(&argc, &argv, entries, "DB FIGURE",
		       "Draws a figure from a result database with gnuplot. Beside FILE it leaves the data (.dat) and the script (.gp).", &code)) {
		g_free(output);
		return code;
	}
	code = EXIT_USAGE;
	if (want_list) {
		list();
		code = EXIT_DONE;
	} else if (argc != 3) {
		cli_complain("plot: a result database and a figure are needed. Try 'roam plot --help'.");
	} else if (!(f = figure_find(argv[2]))) {
		complain_unknown(argv[2]);
	} else if (output && !figure_output_known(output)) {
		cli_complain("plot: %s: the ending must be .svg, .pdf, .png or .txt", output);
	} else {
		code = plot(argv[1], f, output);
	}
	g_free(output);
	return code;
}
