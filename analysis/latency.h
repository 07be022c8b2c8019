// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Latencies of registrations as stored, each beside its closed form. Nothing measured goes into the closed form: the scenario
 * stored with the study is read again with the parameters of the run, and round-trip times are the delays along its shortest
 * paths (by routing cost, as packets go). Where the closed form has no answer (a correspondent that moves itself,
 * an anchor point, round trips that outlast the first timer) it is MIP_NEVER.
 */
#ifndef ANALYSIS_LATENCY_H
#define ANALYSIS_LATENCY_H

#include <glib.h>
#include <sqlite3.h>

#include "analysis/closed_forms.h"

struct latency {
	const char *scheme;             /* interned */
	struct closed_form_case rules;
	const char *point;              /* interned: the other swept values, "links.0.delay=10ms"; "" if there are none */
	uint64_t replication;           /* and seed: runs that have it in common drew the same numbers */
	/* since the care-of address was usable; MIP_NEVER: did not happen, or is not known */
	mip_time send, receive;
	mip_time closed_send, closed_receive;
	mip_time stream_receive;        /* closed form of the first packet of the peer's streams: `receive` must equal it */
	int64_t lost;                   /* packets of flows between the two over the handover; -1: there was none */
};

/* Every handover and correspondent of the runs that ended well; of a study's planned runs if there are any, else of all. In the
 * order of points, replications, handovers. NULL: *error (g_free). Free with g_array_free. */
GArray *latency_read(sqlite3 *db, char **error);
/* "standard", "standard, home token reused", "ebu, sequential": what tells schemes apart that have one name. g_free. */
char *latency_scheme_name(const struct latency *l);
/* The same with the point behind it: "ebu, links.0.delay=10ms". g_free. */
char *latency_row_name(const struct latency *l);
const char *latency_waiting_name(const struct latency *l);

#endif
