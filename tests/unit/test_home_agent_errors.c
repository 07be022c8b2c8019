// SPDX-License-Identifier: GPL-3.0-or-later
/* What a home agent does about errors from within its tunnels (RFC 2473 8, RFC 6275 9.3.4), and updates that contradict what is bound. */
#include "tests/unit/router_bench.h"
#include "tests/unit/rows.h"

#define AT(subnet, host) { { 0x20, 0x01, 0x0d, 0xb8, [7] = subnet, [15] = host } }
#define HOME_AGENT address(1, 1)
#define HOME address(1, 0x10)
#define HOME_2 address(1, 0x11)
#define HOME_3 address(1, 0x12)
#define CARE_OF address(2, 0x10)
#define CORRESPONDENT address(3, 0x20)
#define ON_THE_WAY address(7, 1)
#define FOREIGN_HOME address(9, 0x10)    /* of a mobile node with another home agent */

static struct bench *agent(bool correspondent)
{
	struct bench *b = bench_new();
	struct in6 self = HOME_AGENT;

	b->conf.home_agent_dad = false;
	bench_router(b, self);
	node_add_role(b->n, home_agent_new(b->n, &self));
	if (correspondent)
		node_add_role(b->n, correspondent_new(b->n));
	bench_router_up(b);
	return b;
}

/* The update comes from CARE_OF in any case; another care-of address goes into the option for it. */
static struct sent registers(struct bench *b, struct in6 home, struct in6 care_of, uint16_t sequence)
{
	struct in6 self = HOME_AGENT, from = CARE_OF;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = 100 };

	m.options.has_alternate_care_of_address = true;
	m.options.alternate_care_of_address = care_of;
	return router_give(b, mip6_message(&from, &self, &home, NULL, &m, NULL));
}

static void assert_status(struct sent s, uint8_t status)
{
	g_assert_true(s.p && s.is_mh && s.mh.type == MH_BA);
	g_assert_cmpuint(s.mh.status, ==, status);
	sent_free(&s);
}

/* ---- errors from within the tunnel -------------------------------------------------------------------------------------------------- */

static const struct error_case {
	const char *name;
	uint8_t type, code;
	uint32_t parameter;
	uint16_t octets;                 /* of payload in the packet it is about */
	struct in6 outer_source, inner_destination;
	bool tunnel;                     /* it is about a tunnel packet at all */
	int answer;                      /* -1: nobody is told */
	uint32_t mtu;
} errors[] = {
	{ "unreachable", ICMP6_DESTINATION_UNREACHABLE, 3, 0, 100, AT(1, 1), AT(1, 0x10), true, ICMP6_DESTINATION_UNREACHABLE, 0 },
	{ "hop-limit-of-the-tunnel", ICMP6_TIME_EXCEEDED, 0, 0, 100, AT(1, 1), AT(1, 0x10), true, ICMP6_DESTINATION_UNREACHABLE, 0 },
	{ "too-big", ICMP6_PACKET_TOO_BIG, 0, 1400, 1340, AT(1, 1), AT(1, 0x10), true, ICMP6_PACKET_TOO_BIG, 1360 },
	{ "too-big-for-the-least-mtu", ICMP6_PACKET_TOO_BIG, 0, 1300, 1300, AT(1, 1), AT(1, 0x10), true, ICMP6_PACKET_TOO_BIG, 1280 },
	/* RFC 2473 8: what fits the least MTU is not the source's business. */
	{ "too-big-with-the-tunnel-only", ICMP6_PACKET_TOO_BIG, 0, 1280, 1200, AT(1, 1), AT(1, 0x10), true, -1, 0 },
	{ "another-s-tunnel", ICMP6_DESTINATION_UNREACHABLE, 3, 0, 100, AT(7, 1), AT(1, 0x10), true, -1, 0 },
	{ "not-one-of-ours-inside", ICMP6_DESTINATION_UNREACHABLE, 3, 0, 100, AT(1, 1), AT(1, 0x11), true, -1, 0 },
	{ "no-tunnel", ICMP6_DESTINATION_UNREACHABLE, 3, 0, 100, AT(1, 1), AT(1, 0x10), false, -1, 0 },
};

static void error_in_the_tunnel(gconstpointer row)
{
	const struct error_case *c = row;
	struct bench *b = agent(false);
	struct in6 from = ON_THE_WAY, self = HOME_AGENT, peer = CORRESPONDENT, care_of = CARE_OF;
	struct packet *about = ip6_packet(&peer, &c->inner_destination, PROTOCOL_UDP, 60, UDP_HEADER + c->octets), *p;
	struct icmp6_message m = { .type = c->type, .code = c->code }, back;
	struct wr w;
	struct sent s;

	udp_write(packet_put(about, (size_t)(UDP_HEADER + c->octets)), 5000, 5001, c->octets, 0, &peer, &c->inner_destination);
	ip6_finish(about);
	assert_status(registers(b, HOME, CARE_OF, 1), BA_ACCEPTED);
	bench_drain(b);
	if (c->tunnel)
		ip6_encapsulate(about, &c->outer_source, &care_of);
	m.u.error.parameter = c->parameter;
	m.u.error.invoking = about->data;
	m.u.error.length = about->length > 1232 ? 1232 : about->length;
	p = ip6_packet(&from, &self, PROTOCOL_ICMP6, 64, 1240);
	w = wr_of(p->data + IPV6_HEADER, 1240);
	packet_put(p, icmp6_encode(&w, &m, 0, &from, &self));
	ip6_finish(p);
	s = router_give(b, p);
	if (c->answer < 0) {
		g_assert_null(s.p);
	} else {
		g_assert_true(s.p && s.view.protocol == PROTOCOL_ICMP6 && !s.tunnelled);
		assert_in6(&s.wire_source, &self);
		assert_in6(&s.wire_destination, &peer);
		g_assert_cmpint(icmp6_decode(s.p->data + s.view.offset, s.p->length - (size_t)s.view.offset, &back), ==, WIRE_OK);
		g_assert_cmpint(back.type, ==, c->answer);
		g_assert_cmpuint(back.code, ==, c->answer == ICMP6_DESTINATION_UNREACHABLE ? UNREACHABLE_ADDRESS : 0);
		g_assert_cmpuint(back.u.error.parameter, ==, c->mtu);
		/* About the packet as its source sent it. */
		g_assert_cmpmem(back.u.error.invoking + 24, 16, &c->inner_destination, 16);
		g_assert_cmpmem(back.u.error.invoking + 8, 16, &peer, 16);
		sent_free(&s);
	}
	router_assert_silent(b);
	packet_free(about);
	bench_free(b);
}

/* ---- contradictions ------------------------------------------------------------------------------------------------------------------- */

/* 9.5.1, 10.3.1: an address bound here for route optimization cannot be registered as a home address, until that binding is gone. */
static void type_change(void)
{
	struct bench *b = agent(true);
	struct in6 self = HOME_AGENT, home = FOREIGN_HOME, care_of = CARE_OF;
	struct mip6_security security = { .care_of_address = CARE_OF, .correspondent = HOME_AGENT };
	struct mh_message u = { .type = MH_BU, .flags = BU_ACKNOWLEDGE, .lifetime = 10, .sequence = 1 };
	uint8_t tokens[2][RR_TOKEN];

	for (unsigned k = 0; k < 2; k++) {
		struct mh_message t = { .type = k ? MH_COTI : MH_HOTI };
		struct sent s = router_give(b, mip6_message(k ? &care_of : &home, &self, NULL, NULL, &t, NULL));

		g_assert_true(s.p && s.is_mh && s.mh.type == (k ? MH_COT : MH_HOT));
		memcpy(tokens[k], s.mh.token, RR_TOKEN);
		*(k ? &u.options.care_of_nonce_index : &u.options.home_nonce_index) = s.mh.nonce_index;
		sent_free(&s);
	}
	rr_binding_key(tokens[0], tokens[1], security.key);
	u.options.has_nonce_indices = true;
	assert_status(router_give(b, mip6_message(&care_of, &self, &home, NULL, &u, &security)), BA_ACCEPTED);
	assert_status(registers(b, FOREIGN_HOME, CARE_OF, 5), BA_TYPE_CHANGE_DISALLOWED);
	bench_until(b, b->now + 40 * MIP_SECOND);
	bench_drain(b);
	assert_status(registers(b, FOREIGN_HOME, CARE_OF, 5), BA_NOT_HOME_SUBNET);
	bench_free(b);
}

/* 6.1.7: of mobile nodes each of which is where the next one is, the last cannot be where the first is. */
static void circles(void)
{
	struct bench *b = agent(false);

	assert_status(registers(b, HOME, HOME_2, 1), BA_ACCEPTED);
	bench_drain(b);
	assert_status(registers(b, HOME_2, HOME_3, 1), BA_ACCEPTED);
	bench_drain(b);
	g_assert_null(registers(b, HOME_3, HOME, 1).p);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS), ==, 1);
	assert_status(registers(b, HOME_3, CARE_OF, 1), BA_ACCEPTED); /* a chain with an end is one */
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
		add_row("/home-agent/error-in-the-tunnel", errors[i].name, &errors[i], error_in_the_tunnel);
	g_test_add_func("/home-agent/type-change", type_change);
	g_test_add_func("/home-agent/circles", circles);
	return g_test_run();
}
