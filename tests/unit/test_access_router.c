// SPDX-License-Identifier: GPL-3.0-or-later
/* The access router role, previous and new router, as seen through its verbs: interface 0 its cell, the rest of the world behind 1. */
#include "mip6_harness.h"
#include "models/fmip6/message.h"

#define CELL 0
#define OUTSIDE 1
#define HERE address(1, 1)
#define THERE address(2, 1)
#define PREVIOUS_OTHER address(2, 0x10) /* of a node that comes from the other router */
#define NEW_HERE address(1, 0x20)

static const struct mac router_mac = { { 2, 0, 0, 0, 0, 1 } }, other_mac = { { 2, 0, 0, 0, 0, 2 } }, mobile_mac = { { 2, 0, 0, 0, 0, 9 } };
static struct fast_neighbour neighbours[2];
static const struct fast_domain domain = { neighbours, 2, { 1, 2, 3, 4, 5, 6, 7, 8 } };

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
	b->conf.dad = dad;
	b->conf.handover_buffer = 3;
	b->conf.local = LOCAL_FMIP_PREDICTIVE;
	cell = ip6_add_interface(b->n, INTERFACE_ETHERNET, &router_mac, 1500);
	outside = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	ip6_set_forwarding(b->n, true);
	ip6_add_address(b->n, cell, &self, 64);
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

static void announce(struct bench *b, const struct in6 *address_)
{
	struct icmp6_message na = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	struct packet *p = ip6_packet(address_, &in6_all_nodes, PROTOCOL_ICMP6, 255, 32);
	struct wr w = wr_of(packet_put(p, 32), 32);
	struct mac group = mac_of_multicast(&in6_all_nodes);
	uint8_t *h;

	na.u.neighbour = (struct nd_neighbour_message){ .target = *address_, .has_mac = true, .mac = mobile_mac };
	g_assert_cmpuint(icmp6_encode(&w, &na, 0, address_, &in6_all_nodes), ==, 32);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, &group, sizeof group);
	memcpy(h + 6, &mobile_mac, sizeof mobile_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, CELL, p);
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
	return g_test_run();
}
