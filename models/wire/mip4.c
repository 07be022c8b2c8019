// SPDX-License-Identifier: GPL-3.0-or-later
/* See mip4.h. */
#include "models/wire/mip4_keys.h"

/* Known, and of a length it may have? */
static enum wire_error check_extension(const struct mip4_extension *e)
{
	bool ok;

	switch (e->type) {
	case EXTENSION4_WARNING:
		ok = e->length >= 10 && (e->length - 6) % 4 == 0;
		break;
	case EXTENSION4_MN_HA:
	case EXTENSION4_MN_FA:
	case EXTENSION4_FA_HA:
	case EXTENSION4_GENERAL_AUTH:
		ok = e->length == 4 + MIP4_AUTHENTICATOR;
		break;
	case EXTENSION4_PREVIOUS_AGENT:
		ok = e->length == 14 + MIP4_AUTHENTICATOR;
		break;
	default:
		if (!mip4_is_key_extension(e->type))
			return WIRE_UNKNOWN_TYPE;
		ok = mip4_key_extension_length_ok(e->type, e->length);
	}
	return ok ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error decode_extensions(const uint8_t *message, struct rd *r, struct mip4_message *out)
{
	while (rd_left(r)) {
		struct mip4_extension e = { .offset = (uint16_t)(r->p - message) };
		enum wire_error error;

		e.type = rd_u8(r);
		if (!e.type)
			continue; /* padding of one octet (RFC 5944 1.8) */
		if (e.type == EXTENSION4_GENERAL_AUTH)
			e.subtype = rd_u8(r);
		e.length = e.type == EXTENSION4_GENERAL_AUTH || mip4_key_extension_is_long(e.type) ? rd_u16(r) : rd_u8(r);
		e.data = (uint16_t)(r->p - message);
		rd_octets(r, e.length);
		if (r->bad)
			return WIRE_TRUNCATED;
		error = check_extension(&e);
		if (error == WIRE_UNKNOWN_TYPE && e.type >= 128)
			continue;
		if (error != WIRE_OK)
			return error;
		if (out->extension_count == MIP4_EXTENSIONS)
			return WIRE_MALFORMED;
		out->extensions[out->extension_count++] = e;
	}
	return WIRE_OK;
}

static uint64_t rd_u64(struct rd *r)
{
	uint64_t high = rd_u32(r);

	return high << 32 | rd_u32(r);
}

enum wire_error mip4_decode(const uint8_t *p, size_t octets, struct mip4_message *out)
{
	struct rd r = rd_of(p, octets);
	size_t rest;

	*out = (struct mip4_message){ 0 };
	if (!octets || octets > UINT16_MAX)
		return WIRE_TRUNCATED;
	out->type = rd_u8(&r);
	switch (out->type) {
	case MIP4_REQUEST:
		out->flags = rd_u8(&r);
		out->lifetime_s = rd_u16(&r);
		out->home_address = rd_u32(&r);
		out->home_agent = rd_u32(&r);
		out->care_of_address = rd_u32(&r);
		out->identification = rd_u64(&r);
		break;
	case MIP4_REPLY:
		out->code = rd_u8(&r);
		out->lifetime_s = rd_u16(&r);
		out->home_address = rd_u32(&r);
		out->home_agent = rd_u32(&r);
		out->identification = rd_u64(&r);
		break;
	case MIP4_WARNING:
		rd_octets(&r, 3);
		out->home_address = rd_u32(&r);
		rest = rd_left(&r);
		if (!r.bad && rest % 4)
			return WIRE_MALFORMED;
		for (size_t i = 0; i < rest / 4; i++) {
			in4 target = rd_u32(&r);

			if (i < MIP4_TARGETS)
				out->targets[out->target_count++] = target;
		}
		break;
	case MIP4_BINDING_REQUEST:
		rd_octets(&r, 3);
		out->home_address = rd_u32(&r);
		out->identification = rd_u64(&r);
		out->has_identification = true;
		break;
	case MIP4_UPDATE:
		out->flags = rd_u8(&r);
		out->lifetime_s = rd_u16(&r);
		out->home_address = rd_u32(&r);
		out->care_of_address = rd_u32(&r);
		out->has_identification = out->flags & UPDATE_IDENTIFICATION;
		if (out->has_identification)
			out->identification = rd_u64(&r);
		break;
	case MIP4_ACKNOWLEDGE:
		rd_u16(&r);
		out->code = rd_u8(&r);
		out->home_address = rd_u32(&r);
		rest = rd_left(&r);
		if (!r.bad && rest && rest != 8 && rest != MIP4_GENERAL_AUTH_EXTENSION && rest != 8 + MIP4_GENERAL_AUTH_EXTENSION)
			return WIRE_MALFORMED;
		out->has_identification = rest == 8 || rest == 8 + MIP4_GENERAL_AUTH_EXTENSION;
		if (out->has_identification)
			out->identification = rd_u64(&r);
		break;
	default:
		return WIRE_UNKNOWN_TYPE;
	}
	if (r.bad)
		return WIRE_TRUNCATED;
	return decode_extensions(p, &r, out);
}

static void wr_u64(struct wr *w, uint64_t v)
{
	wr_u32(w, (uint32_t)(v >> 32));
	wr_u32(w, (uint32_t)v);
}

void mip4_write(struct wr *w, const struct mip4_message *m)
{
	wr_u8(w, m->type);
	switch (m->type) {
	case MIP4_REQUEST:
		wr_u8(w, m->flags);
		wr_u16(w, m->lifetime_s);
		wr_u32(w, m->home_address);
		wr_u32(w, m->home_agent);
		wr_u32(w, m->care_of_address);
		wr_u64(w, m->identification);
		break;
	case MIP4_REPLY:
		wr_u8(w, m->code);
		wr_u16(w, m->lifetime_s);
		wr_u32(w, m->home_address);
		wr_u32(w, m->home_agent);
		wr_u64(w, m->identification);
		break;
	case MIP4_WARNING:
		wr_zero(w, 3);
		wr_u32(w, m->home_address);
		for (unsigned i = 0; i < m->target_count; i++)
			wr_u32(w, m->targets[i]);
		break;
	case MIP4_BINDING_REQUEST:
		wr_zero(w, 3);
		wr_u32(w, m->home_address);
		wr_u64(w, m->identification);
		break;
	case MIP4_UPDATE:
		wr_u8(w, (uint8_t)((m->flags & ~UPDATE_IDENTIFICATION) | (m->has_identification ? UPDATE_IDENTIFICATION : 0)));
		wr_u16(w, m->lifetime_s);
		wr_u32(w, m->home_address);
		wr_u32(w, m->care_of_address);
		if (m->has_identification)
			wr_u64(w, m->identification);
		break;
	case MIP4_ACKNOWLEDGE:
		wr_u16(w, 0);
		wr_u8(w, m->code);
		wr_u32(w, m->home_address);
		if (m->has_identification)
			wr_u64(w, m->identification);
		break;
	default:
		mip_assert(false);
	}
}

const struct mip4_extension *mip4_extension_find(const struct mip4_message *m, enum mip4_extension_type type)
{
	for (unsigned i = 0; i < m->extension_count; i++)
		if (m->extensions[i].type == type)
			return &m->extensions[i];
	return NULL;
}

uint8_t *mip4_write_auth(struct wr *w, enum mip4_extension_type type, uint32_t spi)
{
	uint8_t *authenticator;

	wr_u8(w, (uint8_t)type);
	if (type == EXTENSION4_GENERAL_AUTH) {
		wr_u8(w, GENERAL_AUTH_ROUTE_OPTIMIZATION);
		wr_u16(w, 4 + MIP4_AUTHENTICATOR);
	} else {
		wr_u8(w, 4 + MIP4_AUTHENTICATOR);
	}
	wr_u32(w, spi);
	authenticator = wr_room(w, MIP4_AUTHENTICATOR);
	if (authenticator)
		memset(authenticator, 0, MIP4_AUTHENTICATOR);
	return authenticator;
}

void mip4_write_previous_agent(struct wr *w, const struct mip4_previous_agent *a)
{
	wr_u8(w, EXTENSION4_PREVIOUS_AGENT);
	wr_u8(w, 14 + MIP4_AUTHENTICATOR);
	wr_u16(w, a->cache_lifetime_s);
	wr_u32(w, a->agent);
	wr_u32(w, a->care_of_address);
	wr_u32(w, a->spi);
	wr_copy(w, a->authenticator, MIP4_AUTHENTICATOR);
}

void mip4_read_previous_agent(const uint8_t *message, const struct mip4_extension *e, struct mip4_previous_agent *out)
{
	struct rd r = rd_of(message + e->data, e->length);

	mip_assert(e->type == EXTENSION4_PREVIOUS_AGENT && e->length == 14 + MIP4_AUTHENTICATOR);
	out->cache_lifetime_s = rd_u16(&r);
	out->agent = rd_u32(&r);
	out->care_of_address = rd_u32(&r);
	out->spi = rd_u32(&r);
	rd_copy(&r, out->authenticator, MIP4_AUTHENTICATOR);
}

in4 mip4_read_warning_extension(const uint8_t *message, const struct mip4_extension *e, in4 targets[MIP4_TARGETS], unsigned *count)
{
	struct rd r = rd_of(message + e->data, e->length);
	in4 home_address;

	mip_assert(e->type == EXTENSION4_WARNING);
	rd_u16(&r);
	home_address = rd_u32(&r);
	for (*count = 0; rd_left(&r) && *count < MIP4_TARGETS;)
		targets[(*count)++] = rd_u32(&r);
	return home_address;
}

void mip4_write_warning_extension(struct wr *w, in4 home_address, const in4 *targets, unsigned count)
{
	mip_assert(count && count <= 62);
	wr_u8(w, EXTENSION4_WARNING);
	wr_u8(w, (uint8_t)(6 + 4 * count));
	wr_u16(w, 0);
	wr_u32(w, home_address);
	for (unsigned i = 0; i < count; i++)
		wr_u32(w, targets[i]);
}
