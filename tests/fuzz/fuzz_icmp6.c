// SPDX-License-Identifier: GPL-3.0-or-later
/* ICMPv6 and Neighbor Discovery: what decodes must encode with a good checksum, decode to the same fields, encode to the same octets. */
#include "models/wire/icmp6.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bodies stay where they were decoded from: compare what they point at. */
static void assert_same(const struct icmp6_message *m, const struct icmp6_message *back)
{
	mip_assert(m->type == back->type && m->code == back->code);
	switch (m->type) {
	case ICMP6_DESTINATION_UNREACHABLE:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAMETER_PROBLEM:
		mip_assert(m->u.error.parameter == back->u.error.parameter && m->u.error.length == back->u.error.length);
		mip_assert(!memcmp(m->u.error.invoking, back->u.error.invoking, m->u.error.length));
		break;
	case ICMP6_ECHO_REQUEST:
	case ICMP6_ECHO_REPLY:
		mip_assert(m->u.echo.identifier == back->u.echo.identifier && m->u.echo.sequence == back->u.echo.sequence);
		mip_assert(m->u.echo.length == back->u.echo.length);
		mip_assert(!memcmp(m->u.echo.data, back->u.echo.data, m->u.echo.length));
		break;
	case ICMP6_ROUTER_SOLICITATION:
	case ICMP6_ROUTER_ADVERTISEMENT:
	case ICMP6_NEIGHBOR_SOLICITATION:
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
	case ICMP6_REDIRECT:
		mip_assert(!memcmp(m, back, sizeof *m));
		break;
	default:
		mip_assert(m->u.other.length == back->u.other.length);
		mip_assert(!memcmp(m->u.other.body, back->u.other.body, m->u.other.length));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct in6 a = { { 0x20, 1 } }, b = { { 0xfe, 0x80 } };
	struct icmp6_message m, back;
	uint8_t *room, *again;
	size_t length;
	struct wr w;

	if (size > 65535)
		return 0;
	(void)icmp6_checksum_ok(data, size, size + 7, &a, &b);
	if (icmp6_decode(data, size, &m))
		return 0;
	if (m.type == ICMP6_ROUTER_ADVERTISEMENT)
		mip_assert(m.u.router_advertisement.prefix_count <= ND_MAX_PREFIXES);
	/* We write no more than we understood, so what came in is room enough. */
	room = malloc(size);
	again = malloc(size);
	if (!room || !again)
		abort();
	w = wr_of(room, size);
	length = icmp6_encode(&w, &m, 0, &a, &b);
	mip_assert(length && length <= size && icmp6_checksum_ok(room, length, length, &a, &b));
	mip_assert(icmp6_decode(room, length, &back) == WIRE_OK);
	assert_same(&m, &back);
	w = wr_of(again, size);
	mip_assert(icmp6_encode(&w, &back, 0, &a, &b) == length && !memcmp(room, again, length));
	free(room);
	free(again);
	return 0;
}
