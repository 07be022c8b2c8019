// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IP in IP (RFC 2003), minimal encapsulation (RFC 2004), GRE (RFC 2784). A minimal tunnel keeps the one IP header and its fields.
 * Left out: passing on ICMP errors about tunnels to who sent what is in them (RFC 2003 4).
 */
#include "models/ip4/ip4.h"
#include "models/node.h"

static void put_outer(struct node *n, struct packet *p, uint8_t protocol, in4 source, in4 destination)
{
	const struct ipv4_header inner = { .tos = p->data[1], .dont_fragment = p->data[6] & 0x40 };
	struct ipv4_header h = { .tos = inner.tos, .dont_fragment = inner.dont_fragment, .ttl = 64, .protocol = protocol, .source = source,
		                 .destination = destination };
	size_t gre = protocol == PROTOCOL4_GRE ? GRE_HEADER : 0;

	if (gre)
		gre_write(packet_push(p, gre), false, 0);
	ipv4_write(packet_push(p, IPV4_HEADER), &h);
	p->overhead = (uint16_t)(p->overhead + IPV4_HEADER + gre);
	ip4_finish(n, p);
}

static void put_minimal(struct packet *p, in4 source, in4 destination)
{
	uint8_t header[60];
	size_t length = ipv4_header_length(p->data);
	struct minimal_header m = { .protocol = ipv4_protocol(p->data), .destination = ipv4_destination(p->data),
		                    .source = ipv4_source(p->data), .has_source = ipv4_source(p->data) != source };

	m.length = m.has_source ? MINIMAL_HEADER_SOURCE : MINIMAL_HEADER;
	memcpy(header, p->data, length);
	packet_push(p, m.length);
	memcpy(p->data, header, length);
	minimal_write(p->data + length, &m);
	p->data[9] = PROTOCOL4_MINIMAL;
	store_be32(p->data + 12, source);
	store_be32(p->data + 16, destination);
	store_be16(p->data + 2, (uint16_t)packet_octets(p));
	ipv4_checksum_set(p->data);
	p->overhead = (uint16_t)(p->overhead + m.length);
}

void ip4_encapsulate(struct node *n, struct packet *p, enum ip4_encapsulation how, in4 source, in4 destination)
{
	if (how == ENCAPSULATE_MINIMAL && !(load_be16(p->data + 6) & 0x3fff))
		put_minimal(p, source, destination);
	else
		put_outer(n, p, how == ENCAPSULATE_GRE ? PROTOCOL4_GRE : PROTOCOL4_IPV4, source, destination);
}

bool ip4_decapsulate(struct packet *p, in4 *source)
{
	size_t header = ipv4_header_length(p->data), length;
	const uint8_t *behind = p->data + header;
	size_t stored = p->length - header, taken = header;
	struct minimal_header m;
	struct ipv4_header h;

	*source = ipv4_source(p->data);
	switch (ipv4_protocol(p->data)) {
	case PROTOCOL4_IPV4:
		if (ipv4_decode(behind, stored, stored + p->bulk, &h) != WIRE_OK)
			return false;
		packet_pull(p, header);
		break;
	case PROTOCOL4_GRE:
		if (gre_decode(behind, stored, &length) != WIRE_OK ||
		    ipv4_decode(behind + length, stored - length, stored - length + p->bulk, &h) != WIRE_OK)
			return false;
		taken += length;
		packet_pull(p, taken);
		break;
	case PROTOCOL4_MINIMAL:
		if (minimal_decode(behind, stored, &m) != WIRE_OK)
			return false;
		taken = m.length;
		memmove(p->data + taken, p->data, header);
		packet_pull(p, taken);
		p->data[9] = m.protocol;
		store_be32(p->data + 16, m.destination);
		if (m.has_source)
			store_be32(p->data + 12, m.source);
		store_be16(p->data + 2, (uint16_t)packet_octets(p));
		ipv4_checksum_set(p->data);
		break;
	default:
		return false;
	}
	p->overhead = (uint16_t)(p->overhead > taken ? p->overhead - taken : 0);
	return true;
}
