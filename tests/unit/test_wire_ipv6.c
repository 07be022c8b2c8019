// SPDX-License-Identifier: GPL-3.0-or-later
/* IPv6 headers, the walk over extension headers with hostile ones, the Internet checksum and UDP. */
#include "models/wire/ipv6.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

static const struct in6 home_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 0x10 } };
static const struct in6 care_of_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x10 } };
static const struct in6 correspondent = { { 0x20, 0x01, 0x0d, 0xb8, 0, 3, [15] = 0x20 } };

/* ---- the walk --------------------------------------------------------------------------------------------------------- */

#define HOME "20010db8000100000000000000000010"
#define HOME_OPTION "c910" HOME
#define PIECE 1                           /* fragment header seen */
#define NOT_MOBILE 2                      /* walk as a host that does not know option 201 */

/* `hex` follows the fixed header, whose next header is `first`; offsets count from the fixed header. */
static const struct walk_case {
	const char *name;
	uint8_t first;
	const char *hex;
	enum ipv6_walk_result want;
	uint8_t protocol;
	uint16_t offset, next_header_offset, home_address_at, routing_at, error_at;
	uint8_t error_option, flags;
} walks[] = {
	{ "udp", 17, "0001000200080000", IPV6_WALK_OK, 17, 40, 6, 0, 0, 0, 0, 0 },
	{ "nothing", 59, "", IPV6_WALK_OK, 59, 40, 6, 0, 0, 0, 0, 0 },
	{ "unknown-protocol", 200, "00", IPV6_WALK_OK, 200, 40, 6, 0, 0, 0, 0, 0 },
	{ "esp-ends-it", 50, "3c00000000000000", IPV6_WALK_OK, 50, 40, 6, 0, 0, 0, 0, 0 },
	{ "hop-by-hop", 0, "1100010400000000", IPV6_WALK_OK, 17, 48, 40, 0, 0, 0, 0, 0 },
	{ "router-alert-skipped", 0, "3a00050200000100", IPV6_WALK_OK, 58, 48, 40, 0, 0, 0, 0, 0 },
	{ "hop-by-hop-in-second-place", 60, "0000010400000000 1100010400000000", IPV6_WALK_OK, 0, 48, 40, 0, 0, 0, 0, 0 },
	{ "pad1s", 60, "1100000000000000", IPV6_WALK_OK, 17, 48, 40, 0, 0, 0, 0, 0 },
	{ "home-address", 60, "870201020000" HOME_OPTION, IPV6_WALK_OK, 135, 64, 40, 46, 0, 0, 0, 0 },
	{ "home-address-not-known", 60, "870201020000" HOME_OPTION, IPV6_WALK_UNKNOWN_OPTION, 60, 40, 6, 0, 0, 46, 201, NOT_MOBILE },
	{ "home-address-in-hop-by-hop", 0, "870201020000" HOME_OPTION, IPV6_WALK_UNKNOWN_OPTION, 0, 40, 6, 0, 0, 46, 201, 0 },
	{ "home-address-of-15", 60, "870201020000c90f" HOME, IPV6_WALK_MALFORMED, 60, 40, 6, 0, 0, 47, 0, 0 },
	{ "home-address-of-0", 60, "8700010000c90000", IPV6_WALK_MALFORMED, 60, 40, 6, 0, 0, 46, 0, 0 },
	{ "home-address-twice", 60, "870501020000" HOME_OPTION HOME_OPTION "010400000000", IPV6_WALK_MALFORMED, 60, 40, 6, 46, 0, 64, 0, 0 },
	{ "home-address-twice-in-two-headers", 60, "3c0201020000" HOME_OPTION "870201020000" HOME_OPTION, IPV6_WALK_MALFORMED, 60, 64,
	  40, 46, 0, 70, 0, 0 },
	{ "option-00-skipped", 60, "1100 3e 02 aaaa 0100", IPV6_WALK_OK, 17, 48, 40, 0, 0, 0, 0, 0 },
	{ "option-01", 60, "1100 0100 7e 02 aaaa", IPV6_WALK_UNKNOWN_OPTION, 60, 40, 6, 0, 0, 44, 0x7e, 0 },
	{ "option-10", 60, "1100 0100 8b 02 aaaa", IPV6_WALK_UNKNOWN_OPTION, 60, 40, 6, 0, 0, 44, 0x8b, 0 },
	{ "option-11", 60, "1100 00 00 c2 02 aaaa", IPV6_WALK_UNKNOWN_OPTION, 60, 40, 6, 0, 0, 44, 0xc2, 0 },
	{ "option-without-length", 60, "1100010300000080", IPV6_WALK_MALFORMED, 60, 40, 6, 0, 0, 47, 0, 0 },
	{ "option-overruns", 60, "1100010500000000", IPV6_WALK_MALFORMED, 60, 40, 6, 0, 0, 43, 0, 0 },
	{ "home-address-overruns", 60, "870101020000c910 20010db800010000", IPV6_WALK_MALFORMED, 60, 40, 6, 0, 0, 47, 0, 0 },
	{ "first-error-counts", 60, "1100 8b 00 c900 0100", IPV6_WALK_UNKNOWN_OPTION, 60, 40, 6, 0, 0, 42, 0x8b, 0 },
	{ "header-longer-than-packet", 60, "1101010400000000", IPV6_WALK_TRUNCATED, 60, 40, 6, 0, 0, 0, 0, 0 },
	{ "routing", 43, "8702020100000000" HOME, IPV6_WALK_OK, 135, 64, 40, 0, 40, 0, 0, 0 },
	{ "routing-then-home-address", 43, "3c02020100000000" HOME "870201020000" HOME_OPTION, IPV6_WALK_OK, 135, 88, 64, 70, 40, 0, 0, 0 },
	{ "routing-twice", 43, "2b02020100000000" HOME "8702020100000000" HOME, IPV6_WALK_MALFORMED, 43, 64, 40, 0, 40, 66, 0, 0 },
	{ "routing-type-0-spent", 43, "1102000000000000" HOME, IPV6_WALK_OK, 17, 64, 40, 0, 0, 0, 0, 0 },
	{ "routing-type-0-with-segments", 43, "1102000100000000" HOME, IPV6_WALK_MALFORMED, 43, 40, 6, 0, 0, 42, 0, 0 },
	{ "routing-longer-than-packet", 43, "8702020100000000 20010db8", IPV6_WALK_TRUNCATED, 43, 40, 6, 0, 0, 0, 0, 0 },
	{ "whole-packet-fragment", 44, "1100000012345678 00010002", IPV6_WALK_OK, 17, 48, 40, 0, 0, 0, 0, PIECE },
	{ "first-fragment", 44, "1100000112345678 00010002", IPV6_WALK_OK, 44, 40, 6, 0, 0, 0, 0, PIECE },
	{ "later-fragment", 44, "3c00000812345678 ffffffffffffffff", IPV6_WALK_OK, 44, 40, 6, 0, 0, 0, 0, PIECE },
	{ "fragment-cut", 44, "11000000123456", IPV6_WALK_TRUNCATED, 44, 40, 6, 0, 0, 0, 0, 0 },
};

static struct octets packet_of(const struct walk_case *c)
{
	struct octets body = octets_of_hex(c->hex), packet;
	uint8_t *h = g_malloc(IPV6_HEADER + body.length);

	ipv6_header_write(h, (uint16_t)body.length, c->first, 64, &care_of_address, &correspondent);
	memcpy(h + IPV6_HEADER, body.data, body.length);
	packet = octets_copy(h, IPV6_HEADER + body.length);
	g_free(h);
	octets_free(&body);
	return packet;
}

static void walk_finds(gconstpointer row)
{
	const struct walk_case *c = row;
	struct octets packet = packet_of(c);
	struct ipv6_view v;

	memset(&v, 0xff, sizeof v);
	g_assert_cmpint(ipv6_walk(packet.data, packet.length, !(c->flags & NOT_MOBILE), &v), ==, c->want);
	g_assert_cmpuint(v.protocol, ==, c->protocol);
	g_assert_cmpuint(v.offset, ==, c->offset);
	g_assert_cmpuint(v.next_header_offset, ==, c->next_header_offset);
	g_assert_cmpint(v.has_home_address, ==, c->home_address_at != 0);
	g_assert_cmpuint(v.home_address_option_offset, ==, c->home_address_at);
	g_assert_true(in6_equal(&v.home_address, c->home_address_at ? &home_address : &in6_unspecified));
	g_assert_cmpint(v.has_routing_header, ==, c->routing_at != 0);
	g_assert_cmpuint(v.routing_header_offset, ==, c->routing_at);
	g_assert_true(in6_equal(&v.routing_address, c->routing_at ? &home_address : &in6_unspecified));
	if (c->routing_at) {
		g_assert_cmpuint(v.routing_type, ==, 2);
		g_assert_cmpuint(v.routing_length, ==, 2);
		g_assert_cmpuint(v.segments_left, ==, 1);
	}
	g_assert_cmpint(v.has_fragment_header, ==, (c->flags & PIECE) != 0);
	g_assert_cmpuint(v.error_offset, ==, c->error_at);
	g_assert_cmpuint(v.error_option, ==, c->error_option);
	octets_free(&packet);
}

/* Cut inside the extension headers there is no upper layer to find; cut behind them (bulk, or nothing left) all is found. */
static void walk_of_shorter_prefixes(gconstpointer row)
{
	const struct walk_case *c = row;
	struct octets packet = packet_of(c);

	for (size_t n = 0; n < packet.length; n++) {
		struct octets cut = octets_copy(packet.data, n);
		enum ipv6_walk_result result;
		struct ipv6_view v;

		result = ipv6_walk(cut.data, cut.length, !(c->flags & NOT_MOBILE), &v);
		if (n < IPV6_HEADER)
			g_assert_cmpint(result, ==, IPV6_WALK_TRUNCATED);
		else if (c->want == IPV6_WALK_OK && n < c->offset)
			g_assert_cmpint(result, ==, IPV6_WALK_TRUNCATED);
		else if (c->want == IPV6_WALK_OK && !(c->flags & PIECE))
			g_assert_cmpint(result, ==, IPV6_WALK_OK);
		else
			g_assert_true(result == IPV6_WALK_TRUNCATED || result == c->want);
		octets_free(&cut);
	}
	octets_free(&packet);
}

static void walk_refuses_another_version(void)
{
	uint8_t h[IPV6_HEADER];
	struct ipv6_view v;

	ipv6_header_write(h, 0, PROTOCOL_NONE, 64, &care_of_address, &correspondent);
	h[0] = 0x45;
	g_assert_cmpint(ipv6_walk(h, sizeof h, true, &v), ==, IPV6_WALK_MALFORMED);
	g_assert_cmpuint(v.error_offset, ==, 0);
}

/* Octets behind the payload length are no part of the packet. */
static void walk_ends_at_the_payload_length(void)
{
	struct octets o = octets_of_hex("6000000000073c40 20010db8000200000000000000000010 20010db8000300000000000000000020 1100010400000000");
	struct ipv6_view v;

	g_assert_cmpint(ipv6_walk(o.data, o.length, true, &v), ==, IPV6_WALK_TRUNCATED);
	o.data[5] = 8;
	g_assert_cmpint(ipv6_walk(o.data, o.length, true, &v), ==, IPV6_WALK_OK);
	octets_free(&o);
}

/* Offsets are 16 bits wide; the longest chain must neither overrun nor wrap. */
static void walk_of_the_longest_chain(void)
{
	size_t n = IPV6_HEADER + 65535;
	uint8_t *p = g_malloc0(n);
	struct ipv6_view v;

	ipv6_header_write(p, 65535, PROTOCOL_DESTINATION_OPTIONS, 64, &care_of_address, &correspondent);
	for (size_t at = IPV6_HEADER; at + 8 <= n; at += 8)
		p[at] = PROTOCOL_DESTINATION_OPTIONS;
	g_assert_cmpint(ipv6_walk(p, n, true, &v), ==, IPV6_WALK_TRUNCATED);
	g_assert_cmpuint(v.offset, ==, 65528);
	g_free(p);
}

static void header_reads_what_was_written(void)
{
	uint8_t h[IPV6_HEADER];
	struct in6 a;

	memset(h, 0xff, sizeof h);
	ipv6_header_write(h, 0x1234, PROTOCOL_MOBILITY, 63, &care_of_address, &correspondent);
	g_assert_cmphex(load_be32(h), ==, 0x60000000);
	g_assert_cmpuint(ipv6_version(h), ==, 6);
	g_assert_cmphex(ipv6_payload_length(h), ==, 0x1234);
	g_assert_cmpuint(ipv6_next_header(h), ==, PROTOCOL_MOBILITY);
	g_assert_cmpuint(ipv6_hop_limit(h), ==, 63);
	a = ipv6_source(h);
	g_assert_true(in6_equal(&a, &care_of_address));
	a = ipv6_destination(h);
	g_assert_true(in6_equal(&a, &correspondent));
}

/* ---- checksum --------------------------------------------------------------------------------------------------------- */

/* Sixteen bits at a time, as RFC 1071 section 4.1 says it. */
static uint16_t plain_checksum(const uint8_t *p, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? p[i] : (uint64_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void checksum_of_the_rfc_1071_example(void)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	g_assert_cmphex(checksum_finish(checksum_add(0, example, sizeof example)), ==, (uint16_t)~0xddf2);
}

static void checksum_equals_the_plain_one(void)
{
	uint8_t octets[300];
	uint32_t state = 1;

	for (int fill = 0; fill < 4; fill++) {
		for (size_t i = 0; i < sizeof octets; i++) {
			state = state * 1664525 + 1013904223;
			octets[i] = fill == 0 ? 0 : fill == 1 ? 0xff : (uint8_t)(state >> 24);
		}
		for (size_t start = 0; start < 9; start++)
			for (size_t n = 0; n < sizeof octets - start; n++) {
				struct octets o = octets_copy(octets + start, n);
				uint16_t want = plain_checksum(o.data, n);
				size_t half = n / 4 * 2;

				g_assert_cmphex(checksum_finish(checksum_add(0, o.data, n)), ==, want);
				g_assert_cmphex(checksum_finish(checksum_add(checksum_add(0, o.data, half), o.data + half, n - half)), ==,
				                want);
				octets_free(&o);
			}
	}
}

static void checksum_of_many_pieces_does_not_overflow(void)
{
	static const uint8_t ones[] = { 0xff, 0xff };
	uint32_t sum = 0;

	for (int i = 0; i < 200000; i++)
		sum = checksum_add(sum, ones, sizeof ones);
	g_assert_cmphex(checksum_finish(sum), ==, 0);
}

/* ---- UDP -------------------------------------------------------------------------------------------------------------- */

static const char *const udp_vectors[] = { "udp-17-home-address", "udp-18-routing-header" };

static void udp_vector(gconstpointer name)
{
	struct octets packet = octets_of_vector(name), u;
	struct in6 source, destination;
	struct udp_header header;
	uint8_t again[64];
	struct ipv6_view v;

	g_assert_cmpint(ipv6_walk(packet.data, packet.length, true, &v), ==, IPV6_WALK_OK);
	g_assert_cmpuint(v.protocol, ==, PROTOCOL_UDP);
	source = v.has_home_address ? v.home_address : ipv6_source(packet.data);
	destination = v.has_routing_header ? v.routing_address : ipv6_destination(packet.data);
	u = octets_copy(packet.data + v.offset, packet.length - v.offset);

	g_assert_cmpint(udp_decode(u.data, u.length, u.length, &source, &destination, &header), ==, WIRE_OK);
	g_assert_cmpuint(header.source_port + header.destination_port, ==, 4000 + 4001);
	g_assert_cmpuint(header.length, ==, 13);
	memcpy(again, u.data, u.length);
	memset(again, 0xff, UDP_HEADER);
	udp_write(again, header.source_port, header.destination_port, u.length - UDP_HEADER, 0, &source, &destination);
	assert_octets(again, u.length, u.data, u.length);

	for (size_t n = 0; n < u.length; n++) {
		struct octets cut = octets_copy(u.data, n);

		g_assert_cmpint(udp_decode(cut.data, n, n, &source, &destination, &header), ==, WIRE_TRUNCATED);
		octets_free(&cut);
	}
	for (size_t bit = 0; bit < 8 * u.length; bit++) {
		u.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_cmpint(udp_decode(u.data, u.length, u.length, &source, &destination, &header), !=, WIRE_OK);
		u.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&u);
	octets_free(&packet);
}

/* Zero octets that are not stored count like stored ones. */
static void udp_bulk_counts_as_zeros(void)
{
	for (size_t stored = 0; stored < 20; stored++) {
		uint8_t real[UDP_HEADER + 120] = { 0 }, cut[UDP_HEADER + 120] = { 0 };
		struct udp_header header;

		for (size_t i = 0; i < stored; i++)
			real[UDP_HEADER + i] = cut[UDP_HEADER + i] = (uint8_t)(17 * i + 1);
		udp_write(real, 1, 2, 120, 0, &care_of_address, &correspondent);
		udp_write(cut, 1, 2, stored, 120 - stored, &care_of_address, &correspondent);
		assert_octets(real, sizeof real, cut, sizeof cut);
		g_assert_cmpint(udp_decode(cut, UDP_HEADER + stored, sizeof cut, &care_of_address, &correspondent, &header), ==, WIRE_OK);
		g_assert_cmpuint(header.length, ==, 128);
	}
}

static void udp_odd_lengths(void)
{
	uint8_t u[UDP_HEADER + 5] = { [8] = 1, 2, 3, 4, 5 };
	struct udp_header header;

	/* One octet of padding behind the length of the header is none of its business. */
	udp_write(u, 1, 2, 4, 0, &care_of_address, &correspondent);
	g_assert_cmpint(udp_decode(u, sizeof u, sizeof u, &care_of_address, &correspondent, &header), ==, WIRE_OK);
	g_assert_cmpuint(header.length, ==, 12);
	store_be16(u + 4, 7);
	g_assert_cmpint(udp_decode(u, sizeof u, sizeof u, &care_of_address, &correspondent, &header), ==, WIRE_MALFORMED);
	store_be16(u + 4, 14);
	g_assert_cmpint(udp_decode(u, sizeof u, sizeof u, &care_of_address, &correspondent, &header), ==, WIRE_TRUNCATED);
}

static void udp_zero_checksum_is_neither_sent_nor_taken(void)
{
	uint8_t u[UDP_HEADER + 2] = { 0 };
	struct udp_header header;
	uint16_t checksum;

	/* Makes the sum come out as 0xffff: its complement would be zero. */
	udp_write(u, 1, 2, 2, 0, &care_of_address, &correspondent);
	checksum = load_be16(u + 6);
	store_be16(u + 8, checksum);
	udp_write(u, 1, 2, 2, 0, &care_of_address, &correspondent);
	g_assert_cmphex(load_be16(u + 6), ==, 0xffff);
	g_assert_cmpint(udp_decode(u, sizeof u, sizeof u, &care_of_address, &correspondent, &header), ==, WIRE_OK);
	store_be16(u + 6, 0);
	g_assert_cmpint(udp_decode(u, sizeof u, sizeof u, &care_of_address, &correspondent, &header), ==, WIRE_CHECKSUM);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(walks); i++) {
		add_row("/wire/ipv6/walk-finds", walks[i].name, &walks[i], walk_finds);
		add_row("/wire/ipv6/walk-of-shorter-prefixes", walks[i].name, &walks[i], walk_of_shorter_prefixes);
	}
	g_test_add_func("/wire/ipv6/walk-refuses-another-version", walk_refuses_another_version);
	g_test_add_func("/wire/ipv6/walk-ends-at-the-payload-length", walk_ends_at_the_payload_length);
	g_test_add_func("/wire/ipv6/walk-of-the-longest-chain", walk_of_the_longest_chain);
	g_test_add_func("/wire/ipv6/header-reads-what-was-written", header_reads_what_was_written);
	g_test_add_func("/wire/checksum/of-the-rfc-1071-example", checksum_of_the_rfc_1071_example);
	g_test_add_func("/wire/checksum/equals-the-plain-one", checksum_equals_the_plain_one);
	g_test_add_func("/wire/checksum/of-many-pieces-does-not-overflow", checksum_of_many_pieces_does_not_overflow);
	for (size_t i = 0; i < G_N_ELEMENTS(udp_vectors); i++)
		add_row("/wire/udp/vector", udp_vectors[i], udp_vectors[i], udp_vector);
	g_test_add_func("/wire/udp/bulk-counts-as-zeros", udp_bulk_counts_as_zeros);
	g_test_add_func("/wire/udp/odd-lengths", udp_odd_lengths);
	g_test_add_func("/wire/udp/zero-checksum-is-neither-sent-nor-taken", udp_zero_checksum_is_neither_sent_nor_taken);
	return g_test_run();
}
