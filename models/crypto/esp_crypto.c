// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/crypto/esp_crypto.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

void esp_crypto_icv(const uint8_t key[ESP_AUTHENTICATION_KEY], const uint8_t *octets, size_t n, uint8_t icv[ESP_CRYPTO_ICV])
{
	struct hmac_sha1_ctx hmac;

	hmac_sha1_set_key(&hmac, ESP_AUTHENTICATION_KEY, key);
	hmac_sha1_update(&hmac, n, octets);
	hmac_sha1_digest(&hmac, ESP_CRYPTO_ICV, icv);
}

bool esp_crypto_verify(const uint8_t key[ESP_AUTHENTICATION_KEY], const uint8_t *octets, size_t n, const uint8_t icv[ESP_CRYPTO_ICV])
{
	uint8_t expected[ESP_CRYPTO_ICV];

	esp_crypto_icv(key, octets, n, expected);
	return memeql_sec(expected, icv, sizeof expected);
}

void esp_crypto_encrypt(const uint8_t key[ESP_ENCRYPTION_KEY], const uint8_t iv[ESP_CRYPTO_BLOCK], uint8_t *text, size_t n)
{
	struct CBC_CTX(struct aes128_ctx, AES_BLOCK_SIZE) aes;

	aes128_set_encrypt_key(&aes.ctx, key);
	CBC_SET_IV(&aes, iv);
	CBC_ENCRYPT(&aes, aes128_encrypt, n, text, text);
}

void esp_crypto_decrypt(const uint8_t key[ESP_ENCRYPTION_KEY], const uint8_t iv[ESP_CRYPTO_BLOCK], uint8_t *text, size_t n)
{
	struct CBC_CTX(struct aes128_ctx, AES_BLOCK_SIZE) aes;

	aes128_set_decrypt_key(&aes.ctx, key);
	CBC_SET_IV(&aes, iv);
	CBC_DECRYPT(&aes, aes128_decrypt, n, text, text);
}
