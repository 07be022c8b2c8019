// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timer.h"

static bool before(const struct timer_slot *a, const struct timer_slot *b)
{
	/* Serials are compared as a difference, so that they may wrap: 2^31 armings between two timers of the same
	 * instant do not occur. */
	return a->at != b->at ? a->at < b->at : (int32_t)(a->timer->serial - b->timer->serial) < 0;
}

static void place(struct timer_heap *h, uint32_t i, struct timer_slot s)
{
	h->slots[i] = s;
	s.timer->slot = i + 1;
}

static void sift_up(struct timer_heap *h, uint32_t i, struct timer_slot s)
{
	while (i) {
		uint32_t parent = (i - 1) / 2;

		if (!before(&s, &h->slots[parent]))
			break;
		place(h, i, h->slots[parent]);
		i = parent;
	}
	place(h, i, s);
}

static void sift_down(struct timer_heap *h, uint32_t i, struct timer_slot s)
{
	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= h->count)
			break;
		if (child + 1 < h->count && before(&h->slots[child + 1], &h->slots[child]))
			child++;
		if (!before(&h->slots[child], &s))
			break;
		place(h, i, h->slots[child]);
		i = child;
	}
	place(h, i, s);
}

static void reserve(struct timer_heap *h)
{
	uint32_t capacity = h->capacity < 4 ? 4 : h->capacity + h->capacity / 2;
	struct timer_slot *slots;

	if (h->count < h->capacity)
		return;
	slots = mip_alloc(capacity * sizeof *slots);
	if (h->count)
		memcpy(slots, h->slots, h->count * sizeof *slots);
	mip_free(h->slots, h->capacity * sizeof *slots);
	h->slots = slots;
	h->capacity = capacity;
}

static void take_out(struct timer_heap *h, struct timer *t)
{
	uint32_t i = t->slot - 1;
	struct timer_slot last = h->slots[--h->count];

	t->slot = 0;
	if (last.timer == t)
		return;
	if (i && before(&last, &h->slots[(i - 1) / 2]))
		sift_up(h, i, last);
	else
		sift_down(h, i, last);
}

void timer_arm(struct timer_heap *h, struct timer *t, mip_time at)
{
	struct timer_slot s = { at, t };
	uint32_t i;

	if (at == MIP_NEVER) {
		if (t->slot)
			take_out(h, t);
		return;
	}
	if (t->slot && h->slots[t->slot - 1].at == at)
		return;
	t->serial = h->serial++;
	if (!t->slot) {
		reserve(h);
		sift_up(h, h->count++, s);
		return;
	}
	i = t->slot - 1;
	if (i && before(&s, &h->slots[(i - 1) / 2]))
		sift_up(h, i, s);
	else
		sift_down(h, i, s);
}

void timer_heap_expire(struct timer_heap *h, struct node *node, mip_time now)
{
	while (h->count && h->slots[0].at <= now) {
		struct timer *t = h->slots[0].timer;

		take_out(h, t);
		t->fire(node, t, now);
	}
}

void timer_heap_fini(struct timer_heap *h)
{
	mip_free(h->slots, h->capacity * sizeof *h->slots);
	*h = (struct timer_heap){ 0 };
}
