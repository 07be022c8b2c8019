// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Plans a study, deals its runs to a crew of workers and stores what comes back, each run at once. Runs are numbered point by
 * point (run = point * replications + replication), so a worker mostly finds the scenario of its next run already read.
 */
#include "sim/study/study.h"

#include <errno.h>

#include "sim/study/workers.h"
#include "sim/study/run.h"

struct study {
	char *file, *file_sha256; /* the text that was planned; nothing else is run */
	struct scenario_set *given; /* --set */
	int given_count;
	struct scenario *base; /* without points and draws */
	int points;
	int64_t runs;
	char **keys;
	/* in a worker: the scenario read last, and for which point */
	struct scenario *current;
	int current_point;
	/* while running */
	const struct study_conf *conf;
	struct store *store;
	int64_t study_id;
	bool *replace; /* by run */
	struct study_progress progress;
	struct {
		double seconds;
		int64_t measured, left;
	} * cost; /* by point */
	char *error;
};

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static int set_count(const struct study *s, int point)
{
	return s->base->random_count + scenario_point(s->base, point, NULL);
}

/* What one run changes in the file: draws of its replication, values of its point. Free the draws with free_sets. */
static struct scenario_set *run_sets(const struct study *s, int point, uint32_t replication)
{
	struct scenario_set *sets = g_new0(struct scenario_set, set_count(s, point) + 1);

	scenario_draw(s->base, s->base->seed, replication, sets);
	scenario_point(s->base, point, sets + s->base->random_count);
	return sets;
}

static void free_sets(const struct study *s, struct scenario_set *sets)
{
	for (int i = 0; i < s->base->random_count; i++)
		g_free((char *)sets[i].value);
	g_free(sets);
}

static struct scenario *read_run(const struct study *s, int point, uint32_t replication, GString *complaints)
{
	struct scenario_set *sets = run_sets(s, point, replication);
	struct scenario_set *all = g_new0(struct scenario_set, s->given_count + set_count(s, point) + 1);
	struct scenario *scenario;

	memcpy(all, s->given, (size_t)s->given_count * sizeof *all);
	memcpy(all + s->given_count, sets, (size_t)set_count(s, point) * sizeof *all);
	scenario = scenario_read(s->file, all, s->given_count + set_count(s, point), complaints);
	g_free(all);
	free_sets(s, sets);
	return scenario;
}

static char *sha256_of(const char *file)
{
	char *text, *sum = NULL;
	gsize length;

	if (g_file_get_contents(file, &text, &length, NULL)) {
		sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)text, length);
		g_free(text);
	}
	return sum;
}

static bool read_points(struct study *s, GString *complaints)
{
	for (int point = 0; (scenario_has_points(s->base) || s->base->random_count) && point < s->points; point++) {
		struct scenario *one = read_run(s, point, 0, complaints);

		if (!one) {
			struct scenario_set *sets = run_sets(s, point, 0);

			g_string_append_printf(complaints, "%s: that was at point %d of the study:", s->file, point);
			for (int i = 0; i < set_count(s, point); i++)
				g_string_append_printf(complaints, " %s=%s", sets[i].path, sets[i].value);
			g_string_append_c(complaints, '\n');
			free_sets(s, sets);
			return false;
		}
		scenario_free(one);
	}
	return true;
}

struct study *study_new(const char *file, const struct scenario_set *sets, int count, GString *complaints)
{
	char *sum = sha256_of(file);
	struct scenario *base = scenario_read(file, sets, count, complaints);
	struct study *s;

	if (!base) {
		g_free(sum);
		return NULL;
	}
	s = g_new0(struct study, 1);
	s->file = g_strdup(file);
	s->file_sha256 = sum;
	s->base = base;
	s->given = g_new0(struct scenario_set, count + 1);
	memcpy(s->given, sets, (size_t)count * sizeof *sets);
	s->given_count = count;
	s->points = scenario_point_count(base);
	if (!read_points(s, complaints)) {
		study_free(s);
		return NULL;
	}
	s->runs = (int64_t)s->points * base->replications;
	s->keys = g_new0(char *, s->runs + 1);
	for (int64_t run = 0; run < s->runs; run++) {
		int number = (int)(run / base->replications), paths = scenario_point(base, number, NULL);
		struct scenario_set *point = g_new0(struct scenario_set, paths + 1);

		scenario_point(base, number, point);
		s->keys[run] = store_run_key(base, point, paths, base->seed, (uint32_t)(run % base->replications));
		g_free(point);
	}
	return s;
}

void study_free(struct study *s)
{
	for (int64_t run = 0; s->keys && run < s->runs; run++)
		g_free(s->keys[run]);
	if (s->current)
		scenario_free(s->current);
	scenario_free(s->base);
	g_free(s->keys);
	g_free(s->given);
	g_free(s->file);
	g_free(s->file_sha256);
	g_free(s->error);
	g_free(s);
}

int64_t study_run_count(const struct study *s)
{
	return s->runs;
}

void study_print(struct study *s, FILE *to)
{
	for (int64_t run = 0; run < s->runs; run++) {
		int point = (int)(run / s->base->replications);
		uint32_t replication = (uint32_t)(run % s->base->replications);
		struct scenario_set *sets = run_sets(s, point, replication);

		fprintf(to, "%" G_GINT64_FORMAT "\t%d\t%u\t%s", run, point, replication, s->keys[run]);
		for (int i = s->base->random_count; i < set_count(s, point); i++)
			fprintf(to, "\t%s=%s", sets[i].path, sets[i].value);
		for (int i = 0; i < s->base->random_count; i++)
			fprintf(to, "\t%s=%s", sets[i].path, sets[i].value);
		fputc('\n', to);
		free_sets(s, sets);
	}
}

/* ---- in a worker -------------------------------------------------------------------------------------------------- */

static void failed_row(GByteArray *out, const char *status, const char *error)
{
	g_byte_array_set_size(out, 0);
	result_row(out, RESULT_RUN);
	result_text(out, status);
	result_text(out, error);
	for (int i = 0; i < 4; i++) /* digest, events, sim_s, wall_s */
		result_null(out);
}

/* Leaves `out` empty when the file is no longer the one that was planned. */
static void work(void *context, int64_t run, GByteArray *out)
{
	struct study *s = context;
	int point = (int)(run / s->base->replications);
	uint32_t replication = (uint32_t)(run % s->base->replications);
	struct run_conf conf = { .seed = s->base->seed, .replication = replication, .until = MIP_NEVER };
	char *error;

	if (!s->current || s->current_point != point || s->base->random_count) {
		char *sum = sha256_of(s->file);
		bool same = !g_strcmp0(sum, s->file_sha256);
		GString *complaints;

		g_free(sum);
		if (!same)
			return;
		if (s->current)
			scenario_free(s->current);
		complaints = g_string_new(NULL);
		s->current = read_run(s, point, replication, complaints);
		s->current_point = point;
		if (!s->current) /* possible where a random duration came out unfit */
			failed_row(out, "failed", complaints->str);
		g_string_free(complaints, TRUE);
		if (!s->current)
			return;
	}
	if (!run_scenario(s->current, &conf, out, &error)) {
		failed_row(out, "failed", error);
		g_free(error);
	}
}

/* ---- storing ------------------------------------------------------------------------------------------------------ */

static void add_parameter(GArray *list, GArray *is_sweep, const char *path, const char *value, bool sweep)
{
	struct scenario_parameter p = { (char *)path, (char *)value };

	g_array_append_val(list, p);
	g_array_append_val(is_sweep, sweep);
}

static bool store_one(struct study *s, int64_t run, const GByteArray *rows)
{
	int point = (int)(run / s->base->replications);
	uint32_t replication = (uint32_t)(run % s->base->replications);
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct scenario_parameter)),
	       *is_sweep = g_array_new(FALSE, FALSE, sizeof(bool));
	struct scenario_set *sets = run_sets(s, point, replication);
	const GPtrArray *all = s->base->parameters;
	struct store_run row = { .point = point, .replication = replication, .seed = s->base->seed, .run_key = s->keys[run] };
	bool ok;

	for (int i = 0; i < set_count(s, point); i++)
		add_parameter(list, is_sweep, sets[i].path, sets[i].value, i >= s->base->random_count);
	for (guint k = 0; k < all->len; k++) {
		const struct scenario_parameter *p = all->pdata[k];
		bool is_set = false;

		for (int i = 0; i < set_count(s, point); i++)
			is_set |= !strcmp(p->path, sets[i].path);
		if (!is_set)
			add_parameter(list, is_sweep, p->path, p->value, false);
	}
	row.parameters = (const struct scenario_parameter *)(void *)list->data;
	row.is_sweep = (const bool *)(void *)is_sweep->data;
	row.parameter_count = (int)list->len;
	g_clear_pointer(&s->error, g_free);
	ok = store_run(s->store, s->study_id, &row, rows, s->replace[run], &s->error);
	/* Another roam on the same file may have been faster; the run is the same. */
	if (!ok && !s->replace[run] && store_has_run(s->store, s->keys[run])) {
		g_clear_pointer(&s->error, g_free);
		ok = true;
	}
	g_array_free(list, TRUE);
	g_array_free(is_sweep, TRUE);
	free_sets(s, sets);
	return ok;
}

static bool run_is_ok(const GByteArray *rows)
{
	struct result_reader r = { rows->data, rows->data + rows->len };
	struct result_row_values row;

	return result_next_row(&r, &row) && row.table == RESULT_RUN && !g_strcmp0(row.values[0].text, "ok");
}

static void tell_progress(struct study *s)
{
	double known = 0, left_known = 0;
	int64_t measured = 0, left = 0;

	if (!s->conf->progress)
		return;
	for (int i = 0; i < s->points; i++) {
		known += s->cost[i].seconds;
		measured += s->cost[i].measured;
	}
	for (int i = 0; i < s->points; i++)
		if (s->cost[i].measured)
			left_known += s->cost[i].seconds / (double)s->cost[i].measured * (double)s->cost[i].left;
		else
			left += s->cost[i].left;
	/* A point that has not run yet is taken for an average one. */
	s->progress.eta_s = measured ? (left_known + known / (double)measured * (double)left) / s->conf->workers : -1;
	s->conf->progress(s->conf->context, &s->progress);
}

static bool done(void *context, int64_t run, enum workers_outcome how, const char *words, double seconds, GByteArray *out)
{
	struct study *s = context;
	int point = (int)(run / s->base->replications);

	/* Answers that came in together with the one that stopped the study: its complaint is the one to tell. */
	if (s->error)
		return false;
	if (how != WORKERS_JOB_OK)
		failed_row(out, how == WORKERS_JOB_TIMEOUT ? "timeout" : "failed", words);
	if (!out->len) {
		s->error = g_strdup_printf("%s: the file has changed since the study began; start the study again", s->file);
		return false;
	}
	s->cost[point].seconds += seconds;
	s->cost[point].measured++;
	s->cost[point].left--;
	s->progress.done++;
	s->progress.failed += !run_is_ok(out);
	if (!store_one(s, run, out))
		return false;
	tell_progress(s);
	return true;
}

static void idle(void *context, int busy)
{
	struct study *s = context;

	s->progress.workers = busy;
	tell_progress(s);
}

/* ---- running ------------------------------------------------------------------------------------------------------ */

static bool plan(struct study *s, char **error)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	struct store_planned *planned = g_new(struct store_planned, s->runs);
	int count = 0;
	bool ok;

	/* A sweep with a value twice asks for the same run twice. */
	for (int64_t run = 0; run < s->runs; run++)
		if (g_hash_table_add(seen, s->keys[run]))
			planned[count++] = (struct store_planned){ s->keys[run], (int)(run / s->base->replications) };
	s->study_id = store_study(s->store, s->base, error);
	ok = s->study_id >= 0 && store_plan(s->store, s->study_id, s->base->seed, planned, count, error);
	g_free(planned);
	g_hash_table_destroy(seen);
	return ok;
}

/* The runs to be made: of this shard, once each, missing or to be tried again. */
static GArray *missing(struct study *s, struct study_outcome *outcome, char **error)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	GArray *jobs = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (int64_t run = 0; run < s->runs; run++) {
		enum store_state state;

		if (!g_hash_table_add(seen, s->keys[run]) || run % s->conf->shard_count != s->conf->shard)
			continue;
		state = store_run_state(s->store, s->keys[run], error);
		if (state == STORE_ERROR)
			break;
		outcome->planned++;
		outcome->already_ok += state == STORE_OK;
		s->replace[run] = state == STORE_FAILED;
		if (state == STORE_MISSING || (state == STORE_FAILED && s->conf->retry_failed)) {
			s->cost[run / s->base->replications].left++;
			g_array_append_val(jobs, run);
		} else {
			outcome->already_failed += state == STORE_FAILED;
		}
	}
	g_hash_table_destroy(seen);
	return jobs;
}

enum study_end study_run(struct study *s, struct store *store, const struct study_conf *conf, struct study_outcome *outcome,
                         char **error)
{
	enum study_end end = STUDY_ERROR;
	struct workers_conf crew = { .timeout_s = conf->timeout_s, .work = work, .done = done, .idle = idle, .context = s };
	GArray *jobs;

	*error = NULL;
	*outcome = (struct study_outcome){ 0 };
	s->conf = conf;
	s->store = store;
	if (!plan(s, error))
		return STUDY_ERROR;
	s->replace = g_new0(bool, s->runs);
	s->cost = g_malloc0_n((gsize)s->points, sizeof *s->cost);
	jobs = missing(s, outcome, error);
	if (!*error) {
		s->progress = (struct study_progress){ .total = jobs->len };
		crew.jobs = (const int64_t *)(void *)jobs->data;
		crew.job_count = jobs->len;
		crew.workers = MAX(1, (int)MIN((int64_t)conf->workers, (int64_t)jobs->len));
		switch (workers_run(&crew)) {
		case WORKERS_DONE:
			end = STUDY_DONE;
			break;
		case WORKERS_INTERRUPTED:
			end = STUDY_INTERRUPTED;
			break;
		case WORKERS_STOPPED:
			*error = g_steal_pointer(&s->error);
			break;
		case WORKERS_NONE:
			*error = g_strdup_printf("cannot start a worker process: %s", g_strerror(errno));
		}
		outcome->ok = s->progress.done - s->progress.failed;
		outcome->failed = s->progress.failed;
	}
	g_array_free(jobs, TRUE);
	g_clear_pointer(&s->replace, g_free);
	g_clear_pointer((void **)&s->cost, g_free);
	return end;
}
