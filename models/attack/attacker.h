// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A redirecting attacker (Taxonomy 5.8, 6.2.4; EBU document 6.2): a host that plays a mobile node towards one correspondent, with
 * a home address that is really its own, so that every home test succeeds. It registers a care-of address of its own, behaves for
 * a while (and earns credit where that is kept), then names the victim's address as its care-of address in an Early Binding
 * Update. Streams that it has asked for, flows of the scenario to this node, then go to the victim, until the correspondent stops
 * them; and it starts again.
 *
 * Its own flows to the correspondent stand for acknowledgements of streams without any; TCP streams from there it acknowledges
 * without having seen them (spoofed_stream.h). While redirecting both come from the victim's address if `spoof` is set (there is
 * no ingress filtering), else they are not sent.
 *
 * Left out: an attacker that moves, several victims at once, care-of test answers that it cannot see but might guess.
 */
#ifndef MODELS_ATTACK_ATTACKER_H
#define MODELS_ATTACK_ATTACKER_H

#include "models/base.h"

struct role;
struct node;

struct attacker_conf {
	struct in6 home_address, care_of_address; /* both its own */
	struct in6 correspondent, victim;
	mip_time start;                  /* of the first round */
	mip_time earn;                   /* time of good behaviour in each round; 0: none, and no care-of address of its own */
	mip_time redirect;               /* time from an early update to the next round */
	bool spoof;                      /* acknowledgements from the victim's address */
};

/* The node has both addresses already. conf is copied. */
struct role *attacker_new(struct node *n, const struct attacker_conf *conf);

#endif
