// SPDX-License-Identifier: GPL-3.0-or-later
/* The walk over extension headers: whatever comes, offsets stay inside what was given; and the naming of packets, which uses it. */
#include "models/wire/classify.h"
#include "models/wire/ipv6.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const uint8_t *data, size_t size, bool knows_home_address)
{
	enum ipv6_walk_result result;
	struct ipv6_view v;

	result = ipv6_walk(data, size, knows_home_address, &v);
	if (size < IPV6_HEADER) {
		mip_assert(result == IPV6_WALK_TRUNCATED);
		return;
	}
	if (ipv6_version(data) != 6) {
		mip_assert(result == IPV6_WALK_MALFORMED && !v.error_offset);
		return;
	}
	/* The upper layer, or the header at fault, is there and was named by the octet told. */
	mip_assert(v.offset >= IPV6_HEADER && v.offset <= size && v.offset % 8 == 0);
	mip_assert(v.next_header_offset == 6 || (v.next_header_offset >= IPV6_HEADER && v.next_header_offset < v.offset));
	mip_assert(data[v.next_header_offset] == v.protocol);
	if (result == IPV6_WALK_OK || result == IPV6_WALK_TRUNCATED)
		mip_assert(!v.error_offset && !v.error_option);
	else
		mip_assert(v.error_offset > v.offset && v.error_offset < size);
	if (result == IPV6_WALK_UNKNOWN_OPTION)
		mip_assert(data[v.error_offset] == v.error_option && v.error_option >> 6);
	if (v.has_home_address) {
		size_t at = v.home_address_option_offset;

		mip_assert(knows_home_address && at >= IPV6_HEADER + 2 && at + 18 <= size && data[at] == 201 && data[at + 1] == 16);
		mip_assert(!memcmp(data + at + 2, &v.home_address, 16));
	}
	if (v.has_routing_header) {
		size_t at = v.routing_header_offset;

		mip_assert(at >= IPV6_HEADER && at + 8 * (v.routing_length + (size_t)1) <= size && v.routing_type == 2);
		mip_assert(data[at + 2] == 2 && data[at + 3] == v.segments_left);
		mip_assert(v.routing_length < 2 || !memcmp(data + at + 8, &v.routing_address, 16));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet *p;
	uint16_t overhead;

	check(data, size, true);
	check(data, size, false);
	if (size > 1500)
		return 0;
	p = packet_new(size);
	if (size)
		memcpy(packet_put(p, size), data, size);
	mip_assert(wire_classify(p, &overhead) < MESSAGE_TYPE_COUNT && overhead <= size);
	packet_free(p);
	return 0;
}
