// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From a result database to the table and the figures: runs are stored by hand, with times worked out from the delays below, so
 * that what is read back, compared and drawn is known.
 */
#include "analysis/latency_table.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "analysis/database.h"
#include "analysis/figure.h"
#include "sim/record/result.h"
#include "sim/record/store.h"

#define MS MIP_MILLISECOND
#define CARE_OF (10100 * MS)

/* The direct way is dear, so packets to the correspondent go by the core although that takes longer. */
static const char text[] = "title: latency\n"
			   "duration: 20s\n"
			   "nodes:\n"
			   "  ha: {type: home-agent}\n"
			   "  ar: {type: access-router}\n"
			   "  core: {type: router}\n"
			   "  cn: {type: host}\n"
			   "  mn: {type: mobile-node, home: home}\n"
			   "links:\n"
			   "  - {between: [ha, core], delay: 10ms}\n"
			   "  - {between: [cn, core], delay: 20ms}\n"
			   "  - {between: [ar, core], delay: 5ms}\n"
			   "  - {between: [ar, cn], delay: 1ms, cost: 900ms}\n"
			   "cells:\n"
			   "  home: {router: ha, delay: 0ms, rate: unlimited}\n"
			   "  cell1: {router: ar, delay: 0ms, rate: unlimited}\n"
			   "  cell2: {router: ar, delay: 2ms, rate: unlimited}\n"
			   "movement:\n"
			   "  mn:\n"
			   "    - {at: 0s, cell: cell1}\n"
			   "    - {at: 10s, cell: cell2, down: 50ms}\n"
			   "traffic:\n"
			   "  - {name: down, from: cn, to: mn, kind: cbr, interval: 20ms, size: 160B, start: 5s, stop: 15s}\n"
			   "protocol:\n"
			   "  scheme: standard\n"
			   "study:\n"
			   "  replications: 2\n"
			   "  sweep:\n"
			   "    protocol.scheme: [standard, ebu]\n";

/* RTT_HA = 2 (2+5+10) = 34, RTT_BT = 2 (2+5+10+10+20) = 94, RTT_RO = 2 (2+5+20) = 54 ms. Standard, conservative: send and receive
 * 148; the correspondent is told at 121, that is 10 221, and sends next at 10 240, which arrives at 10 267. Early: send 54, told
 * at 27 (10 127), sends at 10 140, arrives at 10 167. */
static const struct stored_run {
	int point;
	uint32_t replication;
	const char *scheme, *delay; /* of link 0, the home agent's */
	mip_time send, receive;
	int lost;
} stored_runs[] = {
	{ 0, 0, "standard", "10ms", 148 * MS, 167 * MS, 12 },
	{ 0, 1, "standard", "20ms", 188 * MS, 207 * MS, 14 }, /* RTT_BT = 134 */
	{ 1, 0, "ebu", "10ms", 54 * MS, 67 * MS, 7 },
	{ 1, 1, "ebu", "20ms", 54 * MS + 3, MIP_NEVER, 7 }, /* 3 ns off, and it never received */
};
/* RTT_BT = 1 854: tests are repeated before they are answered. The early update does not wait for them. */
static const struct stored_run far_runs[] = {
	{ 0, 0, "standard", "450ms", 2000 * MS, 2000 * MS, 12 },
	{ 1, 0, "ebu", "450ms", 914 * MS, 67 * MS, 7 },
};

static bool delay_is_swept;         /* as if the study swept links.0.delay too */
static bool home_agent_is_far;
static bool unplanned;              /* as if each run were one of `roam run --set` */

struct fixture {
	char *directory, *scenario_file, *db_file;
	sqlite3 *db;
};

static void store(struct store *s, int64_t study, const struct scenario *scenario, const struct stored_run *r)
{
	const struct scenario_parameter parameters[] = { { (char *)"links.0.delay", (char *)r->delay },
							 { (char *)"protocol.scheme", (char *)r->scheme } };
	const struct scenario_set point[] = { { .path = "protocol.scheme", .value = r->scheme } };
	const bool swept[] = { delay_is_swept, true };
	char *error = NULL, *key = store_run_key(scenario, point, 1, 1, r->replication);
	GByteArray *rows = g_byte_array_new();
	struct store_run run = { unplanned ? -1 : r->point, r->replication, 1, key, parameters, swept, 2 };

	result_row(rows, RESULT_RUN);
	result_text(rows, "ok");
	result_null(rows);
	result_text(rows, "0123456789abcdef");
	result_int(rows, 1);
	result_real(rows, 20);
	result_real(rows, 0.1);
	result_row(rows, RESULT_HANDOVER);
	result_text(rows, "mn");
	result_int(rows, 1);
	result_text(rows, "cell1");
	result_text(rows, "cell2");
	result_text(rows, r->scheme);
	result_time(rows, 10000 * MS);
	result_time(rows, 10050 * MS);
	result_time(rows, CARE_OF);
	result_time(rows, CARE_OF);
	result_null(rows);
	result_null(rows);
	result_null(rows);
	result_null(rows);
	result_row(rows, RESULT_REGISTRATION);
	result_int(rows, 0);
	result_text(rows, "cn");
	for (int i = 0; i < 10; i++)
		result_null(rows);
	result_time(rows, CARE_OF + r->send);
	result_time(rows, mip_time_add(r->receive, CARE_OF));
	result_text(rows, "registered");
	result_row(rows, RESULT_FLOW);
	result_text(rows, "down");
	result_text(rows, "cn");
	result_text(rows, "mn");
	for (int i = 0; i < 5; i++)
		result_int(rows, 0);
	for (int i = 0; i < 4; i++)
		result_null(rows);
	result_row(rows, RESULT_GAP);
	result_int(rows, 0);
	result_int(rows, 0);
	result_null(rows);
	result_null(rows);
	result_int(rows, r->lost);
	result_int(rows, 0);
	result_int(rows, 0);
	for (int i = 0; i < 7; i++)
		result_null(rows);
	if (!store_run(s, study, &run, rows, false, &error))
		g_error("%s", error);
	g_byte_array_free(rows, TRUE);
	g_free(key);
}

static void set_up(struct fixture *f, gconstpointer runs)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *scenario;
	char *error = NULL;
	struct store *s;
	int64_t study;

	f->directory = g_dir_make_tmp("roam-test-XXXXXX", NULL);
	f->scenario_file = g_build_filename(f->directory, "latency.yaml", NULL);
	f->db_file = g_build_filename(f->directory, "results.db", NULL);
	g_assert_true(g_file_set_contents(f->scenario_file, text, -1, NULL));
	scenario = scenario_read(f->scenario_file, NULL, 0, complaints);
	g_assert_cmpstr(complaints->str, ==, "");
	g_assert_nonnull(scenario);
	s = store_open(f->db_file, &error);
	g_assert_nonnull(s);
	study = store_study(s, scenario, &error);
	g_assert_cmpint(study, >=, 0);
	for (gsize i = 0; i < GPOINTER_TO_SIZE(runs); i++)
		store(s, study, scenario, home_agent_is_far ? &far_runs[i] : &stored_runs[i]);
	store_close(s);
	scenario_free(scenario);
	g_string_free(complaints, TRUE);
	f->db = database_open(f->db_file, &error);
	g_assert_cmpstr(error, ==, NULL);
}

static void tear_down(struct fixture *f, gconstpointer runs)
{
	GDir *d;
	const char *name;

	(void)runs;
	sqlite3_close(f->db);
	d = g_dir_open(f->directory, 0, NULL);
	while ((name = g_dir_read_name(d))) {
		char *path = g_build_filename(f->directory, name, NULL);

		g_unlink(path);
		g_free(path);
	}
	g_dir_close(d);
	g_rmdir(f->directory);
	g_free(f->directory);
	g_free(f->scenario_file);
	g_free(f->db_file);
}

static void test_read(struct fixture *f, gconstpointer runs)
{
	char *error = NULL;
	GArray *a = latency_read(f->db, &error);
	const struct latency *l;

	(void)runs;
	g_assert_cmpstr(error, ==, NULL);
	g_assert_cmpuint(a->len, ==, 4);
	l = &g_array_index(a, struct latency, 0);
	g_assert_cmpstr(l->scheme, ==, "standard");
	g_assert_false(l->rules.early || l->rules.optimistic || l->rules.reuse || l->rules.sequential);
	g_assert_cmpint(l->closed_send, ==, 148 * MS);
	g_assert_cmpint(l->closed_receive, ==, 148 * MS);
	g_assert_cmpint(l->stream_receive, ==, 167 * MS);
	g_assert_cmpint(l->lost, ==, 12);
	/* The run's own delay, not the file's. */
	g_assert_cmpint(g_array_index(a, struct latency, 1).closed_send, ==, 188 * MS);
	l = &g_array_index(a, struct latency, 3);
	g_assert_true(l->rules.early);
	g_assert_cmpint(l->closed_send, ==, 54 * MS);
	g_assert_cmpint(l->stream_receive, ==, 67 * MS);
	g_assert_cmpint(l->receive, ==, MIP_NEVER);
	g_array_free(a, TRUE);
}

/* What else is swept tells rows apart; schemes are compared within a point. */
static void test_points(struct fixture *f, gconstpointer runs)
{
	char *error = NULL, *name;
	GArray *a = latency_read(f->db, &error);
	struct latency_table t = latency_table_new(a);
	const struct latency_difference *d;

	(void)runs;
	name = latency_row_name(&g_array_index(a, struct latency, 3));
	g_assert_cmpstr(name, ==, "ebu, links.0.delay=20ms");
	g_assert_cmpuint(t.rows->len, ==, 4);
	g_assert_cmpuint(t.differences->len, ==, 2);
	d = &g_array_index(t.differences, struct latency_difference, 1);
	g_assert_cmpstr(d->point, ==, "links.0.delay=20ms");
	g_assert_cmpfloat_with_epsilon(d->send_ms.mean, 54 - 188, 1e-5);
	latency_table_clear(&t);
	g_array_free(a, TRUE);
	g_free(name);
}

static void set_up_swept(struct fixture *f, gconstpointer runs)
{
	delay_is_swept = true;
	set_up(f, runs);
	delay_is_swept = false;
}

static void set_up_far(struct fixture *f, gconstpointer runs)
{
	home_agent_is_far = true;
	set_up(f, runs);
	home_agent_is_far = false;
}

static void test_far(struct fixture *f, gconstpointer runs)
{
	char *error = NULL;
	GArray *a = latency_read(f->db, &error);

	(void)runs;
	g_assert_cmpuint(a->len, ==, 2);
	g_assert_cmpint(g_array_index(a, struct latency, 0).closed_send, ==, MIP_NEVER);
	g_assert_cmpint(g_array_index(a, struct latency, 0).closed_receive, ==, MIP_NEVER);
	g_assert_cmpint(g_array_index(a, struct latency, 1).closed_send, ==, 914 * MS);
	g_assert_cmpint(g_array_index(a, struct latency, 1).closed_receive, ==, 54 * MS);
	g_array_free(a, TRUE);
}

static void set_up_unplanned(struct fixture *f, gconstpointer runs)
{
	unplanned = true;
	set_up(f, runs);
	unplanned = false;
}

/* Intervals are over replications: 100 handovers of one run are one observation. */
static void test_replications(void)
{
	GArray *a = g_array_new(FALSE, FALSE, sizeof(struct latency));
	static const struct {
		uint64_t replication;
		mip_time send_ms;
	} handovers[] = { { 0, 10 }, { 0, 30 }, { 0, 20 }, { 1, 40 } };
	struct latency_table t;
	const struct latency_row *r;

	for (gsize i = 0; i < G_N_ELEMENTS(handovers); i++) {
		struct latency l = { .scheme = "ebu", .point = "", .replication = handovers[i].replication, .send = handovers[i].send_ms * MS,
				     .receive = MIP_NEVER, .closed_send = MIP_NEVER, .closed_receive = MIP_NEVER, .stream_receive = MIP_NEVER,
				     .lost = -1 };

		g_array_append_val(a, l);
	}
	t = latency_table_new(a);
	r = &g_array_index(t.rows, struct latency_row, 0);
	g_assert_cmpuint(r->registrations, ==, 4);
	g_assert_cmpuint(r->send_ms.n, ==, 2);
	g_assert_cmpfloat_with_epsilon(r->send_ms.mean, 30, 1e-9);
	g_assert_cmpfloat_with_epsilon(r->send_ms.half_width, 12.7062 * 10, 0.01); /* t(0.975, 1) s / sqrt(2), s = sqrt(200) */
	g_assert_cmpuint(r->receive_ms.n, ==, 0);
	latency_table_clear(&t);
	g_array_free(a, TRUE);
}

static void test_table(struct fixture *f, gconstpointer runs)
{
	char *error = NULL;
	GArray *a = latency_read(f->db, &error);
	struct latency_table t = latency_table_new(a);
	const struct latency_row *r = &g_array_index(t.rows, struct latency_row, 0);
	const struct latency_difference *d;
	GString *json = g_string_new(NULL);

	(void)runs;
	g_assert_cmpuint(t.rows->len, ==, 2);
	g_assert_cmpfloat_with_epsilon(r[0].send_ms.mean, 168, 1e-9);
	g_assert_cmpfloat_with_epsilon(r[0].closed_send_ms, 168, 1e-9);
	g_assert_cmpfloat_with_epsilon(r[0].receive_ms.mean, 187, 1e-9);
	g_assert_cmpfloat_with_epsilon(r[0].lost.mean, 13, 1e-9);
	g_assert_cmpint(r[0].send_off, ==, 0);
	g_assert_cmpint(r[0].receive_off, ==, 0);
	g_assert_cmpint(r[1].send_off, ==, 3);
	g_assert_cmpuint(r[1].send_ms.n, ==, 2);
	g_assert_cmpuint(r[1].receive_ms.n, ==, 1);
	g_assert_cmpuint(t.differences->len, ==, 1);
	d = &g_array_index(t.differences, struct latency_difference, 0);
	g_assert_cmpfloat_with_epsilon(d->send_ms.mean, (54 - 148 + 54 - 188) / 2.0, 1e-5);
	g_assert_cmpuint(d->receive_ms.n, ==, 1); /* only where both received */
	g_assert_cmpfloat_with_epsilon(d->receive_ms.mean, -100, 1e-9);
	latency_table_print_json(&t, json);
	g_assert_nonnull(strstr(json->str, "\"scheme\":\"ebu\",\"waiting\":\"conservative\",\"point\":\"\",\"n\":2"));
	g_assert_nonnull(strstr(json->str, "\"send_off_ns\":3"));
	g_string_free(json, TRUE);
	latency_table_clear(&t);
	g_array_free(a, TRUE);
}

static char *contents(const struct fixture *f, const char *name)
{
	char *path = g_build_filename(f->directory, name, NULL), *octets = NULL;

	g_assert_true(g_file_get_contents(path, &octets, NULL, NULL));
	g_free(path);
	return octets;
}

static void test_figure(struct fixture *f, gconstpointer runs)
{
	char *output = g_build_filename(f->directory, "bars.svg", NULL), *text_plot = NULL, *error = NULL, *data, *script, *first, *second;
	sqlite3 *again;

	(void)runs;
	g_assert_cmpint(figure_make(f->db, figure_find("latency-bars"), output, 0, 0, NULL, &error), ==, FIGURE_DONE);
	data = contents(f, "bars.dat");
	g_assert_nonnull(strstr(data, "\"standard\\nconservative\" 2 168 254.124"));
	script = contents(f, "bars.gp");
	g_assert_nonnull(strstr(script, "set output 'bars.svg'"));
	first = contents(f, "bars.svg");
	g_assert_nonnull(strstr(first, "closed form"));
	again = database_open(f->db_file, &error);
	g_assert_cmpint(figure_make(again, figure_find("latency-bars"), output, 0, 0, NULL, &error), ==, FIGURE_DONE);
	second = contents(f, "bars.svg");
	g_assert_cmpstr(first, ==, second);
	sqlite3_close(again);
	again = database_open(f->db_file, &error);
	g_assert_cmpint(figure_make(again, figure_find("latency-cdf"), NULL, 80, 24, &text_plot, &error), ==, FIGURE_DONE);
	g_assert_nonnull(strstr(text_plot, "standard (n = 2)"));
	g_assert_nonnull(strstr(text_plot, "ebu (n = 1)"));
	sqlite3_close(again);
	g_free(data);
	g_free(script);
	g_free(first);
	g_free(second);
	g_free(text_plot);
	g_free(output);
}

static void test_nothing_to_draw(struct fixture *f, gconstpointer runs)
{
	char *error = NULL, *text_plot = NULL;

	(void)runs;
	g_assert_cmpint(figure_make(f->db, figure_find("loss-bars"), NULL, 80, 24, &text_plot, &error), ==, FIGURE_EMPTY);
	g_assert_nonnull(strstr(error, "loss-bars"));
	g_assert_null(text_plot);
	g_free(error);
}

static void test_names(void)
{
	g_assert_null(figure_find("latency-bar"));
	g_assert_true(figure_output_known("a.svg") && figure_output_known("a.pdf") && figure_output_known("a.png"));
	g_assert_false(figure_output_known("a.gif") || figure_output_known("svg"));
}

static void test_not_a_database(void)
{
	char *error = NULL, *file = NULL;
	int fd = g_file_open_tmp("roam-test-XXXXXX", &file, NULL);

	g_close(fd, NULL);
	g_assert_true(g_file_set_contents(file, "nodes:\n  ha: {type: home-agent} # a scenario by mistake\n", -1, NULL));
	g_assert_null(database_open(file, &error));
	g_assert_nonnull(strstr(error, file));
	g_clear_pointer(&error, g_free);
	g_unlink(file);
	g_assert_null(database_open(file, &error));
	g_assert_nonnull(strstr(error, "no such file"));
	g_free(error);
	g_free(file);
}

int main(int argc, char **argv)
{
	gconstpointer all = GSIZE_TO_POINTER(G_N_ELEMENTS(stored_runs)), none = NULL;

	g_test_init(&argc, &argv, NULL);
	g_test_add("/latency/closed-forms-come-from-each-runs-own-delays", struct fixture, all, set_up, test_read, tear_down);
	g_test_add("/latency/table-of-means-and-pairs", struct fixture, all, set_up, test_table, tear_down);
	g_test_add("/latency/points-are-not-mixed", struct fixture, all, set_up_swept, test_points, tear_down);
	g_test_add("/latency/nor-are-single-runs-with-other-settings", struct fixture, all, set_up_unplanned, test_points, tear_down);
	g_test_add("/latency/no-closed-form-where-tests-are-repeated", struct fixture, GSIZE_TO_POINTER(G_N_ELEMENTS(far_runs)), set_up_far, test_far,
	           tear_down);
	g_test_add_func("/latency/handovers-of-one-run-are-one-observation", test_replications);
	g_test_add("/latency/figures-leave-data-and-script-and-repeat", struct fixture, all, set_up, test_figure, tear_down);
	g_test_add("/latency/nothing-to-draw-is-said", struct fixture, none, set_up, test_nothing_to_draw, tear_down);
	g_test_add_func("/latency/figure-names-and-endings", test_names);
	g_test_add_func("/latency/what-is-no-result-database-is-refused", test_not_a_database);
	return g_test_run();
}
