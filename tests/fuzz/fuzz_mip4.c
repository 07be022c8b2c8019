// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IPv4 codecs. The first octet chooses: 0 Mobile IPv4 message, 1 IPv4 header, 2 ARP, 3 agent advertisement (checksum put right),
 * 4 minimal encapsulation, 5 GRE. What a decoder takes is written again and must decode to the same.
 */
#include "models/wire/ipv4.h"
#include "models/wire/mip4_keys.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A key extension is written again as it came. */
static void key_extension(const uint8_t *p, const struct mip4_extension *e)
{
	uint8_t *written = malloc(e->length + 3u);
	struct wr w = wr_of(written, e->length + 3u);
	struct mip4_key_extension k;
	struct mip4_key_request q;

	if (!written)
		abort();
	if (e->type == EXTENSION4_KEY_REQUEST) {
		mip4_read_key_request(p, e, &q);
		mip4_write_key_request(&w, &q);
	} else {
		mip4_read_key_extension(p, e, &k);
		mip4_write_key_extension(&w, (enum mip4_extension_type)e->type, k.spi, k.data, k.octets);
	}
	mip_assert(!w.bad && wr_length(&w) == (size_t)(e->data + e->length - e->offset) && !memcmp(written, p + e->offset, wr_length(&w)));
	free(written);
}

static void message(const uint8_t *p, size_t n)
{
	struct mip4_message m, again;
	struct mip4_previous_agent previous;
	uint8_t written[MIP4_MAX];
	struct wr w = wr_of(written, sizeof written);

	if (mip4_decode(p, n, &m) != WIRE_OK)
		return;
	mip_assert(m.extension_count <= MIP4_EXTENSIONS);
	for (unsigned i = 0; i < m.extension_count; i++) {
		const struct mip4_extension *e = &m.extensions[i];

		mip_assert(e->data + (size_t)e->length <= n);
		if (e->type == EXTENSION4_PREVIOUS_AGENT)
			mip4_read_previous_agent(p, e, &previous);
		if (mip4_is_key_extension(e->type))
			key_extension(p, e);
	}
	mip4_write(&w, &m);
	mip_assert(!w.bad && wr_length(&w) <= n);
	mip_assert(mip4_decode(written, wr_length(&w), &again) == WIRE_OK);
	again.extension_count = m.extension_count;
	memcpy(again.extensions, m.extensions, sizeof m.extensions);
	mip_assert(again.type == m.type && again.home_address == m.home_address && again.identification == m.identification &&
	           again.lifetime_s == m.lifetime_s && again.code == m.code && again.care_of_address == m.care_of_address);
}

static void advertisement(const uint8_t *p, size_t n)
{
	struct agent_advertisement a, again;
	uint8_t *copy, written[128], twice[128];
	size_t octets;

	if (n < 8)
		return;
	copy = malloc(n);
	if (!copy)
		abort();
	memcpy(copy, p, n);
	icmp4_checksum_set(copy, n);
	if (agent_advertisement_decode(copy, n, &a) == WIRE_OK) {
		octets = agent_advertisement_write(written, sizeof written, &a);
		mip_assert(octets && agent_advertisement_decode(written, octets, &again) == WIRE_OK);
		mip_assert(agent_advertisement_write(twice, sizeof twice, &again) == octets && !memcmp(written, twice, octets));
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipv4_header h;
	struct minimal_header minimal;
	struct arp arp;
	size_t length, n = size - 1;
	const uint8_t *p = data + 1;
	uint8_t written[40];

	if (!size)
		return 0;
	switch (data[0] % 6) {
	case 0:
		message(p, n);
		break;
	case 1:
		if (ipv4_decode(p, n, n, &h) == WIRE_OK)
			mip_assert(h.header_length >= 20 && h.header_length <= h.total_length && h.total_length <= n);
		break;
	case 2:
		if (arp_decode(p, n, &arp) == WIRE_OK) {
			arp_write(written, &arp);
			mip_assert(!memcmp(written, p, ARP_OCTETS));
		}
		break;
	case 3:
		advertisement(p, n);
		break;
	case 4:
		if (minimal_decode(p, n, &minimal) == WIRE_OK)
			mip_assert(minimal.length <= n);
		break;
	default:
		if (gre_decode(p, n, &length) == WIRE_OK)
			mip_assert(length <= n);
	}
	return 0;
}
