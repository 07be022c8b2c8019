// SPDX-License-Identifier: GPL-3.0-or-later
/* roam explore FILE: how the outcome depends on one free instant, or on two; as intervals, JSON, a figure. */
#include <stdio.h>

#include "analysis/figure.h"
#include "sim/cli/cli.h"
#include "sim/cli/explore_figure.h"
#include "sim/record/store.h"
#include "sim/scenario/value.h"
#include "sim/study/explore_points.h"

/* ---- text ------------------------------------------------------------------------------------------------------------------ */

static double seconds(mip_time t)
{
	return (double)t / 1e9;
}

static void tell_intervals(const struct explored_point *p)
{
	const struct scenario_explore *x = &p->scenario->explore;
	const struct exploration *e = &p->found;

	printf("%s, seconds from %g s (%" G_GUINT64_FORMAT " runs; the next interval begins 1 us after the end of one)\n\n", x->path,
	       seconds(x->origin), e->runs);
	printf("       from          to      length  outcome\n");
	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		printf("%11.6f %11.6f %11.6f  %s\n", seconds(v->from - x->origin), seconds(v->to - x->origin), seconds(v->to - v->from),
		       explore_label(x->outcome, v->label));
	}
	if (x->outcome != EXPLORE_RECOVERY)
		return;
	printf("\n       from    recovery\n");
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *v = &g_array_index(e->samples, struct explore_sample, i);

		if (v->outcome.recovery == MIP_NEVER)
			printf("%11.6f       never\n", seconds(v->at - x->origin));
		else
			printf("%11.6f %11.6f\n", seconds(v->at - x->origin), seconds(v->outcome.recovery));
	}
}

static void tell_map(const struct explored_point *p)
{
	static const char marks[] = ".#!";
	const struct scenario_explore *x = &p->scenario->explore;
	const GArray *samples = p->found.samples;

	printf("across: %s from %g s to %g s; down: %s from %g s to %g s (%" G_GUINT64_FORMAT " runs)\n", x->path, seconds(x->from), seconds(x->to),
	       x->across_path, seconds(x->across_from), seconds(x->across_to), p->found.runs);
	for (int i = 0; explore_label(x->outcome, i); i++)
		printf("%s%c %s", i ? ", " : "", marks[i], explore_label(x->outcome, i));
	for (guint i = 0; i < samples->len; i++) {
		const struct explore_sample *v = &g_array_index(samples, struct explore_sample, i);

		if (!i || v[-1].across != v->across)
			printf("\n%11.6f ", seconds(v->across));
		putchar(marks[v->label]);
	}
	putchar('\n');
}

static void tell_json(const struct explored_point *p)
{
	const struct scenario_explore *x = &p->scenario->explore;
	const struct exploration *e = &p->found;

	printf("{");
	for (int i = 0; i < p->set_count; i++) {
		char *value = g_strescape(p->sets[i].value, NULL);

		printf("%s\"%s\": \"%s\"%s", i ? ", " : "\"point\": {", p->sets[i].path, value, i + 1 < p->set_count ? "" : "}, ");
		g_free(value);
	}
	printf("\"path\": \"%s\", \"origin_ns\": %" G_GINT64_FORMAT ", \"runs\": %" G_GUINT64_FORMAT ", \"intervals\": [", x->path,
	       (gint64)x->origin, e->runs);
	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		printf("%s{\"from_ns\": %" G_GINT64_FORMAT ", \"to_ns\": %" G_GINT64_FORMAT ", \"outcome\": \"%s\"}", i ? ", " : "",
		       (gint64)v->from, (gint64)v->to, explore_label(x->outcome, v->label));
	}
	printf("], \"samples\": [");
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *v = &g_array_index(e->samples, struct explore_sample, i);

		printf("%s{\"at_ns\": %" G_GINT64_FORMAT ", ", i ? ", " : "", (gint64)v->at);
		if (x->across_path)
			printf("\"across_ns\": %" G_GINT64_FORMAT ", ", (gint64)v->across);
		printf("\"outcome\": \"%s\", ", explore_label(x->outcome, v->label));
		if (x->outcome == EXPLORE_RECOVERY && v->outcome.recovery != MIP_NEVER)
			printf("\"recovery_ns\": %" G_GINT64_FORMAT ", ", (gint64)v->outcome.recovery);
		printf("\"signals\": %" G_GUINT64_FORMAT ", \"signal_octets\": %" G_GUINT64_FORMAT "}", v->outcome.signals,
		       v->outcome.signal_octets);
	}
	printf("]}\n");
}

/* ---- the command ------------------------------------------------------------------------------------------------------------- */

static void progress(uint64_t runs)
{
	char line[64];

	snprintf(line, sizeof line, "%" G_GUINT64_FORMAT " runs", runs);
	cli_progress(line);
}

static void points_progress(int done, int count)
{
	char line[64];

	snprintf(line, sizeof line, "%d/%d points", done, count);
	cli_progress(line);
}

struct request {
	const char *file, *output, *results;
	struct scenario_set *sets;
	int set_count, jobs;
	uint64_t seed;
	bool json, points;
};

/* One exploration, of point `number` (-1: none), into the database. */
static bool keep(struct store *store, int64_t study, const struct request *q, int number, const struct explored_point *p, char **error)
{
	const struct scenario_explore *x = &p->scenario->explore;
	const struct exploration *e = &p->found;
	struct store_interval *intervals = g_new0(struct store_interval, e->intervals->len + 1);
	struct store_trial *trials = g_new0(struct store_trial, e->samples->len + 1);
	struct store_exploration row = { .point = number, .seed = q->seed, .runs = e->runs, .question = explore_question(x->outcome), .path = x->path,
		                         .across_path = x->across_path, .origin = x->origin, .sweep = p->sets, .sweep_count = p->set_count,
		                         .intervals = intervals, .interval_count = (int)e->intervals->len, .trials = trials,
		                         .trial_count = (int)e->samples->len };
	bool ok;

	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		intervals[i] = (struct store_interval){ v->from, v->to, explore_label(x->outcome, v->label) };
	}
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *v = &g_array_index(e->samples, struct explore_sample, i);

		trials[i] = (struct store_trial){ v->at, v->across, explore_label(x->outcome, v->label),
			                          x->outcome == EXPLORE_RECOVERY ? v->outcome.recovery : MIP_NEVER, v->outcome.signals,
			                          v->outcome.signal_octets };
	}
	ok = store_exploration(store, study, p->scenario, &row, error);
	g_free(intervals);
	g_free(trials);
	return ok;
}

static bool keep_all(const struct request *q, const struct scenario *base, const GArray *points)
{
	char *error = NULL;
	struct store *store = store_open(q->results, &error);
	int64_t study = store ? store_study(store, base, &error) : -1;
	bool ok = study >= 0;

	for (guint i = 0; ok && i < points->len; i++)
		ok = keep(store, study, q, q->points ? (int)i : -1, &g_array_index(points, struct explored_point, i), &error);
	if (!ok)
		cli_complain("explore: %s", error);
	g_free(error);
	store_close(store);
	return ok;
}

/* Before anything runs: results that cannot be kept would cost all the runs. */
static bool can_keep(const struct request *q)
{
	char *error = NULL;
	struct store *store = q->results ? store_open(q->results, &error) : NULL;

	if (q->results && !store)
		cli_complain("explore: %s", error);
	store_close(store);
	g_free(error);
	return !q->results || store;
}

static void tell(const struct request *q, int number, const struct explored_point *p)
{
	if (q->points && !q->json) {
		printf("%spoint %d:", number ? "\n" : "", number);
		for (int i = 0; i < p->set_count; i++)
			printf(" %s=%s", p->sets[i].path, p->sets[i].value);
		putchar('\n');
	}
	(q->json ? tell_json : p->scenario->explore.across_path ? tell_map : tell_intervals)(p);
}

/* The file as it stands, as the only entry of an array. */
static enum explore_end explore_one(const struct request *q, GArray **points, GString *complaints)
{
	struct explored_point p = { .scenario = scenario_read(q->file, q->sets, q->set_count, complaints) };
	bool good = explore(q->file, q->sets, q->set_count, p.scenario, q->seed, progress, &p.found, complaints);

	*points = g_array_new(FALSE, FALSE, sizeof p);
	g_array_append_val(*points, p);
	return good ? EXPLORE_DONE : EXPLORE_REFUSED;
}

static int run(const struct request *q, const struct scenario *base, GString *complaints)
{
	static const int codes[] = { [EXPLORE_DONE] = EXIT_DONE, [EXPLORE_REFUSED] = EXIT_USAGE, [EXPLORE_INTERRUPTED] = EXIT_INTERRUPTED,
		                     [EXPLORE_FAILED] = EXIT_RUN_FAILED };
	GArray *points;
	char *error = NULL;
	int code = codes[q->points ? explore_points(q->file, q->sets, q->set_count, base, q->seed, q->jobs, points_progress, &points, complaints) :
	                             explore_one(q, &points, complaints)];

	cli_progress(NULL);
	if (code == EXIT_DONE) {
		for (guint i = 0; i < points->len; i++)
			tell(q, (int)i, &g_array_index(points, struct explored_point, i));
		if (q->results && !keep_all(q, base, points))
			code = EXIT_RUN_FAILED;
		if (q->output && !explore_figure(base, &g_array_index(points, struct explored_point, 0).found, q->output, &error)) {
			cli_complain("explore: %s", error);
			code = EXIT_RUN_FAILED;
		}
	}
	g_free(error);
	explore_points_free(points);
	return code;
}

static int read_and_run(struct request *q, const char *seed)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *base = scenario_read(q->file, q->sets, q->set_count, complaints);
	int code = EXIT_USAGE;

	q->seed = base ? base->seed : 0;
	if (base && !base->explore.path)
		cli_complain("explore: %s has no 'explore' section", q->file);
	else if (base && q->points && !scenario_has_points(base))
		cli_complain("explore: %s has no 'study' with points", q->file);
	else if (base && seed && value_whole(seed, &q->seed))
		cli_complain("--seed wants a whole number, not '%s'", seed);
	else if (base)
		code = can_keep(q) ? run(q, base, complaints) : EXIT_RUN_FAILED;
	fputs(complaints->str, stderr);
	g_string_free(complaints, TRUE);
	scenario_free(base);
	return code;
}

int command_explore(int argc, char **argv)
{
	struct request q = { .jobs = cli_processors() };
	char **assignments = NULL, *output = NULL, *results = NULL, *seed = NULL;
	gboolean json = FALSE, points = FALSE;
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Draw it, too: svg, pdf, png or txt by the ending", "FILE" },
		{ "points", 0, 0, G_OPTION_ARG_NONE, &points, "At every point of the scenario's study, one after the other", NULL },
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &results, "Store what was found in a result database, for `roam plot` and SQL", "DB" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "Tell intervals and samples as JSON, an object a line, times in nanoseconds", NULL },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &q.jobs, "With --points: worker processes (default: one per processor)", "N" },
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments, "Change a value of the scenario (may be repeated)", "PATH=VALUE" },
		{ "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Random numbers (default: the scenario's)", "N" },
		{ 0 }
	};
	int code;

	if (!cli_parse(&argc, &argv, entries, "FILE",
		       "Finds out how the outcome of a scenario depends on one duration in it, such as the time at which a node moves.\n"
		       "The scenario's `explore` section names the duration (path), its range (from, to, step) and the question (outcome);\n"
		       "`roam check --schema` lists them. Runs are deterministic, so where two neighbouring samples differ the boundary is\n"
		       "an instant, found to 1 us. With a second free duration (across) it makes a map.\n\n"
		       "  roam explore scenarios/regress/simultaneous-care-of.yaml -o interval.png\n"
		       "  roam explore FILE --set movement.a.1.down=50ms --set explore.step=1ms",
		       &code))
		goto out;
	code = EXIT_USAGE;
	q.file = argc == 2 ? argv[1] : NULL;
	q.output = output;
	q.results = results;
	q.json = json;
	q.points = points;
	if (argc != 2) {
		cli_complain("explore wants one scenario file");
		fputs("Try 'roam explore --help'.\n", stderr);
	} else if (output && !figure_output_known(output)) {
		cli_complain("explore: %s: the ending must be .svg, .pdf, .png or .txt", output);
	} else if (output && points) {
		cli_complain("explore: --output draws one exploration; with --points use --results and `roam plot`");
	} else if (q.jobs < 1 || q.jobs > 4096) {
		cli_complain("--jobs wants a number from 1 to 4096");
	} else if (cli_sets(assignments, &q.sets, &q.set_count)) {
		code = read_and_run(&q, seed);
	}
	g_free(q.sets);
out:
	g_strfreev(assignments);
	g_free(output);
	g_free(results);
	g_free(seed);
	return code;
}
