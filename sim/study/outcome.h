// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What became of the sessions of a run in which nodes move: for `roam explore`, which asks it thousands of times. Seen from observations
 * alone. A session is a pair of nodes with traffic; what is judged, is judged SESSION_PATIENCE after the last movement has ended.
 */
#ifndef SIM_STUDY_OUTCOME_H
#define SIM_STUDY_OUTCOME_H

#include "sim/record/session.h"

struct outcome {
	enum session session;   /* of the flow that is worst off */
	bool registered;        /* every mobile node that is away is bound, with its present care-of address, at every node it has a flow with */
	/* From the last link down until every flow has had a packet directly that was sent since; MIP_NEVER: not within the run. */
	mip_time recovery;
	uint64_t signals;       /* Mobility Header messages sent by their originators from the first movement on, until the judgement... */
	uint64_t signal_octets; /* ... and their octets at the IP layer, tunnel headers included */
};

/* Runs the scenario. until_end: to its duration, as recovery wants it; else no further than the judgement. */
void outcome_find(const struct scenario *s, uint64_t seed, uint32_t replication, bool until_end, struct outcome *out);
/* When a scenario's sessions are judged, at the latest where it moves at random; MIP_NEVER: nothing moves. */
mip_time outcome_judgement(const struct scenario *s);

#endif
