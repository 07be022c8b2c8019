// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of the engine share; for this folder only. */
#ifndef MODELS_IP6_IP6_INT_H
#define MODELS_IP6_IP6_INT_H

#include "models/ip6/ip6.h"
#include "models/ip6/neighbour.h"
#include "models/ip6/route.h"
#include "models/node.h"
#include "models/wire/icmp6.h"

/* RFC 4861 section 10 */
#define MAX_INITIAL_RTR_ADVERT_INTERVAL (16 * MIP_SECOND)
#define MAX_RA_DELAY_TIME (500 * MIP_MILLISECOND)
#define MIN_DELAY_BETWEEN_RAS (3 * MIP_SECOND)
#define MIN_DELAY_BETWEEN_RAS_MOBILE (30 * MIP_MILLISECOND) /* RFC 6275 section 12: MinRtrAdvInterval may be that short */
#define MAX_RTR_SOLICITATION_DELAY MIP_SECOND
#define RTR_SOLICITATION_INTERVAL (4 * MIP_SECOND)
#define MAX_RTR_SOLICITATIONS 3
#define MAX_MULTICAST_SOLICIT 3
#define MAX_UNICAST_SOLICIT 3
#define RETRANS_TIMER MIP_SECOND
#define REACHABLE_TIME (30 * MIP_SECOND)
#define DELAY_FIRST_PROBE_TIME (5 * MIP_SECOND)

#define ND_HOP_LIMIT 255
#define DEFAULT_HOP_LIMIT 64

#define HOST_ROUTERS_LIMIT 4 /* default routers a host remembers per interface */
#define HOST_PREFIXES_LIMIT 16 /* on-link prefixes */

/* A default router a host knows. */
struct host_router {
	struct in6 address;
	struct in6 global; /* its address in the R flag's sense (RFC 6275 7.2); unspecified: not said */
	struct host_router *next;
	struct interface *interface;
	struct timer timer; /* looks at the two below and moves on while they keep being renewed */
	mip_time expires;
	mip_time overdue; /* too many of its advertisements have not come by then (RFC 6275 11.5.1); MIP_NEVER: not looked at */
};

struct link_prefix {
	struct in6 prefix;
	struct link_prefix *next;
	struct interface *interface;
	struct timer timer; /* as above, for `valid_until` */
	mip_time valid_until;
	uint8_t length;
};

/* A new router's advertisement, kept while the old router is probed (movement-detection: unreachability). */
struct router_candidate {
	struct in6 router, old_router; /* old_router: the address that is probed */
	struct nd_router_advertisement advertisement;
};

struct advertised_anchor {
	struct advertised_anchor *next;
	struct nd_anchor option;
	mip_time fails_at;
};

#define ADVERTISED_LIMIT 4 /* prefixes of one interface */

struct advertised {
	struct in6 address; /* the router's in the prefix */
	mip_time valid_until, preferred_until; /* MIP_NEVER: the defaults in every advertisement */
};

/* The router side of an interface. */
struct advertiser {
	struct interface *interface;
	struct timer timer; /* the next multicast advertisement */
	mip_time last; /* the last one; MIP_NEVER: none since link up */
	struct advertised prefixes[ADVERTISED_LIMIT];
	uint8_t prefix_count;
	struct advertised_anchor *anchors; /* in the order of adding */
	bool home_agent, shows_address;
};

struct proxy {
	struct in6 address;
	struct proxy *next;
	struct interface *interface;
};

/* Hashed by the low 24 bits, which solicited-node groups have in common with their addresses. */
struct proxy_table {
	struct proxy **buckets;
	uint32_t mask, count;
};

struct interface {
	struct interface *next;
	struct ip6_address *addresses; /* in the order of adding */
	struct neighbour_cache neighbours;
	/* host side */
	struct host_router *routers; /* the first is the one in use */
	struct link_prefix *prefixes;
	struct router_candidate *candidate;
	struct timer solicit; /* router solicitations */
	mip_time delay_drawn_at, delay; /* the random delay before probing, common to all addresses configured at one instant */
	/* router side */
	struct advertiser *advertiser;
	struct mac mac;
	uint16_t mtu, index;
	uint8_t kind;
	uint8_t solicits_left;
	bool up, attached_before, router_seen, expected; /* expected: by the routers here (ip6_know_router) */
};

struct ip6_hop {
	struct interface *out;
	struct in6 next_hop;
};

/* ---- ip6.c */
bool ip6_find_hop(struct node *n, const struct in6 *destination, struct ip6_hop *hop);
/* Link-layer output; the next hop may be a group. Takes. */
void ip6_transmit(struct node *n, mip_time now, struct interface *i, const struct in6 *next_hop, struct packet *take);
/* With an Ethernet header for a known MAC. Takes. */
void ip6_frame(struct node *n, mip_time now, struct interface *i, const struct mac *to, struct packet *take);
void ip6_report_message(struct node *n, mip_time now, enum observation_kind kind, const struct packet *p, uint32_t outer);
void ip6_report_sent(struct node *n, mip_time now, const struct packet *p);
void ip6_notify(struct node *n, mip_time now, const struct ip6_notice *notice);

static inline bool ip6_wants_messages(const struct node *n)
{
	return n->env->observer && n->env->observer->wants_messages;
}

static inline bool ip6_usable(const struct ip6_address *a)
{
	return a->state == IP6_ADDRESS_PREFERRED || a->state == IP6_ADDRESS_OPTIMISTIC || a->state == IP6_ADDRESS_DEPRECATED;
}

static inline bool ip6_probing(const struct ip6_address *a)
{
	return a->state == IP6_ADDRESS_TENTATIVE || a->state == IP6_ADDRESS_OPTIMISTIC;
}

/* ---- input.c */
/* Delivers to this node; the destination has been found ours. tunnel_source: NULL when it came plain. Takes. */
void ip6_deliver(struct node *n, mip_time now, struct interface *in, struct packet *take, const struct in6 *tunnel_source);
/* Offers to the roles; true: one took it. */
bool ip6_offer(struct node *n, mip_time now, struct delivery *d);

/* ---- forward.c */
void ip6_forward(struct node *n, mip_time now, struct interface *in, struct packet *take, bool tunnelled);

/* ---- icmp.c */
void icmp_input(struct node *n, mip_time now, struct delivery *d);
/* Sends a Neighbor Discovery message; to: the neighbour's MAC if known, NULL: resolve or map. */
void icmp_send_nd(struct node *n, mip_time now, struct interface *i, const struct icmp6_message *m, const struct in6 *source,
                  const struct in6 *destination, const struct mac *to);

/* ---- address.c */
struct ip6_address *address_new(struct node *n, struct interface *i, const struct in6 *address, unsigned prefix_length,
                                enum ip6_address_state state);
struct ip6_address *address_on(struct interface *i, const struct in6 *address);
/* Starts duplicate address detection as the configuration says (or waits for the link-local address to be done). */
void address_start(struct node *n, mip_time now, struct ip6_address *a);
/* Arms the timer for the address's lifetimes. */
void address_arm_lifetime(struct node *n, mip_time now, struct ip6_address *a);
void address_duplicate(struct node *n, mip_time now, struct ip6_address *a);
/* Link came: starts what was suspended. */
void address_resume(struct node *n, mip_time now, struct interface *i);
void address_suspend(struct node *n, struct interface *i);
/* Movement: autoconfigured addresses go, the link-local one is probed anew. */
void address_flush(struct node *n, mip_time now, struct interface *i);
void address_probe_link_local(struct node *n, mip_time now, struct interface *i);
/* Address to send Neighbor Discovery from: `wanted` if it is ours, on i and beyond doubt, else the link-local address, else any;
 * NULL: there is none (optimistic ones do not count, RFC 4429 3.2). */
const struct in6 *address_for_nd(struct interface *i, const struct in6 *wanted);
/* A solicitation from :: or an advertisement for `target`: does it contest something being probed? True: it did. by: whose
 * link-layer address the frame has, or the advertisement names; NULL: not known. */
bool address_contested(struct node *n, mip_time now, struct interface *i, const struct in6 *target, const struct mac *by);
void address_free_all(struct node *n, struct interface *i);

/* ---- discovery.c: host side */
void discovery_link_up(struct node *n, mip_time now, struct interface *i);
void discovery_link_down(struct node *n, struct interface *i);
void discovery_advertisement(struct node *n, mip_time now, const struct delivery *d, const struct nd_router_advertisement *ra);
struct interface *discovery_on_link(struct node *n, const struct in6 *address);
const struct host_router *discovery_default_router(struct node *n);
/* Is this the link-layer address of a router that was told to expect us? It may probe our address, or speak for it, until it
 * hears that we are here; should it be somebody else's, it says so (RFC 5568 6.4.6). */
bool discovery_expects_us(const struct interface *i, const struct mac *mac);
/* Neighbour unreachability detection speaks about an address. */
void discovery_confirmed(struct node *n, mip_time now, struct interface *i, const struct in6 *address);
void discovery_unreachable(struct node *n, mip_time now, struct interface *i, const struct in6 *address);
void discovery_solicit_fire(struct node *n, struct timer *t, mip_time now);
void discovery_fini(struct node *n, struct interface *i);

/* ---- router.c: router side */
void router_link_up(struct node *n, mip_time now, struct interface *i);
void router_link_down(struct node *n, struct interface *i);
void router_solicitation(struct node *n, mip_time now, const struct delivery *d, const struct mac *mac);
void router_fini(struct node *n, struct interface *i);

/* ---- proxy.c */
struct proxy *proxy_find(struct node *n, struct interface *i, const struct in6 *address);
bool proxy_wants_group(struct node *n, struct interface *i, const uint8_t low[3]);
/* Unsolicited (solicited: false, to all nodes) or solicited (to `to`) advertisement. */
void proxy_advertise(struct node *n, mip_time now, struct interface *i, const struct in6 *target, const struct in6 *to,
                     bool solicited, bool override);
void proxy_fini(struct node *n);

#endif
