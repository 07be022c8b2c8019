// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Result blocks: each value is one octet of kind, then its content in the machine's own order (a block never leaves the machine):
 * ROW one octet of table, INT and REAL eight octets, TEXT four octets of length, the text and a NUL, NULL nothing.
 */
#include "sim/record/result.h"

#include <math.h>

const struct result_description result_tables[RESULT_TABLES] = {
	[RESULT_RUN] = { "sim_run",
	                 "run_id",
	                 false,
	                 { RESULT_TABLES, RESULT_TABLES },
	                 { "status", "error", "digest", "events", "sim_s", "wall_s" } },
	[RESULT_PARAM] = { "sim_param", NULL, true, { RESULT_TABLES, RESULT_TABLES }, { "name", "value", "is_sweep" } },
	[RESULT_HANDOVER] = { "sim_handover",
	                      "handover_id",
	                      true,
	                      { RESULT_TABLES, RESULT_TABLES },
	                      { "node", "seq", "from_cell", "to_cell", "scheme", "t_down", "t_up", "t_router", "t_coa", "t_ha_bu",
	                        "t_ha_ba", "t_local_bu", "t_local_ba" } },
	[RESULT_REGISTRATION] = { "sim_registration",
	                          "registration_id",
	                          false,
	                          { RESULT_HANDOVER, RESULT_TABLES },
	                          { "handover_id", "peer", "t_hoti", "t_hot", "t_coti", "t_cot", "t_early_bu", "t_early_bu_rx",
	                            "t_early_ba", "t_bu", "t_bu_rx", "t_ba", "t_send", "t_recv", "outcome" } },
	[RESULT_FLOW] = { "sim_flow",
	                  "flow_id",
	                  true,
	                  { RESULT_TABLES, RESULT_TABLES },
	                  { "name", "src", "dst", "sent", "received", "lost", "duplicated", "reordered", "delay_mean_s",
	                    "delay_p95_s", "delay_max_s", "jitter_s" } },
	[RESULT_GAP] = { "sim_gap",
	                 NULL,
	                 false,
	                 { RESULT_HANDOVER, RESULT_FLOW },
	                 { "handover_id", "flow_id", "t_last_before", "t_first_after", "lost", "duplicated", "reordered",
	                   "via", "received", "tunnelled", "delay_mean_s", "delay_max_s", "jitter_s", "throughput_bps" } },
	[RESULT_MESSAGE] = { "sim_message",
	                     NULL,
	                     true,
	                     { RESULT_TABLES, RESULT_TABLES },
	                     { "node", "type", "direction", "count", "octets" } },
	[RESULT_METRIC] = { "sim_metric",
	                    "metric_id",
	                    true,
	                    { RESULT_TABLES, RESULT_TABLES },
	                    { "node", "name", "unit", "value" } },
	[RESULT_SERIES] = { "sim_series", "series_id", true, { RESULT_TABLES, RESULT_TABLES }, { "node", "name", "unit" } },
	[RESULT_SAMPLE] = { "sim_sample",
	                    NULL,
	                    false,
	                    { RESULT_SERIES, RESULT_TABLES },
	                    { "series_id", "t_ns", "event", "value" } },
};

static void put(GByteArray *r, enum result_kind kind, const void *content, size_t octets)
{
	uint8_t k = (uint8_t)kind;

	g_byte_array_append(r, &k, 1);
	if (octets)
		g_byte_array_append(r, content, (guint)octets);
}

void result_row(GByteArray *r, enum result_table table)
{
	uint8_t t = (uint8_t)table;

	put(r, RESULT_ROW, &t, 1);
}

void result_int(GByteArray *r, int64_t v)
{
	put(r, RESULT_INT, &v, sizeof v);
}

void result_time(GByteArray *r, mip_time t)
{
	if (t == MIP_NEVER)
		result_null(r);
	else
		result_int(r, t);
}

void result_real(GByteArray *r, double v)
{
	if (isfinite(v))
		put(r, RESULT_REAL, &v, sizeof v);
	else
		result_null(r);
}

void result_text(GByteArray *r, const char *v)
{
	uint32_t length;

	if (!v) {
		result_null(r);
		return;
	}
	length = (uint32_t)strlen(v);
	put(r, RESULT_TEXT, &length, sizeof length);
	g_byte_array_append(r, (const guint8 *)v, length + 1);
}

void result_null(GByteArray *r)
{
	put(r, RESULT_NULL, NULL, 0);
}

struct result_value result_next(struct result_reader *r)
{
	struct result_value v = { .kind = RESULT_END };
	size_t left = (size_t)(r->end - r->p);
	const uint8_t *p = r->p + 1;
	uint32_t length;

	if (!left--)
		return v;
	switch (r->p[0]) {
	case RESULT_ROW:
		if (left < 1 || p[0] >= RESULT_TABLES)
			return v;
		v.integer = p[0];
		p++;
		break;
	case RESULT_INT:
		if (left < 8)
			return v;
		memcpy(&v.integer, p, 8);
		p += 8;
		break;
	case RESULT_REAL:
		if (left < 8)
			return v;
		memcpy(&v.real, p, 8);
		p += 8;
		break;
	case RESULT_TEXT:
		if (left < 4)
			return v;
		memcpy(&length, p, 4);
		if (left - 4 <= length || p[4 + (size_t)length] != 0)
			return v;
		v.text = (const char *)p + 4;
		p += 4 + (size_t)length + 1;
		break;
	case RESULT_NULL:
		break;
	default:
		return v;
	}
	v.kind = (enum result_kind)r->p[0];
	r->p = p;
	return v;
}

bool result_next_row(struct result_reader *r, struct result_row_values *row)
{
	const uint8_t *start = r->p;
	struct result_reader ahead;
	struct result_value v = result_next(r);
	int want = 0;

	if (v.kind == RESULT_END)
		return false;
	if (v.kind != RESULT_ROW)
		goto damaged;
	row->table = (enum result_table)v.integer;
	while (result_tables[row->table].columns[want])
		want++;
	for (row->count = 0; row->count < want; row->count++) {
		v = result_next(r);
		if (v.kind == RESULT_END || v.kind == RESULT_ROW)
			goto damaged;
		row->values[row->count] = v;
	}
	ahead = *r;
	v = result_next(&ahead);
	if (v.kind == RESULT_END || v.kind == RESULT_ROW)
		return true;
damaged:
	r->p = start;
	return false;
}
