// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Encapsulating Security Payload on the wire (RFC 4303), with a 96-bit ICV (RFC 2404):
 *   SPI (4) | sequence number (4) | IV | protected octets, padding 1 2 3 ..., pad length (1), next header (1) | ICV (12)
 * Layout only: keys are in models/crypto/esp_crypto.h. Left out: extended sequence numbers, traffic flow confidentiality padding.
 */
#ifndef MODELS_WIRE_ESP_H
#define MODELS_WIRE_ESP_H

#include "models/wire/cursor.h"

#define ESP_HEADER 8
#define ESP_TRAILER 2   /* pad length, next header */
#define ESP_ICV 12
#define ESP_NULL_IV 0   /* NULL encryption (RFC 2410): no IV, text aligned to 4 octets (RFC 4303 2.4) */
#define ESP_NULL_BLOCK 4
#define ESP_AES_IV 16   /* AES-CBC (RFC 3602) */
#define ESP_AES_BLOCK 16

/* Padding that brings `octets` protected ones and the trailer to whole blocks. */
size_t esp_padding(size_t octets, size_t block);
/* The whole ESP, SPI to ICV, around `octets` protected ones. */
size_t esp_octets(size_t octets, size_t iv, size_t block);

/* 8 octets: SPI and sequence number. */
void esp_header_write(uint8_t *esp, uint32_t spi, uint32_t sequence);
/* padding + ESP_TRAILER octets (RFC 4303 2.4: padding counts 1, 2, 3 ...; at most 255). */
void esp_trailer_write(uint8_t *end, size_t padding, uint8_t next_header);

struct esp_view {
	uint32_t spi, sequence;
	size_t text, text_length;   /* what is encrypted, trailer included, from the first octet of the ESP */
	size_t icv;                 /* offset of the ICV: everything in front of it is authenticated */
};

/* The outside, from SPI to the end of the packet. WIRE_TRUNCATED: too short for its parts; WIRE_BAD_LENGTH: no whole blocks. */
enum wire_error esp_decode(const uint8_t *esp, size_t octets, size_t iv, size_t block, struct esp_view *out);
/* The SPI alone; octets must be 4 at least. */
static inline uint32_t esp_spi(const uint8_t *esp) { return load_be32(esp); }
/* The inside, decrypted: how many of the `length` octets of text were protected, and what they are. WIRE_MALFORMED: padding that does
 * not count 1, 2, 3 (RFC 4303 2.4: SHOULD be inspected), or more of it than text. */
enum wire_error esp_text(const uint8_t *text, size_t length, size_t *octets, uint8_t *next_header);

#endif
