// SPDX-License-Identifier: GPL-3.0-or-later
/* See mip4_auth.h; MD5 and HMAC from nettle. */
#include "models/crypto/mip4_auth.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

static void around(const void *outer, size_t outer_octets, const void *data, size_t octets, uint8_t out[16])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, outer_octets, outer);
	md5_update(&md5, octets, data);
	md5_update(&md5, outer_octets, outer);
	md5_digest(&md5, MD5_DIGEST_SIZE, out);
}

void mip4_digest(enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY], const void *data, size_t octets, uint8_t out[16])
{
	struct hmac_md5_ctx hmac;

	if (algorithm == MIP4_KEYED_MD5) {
		around(key, MIP4_KEY, data, octets, out);
		return;
	}
	hmac_md5_set_key(&hmac, MIP4_KEY, key);
	hmac_md5_update(&hmac, octets, data);
	hmac_md5_digest(&hmac, MD5_DIGEST_SIZE, out);
}

bool mip4_digest_equal(const uint8_t a[16], const uint8_t b[16])
{
	return memeql_sec(a, b, 16);
}

void mip4_node_key(in4 node_address, const uint8_t master[MIP4_KEY], uint8_t key[MIP4_KEY])
{
	uint8_t address[4];

	store_be32(address, node_address);
	around(address, sizeof address, master, MIP4_KEY, key);
}

void mip4_key_mask(const uint8_t secret[MIP4_KEY], const void *data, size_t octets, uint8_t mask[16])
{
	around(secret, MIP4_KEY, data, octets, mask);
}
