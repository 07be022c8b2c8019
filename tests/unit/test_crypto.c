// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Return routability cryptography: HMAC-SHA1 as linked against RFC 2202, tokens, keys and authenticators against values computed by a
 * Python script that is not part of this project, and one flipped bit anywhere in an authenticated message.
 */
#include <nettle/hmac.h>

#include "models/crypto/esp_crypto.h"
#include "models/crypto/rr.h"
#include "models/wire/ipv6.h"
#include "models/wire/mh.h"
#include "tests/unit/rows.h"
#include "tests/unit/vector.h"

static const struct in6 home_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 0x10 } };
static const struct in6 care_of_address = { { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x10 } };
static const struct in6 correspondent = { { 0x20, 0x01, 0x0d, 0xb8, 0, 3, [15] = 0x20 } };
static const uint8_t node_key[RR_NODE_KEY] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
static const uint8_t home_nonce[RR_NONCE] = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17 };
static const uint8_t care_of_nonce[RR_NONCE] = { 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27 };

static void assert_hex(const uint8_t *octets, size_t n, const char *hex)
{
	struct octets want = octets_of_hex(hex);

	assert_octets(octets, n, want.data, want.length);
	octets_free(&want);
}

/* RFC 2202 section 3. `key_fill`, `data_fill`: so many times the same octet; else the text. */
static const struct hmac_case {
	const char *key, *data;
	uint8_t key_fill, data_fill;
	size_t key_length, data_length;
	const char *digest;
} hmac_cases[] = {
	{ NULL, "Hi There", 0x0b, 0, 20, 8, "b617318655057264e28bc0b6fb378c8ef146be00" },
	{ "Jefe", "what do ya want for nothing?", 0, 0, 4, 28, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ NULL, NULL, 0xaa, 0xdd, 20, 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3" },
	{ "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19", NULL, 0, 0xcd, 25, 50,
	  "4c9007f4026250c6bc8414f9bf50c86c2d7235da" },
	{ NULL, "Test With Truncation", 0x0c, 0, 20, 20, "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04" },
	{ NULL, "Test Using Larger Than Block-Size Key - Hash Key First", 0xaa, 0, 80, 54, "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
	{ NULL, "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data", 0xaa, 0, 80, 73,
	  "e8e99d0f45237d786d6bbaa7965c7808bbff1a91" },
};

static void hmac_sha1_agrees_with_rfc_2202(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hmac_cases); i++) {
		const struct hmac_case *c = &hmac_cases[i];
		uint8_t key[80], data[80], digest[SHA1_DIGEST_SIZE];
		struct hmac_sha1_ctx hmac;

		if (c->key)
			memcpy(key, c->key, c->key_length);
		else
			memset(key, c->key_fill, c->key_length);
		if (c->data)
			memcpy(data, c->data, c->data_length);
		else
			memset(data, c->data_fill, c->data_length);
		hmac_sha1_set_key(&hmac, c->key_length, key);
		hmac_sha1_update(&hmac, c->data_length, data);
		hmac_sha1_digest(&hmac, sizeof digest, digest);
		assert_hex(digest, sizeof digest, c->digest);
	}
}

static void tokens_are_those_of_the_vector_every_time(void)
{
	struct rr_node_key *k = rr_node_key_new(node_key);
	uint8_t token[RR_TOKEN];

	/* Again and again, in turns: the kept state must not change. */
	for (int i = 0; i < 3; i++) {
		rr_token(k, &home_address, home_nonce, RR_HOME, token);
		assert_hex(token, sizeof token, "6ea6d38458594443");
		rr_token(k, &care_of_address, care_of_nonce, RR_CARE_OF, token);
		assert_hex(token, sizeof token, "3f24951dc1ab4eee");
	}
	rr_node_key_free(k);
	rr_node_key_free(NULL);
}

static void a_token_depends_on_each_of_its_inputs(void)
{
	uint8_t other_key[RR_NODE_KEY], other_nonce[RR_NONCE], first[RR_TOKEN], token[RR_TOKEN];
	struct rr_node_key *k = rr_node_key_new(node_key), *other;

	rr_token(k, &home_address, home_nonce, RR_HOME, first);
	rr_token(k, &home_address, home_nonce, RR_CARE_OF, token);
	g_assert_false(rr_equal(first, token, RR_TOKEN));
	for (size_t bit = 0; bit < 128; bit++) {
		struct in6 address = home_address;

		address.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		rr_token(k, &address, home_nonce, RR_HOME, token);
		g_assert_false(rr_equal(first, token, RR_TOKEN));
	}
	for (size_t bit = 0; bit < 8 * RR_NONCE; bit++) {
		memcpy(other_nonce, home_nonce, RR_NONCE);
		other_nonce[bit / 8] ^= (uint8_t)(1 << bit % 8);
		rr_token(k, &home_address, other_nonce, RR_HOME, token);
		g_assert_false(rr_equal(first, token, RR_TOKEN));
	}
	for (size_t bit = 0; bit < 8 * RR_NODE_KEY; bit++) {
		memcpy(other_key, node_key, RR_NODE_KEY);
		other_key[bit / 8] ^= (uint8_t)(1 << bit % 8);
		other = rr_node_key_new(other_key);
		rr_token(other, &home_address, home_nonce, RR_HOME, token);
		g_assert_false(rr_equal(first, token, RR_TOKEN));
		rr_node_key_free(other);
	}
	rr_node_key_free(k);
}

/* With the care-of token, or without it: for deletion and early updates. */
static void binding_key(bool with_care_of, uint8_t key[RR_BINDING_KEY])
{
	struct rr_node_key *k = rr_node_key_new(node_key);
	uint8_t home[RR_TOKEN], care_of[RR_TOKEN];

	rr_token(k, &home_address, home_nonce, RR_HOME, home);
	rr_token(k, &care_of_address, care_of_nonce, RR_CARE_OF, care_of);
	rr_binding_key(home, with_care_of ? care_of : NULL, key);
	rr_node_key_free(k);
}

static void binding_keys_are_those_of_the_vector(void)
{
	uint8_t key[RR_BINDING_KEY];

	binding_key(true, key);
	assert_hex(key, sizeof key, "98b5a2ac7c402d09d0d294ca94828ad19bfa5274");
	binding_key(false, key);
	assert_hex(key, sizeof key, "9620aceb437a2dc576f6ee26deaee238647c21a9");
}

/* ---- authenticators --------------------------------------------------------------------------------------------------- */

static const struct authenticated {
	const char *name;
	bool full_key;                    /* both tokens */
	const struct in6 *care_of_address;
} authenticated[] = {
	{ "mh-06-bu", true, &care_of_address },
	{ "mh-07-ba", true, &care_of_address },
	{ "mh-08-ba-sequence", true, &care_of_address },
	{ "mh-10-bu-delete", false, &home_address },
	{ "mh-ebu", false, &care_of_address },
	{ "mh-eba", false, &care_of_address },
};

static bool verifies(const uint8_t *mh, size_t octets, const uint8_t *key, const struct in6 *care_of, const struct in6 *peer)
{
	uint8_t expected[RR_AUTHENTICATOR];
	struct mh_message m;
	size_t length;

	if (mh_decode(mh, octets, &m, &length) != WIRE_OK || !m.options.has_authenticator || !m.options.authenticator_is_last)
		return false;
	rr_authenticator(key, care_of, peer, mh, m.options.authenticator_offset, expected);
	return rr_equal(expected, m.options.authenticator, sizeof expected);
}

static void an_authenticator_holds_and_one_flipped_bit_spoils_it(gconstpointer row)
{
	const struct authenticated *a = row;
	struct octets packet = octets_of_vector(a->name), mh;
	uint8_t key[RR_BINDING_KEY];
	struct ipv6_view view;

	g_assert_cmpint(ipv6_walk(packet.data, packet.length, true, &view), ==, IPV6_WALK_OK);
	g_assert_cmpuint(view.protocol, ==, PROTOCOL_MOBILITY);
	mh = octets_copy(packet.data + view.offset, packet.length - view.offset);
	binding_key(a->full_key, key);
	g_assert_true(verifies(mh.data, mh.length, key, a->care_of_address, &correspondent));
	for (size_t bit = 0; bit < 8 * mh.length; bit++) {
		bool in_checksum = bit / 8 == 4 || bit / 8 == 5;

		mh.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		/* The checksum is no part of the authenticated octets; it refuses its own flipped bits. */
		g_assert_cmpint(verifies(mh.data, mh.length, key, a->care_of_address, &correspondent), ==, in_checksum);
		mh.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 128; bit++) {
		struct in6 care_of = *a->care_of_address, peer = correspondent;

		care_of.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(verifies(mh.data, mh.length, key, &care_of, &correspondent));
		peer.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(verifies(mh.data, mh.length, key, a->care_of_address, &peer));
	}
	for (size_t bit = 0; bit < 8 * RR_BINDING_KEY; bit++) {
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(verifies(mh.data, mh.length, key, a->care_of_address, &correspondent));
		key[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&mh);
	octets_free(&packet);
}

static void equal_looks_at_every_octet(void)
{
	uint8_t a[RR_AUTHENTICATOR] = { 1, 2, 3 }, b[RR_AUTHENTICATOR] = { 1, 2, 3 };

	g_assert_true(rr_equal(a, b, sizeof a));
	for (size_t i = 0; i < sizeof a; i++) {
		b[i] ^= 0x80;
		g_assert_false(rr_equal(a, b, sizeof a));
		g_assert_true(rr_equal(a, b, i));
		b[i] ^= 0x80;
	}
}

/* RFC 3602 section 4, cases 1 and 2. */
static void aes_cbc_agrees_with_rfc_3602(void)
{
	static const struct {
		const char *key, *iv, *plain, *cipher;
	} cases[] = {
		{ "06a9214036b8a15b512e03d534120006", "3dafba429d9eb430b422da802c9fac41", "53696e676c6520626c6f636b206d7367",
		  "e353779c1079aeb82708942dbe77181a" },
		{ "c286696d887c9aa0611bbb3e2025a45a", "562e17996d093d28ddb3ba695a2e6f58",
		  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct octets key = octets_of_hex(cases[i].key), iv = octets_of_hex(cases[i].iv), text = octets_of_hex(cases[i].plain);
		struct octets plain = octets_of_hex(cases[i].plain), cipher = octets_of_hex(cases[i].cipher);

		esp_crypto_encrypt(key.data, iv.data, text.data, text.length);
		assert_octets(text.data, text.length, cipher.data, cipher.length);
		esp_crypto_decrypt(key.data, iv.data, text.data, text.length);
		assert_octets(text.data, text.length, plain.data, plain.length);
		octets_free(&key);
		octets_free(&iv);
		octets_free(&text);
		octets_free(&plain);
		octets_free(&cipher);
	}
}

/* RFC 2202 case 1, cut to 96 bits as RFC 2404 says. */
static void the_icv_is_hmac_sha1_96(void)
{
	uint8_t key[ESP_AUTHENTICATION_KEY], icv[ESP_CRYPTO_ICV];
	struct octets expected = octets_of_hex("b617318655057264e28bc0b6");

	memset(key, 0x0b, sizeof key);
	esp_crypto_icv(key, (const uint8_t *)"Hi There", 8, icv);
	assert_octets(icv, sizeof icv, expected.data, expected.length);
	g_assert_true(esp_crypto_verify(key, (const uint8_t *)"Hi There", 8, icv));
	for (size_t bit = 0; bit < 8 * sizeof icv; bit++) {
		icv[bit / 8] ^= (uint8_t)(1 << bit % 8);
		g_assert_false(esp_crypto_verify(key, (const uint8_t *)"Hi There", 8, icv));
		icv[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	octets_free(&expected);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crypto/hmac-sha1-agrees-with-rfc-2202", hmac_sha1_agrees_with_rfc_2202);
	g_test_add_func("/crypto/tokens-are-those-of-the-vector-every-time", tokens_are_those_of_the_vector_every_time);
	g_test_add_func("/crypto/a-token-depends-on-each-of-its-inputs", a_token_depends_on_each_of_its_inputs);
	g_test_add_func("/crypto/binding-keys-are-those-of-the-vector", binding_keys_are_those_of_the_vector);
	g_test_add_func("/crypto/aes-cbc-agrees-with-rfc-3602", aes_cbc_agrees_with_rfc_3602);
	g_test_add_func("/crypto/the-icv-is-hmac-sha1-96", the_icv_is_hmac_sha1_96);
	g_test_add_func("/crypto/equal-looks-at-every-octet", equal_looks_at_every_octet);
	for (size_t i = 0; i < G_N_ELEMENTS(authenticated); i++)
		add_row("/crypto/an-authenticator-holds-and-one-flipped-bit-spoils-it", authenticated[i].name, &authenticated[i],
		        an_authenticator_holds_and_one_flipped_bit_spoils_it);
	return g_test_run();
}
