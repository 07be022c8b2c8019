// SPDX-License-Identifier: GPL-3.0-or-later
/* A router under test (mip6_harness.h): Ethernet with the subnet it serves on interface CELL, the rest of the world behind OUTSIDE. */
#ifndef TESTS_UNIT_ROUTER_BENCH_H
#define TESTS_UNIT_ROUTER_BENCH_H

#include "tests/unit/mip6_harness.h"

enum { CELL, OUTSIDE };

static const struct mac router_mac = { { 2, 0, 0, 0, 0, 1 } };

/* Both interfaces, addresses and routes; add roles, then bench_router_up. self: its address in the cell. */
static inline void bench_router(struct bench *b, struct in6 self)
{
	struct in6 out = address(8, 1);
	struct interface *cell = ip6_add_interface(b->n, INTERFACE_ETHERNET, &router_mac, 1500),
	                 *outside = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);

	ip6_set_forwarding(b->n, true);
	ip6_add_address(b->n, cell, &self, 64);
	ip6_add_address(b->n, outside, &out, 128);
	ip6_add_route(b->n, &self, 64, cell, NULL);
	ip6_add_route(b->n, &in6_unspecified, 0, outside, NULL);
}

static inline void bench_router_up(struct bench *b)
{
	node_signal(b->n, b->now, CELL, LINK_UP);
	node_signal(b->n, b->now, OUTSIDE, LINK_UP);
	bench_drain(b);
}

/* The next packet that is no Neighbor Discovery of the router's own; p NULL: none. */
static inline struct sent router_take(struct bench *b)
{
	struct sent s;

	while ((s = bench_take(b, CELL)).p && s.view.protocol == PROTOCOL_ICMP6 && s.p->data[s.view.offset] >= 133)
		sent_free(&s);
	return s;
}

/* From outside, and what comes of it. */
static inline struct sent router_give(struct bench *b, struct packet *take)
{
	node_input(b->n, b->now, OUTSIDE, take);
	return router_take(b);
}

static inline void router_assert_silent(struct bench *b)
{
	struct sent s = router_take(b);

	g_assert_null(s.p);
}

/* A frame in the cell, addressed to the router. */
static inline void router_cell_input(struct bench *b, struct packet *take, const struct mac *from)
{
	uint8_t *h = packet_push(take, ETHERNET_HEADER);

	memcpy(h, &router_mac, sizeof router_mac);
	memcpy(h + 6, from, sizeof *from);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, CELL, take);
}

/* A node in the cell asks for the router's address, so that the router knows its link-layer address. */
static inline void router_meets(struct bench *b, const struct in6 *self, const struct in6 *neighbour, const struct mac *mac)
{
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION, .u.neighbour = { .target = *self, .has_mac = true, .mac = *mac } };
	struct packet *p = ip6_packet(neighbour, self, PROTOCOL_ICMP6, 255, 64);
	struct wr w = wr_of(p->data + IPV6_HEADER, 64);

	packet_put(p, icmp6_encode(&w, &m, 0, neighbour, self));
	ip6_finish(p);
	router_cell_input(b, p, mac);
	bench_drain(b);
}

#endif
