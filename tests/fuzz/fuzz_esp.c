// SPDX-License-Identifier: GPL-3.0-or-later
/* ESP: the first octet of the input chooses the layout, the rest is taken as an ESP, and its text as if decrypted; what can be read is
 * written again and must be the same. */
#include "models/wire/esp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t iv, block, octets, padding;
	struct esp_view v;
	uint8_t next_header, *copy;

	if (!size || size > 65000)
		return 0;
	iv = data[0] & 1 ? ESP_AES_IV : ESP_NULL_IV;
	block = data[0] & 1 ? ESP_AES_BLOCK : ESP_NULL_BLOCK;
	data++;
	size--;
	if (esp_decode(data, size, iv, block, &v) != WIRE_OK)
		return 0;
	mip_assert(v.text + v.text_length == v.icv && v.icv + ESP_ICV == size && v.text_length % block == 0);
	if (esp_text(data + v.text, v.text_length, &octets, &next_header) != WIRE_OK)
		return 0;
	padding = v.text_length - octets - ESP_TRAILER;
	copy = malloc(size);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	esp_header_write(copy, v.spi, v.sequence);
	esp_trailer_write(copy + v.text + octets, padding, next_header);
	mip_assert(!memcmp(copy, data, size));
	/* We pad as little as can be; others may pad by whole blocks more. */
	mip_assert(esp_padding(octets, block) <= padding && (padding - esp_padding(octets, block)) % block == 0);
	free(copy);
	return 0;
}
