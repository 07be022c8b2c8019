// SPDX-License-Identifier: GPL-3.0-or-later
/* Storing what roam explore found. */
#include "sim/record/store_int.h"

static bool run_once(struct store *s, sqlite3_stmt *q, char **error)
{
	bool ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);

	sqlite3_reset(q);
	return ok;
}

/* The row of the exploration itself; its id, -1 on error. */
static int64_t add_row(struct store *s, int64_t study, const struct store_exploration *e, char **error)
{
	static const char *const sql[] = {
		"DELETE FROM sim_exploration WHERE (study_id, point, seed, question, path, across_path) = (?1, ?2, ?3, ?4, ?5, ?6)",
		"INSERT INTO sim_exploration(study_id, point, seed, question, path, across_path, t_origin, runs) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	};
	bool ok = true;

	for (int i = 0; ok && i < 2; i++) {
		sqlite3_stmt *q = store_prepare(s, sql[i], error);

		if (!q)
			return -1;
		sqlite3_bind_int64(q, 1, study);
		sqlite3_bind_int(q, 2, e->point);
		sqlite3_bind_int64(q, 3, (int64_t)e->seed);
		sqlite3_bind_text(q, 4, e->question, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 5, e->path, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 6, e->across_path ? e->across_path : "", -1, SQLITE_STATIC);
		if (i) {
			sqlite3_bind_int64(q, 7, e->origin);
			sqlite3_bind_int64(q, 8, (int64_t)e->runs);
		}
		ok = run_once(s, q, error);
		sqlite3_finalize(q);
	}
	return ok ? sqlite3_last_insert_rowid(s->db) : -1;
}

static bool is_swept(const struct store_exploration *e, const char *path)
{
	for (int i = 0; i < e->sweep_count; i++)
		if (!strcmp(e->sweep[i].path, path))
			return true;
	return false;
}

static bool add_parameters(struct store *s, int64_t id, const struct scenario *scenario, const struct store_exploration *e, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "INSERT INTO sim_exploration_param VALUES(?, ?, ?, ?)", error);
	bool ok = q;

	for (guint i = 0; ok && i < scenario->parameters->len; i++) {
		const struct scenario_parameter *p = scenario->parameters->pdata[i];

		sqlite3_bind_int64(q, 1, id);
		sqlite3_bind_text(q, 2, p->path, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 3, p->value, -1, SQLITE_STATIC);
		sqlite3_bind_int(q, 4, is_swept(e, p->path));
		ok = run_once(s, q, error);
	}
	sqlite3_finalize(q);
	return ok;
}

static bool add_intervals(struct store *s, int64_t id, const struct store_exploration *e, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "INSERT INTO sim_interval VALUES(?, ?, ?, ?)", error);
	bool ok = q;

	for (int i = 0; ok && i < e->interval_count; i++) {
		sqlite3_bind_int64(q, 1, id);
		sqlite3_bind_int64(q, 2, e->intervals[i].from);
		sqlite3_bind_int64(q, 3, e->intervals[i].to);
		sqlite3_bind_text(q, 4, e->intervals[i].outcome, -1, SQLITE_STATIC);
		ok = run_once(s, q, error);
	}
	sqlite3_finalize(q);
	return ok;
}

static bool add_trials(struct store *s, int64_t id, const struct store_exploration *e, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "INSERT INTO sim_trial VALUES(?, ?, ?, ?, ?, ?, ?)", error);
	bool ok = q;

	for (int i = 0; ok && i < e->trial_count; i++) {
		const struct store_trial *t = &e->trials[i];

		sqlite3_bind_int64(q, 1, id);
		sqlite3_bind_int64(q, 2, t->at);
		sqlite3_bind_int64(q, 3, t->across);
		sqlite3_bind_text(q, 4, t->outcome, -1, SQLITE_STATIC);
		if (t->recovery == MIP_NEVER)
			sqlite3_bind_null(q, 5);
		else
			sqlite3_bind_int64(q, 5, t->recovery);
		sqlite3_bind_int64(q, 6, (int64_t)t->signals);
		sqlite3_bind_int64(q, 7, (int64_t)t->signal_octets);
		ok = run_once(s, q, error);
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_exploration(struct store *s, int64_t study, const struct scenario *scenario, const struct store_exploration *e, char **error)
{
	int64_t id;
	bool ok;

	*error = NULL;
	if (!store_execute(s, "BEGIN IMMEDIATE", error))
		return false;
	id = add_row(s, study, e, error);
	ok = id >= 0 && add_parameters(s, id, scenario, e, error) && add_intervals(s, id, e, error) && add_trials(s, id, e, error) &&
	     store_execute(s, "COMMIT", error);
	if (!ok && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ok;
}
