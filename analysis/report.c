// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See report.h. Everything from the database passes put_text, so that no title or error message can become markup; pictures are
 * data URIs, so that the scripts and styles of one cannot touch the page or each other; no script, and no request to anywhere.
 */
#include "analysis/report.h"

#include <math.h>
#include <string.h>

#include "analysis/figure.h"
#include "analysis/latency_table.h"

#define POINTS_SHOWN 200 /* the rest is for `roam export` */

static const char style[] =
    ":root{color-scheme:light dark;--line:#8886;--soft:#8881}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid "
    "var(--line)}h3{font-size:1.05rem;margin-top:1.5rem}"
    "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}"
    "caption{text-align:left;font-size:.9rem;padding:.3rem 0;opacity:.8}"
    "th,td{padding:.15rem .6rem;border-bottom:1px solid "
    "var(--line);text-align:left;white-space:nowrap}td.n,th.n{text-align:right}"
    "thead th{border-bottom:2px solid "
    "var(--line);white-space:normal;vertical-align:bottom}pre.head{white-space:pre-wrap;font-size:.78rem}tbody "
    "tr:hover{background:var(--soft)}"
    "figure{margin:1.5rem "
    "0}img{width:100%;max-width:45rem;background:#fff;border-radius:4px}figcaption{font-size:.9rem;opacity:.8}"
    "pre{background:var(--soft);padding:.7rem;overflow-x:auto;font-size:.8rem;line-height:1.4;border-radius:4px}"
    ".bad{color:#c33;font-weight:600}@media "
    "print{details>*{display:block}body{max-width:none}h2{break-after:avoid}figure{break-inside:avoid}}";

static void put_text(GString *html, const char *text)
{
	char *escaped = g_markup_escape_text(text ? text : "", -1);

	g_string_append(html, escaped);
	g_free(escaped);
}

static void put_element(GString *html, const char *name, const char *text)
{
	g_string_append_printf(html, "<%s>", name);
	put_text(html, text);
	g_string_append_printf(html, "</%.*s>\n", (int)strcspn(name, " "), name);
}

static bool fail(sqlite3 *db, char **error)
{
	*error = g_strdup(sqlite3_errmsg(db));
	return false;
}

/* ---- the head of a scenario: what its author says of it
 * ------------------------------------------------------------------------------- */

/* The comment lines at the beginning, without their marks. */
static char *head_of(const char *scenario)
{
	GString *text = g_string_new(NULL);

	while (*scenario == '#') {
		size_t n = strcspn(scenario, "\n");
		const char *line = scenario + 1 + (scenario[1] == ' ');

		if ((size_t)(line - scenario) < n)
			g_string_append_len(text, line, (gssize)(scenario + n - line));
		g_string_append_c(text, '\n');
		scenario += n + (scenario[n] == '\n');
	}
	return g_strstrip(g_string_free(text, FALSE));
}

/* "Figures: a, b." in a head: adds the names. */
static void figures_named(const char *head, GPtrArray *names)
{
	const char *line = strstr(head, "Figure");
	char **parts;

	if (!line || !(line = strchr(line, ':')))
		return;
	parts = g_strsplit_set(line + 1, ", .\n", -1);
	for (char **p = parts; *p; p++) {
		const struct figure *f = figure_find(*p);

		if (f && !g_ptr_array_find(names, f->name, NULL))
			g_ptr_array_add(names, (char *)f->name);
	}
	g_strfreev(parts);
}

/* ---- tables
 * -----------------------------------------------------------------------------------------------------------------------------
 */

/* Rounded to what its interval says, or to four digits. */
static void put_number(GString *html, double v, double half)
{
	int digits = half > 1e-9 ? (int)ceil(1 - log10(half)) : fabs(v) > 1e-9 ? 3 - (int)floor(log10(fabs(v))) : 0;
	char number[G_ASCII_DTOSTR_BUF_SIZE], format[16];

	g_snprintf(format, sizeof format, "%%.%df", CLAMP(digits, 0, 9));
	g_string_append(html, g_ascii_formatd(number, sizeof number, format, v));
	if (half > 1e-9) {
		g_string_append(html, " ± ");
		g_string_append(html, g_ascii_formatd(number, sizeof number, format, half));
	}
}

static void put_cell(GString *html, sqlite3_stmt *q, int column)
{
	bool is_number = sqlite3_column_type(q, column) == SQLITE_INTEGER || sqlite3_column_type(q, column) == SQLITE_FLOAT;

	g_string_append(html, is_number ? "<td class=n>" : "<td>");
	if (sqlite3_column_type(q, column) == SQLITE_FLOAT)
		put_number(html, sqlite3_column_double(q, column), 0);
	else
		put_text(html, (const char *)sqlite3_column_text(q, column));
	g_string_append(html, "</td>");
}

/* All rows of a statement as a table, unless there are none. */
static bool put_query(GString *html, sqlite3 *db, int64_t study, const char *caption, const char *sql, char **error)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	bool any = false;

	sqlite3_bind_int64(q, 1, study);
	while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		if (!any) {
			g_string_append(html, "<div class=wide><table><caption>");
			put_text(html, caption);
			g_string_append(html, "</caption><thead><tr>");
			for (int c = 0; c < sqlite3_column_count(q); c++)
				put_element(html, "th scope=col", sqlite3_column_name(q, c));
			g_string_append(html, "</tr></thead><tbody>\n");
		}
		any = true;
		g_string_append(html, "<tr>");
		for (int c = 0; c < sqlite3_column_count(q); c++)
			put_cell(html, q, c);
		g_string_append(html, "</tr>\n");
		rc = SQLITE_OK;
	}
	if (any)
		g_string_append(html, "</tbody></table></div>\n");
	sqlite3_finalize(q);
	return rc == SQLITE_DONE || fail(db, error);
}

/* What run_summary has of a run, as columns of the table of points. */
static const struct measure {
	const char *column, *head;
	double unit;
} measures[] = {
	{ "send_mean_s", "may send directly after [ms]", 1e3 },
	{ "recv_mean_s", "receives directly after [ms]", 1e3 },
	{ "gap_max_s", "longest silence [ms]", 1e3 },
	{ "lost", "packets lost", 1 },
	{ "received", "packets received", 1 },
};

/* Which of them have a value at all in this study. */
static bool find_measures(sqlite3 *db, int64_t study, bool *has, char **error)
{
	GString *sql = g_string_new("SELECT ");
	sqlite3_stmt *q = NULL;
	int rc;

	for (guint i = 0; i < G_N_ELEMENTS(measures); i++)
		g_string_append_printf(sql, "%scount(%s)", i ? ", " : "", measures[i].column);
	g_string_append(sql, " FROM run_summary JOIN sim_run USING(run_id) WHERE study_id = ?");
	rc = sqlite3_prepare_v2(db, sql->str, -1, &q, NULL);
	sqlite3_bind_int64(q, 1, study);
	if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW)
		for (guint i = 0; i < G_N_ELEMENTS(measures); i++)
			has[i] = sqlite3_column_int64(q, (int)i);
	sqlite3_finalize(q);
	g_string_free(sql, TRUE);
	return rc == SQLITE_ROW || fail(db, error);
}

static void put_point(GString *html, sqlite3_stmt *q, int swept, const bool *has)
{
	g_string_append_printf(html, "<tr><th scope=row class=n>%d</th>", sqlite3_column_int(q, 0));
	for (int c = 0; c < swept; c++)
		put_cell(html, q, 3 + c);
	g_string_append_printf(html, "<td class=n>%d</td>", sqlite3_column_int(q, 1));
	if (sqlite3_column_int(q, 2))
		g_string_append_printf(html, "<td class='n bad'>%d</td>", sqlite3_column_int(q, 2));
	else
		g_string_append(html, "<td class=n>0</td>");
	for (int i = 0, c = 3 + swept; i < (int)G_N_ELEMENTS(measures); i++) {
		if (!has[i])
			continue;
		g_string_append(html, "<td class=n>");
		if (sqlite3_column_type(q, c) == SQLITE_NULL)
			g_string_append(html, "–");
		else
			put_number(html, sqlite3_column_double(q, c), sqlite3_column_double(q, c + 1));
		g_string_append(html, "</td>");
		c += 2;
	}
	g_string_append(html, "</tr>\n");
}

static bool put_points(GString *html, sqlite3 *db, int64_t study, char **error)
{
	GString *sql = g_string_new(
	            "SELECT u.point, count(*) FILTER (WHERE u.status = 'ok'), count(*) FILTER (WHERE u.status <> 'ok')"),
	        *heads = g_string_new(NULL);
	bool has[G_N_ELEMENTS(measures)] = { false };
	sqlite3_stmt *q = NULL;
	int swept = 0, shown = 0, rc;

	if (!find_measures(db, study, has, error))
		goto out;
	rc = sqlite3_prepare_v2(
	    db, "SELECT DISTINCT name FROM sim_param JOIN sim_run USING(run_id) WHERE study_id = ? AND is_sweep ORDER BY name",
	    -1, &q, NULL);
	sqlite3_bind_int64(q, 1, study);
	while (rc == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW) {
		char *part = sqlite3_mprintf(", (SELECT value FROM sim_param p WHERE p.run_id = u.run_id AND name = %Q)",
		                             sqlite3_column_text(q, 0));

		g_string_append(sql, part);
		sqlite3_free(part);
		put_element(heads, "th scope=col", (const char *)sqlite3_column_text(q, 0));
		swept++;
	}
	sqlite3_finalize(q);
	q = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(measures); i++)
		if (has[i])
			g_string_append_printf(sql, ", avg(s.%s) * %g, half_width(s.%s * %g)", measures[i].column,
			                       measures[i].unit, measures[i].column, measures[i].unit);
	g_string_append(sql, " FROM sim_run u JOIN run_summary s USING(run_id) WHERE study_id = ? AND u.point >= 0 GROUP BY "
	                     "u.point ORDER BY u.point");
	rc = sqlite3_prepare_v2(db, sql->str, -1, &q, NULL);
	sqlite3_bind_int64(q, 1, study);
	while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		if (!shown) {
			g_string_append(html, "<div class=wide><table><caption>Points: means over the runs with their 95 % "
			                      "t-intervals</caption><thead><tr>"
			                      "<th scope=col class=n>point</th>");
			g_string_append(html, heads->str);
			g_string_append(html, "<th scope=col class=n>runs</th><th scope=col class=n>failed</th>");
			for (guint i = 0; i < G_N_ELEMENTS(measures); i++)
				if (has[i])
					put_element(html, "th scope=col class=n", measures[i].head);
			g_string_append(html, "</tr></thead><tbody>\n");
		}
		if (shown++ < POINTS_SHOWN)
			put_point(html, q, swept, has);
		rc = SQLITE_OK;
	}
	if (shown)
		g_string_append(html, "</tbody></table></div>\n");
	if (shown > POINTS_SHOWN)
		g_string_append_printf(html, "<p>%d more points: <code>roam export DB --csv sim_wide</code>.</p>\n",
		                       shown - POINTS_SHOWN);
	if (rc != SQLITE_DONE)
		fail(db, error);
out:
	sqlite3_finalize(q);
	g_string_free(sql, TRUE);
	g_string_free(heads, TRUE);
	return !*error;
}

/* ---- parts of the page
 * ----------------------------------------------------------------------------------------------------------------- */

static void put_runs(GString *html, sqlite3_stmt *q)
{
	int64_t planned = sqlite3_column_int64(q, 5), ok = sqlite3_column_int64(q, 6), bad = sqlite3_column_int64(q, 7);

	g_string_append(html, "<p>");
	if (sqlite3_column_int64(q, 9))
		g_string_append_printf(html, "%" G_GINT64_FORMAT " explorations%s", (int64_t)sqlite3_column_int64(q, 9),
		                       ok ? ", " : " (tables <code>sim_interval</code>, <code>sim_trial</code>)");
	if (ok || !sqlite3_column_int64(q, 9))
		g_string_append_printf(html, "%" G_GINT64_FORMAT " runs", ok);
	if (sqlite3_column_type(q, 5) != SQLITE_NULL && ok + bad < planned)
		g_string_append_printf(html, ", <span class=bad>%" G_GINT64_FORMAT " missing</span>", planned - ok - bad);
	if (bad)
		g_string_append_printf(html, ", <span class=bad>%" G_GINT64_FORMAT " failed</span>", bad);
	g_string_append(html, ". Made by roam ");
	put_text(html, (const char *)sqlite3_column_text(q, 3));
	if (sqlite3_column_type(q, 4) != SQLITE_NULL)
		g_string_append_printf(html, ", seed %" G_GINT64_FORMAT, (int64_t)sqlite3_column_int64(q, 4));
	g_string_append(html, ".</p>\n");
}

/* What it is about, and what came out. */
static bool put_study(GString *about, GString *html, sqlite3 *db, sqlite3_stmt *q, GPtrArray *named, char **error)
{
	int64_t study = sqlite3_column_int64(q, 0);
	const char *name = (const char *)sqlite3_column_text(q, 1), *scenario = (const char *)sqlite3_column_text(q, 2),
	           *title = (const char *)sqlite3_column_text(q, 8);
	char *head = head_of(scenario), *heading = g_strdup_printf("%s%s%s", name, title ? ": " : "", title ? title : ""),
	     *results = g_strdup_printf("Results of %s", name);
	bool ok;

	put_element(about, "h2", heading);
	put_runs(about, q);
	if (*head)
		put_element(about, "pre class=head", head);
	figures_named(head, named);
	put_element(html, "h2", results);
	ok = put_points(html, db, study, error);
	if (sqlite3_column_int64(q, 6))
		g_string_append(html, "<details><summary>Flows, metrics and messages over all runs</summary>\n");
	ok = ok &&
	     put_query(html, db, study, "Flows: means over the runs",
	               "SELECT f.name AS flow, src AS \"from\", dst AS \"to\", avg(sent) AS sent, avg(received) AS received, "
	               "avg(lost) AS lost, avg(reordered) AS"
	               " reordered, avg(delay_mean_s) * 1e3 AS \"delay [ms]\", avg(delay_p95_s) * 1e3 AS \"95 % of delays below "
	               "[ms]\", avg(jitter_s) * 1e3 AS"
	               " \"jitter [ms]\" FROM sim_flow f JOIN sim_run USING(run_id) WHERE study_id = ? GROUP BY f.name, src, dst "
	               "ORDER BY f.name",
	               error) &&
	     put_query(
	         html, db, study, "Metrics of nodes, over the runs that have them",
	         "SELECT node, name AS metric, coalesce(unit, '') AS unit, count(*) AS runs, avg(value) AS mean, min(value) AS "
	         "least, max(value) AS most"
	         " FROM sim_metric JOIN sim_run USING(run_id) WHERE study_id = ? GROUP BY node, name, unit ORDER BY node, name",
	         error) &&
	     put_query(html, db, study, "Mobility messages that nodes sent, over the runs that have them",
	               "SELECT node, type AS message, sum(count) AS messages, sum(octets) AS octets, sum(octets) * 1.0 / "
	               "sum(count) AS \"octets each\" FROM"
	               " sim_message JOIN sim_run USING(run_id) WHERE study_id = ? AND direction = 'sent' AND type NOT LIKE "
	               "'data%' GROUP BY node, type"
	               " ORDER BY node, type",
	               error);
	if (sqlite3_column_int64(q, 6))
		g_string_append(html, "</details>\n");
	ok = ok && put_query(html, db, study, "Runs that failed, and their last words",
	                     "SELECT run_key AS run, status, error FROM sim_run WHERE study_id = ? AND status <> 'ok' ORDER BY "
	                     "point, replication",
	                     error);
	g_string_append(html, "<details><summary>The scenario</summary>\n");
	put_element(html, "pre", scenario);
	g_string_append(html, "</details>\n");
	g_free(head);
	g_free(heading);
	g_free(results);
	return ok;
}

static bool put_studies(GString *about, GString *results, sqlite3 *db, GPtrArray *named, char **error)
{
	static const char sql[] =
	    "SELECT s.study_id, s.name, scenario, version, s.seed, planned, count(*) FILTER (WHERE status = 'ok'),"
	    " count(*) FILTER (WHERE status <> 'ok'), (SELECT p.value FROM sim_param p JOIN sim_run t USING(run_id)"
	    " WHERE t.study_id = s.study_id AND p.name = 'title' LIMIT 1),"
	    " (SELECT count(*) FROM sim_exploration e WHERE e.study_id = s.study_id)"
	    " FROM sim_study s LEFT JOIN sim_run u ON u.study_id = s.study_id GROUP BY s.study_id ORDER BY s.study_id";
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	bool ok = true;

	while (ok && rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		ok = put_study(about, results, db, q, named, error);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(q);
	return ok && (rc == SQLITE_DONE || fail(db, error));
}

enum figure_reason { FIGURE_ASKED_FOR, FIGURE_OF_HEAD, FIGURE_TRIED };

/* False: it could not be drawn. One without data is left out, unless it was asked for; one that is only tried may have data and still not
 * be drawn from the results of another kind of study. */
static bool put_figure(GString *html, sqlite3 *db, const struct figure *f, enum figure_reason why, char **error)
{
	char *svg = NULL, *base64;

	switch (figure_svg(db, f, &svg, error)) {
	case FIGURE_FAILED:
		if (why != FIGURE_TRIED || !strstr(*error, "gnuplot failed"))
			return false;
		g_clear_pointer(error, g_free);
		return true;
	case FIGURE_EMPTY:
		if (why == FIGURE_ASKED_FOR)
			return false;
		g_clear_pointer(error, g_free);
		return true;
	default:
		break;
	}
	base64 = g_base64_encode((const guchar *)svg, strlen(svg));
	g_string_append_printf(html, "<figure id=%s><img alt=\"", f->name);
	put_text(html, f->help);
	g_string_append_printf(html, "\" src=\"data:image/svg+xml;base64,%s\"><figcaption>", base64);
	put_text(html, f->help);
	g_string_append_printf(html, " (<code>roam plot DB %s</code>)</figcaption></figure>\n", f->name);
	g_free(base64);
	g_free(svg);
	return true;
}

static bool put_figures(GString *html, sqlite3 *db, const char *const *wanted, const GPtrArray *named, char **error)
{
	bool ok = true;

	for (; wanted && ok && *wanted; wanted++)
		ok = put_figure(html, db, figure_find(*wanted), FIGURE_ASKED_FOR, error);
	if (wanted)
		return ok;
	for (guint i = 0; ok && i < named->len; i++)
		ok = put_figure(html, db, figure_find(named->pdata[i]), FIGURE_OF_HEAD, error);
	for (const struct figure *f = NULL; ok && !named->len && (f = figure_next(f));)
		ok = put_figure(html, db, f, FIGURE_TRIED, error);
	return ok;
}

static bool put_closed_forms(GString *html, sqlite3 *db, char **error)
{
	GArray *latencies = latency_read(db, error);

	if (!latencies)
		return false;
	if (latencies->len) {
		struct latency_table table = latency_table_new(latencies);
		GString *text = g_string_new(NULL);

		latency_table_print(&table, text);
		/* A long one is for those who ask. */
		g_string_append_printf(
		    html, "<h2>Beside closed forms</h2>\n<details%s><summary>Latencies by scheme and waiting</summary>\n",
		    table.rows->len <= 20 ? " open" : "");
		put_element(html, "pre", text->str);
		g_string_append(html, "</details>\n");
		g_string_free(text, TRUE);
		latency_table_clear(&table);
	}
	g_array_free(latencies, TRUE);
	return true;
}

bool report_make(sqlite3 *db, const char *file, const char *version, const char *const *wanted, GString *html, char **error)
{
	GString *about = g_string_new(NULL), *results = g_string_new(NULL), *pictures = g_string_new(NULL);
	GPtrArray *named = g_ptr_array_new();
	bool ok;

	*error = NULL;
	ok = (figure_functions(db) || fail(db, error)) && put_studies(about, results, db, named, error) &&
	     put_figures(pictures, db, wanted, named, error);
	g_string_append(html, "<!doctype html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport "
	                      "content='width=device-width'>\n<title>");
	put_text(html, file);
	g_string_append_printf(html, "</title>\n<style>%s</style></head><body>\n<h1>", style);
	put_text(html, file);
	g_string_append_printf(html, "</h1>\n%s", about->str);
	if (pictures->len)
		g_string_append_printf(html, "<h2>Figures</h2>\n%s", pictures->str);
	g_string_append(html, results->str);
	ok = ok && put_closed_forms(html, db, error);
	g_string_append(html, "<footer><p>Report by roam ");
	put_text(html, version);
	g_string_append(html, ".</p></footer></body></html>\n");
	g_ptr_array_free(named, TRUE);
	g_string_free(about, TRUE);
	g_string_free(results, TRUE);
	g_string_free(pictures, TRUE);
	return ok;
}
