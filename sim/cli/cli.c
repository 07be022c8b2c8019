// SPDX-License-Identifier: GPL-3.0-or-later
/* What all subcommands share: options, complaints, progress. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* GOption knows `-j 4` but not `-j4`, which everybody writes: parts them. The new argv stays for the life of the program. */
static void part_short_options(int *argc, char ***argv, const GOptionEntry *entries)
{
	static GPtrArray *parted;
	bool literal = false;

	g_clear_pointer(&parted, g_ptr_array_unref);
	parted = g_ptr_array_new();
	for (int i = 0; i < *argc; i++) {
		char *a = (*argv)[i];
		const GOptionEntry *e = entries;

		literal |= !strcmp(a, "--");
		while (e && e->long_name &&
		       (!e->short_name || e->arg == G_OPTION_ARG_NONE || a[0] != '-' || a[1] != e->short_name))
			e++;
		if (i && !literal && e && e->long_name && a[2]) {
			g_ptr_array_add(parted, (char *)g_intern_string((char[]){ '-', a[1], 0 }));
			a += 2;
		}
		g_ptr_array_add(parted, a);
	}
	*argc = (int)parted->len;
	g_ptr_array_add(parted, NULL);
	*argv = (char **)parted->pdata;
}

bool cli_parse(int *argc, char ***argv, const GOptionEntry *entries, const char *arguments, const char *summary, int *code)
{
	gboolean help = FALSE;
	const GOptionEntry help_entry[] = { { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this and end", NULL }, { 0 } };
	char *name = g_strdup_printf("roam %s", (*argv)[0]);
	GOptionContext *context = g_option_context_new(arguments);
	GError *error = NULL;
	int kept = 1;

	/* GOption's own --help ends the program from within. */
	g_set_prgname(name);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_summary(context, summary);
	if (entries)
		g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, help_entry, NULL);
	part_short_options(argc, argv, entries);
	*code = EXIT_DONE;
	if (!g_option_context_parse(context, argc, argv, &error)) {
		fprintf(stderr, "%s: %s\nTry '%s --help'.\n", name, error->message, name);
		g_error_free(error);
		*code = EXIT_USAGE;
	} else if (help) {
		char *text = g_option_context_get_help(context, TRUE, NULL);

		fputs(text, stdout);
		g_free(text);
	} else {
		bool literal = false;

		for (int i = 1; i < *argc; i++) {
			if (!literal && !strcmp((*argv)[i], "--"))
				literal = true;
			else
				(*argv)[kept++] = (*argv)[i];
		}
		(*argv)[kept] = NULL;
		*argc = kept;
	}
	g_option_context_free(context);
	g_free(name);
	return *code == EXIT_DONE && !help;
}

void cli_complain(const char *format, ...)
{
	va_list arguments;
	int error = errno; /* for %m */

	cli_progress(NULL);
	fputs("roam: ", stderr);
	errno = error;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void cli_complain_unwritten(const char *file, GError *error)
{
	const char *reason = strrchr(error->message, ':'); /* what is before it names a temporary file */

	cli_complain("cannot write %s%s", file, reason ? reason : "");
	g_error_free(error);
}

void cli_progress(const char *line)
{
	static int terminal = -1;
	static gint64 last;
	static bool shown;
	gint64 now = g_get_monotonic_time();

	if (terminal < 0)
		terminal = isatty(STDERR_FILENO) && g_strcmp0(getenv("TERM"), "dumb");
	if (!terminal || (line && shown && now - last < 100000))
		return;
	if (line || shown)
		fprintf(stderr, "\r\033[K%s", line ? line : "");
	fflush(stderr);
	shown = line != NULL;
	last = now;
}

bool cli_sets(char **assignments, struct scenario_set **sets, int *count)
{
	int n = assignments ? (int)g_strv_length(assignments) : 0;

	*sets = g_new0(struct scenario_set, n + 1);
	*count = n;
	for (int i = 0; i < n; i++) {
		char *equals = strchr(assignments[i], '=');

		if (!equals || equals == assignments[i]) {
			cli_complain("--set wants PATH=VALUE, not '%s'", assignments[i]);
			g_clear_pointer(sets, g_free);
			return false;
		}
		*equals = 0;
		(*sets)[i] = (struct scenario_set){ assignments[i], equals + 1 };
	}
	return true;
}

int cli_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) ? 1 : MAX(1, CPU_COUNT(&set));
}
