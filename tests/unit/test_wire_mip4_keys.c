// SPDX-License-Identifier: GPL-3.0-or-later
/* Registration key extensions: the vectors of tests/vectors/make_regkey.py there and back, every shorter prefix, the keys in them. */
#include "models/crypto/public_key.h"
#include "models/wire/mip4_keys.h"
#include "tests/unit/vector.h"

static const uint8_t mn_ha[] = "0123456789abcdef", fa_ha[] = "fedcba9876543210", key[] = "REGISTRATION-KEY";
#define SPI 0x4b455931u

/* The draws of make_regkey.py. */
static void draw(void *context, size_t n, uint8_t *out)
{
	unsigned *k = context;

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(167 * (*k)++ + 13);
}

static struct octets payload_of(const char *name)
{
	struct octets packet = octets_of_vector(name), out = octets_copy(packet.data + 28, packet.length - 28);

	octets_free(&packet);
	return out;
}

static const struct vector {
	const char *name;
	uint8_t types[6]; /* ended by 0 */
} vectors[] = {
	{ "mip4-key-home-request", { 116, 32, 113, 34 } },
	{ "mip4-key-home-reply", { 120, 121, 125, 32, 34 } },
	{ "mip4-key-foreign-public-request", { 116, 32, 115 } },
	{ "mip4-key-foreign-public-reply", { 120, 123, 32 } },
	{ "mip4-key-mobile-public-request", { 114, 32, 122 } },
	{ "mip4-key-mobile-public-reply", { 122, 32 } },
	{ "mip4-key-diffie-hellman-request", { 116, 32, 124 } },
	{ "mip4-key-diffie-hellman-reply", { 124, 32 } },
};

/* Everything read is written again, octet for octet. */
static void vector(gconstpointer data)
{
	const struct vector *v = data;
	struct octets p = payload_of(v->name);
	struct mip4_message m;
	uint8_t written[MIP4_MAX];
	struct wr w = wr_of(written, sizeof written);

	g_assert_cmpint(mip4_decode(p.data, p.length, &m), ==, WIRE_OK);
	mip4_write(&w, &m);
	for (unsigned i = 0; i < m.extension_count; i++) {
		const struct mip4_extension *e = &m.extensions[i];

		g_assert_cmpuint(e->type, ==, v->types[i]);
		if (e->type == EXTENSION4_KEY_REQUEST) {
			struct mip4_key_request q;

			mip4_read_key_request(p.data, e, &q);
			mip4_write_key_request(&w, &q);
		} else if (mip4_is_key_extension(e->type)) {
			struct mip4_key_extension k;

			mip4_read_key_extension(p.data, e, &k);
			mip4_write_key_extension(&w, (enum mip4_extension_type)e->type, k.spi, k.data, k.octets);
		} else {
			bool home = e->type == EXTENSION4_MN_HA;
			uint8_t *a = mip4_write_auth(&w, (enum mip4_extension_type)e->type, home ? 256 : 259);

			mip4_digest(MIP4_HMAC_MD5, home ? mn_ha : fa_ha, written, (size_t)(a - written), a);
		}
	}
	g_assert_cmpuint(v->types[m.extension_count], ==, 0);
	assert_octets(written, wr_length(&w), p.data, p.length);
	/* Shorter, it is an error but where an extension ends. */
	for (size_t n = 0; n < p.length; n++) {
		struct octets shorter = octets_copy(p.data, n);
		struct mip4_message q;

		if (mip4_decode(shorter.data, n, &q) == WIRE_OK) {
			bool end = n == m.extensions[0].offset;

			for (unsigned i = 0; i < m.extension_count; i++)
				end = end || n == (size_t)m.extensions[i].data + m.extensions[i].length;
			g_assert_true(end);
		}
		octets_free(&shorter);
	}
	octets_free(&p);
}

static struct mip4_key_extension find(const struct octets *p, enum mip4_extension_type type)
{
	struct mip4_message m;
	const struct mip4_extension *e;
	struct mip4_key_extension k;

	g_assert_cmpint(mip4_decode(p->data, p->length, &m), ==, WIRE_OK);
	e = mip4_extension_find(&m, type);
	g_assert_nonnull(e);
	mip4_read_key_extension(p->data, e, &k);
	return k;
}

/* The four replies hold the same key, masked, encrypted or agreed on. */
static void masks(void)
{
	struct octets p = payload_of("mip4-key-home-reply");
	const struct {
		enum mip4_extension_type type;
		const uint8_t *secret;
	} of[] = { { EXTENSION4_HOME_MOBILE_KEY, mn_ha }, { EXTENSION4_FA_KEY, fa_ha } };

	for (unsigned i = 0; i < G_N_ELEMENTS(of); i++) {
		struct mip4_key_extension k = find(&p, of[i].type);
		uint8_t mask[16];

		mip4_key_mask(of[i].secret, p.data, 20, mask);
		g_assert_cmpuint(k.octets, ==, MIP4_KEY);
		for (unsigned b = 0; b < MIP4_KEY; b++)
			g_assert_cmpuint(k.data[b] ^ mask[b], ==, key[b]);
	}
	g_assert_cmphex(find(&p, EXTENSION4_SPI).spi, ==, SPI);
	octets_free(&p);
}

static void rsa(void)
{
	static const struct {
		const char *request, *reply;
		enum mip4_extension_type public, encrypted;
	} of[] = { { "mip4-key-foreign-public-request", "mip4-key-foreign-public-reply", EXTENSION4_FA_PUBLIC_KEY, EXTENSION4_FA_PUBLIC_KEY_REPLY },
		   { "mip4-key-mobile-public-request", "mip4-key-mobile-public-reply", EXTENSION4_MN_PUBLIC_KEY, EXTENSION4_MN_PUBLIC_KEY_REPLY } };
	unsigned draws = 0;
	struct key_pair *k = key_pair_new(512, draw, &draws);
	struct octets private = octets_of_vector("regkey-rsa-private");
	uint8_t mine[PUBLIC_KEY_WIRE], exponent[PUBLIC_KEY_OCTETS], got[MIP4_KEY], cipher[PUBLIC_KEY_OCTETS];

	assert_octets(exponent, key_pair_private(k, exponent), private.data, private.length);
	for (unsigned i = 0; i < G_N_ELEMENTS(of); i++) {
		struct octets q = payload_of(of[i].request), r = payload_of(of[i].reply);
		struct mip4_key_extension public = find(&q, of[i].public), encrypted = find(&r, of[i].encrypted);

		assert_octets(public.data, public.octets, mine, key_pair_public(k, mine));
		g_assert_cmphex(encrypted.spi, ==, SPI);
		g_assert_true(key_pair_decrypt(k, encrypted.data, encrypted.octets, got));
		assert_octets(got, sizeof got, key, MIP4_KEY);
		/* And what we encrypt ourselves. */
		memset(got, 0, sizeof got);
		g_assert_cmpuint(public_key_encrypt(public.data, public.octets, key, draw, &draws, cipher), ==, 64);
		g_assert_true(key_pair_decrypt(k, cipher, 64, got));
		assert_octets(got, sizeof got, key, MIP4_KEY);
		/* A flipped bit anywhere gives no key, or another. */
		for (unsigned bit = 0; bit < 512; bit++) {
			cipher[bit / 8] ^= (uint8_t)(1 << bit % 8);
			g_assert_true(!key_pair_decrypt(k, cipher, 64, got) || memcmp(got, key, MIP4_KEY));
			cipher[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		g_assert_false(key_pair_decrypt(k, cipher, 63, got));
		octets_free(&q);
		octets_free(&r);
	}
	key_pair_free(k);
	octets_free(&private);
}

static void sizes(void)
{
	static const unsigned bits[] = { 512, 768, 1024, 2048 };
	unsigned draws = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(bits); i++) {
		struct key_pair *k = key_pair_new(bits[i], draw, &draws);
		uint8_t public[PUBLIC_KEY_WIRE], cipher[PUBLIC_KEY_OCTETS], got[MIP4_KEY];
		size_t octets = key_pair_public(k, public);

		g_assert_cmpuint(octets, ==, bits[i] / 8 + 4);
		g_assert_cmpuint(public_key_encrypt(public, octets, key, draw, &draws, cipher), ==, bits[i] / 8);
		g_assert_true(key_pair_decrypt(k, cipher, bits[i] / 8, got));
		assert_octets(got, sizeof got, key, MIP4_KEY);
		key_pair_free(k);
	}
}

/* Public keys that nobody should compute with, every prefix of a good one among them. */
static void hostile(void)
{
	struct octets p = payload_of("mip4-key-foreign-public-request");
	struct mip4_key_extension good = find(&p, EXTENSION4_FA_PUBLIC_KEY);
	uint8_t out[PUBLIC_KEY_OCTETS], bad[1024];
	unsigned draws = 0;

	for (size_t n = 0; n < good.octets; n++) {
		struct octets shorter = octets_copy(good.data, n);

		g_assert_cmpuint(public_key_encrypt(shorter.data, n, key, draw, &draws, out), ==, 0);
		octets_free(&shorter);
	}
	memset(bad, 0xff, sizeof bad);
	bad[0] = 3;
	g_assert_cmpuint(public_key_encrypt(bad, 4 + PUBLIC_KEY_OCTETS, key, draw, &draws, out), ==, PUBLIC_KEY_OCTETS);
	g_assert_cmpuint(public_key_encrypt(bad, 4 + PUBLIC_KEY_OCTETS + 1, key, draw, &draws, out), ==, 0); /* too large */
	bad[0] = 9;
	g_assert_cmpuint(public_key_encrypt(bad, 10 + 64, key, draw, &draws, out), ==, 0); /* exponent too long */
	memcpy(bad, good.data, good.octets);
	bad[good.octets - 1] &= 0xfe;
	g_assert_cmpuint(public_key_encrypt(bad, good.octets, key, draw, &draws, out), ==, 0); /* even */
	memcpy(bad, good.data, good.octets);
	memcpy(bad + 1, "\0\0\1", 3);
	g_assert_cmpuint(public_key_encrypt(bad, good.octets, key, draw, &draws, out), ==, 0); /* exponent 1 leaves the text as it is */
	octets_free(&p);
}

static void exchange(void)
{
	struct octets q = payload_of("mip4-key-diffie-hellman-request"), want = octets_of_vector("regkey-diffie-hellman");
	struct mip4_message m;
	struct mip4_key_request g;
	struct mip4_key_extension r = find(&q, EXTENSION4_DH_REPLY);
	uint8_t x[DIFFIE_HELLMAN_PRIVATE], y[DIFFIE_HELLMAN_PRIVATE], value[PUBLIC_KEY_OCTETS], got[MIP4_KEY], prime[PUBLIC_KEY_OCTETS], bad[96];

	for (unsigned i = 0; i < sizeof x; i++) {
		x[i] = (uint8_t)(1 + i);
		y[i] = (uint8_t)(101 + i);
	}
	g_assert_cmpint(mip4_decode(q.data, q.length, &m), ==, WIRE_OK);
	mip4_read_key_request(q.data, mip4_extension_find(&m, EXTENSION4_KEY_REQUEST), &g);
	g_assert_cmpuint(g.octets, ==, 96);
	diffie_hellman_prime(768, prime);
	assert_octets(prime, 96, g.prime, 96);
	g_assert_true(diffie_hellman_value(g.prime, g.generator, g.octets, x, value));
	assert_octets(value, 96, g.value, 96);
	g_assert_true(diffie_hellman_value(g.prime, g.generator, g.octets, y, value));
	assert_octets(value, 96, r.data, r.octets);
	g_assert_true(diffie_hellman_key(g.prime, g.value, g.octets, y, got));
	assert_octets(got, sizeof got, want.data, want.length);
	g_assert_true(diffie_hellman_key(g.prime, r.data, g.octets, x, got));
	assert_octets(got, sizeof got, want.data, want.length);
	/* Values that give the secret away: 0, 1, prime - 1, prime, more. */
	memset(bad, 0, sizeof bad);
	g_assert_false(diffie_hellman_key(g.prime, bad, 96, y, got));
	bad[95] = 1;
	g_assert_false(diffie_hellman_key(g.prime, bad, 96, y, got));
	memcpy(bad, g.prime, 96);
	g_assert_false(diffie_hellman_key(g.prime, bad, 96, y, got));
	bad[95] ^= 1;
	g_assert_false(diffie_hellman_key(g.prime, bad, 96, y, got));
	memset(bad, 0xff, sizeof bad);
	g_assert_false(diffie_hellman_key(g.prime, bad, 96, y, got));
	/* Primes that are none of ours: even, with a leading zero, too short, too long. */
	bad[95] = 0xfe;
	g_assert_false(diffie_hellman_key(bad, r.data, 96, y, got));
	memset(bad, 0xff, sizeof bad);
	bad[0] = 0;
	g_assert_false(diffie_hellman_key(bad, r.data, 96, y, got));
	g_assert_false(diffie_hellman_key(g.prime, g.generator, 63, y, got));
	g_assert_false(diffie_hellman_key(g.prime, g.generator, PUBLIC_KEY_OCTETS + 1, y, got));
	octets_free(&q);
	octets_free(&want);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		char *path = g_strdup_printf("/wire/mip4-keys/vector/%s", vectors[i].name);

		g_test_add_data_func(path, &vectors[i], vector);
		g_free(path);
	}
	g_test_add_func("/wire/mip4-keys/masks", masks);
	g_test_add_func("/wire/mip4-keys/rsa", rsa);
	g_test_add_func("/wire/mip4-keys/rsa-sizes", sizes);
	g_test_add_func("/wire/mip4-keys/hostile", hostile);
	g_test_add_func("/wire/mip4-keys/diffie-hellman", exchange);
	return g_test_run();
}
