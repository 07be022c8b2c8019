// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/wire/esp.h"

size_t esp_padding(size_t octets, size_t block)
{
	size_t excess = (octets + ESP_TRAILER) % block;

	return excess ? block - excess : 0;
}

size_t esp_octets(size_t octets, size_t iv, size_t block)
{
	return ESP_HEADER + iv + octets + esp_padding(octets, block) + ESP_TRAILER + ESP_ICV;
}

void esp_header_write(uint8_t *esp, uint32_t spi, uint32_t sequence)
{
	store_be32(esp, spi);
	store_be32(esp + 4, sequence);
}

void esp_trailer_write(uint8_t *end, size_t padding, uint8_t next_header)
{
	mip_assert(padding <= UINT8_MAX);
	for (size_t i = 0; i < padding; i++)
		end[i] = (uint8_t)(i + 1);
	end[padding] = (uint8_t)padding;
	end[padding + 1] = next_header;
}

enum wire_error esp_decode(const uint8_t *esp, size_t octets, size_t iv, size_t block, struct esp_view *out)
{
	if (octets < ESP_HEADER + iv + ESP_TRAILER + ESP_ICV)
		return WIRE_TRUNCATED;
	*out = (struct esp_view){ .spi = load_be32(esp), .sequence = load_be32(esp + 4), .text = ESP_HEADER + iv,
		                  .text_length = octets - ESP_HEADER - iv - ESP_ICV, .icv = octets - ESP_ICV };
	return out->text_length % block ? WIRE_BAD_LENGTH : WIRE_OK;
}

enum wire_error esp_text(const uint8_t *text, size_t length, size_t *octets, uint8_t *next_header)
{
	size_t padding;

	if (length < ESP_TRAILER)
		return WIRE_TRUNCATED;
	padding = text[length - 2];
	if (padding > length - ESP_TRAILER)
		return WIRE_MALFORMED;
	*octets = length - ESP_TRAILER - padding;
	for (size_t i = 0; i < padding; i++)
		if (text[*octets + i] != (uint8_t)(i + 1))
			return WIRE_MALFORMED;
	*next_header = text[length - 1];
	return WIRE_OK;
}
