// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP: the first octet of the input says how many octets of bulk follow the segment, the rest is the segment. Taken as it is, and once
 * more with a checksum put right; what decodes is written again and has to decode to the same header.
 */
#include "models/wire/ipv6.h"
#include "models/wire/tcp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void written_reads_the_same(const struct tcp_header *h, const struct in6 *a, const struct in6 *b)
{
	/* Odd mixtures need more than 40 octets; no real segment has both. */
	struct tcp_header wanted = *h, again;
	uint8_t u[TCP_HEADER_MAXIMUM];
	size_t n, header;

	if (wanted.has_timestamps + wanted.has_maximum_segment + wanted.has_window_scale + wanted.sack_permitted > 0)
		wanted.sack_count = 0;
	for (unsigned i = wanted.sack_count; i < TCP_SACK_BLOCKS; i++)
		wanted.sack[i] = (struct tcp_sack_block){ 0, 0 };
	n = tcp_write(u, &wanted, 77, a, b);
	mip_assert(tcp_decode(u, n, n + 77, a, b, &again, &header) == WIRE_OK);
	mip_assert(header == n && !memcmp(&again.sack, &wanted.sack, sizeof wanted.sack));
	mip_assert(again.sequence == wanted.sequence && again.acknowledgment == wanted.acknowledgment && again.flags == wanted.flags);
	mip_assert(again.window == wanted.window && again.sack_count == wanted.sack_count);
	mip_assert(again.has_window_scale == wanted.has_window_scale && again.window_scale == wanted.window_scale);
	mip_assert(again.has_timestamps == wanted.has_timestamps && again.timestamp == wanted.timestamp);
	mip_assert(again.timestamp_echo == wanted.timestamp_echo && again.maximum_segment == wanted.maximum_segment);
	mip_assert(again.sack_permitted == wanted.sack_permitted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct in6 a = { { 0x20, 1 } }, b = { { 0xfe, 0x80 } };
	struct tcp_header h;
	size_t bulk, stored, header;
	enum wire_error error;
	uint32_t sum;
	uint8_t *u;

	if (!size || size > 60000)
		return 0;
	bulk = data[0];
	stored = size - 1;
	error = tcp_decode(data + 1, stored, stored + bulk, &a, &b, &h, &header);
	mip_assert(stored >= TCP_HEADER || error == WIRE_TRUNCATED);
	if (stored < TCP_HEADER)
		return 0;
	u = malloc(stored);
	if (!u)
		abort();
	memcpy(u, data + 1, stored);
	store_be16(u + 16, 0);
	sum = checksum_pseudo_header(&a, &b, (uint32_t)(stored + bulk), PROTOCOL_TCP);
	store_be16(u + 16, checksum_finish(checksum_add(sum, u, stored)));
	error = tcp_decode(u, stored, stored + bulk, &a, &b, &h, &header);
	mip_assert(error != WIRE_CHECKSUM);
	if (error == WIRE_OK) {
		mip_assert(header >= TCP_HEADER && header <= stored && header <= TCP_HEADER_MAXIMUM && h.sack_count <= TCP_SACK_BLOCKS);
		written_reads_the_same(&h, &a, &b);
	}
	free(u);
	return 0;
}
