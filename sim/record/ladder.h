// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The message ladder of a run: every Mobility Header message with when and where it left, for whom, how, and what became of it. Made
 * from frames alone: a message is its octets with its logical addresses, and it is followed from link to link by equal frames.
 */
#ifndef SIM_RECORD_LADDER_H
#define SIM_RECORD_LADDER_H

#include <stdio.h>

#include "sim/world/world.h"

struct ladder;

/* s is borrowed. */
struct ladder *ladder_new(const struct scenario *s);
void ladder_free(struct ladder *l);
const struct world_tap *ladder_tap(struct ladder *l);
/* After world_new. */
void ladder_attach(struct ladder *l, const struct world *w);
/* While the world is there. Movements and messages in the order of their beginnings, one a line. */
void ladder_print(const struct ladder *l, FILE *to);

#endif
