// SPDX-License-Identifier: GPL-3.0-or-later
/* Return routability cryptography (RFC 6275 5.2.5, 6.2.7): HMAC-SHA1 (RFC 2104, RFC 2202) and SHA-1 from nettle. */
#include "models/crypto/rr.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>

/* The key is hashed once, when it is made; a token then costs two SHA-1 blocks instead of four. */
struct rr_node_key {
	struct hmac_sha1_ctx keyed;
};

struct rr_node_key *rr_node_key_new(const uint8_t key[RR_NODE_KEY])
{
	struct rr_node_key *k = mip_alloc(sizeof *k);

	hmac_sha1_set_key(&k->keyed, RR_NODE_KEY, key);
	return k;
}

void rr_node_key_free(struct rr_node_key *k)
{
	if (k)
		mip_free(k, sizeof *k);
}

void rr_token(const struct rr_node_key *k, const struct in6 *address, const uint8_t nonce[RR_NONCE], enum rr_token_kind kind,
              uint8_t token[RR_TOKEN])
{
	struct hmac_sha1_ctx hmac = k->keyed;
	uint8_t input[sizeof *address + RR_NONCE + 1];

	memcpy(input, address, sizeof *address);
	memcpy(input + sizeof *address, nonce, RR_NONCE);
	input[sizeof input - 1] = (uint8_t)kind;
	hmac_sha1_update(&hmac, sizeof input, input);
	hmac_sha1_digest(&hmac, RR_TOKEN, token);
}

/* SHA1(first | second), both of `octets`; second: NULL for nothing. */
static void hash(const uint8_t *first, const uint8_t *second, size_t octets, uint8_t key[RR_BINDING_KEY])
{
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, octets, first);
	if (second)
		sha1_update(&sha1, octets, second);
	sha1_digest(&sha1, RR_BINDING_KEY, key);
}

void rr_binding_key(const uint8_t home_token[RR_TOKEN], const uint8_t *care_of_token, uint8_t key[RR_BINDING_KEY])
{
	hash(home_token, care_of_token, RR_TOKEN, key);
}

void rr_authenticator(const uint8_t key[RR_BINDING_KEY], const struct in6 *care_of_address, const struct in6 *correspondent,
                      const uint8_t *mh, size_t authenticator_offset, uint8_t out[RR_AUTHENTICATOR])
{
	static const uint8_t no_checksum[2];
	struct hmac_sha1_ctx hmac;

	mip_assert(authenticator_offset >= 6);
	hmac_sha1_set_key(&hmac, RR_BINDING_KEY, key);
	hmac_sha1_update(&hmac, sizeof *care_of_address, care_of_address->octets);
	hmac_sha1_update(&hmac, sizeof *correspondent, correspondent->octets);
	/* The checksum is filled in afterwards and counts as zero here (RFC 6275 6.2.7). */
	hmac_sha1_update(&hmac, 4, mh);
	hmac_sha1_update(&hmac, sizeof no_checksum, no_checksum);
	hmac_sha1_update(&hmac, authenticator_offset - 6, mh + 6);
	hmac_sha1_digest(&hmac, RR_AUTHENTICATOR, out);
}

void rr_credit_key(const uint8_t key[RR_BINDING_KEY], const uint8_t *before, uint8_t credit_key[RR_BINDING_KEY])
{
	hash(key, before, RR_BINDING_KEY, credit_key);
}

bool rr_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	return memeql_sec(a, b, n);
}
