// SPDX-License-Identifier: GPL-3.0-or-later
/* A run's rows as text for people and as JSON for scripts. */
#include "sim/cli/summary.h"

#include <string.h>

#include "sim/record/result.h"

struct tables {
	GArray *rows[RESULT_TABLES]; /* of struct result_row_values; texts point into the block */
};

static void read_tables(struct tables *t, const GByteArray *block)
{
	struct result_reader r = { block->data, block->data + block->len };
	struct result_row_values row;

	for (int i = 0; i < RESULT_TABLES; i++)
		t->rows[i] = g_array_new(FALSE, FALSE, sizeof row);
	while (result_next_row(&r, &row))
		g_array_append_val(t->rows[row.table], row);
	mip_assert(r.p == r.end && t->rows[RESULT_RUN]->len == 1);
}

static void free_tables(struct tables *t)
{
	for (int i = 0; i < RESULT_TABLES; i++)
		g_array_free(t->rows[i], TRUE);
}

static const struct result_row_values *row_at(const struct tables *t, enum result_table table, guint i)
{
	return &g_array_index(t->rows[table], struct result_row_values, i);
}

static const struct result_value *value_of(const struct result_row_values *row, const char *column)
{
	const struct result_description *d = &result_tables[row->table];

	int i = 0;

	while (d->columns[i] && strcmp(d->columns[i], column))
		i++;
	mip_assert(d->columns[i]);
	return &row->values[i];
}

static int64_t whole(const struct result_row_values *row, const char *column)
{
	return value_of(row, column)->integer;
}

static const char *text(const struct result_row_values *row, const char *column)
{
	const struct result_value *v = value_of(row, column);

	return v->kind == RESULT_TEXT ? v->text : "-";
}

static bool refers_to(const struct result_row_values *row, const char *column, guint ordinal)
{
	return value_of(row, column)->integer == (int64_t)ordinal;
}

/* ---- for people --------------------------------------------------------------------------------------------------- */

static void milliseconds(FILE *to, const struct result_value *from, const struct result_value *until)
{
	if (from->kind == RESULT_INT && until->kind == RESULT_INT)
		fprintf(to, "%.3f ms", (double)(until->integer - from->integer) / 1e6);
	else
		fputs("-", to);
}

static void phase(FILE *to, const struct result_row_values *row, const char *name, const char *from, const char *until)
{
	fprintf(to, "  %-18s ", name);
	milliseconds(to, value_of(row, from), value_of(row, until));
	fputc('\n', to);
}

/* A previous foreign agent is told of a movement, too, and has no data of its own. */
static bool has_flows(const struct tables *t, const char *node)
{
	for (guint i = 0; i < t->rows[RESULT_FLOW]->len; i++)
		if (!strcmp(text(row_at(t, RESULT_FLOW, i), "src"), node) || !strcmp(text(row_at(t, RESULT_FLOW, i), "dst"), node))
			return true;
	return false;
}

static void registration(FILE *to, const struct tables *t, const struct result_row_values *handover, const struct result_row_values *r)
{
	const struct result_value *start = value_of(handover, "t_coa");
	const char *outcome = text(r, "outcome");

	if (start->kind == RESULT_NULL) {
		/* No care-of address: back on the home link, or not arrived anywhere. */
		fprintf(to, "  with %s: %s\n", text(r, "peer"), strcmp(outcome, "registered") ? outcome : "its binding is deleted");
		return;
	}
	if (value_of(r, "t_send")->kind == RESULT_NULL && value_of(r, "t_recv")->kind == RESULT_NULL) {
		fprintf(to, "  with %s: %s%s\n", text(r, "peer"), outcome, has_flows(t, text(r, "peer")) ? "; data goes by way of the home agent" : "");
		return;
	}
	fprintf(to, "  with %s: %s; from the new care-of address it may send after ", text(r, "peer"), outcome);
	milliseconds(to, start, value_of(r, "t_send"));
	fputs(", receives after ", to);
	milliseconds(to, start, value_of(r, "t_recv"));
	fputc('\n', to);
}

static void gap(FILE *to, const struct tables *t, const struct result_row_values *g)
{
	const struct result_row_values *flow = row_at(t, RESULT_FLOW, (guint)whole(g, "flow_id"));

	fprintf(to, "  flow %s: silent for ", text(flow, "name"));
	milliseconds(to, value_of(g, "t_last_before"), value_of(g, "t_first_after"));
	fprintf(to,
	        ", %" G_GINT64_FORMAT " lost, %" G_GINT64_FORMAT " twice, %" G_GINT64_FORMAT " out of order; first after it %s\n",
	        whole(g, "lost"), whole(g, "duplicated"), whole(g, "reordered"), text(g, "via"));
}

static void handover(FILE *to, const struct tables *t, guint number)
{
	const struct result_row_values *h = row_at(t, RESULT_HANDOVER, number);
	const struct result_value *down = value_of(h, "t_down");

	fprintf(to, "\nhandover %" G_GINT64_FORMAT " of %s: %s -> %s", whole(h, "seq"), text(h, "node"), text(h, "from_cell"),
	        text(h, "to_cell"));
	if (down->kind == RESULT_INT)
		fprintf(to, " at %.3f s", (double)down->integer / 1e9);
	fprintf(to, " (%s)\n", text(h, "scheme"));
	phase(to, h, "link down", "t_down", "t_up");
	phase(to, h, "router found", "t_up", "t_router");
	phase(to, h, "address usable", "t_router", "t_coa");
	phase(to, h, "home registration", "t_ha_bu", "t_ha_ba");
	for (guint i = 0; i < t->rows[RESULT_REGISTRATION]->len; i++)
		if (refers_to(row_at(t, RESULT_REGISTRATION, i), "handover_id", number))
			registration(to, t, h, row_at(t, RESULT_REGISTRATION, i));
	for (guint i = 0; i < t->rows[RESULT_GAP]->len; i++)
		if (refers_to(row_at(t, RESULT_GAP, i), "handover_id", number))
			gap(to, t, row_at(t, RESULT_GAP, i));
}

static void delay(FILE *to, const struct result_row_values *flow, const char *name, const char *column)
{
	const struct result_value *v = value_of(flow, column);

	if (v->kind == RESULT_REAL)
		fprintf(to, ", %s %.3f ms", name, v->real * 1e3);
}

/* Where packets of all kinds ended, and why. */
static void drops(FILE *to, const struct tables *t)
{
	static const char prefix[] = "drop:";
	const char *node = NULL;

	for (guint i = 0; i < t->rows[RESULT_METRIC]->len; i++) {
		const struct result_row_values *m = row_at(t, RESULT_METRIC, i);
		const char *name = text(m, "name");

		if (!g_str_has_prefix(name, prefix))
			continue;
		fputs(!node ? "dropped at " : strcmp(node, text(m, "node")) ? "; at " : ", ", to);
		if (!node || strcmp(node, text(m, "node")))
			fprintf(to, "%s: ", text(m, "node"));
		node = text(m, "node");
		fprintf(to, "%.0f %s", value_of(m, "value")->real, name + strlen(prefix));
	}
	if (node)
		fputc('\n', to);
}

void summary_text(const struct scenario *s, const struct store_run *run, const GByteArray *rows, FILE *to)
{
	const struct result_row_values *r;
	struct tables t;

	read_tables(&t, rows);
	r = row_at(&t, RESULT_RUN, 0);
	fprintf(to, "%s: %g s simulated, %" G_GINT64_FORMAT " events, %.3f s, seed %" G_GUINT64_FORMAT ", digest %s\n",
	        s->title ? s->title : s->name, value_of(r, "sim_s")->real, whole(r, "events"), value_of(r, "wall_s")->real,
	        run->seed, text(r, "digest"));
	for (guint i = 0; i < t.rows[RESULT_HANDOVER]->len; i++)
		handover(to, &t, i);
	if (t.rows[RESULT_FLOW]->len)
		fputc('\n', to);
	for (guint i = 0; i < t.rows[RESULT_FLOW]->len; i++) {
		const struct result_row_values *f = row_at(&t, RESULT_FLOW, i);

		fprintf(
		    to, "flow %s %s -> %s: %" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT " received, %" G_GINT64_FORMAT " lost",
		    text(f, "name"), text(f, "src"), text(f, "dst"), whole(f, "sent"), whole(f, "received"), whole(f, "lost"));
		delay(to, f, "delay mean", "delay_mean_s");
		delay(to, f, "95 %", "delay_p95_s");
		delay(to, f, "max", "delay_max_s");
		delay(to, f, "jitter", "jitter_s");
		fputc('\n', to);
	}
	drops(to, &t);
	free_tables(&t);
}

/* ---- for scripts -------------------------------------------------------------------------------------------------- */

static void json_text(FILE *to, const char *s)
{
	fputc('"', to);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < 0x20)
			fprintf(to, "\\u%04x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void json_value(FILE *to, const struct result_value *v)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	switch (v->kind) {
	case RESULT_INT:
		fprintf(to, "%" G_GINT64_FORMAT, v->integer);
		break;
	case RESULT_REAL:
		fputs(g_ascii_dtostr(number, sizeof number, v->real), to);
		break;
	case RESULT_TEXT:
		json_text(to, v->text);
		break;
	default:
		fputs("null", to);
	}
}

static void json_pair(FILE *to, const char *before, const char *name, const struct result_value *v)
{
	fprintf(to, "%s\"%s\": ", before, name);
	json_value(to, v);
}

/* The row's columns from `first`, without the braces. */
static void json_columns(FILE *to, const struct result_row_values *row, int first)
{
	for (int i = first; i < row->count; i++)
		json_pair(to, i > first ? ", " : "", result_tables[row->table].columns[i], &row->values[i]);
}

static void json_handover(FILE *to, const struct tables *t, guint number)
{
	const char *before = "";

	fputc('{', to);
	json_columns(to, row_at(t, RESULT_HANDOVER, number), 0);
	fputs(", \"registrations\": [", to);
	for (guint i = 0; i < t->rows[RESULT_REGISTRATION]->len; i++) {
		const struct result_row_values *r = row_at(t, RESULT_REGISTRATION, i);

		if (!refers_to(r, "handover_id", number))
			continue;
		fprintf(to, "%s{", before);
		json_columns(to, r, 1);
		fputc('}', to);
		before = ", ";
	}
	fputs("], \"gaps\": [", to);
	before = "";
	for (guint i = 0; i < t->rows[RESULT_GAP]->len; i++) {
		const struct result_row_values *g = row_at(t, RESULT_GAP, i);

		if (!refers_to(g, "handover_id", number))
			continue;
		fprintf(to, "%s{\"flow\": ", before);
		json_value(to, value_of(row_at(t, RESULT_FLOW, (guint)whole(g, "flow_id")), "name"));
		fputs(", ", to);
		json_columns(to, g, 2);
		fputc('}', to);
		before = ", ";
	}
	fputs("]}", to);
}

void summary_json(const struct scenario *s, const struct store_run *run, const GByteArray *rows, FILE *to)
{
	struct tables t;

	read_tables(&t, rows);
	fputs("{\"schema\": \"roam.run/1\", \"study\": ", to);
	json_text(to, s->name);
	fputs(", \"run_key\": ", to);
	json_text(to, run->run_key);
	fprintf(to, ", \"seed\": %" G_GUINT64_FORMAT ", ", run->seed);
	json_columns(to, row_at(&t, RESULT_RUN, 0), 0);
	fputs(", \"handovers\": [", to);
	for (guint i = 0; i < t.rows[RESULT_HANDOVER]->len; i++) {
		fputs(i ? ", " : "", to);
		json_handover(to, &t, i);
	}
	fputs("], \"flows\": [", to);
	for (guint i = 0; i < t.rows[RESULT_FLOW]->len; i++) {
		fputs(i ? ", {" : "{", to);
		json_columns(to, row_at(&t, RESULT_FLOW, i), 0);
		fputc('}', to);
	}
	fputs("], \"metrics\": [", to);
	for (guint i = 0; i < t.rows[RESULT_METRIC]->len; i++) {
		fputs(i ? ", {" : "{", to);
		json_columns(to, row_at(&t, RESULT_METRIC, i), 0);
		fputc('}', to);
	}
	fputs("]}\n", to);
	free_tables(&t);
}
