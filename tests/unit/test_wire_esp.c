// SPDX-License-Identifier: GPL-3.0-or-later
/* ESP on the wire: sizes, the reference packet, every prefix, padding. */
#include "models/wire/esp.h"
#include "models/wire/ipv6.h"
#include "vector.h"

#define ESP_AT (IPV6_HEADER + HOME_ADDRESS_HEADER)

/* Reference document section 16: protected octets against ESP octets. */
static void sizes(void)
{
	static const struct {
		size_t octets, null, aes;
	} rows[] = { { 32, 56, 84 }, { 16, 40, 68 }, { 56, 80, 100 }, { 64, 88, 116 } };

	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpuint(esp_octets(rows[i].octets, ESP_NULL_IV, ESP_NULL_BLOCK), ==, rows[i].null);
		g_assert_cmpuint(esp_octets(rows[i].octets, ESP_AES_IV, ESP_AES_BLOCK), ==, rows[i].aes);
	}
	for (size_t p = 0; p < 200; p++) {
		g_assert_cmpuint(esp_octets(p, ESP_NULL_IV, ESP_NULL_BLOCK), ==, 20 + 4 * ((p + 2 + 3) / 4));
		g_assert_cmpuint(esp_octets(p, ESP_AES_IV, ESP_AES_BLOCK), ==, 36 + 16 * ((p + 2 + 15) / 16));
	}
}

static void reference(void)
{
	struct octets v = octets_of_vector("esp-14-bu-null");
	uint8_t *esp = v.data + ESP_AT, rewritten[56], next_header;
	size_t length = v.length - ESP_AT, octets;
	struct esp_view e;

	g_assert_cmpuint(length, ==, 56);
	g_assert_cmpint(esp_decode(esp, length, ESP_NULL_IV, ESP_NULL_BLOCK, &e), ==, WIRE_OK);
	g_assert_cmphex(e.spi, ==, 0x1000);
	g_assert_cmpuint(e.sequence, ==, 1);
	g_assert_cmpuint(e.text, ==, 8);
	g_assert_cmpuint(e.icv, ==, 44);
	g_assert_cmpint(esp_text(esp + e.text, e.text_length, &octets, &next_header), ==, WIRE_OK);
	g_assert_cmpuint(octets, ==, 32);
	g_assert_cmpuint(next_header, ==, PROTOCOL_MOBILITY);
	/* Written again it is the same. */
	memcpy(rewritten, esp, sizeof rewritten);
	memset(rewritten, 0xee, ESP_HEADER);
	memset(rewritten + ESP_HEADER + octets, 0xee, e.icv - ESP_HEADER - octets);
	esp_header_write(rewritten, 0x1000, 1);
	esp_trailer_write(rewritten + ESP_HEADER + octets, esp_padding(octets, ESP_NULL_BLOCK), PROTOCOL_MOBILITY);
	assert_octets(rewritten, sizeof rewritten, esp, length);
	octets_free(&v);
}

static void prefixes(void)
{
	struct octets v = octets_of_vector("esp-14-bu-null");

	for (size_t n = 0; n <= v.length - ESP_AT; n++) {
		struct octets cut = octets_copy(v.data + ESP_AT, n);
		struct esp_view e;
		enum wire_error error = esp_decode(cut.data, n, ESP_NULL_IV, ESP_NULL_BLOCK, &e);

		if (n < 22)
			g_assert_cmpint(error, ==, WIRE_TRUNCATED);
		else
			g_assert_cmpint(error, ==, n % 4 ? WIRE_BAD_LENGTH : WIRE_OK);
		error = esp_decode(cut.data, n, ESP_AES_IV, ESP_AES_BLOCK, &e);
		g_assert_cmpint(error, ==, n < 38 ? WIRE_TRUNCATED : n % 16 == 4 ? WIRE_OK : WIRE_BAD_LENGTH);
		octets_free(&cut);
	}
	octets_free(&v);
}

static void padding(void)
{
	for (size_t p = 0; p <= 255; p++) {
		struct octets t = octets_copy((uint8_t[300]){ 0 }, 10 + p + 2);
		uint8_t next_header;
		size_t octets;

		esp_trailer_write(t.data + 10, p, 58);
		g_assert_cmpint(esp_text(t.data, t.length, &octets, &next_header), ==, WIRE_OK);
		g_assert_cmpuint(octets, ==, 10);
		g_assert_cmpuint(next_header, ==, 58);
		if (p) {
			t.data[10 + p / 2] ^= 0x40;
			g_assert_cmpint(esp_text(t.data, t.length, &octets, &next_header), ==, WIRE_MALFORMED);
		}
		octets_free(&t);
	}
	/* More padding than there is text. */
	g_assert_cmpint(esp_text((const uint8_t[]){ 1, 2, 3, 58 }, 4, &(size_t){ 0 }, &(uint8_t){ 0 }), ==, WIRE_MALFORMED);
	g_assert_cmpint(esp_text((const uint8_t[]){ 1 }, 1, &(size_t){ 0 }, &(uint8_t){ 0 }), ==, WIRE_TRUNCATED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire-esp/sizes", sizes);
	g_test_add_func("/wire-esp/reference", reference);
	g_test_add_func("/wire-esp/prefixes", prefixes);
	g_test_add_func("/wire-esp/padding", padding);
	return g_test_run();
}
