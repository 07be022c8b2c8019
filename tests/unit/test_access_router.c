// SPDX-License-Identifier: GPL-3.0-or-later
/* The access router role, previous and new router, as seen through its verbs: interface 0 its cell, the rest of the world behind 1. */
#include "mip6_harness.h"
#include "models/fmip6/message.h"

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

static struct in6 mobile_at(const struct in6 router)
{
	struct in6 identifier = in6_link_local_of(&mobile_mac);

	return in6_join(&router, &identifier);
}

static struct bench *router_bench(enum dad_mode dad)
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
static bool take_message(struct bench *b, uint8_t type, struct fast_message *m, struct in6 *to)
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

static struct packet *fbu(const struct in6 *source, const struct in6 *previous, const struct in6 *next, uint16_t sequence, uint16_t lifetime_s,
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

static struct packet *hi(uint16_t sequence, const struct in6 *next, uint8_t code)
{
	struct in6 self = HERE, there = THERE;
	struct fast_message m = { .type = FAST_HI, .sequence = sequence, .code = code, .has_link_layer_address = true, .link_layer_address = mobile_mac,
		                  .has_previous_care_of_address = true, .previous_care_of_address = PREVIOUS_OTHER,
		                  .has_new_care_of_address = true, .new_care_of_address = *next };

	return fast_packet(&there, &self, NULL, NULL, &m, NULL);
}

static struct packet *hack(uint16_t sequence, uint8_t code, const struct in6 *assigned)
{
	struct in6 self = HERE, there = THERE;
	struct fast_message m = { .type = FAST_HACK, .sequence = sequence, .code = code };

	if (assigned) {
		m.has_new_care_of_address = true;
		m.new_care_of_address = *assigned;
	}
	return fast_packet(&there, &self, NULL, NULL, &m, NULL);
}

static void input(struct bench *b, struct packet *take)
{
	node_input(b->n, b->now, OUTSIDE, take);
}

/* Is a packet for the address tunnelled to `to` now? */
static bool diverted(struct bench *b, const struct in6 *address_, const struct in6 *to)
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

/* ---- previous router ------------------------------------------------------------------------------------------------------ */

static void predictive(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), there = THERE, to;
	struct fast_message m;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	assert_in6(&to, &there);
	assert_in6(&m.new_care_of_address, &next);
	g_assert_cmpuint(m.code, ==, FAST_HI_PREDICTIVE);
	g_assert_cmpuint(m.flags, ==, FAST_HI_BUFFER);
	g_assert_true(mac_equal(&m.link_layer_address, &mobile_mac));
	g_assert_false(diverted(b, &previous, &next)); /* not before the new router agrees */
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &next));
	/* 5.6: called off, and over by itself. */
	input(b, fbu(&previous, &previous, &previous, 6, 0, false));
	g_assert_false(diverted(b, &previous, &next));
	input(b, fbu(&previous, &previous, &next, 7, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &next));
	bench_until(b, b->now + 11 * MIP_SECOND);
	g_assert_false(diverted(b, &previous, &next));
	bench_free(b);
}

static void forged_update(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;

	input(b, fbu(&previous, &previous, &next, 5, 10, true));
	g_assert_false(take_message(b, FAST_HI, &m, &to));
	g_assert_cmpuint(bench_drops(b, DROP_BAD_AUTHENTICATOR), ==, 1);
	bench_free(b);
}

static void silent_new_router(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;

	/* Reactive, so that the answer leaves at once by the outside. */
	input(b, fbu(&next, &previous, &next, 5, 10, false));
	for (unsigned sent = 0; sent <= HI_RETRIES; sent++) {
		g_assert_true(take_message(b, FAST_HI, &m, &to));
		g_assert_cmpuint(m.code, ==, FAST_HI_REACTIVE);
		g_assert_cmpuint(m.flags, ==, 0);
		bench_until(b, b->now + (FAST_TIMEOUT << sent));
	}
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_UNSPECIFIED);
	g_assert_false(diverted(b, &previous, &next));
	bench_free(b);
}

static void refused_and_assigned(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), other = address(2, 0x77), to;
	struct fast_message m;

	input(b, fbu(&next, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_RESOURCES, NULL));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_RESOURCES);
	input(b, fbu(&next, &previous, &next, 6, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ASSIGNED, &other));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_USE_ALTERNATE);
	assert_in6(&m.alternate_care_of_address, &other);
	g_assert_true(diverted(b, &previous, &other));
	bench_free(b);
}

/* ---- new router ------------------------------------------------------------------------------------------------------------- */

static void announce_from(struct bench *b, const struct in6 *address_, const struct mac *mac)
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

static void announce(struct bench *b, const struct in6 *address_)
{
	announce_from(b, address_, &mobile_mac);
}

/* From a station in the cell to the router. */
static void cell_input(struct bench *b, struct packet *p)
{
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, &router_mac, sizeof router_mac);
	memcpy(h + 6, &mobile_mac, sizeof mobile_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, CELL, p);
}

/* The next ICMPv6 message of a type for the cell, its destination and link-layer destination; false: none. */
static bool take_icmp(struct bench *b, uint8_t type, struct icmp6_message *m, struct in6 *to, struct mac *mac)
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

static bool take_advice(struct bench *b, struct fast_advice *v, struct in6 *to)
{
	struct icmp6_message m;
	struct mac mac;

	if (!take_icmp(b, ICMP6_FAST_HANDOVER, &m, to, &mac))
		return false;
	g_assert_cmpint(fast_advice_decode(m.code, m.u.other.body, m.u.other.length, v), ==, WIRE_OK);
	return true;
}

static void solicit(struct bench *b, const struct in6 *source, const struct mac *access_point)
{
	struct in6 self = HERE;
	struct fast_advice s = { .subtype = FAST_RTSOLPR, .identifier = 77, .has_source_mac = true, .source_mac = mobile_mac, .has_access_point = true,
		                 .access_point_code = ACCESS_POINT_NEW, .access_point = *access_point };

	cell_input(b, fast_advice_packet(source, &self, &s));
}

/* UDP packets that leave for the cell, by their first payload octet's place in the order of sending. */
static unsigned released(struct bench *b, const uint8_t *order, unsigned count)
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

static void keeps_and_releases(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, from = address(3, 0x20), to;
	const uint8_t order[] = { 0, 1, 2, 5 };
	struct fast_message m;

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED);
	for (uint8_t k = 0; k < 5; k++) {
		struct packet *p = udp_packet(&from, &next);

		p->data[p->length - 1] = k;
		input(b, p);
	}
	g_assert_cmpuint(bench_drops(b, DROP_QUEUE_FULL), ==, 2); /* three fit */
	bench_drain(b);
	announce(b, &next);
	g_assert_cmpuint(released(b, order, 3), ==, 3);
	/* A late repetition is answered and changes nothing. */
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	input(b, udp_packet(&from, &next));
	g_assert_cmpuint(released(b, order, 1), ==, 1);
	bench_free(b);
}

static void taken_address(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 next = NEW_HERE, self = HERE, to;
	struct fast_message m;

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_false(take_message(b, FAST_HACK, &m, &to)); /* probing */
	announce(b, &next); /* somebody defends it: as good an answer as a proper one */
	g_assert_false(take_message(b, FAST_HACK, &m, &to)); /* probing another */
	bench_until(b, b->now + MIP_SECOND);
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	g_assert_true(in6_prefix_equal(&m.new_care_of_address, &self, 64) && !in6_equal(&m.new_care_of_address, &next));
	bench_free(b);
}

static void never_comes(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, from = address(3, 0x20);

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	input(b, udp_packet(&from, &next));
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	g_assert_cmpuint(bench_drops(b, DROP_NO_BINDING), ==, 1);
	bench_free(b);
}

/* ---- RtSolPr and PrRtAdv, and who asks --------------------------------------------------------------------------------------- */

static void advice(void)
{
	static const struct { struct mac access_point; uint8_t code, reason; } rows[] = {
		{ { { 2, 0, 0, 0, 0, 2 } }, PRRTADV_TUPLES, ACCESS_POINT_NEW },
		{ { { 2, 0, 0, 0, 0, 1 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_SAME_ROUTER },
		{ { { 2, 0, 0, 0, 0, 4 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_NOT_FAST },
		{ { { 2, 0, 0, 0, 0, 0x55 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_UNKNOWN },
	};
	struct bench *b = router_bench(DAD_OFF);
	struct in6 source = mobile_at(HERE), there = THERE, to;
	struct fast_advice v;

	/* One that asks is known to the router (NS), or is asked back. */
	announce(b, &source);
	bench_drain(b);
	for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
		solicit(b, &source, &rows[k].access_point);
		g_assert_true(take_advice(b, &v, &to));
		g_assert_cmpuint(v.subtype, ==, FAST_PRRTADV);
		g_assert_cmpuint(v.code, ==, rows[k].code);
		g_assert_cmpuint(v.identifier, ==, 77);
		g_assert_cmpuint(v.access_point_code, ==, rows[k].reason);
		g_assert_true(mac_equal(&v.access_point, &rows[k].access_point));
		g_assert_cmpint(v.has_router_address, ==, !k);
		assert_in6(&to, &source);
		if (!k)
			assert_in6(&v.router_address, &there);
	}
	bench_free(b);
}

static void network_initiated(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 station = in6_link_local_of(&mobile_mac), there = THERE, to;
	struct fast_advice v;

	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &other_mac);
	g_assert_true(take_advice(b, &v, &to));
	g_assert_cmpuint(v.code, ==, PRRTADV_TRIGGER);
	g_assert_cmpuint(v.identifier, ==, 0);
	assert_in6(&to, &station);
	assert_in6(&v.router_address, &there);
	/* Nowhere to go to fast: nothing is said. */
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &slow_mac);
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &router_mac);
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &stranger_mac);
	g_assert_false(take_advice(b, &v, &to));
	bench_free(b);
}

/* ---- previous router: copies, later handovers ----------------------------------------------------------------------------------- */

/* UDP packets in a tunnel to `to`, by their last octet's place in the order of sending. */
static unsigned tunnelled(struct bench *b, const struct in6 *to, uint8_t *order, unsigned room)
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

static void numbered(struct bench *b, const struct in6 *to, uint8_t number)
{
	struct in6 from = address(3, 0x20);
	struct packet *p = udp_packet(&from, to);

	p->data[p->length - 1] = number;
	input(b, p);
}

static void keeps_copies(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;
	uint8_t order[8];

	b->conf.previous_buffer = 2;
	announce(b, &previous);
	numbered(b, &previous, 0); /* before anything is in sight */
	solicit(b, &previous, &other_mac);
	for (uint8_t k = 1; k <= 3; k++)
		numbered(b, &previous, k); /* forwarded as ever, copies of 2 and 3 kept */
	g_assert_cmpuint(released(b, (const uint8_t[]){ 0, 1, 2, 3 }, 4), ==, 4);
	input(b, fbu(&next, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	numbered(b, &previous, 4); /* the new router has not agreed yet */
	bench_drain(b);
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	numbered(b, &previous, 5);
	g_assert_cmpuint(tunnelled(b, &next, order, 8), ==, 3);
	g_assert_cmpmem(order, 3, ((uint8_t[]){ 3, 4, 5 }), 3);
	/* Copies are no losses: in sight again, and nothing comes of it. */
	input(b, fbu(&previous, &previous, &previous, 6, 0, false));
	solicit(b, &previous, &other_mac);
	numbered(b, &previous, 6);
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	g_assert_cmpuint(bench_drops(b, DROP_NO_BINDING), ==, 0);
	bench_free(b);
}

/* 5.6: the node turns up elsewhere; its FBU from there supersedes what stood. And it comes back. */
static void erroneous(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), wrong = mobile_at(THERE), right = mobile_at(THIRD), third = THIRD, self = HERE, to;
	struct fast_message m, answer = { .type = FAST_HACK, .code = HACK_ACCEPTED };

	input(b, fbu(&previous, &previous, &wrong, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &wrong));
	input(b, fbu(&right, &previous, &right, 6, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	assert_in6(&to, &third);
	g_assert_cmpuint(m.code, ==, FAST_HI_REACTIVE);
	g_assert_false(diverted(b, &previous, &wrong));
	answer.sequence = m.sequence;
	input(b, fast_packet(&third, &self, NULL, NULL, &answer, NULL));
	g_assert_true(diverted(b, &previous, &right));
	/* Back on this link, announced to us by its next router or by itself: the tunnel has had its day. */
	announce(b, &previous);
	g_assert_false(diverted(b, &previous, &right));
	bench_free(b);
}

/* An FBU again while HI is out, and again when the tunnel stands: one HI, and an FBack for the last. */
static void repeated_update(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;
	uint16_t sequence;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	sequence = m.sequence;
	input(b, fbu(&previous, &previous, &next, 6, 10, false));
	g_assert_false(take_message(b, FAST_HI, &m, &to));
	input(b, hack(sequence, HACK_ACCEPTED, NULL));
	g_assert_true(take_message(b, FAST_BACK, &m, &to)); /* the copy for the new link */
	g_assert_cmpuint(m.sequence, ==, 6);
	/* The node left before the FBack: it asks from the new link. */
	input(b, fbu(&next, &previous, &next, 7, 10, false));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.sequence, ==, 7);
	g_assert_cmpuint(m.code, ==, FBACK_ACCEPTED);
	assert_in6(&to, &next);
	/* HAck again, or with a number of nobody's: unexpected. */
	input(b, hack(sequence, HACK_ACCEPTED, NULL));
	g_assert_cmpuint(bench_drops(b, DROP_UNEXPECTED), ==, 1);
	bench_free(b);
}

/* HAck 3: the tunnel ends at the new router, which also sends back through it what the node says. */
static void previous_served_elsewhere(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), there = THERE, self = HERE, peer = address(3, 0x20), stranger = THIRD, to;
	struct fast_message m;
	struct packet *p;
	unsigned forwarded = 0;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_USE_PREVIOUS, NULL));
	g_assert_cmpuint(bench_seen(b, OBSERVE_FAST_DIVERTED), ==, 1);
	g_assert_true(diverted(b, &previous, &there));
	/* It left before the FBack and asks again from there: the same answer, no other HI. */
	bench_drain(b);
	input(b, fbu(&next, &previous, &next, 6, 10, false));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_USE_ALTERNATE);
	assert_in6(&m.alternate_care_of_address, &previous);
	g_assert_true(diverted(b, &previous, &there));
	for (int from_there = 0; from_there < 2; from_there++) {
		p = udp_packet(&previous, &peer);
		ip6_encapsulate(p, from_there ? &there : &stranger, &self);
		input(b, p);
		while ((p = node_output(b->n))) {
			forwarded += p->interface == OUTSIDE && ipv6_next_header(p->data) == PROTOCOL_UDP;
			packet_free(p);
		}
		g_assert_cmpuint(forwarded, ==, from_there);
	}
	bench_free(b);
}

/* ---- new router: addresses, arrival, release -------------------------------------------------------------------------------------- */

static uint8_t arrival_answer(struct bench *b, const struct in6 *expected_to, struct in6 *supplied)
{
	struct icmp6_message m = { 0 };
	struct in6 to;
	struct mac mac;

	do
		if (!take_icmp(b, ICMP6_ROUTER_ADVERTISEMENT, &m, &to, &mac))
			return ND_ARRIVAL_NONE;
	while (!m.u.router_advertisement.arrival);
	assert_in6(&to, expected_to);
	g_assert_false(mac.octets[0] & 1); /* unicast, to whoever announced itself */
	*supplied = m.u.router_advertisement.has_arrival_address ? m.u.router_advertisement.arrival_address : in6_unspecified;
	return m.u.router_advertisement.arrival;
}

static void assigned_address(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, assigned, supplied, to;
	struct fast_message m;

	b->conf.handover_address = HANDOVER_ADDRESS_ASSIGNED;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	assigned = m.new_care_of_address;
	g_assert_false(in6_equal(&assigned, &next));
	input(b, hi(9, &next, FAST_HI_PREDICTIVE)); /* repeated: the same again */
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	assert_in6(&m.new_care_of_address, &assigned);
	numbered(b, &assigned, 7);
	bench_drain(b);
	/* It left before the FBack and comes with what it proposed. */
	announce(b, &next);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_USE_SUPPLIED);
	assert_in6(&supplied, &assigned);
	announce(b, &assigned);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 7 }, 1), ==, 1);
	bench_free(b);
}

static void asked_to_assign(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, self = HERE, there = THERE, to;
	struct fast_message m = { .type = FAST_HI, .sequence = 9, .flags = FAST_HI_ASSIGN | FAST_HI_BUFFER, .has_link_layer_address = true,
		                  .link_layer_address = mobile_mac, .has_new_care_of_address = true, .new_care_of_address = next };

	input(b, fast_packet(&there, &self, NULL, NULL, &m, NULL));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	g_assert_true(m.has_new_care_of_address);
	bench_free(b);
}

static void previous_served_here(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, previous = PREVIOUS_OTHER, from = address(3, 0x20), self = HERE, there = THERE, supplied, to;
	struct fast_message m;
	struct packet *p;
	uint8_t order[4];

	b->conf.handover_address = HANDOVER_ADDRESS_PREVIOUS;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_USE_PREVIOUS);
	p = udp_packet(&from, &previous);
	p->data[p->length - 1] = 3;
	ip6_encapsulate(p, &there, &self);
	input(b, p); /* kept, and nobody is asked for: the node is not here yet */
	g_assert_null(node_output(b->n));
	input(b, hi(10, &next, FAST_HI_REACTIVE)); /* an FBU from the new link that left before the node knew */
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_USE_PREVIOUS);
	announce(b, &next);
	{
		struct packet *q, *kept[8];
		unsigned n = 0, data = 0, answers = 0;

		while ((q = node_output(b->n)))
			kept[n++] = q;
		for (unsigned k = 0; k < n; k++) {
			const uint8_t *ip = kept[k]->data + ETHERNET_HEADER;

			data += kept[k]->interface == CELL && ip[6] == PROTOCOL_UDP && !memcmp(ip + 24, &previous, 16) && !memcmp(kept[k]->data, &mobile_mac, 6);
			answers += kept[k]->interface == CELL && ip[6] == PROTOCOL_ICMP6 && ip[IPV6_HEADER] == ICMP6_ROUTER_ADVERTISEMENT;
			packet_free(kept[k]);
		}
		g_assert_cmpuint(data, ==, 1);
		g_assert_cmpuint(answers, ==, 1);
	}
	/* Said again, for the answer may have been lost. */
	announce(b, &next);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_PREVIOUS_SERVED);
	assert_in6(&supplied, &previous);
	/* What it sends goes back to the previous router. */
	p = udp_packet(&previous, &from);
	p->data[p->length - 1] = 4;
	cell_input(b, p);
	g_assert_cmpuint(tunnelled(b, &there, order, 4), ==, 1);
	g_assert_cmpuint(order[0], ==, 4);
	/* In the end the host route goes. */
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	bench_drain(b);
	input(b, udp_packet(&from, &previous));
	g_assert_cmpuint(released(b, order, 0), ==, 0);
	bench_free(b);
}

/* The FBack said so: it announces the previous address at once. */
static void previous_announced(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, previous = PREVIOUS_OTHER, from = address(3, 0x20), self = HERE, there = THERE, supplied, to;
	struct fast_message m;
	struct packet *p;

	b->conf.handover_address = HANDOVER_ADDRESS_PREVIOUS;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	p = udp_packet(&from, &previous);
	p->data[p->length - 1] = 3;
	ip6_encapsulate(p, &there, &self);
	input(b, p);
	/* It is no address of this link: the engine takes no notice of such an advertisement, the role does. */
	announce(b, &previous);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 3 }, 1), ==, 1);
	g_assert_cmpuint(arrival_answer(b, &previous, &supplied), ==, ND_ARRIVAL_NONE);
	bench_free(b);
}

static void not_its_address(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, other = address(1, 0x66), self = HERE, supplied, to;
	struct fast_message m;

	/* The router's own; announced by HI for another station; known to be another station's. */
	announce(b, &self);
	g_assert_cmpuint(arrival_answer(b, &self, &supplied), ==, ND_ARRIVAL_INVALID);
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	announce_from(b, &next, &stranger_mac);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_INVALID);
	announce_from(b, &other, &stranger_mac);
	g_assert_cmpuint(arrival_answer(b, &other, &supplied), ==, ND_ARRIVAL_NONE);
	announce(b, &other);
	g_assert_cmpuint(arrival_answer(b, &other, &supplied), ==, ND_ARRIVAL_INVALID);
	bench_free(b);
}

static bool defended(struct bench *b, const struct in6 *target)
{
	struct in6 source = address(1, 0x44), group = in6_solicited_node(target), to;
	struct icmp6_message ns = { .type = ICMP6_NEIGHBOR_SOLICITATION }, m;
	struct packet *p = ip6_packet(&source, &group, PROTOCOL_ICMP6, 255, 32);
	struct wr w = wr_of(packet_put(p, 32), 32);
	struct mac group_mac = mac_of_multicast(&group), mac;
	bool yes = false;
	uint8_t *h;

	ns.u.neighbour = (struct nd_neighbour_message){ .target = *target, .has_mac = true, .mac = stranger_mac };
	g_assert_cmpuint(icmp6_encode(&w, &ns, 0, &source, &group), ==, 32);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, &group_mac, sizeof group_mac);
	memcpy(h + 6, &stranger_mac, sizeof stranger_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	bench_drain(b);
	node_input(b->n, b->now, CELL, p);
	while (take_icmp(b, ICMP6_NEIGHBOR_ADVERTISEMENT, &m, &to, &mac))
		yes |= in6_equal(&m.u.neighbour.target, target);
	return yes;
}

/* It was faster than HI: nothing is kept or spoken for, and it is not asked whether somebody has its address. */
static void here_before(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 next = NEW_HERE, to;
	struct fast_message m;

	announce(b, &next);
	bench_until(b, b->now + 5 * MIP_MILLISECOND);
	bench_drain(b);
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED);
	numbered(b, &next, 7);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 7 }, 1), ==, 1);
	g_assert_false(defended(b, &next));
	/* It leaves, and is announced again: it has to be expected. */
	b->conf.dad = DAD_OFF;
	solicit(b, &next, &other_mac);
	bench_drain(b);
	input(b, hi(10, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	numbered(b, &next, 8);
	g_assert_cmpuint(released(b, NULL, 0), ==, 0);
	announce(b, &next);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 8 }, 1), ==, 1);
	bench_free(b);
}

/* 5.4: five at once, then at the rate they came; what comes later queues up behind. */
static void metered(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, to;
	const mip_time interval = 20 * MIP_MILLISECOND;
	struct fast_message m;

	b->conf.handover_buffer = 100;
	b->conf.buffer_release = RELEASE_METERED;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	for (uint8_t k = 0; k < 8; k++) {
		numbered(b, &next, k);
		bench_until(b, b->now + interval);
	}
	bench_drain(b);
	announce(b, &next);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 0, 1, 2, 3, 4 }, 5), ==, 5);
	numbered(b, &next, 8);
	g_assert_cmpuint(released(b, NULL, 0), ==, 0);
	for (uint8_t k = 5; k <= 8; k++) {
		/* The rate is that of all that came: eight intervals for nine packets, the last of which came at the eighth. */
		bench_until(b, b->now + interval - 1);
		g_assert_cmpuint(released(b, NULL, 0), ==, 0);
		bench_until(b, b->now + 1);
		g_assert_cmpuint(released(b, &k, 1), ==, 1);
	}
	numbered(b, &next, 9); /* nothing is kept any more */
	g_assert_cmpuint(released(b, (const uint8_t[]){ 9 }, 1), ==, 1);
	bench_free(b);
}

static void speaks_for_it(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE;

	g_assert_false(defended(b, &next));
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(defended(b, &next));
	bench_until(b, b->now + PROXY_ND_LIFETIME - 1);
	g_assert_true(defended(b, &next));
	bench_until(b, b->now + 1);
	g_assert_false(defended(b, &next));
	/* Once it is here it speaks for itself. */
	input(b, hi(10, &next, FAST_HI_PREDICTIVE));
	announce(b, &next);
	g_assert_false(defended(b, &next));
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/access-router/diverts-once-the-new-router-agrees", predictive);
	g_test_add_func("/access-router/forged-update-is-dropped", forged_update);
	g_test_add_func("/access-router/silent-new-router-is-given-up", silent_new_router);
	g_test_add_func("/access-router/refusal-and-other-address-are-passed-on", refused_and_assigned);
	g_test_add_func("/access-router/keeps-in-order-and-within-its-bound", keeps_and_releases);
	g_test_add_func("/access-router/taken-address-gets-another", taken_address);
	g_test_add_func("/access-router/what-is-kept-for-nobody-is-dropped", never_comes);
	g_test_add_func("/access-router/what-it-says-of-access-points", advice);
	g_test_add_func("/access-router/initiates-handovers", network_initiated);
	g_test_add_func("/access-router/copies-go-through-the-tunnel-first", keeps_copies);
	g_test_add_func("/access-router/erroneous-prediction-and-back", erroneous);
	g_test_add_func("/access-router/repeated-updates", repeated_update);
	g_test_add_func("/access-router/previous-address-served-elsewhere", previous_served_elsewhere);
	g_test_add_func("/access-router/assigns-addresses", assigned_address);
	g_test_add_func("/access-router/assigns-when-asked-to", asked_to_assign);
	g_test_add_func("/access-router/previous-address-served-here", previous_served_here);
	g_test_add_func("/access-router/previous-address-announced", previous_announced);
	g_test_add_func("/access-router/an-address-that-is-not-the-nodes", not_its_address);
	g_test_add_func("/access-router/node-faster-than-hi", here_before);
	g_test_add_func("/access-router/metered-release", metered);
	g_test_add_func("/access-router/speaks-for-an-address-for-a-while", speaks_for_it);
	return g_test_run();
}
