// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A scenario made real: nodes with roles, links, addresses, routes, movement, and the pump between models and kernel. The world
 * also keeps the run digest (over time, node and octets of every frame sent) and hands frames to a tap for traces.
 */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include "models/node.h"
#include "sim/core/event.h"
#include "sim/scenario/scenario.h"

struct world;

/* Sees every frame at every interface. `sent`: leaving it; else arriving there. The packet is borrowed. */
struct world_tap {
	void (*frame)(void *context, mip_time now, unsigned tap_interface, bool sent, const struct packet *p);
	void *context;
};

/* Movement as the world makes it; the rest is observed in the nodes. to_cell -1: detached. */
struct world_movement_observer {
	void (*link_down)(void *context, mip_time now, uint32_t node, int from_cell, int to_cell);
	void (*link_up)(void *context, mip_time now, uint32_t node, int cell);
	void *context;
};

struct world_conf {
	uint64_t seed;
	uint32_t replication;
	const struct observer *observer;               /* may be NULL */
	const struct world_tap *tap;                   /* may be NULL */
	const struct world_movement_observer *movement;/* may be NULL */
};

/* Builds nodes, addresses, routes, applications and schedules movement. Everything in s and conf is borrowed. */
struct world *world_new(const struct scenario *s, const struct world_conf *conf);
/* Runs to `until` of virtual time. */
void world_run(struct world *w, mip_time until);
void world_free(struct world *w);

uint64_t world_events(const struct world *w);
mip_time world_now(const struct world *w);
/* 16 hex digits and NUL. */
void world_digest(const struct world *w, char out[17]);

/* For recorders: node ids are indices into scenario->nodes. */
const struct scenario_move *world_moves(const struct world *w, int *count); /* the movements of this replication, sorted by time */
struct in6 world_address(const struct world *w, int node);          /* a node's global (home) address */
int world_node_of(const struct world *w, const struct in6 *address);/* -1: of no node; knows static and home addresses */
/* Tap interfaces are numbered 0 .. count-1 over nodes in order, then their interfaces. */
unsigned world_tap_count(const struct world *w);
void world_tap_name(const struct world *w, unsigned tap_interface, GString *name, bool *ethernet); /* "mn/0" */

#endif
