// SPDX-License-Identifier: GPL-3.0-or-later
/* Mobility Header codec: vectors, every shorter prefix, every flipped bit, alignment of every mix of options, refusals. */
#include "models/wire/ipv6.h"
#include "models/wire/mh.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

#define HOME_ADDRESS { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 0x10 } }
#define CARE_OF_ADDRESS { { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x10 } }
#define HOME_COOKIE { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7 }
#define CARE_OF_COOKIE { 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7 }

static const struct vector {
	const char *name;
	struct mh_message want;
} vectors[] = {
	{ "mh-01-brr", { .type = MH_BRR } },
	{ "mh-02-hoti-tunnelled", { .type = MH_HOTI, .cookie = HOME_COOKIE } },
	{ "mh-03-coti", { .type = MH_COTI, .cookie = CARE_OF_COOKIE } },
	{ "mh-04-hot-tunnelled", { .type = MH_HOT, .cookie = HOME_COOKIE, .nonce_index = 4,
	                           .token = { 0x6e, 0xa6, 0xd3, 0x84, 0x58, 0x59, 0x44, 0x43 } } },
	{ "mh-05-cot", { .type = MH_COT, .cookie = CARE_OF_COOKIE, .nonce_index = 8,
	                 .token = { 0x3f, 0x24, 0x95, 0x1d, 0xc1, 0xab, 0x4e, 0xee } } },
	{ "mh-06-bu", { .type = MH_BU, .sequence = 7, .flags = BU_ACKNOWLEDGE, .lifetime = 105,
	                .options = { .has_nonce_indices = true, .home_nonce_index = 4, .care_of_nonce_index = 8, .has_authenticator = true,
	                             .authenticator_offset = 20, .authenticator_is_last = true,
	                             .authenticator = { 0x92, 0x3b, 0x1c, 0x22, 0x94, 0xf8, 0xe5, 0x13, 0x54, 0xe4, 0x11, 0x9b } } } },
	{ "mh-07-ba", { .type = MH_BA, .status = BA_ACCEPTED, .sequence = 7, .lifetime = 105,
	                .options = { .has_authenticator = true, .authenticator_offset = 20, .authenticator_is_last = true,
	                             .authenticator = { 0x2a, 0xc2, 0x9c, 0xf9, 0x16, 0x63, 0x80, 0xcd, 0x8a, 0xa9, 0x23, 0xaf } } } },
	{ "mh-08-ba-sequence", { .type = MH_BA, .status = BA_SEQUENCE_OUT_OF_WINDOW, .sequence = 9,
	                         .options = { .has_authenticator = true, .authenticator_offset = 20, .authenticator_is_last = true,
	                                      .authenticator = { 0x2f, 0xf3, 0xe7, 0xc3, 0x16, 0x1a, 0xf3, 0x59, 0xc7, 0x32, 0x4b,
	                                                         0x6d } } } },
	{ "mh-09-ba-expired-nonce", { .type = MH_BA, .status = BA_EXPIRED_CARE_OF_NONCE, .sequence = 7 } },
	{ "mh-10-bu-delete", { .type = MH_BU, .sequence = 8, .flags = BU_ACKNOWLEDGE,
	                       .options = { .has_nonce_indices = true, .home_nonce_index = 4, .has_authenticator = true,
	                                    .authenticator_offset = 20, .authenticator_is_last = true,
	                                    .authenticator = { 0x47, 0xe2, 0x63, 0xc8, 0x7d, 0x04, 0x24, 0x65, 0x3f, 0xa9, 0x00,
	                                                       0xc8 } } } },
	{ "mh-11-bu-home", { .type = MH_BU, .sequence = 1, .flags = BU_ACKNOWLEDGE | BU_HOME | BU_LINK_LOCAL, .lifetime = 4096,
	                     .options = { .has_alternate_care_of_address = true, .alternate_care_of_address = CARE_OF_ADDRESS } } },
	{ "mh-12-ba-home", { .type = MH_BA, .sequence = 1, .lifetime = 4096,
	                     .options = { .has_refresh_advice = true, .refresh_interval_4s = 2048 } } },
	{ "mh-13-be", { .type = MH_BE, .status = BE_UNKNOWN_BINDING, .home_address = HOME_ADDRESS } },
	{ "mh-hot-token-lifetime", { .type = MH_HOT, .cookie = HOME_COOKIE, .nonce_index = 4,
	                             .token = { 0x6e, 0xa6, 0xd3, 0x84, 0x58, 0x59, 0x44, 0x43 },
	                             .options = { .has_token_lifetime = true, .token_lifetime_s = 232 } } },
	{ "mh-bu-lifetime-credit", { .type = MH_BU, .sequence = 9, .flags = BU_ACKNOWLEDGE, .lifetime = 7200,
	                             .options = { .has_nonce_indices = true, .home_nonce_index = 4, .care_of_nonce_index = 8, .has_lifetime_credit = true, .credit_updates = 3,
	                                          .credit_authenticator_offset = 24, .has_authenticator = true, .authenticator_offset = 44,
	                                          .authenticator_is_last = true,
	                                          .credit_authenticator = { 0xc6, 0x61, 0x1e, 0x43, 0x04, 0x35, 0x6f, 0x03, 0x66, 0x78, 0xee, 0xd5 },
	                                          .authenticator = { 0xfd, 0xdc, 0x7c, 0x0e, 0xc5, 0xa4, 0x7c, 0xf3, 0xc8, 0xcd, 0x8b, 0xbb } } } },
	{ "mh-ba-lifetime-credit", { .type = MH_BA, .sequence = 9, .lifetime = 270,
	                             .options = { .has_lifetime_credit = true, .credit_updates = 3,
	                                          .credit_authenticator_offset = 18, .has_authenticator = true, .authenticator_offset = 36,
	                                          .authenticator_is_last = true,
	                                          .credit_authenticator = { 0x00, 0x96, 0xa2, 0x57, 0x7b, 0xe1, 0xbe, 0xa8, 0x53, 0xc2, 0xc1, 0x04 },
	                                          .authenticator = { 0xb4, 0x5d, 0x89, 0x42, 0x9c, 0xd6, 0x00, 0xd0, 0x88, 0xce, 0xab, 0x94 } } } },
	{ "mh-location-query", { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION_QUERY, .sequence = 9 } },
	{ "mh-location", { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION, .sequence = 9, .lifetime = 30,
	                   .options = { .has_alternate_care_of_address = true,
	                                .alternate_care_of_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x10 } } } } },
	{ "mh-ebu", { .type = MH_EXPERIMENTAL, .subtype = MH_EARLY_BU, .sequence = 7, .flags = BU_ACKNOWLEDGE, .lifetime = 300,
	              .options = { .has_nonce_indices = true, .home_nonce_index = 4, .has_authenticator = true, .authenticator_offset = 28,
	                           .authenticator_is_last = true,
	                           .authenticator = { 0x72, 0xb8, 0x94, 0xe4, 0x8b, 0x5b, 0x54, 0xe8, 0x73, 0x94, 0xf9, 0xa4 } } } },
	{ "mh-eba", { .type = MH_EXPERIMENTAL, .subtype = MH_EARLY_BA, .sequence = 7, .lifetime = 300,
	              .options = { .has_authenticator = true, .authenticator_offset = 20, .authenticator_is_last = true,
	                           .authenticator = { 0xbe, 0x2d, 0xcd, 0xf3, 0xc2, 0x63, 0xe3, 0x8d, 0xb9, 0x28, 0x2e, 0xab } } } },
	{ "mh-eba-expired-nonce", { .type = MH_EXPERIMENTAL, .subtype = MH_EARLY_BA, .status = BA_EXPIRED_HOME_NONCE, .sequence = 7 } },
};

static void assert_same(const struct mh_message *a, const struct mh_message *b)
{
	const struct mh_options *x = &a->options, *y = &b->options;

	g_assert_cmpuint(a->type, ==, b->type);
	g_assert_cmpuint(a->subtype, ==, b->subtype);
	g_assert_cmpmem(a->cookie, sizeof a->cookie, b->cookie, sizeof b->cookie);
	g_assert_cmpmem(a->token, sizeof a->token, b->token, sizeof b->token);
	g_assert_cmpuint(a->nonce_index, ==, b->nonce_index);
	g_assert_cmpuint(a->sequence, ==, b->sequence);
	g_assert_cmpuint(a->flags, ==, b->flags);
	g_assert_cmpuint(a->lifetime, ==, b->lifetime);
	g_assert_cmpuint(a->status, ==, b->status);
	g_assert_cmpint(a->key_management, ==, b->key_management);
	g_assert_true(in6_equal(&a->home_address, &b->home_address));
	g_assert_cmpint(x->has_refresh_advice, ==, y->has_refresh_advice);
	g_assert_cmpint(x->has_alternate_care_of_address, ==, y->has_alternate_care_of_address);
	g_assert_cmpint(x->has_nonce_indices, ==, y->has_nonce_indices);
	g_assert_cmpint(x->has_authenticator, ==, y->has_authenticator);
	g_assert_cmpuint(x->refresh_interval_4s, ==, y->refresh_interval_4s);
	g_assert_true(in6_equal(&x->alternate_care_of_address, &y->alternate_care_of_address));
	g_assert_cmpuint(x->home_nonce_index, ==, y->home_nonce_index);
	g_assert_cmpuint(x->care_of_nonce_index, ==, y->care_of_nonce_index);
	g_assert_cmpmem(x->authenticator, sizeof x->authenticator, y->authenticator, sizeof y->authenticator);
	g_assert_cmpuint(x->authenticator_offset, ==, y->authenticator_offset);
	g_assert_cmpint(x->authenticator_is_last, ==, y->authenticator_is_last);
	g_assert_cmpint(x->has_token_lifetime, ==, y->has_token_lifetime);
	g_assert_cmpint(x->has_lifetime_credit, ==, y->has_lifetime_credit);
	g_assert_cmpuint(x->token_lifetime_s, ==, y->token_lifetime_s);
	g_assert_cmpuint(x->credit_updates, ==, y->credit_updates);
	g_assert_cmpmem(x->credit_authenticator, sizeof x->credit_authenticator, y->credit_authenticator, sizeof y->credit_authenticator);
	g_assert_cmpuint(x->credit_authenticator_offset, ==, y->credit_authenticator_offset);
}

/* The Mobility Header of a packet, through tunnels, with the logical addresses. */
static struct octets header_of(const char *name, struct in6 *source, struct in6 *destination)
{
	struct octets packet = octets_of_vector(name), mh;
	const uint8_t *p = packet.data;
	size_t left = packet.length;
	struct ipv6_view view;

	for (;;) {
		g_assert_cmpint(ipv6_walk(p, left, true, &view), ==, IPV6_WALK_OK);
		if (view.protocol != PROTOCOL_IPV6)
			break;
		p += view.offset;
		left -= view.offset;
	}
	g_assert_cmpuint(view.protocol, ==, PROTOCOL_MOBILITY);
	*source = view.has_home_address ? view.home_address : ipv6_source(p);
	*destination = view.has_routing_header ? view.routing_address : ipv6_destination(p);
	mh = octets_copy(p + view.offset, left - view.offset);
	octets_free(&packet);
	return mh;
}

static void decodes_to_its_fields(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets mh = header_of(v->name, &source, &destination);
	struct mh_message m;
	size_t length;

	g_assert_cmpint(mh_decode(mh.data, mh.length, &m, &length), ==, WIRE_OK);
	g_assert_cmpuint(length, ==, mh.length);
	assert_same(&m, &v->want);
	octets_free(&mh);
}

static void encodes_to_the_same_octets(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets mh = header_of(v->name, &source, &destination);
	uint8_t room[MH_MAX + 3];
	struct wr w = wr_of(room, sizeof room);
	size_t length, authenticator_offset = 99;

	/* Behind other octets: alignment counts from the header, not from the writer's start. */
	wr_zero(&w, 3);
	length = mh_encode(&w, &v->want, &authenticator_offset);
	g_assert_cmpuint(authenticator_offset, ==, v->want.options.authenticator_offset);
	mh_set_checksum(room + 3, mh_checksum(room + 3, length, &source, &destination));
	assert_octets(room + 3, length, mh.data, mh.length);
	octets_free(&mh);
}

static void encodes_nothing_into_too_little_room(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets mh = header_of(v->name, &source, &destination);
	size_t authenticator_offset;

	for (size_t n = 0; n <= mh.length; n++) {
		uint8_t *room = malloc(n);
		struct wr w = wr_of(room, n);

		g_assert_cmpuint(mh_encode(&w, &v->want, &authenticator_offset), ==, n < mh.length ? 0 : mh.length);
		g_assert_cmpint(w.bad, ==, n < mh.length);
		free(room);
	}
	octets_free(&mh);
}

static void shorter_prefixes_are_refused(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets mh = header_of(v->name, &source, &destination);
	size_t minimum = v->want.type == MH_BRR                                                          ? 8 :
	                 v->want.type == MH_HOT || v->want.type == MH_COT || v->want.type == MH_BE ? 24 :
	                                                                                             16;

	for (size_t n = 0; n < mh.length; n++) {
		struct octets cut = octets_copy(mh.data, n);
		struct mh_message m;
		size_t length = 99;

		g_assert_cmpint(mh_decode(cut.data, cut.length, &m, &length), ==, WIRE_TRUNCATED);
		g_assert_cmpuint(length, ==, 0);
		/* The same with a Header Len that fits the octets. */
		if (n && n % 8 == 0) {
			enum wire_error error;

			cut.data[1] = (uint8_t)(n / 8 - 1);
			error = mh_decode(cut.data, cut.length, &m, &length);
			g_assert_cmpuint(length, ==, n);
			if (n < minimum)
				g_assert_cmpint(error, ==, WIRE_BAD_LENGTH);
			else
				g_assert_cmpint(error, !=, WIRE_BAD_LENGTH);
		}
		octets_free(&cut);
	}
	octets_free(&mh);
}

static void any_flipped_bit_spoils_the_checksum(gconstpointer row)
{
	const struct vector *v = row;
	struct in6 source, destination;
	struct octets mh = header_of(v->name, &source, &destination);

	g_assert_cmpuint(mh_checksum(mh.data, mh.length, &source, &destination), ==, load_be16(mh.data + 4));
	for (size_t bit = 0; bit < 8 * mh.length; bit++) {
		mh.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_cmpuint(mh_checksum(mh.data, mh.length, &source, &destination), !=, load_be16(mh.data + 4));
		mh.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 128; bit++) {
		source.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_cmpuint(mh_checksum(mh.data, mh.length, &source, &destination), !=, load_be16(mh.data + 4));
		source.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&mh);
}

/* ---- refusals and tolerance, RFC 6275 9.2 and 6.2 --------------------------------------------------------------------- */

static const struct refusal {
	const char *name, *hex;
	enum wire_error want;
	size_t length;
} refusals[] = {
	{ "unknown-type", "3b00080000000000", WIRE_UNKNOWN_TYPE, 8 },
	{ "unknown-experimental-subtype", "3b010b0000000500 0000000000000000", WIRE_UNKNOWN_TYPE, 16 },
	{ "experimental-subtype-zero", "3b010b0000000000 0000000000000000", WIRE_UNKNOWN_TYPE, 16 },
	{ "unknown-type-comes-before-payload-proto", "3a000c0000000000", WIRE_UNKNOWN_TYPE, 8 },
	{ "payload-proto", "3a00000000000000", WIRE_BAD_PAYLOAD_PROTO, 8 },
	{ "payload-proto-comes-before-length", "0600010000000000", WIRE_BAD_PAYLOAD_PROTO, 8 },
	{ "hoti-of-8", "3b00010000000000", WIRE_BAD_LENGTH, 8 },
	{ "coti-of-8", "3b00020000000000", WIRE_BAD_LENGTH, 8 },
	{ "hot-of-16", "3b01030000000000 0000000000000000", WIRE_BAD_LENGTH, 16 },
	{ "cot-of-16", "3b01040000000000 0000000000000000", WIRE_BAD_LENGTH, 16 },
	{ "bu-of-8", "3b00050000000000", WIRE_BAD_LENGTH, 8 },
	{ "ba-of-8", "3b00060000000000", WIRE_BAD_LENGTH, 8 },
	{ "be-of-16", "3b01070000000000 0000000000000000", WIRE_BAD_LENGTH, 16 },
	{ "ebu-of-8", "3b000b0000000100", WIRE_BAD_LENGTH, 8 },
	{ "eba-of-8", "3b000b0000000200", WIRE_BAD_LENGTH, 8 },
	{ "header-longer-than-packet", "3b01000000000000", WIRE_TRUNCATED, 0 },
	{ "option-without-length", "3b01050000000001 0000000a 01 00 00 09", WIRE_TRUNCATED, 16 },
	{ "option-overruns", "3b01050000000001 0000000a 01 03 00 00", WIRE_TRUNCATED, 16 },
	{ "unknown-option-overruns", "3b01050000000001 0000000a c8 ff 00 00", WIRE_TRUNCATED, 16 },
	{ "refresh-advice-of-1", "3b01060000000001 0000000a 02 01 00 00", WIRE_MALFORMED, 16 },
	{ "nonce-indices-of-2", "3b01050000000001 0000000a 04 02 00 00", WIRE_MALFORMED, 16 },
	{ "alternate-care-of-of-8", "3b02050000000001 0000000a 03 08 00000000 00000000 0000", WIRE_MALFORMED, 24 },
	{ "authenticator-of-10", "3b02050000000001 0000000a 05 0a 00000000 00000000 0000", WIRE_MALFORMED, 24 },
	{ "token-lifetime-twice", "3b02050000000001 0000000a 1204 01000001 1204 01000002", WIRE_MALFORMED, 24 },
	{ "lifetime-credit-twice", "3b05050000000001 0000000a 1210 02000001 000000000000000000000000 1210 02000001 000000000000000000000000", WIRE_MALFORMED, 48 },
	{ "an-experiment-overruns", "3b01050000000001 0000000a 12 04 01 00", WIRE_TRUNCATED, 16 },
	{ "somebody-elses-experiment", "3b03050000000001 0000000a 1204 03000001 1203 010000 1201 02 0104 00000000", WIRE_OK, 32 },
	{ "an-experiment-of-nothing", "3b01050000000001 0000000a 1200 0100", WIRE_OK, 16 },
	{ "nonce-indices-twice", "3b02050000000001 0000000a 04 04 00010002 04 04 00010002", WIRE_MALFORMED, 24 },
	{ "empty-experimental", "3b010b0000000100 000080000010 01 00", WIRE_OK, 16 },
	{ "octets-behind-the-header-ignored", "3b00000000000000 ffffffff", WIRE_OK, 8 },
	{ "reserved-octet-ignored", "3b0000ff00000000", WIRE_OK, 8 },
	{ "pad1s", "3b01050000000001 0000000a 00 00 00 00", WIRE_OK, 16 },
	{ "padn-of-anything", "3b01050000000001 0000000a 01 02 ff ff", WIRE_OK, 16 },
	{ "unknown-option-skipped", "3b01050000000001 0000000a c8 02 ff ff", WIRE_OK, 16 },
	{ "largest-header", NULL, WIRE_OK, 2048 },
};

static void gives_its_reason(gconstpointer row)
{
	const struct refusal *r = row;
	struct octets o;
	struct mh_message m;
	size_t length = 99;

	if (r->hex) {
		o = octets_of_hex(r->hex);
	} else {
		/* Header Len 255, all options Pad1. */
		uint8_t large[2048] = { 0x3b, 0xff, MH_BU };

		o = octets_copy(large, sizeof large);
	}
	g_assert_cmpint(mh_decode(o.data, o.length, &m, &length), ==, r->want);
	g_assert_cmpuint(length, ==, r->length);
	octets_free(&o);
}

static void options_behind_an_unknown_one_count(void)
{
	struct octets o = octets_of_hex("3b02050000000001 0000000a c8 03 ffffff 00 04 04 0001 0002");
	struct mh_message m;
	size_t length;

	g_assert_cmpint(mh_decode(o.data, o.length, &m, &length), ==, WIRE_OK);
	g_assert_true(m.options.has_nonce_indices);
	g_assert_cmpuint(m.options.home_nonce_index, ==, 1);
	g_assert_cmpuint(m.options.care_of_nonce_index, ==, 2);
	octets_free(&o);
}

static void padding_behind_the_authenticator_is_told(void)
{
	struct octets o = octets_of_hex("3b03050000000001 00000001 050c 000102030405060708090a0b 00 01 02 00 00 00");
	struct mh_message m;
	size_t length;

	g_assert_cmpint(mh_decode(o.data, o.length, &m, &length), ==, WIRE_OK);
	g_assert_true(m.options.has_authenticator);
	g_assert_false(m.options.authenticator_is_last);
	g_assert_cmpuint(m.options.authenticator_offset, ==, 14);
	octets_free(&o);
}

/* ---- every mix of options -------------------------------------------------------------------------------------------- */

/* Checks types, lengths and places of the raw octets without the decoder. */
static void assert_layout(const uint8_t *mh, size_t start, size_t length, const struct mh_options *want)
{
	bool found[19] = { false };
	unsigned experiments = 0;
	size_t at = start;

	while (at < length) {
		uint8_t type = mh[at];

		g_assert_cmpuint(type, <, G_N_ELEMENTS(found));
		if (!type) {
			at++;
			continue;
		}
		g_assert_cmpuint(at + 2 + mh[at + 1], <=, length);
		found[type] = true;
		if (type == 1)
			for (size_t i = 0; i < mh[at + 1]; i++)
				g_assert_cmpuint(mh[at + 2 + i], ==, 0);
		experiments += type == 18;
		if (type == 2 || type == 4 || type == 18)
			g_assert_cmpuint(at % 2, ==, 0);
		if (type == 3)
			g_assert_cmpuint(at % 8, ==, 6);
		at += 2 + (size_t)mh[at + 1];
		if (type == 5)
			g_assert_cmpuint(at, ==, length);
	}
	g_assert_cmpuint(at, ==, length);
	g_assert_cmpint(found[2], ==, want->has_refresh_advice);
	g_assert_cmpint(found[3], ==, want->has_alternate_care_of_address);
	g_assert_cmpint(found[4], ==, want->has_nonce_indices);
	g_assert_cmpint(found[5], ==, want->has_authenticator);
	g_assert_cmpuint(experiments, ==, (unsigned)want->has_token_lifetime + want->has_lifetime_credit);
}

static void every_mix_of_options_is_aligned_and_comes_back(void)
{
	static const struct {
		uint8_t type, subtype;
		size_t options;
	} types[] = { { MH_BRR, 0, 8 },  { MH_HOTI, 0, 16 }, { MH_COTI, 0, 16 }, { MH_HOT, 0, 24 }, { MH_COT, 0, 24 },
		      { MH_BU, 0, 12 },  { MH_BA, 0, 12 },   { MH_BE, 0, 24 },   { MH_EXPERIMENTAL, MH_EARLY_BU, 14 },
		      { MH_EXPERIMENTAL, MH_EARLY_BA, 14 }, { MH_EXPERIMENTAL, MH_LOCATION_QUERY, 14 },
		      { MH_EXPERIMENTAL, MH_LOCATION, 14 } };

	for (size_t t = 0; t < G_N_ELEMENTS(types); t++)
		for (unsigned mix = 0; mix < 64; mix++) {
			bool acknowledges = types[t].type == MH_BA || types[t].subtype == MH_EARLY_BA || types[t].subtype == MH_LOCATION;
			struct mh_message m = { .type = types[t].type, .subtype = types[t].subtype }, back;
			struct mh_options *o = &m.options;
			uint8_t room[MH_MAX];
			struct wr w = wr_of(room, sizeof room);
			size_t length, again, authenticator_offset;

			if (m.type == MH_BU || acknowledges || m.subtype) {
				m.sequence = 0xfedc;
				m.lifetime = 0x1234;
				m.flags = acknowledges ? 0 : 0xf00f;
				m.key_management = acknowledges;
				m.status = acknowledges ? 0x81 : 0;
			}
			o->has_refresh_advice = mix & 1;
			o->refresh_interval_4s = mix & 1 ? 0xabcd : 0;
			o->has_alternate_care_of_address = mix & 2;
			if (mix & 2)
				o->alternate_care_of_address = (struct in6)CARE_OF_ADDRESS;
			o->has_nonce_indices = mix & 4;
			o->home_nonce_index = mix & 4 ? 0x0102 : 0;
			o->care_of_nonce_index = mix & 4 ? 0x0304 : 0;
			o->has_authenticator = mix & 8;
			if (mix & 8)
				memset(o->authenticator, 0x5a, sizeof o->authenticator);
			o->has_token_lifetime = mix & 16;
			o->token_lifetime_s = mix & 16 ? 0x5678 : 0;
			o->has_lifetime_credit = mix & 32;
			o->credit_updates = mix & 32 ? 0x9abc : 0;
			if (mix & 32)
				memset(o->credit_authenticator, 0xa5, sizeof o->credit_authenticator);
			length = mh_encode(&w, &m, &authenticator_offset);
			g_assert_cmpuint(length, >=, types[t].options);
			g_assert_cmpuint(length % 8, ==, 0);
			g_assert_cmpuint(length, ==, 8 * (room[1] + 1u));
			assert_layout(room, types[t].options, length, o);
			g_assert_cmpint(mh_decode(room, length, &back, &again), ==, WIRE_OK);
			g_assert_cmpuint(again, ==, length);
			o->authenticator_offset = (uint16_t)authenticator_offset;
			o->authenticator_is_last = o->has_authenticator;
			o->credit_authenticator_offset = back.options.credit_authenticator_offset;
			g_assert_true(!(mix & 32) || !memcmp(room + o->credit_authenticator_offset, o->credit_authenticator, MH_AUTHENTICATOR));
			assert_same(&back, &m);
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		add_row("/wire/mh/decodes-to-its-fields", vectors[i].name, &vectors[i], decodes_to_its_fields);
		add_row("/wire/mh/encodes-to-the-same-octets", vectors[i].name, &vectors[i], encodes_to_the_same_octets);
		add_row("/wire/mh/encodes-nothing-into-too-little-room", vectors[i].name, &vectors[i], encodes_nothing_into_too_little_room);
		add_row("/wire/mh/shorter-prefixes-are-refused", vectors[i].name, &vectors[i], shorter_prefixes_are_refused);
		add_row("/wire/mh/any-flipped-bit-spoils-the-checksum", vectors[i].name, &vectors[i], any_flipped_bit_spoils_the_checksum);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		add_row("/wire/mh/gives-its-reason", refusals[i].name, &refusals[i], gives_its_reason);
	g_test_add_func("/wire/mh/options-behind-an-unknown-one-count", options_behind_an_unknown_one_count);
	g_test_add_func("/wire/mh/padding-behind-the-authenticator-is-told", padding_behind_the_authenticator_is_told);
	g_test_add_func("/wire/mh/every-mix-of-options-is-aligned-and-comes-back", every_mix_of_options_is_aligned_and_comes_back);
	return g_test_run();
}
