// SPDX-License-Identifier: GPL-3.0-or-later
/* The way out of an IPv6 node: what it refuses to send, which interface and source address it takes, which groups it listens to. */
#include "tests/unit/net.h"

struct scene {
	struct net *w;
	struct net_link *l;
	int r, h;                        /* router and host on one Ethernet */
	struct listener *role;           /* at the host */
	struct in6 own, router;
};

static struct scene begin(void)
{
	struct scene s = { .w = net_new() };

	s.l = net_link(s.w, true, MS);
	s.r = net_router(s.w, s.l, 1, false);
	s.h = net_host(s.w);
	s.role = net_listen(s.w, s.h, false);
	s.router = net_address(1, 1);
	s.own = net_autoconfigured(1, s.h, 0);
	return s;
}

static void settle(struct scene *s)
{
	net_attach(s->w, s->h, 0, s->l);
	net_run(s->w, 10 * S);
	g_assert_cmpint(net_state(s->w, s->h, s->own), ==, IP6_ADDRESS_PREFERRED);
}

/* Sends, and says why it did not go; DROP_REASON_COUNT: it went. */
static enum drop_reason refused(struct scene *s, struct packet *p)
{
	guint before = s->w->seen->len;

	net_send(s->w, s->h, p);
	for (guint k = before; k < s->w->seen->len; k++) {
		const struct observation *o = &g_array_index(s->w->seen, struct observation, k);

		if (o->kind == OBSERVE_DROP && o->node == (uint32_t)s->h)
			return (enum drop_reason)o->value;
	}
	return DROP_REASON_COUNT;
}

static void refusals(void)
{
	struct scene s = begin();
	struct in6 far = net_address(9, 9), tentative = net_address(1, 77), away = net_address(1, 78);
	struct packet *p;

	settle(&s);
	g_assert_cmpint(refused(&s, net_udp(s.own, far, 100, 0)), ==, DROP_REASON_COUNT);
	g_assert_cmpint(refused(&s, net_udp(in6_unspecified, far, 100, 0)), ==, DROP_NO_SOURCE_ADDRESS);
	g_assert_cmpint(refused(&s, net_udp(s.own, far, 1452, 0)), ==, DROP_REASON_COUNT);
	g_assert_cmpint(refused(&s, net_udp(s.own, far, 1453, 0)), ==, DROP_TOO_BIG);
	g_assert_cmpint(refused(&s, net_udp(s.own, far, 1453, 1400)), ==, DROP_TOO_BIG);
	/* An address that is still being probed: not from it, not to it. */
	ip6_add_address(s.w->node[s.h], ip6_interface(s.w->node[s.h], 0), &tentative, 64)->state = IP6_ADDRESS_TENTATIVE;
	g_assert_cmpint(refused(&s, net_udp(tentative, far, 100, 0)), ==, DROP_TENTATIVE_ADDRESS);
	g_assert_cmpint(refused(&s, net_udp(s.own, tentative, 100, 0)), ==, DROP_TENTATIVE_ADDRESS);
	g_assert_cmpuint(s.role->udp, ==, 0);
	/* To one's own address without the link; to one that is away by the router. */
	g_assert_cmpint(refused(&s, net_udp(s.own, s.own, 100, 0)), ==, DROP_REASON_COUNT);
	g_assert_cmpuint(s.role->udp, ==, 1);
	ip6_add_address(s.w->node[s.h], ip6_interface(s.w->node[s.h], 0), &away, 128)->state = IP6_ADDRESS_AWAY;
	g_assert_cmpint(refused(&s, net_udp(s.own, away, 100, 0)), ==, DROP_REASON_COUNT);
	g_assert_cmpuint(s.role->udp, ==, 1);
	/* Without a link nothing goes; what is of link scope has none to go to. */
	net_detach(s.w, s.h, 0);
	p = net_udp(s.own, net_link_local(s.r, 0), 100, 0);
	g_assert_cmpint(refused(&s, p), ==, DROP_INTERFACE_DOWN);
	g_assert_cmpint(refused(&s, net_udp(away, in6_all_nodes, 100, 0)), ==, DROP_INTERFACE_DOWN);
	net_free(s.w);
}

/* The way of link scope leads over the interface of the source address, else over the first that is up. */
static void link_scope(void)
{
	struct scene s = begin();
	struct net_link *other = net_link(s.w, true, MS);
	int r2 = net_router(s.w, other, 2, false), second = net_port(s.w, s.h, true);
	struct node *n = s.w->node[s.h];
	struct in6 source, nowhere = net_address(9, 9), link_local = net_link_local(s.h, second), peer = net_link_local(r2, 0);
	guint before;

	g_assert_false(ip6_reachable(n, &in6_all_nodes));
	g_assert_false(ip6_source_address(n, &in6_all_nodes, &source));
	net_attach(s.w, s.h, second, other);
	net_run(s.w, 10 * S);
	g_assert_true(ip6_reachable(n, &in6_all_nodes));
	g_assert_true(ip6_source_address(n, &in6_all_nodes, &source));
	assert_in6(source, link_local);
	g_assert_true(ip6_source_address(n, &peer, &source));
	assert_in6(source, link_local);
	net_attach(s.w, s.h, 0, s.l);
	net_run(s.w, 20 * S);
	before = net_sent(s.w, s.h, MESSAGE_DATA, 0);
	net_send(s.w, s.h, net_udp(link_local, in6_all_nodes, 10, 0));
	g_assert_cmpuint(net_sent(s.w, s.h, MESSAGE_DATA, 0), ==, before + 1);
	g_assert_cmpint(net_last(s.w, s.h, MESSAGE_DATA)->port, ==, second);
	net_send(s.w, s.h, net_udp(s.own, in6_all_nodes, 10, 0));
	g_assert_cmpint(net_last(s.w, s.h, MESSAGE_DATA)->port, ==, 0);
	net_send(s.w, s.h, net_udp(nowhere, in6_all_nodes, 10, 0)); /* none of ours: the first that is up */
	g_assert_cmpint(net_last(s.w, s.h, MESSAGE_DATA)->port, ==, 0);
	net_free(s.w);
}

/* Without a global address there is none to send from far away; with one on any interface there is. */
static void borrowed_source(void)
{
	struct net *w = net_new();
	int k = net_node(w), first = net_port(w, k, false), second = net_port(w, k, false);
	struct node *n = w->node[k];
	struct in6 far = net_address(9, 9), own = net_address(3, 1), source;

	g_assert_false(ip6_source_address(n, &far, &source));
	ip6_add_route(n, &in6_unspecified, 0, ip6_interface(n, (unsigned)first), NULL);
	g_assert_false(ip6_source_address(n, &far, &source));
	ip6_add_address(n, ip6_interface(n, (unsigned)second), &own, 128);
	g_assert_true(ip6_source_address(n, &far, &source));
	assert_in6(source, own);
	net_free(w);
}

static void groups(void)
{
	struct scene s = begin();
	struct node *host, *router;
	struct mac all_nodes = { { 0x33, 0x33, 0, 0, 0, 1 } }, all_routers = { { 0x33, 0x33, 0, 0, 0, 2 } }, solicited = { { 0x33, 0x33, 0xff } },
	           ipv4 = { { 1, 0, 0x5e, 0, 0, 1 } }, other = { { 0x33, 0x33, 0, 1, 0, 3 } };

	settle(&s);
	host = s.w->node[s.h];
	router = s.w->node[s.r];
	g_assert_true(node_wants_group(host, 0, &all_nodes) && node_wants_group(router, 0, &all_nodes));
	g_assert_false(node_wants_group(host, 0, &all_routers));
	g_assert_true(node_wants_group(router, 0, &all_routers));
	g_assert_false(node_wants_group(host, 0, &ipv4));
	g_assert_false(node_wants_group(host, 0, &other));
	memcpy(solicited.octets + 3, s.own.octets + 13, 3);
	g_assert_true(node_wants_group(host, 0, &solicited));
	g_assert_false(node_wants_group(router, 0, &solicited));
	net_free(s.w);
}

/* ---- ICMPv6 beyond the everyday -------------------------------------------------------------------------------------------------- */

static struct packet *big_echo(struct in6 source, struct in6 destination, uint16_t octets)
{
	uint8_t *data = g_malloc0(octets);
	struct icmp6_message m = { .type = ICMP6_ECHO_REQUEST };
	struct packet *p = ip6_packet(&source, &destination, PROTOCOL_ICMP6, 64, 8u + octets);
	struct wr w = wr_of(p->data + IPV6_HEADER, 8u + octets);

	m.u.echo = (struct icmp6_echo){ .identifier = 7, .sequence = 1, .data = data, .length = octets };
	packet_put(p, icmp6_encode(&w, &m, 0, &source, &destination));
	ip6_finish(p);
	g_free(data);
	return p;
}

/* A request as large as a link may carry is answered in full; from nowhere nothing can be answered. */
static void echo(void)
{
	struct net *w = net_new();
	struct in6 a = net_address(1, 1), b = net_address(1, 2);
	int k = net_node(w);
	struct packet *p;

	ip6_add_interface(w->node[k], INTERFACE_POINT_TO_POINT, NULL, 9000);
	ip6_add_address(w->node[k], ip6_interface(w->node[k], 0), &a, 128);
	ip6_add_route(w->node[k], &in6_unspecified, 0, ip6_interface(w->node[k], 0), NULL);
	node_signal(w->node[k], 0, 0, LINK_UP);
	node_input(w->node[k], 0, 0, big_echo(b, a, 8952));
	p = node_output(w->node[k]);
	g_assert_nonnull(p);
	g_assert_cmpuint(packet_octets(p), ==, 9000);
	g_assert_cmpuint(p->data[IPV6_HEADER], ==, ICMP6_ECHO_REPLY);
	packet_free(p);
	node_input(w->node[k], 0, 0, big_echo(in6_unspecified, a, 10));
	g_assert_null(node_output(w->node[k]));
	g_assert_cmpuint(net_drops(w, k, DROP_NO_SOURCE_ADDRESS), ==, 1);
	net_free(w);
}

/* RFC 4861 6.1, 7.1: Neighbor Discovery that breaks a rule changes nothing. */
static void neighbour_discovery_rules(void)
{
	struct scene s = begin();
	struct in6 neighbour = net_link_local(7, 0), target, group;
	struct mac mac = net_mac(7, 0);
	struct {
		struct icmp6_message m;
		struct in6 source, destination;
	} bad[4];
	guint drops;

	settle(&s);
	target = s.own;
	group = in6_solicited_node(&target);
	/* A solicitation without a source may carry no link-layer address, and goes to the solicited-node group only. */
	bad[0].m = (struct icmp6_message){ .type = ICMP6_NEIGHBOR_SOLICITATION, .u.neighbour = { .target = target, .has_mac = true, .mac = mac } };
	bad[0].source = in6_unspecified;
	bad[0].destination = group;
	bad[1] = bad[0];
	bad[1].m.u.neighbour.has_mac = false;
	bad[1].destination = in6_all_nodes;
	/* An advertisement to a group is not an answer; a router advertisement comes from a link-local address. */
	bad[2].m = (struct icmp6_message){ .type = ICMP6_NEIGHBOR_ADVERTISEMENT,
		                           .u.neighbour = { .target = neighbour, .has_mac = true, .mac = mac, .solicited = true } };
	bad[2].source = neighbour;
	bad[2].destination = in6_all_nodes;
	bad[3].m = (struct icmp6_message){ .type = ICMP6_ROUTER_ADVERTISEMENT, .u.router_advertisement = { .router_lifetime_s = 1800 } };
	bad[3].source = net_address(1, 9);
	bad[3].destination = in6_all_nodes;
	for (guint k = 0; k < G_N_ELEMENTS(bad); k++) {
		struct packet *p = net_icmp(&bad[k].m, bad[k].source, bad[k].destination, 255);
		struct mac to = { { 0x33, 0x33 } };

		memcpy(to.octets + 2, bad[k].destination.octets + 12, 4);
		drops = net_drops(s.w, s.h, DROP_MALFORMED);
		net_input(s.w, s.h, 0, net_ethernet(p, to, mac));
		g_assert_cmpuint(net_drops(s.w, s.h, DROP_MALFORMED), ==, drops + 1);
	}
	net_free(s.w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/output/refusals", refusals);
	g_test_add_func("/ip6/output/link-scope", link_scope);
	g_test_add_func("/ip6/output/borrowed-source", borrowed_source);
	g_test_add_func("/ip6/output/groups", groups);
	g_test_add_func("/ip6/output/echo", echo);
	g_test_add_func("/ip6/output/neighbour-discovery-rules", neighbour_discovery_rules);
	return g_test_run();
}
