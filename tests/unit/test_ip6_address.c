// SPDX-License-Identifier: GPL-3.0-or-later
/* Duplicate address detection, autoconfiguration and router discovery in virtual time (RFC 4862, 4429, 4861 section 6). */
#include "tests/unit/net.h"

/* A host with a listener, on a link with a delay of 1 ms, attached at 1 s. */
struct one {
	struct net *w;
	struct net_link *l;
	int h;
	struct listener *role;
};

static struct one one_new(void)
{
	struct one o = { .w = net_new() };

	o.l = net_link(o.w, true, MS);
	o.h = net_host(o.w);
	o.role = net_listen(o.w, o.h, false);
	net_run(o.w, 1 * S);
	return o;
}

static struct packet *router_advertisement(uint16_t subnet, struct mac mac, uint32_t valid_s, uint32_t preferred_s, bool on_link)
{
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };
	struct nd_router_advertisement *ra = &m.u.router_advertisement;

	ra->hop_limit = 64;
	ra->router_lifetime_s = 1800;
	ra->has_source_mac = true;
	ra->source_mac = mac;
	ra->prefix_count = 1;
	ra->prefixes[0] = (struct nd_prefix){ .prefix = net_address(subnet, 0),
		                              .length = 64,
		                              .on_link = on_link,
		                              .autonomous = true,
		                              .valid_s = valid_s,
		                              .preferred_s = preferred_s };
	return net_ethernet(net_icmp(&m, in6_link_local_of(&mac), in6_all_nodes, 255), mac_of_multicast(&in6_all_nodes), mac);
}

static const struct mac router_mac = { { 2, 7, 7, 7, 7, 7 } };

/* ---- duplicate address detection --------------------------------------------------------------------------------- */

static void unchallenged_address_is_ready_after_one_second(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0), link_local = net_link_local(o.h, 0);
	struct in6 group = in6_solicited_node(&care_of);
	const struct net_line *probe;

	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 1500 * MS);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	probe = net_last(o.w, o.h, MESSAGE_NS);
	g_assert_cmpint(probe->at, ==, 1500 * MS);
	assert_in6(probe->source, in6_unspecified);
	assert_in6(probe->destination, group);
	g_assert_false(net_message(probe).u.neighbour.has_mac);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_TENTATIVE);
	net_send(o.w, o.h, net_udp(care_of, net_address(9, 9), 10, 0));
	g_assert_cmpuint(net_drops(o.w, o.h, DROP_TENTATIVE_ADDRESS), ==, 1);
	net_run(o.w, 2500 * MS - 1);
	g_assert_cmpint(net_state(o.w, o.h, link_local), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_TENTATIVE);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 0);
	net_run(o.w, 2500 * MS);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 1);
	assert_in6(listener_last(o.role, IP6_NOTICE_ADDRESS_READY)->address, care_of);
	net_send(o.w, o.h, net_udp(care_of, net_address(9, 9), 10, 0));
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_DATA, 0), ==, 1);
	net_free(o.w);
}

/* What contests a tentative address, and what does not. */
static const struct contest {
	const char *name;
	bool advertisement, anonymous, own_target, duplicate;
} contests[] = {
	{ "advertisement", true, false, true, true },
	{ "other-prober", false, true, true, true },
	{ "resolution-by-another", false, false, true, false },
	{ "advertisement-of-another-address", true, false, false, false },
	{ "prober-of-another-address", false, true, false, false },
};

static void contest(gconstpointer data)
{
	const struct contest *c = data;
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0), group, target = care_of;
	struct icmp6_message m = { .type = c->advertisement ? ICMP6_NEIGHBOR_ADVERTISEMENT : ICMP6_NEIGHBOR_SOLICITATION };

	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 3 * S);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	net_run(o.w, 3900 * MS);
	if (!c->own_target)
		target.octets[8] ^= 1;
	group = in6_solicited_node(&target);
	m.u.neighbour = (struct nd_neighbour_message){
		.target = target, .has_mac = !c->anonymous, .mac = router_mac, .override = c->advertisement
	};
	net_input(o.w, o.h, 0,
	          net_ethernet(net_icmp(&m,
	                                c->advertisement ? target
	                                : c->anonymous   ? in6_unspecified
	                                                 : net_address(5, 1),
	                                c->advertisement ? in6_all_nodes : group, 255),
	                       mac_of_multicast(c->advertisement ? &in6_all_nodes : &group), router_mac));
	net_run(o.w, 10 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, c->duplicate ? IP6_ADDRESS_DUPLICATE : IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(net_seen(o.w, o.h, OBSERVE_DUPLICATE_ADDRESS, 0), ==, c->duplicate);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, !c->duplicate);
	/* the next advertisement does not revive it */
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	net_run(o.w, 20 * S);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, !c->duplicate);
	net_free(o.w);
}

static void simultaneous_probes_collide(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, MS);
	struct in6 wanted = net_address(5, 0x77);
	int h[2] = { net_host(w), net_host(w) };
	struct ip6_address *a[2];

	for (int k = 0; k < 2; k++)
		net_attach(w, h[k], 0, l);
	net_run(w, 20 * S);
	for (int k = 0; k < 2; k++) {
		a[k] = ip6_add_address(w->node[h[k]], ip6_interface(w->node[h[k]], 0), &wanted, 128);
		a[k]->state = IP6_ADDRESS_AWAY;
	}
	for (int k = 0; k < 2; k++) {
		ip6_probe_address(w->node[h[k]], w->now, a[k]);
		net_pump(w, h[k]);
	}
	net_run(w, 20 * S + MS);
	g_assert_cmpint(a[0]->state, ==, IP6_ADDRESS_DUPLICATE);
	g_assert_cmpint(a[1]->state, ==, IP6_ADDRESS_DUPLICATE);
	net_free(w);
}

static void owner_defends(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, MS);
	struct in6 wanted = net_address(5, 0x77);
	int owner = net_host(w), other = net_host(w);
	struct ip6_address *a;
	const struct net_line *na;

	ip6_add_address(w->node[owner], ip6_interface(w->node[owner], 0), &wanted, 64);
	net_attach(w, owner, 0, l);
	net_attach(w, other, 0, l);
	net_run(w, 20 * S);
	a = ip6_add_address(w->node[other], ip6_interface(w->node[other], 0), &wanted, 128);
	a->state = IP6_ADDRESS_AWAY;
	ip6_probe_address(w->node[other], w->now, a);
	net_pump(w, other);
	net_run(w, 20 * S + 2 * MS);
	g_assert_cmpint(a->state, ==, IP6_ADDRESS_DUPLICATE);
	na = net_last(w, owner, MESSAGE_NA);
	assert_in6(na->destination, in6_all_nodes);
	g_assert_true(net_message(na).u.neighbour.override);
	g_assert_false(net_message(na).u.neighbour.solicited);
	g_assert_cmpint(net_state(w, owner, wanted), ==, IP6_ADDRESS_PREFERRED);
	net_free(w);
}

static void without_detection_all_happens_at_once(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);

	o.w->conf[o.h].dad = DAD_OFF;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 1);
	net_run(o.w, 10 * S);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 0);
	net_free(o.w);
}

static void optimistic_address_is_used_and_not_pushed(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0), group = in6_solicited_node(&care_of);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };

	o.w->conf[o.h].dad = DAD_OPTIMISTIC;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_OPTIMISTIC);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 1);
	/* on-link, unknown: no solicitation from an optimistic address, the router forwards (RFC 4429 3.2) */
	net_send(o.w, o.h, net_udp(care_of, net_address(5, 9), 10, 0));
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_DATA, 0), ==, 1);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 2); /* the two probes */
	m.u.neighbour = (struct nd_neighbour_message){ .target = care_of, .has_mac = true, .mac = router_mac };
	net_input(o.w, o.h, 0, net_ethernet(net_icmp(&m, net_address(5, 1), group, 255), mac_of_multicast(&group), router_mac));
	m = net_message(net_last(o.w, o.h, MESSAGE_NA));
	g_assert_false(m.u.neighbour.override);
	net_run(o.w, 3 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 1);
	net_free(o.w);
}

static void contested_optimistic_address_is_given_up(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	o.w->conf[o.h].dad = DAD_OPTIMISTIC;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	m.u.neighbour = (struct nd_neighbour_message){ .target = care_of, .has_mac = true, .mac = router_mac, .override = true };
	net_input(o.w, o.h, 0,
	          net_ethernet(net_icmp(&m, care_of, in6_all_nodes, 255), mac_of_multicast(&in6_all_nodes), router_mac));
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_DUPLICATE);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_DUPLICATE), ==, 1);
	net_send(o.w, o.h, net_udp(care_of, net_address(9, 9), 10, 0));
	g_assert_cmpuint(net_drops(o.w, o.h, DROP_TENTATIVE_ADDRESS), ==, 1);
	net_free(o.w);
}

/* RFC 4429 3.3: no delay before the solicitations, whatever dad-delay says. */
static void optimistic_addresses_are_probed_without_delay(void)
{
	struct one o = one_new();

	o.w->conf[o.h].dad = DAD_OPTIMISTIC;
	o.w->conf[o.h].dad_delay = true;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 2);
	net_free(o.w);
}

/* RFC 4429 3.3: an advertisement without a link-layer address is no ground for optimism. */
static void no_optimism_without_the_routers_address(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);
	struct packet *p = router_advertisement(5, router_mac, 1000, 1000, true);
	uint8_t *ra = p->data + ETHERNET_HEADER + IPV6_HEADER;
	size_t length = p->length - ETHERNET_HEADER - IPV6_HEADER, at = 16;
	struct in6 source = ipv6_source(p->data + ETHERNET_HEADER), destination = ipv6_destination(p->data + ETHERNET_HEADER);

	/* The source link-layer address option becomes one that nobody knows. */
	while (ra[at] != 1)
		at += 8u * ra[at + 1];
	g_assert_cmpuint(at, <, length);
	ra[at] = 253;
	ra[2] = ra[3] = 0;
	store_be16(ra + 2, checksum_finish(checksum_add(checksum_pseudo_header(&source, &destination, (uint32_t)length, PROTOCOL_ICMP6), ra, length)));
	o.w->conf[o.h].dad = DAD_OPTIMISTIC;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, p);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_TENTATIVE);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 0);
	net_run(o.w, 3 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 1);
	net_free(o.w);
}

/* The random delay: within a second, and one draw for all addresses that start at one instant. */
static void random_delay_is_shared(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);
	mip_time ready = 0;

	o.w->conf[o.h].dad_delay = true;
	o.w->conf[o.h].movement_detection = DETECT_EAGER;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 0);
	for (mip_time t = o.w->now; !ready && t < 5 * S; t += MS) {
		net_run(o.w, t);
		if (net_state(o.w, o.h, care_of) == IP6_ADDRESS_PREFERRED)
			ready = t;
	}
	g_assert_cmpint(ready, >, 2 * S);
	g_assert_cmpint(ready, <=, 3 * S + MS);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 2);
	g_assert_cmpint(g_array_index(o.w->lines, struct net_line, 0).at, <, 3 * S);
	for (guint k = 0; k < o.w->lines->len; k++) {
		const struct net_line *line = &g_array_index(o.w->lines, struct net_line, k);

		if (line->type == MESSAGE_NS)
			g_assert_cmpint(line->at, ==, net_last(o.w, o.h, MESSAGE_NS)->at);
	}
	net_free(o.w);
}

static void link_local_first(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);

	o.w->conf[o.h].link_local_dad = LINK_LOCAL_DAD_FIRST;
	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 1200 * MS);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 1);
	net_run(o.w, 2 * S);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 0), ==, 2);
	net_run(o.w, 3 * S - 1);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_TENTATIVE);
	net_run(o.w, 3 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	net_free(o.w);
}

static void detection_waits_for_the_link(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0);

	o.w->conf[o.h].movement_detection = DETECT_EAGER;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	net_run(o.w, 1500 * MS);
	net_detach(o.w, o.h, 0);
	net_run(o.w, 9 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_TENTATIVE);
	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 10 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	net_free(o.w);
}

static struct {
	unsigned calls;
	bool duplicate;
	mip_time at;
} probed;

static void note_probe(struct ip6_probe *p, mip_time now, bool duplicate)
{
	(void)p;
	probed.calls++;
	probed.duplicate = duplicate;
	probed.at = now;
}

static void probe_on_behalf(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, MS);
	int r = net_router(w, l, 5, true), h = net_host(w);
	struct in6 taken = net_address(5, 0x77), group = in6_solicited_node(&taken);
	struct mac mac = mac_of_multicast(&group);
	struct ip6_probe p = { .target = taken, .interface = ip6_interface(w->node[r], 0), .done = note_probe };

	memset(&probed, 0, sizeof probed);
	net_run(w, 10 * S);
	ip6_start_probe(w->node[r], w->now, &p);
	net_pump(w, r);
	g_assert_true(ip6_wants_group(w->node[r], 0, &mac));
	net_run(w, 11 * S);
	g_assert_cmpuint(probed.calls, ==, 1);
	g_assert_false(probed.duplicate);
	g_assert_cmpint(probed.at, ==, 11 * S);
	g_assert_false(ip6_wants_group(w->node[r], 0, &mac));

	ip6_add_address(w->node[h], ip6_interface(w->node[h], 0), &taken, 64);
	net_attach(w, h, 0, l);
	net_run(w, 30 * S);
	ip6_start_probe(w->node[r], w->now, &p);
	net_pump(w, r);
	net_run(w, 30 * S + 2 * MS);
	g_assert_cmpuint(probed.calls, ==, 2);
	g_assert_true(probed.duplicate);

	ip6_start_probe(w->node[r], w->now, &p);
	ip6_cancel_probe(w->node[r], &p);
	net_run(w, 40 * S);
	g_assert_cmpuint(probed.calls, ==, 2);
	net_free(w);
}

/* ---- autoconfiguration ------------------------------------------------------------------------------------------- */

static void home_address_away_is_left_alone(void)
{
	struct one o = one_new();
	struct in6 home = net_autoconfigured(5, o.h, 0), group = in6_solicited_node(&home);
	struct mac mac = mac_of_multicast(&group);
	struct ip6_address *a = ip6_add_address(o.w->node[o.h], ip6_interface(o.w->node[o.h], 0), &home, 128);

	a->state = IP6_ADDRESS_AWAY;
	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 3 * S);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 1000, 1000, true));
	net_run(o.w, 10 * S);
	g_assert_cmpint(a->state, ==, IP6_ADDRESS_AWAY);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_PREFIX), ==, 1);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 0);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_NS, 3 * S), ==, 0);
	/* the link-local address shares its group; alone, it would not be wanted */
	g_assert_true(ip6_wants_group(o.w->node[o.h], 0, &mac));
	net_free(o.w);
}

static void lifetimes_run_out(void)
{
	struct one o = one_new();
	struct in6 care_of = net_autoconfigured(5, o.h, 0), there = net_address(5, 9);

	o.w->conf[o.h].dad = DAD_OFF;
	net_attach(o.w, o.h, 0, o.l);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 30, 20, true));
	net_run(o.w, 10 * S);
	net_input(o.w, o.h, 0, router_advertisement(5, router_mac, 30, 20, true)); /* renewed */
	net_run(o.w, 30 * S - 1);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_PREFERRED);
	net_run(o.w, 30 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, IP6_ADDRESS_DEPRECATED);
	g_assert_nonnull(ip6_on_link_interface(o.w->node[o.h], &there));
	net_run(o.w, 40 * S);
	g_assert_cmpint(net_state(o.w, o.h, care_of), ==, -1);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_GONE), ==, 1);
	g_assert_null(ip6_on_link_interface(o.w->node[o.h], &there));
	net_free(o.w);
}

static const struct refused {
	const char *name;
	uint32_t valid_s, preferred_s;
	uint8_t length;
	bool link_local;
} refusals[] = {
	{ "preferred-beyond-valid", 10, 20, 64, false },
	{ "no-valid-lifetime", 0, 0, 64, false },
	{ "not-64-bits", 100, 100, 56, false },
	{ "link-local-prefix", 100, 100, 64, true },
};

static void refused_prefix(gconstpointer data)
{
	const struct refused *c = data;
	struct one o = one_new();
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };
	struct nd_router_advertisement *ra = &m.u.router_advertisement;

	o.w->conf[o.h].dad = DAD_OFF;
	net_attach(o.w, o.h, 0, o.l);
	ra->router_lifetime_s = 1800;
	ra->prefix_count = 1;
	ra->prefixes[0] = (struct nd_prefix){ .prefix = c->link_local ? net_link_local(3, 3) : net_address(5, 0),
		                              .length = c->length,
		                              .autonomous = true,
		                              .valid_s = c->valid_s,
		                              .preferred_s = c->preferred_s };
	net_input(o.w, o.h, 0,
	          net_ethernet(net_icmp(&m, in6_link_local_of(&router_mac), in6_all_nodes, 255), mac_of_multicast(&in6_all_nodes),
	                       router_mac));
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ROUTER), ==, 1);
	g_assert_cmpuint(listener_count(o.role, IP6_NOTICE_ADDRESS_READY), ==, 0);
	g_assert_null(ip6_global_address(ip6_interface(o.w->node[o.h], 0)));
	net_free(o.w);
}

/* ---- routers ----------------------------------------------------------------------------------------------------- */

static void advertisements_keep_their_interval(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, 0);
	int r = net_router(w, l, 5, true);
	mip_time last = -1;
	unsigned count = 0;
	struct icmp6_message m;

	net_run(w, 200 * S);
	for (guint k = 0; k < w->lines->len; k++) {
		const struct net_line *line = &g_array_index(w->lines, struct net_line, k);

		g_assert_cmpint(line->type, ==, MESSAGE_RA);
		if (last < 0)
			g_assert_cmpint(line->at, <=, 3 * S);
		else {
			g_assert_cmpint(line->at - last, >=, 1 * S);
			g_assert_cmpint(line->at - last, <=, 3 * S);
		}
		last = line->at;
		count++;
	}
	g_assert_cmpuint(count, >, 85);
	g_assert_cmpuint(count, <, 115);
	m = net_message(net_last(w, r, MESSAGE_RA));
	g_assert_cmpuint(m.u.router_advertisement.router_lifetime_s, ==, 9);
	g_assert_true(m.u.router_advertisement.home_agent && m.u.router_advertisement.has_source_mac);
	g_assert_cmpuint(m.u.router_advertisement.interval_ms, ==, 3000);
	g_assert_cmpuint(m.u.router_advertisement.prefix_count, ==, 1);
	g_assert_true(m.u.router_advertisement.prefixes[0].router_address);
	assert_in6(m.u.router_advertisement.prefixes[0].prefix, net_address(5, 1));
	net_free(w);
}

static void routers_are_not_in_phase(void)
{
	struct net *w = net_new();
	int a = net_router(w, net_link(w, true, 0), 5, false), b = net_router(w, net_link(w, true, 0), 6, false);

	net_run(w, 3 * S);
	g_assert_cmpuint(net_sent(w, a, MESSAGE_RA, 0), >, 0);
	g_assert_cmpint(net_last(w, a, MESSAGE_RA)->at, !=, net_last(w, b, MESSAGE_RA)->at);
	net_free(w);
}

static void solicitation_is_answered_soon(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, MS);
	int r, h = net_node(w);
	struct listener *role;

	r = net_node(w);
	w->conf[r].router_advertisement_min = 100 * S;
	w->conf[r].router_advertisement_max = 200 * S;
	net_port(w, r, true);
	ip6_set_forwarding(w->node[r], true);
	ip6_advertise(w->node[r], ip6_interface(w->node[r], 0), &(struct in6){ { 0x20, 1, 0xd, 0xb8, [7] = 5, [15] = 1 } },
	              false);
	net_attach(w, r, 0, l);
	net_port(w, h, true);
	role = net_listen(w, h, false);
	net_run(w, 150 * S);
	g_assert_cmpuint(net_sent(w, r, MESSAGE_RA, 0), >=, 1);
	net_attach(w, h, 0, l);
	g_assert_cmpuint(net_sent(w, h, MESSAGE_RS, 150 * S), ==, 1); /* a hint: no delay */
	assert_in6(net_last(w, h, MESSAGE_RS)->source, in6_unspecified);
	assert_in6(net_last(w, h, MESSAGE_RS)->destination, in6_all_routers);
	net_run(w, 150 * S + 502 * MS);
	g_assert_cmpuint(net_sent(w, r, MESSAGE_RA, 150 * S), ==, 1);
	g_assert_cmpuint(listener_count(role, IP6_NOTICE_ROUTER), ==, 1);
	g_assert_cmpuint(net_seen(w, h, OBSERVE_ROUTER_FOUND, 0), ==, 1);
	net_run(w, 170 * S);
	g_assert_cmpuint(net_sent(w, h, MESSAGE_RS, 0), ==, 1); /* answered: no more */
	g_assert_cmpuint(net_sent(w, r, MESSAGE_RA, 150 * S), ==, 1); /* and a full new interval */
	net_free(w);
}

static void unanswered_solicitations_end_after_three(void)
{
	struct one o = one_new();

	net_attach(o.w, o.h, 0, o.l);
	net_run(o.w, 60 * S);
	g_assert_cmpuint(net_sent(o.w, o.h, MESSAGE_RS, 0), ==, 3);
	g_assert_cmpint(net_last(o.w, o.h, MESSAGE_RS)->at, ==, 9 * S);
	assert_in6(net_last(o.w, o.h, MESSAGE_RS)->source, net_link_local(o.h, 0)); /* detected by then */
	net_free(o.w);
}

static void solicitations_cannot_flood_advertisements(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, 0);
	int r = net_router(w, l, 5, false);

	for (int k = 0; k < 1000; k++) {
		struct icmp6_message m = { .type = ICMP6_ROUTER_SOLICITATION };

		net_run(w, k * 10 * MS);
		net_input(w, r, 0,
		          net_ethernet(net_icmp(&m, in6_unspecified, in6_all_routers, 255), mac_of_multicast(&in6_all_routers),
		                       net_mac(9, 0)));
	}
	g_assert_cmpuint(net_sent(w, r, MESSAGE_RA, 0), <=, 11); /* one a second: the configured minimum */
	g_assert_cmpuint(net_sent(w, r, MESSAGE_RA, 0), >=, 8);
	net_free(w);
}

static void silent_router_expires(void)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, MS);
	int r = net_router(w, l, 5, false), h = net_host(w);
	struct listener *role = net_listen(w, h, false);
	struct in6 far = net_address(9, 9);
	mip_time last;

	net_attach(w, h, 0, l);
	net_run(w, 30 * S);
	g_assert_true(ip6_reachable(w->node[h], &far));
	last = net_last(w, r, MESSAGE_RA)->at;
	l->deaf = true;
	net_run(w, last + MS + 9 * S - 1);
	g_assert_cmpuint(listener_count(role, IP6_NOTICE_ROUTER_LOST), ==, 0);
	net_run(w, last + MS + 9 * S);
	g_assert_cmpuint(listener_count(role, IP6_NOTICE_ROUTER_LOST), ==, 1);
	g_assert_false(ip6_reachable(w->node[h], &far));
	net_send(w, h, net_udp(net_autoconfigured(5, h, 0), far, 10, 0));
	g_assert_cmpuint(net_drops(w, h, DROP_NO_ROUTE), ==, 1);
	net_free(w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/dad/unchallenged-address-is-ready-after-one-second",
	                unchallenged_address_is_ready_after_one_second);
	for (size_t k = 0; k < G_N_ELEMENTS(contests); k++) {
		char *path = g_strconcat("/ip6/dad/contest/", contests[k].name, NULL);

		g_test_add_data_func(path, &contests[k], contest);
		g_free(path);
	}
	g_test_add_func("/ip6/dad/simultaneous-probes-collide", simultaneous_probes_collide);
	g_test_add_func("/ip6/dad/owner-defends", owner_defends);
	g_test_add_func("/ip6/dad/off-all-happens-at-once", without_detection_all_happens_at_once);
	g_test_add_func("/ip6/dad/optimistic-address-is-used-and-not-pushed", optimistic_address_is_used_and_not_pushed);
	g_test_add_func("/ip6/dad/optimistic-addresses-are-probed-without-delay", optimistic_addresses_are_probed_without_delay);
	g_test_add_func("/ip6/dad/no-optimism-without-the-routers-address", no_optimism_without_the_routers_address);
	g_test_add_func("/ip6/dad/contested-optimistic-address-is-given-up", contested_optimistic_address_is_given_up);
	g_test_add_func("/ip6/dad/random-delay-is-shared", random_delay_is_shared);
	g_test_add_func("/ip6/dad/link-local-first", link_local_first);
	g_test_add_func("/ip6/dad/waits-for-the-link", detection_waits_for_the_link);
	g_test_add_func("/ip6/dad/on-behalf", probe_on_behalf);
	g_test_add_func("/ip6/autoconfiguration/home-address-away-is-left-alone", home_address_away_is_left_alone);
	g_test_add_func("/ip6/autoconfiguration/lifetimes-run-out", lifetimes_run_out);
	for (size_t k = 0; k < G_N_ELEMENTS(refusals); k++) {
		char *path = g_strconcat("/ip6/autoconfiguration/refuses/", refusals[k].name, NULL);

		g_test_add_data_func(path, &refusals[k], refused_prefix);
		g_free(path);
	}
	g_test_add_func("/ip6/router/advertisements-keep-their-interval", advertisements_keep_their_interval);
	g_test_add_func("/ip6/router/not-in-phase", routers_are_not_in_phase);
	g_test_add_func("/ip6/router/solicitation-is-answered-soon", solicitation_is_answered_soon);
	g_test_add_func("/ip6/router/unanswered-solicitations-end-after-three", unanswered_solicitations_end_after_three);
	g_test_add_func("/ip6/router/solicitations-cannot-flood-advertisements", solicitations_cannot_flood_advertisements);
	g_test_add_func("/ip6/router/silent-router-expires", silent_router_expires);
	return g_test_run();
}
