// SPDX-License-Identifier: GPL-3.0-or-later
/* The result store: whole runs or none, keys, plans, merging, and what it says of files that it cannot use. */
#include "sim/record/store.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/record/result.h"

static char *directory;

static char *path_of(const char *name)
{
	return g_build_filename(directory, name, NULL);
}

/* ---- a scenario and its runs without a simulator ------------------------------------------------------------------ */

struct fake {
	struct scenario scenario;
	struct scenario_node node;
	struct scenario_parameter parameters[3];
};

static struct scenario *fake_scenario(struct fake *f, const char *source)
{
	*f = (struct fake){ .node = { .name = (char *)"mn" },
		            .parameters = { { (char *)"protocol.scheme", (char *)"ebu" },
		                            { (char *)"duration", (char *)"60s" },
		                            { (char *)"title", (char *)"a title" } } };
	f->scenario = (struct scenario){ .name = (char *)"fake",
		                         .source = (char *)source,
		                         .source_sha256 = (char *)source,
		                         .nodes = &f->node,
		                         .node_count = 1,
		                         .seed = 1,
		                         .parameters = g_ptr_array_new() };
	for (guint i = 0; i < G_N_ELEMENTS(f->parameters); i++)
		g_ptr_array_add(f->scenario.parameters, &f->parameters[i]);
	return &f->scenario;
}

static void fake_free(struct fake *f)
{
	g_ptr_array_free(f->scenario.parameters, TRUE);
}

static void run_row(GByteArray *b, const char *status, const char *digest)
{
	result_row(b, RESULT_RUN);
	result_text(b, status);
	result_text(b, strcmp(status, "ok") ? "it broke\nand said so" : NULL);
	result_text(b, digest);
	result_int(b, 1000);
	result_real(b, 60);
	result_real(b, 0.01);
}

static void handover_row(GByteArray *b, int seq)
{
	static const char *const texts[] = { "cell1", "cell2", "ebu" };

	result_row(b, RESULT_HANDOVER);
	result_text(b, "mn");
	result_int(b, seq);
	for (int i = 0; i < 3; i++)
		result_text(b, texts[i]);
	for (int i = 0; i < 8; i++)
		result_time(b, i == 3 ? 3 * MIP_SECOND : (seq + i) * MIP_MILLISECOND);
}

static void registration_row(GByteArray *b, int handover)
{
	result_row(b, RESULT_REGISTRATION);
	result_int(b, handover);
	result_text(b, "cn");
	for (int i = 0; i < 10; i++)
		result_time(b, MIP_NEVER);
	result_time(b, 3 * MIP_SECOND + 62 * MIP_MILLISECOND);
	result_time(b, MIP_NEVER);
	result_text(b, "registered");
}

static void flow_row(GByteArray *b, const char *name)
{
	result_row(b, RESULT_FLOW);
	result_text(b, name);
	result_text(b, "cn");
	result_text(b, "mn");
	for (int i = 0; i < 5; i++)
		result_int(b, 10 * i);
	for (int i = 0; i < 4; i++)
		result_real(b, 0.5);
}

static void gap_row(GByteArray *b, int handover, int flow, mip_time silence)
{
	result_row(b, RESULT_GAP);
	result_int(b, handover);
	result_int(b, flow);
	result_time(b, MIP_SECOND);
	result_time(b, MIP_SECOND + silence);
	result_int(b, 3);
	result_int(b, 0);
	result_int(b, 0);
	result_text(b, "direct");
	result_int(b, 2);
	result_int(b, 0);
	for (int i = 0; i < 4; i++)
		result_real(b, 0.5);
}

static GByteArray *full_run(const char *digest)
{
	GByteArray *b = g_byte_array_new();

	run_row(b, "ok", digest);
	handover_row(b, 1);
	handover_row(b, 2);
	registration_row(b, 1);
	flow_row(b, "voice");
	flow_row(b, "talk");
	gap_row(b, 1, 0, 100 * MIP_MILLISECOND);
	gap_row(b, 1, 1, 250 * MIP_MILLISECOND);
	result_row(b, RESULT_MESSAGE);
	result_text(b, "mn");
	result_text(b, "BU");
	result_text(b, "sent");
	result_int(b, 2);
	result_int(b, 192);
	result_row(b, RESULT_METRIC);
	result_text(b, "mn");
	result_text(b, "drop:loss");
	result_null(b);
	result_real(b, 4);
	result_row(b, RESULT_SERIES);
	result_text(b, "cn");
	result_text(b, "credit:mn");
	result_text(b, "octets");
	for (int i = 0; i < 3; i++) {
		result_row(b, RESULT_SAMPLE);
		result_int(b, 0);
		result_time(b, i * MIP_SECOND);
		result_int(b, i);
		result_real(b, 1.0 + i);
	}
	return b;
}

struct fixture {
	struct fake fake;
	char *file;
	struct store *store;
	int64_t study;
};

static void open_fixture(struct fixture *f, const char *name)
{
	char *error = NULL;

	f->file = path_of(name);
	f->store = store_open(f->file, &error);
	g_assert_cmpstr(error, ==, NULL);
	f->study = store_study(f->store, fake_scenario(&f->fake, "text"), &error);
	g_assert_cmpint(f->study, >, 0);
}

static void close_fixture(struct fixture *f)
{
	store_close(f->store);
	fake_free(&f->fake);
	g_free(f->file);
}

/* Stores one run of point 0; returns whether that worked. */
static bool put(struct fixture *f, const char *key, const GByteArray *rows, bool replace, char **error)
{
	static const struct scenario_parameter swept = { (char *)"protocol.scheme", (char *)"ebu" };
	static const bool yes = true;
	const struct store_run run = { .seed = 1, .run_key = key, .parameters = &swept, .is_sweep = &yes, .parameter_count = 1 };

	return store_run(f->store, f->study, &run, rows, replace, error);
}

static void put_full(struct fixture *f, const char *key, const char *digest)
{
	GByteArray *rows = full_run(digest);
	char *error;

	g_assert_true(put(f, key, rows, false, &error));
	g_byte_array_free(rows, TRUE);
}

/* One text out of a database that nobody has open. */
static char *ask(const char *file, const char *sql)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	char *answer;

	g_assert_cmpint(sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(db));
	answer = sqlite3_step(q) == SQLITE_ROW ? g_strdup((const char *)sqlite3_column_text(q, 0)) : NULL;
	sqlite3_finalize(q);
	sqlite3_close(db);
	return answer;
}

static void assert_ask(const char *file, const char *sql, const char *want)
{
	char *have = ask(file, sql);

	if (g_strcmp0(have, want))
		g_error("%s: '%s', not '%s'", sql, have, want);
	g_free(have);
}

/* ---- storing ------------------------------------------------------------------------------------------------------ */

static void a_run_is_stored_whole(void)
{
	struct fixture f;

	open_fixture(&f, "whole.db");
	put_full(&f, "a", "d1");
	put_full(&f, "b", "d2");
	store_close(f.store);
	f.store = NULL;
	assert_ask(f.file, "PRAGMA journal_mode", "delete");
	assert_ask(f.file, "PRAGMA application_id", "1919902061");
	assert_ask(f.file, "PRAGMA user_version", "1");
	assert_ask(f.file, "PRAGMA integrity_check", "ok");
	assert_ask(f.file, "SELECT count(*) FROM pragma_foreign_key_check", "0");
	/* Ordinals became ids: the second run's rows hang on the second run. */
	assert_ask(f.file,
	           "SELECT group_concat(run_key || h.seq) FROM sim_registration JOIN sim_handover h USING(handover_id)"
	           " JOIN sim_run USING(run_id) ORDER BY run_key",
	           "a2,b2");
	assert_ask(f.file,
	           "SELECT group_concat(f.name || f.run_id || h.run_id) FROM sim_gap JOIN sim_flow f USING(flow_id)"
	           " JOIN sim_handover h USING(handover_id)",
	           "voice11,talk11,voice22,talk22");
	assert_ask(
	    f.file,
	    "SELECT samples || ' ' || value_min || ' ' || value_max || ' ' || value_sumsq || ' ' || t_last FROM sim_series",
	    "3 1.0 3.0 14.0 2000000000");
	assert_ask(f.file, "SELECT group_concat(name) FROM pragma_table_info('handover_latency')",
	           "run_id,point,replication,node,peer,scheme,seq,protocol.scheme,link_s,detect_s,address_s,home_s,send_s,recv_s,"
	           "gap_s,lost,outcome");
	assert_ask(f.file,
	           "SELECT \"protocol.scheme\" || ' ' || send_s || ' ' || gap_s || ' ' || lost || ' ' || ifnull(recv_s, 'never')"
	           " FROM handover_latency WHERE seq = 2 AND run_id = 1",
	           "ebu 0.062 0.25 6 never");
	/* A handover without a correspondent has its row too. */
	assert_ask(f.file, "SELECT count(*) FROM handover_latency WHERE peer IS NULL", "2");
	assert_ask(f.file, "SELECT gap_max_s || ' ' || handovers || ' ' || registered FROM sim_wide LIMIT 1", "0.25 2 1");
	assert_ask(f.file, "SELECT count(*) FROM vectorData ORDER BY rowid", "6");
	assert_ask(f.file, "SELECT group_concat(attrValue) FROM runAttr WHERE attrName = 'measurement'",
	           "$protocol.scheme=ebu,$protocol.scheme=ebu");
	close_fixture(&f);
}

static void the_same_key_is_refused_or_replaced(void)
{
	GByteArray *rows = full_run("other");
	struct fixture f;
	char *error;

	open_fixture(&f, "replace.db");
	put_full(&f, "a", "d1");
	g_assert_false(put(&f, "a", rows, false, &error));
	g_assert_nonnull(strstr(error, "already"));
	g_free(error);
	assert_ask(f.file, "SELECT digest FROM sim_run", "d1");
	g_assert_true(put(&f, "a", rows, true, &error));
	assert_ask(f.file, "SELECT group_concat(digest) FROM sim_run", "other");
	assert_ask(f.file, "SELECT count(*) FROM sim_handover", "2");
	assert_ask(f.file, "SELECT count(*) FROM sim_sample", "3");
	g_byte_array_free(rows, TRUE);
	close_fixture(&f);
}

static void a_refused_row_leaves_nothing_of_its_run(void)
{
	GByteArray *rows = full_run("d1");
	struct fixture f;
	char *error;

	open_fixture(&f, "refused.db");
	handover_row(rows, 1); /* the same node and number again */
	g_assert_false(put(&f, "a", rows, false, &error));
	g_assert_nonnull(strstr(error, f.file));
	g_free(error);
	assert_ask(
	    f.file,
	    "SELECT (SELECT count(*) FROM sim_run) + (SELECT count(*) FROM sim_handover) + (SELECT count(*) FROM sim_param)",
	    "0");
	/* The store is none the worse for it. */
	put_full(&f, "b", "d2");
	g_assert_true(store_has_run(f.store, "b"));
	g_assert_false(store_has_run(f.store, "a"));
	g_byte_array_free(rows, TRUE);
	close_fixture(&f);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void a_key_holds_what_decides_a_run(void)
{
	struct scenario_set set = { "protocol.wait", "optimistic" };
	struct scenario_random random = { (char *)"links.0.delay", 1, 2 };
	struct fake f;
	struct scenario *s = fake_scenario(&f, "text");
	char *keys[9];
	int n = 0;

	keys[n++] = store_run_key(s, NULL, 0, 1, 0);
	keys[n++] = store_run_key(s, NULL, 0, 2, 0);
	keys[n++] = store_run_key(s, NULL, 0, 1, 1);
	keys[n++] = store_run_key(s, &set, 1, 1, 0);
	set.value = "conservative";
	keys[n++] = store_run_key(s, &set, 1, 1, 0);
	s->randoms = &random;
	s->random_count = 1;
	keys[n++] = store_run_key(s, NULL, 0, 1, 0);
	random.max = 3;
	keys[n++] = store_run_key(s, NULL, 0, 1, 0);
	s->random_count = 0;
	f.parameters[1].value = (char *)"61s";
	keys[n++] = store_run_key(s, NULL, 0, 1, 0);
	s->move_count = 257; /* a list too long for the parameters */
	keys[n++] = store_run_key(s, NULL, 0, 1, 0);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			g_assert_cmpstr(keys[i], !=, keys[k]);
	for (int i = 0; i < n; i++)
		g_free(keys[i]);
	fake_free(&f);
}

static void a_key_outlives_what_only_chooses_runs(void)
{
	struct fake f;
	struct scenario *s = fake_scenario(&f, "text");
	char *before = store_run_key(s, NULL, 0, 1, 4), *after;

	f.parameters[2].value = (char *)"another title";
	s->replications = 99;
	s->source = s->source_sha256 = (char *)"edited";
	after = store_run_key(s, NULL, 0, 1, 4);
	g_assert_cmpstr(before, ==, after);
	g_assert_true(g_str_has_prefix(before, "fake:") && g_str_has_suffix(before, ":4"));
	g_free(before);
	g_free(after);
	fake_free(&f);
}

/* ---- plans and status --------------------------------------------------------------------------------------------- */

static void assert_status(struct store *s, guint number, int64_t planned, int64_t ok, int64_t failed)
{
	char *error;
	GArray *all = store_status(s, &error);
	const struct store_study_status *one = &g_array_index(all, struct store_study_status, number);

	g_assert_cmpuint(all->len, >, number);
	g_assert_cmpint(one->planned, ==, planned);
	g_assert_cmpint(one->ok, ==, ok);
	g_assert_cmpint(one->failed, ==, failed);
	store_status_free(all);
}

static void an_edited_study_takes_its_runs_over(void)
{
	const struct store_planned first[] = { { "a", 0 }, { "b", 1 } }, second[] = { { "c", 0 }, { "b", 1 }, { "a", 2 } };
	GByteArray *bad = g_byte_array_new();
	struct fixture f;
	struct fake edited;
	int64_t study;
	char *error;

	open_fixture(&f, "plan.db");
	g_assert_true(store_plan(f.store, f.study, 1, first, 2, NULL, &error));
	assert_status(f.store, 0, 2, 0, 0);
	put_full(&f, "a", "d1");
	run_row(bad, "failed", NULL);
	g_assert_true(put(&f, "b", bad, false, &error));
	assert_status(f.store, 0, 2, 1, 1);
	study = store_study(f.store, fake_scenario(&edited, "edited"), &error);
	g_assert_cmpint(study, !=, f.study);
	g_assert_true(store_plan(f.store, study, 1, second, 3, NULL, &error));
	assert_status(f.store, 0, 3, 1, 1);
	assert_ask(f.file, "SELECT group_concat(run_key || point) FROM (SELECT * FROM sim_run ORDER BY point)", "b1,a2");
	/* Nothing was left with the first version. */
	assert_ask(f.file, "SELECT count(*) FROM sim_study", "1");
	fake_free(&edited);
	g_byte_array_free(bad, TRUE);
	close_fixture(&f);
}

static void runs_off_the_plan_do_not_count_towards_it(void)
{
	const struct store_planned plan[] = { { "a", 0 } };
	struct fixture f;
	char *error;

	open_fixture(&f, "off.db");
	put_full(&f, "other seed", "d1");
	assert_status(f.store, 0, -1, 1, 0);
	g_assert_true(store_plan(f.store, f.study, 2, plan, 1, NULL, &error));
	assert_status(f.store, 0, 1, 0, 0);
	close_fixture(&f);
}

static void failures_are_listed_with_their_reason(void)
{
	GByteArray *bad = g_byte_array_new();
	struct fixture f;
	char *error, **lines;

	open_fixture(&f, "failures.db");
	run_row(bad, "timeout", NULL);
	g_assert_true(put(&f, "a", bad, false, &error));
	lines = store_failures(f.store, f.study, &error);
	g_assert_cmpuint(g_strv_length(lines), ==, 1);
	g_assert_cmpstr(lines[0], ==, "a: timeout: it broke");
	g_strfreev(lines);
	g_byte_array_free(bad, TRUE);
	close_fixture(&f);
}

/* ---- merging ------------------------------------------------------------------------------------------------------ */

static void merging_is_a_union_and_idempotent(void)
{
	const struct store_planned plan[] = { { "a", 0 }, { "b", 1 }, { "c", 2 } };
	GByteArray *bad = g_byte_array_new();
	struct fixture one, two, all;
	int64_t added;
	char *error;

	open_fixture(&one, "one.db");
	g_assert_true(store_plan(one.store, one.study, 1, plan, 3, NULL, &error));
	put_full(&one, "a", "d1");
	run_row(bad, "failed", NULL);
	g_assert_true(put(&one, "b", bad, false, &error));
	open_fixture(&two, "two.db");
	put_full(&two, "c", "d3");
	put_full(&two, "b", "d2");
	put_full(&two, "a", "d1");
	open_fixture(&all, "all.db");
	g_assert_true(store_merge(all.store, one.file, &added, &error));
	g_assert_cmpint(added, ==, 2);
	assert_status(all.store, 0, 3, 1, 1);
	/* The failed one gives way to the same run done elsewhere. */
	g_assert_true(store_merge(all.store, two.file, &added, &error));
	g_assert_cmpint(added, ==, 2);
	assert_status(all.store, 0, 3, 3, 0);
	for (int i = 0; i < 2; i++) {
		g_assert_true(store_merge(all.store, i ? two.file : one.file, &added, &error));
		g_assert_cmpint(added, ==, 0);
	}
	assert_ask(all.file, "SELECT count(*) FROM sim_study", "1");
	assert_ask(all.file,
	           "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM sim_registration JOIN sim_handover USING(handover_id)"
	           " GROUP BY run_id)",
	           "1,1,1");
	assert_ask(all.file, "SELECT count(*) || ' ' || sum(value) FROM sim_sample JOIN sim_series USING(series_id)", "9 18.0");
	assert_ask(all.file, "SELECT count(*) FROM pragma_foreign_key_check", "0");
	assert_ask(all.file, "SELECT count(*) FROM handover_latency WHERE \"protocol.scheme\" = 'ebu' AND gap_s = 0.25", "3");
	g_byte_array_free(bad, TRUE);
	close_fixture(&one);
	close_fixture(&two);
	close_fixture(&all);
}

static void merging_refuses_what_does_not_agree(void)
{
	struct fixture one, two;
	int64_t added;
	char *error;

	open_fixture(&one, "agree1.db");
	put_full(&one, "a", "d1");
	open_fixture(&two, "agree2.db");
	put_full(&two, "a", "another");
	put_full(&two, "b", "d2");
	g_assert_false(store_merge(one.store, two.file, &added, &error));
	g_assert_nonnull(strstr(error, "digest"));
	g_free(error);
	assert_ask(one.file, "SELECT count(*) FROM sim_run", "1");
	g_assert_false(store_merge(one.store, one.file, &added, &error));
	g_free(error);
	close_fixture(&one);
	close_fixture(&two);
}

/* ---- files that will not do --------------------------------------------------------------------------------------- */

static void refuse(const char *file, const char *why)
{
	char *error = NULL;
	struct store *s = store_open(file, &error);

	g_assert_null(s);
	if (!strstr(error, why) || !strstr(error, file))
		g_error("%s: '%s' does not say '%s'", file, error, why);
	g_free(error);
}

static void make_database(const char *file, const char *sql)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(file, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
}

static void unusable_files_are_named_with_the_reason(void)
{
	char *file = path_of("text.db"), *error;
	struct store *store;

	g_assert_true(g_file_set_contents(file, "this is no database, it is a text long enough to be looked at\n", -1, NULL));
	refuse(file, "not a result database");
	g_free(file);
	refuse(directory, "not a regular file");
	refuse("/nonexistent/r.db", "does the directory exist");
	refuse("/proc/r.db", "may you write there");
	file = path_of("foreign.db");
	make_database(file, "CREATE TABLE t(x)");
	refuse(file, "another program's");
	g_free(file);
	file = path_of("newer.db");
	make_database(file, "PRAGMA application_id = 0x726f616d; PRAGMA user_version = 99; CREATE TABLE t(x)");
	refuse(file, "a newer roam");
	g_free(file);
	file = path_of("older.db");
	g_assert_nonnull(store = store_open(file, &error));
	store_close(store);
	make_database(file, "DROP VIEW statisticAttr; DROP VIEW statistic; DROP VIEW sim_wide; DROP VIEW run_summary;"
	                    "DROP VIEW handover_latency; DROP VIEW handover_phase; ALTER TABLE sim_handover DROP COLUMN t_ha_ba");
	refuse(file, "sim_handover has no t_ha_ba");
	g_free(file);
	file = path_of("absent.db");
	g_assert_null(store_open_existing(file, &error));
	g_assert_nonnull(strstr(error, file));
	g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
	g_free(error);
	g_free(file);
}

static void a_damaged_file_is_not_made_worse(void)
{
	struct fixture f;
	char *before, *after;
	gsize length;

	open_fixture(&f, "damaged.db");
	put_full(&f, "a", "d1");
	store_close(f.store);
	f.store = NULL;
	g_assert_true(g_file_get_contents(f.file, &before, &length, NULL));
	memset(before + 100, 0x5a, 3000); /* the schema's root page */
	g_assert_true(g_file_set_contents(f.file, before, (gssize)length, NULL));
	refuse(f.file, "damaged");
	g_assert_true(g_file_set_contents(f.file, before, 4096 * 3, NULL)); /* and cut short */
	refuse(f.file, "damaged");
	g_assert_true(g_file_get_contents(f.file, &after, &length, NULL));
	g_assert_cmpuint(length, ==, 4096 * 3);
	g_assert_true(!memcmp(before, after, length));
	g_free(before);
	g_free(after);
	close_fixture(&f);
}

/* In a child, as the user is not to be changed back: 0 when `file` is refused for being read-only. */
static int open_as_nobody(const char *file)
{
	char *error = NULL;
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(2);
		_exit(store_open(file, &error) || !strstr(error, "read-only"));
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	return status;
}

static void a_read_only_file_is_refused(void)
{
	struct fixture f;

	open_fixture(&f, "readonly.db");
	store_close(f.store);
	f.store = NULL;
	g_assert_cmpint(g_chmod(directory, 0755), ==, 0);
	g_assert_cmpint(g_chmod(f.file, 0444), ==, 0);
	g_assert_cmpint(open_as_nobody(f.file), ==, 0);
	close_fixture(&f);
}

/* A file that may not grow stands for a full disk: the same road, at every amount of room. */
static void no_room_costs_the_run_and_nothing_else(void)
{
	GByteArray *rows = full_run("d2");
	struct rlimit old, limit;
	GStatBuf st;
	struct fixture f;
	bool stored = false;
	int refused = 0;
	char *error;

	for (int i = 0; i < 2000; i++) {
		result_row(rows, RESULT_SAMPLE);
		result_int(rows, 0);
		result_time(rows, i);
		result_int(rows, i);
		result_real(rows, 0.5);
	}
	open_fixture(&f, "full.db");
	put_full(&f, "a", "d1");
	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
	/* From the file's size on: what is there can be written again, as on a full disk. */
	g_assert_cmpint(g_stat(f.file, &st), ==, 0);
	for (rlim_t room = (rlim_t)st.st_size; !stored; room += 4 << 10) {
		limit = (struct rlimit){ room, old.rlim_max };
		g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
		stored = put(&f, "b", rows, false, &error);
		g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
		assert_ask(f.file, "PRAGMA integrity_check", "ok");
		assert_ask(f.file, "SELECT count(*) FROM sim_run", stored ? "2" : "1");
		assert_ask(f.file, "SELECT count(*) FROM sim_sample", stored ? "2006" : "3");
		if (!stored) {
			g_assert_nonnull(strstr(error, f.file));
			g_assert_nonnull(strstr(error, "disk"));
			g_free(error);
			refused++;
		}
	}
	g_assert_cmpint(refused, >, 5);
	g_byte_array_free(rows, TRUE);
	close_fixture(&f);
}

int main(int argc, char **argv)
{
	char *command;
	int result;

	g_test_init(&argc, &argv, NULL);
	directory = g_dir_make_tmp("roam-store-XXXXXX", NULL);
	g_test_add_func("/store/a-run-is-stored-whole", a_run_is_stored_whole);
	g_test_add_func("/store/the-same-key-is-refused-or-replaced", the_same_key_is_refused_or_replaced);
	g_test_add_func("/store/a-refused-row-leaves-nothing-of-its-run", a_refused_row_leaves_nothing_of_its_run);
	g_test_add_func("/store/a-key-holds-what-decides-a-run", a_key_holds_what_decides_a_run);
	g_test_add_func("/store/a-key-outlives-what-only-chooses-runs", a_key_outlives_what_only_chooses_runs);
	g_test_add_func("/store/an-edited-study-takes-its-runs-over", an_edited_study_takes_its_runs_over);
	g_test_add_func("/store/runs-off-the-plan-do-not-count-towards-it", runs_off_the_plan_do_not_count_towards_it);
	g_test_add_func("/store/failures-are-listed-with-their-reason", failures_are_listed_with_their_reason);
	g_test_add_func("/store/merging-is-a-union-and-idempotent", merging_is_a_union_and_idempotent);
	g_test_add_func("/store/merging-refuses-what-does-not-agree", merging_refuses_what_does_not_agree);
	g_test_add_func("/store/unusable-files-are-named-with-the-reason", unusable_files_are_named_with_the_reason);
	g_test_add_func("/store/a-damaged-file-is-not-made-worse", a_damaged_file_is_not_made_worse);
	g_test_add_func("/store/a-read-only-file-is-refused", a_read_only_file_is_refused);
	g_test_add_func("/store/no-room-costs-the-run-and-nothing-else", no_room_costs_the_run_and_nothing_else);
	result = g_test_run();
	command = g_strdup_printf("rm -rf '%s'", directory);
	if (system(command))
		g_printerr("%s is left\n", directory);
	g_free(command);
	g_free(directory);
	return result;
}
