// SPDX-License-Identifier: GPL-3.0-or-later
/* See mip4_keys.h. */
#include "models/wire/mip4_keys.h"

bool mip4_is_key_extension(uint8_t type)
{
	return (type >= EXTENSION4_FA_KEY_REQUEST && type <= EXTENSION4_KEY_REQUEST) ||
	       (type >= EXTENSION4_HOME_MOBILE_KEY && type <= EXTENSION4_SPI);
}

bool mip4_key_extension_is_long(uint8_t type)
{
	return mip4_is_key_extension(type) && type != EXTENSION4_FA_KEY_REQUEST && type != EXTENSION4_SPI;
}

bool mip4_key_extension_has_spi(uint8_t type)
{
	return mip4_is_key_extension(type) && type != EXTENSION4_MN_PUBLIC_KEY && type != EXTENSION4_KEY_REQUEST;
}

bool mip4_key_extension_length_ok(uint8_t type, size_t length)
{
	switch (type) {
	case EXTENSION4_FA_KEY_REQUEST:
	case EXTENSION4_SPI:
		return length == 4;
	case EXTENSION4_MN_PUBLIC_KEY:
		return length > 0;
	case EXTENSION4_KEY_REQUEST:
		return length % 3 == 0;
	default:
		return length > 4;
	}
}

/*
 *  0                   1                   2                   3
 *  |     Type      |            Length             |     SPI ...     113, 125: Length 1
 *       ... SPI, if the type has one               |  key or value ...
 */
void mip4_write_key_extension(struct wr *w, enum mip4_extension_type type, uint32_t spi, const uint8_t *data, size_t octets)
{
	size_t length = octets + (mip4_key_extension_has_spi((uint8_t)type) ? 4 : 0);

	mip_assert(mip4_key_extension_length_ok((uint8_t)type, length));
	wr_u8(w, (uint8_t)type);
	if (mip4_key_extension_is_long((uint8_t)type))
		wr_u16(w, (uint16_t)length);
	else
		wr_u8(w, (uint8_t)length);
	if (mip4_key_extension_has_spi((uint8_t)type))
		wr_u32(w, spi);
	if (octets)
		wr_copy(w, data, octets);
}

void mip4_read_key_extension(const uint8_t *message, const struct mip4_extension *e, struct mip4_key_extension *out)
{
	struct rd r = rd_of(message + e->data, e->length);

	mip_assert(mip4_is_key_extension(e->type) && e->type != EXTENSION4_KEY_REQUEST);
	out->spi = mip4_key_extension_has_spi(e->type) ? rd_u32(&r) : 0;
	out->octets = rd_left(&r);
	out->data = rd_octets(&r, out->octets);
}

void mip4_write_key_request(struct wr *w, const struct mip4_key_request *q)
{
	wr_u8(w, EXTENSION4_KEY_REQUEST);
	wr_u16(w, (uint16_t)(3 * q->octets));
	if (!q->octets)
		return;
	wr_copy(w, q->prime, q->octets);
	wr_copy(w, q->generator, q->octets);
	wr_copy(w, q->value, q->octets);
}

void mip4_read_key_request(const uint8_t *message, const struct mip4_extension *e, struct mip4_key_request *out)
{
	mip_assert(e->type == EXTENSION4_KEY_REQUEST && e->length % 3 == 0);
	out->octets = e->length / 3u;
	out->prime = message + e->data;
	out->generator = out->prime + out->octets;
	out->value = out->generator + out->octets;
}
