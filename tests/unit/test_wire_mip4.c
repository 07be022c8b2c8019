// SPDX-License-Identifier: GPL-3.0-or-later
/* IPv4, tunnels, agent advertisements and Mobile IPv4 messages: vectors there and back, every shorter prefix, every flipped bit. */
#include "models/crypto/mip4_auth.h"
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"
#include "models/wire/mip4_keys.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

#define HOME 0xc000020au
#define AGENT 0xc0000201u
#define FOREIGN 0xc6336401u
#define PEER 0xcb007105u

static const uint8_t key[] = "0123456789abcdef";

/* The UDP payload of a vector, its IPv4 and UDP checksums looked at. */
static struct octets payload_of(const char *name)
{
	struct octets packet = octets_of_vector(name), out;
	struct ipv4_header h;
	struct udp_header u;
	struct in6 source, destination;

	g_assert_cmpint(ipv4_decode(packet.data, packet.length, packet.length, &h), ==, WIRE_OK);
	g_assert_cmpuint(h.total_length, ==, packet.length);
	g_assert_cmpuint(h.protocol, ==, PROTOCOL4_UDP);
	source = in6_of_in4(h.source);
	destination = in6_of_in4(h.destination);
	g_assert_cmpint(udp_decode(packet.data + 20, packet.length - 20, packet.length - 20, &source, &destination, &u), ==, WIRE_OK);
	out = octets_copy(packet.data + 28, packet.length - 28);
	octets_free(&packet);
	return out;
}

static const struct vector {
	const char *name;
	struct mip4_message want;
	enum mip4_extension_type auth;
	uint32_t spi;
	enum mip4_algorithm algorithm;
} vectors[] = {
	{ "mip4-33-request", { .type = MIP4_REQUEST, .flags = REQUEST_REVERSE_TUNNEL, .lifetime_s = 1800, .home_address = HOME, .home_agent = AGENT,
	                       .care_of_address = FOREIGN, .identification = 0xe000000012345678 }, EXTENSION4_MN_HA, 0x100, MIP4_HMAC_MD5 },
	{ "mip4-34-reply", { .type = MIP4_REPLY, .lifetime_s = 1800, .home_address = HOME, .home_agent = AGENT,
	                     .identification = 0xe000000012345678 }, EXTENSION4_MN_HA, 0x100, MIP4_HMAC_MD5 },
	{ "mip4-41-warning", { .type = MIP4_WARNING, .home_address = HOME, .target_count = 1, .targets = { PEER } }, 0, 0, 0 },
	{ "mip4-42-binding-request", { .type = MIP4_BINDING_REQUEST, .home_address = HOME, .has_identification = true,
	                               .identification = 0xe000000012345678 }, 0, 0, 0 },
	{ "mip4-43-update", { .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE | UPDATE_IDENTIFICATION, .lifetime_s = 300, .home_address = HOME,
	                      .care_of_address = FOREIGN, .has_identification = true, .identification = 0xe000000012345678 },
	  EXTENSION4_GENERAL_AUTH, 0x300, MIP4_KEYED_MD5 },
	{ "mip4-44-acknowledge", { .type = MIP4_ACKNOWLEDGE, .home_address = HOME, .has_identification = true,
	                           .identification = 0xe000000012345678 }, 0, 0, 0 },
};

static void same(const struct mip4_message *a, const struct mip4_message *b)
{
	g_assert_cmpuint(a->type, ==, b->type);
	g_assert_cmpuint(a->flags, ==, b->flags);
	g_assert_cmpuint(a->code, ==, b->code);
	g_assert_cmpuint(a->lifetime_s, ==, b->lifetime_s);
	g_assert_cmphex(a->home_address, ==, b->home_address);
	g_assert_cmphex(a->home_agent, ==, b->home_agent);
	g_assert_cmphex(a->care_of_address, ==, b->care_of_address);
	g_assert_cmpint(a->has_identification, ==, b->has_identification);
	g_assert_cmphex(a->identification, ==, b->identification);
	g_assert_cmpuint(a->target_count, ==, b->target_count);
	for (unsigned i = 0; i < a->target_count; i++)
		g_assert_cmphex(a->targets[i], ==, b->targets[i]);
}

static void vector(gconstpointer data)
{
	const struct vector *v = data;
	struct octets p = payload_of(v->name);
	struct mip4_message m;
	uint8_t written[MIP4_MAX];
	struct wr w = wr_of(written, sizeof written);

	g_assert_cmpint(mip4_decode(p.data, p.length, &m), ==, WIRE_OK);
	same(&m, &v->want);
	mip4_write(&w, &v->want);
	if (v->auth) {
		const struct mip4_extension *e = mip4_extension_find(&m, v->auth);
		uint8_t *a, digest[16];

		g_assert_nonnull(e);
		g_assert_cmphex(mip4_auth_spi(p.data, e), ==, v->spi);
		mip4_digest(v->algorithm, key, p.data, e->data + 4, digest);
		g_assert_true(mip4_digest_equal(digest, mip4_authenticator(p.data, e)));
		a = mip4_write_auth(&w, v->auth, v->spi);
		g_assert_nonnull(a);
		mip4_digest(v->algorithm, key, written, (size_t)(a - written), a);
	}
	assert_octets(written, wr_length(&w), p.data, p.length);
	/* Every shorter prefix: an error, or a message that is written back as it came. */
	for (size_t n = 0; n < p.length; n++) {
		struct octets shorter = octets_copy(p.data, n);
		enum wire_error error = mip4_decode(shorter.data, n, &m);

		if (error == WIRE_OK)
			g_assert_true(n == p.length - MIP4_AUTH_EXTENSION || n == p.length - MIP4_GENERAL_AUTH_EXTENSION || n == 8);
		octets_free(&shorter);
	}
	octets_free(&p);
}

/* One flipped bit anywhere in what is covered, and the authenticator no longer fits. */
static void flipped(void)
{
	struct octets p = payload_of("mip4-43-update");

	for (size_t bit = 0; bit < 8 * p.length; bit++) {
		struct mip4_message m;
		const struct mip4_extension *e;
		uint8_t digest[16];
		bool accepted = false;

		p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (mip4_decode(p.data, p.length, &m) == WIRE_OK && (e = mip4_extension_find(&m, EXTENSION4_GENERAL_AUTH))) {
			mip4_digest(MIP4_KEYED_MD5, key, p.data, e->data + 4, digest);
			accepted = mip4_digest_equal(digest, mip4_authenticator(p.data, e));
		}
		g_assert_false(accepted);
		p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&p);
}

/* The digests of the reference, made over the same request in the three ways. */
static void digests(void)
{
	struct octets p = octets_of_hex("01020708c000020ac0000201c6336401e000000012345678 2014 00000100");
	struct octets hmac = octets_of_hex("afb7f033c68bb326cb36e8aaa4ff7639"), old = octets_of_hex("22a13af72ac684c88ce6552f593f2a31"),
		      covered = octets_of_hex("f4274ab79b7bea38b7681d1b19a8af77");
	uint8_t out[16];

	mip4_digest(MIP4_HMAC_MD5, key, p.data, 30, out);
	assert_octets(out, 16, hmac.data, 16);
	mip4_digest(MIP4_KEYED_MD5, key, p.data, 26, out);
	assert_octets(out, 16, old.data, 16);
	mip4_digest(MIP4_KEYED_MD5, key, p.data, 30, out);
	assert_octets(out, 16, covered.data, 16);
	octets_free(&p);
	octets_free(&hmac);
	octets_free(&old);
	octets_free(&covered);
}

static void extensions(void)
{
	uint8_t p[MIP4_MAX], blob[30];
	struct wr w = wr_of(p, sizeof p);
	const struct mip4_message request = { .type = MIP4_REQUEST, .lifetime_s = 60, .home_address = HOME, .home_agent = AGENT,
		                              .care_of_address = FOREIGN };
	const struct mip4_previous_agent previous = { .cache_lifetime_s = 10, .agent = 0x0a000001, .care_of_address = FOREIGN, .spi = 300,
		                                      .authenticator = { 1, 2, 3 } };
	const in4 target = PEER;
	struct mip4_previous_agent read;
	struct mip4_message m;
	static const struct {
		enum mip4_extension_type type;
		size_t octets, length;
	} keys[] = { { EXTENSION4_FA_KEY_REQUEST, 0, 4 }, { EXTENSION4_MN_PUBLIC_KEY, 30, 30 }, { EXTENSION4_FA_PUBLIC_KEY, 30, 34 },
		     { EXTENSION4_KEY_REQUEST, 30, 30 }, { EXTENSION4_HOME_MOBILE_KEY, 16, 20 }, { EXTENSION4_FA_KEY, 16, 20 },
		     { EXTENSION4_DH_REPLY, 30, 34 }, { EXTENSION4_SPI, 0, 4 } };

	for (unsigned i = 0; i < sizeof blob; i++)
		blob[i] = (uint8_t)(100 + i);
	mip4_write(&w, &request);
	mip4_write_previous_agent(&w, &previous);
	mip4_write_warning_extension(&w, HOME, &target, 1);
	for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++)
		mip4_write_key_extension(&w, keys[i].type, 0x12345678, blob, keys[i].octets);
	g_assert_nonnull(mip4_write_auth(&w, EXTENSION4_MN_HA, 256));
	wr_zero(&w, 1);
	g_assert_cmpint(mip4_decode(p, wr_length(&w), &m), ==, WIRE_OK);
	g_assert_cmpuint(m.extension_count, ==, G_N_ELEMENTS(keys) + 3);
	mip4_read_previous_agent(p, mip4_extension_find(&m, EXTENSION4_PREVIOUS_AGENT), &read);
	g_assert_true(read.cache_lifetime_s == 10 && read.agent == previous.agent && read.care_of_address == FOREIGN && read.spi == 300);
	assert_octets(read.authenticator, 16, previous.authenticator, 16);
	g_assert_cmpuint(mip4_extension_find(&m, EXTENSION4_WARNING)->length, ==, 10);
	for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
		const struct mip4_extension *e = mip4_extension_find(&m, keys[i].type);

		g_assert_nonnull(e);
		g_assert_cmpuint(e->length, ==, keys[i].length);
		if (mip4_key_extension_has_spi(keys[i].type))
			g_assert_cmphex(load_be32(p + e->data), ==, 0x12345678);
		assert_octets(p + e->data + e->length - keys[i].octets, keys[i].octets, blob, keys[i].octets);
	}
	/* RFC 5944 1.8: unknown below 128 drops the message, unknown from there on is passed over. */
	w = wr_of(p, sizeof p);
	mip4_write(&w, &request);
	wr_u32(&w, 0x7f020000);
	g_assert_cmpint(mip4_decode(p, wr_length(&w), &m), ==, WIRE_UNKNOWN_TYPE);
	p[24] = 0xc8;
	g_assert_cmpint(mip4_decode(p, wr_length(&w), &m), ==, WIRE_OK);
	g_assert_cmpuint(m.extension_count, ==, 0);
	/* A known extension of a length it cannot have. */
	p[24] = EXTENSION4_MN_HA;
	g_assert_cmpint(mip4_decode(p, wr_length(&w), &m), ==, WIRE_MALFORMED);
	/* More of them than anybody sends. */
	w = wr_of(p, sizeof p);
	mip4_write(&w, &request);
	for (unsigned i = 0; i <= MIP4_EXTENSIONS; i++)
		mip4_write_key_extension(&w, EXTENSION4_SPI, i, NULL, 0);
	g_assert_cmpint(mip4_decode(p, wr_length(&w), &m), ==, WIRE_MALFORMED);
}

static void advertisement(void)
{
	struct octets p = octets_of_vector("ip4-35-agent-advertisement"), icmp = octets_copy(p.data + 20, p.length - 20);
	const struct agent_advertisement want = {
		.code = 16, .lifetime_s = 30, .address_count = 1, .addresses = { FOREIGN }, .has_agent = true, .sequence = 256,
		.registration_lifetime_s = 1800, .flags = 0x9dc0, .care_of_count = 1, .care_of = { FOREIGN }, .prefix_count = 1,
		.prefix_lengths = { 24 },
	};
	struct agent_advertisement a;
	uint8_t written[64];
	size_t octets;

	g_assert_cmpint(agent_advertisement_decode(icmp.data, icmp.length, &a), ==, WIRE_OK);
	octets = agent_advertisement_write(written, sizeof written, &a);
	g_assert_cmpuint(a.registration_lifetime_s, ==, want.registration_lifetime_s);
	g_assert_cmphex(a.flags, ==, want.flags);
	assert_octets(written, octets, icmp.data, icmp.length);
	octets = agent_advertisement_write(written, sizeof written, &want);
	assert_octets(written, octets, icmp.data, icmp.length);
	g_assert_cmpuint(agent_advertisement_write(written, icmp.length - 1, &want), ==, 0);
	for (size_t n = 0; n < icmp.length; n++) {
		struct octets shorter = octets_copy(icmp.data, n);

		if (n >= 8)
			icmp4_checksum_set(shorter.data, n);
		if (agent_advertisement_decode(shorter.data, n, &a) == WIRE_OK)
			g_assert_true(n == 16 || n == 28); /* where an extension ends */
		octets_free(&shorter);
	}
	/* A foreign agent without a care-of address is none. */
	a = want;
	a.care_of_count = 0;
	octets = agent_advertisement_write(written, sizeof written, &a);
	g_assert_cmpint(agent_advertisement_decode(written, octets, &a), ==, WIRE_MALFORMED);
	octets_free(&icmp);
	octets_free(&p);
}

static void tunnels(void)
{
	struct octets source = octets_of_vector("ip4-37-minimal-source"), own = octets_of_vector("ip4-38-minimal"),
		      gre = octets_of_vector("ip4-39-gre"), summed = octets_of_vector("ip4-40-gre-checksum");
	struct minimal_header m;
	size_t length;
	uint8_t written[64];

	g_assert_cmpint(minimal_decode(source.data + 20, source.length - 20, &m), ==, WIRE_OK);
	g_assert_true(m.has_source && m.source == PEER && m.destination == HOME && m.protocol == 17 && m.length == 12);
	minimal_write(written, &m);
	assert_octets(written, 12, source.data + 20, 12);
	g_assert_cmpint(minimal_decode(own.data + 20, own.length - 20, &m), ==, WIRE_OK);
	g_assert_true(!m.has_source && m.destination == HOME && m.length == 8);
	minimal_write(written, &m);
	assert_octets(written, 8, own.data + 20, 8);
	for (size_t n = 0; n < 12; n++)
		g_assert_cmpint(minimal_decode(source.data + 20, n, &m), ==, WIRE_TRUNCATED);
	g_assert_cmpint(gre_decode(gre.data + 20, gre.length - 20, &length), ==, WIRE_OK);
	g_assert_cmpuint(length, ==, 4);
	g_assert_cmpint(gre_decode(summed.data + 20, summed.length - 20, &length), ==, WIRE_OK);
	g_assert_cmpuint(length, ==, 8);
	memcpy(written, summed.data + 20, summed.length - 20);
	gre_write(written, true, summed.length - 28);
	assert_octets(written, summed.length - 20, summed.data + 20, summed.length - 20);
	summed.data[40] ^= 1;
	g_assert_cmpint(gre_decode(summed.data + 20, summed.length - 20, &length), ==, WIRE_CHECKSUM);
	gre.data[20] |= 0x20;
	g_assert_cmpint(gre_decode(gre.data + 20, gre.length - 20, &length), ==, WIRE_MALFORMED);
	octets_free(&source);
	octets_free(&own);
	octets_free(&gre);
	octets_free(&summed);
}

static void header(void)
{
	struct octets p = octets_of_vector("ip4-36-ip-in-ip");
	struct ipv4_header h;
	uint8_t written[20];

	for (size_t n = 0; n < 52; n++)
		g_assert_cmpint(ipv4_decode(p.data, n, n, &h), ==, WIRE_TRUNCATED);
	g_assert_cmpint(ipv4_decode(p.data, 52, 52, &h), ==, WIRE_OK);
	g_assert_cmpuint(h.protocol, ==, PROTOCOL4_IPV4);
	ipv4_write(written, &h);
	assert_octets(written, 20, p.data, 20);
	for (unsigned bit = 0; bit < 160; bit++) {
		p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_cmpint(ipv4_decode(p.data, 52, 52, &h), !=, WIRE_OK);
		p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ipv4_decrement_ttl(p.data);
	g_assert_cmpint(ipv4_decode(p.data, 52, 52, &h), ==, WIRE_OK);
	g_assert_cmpuint(h.ttl, ==, 63);
	octets_free(&p);
}

static void arp(void)
{
	const struct arp want = { ARP_REPLY, { { 2, 0, 0, 0, 0, 1 } }, { { 2, 0, 0, 0, 0, 2 } }, HOME, AGENT };
	struct octets p = octets_of_hex("0001 0800 06 04 0002 020000000001 c000020a 020000000002 c0000201");
	uint8_t written[ARP_OCTETS];
	struct arp a;

	arp_write(written, &want);
	assert_octets(written, sizeof written, p.data, p.length);
	g_assert_cmpint(arp_decode(p.data, p.length, &a), ==, WIRE_OK);
	g_assert_true(a.operation == ARP_REPLY && a.sender == HOME && a.target == AGENT && mac_equal(&a.target_mac, &want.target_mac));
	for (size_t n = 0; n < p.length; n++)
		g_assert_cmpint(arp_decode(p.data, n, &a), ==, WIRE_TRUNCATED);
	p.data[5] = 6;
	g_assert_cmpint(arp_decode(p.data, p.length, &a), ==, WIRE_MALFORMED);
	octets_free(&p);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++)
		add_row("/wire/mip4/vector", vectors[i].name, &vectors[i], vector);
	g_test_add_func("/wire/mip4/flipped", flipped);
	g_test_add_func("/wire/mip4/digests", digests);
	g_test_add_func("/wire/mip4/extensions", extensions);
	g_test_add_func("/wire/ip4/advertisement", advertisement);
	g_test_add_func("/wire/ip4/tunnels", tunnels);
	g_test_add_func("/wire/ip4/header", header);
	g_test_add_func("/wire/ip4/arp", arp);
	return g_test_run();
}
