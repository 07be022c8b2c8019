// SPDX-License-Identifier: GPL-3.0-or-later
/* The subcommands of roam: one file each. Data on stdout, everything else on stderr; exit codes below. */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include <glib.h>

#include "sim/scenario/scenario.h"
#include "sim/version.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_RUN_FAILED = 1,    /* a run failed or a result could not be stored */
	EXIT_USAGE = 2,         /* bad usage or bad scenario */
	EXIT_INCOMPLETE = 3,    /* study status, study merge */
	EXIT_INTERRUPTED = 75   /* resume possible */
};

/* argv[0] is the subcommand's name. Returns an exit code. */
typedef int command_main(int argc, char **argv);
command_main command_run, command_study, command_check, command_show, command_plot, command_export, command_bench, command_compare, command_explore,
    command_report;

/* Parses with GOption: on --help prints to stdout and returns false with *code EXIT_DONE; on error complains with "Try ... --help",
 * *code EXIT_USAGE. `arguments` describes the positional ones, summary is one paragraph. Leaves positionals in argv[1..]. */
bool cli_parse(int *argc, char ***argv, const GOptionEntry *entries, const char *arguments, const char *summary, int *code);
/* "roam: message\n" on stderr. */
void cli_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* That g_file_set_contents could not write `file`; frees the error. */
void cli_complain_unwritten(const char *file, GError *error);
/* A progress line on stderr, at most 10 a second, on a terminal only; NULL clears it. */
void cli_progress(const char *line);
/* --set PATH=VALUE arguments (NULL allowed) as sets pointing into them; complains and returns false when one is none. Free *sets. */
bool cli_sets(char **assignments, struct scenario_set **sets, int *count);
/* How many processors this process may use. */
int cli_processors(void);

#endif
