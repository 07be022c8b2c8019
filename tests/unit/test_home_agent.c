// SPDX-License-Identifier: GPL-3.0-or-later
/* The home agent role on a router: Ethernet home link on interface 0, the rest of the world behind interface 1. */
#include "tests/unit/router_bench.h"

#define HOME_LINK CELL
#define HOME_AGENT address(1, 1)
#define HOME address(1, 0x10)
#define HOME_2 address(1, 0x11)
#define CARE_OF address(2, 0x10)
#define CARE_OF_2 address(4, 0x10)
#define CORRESPONDENT address(3, 0x20)

static const struct mac mobile_mac = { { 2, 0, 0, 0, 0, 9 } };

static struct bench *home_agent_bench(bool correspondent)
{
	struct bench *b = bench_new();
	struct in6 self = HOME_AGENT;

	bench_router(b, self);
	node_add_role(b->n, home_agent_new(b->n, &self));
	if (correspondent)
		node_add_role(b->n, correspondent_new(b->n));
	bench_router_up(b);
	return b;
}

enum { NO_HOME_ADDRESS_OPTION = 1, WITH_NONCES = 2 };

static struct packet *update(const struct in6 *home, const struct in6 *care_of, uint16_t sequence, uint16_t lifetime, unsigned how)
{
	struct in6 self = HOME_AGENT;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = lifetime };

	m.options.has_alternate_care_of_address = true;
	m.options.alternate_care_of_address = *care_of;
	m.options.has_nonce_indices = how & WITH_NONCES;
	return mip6_message(care_of, &self, how & NO_HOME_ADDRESS_OPTION ? NULL : home, NULL, &m, NULL);
}

static void ethernet_input(struct bench *b, struct packet *p, const struct mac *from, const struct mac *to)
{
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, to, sizeof *to);
	memcpy(h + 6, from, sizeof *from);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, HOME_LINK, p);
}

static void assert_acknowledged(struct sent s, const struct in6 *home, const struct in6 *care_of, uint8_t status, uint16_t sequence,
                                uint16_t lifetime)
{
	struct in6 self = HOME_AGENT;

	g_assert_true(s.is_mh && s.mh.type == MH_BA);
	g_assert_cmpuint(s.mh.status, ==, status);
	g_assert_cmpuint(s.mh.sequence, ==, sequence);
	g_assert_cmpuint(s.mh.lifetime, ==, lifetime);
	g_assert_false(s.mh.key_management);
	g_assert_false(s.tunnelled);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.wire_destination, care_of);
	assert_in6(&s.d.destination, home);
	g_assert_cmpint(s.view.has_routing_header, ==, !in6_equal(home, care_of));
	sent_free(&s);
}

/* Probes and answers; returns once the binding is there. */
static void register_home(struct bench *b, const struct in6 *home, const struct in6 *care_of, uint16_t sequence)
{
	struct sent s = router_give(b, update(home, care_of, sequence, 105, 0));

	if (!s.p) {
		bench_until(b, b->now + MIP_SECOND);
		s = router_take(b);
	}
	assert_acknowledged(s, home, care_of, BA_ACCEPTED, sequence, 105);
	bench_drain(b);
}

/* A packet for the home address from outside: tunnelled to care_of, or, with NULL, it is not. */
static void assert_intercepts(struct bench *b, const struct in6 *home, const struct in6 *care_of)
{
	struct in6 from = CORRESPONDENT, self = HOME_AGENT;
	struct sent s = router_give(b, udp_packet(&from, home));

	if (care_of) {
		g_assert_true(s.p && s.tunnelled);
		g_assert_cmpuint(s.interface, ==, OUTSIDE);
		assert_in6(&s.wire_source, &self);
		assert_in6(&s.wire_destination, care_of);
		assert_in6(&s.inner_source, &from);
		assert_in6(&s.inner_destination, home);
		g_assert_cmpuint(ipv6_hop_limit(s.p->data), ==, 63);
		sent_free(&s);
		router_assert_silent(b);
	} else {
		g_assert_null(s.p); /* it waits for address resolution on the home link */
	}
}

/* Counts and drops the frames on the home link that are Neighbor Discovery of this type about target. */
static unsigned neighbour_messages(struct bench *b, uint8_t type, const struct in6 *target, struct icmp6_message *last)
{
	unsigned count = 0;
	struct sent s;

	while ((s = bench_take(b, HOME_LINK)).p) {
		struct icmp6_message m;

		g_assert_cmpuint(s.view.protocol, ==, PROTOCOL_ICMP6);
		g_assert_cmpint(icmp6_decode(s.p->data + s.view.offset, s.p->length - s.view.offset, &m), ==, WIRE_OK);
		if (s.interface == HOME_LINK && m.type == type && in6_equal(&m.u.neighbour.target, target)) {
			count++;
			if (last)
				*last = m;
		}
		sent_free(&s);
	}
	return count;
}

/* ---- registration ------------------------------------------------------------------------------------------------------ */

static void test_first_registration_probes_the_home_address(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;
	struct icmp6_message m;
	mip_time start = b->now;
	struct packet *p;

	node_input(b->n, b->now, OUTSIDE, update(&home, &care_of, 5, 105, 0));
	g_assert_cmpuint(neighbour_messages(b, ICMP6_NEIGHBOR_SOLICITATION, &home, NULL), ==, 1);
	bench_until(b, start + MIP_SECOND - 1);
	router_assert_silent(b);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BU_ACCEPTED), ==, 0);
	assert_intercepts(b, &home, NULL);
	bench_drain(b);
	bench_until(b, start + MIP_SECOND);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BU_ACCEPTED), ==, 1);
	assert_in6(&bench_last(b, OBSERVE_BU_ACCEPTED)->peer, &home);
	assert_in6(&bench_last(b, OBSERVE_BU_ACCEPTED)->address, &care_of);
	g_assert_cmpint(bench_last(b, OBSERVE_BU_ACCEPTED)->at, ==, start + MIP_SECOND);
	/* the announcement goes to the home link, the acknowledgement outside: separate the two */
	{
		struct packet_queue keep = { 0 };
		unsigned acknowledgements = 0;

		while ((p = node_output(b->n)))
			if (p->interface == OUTSIDE) {
				acknowledgements++;
				packet_free(p);
			} else {
				packet_queue_push(&keep, p);
			}
		g_assert_cmpuint(acknowledgements, ==, 1);
		b->n->out = keep;
	}
	g_assert_cmpuint(neighbour_messages(b, ICMP6_NEIGHBOR_ADVERTISEMENT, &home, &m), >=, 1);
	g_assert_true(m.u.neighbour.override && !m.u.neighbour.router && !m.u.neighbour.solicited);
	g_assert_true(m.u.neighbour.has_mac && mac_equal(&m.u.neighbour.mac, &router_mac));
	assert_intercepts(b, &home, &care_of);
	bench_free(b);
}

static void test_repeated_updates_while_probing_get_one_answer(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, moved = CARE_OF_2;
	mip_time start = b->now;

	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, 0)).p);
	bench_until(b, start + 300 * MIP_MILLISECOND);
	g_assert_null(router_give(b, update(&home, &moved, 6, 100, 0)).p);
	bench_until(b, start + 600 * MIP_MILLISECOND);
	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, 0)).p); /* late and old: of no effect */
	bench_until(b, start + MIP_SECOND);
	assert_acknowledged(router_take(b), &home, &moved, BA_ACCEPTED, 6, 100);
	bench_until(b, start + 2 * MIP_SECOND);
	router_assert_silent(b);
	assert_intercepts(b, &home, &moved);
	bench_free(b);
}

static void test_contested_home_address_is_answered_134(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	struct mac all = mac_of_multicast(&in6_all_nodes);
	struct packet *p = ip6_packet(&home, &in6_all_nodes, PROTOCOL_ICMP6, 255, 64);
	struct wr w;

	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, 0)).p);
	m.u.neighbour = (struct nd_neighbour_message){ .target = home, .has_mac = true, .mac = mobile_mac, .override = true };
	w = wr_of(packet_put(p, 32), 32);
	g_assert_cmpuint(icmp6_encode(&w, &m, 0, &home, &in6_all_nodes), ==, 32);
	ip6_finish(p);
	bench_until(b, b->now + 500 * MIP_MILLISECOND);
	ethernet_input(b, p, &mobile_mac, &all);
	assert_acknowledged(router_take(b), &home, &care_of, BA_DUPLICATE_ADDRESS, 5, 0);
	g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, BA_DUPLICATE_ADDRESS);
	bench_until(b, b->now + 2 * MIP_SECOND);
	router_assert_silent(b);
	assert_intercepts(b, &home, NULL);
	bench_free(b);
}

static void test_own_address_is_answered_134(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 self = HOME_AGENT, care_of = CARE_OF;

	assert_acknowledged(router_give(b, update(&self, &care_of, 5, 105, 0)), &self, &care_of, BA_DUPLICATE_ADDRESS, 5, 0);
	bench_free(b);
}

static void test_without_probing_the_answer_is_immediate(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;

	b->conf.home_agent_dad = false;
	assert_acknowledged(router_give(b, update(&home, &care_of, 5, UINT16_MAX, 0)), &home, &care_of, BA_ACCEPTED, 5, UINT16_MAX);
	assert_intercepts(b, &home, &care_of);
	bench_free(b);
}

static void test_full_cache_is_answered_130(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, home_2 = HOME_2, care_of = CARE_OF, care_of_2 = CARE_OF_2;

	b->conf.home_agent_dad = false;
	b->conf.binding_cache_limit = 1;
	register_home(b, &home, &care_of, 5);
	assert_acknowledged(router_give(b, update(&home_2, &care_of_2, 5, 105, 0)), &home_2, &care_of_2, BA_INSUFFICIENT_RESOURCES, 5, 0);
	/* The one that is in may move. */
	register_home(b, &home, &care_of_2, 6);
	b->conf.binding_cache_limit = 2;
	register_home(b, &home_2, &care_of, 6);
	bench_free(b);
}

static void test_refresh_and_move_are_answered_at_once(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, moved = CARE_OF_2;

	register_home(b, &home, &care_of, 5);
	assert_acknowledged(router_give(b, update(&home, &care_of, 6, 105, 0)), &home, &care_of, BA_ACCEPTED, 6, 105);
	assert_acknowledged(router_give(b, update(&home, &moved, 7, 50, 0)), &home, &moved, BA_ACCEPTED, 7, 50);
	assert_intercepts(b, &home, &moved);
	bench_free(b);
}

static void test_binding_expires_to_the_nanosecond(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;
	mip_time accepted;

	register_home(b, &home, &care_of, 5);
	accepted = b->now;
	bench_until(b, accepted + 420 * MIP_SECOND - 1);
	bench_drain(b);
	assert_intercepts(b, &home, &care_of);
	bench_until(b, accepted + 420 * MIP_SECOND);
	bench_drain(b);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_EXPIRED), ==, 1);
	assert_intercepts(b, &home, NULL);
	/* A new registration is a first one again. */
	bench_drain(b);
	register_home(b, &home, &care_of, 1);
	assert_intercepts(b, &home, &care_of);
	bench_free(b);
}

static void test_refusals(void)
{
	static const struct {
		struct in6 home, care_of;
		uint16_t sequence, lifetime;
		uint8_t status;
		uint16_t answered; /* sequence number */
	} cases[] = {
		{ { { 0x20, 1, 0xd, 0xb8, [7] = 9, [15] = 1 } }, { { 0x20, 1, 0xd, 0xb8, [7] = 2, [15] = 1 } }, 6, 105, BA_NOT_HOME_SUBNET, 6 },
		{ { { 0x20, 1, 0xd, 0xb8, [7] = 1, [15] = 0x10 } }, { { 0x20, 1, 0xd, 0xb8, [7] = 2, [15] = 1 } }, 5, 105,
		  BA_SEQUENCE_OUT_OF_WINDOW, 5 },
		{ { { 0x20, 1, 0xd, 0xb8, [7] = 1, [15] = 0x10 } }, { { 0x20, 1, 0xd, 0xb8, [7] = 2, [15] = 1 } }, 4, 0,
		  BA_SEQUENCE_OUT_OF_WINDOW, 5 },
		{ { { 0x20, 1, 0xd, 0xb8, [7] = 1, [15] = 0x77 } }, { { 0x20, 1, 0xd, 0xb8, [7] = 2, [15] = 1 } }, 9, 0, BA_NOT_HOME_AGENT, 9 },
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = home_agent_bench(false);
		struct in6 home = HOME, care_of = CARE_OF, from = CARE_OF;
		struct in6 self = HOME_AGENT;
		struct mh_message m = { .type = MH_BU, .sequence = cases[i].sequence, .flags = BU_ACKNOWLEDGE | BU_HOME,
			                .lifetime = cases[i].lifetime };

		register_home(b, &home, &care_of, 5);
		m.options.has_alternate_care_of_address = true;
		m.options.alternate_care_of_address = cases[i].care_of;
		assert_acknowledged(router_give(b, mip6_message(&from, &self, &cases[i].home, NULL, &m, NULL)), &cases[i].home, &from, cases[i].status,
		                    cases[i].answered, 0);
		g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, cases[i].status);
		assert_intercepts(b, &home, &care_of);
		bench_free(b);
	}
}

static void test_silent_refusals(void)
{
	static const struct in6 link_local = { { 0xfe, 0x80, [15] = 9 } };
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, self = HOME_AGENT;
	struct mh_message m = { .type = MH_BU, .sequence = 5, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = 105 };

	m.options.has_alternate_care_of_address = true;
	m.options.alternate_care_of_address = care_of;
	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, WITH_NONCES)).p);
	g_assert_null(router_give(b, mip6_message(&home, &self, NULL, NULL, &m, NULL)).p); /* no Home Address option */
	g_assert_null(router_give(b, update(&home, &link_local, 5, 105, 0)).p);
	bench_until(b, b->now + 2 * MIP_SECOND);
	router_assert_silent(b);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BU_REFUSED), ==, 3);
	bench_free(b);
}

/* ---- returning home ------------------------------------------------------------------------------------------------------ */

/* Answers the router's solicitation for the home address, as the mobile node at home does. */
static void resolve_home(struct bench *b, const struct in6 *home)
{
	struct in6 self = HOME_AGENT;
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	struct packet *p = ip6_packet(home, &self, PROTOCOL_ICMP6, 255, 64);
	struct wr w;

	m.u.neighbour = (struct nd_neighbour_message){ .target = *home, .has_mac = true, .mac = mobile_mac, .solicited = true,
		                                       .override = true };
	w = wr_of(packet_put(p, 32), 32);
	g_assert_cmpuint(icmp6_encode(&w, &m, 0, home, &self), ==, 32);
	ip6_finish(p);
	ethernet_input(b, p, &mobile_mac, &router_mac);
}

static void test_deregistration_stops_interception_and_remembers_the_sequence(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;
	mip_time returned;
	struct sent s;

	register_home(b, &home, &care_of, 5);
	returned = b->now;
	ethernet_input(b, update(&home, &home, 6, 0, NO_HOME_ADDRESS_OPTION), &mobile_mac, &router_mac);
	resolve_home(b, &home);
	s = router_take(b);
	g_assert_cmpuint(s.interface, ==, HOME_LINK);
	assert_acknowledged(s, &home, &home, BA_ACCEPTED, 6, 0);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_DELETED), ==, 1);
	/* a delayed update from the visited link must not bring the binding back (10.3.2) */
	assert_acknowledged(router_give(b, update(&home, &care_of, 5, 105, 0)), &home, &care_of, BA_SEQUENCE_OUT_OF_WINDOW, 6, 0);
	/* the acknowledgement may have been lost */
	bench_until(b, returned + MIP_SECOND);
	ethernet_input(b, update(&home, &home, 7, 0, NO_HOME_ADDRESS_OPTION), &mobile_mac, &router_mac);
	assert_acknowledged(router_take(b), &home, &home, BA_ACCEPTED, 7, 0);
	s = router_give(b, udp_packet(&care_of, &home));
	g_assert_true(s.p && !s.tunnelled && s.interface == HOME_LINK);
	sent_free(&s);
	bench_until(b, returned + MIP_SECOND + MAX_DELETE_BCE_TIMEOUT - 1);
	bench_drain(b);
	assert_acknowledged(router_give(b, update(&home, &care_of, 6, 105, 0)), &home, &care_of, BA_SEQUENCE_OUT_OF_WINDOW, 7, 0);
	bench_until(b, returned + MIP_SECOND + MAX_DELETE_BCE_TIMEOUT);
	bench_drain(b);
	/* forgotten: any number will do again */
	register_home(b, &home, &care_of, 1);
	assert_intercepts(b, &home, &care_of);
	bench_free(b);
}

static void test_leaving_again_within_the_timeout_probes_again(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;

	register_home(b, &home, &care_of, 5);
	assert_acknowledged(router_give(b, update(&home, &care_of, 6, 0, 0)), &home, &care_of, BA_ACCEPTED, 6, 0);
	bench_drain(b);
	g_assert_null(router_give(b, update(&home, &care_of, 7, 105, 0)).p);
	bench_until(b, b->now + MIP_SECOND);
	assert_acknowledged(router_take(b), &home, &care_of, BA_ACCEPTED, 7, 105);
	/* the timeout of the deletion is gone */
	bench_until(b, b->now + MAX_DELETE_BCE_TIMEOUT);
	bench_drain(b);
	assert_intercepts(b, &home, &care_of);
	bench_free(b);
}

static void test_returning_home_while_probing_ends_the_probe(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF;

	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, 0)).p);
	assert_acknowledged(router_give(b, update(&home, &care_of, 6, 0, 0)), &home, &care_of, BA_ACCEPTED, 6, 0);
	bench_until(b, b->now + 2 * MIP_SECOND);
	router_assert_silent(b);
	assert_intercepts(b, &home, NULL);
	bench_free(b);
}

/* ---- packets ----------------------------------------------------------------------------------------------------------------- */

static void test_intercepts_on_the_home_link(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, neighbour = address(1, 0x99);
	struct mac mac = { { 2, 0, 0, 0, 0, 0x99 } };
	struct sent s;

	register_home(b, &home, &care_of, 5);
	ethernet_input(b, udp_packet(&neighbour, &home), &mac, &router_mac);
	s = router_take(b);
	g_assert_true(s.tunnelled);
	assert_in6(&s.wire_destination, &care_of);
	assert_in6(&s.inner_source, &neighbour);
	sent_free(&s);
	bench_free(b);
}

static void test_tunnel_counts_as_a_hop(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, from = CORRESPONDENT;
	struct packet *p;
	struct sent s;

	register_home(b, &home, &care_of, 5);
	p = udp_packet(&from, &home);
	p->data[7] = 1;
	s = router_give(b, p);
	g_assert_cmpuint(s.view.protocol, ==, PROTOCOL_ICMP6);
	assert_in6(&s.wire_destination, &from);
	sent_free(&s);
	g_assert_cmpuint(bench_drops(b, DROP_HOP_LIMIT), ==, 1);
	bench_free(b);
}

static struct packet *reverse_tunnelled(const struct in6 *outer, const struct in6 *inner, const struct in6 *destination)
{
	struct packet *p = udp_packet(inner, destination);
	struct in6 self = HOME_AGENT;

	ip6_encapsulate(p, outer, &self);
	return p;
}

static void test_reverse_tunnel_checks_the_outer_source(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, home_2 = HOME_2, care_of = CARE_OF, other = CARE_OF_2, to = CORRESPONDENT;
	const struct {
		struct in6 outer, inner;
		bool passes;
	} cases[] = { { care_of, home, true }, { other, home, false }, { care_of, home_2, false }, { care_of, to, false } };

	register_home(b, &home, &care_of, 5);
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sent s = router_give(b, reverse_tunnelled(&cases[i].outer, &cases[i].inner, &to));

		g_assert_cmpint(!!s.p, ==, cases[i].passes);
		if (s.p) {
			g_assert_false(s.tunnelled);
			assert_in6(&s.wire_source, &home);
			assert_in6(&s.wire_destination, &to);
			sent_free(&s);
		}
	}
	g_assert_cmpuint(bench_drops(b, DROP_BAD_TUNNEL_SOURCE), ==, 3);
	/* after a move only the new care-of address will do */
	assert_acknowledged(router_give(b, update(&home, &other, 6, 105, 0)), &home, &other, BA_ACCEPTED, 6, 105);
	g_assert_null(router_give(b, reverse_tunnelled(&care_of, &home, &to)).p);
	bench_free(b);
}

static void test_mobile_to_mobile_goes_from_tunnel_to_tunnel(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, home_2 = HOME_2, care_of = CARE_OF, care_of_2 = CARE_OF_2;
	struct sent s;

	register_home(b, &home, &care_of, 5);
	register_home(b, &home_2, &care_of_2, 5);
	s = router_give(b, reverse_tunnelled(&care_of, &home, &home_2));
	g_assert_true(s.tunnelled);
	assert_in6(&s.wire_destination, &care_of_2);
	assert_in6(&s.inner_source, &home);
	g_assert_cmpuint(s.p->overhead, ==, IPV6_HEADER);
	sent_free(&s);
	/* but never back to where it came from */
	s = router_give(b, reverse_tunnelled(&care_of, &home, &home));
	g_assert_null(s.p);
	bench_free(b);
}

static void test_truncated_tunnel_packet_is_dropped(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 care_of = CARE_OF, self = HOME_AGENT;
	struct packet *p = ip6_packet(&care_of, &self, PROTOCOL_IPV6, 64, 39);

	memset(packet_put(p, 39), 0x60, 39);
	ip6_finish(p);
	g_assert_null(router_give(b, p).p);
	g_assert_cmpuint(bench_drops(b, DROP_TRUNCATED), ==, 1);
	bench_free(b);
}

static void test_own_packets_take_a_routing_header(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, care_of = CARE_OF, self = HOME_AGENT;
	struct sent s;

	register_home(b, &home, &care_of, 5);
	ip6_send(b->n, b->now, udp_packet(&self, &home), 0);
	s = router_take(b);
	g_assert_true(s.view.has_routing_header && !s.tunnelled);
	assert_in6(&s.wire_destination, &care_of);
	assert_in6(&s.d.destination, &home);
	sent_free(&s);
	bench_free(b);
}

static void test_home_test_of_a_correspondent_here_goes_through_the_tunnel(void)
{
	struct bench *b = home_agent_bench(true);
	struct in6 home = HOME, care_of = CARE_OF, self = HOME_AGENT;
	struct mh_message m = { .type = MH_HOTI };
	struct packet *p = mip6_message(&home, &self, NULL, NULL, &m, NULL);
	struct sent s;

	register_home(b, &home, &care_of, 5);
	ip6_encapsulate(p, &care_of, &self);
	s = router_give(b, p);
	g_assert_true(s.tunnelled && s.is_mh && s.mh.type == MH_HOT);
	assert_in6(&s.wire_destination, &care_of);
	assert_in6(&s.inner_destination, &home);
	g_assert_false(s.view.has_routing_header);
	sent_free(&s);
	bench_free(b);
}

/* Both roles on one node: a home registration is not turned into another (9.5.1). */
static void test_registration_type_cannot_change(void)
{
	struct bench *b = home_agent_bench(true);
	struct in6 home = HOME, care_of = CARE_OF, self = HOME_AGENT;
	struct mh_message init = { .type = MH_HOTI }, u = { .type = MH_BU, .sequence = 9, .flags = BU_ACKNOWLEDGE, .lifetime = 105 };
	struct mip6_security security = { .care_of_address = care_of, .correspondent = self };
	uint8_t tokens[2][RR_TOKEN];
	struct sent s;

	register_home(b, &home, &care_of, 5);
	for (unsigned i = 0; i < 2; i++) {
		struct packet *p;

		init.type = i ? MH_COTI : MH_HOTI;
		p = mip6_message(i ? &care_of : &home, &self, NULL, NULL, &init, NULL);
		if (!i)
			ip6_encapsulate(p, &care_of, &self);
		s = router_give(b, p);
		memcpy(tokens[i], s.mh.token, RR_TOKEN);
		*(i ? &u.options.care_of_nonce_index : &u.options.home_nonce_index) = s.mh.nonce_index;
		sent_free(&s);
	}
	rr_binding_key(tokens[0], tokens[1], security.key);
	u.options.has_nonce_indices = true;
	s = router_give(b, mip6_message(&care_of, &self, &home, NULL, &u, &security));
	g_assert_true(s.is_mh && s.mh.type == MH_BA);
	g_assert_cmpuint(s.mh.status, ==, BA_TYPE_CHANGE_DISALLOWED);
	g_assert_true(mip6_verify(&s.d, &s.mh, &security));
	sent_free(&s);
	bench_free(b);
}

static void test_unknown_type_is_answered_once(void)
{
	for (unsigned correspondent = 0; correspondent < 2; correspondent++) {
		struct bench *b = home_agent_bench(correspondent);
		struct in6 from = CARE_OF, self = HOME_AGENT;
		struct mh_message m = { .type = MH_BE };
		struct packet *p = mip6_message(&from, &self, NULL, NULL, &m, NULL);
		struct sent s;

		p->data[IPV6_HEADER + 2] = 77;
		mh_set_checksum(p->data + IPV6_HEADER, mh_checksum(p->data + IPV6_HEADER, 24, &from, &self));
		s = router_give(b, p);
		g_assert_true(s.is_mh && s.mh.type == MH_BE);
		g_assert_cmpuint(s.mh.status, ==, BE_UNKNOWN_MH_TYPE);
		sent_free(&s);
		router_assert_silent(b);
		bench_free(b);
	}
}

static void test_freed_while_probing(void)
{
	struct bench *b = home_agent_bench(false);
	struct in6 home = HOME, home_2 = HOME_2, care_of = CARE_OF;

	g_assert_null(router_give(b, update(&home, &care_of, 5, 105, 0)).p);
	g_assert_null(router_give(b, update(&home_2, &care_of, 5, 105, 0)).p);
	bench_free(b); /* the sanitizer watches */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/home-agent/" #name, test_##name)
	T(first_registration_probes_the_home_address);
	T(repeated_updates_while_probing_get_one_answer);
	T(contested_home_address_is_answered_134);
	T(own_address_is_answered_134);
	T(without_probing_the_answer_is_immediate);
	T(full_cache_is_answered_130);
	T(refresh_and_move_are_answered_at_once);
	T(binding_expires_to_the_nanosecond);
	T(refusals);
	T(silent_refusals);
	T(deregistration_stops_interception_and_remembers_the_sequence);
	T(leaving_again_within_the_timeout_probes_again);
	T(returning_home_while_probing_ends_the_probe);
	T(intercepts_on_the_home_link);
	T(tunnel_counts_as_a_hop);
	T(reverse_tunnel_checks_the_outer_source);
	T(mobile_to_mobile_goes_from_tunnel_to_tunnel);
	T(truncated_tunnel_packet_is_dropped);
	T(own_packets_take_a_routing_header);
	T(home_test_of_a_correspondent_here_goes_through_the_tunnel);
	T(registration_type_cannot_change);
	T(unknown_type_is_answered_once);
	T(freed_while_probing);
	return g_test_run();
}
