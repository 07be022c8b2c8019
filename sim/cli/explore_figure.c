// SPDX-License-Identifier: GPL-3.0-or-later
/* See explore_figure.h. */
#include "sim/cli/explore_figure.h"

#include "analysis/figure.h"

/* path, across: axis labels; labels, name[]: outcomes, the good one first; from, to: of the x axis; caption. */
#define COLOURS "array colour[3] = [0x009E73, 0xD55E00, 0x333333]\n"
static const char line_script[] =
	COLOURS
	"set xlabel path\nset xrange [from:to]\nset yrange [-0.25:labels - 0.6]\nset ytics scale 0 ()\nset key off\n"
	"do for [i = 1:labels] { set ytics add (name[i] i - 1) }\n"
	"eval show_caption\n"
	"plot data using 1:2:4:(0):(colour[int($2) + 1]) with vectors nohead lw 5 lc rgb variable, \\\n"
	"  data using 1:2 with steps lc rgb '#999999' lw 1\n";
static const char recovery_script[] =
	"set xlabel path\nset ylabel 'recovery time [s]'\nset xrange [from:to]\nset yrange [0:*]\nset key off\n"
	"eval show_caption\n"
	"plot data using 1:3 with points pt 7 ps 0.35 lc rgb '#0072B2'\n";
#define MAP "set xlabel path\nset ylabel across\nset xrange [from - step / 2:to + step / 2]\nset yrange [low - across_step / 2:high + across_step / 2]\n" \
	"set border 15\nset tics front\nset rmargin at screen 0.82\nset key off\n"
static const char map_script[] =
	MAP "set cbrange [-0.5:labels - 0.5]\nset cbtics scale 0 ()\n"
	"if (labels == 2) { set palette maxcolors 2 defined (0 '#cfe8df', 1 '#D55E00') } else {\n"
	"  set palette maxcolors 3 defined (0 '#cfe8df', 1 '#F0C27A', 2 '#8c2d04') }\n"
	"do for [i = 1:labels] { set cbtics add (name[i] i - 1) }\n"
	"eval show_caption\n"
	"plot data using 1:2:3 with image\n";
static const char recovery_map_script[] =
	MAP "set palette defined (0 '#e8f1f8', 1 '#56B4E9', 2 '#0072B2', 3 '#002b45')\nset cblabel 'recovery time [s]'\nset cbrange [0:*]\n"
	"eval show_caption\n"
	"plot data using 1:2:3 with image\n";

static double seconds(mip_time t)
{
	return (double)t / 1e9;
}

static void number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(out, "%s ", g_ascii_formatd(text, sizeof text, "%.9f", value));
}

static char *axis(const char *path, mip_time origin)
{
	return origin ? g_strdup_printf("%s [s from %g s]", path, seconds(origin)) : g_strdup_printf("%s [s]", path);
}

/* What a reader would measure: where the outcome is not the good one. */
static char *caption(const struct scenario_explore *x, const struct exploration *e)
{
	GString *text = g_string_new(NULL);
	mip_time all = 0;
	int told = 0;

	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		if (!v->label)
			continue;
		all += v->to - v->from;
		if (told++ < 2)
			g_string_append_printf(text, "%s%s from %.6f s to %.6f s", text->len ? "; " : "", explore_label(x->outcome, v->label),
			                       seconds(v->from - x->origin), seconds(v->to - x->origin));
	}
	if (told > 2)
		g_string_printf(text, "%s but for %d intervals, %.6f s in all", explore_label(x->outcome, 0), told, seconds(all));
	else if (!told && e->intervals->len)
		g_string_printf(text, "%s everywhere", explore_label(x->outcome, 0));
	return g_string_free(text, FALSE);
}

static void add_samples(const struct scenario_explore *x, const struct exploration *e, GString *data)
{
	for (guint i = 0; i < e->samples->len; i++) {
		const struct explore_sample *p = &g_array_index(e->samples, struct explore_sample, i);
		bool never = p->outcome.recovery == MIP_NEVER;

		number(data, seconds(p->at - x->origin));
		number(data, x->across_path ? seconds(p->across - x->origin) : p->label);
		if (x->outcome == EXPLORE_RECOVERY && never)
			g_string_append(data, "NaN ");
		else
			number(data, x->outcome == EXPLORE_RECOVERY ? seconds(p->outcome.recovery) : p->label);
		g_string_append_c(data, '\n');
	}
}

static void add_intervals(const struct scenario_explore *x, const struct exploration *e, GString *data)
{
	for (guint i = 0; i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		number(data, seconds(v->from - x->origin));
		number(data, v->label);
		g_string_append(data, "NaN ");
		number(data, seconds(v->to - v->from));
		g_string_append_c(data, '\n');
	}
}

bool explore_figure(const struct scenario *s, const struct exploration *e, const char *output, char **error)
{
	const struct scenario_explore *x = &s->explore;
	struct figure f = { .name = "explore", .help = s->title };
	GString *data = g_string_new(NULL), *variables = g_string_new(NULL);
	char *path = axis(x->path, x->origin), *across = axis(x->across_path ? x->across_path : "", x->origin), *below = caption(x, e), *text = NULL;
	int labels = 0;
	bool recovery = x->outcome == EXPLORE_RECOVERY, ok;

	while (explore_label(x->outcome, labels))
		labels++;
	g_string_append_printf(variables, "path = '%s'\nacross = '%s'\ncaption = '%s'\nlabels = %d\narray name[%d] = [", path, across, below, labels,
	                       labels);
	for (int i = 0; i < labels; i++)
		g_string_append_printf(variables, "%s'%s'", i ? ", " : "", explore_label(x->outcome, i));
	g_string_append(variables, "]\nfrom = ");
	number(variables, seconds(x->from - x->origin));
	g_string_append(variables, "; to = ");
	number(variables, seconds(x->to - x->origin));
	g_string_append(variables, "; step = ");
	number(variables, seconds(x->step));
	g_string_append(variables, "\nlow = ");
	number(variables, seconds(x->across_from - x->origin));
	g_string_append(variables, "; high = ");
	number(variables, seconds(x->across_to - x->origin));
	g_string_append(variables, "; across_step = ");
	number(variables, seconds(x->across_step));
	g_string_append_c(variables, '\n');
	/* Where it never recovers there is nothing to plot; that is shaded. */
	for (guint i = 0; recovery && i < e->intervals->len; i++) {
		const struct explore_interval *v = &g_array_index(e->intervals, struct explore_interval, i);

		if (!v->label)
			continue;
		g_string_append(variables, "set object rectangle behind from ");
		number(variables, seconds(v->from - x->origin));
		g_string_append(variables, ", graph 0 to ");
		number(variables, seconds(v->to - x->origin));
		g_string_append(variables, ", graph 1 fs solid noborder fc rgb '#eeeeee'\n");
	}
	if (x->across_path || recovery)
		add_samples(x, e, data);
	else
		add_intervals(x, e, data);
	f.script = x->across_path ? recovery ? recovery_map_script : map_script : recovery ? recovery_script : line_script;
	ok = figure_draw(&f, output, data->str, variables->str, 0, 0, &text, error);
	g_string_free(data, TRUE);
	g_string_free(variables, TRUE);
	g_free(path);
	g_free(across);
	g_free(below);
	return ok;
}
