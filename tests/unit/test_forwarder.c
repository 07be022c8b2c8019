// SPDX-License-Identifier: GPL-3.0-or-later
/* An access router that forwards for those who left: what it accepts and answers, where packets then go, and for how long. */
#include "models/mip6/forwarder.h"
#include "tests/unit/router_bench.h"

#define HERE address(1, 1)
#define LEFT address(1, 0x10)            /* care-of addresses of its link */
#define LEFT_2 address(1, 0x11)
#define LEFT_3 address(1, 0x12)
#define NEW address(2, 0x10)
#define NEW_2 address(4, 0x10)
#define CORRESPONDENT address(3, 0x20)

static const struct mac mobile_mac = { { 2, 0, 0, 0, 0, 9 } };

static struct bench *forwarder_bench(void)
{
	struct bench *b = bench_new();
	struct in6 self = HERE;

	b->conf.binding_cache_limit = 2;
	bench_router(b, self);
	node_add_role(b->n, forwarder_new(b->n, &self));
	bench_router_up(b);
	return b;
}

static struct packet *update(struct in6 left, struct in6 from, uint16_t sequence, uint16_t lifetime)
{
	struct in6 self = HERE;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = lifetime };

	return mip6_message(&from, &self, in6_equal(&left, &from) ? NULL : &left, NULL, &m, NULL);
}

static void assert_answer(struct bench *b, struct packet *take, uint8_t status, uint16_t sequence, uint16_t lifetime)
{
	struct in6 self = HERE, to = ipv6_source(take->data);
	struct sent s = router_give(b, take);

	g_assert_nonnull(s.p);
	g_assert_true(s.is_mh && s.mh.type == MH_BA);
	g_assert_cmpuint(s.mh.status, ==, status);
	g_assert_cmpuint(s.mh.sequence, ==, sequence);
	g_assert_cmpuint(s.mh.lifetime, ==, lifetime);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.wire_destination, &to);
	sent_free(&s);
	router_assert_silent(b);
}

/* Where a packet from outside for the address goes; false: it stays here. */
static bool goes(struct bench *b, struct in6 left, struct in6 to)
{
	struct in6 from = CORRESPONDENT, self = HERE;
	struct sent s = router_give(b, udp_packet(&from, &left));

	if (!s.p)
		return false;
	g_assert_true(s.tunnelled);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.wire_destination, &to);
	assert_in6(&s.inner_source, &from);
	g_assert_cmpuint(ipv6_hop_limit(s.p->data), ==, 63); /* the tunnel is a hop */
	sent_free(&s);
	return true;
}

/* It goes to the link as it is. */
static void assert_stays(struct bench *b, struct in6 left)
{
	struct in6 from = CORRESPONDENT;
	struct sent s = router_give(b, udp_packet(&from, &left));

	g_assert_true(s.p && s.interface == CELL && !s.tunnelled);
	assert_in6(&s.wire_destination, &left);
	sent_free(&s);
}

static void transcript(void)
{
	struct bench *b = forwarder_bench();
	struct in6 self = HERE, left = LEFT;

	g_assert_false(goes(b, LEFT, NEW));
	assert_answer(b, update(LEFT, NEW, 7, 3), BA_ACCEPTED, 7, 3);
	g_assert_true(goes(b, LEFT, NEW));
	g_assert_false(goes(b, LEFT_2, NEW));
	/* It moves on; an old update that comes late changes nothing and tells what is known. */
	assert_answer(b, update(LEFT, NEW_2, 8, 3), BA_ACCEPTED, 8, 3);
	g_assert_true(goes(b, LEFT, NEW_2));
	assert_answer(b, update(LEFT, NEW, 7, 3), BA_SEQUENCE_OUT_OF_WINDOW, 8, 0);
	g_assert_true(goes(b, LEFT, NEW_2));
	/* Twelve seconds after the last update it is over. */
	bench_until(b, b->now + 12 * MIP_SECOND - 1);
	bench_drain(b);
	g_assert_true(goes(b, LEFT, NEW_2));
	bench_until(b, b->now + 1);
	g_assert_false(goes(b, LEFT, NEW_2));
	/* Back on the link, the node ends it itself; a second time there is nothing to end. */
	assert_answer(b, update(LEFT, NEW, 20, 3), BA_ACCEPTED, 20, 3);
	router_meets(b, &self, &left, &mobile_mac);
	assert_answer(b, update(LEFT, LEFT, 21, 0), BA_ACCEPTED, 21, 0);
	assert_stays(b, LEFT);
	assert_answer(b, update(LEFT, LEFT, 22, 0), BA_NOT_HOME_AGENT, 22, 0);
	bench_free(b);
}

static void refusals(void)
{
	struct bench *b = forwarder_bench();
	struct in6 self = HERE, left = LEFT, from = NEW, group = { { 0xff, 0x0e, [15] = 1 } };
	struct mh_message m = { .type = MH_BU, .sequence = 3, .flags = BU_ACKNOWLEDGE, .lifetime = 3 };
	struct packet *p;
	struct sent s;

	assert_answer(b, update(CORRESPONDENT, NEW, 1, 3), BA_NOT_HOME_SUBNET, 1, 0);
	/* An address is not forwarded to itself. */
	router_meets(b, &self, &left, &mobile_mac);
	assert_answer(b, update(LEFT, LEFT, 1, 3), BA_INVALID_CARE_OF_ADDRESS, 1, 0);
	/* Two fit. The third is refused, the first may still move. */
	assert_answer(b, update(LEFT, NEW, 1, 3), BA_ACCEPTED, 1, 3);
	assert_answer(b, update(LEFT_2, NEW, 1, 3), BA_ACCEPTED, 1, 3);
	assert_answer(b, update(LEFT_3, NEW, 1, 3), BA_INSUFFICIENT_RESOURCES, 1, 0);
	assert_answer(b, update(LEFT, NEW_2, 2, 3), BA_ACCEPTED, 2, 3);
	g_assert_false(goes(b, LEFT_3, NEW));
	/* Multicast is no home address, whatever the option says. */
	s = router_give(b, update(group, NEW, 4, 3));
	g_assert_true(!s.p || !s.is_mh || s.mh.type != MH_BA);
	if (s.p)
		sent_free(&s);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS) + bench_drops(b, DROP_MALFORMED), ==, 1);
	bench_drain(b);
	/* Not a home registration: nobody's here. */
	s = router_give(b, mip6_message(&from, &self, NULL, NULL, &m, NULL));
	g_assert_true(!s.p || !s.is_mh || s.mh.type != MH_BA);
	if (s.p)
		sent_free(&s);
	bench_drain(b);
	/* A damaged one changes nothing. */
	p = update(LEFT, NEW, 9, 3);
	p->data[p->length - 1] ^= 1;
	s = router_give(b, p);
	g_assert_true(!s.p || !s.is_mh || s.mh.type != MH_BA);
	if (s.p)
		sent_free(&s);
	bench_drain(b);
	g_assert_true(goes(b, LEFT, NEW_2));
	bench_free(b);
}

/* A home address that has no binding here is not believed in data. */
static void data_with_a_home_address(void)
{
	struct bench *b = forwarder_bench();
	struct in6 self = HERE, left = LEFT, care_of = NEW;
	struct packet *p = udp_packet(&left, &self);

	ip6_insert_home_address(p, &care_of);
	node_input(b->n, b->now, OUTSIDE, p);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS) + bench_drops(b, DROP_NO_BINDING), ==, 1);
	bench_free(b);
}

/* Two that forward to each other do not do it for ever: each takes one from the hop limit, and the last tells the source. */
static void last_hop(void)
{
	struct bench *b = forwarder_bench();
	struct in6 from = CORRESPONDENT, left = LEFT;
	struct packet *p = udp_packet(&from, &left);
	struct sent s;

	assert_answer(b, update(LEFT, NEW, 1, 3), BA_ACCEPTED, 1, 3);
	p->data[7] = 1;
	s = router_give(b, p);
	g_assert_nonnull(s.p);
	g_assert_false(s.tunnelled);
	assert_in6(&s.wire_destination, &from);
	g_assert_cmpuint(s.view.protocol, ==, PROTOCOL_ICMP6);
	g_assert_cmpuint(s.p->data[s.view.offset], ==, ICMP6_TIME_EXCEEDED);
	sent_free(&s);
	g_assert_cmpuint(bench_drops(b, DROP_HOP_LIMIT), ==, 1);
	bench_free(b);
}

/* A ring of tunnels adds a header each time round: what comes back in too many of them is dropped, whatever its hop limit. */
static void ring_of_tunnels(void)
{
	struct bench *b = forwarder_bench();
	struct in6 from = CORRESPONDENT, left = LEFT;
	struct packet *p = udp_packet(&from, &left);
	int rounds = 0;

	assert_answer(b, update(LEFT, NEW, 1, 3), BA_ACCEPTED, 1, 3);
	do {
		ipv6_set_destination(p->data, &left); /* the other half of the ring sends it here again, one hop less */
		node_input(b->n, b->now, OUTSIDE, p);
		g_assert_cmpint(rounds++, <, 10);
	} while ((p = node_output(b->n)));
	g_assert_cmpint(rounds, >, 3); /* an anchor point and a fast handover may be on the way of what is tunnelled already */
	g_assert_cmpuint(bench_drops(b, DROP_HOP_LIMIT), ==, 1);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/forwarder/transcript", transcript);
	g_test_add_func("/forwarder/refusals", refusals);
	g_test_add_func("/forwarder/data-with-a-home-address", data_with_a_home_address);
	g_test_add_func("/forwarder/last-hop", last_hop);
	g_test_add_func("/forwarder/ring-of-tunnels", ring_of_tunnels);
	return g_test_run();
}
