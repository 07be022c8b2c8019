// SPDX-License-Identifier: GPL-3.0-or-later
/* What ESP computes: HMAC-SHA1-96 (RFC 2404) and AES-CBC with 128-bit keys (RFC 3602), over nettle. Pure functions. */
#ifndef MODELS_CRYPTO_ESP_CRYPTO_H
#define MODELS_CRYPTO_ESP_CRYPTO_H

#include "models/base.h"

#define ESP_AUTHENTICATION_KEY 20
#define ESP_ENCRYPTION_KEY 16
#define ESP_CRYPTO_ICV 12
#define ESP_CRYPTO_BLOCK 16

/* The ICV over `octets`: SPI, sequence number, IV and text. */
void esp_crypto_icv(const uint8_t key[ESP_AUTHENTICATION_KEY], const uint8_t *octets, size_t n, uint8_t icv[ESP_CRYPTO_ICV]);
/* Does it match? In constant time. */
bool esp_crypto_verify(const uint8_t key[ESP_AUTHENTICATION_KEY], const uint8_t *octets, size_t n, const uint8_t icv[ESP_CRYPTO_ICV]);
/* In place; n is a multiple of ESP_CRYPTO_BLOCK. */
void esp_crypto_encrypt(const uint8_t key[ESP_ENCRYPTION_KEY], const uint8_t iv[ESP_CRYPTO_BLOCK], uint8_t *text, size_t n);
void esp_crypto_decrypt(const uint8_t key[ESP_ENCRYPTION_KEY], const uint8_t iv[ESP_CRYPTO_BLOCK], uint8_t *text, size_t n);

#endif
