// SPDX-License-Identifier: GPL-3.0-or-later
/* Mobile IPv4 authenticators: keyed MD5 (RFC 2002 3.5.1) and HMAC-MD5 (RFC 5944 5.1), and the master key of the MIPv4-RO document. */
#ifndef MODELS_CRYPTO_MIP4_AUTH_H
#define MODELS_CRYPTO_MIP4_AUTH_H

#include "models/in4.h"

#define MIP4_KEY 16

enum mip4_algorithm { MIP4_HMAC_MD5, MIP4_KEYED_MD5 };

/* The authenticator of `octets` of data. */
void mip4_digest(enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY], const void *data, size_t octets, uint8_t out[16]);
bool mip4_digest_equal(const uint8_t a[16], const uint8_t b[16]);
/* MD5(node address, master key, node address), section 5 of the document. */
void mip4_node_key(in4 node_address, const uint8_t master[MIP4_KEY], uint8_t key[MIP4_KEY]);
/* What a registration key is XORed with: MD5(secret, data, secret), regkey-00. */
void mip4_key_mask(const uint8_t secret[MIP4_KEY], const void *data, size_t octets, uint8_t mask[16]);

#endif
