// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Building packets and putting headers into finished ones: Home Address option (RFC 6275 6.3), type 2 routing header (6.4),
 * IPv6-in-IPv6 (RFC 2473; no tunnel encapsulation limit option).
 */
#include "models/ip6/ip6_int.h"

struct packet *ip6_packet(const struct in6 *source, const struct in6 *destination, uint8_t next_header, uint8_t hop_limit,
                          size_t room)
{
	struct packet *p = packet_new(IPV6_HEADER + room);

	ipv6_header_write(packet_put(p, IPV6_HEADER), 0, next_header, hop_limit, source, destination);
	return p;
}

void ip6_finish(struct packet *p)
{
	uint32_t payload = packet_octets(p) - IPV6_HEADER;

	mip_assert(payload <= UINT16_MAX);
	ipv6_set_payload_length(p->data, (uint16_t)payload);
}

/* Opens a gap of n octets at `offset` by moving what is in front of it; returns the gap. */
static uint8_t *open_gap(struct packet *p, size_t offset, size_t n)
{
	uint8_t *start = packet_push(p, n);

	memmove(start, start + n, offset);
	ipv6_set_payload_length(start, (uint16_t)(ipv6_payload_length(start) + n));
	return start + offset;
}

/*
 * Next Header | Hdr Ext Len 2 | PadN 1 | 2 | 0 0 | option 201 | 16 | home address (16): the option begins at 8n + 6.
 */
void ip6_insert_home_address(struct packet *p, const struct in6 *care_of_address)
{
	bool routed = ipv6_next_header(p->data) == PROTOCOL_ROUTING;
	size_t offset = routed ? IPV6_HEADER + ROUTING_HEADER_2 : IPV6_HEADER;
	size_t named_by = routed ? IPV6_HEADER : 6; /* RFC 6275 6.3: behind the routing header, in front of everything else */
	uint8_t *o;

	mip_assert(p->length >= offset);
	o = open_gap(p, offset, HOME_ADDRESS_HEADER);
	o[0] = p->data[named_by];
	p->data[named_by] = PROTOCOL_DESTINATION_OPTIONS;
	o[1] = 2;
	o[2] = 1;
	o[3] = 2;
	o[4] = o[5] = 0;
	o[6] = 201;
	o[7] = 16;
	memcpy(o + 8, p->data + 8, 16);
	ipv6_set_source(p->data, care_of_address);
}

/* Next Header | Hdr Ext Len 2 | Routing Type 2 | Segments Left 1 | reserved (4) | home address (16) */
void ip6_insert_routing_header(struct packet *p, const struct in6 *care_of_address)
{
	uint8_t *r = open_gap(p, IPV6_HEADER, ROUTING_HEADER_2);

	r[0] = p->data[6];
	p->data[6] = PROTOCOL_ROUTING;
	r[1] = 2;
	r[2] = 2;
	r[3] = 1;
	memset(r + 4, 0, 4);
	memcpy(r + 8, p->data + 24, 16);
	ipv6_set_destination(p->data, care_of_address);
}

bool ip6_remove_routing_header(struct packet *p)
{
	const uint8_t *r = p->data + IPV6_HEADER;
	uint8_t next_header;
	struct in6 home_address;

	if (ipv6_next_header(p->data) != PROTOCOL_ROUTING || p->length < IPV6_HEADER + ROUTING_HEADER_2 || r[1] != 2 || r[2] != 2)
		return false;
	next_header = r[0];
	memcpy(&home_address, r + 8, sizeof home_address);
	memmove(p->data + ROUTING_HEADER_2, p->data, IPV6_HEADER);
	packet_pull(p, ROUTING_HEADER_2);
	p->data[6] = next_header;
	ipv6_set_destination(p->data, &home_address);
	ipv6_set_payload_length(p->data, (uint16_t)(ipv6_payload_length(p->data) - ROUTING_HEADER_2));
	return true;
}

void ip6_insert_destination_options(struct packet *p, const uint8_t *options, size_t n)
{
	uint8_t *o;

	mip_assert((n + 2) % 8 == 0);
	o = open_gap(p, IPV6_HEADER, n + 2);
	o[0] = p->data[6];
	p->data[6] = PROTOCOL_DESTINATION_OPTIONS;
	o[1] = (uint8_t)((n + 2) / 8 - 1);
	memcpy(o + 2, options, n);
}

void ip6_encapsulate(struct packet *p, const struct in6 *source, const struct in6 *destination)
{
	uint32_t payload = packet_octets(p);

	mip_assert(payload <= UINT16_MAX);
	ipv6_header_write(packet_push(p, IPV6_HEADER), (uint16_t)payload, PROTOCOL_IPV6, DEFAULT_HOP_LIMIT, source, destination);
	p->overhead = (uint16_t)(p->overhead + IPV6_HEADER);
}
