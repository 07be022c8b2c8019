// SPDX-License-Identifier: GPL-3.0-or-later
/* roam study plan|run|status|merge */
#include "sim/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/record/store.h"
#include "sim/scenario/complaint.h"
#include "sim/study/study.h"

/* On refusal the complaints are on stderr and *code is set. */
static struct study *read_study(const char *file, char **assignments, int *code)
{
	GString *complaints = g_string_new(NULL);
	struct scenario_set *sets;
	struct study *study = NULL;
	int count;

	if (cli_sets(assignments, &sets, &count)) {
		study = study_new(file, sets, count, complaints);
		fputs(complaints->str, stderr);
		g_free(sets);
	}
	g_string_free(complaints, TRUE);
	if (!study)
		*code = EXIT_USAGE;
	return study;
}

static int want_arguments(const char *name, const char *what)
{
	cli_complain("study %s wants %s", name, what);
	fprintf(stderr, "Try 'roam study %s --help'.\n", name);
	return EXIT_USAGE;
}

static int study_plan(int argc, char **argv)
{
	char **assignments = NULL;
	const GOptionEntry entries[] = { { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments,
		                           "Change a value of the scenario first", "PATH=VALUE" },
		                         { 0 } };
	struct study *study;
	int code;

	if (!cli_parse(&argc, &argv, entries, "FILE",
	               "Lists every run of the study, one a line: number, point, replication, key, then what is swept and drawn. With a\n"
	               "precision target: those of the first batches.",
	               &code))
		goto out;
	if (argc != 2) {
		code = want_arguments("plan", "one scenario file");
		goto out;
	}
	if ((study = read_study(argv[1], assignments, &code))) {
		study_print(study, stdout);
		study_free(study);
	}
out:
	g_strfreev(assignments);
	return code;
}

/* "I/N", I from 1 to N. */
static bool parse_shard(const char *text, int *shard, int *count)
{
	char rest;

	if (sscanf(text, "%d/%d%c", shard, count, &rest) != 2 || *count < 1 || *shard < 1 || *shard > *count)
		return false;
	(*shard)--;
	return true;
}

static void show_progress(void *context, const struct study_progress *p)
{
	char line[200], eta[40] = "", more[40] = "";

	(void)context;
	if (p->eta_s >= 3600)
		snprintf(eta, sizeof eta, ", %d h %02d min left", (int)(p->eta_s / 3600), (int)(p->eta_s / 60) % 60);
	else if (p->eta_s >= 60)
		snprintf(eta, sizeof eta, ", %d min %02d s left", (int)p->eta_s / 60, (int)p->eta_s % 60);
	else if (p->eta_s >= 0)
		snprintf(eta, sizeof eta, ", %d s left", (int)(p->eta_s + 0.999));
	if (p->expected > p->total)
		snprintf(more, sizeof more, " (some %" G_GINT64_FORMAT " in the end)", p->expected);
	snprintf(line, sizeof line, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " runs%s%s%s", p->done, p->total, more,
	         p->failed ? ", some failed" : "", eta);
	cli_progress(line);
}

static int tell_outcome(enum study_end end, const struct study_outcome *o, const char *db, const char *error)
{
	int64_t failed = o->failed + o->already_failed;

	cli_progress(NULL);
	fprintf(stderr, "%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " runs done (%" G_GINT64_FORMAT " now)", db,
	        o->already_ok + o->ok, o->planned, o->ok);
	if (failed)
		fprintf(stderr, ", %" G_GINT64_FORMAT " failed (%" G_GINT64_FORMAT " now)", failed, o->failed);
	fputc('\n', stderr);
	if (failed)
		fprintf(stderr, "'roam study status %s' tells why.\n", db);
	if (o->already_failed)
		fputs("Runs that failed earlier are tried again only with --retry-failed.\n", stderr);
	switch (end) {
	case STUDY_INTERRUPTED:
		cli_complain("interrupted; the same command goes on where it stopped");
		return EXIT_INTERRUPTED;
	case STUDY_ERROR:
		cli_complain("%s", error);
		return EXIT_RUN_FAILED;
	default:
		return failed ? EXIT_RUN_FAILED : EXIT_DONE;
	}
}

static int run_study(struct study *study, const struct study_conf *conf, const char *db)
{
	struct study_outcome outcome;
	char *error;
	struct store *store = store_open(db, &error);
	enum study_end end;
	int code;

	if (!store) {
		cli_complain("%s", error);
		g_free(error);
		return EXIT_RUN_FAILED;
	}
	end = study_run(study, store, conf, &outcome, &error);
	code = tell_outcome(end, &outcome, db, error);
	g_free(error);
	store_close(store);
	return code;
}

static int study_run_command(int argc, char **argv)
{
	char **assignments = NULL, *db = NULL, *shard = NULL;
	gboolean retry = FALSE;
	gdouble timeout = 0;
	struct study_conf conf = { .workers = cli_processors(), .shard_count = 1, .progress = show_progress };
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &db, "Where results go (default results.db)", "DB" },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &conf.workers,
		  "Worker processes (default: one per processor this process may use)", "N" },
		{ "shard", 0, 0, G_OPTION_ARG_STRING, &shard,
		  "Only part I of N, I from 1 to N: every Nth run (with a precision target, point); `roam study merge` joins the "
		  "databases",
		  "I/N" },
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments, "Change a value of the scenario first", "PATH=VALUE" },
		{ "retry-failed", 0, 0, G_OPTION_ARG_NONE, &retry, "Run again what failed", NULL },
		{ "timeout", 0, 0, G_OPTION_ARG_DOUBLE, &timeout,
		  "Give a run up after so many seconds of real time (default: never)", "SECONDS" },
		{ 0 }
	};
	struct study *study;
	int code;

	if (!cli_parse(&argc, &argv, entries, "FILE",
	               "Makes all runs of the study that the database lacks. Each is stored as soon as it is done; interrupted "
	               "and started\n"
	               "again, it goes on where it stopped.",
	               &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2)
		want_arguments("run", "one scenario file");
	else if (conf.workers < 1 || conf.workers > 4096)
		cli_complain("--jobs wants a number from 1 to 4096");
	else if (shard && !parse_shard(shard, &conf.shard, &conf.shard_count))
		cli_complain("--shard wants I/N with I from 1 to N, not '%s'", shard);
	else if (!(timeout >= 0))
		cli_complain("--timeout wants a positive number of seconds");
	else if ((study = read_study(argv[1], assignments, &code))) {
		conf.retry_failed = retry;
		conf.timeout_s = timeout;
		code = run_study(study, &conf, db ? db : "results.db");
		study_free(study);
	}
out:
	g_strfreev(assignments);
	g_free(db);
	g_free(shard);
	return code;
}

static void print_precision(const struct store_study_status *s)
{
	int64_t open = s->points - s->precise - s->at_maximum - s->without_value;

	printf("  %s: known to %g %% or better at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " points", s->metric,
	       s->relative * 100, s->precise, s->points);
	if (s->at_maximum)
		printf(", not at %" G_GINT64_FORMAT " with the most replications allowed", s->at_maximum);
	if (s->without_value)
		printf(", without any value at %" G_GINT64_FORMAT, s->without_value);
	if (open)
		printf(", not yet at %" G_GINT64_FORMAT, open);
	putchar('\n');
}

/* One line per study, then its failed runs. False: *error. */
static bool print_status(struct store *store, bool *complete, char **error)
{
	GArray *all = store_status(store, error);
	bool ok = all != NULL;

	for (guint i = 0; ok && i < all->len; i++) {
		const struct store_study_status *s = &g_array_index(all, struct store_study_status, i);
		int64_t bad = s->failed + s->timeout, left = MAX(0, s->planned - s->ok - bad);
		char **failures;

		printf("study %" G_GINT64_FORMAT " %s: %" G_GINT64_FORMAT " done, %" G_GINT64_FORMAT " failed", s->study, s->name,
		       s->ok, bad);
		if (s->planned >= 0)
			printf(", %" G_GINT64_FORMAT " missing of %" G_GINT64_FORMAT "\n", left, s->planned);
		else
			printf(", no plan\n");
		if (s->metric)
			print_precision(s);
		*complete &= s->planned < 0 || s->ok >= s->planned;
		failures = bad ? store_failures(store, s->study, error) : NULL;
		ok = !bad || failures;
		for (char **line = failures; line && *line; line++)
			printf("  %s\n", *line);
		g_strfreev(failures);
	}
	if (all)
		store_status_free(all);
	return ok;
}

static int study_status(int argc, char **argv)
{
	bool complete = true, ok;
	struct store *store;
	char *error;
	int code;

	if (!cli_parse(&argc, &argv, NULL, "DB",
	               "Tells of each study in the database how many runs are done, failed and missing, and why runs failed.\n"
	               "Exit code 3: a planned study is incomplete.",
	               &code))
		return code;
	if (argc != 2)
		return want_arguments("status", "one database");
	store = store_open_existing(argv[1], &error);
	ok = store && print_status(store, &complete, &error);
	store_close(store);
	if (!ok) {
		cli_complain("%s", error);
		g_free(error);
		return EXIT_RUN_FAILED;
	}
	return complete ? EXIT_DONE : EXIT_INCOMPLETE;
}

static int study_merge(int argc, char **argv)
{
	bool complete = true, ok;
	struct store *store;
	char *error;
	int code;

	if (!cli_parse(&argc, &argv, NULL, "OUT DB...",
	               "Adds all studies and runs of the databases DB... to OUT, which is made if need be. What is there already "
	               "stays, so\n"
	               "merging again changes nothing. Exit code 3: a planned study in OUT is still incomplete.",
	               &code))
		return code;
	if (argc < 3)
		return want_arguments("merge", "the database to merge into and at least one to take from");
	store = store_open(argv[1], &error);
	ok = store != NULL;
	for (int i = 2; ok && i < argc; i++) {
		int64_t added;

		ok = store_merge(store, argv[i], &added, &error);
		if (ok)
			fprintf(stderr, "%s: %" G_GINT64_FORMAT " runs added\n", argv[i], added);
	}
	ok = ok && print_status(store, &complete, &error);
	store_close(store);
	if (!ok) {
		cli_complain("%s", error);
		g_free(error);
		return EXIT_RUN_FAILED;
	}
	return complete ? EXIT_DONE : EXIT_INCOMPLETE;
}

static const struct {
	const char *name, *full_name;
	command_main *main;
	const char *help;
} commands[] = {
	{ "plan", "study plan", study_plan, "FILE: the runs of the study, one a line, without running" },
	{ "run", "study run", study_run_command, "FILE: all runs that are missing" },
	{ "status", "study status", study_status, "DB: what is done, failed and missing" },
	{ "merge", "study merge", study_merge, "OUT DB...: the union of databases" },
};

static void usage(FILE *to)
{
	fputs("Usage:\n  roam study COMMAND [OPTION…] ARGUMENT…\n\nA study makes a scenario's replications at every point of its "
	      "sweeps.\n\n"
	      "Commands:\n",
	      to);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		fprintf(to, "  %-7s %s\n", commands[i].name, commands[i].help);
	fputs("\nroam study COMMAND --help tells more.\n", to);
}

int command_study(int argc, char **argv)
{
	struct suggestion suggestion;

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage(stdout);
		return EXIT_DONE;
	}
	suggestion_init(&suggestion, argv[1]);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (!strcmp(argv[1], commands[i].name)) {
			argv[1] = (char *)commands[i].full_name;
			return commands[i].main(argc - 1, argv + 1);
		}
		suggestion_offer(&suggestion, commands[i].name);
	}
	cli_complain("unknown command 'study %s'%s", argv[1], suggestion_text(&suggestion));
	fputs("Try 'roam study --help'.\n", stderr);
	return EXIT_USAGE;
}
