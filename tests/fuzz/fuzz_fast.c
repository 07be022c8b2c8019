// SPDX-License-Identifier: GPL-3.0-or-later
/* Fast handover messages: first octet 0 a Mobility Header, else an ICMPv6 body. What decodes must encode, decode to the same fields,
 * and then encode to the same octets. */
#include "models/wire/fast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mobility(const uint8_t *data, size_t size)
{
	struct fast_message m, back;
	uint8_t room[FAST_MAX], again[FAST_MAX];
	struct wr w = wr_of(room, sizeof room);
	size_t length, written, offset;
	enum wire_error error = fast_decode(data, size, &m, &length);

	mip_assert(length <= size && length % 8 == 0 && (length || error == WIRE_TRUNCATED));
	if (error)
		return;
	mip_assert(!m.has_authenticator || m.authenticator_offset + (size_t)FAST_AUTHENTICATOR <= length);
	written = fast_encode(&w, &m, &offset);
	mip_assert(written && fast_decode(room, written, &back, &length) == WIRE_OK && length == written);
	mip_assert(back.authenticator_is_last == back.has_authenticator && back.authenticator_offset == offset);
	back.authenticator_is_last = m.authenticator_is_last;
	back.authenticator_offset = m.authenticator_offset;
	mip_assert(!memcmp(&m, &back, sizeof m));
	w = wr_of(again, sizeof again);
	mip_assert(fast_encode(&w, &back, &offset) == written && !memcmp(room, again, written));
}

static void advice(uint8_t code, const uint8_t *data, size_t size)
{
	struct fast_advice a, back;
	uint8_t room[FAST_MAX], again[FAST_MAX];
	struct wr w = wr_of(room, sizeof room);
	size_t written;

	if (fast_advice_decode(code, data, size, &a))
		return;
	written = fast_advice_encode(&w, &a);
	mip_assert(written && fast_advice_decode(code, room, written, &back) == WIRE_OK && !memcmp(&a, &back, sizeof a));
	w = wr_of(again, sizeof again);
	mip_assert(fast_advice_encode(&w, &back) == written && !memcmp(room, again, written));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (*data)
		advice(*data, data + 1, size - 1);
	else
		mobility(data + 1, size - 1);
	return 0;
}
