// SPDX-License-Identifier: GPL-3.0-or-later
/* Mobility Header: what decodes must encode, decode to the same fields, and then encode to the same octets. */
#include "models/wire/ipv6.h"
#include "models/wire/mh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct in6 a = { { 0x20, 1 } };
	struct mh_message m, back;
	uint8_t room[MH_MAX], again[MH_MAX];
	struct wr w = wr_of(room, sizeof room);
	size_t length, written, offset;
	enum wire_error error = mh_decode(data, size, &m, &length);

	mip_assert(length <= size && length % 8 == 0);
	mip_assert(length || error == WIRE_TRUNCATED);
	if (length)
		(void)mh_checksum(data, length, &a, &a);
	if (error)
		return 0;
	if (m.options.has_authenticator) {
		mip_assert(m.options.authenticator_offset + (size_t)MH_AUTHENTICATOR <= length);
		mip_assert(!memcmp(data + m.options.authenticator_offset, m.options.authenticator, MH_AUTHENTICATOR));
	}
	if (m.options.has_lifetime_credit)
		mip_assert(!memcmp(data + m.options.credit_authenticator_offset, m.options.credit_authenticator, MH_AUTHENTICATOR));
	written = mh_encode(&w, &m, &offset);
	mip_assert(written && !w.bad && mh_decode(room, written, &back, &length) == WIRE_OK && length == written);
	mip_assert(back.options.authenticator_is_last == back.options.has_authenticator);
	mip_assert(back.options.authenticator_offset == offset);
	mh_set_checksum(room, mh_checksum(room, written, &a, &a));
	mip_assert(!checksum_finish(checksum_add(checksum_pseudo_header(&a, &a, (uint32_t)written, PROTOCOL_MOBILITY), room, written)));
	mh_set_checksum(room, 0);
	/* The sender's order and padding may differ from ours; all else is the same. */
	back.options.authenticator_is_last = m.options.authenticator_is_last;
	back.options.authenticator_offset = m.options.authenticator_offset;
	back.options.credit_authenticator_offset = m.options.credit_authenticator_offset;
	mip_assert(!memcmp(&m, &back, sizeof m));
	w = wr_of(again, sizeof again);
	mip_assert(mh_encode(&w, &back, &offset) == written && !memcmp(room, again, written));
	return 0;
}
