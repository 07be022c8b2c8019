// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Hostile input through node_input: every message cut at every length, with and without matching length fields, with single
 * octets changed, and random frames at random times. Nothing may crash, leak or make the node deaf.
 */
#include "tests/unit/net.h"

#define SEEDS 16

static const struct mac peer_mac = { { 2, 9, 9, 9, 9, 9 } };

struct corpus {
	struct packet *packet[SEEDS]; /* from the IPv6 header on */
	unsigned count;
};

static void keep(struct corpus *c, struct packet *take)
{
	g_assert_cmpuint(c->count, <, SEEDS);
	c->packet[c->count++] = take;
}

/* One of everything, for a node with address `to` and home address `home`. */
static struct corpus corpus_new(struct in6 to, struct in6 home)
{
	struct corpus c = { .count = 0 };
	struct in6 from = net_address(5, 0x99), router = in6_link_local_of(&peer_mac), group = in6_solicited_node(&to);
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };
	struct nd_router_advertisement *ra = &m.u.router_advertisement;
	struct packet *p, *quoted;

	ra->router_lifetime_s = 30;
	ra->has_source_mac = ra->has_mtu = ra->has_interval = ra->has_home_agent_information = true;
	ra->source_mac = peer_mac;
	ra->prefix_count = 2;
	for (uint16_t k = 0; k < 2; k++)
		ra->prefixes[k] = (struct nd_prefix){ .prefix = net_address((uint16_t)(5 + k), 1),
			                              .length = 64,
			                              .on_link = true,
			                              .autonomous = true,
			                              .valid_s = 100,
			                              .preferred_s = 50 };
	keep(&c, net_icmp(&m, router, in6_all_nodes, 255));
	m = (struct icmp6_message){ .type = ICMP6_NEIGHBOR_SOLICITATION };
	m.u.neighbour = (struct nd_neighbour_message){ .target = to, .has_mac = true, .mac = peer_mac };
	keep(&c, net_icmp(&m, from, group, 255));
	m.u.neighbour.has_mac = false;
	keep(&c, net_icmp(&m, in6_unspecified, group, 255));
	m = (struct icmp6_message){ .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	m.u.neighbour = (struct nd_neighbour_message){ .target = from, .has_mac = true, .mac = peer_mac, .solicited = true };
	keep(&c, net_icmp(&m, from, to, 255));
	m = (struct icmp6_message){ .type = ICMP6_ROUTER_SOLICITATION };
	m.u.router_solicitation.has_mac = true;
	m.u.router_solicitation.mac = peer_mac;
	keep(&c, net_icmp(&m, from, in6_all_routers, 255));
	m = (struct icmp6_message){ .type = ICMP6_REDIRECT };
	m.u.redirect.target = router;
	m.u.redirect.destination = from;
	keep(&c, net_icmp(&m, router, to, 255));
	keep(&c, net_echo(from, to, 3));
	quoted = net_udp(to, home, 20, 0);
	ip6_insert_routing_header(quoted, &from);
	m = (struct icmp6_message){ .type = ICMP6_PARAMETER_PROBLEM };
	m.u.error = (struct icmp6_error){ .parameter = 42, .invoking = quoted->data, .length = quoted->length };
	keep(&c, net_icmp(&m, from, to, 64));
	packet_free(quoted);
	keep(&c, net_udp(from, to, 50, 0));
	p = net_udp(home, to, 20, 0);
	ip6_insert_home_address(p, &from);
	keep(&c, p);
	p = net_udp(from, home, 20, 0);
	ip6_insert_routing_header(p, &to);
	keep(&c, p);
	p = net_udp(from, home, 20, 0);
	ip6_insert_routing_header(p, &to);
	ip6_insert_home_address(p, &from);
	keep(&c, p);
	p = net_udp(from, home, 20, 0);
	ip6_encapsulate(p, &from, &to);
	keep(&c, p);
	return c;
}

static void corpus_free(struct corpus *c)
{
	for (unsigned k = 0; k < c->count; k++)
		packet_free(c->packet[k]);
}

/* A node of either kind, settled on a link, with an address, a home address and a proxy. */
static struct net *victim(bool router, bool mobile, struct in6 *to, struct in6 *home)
{
	struct net *w = net_new();
	struct net_link *l = net_link(w, true, 0);
	int k = router ? net_router(w, l, 5, true) : net_host(w);
	struct in6 proxied = net_address(5, 0x55);
	struct listener *role = net_listen(w, k, mobile);

	*to = net_address(5, 0x11);
	*home = net_address(50, 1);
	role->take_all = mobile;
	role->own_home_address = *home;
	ip6_add_address(w->node[k], ip6_interface(w->node[k], 0), to, 64);
	if (mobile)
		ip6_add_address(w->node[k], ip6_interface(w->node[k], 0), home, 128)->state = IP6_ADDRESS_AWAY;
	if (!router)
		net_attach(w, k, 0, l);
	net_run(w, 3 * S);
	ip6_add_proxy(w->node[k], w->now, ip6_interface(w->node[k], 0), &proxied);
	net_pump(w, k);
	net_run(w, 20 * S);
	return w;
}

static struct packet *frame(const struct packet *p)
{
	struct packet *copy = packet_clone(p);
	struct in6 destination = ipv6_destination(p->data);
	struct mac to = in6_is_multicast(&destination) ? mac_of_multicast(&destination) : net_mac(0, 0);

	return net_ethernet(copy, to, peer_mac);
}

/* Moves the octets to the very end of the allocation, so that the sanitizers see one read too many. */
static void to_the_end(struct packet *p)
{
	uint8_t *data = p->store + p->capacity - p->length;

	memmove(data, p->data, p->length);
	p->data = data;
}

/* Makes the IPv6 payload length agree and, for ICMPv6 directly behind the header, the checksum. */
static void repair(struct packet *p)
{
	struct in6 source, destination;
	uint8_t *h = p->data + ETHERNET_HEADER, *u = h + IPV6_HEADER;
	size_t octets;
	uint32_t sum;

	if (p->length < ETHERNET_HEADER + IPV6_HEADER)
		return;
	octets = p->length - ETHERNET_HEADER - IPV6_HEADER;
	ipv6_set_payload_length(h, (uint16_t)octets);
	if (h[6] != PROTOCOL_ICMP6 || octets < 4)
		return;
	source = ipv6_source(h);
	destination = ipv6_destination(h);
	store_be16(u + 2, 0);
	sum = checksum_pseudo_header(&source, &destination, (uint32_t)octets, PROTOCOL_ICMP6);
	store_be16(u + 2, checksum_finish(checksum_add(sum, u, octets)));
}

/* Still answers an echo request? */
static void assert_alive(struct net *w, struct in6 to)
{
	unsigned before = net_sent(w, 0, MESSAGE_ECHO_REPLY, 0);
	struct in6 from = net_address(5, 0x99);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	net_run(w, w->now + 40 * S);
	net_input(w, 0, 0, net_ethernet(net_echo(from, to, 1), net_mac(0, 0), peer_mac));
	m.u.neighbour = (struct nd_neighbour_message){
		.target = from, .has_mac = true, .mac = peer_mac, .solicited = true, .override = true
	};
	net_input(w, 0, 0, net_ethernet(net_icmp(&m, from, to, 255), net_mac(0, 0), peer_mac));
	g_assert_cmpuint(net_sent(w, 0, MESSAGE_ECHO_REPLY, 0), ==, before + 1);
}

struct kind {
	const char *name;
	bool router, mobile;
};

static const struct kind kinds[] = { { "host", false, false }, { "mobile-host", false, true }, { "router", true, false } };

static void every_length(gconstpointer data)
{
	const struct kind *kind = data;
	struct in6 to, home;
	struct net *w = victim(kind->router, kind->mobile, &to, &home);
	struct corpus c = corpus_new(to, home);

	for (unsigned k = 0; k < c.count; k++)
		for (unsigned length = 0; length <= ETHERNET_HEADER + (unsigned)c.packet[k]->length; length++)
			for (int repaired = 0; repaired < 2; repaired++) {
				struct packet *p = frame(c.packet[k]);

				p->length = (uint16_t)length;
				if (repaired)
					repair(p);
				to_the_end(p);
				net_input(w, 0, 0, p);
			}
	corpus_free(&c);
	assert_alive(w, to);
	net_free(w);
}

static void every_octet(gconstpointer data)
{
	const struct kind *kind = data;
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	struct in6 to, home;
	struct net *w = victim(kind->router, kind->mobile, &to, &home);
	struct corpus c = corpus_new(to, home);

	for (unsigned k = 0; k < c.count; k++)
		for (unsigned at = ETHERNET_HEADER; at < ETHERNET_HEADER + (unsigned)c.packet[k]->length; at++)
			for (size_t change = 0; change < G_N_ELEMENTS(changes); change++) {
				struct packet *p = frame(c.packet[k]);

				p->data[at] ^= changes[change];
				if (at != ETHERNET_HEADER + 4 && at != ETHERNET_HEADER + 5)
					repair(p);
				net_input(w, 0, 0, p);
				net_run(w, w->now + 10 * MS);
			}
	corpus_free(&c);
	g_assert_cmpuint(net_seen(w, 0, OBSERVE_DROP, DROP_MALFORMED), >, 0);
	net_free(w);
}

/* Pieces of messages glued together at random, with pauses, link changes and expiries in between. */
static void random_walk(gconstpointer data)
{
	const struct kind *kind = data;
	GRand *r = g_rand_new_with_seed(7);
	struct in6 to, home;
	struct net *w = victim(kind->router, kind->mobile, &to, &home);
	struct corpus c = corpus_new(to, home);

	for (int k = 0; k < 20000; k++) {
		struct packet *p = frame(c.packet[g_rand_int_range(r, 0, (gint32)c.count)]);
		int changes = g_rand_int_range(r, 0, 6);

		while (changes--)
			p->data[g_rand_int_range(r, ETHERNET_HEADER, p->length)] = (uint8_t)g_rand_int(r);
		if (g_rand_boolean(r))
			repair(p);
		if (g_rand_int_range(r, 0, 4) == 0)
			p->bulk = (uint16_t)g_rand_int_range(r, 0, 2000);
		net_input(w, 0, 0, p);
		if (g_rand_int_range(r, 0, 8) == 0)
			net_run(w, w->now + g_rand_int_range(r, 0, 2000) * MS);
		if (g_rand_int_range(r, 0, 500) == 0) {
			struct net_link *l = w->link[0][0];

			net_detach(w, 0, 0);
			net_run(w, w->now + 50 * MS);
			net_attach(w, 0, 0, l);
		}
	}
	corpus_free(&c);
	g_rand_free(r);
	net_free(w);
}

/* What one puts in, the other takes out, octet for octet; nothing else is touched. */
static void remove_what_was_inserted(void)
{
	const struct in6 source = { { 0x20, 1, [15] = 1 } }, home = { { 0x20, 1, [15] = 2 } }, care_of = { { 0x20, 1, [15] = 3 } };
	struct packet *p = ip6_packet(&source, &home, PROTOCOL_UDP, 64, 8), *before;

	memcpy(packet_put(p, 8), "upper la", 8);
	ip6_finish(p);
	before = packet_clone(p);
	g_assert_false(ip6_remove_routing_header(p));
	ip6_insert_routing_header(p, &care_of);
	g_assert_cmpint(p->length, ==, before->length + ROUTING_HEADER_2);
	p->data[IPV6_HEADER + 2] = 4; /* another routing type */
	g_assert_false(ip6_remove_routing_header(p));
	p->data[IPV6_HEADER + 2] = 2;
	g_assert_true(ip6_remove_routing_header(p));
	g_assert_cmpmem(p->data, p->length, before->data, before->length);
	packet_free(p);
	packet_free(before);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/robust/remove-routing-header", remove_what_was_inserted);
	for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
		char *length = g_strconcat("/ip6/robust/every-length/", kinds[k].name, NULL);
		char *octet = g_strconcat("/ip6/robust/every-octet/", kinds[k].name, NULL);
		char *walk = g_strconcat("/ip6/robust/random-walk/", kinds[k].name, NULL);

		g_test_add_data_func(length, &kinds[k], every_length);
		g_test_add_data_func(octet, &kinds[k], every_octet);
		g_test_add_data_func(walk, &kinds[k], random_walk);
		g_free(length);
		g_free(octet);
		g_free(walk);
	}
	return g_test_run();
}
