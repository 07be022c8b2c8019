// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP: the first octet of the input says how many octets of bulk follow the datagram, the rest is the datagram. Taken as it is, and
 * once more with a checksum put right, so that what lies behind the checksum is reached too.
 */
#include "models/wire/ipv6.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct in6 a = { { 0x20, 1 } }, b = { { 0xfe, 0x80 } };
	size_t bulk, stored, total;
	struct udp_header first, header;
	enum wire_error error;
	uint8_t *u;

	if (!size || size > 65000)
		return 0;
	bulk = data[0];
	stored = size - 1;
	total = stored + bulk;
	error = udp_decode(data + 1, stored, total, &a, &b, &first);
	mip_assert(stored >= UDP_HEADER || error == WIRE_TRUNCATED);
	if (error == WIRE_OK)
		mip_assert(first.length >= UDP_HEADER && first.length <= total);
	if (stored < UDP_HEADER)
		return 0;
	u = malloc(stored);
	if (!u)
		abort();
	memcpy(u, data + 1, stored);
	udp_write(u, first.source_port, first.destination_port, stored - UDP_HEADER, bulk, &a, &b);
	mip_assert(udp_decode(u, stored, total, &a, &b, &header) == WIRE_OK);
	mip_assert(header.source_port == first.source_port && header.destination_port == first.destination_port && header.length == total);
	/* A datagram for all octets whose checksum was good had the one checksum we write. */
	if (error == WIRE_OK && first.length == total)
		mip_assert(!memcmp(u, data + 1, stored));
	free(u);
	return 0;
}
