// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Mobility Header codec (RFC 6275 6.1, 6.2, 9.2) and the Early Binding Update and Acknowledgement in MH type 11 (mh.h). Left
 * out: the messages and options of later documents (fast handovers, proxy mobility, enhanced route optimization), which decode as
 * unknown types and skipped options.
 */
#include "models/wire/mh.h"
#include "models/wire/ipv6.h"

#define MH_HEADER 8               /* first octets, not counted by Header Len */
#define BA_KEY_MANAGEMENT 0x80

enum {
	OPTION_PAD1 = 0,
	OPTION_PADN = 1,
	OPTION_REFRESH_ADVICE = 2,
	OPTION_ALTERNATE_CARE_OF_ADDRESS = 3,
	OPTION_NONCE_INDICES = 4,
	OPTION_AUTHENTICATOR = 5,
	OPTION_EXPERIMENTAL = 18
};
enum { EXPERIMENT_TOKEN_LIFETIME = 1, EXPERIMENT_LIFETIME_CREDIT = 2 };
#define TOKEN_LIFETIME_OCTETS 4   /* of data, kind and zero included */
#define LIFETIME_CREDIT_OCTETS (4 + MH_AUTHENTICATOR)

/*
 * The shortest message of each type (RFC 6275 6.1.2 to 6.1.9: what its fixed fields fill, rounded up to 8) and where its options
 * start. Type 11 follows the same rule with the 14 octets of its two messages.
 */
struct layout {
	uint8_t minimum, options;
};

static const struct layout layouts[] = {
	[MH_BRR] = { 8, 8 },
	[MH_HOTI] = { 16, 16 },
	[MH_COTI] = { 16, 16 },
	[MH_HOT] = { 24, 24 },
	[MH_COT] = { 24, 24 },
	[MH_BU] = { 16, 12 },
	[MH_BA] = { 16, 12 },
	[MH_BE] = { 24, 24 },
	[MH_EXPERIMENTAL] = { 16, 14 },
};

/* NULL: a type (or an experimental subtype) we do not know. */
static const struct layout *layout_of(uint8_t type, uint8_t subtype)
{
	if (type == MH_EXPERIMENTAL ? (subtype < MH_EARLY_BU || subtype > MH_LOCATION) : type > MH_BE)
		return NULL;
	return &layouts[type];
}

/* ---- decoding ------------------------------------------------------------------------------------------------------- */

/* Experimental options are anybody's: what does not look like one of ours is skipped. */
static enum wire_error decode_experimental(struct rd *r, size_t offset, struct mh_options *o)
{
	size_t octets = rd_left(r);
	uint8_t kind = rd_u8(r);

	rd_u8(r);
	if (kind == EXPERIMENT_TOKEN_LIFETIME && octets == TOKEN_LIFETIME_OCTETS) {
		if (o->has_token_lifetime)
			return WIRE_MALFORMED;
		o->has_token_lifetime = true;
		o->token_lifetime_s = rd_u16(r);
	} else if (kind == EXPERIMENT_LIFETIME_CREDIT && octets == LIFETIME_CREDIT_OCTETS) {
		if (o->has_lifetime_credit)
			return WIRE_MALFORMED;
		o->has_lifetime_credit = true;
		o->credit_updates = rd_u16(r);
		o->credit_authenticator_offset = (uint16_t)(offset + LIFETIME_CREDIT_OCTETS - MH_AUTHENTICATOR);
		rd_copy(r, o->credit_authenticator, sizeof o->credit_authenticator);
	}
	return WIRE_OK;
}

/* One option whose length has been read; r holds exactly its data. `offset`: of the data from the start of the header. An option
 * that comes twice would leave open which one counts, so that is an error. */
static enum wire_error decode_option(uint8_t type, struct rd *r, size_t offset, struct mh_options *o)
{
	static const uint8_t lengths[] = { [OPTION_REFRESH_ADVICE] = 2, [OPTION_ALTERNATE_CARE_OF_ADDRESS] = 16,
		                           [OPTION_NONCE_INDICES] = 4, [OPTION_AUTHENTICATOR] = MH_AUTHENTICATOR };
	bool *has;

	switch (type) {
	case OPTION_REFRESH_ADVICE:
		has = &o->has_refresh_advice;
		break;
	case OPTION_ALTERNATE_CARE_OF_ADDRESS:
		has = &o->has_alternate_care_of_address;
		break;
	case OPTION_NONCE_INDICES:
		has = &o->has_nonce_indices;
		break;
	case OPTION_AUTHENTICATOR:
		has = &o->has_authenticator;
		break;
	case OPTION_EXPERIMENTAL:
		return decode_experimental(r, offset, o);
	default:
		/* PadN, and all we do not know: MUST be skipped quietly (RFC 6275 6.2.1). */
		return WIRE_OK;
	}
	if (*has || rd_left(r) != lengths[type])
		return WIRE_MALFORMED;
	*has = true;
	switch (type) {
	case OPTION_REFRESH_ADVICE:
		o->refresh_interval_4s = rd_u16(r);
		break;
	case OPTION_ALTERNATE_CARE_OF_ADDRESS:
		rd_in6(r, &o->alternate_care_of_address);
		break;
	case OPTION_NONCE_INDICES:
		o->home_nonce_index = rd_u16(r);
		o->care_of_nonce_index = rd_u16(r);
		break;
	default:
		o->authenticator_offset = (uint16_t)offset;
		rd_copy(r, o->authenticator, sizeof o->authenticator);
	}
	return WIRE_OK;
}

/* `mh`, `length`: the whole header; options start at `start`. */
static enum wire_error decode_options(const uint8_t *mh, size_t start, size_t length, struct mh_options *o)
{
	struct rd r = rd_of(mh + start, length - start);

	while (rd_left(&r)) {
		uint8_t type = rd_u8(&r);
		enum wire_error error;
		struct rd data;

		if (type == OPTION_PAD1)
			continue;
		data = rd_sub(&r, rd_u8(&r));
		if (r.bad)
			return WIRE_TRUNCATED;
		error = decode_option(type, &data, (size_t)(r.p - mh) - rd_left(&data), o);
		if (error)
			return error;
	}
	o->authenticator_is_last = o->has_authenticator && o->authenticator_offset + (size_t)MH_AUTHENTICATOR == length;
	return WIRE_OK;
}

/* The fields between checksum and options; r starts at +6 and is long enough. Layouts: RFC 6275 6.1.2 to 6.1.9, mh.h. */
static void decode_fields(struct rd *r, struct mh_message *m)
{
	switch (m->type) {
	case MH_HOTI: /* +6 reserved | +8 cookie */
	case MH_COTI:
		rd_u16(r);
		rd_copy(r, m->cookie, sizeof m->cookie);
		break;
	case MH_HOT: /* +6 nonce index | +8 cookie | +16 keygen token */
	case MH_COT:
		m->nonce_index = rd_u16(r);
		rd_copy(r, m->cookie, sizeof m->cookie);
		rd_copy(r, m->token, sizeof m->token);
		break;
	case MH_BU: /* +6 sequence | +8 flags | +10 lifetime */
		m->sequence = rd_u16(r);
		m->flags = rd_u16(r);
		m->lifetime = rd_u16(r);
		break;
	case MH_BA: /* +6 status | +7 K, reserved | +8 sequence | +10 lifetime */
		m->status = rd_u8(r);
		m->key_management = rd_u8(r) & BA_KEY_MANAGEMENT;
		m->sequence = rd_u16(r);
		m->lifetime = rd_u16(r);
		break;
	case MH_BE: /* +6 status | +7 reserved | +8 home address */
		m->status = rd_u8(r);
		rd_u8(r);
		rd_in6(r, &m->home_address);
		break;
	case MH_EXPERIMENTAL: /* +6 subtype | +7 zero | as BU or BA, two octets later */
		m->subtype = rd_u8(r);
		rd_u8(r);
		if (m->subtype == MH_EARLY_BU || m->subtype == MH_LOCATION_QUERY) {
			m->sequence = rd_u16(r);
			m->flags = rd_u16(r);
		} else {
			m->status = rd_u8(r);
			m->key_management = rd_u8(r) & BA_KEY_MANAGEMENT;
			m->sequence = rd_u16(r);
		}
		m->lifetime = rd_u16(r);
		break;
	default: /* MH_BRR: +6 reserved */
		break;
	}
}

/*
 * RFC 6275 6.1.1:
 *   +0 59 | +1 Header Len | +2 MH Type | +3 reserved | +4 checksum | +6 message data
 */
enum wire_error mh_decode(const uint8_t *mh, size_t octets, struct mh_message *out, size_t *length)
{
	const struct layout *layout;
	struct rd r;

	memset(out, 0, sizeof *out);
	*length = 0;
	if (octets < MH_HEADER || octets < MH_HEADER * ((size_t)mh[1] + 1))
		return WIRE_TRUNCATED;
	*length = MH_HEADER * ((size_t)mh[1] + 1);
	out->type = mh[2];
	layout = layout_of(mh[2], mh[6]);
	if (!layout)
		return WIRE_UNKNOWN_TYPE;
	if (mh[0] != PROTOCOL_NONE)
		return WIRE_BAD_PAYLOAD_PROTO;
	if (*length < layout->minimum)
		return WIRE_BAD_LENGTH;
	r = rd_of(mh + 6, *length - 6);
	decode_fields(&r, out);
	return decode_options(mh, layout->options, *length, &out->options);
}

/* ---- encoding ------------------------------------------------------------------------------------------------------- */

/* Pad1 or PadN of n octets in all (RFC 6275 6.2.2, 6.2.3). */
static void write_padding(struct wr *w, size_t n)
{
	if (!n)
		return;
	if (n == 1) {
		wr_u8(w, OPTION_PAD1);
		return;
	}
	wr_u8(w, OPTION_PADN);
	wr_u8(w, (uint8_t)(n - 2));
	wr_zero(w, n - 2);
}

/* Pads until the next octet stands at unit * n + rest from the start of the header, which was at `start` of w. */
static void align(struct wr *w, size_t start, size_t unit, size_t rest)
{
	write_padding(w, (rest + unit - (wr_length(w) - start) % unit) % unit);
}

static void encode_experimental(struct wr *w, size_t start, const struct mh_options *o)
{
	if (o->has_token_lifetime) {
		align(w, start, 2, 0);
		wr_u8(w, OPTION_EXPERIMENTAL);
		wr_u8(w, TOKEN_LIFETIME_OCTETS);
		wr_u8(w, EXPERIMENT_TOKEN_LIFETIME);
		wr_u8(w, 0);
		wr_u16(w, o->token_lifetime_s);
	}
	if (o->has_lifetime_credit) {
		align(w, start, 2, 0);
		wr_u8(w, OPTION_EXPERIMENTAL);
		wr_u8(w, LIFETIME_CREDIT_OCTETS);
		wr_u8(w, EXPERIMENT_LIFETIME_CREDIT);
		wr_u8(w, 0);
		wr_u16(w, o->credit_updates);
		wr_copy(w, o->credit_authenticator, sizeof o->credit_authenticator);
	}
}

/* In the order of their types, but the authenticator; the alignments are those of RFC 6275 6.2.4 to 6.2.7, ours 2n. */
static void encode_options(struct wr *w, size_t start, const struct mh_options *o, size_t *authenticator_offset)
{
	if (o->has_refresh_advice) {
		align(w, start, 2, 0);
		wr_u8(w, OPTION_REFRESH_ADVICE);
		wr_u8(w, 2);
		wr_u16(w, o->refresh_interval_4s);
	}
	if (o->has_alternate_care_of_address) {
		align(w, start, 8, 6);
		wr_u8(w, OPTION_ALTERNATE_CARE_OF_ADDRESS);
		wr_u8(w, 16);
		wr_in6(w, &o->alternate_care_of_address);
	}
	if (o->has_nonce_indices) {
		align(w, start, 2, 0);
		wr_u8(w, OPTION_NONCE_INDICES);
		wr_u8(w, 4);
		wr_u16(w, o->home_nonce_index);
		wr_u16(w, o->care_of_nonce_index);
	}
	encode_experimental(w, start, o);
	if (o->has_authenticator) {
		/* The last option, with nothing behind it (RFC 6275 6.2.7): the padding goes in front. */
		align(w, start, 8, 2);
		wr_u8(w, OPTION_AUTHENTICATOR);
		wr_u8(w, MH_AUTHENTICATOR);
		*authenticator_offset = wr_length(w) - start;
		wr_copy(w, o->authenticator, sizeof o->authenticator);
	}
	align(w, start, 8, 0);
}

static void encode_fields(struct wr *w, const struct mh_message *m)
{
	switch (m->type) {
	case MH_HOTI:
	case MH_COTI:
		wr_u16(w, 0);
		wr_copy(w, m->cookie, sizeof m->cookie);
		break;
	case MH_HOT:
	case MH_COT:
		wr_u16(w, m->nonce_index);
		wr_copy(w, m->cookie, sizeof m->cookie);
		wr_copy(w, m->token, sizeof m->token);
		break;
	case MH_BU:
		wr_u16(w, m->sequence);
		wr_u16(w, m->flags);
		wr_u16(w, m->lifetime);
		break;
	case MH_BA:
		wr_u8(w, m->status);
		wr_u8(w, m->key_management ? BA_KEY_MANAGEMENT : 0);
		wr_u16(w, m->sequence);
		wr_u16(w, m->lifetime);
		break;
	case MH_BE:
		wr_u8(w, m->status);
		wr_u8(w, 0);
		wr_in6(w, &m->home_address);
		break;
	case MH_EXPERIMENTAL:
		wr_u8(w, m->subtype);
		wr_u8(w, 0);
		if (m->subtype == MH_EARLY_BU || m->subtype == MH_LOCATION_QUERY) {
			wr_u16(w, m->sequence);
			wr_u16(w, m->flags);
		} else {
			wr_u8(w, m->status);
			wr_u8(w, m->key_management ? BA_KEY_MANAGEMENT : 0);
			wr_u16(w, m->sequence);
		}
		wr_u16(w, m->lifetime);
		break;
	default:
		wr_u16(w, 0);
		break;
	}
}

size_t mh_encode(struct wr *w, const struct mh_message *m, size_t *authenticator_offset)
{
	size_t start = wr_length(w), offset = 0, length;

	mip_assert(layout_of(m->type, m->subtype));
	wr_u8(w, PROTOCOL_NONE);
	wr_u8(w, 0);
	wr_u8(w, m->type);
	wr_u8(w, 0);
	wr_u16(w, 0);
	encode_fields(w, m);
	encode_options(w, start, &m->options, &offset);
	if (authenticator_offset)
		*authenticator_offset = offset;
	if (w->bad)
		return 0;
	length = wr_length(w) - start;
	w->start[start + 1] = (uint8_t)(length / 8 - 1);
	return length;
}

uint16_t mh_checksum(const uint8_t *mh, size_t length, const struct in6 *source, const struct in6 *destination)
{
	uint32_t sum;

	mip_assert(length >= MH_HEADER);
	sum = checksum_pseudo_header(source, destination, (uint32_t)length, PROTOCOL_MOBILITY);
	sum = checksum_add(sum, mh, 4);
	return checksum_finish(checksum_add(sum, mh + 6, length - 6));
}
