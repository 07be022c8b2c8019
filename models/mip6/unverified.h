// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a correspondent lets go to a care-of address whose reachability is not verified yet (`unverified:`): everything, for the
 * limited time of the binding; what credit covers (credit.h); or what a misuse monitor lets pass. Peers on the lists `trusted`
 * (home addresses) and `ingress-filtered` (care-of addresses) are exempt. For the correspondent role.
 *
 * The monitor (our own; the Taxonomy 5.8 gives the idea and its weakness, no algorithm): a token bucket limits the rate to a
 * care-of address that is not verified, the excess goes to the home address. A score per mobile node grows by one with the first
 * excess of a binding and with each care-of address that is given up unverified, and shrinks by one with each that is verified;
 * from a limit on early updates are refused. It lives in the binding cache entry, so it is forgotten with it.
 *
 * Only data counts: packets that a binding may be applied to (mip6_may_use_binding) and, on the way in, packets for the layers
 * above that name the mobile node's home address as their source. ICMPv6 echo pays but does not earn. Signalling neither pays nor
 * earns.
 */
#ifndef MODELS_MIP6_UNVERIFIED_H
#define MODELS_MIP6_UNVERIFIED_H

#include "models/crypto/rr.h"
#include "models/mip6/binding_cache.h"

#define UNVERIFIED_QUEUE_LIMIT 64 /* packets of one correspondent that wait for credit (short: buffer); the oldest gives way */

/* A correspondent's; zero-initialised but for the key. */
struct unverified_queue {
	const struct rr_node_key *key;   /* of the node, for spot checks; borrowed */
	struct packet_queue waiting;
	uint32_t waiting_count;
};

/* A new binding: an empty account. */
void unverified_open(struct node *n, mip_time now, struct binding *b);
/* May there be a binding to an unverified care-of address? b: the entry there is, or NULL. from: the packet's IPv6 source; a
 * care-of address that it does not carry is not filtered by anybody. */
bool unverified_grants(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *care_of_address,
                       const struct in6 *from, const struct binding *b);
/* A tentative binding for the care-of address it holds now, granted for a packet from there. */
void unverified_tentative(struct node *n, struct binding *b, const struct in6 *from);
/* Its tentative care-of address is given up. */
void unverified_lost(struct node *n, mip_time now, struct binding *b);
/* Its care-of address has been verified. Before unverified_settle. */
void unverified_verified(struct binding *b);
/* The binding got another care-of address, was verified, or ends (b NULL): packets that wait for home_address leave. */
void unverified_settle(struct unverified_queue *u, struct node *n, mip_time now, const struct in6 *home_address,
                       struct binding *b);
/* Data to the mobile node: puts the routing header in, or leaves the packet for the home address, or takes it. */
enum verdict unverified_output(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, struct packet *p);
/* Data from the mobile node; borrowed. */
void unverified_input(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, const struct delivery *d);
void unverified_fini(struct unverified_queue *u);

#endif
