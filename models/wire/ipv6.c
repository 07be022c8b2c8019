// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IPv6 header, extension headers (RFC 8200 section 4, RFC 6275 6.3 and 6.4), the Internet checksum (RFC 1071) and UDP
 * (RFC 768, RFC 8200 8.1). Left out: jumbograms (RFC 2675), reassembly, what lies behind ESP and AH.
 */
#include "models/wire/ipv6.h"

#include "models/wire/spot_check.h"

#define OPTION_PAD1 0
#define OPTION_PADN 1
#define OPTION_HOME_ADDRESS 201
#define ROUTING_TYPE_2 2

void ipv6_header_write(uint8_t *h, uint16_t payload_length, uint8_t next_header, uint8_t hop_limit, const struct in6 *source,
                       const struct in6 *destination)
{
	store_be32(h, 0x60000000);
	store_be16(h + 4, payload_length);
	h[6] = next_header;
	h[7] = hop_limit;
	ipv6_set_source(h, source);
	ipv6_set_destination(h, destination);
}

/* ---- extension headers ---------------------------------------------------------------------------------------------- */

/* Positions are octets from the IPv6 header, all below 65536. */
struct walk {
	const uint8_t *packet;
	size_t end;                     /* of what may be read: stored, and inside the payload length */
	struct ipv6_view *view;
	bool knows_home_address;
};

static enum ipv6_walk_result malformed(const struct walk *w, size_t offset)
{
	w->view->error_offset = (uint16_t)offset;
	return IPV6_WALK_MALFORMED;
}

/*
 * Home Address option, RFC 6275 6.3:
 *   +0 201 | +1 16 | +2 home address (16)
 * The section says the length is 16 and the option comes at most once in a packet (tunnelled ones aside).
 */
static enum ipv6_walk_result walk_home_address(const struct walk *w, size_t option, size_t length)
{
	struct ipv6_view *view = w->view;

	if (length != sizeof view->home_address)
		return malformed(w, option + 1);
	if (view->has_home_address)
		return malformed(w, option);
	view->has_home_address = true;
	view->home_address_option_offset = (uint16_t)option;
	memcpy(&view->home_address, w->packet + option + 2, sizeof view->home_address);
	return IPV6_WALK_OK;
}

/* The options of a hop-by-hop or destination options header that fills [start, end), in their order (RFC 8200 4.2). */
static enum ipv6_walk_result walk_options(const struct walk *w, size_t start, size_t end, bool destination_options)
{
	size_t at = start + 2;

	while (at < end) {
		uint8_t type = w->packet[at];
		enum ipv6_walk_result result;
		size_t length;

		if (type == OPTION_PAD1) {
			at++;
			continue;
		}
		if (end - at < 2)
			return malformed(w, at);
		length = w->packet[at + 1];
		if (end - at - 2 < length)
			return malformed(w, at + 1);
		if (type == OPTION_HOME_ADDRESS && destination_options && w->knows_home_address) {
			result = walk_home_address(w, at, length);
			if (result != IPV6_WALK_OK)
				return result;
		} else if (type == OPTION_SPOT_CHECK && destination_options) {
			w->view->spot_check_offset = (uint16_t)at;
		} else if (type >> 6 && type != OPTION_PADN) {
			/* The high bits tell the caller whether to answer; only 00 may be passed over (RFC 8200 4.2). */
			w->view->error_offset = (uint16_t)at;
			w->view->error_option = type;
			return IPV6_WALK_UNKNOWN_OPTION;
		}
		at += 2 + length;
	}
	return IPV6_WALK_OK;
}

/*
 * Routing header in [start, end), RFC 8200 4.4. Type 2 (RFC 6275 6.4) is reported, its values are for the caller to judge:
 *   +0 next header | +1 2 | +2 2 | +3 segments left | +4 reserved | +8 home address (16)
 * Any other type is one we do not recognise: ignored without segments left, else a Parameter Problem at the type.
 */
static enum ipv6_walk_result walk_routing(const struct walk *w, size_t start, size_t end)
{
	struct ipv6_view *view = w->view;
	const uint8_t *h = w->packet + start;

	if (h[2] != ROUTING_TYPE_2)
		return h[3] ? malformed(w, start + 2) : IPV6_WALK_OK;
	if (view->has_routing_header)
		return malformed(w, start + 2);
	view->has_routing_header = true;
	view->routing_header_offset = (uint16_t)start;
	view->routing_length = h[1];
	view->routing_type = h[2];
	view->segments_left = h[3];
	if (end - start >= ROUTING_HEADER_2)
		memcpy(&view->routing_address, h + 8, sizeof view->routing_address);
	return IPV6_WALK_OK;
}

static enum ipv6_walk_result walk_extension_headers(const struct walk *w)
{
	struct ipv6_view *view = w->view;
	size_t at = IPV6_HEADER;

	for (;;) {
		const uint8_t *h = w->packet + at;
		enum ipv6_walk_result result = IPV6_WALK_OK;
		size_t end;

		switch (view->protocol) {
		case PROTOCOL_HOP_BY_HOP:
			/* Only directly behind the IPv6 header; elsewhere it is a next header nobody recognises (RFC 8200 4). */
			if (at != IPV6_HEADER)
				return IPV6_WALK_OK;
			break;
		case PROTOCOL_DESTINATION_OPTIONS:
		case PROTOCOL_ROUTING:
		case PROTOCOL_FRAGMENT:
			break;
		default:
			return IPV6_WALK_OK;
		}
		if (w->end - at < 8)
			return IPV6_WALK_TRUNCATED;
		if (view->protocol == PROTOCOL_FRAGMENT) {
			view->has_fragment_header = true;
			/* Offset or M flag set: a piece of a packet, whose next octets need not be a header. */
			if (load_be16(h + 2) & 0xfff9)
				return IPV6_WALK_OK;
			end = at + 8;
		} else {
			end = at + 8 * ((size_t)h[1] + 1);
			if (end > w->end)
				return IPV6_WALK_TRUNCATED;
			if (view->protocol == PROTOCOL_ROUTING)
				result = walk_routing(w, at, end);
			else
				result = walk_options(w, at, end, view->protocol == PROTOCOL_DESTINATION_OPTIONS);
		}
		if (result != IPV6_WALK_OK)
			return result;
		view->protocol = h[0];
		view->next_header_offset = (uint16_t)at;
		view->offset = (uint16_t)end;
		at = end;
	}
}

enum ipv6_walk_result ipv6_walk(const uint8_t *packet, size_t octets, bool knows_home_address, struct ipv6_view *out)
{
	struct walk w = { .packet = packet, .end = octets, .view = out, .knows_home_address = knows_home_address };
	size_t end;

	memset(out, 0, sizeof *out);
	if (octets < IPV6_HEADER)
		return IPV6_WALK_TRUNCATED;
	if (ipv6_version(packet) != 6)
		return malformed(&w, 0);
	out->protocol = ipv6_next_header(packet);
	out->offset = IPV6_HEADER;
	out->next_header_offset = 6;
	/* What lies behind the payload length is no part of the packet; the cap keeps every offset in 16 bits. */
	end = IPV6_HEADER + (size_t)ipv6_payload_length(packet);
	if (w.end > end)
		w.end = end;
	if (w.end > UINT16_MAX)
		w.end = UINT16_MAX;
	return walk_extension_headers(&w);
}

/* ---- checksum ------------------------------------------------------------------------------------------------------- */

/*
 * One's complement sums do not care about the order of octets as long as it is the same for all words, nor about the width of the
 * words added (RFC 1071 section 2): so add 32-bit words as the machine reads them, fold, and put the two octets in order once.
 */
uint32_t checksum_add(uint32_t sum, const void *octets, size_t n)
{
	const uint8_t *p = octets;
	uint64_t a = 0, b = 0, word;
	uint8_t folded[2];
	uint16_t half;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		a += (uint32_t)word;
		b += word >> 32;
	}
	if (n) {
		word = 0;
		memcpy(&word, p, n);
		a += (uint32_t)word;
		b += word >> 32;
	}
	a = (a & 0xffffffff) + (a >> 32) + (b & 0xffffffff) + (b >> 32);
	a = (a & 0xffff) + (a >> 16 & 0xffff) + (a >> 32);
	a = (a & 0xffff) + (a >> 16);
	a = (a & 0xffff) + (a >> 16);
	half = (uint16_t)a;
	memcpy(folded, &half, 2);
	sum += load_be16(folded);
	/* Keeps the running sum short, so that any number of calls may follow each other. */
	return (sum & 0xffff) + (sum >> 16);
}

uint32_t checksum_pseudo_header(const struct in6 *source, const struct in6 *destination, uint32_t length, uint8_t protocol)
{
	uint32_t sum = (length >> 16) + (length & 0xffff) + protocol;

	sum = checksum_add(sum, source, sizeof *source);
	return checksum_add(sum, destination, sizeof *destination);
}

uint16_t checksum_finish(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* ---- UDP ------------------------------------------------------------------------------------------------------------ */

/*
 * RFC 768:
 *   +0 source port | +2 destination port | +4 length, header included | +6 checksum
 */
void udp_write(uint8_t *u, uint16_t source_port, uint16_t destination_port, size_t stored, size_t bulk, const struct in6 *source,
               const struct in6 *destination)
{
	size_t length = UDP_HEADER + stored + bulk;
	uint16_t checksum;
	uint32_t sum;

	mip_assert(length <= UINT16_MAX);
	store_be16(u, source_port);
	store_be16(u + 2, destination_port);
	store_be16(u + 4, (uint16_t)length);
	store_be16(u + 6, 0);
	sum = checksum_pseudo_header(source, destination, (uint32_t)length, PROTOCOL_UDP);
	checksum = checksum_finish(checksum_add(sum, u, UDP_HEADER + stored));
	/* Zero would say "no checksum", which IPv6 does not allow (RFC 8200 8.1). */
	store_be16(u + 6, checksum ? checksum : 0xffff);
}

enum wire_error udp_decode(const uint8_t *u, size_t stored, size_t total, const struct in6 *source, const struct in6 *destination,
                           struct udp_header *out)
{
	struct rd r = rd_of(u, stored);
	uint16_t checksum;
	uint32_t sum;

	out->source_port = rd_u16(&r);
	out->destination_port = rd_u16(&r);
	out->length = rd_u16(&r);
	checksum = rd_u16(&r);
	if (r.bad)
		return WIRE_TRUNCATED;
	if (out->length < UDP_HEADER)
		return WIRE_MALFORMED;
	if (out->length > total)
		return WIRE_TRUNCATED;
	/* RFC 8200 8.1: a receiver MUST discard UDP packets with a zero checksum. */
	if (!checksum)
		return WIRE_CHECKSUM;
	sum = checksum_pseudo_header(source, destination, out->length, PROTOCOL_UDP);
	sum = checksum_add(sum, u, stored < out->length ? stored : out->length);
	return checksum_finish(sum) ? WIRE_CHECKSUM : WIRE_OK;
}
