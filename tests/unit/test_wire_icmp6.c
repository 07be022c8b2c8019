// SPDX-License-Identifier: GPL-3.0-or-later
/* ICMPv6 and Neighbor Discovery codec: vectors of other encoders, every shorter prefix, every flipped bit, refusals. */
#include "models/wire/icmp6.h"
#include "models/wire/ipv6.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

#define DOC(subnet, ...) { { 0x20, 0x01, 0x0d, 0xb8, 0, subnet, __VA_ARGS__ } }
#define LINK_LOCAL(last) { { 0xfe, 0x80, [11] = 0xff, [12] = 0xfe, [15] = last } }
#define MAC(last) { { 2, 0, 0, 0, 0, last } }

/* `again`: our encoder writes the very same octets (options of others in another order or unknown to us do not come back). */
static const struct vector {
	const char *name;
	bool again;
	struct icmp6_message want;
} vectors[] = {
	{ "icmp6-rs", true, { .type = ICMP6_ROUTER_SOLICITATION, .u.router_solicitation = { true, MAC(0x10) } } },
	{ "icmp6-ra", true,
	  { .type = ICMP6_ROUTER_ADVERTISEMENT,
	    .u.router_advertisement = { .hop_limit = 64, .other = true, .home_agent = true, .router_lifetime_s = 1800,
	                                .reachable_ms = 30000, .retransmit_ms = 1000, .has_source_mac = true, .source_mac = MAC(1),
	                                .has_mtu = true, .mtu = 1500, .has_interval = true, .interval_ms = 70,
	                                .has_home_agent_information = true, .home_agent_preference = 5, .home_agent_lifetime_s = 1800,
	                                .prefix_count = 2,
	                                .prefixes = { { .prefix = DOC(1, [15] = 1), .length = 64, .on_link = true, .autonomous = true,
	                                                .router_address = true, .valid_s = 2592000, .preferred_s = 604800 },
	                                              { .prefix = DOC(9, 0), .length = 64, .autonomous = true, .valid_s = 7200 } } } } },
	/* RFC 6275's flags and options with one of RFC 5380 behind them, which we skip. */
	{ "icmp6-23-ra", false,
	  { .type = ICMP6_ROUTER_ADVERTISEMENT,
	    .u.router_advertisement = { .hop_limit = 64, .home_agent = true, .router_lifetime_s = 1800, .has_interval = true,
	                                .interval_ms = 70, .has_home_agent_information = true, .home_agent_preference = 5,
	                                .home_agent_lifetime_s = 1800, .prefix_count = 1,
	                                .prefixes = { { .prefix = DOC(1, [15] = 1), .length = 64, .on_link = true, .autonomous = true,
	                                                .router_address = true, .valid_s = 2592000, .preferred_s = 604800 } } } } },
	{ "icmp6-ra-arrival", true,
	  { .type = ICMP6_ROUTER_ADVERTISEMENT,
	    .u.router_advertisement = { .hop_limit = 64, .router_lifetime_s = 3, .arrival = ND_ARRIVAL_PREVIOUS_SERVED,
	                                .has_arrival_address = true, .arrival_address = DOC(1, [15] = 0x10) } } },
	{ "icmp6-ra-arrival-invalid", true,
	  { .type = ICMP6_ROUTER_ADVERTISEMENT,
	    .u.router_advertisement = { .hop_limit = 64, .router_lifetime_s = 3, .arrival = ND_ARRIVAL_INVALID } } },
	{ "icmp6-ns", true,
	  { .type = ICMP6_NEIGHBOR_SOLICITATION, .u.neighbour = { .target = LINK_LOCAL(1), .has_mac = true, .mac = MAC(0x10) } } },
	{ "icmp6-ns-dad", true, { .type = ICMP6_NEIGHBOR_SOLICITATION, .u.neighbour = { .target = DOC(2, [15] = 0x10) } } },
	{ "icmp6-na", true,
	  { .type = ICMP6_NEIGHBOR_ADVERTISEMENT,
	    .u.neighbour = { .target = LINK_LOCAL(1), .has_mac = true, .mac = MAC(1), .router = true, .solicited = true } } },
	{ "icmp6-30-na-unsolicited", true,
	  { .type = ICMP6_NEIGHBOR_ADVERTISEMENT,
	    .u.neighbour = { .target = DOC(4, [15] = 0x10), .has_mac = true, .mac = MAC(0x10) } } },
	{ "icmp6-redirect", true,
	  { .type = ICMP6_REDIRECT,
	    .u.redirect = { .target = LINK_LOCAL(0x10), .destination = DOC(3, [15] = 0x20), .has_mac = true, .mac = MAC(0x10) } } },
	{ "icmp6-echo-request", true,
	  { .type = ICMP6_ECHO_REQUEST, .u.echo = { 0x1234, 7, (const uint8_t *)"odd data!", 9 } } },
	{ "icmp6-echo-reply", true, { .type = ICMP6_ECHO_REPLY, .u.echo = { 0x1234, 7, NULL, 0 } } },
	{ "icmp6-unreachable", true, { .type = ICMP6_DESTINATION_UNREACHABLE, .code = UNREACHABLE_ADDRESS } },
	{ "icmp6-too-big", true, { .type = ICMP6_PACKET_TOO_BIG, .u.error.parameter = 1280 } },
	{ "icmp6-time-exceeded", true, { .type = ICMP6_TIME_EXCEEDED } },
	{ "icmp6-parameter-problem", true,
	  { .type = ICMP6_PARAMETER_PROBLEM, .code = PARAMETER_UNKNOWN_NEXT_HEADER, .u.error.parameter = 6 } },
	{ "icmp6-19-discovery-request", true, { .type = ICMP6_HOME_AGENT_DISCOVERY_REQUEST, .u.other.length = 4 } },
	{ "icmp6-20-discovery-reply", true, { .type = ICMP6_HOME_AGENT_DISCOVERY_REPLY, .u.other.length = 36 } },
	{ "icmp6-21-prefix-solicitation", true, { .type = ICMP6_MOBILE_PREFIX_SOLICITATION, .u.other.length = 4 } },
	{ "icmp6-22-prefix-advertisement", true, { .type = ICMP6_MOBILE_PREFIX_ADVERTISEMENT, .u.other.length = 36 } },
};

static struct octets message_of(const char *name, struct in6 *source, struct in6 *destination)
{
	struct octets packet = octets_of_vector(name), message;
	struct ipv6_view v;

	g_assert_cmpint(ipv6_walk(packet.data, packet.length, true, &v), ==, IPV6_WALK_OK);
	g_assert_cmpuint(v.protocol, ==, PROTOCOL_ICMP6);
	*source = v.has_home_address ? v.home_address : ipv6_source(packet.data);
	*destination = v.has_routing_header ? v.routing_address : ipv6_destination(packet.data);
	message = octets_copy(packet.data + v.offset, packet.length - v.offset);
	octets_free(&packet);
	return message;
}

static void assert_same_advertisement(const struct nd_router_advertisement *a, const struct nd_router_advertisement *b)
{
	g_assert_cmpuint(a->hop_limit, ==, b->hop_limit);
	g_assert_cmpint(a->managed, ==, b->managed);
	g_assert_cmpint(a->other, ==, b->other);
	g_assert_cmpint(a->home_agent, ==, b->home_agent);
	g_assert_cmpuint(a->router_lifetime_s, ==, b->router_lifetime_s);
	g_assert_cmpuint(a->reachable_ms, ==, b->reachable_ms);
	g_assert_cmpuint(a->retransmit_ms, ==, b->retransmit_ms);
	g_assert_cmpint(a->has_source_mac, ==, b->has_source_mac);
	g_assert_true(mac_equal(&a->source_mac, &b->source_mac));
	g_assert_cmpint(a->has_mtu, ==, b->has_mtu);
	g_assert_cmpuint(a->mtu, ==, b->mtu);
	g_assert_cmpint(a->has_interval, ==, b->has_interval);
	g_assert_cmpuint(a->interval_ms, ==, b->interval_ms);
	g_assert_cmpint(a->has_home_agent_information, ==, b->has_home_agent_information);
	g_assert_cmpuint(a->home_agent_preference, ==, b->home_agent_preference);
	g_assert_cmpuint(a->home_agent_lifetime_s, ==, b->home_agent_lifetime_s);
	g_assert_cmpuint(a->arrival, ==, b->arrival);
	g_assert_cmpint(a->has_arrival_address, ==, b->has_arrival_address);
	g_assert_true(in6_equal(&a->arrival_address, &b->arrival_address));
	g_assert_cmpuint(a->prefix_count, ==, b->prefix_count);
	for (size_t i = 0; i < a->prefix_count; i++) {
		const struct nd_prefix *x = &a->prefixes[i], *y = &b->prefixes[i];

		g_assert_true(in6_equal(&x->prefix, &y->prefix));
		g_assert_cmpuint(x->length, ==, y->length);
		g_assert_cmpint(x->on_link, ==, y->on_link);
		g_assert_cmpint(x->autonomous, ==, y->autonomous);
		g_assert_cmpint(x->router_address, ==, y->router_address);
		g_assert_cmpuint(x->valid_s, ==, y->valid_s);
		g_assert_cmpuint(x->preferred_s, ==, y->preferred_s);
	}
}

/* `message`: what b was decoded from, for the parts that stay in place. */
static void assert_same(const struct icmp6_message *a, const struct icmp6_message *b, const struct octets *message)
{
	g_assert_cmpuint(a->type, ==, b->type);
	g_assert_cmpuint(a->code, ==, b->code);
	switch (a->type) {
	case ICMP6_ROUTER_SOLICITATION:
		g_assert_cmpint(a->u.router_solicitation.has_mac, ==, b->u.router_solicitation.has_mac);
		g_assert_true(mac_equal(&a->u.router_solicitation.mac, &b->u.router_solicitation.mac));
		break;
	case ICMP6_ROUTER_ADVERTISEMENT:
		assert_same_advertisement(&a->u.router_advertisement, &b->u.router_advertisement);
		break;
	case ICMP6_NEIGHBOR_SOLICITATION:
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		g_assert_true(in6_equal(&a->u.neighbour.target, &b->u.neighbour.target));
		g_assert_cmpint(a->u.neighbour.has_mac, ==, b->u.neighbour.has_mac);
		g_assert_true(mac_equal(&a->u.neighbour.mac, &b->u.neighbour.mac));
		g_assert_cmpint(a->u.neighbour.router, ==, b->u.neighbour.router);
		g_assert_cmpint(a->u.neighbour.solicited, ==, b->u.neighbour.solicited);
		g_assert_cmpint(a->u.neighbour.override, ==, b->u.neighbour.override);
		break;
	case ICMP6_REDIRECT:
		g_assert_true(in6_equal(&a->u.redirect.target, &b->u.redirect.target));
		g_assert_true(in6_equal(&a->u.redirect.destination, &b->u.redirect.destination));
		g_assert_cmpint(a->u.redirect.has_mac, ==, b->u.redirect.has_mac);
		g_assert_true(mac_equal(&a->u.redirect.mac, &b->u.redirect.mac));
		break;
	case ICMP6_ECHO_REQUEST:
	case ICMP6_ECHO_REPLY:
		g_assert_cmpuint(a->u.echo.identifier, ==, b->u.echo.identifier);
		g_assert_cmpuint(a->u.echo.sequence, ==, b->u.echo.sequence);
		assert_octets(a->u.echo.data, a->u.echo.length, b->u.echo.data, b->u.echo.length);
		break;
	case ICMP6_DESTINATION_UNREACHABLE:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAMETER_PROBLEM:
		g_assert_cmpuint(a->u.error.parameter, ==, b->u.error.parameter);
		g_assert_true(b->u.error.invoking == message->data + 8);
		g_assert_cmpuint(b->u.error.length, ==, message->length - 8);
		break;
	default:
		g_assert_cmpuint(a->u.other.length, ==, b->u.other.length);
		g_assert_true(b->u.other.body == message->data + 4);
		break;
	}
}

static void decodes_to_its_fields(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets message = message_of(v->name, &source, &destination);
	struct icmp6_message m;

	g_assert_cmpint(icmp6_decode(message.data, message.length, &m), ==, WIRE_OK);
	assert_same(&v->want, &m, &message);
	octets_free(&message);
}

static void comes_back_from_the_encoder(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets message = message_of(v->name, &source, &destination);
	struct icmp6_message m, back;
	uint8_t room[512];
	struct wr w = wr_of(room, sizeof room);
	struct octets again;
	size_t length;

	g_assert_cmpint(icmp6_decode(message.data, message.length, &m), ==, WIRE_OK);
	wr_zero(&w, 3);
	length = icmp6_encode(&w, &m, 0, &source, &destination);
	g_assert_cmpuint(wr_length(&w), ==, 3 + length);
	again = octets_copy(room + 3, length);
	if (v->again)
		assert_octets(again.data, again.length, message.data, message.length);
	g_assert_true(icmp6_checksum_ok(again.data, length, length, &source, &destination));
	g_assert_cmpint(icmp6_decode(again.data, length, &back), ==, WIRE_OK);
	assert_same(&v->want, &back, &again);
	for (size_t n = 0; n < length; n++) {
		uint8_t *little = malloc(n);

		w = wr_of(little, n);
		g_assert_cmpuint(icmp6_encode(&w, &m, 0, &source, &destination), ==, 0);
		free(little);
	}
	octets_free(&again);
	octets_free(&message);
}

/* Where a message may end: bodies of any length from `minimum` on, or between two options. */
static bool may_end(const struct octets *message, size_t n)
{
	uint8_t type = message->data[0];
	size_t at;

	if (type >= ICMP6_ROUTER_SOLICITATION && type <= ICMP6_REDIRECT) {
		at = type == ICMP6_ROUTER_SOLICITATION ? 8 : type == ICMP6_ROUTER_ADVERTISEMENT ? 16 : type == ICMP6_REDIRECT ? 40 : 24;
		while (at < n)
			at += 8 * (size_t)message->data[at + 1];
		return at == n;
	}
	return n >= (type < 130 ? 8 : 4);
}

static void shorter_prefixes_are_refused_or_whole(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets message = message_of(v->name, &source, &destination);

	for (size_t n = 0; n < message.length; n++) {
		struct octets cut = octets_copy(message.data, n);
		struct icmp6_message m;

		g_assert_cmpint(icmp6_decode(cut.data, n, &m), ==, may_end(&message, n) ? WIRE_OK : WIRE_TRUNCATED);
		g_assert_false(icmp6_checksum_ok(cut.data, n, n, &source, &destination));
		octets_free(&cut);
	}
	octets_free(&message);
}

static void any_flipped_bit_spoils_the_checksum(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets message = message_of(v->name, &source, &destination);

	g_assert_true(icmp6_checksum_ok(message.data, message.length, message.length, &source, &destination));
	for (size_t bit = 0; bit < 8 * message.length; bit++) {
		message.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(icmp6_checksum_ok(message.data, message.length, message.length, &source, &destination));
		message.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 128; bit++) {
		destination.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(icmp6_checksum_ok(message.data, message.length, message.length, &source, &destination));
		destination.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&message);
}

/* ---- refusals and tolerance, RFC 4861 6.1, 7.1, 8.1 ----------------------------------------------------------------------- */

#define TARGET "20010db8000200000000000000000010"
#define MULTICAST "ff020000000000000000000000000001"

static const struct refusal {
	const char *name, *hex;
	enum wire_error want;
	bool has_mac;                    /* NS only */
} refusals[] = {
	{ "nothing", "", WIRE_TRUNCATED, false },
	{ "unknown-type", "c8010000", WIRE_OK, false },
	{ "rs-with-code", "85010000 00000000", WIRE_MALFORMED, false },
	{ "ra-with-code", "86010000 40000000 0000000000000000", WIRE_MALFORMED, false },
	{ "ns-with-code", "87010000 00000000" TARGET, WIRE_MALFORMED, false },
	{ "na-with-code", "88010000 00000000" TARGET, WIRE_MALFORMED, false },
	{ "redirect-with-code", "89010000 00000000" TARGET TARGET, WIRE_MALFORMED, false },
	{ "ns-for-multicast", "87000000 00000000" MULTICAST, WIRE_MALFORMED, false },
	{ "na-for-multicast", "88000000 00000000" MULTICAST, WIRE_MALFORMED, false },
	{ "redirect-of-multicast", "89000000 00000000" MULTICAST MULTICAST, WIRE_MALFORMED, false },
	{ "redirect-to-a-global-router", "89000000 00000000 20010db8000200000000000000000001" TARGET, WIRE_MALFORMED, false },
	{ "redirect-to-itself", "89000000 00000000" TARGET TARGET, WIRE_OK, false },
	{ "rs-option-of-length-zero", "85000000 00000000 0100000000000000", WIRE_MALFORMED, false },
	{ "ra-option-of-length-zero", "86000000 40000000 0000000000000000 c800000000000000", WIRE_MALFORMED, false },
	{ "ns-option-of-length-zero", "87000000 00000000" TARGET "0e00000000000000", WIRE_MALFORMED, false },
	{ "ns-option-overruns", "87000000 00000000" TARGET "0102000000000010", WIRE_TRUNCATED, false },
	{ "ns-option-without-length", "87000000 00000000" TARGET "01", WIRE_TRUNCATED, false },
	{ "ns-with-option", "87000000 00000000" TARGET "0101020000000010", WIRE_OK, true },
	{ "ns-behind-an-unknown-option", "87000000 00000000" TARGET "0e01112233445566 0101020000000010", WIRE_OK, true },
	{ "ns-with-the-option-of-an-na", "87000000 00000000" TARGET "0201020000000010", WIRE_OK, false },
	{ "ns-with-an-address-of-another-link", "87000000 00000000" TARGET "0102020000000010 0000000000000000", WIRE_OK, false },
	{ "ra-prefix-length-129", "86000000 40000000 0000000000000000 030481c0 00000001 00000001 00000000" TARGET, WIRE_MALFORMED, false },
};

static void gives_its_reason(gconstpointer row)
{
	const struct refusal *r = row;
	struct octets o = octets_of_hex(r->hex);
	struct icmp6_message m;

	g_assert_cmpint(icmp6_decode(o.data, o.length, &m), ==, r->want);
	if (r->want == WIRE_OK && m.type == ICMP6_NEIGHBOR_SOLICITATION)
		g_assert_cmpint(m.u.neighbour.has_mac, ==, r->has_mac);
	octets_free(&o);
}

static void the_first_of_two_link_layer_addresses_counts(void)
{
	static const struct mac first = MAC(0x10);
	struct octets o = octets_of_hex("87000000 00000000" TARGET "0101020000000010 0101020000000099");
	struct icmp6_message m;

	g_assert_cmpint(icmp6_decode(o.data, o.length, &m), ==, WIRE_OK);
	g_assert_true(m.u.neighbour.has_mac);
	g_assert_true(mac_equal(&m.u.neighbour.mac, &first));
	octets_free(&o);
}

/* The same message with all flags the other way round than in the vectors. */
static void flags_are_told_apart(void)
{
	for (unsigned bit = 0; bit < 3; bit++) {
		struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT }, back;
		uint8_t room[64];
		struct wr w = wr_of(room, sizeof room);

		m.u.neighbour.router = bit == 0;
		m.u.neighbour.solicited = bit == 1;
		m.u.neighbour.override = bit == 2;
		g_assert_cmpuint(icmp6_encode(&w, &m, 0, &in6_all_nodes, &in6_all_nodes), ==, 24);
		g_assert_cmphex(room[4], ==, 0x80 >> bit);
		g_assert_cmpint(icmp6_decode(room, 24, &back), ==, WIRE_OK);
		g_assert_cmpint(back.u.neighbour.router, ==, bit == 0);
		g_assert_cmpint(back.u.neighbour.solicited, ==, bit == 1);
		g_assert_cmpint(back.u.neighbour.override, ==, bit == 2);

		m = (struct icmp6_message){ .type = ICMP6_ROUTER_ADVERTISEMENT };
		m.u.router_advertisement.managed = bit == 0;
		m.u.router_advertisement.other = bit == 1;
		m.u.router_advertisement.home_agent = bit == 2;
		w = wr_of(room, sizeof room);
		g_assert_cmpuint(icmp6_encode(&w, &m, 0, &in6_all_nodes, &in6_all_nodes), ==, 16);
		g_assert_cmphex(room[5], ==, 0x80 >> bit);
		g_assert_cmpint(icmp6_decode(room, 16, &back), ==, WIRE_OK);
		g_assert_cmpint(back.u.router_advertisement.managed, ==, bit == 0);
		g_assert_cmpint(back.u.router_advertisement.other, ==, bit == 1);
		g_assert_cmpint(back.u.router_advertisement.home_agent, ==, bit == 2);
	}
}

static void prefixes_beyond_the_table_are_ignored(void)
{
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT, .u.router_advertisement.prefix_count = ND_MAX_PREFIXES }, back;
	uint8_t room[16 + 32 * (ND_MAX_PREFIXES + 1)];
	struct wr w = wr_of(room, sizeof room);
	size_t length;

	for (uint8_t i = 0; i < ND_MAX_PREFIXES; i++)
		m.u.router_advertisement.prefixes[i].length = i;
	length = icmp6_encode(&w, &m, 0, &in6_all_nodes, &in6_all_nodes);
	g_assert_cmpuint(length, ==, 16 + 32 * ND_MAX_PREFIXES);
	memcpy(room + length, room + 16, 32);
	g_assert_cmpint(icmp6_decode(room, sizeof room, &back), ==, WIRE_OK);
	assert_same_advertisement(&m.u.router_advertisement, &back.u.router_advertisement);
}

static void bulk_counts_as_zeros(void)
{
	uint8_t data[200] = { 1, 2, 3 }, real[300], cut[300];

	for (size_t stored = 3; stored < 30; stored++) {
		struct icmp6_message m = { .type = ICMP6_ECHO_REQUEST, .u.echo = { 1, 2, data, sizeof data } };
		struct wr w = wr_of(real, sizeof real);
		size_t length = icmp6_encode(&w, &m, 0, &in6_all_nodes, &in6_all_routers), cut_length;

		m.u.echo.length = stored;
		w = wr_of(cut, sizeof cut);
		cut_length = icmp6_encode(&w, &m, sizeof data - stored, &in6_all_nodes, &in6_all_routers);
		g_assert_cmpuint(cut_length, ==, 8 + stored);
		assert_octets(real, cut_length, cut, cut_length);
		g_assert_true(icmp6_checksum_ok(cut, cut_length, length, &in6_all_nodes, &in6_all_routers));
		g_assert_false(icmp6_checksum_ok(cut, cut_length, cut_length, &in6_all_nodes, &in6_all_routers));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		add_row("/wire/icmp6/decodes-to-its-fields", vectors[i].name, &vectors[i], decodes_to_its_fields);
		add_row("/wire/icmp6/comes-back-from-the-encoder", vectors[i].name, &vectors[i], comes_back_from_the_encoder);
		add_row("/wire/icmp6/shorter-prefixes-are-refused-or-whole", vectors[i].name, &vectors[i], shorter_prefixes_are_refused_or_whole);
		add_row("/wire/icmp6/any-flipped-bit-spoils-the-checksum", vectors[i].name, &vectors[i], any_flipped_bit_spoils_the_checksum);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		add_row("/wire/icmp6/gives-its-reason", refusals[i].name, &refusals[i], gives_its_reason);
	g_test_add_func("/wire/icmp6/the-first-of-two-link-layer-addresses-counts", the_first_of_two_link_layer_addresses_counts);
	g_test_add_func("/wire/icmp6/flags-are-told-apart", flags_are_told_apart);
	g_test_add_func("/wire/icmp6/prefixes-beyond-the-table-are-ignored", prefixes_beyond_the_table_are_ignored);
	g_test_add_func("/wire/icmp6/bulk-counts-as-zeros", bulk_counts_as_zeros);
	return g_test_run();
}
