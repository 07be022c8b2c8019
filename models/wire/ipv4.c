// SPDX-License-Identifier: GPL-3.0-or-later
/* See ipv4.h. */
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"

enum wire_error ipv4_decode(const uint8_t *p, size_t stored, size_t total, struct ipv4_header *out)
{
	uint16_t fragment;

	if (stored < IPV4_HEADER)
		return WIRE_TRUNCATED;
	if (p[0] >> 4 != 4 || ipv4_header_length(p) < IPV4_HEADER)
		return WIRE_MALFORMED;
	if (ipv4_header_length(p) > stored)
		return WIRE_TRUNCATED;
	if (checksum_finish(checksum_add(0, p, ipv4_header_length(p))))
		return WIRE_CHECKSUM;
	fragment = load_be16(p + 6);
	*out = (struct ipv4_header){ .header_length = ipv4_header_length(p), .tos = p[1], .total_length = load_be16(p + 2),
		                     .identification = load_be16(p + 4), .dont_fragment = fragment & 0x4000,
		                     .more_fragments = fragment & 0x2000, .fragment_offset = fragment & 0x1fff, .ttl = p[8],
		                     .protocol = p[9], .source = ipv4_source(p), .destination = ipv4_destination(p) };
	if (out->total_length < out->header_length)
		return WIRE_MALFORMED;
	return out->total_length > total ? WIRE_TRUNCATED : WIRE_OK;
}

void ipv4_checksum_set(uint8_t *p)
{
	store_be16(p + 10, 0);
	store_be16(p + 10, checksum_finish(checksum_add(0, p, ipv4_header_length(p))));
}

void ipv4_write(uint8_t *p, const struct ipv4_header *h)
{
	p[0] = 0x45;
	p[1] = h->tos;
	store_be16(p + 2, h->total_length);
	store_be16(p + 4, h->identification);
	store_be16(p + 6, (uint16_t)((h->dont_fragment ? 0x4000 : 0) | (h->more_fragments ? 0x2000 : 0) |
	                             (h->fragment_offset & 0x1fff)));
	p[8] = h->ttl;
	p[9] = h->protocol;
	store_be32(p + 12, h->source);
	store_be32(p + 16, h->destination);
	ipv4_checksum_set(p);
}

void ipv4_decrement_ttl(uint8_t *p)
{
	p[8]--;
	ipv4_checksum_set(p);
}

/* ---- ARP ----------------------------------------------------------------------------------------------------------------- */

enum wire_error arp_decode(const uint8_t *p, size_t octets, struct arp *out)
{
	if (octets < ARP_OCTETS)
		return WIRE_TRUNCATED;
	/* Ethernet, IPv4 and their address lengths. */
	if (load_be16(p) != 1 || load_be16(p + 2) != ETHERTYPE_IPV4 || p[4] != 6 || p[5] != 4)
		return WIRE_MALFORMED;
	out->operation = load_be16(p + 6);
	memcpy(&out->sender_mac, p + 8, 6);
	out->sender = load_be32(p + 14);
	memcpy(&out->target_mac, p + 18, 6);
	out->target = load_be32(p + 24);
	return out->operation == ARP_REQUEST || out->operation == ARP_REPLY ? WIRE_OK : WIRE_UNKNOWN_TYPE;
}

void arp_write(uint8_t p[ARP_OCTETS], const struct arp *a)
{
	store_be16(p, 1);
	store_be16(p + 2, ETHERTYPE_IPV4);
	p[4] = 6;
	p[5] = 4;
	store_be16(p + 6, a->operation);
	memcpy(p + 8, &a->sender_mac, 6);
	store_be32(p + 14, a->sender);
	memcpy(p + 18, &a->target_mac, 6);
	store_be32(p + 24, a->target);
}

/* ---- ICMP ---------------------------------------------------------------------------------------------------------------- */

enum wire_error icmp4_check(const uint8_t *p, size_t stored)
{
	if (stored < 8)
		return WIRE_TRUNCATED;
	return checksum_finish(checksum_add(0, p, stored)) ? WIRE_CHECKSUM : WIRE_OK;
}

void icmp4_checksum_set(uint8_t *p, size_t stored)
{
	store_be16(p + 2, 0);
	store_be16(p + 2, checksum_finish(checksum_add(0, p, stored)));
}

enum { EXTENSION_PADDING = 0, EXTENSION_AGENT = 16, EXTENSION_PREFIX_LENGTHS = 19 };

static void decode_agent(struct rd *r, struct agent_advertisement *out)
{
	unsigned n;

	out->has_agent = true;
	out->sequence = rd_u16(r);
	out->registration_lifetime_s = rd_u16(r);
	out->flags = rd_u16(r);
	n = (unsigned)rd_left(r) / 4;
	for (unsigned i = 0; i < n; i++) {
		in4 a = rd_u32(r);

		if (i < AGENT_ADDRESSES)
			out->care_of[out->care_of_count++] = a;
	}
	r->bad = r->bad || rd_left(r);
}

enum wire_error agent_advertisement_decode(const uint8_t *p, size_t octets, struct agent_advertisement *out)
{
	struct rd r = rd_of(p, octets);
	enum wire_error error = icmp4_check(p, octets);
	unsigned count, entry;

	*out = (struct agent_advertisement){ 0 };
	if (error != WIRE_OK)
		return error;
	if (rd_u8(&r) != ICMP4_ROUTER_ADVERTISEMENT)
		return WIRE_UNKNOWN_TYPE;
	out->code = rd_u8(&r);
	rd_u16(&r);
	count = rd_u8(&r);
	entry = rd_u8(&r);
	out->lifetime_s = rd_u16(&r);
	/* RFC 1256 6.1: one address at least, of two words or more. */
	if ((out->code && out->code != 16) || !count || entry < 2)
		return WIRE_MALFORMED;
	for (unsigned i = 0; i < count; i++) {
		struct rd a = rd_sub(&r, 4 * (size_t)entry);
		in4 address = rd_u32(&a);
		uint32_t preference = rd_u32(&a);

		if (i < AGENT_ADDRESSES) {
			out->addresses[out->address_count] = address;
			out->preferences[out->address_count++] = preference;
		}
	}
	while (rd_left(&r)) {
		uint8_t type = rd_u8(&r);
		struct rd e;

		if (type == EXTENSION_PADDING)
			continue;
		e = rd_sub(&r, rd_u8(&r));
		if (type == EXTENSION_AGENT && !out->has_agent) {
			decode_agent(&e, out);
			if (e.bad)
				return r.bad ? WIRE_TRUNCATED : WIRE_MALFORMED;
		} else if (type == EXTENSION_PREFIX_LENGTHS && !out->prefix_count) {
			while (rd_left(&e) && out->prefix_count < AGENT_ADDRESSES) {
				uint8_t bits = rd_u8(&e);

				if (bits > 32)
					return WIRE_MALFORMED;
				out->prefix_lengths[out->prefix_count++] = bits;
			}
		}
		/* RFC 5944 2.1: unknown extensions are passed over. */
	}
	if (r.bad)
		return WIRE_TRUNCATED;
	/* 2.1.1: an agent is a home agent or a foreign agent; a foreign agent has a care-of address. */
	if (out->has_agent &&
	    (!(out->flags & (AGENT_HOME | AGENT_FOREIGN)) || ((out->flags & AGENT_FOREIGN) && !out->care_of_count)))
		return WIRE_MALFORMED;
	return WIRE_OK;
}

size_t agent_advertisement_write(void *p, size_t room, const struct agent_advertisement *a)
{
	struct wr w = wr_of(p, room);

	wr_u8(&w, ICMP4_ROUTER_ADVERTISEMENT);
	wr_u8(&w, a->code);
	wr_u16(&w, 0);
	wr_u8(&w, a->address_count);
	wr_u8(&w, 2);
	wr_u16(&w, a->lifetime_s);
	for (unsigned i = 0; i < a->address_count; i++) {
		wr_u32(&w, a->addresses[i]);
		wr_u32(&w, a->preferences[i]);
	}
	if (a->has_agent) {
		wr_u8(&w, EXTENSION_AGENT);
		wr_u8(&w, (uint8_t)(6 + 4 * a->care_of_count));
		wr_u16(&w, a->sequence);
		wr_u16(&w, a->registration_lifetime_s);
		wr_u16(&w, a->flags);
		for (unsigned i = 0; i < a->care_of_count; i++)
			wr_u32(&w, a->care_of[i]);
	}
	if (a->prefix_count) {
		wr_u8(&w, EXTENSION_PREFIX_LENGTHS);
		wr_u8(&w, a->prefix_count);
		wr_copy(&w, a->prefix_lengths, a->prefix_count);
	}
	if (w.bad)
		return 0;
	icmp4_checksum_set(p, wr_length(&w));
	return wr_length(&w);
}

/* ---- tunnels --------------------------------------------------------------------------------------------------------------- */

enum wire_error minimal_decode(const uint8_t *p, size_t stored, struct minimal_header *out)
{
	if (stored < MINIMAL_HEADER)
		return WIRE_TRUNCATED;
	*out = (struct minimal_header){ .protocol = p[0], .has_source = p[1] & 0x80, .destination = load_be32(p + 4) };
	out->length = out->has_source ? MINIMAL_HEADER_SOURCE : MINIMAL_HEADER;
	if (stored < out->length)
		return WIRE_TRUNCATED;
	if (checksum_finish(checksum_add(0, p, out->length)))
		return WIRE_CHECKSUM;
	if (out->has_source)
		out->source = load_be32(p + 8);
	return WIRE_OK;
}

void minimal_write(uint8_t *p, const struct minimal_header *h)
{
	size_t length = h->has_source ? MINIMAL_HEADER_SOURCE : MINIMAL_HEADER;

	p[0] = h->protocol;
	p[1] = h->has_source ? 0x80 : 0;
	store_be16(p + 2, 0);
	store_be32(p + 4, h->destination);
	if (h->has_source)
		store_be32(p + 8, h->source);
	store_be16(p + 2, checksum_finish(checksum_add(0, p, length)));
}

enum wire_error gre_decode(const uint8_t *p, size_t stored, size_t *length)
{
	if (stored < GRE_HEADER)
		return WIRE_TRUNCATED;
	if ((load_be16(p) & 0x7c07) || load_be16(p + 2) != ETHERTYPE_IPV4)
		return WIRE_MALFORMED;
	*length = p[0] & 0x80 ? GRE_HEADER_CHECKSUM : GRE_HEADER;
	if (stored < *length)
		return WIRE_TRUNCATED;
	if ((p[0] & 0x80) && checksum_finish(checksum_add(0, p, stored)))
		return WIRE_CHECKSUM;
	return WIRE_OK;
}

void gre_write(uint8_t *p, bool checksum, size_t payload)
{
	store_be16(p, checksum ? 0x8000 : 0);
	store_be16(p + 2, ETHERTYPE_IPV4);
	if (checksum) {
		store_be32(p + 4, 0);
		store_be16(p + 4, checksum_finish(checksum_add(0, p, GRE_HEADER_CHECKSUM + payload)));
	}
}
