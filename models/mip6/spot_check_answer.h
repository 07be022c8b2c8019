// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A mobile node's part in care-of address spot checks (drafts, section 6): what the correspondent asks goes back in the next
 * packet that goes to it directly. Left out: repeating an answer (one that is lost is a check that failed), and packets of its
 * own for answers.
 */
#ifndef MODELS_MIP6_SPOT_CHECK_ANSWER_H
#define MODELS_MIP6_SPOT_CHECK_ANSWER_H

#include "models/ip6/ip6.h"
#include "models/wire/spot_check.h"

/* A packet of the peer's that may carry some; owed: not answered yet, the oldest first, and the first to be forgotten. */
void spot_check_keep(struct spot_checks *owed, const struct delivery *d);
/* A packet to it, which takes the answers along. Before its Home Address option. */
void spot_check_answer(struct spot_checks *owed, struct packet *p);

#endif
