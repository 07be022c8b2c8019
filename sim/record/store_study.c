// SPDX-License-Identifier: GPL-3.0-or-later
/* Studies in the result database: their plans, what is done of them, and the union of databases. */
#include "sim/record/store_int.h"

#include <sys/stat.h>

#include "sim/version.h"

/* Steps a statement that gives no rows; takes it. */
static bool finish(struct store *s, sqlite3_stmt *take, char **error)
{
	bool ok = take && (sqlite3_step(take) == SQLITE_DONE || store_fail(s, error));

	sqlite3_finalize(take);
	return ok;
}

static bool finish_transaction(struct store *s, bool ok, char **error)
{
	ok = ok && store_execute(s, "COMMIT", error);
	if (!ok && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ok;
}

int64_t store_study(struct store *s, const struct scenario *scenario, char **error)
{
	const char *const sql[2] = {
		"INSERT OR IGNORE INTO sim_study(name, scenario_sha256, version, scenario) VALUES(?, ?, ?, ?)",
		"SELECT study_id FROM sim_study WHERE name = ? AND scenario_sha256 = ? AND version = ?"
	};
	int64_t id = -1;

	*error = NULL;
	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *q = store_prepare(s, sql[i], error);
		int rc;

		if (!q)
			return -1;
		sqlite3_bind_text(q, 1, scenario->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 2, scenario->source_sha256, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 3, ROAM_VERSION, -1, SQLITE_STATIC);
		if (!i)
			sqlite3_bind_text(q, 4, scenario->source, -1, SQLITE_STATIC);
		rc = sqlite3_step(q);
		if (rc == SQLITE_ROW)
			id = sqlite3_column_int64(q, 0);
		else if (rc != SQLITE_DONE)
			store_fail(s, error);
		sqlite3_finalize(q);
		if (*error)
			return -1;
	}
	return id;
}

/* ---- plans -------------------------------------------------------------------------------------------------------- */

static bool take_over(struct store *s, int64_t study, const struct store_planned *runs, int count, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "INSERT INTO temp.plan(run_key, point) VALUES(?, ?)", error);
	bool ok = q != NULL;

	for (int i = 0; ok && i < count; i++) {
		sqlite3_bind_text(q, 1, runs[i].run_key, -1, SQLITE_STATIC);
		sqlite3_bind_int(q, 2, runs[i].point);
		ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	if (!ok ||
	    !(q = store_prepare(s,
	                        "INSERT INTO temp.robbed SELECT DISTINCT study_id FROM sim_run JOIN temp.plan USING(run_key)"
	                        " WHERE study_id <> ?",
	                        error)))
		return false;
	sqlite3_bind_int64(q, 1, study);
	if (!finish(s, q, error) ||
	    !(q = store_prepare(
	          s,
	          "UPDATE sim_run SET study_id = ?1, point = p.point FROM temp.plan p WHERE p.run_key = sim_run.run_key"
	          " AND (study_id <> ?1 OR sim_run.point <> p.point)",
	          error)))
		return false;
	sqlite3_bind_int64(q, 1, study);
	return finish(s, q, error) &&
	       store_execute(
	           s,
	           "UPDATE sim_study SET planned = NULL, seed = NULL WHERE study_id IN (SELECT study_id FROM temp.robbed);"
	           "DELETE FROM sim_study WHERE study_id IN (SELECT study_id FROM temp.robbed)"
	           " AND study_id NOT IN (SELECT study_id FROM sim_run)",
	           error);
}

bool store_plan(struct store *s, int64_t study, uint64_t seed, const struct store_planned *runs, int count,
                const struct store_precision *precision, char **error)
{
	sqlite3_stmt *q;
	bool ok;

	*error = NULL;
	if (!store_execute(s,
	                   "CREATE TEMP TABLE IF NOT EXISTS plan(run_key TEXT PRIMARY KEY, point INTEGER);"
	                   "CREATE TEMP TABLE IF NOT EXISTS robbed(study_id INTEGER);"
	                   "BEGIN IMMEDIATE; DELETE FROM temp.plan; DELETE FROM temp.robbed",
	                   error))
		return finish_transaction(s, false, error);
	ok = take_over(s, study, runs, count, error) && store_set_precision(s, study, precision, error) &&
	     (q = store_prepare(s, "UPDATE sim_study SET planned = ?2, seed = ?3 WHERE study_id = ?1", error)) != NULL;
	if (ok) {
		sqlite3_bind_int64(q, 1, study);
		sqlite3_bind_int64(q, 2, precision ? precision->points * (int64_t)precision->rule.batch : count);
		sqlite3_bind_int64(q, 3, (int64_t)seed);
		ok = finish(s, q, error);
	}
	return finish_transaction(s, ok, error);
}

GArray *store_status(struct store *s, char **error)
{
	/* What `roam run` added with another seed, another end or off the plan's points does not count towards the plan. */
	static const char sql[] = "SELECT s.study_id, name, version, ifnull(planned, -1),"
	                          " count(*) FILTER (WHERE status = 'ok'), count(*) FILTER (WHERE status = 'failed'),"
	                          " count(*) FILTER (WHERE status = 'timeout')"
	                          " FROM sim_study s LEFT JOIN sim_run r ON r.study_id = s.study_id"
	                          " AND (planned IS NULL OR (r.point >= 0 AND r.seed = s.seed))"
	                          " GROUP BY s.study_id ORDER BY s.study_id";
	sqlite3_stmt *q;
	GArray *status;
	bool ok;
	int rc;

	*error = NULL;
	if (!(q = store_prepare(s, sql, error)))
		return NULL;
	status = g_array_new(FALSE, FALSE, sizeof(struct store_study_status));
	while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct store_study_status one = { .study = sqlite3_column_int64(q, 0),
			                          .name = g_strdup((const char *)sqlite3_column_text(q, 1)),
			                          .version = g_strdup((const char *)sqlite3_column_text(q, 2)),
			                          .planned = sqlite3_column_int64(q, 3),
			                          .ok = sqlite3_column_int64(q, 4),
			                          .failed = sqlite3_column_int64(q, 5),
			                          .timeout = sqlite3_column_int64(q, 6) };

		g_array_append_val(status, one);
	}
	ok = rc == SQLITE_DONE || store_fail(s, error);
	sqlite3_finalize(q);
	for (guint i = 0; ok && i < status->len; i++)
		ok = store_precision_status(s, &g_array_index(status, struct store_study_status, i), error);
	if (!ok) {
		store_status_free(status);
		status = NULL;
	}
	return status;
}

void store_status_free(GArray *status)
{
	for (guint i = 0; i < status->len; i++) {
		g_free(g_array_index(status, struct store_study_status, i).name);
		g_free(g_array_index(status, struct store_study_status, i).version);
		g_free(g_array_index(status, struct store_study_status, i).metric);
	}
	g_array_free(status, TRUE);
}

char **store_failures(struct store *s, int64_t study, char **error)
{
	static const char sql[] = "SELECT run_key || ': ' || status || ': ' || ifnull(error, '') FROM sim_run"
	                          " WHERE study_id = ? AND status <> 'ok' ORDER BY point, replication, run_key";
	sqlite3_stmt *q;
	GPtrArray *lines;
	int rc;

	*error = NULL;
	if (!(q = store_prepare(s, sql, error)))
		return NULL;
	lines = g_ptr_array_new();
	sqlite3_bind_int64(q, 1, study);
	while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
		char *line = g_strdup((const char *)sqlite3_column_text(q, 0));

		line[strcspn(line, "\n")] = 0;
		g_ptr_array_add(lines, line);
	}
	if (rc != SQLITE_DONE)
		store_fail(s, error);
	sqlite3_finalize(q);
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}

/* ---- merging ------------------------------------------------------------------------------------------------------ */

/* Ids are dealt anew; the maps say how. Everything hangs on the runs that are new here. */
static const char merge_sql[] =
    "INSERT OR IGNORE INTO main.sim_study(name, scenario, scenario_sha256, version)"
    "  SELECT name, scenario, scenario_sha256, version FROM other.sim_study ORDER BY study_id;"
    "UPDATE main.sim_study SET planned = o.planned, seed = o.seed FROM other.sim_study o"
    "  WHERE o.planned IS NOT NULL AND (o.name, o.scenario_sha256, o.version) ="
    "  (main.sim_study.name, main.sim_study.scenario_sha256, main.sim_study.version);"
    "INSERT OR REPLACE INTO main.sim_precision SELECT t.study_id, metric, relative, confidence, batch, maximum, points"
    "  FROM other.sim_precision p JOIN other.sim_study f ON f.study_id = p.study_id"
    "  JOIN main.sim_study t ON (t.name, t.scenario_sha256, t.version) = (f.name, f.scenario_sha256, f.version);"
    "DELETE FROM main.sim_run WHERE status <> 'ok' AND run_key IN (SELECT run_key FROM other.sim_run WHERE status = 'ok');"
    "INSERT INTO temp.map_run SELECT run_id,"
    "  (SELECT ifnull(max(run_id), 0) FROM main.sim_run) + row_number() OVER (ORDER BY run_id)"
    "  FROM other.sim_run WHERE run_key NOT IN (SELECT run_key FROM main.sim_run);"
    "INSERT INTO temp.map_handover SELECT handover_id,"
    "  (SELECT ifnull(max(handover_id), 0) FROM main.sim_handover) + row_number() OVER (ORDER BY handover_id)"
    "  FROM other.sim_handover JOIN temp.map_run m ON m.old = run_id;"
    "INSERT INTO temp.map_flow SELECT flow_id,"
    "  (SELECT ifnull(max(flow_id), 0) FROM main.sim_flow) + row_number() OVER (ORDER BY flow_id)"
    "  FROM other.sim_flow JOIN temp.map_run m ON m.old = run_id;"
    "INSERT INTO temp.map_series SELECT series_id,"
    "  (SELECT ifnull(max(series_id), 0) FROM main.sim_series) + row_number() OVER (ORDER BY series_id)"
    "  FROM other.sim_series JOIN temp.map_run m ON m.old = run_id;"
    "INSERT INTO main.sim_run SELECT m.new, t.study_id, run_key, point, replication, r.seed, status, error, digest, events, "
    "sim_s, wall_s"
    "  FROM other.sim_run r JOIN temp.map_run m ON m.old = r.run_id JOIN other.sim_study f ON f.study_id = r.study_id"
    "  JOIN main.sim_study t ON (t.name, t.scenario_sha256, t.version) = (f.name, f.scenario_sha256, f.version);"
    "INSERT INTO main.sim_param SELECT m.new, name, value, is_sweep FROM other.sim_param JOIN temp.map_run m ON m.old = run_id;"
    "INSERT INTO main.sim_handover SELECT h.new, m.new, node, seq, from_cell, to_cell, scheme, t_down, t_up, t_router, t_coa, "
    "t_ha_bu,"
    "  t_ha_ba, t_local_bu, t_local_ba FROM other.sim_handover JOIN temp.map_run m ON m.old = run_id JOIN temp.map_handover h ON h.old = handover_id;"
    "INSERT INTO main.sim_registration SELECT NULL, h.new, peer, t_hoti, t_hot, t_coti, t_cot, t_early_bu, t_early_bu_rx, "
    "t_early_ba,"
    "  t_bu, t_bu_rx, t_ba, t_send, t_recv, outcome FROM other.sim_registration JOIN temp.map_handover h ON h.old = handover_id"
    "  ORDER BY registration_id;"
    "INSERT INTO main.sim_flow SELECT f.new, m.new, name, src, dst, sent, received, lost, duplicated, reordered, delay_mean_s,"
    "  delay_p95_s, delay_max_s, jitter_s FROM other.sim_flow JOIN temp.map_run m ON m.old = run_id"
    "  JOIN temp.map_flow f ON f.old = flow_id;"
    "INSERT INTO main.sim_gap SELECT h.new, f.new, t_last_before, t_first_after, lost, duplicated, reordered, via,"
    "  received, tunnelled, delay_mean_s, delay_max_s, jitter_s, throughput_bps FROM other.sim_gap"
    "  JOIN temp.map_handover h ON h.old = handover_id JOIN temp.map_flow f ON f.old = flow_id;"
    "INSERT INTO main.sim_message SELECT m.new, node, type, direction, count, octets FROM other.sim_message"
    "  JOIN temp.map_run m ON m.old = run_id;"
    "INSERT INTO main.sim_metric SELECT NULL, m.new, node, name, unit, value FROM other.sim_metric JOIN temp.map_run m ON m.old "
    "= run_id"
    "  ORDER BY metric_id;"
    "INSERT INTO main.sim_series SELECT e.new, m.new, node, name, unit, samples, value_min, value_max, value_sum, value_sumsq,"
    "  event_first, event_last, t_first, t_last FROM other.sim_series JOIN temp.map_run m ON m.old = run_id"
    "  JOIN temp.map_series e ON e.old = series_id;"
    "INSERT INTO main.sim_sample SELECT e.new, t_ns, event, value FROM other.sim_sample d JOIN temp.map_series e ON e.old = "
    "d.series_id"
    "  ORDER BY d.rowid;"
    /* Explorations are functions of their key: where one is there already, its rows are the same. */
    "INSERT OR IGNORE INTO main.sim_exploration SELECT NULL, t.study_id, point, e.seed, question, path, across_path, t_origin, runs"
    "  FROM other.sim_exploration e JOIN other.sim_study f USING(study_id)"
    "  JOIN main.sim_study t ON (t.name, t.scenario_sha256, t.version) = (f.name, f.scenario_sha256, f.version);"
    "INSERT INTO temp.map_exploration SELECT e.exploration_id, n.exploration_id FROM other.sim_exploration e JOIN other.sim_study f USING(study_id)"
    "  JOIN main.sim_study t ON (t.name, t.scenario_sha256, t.version) = (f.name, f.scenario_sha256, f.version)"
    "  JOIN main.sim_exploration n ON (n.study_id, n.point, n.seed, n.question, n.path, n.across_path) ="
    "  (t.study_id, e.point, e.seed, e.question, e.path, e.across_path);"
    "INSERT OR IGNORE INTO main.sim_exploration_param SELECT new, name, value, is_sweep FROM other.sim_exploration_param"
    "  JOIN temp.map_exploration ON old = exploration_id;"
    "INSERT OR IGNORE INTO main.sim_interval SELECT new, t_from, t_to, outcome FROM other.sim_interval"
    "  JOIN temp.map_exploration ON old = exploration_id;"
    "INSERT OR IGNORE INTO main.sim_trial SELECT new, t_at, t_across, outcome, t_recovery, signals, signal_octets FROM other.sim_trial"
    "  JOIN temp.map_exploration ON old = exploration_id;";

static const char map_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS map_run(old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_handover(old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_flow(old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_series(old INTEGER PRIMARY KEY, new INTEGER);"
    "CREATE TEMP TABLE IF NOT EXISTS map_exploration(old INTEGER PRIMARY KEY, new INTEGER); DELETE FROM temp.map_exploration;"
    "DELETE FROM temp.map_run; DELETE FROM temp.map_handover; DELETE FROM temp.map_flow; DELETE FROM temp.map_series;";

/* The same key is the same run; if its digest differs, two programs or machines disagree, and no union would be true. */
static bool digests_agree(struct store *s, const char *from, char **error)
{
	sqlite3_stmt *q = store_prepare(s,
	                                "SELECT a.run_key FROM main.sim_run a JOIN other.sim_run b USING(run_key)"
	                                " WHERE a.status = 'ok' AND b.status = 'ok' AND a.digest IS NOT b.digest LIMIT 1",
	                                error);
	int rc;

	if (!q)
		return false;
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		*error = g_strdup_printf("%s: run %s has another digest than in %s; the two do not come from the same program",
		                         from, sqlite3_column_text(q, 0), s->file);
	else if (rc != SQLITE_DONE)
		store_fail(s, error);
	sqlite3_finalize(q);
	return rc == SQLITE_DONE;
}

static bool count_new(struct store *s, int64_t *added, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "SELECT count(*) FROM temp.map_run", error);
	bool ok = q && (sqlite3_step(q) == SQLITE_ROW || store_fail(s, error));

	if (ok)
		*added = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return ok;
}

bool store_merge(struct store *s, const char *from, int64_t *added, char **error)
{
	struct store *other = store_open_existing(from, error);
	struct stat a, b;
	sqlite3_stmt *q;
	bool ok;

	if (!other)
		return false;
	store_close(other);
	if (!stat(from, &a) && !stat(s->file, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
		*error = g_strdup_printf("%s: this is the file to merge into", from);
		return false;
	}
	if (!(q = store_prepare(s, "ATTACH ? AS other", error)))
		return false;
	sqlite3_bind_text(q, 1, from, -1, SQLITE_STATIC);
	if (!finish(s, q, error))
		return false;
	ok = store_execute(s, map_sql, error) && store_execute(s, "BEGIN IMMEDIATE", error) && digests_agree(s, from, error) &&
	     store_execute(s, merge_sql, error) && count_new(s, added, error) && store_refresh_views(s, error);
	ok = finish_transaction(s, ok, error);
	/* Should this fail, the file stays attached until the store is closed, and the next merge says so. */
	sqlite3_exec(s->db, "DETACH other", NULL, NULL, NULL);
	return ok;
}
