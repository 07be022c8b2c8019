// SPDX-License-Identifier: GPL-3.0-or-later
/* What the access router's files share: access_router.c (the role, RtSolPr and PrRtAdv), previous_router.c, new_router.c. For
 * them only. */
#ifndef MODELS_FMIP6_ACCESS_ROUTER_INT_H
#define MODELS_FMIP6_ACCESS_ROUTER_INT_H

#include "models/fmip6/message.h"
#include "models/mip6/binding_cache.h"

struct access_router {
	struct role role;
	const struct fast_domain *domain;
	struct in6 anchor;               /* unspecified at a plain access router */
	/* Previous care-of address -> new one, or the new router where that serves the previous address. REGULAR: tunnelling;
	 * PROBING: HI is out; REMEMBERED: a handover is in sight, copies are kept. */
	struct binding_cache leaving;
	/* The address a node will have here: a new one, or its previous one. REGULAR: packets are kept; PROBING: is it free?;
	 * REMEMBERED: the node is here. */
	struct binding_cache arriving;
	uint16_t sequence;               /* of HI */
};

/* What an entry of either cache needs besides. */
struct home_request {
	struct packet_queue kept;
	uint32_t kept_count;
	struct mac mac;
	struct in6 wanted;               /* the new care-of address as FBU and HI had it; what is used may be another */
	/* leaving: the FBU to be answered, and the HI that is out */
	struct in6 router, fbu_source, self;
	uint16_t fbu_sequence, hi_sequence, lifetime_s;
	mip_time interval;
	uint8_t attempts;
	bool reactive;
	/* arriving */
	mip_time here_until;             /* the node announced itself: it need not be expected before then; 0: it did not, or left again */
	bool previous_served;            /* the binding's address is the previous one; there is a host route once the node is here */
	bool releasing;
	struct ip6_probe probe;
	struct access_router *owner;
	struct binding *binding;
	struct interface *interface;
	struct timer proxy;
	struct timer release;
	mip_time last_kept, spacing;     /* when the last came, and how far they have been apart of late */
	uint32_t entered;                /* packets kept so far */
	struct in6 previous;
};

/* ---- access_router.c ---- */

const struct fast_neighbour *access_router_of_prefix(const struct access_router *a, const struct in6 *address);
bool access_router_is_own(const struct access_router *a, const struct fast_neighbour *x);
void access_router_observe(struct access_router *a, mip_time now, enum observation_kind kind, const struct binding *b,
                           uint32_t value);

/* ---- previous_router.c ---- */

void previous_router_timer(struct node *n, struct timer *t, mip_time now);
/* The node with this address was told of another router: from now on copies are kept, if they are to be. */
void previous_router_advised(struct access_router *a, mip_time now, const struct in6 *previous);
/* A node that once left from this address is here again, or known elsewhere: its tunnel has had its day. */
void previous_router_returned(struct access_router *a, const struct in6 *address);
enum drop_reason previous_router_update(struct access_router *a, mip_time now, const struct delivery *d,
                                        const struct fast_message *m);
enum drop_reason previous_router_acknowledged(struct access_router *a, mip_time now, const struct delivery *d,
                                              const struct fast_message *m);
/* A packet from elsewhere that is to be forwarded. */
enum verdict previous_router_forward(struct access_router *a, mip_time now, struct packet *p);
/* At an anchor point: its own tunnels. */
void previous_router_below(struct access_router *a, struct packet *p);
/* Out of the tunnel that the new router sends our node's packets back through; else CONTINUE. */
enum verdict previous_router_tunnelled(struct access_router *a, mip_time now, struct delivery *d);
void previous_router_forget_all(struct access_router *a);

/* ---- new_router.c ---- */

void new_router_timer(struct node *n, struct timer *t, mip_time now);
/* The node with this link-layer address is about to leave: should it be announced again, it has to be expected. */
void new_router_leaving(struct access_router *a, const struct mac *mac);
/* It is gone: nothing of it is served here any more. */
void new_router_left(struct access_router *a, mip_time now, const struct mac *mac);
enum drop_reason new_router_initiated(struct access_router *a, mip_time now, const struct delivery *d,
                                      const struct fast_message *m);
/* A previous address, of another link. */
bool new_router_serves(const struct access_router *a, const struct interface *i, const struct in6 *previous);
/* RFC 5568 6.3: of an address on the link, or a previous one that is served. */
void new_router_announced(struct access_router *a, mip_time now, struct interface *i, const struct in6 *address,
                          const struct mac *mac);
enum verdict new_router_forward(struct access_router *a, mip_time now, struct interface *in, struct packet *p);
/* Packets for a previous address that is served here. */
enum verdict new_router_tunnelled(struct access_router *a, mip_time now, struct delivery *d);
void new_router_forget_all(struct access_router *a);

#endif
