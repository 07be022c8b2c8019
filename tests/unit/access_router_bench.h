// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An access router with fast handovers, previous and new one in one, as seen through its verbs: interface 0 its cell, the rest of the world
 * behind 1. Its neighbours, and the mobile node, are the test.
 */
#ifndef TESTS_UNIT_ACCESS_ROUTER_BENCH_H
#define TESTS_UNIT_ACCESS_ROUTER_BENCH_H

#include "models/fmip6/message.h"
#include "tests/unit/mip6_harness.h"

#define CELL 0
#define OUTSIDE 1
#define HERE address(1, 1)
#define THERE address(2, 1)
#define THIRD address(5, 1)
#define SLOW address(6, 1) /* a router without fast handovers */
#define PREVIOUS_OTHER address(2, 0x10) /* of a node that comes from the other router */
#define NEW_HERE address(1, 0x20)

static const struct mac router_mac = { { 2, 0, 0, 0, 0, 1 } }, other_mac = { { 2, 0, 0, 0, 0, 2 } }, third_mac = { { 2, 0, 0, 0, 0, 3 } }, slow_mac = { { 2, 0, 0, 0, 0, 4 } },
                        stranger_mac = { { 2, 0, 0, 0, 0, 0x99 } }, mobile_mac = { { 2, 0, 0, 0, 0, 9 } };
static struct fast_neighbour neighbours[4];
static const struct fast_domain domain = { neighbours, 4, { 1, 2, 3, 4, 5, 6, 7, 8 } };

static inline struct in6 mobile_at(const struct in6 router)
{
	struct in6 identifier = in6_link_local_of(&mobile_mac);

	return in6_join(&router, &identifier);
}

static inline struct bench *router_bench(enum dad_mode dad)
{
	struct bench *b = bench_new();
	struct in6 self = HERE, out = address(8, 1);
	struct interface *cell, *outside;

	neighbours[0] = (struct fast_neighbour){ router_mac, router_mac, HERE, true };
	neighbours[1] = (struct fast_neighbour){ other_mac, other_mac, THERE, true };
	neighbours[2] = (struct fast_neighbour){ third_mac, third_mac, THIRD, true };
	neighbours[3] = (struct fast_neighbour){ slow_mac, slow_mac, SLOW, false };
	b->conf.dad = dad;
	b->conf.handover_buffer = 3;
	b->conf.local = LOCAL_FMIP_PREDICTIVE;
	cell = ip6_add_interface(b->n, INTERFACE_ETHERNET, &router_mac, 1500);
	outside = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	ip6_set_forwarding(b->n, true);
	ip6_advertise(b->n, cell, &self, false);
	ip6_add_address(b->n, outside, &out, 128);
	ip6_add_route(b->n, &self, 64, cell, NULL);
	ip6_add_route(b->n, &in6_unspecified, 0, outside, NULL);
	node_add_role(b->n, access_router_new(b->n, &domain, NULL));
	node_signal(b->n, b->now, CELL, LINK_UP);
	node_signal(b->n, b->now, OUTSIDE, LINK_UP);
	bench_drain(b);
	return b;
}

/* The next message for the outside of this kind; others are let go. False: none. */
static inline bool take_message(struct bench *b, uint8_t type, struct fast_message *m, struct in6 *to)
{
	struct packet *p;
	bool found = false;

	while (!found && (p = node_output(b->n))) {
		struct ipv6_view v;
		size_t length;

		if (p->interface == CELL)
			packet_pull(p, ETHERNET_HEADER);
		g_assert_cmpint(ipv6_walk(p->data, p->length, true, &v), ==, IPV6_WALK_OK);
		*to = ipv6_destination(p->data);
		found = v.protocol == PROTOCOL_MOBILITY && fast_decode(p->data + v.offset, p->length - v.offset, m, &length) == WIRE_OK && m->type == type;
		packet_free(p);
	}
	return found;
}

static inline struct packet *fbu(const struct in6 *source, const struct in6 *previous, const struct in6 *next, uint16_t sequence, uint16_t lifetime_s,
                          bool forged)
{
	struct in6 self = HERE;
	struct fast_security security = { .care_of_address = *next, .router = self };
	struct fast_message m = { .type = FAST_BU, .flags = BU_ACKNOWLEDGE | BU_HOME, .sequence = sequence, .lifetime_s = lifetime_s,
		                  .has_alternate_care_of_address = true, .alternate_care_of_address = *next };

	fast_key(&domain, previous, security.key);
	security.key[0] ^= forged;
	return fast_packet(source, &self, previous, NULL, &m, &security);
}

static inline struct packet *hi_from(const struct in6 *source, const struct in6 *previous, uint16_t sequence, const struct in6 *next, uint8_t code)
{
	struct in6 self = HERE;
	struct fast_message m = { .type = FAST_HI, .sequence = sequence, .code = code, .has_link_layer_address = true, .link_layer_address = mobile_mac,
		                  .has_previous_care_of_address = true, .previous_care_of_address = *previous,
		                  .has_new_care_of_address = true, .new_care_of_address = *next };

	return fast_packet(source, &self, NULL, NULL, &m, NULL);
}

static inline struct packet *hi(uint16_t sequence, const struct in6 *next, uint8_t code)
{
	struct in6 there = THERE, previous = PREVIOUS_OTHER;

	return hi_from(&there, &previous, sequence, next, code);
}

static inline struct packet *hack(uint16_t sequence, uint8_t code, const struct in6 *assigned)
{
	struct in6 self = HERE, there = THERE;
	struct fast_message m = { .type = FAST_HACK, .sequence = sequence, .code = code };

	if (assigned) {
		m.has_new_care_of_address = true;
		m.new_care_of_address = *assigned;
	}
	return fast_packet(&there, &self, NULL, NULL, &m, NULL);
}

static inline void input(struct bench *b, struct packet *take)
{
	node_input(b->n, b->now, OUTSIDE, take);
}

/* Is a packet for the address tunnelled to `to` now? */
static inline bool diverted(struct bench *b, const struct in6 *address_, const struct in6 *to)
{
	struct in6 from = address(3, 0x20), outer;
	struct packet *p;
	bool yes = false;

	bench_drain(b);
	input(b, udp_packet(&from, address_));
	while ((p = node_output(b->n))) {
		if (p->interface == OUTSIDE && ipv6_next_header(p->data) == PROTOCOL_IPV6) {
			outer = ipv6_destination(p->data);
			yes = in6_equal(&outer, to);
		}
		packet_free(p);
	}
	return yes;
}

static inline void announce_from(struct bench *b, const struct in6 *address_, const struct mac *mac)
{
	struct icmp6_message na = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	struct packet *p = ip6_packet(address_, &in6_all_nodes, PROTOCOL_ICMP6, 255, 32);
	struct wr w = wr_of(packet_put(p, 32), 32);
	struct mac group = mac_of_multicast(&in6_all_nodes);
	uint8_t *h;

	na.u.neighbour = (struct nd_neighbour_message){ .target = *address_, .has_mac = true, .mac = *mac };
	g_assert_cmpuint(icmp6_encode(&w, &na, 0, address_, &in6_all_nodes), ==, 32);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, &group, sizeof group);
	memcpy(h + 6, mac, sizeof *mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, CELL, p);
}

static inline void announce(struct bench *b, const struct in6 *address_)
{
	announce_from(b, address_, &mobile_mac);
}

/* From a station in the cell to the router. */
static inline void cell_input(struct bench *b, struct packet *p)
{
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, &router_mac, sizeof router_mac);
	memcpy(h + 6, &mobile_mac, sizeof mobile_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, CELL, p);
}

/* The next ICMPv6 message of a type for the cell, its destination and link-layer destination; false: none. */
static inline bool take_icmp(struct bench *b, uint8_t type, struct icmp6_message *m, struct in6 *to, struct mac *mac)
{
	static uint8_t octets[1500];
	struct packet *p;
	bool found = false;

	while (!found && (p = node_output(b->n))) {
		if (p->interface == CELL && p->data[ETHERNET_HEADER + 6] == PROTOCOL_ICMP6 && p->data[ETHERNET_HEADER + IPV6_HEADER] == type) {
			size_t length = (size_t)p->length - ETHERNET_HEADER - IPV6_HEADER;

			memcpy(mac, p->data, sizeof *mac);
			*to = ipv6_destination(p->data + ETHERNET_HEADER);
			memcpy(octets, p->data + ETHERNET_HEADER + IPV6_HEADER, length);
			g_assert_cmpint(icmp6_decode(octets, length, m), ==, WIRE_OK);
			found = true;
		}
		packet_free(p);
	}
	return found;
}

static inline bool take_advice(struct bench *b, struct fast_advice *v, struct in6 *to)
{
	struct icmp6_message m;
	struct mac mac;

	if (!take_icmp(b, ICMP6_FAST_HANDOVER, &m, to, &mac))
		return false;
	g_assert_cmpint(fast_advice_decode(m.code, m.u.other.body, m.u.other.length, v), ==, WIRE_OK);
	return true;
}

static inline void solicit(struct bench *b, const struct in6 *source, const struct mac *access_point)
{
	struct in6 self = HERE;
	struct fast_advice s = { .subtype = FAST_RTSOLPR, .identifier = 77, .has_source_mac = true, .source_mac = mobile_mac, .has_access_point = true,
		                 .access_point_code = ACCESS_POINT_NEW, .access_point = *access_point };

	cell_input(b, fast_advice_packet(source, &self, &s));
}

/* UDP packets that leave for the cell, by their first payload octet's place in the order of sending. */
static inline unsigned released(struct bench *b, const uint8_t *order, unsigned count)
{
	struct packet *p;
	unsigned n = 0;

	while ((p = node_output(b->n))) {
		if (p->interface == CELL && p->data[ETHERNET_HEADER + 6] == PROTOCOL_UDP) {
			g_assert_cmpuint(n, <, count);
			g_assert_cmpuint(p->data[p->length - 1], ==, order[n++]);
			g_assert_cmpmem(p->data, 6, &mobile_mac, 6);
		}
		packet_free(p);
	}
	return n;
}

/* UDP packets in a tunnel to `to`, by their last octet's place in the order of sending. */
static inline unsigned tunnelled(struct bench *b, const struct in6 *to, uint8_t *order, unsigned room)
{
	struct packet *p;
	unsigned n = 0;

	while ((p = node_output(b->n))) {
		struct in6 outer = p->interface == OUTSIDE ? ipv6_destination(p->data) : in6_unspecified;

		if (p->interface == OUTSIDE && ipv6_next_header(p->data) == PROTOCOL_IPV6 && in6_equal(&outer, to) && n < room)
			order[n++] = p->data[p->length - 1];
		packet_free(p);
	}
	return n;
}

static inline void numbered(struct bench *b, const struct in6 *to, uint8_t number)
{
	struct in6 from = address(3, 0x20);
	struct packet *p = udp_packet(&from, to);

	p->data[p->length - 1] = number;
	input(b, p);
}

#endif
