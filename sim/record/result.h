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
	RESULT_HANDOVER,     /* node, seq, from_cell, to_cell, scheme, t_down, t_up, t_router, t_coa, t_ha_bu, t_ha_ba, t_local_bu, t_local_ba */
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

/*
 * Reading, for the store. After RESULT_END p == end; anything else means that the block is damaged (and p stays where it is).
 */
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

/* A table as the block has it: columns in order, NULL at the end; `refers`: which columns at the front are ordinals of rows of
 * these tables, in the same block and before (RESULT_TABLES: none). */
struct result_description {
	const char *table;                    /* its name in analysis/schema.sql */
	const char *own_id;                   /* name of its id column; NULL: none */
	bool has_run_id;
	enum result_table refers[2];
	const char *columns[20];
};
extern const struct result_description result_tables[RESULT_TABLES];

/* One row, read whole. */
struct result_row_values {
	enum result_table table;
	int count;
	struct result_value values[20];
};
/* False: no more rows (or damaged, see above). Rows with too many or too few values for their table are damage. */
bool result_next_row(struct result_reader *r, struct result_row_values *row);

#endif
