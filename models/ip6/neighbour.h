// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The neighbour cache of an Ethernet interface: address resolution and Neighbor Unreachability Detection (RFC 4861 section 7).
 * An idle entry costs 64 octets and no timer: REACHABLE turns STALE by the clock when somebody looks.
 */
#ifndef MODELS_IP6_NEIGHBOUR_H
#define MODELS_IP6_NEIGHBOUR_H

#include "models/base.h"
#include "models/packet.h"
#include "models/timer.h"

struct delivery;
struct interface;
struct node;
struct nd_neighbour_message;

enum neighbour_state { NEIGHBOUR_INCOMPLETE, NEIGHBOUR_REACHABLE, NEIGHBOUR_STALE, NEIGHBOUR_DELAY, NEIGHBOUR_PROBE };

/* What an entry owns only while it is being resolved or probed. */
struct resolution {
	struct timer timer;
	struct neighbour *neighbour;
	struct interface *interface;
	struct packet_queue queue; /* waiting for the link-layer address */
	uint8_t queued, sent; /* packets waiting; solicitations sent */
};

struct neighbour {
	struct in6 address;
	struct neighbour *chain; /* of its hash bucket */
	struct neighbour *older, *newer; /* in the order of creation or last confirmation; the oldest is evicted first */
	mip_time reachable_until;
	struct resolution *resolution; /* INCOMPLETE, DELAY and PROBE */
	struct mac mac;
	uint8_t state; /* enum neighbour_state */
	bool is_router;
};

struct neighbour_cache {
	struct neighbour **buckets; /* NULL: all are in `few` */
	struct neighbour *few;
	struct neighbour *oldest, *newest;
	uint32_t count, mask;
};

/* Entries of one interface; beyond, the oldest that is not being resolved makes room. */
#define NEIGHBOUR_LIMIT_HOST 256
#define NEIGHBOUR_LIMIT_ROUTER 65536
#define NEIGHBOUR_QUEUE 3 /* packets that wait for one resolution; the oldest is dropped */

struct neighbour *neighbour_find(struct interface *i, const struct in6 *address);
/* Sends to a unicast next hop, resolving it first if need be. Takes the packet. */
void neighbour_output(struct node *n, mip_time now, struct interface *i, const struct in6 *next_hop, struct packet *take);
/* A link-layer address seen in a solicitation or router advertisement (RFC 4861 7.2.3, 6.2.6, 6.3.4). */
void neighbour_learn(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac);
void neighbour_set_router(struct interface *i, const struct in6 *address, bool is_router);
/* Probes now, whatever the state: is it still there? Ends in discovery_confirmed or discovery_unreachable. */
void neighbour_probe(struct node *n, mip_time now, struct interface *i, const struct in6 *address);
void neighbour_flush(struct node *n, mip_time now, struct interface *i);
/* Frees everything without a report. */
void neighbour_fini(struct node *n, struct interface *i);

/* Neighbor Discovery messages that passed the checks every one must pass. */
void neighbour_solicitation(struct node *n, mip_time now, const struct delivery *d, const struct nd_neighbour_message *m);
void neighbour_advertisement(struct node *n, mip_time now, const struct delivery *d, const struct nd_neighbour_message *m);

#endif
