// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The rows one run leaves behind, as one block of octets: a worker makes it, a pipe carries it, the one writer stores it whole
 * or not at all. Rows refer to others of the same run by their ordinal within the table; the writer turns these into ids.
 */
#ifndef SIM_RECORD_RESULT_H
#define SIM_RECORD_RESULT_H

#include <glib.h>

#include "models/base.h"

enum result_table {
	RESULT_RUN,          /* status, error, digest, events, sim_s, wall_s */
	RESULT_PARAM,        /* name, value, is_sweep */
	RESULT_HANDOVER,     /* node, seq, from_cell, to_cell, scheme, t_down, t_up, t_router, t_coa, t_ha_bu, t_ha_ba */
	RESULT_REGISTRATION, /* handover ordinal, peer, t_hoti ... t_recv, outcome */
	RESULT_FLOW,         /* name, src, dst, sent, received, lost, duplicated, reordered, delay_mean_s, ... */
	RESULT_GAP,          /* handover ordinal, flow ordinal, ... */
	RESULT_MESSAGE,      /* node, type, direction, count, octets */
	RESULT_METRIC,       /* node, name, unit, value */
	RESULT_SERIES,       /* node, name, unit */
	RESULT_SAMPLE,       /* series ordinal, t_ns, event, value */
	RESULT_TABLES
};

/* Writing: one result_row, then one value per column in the order of analysis/schema.sql (own id and run_id left out). */
void result_row(GByteArray *r, enum result_table table);
void result_int(GByteArray *r, int64_t v);
void result_time(GByteArray *r, mip_time t);      /* MIP_NEVER becomes NULL */
void result_real(GByteArray *r, double v);        /* NaN and infinities become NULL */
void result_text(GByteArray *r, const char *v);   /* NULL becomes NULL */
void result_null(GByteArray *r);

/* Reading, for the store. */
enum result_kind { RESULT_END, RESULT_ROW, RESULT_INT, RESULT_REAL, RESULT_TEXT, RESULT_NULL };
struct result_value {
	enum result_kind kind;
	int64_t integer;             /* ROW: the table */
	double real;
	const char *text;            /* in place, NUL-terminated */
};
struct result_reader {
	const uint8_t *p, *end;
};
struct result_value result_next(struct result_reader *r);

#endif
