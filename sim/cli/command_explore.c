// SPDX-License-Identifier: GPL-3.0-or-later
/* roam explore FILE: how the outcome depends on one free instant, or on two; as intervals, JSON, a figure. */
#include <stdio.h>

#include "analysis/figure.h"
#include "sim/cli/cli.h"
#include "sim/scenario/value.h"
#include "sim/study/explore.h"

/* ---- text ------------------------------------------------------------------------------------------------------------------ */

static double seconds(mip_time t)
{
	return (double)t / 1e9;
}

static void tell_intervals(const struct scenario *s, const struct exploration *e)
{
	const struct scenario_explore *x = &s->explore;

	printf("%s, seconds from %.9f s (%" G_GUINT64_FORMAT " runs; an interval ends 1 us before the next begins)\n\n", x->path,
	       seconds(x->origin), e->runs);
	printf("          from              to          length  outcome\n");
	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		printf("%14.9f  %14.9f  %14.9f  %s\n", seconds(v->from - x->origin), seconds(v->to - x->origin), seconds(v->to - v->from),
		       explore_label(x->outcome, v->label));
	}
	if (x->outcome != EXPLORE_RECOVERY)
		return;
	printf("\n          from        recovery\n");
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *p = &g_array_index(e->samples, struct explore_sample, i);

		if (p->outcome.recovery == MIP_NEVER)
			printf("%14.9f           never\n", seconds(p->at - x->origin));
		else
			printf("%14.9f  %14.9f\n", seconds(p->at - x->origin), seconds(p->outcome.recovery));
	}
}

static void tell_map(const struct scenario *s, const struct exploration *e)
{
	static const char marks[] = ".#!";
	const struct scenario_explore *x = &s->explore;

	printf("across: %s from %.9f s to %.9f s; down: %s from %.9f s to %.9f s (%" G_GUINT64_FORMAT " runs)\n", x->path, seconds(x->from),
	       seconds(x->to), x->across_path, seconds(x->across_from), seconds(x->across_to), e->runs);
	for (int i = 0; explore_label(x->outcome, i); i++)
		printf("%s%c %s", i ? ", " : "", marks[i], explore_label(x->outcome, i));
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *p = &g_array_index(e->samples, struct explore_sample, i);

		if (!i || p[-1].across != p->across)
			printf("\n%14.9f ", seconds(p->across));
		putchar(marks[p->label]);
	}
	putchar('\n');
}

static void tell_json(const struct scenario *s, const struct exploration *e)
{
	const struct scenario_explore *x = &s->explore;

	printf("{\"path\": \"%s\", \"origin_ns\": %" G_GINT64_FORMAT ", \"runs\": %" G_GUINT64_FORMAT ", \"intervals\": [", x->path,
	       (gint64)x->origin, e->runs);
	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		printf("%s{\"from_ns\": %" G_GINT64_FORMAT ", \"to_ns\": %" G_GINT64_FORMAT ", \"outcome\": \"%s\"}", i ? ", " : "",
		       (gint64)v->from, (gint64)v->to, explore_label(x->outcome, v->label));
	}
	printf("], \"samples\": [");
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *p = &g_array_index(e->samples, struct explore_sample, i);

		printf("%s{\"at_ns\": %" G_GINT64_FORMAT ", ", i ? ", " : "", (gint64)p->at);
		if (x->across_path)
			printf("\"across_ns\": %" G_GINT64_FORMAT ", ", (gint64)p->across);
		printf("\"outcome\": \"%s\", ", explore_label(x->outcome, p->label));
		if (x->outcome == EXPLORE_RECOVERY && p->outcome.recovery != MIP_NEVER)
			printf("\"recovery_ns\": %" G_GINT64_FORMAT ", ", (gint64)p->outcome.recovery);
		printf("\"signals\": %" G_GUINT64_FORMAT ", \"signal_octets\": %" G_GUINT64_FORMAT "}", p->outcome.signals,
		       p->outcome.signal_octets);
	}
	printf("]}\n");
}

/* ---- figure ---------------------------------------------------------------------------------------------------------------- */

static const char line_script[] = "set xlabel 'seconds from ' . origin . ' s'\nset yrange [-0.5:2.5]\nset ytics ()\n"
				  "do for [i = 1:labels] { set ytics add (name[i] i - 1) }\n"
				  "plot data using 1:2 with steps lw 2 title path\n";
static const char recovery_script[] = "set xlabel 'seconds from ' . origin . ' s'\nset ylabel 'recovery time, s'\nset yrange [0:*]\n"
				      "plot data using 1:3 with points pt 7 ps 0.3 title path\n";
static const char map_script[] = "set xlabel path . ', s'\nset ylabel across . ', s'\nset cbrange [-0.5:labels - 0.5]\n"
				 "set palette maxcolors labels defined (0 '#d9e8d4', 1 '#c8553d', 2 '#3d2c2e')\nset cbtics ()\n"
				 "do for [i = 1:labels] { set cbtics add (name[i] i - 1) }\n"
				 "plot data using 1:2:3 with image notitle\n";

static void add_row(GString *data, double a, double b, mip_time recovery)
{
	g_string_append_printf(data, "%.9f %.9f ", a, b);
	if (recovery == MIP_NEVER)
		g_string_append(data, "NaN\n");
	else
		g_string_append_printf(data, "%.9f\n", seconds(recovery));
}

static bool draw(const struct scenario *s, const struct exploration *e, const char *output)
{
	const struct scenario_explore *x = &s->explore;
	struct figure f = { .name = "explore", .help = s->title };
	GString *data = g_string_new(NULL), *arrays = g_string_new(NULL);
	char *error = NULL, *text = NULL;
	int labels = 0;
	bool ok;

	while (explore_label(x->outcome, labels))
		labels++;
	g_string_append_printf(arrays, "path = '%s'\norigin = '%g'\nacross = '%s'\nlabels = %d\narray name[%d] = [", x->path,
			       seconds(x->origin), x->across_path ? x->across_path : "", labels, labels);
	for (int i = 0; i < labels; i++)
		g_string_append_printf(arrays, "%s'%s'", i ? ", " : "", explore_label(x->outcome, i));
	g_string_append(arrays, "]\n");
	if (x->across_path || x->outcome == EXPLORE_RECOVERY) {
		for (guint i = 0; i < e->samples->len; i++) {
			const struct explore_sample *p = &g_array_index(e->samples, struct explore_sample, i);

			if (x->across_path)
				g_string_append_printf(data, "%.9f %.9f %d\n", seconds(p->at), seconds(p->across), p->label);
			else
				add_row(data, seconds(p->at - x->origin), p->label, p->outcome.recovery);
		}
	} else {
		for (guint i = 0; i < e->intervals->len; i++) {
			const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

			add_row(data, seconds(v->from - x->origin), v->label, MIP_NEVER);
			add_row(data, seconds(v->to - x->origin), v->label, MIP_NEVER);
		}
	}
	f.script = x->across_path ? map_script : x->outcome == EXPLORE_RECOVERY ? recovery_script : line_script;
	ok = figure_draw(&f, output, data->str, arrays->str, 0, 0, &text, &error);
	if (!ok)
		cli_complain("explore: %s", error);
	g_string_free(data, TRUE);
	g_string_free(arrays, TRUE);
	g_free(error);
	return ok;
}

/* ---- the command ------------------------------------------------------------------------------------------------------------- */

static void progress(uint64_t runs)
{
	char line[64];

	snprintf(line, sizeof line, "%" G_GUINT64_FORMAT " runs", runs);
	cli_progress(line);
}

static int run(const char *file, const struct scenario_set *sets, int set_count, const char *seed_text, bool json, const char *output)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *base = scenario_read(file, sets, set_count, complaints);
	struct exploration e;
	uint64_t seed = base ? base->seed : 0;
	int code = EXIT_USAGE;

	if (base && !base->explore.path) {
		cli_complain("explore: %s has no 'explore' section", file);
	} else if (base && seed_text && value_whole(seed_text, &seed)) {
		cli_complain("--seed wants a whole number, not '%s'", seed_text);
	} else if (base) {
		if (explore(file, sets, set_count, base, seed, progress, &e, complaints)) {
			cli_progress(NULL);
			(json ? tell_json : base->explore.across_path ? tell_map : tell_intervals)(base, &e);
			code = !output || draw(base, &e, output) ? EXIT_DONE : EXIT_RUN_FAILED;
		}
		cli_progress(NULL);
		exploration_free(&e);
	}
	fputs(complaints->str, stderr);
	g_string_free(complaints, TRUE);
	scenario_free(base);
	return code;
}

int command_explore(int argc, char **argv)
{
	char **assignments = NULL, *output = NULL, *seed = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments, "Change a value of the scenario (may be repeated)", "PATH=VALUE" },
		{ "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Random numbers (default: the scenario's)", "N" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "Tell intervals and samples as one JSON object, times in nanoseconds", NULL },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Draw it, too: svg, pdf, png or txt by the ending", "FILE" },
		{ 0 }
	};
	struct scenario_set *sets = NULL;
	int code, count;

	if (!cli_parse(&argc, &argv, entries, "FILE",
		       "Runs the scenario for every value of the instant that its 'explore' section leaves free and finds, to 1 us, where the "
		       "outcome changes; with a second free instant it makes a map.",
		       &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2) {
		cli_complain("explore wants one scenario file");
		fputs("Try 'roam explore --help'.\n", stderr);
	} else if (output && !figure_output_known(output)) {
		cli_complain("explore: %s: the ending must be .svg, .pdf, .png or .txt", output);
	} else if (cli_sets(assignments, &sets, &count)) {
		code = run(argv[1], sets, count, seed, json, output);
	}
	g_free(sets);
out:
	g_strfreev(assignments);
	g_free(output);
	g_free(seed);
	return code;
}
