// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whether the flows of a run outlive its movements, from observations alone: the state of each direction SESSION_PATIENCE after the last
 * movement has ended, and how long it took to have direct data again. For the recorder of a run and for `roam explore`.
 */
#ifndef SIM_RECORD_SESSION_H
#define SIM_RECORD_SESSION_H

#include "models/observe.h"
#include "sim/scenario/scenario.h"

#define SESSION_PATIENCE (10 * MIP_SECOND)

/* The way of the data of a flow at that time; silent: no packet for a second, or for three of the flow's intervals. */
enum session { SESSION_DIRECT, SESSION_TUNNEL, SESSION_SILENT, SESSION_STATES };

struct session_watch;

struct session_watch *session_new(const struct scenario *s); /* s is borrowed */
void session_free(struct session_watch *w);
/* In order of time: a link went down for a movement, a link came up again, data was received (OBSERVE_DATA_RECEIVED). */
void session_left(struct session_watch *w, mip_time now);
void session_arrived(struct session_watch *w, mip_time now);
void session_received(struct session_watch *w, const struct observation *o);

/* When the state is judged; MIP_NEVER: nothing has moved. */
mip_time session_judgement(const struct session_watch *w);
/* A flow is judged if it runs from before the last movement until the judgement. */
bool session_is_judged(const struct session_watch *w, int flow);
enum session session_state(const struct session_watch *w, int flow);
/* From the last link down until the flow had a packet directly that was sent since; MIP_NEVER: not yet. */
mip_time session_recovery(const struct session_watch *w, int flow);

#endif
