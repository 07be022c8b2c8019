// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Figures: a table of (name, SQL, gnuplot template) and one house style. A figure is three files side by side: what was asked for,
 * the data (.dat) and the whole script (.gp), so that a paper can restyle it with gnuplot alone.
 */
#ifndef ANALYSIS_FIGURE_H
#define ANALYSIS_FIGURE_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

struct figure {
	const char *name, *help;
	bool blocks;                    /* each label's rows make a block of their own in the data (gnuplot's `index`) */
	/* Over the tables of analysis/schema.sql, the temporary table `latency` and the functions of figure.c: half_width(x) of a group,
	 * closed_detection_s(a, b), closed_detection_deviation_s(a, b), seconds(duration as a scenario spells it), and the ends of the exact
	 * interval of k of n, binomial_low(k, n, confidence) and binomial_high. The first column is the label of a series; rows of one label stand together. */
	const char *sql;
	/* After the style and the terminal; data, series, label[1..series], count[1..series] (rows) are set. */
	const char *script;
};

/* Each ends with a row whose name is NULL: figure_table.c, figure_mip4.c, figure_simultaneous.c. */
extern const struct figure figures[], figures_mip4[], figures_simultaneous[];
/* All of them, one after the other; NULL: that was the last. f NULL: the first. */
const struct figure *figure_next(const struct figure *f);
extern const char figure_style[];

/* NULL: there is none. */
const struct figure *figure_find(const char *name);
/* svg, pdf, png or txt by the ending; false: none of them. */
bool figure_output_known(const char *output);

enum figure_result { FIGURE_DONE, FIGURE_EMPTY, FIGURE_FAILED };
/* output NULL: text of `columns` x `rows` characters into *text (g_free), nothing is left behind. *error is set (g_free) when the
 * result is not FIGURE_DONE. */
enum figure_result figure_make(sqlite3 *db, const struct figure *f, const char *output, int columns, int rows, char **text, char **error);

/* Into *svg (g_free), nothing is left behind. */
enum figure_result figure_svg(sqlite3 *db, const struct figure *f, char **svg, char **error);
/* Makes half_width and the others known to db. */
bool figure_functions(sqlite3 *db);

/* The last step alone, for data that is in no database: `data` is the file's text, `arrays` what the script needs set. As above. */
bool figure_draw(const struct figure *f, const char *output, const char *data, const char *arrays, int columns, int rows, char **text,
                 char **error);

#endif
