// SPDX-License-Identifier: GPL-3.0-or-later
/* TCP segment headers, see tcp.h. */
#include "models/wire/tcp.h"

#include "models/wire/ipv6.h"

enum option {
	OPTION_END,
	OPTION_NOP,
	OPTION_MAXIMUM_SEGMENT,
	OPTION_WINDOW_SCALE,
	OPTION_SACK_PERMITTED,
	OPTION_SACK,
	OPTION_TIMESTAMPS = 8
};

/*
 * RFC 9293 3.1:
 *   +0 source port | +2 destination port | +4 sequence | +8 acknowledgment | +12 data offset, flags | +14 window | +16 checksum | +18 urgent
 */
size_t tcp_write(uint8_t *u, const struct tcp_header *h, size_t bulk, const struct in6 *source, const struct in6 *destination)
{
	struct wr w = wr_of(u + TCP_HEADER, TCP_HEADER_MAXIMUM - TCP_HEADER);
	size_t octets;
	uint32_t sum;

	mip_assert(h->sack_count <= TCP_SACK_BLOCKS);
	store_be16(u, h->source_port);
	store_be16(u + 2, h->destination_port);
	store_be32(u + 4, h->sequence);
	store_be32(u + 8, h->acknowledgment);
	u[13] = h->flags;
	store_be16(u + 14, h->window);
	store_be16(u + 16, 0);
	store_be16(u + 18, h->urgent);
	if (h->has_maximum_segment) {
		wr_u8(&w, OPTION_MAXIMUM_SEGMENT);
		wr_u8(&w, 4);
		wr_u16(&w, h->maximum_segment);
	}
	/* No-operations in front put the fields of the longer options on multiples of four (RFC 7323 appendix A). */
	if (h->has_window_scale) {
		wr_u8(&w, OPTION_NOP);
		wr_u8(&w, OPTION_WINDOW_SCALE);
		wr_u8(&w, 3);
		wr_u8(&w, h->window_scale);
	}
	if (h->sack_permitted) {
		wr_u16(&w, OPTION_NOP << 8 | OPTION_NOP);
		wr_u8(&w, OPTION_SACK_PERMITTED);
		wr_u8(&w, 2);
	}
	if (h->has_timestamps) {
		wr_u16(&w, OPTION_NOP << 8 | OPTION_NOP);
		wr_u8(&w, OPTION_TIMESTAMPS);
		wr_u8(&w, 10);
		wr_u32(&w, h->timestamp);
		wr_u32(&w, h->timestamp_echo);
	}
	if (h->sack_count) {
		wr_u16(&w, OPTION_NOP << 8 | OPTION_NOP);
		wr_u8(&w, OPTION_SACK);
		wr_u8(&w, (uint8_t)(2 + 8 * h->sack_count));
	}
	for (unsigned i = 0; i < h->sack_count; i++) {
		wr_u32(&w, h->sack[i].left);
		wr_u32(&w, h->sack[i].right);
	}
	mip_assert(!w.bad);
	octets = TCP_HEADER + wr_length(&w);
	u[12] = (uint8_t)(octets / 4 << 4);
	sum = checksum_pseudo_header(source, destination, (uint32_t)(octets + bulk), PROTOCOL_TCP);
	store_be16(u + 16, checksum_finish(checksum_add(sum, u, octets)));
	return octets;
}

/* One option's body. False: a length the option may not have. */
static bool option_decode(uint8_t kind, struct rd *body, struct tcp_header *out)
{
	size_t length = rd_left(body);

	switch (kind) {
	case OPTION_MAXIMUM_SEGMENT:
		out->has_maximum_segment = true;
		out->maximum_segment = rd_u16(body);
		return length == 2;
	case OPTION_WINDOW_SCALE:
		out->has_window_scale = true;
		out->window_scale = rd_u8(body);
		return length == 1;
	case OPTION_SACK_PERMITTED:
		out->sack_permitted = true;
		return !length;
	case OPTION_SACK:
		if (!length || length % 8)
			return false;
		for (out->sack_count = 0; out->sack_count < TCP_SACK_BLOCKS && rd_left(body); out->sack_count++) {
			out->sack[out->sack_count].left = rd_u32(body);
			out->sack[out->sack_count].right = rd_u32(body);
		}
		return true;
	case OPTION_TIMESTAMPS:
		out->has_timestamps = true;
		out->timestamp = rd_u32(body);
		out->timestamp_echo = rd_u32(body);
		return length == 8;
	default:
		return true;
	}
}

static enum wire_error options_decode(struct rd *r, struct tcp_header *out)
{
	while (rd_left(r)) {
		uint8_t kind = rd_u8(r), length;
		struct rd body;

		if (kind == OPTION_END)
			break;
		if (kind == OPTION_NOP)
			continue;
		length = rd_u8(r);
		if (r->bad || length < 2)
			return WIRE_MALFORMED;
		body = rd_sub(r, length - 2u);
		if (r->bad || !option_decode(kind, &body, out))
			return WIRE_MALFORMED;
	}
	return WIRE_OK;
}

enum wire_error tcp_decode(const uint8_t *u, size_t stored, size_t total, const struct in6 *source, const struct in6 *destination,
                           struct tcp_header *out, size_t *header_octets)
{
	struct rd r = rd_of(u, stored), options;
	uint32_t sum;
	size_t length;

	memset(out, 0, sizeof *out);
	*header_octets = 0;
	out->source_port = rd_u16(&r);
	out->destination_port = rd_u16(&r);
	out->sequence = rd_u32(&r);
	out->acknowledgment = rd_u32(&r);
	length = 4 * (size_t)(rd_u8(&r) >> 4);
	/* The two high bits are congestion notification's (RFC 3168), which nobody here speaks. */
	out->flags = rd_u8(&r) & 0x3f;
	out->window = rd_u16(&r);
	rd_u16(&r);
	out->urgent = rd_u16(&r);
	if (r.bad)
		return WIRE_TRUNCATED;
	if (length < TCP_HEADER)
		return WIRE_MALFORMED;
	if (length > stored)
		return WIRE_TRUNCATED;
	sum = checksum_pseudo_header(source, destination, (uint32_t)total, PROTOCOL_TCP);
	if (checksum_finish(checksum_add(sum, u, stored)))
		return WIRE_CHECKSUM;
	options = rd_sub(&r, length - TCP_HEADER);
	*header_octets = length;
	return options_decode(&options, out);
}
