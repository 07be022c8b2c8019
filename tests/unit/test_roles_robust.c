// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Hostile input to the roles: a small net (mobile_net.h) where nodes have all roles they can have together, mobile node on the move, and for
 * each packet that arrives somewhere changed copies of it arrive first: cut, with octets changed, as another message than it is, with
 * lengths and checksums right again or not. Nothing may crash or leak, or make a fixed node deaf.
 */
#include "models/fmip6/fmip6.h"
#include "models/hmip6/hmip6.h"
#include "models/mip6/forwarder.h"
#include "models/mip6/proxies.h"
#include "models/mip6/reforward.h"
#include "models/wire/icmp6.h"
#include "tests/unit/mobile_net.h"
#include "tests/unit/rows.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

static struct fast_neighbour neighbours[2];
static const struct fast_domain domain = { neighbours, 2, { 1, 2, 3, 4, 5, 6, 7, 8 } };
static struct role *regional;

static const struct kind {
	const char *name;
	enum local_mobility local;
	bool early, forwarder, proxies;
} kinds[] = {
	{ "plain", LOCAL_NONE, false, false, false },
	{ "early-credit", LOCAL_NONE, true, false, false },
	{ "forwarder", LOCAL_NONE, false, true, false },
	{ "proxies", LOCAL_NONE, true, false, true },
	{ "hmip", LOCAL_HMIP, true, false, false },
	{ "fmip", LOCAL_FMIP_PREDICTIVE, false, false, false },
	{ "f-hmip", LOCAL_F_HMIP, true, false, false },
};
static const struct kind *kind;

static void furnish(struct net *t, int node)
{
	struct node *n = t->nodes[node];
	struct in6 address = net_address(node, 1);
	bool hmip = kind->local == LOCAL_HMIP || kind->local == LOCAL_F_HMIP, fast = kind->local >= LOCAL_FMIP_PREDICTIVE;

	if (node == HA) {
		node_add_role(n, reforward_new(n, &address));
		if (kind->proxies)
			node_add_role(n, proxies_new(n, &address));
	}
	if (node == AR1 || node == AR2) {
		const struct nd_anchor anchor = { .address = net_address(node == AR1 ? MAP1 : MAP2, 1), .valid_s = 1800, .distance = 2, .preference = 9 };

		neighbours[node - AR1] = (struct fast_neighbour){ net_mac(node), net_mac(node), address, true };
		ip6_advertise_address(ip6_interface(n, 0));
		if (kind->forwarder)
			node_add_role(n, forwarder_new(n, &address));
		if (fast)
			node_add_role(n, access_router_new(n, &domain, NULL));
		if (hmip)
			ip6_advertise_anchor(n, ip6_interface(n, 0), &anchor, MIP_NEVER);
	}
	if (hmip && (node == MAP1 || node == MAP2)) {
		if (kind->local == LOCAL_F_HMIP)
			node_add_role(n, access_router_new(n, &domain, &address));
		node_add_role(n, anchor_point_new(n, &(struct anchor_point_conf){ .address = address, .fails_at = MIP_NEVER }));
	}
	if (node == MN) {
		regional = hmip ? regional_new(n, NULL) : NULL;
		if (fast)
			node_add_role(n, fast_node_new(n, &(struct fast_node_conf){ .domain = &domain, .regional = regional,
			                                                            .anchor = regional ? regional_anchor : NULL }));
		if (regional)
			node_add_role(n, regional);
		node_add_role(n, correspondent_new(n));
		if (kind->forwarder)
			node_add_role(n, previous_link_new(n));
	}
}

static struct net *begin(void)
{
	struct net *t = net_new();
	struct protocol_conf *all[] = { &t->conf, &t->mobile_conf, &t->peer_conf };

	for (unsigned k = 0; k < G_N_ELEMENTS(all); k++) {
		struct protocol_conf *c = all[k];

		c->local = kind->local;
		c->handover_buffer = 10;
		c->lifetime = 20 * S;
		c->peer_signalling = kind->forwarder ? PEER_FORWARDER : kind->proxies ? PEER_PROXIES : PEER_HOME;
		c->forwarder_lifetime = 20 * S;
		c->reforward = c->proxy_wait = 2 * S;
		c->proxy_hold = 3 * S;
		c->reforward_limit = 8;
		if (!kind->early)
			continue;
		c->home_test = HOME_TEST_PROACTIVE;
		c->home_test_interval = 5 * S;
		c->care_of_test = CARE_OF_TEST_CONCURRENT;
		c->wait = WAIT_OPTIMISTIC;
		c->unverified = UNVERIFIED_CREDIT;
		c->credit = (struct credit_conf){ .mode = CREDIT_OUTBOUND, .factor = { 7, 8 }, .interval = S, .quench = { 1, 1 }, .spot_checks = true };
	}
	t->furnish = furnish;
	net_build(t);
	if (regional)
		regional_serve(regional, t->mobile_node);
	return t;
}

/* ---- changing packets --------------------------------------------------------------------------------------------------------------- */

/* Makes payload length and the checksum of Mobility Header or ICMPv6 right, as far as the headers still lead there. */
static void repair(uint8_t *h, size_t octets)
{
	struct in6 source, destination;
	struct ipv6_view v;
	size_t length, at;
	uint32_t sum;

	if (octets < IPV6_HEADER)
		return;
	ipv6_set_payload_length(h, (uint16_t)(octets - IPV6_HEADER));
	if (ipv6_walk(h, octets, true, &v) != IPV6_WALK_OK || v.offset >= octets)
		return;
	source = v.has_home_address ? v.home_address : ipv6_source(h);
	destination = v.has_routing_header ? v.routing_address : ipv6_destination(h);
	length = octets - v.offset;
	if (v.protocol == PROTOCOL_IPV6) {
		repair(h + v.offset, length);
		return;
	}
	at = v.protocol == PROTOCOL_MOBILITY ? 4 : v.protocol == PROTOCOL_ICMP6 ? 2 : 0;
	if (!at || length < at + 2)
		return;
	store_be16(h + v.offset + at, 0);
	sum = checksum_pseudo_header(&source, &destination, (uint32_t)length, v.protocol);
	store_be16(h + v.offset + at, checksum_finish(checksum_add(sum, h + v.offset, length)));
}

static struct packet *changed(GRand *r, const struct packet *p, size_t link)
{
	struct packet *copy = packet_clone(p);
	int how = g_rand_int_range(r, 0, 8);

	copy->bulk = 0;
	if (how < 2) {
		copy->length = (uint16_t)g_rand_int_range(r, (gint32)(link + 1), p->length + 1);
	} else {
		/* More often in what is behind the addresses, where the messages are. */
		for (int k = g_rand_int_range(r, 1, 4); k--;) {
			gint32 from = g_rand_int_range(r, 0, 2) && p->length > link + IPV6_HEADER ? (gint32)(link + IPV6_HEADER) : (gint32)link;
			uint8_t *octet = &copy->data[g_rand_int_range(r, from, p->length)];

			*octet = (uint8_t)(g_rand_int_range(r, 0, 2) ? g_rand_int(r) : *octet ^ 1u << g_rand_int_range(r, 0, 8));
		}
	}
	if (how != 7)
		repair(copy->data + link, copy->length - link);
	return copy;
}

static GRand *chance;
static guint fed;
static bool feeding;

/* Whatever flies, `lose` sees first: here is where the changed copies are put in front of it. */
static bool feed(struct net *t, int from, int to, const struct packet *p)
{
	bool cell = from == MN || to == MN;
	size_t link = cell ? ETHERNET_HEADER : 0;

	if (feeding || p->length <= link + 1)
		return false;
	feeding = true;
	for (int k = g_rand_int_range(chance, 0, 3); k--; fed++) {
		struct crossing c = { .at = t->now, .serial = t->serial++, .to = to, .interface = cell || to == CN ? 0 : 1, .p = changed(chance, p, link) };

		g_array_append_val(t->flying, c);
	}
	feeding = false;
	return false;
}

static void moves(struct net *t, int cell)
{
	static const struct mac nowhere;
	struct mac next = net_mac(cell);

	node_signal_from(t->nodes[MN], t->now, 0, LINK_GOING_DOWN, g_rand_int_range(chance, 0, 4) ? &next : &nowhere);
	net_pump(t, MN);
	net_run(t, t->now + g_rand_int_range(chance, 0, 300) * MS);
	if (t->cell != NOWHERE)
		node_signal(t->nodes[MN], t->now, 0, LINK_DOWN);
	net_pump(t, MN);
	t->cell = NOWHERE;
	net_run(t, t->now + g_rand_int_range(chance, 0, 100) * MS);
	t->cell = cell;
	node_signal_from(t->nodes[MN], t->now, 0, LINK_UP, &next);
	net_pump(t, MN);
}

static void assert_alive(struct net *t, int node)
{
	struct in6 from = net_address(node == CN ? HA : CN, 1), to = net_address(node, 1);
	struct packet *p = ip6_packet(&from, &to, PROTOCOL_ICMP6, 64, 8), *answer;
	uint8_t *u = packet_put(p, 8);
	bool answered = false;

	memset(u, 0, 8);
	u[0] = ICMP6_ECHO_REQUEST;
	store_be16(u + 2, checksum_finish(checksum_add(checksum_pseudo_header(&from, &to, 8, PROTOCOL_ICMP6), u, 8)));
	ip6_finish(p);
	node_input(t->nodes[node], t->now, node == CN ? 0 : 1, p);
	while ((answer = node_output(t->nodes[node]))) {
		answered |= ipv6_next_header(answer->data) == PROTOCOL_ICMP6 && answer->data[IPV6_HEADER] == ICMP6_ECHO_REPLY;
		packet_free(answer);
	}
	if (!answered)
		g_error("node %d is deaf", node);
}

static void survives(gconstpointer row)
{
	static const int cells[] = { AR1, AR2, HA, AR2, AR1, AR2, AR1, HA };
	guint32 seed = g_test_rand_int_range(0, G_MAXINT32 - 1) + 1u;
	struct net *t;

	kind = row;
	chance = g_rand_new_with_seed(seed);
	g_test_message("seed %u", seed);
	fed = 0;
	t = begin();
	net_run(t, S);
	t->lose = feed;
	for (int round = 0; round < (g_test_slow() ? 200 : 16); round++) {
		moves(t, cells[round % 8]);
		for (int k = 0; k < 20; k++) {
			net_data(t, k % 2 ? MN : CN);
			net_run(t, t->now + 200 * MS);
		}
	}
	t->lose = NULL;
	net_run(t, t->now + 30 * S);
	for (int node = HA; node <= CN; node++)
		assert_alive(t, node);
	g_assert_cmpuint(fed, >, 1000);
	g_rand_free(chance);
	net_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		add_row("/roles/robust", kinds[i].name, &kinds[i], survives);
	return g_test_run();
}
