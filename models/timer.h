// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The timers of one node. Each lives in its owner; the node keeps a binary heap of pointers to the armed ones, whose top is
 * the node's next deadline. Equal times fire in the order of arming. Re-arming to the same time changes nothing.
 */
#ifndef MODELS_TIMER_H
#define MODELS_TIMER_H

#include "models/base.h"

struct node;
struct timer;
typedef void timer_fire(struct node *node, struct timer *timer, mip_time now);

struct timer {
	timer_fire *fire;   /* set once by the owner; finds the owner with mip_container_of */
	uint32_t slot;      /* 1-based place in the heap; 0: not armed */
	uint32_t serial;
};

struct timer_slot {
	mip_time at;
	struct timer *timer;
};

struct timer_heap {
	struct timer_slot *slots;
	uint32_t count, capacity;
	uint32_t serial;
};

/* Arms or moves; MIP_NEVER disarms. */
void timer_arm(struct timer_heap *h, struct timer *t, mip_time at);
static inline void timer_disarm(struct timer_heap *h, struct timer *t)
{
	if (t->slot)
		timer_arm(h, t, MIP_NEVER);
}
static inline bool timer_armed(const struct timer *t)
{
	return t->slot;
}
/* When it fires; MIP_NEVER when not armed. */
static inline mip_time timer_at(const struct timer_heap *h, const struct timer *t)
{
	return t->slot ? h->slots[t->slot - 1].at : MIP_NEVER;
}
/* The earliest deadline; MIP_NEVER when none. */
static inline mip_time timer_heap_deadline(const struct timer_heap *h)
{
	return h->count ? h->slots[0].at : MIP_NEVER;
}
/* Fires everything due at or before now, in order; timers armed meanwhile for now or earlier fire too. */
void timer_heap_expire(struct timer_heap *h, struct node *node, mip_time now);
void timer_heap_fini(struct timer_heap *h);

#endif
