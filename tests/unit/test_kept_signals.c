// SPDX-License-Identifier: GPL-3.0-or-later
/* Signals that a home agent keeps: smart re-forwarding, and stationary proxies on both sides (binding update and location proxy). */
#include "models/mip6/proxies.h"
#include "models/mip6/reforward.h"
#include "tests/unit/router_bench.h"

#define S MIP_SECOND
#define MS MIP_MILLISECOND
#define HOME_AGENT address(1, 1)
#define HOME address(1, 0x10)
#define HOME_2 address(1, 0x11)
#define CARE_OF address(2, 0x10)
#define CARE_OF_2 address(4, 0x10)
#define PEER address(3, 0x20)            /* its home address, somebody else's subnet */
#define PEER_AT address(5, 0x20)         /* where it is */
#define PEER_AT_2 address(6, 0x20)

enum kind { REFORWARD, PROXIES };

static struct bench *keeper(enum kind kind)
{
	struct bench *b = bench_new();
	struct in6 self = HOME_AGENT;

	b->conf.home_agent_dad = false;
	b->conf.reforward = 2 * S;
	b->conf.reforward_limit = 3;
	b->conf.proxy_hold = 2 * S;
	b->conf.proxy_wait = 4 * S;
	bench_router(b, self);
	node_add_role(b->n, kind == REFORWARD ? reforward_new(b->n, &self) : proxies_new(b->n, &self));
	node_add_role(b->n, home_agent_new(b->n, &self));
	bench_router_up(b);
	return b;
}

/* The mobile node registers; the acknowledgement is taken, what else is sent stays in the queue. */
static void registers(struct bench *b, struct in6 home, struct in6 care_of, uint16_t sequence)
{
	struct in6 self = HOME_AGENT;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = 100 };
	struct sent s = router_give(b, mip6_message(&care_of, &self, &home, NULL, &m, NULL));

	g_assert_true(s.p && s.is_mh && s.mh.type == MH_BA);
	g_assert_cmpuint(s.mh.status, ==, BA_ACCEPTED);
	sent_free(&s);
}

static struct packet *test_init(uint8_t type, struct in6 from, struct in6 to)
{
	struct mh_message m = { .type = type, .cookie = { 1, 2, 3 } };

	return mip6_message(&from, &to, NULL, NULL, &m, NULL);
}

/* The next packet is this message, tunnelled to `to`. */
static void assert_tunnelled(struct bench *b, uint8_t type, struct in6 from, struct in6 to)
{
	struct sent s = router_take(b);

	g_assert_true(s.p && s.tunnelled && s.is_mh);
	g_assert_cmpuint(s.mh.type, ==, type);
	assert_in6(&s.inner_source, &from);
	assert_in6(&s.wire_destination, &to);
	sent_free(&s);
}

/* ---- re-forwarding ------------------------------------------------------------------------------------------------------------ */

static void sent_again_after_moving(void)
{
	struct bench *b = keeper(REFORWARD);

	registers(b, HOME, CARE_OF, 1);
	bench_drain(b);
	node_input(b->n, b->now, OUTSIDE, test_init(MH_HOTI, PEER, HOME));
	assert_tunnelled(b, MH_HOTI, PEER, CARE_OF);
	/* A refresh from the same place brings nothing; another place a copy, once. */
	registers(b, HOME, CARE_OF, 2);
	router_assert_silent(b);
	registers(b, HOME, CARE_OF_2, 3);
	assert_tunnelled(b, MH_HOTI, PEER, CARE_OF_2);
	router_assert_silent(b);
	g_assert_cmpuint(bench_seen(b, OBSERVE_REFORWARDED), ==, 1);
	g_assert_true(bench_last(b, OBSERVE_REFORWARDED)->octets == IPV6_HEADER + 16);
	registers(b, HOME, CARE_OF_2, 4);
	router_assert_silent(b);
	/* T_b after it came it is forgotten, wherever it went in between. */
	bench_until(b, b->now + 2 * S);
	bench_drain(b);
	registers(b, HOME, CARE_OF, 5);
	router_assert_silent(b);
	bench_free(b);
}

static void what_is_kept(void)
{
	struct bench *b = keeper(REFORWARD);
	struct in6 peer = PEER, home = HOME;

	registers(b, HOME, CARE_OF, 1);
	registers(b, HOME_2, CARE_OF, 1);
	bench_drain(b);
	/* Data is not kept, nor what is for another; of four signals the store of three forgets the first. */
	node_input(b->n, b->now, OUTSIDE, udp_packet(&peer, &home));
	node_input(b->n, b->now, OUTSIDE, test_init(MH_COTI, PEER, HOME_2));
	node_input(b->n, b->now, OUTSIDE, test_init(MH_COTI, PEER, HOME));
	node_input(b->n, b->now, OUTSIDE, test_init(MH_HOTI, PEER, HOME));
	node_input(b->n, b->now, OUTSIDE, test_init(MH_HOTI, PEER_AT, HOME));
	bench_drain(b);
	registers(b, HOME, CARE_OF_2, 2);
	assert_tunnelled(b, MH_COTI, PEER, CARE_OF_2);
	assert_tunnelled(b, MH_HOTI, PEER, CARE_OF_2);
	assert_tunnelled(b, MH_HOTI, PEER_AT, CARE_OF_2);
	router_assert_silent(b);
	registers(b, HOME_2, CARE_OF_2, 2);
	router_assert_silent(b);
	bench_free(b);
}

/* ---- binding update proxy ------------------------------------------------------------------------------------------------------- */

/* The mobile node's signal in its tunnel. */
static struct packet *in_tunnel(struct packet *p, struct in6 from)
{
	struct in6 self = HOME_AGENT;

	ip6_encapsulate(p, &from, &self);
	return p;
}

/* The next packet is a Location Query for the peer; its number. */
static uint16_t query(struct bench *b)
{
	struct in6 self = HOME_AGENT, peer = PEER;
	struct sent s = router_take(b);
	uint16_t number;

	g_assert_true(s.p && s.is_mh && !s.tunnelled);
	g_assert_cmpuint(s.mh.type, ==, MH_EXPERIMENTAL);
	g_assert_cmpuint(s.mh.subtype, ==, MH_LOCATION_QUERY);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.wire_destination, &peer);
	number = s.mh.sequence;
	sent_free(&s);
	return number;
}

static struct packet *location(uint16_t query, struct in6 where, bool with_address)
{
	struct in6 self = HOME_AGENT, from = address(3, 1);
	struct mh_message m = { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION, .sequence = query, .lifetime = 400 };

	m.options.has_alternate_care_of_address = with_address;
	m.options.alternate_care_of_address = where;
	return mip6_message(&from, &self, NULL, NULL, &m, NULL);
}

/* The next packet is the HoTI on its way to the peer: at home, or with a routing header where it is. */
static void assert_passed_on(struct bench *b, struct in6 to)
{
	struct in6 home = HOME, peer = PEER;
	struct sent s = router_take(b);

	g_assert_true(s.p && s.is_mh && !s.tunnelled);
	g_assert_cmpuint(s.mh.type, ==, MH_HOTI);
	assert_in6(&s.wire_source, &home);
	assert_in6(&s.wire_destination, &to);
	assert_in6(&s.d.destination, &peer);
	g_assert_cmpint(s.view.has_routing_header, ==, !in6_equal(&to, &peer));
	sent_free(&s);
}

static void binding_update_proxy(void)
{
	struct bench *b = keeper(PROXIES);
	uint16_t first, second;

	registers(b, HOME, CARE_OF, 1);
	bench_drain(b);
	/* Steps 1 and 2: passed on, kept, and the peer is looked for. */
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_HOTI, HOME, PEER), CARE_OF));
	first = query(b);
	assert_passed_on(b, PEER);
	router_assert_silent(b);
	/* Steps 5 and 6: the peer is elsewhere. A copy goes there, once for each place. */
	node_input(b->n, b->now, OUTSIDE, location(first, PEER_AT, true));
	assert_passed_on(b, PEER_AT);
	node_input(b->n, b->now, OUTSIDE, location(first, PEER_AT, true));
	router_assert_silent(b);
	node_input(b->n, b->now, OUTSIDE, location(first, PEER_AT_2, true));
	assert_passed_on(b, PEER_AT_2);
	node_input(b->n, b->now, OUTSIDE, location(first, PEER, true));
	assert_passed_on(b, PEER); /* it went home */
	/* Answers to nothing we asked, or that say nothing. */
	node_input(b->n, b->now, OUTSIDE, location((uint16_t)(first + 1), PEER_AT, true));
	router_assert_silent(b);
	/* A new signal takes the place of the old one. */
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_HOTI, HOME, PEER), CARE_OF));
	second = query(b);
	g_assert_cmpuint(second, !=, first);
	bench_drain(b);
	node_input(b->n, b->now, OUTSIDE, location(first, PEER_AT, true));
	router_assert_silent(b);
	/* And T_h later there is nothing left to send. */
	bench_until(b, b->now + 2 * S);
	bench_drain(b);
	node_input(b->n, b->now, OUTSIDE, location(second, PEER_AT, true));
	router_assert_silent(b);
	bench_free(b);
}

/* The Care-of Test Init comes from the care-of address; a home agent that does not know that address does not pass it on. */
static void care_of_test_in_the_tunnel(void)
{
	struct bench *b = keeper(PROXIES);
	struct in6 peer = PEER, care_of = CARE_OF;
	struct packet *p;
	struct sent s;

	registers(b, HOME, CARE_OF, 1);
	bench_drain(b);
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_COTI, CARE_OF, PEER), CARE_OF));
	query(b);
	s = router_take(b);
	g_assert_true(s.p && s.is_mh && s.mh.type == MH_COTI);
	assert_in6(&s.wire_source, &care_of);
	sent_free(&s);
	bench_forget(b);
	/* From elsewhere, with another's address inside, with data inside, with too little inside. */
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_COTI, CARE_OF_2, PEER), CARE_OF_2));
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_COTI, CARE_OF_2, PEER), CARE_OF));
	node_input(b->n, b->now, OUTSIDE, in_tunnel(udp_packet(&care_of, &peer), CARE_OF));
	p = in_tunnel(test_init(MH_COTI, CARE_OF, PEER), CARE_OF);
	p->length = IPV6_HEADER + 20;
	ipv6_set_payload_length(p->data, 20);
	node_input(b->n, b->now, OUTSIDE, p);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_TUNNEL_SOURCE) + bench_drops(b, DROP_TRUNCATED), ==, 4);
	router_assert_silent(b);
	bench_free(b);
}

/* Both peers are at home here: the one home agent is both proxies, and asks nobody. */
static void both_peers_of_one_home_agent(void)
{
	struct bench *b = keeper(PROXIES);
	struct in6 home = HOME, home_2 = HOME_2, care_of_2 = CARE_OF_2;
	struct sent s;

	registers(b, HOME, CARE_OF, 1);
	registers(b, HOME_2, PEER_AT, 1);
	bench_drain(b);
	node_input(b->n, b->now, OUTSIDE, in_tunnel(test_init(MH_HOTI, HOME, HOME_2), CARE_OF));
	assert_tunnelled(b, MH_HOTI, HOME, PEER_AT);
	router_assert_silent(b);
	registers(b, HOME_2, CARE_OF_2, 2);
	s = router_take(b);
	g_assert_true(s.p && s.is_mh && s.mh.type == MH_HOTI);
	assert_in6(&s.inner_source, &home);
	assert_in6(&s.wire_destination, &care_of_2);
	assert_in6(&s.d.destination, &home_2);
	sent_free(&s);
	router_assert_silent(b);
	bench_free(b);
}

/* ---- location proxy --------------------------------------------------------------------------------------------------------------- */

static struct packet *query_from(struct in6 asker, struct in6 about, uint16_t number)
{
	struct mh_message m = { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION_QUERY, .sequence = number };

	return mip6_message(&asker, &about, NULL, NULL, &m, NULL);
}

static void assert_location(struct bench *b, struct in6 asker, uint16_t number, struct in6 where)
{
	struct sent s = router_take(b);

	g_assert_true(s.p && s.is_mh && s.mh.type == MH_EXPERIMENTAL && s.mh.subtype == MH_LOCATION);
	g_assert_cmpuint(s.mh.sequence, ==, number);
	assert_in6(&s.wire_destination, &asker);
	g_assert_true(s.mh.options.has_alternate_care_of_address);
	assert_in6(&s.mh.options.alternate_care_of_address, &where);
	sent_free(&s);
}

static void location_proxy(void)
{
	struct bench *b = keeper(PROXIES);
	struct in6 asker = address(9, 1), other = address(10, 1);

	/* At home the home address is where it is. */
	node_input(b->n, b->now, OUTSIDE, query_from(asker, HOME, 41));
	assert_location(b, asker, 41, HOME);
	node_input(b->n, b->now, OUTSIDE, query_from(other, HOME, 7));
	assert_location(b, other, 7, HOME);
	node_input(b->n, b->now, OUTSIDE, query_from(other, HOME_2, 8));
	assert_location(b, other, 8, HOME_2);
	router_assert_silent(b);
	/* Whoever asked within T_p hears of every registration, of this node's alone. */
	registers(b, HOME, CARE_OF, 1);
	assert_location(b, asker, 41, CARE_OF);
	assert_location(b, other, 7, CARE_OF);
	router_assert_silent(b);
	bench_until(b, b->now + 4 * S - 1);
	bench_drain(b);
	registers(b, HOME, CARE_OF_2, 2);
	assert_location(b, asker, 41, CARE_OF_2);
	assert_location(b, other, 7, CARE_OF_2);
	bench_until(b, b->now + 1);
	bench_drain(b);
	registers(b, HOME, CARE_OF, 3);
	router_assert_silent(b);
	/* Who asks now learns the present one. */
	node_input(b->n, b->now, OUTSIDE, query_from(asker, HOME, 42));
	assert_location(b, asker, 42, CARE_OF);
	bench_free(b);
}

/* More askers than the table holds: the oldest are no longer told, all others are. */
static void many_askers(void)
{
	struct bench *b = keeper(PROXIES);
	guint told = 0;
	struct sent s;

	for (uint16_t k = 0; k < 300; k++)
		node_input(b->n, b->now, OUTSIDE, query_from(address(9, (uint8_t)(1 + k % 200)), HOME, k));
	bench_drain(b);
	registers(b, HOME, CARE_OF, 1);
	while ((s = router_take(b)).p) {
		g_assert_cmpuint(s.mh.sequence, ==, 300 - 256 + told++);
		sent_free(&s);
	}
	g_assert_cmpuint(told, ==, 256);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reforward/sent-again-after-moving", sent_again_after_moving);
	g_test_add_func("/reforward/what-is-kept", what_is_kept);
	g_test_add_func("/proxies/binding-update-proxy", binding_update_proxy);
	g_test_add_func("/proxies/care-of-test-in-the-tunnel", care_of_test_in_the_tunnel);
	g_test_add_func("/proxies/both-peers-of-one-home-agent", both_peers_of_one_home_agent);
	g_test_add_func("/proxies/location-proxy", location_proxy);
	g_test_add_func("/proxies/many-askers", many_askers);
	return g_test_run();
}
