// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a correspondent lets go to a care-of address whose reachability is not verified yet (`unverified:`): everything, for the
 * limited time of the binding; or what credit covers (credit.h). For the correspondent role.
 *
 * Only data counts: packets that a binding may be applied to (mip6_may_use_binding) and, on the way in, packets for the layers above
 * that name the mobile node's home address as their source. ICMPv6 echo pays but does not earn. Signalling neither pays nor earns.
 */
#ifndef MODELS_MIP6_UNVERIFIED_H
#define MODELS_MIP6_UNVERIFIED_H

#include "models/mip6/binding_cache.h"

#define UNVERIFIED_QUEUE_LIMIT 64 /* packets of one correspondent that wait for credit (short: buffer); the oldest gives way */

/* A correspondent's; zero-initialised. */
struct unverified_queue {
	struct packet_queue waiting;
	uint32_t waiting_count;
};

/* A new binding: an empty account. */
void unverified_open(struct node *n, mip_time now, struct binding *b);
/* The binding got another care-of address, was verified, or ends (b NULL): packets that wait for home_address leave. */
void unverified_settle(struct unverified_queue *u, struct node *n, mip_time now, const struct in6 *home_address, struct binding *b);
/* Data to the mobile node: puts the routing header in, or leaves the packet for the home address, or takes it. */
enum verdict unverified_output(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, struct packet *p);
/* Data from the mobile node; borrowed. */
void unverified_input(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, const struct delivery *d);
void unverified_fini(struct unverified_queue *u);

#endif
