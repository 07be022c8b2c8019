// SPDX-License-Identifier: GPL-3.0-or-later
/* roam: finds the subcommand. Everything else is in one file per command. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "sim/scenario/complaint.h"

static const struct command {
	const char *name;
	command_main *main; /* NULL: promised, not there yet */
	const char *help;
} commands[] = {
	{ "run", command_run, "one run of a scenario" },
	{ "study", command_study, "plan and run a study, tell its status, merge" },
	{ "check", command_check, "all errors of a scenario, none of the work" },
	{ "show", command_show, "the network as a picture" },
	{ "plot", command_plot, "a figure from results" },
	{ "report", command_report, "results as one HTML page" },
	{ "export", command_export, "a table or view for other tools" },
	{ "explore", command_explore, "outcomes against one free instant, or two" },
	{ "compare", command_compare, "results beside their closed forms" },
	{ "bench", command_bench, "benchmarks" },
	{ "live", NULL, NULL },
};

static void usage(FILE *to)
{
	fputs("Usage:\n  roam COMMAND [OPTION…] [ARGUMENT…]\n\n"
	      "Simulates networks with Mobile IPv6 or Mobile IPv4: real protocol code on a virtual clock.\n\nCommands:\n",
	      to);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (commands[i].main)
			fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].help);
	fputs("\nroam COMMAND --help tells more; roam --version tells the version.\n"
	      "Exit codes: 0 done, 1 a run failed or a result could not be stored, 2 bad usage or bad scenario,\n"
	      "3 a study is incomplete, 75 interrupted (start it again to go on).\n",
	      to);
}

static int unknown(const char *name)
{
	struct suggestion suggestion;

	suggestion_init(&suggestion, name);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (commands[i].main)
			suggestion_offer(&suggestion, commands[i].name);
	cli_complain("unknown command '%s'%s", name, suggestion_text(&suggestion));
	fputs("Try 'roam --help'.\n", stderr);
	return EXIT_USAGE;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("roam " ROAM_VERSION);
		return EXIT_DONE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		if (commands[i].main)
			return commands[i].main(argc - 1, argv + 1);
		cli_complain("'roam %s' is not available in this version", argv[1]);
		return EXIT_USAGE;
	}
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	int code;

	/* A file size limit is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	code = dispatch(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		cli_complain("cannot write to standard output: %s", g_strerror(errno));
		if (code == EXIT_DONE)
			code = EXIT_RUN_FAILED;
	}
	return code;
}
