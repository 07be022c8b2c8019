// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The anchor point role through its verbs: the link of regional addresses is interface 0 (nobody is on it), the domain and the rest of the
 * world are behind interface 1.
 */
#include "mip6_harness.h"
#include "models/hmip6/hmip6.h"

#define REGIONAL_LINK 0
#define OUTSIDE 1
#define ANCHOR address(1, 1)
#define REGIONAL address(1, 0x10)
#define ON_LINK address(2, 0x10)
#define ON_LINK_2 address(4, 0x10)
#define ELSEWHERE address(9, 0x10) /* a link on which the anchor point is not announced */
#define CORRESPONDENT address(3, 0x20)
#define UNITS 10                   /* of 4 s */

static const struct mac anchor_mac = { { 2, 0, 0, 0, 0, 1 } }, other_mac = { { 2, 0, 0, 0, 0, 9 } };
static struct in6 domain[2];

static struct bench *anchor_bench(bool dad, bool domain_only, mip_time fails_after)
{
	struct bench *b = bench_new();
	struct anchor_point_conf conf = { .address = ANCHOR, .fails_at = fails_after == MIP_NEVER ? MIP_NEVER : b->now + fails_after };
	struct in6 out = address(8, 1);
	struct interface *link, *outside;

	domain[0] = address(2, 0);
	domain[1] = address(4, 0);
	conf.on_link = domain;
	conf.on_link_count = domain_only ? 2 : 0;
	b->conf.home_agent_dad = dad;
	link = ip6_add_interface(b->n, INTERFACE_ETHERNET, &anchor_mac, 1500);
	outside = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	ip6_set_forwarding(b->n, true);
	ip6_add_address(b->n, link, &conf.address, 64);
	ip6_add_address(b->n, outside, &out, 128);
	ip6_add_route(b->n, &conf.address, 64, link, NULL);
	ip6_add_route(b->n, &in6_unspecified, 0, outside, NULL);
	node_add_role(b->n, anchor_point_new(b->n, &conf));
	node_signal(b->n, b->now, REGIONAL_LINK, LINK_UP);
	node_signal(b->n, b->now, OUTSIDE, LINK_UP);
	bench_drain(b);
	return b;
}

static struct packet *update(const struct in6 *regional, const struct in6 *on_link, uint16_t sequence, uint16_t lifetime, uint16_t flags)
{
	struct in6 self = ANCHOR;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = flags, .lifetime = lifetime };

	return mip6_message(on_link, &self, regional, NULL, &m, NULL);
}

/* The next packet for the outside; p NULL: none. */
static struct sent take(struct bench *b)
{
	struct sent s;

	while ((s = bench_take(b, REGIONAL_LINK)).p && s.interface != OUTSIDE)
		sent_free(&s);
	return s;
}

static struct sent give(struct bench *b, struct packet *p)
{
	node_input(b->n, b->now, OUTSIDE, p);
	return take(b);
}

/* RFC 5380 section 4: the acknowledgement goes to the address on the link, the regional one in a routing header. */
static void assert_acknowledged(struct sent s, const struct in6 *regional, const struct in6 *on_link, uint8_t status, uint16_t sequence,
                                uint16_t lifetime)
{
	struct in6 self = ANCHOR;

	g_assert_nonnull(s.p);
	g_assert_true(s.is_mh);
	g_assert_cmpint(s.mh.type, ==, MH_BA);
	g_assert_cmpuint(s.mh.status, ==, status);
	g_assert_cmpuint(s.mh.sequence, ==, sequence);
	g_assert_cmpuint(s.mh.lifetime, ==, lifetime);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.wire_destination, on_link);
	g_assert_true(s.view.has_routing_header);
	assert_in6(&s.view.routing_address, regional);
	g_assert_cmpuint(packet_octets(s.p), ==, 80);
	sent_free(&s);
}

static void registered(struct bench *b, const struct in6 *regional, const struct in6 *on_link, uint16_t sequence)
{
	assert_acknowledged(give(b, update(regional, on_link, sequence, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR)), regional, on_link, BA_ACCEPTED, sequence,
	                    UNITS);
}

/* Where a packet for the regional address goes; unspecified: not into a tunnel. */
static struct in6 tunnel_of(struct bench *b, const struct in6 *regional)
{
	struct in6 from = CORRESPONDENT, to = in6_unspecified, self = ANCHOR;
	struct sent s = give(b, udp_packet(&from, regional));

	if (s.p && s.tunnelled) {
		to = s.wire_destination;
		assert_in6(&s.wire_source, &self);
		assert_in6(&s.inner_destination, regional);
	}
	packet_free(s.p);
	return to;
}

static void assert_tunnel(struct bench *b, const struct in6 *regional, const struct in6 *on_link)
{
	struct in6 to = tunnel_of(b, regional);

	assert_in6(&to, on_link);
}

static void probes_first(void)
{
	struct bench *b = anchor_bench(true, false, MIP_NEVER);
	struct in6 regional = REGIONAL, here = ON_LINK, there = ON_LINK_2, none = in6_unspecified;
	struct sent s;

	s = give(b, update(&regional, &here, 5, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR));
	g_assert_null(s.p); /* probing for a second */
	assert_tunnel(b, &regional, &none);
	bench_until(b, b->now + MIP_SECOND / 2);
	/* Moved meanwhile: the answer goes to where the node is. */
	s = give(b, update(&regional, &there, 6, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR));
	g_assert_null(s.p);
	bench_until(b, b->now + MIP_SECOND / 2);
	assert_acknowledged(take(b), &regional, &there, BA_ACCEPTED, 6, UNITS);
	g_assert_cmpuint(bench_seen(b, OBSERVE_LOCAL_BU_ACCEPTED), ==, 1);
	assert_tunnel(b, &regional, &there);
	/* A move within the domain: at once. */
	registered(b, &regional, &here, 7);
	assert_tunnel(b, &regional, &here);
	bench_free(b);
}

static void taken(void)
{
	struct bench *b = anchor_bench(true, false, MIP_NEVER);
	struct in6 regional = REGIONAL, here = ON_LINK;
	struct icmp6_message na = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	struct packet *p;
	struct wr w;
	struct sent s = give(b, update(&regional, &here, 5, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR));
	uint8_t *h;

	g_assert_null(s.p);
	/* Somebody on the link defends it. */
	p = ip6_packet(&regional, &in6_all_nodes, PROTOCOL_ICMP6, 255, 32);
	w = wr_of(packet_put(p, 32), 32);
	na.u.neighbour = (struct nd_neighbour_message){ .override = true, .target = regional, .has_mac = true, .mac = other_mac };
	g_assert_cmpuint(icmp6_encode(&w, &na, 0, &regional, &in6_all_nodes), ==, 32);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memset(h, 0, ETHERNET_HEADER);
	h[0] = h[1] = 0x33;
	h[5] = 1;
	memcpy(h + 6, &other_mac, sizeof other_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, REGIONAL_LINK, p);
	assert_acknowledged(take(b), &regional, &here, BA_DUPLICATE_ADDRESS, 5, 0);
	bench_free(b);
}

static void refusals(void)
{
	struct bench *b = anchor_bench(false, true, MIP_NEVER);
	struct in6 regional = REGIONAL, here = ON_LINK, away = ELSEWHERE, foreign = address(5, 0x10), self = ANCHOR, more;
	const uint16_t flags = BU_ACKNOWLEDGE | BU_ANCHOR;
	struct sent s;

	assert_acknowledged(give(b, update(&foreign, &here, 1, UNITS, flags)), &foreign, &here, BA_NOT_HOME_SUBNET, 1, 0);
	assert_acknowledged(give(b, update(&self, &here, 1, UNITS, flags)), &self, &here, BA_DUPLICATE_ADDRESS, 1, 0);
	assert_acknowledged(give(b, update(&regional, &here, 1, 0, flags)), &regional, &here, BA_NOT_HOME_AGENT, 1, 0);
	/* 6.2: from a link it does not serve. What it holds stays. */
	assert_acknowledged(give(b, update(&regional, &away, 1, UNITS, flags)), &regional, &away, BA_PROHIBITED, 1, 0);
	registered(b, &regional, &here, 1);
	assert_acknowledged(give(b, update(&regional, &away, 2, UNITS, flags)), &regional, &away, BA_PROHIBITED, 2, 0);
	assert_tunnel(b, &regional, &here);
	/* An old number is answered with the one it knows. */
	assert_acknowledged(give(b, update(&regional, &here, 1, UNITS, flags)), &regional, &here, BA_SEQUENCE_OUT_OF_WINDOW, 1, 0);
	/* Section 4: H must not be set, and a Home Address option is needed. */
	s = give(b, update(&regional, &here, 9, UNITS, flags | BU_HOME));
	g_assert_null(s.p);
	g_assert_cmpuint(bench_drops(b, DROP_MALFORMED), ==, 1);
	s = give(b, mip6_message(&here, &self, NULL, NULL, &(struct mh_message){ .type = MH_BU, .sequence = 9, .flags = flags, .lifetime = 1 }, NULL));
	g_assert_null(s.p);
	g_assert_cmpuint(bench_drops(b, DROP_MALFORMED), ==, 2);
	/* Four bindings are its limit. */
	for (uint8_t k = 1; k < 4; k++) {
		more = address(1, (uint8_t)(0x20 + k));
		registered(b, &more, &here, k);
	}
	more = address(1, 0x30);
	assert_acknowledged(give(b, update(&more, &here, 1, UNITS, flags)), &more, &here, BA_INSUFFICIENT_RESOURCES, 1, 0);
	bench_free(b);
}

/* An address that is only probed takes room, too. */
static void no_room(void)
{
	struct bench *b = anchor_bench(true, false, MIP_NEVER);
	const uint16_t flags = BU_ACKNOWLEDGE | BU_ANCHOR;
	struct in6 here = ON_LINK, more;

	for (uint8_t k = 0; k < 4; k++) {
		more = address(1, (uint8_t)(0x20 + k));
		g_assert_null(give(b, update(&more, &here, 1, UNITS, flags)).p);
	}
	more = address(1, 0x30);
	assert_acknowledged(give(b, update(&more, &here, 1, UNITS, flags)), &more, &here, BA_INSUFFICIENT_RESOURCES, 1, 0);
	bench_free(b);
}

/* Both ways: from elsewhere than the registered address nothing is taken out of a tunnel. */
static void tunnels(void)
{
	struct bench *b = anchor_bench(false, false, MIP_NEVER);
	struct in6 regional = REGIONAL, here = ON_LINK, there = ON_LINK_2, peer = CORRESPONDENT, self = ANCHOR;
	struct packet *p;
	struct sent s;

	registered(b, &regional, &here, 5);
	p = udp_packet(&regional, &peer);
	ip6_encapsulate(p, &here, &self);
	s = give(b, p);
	g_assert_true(s.p && !s.tunnelled);
	assert_in6(&s.wire_source, &regional);
	assert_in6(&s.wire_destination, &peer);
	sent_free(&s);
	p = udp_packet(&regional, &peer);
	ip6_encapsulate(p, &there, &self);
	s = give(b, p);
	g_assert_null(s.p);
	p = udp_packet(&peer, &regional);
	ip6_encapsulate(p, &here, &self); /* not its own source inside */
	s = give(b, p);
	g_assert_null(s.p);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_TUNNEL_SOURCE), ==, 2);
	/* A hop limit spent is reported, not tunnelled. */
	p = udp_packet(&peer, &regional);
	p->data[7] = 1;
	s = give(b, p);
	g_assert_true(s.p && !s.tunnelled && s.view.protocol == PROTOCOL_ICMP6);
	sent_free(&s);
	bench_free(b);
}

static void ends(void)
{
	struct bench *b = anchor_bench(false, false, MIP_NEVER);
	struct in6 regional = REGIONAL, here = ON_LINK, none = in6_unspecified;
	mip_time start = b->now;

	registered(b, &regional, &here, 5);
	bench_until(b, start + UNITS * 4 * MIP_SECOND - 1);
	assert_tunnel(b, &regional, &here);
	bench_until(b, start + UNITS * 4 * MIP_SECOND);
	assert_tunnel(b, &regional, &none);
	registered(b, &regional, &here, 6);
	assert_acknowledged(give(b, update(&regional, &here, 7, 0, BU_ACKNOWLEDGE | BU_ANCHOR)), &regional, &here, BA_ACCEPTED, 7, 0);
	assert_tunnel(b, &regional, &none);
	bench_free(b);
}

static void fails(void)
{
	struct bench *b = anchor_bench(false, false, 5 * MIP_SECOND);
	struct in6 regional = REGIONAL, here = ON_LINK, none = in6_unspecified;
	struct sent s;

	registered(b, &regional, &here, 5);
	bench_until(b, b->now + 5 * MIP_SECOND);
	assert_tunnel(b, &regional, &none);
	s = give(b, update(&regional, &here, 6, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR));
	g_assert_null(s.p);
	bench_free(b);
}

/* Damaged, not meant for an anchor point, not what it says: nothing of it is acknowledged, and nothing changes. */
static void hostile(void)
{
	struct bench *b = anchor_bench(false, false, MIP_NEVER);
	struct in6 self = ANCHOR, regional = REGIONAL, on_link = ON_LINK, other = ON_LINK_2, to;
	struct packet *p = update(&regional, &other, 9, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR);
	struct sent s;

	registered(b, &regional, &on_link, 1);
	p->data[p->length - 1] ^= 1;
	s = give(b, p);
	g_assert_null(s.p);
	g_assert_cmpuint(bench_drops(b, DROP_CHECKSUM), ==, 1);
	s = give(b, update(&regional, &other, 9, UNITS, BU_ACKNOWLEDGE)); /* for a correspondent */
	g_assert_true(!s.p || !s.is_mh || s.mh.type != MH_BA);
	if (s.p)
		sent_free(&s);
	/* Data with a Home Address option is for nobody here. */
	p = udp_packet(&regional, &self);
	ip6_insert_home_address(p, &on_link);
	bench_forget(b);
	s = give(b, p);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS) + bench_drops(b, DROP_NO_BINDING), ==, 1);
	if (s.p)
		sent_free(&s);
	/* A tunnel with less than a header in it, or with another version. */
	bench_forget(b);
	for (size_t octets = 0; octets <= IPV6_HEADER; octets++) {
		p = ip6_packet(&on_link, &self, PROTOCOL_IPV6, 64, octets);
		memset(packet_put(p, octets), 0x40, octets);
		ip6_finish(p);
		s = give(b, p);
		g_assert_null(s.p);
		g_assert_cmpuint(bench_drops(b, DROP_TRUNCATED) + bench_drops(b, DROP_MALFORMED), ==, octets + 1);
	}
	to = tunnel_of(b, &regional);
	assert_in6(&to, &on_link);
	bench_free(b);
}

/* Ended before it was found to be free: the probe is called off, and later nothing is there. */
static void ended_while_probing(void)
{
	struct bench *b = anchor_bench(true, false, MIP_NEVER);
	struct in6 regional = REGIONAL, on_link = ON_LINK, to;

	g_assert_null(give(b, update(&regional, &on_link, 1, UNITS, BU_ACKNOWLEDGE | BU_ANCHOR)).p);
	assert_acknowledged(give(b, update(&regional, &on_link, 2, 0, BU_ACKNOWLEDGE | BU_ANCHOR)), &regional, &on_link, BA_ACCEPTED, 2, 0);
	bench_until(b, b->now + 2 * MIP_SECOND);
	g_assert_null(take(b).p);
	to = tunnel_of(b, &regional);
	g_assert_true(in6_is_unspecified(&to));
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/anchor-point/probes-a-regional-address-first", probes_first);
	g_test_add_func("/anchor-point/taken-regional-address-is-refused", taken);
	g_test_add_func("/anchor-point/refusals", refusals);
	g_test_add_func("/anchor-point/probes-take-room", no_room);
	g_test_add_func("/anchor-point/tunnels-both-ways", tunnels);
	g_test_add_func("/anchor-point/bindings-end", ends);
	g_test_add_func("/anchor-point/fails", fails);
	g_test_add_func("/anchor-point/hostile", hostile);
	g_test_add_func("/anchor-point/ended-while-probing", ended_while_probing);
	return g_test_run();
}
