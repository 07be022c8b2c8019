// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Makes a figure: query, data file, script, gnuplot. gnuplot is started without a shell, without the user's own settings, and with
 * a fixed date for formats that carry one, so that the same database gives the same octets.
 *
 * The temporary table `latency` has what analysis/latency.c reads, in milliseconds: ord (of scheme, other swept values and waiting
 * together, in the order of the study's points), scheme (with those values), waiting, replication, send_ms, receive_ms,
 * closed_send_ms, closed_receive_ms, lost.
 * `latency_mean` has their means by ord and replication.
 */
#include "analysis/figure.h"

#include <glib/gstdio.h>
#include <string.h>

#include "analysis/latency_table.h"

static const struct figure *const tables[] = { figures, figures_mip4, figures_simultaneous };

const struct figure *figure_next(const struct figure *f)
{
	if (!f)
		return tables[0];
	if (f[1].name)
		return f + 1;
	/* The end of a table is the beginning of the next. */
	for (gsize i = 0; i + 1 < G_N_ELEMENTS(tables); i++)
		for (const struct figure *in = tables[i]; in->name; in++)
			if (in == f)
				return tables[i + 1];
	return NULL;
}

const struct figure *figure_find(const char *name)
{
	for (const struct figure *f = NULL; (f = figure_next(f));)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static const struct terminal {
	const char *ending, *set;
} terminals[] = {
	{ ".svg", "set terminal svg size 720,432 dynamic font 'Helvetica,13' background rgb 'white' name 'figure'" },
	{ ".pdf", "set terminal pdfcairo size 15cm,9cm font 'Helvetica,10'" },
	{ ".png", "set terminal pngcairo size 1440,864 font 'Helvetica,12' fontscale 1.7 linewidth 2 pointscale 2" },
	{ ".txt", NULL },
};

static const struct terminal *terminal_of(const char *output)
{
	for (gsize i = 0; i < G_N_ELEMENTS(terminals); i++)
		if (g_str_has_suffix(output, terminals[i].ending))
			return &terminals[i];
	return NULL;
}

bool figure_output_known(const char *output)
{
	return terminal_of(output);
}

/* ---- SQL ------------------------------------------------------------------------------------------------------------------- */

static void half_width_step(sqlite3_context *context, int n, sqlite3_value **values)
{
	GArray **x = sqlite3_aggregate_context(context, sizeof *x);
	double v;

	(void)n;
	if (!x || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	if (!*x)
		*x = g_array_new(FALSE, FALSE, sizeof v);
	v = sqlite3_value_double(values[0]);
	g_array_append_val(*x, v);
}

static void half_width_final(sqlite3_context *context)
{
	GArray **x = sqlite3_aggregate_context(context, 0);

	if (!x || !*x)
		return;
	/* A NaN becomes NULL: one value has no interval. */
	sqlite3_result_double(context,
			      statistics_mean(&g_array_index(*x, double, 0), (*x)->len, LATENCY_CONFIDENCE).half_width);
	g_array_free(*x, TRUE);
}

static void closed_detection(sqlite3_context *context, int n, sqlite3_value **values)
{
	double (*form)(double, double) = *(double (**)(double, double))sqlite3_user_data(context);

	(void)n;
	sqlite3_result_double(context, form(sqlite3_value_double(values[0]), sqlite3_value_double(values[1])));
}

/* 20ms, 1.5s; NULL stays NULL. */
static void seconds(sqlite3_context *context, int n, sqlite3_value **values)
{
	static const struct { const char *unit; double s; } units[] = { { "ns", 1e-9 }, { "us", 1e-6 }, { "ms", 1e-3 }, { "s", 1 }, { "min", 60 }, { "h", 3600 } };
	const char *text = (const char *)sqlite3_value_text(values[0]);
	char *end;
	double v;

	(void)n;
	if (!text)
		return;
	v = g_ascii_strtod(text, &end);
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (!strcmp(end, units[i].unit))
			sqlite3_result_double(context, v * units[i].s);
}

static void binomial_end(sqlite3_context *context, int n, sqlite3_value **values)
{
	struct proportion p = statistics_proportion((uint64_t)sqlite3_value_int64(values[0]), (uint64_t)sqlite3_value_int64(values[1]),
						    sqlite3_value_double(values[2]));

	(void)n;
	sqlite3_result_double(context, *(const bool *)sqlite3_user_data(context) ? p.high : p.low);
}

bool figure_functions(sqlite3 *db)
{
	static double (*detection)(double, double) = closed_form_detection_and_address_s;
	static double (*deviation)(double, double) = closed_form_detection_and_address_deviation_s;
	static bool low = false, high = true;
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	return sqlite3_create_function(db, "half_width", 1, flags, NULL, NULL, half_width_step, half_width_final) == SQLITE_OK &&
	       sqlite3_create_function(db, "binomial_low", 3, flags, &low, binomial_end, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(db, "binomial_high", 3, flags, &high, binomial_end, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(db, "seconds", 1, flags, NULL, seconds, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(db, "closed_detection_s", 2, flags, &detection, closed_detection, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function(db, "closed_detection_deviation_s", 2, flags, &deviation, closed_detection, NULL, NULL) == SQLITE_OK;
}

static void bind_ms(sqlite3_stmt *q, int column, mip_time t)
{
	if (t == MIP_NEVER)
		sqlite3_bind_null(q, column);
	else
		sqlite3_bind_double(q, column, (double)t / 1e6);
}

static void insert(sqlite3_stmt *q, GPtrArray *order, const struct latency *l)
{
	char *scheme = latency_row_name(l), *key = g_strconcat(scheme, "\n", latency_waiting_name(l), NULL);
	guint ord;

	if (!g_ptr_array_find_with_equal_func(order, key, g_str_equal, &ord)) {
		ord = order->len;
		g_ptr_array_add(order, g_strdup(key));
	}
	sqlite3_bind_int(q, 1, (int)ord);
	sqlite3_bind_text(q, 2, scheme, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(q, 3, latency_waiting_name(l), -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 4, (int64_t)l->replication);
	bind_ms(q, 5, l->send);
	bind_ms(q, 6, l->receive);
	bind_ms(q, 7, l->closed_send);
	bind_ms(q, 8, l->closed_receive);
	if (l->lost < 0)
		sqlite3_bind_null(q, 9);
	else
		sqlite3_bind_int64(q, 9, l->lost);
	sqlite3_step(q);
	sqlite3_reset(q);
	g_free(scheme);
	g_free(key);
}

static bool latency_temporary(sqlite3 *db, char **error)
{
	GArray *latencies;
	GPtrArray *order;
	sqlite3_stmt *q = NULL;
	bool ok;

	/* An earlier figure from the same database has left it. */
	if (sqlite3_table_column_metadata(db, "temp", "latency", NULL, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	latencies = latency_read(db, error);
	if (!latencies)
		return false;
	ok = sqlite3_exec(db,
			  "CREATE TEMP TABLE latency(ord INTEGER, scheme TEXT, waiting TEXT, replication INTEGER, send_ms REAL, receive_ms REAL,"
			  " closed_send_ms REAL, closed_receive_ms REAL, lost INTEGER);"
			  /* A replication is one observation, however many handovers it has. */
			  "CREATE TEMP VIEW latency_mean AS SELECT ord, scheme, waiting, avg(send_ms) AS send_ms, avg(receive_ms) AS receive_ms,"
			  " avg(closed_send_ms) AS closed_send_ms, avg(closed_receive_ms) AS closed_receive_ms, avg(lost) AS lost FROM latency"
			  " GROUP BY ord, replication;"
			  "CREATE INDEX temp.latency_scheme ON latency(scheme, ord, waiting)",
			  NULL, NULL, NULL) == SQLITE_OK &&
	     sqlite3_prepare_v2(db, "INSERT INTO temp.latency VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &q, NULL) == SQLITE_OK &&
	     figure_functions(db);
	order = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; ok && i < latencies->len; i++)
		insert(q, order, &g_array_index(latencies, struct latency, i));
	if (!ok)
		*error = g_strdup(sqlite3_errmsg(db));
	sqlite3_finalize(q);
	g_ptr_array_free(order, TRUE);
	g_array_free(latencies, TRUE);
	return ok;
}

/* ---- data and script --------------------------------------------------------------------------------------------------------- */

/* In double quotes; a backslash is left alone, so that \n in a label breaks the line. */
static void quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '`')
			g_string_append_c(out, '\'');
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

/* The longest line of a label, whose lines end in a backslash and an n. */
static int label_width(const char *label)
{
	char **lines = g_strsplit(label, "\\n", -1);
	glong width = 0;

	for (char **l = lines; *l; l++)
		width = MAX(width, g_utf8_strlen(*l, -1));
	g_strfreev(lines);
	return (int)width;
}

/* Rows as text, a blank line pair between series; labels, the width of the widest and counts as gnuplot variables. Rows: how many there were; -1 on error. */
static int query(sqlite3 *db, const struct figure *f, GString *data, GString *arrays, char **error)
{
	GString *labels = g_string_new(NULL), *counts = g_string_new(NULL);
	char *label = NULL;
	int rows = 0, series = 0, count = 0, width = 0, rc;
	sqlite3_stmt *q = NULL;

	rc = sqlite3_prepare_v2(db, f->sql, -1, &q, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const char *name;

		rc = sqlite3_step(q);
		if (rc != SQLITE_ROW)
			break;
		if (sqlite3_column_type(q, 1) == SQLITE_NULL) /* nowhere to draw it: results of another kind of study */
			continue;
		name = (const char *)sqlite3_column_text(q, 0);
		if (!name)
			name = "-";
		if (!label || strcmp(label, name)) {
			if (series++) {
				g_string_append_printf(counts, "%d, ", count);
				g_string_append(labels, ", ");
				if (f->blocks)
					g_string_append(data, "\n\n");
			}
			count = 0;
			width = MAX(width, label_width(name));
			quoted(labels, name);
			g_free(label);
			label = g_strdup(name);
		}
		quoted(data, name);
		for (int c = 1; c < sqlite3_column_count(q); c++) {
			char number[G_ASCII_DTOSTR_BUF_SIZE];

			g_string_append_printf(data, " %s",
					       sqlite3_column_type(q, c) == SQLITE_NULL ?
						       "NaN" :
						       g_ascii_formatd(number, sizeof number, "%.9g", sqlite3_column_double(q, c)));
		}
		g_string_append_c(data, '\n');
		rows++;
		count++;
	}
	if (rc != SQLITE_DONE) {
		*error = g_strdup(sqlite3_errmsg(db));
		rows = -1;
	} else if (rows) {
		g_string_append_printf(arrays, "series = %d\nwidth = %d\narray label[%d] = [%s]\narray count[%d] = [%s%d]\n", series, width,
				       series, labels->str, series, counts->str, count);
	}
	sqlite3_finalize(q);
	g_string_free(labels, TRUE);
	g_string_free(counts, TRUE);
	g_free(label);
	return rows;
}

/* A file's name for gnuplot, in single quotes. */
static char *quoted_name(const char *file)
{
	char **parts = g_strsplit(file, "'", -1), *joined = g_strjoinv("''", parts), *result = g_strdup_printf("'%s'", joined);

	g_strfreev(parts);
	g_free(joined);
	return result;
}

static char *script_of(const struct figure *f, const char *data_file, const char *output, const char *terminal, const char *arrays)
{
	char *data = quoted_name(data_file), *out = quoted_name(output), *script;

	script = g_strdup_printf("# %s: %s\n# Made by roam plot; to restyle it, edit and run gnuplot on it in this directory.\n%s\nset output %s\n%s"
				 "data = %s\n%s%sunset output\n",
				 f->name, f->help, terminal, out, figure_style, data, arrays, f->script);
	g_free(data);
	g_free(out);
	return script;
}

/* Runs gnuplot in `directory` on a script there. */
static bool run_gnuplot(const char *directory, const char *script, char **error)
{
	char *argv[] = { (char *)"gnuplot", (char *)"-d", (char *)script, NULL };
	char **environment = g_environ_setenv(g_get_environ(), "SOURCE_DATE_EPOCH", "0", TRUE), *complaints = NULL;
	GError *problem = NULL;
	int status = 0;
	bool ok = g_spawn_sync(directory, argv, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &complaints,
			       &status, &problem);

	if (!ok && g_error_matches(problem, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
		*error = g_strdup("gnuplot is not installed; on Debian: apt-get install gnuplot-nox");
	else if (!ok)
		*error = g_strdup_printf("gnuplot cannot be started: %s", problem->message);
	else if (!g_spawn_check_wait_status(status, NULL))
		*error = g_strdup_printf("gnuplot failed:\n%s", g_strstrip(complaints));
	g_clear_error(&problem);
	g_strfreev(environment);
	g_free(complaints);
	return !*error;
}

static bool write_file(const char *directory, const char *name, const char *text, char **error)
{
	char *path = g_build_filename(directory, name, NULL);
	GError *problem = NULL;
	bool ok = g_file_set_contents(path, text, -1, &problem);

	if (!ok) {
		const char *reason = strrchr(problem->message, ':'); /* what is before it names a temporary file */

		*error = g_strdup_printf("cannot write %s%s", path, reason ? reason : "");
	}
	g_clear_error(&problem);
	g_free(path);
	return ok;
}

static bool make_files(const struct figure *f, const char *output, const char *terminal, const char *data, const char *arrays, char **error)
{
	char *directory = g_path_get_dirname(output), *name = g_path_get_basename(output);
	char *stem = g_strndup(name, (gsize)(strrchr(name, '.') - name));
	char *data_name = g_strconcat(stem, ".dat", NULL), *script_name = g_strconcat(stem, ".gp", NULL);
	char *script = script_of(f, data_name, name, terminal, arrays);
	bool ok = write_file(directory, data_name, data, error) && write_file(directory, script_name, script, error);

	if (ok) {
		/* What an earlier call left must not pass for this one's. */
		g_unlink(output);
		ok = run_gnuplot(directory, script_name, error);
	}
	if (ok && !g_file_test(output, G_FILE_TEST_IS_REGULAR)) {
		*error = g_strdup_printf("%s: gnuplot wrote nothing", output);
		ok = false;
	}
	g_free(directory);
	g_free(name);
	g_free(stem);
	g_free(data_name);
	g_free(script_name);
	g_free(script);
	return ok;
}

/* The same in a directory of its own that goes away again. ending: of the output, whose content is *text. */
static bool make_text(const struct figure *f, const char *ending, const char *terminal, const char *data, const char *arrays, char **text,
		      char **error)
{
	char *name = g_strconcat("figure", ending, NULL);
	const char *const left[] = { name, "figure.dat", "figure.gp" };
	GError *problem = NULL;
	char *directory = g_dir_make_tmp("roam-XXXXXX", &problem), *output;
	bool ok;

	if (!directory) {
		*error = g_strdup(problem->message);
		g_error_free(problem);
		g_free(name);
		return false;
	}
	output = g_build_filename(directory, left[0], NULL);
	ok = make_files(f, output, terminal, data, arrays, error);
	if (ok && !g_file_get_contents(output, text, NULL, &problem)) {
		*error = g_strdup(problem->message);
		g_error_free(problem);
		ok = false;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
		char *path = g_build_filename(directory, left[i], NULL);

		g_unlink(path);
		g_free(path);
	}
	g_rmdir(directory);
	g_free(output);
	g_free(directory);
	g_free(name);
	return ok;
}

bool figure_draw(const struct figure *f, const char *output, const char *data, const char *arrays, int columns, int rows, char **text,
		 char **error)
{
	const struct terminal *t = output ? terminal_of(output) : NULL;
	char *terminal = t && t->set ? g_strdup(t->set) : g_strdup_printf("set terminal dumb size %d, %d", columns ? columns : 100, rows ? rows : 30);
	bool ok = output ? make_files(f, output, terminal, data, arrays, error) : make_text(f, ".txt", terminal, data, arrays, text, error);

	g_free(terminal);
	return ok;
}

/* svg: into *text as that; else as figure_draw. */
static enum figure_result make(sqlite3 *db, const struct figure *f, bool svg, const char *output, int columns, int rows, char **text, char **error)
{
	GString *data = g_string_new(NULL), *arrays = g_string_new(NULL);
	enum figure_result result = FIGURE_FAILED;

	*error = NULL;
	if (latency_temporary(db, error)) {
		int found = query(db, f, data, arrays, error);

		if (!found) {
			*error = g_strdup_printf("no finished run or exploration has what %s shows (`roam report` draws what is there; "
						 "the heads of scenarios/study name their figures)",
						 f->name);
			result = FIGURE_EMPTY;
		} else if (found > 0 && (svg ? make_text(f, ".svg", terminal_of(".svg")->set, data->str, arrays->str, text, error)
					     : figure_draw(f, output, data->str, arrays->str, columns, rows, text, error))) {
			result = FIGURE_DONE;
		}
	}
	g_string_free(data, TRUE);
	g_string_free(arrays, TRUE);
	return result;
}

enum figure_result figure_make(sqlite3 *db, const struct figure *f, const char *output, int columns, int rows, char **text, char **error)
{
	return make(db, f, false, output, columns, rows, text, error);
}

enum figure_result figure_svg(sqlite3 *db, const struct figure *f, char **svg, char **error)
{
	return make(db, f, true, NULL, 0, 0, svg, error);
}
