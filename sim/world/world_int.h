// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The inside of a world, for this folder and for benches that build worlds without a scenario file. Order of building: nodes,
 * wires and segments with their stations, world_compute_routes, roles, then run.
 */
#ifndef SIM_WORLD_WORLD_INT_H
#define SIM_WORLD_WORLD_INT_H

#include <glib.h>

#include "models/link/channel.h"
#include "sim/world/world.h"

struct wire;
struct segment;
struct station;

/* Where a node's interface leads. */
struct port {
	struct wire_direction *wire;   /* point-to-point: our sending direction; else NULL */
	struct station *station;       /* Ethernet: our place on a segment; NULL while detached */
	unsigned tap;
};

struct world_node {
	struct node *node;
	struct world *world;
	struct sim_timer wake;
	struct port *ports;
	uint16_t port_count;
	bool forwarding;
};

struct wire_direction {
	struct sim_timer timer;
	struct world *world;
	struct channel channel;
	uint32_t to_node;
	uint32_t to_tap;
	uint16_t to_interface;
};

struct wire {
	struct wire_direction directions[2];
	uint32_t nodes[2];
	uint16_t interfaces[2];
	int64_t cost;
	struct in6 prefix;
};

/* One attachment of one node to a segment. Outlives a detachment until what it sent has arrived. */
struct station {
	struct sim_timer timer;
	struct segment *segment;
	struct station *next, *previous;
	struct channel channel;
	uint32_t node;
	uint16_t interface;
	bool gone;
};

/* A shared Ethernet link or a cell: every station sends to the medium, which delivers to the others. */
struct segment {
	struct world *world;
	const struct channel_conf *conf;
	struct station *first, *last;
	struct station *departed;      /* gone, with frames still in the air */
	uint64_t name_id;
	int64_t cost;
	uint16_t mtu;
	struct in6 prefix;
	struct in6 other_prefix;       /* routed to it, too (renumber.c); unspecified: none */
	GArray *routers;               /* struct segment_router: forwarding members with their interface */
};

struct segment_router {
	uint32_t node;
	uint16_t interface;
};

struct address_of_node {
	struct in6 address;
	uint32_t node;
};

struct world {
	struct sim *sim;
	struct node_env env;
	struct world_conf conf;
	const struct scenario *scenario;   /* NULL in benches */
	struct world_node *nodes;
	uint32_t node_count, node_capacity;
	GPtrArray *wires, *segments;       /* segments: shared links first, then cells */
	int shared_link_count;
	uint32_t subnets;                  /* assigned so far */
	GArray *addresses;                 /* struct address_of_node, sorted on first look-up */
	bool addresses_sorted;
	struct in6 *main_address;          /* by node, in worlds made from a scenario */
	GPtrArray *tap_ports;              /* by tap number: node index << 16 | interface, as pointers */
	uint64_t digest[2];
	struct movement *movement;
	GArray *moves;                     /* struct scenario_move, as drawn for this replication */
	struct renumbering *renumberings;  /* by cell; NULL: none */
	struct fast_neighbour *fast_neighbours; /* by cell */
	struct fast_domain *fast_domain;
	bool ipv4;                         /* set before the first node is added */
	unsigned host_bits;                /* of an IPv4 prefix: room for every node's number */
	GPtrArray *owned;                  /* for g_free: what nodes borrow */
};

/* ---- building -------------------------------------------------------------------------------------------------------- */

struct world *world_create(const struct world_conf *conf, uint32_t node_capacity);
/* conf borrowed. */
uint32_t world_add_node(struct world *w, const struct protocol_conf *conf, uint64_t name_id, bool forwarding);
/* Point-to-point link between two nodes with an address for each end in `prefix` (NULL: the next free /64). conf borrowed. */
struct wire *world_add_wire(struct world *w, uint32_t a, uint32_t b, const struct channel_conf *conf, uint16_t mtu, int64_t cost,
                            const struct in6 *prefix, uint64_t name_id);
struct segment *world_add_segment(struct world *w, const struct channel_conf *conf, uint16_t mtu, int64_t cost, const struct in6 *prefix,
                                  uint64_t name_id);
/* A member that stays: an Ethernet interface with address prefix::(node + 1) on the segment; routers of cells advertise. */
unsigned world_add_member(struct world *w, struct segment *s, uint32_t node);
/* A movable interface, detached. Returns its number. */
unsigned world_add_radio(struct world *w, uint32_t node, uint16_t mtu);
/* The given prefix, or the next one free. */
struct in6 world_next_prefix(struct world *w, const struct in6 *given);
/* The node's address in a prefix: the prefix with its number, which is one more than its index. */
struct in6 world_member_address(const struct world *w, const struct in6 *prefix, uint32_t node);
/* build4.c: agents, mobile nodes and correspondents of an IPv4 world; links and cells are there. */
void world_build_roles4(struct world *w);
struct mac world_mac(uint32_t node, unsigned interface);
/* What the array of `count` ports has room for: powers of two. */
static inline size_t world_port_capacity(unsigned count)
{
	size_t capacity = count ? 1 : 0;

	while (capacity < count)
		capacity *= 2;
	return capacity;
}
/* Fills every node's routing table with shortest paths (routes.c). */
void world_compute_routes(struct world *w);
void world_know_address(struct world *w, const struct in6 *address, uint32_t node);

/* ---- running --------------------------------------------------------------------------------------------------------- */

/* After any verb: sends what the node owes, re-arms its wake-up. */
void world_pump(struct world *w, uint32_t node, mip_time now);
void world_signal(struct world *w, uint32_t node, unsigned interface, mip_time now, enum link_signal what);
/* The same with the access point of a segment: the interface of its first router; a segment without one has no name. */
void world_signal_from(struct world *w, uint32_t node, unsigned interface, mip_time now, enum link_signal what, const struct segment *s);
/* Does this node's `local` have fast handovers? */
bool world_does_fast(const struct scenario_node *n);
/* The first router of the segment that the node is on hears that it is about to leave for another. */
void world_station_leaving(struct world *w, uint32_t node, unsigned interface, mip_time now, const struct segment *here, const struct segment *there);
/* All fixed interfaces up, in node order. Called by the first event of a run. */
void world_bring_up(struct world *w, mip_time now);
/* medium.c: hands a frame to the interface's wire or segment. Takes it. */
void world_transmit(struct world *w, uint32_t node, mip_time now, struct packet *take);
/* Delivers a frame to a node's interface and pumps. Takes it. */
void world_deliver(struct world *w, uint32_t node, unsigned interface, mip_time now, struct packet *take);
/* Puts the node's interface on the segment and signals LINK_UP; takes it off and signals LINK_DOWN. */
void world_attach(struct world *w, uint32_t node, unsigned interface, struct segment *s, mip_time now);
void world_detach(struct world *w, uint32_t node, unsigned interface, mip_time now);
void world_free_media(struct world *w);
/* renumber.c: home links that get another prefix. Prepared before the routes are computed; router_address, interface: by cell. */
void renumber_prepare(struct world *w, const struct in6 *router_address, const unsigned *interface);
void renumber_free(struct world *w);
/* movement.c */
void movement_start(struct world *w);
void movement_free(struct world *w);
/* A frame was lost outside any node. */
void world_observe_drop(struct world *w, uint32_t node, mip_time now, const struct packet *p, enum drop_reason why);

#endif
