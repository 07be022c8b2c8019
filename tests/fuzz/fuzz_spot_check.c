// SPDX-License-Identifier: GPL-3.0-or-later
/* The Spot Check option: whatever decodes is encoded again to the same octets. */
#include "models/wire/spot_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[SPOT_CHECK_HEADER_MAX];
	struct spot_checks s;
	size_t n;

	if (spot_check_decode(data, size, &s) != WIRE_OK)
		return 0;
	mip_assert(s.count >= 1 && s.count <= SPOT_CHECKS_MAX);
	n = spot_check_encode(&s, again);
	mip_assert(n >= 2 + (size_t)data[1] && (n + 2) % 8 == 0 && !memcmp(again, data, 2 + (size_t)data[1]));
	return 0;
}
