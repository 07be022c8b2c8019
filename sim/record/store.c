// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Opening, checking and filling a result database. Rollback journal throughout, so that a closed file needs no second one and
 * works on any file system; one transaction per run, so that a killed program leaves whole runs. Studies, plans and merging are
 * in store_study.c.
 */
#include "sim/record/store_int.h"

#include <errno.h>
#include <sys/stat.h>

#include "sim/version.h"

static const char schema[] =
#include "analysis/schema.inc"
    ;

#define APPLICATION_ID 0x726f616d /* as in analysis/schema.sql; a test compares */
#define USER_VERSION 1
#define BUSY_MS 10000

/* ---- errors ------------------------------------------------------------------------------------------------------- */

bool store_fail(struct store *s, char **error)
{
	int code = sqlite3_errcode(s->db), system = sqlite3_system_errno(s->db);
	char *said = g_strdup(sqlite3_errmsg(s->db));
	const char *hint;

	/* The message is kept first: rolling back would replace it. */
	switch (code & 0xff) {
	case SQLITE_FULL:
		hint = "the disk is full; make room, or choose another place with -o";
		break;
	case SQLITE_IOERR:
		hint = "the file cannot be read or written; check the disk, its quota and limits on file size";
		break;
	case SQLITE_CORRUPT:
		hint = "the database is damaged; keep a copy, move it away and run again";
		break;
	case SQLITE_NOTADB:
		hint = "this is not a result database; choose another file";
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		hint = "the file or its directory is read-only; change that, or choose another place with -o";
		break;
	case SQLITE_CANTOPEN:
		hint = "it cannot be opened or made; does the directory exist, and may you write there?";
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		hint = "another program is writing to it; try again when it is done";
		break;
	default:
		hint = NULL;
	}
	g_free(*error);
	*error = g_strdup_printf("%s: %s%s%s%s%s%s", s->file, hint ? hint : said, hint ? " (" : "", hint ? said : "",
	                         hint && system ? ": " : "", hint && system ? g_strerror(system) : "", hint ? ")" : "");
	g_free(said);
	return false;
}

bool store_execute(struct store *s, const char *sql, char **error)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(s, error);
}

sqlite3_stmt *store_prepare(struct store *s, const char *sql, char **error)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) == SQLITE_OK)
		return statement;
	store_fail(s, error);
	return NULL;
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */

static bool ask(struct store *s, const char *sql, int64_t *answer, char **error)
{
	sqlite3_stmt *q = store_prepare(s, sql, error);
	bool ok;

	if (!q)
		return false;
	ok = sqlite3_step(q) == SQLITE_ROW;
	if (ok)
		*answer = sqlite3_column_int64(q, 0);
	else
		store_fail(s, error);
	sqlite3_finalize(q);
	return ok;
}

/* Has it every column that rows have here? A roam from before one of them wrote the file, though under the same layout number. */
static bool check_column(struct store *s, sqlite3_stmt *q, const char *table, const char *column, char **error)
{
	bool ok;

	sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, column, -1, SQLITE_STATIC);
	ok = sqlite3_step(q) == SQLITE_ROW;
	if (!ok) {
		store_fail(s, error);
	} else if (!sqlite3_column_int(q, 0)) {
		*error = g_strdup_printf("%s: an older roam wrote this database (%s has no %s); use that one, or choose another file",
		                         s->file, table, column);
		ok = false;
	}
	sqlite3_reset(q);
	return ok;
}

static bool check_columns(struct store *s, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?", error);
	bool ok = q && check_column(s, q, "sim_precision", "metric", error);

	for (int t = 0; ok && t < RESULT_TABLES; t++)
		for (int c = 0; ok && result_tables[t].columns[c]; c++)
			ok = check_column(s, q, result_tables[t].table, result_tables[t].columns[c], error);
	sqlite3_finalize(q);
	if (ok && sqlite3_table_column_metadata(s->db, "main", "sim_trial", NULL, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK) {
		*error = g_strdup_printf("%s: an older roam wrote this database (it has no sim_trial); use that one, or choose another file",
		                         s->file);
		ok = false;
	}
	return ok;
}

static bool check(struct store *s, bool create, char **error)
{
	int64_t application, version, objects;

	if (!ask(s, "PRAGMA application_id", &application, error) || !ask(s, "PRAGMA user_version", &version, error) ||
	    !ask(s, "SELECT count(*) FROM sqlite_master", &objects, error))
		return false;
	if (!application && !objects && create)
		return store_execute(s, schema, error);
	if (application != APPLICATION_ID) {
		*error = g_strdup_printf("%s: this SQLite database is %s; choose another file%s", s->file,
		                         objects ? "another program's" : "no result database", create ? " with -o" : "");
		return false;
	}
	if (version != USER_VERSION) {
		*error = g_strdup_printf("%s: %s roam wrote this database (its layout is %" G_GINT64_FORMAT
		                         ", this program's is %d); use that one, or choose another file",
		                         s->file, version > USER_VERSION ? "a newer" : "an older", version, USER_VERSION);
		return false;
	}
	return check_columns(s, error);
}

static bool known_sweeps(struct store *s, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "SELECT name FROM pragma_table_info('handover_latency')", error);
	int rc;

	if (!q)
		return false;
	/* The fixed columns are in it too; no path of a scenario has their form. */
	while ((rc = sqlite3_step(q)) == SQLITE_ROW)
		g_hash_table_add(s->sweeps, g_strdup((const char *)sqlite3_column_text(q, 0)));
	if (rc != SQLITE_DONE)
		store_fail(s, error);
	sqlite3_finalize(q);
	return rc == SQLITE_DONE;
}

static struct store *open_file(const char *file, bool create, char **error)
{
	struct store *s = g_new0(struct store, 1);
	struct stat st;
	int rc;

	*error = NULL;
	s->file = g_strdup(file);
	s->sweeps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!*file || !strcmp(file, ":memory:")) {
		*error = g_strdup_printf("'%s' is not a file name", file);
		goto fail;
	}
	if (stat(file, &st)) {
		if (errno != ENOENT || !create) {
			*error = g_strdup_printf("%s: %s", file, g_strerror(errno));
			goto fail;
		}
	} else if (!S_ISREG(st.st_mode)) {
		*error = g_strdup_printf("%s: not a regular file; choose another file%s", file, create ? " with -o" : "");
		goto fail;
	}
	rc = sqlite3_open_v2(file, &s->db, create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE, NULL);
	if (rc != SQLITE_OK) {
		store_fail(s, error);
		goto fail;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	if (create && sqlite3_db_readonly(s->db, "main") == 1) {
		*error = g_strdup_printf("%s: the file is read-only; change that, or choose another file with -o", file);
		goto fail;
	}
	/* A file someone else's tool left in WAL mode comes back to one that is whole by itself. */
	if (create && (!store_execute(s, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=NORMAL", error)))
		goto fail;
	if (!store_execute(s, "PRAGMA foreign_keys=ON", error))
		goto fail;
	if (create && !store_execute(s, "BEGIN IMMEDIATE", error))
		goto fail;
	if (!check(s, create, error) || !known_sweeps(s, error) || (create && !store_execute(s, "COMMIT", error)))
		goto fail;
	return s;
fail:
	store_close(s);
	return NULL;
}

struct store *store_open(const char *file, char **error)
{
	return open_file(file, true, error);
}

struct store *store_open_existing(const char *file, char **error)
{
	return open_file(file, false, error);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (int i = 0; i < RESULT_TABLES; i++)
		sqlite3_finalize(s->insert[i]);
	if (s->db && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(s->db);
	g_hash_table_destroy(s->sweeps);
	g_free(s->file);
	g_free(s);
}

/* ---- views -------------------------------------------------------------------------------------------------------- */

static void add_columns(GString *sql, GPtrArray *sweeps)
{
	for (guint i = 0; i < sweeps->len; i++) {
		char *column =
		    sqlite3_mprintf(", (SELECT p.value FROM sim_param p WHERE p.run_id = b.run_id AND p.name = %Q) AS \"%w\"",
		                    (const char *)sweeps->pdata[i], (const char *)sweeps->pdata[i]);

		g_string_append(sql, column);
		sqlite3_free(column);
	}
}

bool store_refresh_views(struct store *s, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "SELECT DISTINCT name FROM sim_param WHERE is_sweep ORDER BY name", error);
	GPtrArray *sweeps;
	GString *sql;
	bool is_new = false, ok = true;
	int rc;

	if (!q)
		return false;
	sweeps = g_ptr_array_new_with_free_func(g_free);
	while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
		char *name = g_strdup((const char *)sqlite3_column_text(q, 0));

		is_new |= !g_hash_table_contains(s->sweeps, name);
		g_ptr_array_add(sweeps, name);
	}
	ok = rc == SQLITE_DONE || store_fail(s, error);
	sqlite3_finalize(q);
	if (ok && is_new) {
		sql = g_string_new("DROP VIEW handover_latency; DROP VIEW sim_wide;"
		                   "CREATE VIEW handover_latency AS SELECT run_id, point, replication, node, peer, scheme, seq");
		add_columns(sql, sweeps);
		g_string_append(
		    sql, ", link_s, detect_s, address_s, home_s, send_s, recv_s, gap_s, lost, outcome FROM handover_phase b;"
		         "CREATE VIEW sim_wide AS SELECT run_id, study, point, replication, seed");
		add_columns(sql, sweeps);
		g_string_append(sql,
		                ", status, events, sim_s, wall_s, handovers, registered, send_mean_s, recv_mean_s, gap_max_s,"
		                " sent, received, lost FROM run_summary b;");
		ok = store_execute(s, sql->str, error);
		g_string_free(sql, TRUE);
		for (guint i = 0; ok && i < sweeps->len; i++)
			g_hash_table_add(s->sweeps, g_strdup(sweeps->pdata[i]));
	}
	g_ptr_array_free(sweeps, TRUE);
	return ok;
}

/* ---- one run ------------------------------------------------------------------------------------------------------ */

enum store_state store_run_state(struct store *s, const char *run_key, char **error)
{
	enum store_state state = STORE_ERROR;
	sqlite3_stmt *q;

	*error = NULL;
	if (!(q = store_prepare(s, "SELECT status = 'ok' FROM sim_run WHERE run_key = ?", error)))
		return state;
	sqlite3_bind_text(q, 1, run_key, -1, SQLITE_STATIC);
	switch (sqlite3_step(q)) {
	case SQLITE_ROW:
		state = sqlite3_column_int(q, 0) ? STORE_OK : STORE_FAILED;
		break;
	case SQLITE_DONE:
		state = STORE_MISSING;
		break;
	default:
		store_fail(s, error);
	}
	sqlite3_finalize(q);
	return state;
}

bool store_has_run(struct store *s, const char *run_key)
{
	char *error = NULL;
	enum store_state state = store_run_state(s, run_key, &error);

	g_free(error);
	return state == STORE_OK || state == STORE_FAILED;
}

/* INSERT INTO t([run_id,] columns) VALUES(?1, ...); run_id is always ?1 where it occurs. */
static sqlite3_stmt *insert_of(struct store *s, enum result_table table, char **error)
{
	const struct result_description *d = &result_tables[table];
	GString *sql;

	if (s->insert[table])
		return s->insert[table];
	sql = g_string_new("INSERT INTO ");
	g_string_append_printf(sql, "%s(%s", d->table, table == RESULT_RUN ? "study_id, run_key, point, replication, seed" : "");
	if (d->has_run_id)
		g_string_append(sql, "run_id");
	for (int i = 0; d->columns[i]; i++)
		g_string_append_printf(sql, "%s%s", sql->str[sql->len - 1] == '(' ? "" : ", ", d->columns[i]);
	g_string_append(sql, ") VALUES(");
	for (int i = (table == RESULT_RUN ? -5 : d->has_run_id ? -1 : 0); i < 0 || d->columns[i]; i++)
		g_string_append(sql, sql->str[sql->len - 1] == '(' ? "?" : ", ?");
	g_string_append_c(sql, ')');
	s->insert[table] = store_prepare(s, sql->str, error);
	g_string_free(sql, TRUE);
	return s->insert[table];
}

static void bind(sqlite3_stmt *q, int at, const struct result_value *v)
{
	switch (v->kind) {
	case RESULT_INT:
		sqlite3_bind_int64(q, at, v->integer);
		break;
	case RESULT_REAL:
		sqlite3_bind_double(q, at, v->real);
		break;
	case RESULT_TEXT:
		sqlite3_bind_text(q, at, v->text, -1, SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(q, at);
	}
}

struct filling {
	int64_t study, run_id;
	const struct store_run *run;
	GArray *ids[RESULT_TABLES]; /* of the rows stored so far, by ordinal */
};

static bool store_row(struct store *s, struct filling *f, struct result_row_values *row, char **error)
{
	const struct result_description *d = &result_tables[row->table];
	sqlite3_stmt *q = insert_of(s, row->table, error);
	int at = 1;
	bool ok;

	if (!q)
		return false;
	if (row->table == RESULT_RUN) {
		sqlite3_bind_int64(q, at++, f->study);
		sqlite3_bind_text(q, at++, f->run->run_key, -1, SQLITE_STATIC);
		sqlite3_bind_int(q, at++, f->run->point);
		sqlite3_bind_int64(q, at++, f->run->replication);
		sqlite3_bind_int64(q, at++, (int64_t)f->run->seed);
	} else if (d->has_run_id) {
		sqlite3_bind_int64(q, at++, f->run_id);
	}
	for (int i = 0; i < 2 && d->refers[i] < RESULT_TABLES; i++) {
		struct result_value *v = &row->values[i];
		GArray *ids = f->ids[d->refers[i]];

		mip_assert(v->kind == RESULT_INT && v->integer >= 0 && v->integer < ids->len);
		v->integer = g_array_index(ids, int64_t, v->integer);
	}
	for (int i = 0; i < row->count; i++)
		bind(q, at++, &row->values[i]);
	ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);
	sqlite3_reset(q);
	sqlite3_clear_bindings(q);
	if (ok && d->own_id) {
		int64_t id = sqlite3_last_insert_rowid(s->db);

		g_array_append_val(f->ids[row->table], id);
		if (row->table == RESULT_RUN)
			f->run_id = id;
	}
	return ok;
}

static bool store_parameters(struct store *s, struct filling *f, bool *swept, char **error)
{
	for (int i = 0; i < f->run->parameter_count; i++) {
		const struct scenario_parameter *p = &f->run->parameters[i];
		struct result_row_values row = { .table = RESULT_PARAM,
			                         .count = 3,
			                         .values = { { .kind = RESULT_TEXT, .text = p->path },
			                                     { .kind = RESULT_TEXT, .text = p->value },
			                                     { .kind = RESULT_INT, .integer = f->run->is_sweep[i] } } };

		*swept |= f->run->is_sweep[i] && !g_hash_table_contains(s->sweeps, p->path);
		if (!store_row(s, f, &row, error))
			return false;
	}
	return true;
}

static const char series_sums[] =
    "UPDATE sim_series SET (samples, value_min, value_max, value_sum, value_sumsq, event_first, event_last, t_first, t_last) ="
    " (SELECT count(*), min(value), max(value), sum(value), sum(value * value), min(event), max(event), min(t_ns), max(t_ns)"
    " FROM sim_sample d WHERE d.series_id = sim_series.series_id) WHERE run_id = ?";

static bool store_sums(struct store *s, struct filling *f, char **error)
{
	sqlite3_stmt *q;
	bool ok;

	if (!f->ids[RESULT_SERIES]->len)
		return true;
	if (!(q = store_prepare(s, series_sums, error)))
		return false;
	sqlite3_bind_int64(q, 1, f->run_id);
	ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);
	sqlite3_finalize(q);
	return ok;
}

static bool remove_run(struct store *s, const char *run_key, char **error)
{
	sqlite3_stmt *q = store_prepare(s, "DELETE FROM sim_run WHERE run_key = ?", error);
	bool ok;

	if (!q)
		return false;
	sqlite3_bind_text(q, 1, run_key, -1, SQLITE_STATIC);
	ok = sqlite3_step(q) == SQLITE_DONE || store_fail(s, error);
	sqlite3_finalize(q);
	return ok;
}

static bool fill(struct store *s, struct filling *f, const GByteArray *rows, bool replace, char **error)
{
	struct result_reader r = { rows->data, rows->data + rows->len };
	struct result_row_values row;
	bool swept = false;

	if (replace && !remove_run(s, f->run->run_key, error))
		return false;
	if (!replace && store_has_run(s, f->run->run_key)) {
		*error = g_strdup_printf("%s: run %s is already there", s->file, f->run->run_key);
		return false;
	}
	while (result_next_row(&r, &row)) {
		mip_assert((row.table == RESULT_RUN) == !f->run_id); /* first, and once */
		if (!store_row(s, f, &row, error))
			return false;
	}
	mip_assert(r.p == r.end && f->run_id);
	return store_parameters(s, f, &swept, error) && store_sums(s, f, error) && (!swept || store_refresh_views(s, error));
}

bool store_run(struct store *s, int64_t study, const struct store_run *run, const GByteArray *rows, bool replace, char **error)
{
	struct filling f = { .study = study, .run = run };
	bool ok;

	*error = NULL;
	for (int i = 0; i < RESULT_TABLES; i++)
		f.ids[i] = g_array_new(FALSE, FALSE, sizeof(int64_t));
	ok = store_execute(s, "BEGIN IMMEDIATE", error) && fill(s, &f, rows, replace, error) && store_execute(s, "COMMIT", error);
	if (!ok && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	for (int i = 0; i < RESULT_TABLES; i++)
		g_array_free(f.ids[i], TRUE);
	return ok;
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void hash_pair(GChecksum *sum, const char *path, const char *value)
{
	/* With the NULs, so that no two lists of pairs look the same. */
	g_checksum_update(sum, (const guchar *)path, (gssize)strlen(path) + 1);
	g_checksum_update(sum, (const guchar *)value, (gssize)strlen(value) + 1);
}

static void hash_number(GChecksum *sum, const char *what, uint64_t number)
{
	char text[24];

	g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, number);
	hash_pair(sum, what, text);
}

/* scenario->parameters leaves long lists out (scenario.h). */
static bool has_long_list(const struct scenario *s)
{
	bool has = s->move_count > 256 || s->flow_count > 256 || s->link_count > 256;

	for (int i = 0; i < s->link_count; i++)
		has |= s->links[i].member_count > 256;
	return has;
}

static void hash_scenario(GChecksum *sum, const struct scenario *s)
{
	for (guint i = 0; i < s->parameters->len; i++) {
		const struct scenario_parameter *p = s->parameters->pdata[i];

		if (strcmp(p->path, "title") && strcmp(p->path, "seed"))
			hash_pair(sum, p->path, p->value);
	}
	/* Order decides which of two simultaneous events comes first; the parameters are sorted. */
	for (int i = 0; i < s->node_count; i++)
		hash_pair(sum, "node", s->nodes[i].name);
	for (int i = 0; i < s->cell_count; i++)
		hash_pair(sum, "cell", s->cells[i].name);
	for (int i = 0; i < s->flow_count; i++)
		hash_pair(sum, "flow", s->flows[i].name);
	for (int i = 0; i < s->random_count; i++) {
		hash_pair(sum, "random", s->randoms[i].path);
		hash_number(sum, "min", (uint64_t)s->randoms[i].min);
		hash_number(sum, "max", (uint64_t)s->randoms[i].max);
	}
	if (has_long_list(s))
		hash_pair(sum, "source", s->source_sha256);
}

char *store_run_key(const struct scenario *scenario, const struct scenario_set *point, int set_count, uint64_t seed,
                    uint32_t replication)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *key;

	hash_pair(sum, "version", ROAM_VERSION);
	hash_number(sum, "seed", seed);
	hash_scenario(sum, scenario);
	hash_pair(sum, "point", "");
	for (int i = 0; i < set_count; i++)
		hash_pair(sum, point[i].path, point[i].value);
	key = g_strdup_printf("%s:%.16s:%u", scenario->name, g_checksum_get_string(sum), replication);
	g_checksum_free(sum);
	return key;
}
