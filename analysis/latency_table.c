// SPDX-License-Identifier: GPL-3.0-or-later
/* See latency_table.h. */
#include "analysis/latency_table.h"

#include <math.h>
#include <string.h>

/* The samples of one row. */
struct group {
	char *scheme;
	const char *waiting, *point;
	GPtrArray *members;             /* const struct latency * */
};

static double value_send(const struct latency *l)
{
	return l->send == MIP_NEVER ? NAN : (double)l->send / 1e6;
}

static double value_receive(const struct latency *l)
{
	return l->receive == MIP_NEVER ? NAN : (double)l->receive / 1e6;
}

static double value_lost(const struct latency *l)
{
	return l->lost < 0 ? NAN : (double)l->lost;
}

static double value_closed_send(const struct latency *l)
{
	return l->closed_send == MIP_NEVER ? NAN : (double)l->closed_send / 1e6;
}

static double value_closed_receive(const struct latency *l)
{
	return l->closed_receive == MIP_NEVER ? NAN : (double)l->closed_receive / 1e6;
}

typedef double value_of(const struct latency *l);

/* By replication: the mean of the group's members of that replication; a hash only for looking up, never walked. */
static GHashTable *by_replication(const struct group *g, value_of *value)
{
	GHashTable *h = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);

	for (guint i = 0; i < g->members->len; i++) {
		const struct latency *l = g->members->pdata[i];
		double v = value(l), *sum = g_hash_table_lookup(h, &l->replication);

		if (isnan(v))
			continue;
		if (!sum) {
			sum = g_new0(double, 2);
			g_hash_table_insert(h, (gpointer)&l->replication, sum);
		}
		sum[0] += v;
		sum[1] += 1;
	}
	return h;
}

/* Over the replications: handovers of one run depend on each other, so they count as one observation, their mean. */
static struct interval mean_of(const struct group *g, value_of *value)
{
	GHashTable *h = by_replication(g, value);
	double *x = g_new(double, g->members->len);
	size_t n = 0;
	struct interval r;

	for (guint i = 0; i < g->members->len; i++) {
		const struct latency *l = g->members->pdata[i];
		double *sum = g_hash_table_lookup(h, &l->replication);

		if (!sum)
			continue;
		x[n++] = sum[0] / sum[1];
		g_hash_table_remove(h, &l->replication);
	}
	r = statistics_mean(x, n, LATENCY_CONFIDENCE);
	g_free(x);
	g_hash_table_destroy(h);
	return r;
}

static struct interval difference_of(const struct group *first, const struct group *other, value_of *value)
{
	GHashTable *a = by_replication(other, value), *b = by_replication(first, value);
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct observation_pair));
	struct interval r;

	for (guint i = 0; i < other->members->len; i++) {
		const struct latency *l = other->members->pdata[i];
		double *x = g_hash_table_lookup(a, &l->replication), *y = g_hash_table_lookup(b, &l->replication);

		if (x && y) {
			struct observation_pair p = { x[0] / x[1], y[0] / y[1] };

			g_array_append_val(pairs, p);
			g_hash_table_remove(a, &l->replication);
		}
	}
	r = statistics_paired(&g_array_index(pairs, struct observation_pair, 0), pairs->len, LATENCY_CONFIDENCE);
	g_array_free(pairs, TRUE);
	g_hash_table_destroy(a);
	g_hash_table_destroy(b);
	return r;
}

static mip_time largest_off(const struct group *g, bool receive)
{
	mip_time largest = MIP_NEVER;

	for (guint i = 0; i < g->members->len; i++) {
		const struct latency *l = g->members->pdata[i];
		mip_time measured = receive ? l->receive : l->send, closed = receive ? l->stream_receive : l->closed_send, off;

		if (measured == MIP_NEVER || closed == MIP_NEVER)
			continue;
		off = measured > closed ? measured - closed : closed - measured;
		largest = largest == MIP_NEVER ? off : mip_time_max(largest, off);
	}
	return largest;
}

static GArray *groups_of(const GArray *latencies)
{
	GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct group));

	for (guint i = 0; i < latencies->len; i++) {
		const struct latency *l = &g_array_index(latencies, struct latency, i);
		char *scheme = latency_scheme_name(l);
		const char *waiting = latency_waiting_name(l);
		struct group *g = NULL;

		for (guint k = 0; k < groups->len && !g; k++) {
			g = &g_array_index(groups, struct group, k);
			if (strcmp(g->scheme, scheme) || strcmp(g->waiting, waiting) || g->point != l->point)
				g = NULL;
		}
		if (!g) {
			struct group n = { g_strdup(scheme), waiting, l->point, g_ptr_array_new() };

			g_array_append_val(groups, n);
			g = &g_array_index(groups, struct group, groups->len - 1);
		}
		g_ptr_array_add(g->members, (gpointer)l);
		g_free(scheme);
	}
	return groups;
}

struct latency_table latency_table_new(const GArray *latencies)
{
	GArray *groups = groups_of(latencies);
	struct latency_table t = { .rows = g_array_new(FALSE, FALSE, sizeof(struct latency_row)),
				   .differences = g_array_new(FALSE, FALSE, sizeof(struct latency_difference)) };

	for (guint i = 0; i < groups->len; i++) {
		const struct group *g = &g_array_index(groups, struct group, i), *first = NULL;
		struct latency_row r = { .scheme = g->scheme, /* the row owns it from here on */
					 .waiting = g->waiting,
					 .point = g->point,
					 .registrations = g->members->len,
					 .send_ms = mean_of(g, value_send),
					 .receive_ms = mean_of(g, value_receive),
					 .lost = mean_of(g, value_lost),
					 .closed_send_ms = mean_of(g, value_closed_send).mean,
					 .closed_receive_ms = mean_of(g, value_closed_receive).mean,
					 .send_off = largest_off(g, false),
					 .receive_off = largest_off(g, true) };

		g_array_append_val(t.rows, r);
		for (guint k = 0; k < i && !first; k++)
			if (g_array_index(groups, struct group, k).waiting == g->waiting &&
			    g_array_index(groups, struct group, k).point == g->point)
				first = &g_array_index(groups, struct group, k);
		if (first) {
			struct latency_difference d = { first->scheme,
							g->scheme,
							g->waiting,
							g->point,
							difference_of(first, g, value_send),
							difference_of(first, g, value_receive),
							difference_of(first, g, value_lost) };

			g_array_append_val(t.differences, d);
		}
	}
	for (guint i = 0; i < groups->len; i++)
		g_ptr_array_free(g_array_index(groups, struct group, i).members, TRUE);
	g_array_free(groups, TRUE);
	return t;
}

void latency_table_clear(struct latency_table *t)
{
	for (guint i = 0; i < t->rows->len; i++)
		g_free(g_array_index(t->rows, struct latency_row, i).scheme);
	g_array_free(t->rows, TRUE);
	g_array_free(t->differences, TRUE);
}

/* ---- for people ---------------------------------------------------------------------------------------------------------- */

/* "123.45 ± 1.20", padded to `width` characters (± is one character of two octets). */
static void cell(GString *out, int width, struct interval v)
{
	char *text;
	glong length;

	if (!v.n)
		text = g_strdup("-");
	else if (isnan(v.half_width))
		text = g_strdup_printf("%.2f", v.mean);
	else
		text = g_strdup_printf("%.2f ± %.2f", v.mean, v.half_width);
	length = g_utf8_strlen(text, -1);
	g_string_append_printf(out, "%*s%s", length < width ? width - (int)length : 0, "", text);
	g_free(text);
}

static void closed(GString *out, double ms, mip_time off)
{
	char *text;

	if (isnan(ms))
		g_string_append_printf(out, "%13s", "-");
	else
		g_string_append_printf(out, "%13.2f", ms);
	text = off == MIP_NEVER ? g_strdup("-") : g_strdup_printf("%" G_GINT64_FORMAT, off);
	g_string_append_printf(out, "%12s", text);
	g_free(text);
}

static char *row_name(const struct latency_row *r)
{
	return g_strconcat(r->scheme, *r->point ? ", " : "", r->point, NULL);
}

static char *difference_name(const struct latency_difference *d)
{
	return g_strconcat(d->other, " - ", d->first, *d->point ? ", " : "", d->point, NULL);
}

static int name_width(const struct latency_table *t)
{
	int width = (int)strlen("scheme");

	for (guint i = 0; i < t->rows->len; i++) {
		char *name = row_name(&g_array_index(t->rows, struct latency_row, i));

		width = MAX(width, (int)g_utf8_strlen(name, -1));
		g_free(name);
	}
	for (guint i = 0; i < t->differences->len; i++) {
		char *name = difference_name(&g_array_index(t->differences, struct latency_difference, i));

		width = MAX(width, (int)g_utf8_strlen(name, -1));
		g_free(name);
	}
	return width;
}

void latency_table_print(const struct latency_table *t, GString *out)
{
	int width = name_width(t);

	g_string_append_printf(out, "%-*s%-15s%6s  %-44s  %-44s  %s\n", width + 2, "", "", "", "may send directly after [ms]",
			       "receives directly after [ms]", "packets lost");
	g_string_append_printf(out, "%-*s%-15s%6s  %19s%13s%12s  %19s%13s%12s  %16s\n", width + 2, "scheme", "waiting", "n", "simulated",
			       "closed form", "off by [ns]", "simulated", "closed form", "off by [ns]", "simulated");
	for (guint i = 0; i < t->rows->len; i++) {
		const struct latency_row *r = &g_array_index(t->rows, struct latency_row, i);
		char *name = row_name(r);

		g_string_append_printf(out, "%-*s%-15s%6zu  ", width + 2, name, r->waiting, r->registrations);
		g_free(name);
		cell(out, 19, r->send_ms);
		closed(out, r->closed_send_ms, r->send_off);
		g_string_append(out, "  ");
		cell(out, 19, r->receive_ms);
		closed(out, r->closed_receive_ms, r->receive_off);
		g_string_append(out, "  ");
		cell(out, 16, r->lost);
		g_string_append_c(out, '\n');
	}
	if (t->differences->len)
		g_string_append(out, "\nthe same replications compared in pairs\n");
	for (guint i = 0; i < t->differences->len; i++) {
		const struct latency_difference *d = &g_array_index(t->differences, struct latency_difference, i);
		char *name = difference_name(d);

		g_string_append_printf(out, "%-*s%-15s%6zu  ", width + 2, name, d->waiting, d->send_ms.n);
		cell(out, 19, d->send_ms);
		g_string_append_printf(out, "%25s  ", "");
		cell(out, 19, d->receive_ms);
		g_string_append_printf(out, "%25s  ", "");
		cell(out, 16, d->lost);
		g_string_append_c(out, '\n');
		g_free(name);
	}
	g_string_append(out, "\nTimes count from when the care-of address is usable. n: handovers. Mean ± half-width of the 95 % t-interval over\n"
			     "replications (several handovers of one count as their mean). Closed form: EBU document, section 5, mean over the\n"
			     "delays of the same runs. Off by: the largest difference of any run; for receiving, from the closed form of the first\n"
			     "packet of the stream, which leaves at the stream's next instant.\n");
}

/* ---- for scripts --------------------------------------------------------------------------------------------------------- */

static void json_number(GString *out, const char *name, double v)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(out, ",\"%s\":%s", name, isfinite(v) ? g_ascii_formatd(text, sizeof text, "%.9g", v) : "null");
}

static void json_time(GString *out, const char *name, mip_time t)
{
	if (t == MIP_NEVER)
		g_string_append_printf(out, ",\"%s\":null", name);
	else
		g_string_append_printf(out, ",\"%s\":%" G_GINT64_FORMAT, name, t);
}

static void json_interval(GString *out, const char *name, struct interval v)
{
	g_string_append_printf(out, ",\"%s\":{\"n\":%zu", name, v.n);
	json_number(out, "mean", v.mean);
	json_number(out, "half_width", v.half_width);
	g_string_append_c(out, '}');
}

/* Scheme names come from the scenario table or a stored file: printable, but escaped all the same. */
static void json_text(GString *out, const char *name, const char *text)
{
	g_string_append_printf(out, ",\"%s\":\"", name);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		if ((unsigned char)*text < 0x20)
			g_string_append_printf(out, "\\u%04x", *text);
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

void latency_table_print_json(const struct latency_table *t, GString *out)
{
	for (guint i = 0; i < t->rows->len; i++) {
		const struct latency_row *r = &g_array_index(t->rows, struct latency_row, i);

		g_string_append(out, "{\"kind\":\"row\"");
		json_text(out, "scheme", r->scheme);
		json_text(out, "waiting", r->waiting);
		json_text(out, "point", r->point);
		g_string_append_printf(out, ",\"n\":%zu", r->registrations);
		json_interval(out, "send_ms", r->send_ms);
		json_number(out, "closed_send_ms", r->closed_send_ms);
		json_time(out, "send_off_ns", r->send_off);
		json_interval(out, "receive_ms", r->receive_ms);
		json_number(out, "closed_receive_ms", r->closed_receive_ms);
		json_time(out, "receive_off_ns", r->receive_off);
		json_interval(out, "lost", r->lost);
		g_string_append(out, "}\n");
	}
	for (guint i = 0; i < t->differences->len; i++) {
		const struct latency_difference *d = &g_array_index(t->differences, struct latency_difference, i);

		g_string_append(out, "{\"kind\":\"difference\"");
		json_text(out, "scheme", d->other);
		json_text(out, "minus", d->first);
		json_text(out, "waiting", d->waiting);
		json_text(out, "point", d->point);
		json_interval(out, "send_ms", d->send_ms);
		json_interval(out, "receive_ms", d->receive_ms);
		json_interval(out, "lost", d->lost);
		g_string_append(out, "}\n");
	}
}
