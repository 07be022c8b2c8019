// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Plans a study, deals its runs to a crew of workers and stores what comes back, each run at once. Runs are numbered point by
 * point (run = point * replications at most + replication), so a worker mostly finds the scenario of its next run already read.
 * With a precision target a point is dealt one batch, and each further one when all runs so far are there and are too few.
 */
#include "sim/study/study.h"

#include <errno.h>

#include "sim/study/workers.h"
#include "sim/study/run.h"

#define RUNS_MAXIMUM 10000000
#define PROGRESS_US 100000

struct study {
	char *file, *file_sha256; /* the text that was planned; nothing else is run */
	struct scenario_set *given; /* --set */
	int given_count;
	struct scenario *base; /* without points and draws */
	int points;
	int64_t stride; /* replications of a point at most */
	int64_t runs;
	char **keys; /* by run */
	bool *again; /* by run: the same key stood earlier in the plan */
	struct store_precision precision; /* metric NULL: none */
	/* in a worker: the scenario read last, and for which point */
	struct scenario *current;
	int current_point;
	/* while running */
	const struct study_conf *conf;
	struct store *store;
	int64_t study_id;
	bool *replace; /* by run */
	GArray *jobs; /* int64_t, runs dealt so far */
	struct study_progress progress;
	gint64 told; /* of the progress, last; real time */
	struct study_outcome *outcome;
	struct point {
		double seconds; /* cost of the runs measured */
		int64_t measured, left;
		int64_t dealt, expected; /* replications: looked after so far, and in the end, as far as can be told */
	} * point;
	char *error;
};

static int point_of(const struct study *s, int64_t run)
{
	return (int)(run / s->stride);
}

static uint32_t replication_of(const struct study *s, int64_t run)
{
	return (uint32_t)(run % s->stride);
}

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

static void make_keys(struct study *s)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);

	s->keys = g_new0(char *, s->runs + 1);
	s->again = g_new0(bool, s->runs + 1);
	for (int64_t run = 0; run < s->runs; run++) {
		int number = point_of(s, run), paths = scenario_point(s->base, number, NULL);
		struct scenario_set *point = g_new0(struct scenario_set, paths + 1);

		scenario_point(s->base, number, point);
		s->keys[run] = store_run_key(s->base, point, paths, s->base->seed, replication_of(s, run));
		s->again[run] = !g_hash_table_add(seen, s->keys[run]);
		g_free(point);
	}
	g_hash_table_destroy(seen);
}

static double number_of(struct fraction f)
{
	return (double)f.numerator / (double)f.denominator;
}

static int64_t distinct_points(const struct study *s)
{
	int64_t count = 0;

	for (int point = 0; point < s->points; point++)
		count += !s->again[point * s->stride];
	return count;
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
	s->stride = scenario_replications_maximum(base);
	s->runs = s->points * s->stride;
	if (s->runs > RUNS_MAXIMUM) {
		g_string_append_printf(complaints,
		                       "%s: error: up to %" G_GINT64_FORMAT " runs; want at most " G_STRINGIFY(RUNS_MAXIMUM) "\n",
		                       file, s->runs);
		study_free(s);
		return NULL;
	}
	make_keys(s);
	if (base->precision.metric)
		s->precision = (struct store_precision){ base->precision.metric,
			                                 { .relative = number_of(base->precision.relative),
			                                   .confidence = number_of(base->precision.confidence),
			                                   .batch = base->replications,
			                                   .maximum = base->precision.maximum },
			                                 distinct_points(s) };
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
	g_free(s->again);
	g_free(s->given);
	g_free(s->file);
	g_free(s->file_sha256);
	g_free(s->error);
	g_free(s);
}

void study_print(struct study *s, FILE *to)
{
	for (int64_t run = 0; run < s->runs; run++) {
		int point = point_of(s, run);
		uint32_t replication = replication_of(s, run);
		struct scenario_set *sets;

		if (replication >= s->base->replications)
			continue;
		sets = run_sets(s, point, replication);
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
	int point = point_of(s, run);
	uint32_t replication = replication_of(s, run);
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
	int point = point_of(s, run);
	uint32_t replication = replication_of(s, run);
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

/* Looks at every point, so some times a second and not after every run. */
static void tell_progress(struct study *s)
{
	double known = 0, left_known = 0;
	int64_t measured = 0, unknown = 0;
	gint64 now = g_get_monotonic_time();

	if (!s->conf->progress || (s->told && now - s->told < PROGRESS_US))
		return;
	s->told = now;
	for (int i = 0; i < s->points; i++) {
		known += s->point[i].seconds;
		measured += s->point[i].measured;
	}
	s->progress.expected = s->progress.total;
	for (int i = 0; i < s->points; i++) {
		const struct point *p = &s->point[i];
		int64_t more = MAX(0, p->expected - p->dealt);

		s->progress.expected += more;
		if (p->measured)
			left_known += p->seconds / (double)p->measured * (double)(p->left + more);
		else
			unknown += p->left + more;
	}
	/* A point that has not run yet is taken for an average one. */
	s->progress.eta_s = measured ? (left_known + known / (double)measured * (double)unknown) / s->conf->workers : -1;
	s->conf->progress(s->conf->context, &s->progress);
}

/* Looks after a run: counts it, and deals it where it is missing or to be tried again. */
static bool deal_run(struct study *s, int64_t run, char **error)
{
	enum store_state state = store_run_state(s->store, s->keys[run], error);

	if (state == STORE_ERROR)
		return false;
	s->outcome->planned++;
	s->outcome->already_ok += state == STORE_OK;
	s->replace[run] = state == STORE_FAILED;
	if (state == STORE_MISSING || (state == STORE_FAILED && s->conf->retry_failed)) {
		s->point[point_of(s, run)].left++;
		s->progress.total++;
		g_array_append_val(s->jobs, run);
	} else {
		s->outcome->already_failed += state == STORE_FAILED;
	}
	return true;
}

/* How many replications the point is known to want, by those dealt so far, which are all there. Negative: *error. */
static int64_t wanted_of(struct study *s, int number, char **error)
{
	struct point *p = &s->point[number];
	GArray *values;
	const double *x;
	int64_t wanted;
	size_t n;

	if (!s->precision.metric)
		return s->stride;
	if (!(values = store_values(s->store, s->study_id, number, s->precision.metric, error)))
		return -1;
	x = (const double *)(void *)values->data;
	n = MIN(values->len, (size_t)p->dealt);
	wanted = (int64_t)precision_wanted(&s->precision.rule, x, n);
	p->expected = (int64_t)precision_expected(&s->precision.rule, x, n);
	g_array_free(values, TRUE);
	return wanted;
}

/* Deals what a point wants and has not been dealt yet. What failed earlier counts as tried, without a value. */
static bool deal_point(struct study *s, int number, char **error)
{
	struct point *p = &s->point[number];
	int64_t first = number * s->stride;
	bool whole = s->precision.metric; /* a shard has whole points: where one ends depends on all of its runs */

	if (s->again[first] || (whole && number % s->conf->shard_count != s->conf->shard))
		return true;
	while (!p->left) {
		int64_t wanted = wanted_of(s, number, error);

		if (wanted <= p->dealt)
			return wanted >= 0;
		for (int64_t r = p->dealt; r < wanted; r++)
			if ((whole || (first + r) % s->conf->shard_count == s->conf->shard) && !deal_run(s, first + r, error))
				return false;
		p->dealt = wanted;
	}
	return true;
}

static bool done(void *context, int64_t run, enum workers_outcome how, const char *words, double seconds, GByteArray *out)
{
	struct study *s = context;
	int point = point_of(s, run);

	/* Answers that came in together with the one that stopped the study: its complaint is the one to tell. */
	if (s->error)
		return false;
	if (how != WORKERS_JOB_OK)
		failed_row(out, how == WORKERS_JOB_TIMEOUT ? "timeout" : "failed", words);
	if (!out->len) {
		s->error = g_strdup_printf("%s: the file has changed since the study began; start the study again", s->file);
		return false;
	}
	s->point[point].seconds += seconds;
	s->point[point].measured++;
	s->point[point].left--;
	s->progress.done++;
	s->progress.failed += !run_is_ok(out);
	if (!store_one(s, run, out) || !deal_point(s, point, &s->error))
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
	struct store_planned *planned = g_new(struct store_planned, s->runs);
	int count = 0;
	bool ok;

	/* A sweep with a value twice asks for the same run twice. */
	for (int64_t run = 0; run < s->runs; run++)
		if (!s->again[run])
			planned[count++] = (struct store_planned){ s->keys[run], point_of(s, run) };
	s->study_id = store_study(s->store, s->base, error);
	ok = s->study_id >= 0 &&
	     store_plan(s->store, s->study_id, s->base->seed, planned, count, s->precision.metric ? &s->precision : NULL, error);
	g_free(planned);
	return ok;
}

static enum study_end run_crew(struct study *s, char **error)
{
	struct workers_conf crew = {
		.jobs = s->jobs, .timeout_s = s->conf->timeout_s, .work = work, .done = done, .idle = idle, .context = s
	};

	/* With a precision target there may be more to do than is known now. */
	crew.workers = s->precision.metric ? s->conf->workers : MAX(1, (int)MIN((guint)s->conf->workers, s->jobs->len));
	switch (workers_run(&crew)) {
	case WORKERS_DONE:
		return STUDY_DONE;
	case WORKERS_INTERRUPTED:
		return STUDY_INTERRUPTED;
	case WORKERS_STOPPED:
		*error = g_steal_pointer(&s->error);
		break;
	case WORKERS_NONE:
		*error = g_strdup_printf("cannot start a worker process: %s", g_strerror(errno));
	}
	return STUDY_ERROR;
}

enum study_end study_run(struct study *s, struct store *store, const struct study_conf *conf, struct study_outcome *outcome,
                         char **error)
{
	enum study_end end = STUDY_ERROR;
	bool ok = true;

	*error = NULL;
	*outcome = (struct study_outcome){ 0 };
	s->outcome = outcome;
	s->conf = conf;
	s->store = store;
	if (!plan(s, error))
		return STUDY_ERROR;
	s->replace = g_new0(bool, s->runs);
	s->point = g_new0(struct point, s->points);
	s->jobs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	s->progress = (struct study_progress){ 0 };
	for (int point = 0; ok && point < s->points; point++)
		ok = deal_point(s, point, error);
	if (ok)
		end = run_crew(s, error);
	outcome->ok = s->progress.done - s->progress.failed;
	outcome->failed = s->progress.failed;
	if (end == STUDY_DONE && s->precision.metric && outcome->ok + outcome->already_ok &&
	    (*error = store_metric_missing(store, s->study_id, s->precision.metric)))
		end = STUDY_ERROR;
	g_array_free(s->jobs, TRUE);
	g_clear_pointer(&s->replace, g_free);
	g_clear_pointer((void **)&s->point, g_free);
	return end;
}
