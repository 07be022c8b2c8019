// SPDX-License-Identifier: GPL-3.0-or-later
/* Return routability cryptography (RFC 6275 5.2.5, 6.2.7) over nettle. Pure functions; contexts belong to the caller. */
#ifndef MODELS_CRYPTO_RR_H
#define MODELS_CRYPTO_RR_H

#include "models/base.h"

#define RR_NODE_KEY 20
#define RR_NONCE 8
#define RR_TOKEN 8
#define RR_BINDING_KEY 20
#define RR_AUTHENTICATOR 12

enum rr_token_kind { RR_HOME = 0, RR_CARE_OF = 1, RR_SPOT_CHECK = 2 }; /* the last is ours: mip6/unverified.c */

/* First 8 octets of HMAC-SHA1(node key, address | nonce | kind). The keyed state of the node key may be kept: see rr_node. */
struct rr_node_key;                       /* keyed HMAC state; opaque, from rr_node_key_new */
struct rr_node_key *rr_node_key_new(const uint8_t key[RR_NODE_KEY]);
void rr_node_key_free(struct rr_node_key *k);
void rr_token(const struct rr_node_key *k, const struct in6 *address, const uint8_t nonce[RR_NONCE], enum rr_token_kind kind,
              uint8_t token[RR_TOKEN]);
/* Kbm = SHA1(home token | care-of token); care_of_token NULL: SHA1(home token), for deletion and early binding updates. */
void rr_binding_key(const uint8_t home_token[RR_TOKEN], const uint8_t *care_of_token, uint8_t key[RR_BINDING_KEY]);
/* First 12 octets of HMAC-SHA1(Kbm, care-of address | correspondent | MH data), MH data being mh[0 .. authenticator_offset) with
 * the checksum field taken as zero. */
void rr_authenticator(const uint8_t key[RR_BINDING_KEY], const struct in6 *care_of_address, const struct in6 *correspondent,
                      const uint8_t *mh, size_t authenticator_offset, uint8_t out[RR_AUTHENTICATOR]);
/* Kcredit of binding lifetime extension: SHA1(Kbm | the one before); before NULL: the first of a row. */
void rr_credit_key(const uint8_t key[RR_BINDING_KEY], const uint8_t *before, uint8_t credit_key[RR_BINDING_KEY]);
/* In constant time. */
bool rr_equal(const uint8_t *a, const uint8_t *b, size_t n);

#endif
