// SPDX-License-Identifier: GPL-3.0-or-later
/* Precision targets in the result database: a metric's values, and what they say about the runs a study still wants. */
#include "sim/record/store_int.h"

#include <math.h>

#include "sim/scenario/complaint.h"

/* Whose mean may be asked for; of a flow's, as COLUMN:FLOW, or over all flows. A run's cost in real time is not among them: what
 * a study runs must not depend on the machine. */
static const char *const run_columns[] = { "events",    "handovers", "registered", "send_mean_s", "recv_mean_s",
	                                   "gap_max_s", "sent",      "received",   "lost" };
static const char *const flow_columns[] = { "delay_mean_s", "delay_p95_s", "delay_max_s", "jitter_s" };

/* An expression over sim_run u; free with sqlite3_free. */
static char *value_of(const char *metric)
{
	size_t name = strcspn(metric, ":");

	for (guint i = 0; i < G_N_ELEMENTS(run_columns); i++)
		if (!strcmp(metric, run_columns[i]))
			return sqlite3_mprintf("(SELECT v.%s FROM run_summary v WHERE v.run_id = u.run_id)", run_columns[i]);
	for (guint i = 0; i < G_N_ELEMENTS(flow_columns); i++)
		if (strlen(flow_columns[i]) == name && !strncmp(metric, flow_columns[i], name))
			return sqlite3_mprintf(
			    "(SELECT avg(f.%s) FROM sim_flow f WHERE f.run_id = u.run_id AND f.name = ifnull(%Q, f.name))",
			    flow_columns[i], metric[name] ? metric + name + 1 : NULL);
	return sqlite3_mprintf("(SELECT avg(m.value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name = %Q)", metric);
}

static sqlite3_stmt *prepare_values(struct store *s, int64_t study, const char *metric, const char *and, char **error)
{
	char *value = value_of(metric);
	char *sql = sqlite3_mprintf("SELECT point, replication, %s FROM sim_run u JOIN sim_study t USING(study_id)"
	                            " WHERE study_id = %lld AND point >= 0 AND u.seed = t.seed %s ORDER BY point, replication",
	                            value, (long long)study, and);
	sqlite3_stmt *q = store_prepare(s, sql, error);

	sqlite3_free(sql);
	sqlite3_free(value);
	return q;
}

/* A value, where it stands in the row of replications that has no gap. */
static void add_value(sqlite3_stmt *q, GArray *values)
{
	double v = sqlite3_column_type(q, 2) == SQLITE_NULL ? NAN : sqlite3_column_double(q, 2);

	if (sqlite3_column_int64(q, 1) == values->len)
		g_array_append_val(values, v);
}

GArray *store_values(struct store *s, int64_t study, int point, const char *metric, char **error)
{
	GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
	sqlite3_stmt *q;
	int rc;

	*error = NULL;
	if (!(q = prepare_values(s, study, metric, "AND point = ?", error))) {
		g_array_free(values, TRUE);
		return NULL;
	}
	sqlite3_bind_int(q, 1, point);
	while ((rc = sqlite3_step(q)) == SQLITE_ROW)
		add_value(q, values);
	if (rc != SQLITE_DONE) {
		store_fail(s, error);
		g_array_free(values, TRUE);
		values = NULL;
	}
	sqlite3_finalize(q);
	return values;
}

char *store_metric_missing(struct store *s, int64_t study, const char *metric)
{
	char *error = NULL, *there = NULL;
	sqlite3_stmt *q = prepare_values(s, study, metric, "", &error);
	struct suggestion suggestion;
	GString *names;
	bool has = false;

	while (q && !has && sqlite3_step(q) == SQLITE_ROW)
		has = sqlite3_column_type(q, 2) != SQLITE_NULL;
	sqlite3_finalize(q);
	if (error || has)
		return error;
	names = g_string_new(NULL);
	suggestion_init(&suggestion, metric);
	for (guint i = 0; i < G_N_ELEMENTS(run_columns) + G_N_ELEMENTS(flow_columns); i++) {
		const char *name = i < G_N_ELEMENTS(run_columns) ? run_columns[i] : flow_columns[i - G_N_ELEMENTS(run_columns)];

		g_string_append_printf(names, "%s%s", i ? ", " : "", name);
		suggestion_offer(&suggestion, name);
	}
	q = store_prepare(s, "SELECT DISTINCT name FROM sim_metric JOIN sim_run USING(run_id) WHERE study_id = ? ORDER BY name",
	                  &error);
	if (q)
		sqlite3_bind_int64(q, 1, study);
	while (q && sqlite3_step(q) == SQLITE_ROW) {
		const char *name = g_intern_string((const char *)sqlite3_column_text(q, 0));

		g_string_append_printf(names, ", %s", name);
		suggestion_offer(&suggestion, name);
	}
	sqlite3_finalize(q);
	if (!error)
		there = g_strdup_printf("no run of the study has the metric '%s' of its precision target%s (there are %s)",
		                        metric, suggestion_text(&suggestion), names->str);
	g_string_free(names, TRUE);
	return error ? error : there;
}

bool store_set_precision(struct store *s, int64_t study, const struct store_precision *precision, char **error)
{
	sqlite3_stmt *q = store_prepare(s,
	                                precision ? "INSERT OR REPLACE INTO sim_precision VALUES(?, ?, ?, ?, ?, ?, ?)"
	                                          : "DELETE FROM sim_precision WHERE study_id = ?",
	                                error);
	bool ok;

	if (!q)
		return false;
	sqlite3_bind_int64(q, 1, study);
	if (precision) {
		sqlite3_bind_text(q, 2, precision->metric, -1, SQLITE_STATIC);
		sqlite3_bind_double(q, 3, precision->rule.relative);
		sqlite3_bind_double(q, 4, precision->rule.confidence);
		sqlite3_bind_int64(q, 5, (int64_t)precision->rule.batch);
		sqlite3_bind_int64(q, 6, (int64_t)precision->rule.maximum);
		sqlite3_bind_int64(q, 7, precision->points);
	}
	ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);
	sqlite3_finalize(q);
	return ok;
}

/* ---- status -------------------------------------------------------------------------------------------------------- */

static bool has_value(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			return true;
	return false;
}

/* Counts a point in, whose runs are the values. */
static void judge(struct store_study_status *status, const struct precision *rule, const GArray *values)
{
	const double *x = (const double *)(void *)values->data;
	size_t wanted = precision_wanted(rule, x, values->len);

	/* What an earlier target asked for beyond this one is none too many. */
	status->planned += (int64_t)MAX(wanted, values->len);
	if (wanted > values->len)
		return;
	status->precise += precision_reached(rule, x, wanted);
	status->without_value += !has_value(x, wanted);
	status->at_maximum += has_value(x, wanted) && !precision_reached(rule, x, wanted);
}

static bool judge_points(struct store *s, struct store_study_status *status, const struct precision *rule, char **error)
{
	GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
	sqlite3_stmt *q = prepare_values(s, status->study, status->metric, "", error);
	int64_t judged = 0;
	int point = -1, rc = SQLITE_DONE;

	status->planned = 0;
	while (q && ((rc = sqlite3_step(q)) == SQLITE_ROW || point >= 0)) {
		int next = rc == SQLITE_ROW ? sqlite3_column_int(q, 0) : -1;

		if (point >= 0 && next != point) {
			judge(status, rule, values);
			judged++;
			g_array_set_size(values, 0);
		}
		point = next;
		if (rc != SQLITE_ROW)
			break;
		add_value(q, values);
	}
	if (q && rc != SQLITE_DONE)
		store_fail(s, error);
	sqlite3_finalize(q);
	g_array_free(values, TRUE);
	status->planned += (status->points - judged) * (int64_t)MIN(rule->batch, rule->maximum);
	return q && rc == SQLITE_DONE;
}

bool store_precision_status(struct store *s, struct store_study_status *status, char **error)
{
	sqlite3_stmt *q =
	    store_prepare(s,
	                  "SELECT metric, relative, confidence, batch, maximum, points FROM sim_precision JOIN sim_study"
	                  " USING(study_id) WHERE study_id = ? AND planned IS NOT NULL",
	                  error);
	struct precision rule;
	int rc;

	if (!q)
		return false;
	sqlite3_bind_int64(q, 1, status->study);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		status->metric = g_strdup((const char *)sqlite3_column_text(q, 0));
		rule = (struct precision){ .relative = sqlite3_column_double(q, 1),
			                   .confidence = sqlite3_column_double(q, 2),
			                   .batch = (size_t)sqlite3_column_int64(q, 3),
			                   .maximum = (size_t)sqlite3_column_int64(q, 4) };
		status->relative = rule.relative;
		status->points = sqlite3_column_int64(q, 5);
	} else if (rc != SQLITE_DONE) {
		store_fail(s, error);
	}
	sqlite3_finalize(q);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE;
	return judge_points(s, status, &rule, error);
}
