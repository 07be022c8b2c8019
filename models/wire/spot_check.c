// SPDX-License-Identifier: GPL-3.0-or-later
/* The Spot Check option, see spot_check.h. */
#include "models/wire/spot_check.h"

size_t spot_check_encode(const struct spot_checks *s, uint8_t *out)
{
	struct wr w = wr_of(out, SPOT_CHECK_HEADER_MAX);
	size_t padding;

	mip_assert(s->count && s->count <= SPOT_CHECKS_MAX);
	wr_u8(&w, OPTION_SPOT_CHECK);
	wr_u8(&w, (uint8_t)(1 + s->count * (1 + SPOT_CHECK_TOKEN)));
	wr_u8(&w, s->kind);
	for (unsigned i = 0; i < s->count; i++) {
		wr_u8(&w, s->checks[i].slot);
		wr_copy(&w, s->checks[i].token, SPOT_CHECK_TOKEN);
	}
	padding = -(wr_length(&w) + 2) & 7;
	if (padding == 1) {
		wr_u8(&w, 0);
	} else if (padding) {
		wr_u8(&w, 1);
		wr_u8(&w, (uint8_t)(padding - 2));
		wr_zero(&w, padding - 2);
	}
	mip_assert(!w.bad);
	return wr_length(&w);
}

enum wire_error spot_check_decode(const uint8_t *octets, size_t n, struct spot_checks *out)
{
	struct rd r = rd_of(octets, n), body;
	uint8_t type = rd_u8(&r);
	size_t length = rd_u8(&r);

	*out = (struct spot_checks){ 0 };
	body = rd_sub(&r, length);
	if (r.bad)
		return WIRE_TRUNCATED;
	if (type != OPTION_SPOT_CHECK)
		return WIRE_UNKNOWN_TYPE;
	out->kind = rd_u8(&body);
	if (body.bad || (out->kind != SPOT_CHECK_ASK && out->kind != SPOT_CHECK_ANSWER) || !rd_left(&body) ||
	    rd_left(&body) % (1 + SPOT_CHECK_TOKEN) || rd_left(&body) > SPOT_CHECKS_MAX * (1 + SPOT_CHECK_TOKEN))
		return WIRE_MALFORMED;
	while (rd_left(&body)) {
		struct spot_check *c = &out->checks[out->count++];

		c->slot = rd_u8(&body);
		rd_copy(&body, c->token, SPOT_CHECK_TOKEN);
	}
	return WIRE_OK;
}
