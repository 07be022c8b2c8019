// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Public key cryptography for the registration keys of Mobile IPv4: RSA (RFC 8017, encryption of block type 2) and Diffie-Hellman over the
 * groups of RFC 2409 and 3526. Real keys and real exponentiations, over nettle's hogweed and GMP; all randomness comes from the caller.
 */
#ifndef MODELS_CRYPTO_PUBLIC_KEY_H
#define MODELS_CRYPTO_PUBLIC_KEY_H

#include "models/crypto/mip4_auth.h"

#define PUBLIC_KEY_BITS_LEAST 512
#define PUBLIC_KEY_BITS_MOST 2048
#define PUBLIC_KEY_OCTETS (PUBLIC_KEY_BITS_MOST / 8)
#define PUBLIC_KEY_WIRE (PUBLIC_KEY_OCTETS + 4) /* exponent length, exponent of three octets, modulus */
#define DIFFIE_HELLMAN_PRIVATE 20               /* octets of a private number */

/* Fills out with n random octets. */
typedef void public_key_random(void *context, size_t n, uint8_t *out);

struct key_pair; /* opaque */

/*
 * A new pair with a modulus of so many bits (a multiple of 16, within the limits above) and the exponent 65537. The primes are the next ones
 * behind numbers drawn, so that equal draws give equal keys with any version of the libraries.
 */
struct key_pair *key_pair_new(unsigned bits, public_key_random *random, void *context);
void key_pair_free(struct key_pair *k);
/* The public key as RFC 2537 section 2 writes it: length of the exponent, exponent, modulus. Returns the octets written. */
size_t key_pair_public(const struct key_pair *k, uint8_t out[PUBLIC_KEY_WIRE]);
/* Private exponent, as many octets as the modulus has; returns them. For observers only. */
size_t key_pair_private(const struct key_pair *k, uint8_t out[PUBLIC_KEY_OCTETS]);

/* Encrypts a key with a public key off the wire. Returns the octets written, 0: not a public key that we use. */
size_t public_key_encrypt(const uint8_t *public, size_t octets, const uint8_t key[MIP4_KEY], public_key_random *random, void *context,
                          uint8_t out[PUBLIC_KEY_OCTETS]);
/* false: it holds no key encrypted with this pair. */
bool key_pair_decrypt(const struct key_pair *k, const uint8_t *cipher, size_t octets, uint8_t key[MIP4_KEY]);

/* The prime of the group with so many bits (768, 1024, 1536, 2048), in bits / 8 octets; its generator is 2. */
void diffie_hellman_prime(unsigned bits, uint8_t *out);
/* generator ^ private mod prime; all but private have `octets` octets. false: no group that we use. */
bool diffie_hellman_value(const uint8_t *prime, const uint8_t *generator, size_t octets, const uint8_t private[DIFFIE_HELLMAN_PRIVATE], uint8_t *out);
/*
 * The registration key, MD5 of the shared secret in as many octets as the prime. false: the other's value, or the group, is one that gives
 * the secret away: a prime that is even or not of 512 to 2048 bits, generator or value not in 2 .. prime - 2.
 */
bool diffie_hellman_key(const uint8_t *prime, const uint8_t *value, size_t octets, const uint8_t private[DIFFIE_HELLMAN_PRIVATE],
                        uint8_t key[MIP4_KEY]);

#endif
