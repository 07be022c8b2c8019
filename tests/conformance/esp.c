// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ESP of the tester (RFC 4303, RFC 2404, RFC 3602): a packet sealed with one of the eight associations of conformance-notation.md, or
 * opened. SPI 0x110 + n is association n of the home address with the first home agent (or correspondent), 0x210 + n with the second, 0x310 + n
 * that of a home address of another link (HoAz); 0x400 more: AES.
 *
 * Wrong on purpose: icv (one bit), key (another association's), spi, esp_seq (any number), ESP=none.
 */
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/conformance.h"

void esp_keys(unsigned association, uint8_t authentication[20], uint8_t encryption[16])
{
	char text[24];

	g_snprintf(text, sizeof text, "roam conformance-A%u  ", association);
	memcpy(authentication, text, 20);
	g_snprintf(text, sizeof text, "roam-conform-E%u ", association);
	memcpy(encryption, text, 16);
}

static void icv_of(unsigned association, const uint8_t *esp, size_t n, uint8_t icv[12])
{
	uint8_t authentication[20], encryption[16];
	struct hmac_sha1_ctx hmac;

	esp_keys(association, authentication, encryption);
	hmac_sha1_set_key(&hmac, sizeof authentication, authentication);
	hmac_sha1_update(&hmac, n, esp);
	hmac_sha1_digest(&hmac, 12, icv);
}

/* Where the upper layer begins, past routing header and destination options; *named_by: the octet that names it. */
static size_t upper_of(const uint8_t *p, size_t n, size_t *named_by)
{
	size_t at = 40;

	*named_by = 6;
	while (at + 8 <= n && (p[*named_by] == 43 || p[*named_by] == 60)) {
		*named_by = at;
		at += 8u + 8u * p[at + 1];
	}
	return at < n ? at : n;
}

/* Does this address stand somewhere in the headers? */
static bool names(const struct values *v, const char *name, const uint8_t *headers, size_t n)
{
	struct in6 a;

	return values_get(v, name) && values_address(v, name, &a) && memmem(headers, n, &a, sizeof a);
}

static bool is_home_agent(const struct values *v, const uint8_t *octets)
{
	static const char *const names[] = { "HA", "HA0", "HA1" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		struct in6 a;

		if (values_get(v, names[i]) && values_address(v, names[i], &a) && !memcmp(&a, octets, 16))
			return true;
	}
	return false;
}

unsigned esp_policy(const struct values *v, const uint8_t *p, size_t n)
{
	size_t named_by, inner_named_by, at;
	bool from_home_agent;

	if (n < 40 || !values_get(v, "ipsec"))
		return 0;
	at = upper_of(p, n, &named_by);
	from_home_agent = is_home_agent(v, p + 8);
	if (!from_home_agent && !is_home_agent(v, p + 24))
		return 0;
	switch (p[named_by]) {
	case 135:
		if (n < at + 12)
			return 0;
		return p[at + 2] == 5 && p[at + 8] & 0x40 ? 1 : p[at + 2] == 6 && from_home_agent ? 2 : 0;
	case 58:
		return n > at && p[at] == 146 ? 5 : n > at && p[at] == 147 ? 6 : 0;
	case 41:
		if (n < at + 40)
			return 0;
		upper_of(p + at, n - at, &inner_named_by);
		return p[at + inner_named_by] != 135 ? 0 : from_home_agent ? 4 : 3;
	default:
		return 0;
	}
}

static unsigned number(const struct pattern *p, const char *name, unsigned otherwise)
{
	const char *text = pattern_value(p, name);

	return text ? (unsigned)strtoul(text, NULL, 0) : otherwise;
}

GByteArray *esp_seal(struct values *v, const struct pattern *p, const GByteArray *plain)
{
	const char *wanted = pattern_value(p, "ESP"), *cipher = values_get(v, "ipsec");
	unsigned n = wanted ? (unsigned)atoi(g_str_has_prefix(wanted, "SA") ? wanted + 2 : "0") : esp_policy(v, plain->data, plain->len);
	bool aes = cipher && !strcmp(cipher, "aes");
	size_t named_by, at = upper_of(plain->data, plain->len, &named_by), iv = aes ? 16 : 0, block = aes ? 16 : 4, padding;
	GByteArray *out = g_byte_array_new();
	g_autofree char *counter = NULL;
	uint8_t head[8 + 16] = { 0 }, icv[12];
	unsigned base = 0x110, key;

	g_byte_array_append(out, plain->data, plain->len);
	if (!n)
		return out;
	if (names(v, "HoAz", plain->data, at))
		base = 0x310;
	else if (names(v, "HA1", plain->data, 40))
		base = 0x210;
	key = number(p, "key", n);
	store_be32(head, number(p, "spi", base + (aes ? 0x400 : 0) + n));
	counter = g_strdup_printf("SA%u.%x", n, base);
	store_be32(head + 4, number(p, "esp_seq", (values_get(v, counter) ? (unsigned)atoi(values_get(v, counter)) : 0) + 1));
	if (!pattern_value(p, "esp_seq"))
		values_set_number(v, counter, load_be32(head + 4));
	for (size_t i = 0; i < iv; i++)
		head[8 + i] = (uint8_t)(17 * i + n);
	g_byte_array_set_size(out, (guint)at);
	g_byte_array_append(out, head, (guint)(8 + iv));
	g_byte_array_append(out, plain->data + at, (guint)(plain->len - at));
	padding = (2 * block - (plain->len - at + 2) % block) % block;
	for (size_t i = 1; i <= padding; i++)
		g_byte_array_append(out, &(uint8_t){ (uint8_t)i }, 1);
	g_byte_array_append(out, &(uint8_t){ (uint8_t)padding }, 1);
	g_byte_array_append(out, &plain->data[named_by], 1);
	out->data[named_by] = 50;
	if (aes) {
		struct CBC_CTX(struct aes128_ctx, 16) cbc;
		uint8_t authentication[20], encryption[16];

		esp_keys(key, authentication, encryption);
		aes128_set_encrypt_key(&cbc.ctx, encryption);
		CBC_SET_IV(&cbc, head + 8);
		CBC_ENCRYPT(&cbc, aes128_encrypt, out->len - at - 24, out->data + at + 24, out->data + at + 24);
	}
	icv_of(key, out->data + at, out->len - at, icv);
	icv[11] ^= pattern_value(p, "icv") ? 1 : 0;
	g_byte_array_append(out, icv, 12);
	store_be16(out->data + 4, (uint16_t)(out->len - 40));
	return out;
}

GByteArray *esp_open(const uint8_t *p, size_t n, unsigned *association, const char **wrong)
{
	size_t named_by, at, iv, block, padding;
	GByteArray *out = g_byte_array_new();
	uint32_t spi;
	uint8_t icv[12];

	*association = 0;
	*wrong = NULL;
	g_byte_array_append(out, p, (guint)n);
	if (n < 40)
		return out;
	at = upper_of(p, n, &named_by);
	if (p[named_by] != 50)
		return out;
	spi = n < at + 8 ? 0 : load_be32(p + at);
	*association = spi & 0xf;
	iv = spi & 0x400 ? 16 : 0;
	block = iv ? 16 : 4;
	if (n < at + 8 + iv + block + 12 || !*association || *association > 8 || (n - at - 8 - iv - 12) % block) {
		*wrong = "length or SPI of ESP";
		return out;
	}
	icv_of(*association, p + at, n - at - 12, icv);
	if (memcmp(icv, p + n - 12, 12) != 0)
		*wrong = "ICV of ESP";
	if (iv) {
		struct CBC_CTX(struct aes128_ctx, 16) cbc;
		uint8_t authentication[20], encryption[16];

		esp_keys(*association, authentication, encryption);
		aes128_set_decrypt_key(&cbc.ctx, encryption);
		CBC_SET_IV(&cbc, p + at + 8);
		CBC_DECRYPT(&cbc, aes128_decrypt, n - at - 24 - 12, out->data + at + 24, p + at + 24);
	}
	padding = out->data[n - 14];
	if (padding + 2 > n - 12 - at - 8 - iv) {
		*wrong = "padding of ESP";
		return out;
	}
	for (size_t i = 0; i < padding; i++)
		if (out->data[n - 14 - padding + i] != i + 1)
			*wrong = "padding of ESP";
	out->data[named_by] = out->data[n - 13];
	g_byte_array_set_size(out, (guint)(n - 14 - padding));
	g_byte_array_remove_range(out, (guint)at, (guint)(8 + iv));
	store_be16(out->data + 4, (uint16_t)(out->len - 40));
	return out;
}
