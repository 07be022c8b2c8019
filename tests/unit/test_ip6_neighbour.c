// SPDX-License-Identifier: GPL-3.0-or-later
/* Address resolution, unreachability detection, the cache and proxies, as seen on the wire (RFC 4861 section 7). */
#include "tests/unit/net.h"

/* Two hosts with manual addresses on one Ethernet link with a delay of 1 ms. */
struct pair {
	struct net *w;
	struct net_link *l;
	int a, b;
	struct in6 ia, ib;
	struct listener *la, *lb;
};

static struct pair pair_new(void)
{
	struct pair p = { .w = net_new() };

	p.l = net_link(p.w, true, MS);
	p.a = net_host(p.w);
	p.b = net_host(p.w);
	p.ia = net_address(1, 0xa);
	p.ib = net_address(1, 0xb);
	p.w->conf[p.a].dad = p.w->conf[p.b].dad = DAD_OFF;
	ip6_add_address(p.w->node[p.a], ip6_interface(p.w->node[p.a], 0), &p.ia, 64);
	ip6_add_address(p.w->node[p.b], ip6_interface(p.w->node[p.b], 0), &p.ib, 64);
	p.la = net_listen(p.w, p.a, false);
	p.lb = net_listen(p.w, p.b, false);
	net_attach(p.w, p.a, 0, p.l);
	net_attach(p.w, p.b, 0, p.l);
	net_run(p.w, 20 * S); /* router solicitations are over */
	return p;
}

static void resolves_then_sends(void)
{
	struct pair p = pair_new();
	const struct net_line *ns, *na;
	struct icmp6_message m;
	struct in6 group = in6_solicited_node(&p.ib);
	struct mac mac = net_mac(p.b, 0);

	net_send(p.w, p.a, net_udp(p.ia, p.ib, 100, 84));
	net_run(p.w, 20 * S + 2 * MS);
	g_assert_cmpuint(p.lb->udp, ==, 0);
	net_run(p.w, 20 * S + 3 * MS);
	g_assert_cmpuint(p.lb->udp, ==, 1);
	ns = net_last(p.w, p.a, MESSAGE_NS);
	g_assert_nonnull(ns);
	assert_in6(ns->destination, group);
	assert_in6(ns->source, p.ia); /* the source of the packet that asks, RFC 4861 7.2.2 */
	g_assert_cmpuint(ns->hop_limit, ==, 255);
	na = net_last(p.w, p.b, MESSAGE_NA);
	g_assert_nonnull(na);
	m = net_message(na);
	g_assert_true(m.u.neighbour.solicited && m.u.neighbour.override && !m.u.neighbour.router);
	g_assert_true(m.u.neighbour.has_mac && mac_equal(&m.u.neighbour.mac, &mac));
	assert_in6(na->destination, p.ia);
	/* both sides know each other now */
	net_send(p.w, p.b, net_udp(p.ib, p.ia, 10, 0));
	net_run(p.w, 20 * S + 4 * MS);
	g_assert_cmpuint(p.la->udp, ==, 1);
	g_assert_cmpuint(net_sent(p.w, p.b, MESSAGE_NS, 20 * S), ==, 0);
	net_free(p.w);
}

static void queues_three_and_drops_the_oldest(void)
{
	struct pair p = pair_new();

	for (uint16_t k = 0; k < 5; k++)
		net_send(p.w, p.a, net_udp(p.ia, p.ib, (uint16_t)(10 + k), 0));
	g_assert_cmpuint(net_drops(p.w, p.a, DROP_QUEUE_FULL), ==, 2);
	net_run(p.w, 21 * S);
	g_assert_cmpuint(p.lb->udp, ==, 3);
	g_assert_cmpuint(p.lb->last.octets, ==, 8 + 14);
	net_free(p.w);
}

static void nobody_answers(void)
{
	struct pair p = pair_new();
	struct in6 nobody = net_address(1, 0xc);
	const struct ip6_notice *error;

	net_send(p.w, p.a, net_udp(p.ia, nobody, 10, 0));
	net_run(p.w, 23 * S - 1);
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 20 * S), ==, 3);
	g_assert_null(listener_last(p.la, IP6_NOTICE_ICMP_ERROR));
	net_run(p.w, 23 * S);
	error = listener_last(p.la, IP6_NOTICE_ICMP_ERROR);
	g_assert_nonnull(error);
	g_assert_cmpuint(error->type, ==, ICMP6_DESTINATION_UNREACHABLE);
	g_assert_cmpuint(error->code, ==, UNREACHABLE_ADDRESS);
	g_assert_cmpuint(error->protocol, ==, PROTOCOL_UDP);
	assert_in6(error->destination, nobody);
	g_assert_cmpuint(net_drops(p.w, p.a, DROP_UNREACHABLE_NEIGHBOUR), ==, 1);
	g_assert_cmpint(node_deadline(p.w->node[p.a]), ==, MIP_NEVER);
	net_free(p.w);
}

/* Reachable for 30 s, then the next packet goes at once and 5 s later the neighbour is asked, alone. */
static void stale_entry_is_probed_in_the_background(void)
{
	struct pair p = pair_new();
	const struct net_line *ns;

	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	net_run(p.w, 20 * S + 50 * MS);
	g_assert_cmpint(node_deadline(p.w->node[p.a]), ==, MIP_NEVER); /* idle entries cost no timer */
	net_run(p.w, 60 * S);
	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	net_run(p.w, 60 * S + MS);
	g_assert_cmpuint(p.lb->udp, ==, 2);
	net_run(p.w, 65 * S - 1);
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 60 * S), ==, 0);
	net_run(p.w, 66 * S);
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 60 * S), ==, 1);
	ns = net_last(p.w, p.a, MESSAGE_NS);
	g_assert_cmpint(ns->at, ==, 65 * S);
	g_assert_false(ns->to_group);
	net_run(p.w, 80 * S);
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 66 * S), ==, 0);
	net_free(p.w);
}

static void silent_neighbour_is_forgotten(void)
{
	struct pair p = pair_new();

	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	net_run(p.w, 60 * S);
	p.l->deaf = true;
	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	net_run(p.w, 68 * S); /* 5 s, then three solicitations */
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 60 * S), ==, 3);
	p.l->deaf = false;
	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	g_assert_true(net_last(p.w, p.a, MESSAGE_NS)->to_group); /* resolved anew */
	net_run(p.w, 69 * S);
	g_assert_cmpuint(p.lb->udp, ==, 2);
	net_free(p.w);
}

static struct packet *advertisement(struct pair *p, struct mac mac, bool solicited, bool override, bool to_all)
{
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	m.u.neighbour = (struct nd_neighbour_message){
		.target = p->ib, .has_mac = true, .mac = mac, .solicited = solicited, .override = override
	};
	return net_ethernet(net_icmp(&m, p->ib, to_all ? in6_all_nodes : p->ia, 255), net_mac(p->a, 0), mac);
}

/* Who gets a's next packet to b, after an advertisement with another link-layer address? */
static const struct override_case {
	const char *name;
	bool solicited, override, moves;
} override_cases[] = {
	{ "override", false, true, true },
	{ "no-override", false, false, false },
	{ "solicited-no-override", true, false, false },
	{ "solicited-override", true, true, true },
};

static void override_flag(gconstpointer data)
{
	const struct override_case *c = data;
	struct pair p = pair_new();
	struct mac other = { { 2, 9, 9, 9, 9, 9 } };
	struct packet *out;

	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	net_run(p.w, 21 * S);
	node_input(p.w->node[p.a], p.w->now, 0, advertisement(&p, other, c->solicited, c->override, false));
	ip6_send(p.w->node[p.a], p.w->now, net_udp(p.ia, p.ib, 10, 0), 0);
	out = node_output(p.w->node[p.a]);
	g_assert_nonnull(out);
	g_assert_cmpint(!memcmp(out->data, &other, 6), ==, c->moves);
	packet_free(out);
	net_free(p.w);
}

static void unsolicited_advertisement_creates_nothing(void)
{
	struct pair p = pair_new();

	net_input(p.w, p.a, 0, advertisement(&p, net_mac(p.b, 0), false, true, true));
	net_send(p.w, p.a, net_udp(p.ia, p.ib, 10, 0));
	g_assert_cmpuint(net_sent(p.w, p.a, MESSAGE_NS, 20 * S), ==, 1);
	net_free(p.w);
}

static void wrong_hop_limit_is_ignored(void)
{
	struct pair p = pair_new();
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };
	struct in6 group = in6_solicited_node(&p.ib);

	m.u.neighbour.target = p.ib;
	net_input(p.w, p.b, 0, net_ethernet(net_icmp(&m, p.ia, group, 254), mac_of_multicast(&group), net_mac(p.a, 0)));
	g_assert_cmpuint(net_drops(p.w, p.b, DROP_MALFORMED), ==, 1);
	g_assert_cmpuint(net_sent(p.w, p.b, MESSAGE_NA, 20 * S), ==, 0);
	net_input(p.w, p.b, 0, net_ethernet(net_icmp(&m, p.ia, group, 255), mac_of_multicast(&group), net_mac(p.a, 0)));
	net_run(p.w, 21 * S);
	g_assert_cmpuint(net_sent(p.w, p.b, MESSAGE_NA, 20 * S), ==, 1); /* after it asked for the asker */
	net_free(p.w);
}

static void frames_for_others_are_dropped(void)
{
	struct pair p = pair_new();
	unsigned before = net_drops(p.w, p.b, DROP_NOT_FOR_US); /* router solicitations */

	net_input(p.w, p.b, 0, net_ethernet(net_udp(p.ia, p.ib, 10, 0), (struct mac){ { 2, 1, 2, 3, 4, 5 } }, net_mac(p.a, 0)));
	g_assert_cmpuint(p.lb->udp, ==, 0);
	g_assert_cmpuint(net_drops(p.w, p.b, DROP_NOT_FOR_US), ==, before + 1);
	net_input(p.w, p.b, 0, net_ethernet(net_udp(p.ia, net_address(1, 0xd), 10, 0), net_mac(p.b, 0), net_mac(p.a, 0)));
	g_assert_cmpuint(net_drops(p.w, p.b, DROP_NOT_FOR_US), ==, before + 2);
	net_free(p.w);
}

/* A host's cache is bounded: the entry confirmed longest ago is resolved again, the newest is not. */
static void cache_is_bounded(void)
{
	struct pair p = pair_new();
	struct mac mac = net_mac(p.b, 0);
	struct packet *out;

	for (uint16_t k = 0; k < 300; k++) {
		struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };
		struct in6 group = in6_solicited_node(&p.ia);

		m.u.neighbour = (struct nd_neighbour_message){ .target = p.ia, .has_mac = true, .mac = mac };
		net_input(
		    p.w, p.a, 0,
		    net_ethernet(net_icmp(&m, net_address(1, (uint16_t)(100 + k)), group, 255), mac_of_multicast(&group), mac));
	}
	net_run(p.w, 40 * S); /* the delays after the answers, and the probes nobody answers, are over: all 300 are gone again */
	for (uint16_t k = 0; k < 300; k++) {
		struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };
		struct in6 group = in6_solicited_node(&p.ia), source = net_address(1, (uint16_t)(100 + k));

		m.u.neighbour = (struct nd_neighbour_message){ .target = p.ia, .has_mac = true, .mac = mac };
		net_input(p.w, p.a, 0, net_ethernet(net_icmp(&m, source, group, 255), mac_of_multicast(&group), mac));
		m = (struct icmp6_message){ .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
		m.u.neighbour = (struct nd_neighbour_message){
			.target = source, .has_mac = true, .mac = mac, .solicited = true, .override = true
		};
		net_input(p.w, p.a, 0, net_ethernet(net_icmp(&m, source, p.ia, 255), net_mac(p.a, 0), mac));
	}
	ip6_send(p.w->node[p.a], p.w->now, net_udp(p.ia, net_address(1, 399), 10, 0), 0);
	out = node_output(p.w->node[p.a]);
	g_assert_cmpmem(out->data, 6, &mac, 6);
	packet_free(out);
	ip6_send(p.w->node[p.a], p.w->now, net_udp(p.ia, net_address(1, 100), 10, 0), 0);
	out = node_output(p.w->node[p.a]);
	g_assert_cmpuint(out->data[0], ==, 0x33);
	packet_free(out);
	net_free(p.w);
}

/* ---- proxies ----------------------------------------------------------------------------------------------------- */

static void proxy_attracts_and_lets_go(void)
{
	struct pair p = pair_new();
	struct node *b = p.w->node[p.b];
	struct in6 home = net_address(1, 0xd);
	struct in6 group = in6_solicited_node(&home);
	struct mac group_mac = mac_of_multicast(&group), own = net_mac(p.b, 0);
	struct icmp6_message m;
	unsigned before = net_drops(p.w, p.b, DROP_NOT_FOR_US);

	g_assert_false(ip6_wants_group(b, 0, &group_mac));
	ip6_add_proxy(b, p.w->now, ip6_interface(b, 0), &home);
	ip6_add_proxy(b, p.w->now, ip6_interface(b, 0), &home);
	net_pump(p.w, p.b);
	g_assert_true(ip6_wants_group(b, 0, &group_mac));
	g_assert_cmpuint(net_sent(p.w, p.b, MESSAGE_NA, 20 * S), ==, 1);
	m = net_message(net_last(p.w, p.b, MESSAGE_NA));
	assert_in6(m.u.neighbour.target, home);
	assert_in6(net_last(p.w, p.b, MESSAGE_NA)->destination, in6_all_nodes);
	g_assert_true(m.u.neighbour.override && !m.u.neighbour.router && !m.u.neighbour.solicited);
	g_assert_true(mac_equal(&m.u.neighbour.mac, &own));

	net_send(p.w, p.a, net_udp(p.ia, home, 10, 0));
	net_run(p.w, 21 * S);
	m = net_message(net_last(p.w, p.b, MESSAGE_NA));
	g_assert_true(m.u.neighbour.solicited && !m.u.neighbour.override && !m.u.neighbour.router);
	g_assert_cmpuint(net_drops(p.w, p.b, DROP_NOT_FOR_US), ==, before + 1); /* attracted; here nobody tunnels it on */

	ip6_remove_proxy(b, ip6_interface(b, 0), &home);
	g_assert_false(ip6_wants_group(b, 0, &group_mac));
	net_free(p.w);
}

static void proxy_defends_in_duplicate_address_detection(void)
{
	struct pair p = pair_new();
	struct in6 home = net_address(1, 0xd);
	struct ip6_address *a;
	struct net_line answer;

	ip6_add_proxy(p.w->node[p.b], p.w->now, ip6_interface(p.w->node[p.b], 0), &home);
	net_pump(p.w, p.b);
	p.w->conf[p.a].dad = DAD_ON;
	a = ip6_add_address(p.w->node[p.a], ip6_interface(p.w->node[p.a], 0), &home, 128);
	a->state = IP6_ADDRESS_AWAY;
	ip6_probe_address(p.w->node[p.a], p.w->now, a);
	net_pump(p.w, p.a);
	net_run(p.w, 20 * S + 2 * MS);
	g_assert_cmpint(net_state(p.w, p.a, home), ==, IP6_ADDRESS_DUPLICATE);
	g_assert_cmpuint(listener_count(p.la, IP6_NOTICE_ADDRESS_DUPLICATE), ==, 1);
	g_assert_cmpuint(net_seen(p.w, p.a, OBSERVE_DUPLICATE_ADDRESS, 0), ==, 1);
	answer = *net_last(p.w, p.b, MESSAGE_NA);
	assert_in6(answer.destination, in6_all_nodes);
	g_assert_false(net_message(&answer).u.neighbour.solicited);
	net_free(p.w);
}

static void many_proxies(void)
{
	struct pair p = pair_new();
	struct node *b = p.w->node[p.b];

	for (uint16_t k = 1; k <= 2000; k++) {
		struct in6 home = net_address(1, (uint16_t)(1000 + k));

		ip6_add_proxy(b, p.w->now, ip6_interface(b, 0), &home);
	}
	for (uint16_t k = 1; k <= 2000; k += 2) {
		struct in6 home = net_address(1, (uint16_t)(1000 + k));

		ip6_remove_proxy(b, ip6_interface(b, 0), &home);
	}
	for (uint16_t k = 1; k <= 2000; k++) {
		struct in6 home = net_address(1, (uint16_t)(1000 + k)), group = in6_solicited_node(&home);
		struct mac mac = mac_of_multicast(&group);

		g_assert_cmpint(ip6_wants_group(b, 0, &mac), ==, !(k & 1));
	}
	net_free(p.w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/neighbour/resolves-then-sends", resolves_then_sends);
	g_test_add_func("/ip6/neighbour/queues-three-and-drops-the-oldest", queues_three_and_drops_the_oldest);
	g_test_add_func("/ip6/neighbour/nobody-answers", nobody_answers);
	g_test_add_func("/ip6/neighbour/stale-entry-is-probed-in-the-background", stale_entry_is_probed_in_the_background);
	g_test_add_func("/ip6/neighbour/silent-neighbour-is-forgotten", silent_neighbour_is_forgotten);
	for (size_t k = 0; k < G_N_ELEMENTS(override_cases); k++) {
		char *path = g_strconcat("/ip6/neighbour/advertisement/", override_cases[k].name, NULL);

		g_test_add_data_func(path, &override_cases[k], override_flag);
		g_free(path);
	}
	g_test_add_func("/ip6/neighbour/unsolicited-advertisement-creates-nothing", unsolicited_advertisement_creates_nothing);
	g_test_add_func("/ip6/neighbour/wrong-hop-limit-is-ignored", wrong_hop_limit_is_ignored);
	g_test_add_func("/ip6/neighbour/frames-for-others-are-dropped", frames_for_others_are_dropped);
	g_test_add_func("/ip6/neighbour/cache-is-bounded", cache_is_bounded);
	g_test_add_func("/ip6/proxy/attracts-and-lets-go", proxy_attracts_and_lets_go);
	g_test_add_func("/ip6/proxy/defends-in-duplicate-address-detection", proxy_defends_in_duplicate_address_detection);
	g_test_add_func("/ip6/proxy/many", many_proxies);
	return g_test_run();
}
