// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The IPv4 engine: address resolution, forwarding, ICMP, routes, tunnels, hostile input. Host A and router R share an Ethernet, R and host B
 * another; B has a sink for the flows of udp_flow.h, so that port 10000 is open there.
 */
#include "models/app/udp_flow.h"
#include "tests/unit/net.h"
#include "tests/unit/rows.h"

enum { A, B, R };

#define DELAY MS
#define A_ADDRESS 0x0a000102u
#define B_ADDRESS 0x0a000202u
#define R_TO_A 0x0a000101u
#define R_TO_B 0x0a000201u
#define NOBODY 0x0a000263u               /* on B's link */

struct world {
	struct net *w;
	struct net_link *a, *b;
};

static void host(struct net *w, in4 address, in4 router)
{
	int k = net_node(w), port = net_port(w, k, true);
	struct mac mac = net_mac(k, port);

	ip4_enable(w->node[k], false);
	ip4_set_address(w->node[k], ip4_add_interface(w->node[k], &mac, 1500), address, 24);
	ip4_add_route(w->node[k], 0, 0, 0, router);
	node_add_role(w->node[k], udp_flow_role_new(w->node[k]));
}

static struct world begin(void)
{
	struct world t = { .w = net_new() };
	struct net *w = t.w;

	t.a = net_link(w, true, DELAY);
	t.b = net_link(w, true, DELAY);
	host(w, A_ADDRESS, R_TO_A);
	host(w, B_ADDRESS, R_TO_B);
	net_node(w);
	ip4_enable(w->node[R], true);
	for (int k = 0; k < 2; k++) {
		int port = net_port(w, R, true);
		struct mac mac = net_mac(R, port);

		ip4_set_address(w->node[R], ip4_add_interface(w->node[R], &mac, k ? 1000 : 1500), k ? R_TO_B : R_TO_A, 24);
	}
	net_attach(w, A, 0, t.a);
	net_attach(w, R, 0, t.a);
	net_attach(w, B, 0, t.b);
	net_attach(w, R, 1, t.b);
	return t;
}

/* For the sink at `to`: what it takes for a datagram of a flow. */
static struct packet *datagram(struct node *n, in4 from, in4 to, uint16_t port, uint8_t ttl)
{
	static const uint8_t payload[16];

	return ip4_udp(n, from, 10000, to, port, ttl, payload, sizeof payload);
}

static void sends(struct world *t, int node, struct packet *take)
{
	ip4_send(t->w->node[node], t->w->now, take, 0);
	net_pump(t->w, node);
}

static guint received(const struct world *t, int node)
{
	guint count = 0;

	for (guint k = 0; k < t->w->seen->len; k++) {
		const struct observation *o = &g_array_index(t->w->seen, struct observation, k);

		count += o->node == (uint32_t)node && o->kind == OBSERVE_DATA_RECEIVED;
	}
	return count;
}

/* The last ICMP error that a node sent: type << 8 | code; -1: none. */
static int last_error(const struct world *t, int node)
{
	const struct net_line *l = net_last(t->w, node, MESSAGE_ICMP4_ERROR);
	const uint8_t *p = l ? g_bytes_get_data(l->octets, NULL) : NULL;

	return l ? p[IPV4_HEADER] << 8 | p[IPV4_HEADER + 1] : -1;
}

/* As if it had come in from the link, from the node's neighbour. */
static void arrives(struct world *t, int node, int port, uint16_t ethertype, struct packet *p, struct mac from)
{
	struct mac to = net_mac(node, port);
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, &to, 6);
	memcpy(h + 6, &from, 6);
	store_be16(h + 12, ethertype);
	net_input(t->w, node, port, p);
}

/* ---- address resolution ---------------------------------------------------------------------------------------------------------- */

static void resolution(void)
{
	struct world t = begin();

	for (int k = 0; k < 5; k++)
		sends(&t, A, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64));
	/* One request for all; three wait, the oldest give way. */
	g_assert_cmpuint(net_sent(t.w, A, MESSAGE_ARP, 0), ==, 1);
	g_assert_true(net_last(t.w, A, MESSAGE_ARP)->to_group);
	g_assert_cmpuint(net_drops(t.w, A, DROP_QUEUE_FULL), ==, 2);
	net_run(t.w, S);
	g_assert_cmpuint(received(&t, B), ==, 3);
	/* Two links, on each one request and one answer to the asker alone. */
	for (int k = A; k <= B; k++)
		g_assert_cmpuint(net_sent(t.w, k, MESSAGE_ARP, 0), ==, 1);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 0), ==, 2);
	g_assert_false(net_last(t.w, B, MESSAGE_ARP)->to_group);
	/* Then it is known, and in the other direction too. */
	sends(&t, B, datagram(t.w->node[B], B_ADDRESS, A_ADDRESS, 10000, 64));
	net_run(t.w, 2 * S);
	g_assert_cmpuint(received(&t, A), ==, 1);
	g_assert_cmpuint(net_sent(t.w, -1, MESSAGE_ARP, S), ==, 0);
	/* Who left the link knows nobody there any more. */
	net_detach(t.w, A, 0);
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64));
	g_assert_cmpuint(net_drops(t.w, A, DROP_INTERFACE_DOWN), ==, 1);
	net_attach(t.w, A, 0, t.a);
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64));
	net_run(t.w, 5 * S);
	g_assert_cmpuint(received(&t, B), ==, 4);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 2 * S), ==, 1);
	net_free(t.w);
}

/* Three requests, a second apart; then a router says that the host cannot be reached, a host knows it itself. */
static void nobody_answers(void)
{
	struct world t = begin();

	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, 0x0a000163, 10000, 64));
	net_run(t.w, 3 * S - 1);
	g_assert_cmpuint(net_sent(t.w, A, MESSAGE_ARP, 0), ==, 3);
	g_assert_cmpuint(net_drops(t.w, A, DROP_UNREACHABLE_NEIGHBOUR), ==, 0);
	net_run(t.w, 3 * S);
	g_assert_cmpuint(net_drops(t.w, A, DROP_UNREACHABLE_NEIGHBOUR), ==, 1);
	g_assert_cmpint(last_error(&t, A), ==, -1);
	for (int k = 0; k < 3; k++)
		sends(&t, A, datagram(t.w->node[A], A_ADDRESS, NOBODY, 10000, 64));
	net_run(t.w, 10 * S);
	g_assert_cmpuint(net_drops(t.w, R, DROP_UNREACHABLE_NEIGHBOUR), ==, 3);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ICMP4_ERROR, 0), ==, 1);
	g_assert_cmpint(last_error(&t, R), ==, ICMP4_UNREACHABLE << 8 | UNREACHABLE4_HOST);
	/* It may answer the next time. */
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, NOBODY, 10000, 64));
	net_run(t.w, 11 * S);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 10 * S), ==, 1);
	net_free(t.w);
}

static void asks(struct world *t, in4 target)
{
	sends(t, B, datagram(t->w->node[B], B_ADDRESS, target, 10000, 64));
	net_run(t->w, t->w->now + 10 * MS);
}

static void proxy(void)
{
	struct world t = begin();
	struct node *r = t.w->node[R];
	struct ip4_interface *i = ip4_interface(r, 1);
	guint before;

	asks(&t, NOBODY);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 0), ==, 0);
	ip4_add_proxy(r, t.w->now, i, NOBODY);
	ip4_add_proxy(r, t.w->now, i, NOBODY);
	net_run(t.w, 2 * S); /* B has asked again meanwhile */
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 0), >=, 1);
	before = net_drops(t.w, B, DROP_UNREACHABLE_NEIGHBOUR);
	g_assert_cmpuint(before, ==, 0);
	/* Gratuitous ARP corrects who knows the address, and teaches nobody else: A never talked to it. */
	ip4_gratuitous_arp(t.w->node[B], t.w->now, ip4_interface(t.w->node[B], 0), NOBODY);
	net_pump(t.w, B);
	net_run(t.w, 3 * S);
	g_assert_cmpuint(net_sent(t.w, -1, MESSAGE_ARP, 2 * S), ==, 1); /* no answer */
	/* No longer answered for. */
	ip4_remove_proxy(i, NOBODY);
	ip4_remove_proxy(i, NOBODY);
	net_detach(t.w, B, 0);
	net_attach(t.w, B, 0, t.b);
	before = net_sent(t.w, R, MESSAGE_ARP, 0);
	asks(&t, NOBODY);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 0), ==, before);
	net_free(t.w);
}

/* What the router was still asking for itself when it became somebody's proxy is given up there and then. */
static void proxy_for_one_asked_for(void)
{
	struct world t = begin();
	const struct observation *last;

	net_run(t.w, S);
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, NOBODY, 10000, 64));
	net_run(t.w, S + 100 * MS);
	ip4_add_proxy(t.w->node[R], t.w->now, ip4_interface(t.w->node[R], 1), NOBODY);
	g_assert_cmpuint(net_drops(t.w, R, DROP_UNREACHABLE_NEIGHBOUR), ==, 1);
	last = &g_array_index(t.w->seen, struct observation, t.w->seen->len - 1);
	g_assert_cmpint(last->kind, ==, OBSERVE_DROP);
	g_assert_cmpint(last->at, ==, t.w->now);
	net_run(t.w, 10 * S);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, S + 100 * MS), ==, 0);
	net_free(t.w);
}

static void hostile_arp(void)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} wrong[] = { { 1, 2 }, { 2, 0x86 }, { 4, 8 }, { 5, 16 }, { 7, 0 }, { 7, 3 }, { 6, 1 } };
	struct world t = begin();
	struct arp good = { .operation = ARP_REQUEST, .sender_mac = net_mac(B, 0), .sender = NOBODY, .target = R_TO_B };
	guint bad = 0;

	for (size_t n = 0; n < ARP_OCTETS; n++) {
		struct packet *p = packet_new(ARP_OCTETS);
		uint8_t octets[ARP_OCTETS];

		arp_write(octets, &good);
		memcpy(packet_put(p, n), octets, n);
		arrives(&t, R, 1, ETHERTYPE_ARP, p, net_mac(B, 0));
		g_assert_cmpuint(net_drops(t.w, R, DROP_MALFORMED), ==, ++bad);
	}
	for (guint k = 0; k < G_N_ELEMENTS(wrong); k++) {
		struct packet *p = packet_new(ARP_OCTETS);

		arp_write(packet_put(p, ARP_OCTETS), &good);
		p->data[wrong[k].at] = wrong[k].value;
		arrives(&t, R, 1, ETHERTYPE_ARP, p, net_mac(B, 0));
		g_assert_cmpuint(net_drops(t.w, R, DROP_MALFORMED), ==, ++bad);
	}
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ARP, 0), ==, 0);
	net_free(t.w);
}

/* ---- forwarding and errors -------------------------------------------------------------------------------------------------------- */

/* Header fields to bend before the packet reaches R from A, and what R answers; -1: nothing. */
static const struct error_case {
	const char *name;
	in4 source, destination;
	uint16_t fragment;
	uint8_t ttl, protocol;
	uint16_t octets;                 /* of payload */
	int answer;
	enum drop_reason why;
} errors[] = {
	{ "hop-limit", A_ADDRESS, B_ADDRESS, 0, 1, 17, 24, ICMP4_TIME_EXCEEDED << 8, DROP_HOP_LIMIT },
	{ "no-route", A_ADDRESS, 0x0b000001, 0, 64, 17, 24, ICMP4_UNREACHABLE << 8 | UNREACHABLE4_NET, DROP_NO_ROUTE },
	{ "too-big", A_ADDRESS, B_ADDRESS, 0, 64, 17, 1200, ICMP4_UNREACHABLE << 8 | UNREACHABLE4_FRAGMENTATION, DROP_TOO_BIG },
	{ "closed-port", A_ADDRESS, R_TO_A, 0, 64, 17, 24, ICMP4_UNREACHABLE << 8 | UNREACHABLE4_PORT, DROP_NO_LISTENER },
	{ "no-protocol", A_ADDRESS, R_TO_A, 0, 64, 99, 24, ICMP4_UNREACHABLE << 8 | UNREACHABLE4_PROTOCOL, DROP_NO_LISTENER },
	/* RFC 1122 3.2.2: never about these. */
	{ "later-fragment", A_ADDRESS, 0x0b000001, 4, 64, 17, 24, -1, DROP_NO_ROUTE },
	{ "from-nobody", 0, 0x0b000001, 0, 64, 17, 24, -1, DROP_NO_ROUTE },
	{ "from-a-group", 0xe0000001, 0x0b000001, 0, 64, 17, 24, -1, DROP_NO_ROUTE },
	{ "from-ourselves", R_TO_B, 0x0b000001, 0, 64, 17, 24, -1, DROP_NO_ROUTE },
	{ "to-a-group", A_ADDRESS, 0xe0000001, 0, 64, 99, 24, -1, DROP_NO_LISTENER },
	{ "to-everybody", A_ADDRESS, IN4_BROADCAST, 0, 64, 99, 24, -1, DROP_NO_LISTENER },
	{ "fragment-for-us", A_ADDRESS, R_TO_A, 0x2000, 64, 17, 24, -1, DROP_UNKNOWN_HEADER },
};

static struct packet *bent(const struct error_case *c)
{
	struct packet *p = ip4_packet(c->source, c->destination, c->protocol, c->ttl, c->octets);

	memset(packet_put(p, c->octets), 0, c->octets);
	store_be16(p->data + 2, (uint16_t)packet_octets(p));
	store_be16(p->data + 6, c->fragment);
	ipv4_checksum_set(p->data);
	return p;
}

static void error(gconstpointer row)
{
	const struct error_case *c = row;
	struct world t = begin();

	arrives(&t, R, 0, ETHERTYPE_IPV4, bent(c), net_mac(A, 0));
	net_run(t.w, S);
	g_assert_cmpuint(net_drops(t.w, R, c->why), ==, 1);
	g_assert_cmpint(last_error(&t, R), ==, c->answer);
	if (c->answer >= 0) {
		const struct net_line *l = net_last(t.w, R, MESSAGE_ICMP4_ERROR);
		const uint8_t *p = g_bytes_get_data(l->octets, NULL);

		/* The header and eight octets, for A, with a good checksum. */
		g_assert_cmpuint(in4_of_in6(&l->destination), ==, A_ADDRESS);
		g_assert_cmpuint(g_bytes_get_size(l->octets), ==, IPV4_HEADER + 8 + IPV4_HEADER + 8);
		g_assert_cmpint(icmp4_check(p + IPV4_HEADER, 8 + IPV4_HEADER + 8), ==, WIRE_OK);
		g_assert_cmpuint(ipv4_destination(p + IPV4_HEADER + 8), ==, c->destination);
		/* Who may not fragment learns what would fit (RFC 1191 4). */
		g_assert_cmpuint(load_be16(p + IPV4_HEADER + 6), ==, c->why == DROP_TOO_BIG ? ip4_interface(t.w->node[R], 1)->mtu : 0);
	}
	net_free(t.w);
}

/* No more than one in 10 ms, and none about an error. */
static void errors_are_limited(void)
{
	struct world t = begin();
	struct packet *about;

	for (int k = 0; k < 20; k++) {
		arrives(&t, R, 0, ETHERTYPE_IPV4, bent(&errors[1]), net_mac(A, 0));
		net_run(t.w, t.w->now + MS);
	}
	g_assert_cmpuint(net_drops(t.w, R, DROP_NO_ROUTE), ==, 20);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ICMP4_ERROR, 0), ==, 2);
	net_run(t.w, S);
	for (unsigned type = 0; type < 16; type++) {
		unsigned before = net_sent(t.w, R, MESSAGE_ICMP4_ERROR, 0);

		about = ip4_packet(A_ADDRESS, 0x0b000001, PROTOCOL4_ICMP, 64, 8);
		memset(packet_put(about, 8), 0, 8);
		about->data[IPV4_HEADER] = (uint8_t)type;
		icmp4_checksum_set(about->data + IPV4_HEADER, 8);
		ip4_finish(t.w->node[A], about);
		arrives(&t, R, 0, ETHERTYPE_IPV4, about, net_mac(A, 0));
		net_run(t.w, t.w->now + S);
		g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ICMP4_ERROR, 0) - before, ==, !icmp4_is_error((uint8_t)type));
	}
	net_free(t.w);
}

static struct packet *ping(struct node *n, in4 to, bool spoilt)
{
	struct packet *p = ip4_packet(A_ADDRESS, to, PROTOCOL4_ICMP, 64, 12);
	uint8_t *u = packet_put(p, 12);

	memcpy(u, "\x08\0\0\0\0\x07\0\x01" "data", 12);
	icmp4_checksum_set(u, 12);
	u[11] ^= spoilt;
	ip4_finish(n, p);
	return p;
}

static void echo(void)
{
	struct world t = begin();
	const struct net_line *l;
	const uint8_t *p;
	struct packet *s;

	sends(&t, A, ping(t.w->node[A], B_ADDRESS, false));
	net_run(t.w, S);
	l = net_last(t.w, B, MESSAGE_ECHO_REPLY);
	g_assert_nonnull(l);
	g_assert_cmpuint(in4_of_in6(&l->destination), ==, A_ADDRESS);
	p = g_bytes_get_data(l->octets, NULL);
	g_assert_cmpint(icmp4_check(p + IPV4_HEADER, 12), ==, WIRE_OK);
	g_assert_cmpmem(p + IPV4_HEADER + 4, 8, "\0\x07\0\x01" "data", 8);
	sends(&t, A, ping(t.w->node[A], B_ADDRESS, true));
	net_run(t.w, 2 * S);
	g_assert_cmpuint(net_drops(t.w, B, DROP_CHECKSUM), ==, 1);
	/* Not to everybody, and not in a message cut short. */
	ip4_send_on(t.w->node[A], t.w->now, ip4_interface(t.w->node[A], 0), NULL, ping(t.w->node[A], IN4_BROADCAST, false));
	net_pump(t.w, A);
	s = ip4_packet(A_ADDRESS, R_TO_A, PROTOCOL4_ICMP, 64, 7);
	memset(packet_put(s, 7), 0, 7);
	ip4_finish(t.w->node[A], s);
	sends(&t, A, s);
	net_run(t.w, 3 * S);
	g_assert_cmpuint(net_sent(t.w, B, MESSAGE_ECHO_REPLY, 0), ==, 1);
	g_assert_cmpuint(net_sent(t.w, R, MESSAGE_ECHO_REPLY, 0), ==, 1); /* which it passed on */
	g_assert_cmpuint(net_drops(t.w, R, DROP_TRUNCATED), ==, 1);
	/* To oneself without a link. */
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, A_ADDRESS, 10000, 64));
	g_assert_cmpuint(received(&t, A), ==, 1);
	ip4_remove_route(t.w->node[A], 0, 0);
	sends(&t, A, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64));
	g_assert_cmpuint(net_drops(t.w, A, DROP_NO_ROUTE), ==, 1);
	net_free(t.w);
}

/* ---- hostile input ---------------------------------------------------------------------------------------------------------------- */

static void header_checks(void)
{
	static const struct {
		unsigned at;
		uint8_t value;
		bool sum;                /* put the checksum right again */
		enum drop_reason why;
	} wrong[] = {
		{ 10, 0x55, false, DROP_CHECKSUM }, { 0, 0x44, true, DROP_MALFORMED }, { 0, 0x65, true, DROP_MALFORMED },
		{ 0, 0x4f, false, DROP_TRUNCATED }, { 2, 0xff, true, DROP_TRUNCATED }, { 3, 19, true, DROP_MALFORMED },
	};
	struct world t = begin();
	struct packet *p;
	struct mac own = net_mac(B, 0), other = net_mac(A, 5);

	for (guint k = 0; k < G_N_ELEMENTS(wrong); k++) {
		guint before = net_drops(t.w, B, wrong[k].why);

		p = datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64);
		p->data[wrong[k].at] = wrong[k].value;
		if (wrong[k].sum && ipv4_header_length(p->data) >= IPV4_HEADER)
			ipv4_checksum_set(p->data);
		arrives(&t, B, 0, ETHERTYPE_IPV4, p, net_mac(R, 1));
		g_assert_cmpuint(net_drops(t.w, B, wrong[k].why), ==, before + 1);
	}
	for (uint16_t n = 0; n < IPV4_HEADER; n++) {
		guint before = net_drops(t.w, B, DROP_TRUNCATED);

		p = datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64);
		p->length = n;
		arrives(&t, B, 0, ETHERTYPE_IPV4, p, net_mac(R, 1));
		g_assert_cmpuint(net_drops(t.w, B, DROP_TRUNCATED), ==, before + 1);
	}
	g_assert_cmpuint(received(&t, B), ==, 0);
	/* A link may pad: what is behind the total length is no part of it, stored or not. */
	for (int bulk = 0; bulk < 2; bulk++) {
		p = datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64);
		memset(packet_put(p, 9), 0xee, 9);
		p->bulk = bulk ? 5 : 0;
		arrives(&t, B, 0, ETHERTYPE_IPV4, p, net_mac(R, 1));
		g_assert_cmpuint(received(&t, B), ==, bulk + 1u);
	}
	/* Not for this host: another's address, another's frame, an echo of its own. */
	arrives(&t, B, 0, ETHERTYPE_IPV4, datagram(t.w->node[A], A_ADDRESS, NOBODY, 10000, 64), net_mac(R, 1));
	arrives(&t, B, 0, ETHERTYPE_IPV4, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64), own);
	p = datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64);
	memcpy(packet_push(p, ETHERNET_HEADER), &other, 6);
	memcpy(p->data + 6, &other, 6);
	store_be16(p->data + 12, ETHERTYPE_IPV4);
	net_input(t.w, B, 0, p);
	g_assert_cmpuint(net_drops(t.w, B, DROP_NOT_FOR_US), ==, 3);
	g_assert_cmpuint(received(&t, B), ==, 2);
	/* On a link that is down nothing comes in. */
	net_detach(t.w, B, 0);
	arrives(&t, B, 0, ETHERTYPE_IPV4, datagram(t.w->node[A], A_ADDRESS, B_ADDRESS, 10000, 64), net_mac(R, 1));
	g_assert_cmpuint(net_drops(t.w, B, DROP_INTERFACE_DOWN), ==, 1);
	net_free(t.w);
}

static void groups(void)
{
	static const struct {
		struct mac mac;
		bool host, router;
	} rows[] = {
		{ { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }, true, true },
		{ { { 1, 0, 0x5e, 0, 0, 1 } }, true, true },
		{ { { 1, 0, 0x5e, 0, 0, 2 } }, false, true },
		{ { { 0x33, 0x33, 0, 0, 0, 1 } }, false, false },
	};
	struct world t = begin();

	for (guint k = 0; k < G_N_ELEMENTS(rows); k++) {
		g_assert_cmpint(node_wants_group(t.w->node[A], 0, &rows[k].mac), ==, rows[k].host);
		g_assert_cmpint(node_wants_group(t.w->node[R], 0, &rows[k].mac), ==, rows[k].router);
	}
	net_free(t.w);
}

/* ---- routes -------------------------------------------------------------------------------------------------------------------------- */

static in4 next_hop(const struct world *t, in4 destination)
{
	const struct ip4_route *r = ip4_find_route(t->w->node[R], destination);

	return r ? r->next_hop : 1;
}

static void routes(void)
{
	struct world t = begin();
	struct node *r = t.w->node[R];

	g_assert_cmpuint(next_hop(&t, 0x0b010203), ==, 1);
	ip4_add_route(r, 0x0b000000, 8, 1, 8);
	ip4_add_route(r, 0x0b010000, 16, 1, 16);
	ip4_add_route(r, 0x0b010200, 24, 1, 24);
	ip4_add_route(r, 0x0b010203, 32, 1, 32);
	ip4_add_route(r, 0, 0, 1, 2);
	g_assert_cmpuint(next_hop(&t, 0x0b010203), ==, 32);
	g_assert_cmpuint(next_hop(&t, 0x0b010204), ==, 24);
	g_assert_cmpuint(next_hop(&t, 0x0b010304), ==, 16);
	g_assert_cmpuint(next_hop(&t, 0x0b020304), ==, 8);
	g_assert_cmpuint(next_hop(&t, 0x0c020304), ==, 2);
	g_assert_cmpuint(ip4_source_address(r, 0x0c020304), ==, R_TO_B);
	ip4_add_route(r, 0x0b010000, 16, 1, 17); /* in the place of the other */
	g_assert_cmpuint(next_hop(&t, 0x0b010304), ==, 17);
	ip4_remove_route(r, 0x0b010000, 16);
	ip4_remove_route(r, 0x0b010000, 16);
	g_assert_cmpuint(next_hop(&t, 0x0b010304), ==, 8);
	for (in4 k = 0; k < 1000; k++)
		ip4_add_route(r, 0x0d000000 + (k * 7919 % 1000 << 8), 24, 1, 100 + k * 7919 % 1000);
	for (in4 k = 0; k < 1000; k++)
		g_assert_cmpuint(next_hop(&t, 0x0d000000 + (k << 8) + 5), ==, 100 + k);
	net_free(t.w);
}

/* ---- tunnels ------------------------------------------------------------------------------------------------------------------------- */

static const struct tunnel_case {
	const char *name;
	enum ip4_encapsulation how;
	in4 entry;                       /* of the tunnel; A's own address: minimal encapsulation can leave it out */
	uint16_t fragment;
	uint8_t protocol;
	unsigned added;
} tunnels[] = {
	{ "ip-in-ip", ENCAPSULATE_IP_IN_IP, R_TO_B, 0, PROTOCOL4_IPV4, 20 },
	{ "gre", ENCAPSULATE_GRE, R_TO_B, 0, PROTOCOL4_GRE, 24 },
	{ "minimal", ENCAPSULATE_MINIMAL, R_TO_B, 0, PROTOCOL4_MINIMAL, 12 },
	{ "minimal-own-source", ENCAPSULATE_MINIMAL, A_ADDRESS, 0, PROTOCOL4_MINIMAL, 8 },
	{ "minimal-dont-fragment", ENCAPSULATE_MINIMAL, R_TO_B, 0x4000, PROTOCOL4_MINIMAL, 12 },
	{ "fragment-instead-of-minimal", ENCAPSULATE_MINIMAL, R_TO_B, 0x2000, PROTOCOL4_IPV4, 20 }, /* RFC 2004 3.1 */
};

static void tunnel(gconstpointer row)
{
	const struct tunnel_case *c = row;
	struct world t = begin();
	struct node *n = t.w->node[A];
	struct packet *p = datagram(n, A_ADDRESS, B_ADDRESS, 10000, 33), *original;
	uint16_t overhead;
	in4 source;

	store_be16(p->data + 6, c->fragment);
	ipv4_checksum_set(p->data);
	p->bulk = 100;
	store_be16(p->data + 2, (uint16_t)packet_octets(p));
	ipv4_checksum_set(p->data);
	original = packet_clone(p);
	ip4_encapsulate(n, p, c->how, c->entry, NOBODY);
	g_assert_cmpuint(packet_octets(p), ==, packet_octets(original) + c->added);
	g_assert_cmpuint(ipv4_protocol(p->data), ==, c->protocol);
	g_assert_cmpuint(ipv4_source(p->data), ==, c->entry);
	g_assert_cmpuint(ipv4_destination(p->data), ==, NOBODY);
	g_assert_cmpint(p->data[6] & 0x40, ==, c->fragment >> 8 & 0x40); /* don't fragment holds outside too */
	g_assert_cmpint(wire_classify4(p, &overhead), ==, MESSAGE_DATA);
	g_assert_cmpuint(overhead, ==, c->added);
	/* Whatever is cut off, it is refused, or what was stored of it comes out. */
	for (uint16_t cut = IPV4_HEADER; cut < p->length; cut++) { /* no less than a whole header is handed to decapsulation */
		struct packet *shorter = packet_clone(p);

		shorter->length = cut;
		shorter->bulk = 0;
		if (ip4_decapsulate(shorter, &source))
			g_assert_cmpuint(shorter->length, <=, cut);
		packet_free(shorter);
	}
	g_assert_true(ip4_decapsulate(p, &source));
	g_assert_cmpuint(source, ==, c->entry);
	g_assert_cmpuint(p->overhead, ==, 0);
	g_assert_cmpuint(p->bulk, ==, original->bulk);
	g_assert_cmpmem(p->data, p->length, original->data, original->length);
	g_assert_false(ip4_decapsulate(p, &source)); /* no tunnel any more */
	packet_free(p);
	packet_free(original);
	net_free(t.w);
}

static void nested_tunnels(void)
{
	struct world t = begin();
	struct node *n = t.w->node[A];
	struct packet *p = datagram(n, A_ADDRESS, B_ADDRESS, 434, 33);
	uint16_t overhead;

	ip4_encapsulate(n, p, ENCAPSULATE_MINIMAL, R_TO_A, NOBODY);
	ip4_encapsulate(n, p, ENCAPSULATE_GRE, R_TO_B, NOBODY);
	ip4_encapsulate(n, p, ENCAPSULATE_IP_IN_IP, R_TO_B, NOBODY);
	g_assert_cmpint(wire_classify4(p, &overhead), ==, MESSAGE_UNKNOWN); /* to port 434, but none of its messages */
	g_assert_cmpuint(overhead, ==, 12 + 24 + 20);
	packet_free(p);
	net_free(t.w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip4/arp/resolution", resolution);
	g_test_add_func("/ip4/arp/nobody-answers", nobody_answers);
	g_test_add_func("/ip4/arp/proxy", proxy);
	g_test_add_func("/ip4/arp/proxy-for-one-asked-for", proxy_for_one_asked_for);
	g_test_add_func("/ip4/arp/hostile", hostile_arp);
	for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
		add_row("/ip4/error", errors[i].name, &errors[i], error);
	g_test_add_func("/ip4/errors-are-limited", errors_are_limited);
	g_test_add_func("/ip4/echo", echo);
	g_test_add_func("/ip4/header-checks", header_checks);
	g_test_add_func("/ip4/groups", groups);
	g_test_add_func("/ip4/routes", routes);
	for (size_t i = 0; i < G_N_ELEMENTS(tunnels); i++)
		add_row("/ip4/tunnel", tunnels[i].name, &tunnels[i], tunnel);
	g_test_add_func("/ip4/nested-tunnels", nested_tunnels);
	return g_test_run();
}
