// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base.h"

const struct in6 in6_unspecified;
const struct in6 in6_all_nodes = { { 0xff, 0x02, [15] = 1 } };
const struct in6 in6_all_routers = { { 0xff, 0x02, [15] = 2 } };

bool in6_prefix_equal(const struct in6 *a, const struct in6 *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	mip_assert(bits <= 128);
	if (memcmp(a->octets, b->octets, whole))
		return false;
	return !rest || !((a->octets[whole] ^ b->octets[whole]) >> (8 - rest));
}

struct in6 in6_join(const struct in6 *prefix, const struct in6 *identifier)
{
	struct in6 out = *prefix;

	memcpy(out.octets + 8, identifier->octets + 8, 8);
	return out;
}

struct in6 in6_link_local_of(const struct mac *mac)
{
	const uint8_t *m = mac->octets;

	return (struct in6){ { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5] } };
}

struct in6 in6_solicited_node(const struct in6 *unicast)
{
	const uint8_t *a = unicast->octets;

	return (struct in6){ { 0xff, 0x02, [11] = 1, [12] = 0xff, [13] = a[13], [14] = a[14], [15] = a[15] } };
}

struct mac mac_of_multicast(const struct in6 *group)
{
	const uint8_t *a = group->octets;

	return (struct mac){ { 0x33, 0x33, a[12], a[13], a[14], a[15] } };
}

uint32_t in6_hash(const struct in6 *a)
{
	uint64_t h = load_be64(a->octets) * 0x9e3779b97f4a7c15u ^ load_be64(a->octets + 8);

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
	return (uint32_t)(h ^ h >> 32);
}

struct in6 in6_home_agents_anycast(const struct in6 *unicast)
{
	static const struct in6 identifier = { { [8] = 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe } };

	return in6_join(unicast, &identifier);
}
