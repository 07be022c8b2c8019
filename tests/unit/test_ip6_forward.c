// SPDX-License-Identifier: GPL-3.0-or-later
/* Routes, forwarding, ICMPv6, extension headers and tunnels (RFC 8200, RFC 4443, RFC 6275 6.3, 6.4, 9.3.1). */
#include "models/ip6/route.h"
#include "tests/unit/net.h"

/* host a --- router r --- router s --- host b, point-to-point, 1 ms each. */
struct chain {
	struct net *w;
	int a, r, s, b;
	struct in6 ia, ir, is, ib;
	struct listener *la, *lr, *lb;
	struct net_link *middle;
};

static void wire(struct net *w, int x, int y, struct net_link *l)
{
	net_attach(w, x, net_port(w, x, false), l);
	net_attach(w, y, net_port(w, y, false), l);
}

static void add(struct net *w, int node, unsigned port, struct in6 address, unsigned length)
{
	ip6_add_address(w->node[node], ip6_interface(w->node[node], port), &address, length);
}

static void route(struct net *w, int node, struct in6 prefix, unsigned length, unsigned port)
{
	ip6_add_route(w->node[node], &prefix, length, ip6_interface(w->node[node], port), NULL);
}

static struct chain chain_new(bool mobile)
{
	struct chain c = { .w = net_new() };

	c.a = net_node(c.w);
	c.r = net_node(c.w);
	c.s = net_node(c.w);
	c.b = net_node(c.w);
	c.ia = net_address(1, 2);
	c.ir = net_address(1, 1);
	c.is = net_address(3, 1);
	c.ib = net_address(3, 2);
	c.middle = net_link(c.w, false, MS);
	ip6_set_forwarding(c.w->node[c.r], true);
	ip6_set_forwarding(c.w->node[c.s], true);
	wire(c.w, c.a, c.r, net_link(c.w, false, MS));
	wire(c.w, c.r, c.s, c.middle);
	wire(c.w, c.s, c.b, net_link(c.w, false, MS));
	add(c.w, c.a, 0, c.ia, 64);
	add(c.w, c.r, 0, c.ir, 64);
	add(c.w, c.r, 1, net_address(2, 1), 64);
	add(c.w, c.s, 0, net_address(2, 2), 64);
	add(c.w, c.s, 1, c.is, 64);
	add(c.w, c.b, 0, c.ib, 64);
	route(c.w, c.a, in6_unspecified, 0, 0);
	route(c.w, c.b, in6_unspecified, 0, 0);
	route(c.w, c.r, net_address(3, 0), 64, 1);
	route(c.w, c.s, net_address(1, 0), 64, 0);
	c.la = net_listen(c.w, c.a, false);
	c.lr = net_listen(c.w, c.r, false);
	c.lb = net_listen(c.w, c.b, mobile);
	return c;
}

static void forwards(void)
{
	struct chain c = chain_new(false);
	struct packet *p = net_udp(c.ia, c.ib, 1000, 984);

	net_send(c.w, c.a, p);
	net_run(c.w, 3 * MS - 1);
	g_assert_cmpuint(c.lb->udp, ==, 0);
	net_run(c.w, 3 * MS);
	g_assert_cmpuint(c.lb->udp, ==, 1);
	g_assert_cmpuint(c.lb->last.octets, ==, 1008);
	g_assert_cmpuint(net_last(c.w, c.s, MESSAGE_DATA)->hop_limit, ==, 62);
	g_assert_cmpuint(net_seen(c.w, c.a, OBSERVE_MESSAGE_SENT, MESSAGE_DATA), ==, 1);
	g_assert_cmpuint(net_seen(c.w, c.r, OBSERVE_MESSAGE_FORWARDED, MESSAGE_DATA), ==, 1);
	g_assert_cmpuint(net_seen(c.w, c.s, OBSERVE_MESSAGE_FORWARDED, MESSAGE_DATA), ==, 1);
	g_assert_cmpuint(net_seen(c.w, c.b, OBSERVE_MESSAGE_RECEIVED, MESSAGE_DATA), ==, 1);
	g_assert_cmpuint(net_seen(c.w, c.r, OBSERVE_MESSAGE_RECEIVED, MESSAGE_DATA), ==, 0);
	net_free(c.w);
}

static void forward_hook_takes(void)
{
	struct chain c = chain_new(false);

	c.lr->takes_forwarded = true;
	net_send(c.w, c.a, net_udp(c.ia, c.ib, 10, 0));
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp, ==, 0);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_DATA, 0), ==, 0);
	net_send(c.w, c.a, net_echo(c.ia, c.ir, 1)); /* for the router itself: not forwarded */
	net_run(c.w, 2 * S);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_ECHO_REPLY, 0), ==, 1);
	net_free(c.w);
}

static void echo_is_answered(void)
{
	struct chain c = chain_new(false);
	struct icmp6_message m;

	c.la->take_all = true;
	net_send(c.w, c.a, net_echo(c.ia, c.ib, 9));
	net_run(c.w, 6 * MS);
	m = net_message(net_last(c.w, c.b, MESSAGE_ECHO_REPLY));
	g_assert_cmpuint(m.u.echo.identifier, ==, 7);
	g_assert_cmpuint(m.u.echo.sequence, ==, 9);
	g_assert_cmpmem(m.u.echo.data, (int)m.u.echo.length, "sixteen octets..", 16);
	g_assert_cmpuint(c.la->other, ==, 1); /* the reply is for the roles */
	assert_in6(c.la->last.source, c.ib);
	net_free(c.w);
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

static const struct error_case {
	const char *name;
	uint8_t hop_limit;
	uint16_t subnet, host, octets;
	uint16_t mtu;
	uint8_t type, code;
	uint32_t parameter;
	enum drop_reason why;
	bool at_b;
} error_cases[] = {
	{ "hop-limit", 1, 3, 2, 10, 1500, ICMP6_TIME_EXCEEDED, 0, 0, DROP_HOP_LIMIT, false },
	{ "hop-limit-zero", 0, 3, 2, 10, 1500, ICMP6_TIME_EXCEEDED, 0, 0, DROP_HOP_LIMIT, false },
	{ "no-route", 64, 99, 2, 10, 1500, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_NO_ROUTE, 0, DROP_NO_ROUTE, false },
	{ "too-big", 64, 3, 2, 1400, 1300, ICMP6_PACKET_TOO_BIG, 0, 1300, DROP_TOO_BIG, false },
	{ "back-where-it-came-from", 64, 1, 77, 10, 1500, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_ADDRESS, 0, DROP_NO_ROUTE,
	  false },
	{ "no-listener", 64, 3, 2, 10, 1500, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_PORT, 0, DROP_NO_LISTENER, true },
};

static void error_is_reported(gconstpointer data)
{
	const struct error_case *e = data;
	struct chain c = chain_new(false);
	struct in6 to = net_address(e->subnet, e->host);
	struct packet *p = net_udp(c.ia, to, e->octets, 0);
	const struct ip6_notice *n;
	const struct net_line *line;
	int who = e->at_b ? c.b : c.r;

	c.w->link[c.r][1] = c.middle;
	if (e->mtu != 1500) {
		/* a second way to b with a smaller MTU, more specific */
		struct in6 wanted = c.ib;
		struct interface *narrow = ip6_add_interface(c.w->node[c.r], INTERFACE_POINT_TO_POINT, NULL, e->mtu);

		ip6_add_route(c.w->node[c.r], &wanted, 128, narrow, NULL);
	}
	if (e->at_b) {
		static const struct role_ops deaf = { .name = "deaf", .free = listener_free, .notice = listener_notice };

		c.lb->role.ops = &deaf;
	}
	p->data[7] = e->hop_limit;
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(net_drops(c.w, who, e->why), ==, 1);
	n = listener_last(c.la, IP6_NOTICE_ICMP_ERROR);
	g_assert_nonnull(n);
	g_assert_cmpuint(n->type, ==, e->type);
	g_assert_cmpuint(n->code, ==, e->code);
	g_assert_cmpuint(n->pointer, ==, e->parameter);
	g_assert_cmpuint(n->protocol, ==, PROTOCOL_UDP);
	assert_in6(n->destination, to);
	assert_in6(n->source, e->at_b ? c.ib : c.ir);
	line = net_last(c.w, who, MESSAGE_ICMP6_ERROR);
	g_assert_cmpuint(g_bytes_get_size(line->octets), <=, IPV6_MINIMUM_MTU);
	if (!e->at_b)
		g_assert_cmpuint(g_bytes_get_size(line->octets), ==, MIN(IPV6_MINIMUM_MTU, 40 + 8 + 48 + e->octets));
	net_message(line); /* good checksum */
	net_free(c.w);
}

static void error_about_bulk_has_a_good_checksum(void)
{
	struct chain c = chain_new(false);
	struct packet *p = net_udp(c.ia, net_address(99, 1), 1000, 984);

	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(listener_count(c.la, IP6_NOTICE_ICMP_ERROR), ==, 1);
	g_assert_cmpuint(net_drops(c.w, c.a, DROP_CHECKSUM), ==, 0);
	net_free(c.w);
}

static void no_error_about_errors(void)
{
	struct chain c = chain_new(false);
	struct icmp6_message m = { .type = ICMP6_TIME_EXCEEDED };
	static const uint8_t quoted[48] = { 0x60 };

	m.u.error = (struct icmp6_error){ .invoking = quoted, .length = sizeof quoted };
	net_send(c.w, c.a, net_icmp(&m, c.ia, net_address(99, 1), 64));
	net_send(c.w, c.a, net_icmp(&m, c.ia, c.ib, 1));
	net_run(c.w, S);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_ICMP6_ERROR, 0), ==, 0);
	g_assert_cmpuint(net_drops(c.w, c.r, DROP_NO_ROUTE), ==, 1);
	net_free(c.w);
}

static void errors_are_rate_limited(void)
{
	struct chain c = chain_new(false);

	for (int k = 0; k < 50; k++)
		net_send(c.w, c.a, net_udp(c.ia, net_address(99, 1), 10, 0));
	net_run(c.w, S);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_ICMP6_ERROR, 0), ==, 10);
	for (int k = 0; k < 50; k++)
		net_send(c.w, c.a, net_udp(c.ia, net_address(99, 1), 10, 0));
	net_run(c.w, 2 * S);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_ICMP6_ERROR, S), >=, 9);
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_ICMP6_ERROR, S), <=, 11);
	net_free(c.w);
}

static void link_local_stays(void)
{
	struct chain c = chain_new(false);

	net_input(c.w, c.r, 0, net_udp(net_link_local(7, 0), c.ib, 10, 0));
	net_input(c.w, c.r, 0, net_udp(c.ia, net_link_local(7, 0), 10, 0));
	g_assert_cmpuint(net_sent(c.w, c.r, MESSAGE_DATA, 0), ==, 0);
	g_assert_cmpuint(net_drops(c.w, c.r, DROP_NOT_FOR_US), ==, 2);
	net_free(c.w);
}

static void foreign_error_is_not_believed(void)
{
	struct chain c = chain_new(false);
	struct icmp6_message m = { .type = ICMP6_DESTINATION_UNREACHABLE };
	struct packet *quoted = net_udp(net_address(1, 77), c.ib, 10, 0);

	m.u.error = (struct icmp6_error){ .invoking = quoted->data, .length = quoted->length };
	net_input(c.w, c.a, 0, net_icmp(&m, c.ir, c.ia, 64));
	packet_free(quoted);
	g_assert_cmpuint(listener_count(c.la, IP6_NOTICE_ICMP_ERROR), ==, 0);
	g_assert_cmpuint(net_drops(c.w, c.a, DROP_UNEXPECTED), ==, 1);
	net_free(c.w);
}

/* ---- extension headers ------------------------------------------------------------------------------------------- */

/* What b, which knows mobility or not, makes of a packet with a Home Address option. */
static const struct option_case {
	const char *name;
	bool mobile, bound, mobility_header;
	unsigned delivered, refused;
	int parameter_problem; /* code, -1: none */
} option_cases[] = {
	{ "bound", true, true, false, 1, 0, -1 },
	{ "not-bound", true, false, false, 0, 1, -1 },
	{ "not-bound-but-mobility-header", true, false, true, 1, 0, -1 },
	{ "legacy-host", false, false, false, 0, 0, PARAMETER_UNKNOWN_OPTION },
	{ "legacy-host-mobility-header", false, false, true, 0, 0, PARAMETER_UNKNOWN_OPTION },
};

static void home_address_option(gconstpointer data)
{
	const struct option_case *o = data;
	struct chain c = chain_new(o->mobile);
	struct in6 home = net_address(50, 1);
	struct packet *p = net_udp(home, c.ib, 10, 0);
	const struct ip6_notice *n;

	if (o->mobility_header)
		p->data[6] = PROTOCOL_MOBILITY;
	ip6_insert_home_address(p, &c.ia);
	g_assert_cmpuint(p->length, ==, 40 + 24 + 8 + 10);
	g_assert_cmpuint(ipv6_payload_length(p->data), ==, 24 + 8 + 10);
	c.lb->take_all = true;
	if (o->bound) {
		c.lb->home_address = home;
		c.lb->care_of_address = c.ia;
	}
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp + c.lb->other, ==, o->delivered);
	g_assert_cmpuint(c.lb->refused, ==, o->refused);
	if (o->delivered) {
		assert_in6(c.lb->last.source, home);
		assert_in6(c.lb->last.wire_source, c.ia);
		g_assert_true(c.lb->last.has_home_address);
		g_assert_cmpuint(c.lb->last.offset, ==, 64);
		g_assert_cmpuint(c.lb->last.length, ==, 18);
	} else {
		g_assert_cmpuint(net_drops(c.w, c.b, o->mobile ? DROP_BAD_HOME_ADDRESS : DROP_UNKNOWN_HEADER), ==, 1);
	}
	n = listener_last(c.la, IP6_NOTICE_ICMP_ERROR);
	g_assert_cmpint(n ? n->code : -1, ==, o->parameter_problem);
	if (n) {
		g_assert_cmpuint(n->type, ==, ICMP6_PARAMETER_PROBLEM);
		g_assert_cmpuint(n->pointer, ==, 46); /* the option's type */
	}
	net_free(c.w);
}

static void home_address_must_be_routable(void)
{
	struct chain c = chain_new(true);
	struct in6 home = net_link_local(1, 1);
	struct packet *p = net_udp(home, c.ib, 10, 0);

	ip6_insert_home_address(p, &c.ia);
	c.lb->home_address = home;
	c.lb->care_of_address = c.ia;
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp, ==, 0);
	g_assert_cmpuint(net_drops(c.w, c.b, DROP_BAD_HOME_ADDRESS), ==, 1);
	net_free(c.w);
}

/* b has a home address, away; a packet with a type 2 routing header to it. */
static const struct routing_case {
	const char *name;
	bool mobile, own, accepted;
	uint8_t segments_left, length, type;
	unsigned delivered;
	int parameter_problem;
	uint32_t pointer;
} routing_cases[] = {
	{ "home-address-of-ours", true, true, true, 1, 2, 2, 1, -1, 0 },
	{ "of-ours-but-no-home-address", true, true, false, 1, 2, 2, 0, -1, 0 },
	{ "not-ours", true, false, true, 1, 2, 2, 0, -1, 0 },
	{ "segments-left-two", true, true, true, 2, 2, 2, 0, -1, 0 },
	{ "segments-left-none", true, true, true, 0, 2, 2, 0, -1, 0 },
	{ "legacy-host", false, true, true, 1, 2, 2, 0, PARAMETER_ERRONEOUS_HEADER, 42 },
	{ "legacy-host-segments-left-none", false, true, true, 0, 2, 2, 1, -1, 0 },
	{ "type-0", true, true, true, 1, 2, 0, 0, PARAMETER_ERRONEOUS_HEADER, 42 },
	{ "type-0-segments-left-none", true, true, true, 0, 2, 0, 1, -1, 0 },
};

static void routing_header(gconstpointer data)
{
	const struct routing_case *r = data;
	struct chain c = chain_new(r->mobile);
	struct in6 home = net_address(50, 1);
	struct packet *p = net_udp(c.ia, home, 10, 0);
	const struct ip6_notice *n;

	if (r->own)
		ip6_add_address(c.w->node[c.b], ip6_interface(c.w->node[c.b], 0), &home, 128)->state = IP6_ADDRESS_AWAY;
	if (r->accepted)
		c.lb->own_home_address = home;
	ip6_insert_routing_header(p, &c.ib);
	g_assert_cmpuint(ipv6_payload_length(p->data), ==, 24 + 8 + 10);
	p->data[41] = r->length;
	p->data[42] = r->type;
	p->data[43] = r->segments_left;
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp, ==, r->delivered);
	if (r->delivered && r->mobile && r->type == 2) {
		assert_in6(c.lb->last.destination, home);
		assert_in6(c.lb->last.wire_destination, c.ib);
		g_assert_true(c.lb->last.has_routing_header);
	}
	n = listener_last(c.la, IP6_NOTICE_ICMP_ERROR);
	g_assert_cmpint(n ? n->code : -1, ==, r->parameter_problem);
	if (n)
		g_assert_cmpuint(n->pointer, ==, r->pointer);
	else if (!r->delivered)
		g_assert_cmpuint(net_drops(c.w, c.b, DROP_BAD_ROUTING_HEADER), ==, 1);
	net_free(c.w);
}

/* Both headers, as between two mobile nodes; and an error about such a packet names the home address. */
static void both_headers(void)
{
	struct chain c = chain_new(true);
	struct in6 home_a = net_address(50, 1), home_b = net_address(51, 1);
	struct packet *p = net_udp(home_a, home_b, 10, 0);
	struct udp_header u;

	ip6_add_address(c.w->node[c.b], ip6_interface(c.w->node[c.b], 0), &home_b, 128)->state = IP6_ADDRESS_AWAY;
	c.lb->own_home_address = home_b;
	c.lb->home_address = home_a;
	c.lb->care_of_address = c.ia;
	ip6_insert_routing_header(p, &c.ib);
	ip6_insert_home_address(p, &c.ia);
	g_assert_cmpuint(p->data[6], ==, PROTOCOL_ROUTING);
	g_assert_cmpuint(p->data[40], ==, PROTOCOL_DESTINATION_OPTIONS);
	g_assert_cmpuint(p->data[64], ==, PROTOCOL_UDP);
	g_assert_cmpint(udp_decode(p->data + 88, 18, 18, &home_a, &home_b, &u), ==, WIRE_OK);
	net_send(c.w, c.a, packet_clone(p));
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp, ==, 1);
	assert_in6(c.lb->last.source, home_a);
	assert_in6(c.lb->last.destination, home_b);

	p->data[7] = 1;
	net_send(c.w, c.a, p);
	net_run(c.w, 2 * S);
	assert_in6(listener_last(c.la, IP6_NOTICE_ICMP_ERROR)->destination, home_b);
	g_assert_cmpuint(listener_last(c.la, IP6_NOTICE_ICMP_ERROR)->protocol, ==, PROTOCOL_UDP);
	net_free(c.w);
}

static void unclaimed_protocol(void)
{
	struct chain c = chain_new(false);
	struct packet *p = net_udp(c.ia, c.ib, 10, 0);

	p->data[6] = 253;
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(listener_last(c.la, IP6_NOTICE_ICMP_ERROR)->type, ==, ICMP6_PARAMETER_PROBLEM);
	g_assert_cmpuint(listener_last(c.la, IP6_NOTICE_ICMP_ERROR)->code, ==, PARAMETER_UNKNOWN_NEXT_HEADER);
	g_assert_cmpuint(listener_last(c.la, IP6_NOTICE_ICMP_ERROR)->pointer, ==, 6);
	net_free(c.w);
}

/* ---- addresses away, tunnels ------------------------------------------------------------------------------------- */

static void address_away(void)
{
	struct chain c = chain_new(false);
	struct in6 home = net_address(50, 1), agent = net_address(40, 1);
	struct packet *p;

	ip6_add_address(c.w->node[c.b], ip6_interface(c.w->node[c.b], 0), &home, 128)->state = IP6_ADDRESS_AWAY;
	net_input(c.w, c.b, 0, net_udp(c.ia, home, 10, 0)); /* off the wire: not on this link */
	g_assert_cmpuint(c.lb->udp, ==, 0);
	g_assert_cmpuint(net_drops(c.w, c.b, DROP_NOT_FOR_US), ==, 1);

	ip6_reinject(c.w->node[c.b], c.w->now, ip6_interface(c.w->node[c.b], 0), &agent, net_udp(c.ia, home, 10, 0));
	g_assert_cmpuint(c.lb->udp, ==, 1);
	g_assert_true(c.lb->last.tunnelled);
	assert_in6(c.lb->last.tunnel_source, agent);

	p = net_udp(home, c.ia, 10, 0);
	net_send(c.w, c.b, p); /* as a source it may leave: who rewrites it is a role */
	g_assert_cmpuint(net_sent(c.w, c.b, MESSAGE_DATA, 0), ==, 1);
	net_free(c.w);
}

static void tunnel(void)
{
	struct chain c = chain_new(false);
	struct packet *p = net_udp(net_address(50, 1), net_address(51, 1), 10, 0);
	const struct observation *o = NULL;

	ip6_encapsulate(p, &c.ia, &c.ib);
	g_assert_cmpuint(p->overhead, ==, 40);
	g_assert_cmpuint(ipv6_payload_length(p->data), ==, 40 + 18);
	g_assert_cmpuint(ipv6_next_header(p->data), ==, PROTOCOL_IPV6);
	c.lb->take_all = true;
	net_send(c.w, c.a, p);
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->other, ==, 1); /* to the roles, closed */
	g_assert_cmpuint(c.lb->last.protocol, ==, PROTOCOL_IPV6);
	g_assert_cmpuint(net_seen(c.w, c.b, OBSERVE_MESSAGE_RECEIVED, MESSAGE_DATA), ==, 0);
	/* a relays somebody else's packet */
	g_assert_cmpuint(net_seen(c.w, c.a, OBSERVE_MESSAGE_SENT, MESSAGE_DATA), ==, 0);
	g_assert_cmpuint(net_seen(c.w, c.a, OBSERVE_MESSAGE_FORWARDED, MESSAGE_DATA), ==, 1);

	/* opened, it counts with its outer header */
	ip6_reinject(c.w->node[c.b], c.w->now, ip6_interface(c.w->node[c.b], 0), &c.ia, net_udp(net_address(50, 1), c.ib, 10, 0));
	for (guint k = 0; k < c.w->seen->len; k++)
		if (g_array_index(c.w->seen, struct observation, k).kind == OBSERVE_MESSAGE_RECEIVED)
			o = &g_array_index(c.w->seen, struct observation, k);
	g_assert_nonnull(o);
	g_assert_cmpuint(o->octets, ==, 40 + 40 + 18);
	g_assert_cmpuint(o->flow, ==, 40);
	net_free(c.w);
}

static void reinjected_packet_goes_on(void)
{
	struct chain c = chain_new(false);

	/* back out of the interface it came in by: no loop, it came out of a tunnel */
	ip6_reinject(c.w->node[c.r], c.w->now, ip6_interface(c.w->node[c.r], 1), &c.ib, net_udp(net_address(50, 1), c.ib, 10, 0));
	net_pump(c.w, c.r);
	net_run(c.w, S);
	g_assert_cmpuint(c.lb->udp, ==, 1);
	g_assert_cmpuint(net_last(c.w, c.r, MESSAGE_DATA)->hop_limit, ==, 63);
	net_free(c.w);
}

static void loopback(void)
{
	struct chain c = chain_new(false);

	net_send(c.w, c.a, net_udp(c.ia, c.ia, 10, 0));
	g_assert_cmpuint(c.la->udp, ==, 1);
	g_assert_cmpuint(c.w->lines->len, ==, 0);
	net_free(c.w);
}

static void padding_is_cut(void)
{
	struct chain c = chain_new(false);
	struct packet *p = net_udp(c.ia, c.ib, 10, 0);

	memset(packet_put(p, 6), 0xee, 6);
	net_input(c.w, c.b, 0, p);
	g_assert_cmpuint(c.lb->udp, ==, 1);
	g_assert_cmpuint(c.lb->last.octets, ==, 18);
	net_free(c.w);
}

static void interface_down(void)
{
	struct chain c = chain_new(false);

	node_signal(c.w->node[c.a], c.w->now, 0, LINK_DOWN);
	net_send(c.w, c.a, net_udp(c.ia, c.ib, 10, 0));
	net_input(c.w, c.a, 0, net_udp(c.ib, c.ia, 10, 0));
	g_assert_cmpuint(net_drops(c.w, c.a, DROP_INTERFACE_DOWN), ==, 2);
	net_free(c.w);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

static void longest_prefix_wins(void)
{
	struct route_table *t = route_table_new();
	struct interface *out[5] = { 0 };
	static char names[5];
	struct in6 p = net_address(7, 0), in64 = net_address(7, 9), in128 = net_address(7, 1), in48 = net_address(8, 1),
	           in32 = net_address(8, 1);

	in32.octets[5] = 1;
	for (size_t k = 0; k < 5; k++)
		out[k] = (struct interface *)(void *)&names[k]; /* compared, never followed */
	route_add(t, &p, 48, out[1], NULL);
	route_add(t, &p, 64, out[2], NULL);
	route_add(t, &in128, 128, out[3], NULL);
	route_add(t, &p, 32, out[4], NULL);
	g_assert_true(route_find(t, &in128)->out == out[3]);
	g_assert_true(route_find(t, &in64)->out == out[2]);
	route_remove(t, &p, 64);
	g_assert_true(route_find(t, &in64)->out == out[1]);
	g_assert_true(route_find(t, &in48)->out == out[1]);
	g_assert_true(route_find(t, &in32)->out == out[4]);
	route_remove(t, &in128, 128);
	g_assert_true(route_find(t, &in128)->out == out[1]);
	route_add(t, &p, 48, out[0], NULL); /* in the place of the other */
	g_assert_true(route_find(t, &in48)->out == out[0]);
	route_remove(t, &p, 48);
	route_remove(t, &p, 32);
	g_assert_null(route_find(t, &in128));
	route_table_free(t);
}

static void many_prefixes(void)
{
	struct route_table *t = route_table_new();
	static char names[5000];

	for (int round = 0; round < 2; round++)
		for (uint16_t k = 0; k < 5000; k++) {
			struct in6 p = net_address(k, 0);

			route_add(t, &p, 64, (struct interface *)(void *)&names[k], NULL);
		}
	for (uint16_t k = 0; k < 5000; k += 2) {
		struct in6 p = net_address(k, 0);

		route_remove(t, &p, 64);
	}
	for (uint16_t k = 0; k < 6000; k++) {
		struct in6 p = net_address(k, 5);
		const struct route_hop *hop = route_find(t, &p);

		g_assert_true(k >= 5000 || !(k & 1) ? !hop : hop && hop->out == (struct interface *)(void *)&names[k]);
	}
	g_assert_cmpuint(t->count, ==, 5000);
	route_table_free(t);
}

static void source_address(void)
{
	struct chain c = chain_new(false);
	struct in6 source, far = net_address(99, 1), near = net_address(3, 9);

	g_assert_true(ip6_source_address(c.w->node[c.r], &near, &source));
	assert_in6(source, net_address(2, 1));
	g_assert_false(ip6_source_address(c.w->node[c.r], &far, &source));
	g_assert_true(ip6_source_address(c.w->node[c.a], &far, &source));
	assert_in6(source, c.ia);
	net_free(c.w);
}

#define TABLE(path, cases, function)                                                                                             \
	for (size_t k = 0; k < G_N_ELEMENTS(cases); k++) {                                                                       \
		char *name = g_strconcat(path, (cases)[k].name, NULL);                                                           \
                                                                                                                                 \
		g_test_add_data_func(name, &(cases)[k], function);                                                               \
		g_free(name);                                                                                                    \
	}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/forward/forwards", forwards);
	g_test_add_func("/ip6/forward/hook-takes", forward_hook_takes);
	g_test_add_func("/ip6/forward/link-local-stays", link_local_stays);
	g_test_add_func("/ip6/icmp/echo-is-answered", echo_is_answered);
	TABLE("/ip6/icmp/error/", error_cases, error_is_reported)
	g_test_add_func("/ip6/icmp/error-about-bulk-has-a-good-checksum", error_about_bulk_has_a_good_checksum);
	g_test_add_func("/ip6/icmp/no-error-about-errors", no_error_about_errors);
	g_test_add_func("/ip6/icmp/errors-are-rate-limited", errors_are_rate_limited);
	g_test_add_func("/ip6/icmp/foreign-error-is-not-believed", foreign_error_is_not_believed);
	TABLE("/ip6/home-address-option/", option_cases, home_address_option)
	g_test_add_func("/ip6/home-address-option/must-be-routable", home_address_must_be_routable);
	TABLE("/ip6/routing-header/", routing_cases, routing_header)
	g_test_add_func("/ip6/routing-header/with-home-address-option", both_headers);
	g_test_add_func("/ip6/deliver/unclaimed-protocol", unclaimed_protocol);
	g_test_add_func("/ip6/deliver/address-away", address_away);
	g_test_add_func("/ip6/deliver/tunnel", tunnel);
	g_test_add_func("/ip6/deliver/reinjected-packet-goes-on", reinjected_packet_goes_on);
	g_test_add_func("/ip6/deliver/loopback", loopback);
	g_test_add_func("/ip6/deliver/padding-is-cut", padding_is_cut);
	g_test_add_func("/ip6/deliver/interface-down", interface_down);
	g_test_add_func("/ip6/route/longest-prefix-wins", longest_prefix_wins);
	g_test_add_func("/ip6/route/many-prefixes", many_prefixes);
	g_test_add_func("/ip6/route/source-address", source_address);
	return g_test_run();
}
