// SPDX-License-Identifier: GPL-3.0-or-later
/* TCP headers: Scapy's segments read and written, every shorter prefix, every kind of bad option. */
#include "models/wire/ipv6.h"
#include "models/wire/tcp.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

static const struct in6 source = { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 0x10 } };
static const struct in6 destination = { { 0x20, 0x01, 0x0d, 0xb8, 0, 3, [15] = 0x20 } };

static const struct vector {
	const char *name;
	size_t payload;
	struct tcp_header want;
} vectors[] = {
	{ "tcp-syn", 0, { .source_port = 10001, .destination_port = 10001, .sequence = 0x01020304, .flags = TCP_SYN, .window = 65535,
	                  .has_maximum_segment = true, .maximum_segment = 1220, .has_window_scale = true, .window_scale = 4,
	                  .sack_permitted = true } },
	{ "tcp-syn-timestamps", 0, { .source_port = 10001, .destination_port = 10001, .sequence = 0xffffffff, .flags = TCP_SYN,
	                             .window = 1024, .has_maximum_segment = true, .maximum_segment = 1440, .has_timestamps = true,
	                             .timestamp = 123456 } },
	{ "tcp-ack", 0, { .source_port = 10001, .destination_port = 10002, .sequence = 7, .acknowledgment = 0x80000001,
	                  .flags = TCP_ACK, .window = 512 } },
	{ "tcp-sack", 0, { .source_port = 10001, .destination_port = 10001, .sequence = 7, .acknowledgment = 1000, .flags = TCP_ACK,
	                   .window = 512, .sack_count = 3, .sack = { { 3000, 4220 }, { 1500, 2000 }, { 0xfffffff0, 16 } } } },
	{ "tcp-sack-four", 0, { .source_port = 10001, .destination_port = 10001, .sequence = 7, .acknowledgment = 1000,
	                        .flags = TCP_ACK, .window = 512, .sack_count = 4, .sack = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } } } },
	{ "tcp-data", 1220, { .source_port = 10001, .destination_port = 10001, .sequence = 1, .acknowledgment = 1,
	                      .flags = TCP_ACK | TCP_PSH, .window = 512 } },
	{ "tcp-fin", 3, { .source_port = 10001, .destination_port = 10001, .sequence = 1221, .acknowledgment = 1,
	                  .flags = TCP_ACK | TCP_FIN, .window = 512 } },
	{ "tcp-reset", 0, { .source_port = 10001, .destination_port = 10001, .sequence = 1221, .flags = TCP_RST } },
};

static void assert_header(const struct tcp_header *a, const struct tcp_header *b)
{
	g_assert_cmpuint(a->source_port, ==, b->source_port);
	g_assert_cmpuint(a->destination_port, ==, b->destination_port);
	g_assert_cmphex(a->sequence, ==, b->sequence);
	g_assert_cmphex(a->acknowledgment, ==, b->acknowledgment);
	g_assert_cmphex(a->flags, ==, b->flags);
	g_assert_cmpuint(a->window, ==, b->window);
	g_assert_cmpint(a->has_maximum_segment, ==, b->has_maximum_segment);
	g_assert_cmpuint(a->maximum_segment, ==, b->maximum_segment);
	g_assert_cmpint(a->has_window_scale, ==, b->has_window_scale);
	g_assert_cmpuint(a->window_scale, ==, b->window_scale);
	g_assert_cmpint(a->sack_permitted, ==, b->sack_permitted);
	g_assert_cmpint(a->has_timestamps, ==, b->has_timestamps);
	g_assert_cmpuint(a->timestamp, ==, b->timestamp);
	g_assert_cmpuint(a->timestamp_echo, ==, b->timestamp_echo);
	g_assert_cmpuint(a->sack_count, ==, b->sack_count);
	for (unsigned i = 0; i < a->sack_count; i++) {
		g_assert_cmphex(a->sack[i].left, ==, b->sack[i].left);
		g_assert_cmphex(a->sack[i].right, ==, b->sack[i].right);
	}
}

static void vector_reads_and_writes(gconstpointer row)
{
	const struct vector *v = row;
	struct octets packet = octets_of_vector(v->name), segment = octets_copy(packet.data + IPV6_HEADER, packet.length - IPV6_HEADER);
	uint8_t u[TCP_HEADER_MAXIMUM];
	struct tcp_header h;
	size_t header, n;

	g_assert_cmpint(tcp_decode(segment.data, segment.length, segment.length, &source, &destination, &h, &header), ==, WIRE_OK);
	g_assert_cmpuint(header + v->payload, ==, segment.length);
	assert_header(&h, &v->want);
	/* The payload as zeros that are not stored. */
	g_assert_cmpint(tcp_decode(segment.data, header, segment.length, &source, &destination, &h, &header), ==, WIRE_OK);
	n = tcp_write(u, &v->want, v->payload, &source, &destination);
	assert_octets(u, n, segment.data, header);
	/* One octet more or less of payload, another end: the checksum tells. */
	g_assert_cmpint(tcp_decode(u, n, n + v->payload + 1, &source, &destination, &h, &header), ==, WIRE_CHECKSUM);
	g_assert_cmpint(tcp_decode(u, n, n + v->payload, &source, &source, &h, &header), ==, WIRE_CHECKSUM);
	octets_free(&segment);
	octets_free(&packet);
}

static void vector_of_shorter_prefixes(gconstpointer row)
{
	const struct vector *v = row;
	struct octets packet = octets_of_vector(v->name);
	size_t whole = packet.length - IPV6_HEADER, header_octets = whole - v->payload;

	for (size_t n = 0; n < header_octets; n++) {
		struct octets cut = octets_copy(packet.data + IPV6_HEADER, n);
		struct tcp_header h;
		size_t header;

		g_assert_cmpint(tcp_decode(cut.data, n, whole, &source, &destination, &h, &header), ==, WIRE_TRUNCATED);
		octets_free(&cut);
	}
	octets_free(&packet);
}

static void every_flipped_bit_is_seen(void)
{
	struct octets packet = octets_of_vector("tcp-sack");
	uint8_t *u = packet.data + IPV6_HEADER;
	size_t n = packet.length - IPV6_HEADER, header;
	struct tcp_header h;

	for (size_t bit = 0; bit < 8 * n; bit++) {
		u[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_cmpint(tcp_decode(u, n, n, &source, &destination, &h, &header), !=, WIRE_OK);
		u[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&packet);
}

static const struct options_case {
	const char *name, *hex;
	enum wire_error want;
	unsigned sack_count;
	bool has_maximum_segment;
} options_cases[] = {
	{ "none", "", WIRE_OK, 0, false },
	{ "end-hides-the-rest", "00 02 04 05", WIRE_OK, 0, false },
	{ "unknown-is-skipped", "fd 08 aabbccddeeff 02 04 04c4", WIRE_OK, 0, true },
	{ "no-operations", "01 01 01 01 02 04 04c4", WIRE_OK, 0, true },
	{ "without-length", "01 01 01 02", WIRE_MALFORMED, 0, false },
	{ "length-0", "fd 00 01 01", WIRE_MALFORMED, 0, false },
	{ "length-1", "fd 01 01 01", WIRE_MALFORMED, 0, false },
	{ "overruns", "fd 05 01 01", WIRE_MALFORMED, 0, false },
	{ "maximum-segment-of-3", "02 03 05 01", WIRE_MALFORMED, 0, true },
	{ "maximum-segment-of-6", "02 06 0500 0000 01 01", WIRE_MALFORMED, 0, true },
	{ "window-scale-of-4", "03 04 05 01", WIRE_MALFORMED, 0, false },
	{ "sack-permitted-of-3", "04 03 05 01", WIRE_MALFORMED, 0, false },
	{ "sack-without-blocks", "05 02 01 01", WIRE_MALFORMED, 0, false },
	{ "sack-of-half-a-block", "05 06 00000001 01 01", WIRE_MALFORMED, 0, false },
	{ "sack-of-one", "01 01 05 0a 00000001 00000002", WIRE_OK, 1, false },
	{ "timestamps-of-6", "08 06 00000001 01 01", WIRE_MALFORMED, 0, false },
};

static void options_are_judged(gconstpointer row)
{
	const struct options_case *c = row;
	struct octets options = octets_of_hex(c->hex);
	size_t n = TCP_HEADER + options.length, header;
	uint8_t *u = g_malloc0(n);
	struct octets exact;
	struct tcp_header h;
	uint32_t sum;

	u[12] = (uint8_t)(n / 4 << 4);
	if (options.length)
		memcpy(u + TCP_HEADER, options.data, options.length);
	sum = checksum_pseudo_header(&source, &destination, (uint32_t)n, PROTOCOL_TCP);
	store_be16(u + 16, checksum_finish(checksum_add(sum, u, n)));
	exact = octets_copy(u, n);
	g_assert_cmpint(tcp_decode(exact.data, n, n, &source, &destination, &h, &header), ==, c->want);
	if (c->want == WIRE_OK) {
		g_assert_cmpuint(h.sack_count, ==, c->sack_count);
		g_assert_cmpint(h.has_maximum_segment, ==, c->has_maximum_segment);
	}
	octets_free(&exact);
	octets_free(&options);
	g_free(u);
}

static void data_offset_is_judged(void)
{
	uint8_t u[TCP_HEADER] = { [12] = 4 << 4 };
	struct tcp_header h;
	size_t header;

	g_assert_cmpint(tcp_decode(u, sizeof u, sizeof u, &source, &destination, &h, &header), ==, WIRE_MALFORMED);
	u[12] = 6 << 4;
	g_assert_cmpint(tcp_decode(u, sizeof u, sizeof u, &source, &destination, &h, &header), ==, WIRE_TRUNCATED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		add_row("/wire/tcp/vector-reads-and-writes", vectors[i].name, &vectors[i], vector_reads_and_writes);
		add_row("/wire/tcp/vector-of-shorter-prefixes", vectors[i].name, &vectors[i], vector_of_shorter_prefixes);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(options_cases); i++)
		add_row("/wire/tcp/options", options_cases[i].name, &options_cases[i], options_are_judged);
	g_test_add_func("/wire/tcp/every-flipped-bit-is-seen", every_flipped_bit_is_seen);
	g_test_add_func("/wire/tcp/data-offset-is-judged", data_offset_is_judged);
	return g_test_run();
}
