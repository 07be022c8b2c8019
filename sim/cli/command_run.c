// SPDX-License-Identifier: GPL-3.0-or-later
/* roam run: one run of a scenario, stored and told. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/summary.h"
#include "sim/record/store.h"
#include "sim/scenario/value.h"
#include "sim/study/run.h"

struct request {
	const char *file, *db, *pcap_directory, *keys_file;
	struct scenario_set *sets;
	int set_count;
	const char *seed_text, *until_text;
	int replication;
	mip_time until;
	bool json, force, ladder;
};

static struct scenario *read_scenario(const struct request *q, const struct scenario_set *draws, int draw_count)
{
	GString *complaints = g_string_new(NULL);
	struct scenario_set *all = g_new0(struct scenario_set, draw_count + q->set_count + 1);
	struct scenario *s;

	/* What the user sets stands, even where a replication would draw. */
	for (int i = 0; i < draw_count; i++)
		all[i] = draws[i];
	for (int i = 0; i < q->set_count; i++)
		all[draw_count + i] = q->sets[i];
	s = scenario_read(q->file, all, draw_count + q->set_count, complaints);
	fputs(complaints->str, stderr);
	g_string_free(complaints, TRUE);
	g_free(all);
	return s;
}

/* The scenario with the random durations of the replication, as a study has them. */
static struct scenario *draw(const struct request *q, const struct scenario *base, uint64_t seed)
{
	struct scenario_set *draws = g_new0(struct scenario_set, base->random_count + 1);
	struct scenario *s;

	scenario_draw(base, seed, (uint32_t)q->replication, draws);
	s = read_scenario(q, draws, base->random_count);
	for (int i = 0; i < base->random_count; i++)
		g_free((char *)draws[i].value);
	g_free(draws);
	return s;
}

static char *trace_file(const struct request *q, const struct scenario *s, uint64_t seed)
{
	if (g_mkdir_with_parents(q->pcap_directory, 0777)) {
		cli_complain("cannot make the directory %s: %s", q->pcap_directory, g_strerror(errno));
		return NULL;
	}
	if (q->replication)
		return g_strdup_printf("%s/%s-s%" G_GUINT64_FORMAT "-r%d.pcapng", q->pcap_directory, s->name, seed, q->replication);
	return g_strdup_printf("%s/%s-s%" G_GUINT64_FORMAT ".pcapng", q->pcap_directory, s->name, seed);
}

static int run_and_store(const struct request *q, const struct scenario *base, const struct scenario *s, struct store *store,
                         struct store_run *run, char *trace)
{
	struct run_conf conf = { .seed = run->seed, .replication = run->replication, .until = q->until, .pcap_file = trace, .keys_file = q->keys_file,
	                         .ladder = q->ladder ? stdout : NULL };
	struct scenario_parameter *parameters = g_new0(struct scenario_parameter, s->parameters->len + 1);
	bool *is_sweep = g_new0(bool, s->parameters->len + 1);
	GByteArray *rows = g_byte_array_new();
	char *error = NULL;
	int code = EXIT_DONE;
	int64_t study;

	for (guint i = 0; i < s->parameters->len; i++)
		parameters[i] = *(struct scenario_parameter *)s->parameters->pdata[i];
	run->parameters = parameters;
	run->is_sweep = is_sweep;
	run->parameter_count = (int)s->parameters->len;
	if (!run_scenario(s, &conf, rows, &error) || (study = store_study(store, base, &error)) < 0 ||
	    !store_run(store, study, run, rows, q->force, &error)) {
		cli_complain("%s; nothing was stored", error);
		code = EXIT_RUN_FAILED;
	} else {
		if (!q->ladder)
			(q->json ? summary_json : summary_text)(s, run, rows, stdout);
		fprintf(stderr, "stored in %s as %s\n", q->db, run->run_key);
		if (trace)
			fprintf(stderr, "trace: %s\n", trace);
	}
	g_free(error);
	g_free(is_sweep);
	g_free(parameters);
	g_byte_array_free(rows, TRUE);
	return code;
}

static int run_in_store(const struct request *q, const struct scenario *base, const struct scenario *s, uint64_t seed)
{
	const struct scenario_set until = { "until", q->until_text };
	char *error = NULL, *trace = NULL;
	char *key = store_run_key(base, &until, q->until == MIP_NEVER ? 0 : 1, seed, (uint32_t)q->replication);
	/* With sweeps the file's own values need not be a point of the plan; cut short they are none. */
	struct store_run run = { .point = scenario_has_points(base) || q->until != MIP_NEVER ? -1 : 0,
		                 .replication = (uint32_t)q->replication,
		                 .seed = seed,
		                 .run_key = key };
	struct store *store = store_open(q->db, &error);
	int code = EXIT_RUN_FAILED;

	if (!store)
		cli_complain("%s", error);
	else if (!q->force && store_has_run(store, key))
		cli_complain("%s already has this run (%s), so nothing was run or stored; --force replaces it", q->db, key);
	else if (!q->pcap_directory || (trace = trace_file(q, s, seed)))
		code = run_and_store(q, base, s, store, &run, trace);
	store_close(store);
	g_free(error);
	g_free(trace);
	g_free(key);
	return code;
}

static int run_request(const struct request *q)
{
	struct scenario *base = read_scenario(q, NULL, 0), *drawn = NULL;
	uint64_t seed;
	int code = EXIT_USAGE;

	if (!base)
		return EXIT_USAGE;
	seed = base->seed;
	if (q->seed_text && (value_whole(q->seed_text, &seed) || seed > INT64_MAX))
		cli_complain("--seed wants a whole number from 0 to %" G_GINT64_FORMAT ", not '%s'", INT64_MAX, q->seed_text);
	else if (!base->random_count || (drawn = draw(q, base, seed)))
		code = run_in_store(q, base, drawn ? drawn : base, seed);
	if (drawn)
		scenario_free(drawn);
	scenario_free(base);
	return code;
}

int command_run(int argc, char **argv)
{
	char **assignments = NULL, *db = NULL, *pcap = NULL, *keys = NULL, *seed = NULL, *until = NULL;
	gboolean json = FALSE, force = FALSE, ladder = FALSE;
	int replication = 0;
	const GOptionEntry entries[] = {
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments, "Change a value of the scenario (may be repeated)",
		  "PATH=VALUE" },
		{ "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Random numbers (default: the scenario's)", "N" },
		{ "replication", 0, 0, G_OPTION_ARG_INT, &replication,
		  "Movement, traffic and draws as in this replication of a study (default 0)", "N" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &db, "Where results are added (default results.db)", "DB" },
		{ "pcap", 0, 0, G_OPTION_ARG_FILENAME, &pcap, "Write every frame to DIR/NAME-sSEED.pcapng (-rN: of a replication)", "DIR" },
		{ "keys", 0, 0, G_OPTION_ARG_FILENAME, &keys, "Write all secrets as JSON lines (time, node, kind, peer, hex)",
		  "FILE" },
		{ "until", 0, 0, G_OPTION_ARG_STRING, &until, "End at this virtual time, not at the scenario's duration", "T" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "Tell the result as one JSON object, times in nanoseconds", NULL },
		{ "ladder", 0, 0, G_OPTION_ARG_NONE, &ladder, "Tell every Mobility Header message and its fate instead of the summary", NULL },
		{ "force", 0, 0, G_OPTION_ARG_NONE, &force, "Replace the same run if the database has it", NULL },
		{ 0 }
	};
	struct scenario_set *sets = NULL;
	struct request q = { .until = MIP_NEVER };
	const char *bad;
	int code, count;

	if (!cli_parse(&argc, &argv, entries, "FILE",
	               "Runs the scenario once, adds the results to a database and tells them on standard output.", &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2) {
		cli_complain("run wants one scenario file");
		fputs("Try 'roam run --help'.\n", stderr);
	} else if (replication < 0) {
		cli_complain("--replication wants a number from 0 on, not '%d'", replication);
	} else if (ladder && json) {
		cli_complain("run: --ladder and --json exclude each other");
	} else if (until && (bad = value_duration(until, &q.until))) {
		cli_complain("bad --until '%s': %s", until, bad);
	} else if (cli_sets(assignments, &sets, &count)) {
		q.file = argv[1];
		q.db = db ? db : "results.db";
		q.pcap_directory = pcap;
		q.keys_file = keys;
		q.sets = sets;
		q.set_count = count;
		q.seed_text = seed;
		q.until_text = until;
		q.replication = replication;
		q.json = json;
		q.force = force;
		q.ladder = ladder;
		code = run_request(&q);
	}
	g_free(sets);
out:
	g_strfreev(assignments);
	g_free(db);
	g_free(pcap);
	g_free(keys);
	g_free(seed);
	g_free(until);
	return code;
}
