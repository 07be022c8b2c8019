// SPDX-License-Identifier: GPL-3.0-or-later
/* Fast handover messages (RFC 5568 section 6); see fast.h for what was decided and what is left out. */
#include "models/wire/fast.h"
#include "models/wire/ipv6.h"

#define MH_HEADER 8
#define SHORTEST 16 /* of all four: 10 or 12 octets of fields, rounded up to 8 */

enum {
	OPTION_PAD1 = 0,
	OPTION_PADN = 1,
	OPTION_ALTERNATE = 3,
	OPTION_LINK_LAYER = 7,
	OPTION_AUTHENTICATOR = 21,
	OPTION_ADDRESS = 34
};
enum { LINK_LAYER_MOBILE_NODE = 2 };               /* option code, 6.4.4 */
enum { ADDRESS_PREVIOUS = 1, ADDRESS_NEW = 2, ADDRESS_ROUTER = 3, ADDRESS_ROUTER_PREFIX = 4 }; /* 6.4.1, 6.4.2 */
enum { ND_ADDRESS = 17, ND_LINK_LAYER = 19 };
enum { LLA_ROUTER = 3, LLA_SOURCE = 4 };           /* 6.4.3 */

static size_t options_at(uint8_t type)
{
	return type == FAST_HI || type == FAST_HACK ? 10 : 12;
}

/* ---- Mobility Header: decoding ------------------------------------------------------------------------------------------- */

static enum wire_error take_in6(struct rd *r, bool *has, struct in6 *out)
{
	if (*has)
		return WIRE_MALFORMED; /* twice: which one would count? */
	*has = true;
	rd_in6(r, out);
	return WIRE_OK;
}

/* Option 34, 6.4.2: code | prefix length | address. Codes of no use here are skipped like unknown options. */
static enum wire_error decode_address(struct rd *r, struct fast_message *m)
{
	uint8_t code;

	if (rd_left(r) != 18)
		return WIRE_MALFORMED;
	code = rd_u8(r);
	if (rd_u8(r) > 128)
		return WIRE_MALFORMED;
	if (code == ADDRESS_PREVIOUS)
		return take_in6(r, &m->has_previous_care_of_address, &m->previous_care_of_address);
	if (code == ADDRESS_NEW)
		return take_in6(r, &m->has_new_care_of_address, &m->new_care_of_address);
	return WIRE_OK;
}

/* r: exactly the option's data, which starts at `offset`; rest: octets of the header behind it. */
static enum wire_error decode_option(uint8_t type, struct rd *r, size_t offset, struct fast_message *m)
{
	switch (type) {
	case OPTION_ALTERNATE:
		return rd_left(r) != 16 ? WIRE_MALFORMED :
		                          take_in6(r, &m->has_alternate_care_of_address, &m->alternate_care_of_address);
	case OPTION_LINK_LAYER: /* 6.4.4: option code | address */
		if (!rd_left(r))
			return WIRE_MALFORMED;
		if (rd_u8(r) != LINK_LAYER_MOBILE_NODE || rd_left(r) != sizeof m->link_layer_address)
			return WIRE_OK;
		if (m->has_link_layer_address)
			return WIRE_MALFORMED;
		m->has_link_layer_address = true;
		rd_copy(r, m->link_layer_address.octets, sizeof m->link_layer_address);
		return WIRE_OK;
	case OPTION_AUTHENTICATOR: /* 6.4.5: SPI | authenticator */
		if (m->has_authenticator || rd_left(r) != 4 + FAST_AUTHENTICATOR)
			return WIRE_MALFORMED;
		m->has_authenticator = true;
		m->spi = rd_u32(r);
		m->authenticator_offset = (uint16_t)(offset + 4);
		rd_copy(r, m->authenticator, sizeof m->authenticator);
		return WIRE_OK;
	case OPTION_ADDRESS:
		return decode_address(r, m);
	default:
		return WIRE_OK; /* unknown: MUST be skipped (RFC 6275 6.2.1) */
	}
}

static enum wire_error decode_options(const uint8_t *mh, size_t length, struct fast_message *m)
{
	size_t start = options_at(m->type);
	struct rd r = rd_of(mh + start, length - start);

	while (rd_left(&r)) {
		uint8_t type = rd_u8(&r), octets;
		enum wire_error error;
		struct rd data;

		if (type == OPTION_PAD1)
			continue;
		octets = rd_u8(&r);
		/* The length as the text of 6.4.5 has it, which leaves the SPI out: then the rest of the header is the option. */
		if (type == OPTION_AUTHENTICATOR && octets == FAST_AUTHENTICATOR && rd_left(&r) == 4 + FAST_AUTHENTICATOR)
			octets = 4 + FAST_AUTHENTICATOR;
		data = rd_sub(&r, octets);
		if (r.bad)
			return WIRE_TRUNCATED;
		error = decode_option(type, &data, (size_t)(r.p - mh) - octets, m);
		if (error)
			return error;
	}
	m->authenticator_is_last = m->has_authenticator && m->authenticator_offset + (size_t)FAST_AUTHENTICATOR == length;
	return r.bad ? WIRE_TRUNCATED : WIRE_OK;
}

enum wire_error fast_decode(const uint8_t *mh, size_t octets, struct fast_message *out, size_t *length)
{
	struct rd r;

	memset(out, 0, sizeof *out);
	*length = 0;
	if (octets < MH_HEADER || octets < MH_HEADER * ((size_t)mh[1] + 1))
		return WIRE_TRUNCATED;
	*length = MH_HEADER * ((size_t)mh[1] + 1);
	out->type = mh[2];
	if (!fast_is_type(mh[2]))
		return WIRE_UNKNOWN_TYPE;
	if (mh[0] != PROTOCOL_NONE)
		return WIRE_BAD_PAYLOAD_PROTO;
	if (*length < SHORTEST)
		return WIRE_BAD_LENGTH;
	r = rd_of(mh + 6, *length - 6);
	switch (out->type) {
	case FAST_BU:
		out->sequence = rd_u16(&r);
		out->flags = rd_u16(&r);
		out->lifetime_s = rd_u16(&r);
		break;
	case FAST_BACK:
		out->code = rd_u8(&r);
		rd_u8(&r);
		out->sequence = rd_u16(&r);
		out->lifetime_s = rd_u16(&r);
		break;
	default:
		out->sequence = rd_u16(&r);
		out->flags = rd_u8(&r);
		if (out->type == FAST_HACK)
			out->flags = 0;
		out->code = rd_u8(&r);
	}
	return decode_options(mh, *length, out);
}

/* ---- Mobility Header: encoding ------------------------------------------------------------------------------------------- */

/* Pads until the next octet stands at 8n + rest from the start of the header. */
static void align(struct wr *w, size_t start, size_t rest)
{
	size_t n = (rest + 8 - (wr_length(w) - start) % 8) % 8;

	if (n == 1) {
		wr_u8(w, OPTION_PAD1);
	} else if (n) {
		wr_u8(w, OPTION_PADN);
		wr_u8(w, (uint8_t)(n - 2));
		wr_zero(w, n - 2);
	}
}

static void encode_address(struct wr *w, size_t start, uint8_t code, const struct in6 *a)
{
	align(w, start, 4);
	wr_u8(w, OPTION_ADDRESS);
	wr_u8(w, 18);
	wr_u8(w, code);
	wr_u8(w, 128);
	wr_in6(w, a);
}

static void encode_options(struct wr *w, size_t start, const struct fast_message *m, size_t *authenticator_offset)
{
	if (m->has_alternate_care_of_address) {
		align(w, start, 6);
		wr_u8(w, OPTION_ALTERNATE);
		wr_u8(w, 16);
		wr_in6(w, &m->alternate_care_of_address);
	}
	if (m->has_link_layer_address) {
		wr_u8(w, OPTION_LINK_LAYER);
		wr_u8(w, 1 + sizeof m->link_layer_address);
		wr_u8(w, LINK_LAYER_MOBILE_NODE);
		wr_copy(w, m->link_layer_address.octets, sizeof m->link_layer_address);
	}
	if (m->has_previous_care_of_address)
		encode_address(w, start, ADDRESS_PREVIOUS, &m->previous_care_of_address);
	if (m->has_new_care_of_address)
		encode_address(w, start, ADDRESS_NEW, &m->new_care_of_address);
	if (m->has_authenticator) {
		/* No alignment is given; here it ends the header without padding behind it. */
		align(w, start, 6);
		wr_u8(w, OPTION_AUTHENTICATOR);
		wr_u8(w, 4 + FAST_AUTHENTICATOR);
		wr_u32(w, m->spi);
		*authenticator_offset = wr_length(w) - start;
		wr_copy(w, m->authenticator, sizeof m->authenticator);
	}
	align(w, start, 0);
}

size_t fast_encode(struct wr *w, const struct fast_message *m, size_t *authenticator_offset)
{
	size_t start = wr_length(w), offset = 0, length;

	mip_assert(fast_is_type(m->type));
	wr_u8(w, PROTOCOL_NONE);
	wr_u8(w, 0);
	wr_u8(w, m->type);
	wr_zero(w, 3);
	switch (m->type) {
	case FAST_BU:
		wr_u16(w, m->sequence);
		wr_u16(w, m->flags);
		wr_u16(w, m->lifetime_s);
		break;
	case FAST_BACK:
		wr_u8(w, m->code);
		wr_u8(w, 0);
		wr_u16(w, m->sequence);
		wr_u16(w, m->lifetime_s);
		break;
	default:
		wr_u16(w, m->sequence);
		wr_u8(w, (uint8_t)m->flags);
		wr_u8(w, m->code);
	}
	encode_options(w, start, m, &offset);
	/* HAck may carry nothing; its fields alone fill no 16 octets. */
	while (!w->bad && wr_length(w) - start < SHORTEST) {
		wr_u8(w, OPTION_PADN);
		wr_u8(w, 6);
		wr_zero(w, 6);
	}
	if (authenticator_offset)
		*authenticator_offset = offset;
	if (w->bad)
		return 0;
	length = wr_length(w) - start;
	w->start[start + 1] = (uint8_t)(length / 8 - 1);
	return length;
}

/* ---- RtSolPr and PrRtAdv --------------------------------------------------------------------------------------------------- */

/* Option 19: code | address | zeroes up to the option's end. The link is Ethernet, so the address has six octets. */
static void decode_link_layer(struct rd *data, struct fast_advice *a)
{
	uint8_t code = rd_u8(data);
	bool *has = code == LLA_SOURCE ? &a->has_source_mac : code == LLA_ROUTER ? &a->has_router_mac : &a->has_access_point;
	struct mac *mac = code == LLA_SOURCE ? &a->source_mac : code == LLA_ROUTER ? &a->router_mac : &a->access_point;

	if (*has || code == 2 || code > ACCESS_POINT_NOT_FAST || rd_left(data) < sizeof *mac)
		return;
	*has = true;
	rd_copy(data, mac->octets, sizeof *mac);
	if (has == &a->has_access_point)
		a->access_point_code = code;
}

/* Option 17: code | prefix length | reserved (4) | address */
static enum wire_error decode_nd_address(struct rd *data, struct fast_advice *a)
{
	uint8_t code, length;
	bool *has;
	struct in6 *out;

	if (rd_left(data) != 22)
		return WIRE_OK; /* another length: another option, to us */
	code = rd_u8(data);
	length = rd_u8(data);
	if (length > 128)
		return WIRE_MALFORMED;
	rd_u32(data);
	has = code == ADDRESS_ROUTER ? &a->has_router_address : code == ADDRESS_ROUTER_PREFIX ? &a->has_router_prefix :
	                                                                                       &a->has_new_care_of_address;
	out = code == ADDRESS_ROUTER        ? &a->router_address :
	      code == ADDRESS_ROUTER_PREFIX ? &a->router_prefix :
	                                      &a->new_care_of_address;
	if (*has || code < ADDRESS_NEW || code > ADDRESS_ROUTER_PREFIX)
		return WIRE_OK;
	*has = true;
	rd_in6(data, out);
	if (code == ADDRESS_ROUTER_PREFIX)
		a->prefix_length = length;
	return WIRE_OK;
}

enum wire_error fast_advice_decode(uint8_t code, const uint8_t *body, size_t octets, struct fast_advice *out)
{
	struct rd r = rd_of(body, octets);

	memset(out, 0, sizeof *out);
	out->code = code;
	out->subtype = rd_u8(&r);
	rd_u8(&r);
	out->identifier = rd_u16(&r);
	if (r.bad)
		return WIRE_TRUNCATED;
	if (out->subtype != FAST_RTSOLPR && out->subtype != FAST_PRRTADV)
		return WIRE_UNKNOWN_TYPE;
	while (rd_left(&r)) {
		uint8_t type = rd_u8(&r), length = rd_u8(&r);
		enum wire_error error = WIRE_OK;
		struct rd data;

		if (!r.bad && !length)
			return WIRE_MALFORMED;
		data = rd_sub(&r, 8 * (size_t)length - 2);
		if (r.bad)
			return WIRE_TRUNCATED;
		if (type == ND_LINK_LAYER)
			decode_link_layer(&data, out);
		else if (type == ND_ADDRESS)
			error = decode_nd_address(&data, out);
		if (error)
			return error;
	}
	return WIRE_OK;
}

static void encode_link_layer(struct wr *w, bool has, uint8_t code, const struct mac *mac)
{
	if (!has)
		return;
	wr_u8(w, ND_LINK_LAYER);
	wr_u8(w, 2);
	wr_u8(w, code);
	wr_copy(w, mac->octets, sizeof *mac);
	wr_zero(w, 7);
}

static void encode_nd_address(struct wr *w, bool has, uint8_t code, uint8_t length, const struct in6 *a)
{
	if (!has)
		return;
	wr_u8(w, ND_ADDRESS);
	wr_u8(w, 3);
	wr_u8(w, code);
	wr_u8(w, length);
	wr_u32(w, 0);
	wr_in6(w, a);
}

size_t fast_advice_encode(struct wr *w, const struct fast_advice *a)
{
	size_t start = wr_length(w);

	wr_u8(w, a->subtype);
	wr_u8(w, 0);
	wr_u16(w, a->identifier);
	encode_link_layer(w, a->has_source_mac, LLA_SOURCE, &a->source_mac);
	encode_link_layer(w, a->has_access_point, a->access_point_code, &a->access_point);
	encode_link_layer(w, a->has_router_mac, LLA_ROUTER, &a->router_mac);
	encode_nd_address(w, a->has_router_address, ADDRESS_ROUTER, 128, &a->router_address);
	encode_nd_address(w, a->has_router_prefix, ADDRESS_ROUTER_PREFIX, a->prefix_length, &a->router_prefix);
	encode_nd_address(w, a->has_new_care_of_address, ADDRESS_NEW, 128, &a->new_care_of_address);
	return w->bad ? 0 : wr_length(w) - start;
}
