// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The processor of a role whose public key computations take virtual time, as long as node->conf->mip4.keys says: one after the other, in the
 * order asked for. A message that needs a result waits for it; what needs none, data among it, goes on.
 */
#ifndef MODELS_MIP4_PROCESSOR_H
#define MODELS_MIP4_PROCESSOR_H

#include "models/ip4/ip4.h"
#include "models/node.h"

struct processor {
	struct node *node;
	mip_time free_at;                /* when it is done with everything asked for */
	struct waiting_message *first;   /* in no order */
	uint32_t count;
};

/* Messages that wait at most: who asks for much that is hard to compute cannot fill the memory. */
#define PROCESSOR_MESSAGES 1024

void processor_init(struct processor *p, struct node *n);
/* Forgets the messages that wait. */
void processor_fini(struct processor *p);
/* One more computation; returns when its result is there. */
mip_time processor_compute(struct processor *p, mip_time now, enum computation what);
/* Sends the packet at `at`, at once if that is not later than now; drops it where too many wait already. Takes it. */
void processor_send(struct processor *p, mip_time now, mip_time at, struct packet *take);

#endif
