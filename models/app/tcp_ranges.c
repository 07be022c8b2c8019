// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/app/tcp_ranges.h"

static void grow(struct tcp_ranges *r)
{
	uint32_t capacity = r->capacity ? 2 * r->capacity : 8;
	struct tcp_range *at = mip_alloc(capacity * sizeof *at);

	if (r->count)
		memcpy(at, r->at, r->count * sizeof *at);
	if (r->at)
		mip_free(r->at, r->capacity * sizeof *at);
	r->at = at;
	r->capacity = capacity;
}

int64_t tcp_ranges_add(struct tcp_ranges *r, int64_t left, int64_t right)
{
	struct tcp_range merged = { left, right, ++r->additions };
	int64_t known = 0;
	uint32_t i = 0, k;

	mip_assert(left < right);
	while (i < r->count && r->at[i].right < left)
		i++;
	/* [i, k) overlap or touch the new one and become one with it. */
	for (k = i; k < r->count && r->at[k].left <= right; k++) {
		known += r->at[k].right - r->at[k].left;
		merged.left = r->at[k].left < merged.left ? r->at[k].left : merged.left;
		merged.right = r->at[k].right > merged.right ? r->at[k].right : merged.right;
	}
	if (i == k) {
		if (r->count == TCP_RANGES_MAXIMUM)
			return 0;
		if (r->count == r->capacity)
			grow(r);
	}
	memmove(&r->at[i + 1], &r->at[k], (r->count - k) * sizeof *r->at);
	r->count = r->count + 1 - (k - i);
	r->at[i] = merged;
	return merged.right - merged.left - known;
}

void tcp_ranges_trim(struct tcp_ranges *r, int64_t below)
{
	uint32_t gone = 0;

	while (gone < r->count && r->at[gone].right <= below)
		gone++;
	if (gone) {
		memmove(r->at, r->at + gone, (r->count - gone) * sizeof *r->at);
		r->count -= gone;
	}
	if (r->count && r->at[0].left < below)
		r->at[0].left = below;
}

void tcp_ranges_clear(struct tcp_ranges *r)
{
	r->count = 0;
}

void tcp_ranges_fini(struct tcp_ranges *r)
{
	if (r->at)
		mip_free(r->at, r->capacity * sizeof *r->at);
	*r = (struct tcp_ranges){ 0 };
}
