// SPDX-License-Identifier: GPL-3.0-or-later
/* How observers call a packet, and how much of it is tunnel. */
#include "models/wire/classify.h"
#include "models/wire/classify4.h"
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

static const struct naming {
	const char *vector;
	enum message_type want;
	uint16_t overhead;
} namings[] = {
	{ "mh-01-brr", MESSAGE_BRR, 0 },
	{ "mh-02-hoti-tunnelled", MESSAGE_HOTI, 40 },
	{ "mh-03-coti", MESSAGE_COTI, 0 },
	{ "mh-04-hot-tunnelled", MESSAGE_HOT, 40 },
	{ "mh-05-cot", MESSAGE_COT, 0 },
	{ "mh-06-bu", MESSAGE_BU, 0 },
	{ "mh-07-ba", MESSAGE_BA, 0 },
	{ "mh-08-ba-sequence", MESSAGE_BA, 0 },
	{ "mh-09-ba-expired-nonce", MESSAGE_BA, 0 },
	{ "mh-10-bu-delete", MESSAGE_BU, 0 },
	{ "mh-11-bu-home", MESSAGE_BU_HOME, 0 },
	{ "mh-12-ba-home", MESSAGE_BA_HOME, 0 },
	{ "mh-13-be", MESSAGE_BE, 0 },
	{ "mh-location-query", MESSAGE_LOCATION_QUERY, 0 },
	{ "mh-location", MESSAGE_LOCATION, 0 },
	{ "mh-ebu", MESSAGE_EBU, 0 },
	{ "mh-eba", MESSAGE_EBA, 0 },
	{ "mh-eba-expired-nonce", MESSAGE_EBA, 0 },
	{ "udp-17-home-address", MESSAGE_DATA, 0 },
	{ "udp-18-routing-header", MESSAGE_DATA, 0 },
	{ "icmp6-rs", MESSAGE_RS, 0 },
	{ "icmp6-ra", MESSAGE_RA, 0 },
	{ "icmp6-ns", MESSAGE_NS, 0 },
	{ "icmp6-na", MESSAGE_NA, 0 },
	{ "icmp6-redirect", MESSAGE_REDIRECT, 0 },
	{ "icmp6-echo-request", MESSAGE_ECHO_REQUEST, 0 },
	{ "icmp6-echo-reply", MESSAGE_ECHO_REPLY, 0 },
	{ "icmp6-unreachable", MESSAGE_ICMP6_ERROR, 0 },
	{ "icmp6-too-big", MESSAGE_ICMP6_ERROR, 0 },
	{ "icmp6-time-exceeded", MESSAGE_ICMP6_ERROR, 0 },
	{ "icmp6-parameter-problem", MESSAGE_ICMP6_ERROR, 0 },
	{ "icmp6-19-discovery-request", MESSAGE_HOME_AGENT_REQUEST, 0 },
};

static struct packet *packet_of(const uint8_t *octets, size_t n)
{
	struct packet *p = packet_new(n);

	memcpy(packet_put(p, n), octets, n);
	return p;
}

static void names_the_vector(gconstpointer row)
{
	const struct naming *n = row;
	struct octets o = octets_of_vector(n->vector);
	struct packet *p = packet_of(o.data, o.length);
	struct in6 agent = ipv6_source(o.data);
	uint16_t overhead = 99;

	g_assert_cmpint(wire_classify(p, &overhead), ==, n->want);
	g_assert_cmpuint(overhead, ==, n->overhead);
	/* The same in two more tunnels. */
	for (unsigned depth = 1; depth <= 2; depth++) {
		uint16_t length = p->length;

		ipv6_header_write(packet_push(p, IPV6_HEADER), length, PROTOCOL_IPV6, 64, &agent, &agent);
		g_assert_cmpint(wire_classify(p, &overhead), ==, n->want);
		g_assert_cmpuint(overhead, ==, n->overhead + depth * IPV6_HEADER);
	}
	packet_free(p);
	/* Cut anywhere inside the headers it has no name, or the one its type gives. */
	for (size_t cut = 0; cut < o.length; cut++) {
		uint8_t name;

		p = packet_of(o.data, cut);
		name = wire_classify(p, &overhead);
		g_assert_true(name == MESSAGE_UNKNOWN || name == n->want);
		packet_free(p);
	}
	octets_free(&o);
}

static void counts_extension_headers_of_a_tunnel(void)
{
	struct octets o = octets_of_vector("mh-11-bu-home");
	struct in6 agent = ipv6_source(o.data);
	struct packet *p = packet_of(o.data, o.length);
	uint8_t *options = packet_push(p, 8);
	uint16_t overhead;

	store_be64(options, 0x2900010400000000u);
	ipv6_header_write(packet_push(p, IPV6_HEADER), (uint16_t)(o.length + 8), PROTOCOL_DESTINATION_OPTIONS, 64, &agent, &agent);
	g_assert_cmpint(wire_classify(p, &overhead), ==, MESSAGE_BU_HOME);
	g_assert_cmpuint(overhead, ==, 48);
	packet_free(p);
	octets_free(&o);
}

static void a_datagram_of_bulk_is_data(void)
{
	struct in6 a = { { 0x20, 1 } };
	struct packet *p = packet_new(IPV6_HEADER);
	uint16_t overhead;

	ipv6_header_write(packet_put(p, IPV6_HEADER), 1000, PROTOCOL_UDP, 64, &a, &a);
	p->bulk = 1000;
	g_assert_cmpint(wire_classify(p, &overhead), ==, MESSAGE_DATA);
	packet_free(p);
}

/* RFC 6275 9.5.1: the only acknowledgements a correspondent sends without an authenticator are about nonces. */
static void unauthenticated_acknowledgements_are_home_ones_but_for_nonces(void)
{
	for (unsigned status = 0; status < 256; status++) {
		struct mh_message m = { .type = MH_BA, .status = (uint8_t)status };

		g_assert_cmpint(mh_classify(&m), ==, status >= 136 && status <= 138 ? MESSAGE_BA : MESSAGE_BA_HOME);
		m.options.has_authenticator = true;
		g_assert_cmpint(mh_classify(&m), ==, MESSAGE_BA);
	}
}

/* ---- IPv4 ------------------------------------------------------------------------------------------------------------------ */

static const struct naming namings4[] = {
	{ "ip4-35-agent-advertisement", MESSAGE_AGENT_ADVERTISEMENT, 0 },
	{ "ip4-36-ip-in-ip", MESSAGE_DATA, 20 },
	{ "ip4-37-minimal-source", MESSAGE_DATA, 12 },
	{ "ip4-38-minimal", MESSAGE_DATA, 8 },
	{ "ip4-39-gre", MESSAGE_DATA, 24 },
	{ "ip4-40-gre-checksum", MESSAGE_DATA, 28 },
	{ "mip4-33-request", MESSAGE_REGISTRATION_REQUEST, 0 },
	{ "mip4-34-reply", MESSAGE_REGISTRATION_REPLY, 0 },
	{ "mip4-41-warning", MESSAGE_BINDING_WARNING, 0 },
	{ "mip4-42-binding-request", MESSAGE_BINDING_REQUEST, 0 },
	{ "mip4-43-update", MESSAGE_BINDING_UPDATE, 0 },
	{ "mip4-44-acknowledge", MESSAGE_BINDING_ACKNOWLEDGE, 0 },
};

static void names_the_ipv4_vector(gconstpointer row)
{
	const struct naming *n = row;
	struct octets o = octets_of_vector(n->vector);
	struct packet *p = packet_of(o.data, o.length);
	uint16_t overhead = 99;

	g_assert_cmpint(wire_classify4(p, &overhead), ==, n->want);
	g_assert_cmpuint(overhead, ==, n->overhead);
	packet_free(p);
	/* Cut short it is not what its header says: no name. */
	for (size_t cut = 0; cut < o.length; cut++) {
		p = packet_of(o.data, cut);
		g_assert_cmpint(wire_classify4(p, &overhead), ==, MESSAGE_UNKNOWN);
		packet_free(p);
	}
	octets_free(&o);
}

static void names_by_ipv4_protocol_and_type(void)
{
	static const struct {
		uint8_t protocol, type;      /* type: first octet behind the header */
		enum message_type want;
	} rows[] = {
		{ PROTOCOL4_ICMP, ICMP4_ECHO_REQUEST, MESSAGE_ECHO_REQUEST }, { PROTOCOL4_ICMP, ICMP4_ECHO_REPLY, MESSAGE_ECHO_REPLY },
		{ PROTOCOL4_ICMP, ICMP4_ROUTER_SOLICITATION, MESSAGE_AGENT_SOLICITATION },
		{ PROTOCOL4_ICMP, ICMP4_UNREACHABLE, MESSAGE_ICMP4_ERROR }, { PROTOCOL4_ICMP, ICMP4_TIME_EXCEEDED, MESSAGE_ICMP4_ERROR },
		{ PROTOCOL4_ICMP, 13, MESSAGE_UNKNOWN }, { PROTOCOL4_TCP, 0, MESSAGE_DATA }, { PROTOCOL4_UDP, 0, MESSAGE_DATA },
		{ 99, 0, MESSAGE_UNKNOWN }, { PROTOCOL4_GRE, 0x80, MESSAGE_UNKNOWN }, { PROTOCOL4_MINIMAL, 99, MESSAGE_UNKNOWN },
		{ PROTOCOL4_IPV4, 0, MESSAGE_UNKNOWN },
	};
	uint8_t octets[IPV4_HEADER + 12] = { 0 };
	uint16_t overhead;

	for (size_t k = 0; k < G_N_ELEMENTS(rows); k++)
		for (size_t behind = 0; behind <= 12; behind += 12) {
			const struct ipv4_header h = { .ttl = 1, .protocol = rows[k].protocol, .source = 1, .destination = 2 };
			struct packet *p;

			ipv4_write(octets, &h);
			store_be16(octets + 2, (uint16_t)(IPV4_HEADER + behind));
			ipv4_checksum_set(octets);
			octets[IPV4_HEADER] = rows[k].type;
			p = packet_of(octets, IPV4_HEADER + behind);
			g_assert_cmpint(wire_classify4(p, &overhead), ==,
			                behind || rows[k].protocol != PROTOCOL4_ICMP ? rows[k].want : MESSAGE_UNKNOWN);
			packet_free(p);
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(namings); i++)
		add_row("/wire/classify/names-the-vector", namings[i].vector, &namings[i], names_the_vector);
	g_test_add_func("/wire/classify/counts-extension-headers-of-a-tunnel", counts_extension_headers_of_a_tunnel);
	g_test_add_func("/wire/classify/a-datagram-of-bulk-is-data", a_datagram_of_bulk_is_data);
	g_test_add_func("/wire/classify/unauthenticated-acknowledgements-are-home-ones-but-for-nonces",
	                unauthenticated_acknowledgements_are_home_ones_but_for_nonces);
	for (size_t i = 0; i < G_N_ELEMENTS(namings4); i++)
		add_row("/wire/classify4/names-the-vector", namings4[i].vector, &namings4[i], names_the_ipv4_vector);
	g_test_add_func("/wire/classify4/names-by-protocol-and-type", names_by_ipv4_protocol_and_type);
	return g_test_run();
}
