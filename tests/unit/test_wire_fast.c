// SPDX-License-Identifier: GPL-3.0-or-later
/* Fast handover codec: vectors both ways, every shorter prefix, both lengths of the authenticator's option, refusals. */
#include "models/wire/fast.h"
#include "models/wire/icmp6.h"
#include "models/wire/ipv6.h"
#include "models/wire/mh.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

#define PREVIOUS { { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x10 } }
#define NEW { { 0x20, 0x01, 0x0d, 0xb8, 0, 4, [15] = 0x10 } }

static const struct vector {
	const char *name;
	struct fast_message want;
} vectors[] = {
	{ "fast-fbu", { .type = FAST_BU, .sequence = 11, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime_s = 30,
	                .has_alternate_care_of_address = true, .alternate_care_of_address = NEW, .has_authenticator = true, .spi = 0x100,
	                .authenticator_offset = 44, .authenticator_is_last = true,
	                .authenticator = { 0x3d, 0xdd, 0x1e, 0x10, 0x89, 0xdc, 0xfc, 0xc1, 0x67, 0xa0, 0x68, 0x69 } } },
	{ "fast-fback", { .type = FAST_BACK, .code = FBACK_ACCEPTED, .sequence = 11, .lifetime_s = 30, .has_authenticator = true, .spi = 0x100,
	                  .authenticator_offset = 20, .authenticator_is_last = true,
	                  .authenticator = { 0xbe, 0x65, 0xad, 0xf4, 0x09, 0x55, 0x94, 0x21, 0x8c, 0x99, 0x09, 0x2f } } },
	{ "fast-hi", { .type = FAST_HI, .sequence = 77, .flags = FAST_HI_BUFFER, .code = FAST_HI_PREDICTIVE, .has_link_layer_address = true,
	               .link_layer_address = { { 2, 0, 0, 0, 0, 0x10 } }, .has_previous_care_of_address = true,
	               .previous_care_of_address = PREVIOUS, .has_new_care_of_address = true, .new_care_of_address = NEW } },
	{ "fast-hack", { .type = FAST_HACK, .sequence = 77, .code = HACK_ASSIGNED, .has_new_care_of_address = true, .new_care_of_address = NEW } },
};

/* The upper layer of a vector, behind its extension headers. */
static struct octets upper_layer(const char *name)
{
	struct octets packet = octets_of_vector(name), upper;
	struct ipv6_view v;

	g_assert_cmpint(ipv6_walk(packet.data, packet.length, true, &v), ==, IPV6_WALK_OK);
	upper = octets_copy(packet.data + v.offset, packet.length - v.offset);
	octets_free(&packet);
	return upper;
}

static void test_vector(const void *data)
{
	const struct vector *v = data;
	struct octets o = upper_layer(v->name);
	struct fast_message m;
	uint8_t room[FAST_MAX];
	struct wr w = wr_of(room, sizeof room);
	size_t length, offset, written;

	g_assert_cmpint(fast_decode(o.data, o.length, &m, &length), ==, WIRE_OK);
	g_assert_cmpuint(length, ==, o.length);
	assert_octets(&m, sizeof m, &v->want, sizeof v->want);
	written = fast_encode(&w, &m, &offset);
	g_assert_cmpuint(offset, ==, m.authenticator_offset);
	memcpy(room + 4, o.data + 4, 2); /* the checksum is the packet's affair */
	assert_octets(room, written, o.data, o.length);
	for (size_t n = 0; n < o.length; n++) {
		struct octets cut = octets_copy(o.data, n);

		g_assert_cmpint(fast_decode(cut.data, n, &m, &length), ==, WIRE_TRUNCATED);
		w = wr_of(room, n);
		g_assert_cmpuint(fast_encode(&w, &v->want, &offset), ==, 0);
		octets_free(&cut);
	}
	octets_free(&o);
}

/* The text of 6.4.5 leaves the SPI out of the option's length. */
static void test_short_authenticator_length(void)
{
	struct octets o = upper_layer("fast-fbu");
	struct fast_message m;
	size_t length;

	o.data[39] = FAST_AUTHENTICATOR;
	g_assert_cmpint(fast_decode(o.data, o.length, &m, &length), ==, WIRE_OK);
	g_assert_true(m.authenticator_is_last);
	assert_octets(m.authenticator, sizeof m.authenticator, vectors[0].want.authenticator, FAST_AUTHENTICATOR);
	octets_free(&o);
}

static const struct refusal {
	const char *name, *hex;
	enum wire_error want;
} refusals[] = {
	{ "other-type", "3b01 0500 0000 0001 8000 0001 0102 0000", WIRE_UNKNOWN_TYPE },
	{ "payload-follows", "2901 0800 0000 0001 c000 0001 0102 0000", WIRE_BAD_PAYLOAD_PROTO },
	{ "too-short", "3b00 0800 0000 0001", WIRE_BAD_LENGTH },
	{ "option-overruns", "3b01 0800 0000 0001 c000 0001 0310 0000", WIRE_TRUNCATED },
	{ "alternate-of-two-octets", "3b01 0800 0000 0001 c000 0001 0302 0000", WIRE_MALFORMED },
	{ "authenticator-of-two-octets", "3b01 0800 0000 0001 c000 0001 1502 0000", WIRE_MALFORMED },
	{ "link-layer-address-without-code", "3b01 0f00 0000 0001 0000 0700 0102 0000", WIRE_MALFORMED },
	{ "prefix-length-over-128", "3b03 0f00 0000 0001 0000 0100 2212 0281 2001 0db8 0004 0000 0000 0000 0000 0010", WIRE_MALFORMED },
	{ "address-twice",
	  "3b06 0f00 0000 0001 0000 0100 2212 0280 2001 0db8 0004 0000 0000 0000 0000 0010 2212 0280 2001 0db8 0004 0000 0000 0000 0000 0010",
	  WIRE_MALFORMED },
};

static void test_refusal(const void *data)
{
	const struct refusal *r = data;
	struct octets o = octets_of_hex(r->hex);
	struct fast_message m;
	size_t length;

	/* The last vector is padded to the length its header claims. */
	if (o.length % 8) {
		struct octets longer = { calloc(1, 8 * ((size_t)o.data[1] + 1)), 8 * ((size_t)o.data[1] + 1) };

		memcpy(longer.data, o.data, o.length);
		octets_free(&o);
		o = longer;
	}
	g_assert_cmpint(fast_decode(o.data, o.length, &m, &length), ==, r->want);
	octets_free(&o);
}

static const struct advice_vector {
	const char *name;
	struct fast_advice want;
} advice_vectors[] = {
	{ "fast-rtsolpr", { .subtype = FAST_RTSOLPR, .identifier = 0x77, .has_source_mac = true, .source_mac = { { 2, 0, 0, 0, 0, 0x10 } },
	                    .has_access_point = true, .access_point_code = ACCESS_POINT_NEW, .access_point = { { 2, 0, 0, 0, 0, 0xaa } } } },
	{ "fast-prrtadv", { .subtype = FAST_PRRTADV, .identifier = 0x77, .has_source_mac = true, .source_mac = { { 2, 0, 0, 0, 0, 0xcc } },
	                    .has_access_point = true, .access_point_code = ACCESS_POINT_NEW, .access_point = { { 2, 0, 0, 0, 0, 0xaa } },
	                    .has_router_mac = true, .router_mac = { { 2, 0, 0, 0, 0, 0xbb } }, .has_router_address = true,
	                    .router_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 4, [15] = 1 } }, .has_router_prefix = true, .prefix_length = 64,
	                    .router_prefix = { { 0x20, 0x01, 0x0d, 0xb8, 0, 4 } } } },
};

static void test_advice(const void *data)
{
	const struct advice_vector *v = data;
	struct octets o = upper_layer(v->name);
	struct fast_advice a;
	uint8_t room[FAST_MAX];
	struct wr w = wr_of(room, sizeof room);
	size_t written;

	g_assert_cmpint(fast_advice_decode(0, o.data + 4, o.length - 4, &a), ==, WIRE_OK);
	assert_octets(&a, sizeof a, &v->want, sizeof v->want);
	written = fast_advice_encode(&w, &a);
	assert_octets(room, written, o.data + 4, o.length - 4);
	/* Shorter: cut inside an option it is refused, between two it lacks the later ones. */
	for (size_t n = 0; n < o.length - 4; n++) {
		struct octets cut = octets_copy(o.data + 4, n);
		enum wire_error e = fast_advice_decode(0, cut.data, n, &a);

		g_assert_cmpint(e, ==, n >= 4 && (n - 4) % 8 == 0 && e == WIRE_OK ? WIRE_OK : WIRE_TRUNCATED);
		w = wr_of(room, n);
		g_assert_cmpuint(fast_advice_encode(&w, &v->want), ==, 0);
		octets_free(&cut);
	}
	octets_free(&o);
}

static void test_advice_refused(void)
{
	static const uint8_t no_subtype[] = { 9, 0, 0, 0 }, zero_length[] = { 2, 0, 0, 0, 19, 0, 0, 0 };
	struct fast_advice a;

	g_assert_cmpint(fast_advice_decode(0, no_subtype, sizeof no_subtype, &a), ==, WIRE_UNKNOWN_TYPE);
	g_assert_cmpint(fast_advice_decode(0, zero_length, sizeof zero_length, &a), ==, WIRE_MALFORMED);
}

/* RFC 5380 7, in a Router Advertisement. */
static void test_anchor_option(void)
{
	struct octets o = upper_layer("icmp6-23-ra");
	struct icmp6_message m;
	const struct nd_router_advertisement *ra = &m.u.router_advertisement;
	const struct in6 address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 5, [15] = 1 } };

	g_assert_cmpint(icmp6_decode(o.data, o.length, &m), ==, WIRE_OK);
	g_assert_cmpuint(ra->anchor_count, ==, 1);
	g_assert_cmpuint(ra->anchors[0].distance, ==, 1);
	g_assert_cmpuint(ra->anchors[0].preference, ==, 10);
	g_assert_true(ra->anchors[0].allocates);
	g_assert_cmpuint(ra->anchors[0].valid_s, ==, 600);
	g_assert_true(in6_equal(&ra->anchors[0].address, &address));
	o.data[o.length - 22] &= 15; /* distance 0 */
	g_assert_cmpint(icmp6_decode(o.data, o.length, &m), ==, WIRE_OK);
	g_assert_cmpuint(ra->anchor_count, ==, 0);
	octets_free(&o);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++)
		add_row("/fast/vector", vectors[i].name, &vectors[i], test_vector);
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		add_row("/fast/refused", refusals[i].name, &refusals[i], test_refusal);
	for (size_t i = 0; i < G_N_ELEMENTS(advice_vectors); i++)
		add_row("/fast/vector", advice_vectors[i].name, &advice_vectors[i], test_advice);
	g_test_add_func("/fast/advice-refused", test_advice_refused);
	g_test_add_func("/fast/authenticator-length-12", test_short_authenticator_length);
	g_test_add_func("/fast/anchor-option", test_anchor_option);
	return g_test_run();
}
