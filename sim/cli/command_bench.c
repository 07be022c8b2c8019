// SPDX-License-Identifier: GPL-3.0-or-later
/* roam bench [NAME]...: measures and compares with the targets, one JSON object a line. */
#include <stdio.h>

#include "sim/bench/bench.h"
#include "sim/cli/cli.h"

#define USUAL_REPETITIONS 5
#define MOST_REPETITIONS 15

static const struct bench_table *const tables[] = { &bench_kernel, &bench_world, &bench_public_key };

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median. 0: it could not be measured. */
static double measure(const struct bench *b)
{
	unsigned count = MIN(b->repetitions ? b->repetitions : USUAL_REPETITIONS, MOST_REPETITIONS), i;
	double values[MOST_REPETITIONS];

	for (i = 0; i < count; i++) {
		char *line = g_strdup_printf("%s %s: %u of %u", b->name, b->parameters, i + 1, count);

		cli_progress(line);
		g_free(line);
		values[i] = b->measure(b);
		if (values[i] <= 0)
			break;
	}
	cli_progress(NULL);
	if (i < count)
		return 0;
	qsort(values, count, sizeof *values, compare_doubles);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A number as JSON has it, whatever the locale. */
static const char *json_number(double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
	return g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.4g", value);
}

/* false: not measured, or not written. */
static bool report(const struct bench *b)
{
	char value_text[G_ASCII_DTOSTR_BUF_SIZE], target_text[G_ASCII_DTOSTR_BUF_SIZE];
	double value = measure(b);

	if (value <= 0) {
		cli_complain("bench: %s %s could not be measured", b->name, b->parameters);
		return false;
	}
	printf("{\"bench\":\"%s\",\"parameters\":%s,\"size\":%" G_GINT64_FORMAT ",\"value\":%s,\"unit\":\"%s\",\"target\":%s,\"met\":%s}\n", b->name, b->parameters,
	       (gint64)b->size, json_number(value, value_text), b->unit, json_number(b->target, target_text),
	       (b->at_most ? value <= b->target : value >= b->target) ? "true" : "false");
	if (fflush(stdout) == EOF) {
		cli_complain("cannot write the results: %m");
		return false;
	}
	return true;
}

static bool wanted(const struct bench *b, char **names)
{
	return !*names || g_strv_contains((const char *const *)names, b->name);
}

static bool known(const char *name)
{
	for (unsigned t = 0; t < G_N_ELEMENTS(tables); t++)
		for (unsigned i = 0; i < tables[t]->count; i++)
			if (!strcmp(tables[t]->rows[i].name, name))
				return true;
	return false;
}

int command_bench(int argc, char **argv)
{
	gboolean list = FALSE;
	gint64 size = 0;
	gint repetitions = 0;
	const GOptionEntry entries[] = {
		{ "list", 'l', 0, G_OPTION_ARG_NONE, &list, "Print names, parameters and targets; measure nothing", NULL },
		{ "size", 0, 0, G_OPTION_ARG_INT64, &size, "Datagrams, exchanges, nodes or events of one measurement, instead of the usual", "N" },
		{ "repetitions", 0, 0, G_OPTION_ARG_INT, &repetitions, "Measurements to take the median of (1 to " G_STRINGIFY(MOST_REPETITIONS) ")", "N" },
		{ 0 }
	};
	int code;

	if (!cli_parse(&argc, &argv, entries, "[NAME]...",
		       "Measures the benches of these names, or all, one after the other, and prints one JSON object a line: the median of some\n"
		       "repetitions and whether it meets the target. Rates are per second of processor time. Other load on the machine shows.",
		       &code))
		return code;
	if (size < 0 || repetitions < 0 || repetitions > MOST_REPETITIONS) {
		cli_complain("bench: --size wants a positive number, --repetitions 1 to %d", MOST_REPETITIONS);
		return EXIT_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		if (!known(argv[i])) {
			cli_complain("bench: there is no '%s'. Try 'roam bench --list'.", argv[i]);
			return EXIT_USAGE;
		}
	}
	for (unsigned t = 0; t < G_N_ELEMENTS(tables); t++) {
		for (unsigned i = 0; i < tables[t]->count; i++) {
			struct bench row = tables[t]->rows[i];
			const struct bench *b = &row;

			if (!wanted(b, argv + 1))
				continue;
			if (size)
				row.size = size;
			if (repetitions)
				row.repetitions = (unsigned)repetitions;
			if (list)
				printf("%-20s %-46s %s %g %s\n", b->name, b->parameters, b->at_most ? "at most" : "at least", b->target,
				       b->unit);
			else if (!report(b))
				code = EXIT_RUN_FAILED;
		}
	}
	if (fflush(stdout) == EOF) {
		cli_complain("cannot write the list: %m");
		code = EXIT_RUN_FAILED;
	}
	return code;
}
