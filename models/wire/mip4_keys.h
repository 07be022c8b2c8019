// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Extensions that ask for and supply registration keys (the MIPv4-RO document, sections 7 and 8; layouts and numbers of regkey-00). All but
 * 113 and 125 have a length of two octets. What the document leaves open: a public key is written as in RFC 2537 (see
 * models/crypto/public_key.h), an encrypted key has 16 octets where a secret is shared and the size of the modulus with RSA.
 */
#ifndef MODELS_WIRE_MIP4_KEYS_H
#define MODELS_WIRE_MIP4_KEYS_H

#include "models/wire/mip4.h"

/* One of 113 to 116, 120 to 125? */
bool mip4_is_key_extension(uint8_t type);
/* A length of two octets? */
bool mip4_key_extension_is_long(uint8_t type);
/* Does it start with an SPI: all but 114 and 116? */
bool mip4_key_extension_has_spi(uint8_t type);
/* A length that it may have? */
bool mip4_key_extension_length_ok(uint8_t type, size_t length);

/* spi: not of 114 and 116. data: the key, encrypted or public, or the computed value; none in 113 and 125. Borrowed from the message. */
struct mip4_key_extension {
	uint32_t spi;
	const uint8_t *data;
	size_t octets;
};
void mip4_write_key_extension(struct wr *w, enum mip4_extension_type type, uint32_t spi, const uint8_t *data, size_t octets);
/* Not 116. */
void mip4_read_key_extension(const uint8_t *message, const struct mip4_extension *e, struct mip4_key_extension *out);

/* Registration Key Request (116): prime, generator and computed value, each of `octets`; 0: by any way but Diffie-Hellman. */
struct mip4_key_request {
	const uint8_t *prime, *generator, *value;
	size_t octets;
};
void mip4_write_key_request(struct wr *w, const struct mip4_key_request *q);
void mip4_read_key_request(const uint8_t *message, const struct mip4_extension *e, struct mip4_key_request *out);

#endif
