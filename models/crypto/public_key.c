// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See public_key.h. What comes off the wire is bounded before anything is computed with it, so that no message costs more than an
 * exponentiation of the sizes we use ourselves.
 */
#include "models/crypto/public_key.h"

#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/md5.h>
#include <nettle/rsa.h>

#define EXPONENT 65537

struct key_pair {
	struct rsa_public_key public;
	struct rsa_private_key private;
	mpz_t exponent;
};

/* ---- RSA ------------------------------------------------------------------------------------------------------------------ */

/* A prime of so many bits whose two first are set, so that a product of two has twice as many; coprime to EXPONENT but for 1. */
static void draw_prime(mpz_t p, unsigned bits, public_key_random *random, void *context)
{
	uint8_t octets[PUBLIC_KEY_OCTETS / 2];

	do {
		random(context, bits / 8, octets);
		octets[0] |= 0xc0;
		nettle_mpz_set_str_256_u(p, bits / 8, octets);
		mpz_nextprime(p, p);
	} while (mpz_sizeinbase(p, 2) != bits || mpz_fdiv_ui(p, EXPONENT) == 1);
}

struct key_pair *key_pair_new(unsigned bits, public_key_random *random, void *context)
{
	struct key_pair *k = mip_alloc(sizeof *k);
	mpz_t p1, q1;
	bool ok;

	mip_assert(bits >= PUBLIC_KEY_BITS_LEAST && bits <= PUBLIC_KEY_BITS_MOST && bits % 16 == 0);
	rsa_public_key_init(&k->public);
	rsa_private_key_init(&k->private);
	mpz_init_set_ui(k->exponent, EXPONENT);
	mpz_init(p1);
	mpz_init(q1);
	draw_prime(k->private.p, bits / 2, random, context);
	do
		draw_prime(k->private.q, bits / 2, random, context);
	while (!mpz_cmp(k->private.p, k->private.q));
	mpz_mul(k->public.n, k->private.p, k->private.q);
	mpz_set_ui(k->public.e, EXPONENT);
	mpz_sub_ui(p1, k->private.p, 1);
	mpz_sub_ui(q1, k->private.q, 1);
	mpz_lcm(k->private.d, p1, q1);
	mpz_invert(k->private.d, k->exponent, k->private.d);
	mpz_fdiv_r(k->private.a, k->private.d, p1);
	mpz_fdiv_r(k->private.b, k->private.d, q1);
	mpz_invert(k->private.c, k->private.q, k->private.p);
	ok = rsa_public_key_prepare(&k->public) && rsa_private_key_prepare(&k->private);
	mip_assert(ok);
	mpz_clear(p1);
	mpz_clear(q1);
	return k;
}

void key_pair_free(struct key_pair *k)
{
	if (!k)
		return;
	rsa_public_key_clear(&k->public);
	rsa_private_key_clear(&k->private);
	mpz_clear(k->exponent);
	mip_free(k, sizeof *k);
}

size_t key_pair_public(const struct key_pair *k, uint8_t out[PUBLIC_KEY_WIRE])
{
	out[0] = 3;
	nettle_mpz_get_str_256(3, out + 1, k->exponent);
	nettle_mpz_get_str_256(k->public.size, out + 4, k->public.n);
	return k->public.size + 4;
}

size_t key_pair_private(const struct key_pair *k, uint8_t out[PUBLIC_KEY_OCTETS])
{
	nettle_mpz_get_str_256(k->public.size, out, k->private.d);
	return k->public.size;
}

/* Exponents of up to eight octets; a modulus of a size that we use, without leading zeros. */
static bool read_public(struct rsa_public_key *k, const uint8_t *public, size_t octets)
{
	size_t exponent = octets ? public[0] : 0, modulus = octets > exponent ? octets - 1 - exponent : 0;

	if (!exponent || exponent > 8 || modulus < PUBLIC_KEY_BITS_LEAST / 8 || modulus > PUBLIC_KEY_OCTETS || !public[1 + exponent] ||
	    !(public[exponent] & 1) || !(public[octets - 1] & 1))
		return false;
	nettle_mpz_set_str_256_u(k->e, exponent, public + 1);
	nettle_mpz_set_str_256_u(k->n, modulus, public + 1 + exponent);
	return mpz_cmp_ui(k->e, 1) > 0 && rsa_public_key_prepare(k);
}

size_t public_key_encrypt(const uint8_t *public, size_t octets, const uint8_t key[MIP4_KEY], public_key_random *random, void *context,
                          uint8_t out[PUBLIC_KEY_OCTETS])
{
	struct rsa_public_key k;
	size_t size = 0;
	mpz_t cipher;

	rsa_public_key_init(&k);
	mpz_init(cipher);
	if (read_public(&k, public, octets) && rsa_encrypt(&k, context, random, MIP4_KEY, key, cipher)) {
		size = k.size;
		nettle_mpz_get_str_256(size, out, cipher);
	}
	mpz_clear(cipher);
	rsa_public_key_clear(&k);
	return size;
}

bool key_pair_decrypt(const struct key_pair *k, const uint8_t *cipher, size_t octets, uint8_t key[MIP4_KEY])
{
	uint8_t text[MIP4_KEY];
	size_t length = sizeof text;
	bool ok = false;
	mpz_t c;

	if (octets != k->public.size)
		return false;
	nettle_mpz_init_set_str_256_u(c, octets, cipher);
	if (mpz_cmp(c, k->public.n) < 0 && rsa_decrypt(&k->private, &length, text, c) && length == MIP4_KEY) {
		memcpy(key, text, sizeof text);
		ok = true;
	}
	mpz_clear(c);
	return ok;
}

/* ---- Diffie-Hellman --------------------------------------------------------------------------------------------------------- */

/* The first 1920 bits of pi. */
static const uint8_t pi[240] = {
	0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x34, 0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1, 0x29, 0x02, 0x4e, 0x08,
	0x8a, 0x67, 0xcc, 0x74, 0x02, 0x0b, 0xbe, 0xa6, 0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e, 0x34, 0x04, 0xdd,
	0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d, 0xf2, 0x5f, 0x14, 0x37, 0x4f, 0xe1, 0x35, 0x6d,
	0x6d, 0x51, 0xc2, 0x45, 0xe4, 0x85, 0xb5, 0x76, 0x62, 0x5e, 0x7e, 0xc6, 0xf4, 0x4c, 0x42, 0xe9, 0xa6, 0x37, 0xed, 0x6b,
	0x0b, 0xff, 0x5c, 0xb6, 0xf4, 0x06, 0xb7, 0xed, 0xee, 0x38, 0x6b, 0xfb, 0x5a, 0x89, 0x9f, 0xa5, 0xae, 0x9f, 0x24, 0x11,
	0x7c, 0x4b, 0x1f, 0xe6, 0x49, 0x28, 0x66, 0x51, 0xec, 0xe4, 0x5b, 0x3d, 0xc2, 0x00, 0x7c, 0xb8, 0xa1, 0x63, 0xbf, 0x05,
	0x98, 0xda, 0x48, 0x36, 0x1c, 0x55, 0xd3, 0x9a, 0x69, 0x16, 0x3f, 0xa8, 0xfd, 0x24, 0xcf, 0x5f, 0x83, 0x65, 0x5d, 0x23,
	0xdc, 0xa3, 0xad, 0x96, 0x1c, 0x62, 0xf3, 0x56, 0x20, 0x85, 0x52, 0xbb, 0x9e, 0xd5, 0x29, 0x07, 0x70, 0x96, 0x96, 0x6d,
	0x67, 0x0c, 0x35, 0x4e, 0x4a, 0xbc, 0x98, 0x04, 0xf1, 0x74, 0x6c, 0x08, 0xca, 0x18, 0x21, 0x7c, 0x32, 0x90, 0x5e, 0x46,
	0x2e, 0x36, 0xce, 0x3b, 0xe3, 0x9e, 0x77, 0x2c, 0x18, 0x0e, 0x86, 0x03, 0x9b, 0x27, 0x83, 0xa2, 0xec, 0x07, 0xa2, 0x8f,
	0xb5, 0xc5, 0x5d, 0xf0, 0x6f, 0x4c, 0x52, 0xc9, 0xde, 0x2b, 0xcb, 0xf6, 0x95, 0x58, 0x17, 0x18, 0x39, 0x95, 0x49, 0x7c,
	0xea, 0x95, 0x6a, 0xe5, 0x15, 0xd2, 0x26, 0x18, 0x98, 0xfa, 0x05, 0x10, 0x15, 0x72, 0x8e, 0x5a, 0x8a, 0xaa, 0xc4, 0x2d,
};

void diffie_hellman_prime(unsigned bits, uint8_t *out)
{
	/* RFC 2409 6.1 and 6.2, RFC 3526 2 and 3: 2^n - 2^(n-64) - 1 + 2^64 ([2^(n-130) pi] + offset), the least offset that makes it and its
	 * half primes. */
	static const struct {
		unsigned bits, offset;
	} groups[] = { { 768, 149686 }, { 1024, 129093 }, { 1536, 741804 }, { 2048, 124476 } };
	unsigned i = 0;
	mpz_t p, x;

	while (i < 4 && groups[i].bits != bits)
		i++;
	mip_assert(i < 4);
	nettle_mpz_init_set_str_256_u(p, sizeof pi, pi);
	mpz_init_set_ui(x, 1);
	mpz_fdiv_q_2exp(p, p, 1918 - (bits - 130));
	mpz_add_ui(p, p, groups[i].offset);
	mpz_mul_2exp(p, p, 64);
	mpz_sub_ui(p, p, 1);
	mpz_mul_2exp(x, x, bits);
	mpz_add(p, p, x);
	mpz_fdiv_q_2exp(x, x, 64);
	mpz_sub(p, p, x);
	nettle_mpz_get_str_256(bits / 8, out, p);
	mpz_clear(p);
	mpz_clear(x);
}

/* base ^ private mod prime into out; false when prime or base will not do. */
static bool power(const uint8_t *prime, const uint8_t *base, size_t octets, const uint8_t private[DIFFIE_HELLMAN_PRIVATE], uint8_t *out)
{
	mpz_t p, b, x;
	bool ok;

	if (octets < PUBLIC_KEY_BITS_LEAST / 8 || octets > PUBLIC_KEY_OCTETS || !prime[0] || !(prime[octets - 1] & 1))
		return false;
	nettle_mpz_init_set_str_256_u(p, octets, prime);
	nettle_mpz_init_set_str_256_u(b, octets, base);
	nettle_mpz_init_set_str_256_u(x, DIFFIE_HELLMAN_PRIVATE, private);
	ok = mpz_cmp_ui(b, 1) > 0;
	mpz_sub_ui(p, p, 1);
	ok = ok && mpz_cmp(b, p) < 0;
	mpz_add_ui(p, p, 1);
	if (ok) {
		mpz_powm(b, b, x, p);
		nettle_mpz_get_str_256(octets, out, b);
	}
	mpz_clear(p);
	mpz_clear(b);
	mpz_clear(x);
	return ok;
}

bool diffie_hellman_value(const uint8_t *prime, const uint8_t *generator, size_t octets, const uint8_t private[DIFFIE_HELLMAN_PRIVATE], uint8_t *out)
{
	return power(prime, generator, octets, private, out);
}

bool diffie_hellman_key(const uint8_t *prime, const uint8_t *value, size_t octets, const uint8_t private[DIFFIE_HELLMAN_PRIVATE],
                        uint8_t key[MIP4_KEY])
{
	uint8_t secret[PUBLIC_KEY_OCTETS];
	struct md5_ctx md5;

	if (!power(prime, value, octets, private, secret))
		return false;
	md5_init(&md5);
	md5_update(&md5, octets, secret);
	md5_digest(&md5, MD5_DIGEST_SIZE, key);
	return true;
}
