// SPDX-License-Identifier: GPL-3.0-or-later
/* roam show: the network of a scenario as a picture. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/layout.h"
#include "sim/scenario/scenario.h"

static int show(const struct scenario *s, const char *output)
{
	GString *out = g_string_new(NULL);
	int code = EXIT_DONE;
	struct layout l;

	layout_init(&l, s);
	if (!output && isatty(STDOUT_FILENO))
		layout_text(&l, out);
	else
		layout_svg(&l, out);
	if (output) {
		GError *error = NULL;

		if (!g_file_set_contents(output, out->str, (gssize)out->len, &error)) {
			cli_complain_unwritten(output, error);
			code = EXIT_RUN_FAILED;
		}
	} else if (fwrite(out->str, 1, out->len, stdout) != out->len || fflush(stdout)) {
		cli_complain("cannot write: %s", g_strerror(errno));
		code = EXIT_RUN_FAILED;
	}
	layout_fini(&l);
	g_string_free(out, TRUE);
	return code;
}

int command_show(int argc, char **argv)
{
	char *output = NULL;
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write the picture here", "FILE.svg" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	GString *complaints = g_string_new(NULL);
	struct scenario *s = NULL;
	int code;

	if (!cli_parse(
	        &argc, &argv, entries, "FILE",
	        "Draws the network of a scenario: nodes, links, cells and movement, as SVG; on a terminal as a tree of text.",
	        &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2) {
		cli_complain("show: one scenario file is needed. Try 'roam show --help'.");
		goto out;
	}
	if (output && !g_str_has_suffix(output, ".svg")) {
		cli_complain("show: %s: pictures are SVG, want a name ending in .svg", output);
		goto out;
	}
	s = scenario_read(argv[1], NULL, 0, complaints);
	if (s)
		code = show(s, output);
	else
		fputs(complaints->str, stderr);
out:
	scenario_free(s);
	g_string_free(complaints, TRUE);
	g_free(output);
	return code;
}
