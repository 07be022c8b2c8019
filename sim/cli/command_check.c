// SPDX-License-Identifier: GPL-3.0-or-later
/* roam check: all errors of a scenario and of every run of its study, none of the work; or the list of all keys. */
#include "sim/cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/scenario/scenario.h"

/* Runs beyond this much reading (octets of the file times runs) are not tried one by one. */
#define READING_MAXIMUM ((gint64)16 << 20)

static void json_string(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_printf(out, "\\%c", *p);
		else if ((unsigned char)*p < ' ')
			g_string_append_printf(out, "\\u%04x", (unsigned)*p);
		else
			g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

/* The complaints as an array of objects: each begins with a line "<place>: error: <message>", what follows it is for the eye. */
static void json_errors(GString *out, const char *complaints)
{
	GRegex *place = g_regex_new("^(.*):(\\d+):(\\d+)$", 0, 0, NULL);
	char **lines = g_strsplit(complaints, "\n", -1);
	bool first = true;

	g_string_append(out, "[");
	for (int i = 0; lines[i]; i++) {
		char *middle = strstr(lines[i], ": error: ");
		GMatchInfo *match;

		/* Source lines are followed by their caret line, the places never are. */
		if (!middle ||
		    (lines[i + 1] && strspn(lines[i + 1], " \t^~") == strlen(lines[i + 1]) && strchr(lines[i + 1], '^')))
			continue;
		*middle = '\0';
		g_string_append(out, first ? "{" : ",{");
		first = false;
		if (g_regex_match(place, lines[i], 0, &match)) {
			char *file = g_match_info_fetch(match, 1), *line = g_match_info_fetch(match, 2),
			     *column = g_match_info_fetch(match, 3);

			g_string_append(out, "\"file\":");
			json_string(out, file);
			g_string_append_printf(out, ",\"line\":%s,\"column\":%s", line, column);
			g_free(file);
			g_free(line);
			g_free(column);
		} else {
			g_string_append(out, g_str_has_prefix(lines[i], "--set ") ? "\"set\":" : "\"file\":");
			json_string(out, lines[i] + (g_str_has_prefix(lines[i], "--set ") ? 6 : 0));
		}
		g_match_info_free(match);
		g_string_append(out, ",\"message\":");
		json_string(out, middle + 9);
		g_string_append(out, "}");
	}
	g_string_append(out, "]");
	g_strfreev(lines);
	g_regex_unref(place);
}

/* How many runs differ in their scenario: all points, and where durations are drawn, all replications of each. */
static gint64 run_count(const struct scenario *s)
{
	return (gint64)scenario_point_count(s) * (s->random_count ? scenario_replications_maximum(s) : 1);
}

/* Reads every run's scenario. The number of good ones; stops at the first that is not. */
static int check_runs(const char *file, const struct scenario *s, GArray *sets, int runs, GString *complaints)
{
	unsigned given = sets->len;
	int points = scenario_point_count(s), run = 0;
	struct scenario *one;

	for (; run < runs; run++) {
		unsigned swept = (unsigned)scenario_point(s, run % points, NULL);

		g_array_set_size(sets, given + swept + (unsigned)s->random_count);
		scenario_point(s, run % points, &g_array_index(sets, struct scenario_set, given));
		scenario_draw(s, s->seed, (uint32_t)(run / points), &g_array_index(sets, struct scenario_set, given + swept));
		one = scenario_read(file, (struct scenario_set *)(void *)sets->data, (int)sets->len, complaints);
		for (unsigned i = given; !one && i < sets->len; i++) {
			const struct scenario_set *set = &g_array_index(sets, struct scenario_set, i);

			g_string_append_printf(complaints, "%s %s=%s", i == given ? "in the run of the study with" : ",",
			                       set->path, set->value);
		}
		for (unsigned i = given + swept; i < sets->len; i++)
			g_free((char *)g_array_index(sets, struct scenario_set, i).value);
		if (!one) {
			g_string_append_c(complaints, '\n');
			break;
		}
		scenario_free(one);
	}
	g_array_set_size(sets, given);
	return run;
}

static int runs_to_check(const char *file, const struct scenario *s)
{
	struct stat status;

	if ((!scenario_has_points(s) && !s->random_count) || !strcmp(file, "-") || stat(file, &status) || !S_ISREG(status.st_mode))
		return 0;
	return (int)MIN(run_count(s), READING_MAXIMUM / MAX((gint64)status.st_size, 1024));
}

static int check(const char *file, GArray *sets, bool json)
{
	GString *complaints = g_string_new(NULL), *out = g_string_new(NULL);
	struct scenario *s = scenario_read(file, (struct scenario_set *)(void *)sets->data, (int)sets->len, complaints);
	int tried = s ? runs_to_check(file, s) : 0;
	bool good = s && check_runs(file, s, sets, tried, complaints) == tried;

	fputs(complaints->str, stderr);
	if (json) {
		g_string_append(out, "{\"file\":");
		json_string(out, file);
		g_string_append_printf(out, ",\"good\":%s", good ? "true" : "false");
		if (good)
			g_string_append_printf(out,
			                       ",\"nodes\":%d,\"links\":%d,\"cells\":%d,\"movements\":%d,\"flows\":%d,\"points\":"
			                       "%d,\"replications\":%u,\"replications_maximum\":%u",
			                       s->node_count, s->link_count, s->cell_count, s->move_count, s->flow_count,
			                       scenario_point_count(s), s->replications, scenario_replications_maximum(s));
		g_string_append(out, ",\"errors\":");
		json_errors(out, complaints->str);
		g_string_append(out, "}\n");
	} else if (good) {
		g_string_append_printf(out, "%s: good: %d nodes, %d links, %d cells, %d movements, %d flows", file, s->node_count,
		                       s->link_count, s->cell_count, s->move_count, s->flow_count);
		if (scenario_has_points(s) || s->replications > 1)
			g_string_append_printf(out, "; study: %d points x %u", scenario_point_count(s), s->replications);
		if (s->precision.metric)
			g_string_append_printf(out, " to %u", s->precision.maximum);
		if (scenario_has_points(s) || s->replications > 1)
			g_string_append(out, " replications");
		if (tried && tried < run_count(s))
			g_string_append_printf(out, " (%d of them looked at)", tried);
		g_string_append_c(out, '\n');
	}
	fputs(out->str, stdout);
	g_string_free(out, TRUE);
	g_string_free(complaints, TRUE);
	scenario_free(s);
	return good ? EXIT_DONE : EXIT_USAGE;
}

int command_check(int argc, char **argv)
{
	gboolean schema = FALSE, json = FALSE;
	char **set_texts = NULL;
	const GOptionEntry entries[] = {
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &set_texts, "Change a key first, like links.0.delay=50ms",
		  "PATH=VALUE" },
		{ "schema", 0, 0, G_OPTION_ARG_NONE, &schema, "List every key with type, unit, default and help", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "The verdict as one JSON object on standard output", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	GArray *sets = g_array_new(FALSE, FALSE, sizeof(struct scenario_set));
	int code;

	if (!cli_parse(&argc, &argv, entries, "FILE",
	               "Reads a scenario and tells all that is wrong with it, with line and column; every point of its study "
	               "too. FILE - is stdin.",
	               &code))
		goto out;
	code = EXIT_USAGE;
	if (schema && (json || argc > 1)) {
		cli_complain("check --schema stands alone");
		goto out;
	}
	if (schema) {
		GString *out = g_string_new(NULL);

		scenario_schema(out);
		fputs(out->str, stdout);
		g_string_free(out, TRUE);
		code = EXIT_DONE;
		goto out;
	}
	if (argc != 2) {
		cli_complain("check: one scenario file is needed. Try 'roam check --help'.");
		goto out;
	}
	for (int i = 0; set_texts && set_texts[i]; i++) {
		char *equals = strchr(set_texts[i], '=');
		struct scenario_set set = { set_texts[i], equals ? equals + 1 : NULL };

		if (!equals) {
			cli_complain("--set %s: want PATH=VALUE", set_texts[i]);
			goto out;
		}
		*equals = '\0';
		g_array_append_val(sets, set);
	}
	code = check(argv[1], sets, json);
out:
	g_array_free(sets, TRUE);
	g_strfreev(set_texts);
	return code;
}
